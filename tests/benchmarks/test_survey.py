"""The benchmark of surveys runs, and what it times is the right thing."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_benchmark_of_surveys_compares_equal_results() -> None:
    """A smaller run, every village in it, ends with ratios, memory, and estimates equal to plain NumPy's."""
    command = [sys.executable, "-m", "benchmarks.survey", "--answers", "200000", "--repeats", "1"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert len(re.findall(r"ratio +\d+\.\d\d", run.stdout)) == 2
    assert re.search(r"peak memory +\d\.\d\d GB", run.stdout)
    difference = re.search(r"from plain NumPy: (\S+)", run.stdout)
    assert difference is not None
    assert float(difference[1]) < 1e-9
