"""The panels and golden values of raters."""

import csv
from pathlib import Path

import numpy as np
import pytest

_DATA = Path(__file__).parents[2] / "data" / "survey"


class Raters:
    """Reads panels and golden tables; see the README beside them for their source."""

    def rows(self, name, **only):
        """Return the rows of a file as dictionaries, those where *only* holds."""
        with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            found = list(csv.DictReader(file))
        return [row for row in found if all(row[key] == value for key, value in only.items())]

    def column(self, name, key, **only):
        """Return one column as floats."""
        return np.array([float(row[key]) for row in self.rows(name, **only)])

    def panel(self, name):
        """Return a panel (n_units, n_raters), NaN where there is no rating."""
        rows = [list(row.values())[1:] for row in self.rows(f"raters_{name}")]
        return np.array([[float(cell) if cell else np.nan for cell in row] for row in rows])

    @property
    def on_three(self):
        """The ten townships of the incomplete panel that the first three raters have all marked."""
        three = self.panel("incomplete")[:, :3]
        return three[~np.isnan(three).any(axis=1)]


@pytest.fixture(scope="session")
def raters():
    """Return the reader of panels and golden values."""
    return Raters()
