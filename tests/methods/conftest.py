"""Golden values for the tests of this folder."""

import csv
from pathlib import Path

import numpy as np
import pytest

_DATA = Path(__file__).parents[1] / "data" / "methods"


class Golden:
    """Reads golden values; see the README beside them for their source."""

    def rows(self, name):
        """Return the rows of a file as dictionaries."""
        with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def column(self, name, key, **only):
        """Return one column as floats, NaN where empty, of the rows where *only* holds."""
        found = [row for row in self.rows(name) if all(row[k] == v for k, v in only.items())]
        return np.array([float(row[key]) if row[key] not in ("", "NA") else np.nan for row in found])


@pytest.fixture(scope="session")
def golden():
    """Return the reader of golden values."""
    return Golden()
