"""`combine`: months, quarters or half-years put together into one result."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from township_eval.analysis.arguments import (
    EVALUATIONS,
    MAPPING_OR_FRAME,
    NAMES,
    NUMBER,
    NUMBERS,
    TEXT,
    expect,
    optional,
)
from township_eval.analysis.periods.change.hybrid import Side
from township_eval.analysis.periods.checks import provisional_problems, recomputed
from township_eval.analysis.periods.joining import Shares, period_shares
from township_eval.analysis.periods.links import Renamed, link_units, rows_of
from township_eval.analysis.periods.together import points_of_periods, put_together, scoreless
from township_eval.errors import DataError, Problem, did_you_mean
from township_eval.evaluation import Evaluation
from township_eval.language import Text
from township_eval.scheme.model import Scheme

__all__ = ["Combined", "combine"]


@dataclass(frozen=True, eq=False, repr=False)
class Combined:
    """Several periods as one; obtain one with `township_eval.combine`.

    It is no `Evaluation`: periods may have schemes with other indicators, so there is no one tree of
    scores behind it. Ranks, classes and grades are those of the last period's scheme.

    Attributes
    ----------
    period : str
    scheme : Scheme
        Of the last period.
    evaluations : tuple of Evaluation
        What was put together, in order of time.
    problems : tuple of Problem
        What a reader must know, none of them an error.
    """

    period: str
    scheme: Scheme
    evaluations: tuple[Evaluation, ...]
    problems: tuple[Problem, ...]
    result_rows: pd.DataFrame
    part_rows: pd.DataFrame

    @property
    def results(self) -> pd.DataFrame:
        """One row per unit: name, group, composite, se, rank, rank_in_group, grade, coverage, grade_reason.

        ``coverage`` is the share of the weights for which the unit has a score.
        """
        return self.result_rows.copy()

    @property
    def parts(self) -> pd.DataFrame:
        """One row per unit and period: weight as stated, share in the unit's mean, points, contribution.

        ``published`` are the period's points; ``points`` what counts, with accumulating indicators
        restated. Contributions add up to the composite before rounding. A period that counts as zero is a row
        of its own: nothing published, 0 points.
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
            "period": self.period,
            "periods": [one.period for one in self.evaluations],
            "fingerprints": [one.scheme.fingerprint for one in self.evaluations],
            "results": _records(self.result_rows.reset_index()),
            "parts": _records(self.part_rows),
            "notes": [problem.to_dict() for problem in self.problems],
        }

    def __repr__(self) -> str:
        periods = ", ".join(one.period for one in self.evaluations)
        return f"<Combined {self.period} of {periods}: {len(self.result_rows)} units>"

    def _repr_html_(self) -> str:
        marks = dict.fromkeys(one.scheme.notice for one in self.evaluations if one.scheme.notice)
        said = "".join(f"<p>{html.escape(mark)}</p>" for mark in marks)
        return said + str(self.result_rows.to_html(max_rows=60))


def combine(
    evaluations: Sequence[Evaluation],
    weights: Sequence[float] | Mapping[str, float] | None = None,
    *,
    required: str | Sequence[str] | None = None,
    missing: str = "refuse",
    accumulates: str | Sequence[str] = (),
    renamed: Renamed = None,
    period: str = "",
    correlation: float | None = None,
) -> Combined:
    """Put several periods together: the weighted mean of their published points, ranked and graded anew.

    Parameters
    ----------
    evaluations : sequence of Evaluation
        One a period, in any order.
    weights : sequence or mapping, optional
        A weight for each evaluation, or by period; equal when left out. Only their ratios count. A
        period with a weight and no evaluation is missing.
    required : str or sequence of str, optional
        Periods that must be there; without it those that have a weight.
    missing : {"refuse", "exclude", "zero"}
        What becomes of a missing period, and of a unit without a score in one: refused; left out,
        the weights of the others growing; or counted as zero.
    accumulates : str or sequence of str
        Indicators whose values are cumulative (1-9 月): the score of the last period counts for all of
        them, not the mean. Where the last period has none, the latest that has.
    renamed : mapping or DataFrame, optional
        Which earlier units became which of the last period, as for `compare`.
    period : str, optional
        Name of the result; without it the year, where the periods fill one, else the periods joined.
    correlation : float, optional
        Of a unit's errors in any two periods; by default villages and raters asked again are told by
        name, and everything else is independent.

    Returns
    -------
    Combined
        ``.results``, ``.parts``, ``.notes``.

    Raises
    ------
    DataError
        No evaluation, one that is provisional, a period twice or overlapping another, weights that do
        not fit, a missing period, units that differ without a table, unknown indicators; all at once.
    TypeError, ValueError
        An argument of another kind; ``missing`` or ``correlation`` out of range.

    Notes
    -----
    Points are taken as published, rounded and with adjustments, so that the printed sheets add up;
    under ``rank_on: raw`` unrounded. A scheme with another scale is brought to the last one's.

    Examples
    --------
    >>> import pandas as pd
    >>> import township_eval as te
    >>> index = {"children": [{"id": "a", "weight": 100}]}
    >>> scheme = te.read_scheme({"name": "S", "version": "1", "index": index})
    >>> def evaluated(period, *values):
    ...     frame = pd.DataFrame({"a": values}, index=["North", "South"])
    ...     return te.evaluate(scheme, te.Inputs(period=period, values=frame))
    >>> year = te.combine([evaluated("2018-H1", 80.0, 90.0), evaluated("2018-H2", 90.0, 85.0)], [40, 60])
    >>> year.period, year.results["composite"].tolist(), year.results["rank"].tolist()
    ('2018', [86.0, 87.0], [2, 1])
    """
    expect(
        evaluations=(evaluations, EVALUATIONS), weights=(weights, optional(NUMBERS)),
        required=(required, optional(NAMES)), missing=(missing, TEXT), accumulates=(accumulates, NAMES),
        renamed=(renamed, optional(MAPPING_OR_FRAME)), period=(period, TEXT),
        correlation=(correlation, optional(NUMBER)),
    )  # fmt: skip
    _in_range(missing, correlation)
    accumulates = (accumulates,) if isinstance(accumulates, str) else tuple(accumulates)
    shares, problems = period_shares(tuple(evaluations), weights, required, missing, period)
    problems = [*problems, *provisional_problems(tuple(evaluations))]
    rows, of_table = rows_of(renamed)
    problems += of_table
    if not shares.evaluations:
        raise DataError(problems)
    last = shares.evaluations[-1]
    links = []
    for one in shares.evaluations:
        linked, of_units = link_units(one.units, last.units, rows)
        links.append(linked)
        problems += of_units
    problems += [*_strangers(rows, shares), *_unknown(accumulates, last)]
    if not _has_error(problems):
        problems += [p for one in shares.evaluations if accumulates for p in recomputed(Side(one))]
    _raise_errors(problems)
    points = points_of_periods(shares, links, accumulates)
    problems += [*points.problems, *scoreless(shares, points, missing)]
    _raise_errors(problems)
    found = put_together(shares, links, points, missing, correlation)
    notes = (*problems, *found.notes)
    return Combined(shares.period, last.scheme, shares.evaluations, notes, found.results, found.parts)


def _in_range(missing: str, correlation: float | None) -> None:
    policies = ("refuse", "exclude", "zero")
    if missing not in policies:
        msg = f"missing must be one of {policies}, not {missing!r}"
        raise ValueError(msg)
    if correlation is not None and not -1 <= correlation <= 1:
        msg = f"correlation must lie between -1 and 1, not {correlation!r}"
        raise ValueError(msg)


def _strangers(rows: Any, shares: Shares) -> list[Problem]:
    known = [name for one in shares.evaluations for name in (*one.units.names, *one.units.codes)]
    return [
        Problem(
            "error", "renamed.unknown", row.where,
            Text(f"各期都没有这个单位:{row.unit}", f"no period has such a unit: {row.unit}"),
            did_you_mean(row.unit, known),
        )
        for row in rows
        if row.unit and all(one.units.find(row.unit) is None for one in shares.evaluations)
    ]  # fmt: skip


def _unknown(accumulates: Sequence[str], last: Evaluation) -> list[Problem]:
    leaves = [last.plan.ids[row] for row in last.plan.leaves]
    return [
        Problem(
            "error", "combine.accumulates", "accumulates",
            Text(f"最后一期没有这个指标:{one}", f"the last period has no such indicator: {one}"),
            did_you_mean(one, leaves),
        )
        for one in accumulates
        if one not in leaves
    ]  # fmt: skip


def _has_error(problems: Sequence[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _raise_errors(problems: Sequence[Problem]) -> None:
    if _has_error(problems):
        raise DataError(problem for problem in problems if problem.severity == "error")


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]
