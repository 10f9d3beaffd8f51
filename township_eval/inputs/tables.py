"""One period's inputs: tidy tables, each with a contract about its columns.

`Inputs` only holds what was handed in; nothing is judged until `prepare`, so that every problem of
a period can be listed at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd

from township_eval.errors import Problem

__all__ = ["COMMON", "TABLES", "Contract", "Inputs"]


@dataclass(frozen=True, slots=True)
class Contract:
    """Columns of one table: ``required``, ``optional``, and whether any further column is data."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    open: bool = False


#: Columns any table may carry: where a row stands and who answers for it. Long tables of answers state
#: the place in three parts (file and sheet, row, column letters) instead of ``cell``: a million addresses
#: as text would weigh more than the answers.
COMMON: Final[tuple[str, ...]] = (
    "cell",
    "cell_sheet",
    "cell_row",
    "cell_column",
    "source_unit",
    "document",
    "reason",
    "filled_by",
    "checked_by",
    "note",
)

TABLES: Final[Mapping[str, Contract]] = {
    "units": Contract(("unit",), ("name", "group", "kind", "aliases")),
    "values": Contract(("unit", "indicator", "value"), ("part",)),
    "satisfaction": Contract(
        ("unit", "answer", "count"),
        ("channel", "question", "indicator", "channel_cell", "question_cell", "answer_cell"),
    ),
    "responses": Contract(
        ("unit", "answer"),
        (
            "question",
            "respondent",
            "weight",
            "stratum",
            "cluster",
            "clusters",
            "members",
            "channel",
            "indicator",
        ),
        open=True,  # calibration variables
    ),
    "means": Contract(
        ("unit", "mean", "n"), ("sd", "deff", "population", "df", "channel", "question", "indicator")
    ),
    "margins": Contract(("margin", "category", "population"), ("unit", "channel", "indicator")),
    "ratings": Contract(("unit", "rater", "score"), ("item", "organization", "indicator")),
    "reviews": Contract(("unit",), ("rater", "score", "answer", "count", "direction", "item", "indicator")),
    "roster": Contract(("unit",), ("indicator",), open=True),
    "tasks": Contract(
        ("task",),
        (
            "section",
            "name",
            "basis",
            "lead",
            "cooperating",
            "open",
            "deadline",
            "township_role",
            "townships",
            "claimed",
            "plan_due",
            "plan_filed",
            "part_of",
        ),
        open=True,
    ),
    # a row without unit is a target; with one, the unit's share (quota) and what it has reached (value)
    "targets": Contract(
        ("target",),
        (
            "unit",
            "quota",
            "value",
            "task",
            "text",
            "measure",
            "goal",
            "direction",
            "total",
            "at_least",
            "deadline",
            "applies",
            "lead",
            "basis",
            "column",
        ),
        open=True,
    ),
    "returns": Contract(
        ("task", "reporter"),
        ("period", "progress", "done", "filed", "situation", "problems", "next"),
        open=True,
    ),
    # what of these an event needs depends on its rule: adjustments a reason and a reference, vetoes a date
    "events": Contract(
        ("unit", "rule"),
        ("amount", "grade", "reference", "date", "content", "honour", "source", "until"),
    ),
    # `event` is the reference of the one event that is waived; without it all of the rule are
    "waivers": Contract(("unit", "rule", "authority", "document", "reason"), ("date", "until", "event")),
    # what a unit answers to a measure: closed only with its evidence and date
    "rectifications": Contract(
        ("unit", "rule"), ("period", "action", "situation", "evidence", "closed", "responsible")
    ),
    # objections (异议) take an answer; comments (意见) may be nobody's unit; `correction` is a slip's number
    "objections": Contract(
        ("number", "matter", "received"),
        ("unit", "kind", "by", "conclusion", "answered", "reply", "correction", "where"),
    ),
    # `cell` is the cell that is corrected, `where` the slip's own place
    "corrections": Contract(
        ("old", "new", "reason", "document", "approver"),
        ("number", "table", "unit", "indicator", "part", "column", "date", "objection", "where"),
    ),
    "not_applicable": Contract(("unit", "indicator"), ("part",)),
}

# With copy-on-write (the only mode since pandas 3) a shallow copy is safe and costs nothing.
_LAZY_COPIES = int(pd.__version__.split(".")[0]) >= 3  # noqa: PLR2004


@dataclass(frozen=True, eq=False, repr=False)
class Inputs:
    """The tables of one period, as frames; every table is optional and is copied in.

    Parameters
    ----------
    period : str
        Any text; YYYY, YYYY-Hn, YYYY-Qn and YYYY-MM have an order.
    units : DataFrame, optional
        unit (code, text), name, group, kind, aliases; needed where the scheme lists no units. When both
        list units, this table says which are evaluated and in which order.
    values : DataFrame, optional
        Long (unit, indicator, value[, part, reason, source_unit, document, filled_by, checked_by,
        cell]) or wide (index or column ``unit``, one column an indicator). NaN is *not reported*.
    satisfaction, responses, means, margins, ratings, reviews, roster, tasks, targets, returns, events, \
waivers, rectifications, objections, corrections
        The evidence tables, see `TABLES` for their columns. An ``indicator`` column is needed once
        two leaves share a kind of evidence.
    not_applicable : DataFrame, optional
        unit, indicator[, part, reason]: what does not apply to whom; accepted where the scheme says so.
    as_of : date or str, optional
        The day the data stand at (ISO); dates are never compared with a clock.
    problems : tuple of Problem
        Found while reading files.
    reading : DataFrame, optional
        What reading files noted: file, sheet, cell, original, parsed, problem, treatment.

    Raises
    ------
    TypeError
        A table is neither a frame nor something a frame can be made of (records, mapping of columns).

    Examples
    --------
    >>> values = pd.DataFrame({"tap_water": [98.5, 100.0]}, index=["640181100", "640181101"])
    >>> Inputs(period="2018-H2", values=values)
    <Inputs 2018-H2: values 2 x 1>
    """

    period: str
    units: pd.DataFrame | None = None
    values: pd.DataFrame | None = None
    satisfaction: pd.DataFrame | None = None
    responses: pd.DataFrame | None = None
    means: pd.DataFrame | None = None
    margins: pd.DataFrame | None = None
    ratings: pd.DataFrame | None = None
    reviews: pd.DataFrame | None = None
    roster: pd.DataFrame | None = None
    tasks: pd.DataFrame | None = None
    targets: pd.DataFrame | None = None
    returns: pd.DataFrame | None = None
    events: pd.DataFrame | None = None
    waivers: pd.DataFrame | None = None
    rectifications: pd.DataFrame | None = None
    objections: pd.DataFrame | None = None
    corrections: pd.DataFrame | None = None
    not_applicable: pd.DataFrame | None = None
    as_of: date | str | None = None
    problems: tuple[Problem, ...] = ()
    reading: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "period", str(self.period))
        object.__setattr__(self, "problems", tuple(self.problems))
        for name in (*TABLES, "reading"):
            given = getattr(self, name)
            if given is not None:
                object.__setattr__(self, name, _copied(given, name))

    def tables(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield (name, frame) of the tables that were given, in the order of `TABLES`."""
        for name in TABLES:
            frame = getattr(self, name)
            if frame is not None:
                yield name, frame

    def __repr__(self) -> str:
        sizes = [f"{name} {len(frame)} x {len(frame.columns)}" for name, frame in self.tables()]
        as_of = f", as of {self.as_of}" if self.as_of is not None else ""
        found = f", {len(self.problems)} problems" if self.problems else ""
        return f"<Inputs {self.period}{as_of}: {', '.join(sizes) or 'empty'}{found}>"


def _copied(given: Any, name: str) -> pd.DataFrame:
    if isinstance(given, pd.DataFrame):
        return given.copy(deep=not _LAZY_COPIES)
    if isinstance(given, Mapping | list | tuple):
        return pd.DataFrame(given)
    msg = f"Inputs.{name} takes a DataFrame, records or a mapping of columns, not {type(given).__name__}"
    raise TypeError(msg)
