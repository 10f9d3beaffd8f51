"""A small scheme to hand inputs to."""

import pytest

from township_eval.scheme.model import Dimension, Group, Indicator, Scheme, Unit
from township_eval.scheme.sources import Growth, Items, Measured, Milestone, Ratio, Satisfaction

UNITS = (
    Unit(code="001", name="东塔镇", group="I", aliases=("东塔",)),
    Unit(code="002", name="崇兴镇", group="I"),
    Unit(code="003", name="白土岗乡", group="II", aliases=("白土岗",)),
)
GROUPS = (Group(id="I", name="一类", reason="近郊"), Group(id="II", name="二类", reason="农业"))


def make_leaf(key, source=None, **fields):
    """Return a leaf of weight 1 without a rule."""
    return Indicator(
        **{"id": key, "name": key, "weight": 1.0, "scoring": None, "source": source or Measured()} | fields
    )


def make_scheme(*leaves, **fields):
    """Return a scheme of three units in two classes, of the period 2018."""
    index = Dimension(id="index", name="总分", weight=100.0, children=leaves, aggregation=None)
    stated = {"name": "试", "version": "1", "units": UNITS, "groups": GROUPS, "period": "2018"}
    return Scheme(index=index, **stated | fields)


@pytest.fixture
def leaf():
    """Return the maker of leaves."""
    return make_leaf


@pytest.fixture
def scheme_of():
    """Return the maker of schemes."""
    return make_scheme


@pytest.fixture
def scheme():
    """Return a scheme that reads numbers, yes or no, dates and counts."""
    return make_scheme(
        make_leaf("water", unit="%", name="自来水普及率", aliases=("普及率",)),
        make_leaf("rate", Ratio(numerator="done", denominator="all")),
        make_leaf("growth", Growth(start="start", end="end", years=1.0)),
        make_leaf("list", Items(columns=("a", "b"))),
        make_leaf("town", Milestone(due="2018-06-30", done="finished")),
        make_leaf("mood", Satisfaction(scale=())),
    )


@pytest.fixture
def codes():
    """Return a function from problems to their codes, sorted."""
    return lambda problems: sorted(problem.code for problem in problems)
