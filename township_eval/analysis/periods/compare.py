"""`compare`: what changed between two periods, how surely, and because of what."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.analysis.arguments import EVALUATION, MAPPING_OR_FRAME, NUMBER, expect, optional
from township_eval.analysis.periods.change.comparability import Comparability, comparability
from township_eval.analysis.periods.change.decomposition import decompose
from township_eval.analysis.periods.change.hybrid import Side
from township_eval.analysis.periods.change.parts import part_rows
from township_eval.analysis.periods.checks import pair_problems, recomputed
from township_eval.analysis.periods.errors import ChangeErrors, change_errors
from township_eval.analysis.periods.links import Links, Renamed, link_units, rows_of
from township_eval.analysis.periods.nodes import node_changes
from township_eval.analysis.periods.raters import RatersCount, check_raters
from township_eval.errors import DataError, Problem, did_you_mean
from township_eval.evaluation import Evaluation
from township_eval.evaluation.adjusted import taken_words
from township_eval.language import Text, listed
from township_eval.methods.differences import holm, two_sided
from township_eval.methods.estimation.intervals import student
from township_eval.methods.ranking import round_half_up
from township_eval.methods.varying import Array

__all__ = ["Change", "compare"]

LEVEL: Final = 0.95


@dataclass(frozen=True, eq=False, repr=False)
class Change:
    """What changed between two periods; obtain one with `township_eval.compare`.

    Attributes
    ----------
    before, after : Evaluation
    comparable : Comparability
        Whether both periods measure the same, in words; ``.differences`` lists what does not.
    level : float
        Confidence level of intervals; movers are told at one less it, over all units.
    additive : bool
        Whether indicators' parts are exact; else those of some units are averages over two orders.
    problems : tuple of Problem
        What a reader must know, none of them an error.
    """

    before: Evaluation
    after: Evaluation
    comparable: Comparability
    level: float
    additive: bool
    problems: tuple[Problem, ...]
    unit_rows: pd.DataFrame
    node_rows: pd.DataFrame
    part_rows: pd.DataFrame

    @property
    def digits(self) -> int:
        """Decimals the points are printed with."""
        return max(self.before.scheme.digits, self.after.scheme.digits)

    @property
    def units(self) -> pd.DataFrame:
        """One row per later unit: before, after, change, se, lower, upper, p, mover, ranks and grades.

        Composites are the published ones, adjustments included. ``p_holm`` is adjusted for looking at
        all units; ``mover`` is up or down where it is at most one less the level.
        """
        return self.unit_rows.copy()

    @property
    def nodes(self) -> pd.DataFrame:
        """One row per later unit and node of either period: before, after, change, se, in scores 0-100."""
        return self.node_rows.copy()

    @property
    def parts(self) -> pd.DataFrame:
        """One row per unit and part of the composite's change: kind, part, name, points, printed.

        ``points`` add up to the change before rounding, ``printed`` to the published change.
        """
        return self.part_rows.copy()

    @property
    def notes(self) -> pd.DataFrame:
        """What a reader must know: code, where, zh, en, hint_zh, hint_en."""
        rows = [(p.code, p.where, p.what.zh, p.what.en, p.hint.zh, p.hint.en) for p in self.problems]
        return pd.DataFrame(rows, columns=["code", "where", "zh", "en", "hint_zh", "hint_en"])

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON; missing numbers are None."""
        return {
            "before": self.before.period, "after": self.after.period, "level": self.level,
            "fingerprints": [self.before.scheme.fingerprint, self.after.scheme.fingerprint],
            "comparable": {
                "level": self.comparable.level, "zh": self.comparable.text.zh, "en": self.comparable.text.en,
                "differences": _records(self.comparable.frame),
            },
            "additive": self.additive,
            "units": _records(self.unit_rows), "nodes": _records(self.node_rows),
            "parts": _records(self.part_rows), "notes": [problem.to_dict() for problem in self.problems],
        }  # fmt: skip

    def __repr__(self) -> str:
        moved = int((self.unit_rows["mover"] != "").sum())
        span = f"{self.before.period} to {self.after.period}"
        return f"<Change {span}: {len(self.unit_rows)} units, {moved} moved>"

    def _repr_html_(self) -> str:
        marks = dict.fromkeys(filter(None, (one.scheme.notice for one in (self.before, self.after))))
        said = "".join(f"<p>{html.escape(mark)}</p>" for mark in (*marks, self.comparable.text.zh))
        return said + str(self.unit_rows.to_html(index=False, max_rows=60))


def compare(
    before: Evaluation,
    after: Evaluation,
    *,
    renamed: Renamed = None,
    correlation: float | None = None,
    raters: RatersCount = "estimated",
    level: float = LEVEL,
) -> Change:
    """Say what changed between two periods, how surely, and because of what.

    Parameters
    ----------
    before, after : Evaluation
        Of two periods; or of one period under two schemes, which shows what the scheme does.
    renamed : mapping or DataFrame, optional
        Which units became which: ``{old: new}``, or the columns ``unit``, ``into`` and, where several
        became one, ``share``, what part of the new unit the old one makes up (by population, say).
        A blank ``into`` dissolves a unit, a blank ``unit`` founds one.
    correlation : float, optional
        Of a unit's errors in the two periods. By default villages that were asked in both are told by
        name, respondents too where they were drawn themselves and the evaluations were not read from
        files, raters as *raters* says; everything else is independent.
    raters : {"estimated", "anew", "same"}
        Whether raters who marked in both periods stayed as severe: as far as the severities of at least three
        of them show; not at all; or altogether, which makes changes look surer than they are unless it is
        true. See `methods.ratings.persistence`.
    level : float, default 0.95
        Of the intervals; movers are told at ``1 - level`` over all units (Holm).

    Returns
    -------
    Change
        ``.comparable``, ``.units``, ``.nodes``, ``.parts``, ``.notes``.

    Raises
    ------
    DataError
        A provisional evaluation, periods in the wrong order, units of one period alone that ``renamed``
        does not explain, no indicator in common, own formulas that were not given; all at once.
    TypeError, ValueError
        An argument of another kind; ``level`` or ``correlation`` out of range, or ``raters`` no such word.

    Notes
    -----
    The change of a composite is what the values of indicators, the weights, the rules and the
    adjustments each do, averaged over the 24 orders in which they could have changed (Shapley). See
    `analysis.periods.decomposition`.

    Examples
    --------
    >>> import pandas as pd
    >>> import township_eval as te
    >>> def evaluated(period, weight, values):
    ...     leaves = [{"id": "water", "weight": weight}, {"id": "roads", "weight": 100 - weight}]
    ...     scheme = te.read_scheme({"name": "S", "version": period, "index": {"children": leaves}})
    ...     frame = pd.DataFrame(values, index=["North"], columns=["water", "roads"])
    ...     return te.evaluate(scheme, te.Inputs(period=period, values=frame))
    >>> change = te.compare(evaluated("2018", 60, [[80.0, 50.0]]), evaluated("2019", 50, [[90.0, 50.0]]))
    >>> change.parts[["part", "printed"]].values.tolist()
    [['water', 5.5], ['roads', 0.0], ['weights', -3.5], ['rules', 0.0], ['adjustments', 0.0]]
    >>> change.units["change"].tolist(), change.comparable.level
    ([2.0], 'scheme')
    """
    expect(
        before=(before, EVALUATION), after=(after, EVALUATION), renamed=(renamed, optional(MAPPING_OR_FRAME)),
        correlation=(correlation, optional(NUMBER)), level=(level, NUMBER),
    )  # fmt: skip
    _in_range(level, correlation)
    check_raters(raters)
    sides = Side(before), Side(after)
    rows, problems = rows_of(renamed)
    links, of_units = link_units(before.units, after.units, rows)
    strangers = _strangers(rows, before)
    found = [*pair_problems(before, after), *problems, *strangers, *of_units]
    if not _has_error(found):
        found += [problem for side in sides for problem in recomputed(side)]
    if _has_error(found):
        raise DataError(problem for problem in found if problem.severity == "error")
    parts = decompose(*sides, links)
    errors = change_errors(before, after, links, correlation, raters)
    units = _units(before, after, links, errors, level)
    table, of_parts = part_rows(sides, links, parts, units)
    nodes = node_changes(before, after, links, errors, correlation)
    rough = ~parts.additive & units["change"].notna().to_numpy()
    notes = (
        *found,
        *errors.notes,
        *nodes.notes,
        *of_parts,
        *_notes(rough, units),
        *_of_events(before, after),
    )
    additive = not rough.any()
    same = comparability(*sides, links)
    return Change(before, after, same, level, additive, notes, units, nodes.rows, table)


def _in_range(level: float, correlation: float | None) -> None:
    if not 0 < level < 1:
        msg = f"level must lie between 0 and 1, not {level!r}"
        raise ValueError(msg)
    if correlation is not None and not -1 <= correlation <= 1:
        msg = f"correlation must lie between -1 and 1, not {correlation!r}"
        raise ValueError(msg)


def _has_error(problems: list[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _strangers(rows: Any, before: Evaluation) -> Iterator[Problem]:
    for row in rows:
        if row.unit and before.units.find(row.unit) is None:
            yield Problem(
                "error", "renamed.unknown", row.where,
                Text(f"前一期没有这个单位:{row.unit}", f"the earlier period has no such unit: {row.unit}"),
                did_you_mean(row.unit, [*before.units.names, *before.units.codes]),
            )  # fmt: skip


def _units(
    before: Evaluation, after: Evaluation, links: Links, errors: ChangeErrors, level: float
) -> pd.DataFrame:
    units, digits = after.units, max(before.scheme.digits, after.scheme.digits)
    old = round_half_up(links.total(before.standing.adjusted[links.before], units.n), digits)
    new = after.standing.adjusted
    change = round_half_up(new - old, digits)
    se = np.where(np.isnan(change), np.nan, errors.se)
    lower, upper = student(change, se, errors.df, level)
    p = two_sided(change, se, errors.df)
    adjusted = holm(p)
    sure = adjusted <= 1 - level + 1e-12
    one = _Lineage.of(links, units.n)
    return pd.DataFrame(
        {
            "unit": list(units.codes), "name": list(units.names), "group": list(units.groups),
            "before": old, "after": new, "change": change, "se": se, "lower": lower, "upper": upper,
            "p": p, "p_holm": adjusted,
            "mover": np.where(sure & (change > 0), "up", np.where(sure & (change < 0), "down", "")),
            "rank_before": one.ranks(before.standing.rank), "rank_after": _whole(after.standing.rank),
            "rank_in_group_before": one.ranks(before.standing.rank_in_group),
            "rank_in_group_after": _whole(after.standing.rank_in_group),
            "grade_before": one.grades(before), "grade_after": list(after.standing.grade),
        }
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Lineage:
    """For every later unit the one earlier unit that it continues; -1 where there is none, or several."""

    at: Any

    @classmethod
    def of(cls, links: Links, n: int) -> _Lineage:
        at = np.full(n, -1, dtype=np.intp)
        at[links.after] = links.before
        at[np.bincount(links.after, minlength=n) != 1] = -1
        return cls(at)

    def ranks(self, rank: Array) -> Any:
        """Return earlier ranks; a unit made of several had none."""
        return _whole(np.where(self.at >= 0, rank[self.at], np.nan))

    def grades(self, before: Evaluation) -> list[str]:
        """Return earlier grades."""
        return [before.standing.grade[at] if at >= 0 else "" for at in self.at.tolist()]


def _whole(ranks: Array) -> Any:
    absent = np.isnan(ranks)
    return pd.arrays.IntegerArray(np.where(absent, 1.0, ranks).astype(np.int64), absent)


def _notes(rough: NDArray[np.bool_], units: pd.DataFrame) -> Iterator[Problem]:
    """Yield what a reader of the changes must know; *rough*: whose indicators' parts are averages."""
    hint = Text("解读变化时请一并考虑", "bear it in mind when reading the changes")
    if count := int(rough.sum()):
        what = Text(
            f"{count} 个单位的综合得分不是指标得分的加权和:指标的部分为按两种次序逐项替换的平均",
            (
                "the composite of 1 unit is no weighted sum"
                if count == 1
                else f"composites of {count} units are no weighted sums"
            )
            + ": parts of indicators are averages of exchanging one after the other in two orders",
        )
        yield Problem("warning", "change.not_additive", "parts", what, hint)
    absent = units.loc[units["change"].isna(), "name"].tolist()
    if absent:
        what = Text("没有前后两期得分,未作比较:{names}", "no scores in both periods: {names}").format(
            names=listed(sorted(absent), 9)
        )
        yield Problem("warning", "change.not_compared", "units", what, hint)


def _of_events(before: Evaluation, after: Evaluation) -> Iterator[Problem]:
    """Yield whose change holds what events did to a block: it stands under values, not adjustments."""
    taken = {side.units.names[at] for side in (before, after) for _, at in taken_words(side)}
    if not taken:
        return
    what = Text(
        "事项直接作用于板块得分的:{names}。其得失列在“数值”,不在“加减分”",
        "events took a part of a block of {names}: their parts for values hold it, not those for adjustments",
    ).format(names=listed(sorted(taken), 9))
    hint = Text("见两期的加减分明细", "see the ledgers of both periods")
    yield Problem("warning", "change.events_in_values", "parts", what, hint)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]
