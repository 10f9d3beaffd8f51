"""A register of five tasks, three townships, and whatever a test reports about them."""

import pandas as pd
import pytest

from township_eval.inputs import Inputs, prepare
from township_eval.scheme.model import Dimension, Indicator, Scheme, Unit
from township_eval.scheme.sources import Tasks
from township_eval.sources import collect
from township_eval.sources.tasks.tables import task_tables

TOWNSHIPS = (
    Unit(code="1", name="东塔镇", aliases=("东塔",)),
    Unit(code="2", name="崇兴镇"),
    Unit(code="3", name="白土岗乡"),
)
DEPARTMENTS = (Unit(code="a", name="编办"), Unit(code="b", name="农牧局"), Unit(code="c", name="水务局"))

# task, section, name, lead, cooperating, deadline
REGISTER = (
    ("T1", "二(一)", "下放权限", "编办、法制办", "农牧局、安监局等相关部门", "2018-06-30"),
    ("T2", "二(四)1", "综治维稳", "政法委(综治办)", "各相关部门,各乡镇", "2018-12-31"),
    ("T3", "二(四)2", "农业合作", "农牧局(扶贫办)", "水务局,各乡镇", "2020-12-31"),
    ("T4", "二(十一)1", "接访下访", "编办", "各乡镇", ""),
    ("T10", "二(十一)2", "民主议事", "各乡镇", "编办", "长期"),
)


def register(**columns):
    """Return the register with further columns, each a mapping of ids to entries."""
    names = ["task", "section", "name", "lead", "cooperating", "deadline"]
    frame = pd.DataFrame(REGISTER, columns=names)
    for name, entries in columns.items():
        before = frame[name] if name in frame else [None] * len(frame)
        frame[name] = [entries.get(task, kept) for task, kept in zip(frame["task"], before, strict=True)]
    return frame.assign(cell=[f"r.xlsx!任务!A{row + 2}" for row in range(len(frame))])


def returns(*rows, columns=("task", "reporter", "progress", "done", "filed")):
    """Return a table of returns, a cell for each row."""
    frame = pd.DataFrame(list(rows), columns=list(columns))
    return frame.assign(cell=[f"r.xlsx!报送!A{row + 2}" for row in range(len(frame))])


class Found:
    """What a period's register leaves: tables, problems, and the leaf ``x``."""

    def __init__(self, prepared):
        self.prepared = prepared
        self.tables, self.problems = task_tables(prepared)
        self.x = collect(prepared)["x"]
        self.codes = sorted(problem.code for problem in self.problems if problem.severity == "error")

    def problem(self, code):
        """Return the only problem of this code."""
        (found,) = (problem for problem in self.problems if problem.code == code)
        return found

    def row(self, table, **wanted):
        """Return the only row of a table with these entries."""
        frame = self.tables[table]
        for name, entry in wanted.items():
            frame = frame[frame[name] == entry]
        assert len(frame) == 1
        return frame.iloc[0]


@pytest.fixture
def held():
    """Return a function from tables to what the register leaves."""

    def holding(
        given=None, tasks=None, *, source=None, period="2018-H2", as_of="2018-12-31", units=TOWNSHIPS, **more
    ):
        leaf = Indicator(
            id="x",
            name="任务",
            weight=1.0,
            unit="%",
            scoring=None,
            source=source or Tasks(),
            **more.pop("leaf", {}),
        )
        index = Dimension(id="index", name="总分", weight=1.0, children=(leaf,), aggregation=None)
        scheme = Scheme(name="试", version="1", index=index, units=units)
        tables = {"tasks": register() if tasks is None else tasks, "returns": given, **more}
        return Found(prepare(scheme, Inputs(period=period, as_of=as_of, **tables)))

    return holding


@pytest.fixture
def of_departments(held):
    """Return a function like ``held``, with departments as units."""
    return lambda given=None, tasks=None, **more: held(given, tasks, units=DEPARTMENTS, **more)


@pytest.fixture
def make_register():
    return register


@pytest.fixture
def make_returns():
    return returns
