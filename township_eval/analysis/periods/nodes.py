"""Changes of the scores of nodes between two periods, with their standard errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.analysis.periods.errors import ChangeErrors, again, difference
from township_eval.analysis.periods.links import Links, Positions
from township_eval.analysis.periods.raters import RaterErrors
from township_eval.errors import Problem
from township_eval.evaluation import Evaluation
from township_eval.language import Text, listed
from township_eval.methods.loadings import NOTHING, Loadings, between
from township_eval.methods.varying import Array
from township_eval.tree.propagation.errors import SIMULATED
from township_eval.tree.propagation.lines import Lines, node_lines, node_loadings
from township_eval.tree.propagation.redraw import ground_of, leaf_errors

__all__ = ["NodeChanges", "node_changes"]

_NAMED: Final = 9  # nodes a message names before it counts them


@dataclass(frozen=True, eq=False)
class NodeChanges:
    """One row per later unit and node of either period, and what their errors take for granted."""

    rows: pd.DataFrame
    notes: tuple[Problem, ...]


@dataclass(frozen=True, eq=False)
class _Side:
    """One period's nodes, in the rows that both periods share; -1 for a node that only one has."""

    evaluation: Evaluation
    rows: Positions  # (n_nodes of both,)

    def taken(self, array: Array) -> Array:
        """Return rows of nodes in the common order, NaN for those the period does not have."""
        return np.where(self.rows[:, np.newaxis] >= 0, array[self.rows], np.nan)

    @property
    def simulated(self) -> NDArray[np.bool_]:
        """Where the standard error came from draws, (n_nodes of both, n_units)."""
        return np.asarray(self.taken(self.evaluation.precision.method.astype(np.float64)) == SIMULATED)

    @property
    def kept(self) -> bool:
        """Whether villages are known by what they do to single values; they were not always."""
        precision = self.evaluation.precision
        return bool(precision.recurring_leaves.names) or not precision.recurring.names

    @cached_property
    def lines(self) -> Lines:
        """How nodes move with values."""
        evaluation, leaves = self.evaluation, self.evaluation.leaves
        errors = leaf_errors(evaluation.plan, evaluation.precision.leaves)
        if not errors:
            return {}
        ground = ground_of(evaluation.plan, leaves.value, leaves.status, evaluation.score, evaluation.weight)
        return node_lines(ground, errors, evaluation.precision.method)

    def errors(self, values: Loadings) -> Loadings:
        """Return the errors of nodes along straight lines, from those of values; rows in the common order."""
        n = self.evaluation.units.n
        if not len(values.unit):
            return NOTHING
        place = np.full(len(self.evaluation.nodes), -1, dtype=np.intp)
        there = np.flatnonzero(self.rows >= 0)
        place[self.rows[there]] = there
        lines = {row: by_leaf for row, by_leaf in self.lines.items() if place[row] >= 0}
        units = np.where(place[:, np.newaxis] >= 0, place[:, np.newaxis] * n + np.arange(n), -1)
        return node_loadings(lines, values, n).moved(units.ravel().astype(np.intp))


def node_changes(
    before: Evaluation, after: Evaluation, links: Links, errors: ChangeErrors, correlation: float | None
) -> NodeChanges:
    """Return the change of every node of either period, in score points, with its standard error.

    The covariance of the periods is that of villages, respondents and raters told again, along
    straight lines: exact under the delta rule, the linear part where a rule bends within the error.
    Nodes whose error had to be simulated count as independent, the index excepted, whose line is kept
    with it.

    Parameters
    ----------
    before, after : Evaluation
    links : Links
    errors : ChangeErrors
        Of the index.
    correlation : float, optional
        Of a unit's errors in both periods, instead of what is told by name.
    """
    ids = tuple(dict.fromkeys((*after.nodes, *before.nodes)))
    one, two = (
        _Side(side, np.array([side.plan.row.get(node, -1) for node in ids], dtype=np.intp))
        for side in (before, after)
    )
    n = after.units.n
    old, new = links.total(one.taken(before.score)[:, links.before], n), two.taken(after.score)
    variances = _earlier(one, links, n), two.taken(after.precision.se) ** 2
    if correlation is None:
        covariance = _covariance(one, two, links, errors.raters)
        square = difference(*variances, covariance, same=before.period == after.period)
    else:
        square = variances[0] + variances[1] - 2.0 * correlation * np.sqrt(variances[0] * variances[1])
    se = np.sqrt(np.maximum(square, 0.0))
    se[0] = errors.index
    names = {node.id: node.name for side in (before, after) for node in side.plan.nodes}
    rows = pd.DataFrame(
        {
            "unit": np.repeat(np.array(after.units.codes, dtype=object), len(ids)),
            "node": list(ids) * n,
            "name": [names[node] for node in ids] * n,
            "before": old.T.ravel(),
            "after": new.T.ravel(),
            "change": (new - old).T.ravel(),
            "se": se.T.ravel(),
        }
    )
    shared = correlation is None and (again(before, after).anybody or errors.raters.found is not None)
    notes = tuple(_notes(one, two, links, [names[node] for node in ids], shared=shared))
    return NodeChanges(rows, notes)


def _earlier(side: _Side, links: Links, n: int) -> Array:
    """Return the variances of the earlier scores of the later units, (n_nodes, n_units).

    Units put together share villages and raters: their errors are added along straight lines, and what
    is beyond these as independent. What was simulated counts as shared altogether: that is never too
    small.
    """
    se = side.taken(side.evaluation.precision.se)
    found = links.total(se[:, links.before], n) ** 2
    several = np.bincount(links.after, minlength=n) > 1
    if not several.any():
        return found
    shape = (len(se), n)
    old = side.evaluation.units.n
    lines = side.errors(side.evaluation.precision.leaves)
    own = lines.variance(se.size).reshape(se.shape)
    rest = np.maximum(se**2 - own, 0.0)[:, links.before] * links.share
    joined = links.in_rows(len(se), old, n).carried(lines, se.size).variance(shape[0] * n).reshape(shape)
    joined = joined + links.total(rest, n)
    drawn = links.total(side.simulated[:, links.before].astype(np.float64), n) > 0
    return np.where(several & ~drawn, joined, found)


def _covariance(one: _Side, two: _Side, links: Links, raters: RaterErrors) -> Array:
    """Return the covariance of the periods' scores by what is told again, (n_nodes, n_units)."""
    count, old, n = len(one.rows), one.evaluation.units.n, two.evaluation.units.n
    named = [side.errors(side.evaluation.precision.recurring_leaves) for side in (one, two)]
    if not all(len(side.unit) for side in named):
        return np.zeros((count, n))
    carried = links.in_rows(count, old, n).carried(named[0], count * old)
    return between(raters.lasting(carried), named[1], count * n).reshape(count, n)


def _notes(one: _Side, two: _Side, links: Links, names: list[str], *, shared: bool) -> Iterator[Problem]:
    """Yield which nodes count as independent although somebody was asked again, and what was put together."""
    if shared:
        drawn = np.any(one.simulated, axis=1) | np.any(two.simulated, axis=1)
        if not (one.kept and two.kept):
            yield _note("change.nodes", _EARLIER)
        elif drawn[1:].any():
            yield _note("change.nodes", _DRAWN.format(names=_those(names, drawn)))
    merged = np.flatnonzero(np.bincount(links.after, minlength=two.evaluation.units.n) > 1)
    if len(merged):
        origins = links.before[np.isin(links.after, merged)]
        drawn = np.any(one.simulated[:, origins], axis=1)
        if drawn[1:].any():
            yield _note("change.nodes_merged", _ADDED.format(names=_those(names, drawn)))


def _those(names: list[str], drawn: NDArray[np.bool_]) -> Text:
    """Return the names of nodes below the index."""
    return listed([names[at] for at in np.flatnonzero(drawn[1:]) + 1], _NAMED)


_EARLIER: Final = Text(
    "有一期结果由较早的版本生成,没有各指标的村(群)误差:指标和分类的得分变化按两期独立计算标准误",
    "one result was made by an earlier version that kept no errors of villages by indicator: changes of nodes"
    " take the periods as independent",
)
_DRAWN: Final = Text(
    "下列指标或分类的标准误由模拟得到,其变化按两期独立计算:{names}",
    "standard errors of these nodes were simulated, their changes take the periods as independent: {names}",
)
_ADDED: Final = Text(
    "合并单位上期的标准误由模拟得到的,按份额直接相加(偏大):{names}",
    "of units that were put together simulated standard errors are added by their shares (too large, if"
    " anything): {names}",
)


def _note(code: str, what: Text) -> Problem:
    hint = Text("解读变化时请一并考虑", "bear it in mind when reading the changes")
    return Problem("warning", code, "nodes", what, hint)
