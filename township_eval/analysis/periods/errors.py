"""How sure a change between two periods is: both periods' errors, and what the two have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from township_eval.analysis.periods.links import Links
from township_eval.analysis.periods.raters import KIND, RaterErrors, RatersCount, rater_errors
from township_eval.errors import Problem
from township_eval.evaluation import Evaluation
from township_eval.language import Text, join_texts
from township_eval.methods.loadings import RESPONDENTS, between, without_kind
from township_eval.methods.varying import Array
from township_eval.sources.survey.forms.sample import MOST_RESPONDENTS

__all__ = ["Again", "ChangeErrors", "again", "change_errors", "difference"]


# Differences that vary less than this beside the periods themselves are all alike.
_ALIKE: Final = 1e-9


@dataclass(frozen=True, eq=False)
class ChangeErrors:
    """Standard errors of the change of composites.

    Attributes
    ----------
    se, df : array, (n_units,)
        In composite points; NaN where an error is not known. Degrees of freedom by Satterthwaite, or
        those of pairs where villages or respondents are told again.
    index : array, (n_units,)
        The standard error of the change of the index's score, 0-100.
    raters : RaterErrors
        How raters of both periods were counted.
    notes : tuple of Problem
        What was taken for granted.
    """

    se: Array
    df: Array
    index: Array
    raters: RaterErrors
    notes: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Again:
    """How many of each were asked in both periods, as far as they can be told.

    ``untold`` are respondents of either period that have names which are not at hand.
    """

    villages: int
    respondents: int
    raters: int
    untold: int

    @property
    def anybody(self) -> bool:
        """Whether villages or respondents were asked again."""
        return self.villages + self.respondents > 0


def again(one: Evaluation, two: Evaluation) -> Again:
    """Return who was asked in both periods."""
    common = set(one.precision.recurring.names) & set(two.precision.recurring.names)
    kinds = Counter(name.partition(":")[0] for name in common)
    respondents, raters = kinds[RESPONDENTS], kinds[KIND]
    named = [any(name.startswith(RESPONDENTS) for name in e.precision.recurring.names) for e in (one, two)]
    untold = [e.precision.untold for e in (one, two)]
    lost = sum(untold) if all(a or b for a, b in zip(named, untold, strict=True)) else 0
    return Again(kinds.total() - respondents - raters, respondents, raters, lost)


def difference(one: Array, two: Array, covariance: Array, *, same: bool = False) -> Array:
    """Return the variance of a difference from both variances and an estimated covariance.

    Differences between the periods that are all alike show no variance, which is not the same as no
    error: there the periods count as independent. With the *same* answers under two schemes they do
    cancel.

    Examples
    --------
    >>> difference(np.array([4.0, 4.0]), np.array([9.0, 4.0]), np.array([3.0, 4.0])).tolist()
    [7.0, 8.0]
    >>> difference(np.array([4.0]), np.array([4.0]), np.array([4.0]), same=True).tolist()
    [0.0]
    """
    total = one + two
    left = total - 2.0 * covariance
    return np.where(left > _ALIKE * total, left, 0.0 if same else total)


def change_errors(
    before: Evaluation,
    after: Evaluation,
    links: Links,
    correlation: float | None,
    raters: RatersCount = "estimated",
) -> ChangeErrors:
    r"""Return the errors of the change of every later unit's composite.

    .. math:: \mathrm{se}^2 = \mathrm{se}_1^2 + \mathrm{se}_2^2 - 2\,\mathrm{cov}

    The covariance is that of villages and respondents told again by name, estimated from both
    periods, and that of raters as *raters* says, see `rater_errors`; or, where a *correlation* is
    given, that times both standard errors. Without either the periods count as independent.

    Notes
    -----
    Source of the covariance of overlapping samples: Wood (2008), "On the covariance between related
    Horvitz-Thompson estimators", J. Official Statistics 24; of the degrees of freedom: Satterthwaite
    (1946), on the two variances. A covariance that is estimated has an error of its own: of pairs there
    are as many degrees of freedom as in one period, so the fewer of the two count.
    """
    n, old = after.units.n, before.units.n
    errors = before.precision, after.precision
    apart = rater_errors(before, after, links, raters if correlation is None else "anew")
    variances, freedom = apart.rest, apart.freedom
    known = ~np.isnan(links.total(errors[0].se[0, links.before], n)), ~np.isnan(errors[1].se[0])
    scales = before.scheme.scale / 100.0, after.scheme.scale / 100.0
    if correlation is None:
        villages = [without_kind(one.recurring, KIND) for one in errors]
        covariance = between(links.carried(villages[0], old), villages[1], n)
    else:
        covariance = correlation * np.sqrt(variances[0] * variances[1])

    def left(one: float, two: float) -> Array:
        square = one**2 * variances[0], two**2 * variances[1], one * two * covariance
        if correlation is None:
            return difference(*square, same=before.period == after.period)
        return np.maximum(square[0] + square[1] - 2.0 * square[2], 0.0)

    def se(one: float, two: float) -> Array:
        square = left(one, two) + apart.difference((one, two))
        return np.where(known[0] & known[1], np.sqrt(square), np.nan)

    ours = [scale**2 * variance for scale, variance in zip(scales, variances, strict=True)]
    with np.errstate(divide="ignore", invalid="ignore"):
        below = ours[0] ** 2 / freedom[0] + ours[1] ** 2 / freedom[1]
        df = np.where(below > 0, (ours[0] + ours[1]) ** 2 / below, np.inf)
    if correlation is None:
        df = np.where(covariance != 0, np.minimum(*freedom), df)
    df = apart.freedom_with(left(*scales), df, scales)
    there = ~np.isnan(links.total(before.score[0, links.before], n)) & ~np.isnan(after.score[0])
    exact = known[0] & known[1] & (variances[0] + variances[1] + apart.difference(scales) == 0)
    notes = tuple(_notes(before, after, correlation, (known[0][there], known[1][there], exact[there]), apart))
    return ChangeErrors(se(*scales), np.where(known[0] & known[1], df, np.nan), se(1.0, 1.0), apart, notes)


def _notes(
    before: Evaluation,
    after: Evaluation,
    correlation: float | None,
    units: tuple[Array, Array, Array],
    apart: RaterErrors,
) -> Iterator[Problem]:
    """Yield what is taken for granted; *units*: whose error is known in either period, and zero in both."""
    yield from _known(*units)
    *known, exact = units
    if exact.all() or not (known[0].any() or known[1].any()):
        return  # no error that the periods could share
    if correlation is not None:
        what = Text(
            f"两期误差按给定的相关系数{correlation:g}计算",
            f"errors of the periods are taken to correlate as stated ({correlation:g})",
        )
        yield _note("change.correlation", what)
        return
    if before.period == after.period:
        yield _note("change.same_period", _SAME)
    met = again(before, after)
    if met.anybody:
        yield _note("change.repeated", _repeated(met))
    elif apart.found is None:
        yield _note("change.independent", _NOBODY)
    if apart.what is not None:
        yield _note("change.raters", apart.what)
    if met.untold:
        yield _note("change.respondents", _UNTOLD)


def _known(one: Array, two: Array, exact: Array) -> Iterator[Problem]:
    """Yield whose errors are not known, or zero, among the units with scores in both periods."""
    if not len(exact):
        return
    if not (one.any() or two.any()):
        what = Text(
            "两期得分都没有误差信息,变化未附标准误",
            "neither period's scores have known errors: changes come without standard errors",
        )
        yield _note("change.no_errors", what)
        return
    if (one != two).any():
        what = Text(
            "有单位只有一期得分的误差已知,其变化未附标准误",
            "where only one period's error is known, the change comes without a standard error",
        )
        yield _note("change.one_error", what)
    if exact.any():
        yield _note("change.exact", _EXACT.format(n=int(exact.sum())))


_EXACT: Final = Text(
    "有{n}个单位两期都没有抽样误差(普查、全员填答;未给出误差的数据按准确值计):其增减按实际数认定,不是统计检验的结论",
    "units without a sampling error in either period (everybody was asked; figures without an error count as"
    " exact): {n}; their changes are taken as they are, not found by a test",
)
_SAME: Final = Text(
    "同一考核期的两种方案:村(群)和评估员相同的误差相互抵消,其余误差无从识别、按相互独立计,标准误只会偏大",
    "one period under two schemes: errors by the same villages and raters cancel, others cannot be told and"
    " count as independent, so standard errors are too large if anything",
)
_NOBODY: Final = Text(
    "没有可识别的重复村(群)或受访者,两期误差按相互独立计算;若有重复,请用 correlation 给出相关系数",
    "no village or respondent can be told again: the periods count as independent; state `correlation`"
    " if they share people",
)
_UNTOLD: Final = Text(
    f"有受访者编号未保留(存档从不保留;一个渠道超过{MOST_RESPONDENTS}人的也不保留),重复受访者无法识别,"
    "按每期另行抽取计;若两期访问同一批人,请用原始数据重新评价后比较,或用 correlation 给出相关系数",
    "respondents have numbers that were not kept (archives never hold them, nor are more than"
    f" {MOST_RESPONDENTS} of a channel kept): they count as drawn anew; if both periods asked the same"
    " people, compare evaluations made from the data, or state `correlation`",
)


def _repeated(met: Again) -> Text:
    """Return who is told again."""
    said = [
        text
        for count, text in (
            (met.villages, Text(f"村(群){met.villages}个", _counted(met.villages, "village"))),
            (met.respondents, Text(f"受访者{met.respondents}人", _counted(met.respondents, "respondent"))),
        )
        if count
    ]
    return Text("两期都调查的{who},其误差按重复计入", "asked in both periods, which counts: {who}").format(
        who=join_texts(said, zh="、", en=" and ")
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _note(code: str, what: Text) -> Problem:
    hint = Text("解读变化时请一并考虑", "bear it in mind when reading the changes")
    return Problem("warning", code, "se", what, hint)
