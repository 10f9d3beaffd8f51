"""The arithmetic of `combine`: weighted means of periods with errors, ranks and grades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.analysis.periods.errors import again
from township_eval.analysis.periods.joining import Shares
from township_eval.analysis.periods.links import Links
from township_eval.analysis.periods.restated import restated
from township_eval.errors import Problem
from township_eval.language import Text, listed
from township_eval.methods.loadings import between
from township_eval.methods.ranking import round_half_up
from township_eval.methods.varying import Array
from township_eval.rules.grading import grade_units
from township_eval.rules.standing import rank_units
from township_eval.scheme.model import Scheme

__all__ = ["Points", "Together", "points_of_periods", "put_together", "scoreless"]

_NAMED: Final = 9


@dataclass(frozen=True, eq=False)
class Together:
    """The result, its parts by period, and what it takes for granted."""

    results: pd.DataFrame
    parts: pd.DataFrame
    notes: tuple[Problem, ...]


@dataclass(frozen=True, eq=False)
class Points:
    """Points of the last period's units in every period, ``(n_periods, n_units)``, on the last scale.

    ``blurred``: units whose error the restating of accumulating indicators has made unknown.
    """

    published: Array
    counted: Array
    blurred: Array
    problems: tuple[Problem, ...]


def points_of_periods(shares: Shares, links: Sequence[Links], accumulates: tuple[str, ...]) -> Points:
    """Return the points of every period, as published and as they count."""
    last = shares.evaluations[-1]
    n = last.units.n
    published, counted, blurred = [], [], np.zeros(n)
    told: list[Problem] = []
    instead, problems = restated(shares.evaluations, links, accumulates)
    told += problems
    for one, link, other in zip(shares.evaluations, links, instead, strict=True):
        standing, scheme = one.standing, one.scheme
        unit = last.scheme.scale / scheme.scale
        ledger = standing.adjusted - standing.composite
        raw = one.score[0] * scheme.scale / 100.0 + ledger
        own = raw if last.scheme.rank_on == "raw" else standing.adjusted
        published.append(link.total(own[link.before] * unit, n))
        if other is None:
            counted.append(published[-1])
        else:
            points = other * scheme.scale / 100.0
            if last.scheme.rank_on != "raw":
                points = round_half_up(points, scheme.digits)
            counted.append(link.total(points * unit, n) + link.total(ledger[link.before] * unit, n))
    if accumulates:
        rows = [last.plan.leaves.index(last.plan.row[one]) for one in accumulates if one in last.plan.row]
        blurred = np.nansum(np.nan_to_num(last.leaves.se[rows]) + last.leaves.unknown[rows], axis=0)
    return Points(np.stack(published), np.stack(counted), blurred, tuple(told))


def put_together(
    shares: Shares, links: Sequence[Links], points: Points, missing: str, correlation: float | None
) -> Together:
    """Return the weighted means with errors, ranks and grades.

    Parameters
    ----------
    shares : Shares
        Periods and weights.
    links : sequence of Links
        From the units of every period to those of the last.
    points : Points
    missing : {"refuse", "exclude", "zero"}
    correlation : float, optional
        Of a unit's errors in two periods.
    """
    last = shares.evaluations[-1]
    scheme, units = last.scheme, last.units
    there = ~np.isnan(points.counted)
    present = there | (missing == "zero")
    weight = shares.weight[:, None] * present
    # a period that nobody evaluated counts as zero, or not at all
    base = weight.sum(axis=0) + (shares.absent if missing == "zero" else 0.0)
    share = np.divide(weight, base, out=np.zeros_like(weight), where=base > 0)
    nobody = ~there.any(axis=0)
    part = share * np.nan_to_num(points.counted)
    total = np.where(nobody, np.nan, part.sum(axis=0))
    composite = round_half_up(total, scheme.digits)
    index = total * 100.0 / scheme.scale
    rank, rank_in_group = rank_units(scheme, index, np.zeros(units.n), units.groups)
    graded = grade_units(scheme.grades, composite, units.groups)
    se, notes = _errors(shares, links, share, correlation)
    results = pd.DataFrame(
        {
            "name": list(units.names), "group": list(units.groups), "composite": composite,
            "se": np.where(nobody | (points.blurred > 0), np.nan, se),
            "rank": _whole(rank), "rank_in_group": _whole(rank_in_group), "grade": list(graded.grade),
            "coverage": (shares.weight[:, None] * there).sum(axis=0) / (shares.weight.sum() + shares.absent),
            "grade_reason": list(graded.reason),
        },
        index=pd.Index(list(units.codes), name="unit"),
    )  # fmt: skip
    return Together(
        results,
        _part_rows(shares, points, share, part, missing),
        (*notes, *_blurred(points, units.names), *_grade_notes(scheme)),
    )


def _part_rows(shares: Shares, points: Points, share: Array, part: Array, missing: str) -> pd.DataFrame:
    """Return a row per unit and period; where missing ones count as zero, they are rows of zeros."""
    last = shares.evaluations[-1]
    periods, n = [one.period for one in shares.evaluations], last.units.n
    counted, weight, published = points.counted, shares.weight, points.published
    if missing == "zero":
        scored = ~np.isnan(counted).all(axis=0)  # who has no score at all has no result either
        counted = np.where(np.isnan(counted) & (weight[:, None] > 0) & scored, 0.0, counted)
        periods += [one for one, _ in shares.gone]
        gone = np.array([weight for _, weight in shares.gone], dtype=np.float64)
        base = weight.sum() + gone.sum()
        nothing = np.where(scored, np.zeros((len(gone), n)), np.nan)
        of_gone = np.broadcast_to(gone[:, None] / base if base > 0 else 0.0, nothing.shape)
        published = np.concatenate([published, np.full_like(nothing, np.nan)])
        counted, weight = np.concatenate([counted, nothing]), np.concatenate([weight, gone])
        share, part = np.concatenate([share, of_gone]), np.concatenate([part, nothing])
    order = shares.order if len(periods) > len(shares.evaluations) else list(range(len(periods)))
    return pd.DataFrame(
        {
            "unit": np.repeat(np.array(last.units.codes, dtype=object), len(periods)),
            "period": [periods[at] for at in order] * n,
            "weight": np.tile(weight[order], n),
            "share": share[order].T.ravel(),
            "published": published[order].T.ravel(),
            "points": counted[order].T.ravel(),
            "contribution": np.where(np.isnan(counted), np.nan, part)[order].T.ravel(),
        }
    )


def _errors(
    shares: Shares, links: Sequence[Links], share: Array, correlation: float | None
) -> tuple[Array, tuple[Problem, ...]]:
    """Return standard errors of the weighted means, and what they take for granted."""
    last = shares.evaluations[-1]
    n, scale = last.units.n, last.scheme.scale / 100.0
    used = share > 0
    known = np.ones(n, dtype=np.bool_)
    variances, shocks = [], []
    for one, link, mine in zip(shares.evaluations, links, used, strict=True):
        known &= ~mine | ~np.isnan(link.total(one.precision.se[0, link.before], n))
        variances.append(link.carried(one.precision.composite, one.units.n).variance(n))
        shocks.append(link.carried(one.precision.recurring, one.units.n))
    total = np.zeros(n)
    met, untold = 0, 0
    for i in range(len(variances)):
        for j in range(i + 1):
            if i == j:
                cov = variances[i]
            elif correlation is None:
                cov = 2.0 * between(shocks[i], shocks[j], n)
                pair = again(shares.evaluations[i], shares.evaluations[j])
                met, untold = met + pair.villages + pair.respondents + pair.raters, untold + pair.untold
            else:
                cov = 2.0 * correlation * np.sqrt(variances[i] * variances[j])
            total += share[i] * share[j] * cov
    se = np.where(known, np.sqrt(np.maximum(total, 0.0)) * scale, np.nan)
    return se, _error_notes(known, correlation, (met, untold), len(variances))


def _error_notes(
    known: Any, correlation: float | None, met: tuple[int, int], n_periods: int
) -> tuple[Problem, ...]:
    if not known.any() or n_periods == 1:
        return ()
    if correlation is not None:
        what = Text(
            f"各期误差按给定的相关系数{correlation:g}计算",
            f"errors of the periods are taken to correlate as stated ({correlation:g})",
        )
    elif met[0]:
        what = Text(
            "各期重复调查的村(群)、受访者和重复评分的评估员,其误差按重复计入",
            "villages, respondents and raters asked again are taken into account",
        )
    else:
        what = Text(
            "没有可识别的重复村(群)、受访者或评估员,各期误差按相互独立计算",
            "no village, respondent or rater can be told again: the periods count as independent",
        )
    told = Problem("warning", "combine.errors", "se", what, _BEAR)
    if correlation is None and met[1]:
        return told, Problem("warning", "combine.respondents", "se", _UNTOLD, _BEAR)
    return (told,)


def _blurred(points: Points, names: tuple[str, ...]) -> tuple[Problem, ...]:
    if not points.blurred.any():
        return ()
    what = Text(
        "累计指标的数值有误差,合成得分未附标准误:{names}",
        "accumulating indicators have errors, so the result comes without a standard error: {names}",
    ).format(names=listed([names[at] for at in np.flatnonzero(points.blurred).tolist()], _NAMED))
    return (Problem("warning", "combine.blurred", "se", what, _BEAR),)


def _grade_notes(scheme: Scheme) -> tuple[Problem, ...]:
    """Say what of a scheme's grading belongs to one period and is not judged again for several."""
    single = (scheme.limiters, scheme.vetoes, scheme.minimum_coverage is not None)
    bars = any(grade.requires or grade.unless for grade in scheme.grades)
    if not scheme.grades or not (bars or any(single)):
        return ()
    what = Text(
        "合并结果的等次只按起点和名额评定;必备条件、等次限制、一票否决和最低覆盖率见各期结果",
        "grades of several periods follow cut points and places alone; requirements, limits, vetoes and "
        "the least coverage are judged in each period",
    )
    return (Problem("warning", "combine.grades", "grade", what, _BEAR),)


_UNTOLD = Text(
    "有受访者编号未保留(存档从不保留),重复受访者无法识别,按每期另行抽取计,标准误可能偏小;"
    "若各期访问同一批人,请用原始数据重新评价后合成,或用 correlation 给出相关系数",
    "respondents have numbers that were not kept (archives never hold them): they count as drawn anew, which"
    " may make the standard error too small; if the periods asked the same people, combine evaluations made"
    " from the data, or state `correlation`",
)
_BEAR = Text("解读结果时请一并考虑", "bear it in mind when reading the result")


def scoreless(shares: Shares, points: Points, missing: str) -> list[Problem]:
    """Return the units without a score in some period: errors, or what was done with them."""
    names = shares.evaluations[-1].units.names
    found = []
    for one, row, weight in zip(shares.evaluations, points.counted, shares.weight, strict=True):
        gone = listed([names[at] for at in np.flatnonzero(np.isnan(row)).tolist()], _NAMED)
        if not np.isnan(row).any() or weight == 0:
            continue
        what = Text("{period} 没有得分:{names}", "no score in {period}: {names}").format(
            period=one.period, names=gone
        )
        hint = _SAY_MISSING if missing == "refuse" else _DONE[missing]
        found.append(
            Problem("error" if missing == "refuse" else "warning", "combine.no_score", one.period, what, hint)
        )
    return found


_SAY_MISSING = Text(
    "补上,或写明 missing(exclude:不计该期;zero:按零分计)",
    "supply it, or state `missing`: exclude leaves the period out, zero counts it as zero",
)
_DONE = {
    "exclude": Text(
        "不计该期,其余各期权重相应加大", "the period is left out, the weights of the others grow"
    ),
    "zero": Text("该期按零分计", "the period counts as zero"),
}


def _whole(ranks: Array) -> Any:
    absent = np.isnan(ranks)
    return pd.arrays.IntegerArray(np.where(absent, 1.0, ranks).astype(np.int64), absent)
