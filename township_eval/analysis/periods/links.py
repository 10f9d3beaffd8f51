"""Who is whom in two periods: units renamed, merged, split, dissolved or founded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs import Units
from township_eval.language import Text, listed
from township_eval.methods.loadings import Loadings
from township_eval.methods.varying import Array

__all__ = ["Links", "Renamed", "Row", "link_units", "rows_of"]

Positions: TypeAlias = NDArray[np.intp]
#: ``{old: new}``, or a frame with the columns unit, into and, where several become one, share; a column
#: cell says where a row was read.
Renamed: TypeAlias = "Mapping[str, str] | pd.DataFrame | None"

_NEAR = 1e-9
_NAMED = 9  # units a message names before it counts them
_TABLE = "renamed"
_COLUMNS = ("unit", "into", "share")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what an old unit became, and what part of the new one it makes up."""

    unit: str
    into: str
    share: float | None
    line: int
    cell: str = ""

    @property
    def where(self) -> str:
        """Place of the line: its cell where it was read from a file, else as a user counts."""
        return self.cell or f"{_TABLE} {self.line}"


@dataclass(frozen=True, eq=False)
class Links:
    """Which units of one period live on in which of another.

    Attributes
    ----------
    before, after : array of int, (n_links,)
        Positions; a unit that was split or merged stands in several links.
    share : array, (n_links,)
        What part of the later unit the earlier one makes up; those of a unit add up to 1.
    """

    before: Positions
    after: Positions
    share: Array

    @cached_property
    def layers(self) -> tuple[tuple[NDArray[np.bool_], NDArray[np.bool_]], ...]:
        """Links in layers in which no unit stands twice: by the earlier unit, and by the later one."""
        counts = (_repeats(self.before), _repeats(self.after))
        most = max((int(count.max(initial=0)) for count in counts), default=0)
        return tuple((counts[0] == k, counts[1] == k) for k in range(most + 1))

    def total(self, values: Array, n_after: int) -> Array:
        """Return values of links ``(..., n_links)`` for later units ``(..., n_after)``; NaN without one."""
        values = np.asarray(values, dtype=np.float64)
        found = np.full((*values.shape[:-1], n_after), np.nan)
        there = np.unique(self.after)
        found[..., there] = 0.0
        np.add.at(found.T, self.after, (values * self.share).T)
        return found

    def in_rows(self, count: int, n_before: int, n_after: int) -> Links:
        """Return the same links for *count* rows of units that stand one after another."""
        row = np.arange(count)[:, np.newaxis]
        return Links(
            (row * n_before + self.before).ravel(),
            (row * n_after + self.after).ravel(),
            np.tile(self.share, count),
        )

    def carried(self, loadings: Loadings, n_before: int) -> Loadings:
        """Return the errors of earlier units as those of the later ones that they make up."""
        parts = []
        for layer, _ in self.layers:
            to, factor = np.full(n_before, -1, dtype=np.intp), np.zeros(n_before)
            to[self.before[layer]], factor[self.before[layer]] = self.after[layer], self.share[layer]
            parts.append(loadings.scaled(factor).moved(to))
        return Loadings(
            loadings.sample,
            np.concatenate([part.unit for part in parts]),
            np.concatenate([part.shock for part in parts]),
            np.concatenate([part.amount for part in parts]),
            names=loadings.names,
        )


def _repeats(positions: Positions) -> Positions:
    """Return how often each entry has stood before it."""
    seen: dict[int, int] = {}
    found = []
    for at in positions.tolist():
        found.append(seen.get(at, 0))
        seen[at] = found[-1] + 1
    return np.array(found, dtype=np.intp)


def rows_of(renamed: Renamed) -> tuple[tuple[Row, ...], tuple[Problem, ...]]:
    """Return the lines of a table of units, and what is wrong with its columns and numbers."""
    if renamed is None:
        return (), ()
    if isinstance(renamed, Mapping):
        return tuple(
            Row(_text(old), _text(new), None, k) for k, (old, new) in enumerate(renamed.items(), 1)
        ), ()
    lacking = [name for name in _COLUMNS[:2] if name not in renamed]
    if lacking:
        what = Text("缺少列:{names}", "columns missing: {names}").format(names=listed(lacking))
        return (), (Problem("error", "renamed.column", _TABLE, what, _FORM),)
    shares = renamed["share"] if "share" in renamed else [None] * len(renamed)
    rows, problems = [], []
    cells = renamed["cell"] if "cell" in renamed else [""] * len(renamed)
    lines = zip(renamed["unit"], renamed["into"], shares, cells, strict=True)
    for line, (old, new, given, cell) in enumerate(lines, 1):
        share = _number(given)
        row = Row(_text(old), _text(new), share, line, _text(cell))
        if share is not None and not 0 < share <= 1:
            problems.append(_bad_share(row, given))
        rows.append(row)
    return tuple(rows), tuple(problems)


def link_units(before: Units, after: Units, rows: tuple[Row, ...]) -> tuple[Links, tuple[Problem, ...]]:
    """Return how the units of two periods belong together.

    Units that no row names are matched by code. A row without ``into`` dissolves a unit, one without
    ``unit`` founds one: neither has anything to be compared with. Rows about units that the earlier
    period does not have are passed over.

    Returns
    -------
    Links, tuple of Problem
        In the order of the later units' codes. Problems: unknown names, units of one period alone that
        no row explains, shares that do not add up to 1.
    """
    found: list[tuple[int, int, float | None, str]] = []
    problems: list[Problem] = []
    left, founded = set(), set()
    for row in rows:
        old, new = before.find(row.unit) if row.unit else None, after.find(row.into) if row.into else None
        if row.into and new is None:
            problems.append(_unknown(row, after))
            continue
        if old is not None:
            left.add(old)
        elif not row.unit and new is not None:
            founded.add(new)
        if old is not None and new is not None:
            found.append((old, new, row.share, row.where))
    for code, at in before.index.items():
        if at not in left and code in after.index:
            found.append((at, after.index[code], None, code))
    problems += _repeated(found, before, after)
    reached = {new for _, new, _, _ in found}
    gone = [before.names[at] for at in range(before.n) if at not in {*left, *(old for old, *_ in found)}]
    come = [after.names[at] for at in range(after.n) if at not in reached | founded]
    problems += _alone(gone, come)
    links, of_shares = _shared(found, before, after)
    return links, (*problems, *of_shares)


def _shared(
    found: list[tuple[int, int, float | None, str]], before: Units, after: Units
) -> tuple[Links, list[Problem]]:
    """Return the links with their shares, and the units whose shares are not stated or not 1 together."""
    problems = []
    by_new: dict[int, list[float | None]] = {}
    for _, new, share, _ in found:
        by_new.setdefault(new, []).append(share)
    for new, shares in by_new.items():
        told = [share for share in shares if share is not None]
        if len(shares) > 1 and len(told) < len(shares):
            problems.append(_no_share(after.names[new]))
        elif told and abs(sum(told) - 1.0) > _NEAR:
            problems.append(_wrong_sum(after.names[new], sum(told)))
    order = sorted(found, key=lambda link: (after.codes[link[1]], before.codes[link[0]]))
    return Links(
        np.array([old for old, *_ in order], dtype=np.intp),
        np.array([new for _, new, *_ in order], dtype=np.intp),
        np.array([1.0 if share is None else share for _, _, share, _ in order], dtype=np.float64),
    ), problems


_FORM = Text(
    "表应有 unit(原单位)、into(现单位)两列;几个单位并为一个时再加 share(原单位占现单位的份额)",
    "give the columns unit (old), into (new) and, where several become one, share (of the new one)",
)


def _number(value: Any) -> float | None:
    if value is None or value == "" or pd.isna(value):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _text(value: Any) -> str:
    return "" if value is None or (not isinstance(value, str) and pd.isna(value)) else str(value).strip()


def _bad_share(row: Row, given: Any) -> Problem:
    return Problem(
        "error", "renamed.share", row.where,
        Text(f"份额应大于0、不超过1,写的是{given}", f"a share is above 0 and at most 1, not {given}"),
        Text("填写原单位(如按人口)占现单位的份额", "state its part of the new unit, by population say"),
    )  # fmt: skip


def _unknown(row: Row, after: Units) -> Problem:
    return Problem(
        "error", "renamed.unknown", row.where,
        Text(f"后一期没有这个单位:{row.into}", f"the later period has no such unit: {row.into}"),
        did_you_mean(row.into, [*after.names, *after.codes]),
    )  # fmt: skip


def _repeated(
    found: list[tuple[int, int, float | None, str]], before: Units, after: Units
) -> Iterator[Problem]:
    seen = set()
    for old, new, _, where in found:
        if (old, new) in seen:
            one, two = before.names[old], after.names[new]
            what = Text(f"“{one}→{two}”写了两次", f"{one} into {two} is listed twice")
            hint = Text("删去一行", "drop one of the rows")
            yield Problem("error", "renamed.twice", where, what, hint)
        seen.add((old, new))


def _alone(gone: list[str], come: list[str]) -> Iterator[Problem]:
    """Yield the units that only one of the periods has."""
    for names, where, zh, en in (
        (sorted(gone), "before", "只在前一期有的单位:{names}", "units of the earlier period alone: {names}"),
        (sorted(come), "after", "只在后一期有的单位:{names}", "units of the later period alone: {names}"),
    ):
        if names:
            yield Problem(
                "error", "units.differ", where, Text(zh, en).format(names=listed(names, _NAMED)), _SAY
            )


_SAY = Text(
    "用 renamed 表写明改名、合并、拆分(unit、into、share);撤销的 into 留空,新设的 unit 留空",
    "say in `renamed` (unit, into, share) what was renamed, merged or split; leave `into` blank for a unit"
    " that is gone and `unit` blank for a new one",
)


def _no_share(name: str) -> Problem:
    return Problem(
        "error", "renamed.share", _TABLE,
        Text(f"“{name}”由几个单位合成,却有没写份额的", f"{name} has several origins, not all with a share"),
        Text("逐个写明 share,合计为1", "state every share, 1 together; also of a code that was kept"),
    )  # fmt: skip


def _wrong_sum(name: str, total: float) -> Problem:
    return Problem(
        "error", "renamed.share", _TABLE,
        Text(f"“{name}”各来源单位的份额合计为{total:.12g}", f"the shares of {name} add up to {total:.12g}"),
        Text("改为合计等于1", "make them add up to 1"),
    )  # fmt: skip
