"""Golden values of ranks; see tests/data/survey/README.md for their source."""

import csv
from pathlib import Path

import numpy as np
import pytest

_DATA = Path(__file__).parents[2] / "data" / "ranks"


class Ranks:
    """Twelve townships and what independent software says of their ranks."""

    def __init__(self):
        self.estimates = self.column("ranks_input", "estimate")
        self.ses = self.column("ranks_input", "se")
        self.cov = np.array(
            [[float(row[f"T{k:02}"]) for k in range(1, 13)] for row in self.rows("ranks_input_cov")]
        )

    def rows(self, name, **only):
        """Return the rows of a file where *only* holds."""
        with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return [
                row for row in csv.DictReader(file) if all(row[key] == value for key, value in only.items())
            ]

    def column(self, name, key, **only):
        """Return one column as numbers."""
        return np.array([float(row[key]) for row in self.rows(name, **only)])


@pytest.fixture(scope="session")
def ranks():
    """Return the reader of golden values."""
    return Ranks()
