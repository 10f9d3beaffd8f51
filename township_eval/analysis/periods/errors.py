"""How sure a change between two periods is: both periods' errors, and what the two have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from township_eval.analysis.periods.links import Links
from township_eval.errors import Problem
from township_eval.evaluation import Evaluation
from township_eval.language import Text
from township_eval.methods.loadings import between, without_kind
from township_eval.methods.varying import Array

__all__ = ["ChangeErrors", "change_errors", "shared_names"]


# Kind of sample of a panel's severities, which may change between periods.
_RATERS: Final = "ratings"


@dataclass(frozen=True, eq=False)
class ChangeErrors:
    """Standard errors of the change of composites, in composite points, and of node scores.

    Attributes
    ----------
    se, df : array, (n_units,)
        Of the composites; NaN where an error is not known, degrees of freedom by Satterthwaite.
    notes : tuple of Problem
        What was taken for granted.
    """

    se: Array
    df: Array
    notes: tuple[Problem, ...]


def shared_names(one: Evaluation, two: Evaluation) -> int:
    """Return how many villages were asked in both periods, as far as they can be told."""
    common = set(one.precision.recurring.names) & set(two.precision.recurring.names)
    return sum(not name.startswith(f"{_RATERS}:") for name in common)


def change_errors(
    before: Evaluation, after: Evaluation, links: Links, correlation: float | None
) -> ChangeErrors:
    r"""Return the errors of the change of every later unit's composite.

    .. math:: \mathrm{se}^2 = \mathrm{se}_1^2 + \mathrm{se}_2^2 - 2\,\mathrm{cov}

    The covariance is that of villages told again by name, estimated from both periods, or, where a
    *correlation* is given, that times both standard errors. Without either the periods count as
    independent. Raters count as drawn anew: whether a strict one stays as strict is not known, and
    to suppose it would make changes look surer than they are.

    Notes
    -----
    Source of the covariance of overlapping samples: Wood (2008), "On the covariance between related
    Horvitz-Thompson estimators", J. Official Statistics 24; of the degrees of freedom: Satterthwaite
    (1946), on the two variances.
    """
    n, old = after.units.n, before.units.n
    scales = before.scheme.scale / 100.0, after.scheme.scale / 100.0
    errors = before.precision, after.precision
    variances = [
        links.carried(errors[0].composite, old).variance(n) * scales[0] ** 2,
        errors[1].composite.variance(n) * scales[1] ** 2,
    ]
    known = ~np.isnan(links.total(errors[0].se[0, links.before], n)), ~np.isnan(errors[1].se[0])
    if correlation is None:
        lasting = [without_kind(one.recurring, _RATERS) for one in errors]
        covariance = between(links.carried(lasting[0], old), lasting[1], n)
        covariance *= scales[0] * scales[1]
    else:
        covariance = correlation * np.sqrt(variances[0] * variances[1])
    total = variances[0] + variances[1]
    se = np.sqrt(np.maximum(total - 2.0 * covariance, 0.0))
    freedom = _least(links, errors[0].freedom, n), errors[1].freedom
    with np.errstate(divide="ignore", invalid="ignore"):
        below = variances[0] ** 2 / freedom[0] + variances[1] ** 2 / freedom[1]
        df = np.where(below > 0, total**2 / below, np.inf)
    told = known[0] & known[1]
    notes = tuple(_notes(before, after, correlation, known))
    return ChangeErrors(np.where(told, se, np.nan), np.where(told, df, np.nan), notes)


def _least(links: Links, freedom: Array, n: int) -> Array:
    """Return the fewest degrees of freedom among the earlier units of every later one."""
    found = np.full(n, np.inf)
    np.minimum.at(found, links.after, freedom[links.before])
    return found


def _notes(
    before: Evaluation, after: Evaluation, correlation: float | None, known: tuple[Array, Array]
) -> Iterator[Problem]:
    if not (known[0].any() or known[1].any()):
        what = Text(
            "两期得分都没有误差信息,变化未附标准误",
            "neither period's scores have known errors: changes come without standard errors",
        )
        yield _note("change.no_errors", what)
        return
    if (known[0] != known[1]).any():
        what = Text(
            "有单位只有一期得分的误差已知,其变化未附标准误",
            "where only one period's error is known, the change comes without a standard error",
        )
        yield _note("change.one_error", what)
    if correlation is not None:
        what = Text(
            f"两期误差按给定的相关系数{correlation:g}计算",
            f"errors of the periods are taken to correlate as stated ({correlation:g})",
        )
        yield _note("change.correlation", what)
    elif (count := shared_names(before, after)) > 0:
        what = Text(
            f"两期都调查的村(群)共{count}个,其误差按重复计入;评估员按每期重新抽取计,受访者不作识别"
            "(若评估员宽严不变,可用 correlation 给出相关系数)",
            f"{count} villages were asked in both periods, which counts; raters count as drawn anew and"
            " respondents are never told again (state `correlation` where raters stay as severe)",
        )
        yield _note("change.repeated", what)
    else:
        what = Text(
            "没有可识别的重复村(群),两期误差按相互独立计算;若有重复,请用 correlation 给出相关系数",
            "no village can be told again: the periods count as independent; state `correlation` if they"
            " share people",
        )
        yield _note("change.independent", what)
    what = Text(
        "指标和分类的得分变化的标准误按两期独立计算" + ("" if correlation is None else "(用给定的相关系数)"),
        "standard errors of changes of nodes take the periods as independent"
        + ("" if correlation is None else " but for the stated correlation"),
    )
    yield _note("change.nodes", what)


def _note(code: str, what: Text) -> Problem:
    hint = Text("解读变化时请一并考虑", "bear it in mind when reading the changes")
    return Problem("warning", code, "se", what, hint)
