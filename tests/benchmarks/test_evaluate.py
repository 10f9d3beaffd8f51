"""The benchmark runs, and what it times is the right thing."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_benchmark_compares_equal_results() -> None:
    """A small run ends with ratios, memory, and composites equal to plain NumPy's."""
    sizes = ["--units", "300", "--indicators", "12", "--repeats", "1"]
    command = [sys.executable, "-m", "benchmarks.evaluate", *sizes]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert len(re.findall(r"ratio +\d+\.\d\d", run.stdout)) == 2
    assert re.search(r"peak memory +0\.\d\d GB", run.stdout)
    difference = re.search(r"from plain NumPy: (\S+)", run.stdout)
    assert difference is not None
    assert float(difference[1]) < 1e-9
