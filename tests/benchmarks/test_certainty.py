"""The benchmark of certainty runs, and says what it is to say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_rank_sets_of_many_units_need_little_memory() -> None:
    """Forty thousand units are compared without a table of pairs, which alone would take 12.8 GB."""
    command = [sys.executable, "-m", "benchmarks.certainty", "--part", "ranks", "--once"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"\d\.\d+\n", run.stdout)
    assert float(run.stdout) < 0.5
