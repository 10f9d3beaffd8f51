"""One leaf, three units, and whatever tables a test hands in."""

import pandas as pd
import pytest

from township_eval.inputs import Inputs, prepare
from township_eval.scheme.model import Dimension, Group, Indicator, Scheme, Unit
from township_eval.sources import collect

UNITS = (
    Unit(code="1", name="东塔镇", group="I", aliases=("东塔",)),
    Unit(code="2", name="崇兴镇", group="I"),
    Unit(code="3", name="白土岗乡", group="II"),
)
GROUPS = (Group(id="I", name="一类", reason="近郊"), Group(id="II", name="二类", reason="农业"))


class Asked:
    """The evidence of the leaf ``x``, and every problem of the period."""

    def __init__(self, prepared, evidence):
        self.prepared = prepared
        self.all = evidence
        self.x = evidence["x"]
        self.problems = (*prepared.problems, *(p for found in evidence.values() for p in found.problems))
        self.codes = sorted(problem.code for problem in self.problems if problem.code != "unit.silent")

    @property
    def value(self):
        """The leaf's values as a list."""
        return self.x.value.tolist()

    @property
    def status(self):
        """The leaf's statuses as a list."""
        return self.x.status.tolist()

    def problem(self, code):
        """Return the only problem of this code."""
        (found,) = (problem for problem in self.problems if problem.code == code)
        return found


def long(*rows):
    """Return a long table of (unit, indicator, value), a cell for each row."""
    frame = pd.DataFrame(rows, columns=["unit", "indicator", "value"])
    return frame.assign(cell=[f"a!B{row + 1}" for row in range(len(rows))])


@pytest.fixture
def long_values():
    """Return the maker of long tables."""
    return long


@pytest.fixture
def ask():
    """Return a function from a leaf's fields and the period's tables to its evidence."""

    def asking(source=None, *, past=None, others=(), scheme=None, as_of=None, tables=None, **fields):
        stated = {"id": "x", "name": "指标", "weight": 1.0, "scoring": None}
        leaf = Indicator(**stated | ({} if source is None else {"source": source}) | fields)
        index = Dimension(id="index", name="总分", weight=1.0, children=(leaf, *others), aggregation=None)
        whole = {"name": "试", "version": "1", "index": index, "units": UNITS, "groups": GROUPS}
        prepared = prepare(
            Scheme(**whole | (scheme or {})), Inputs(period="2018", as_of=as_of, **(tables or {}))
        )
        return Asked(prepared, collect(prepared, past))

    return asking
