"""Correlations, importance, alpha and components of the nodes of a tree, as tidy frames."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from township_eval.evaluation import Evaluation
from township_eval.methods.robustness.coherence import components, correlations, cronbach_alpha
from township_eval.methods.varying import Array

__all__ = ["alpha_rows", "component_rows", "correlation_rows", "importance_rows", "nominal_shares"]


def correlation_rows(evaluation: Evaluation, scores: Array) -> pd.DataFrame:
    """Return correlations of each node with the index and with its parent, and among siblings.

    Parameters
    ----------
    scores : array, (n_units, n_nodes)

    Returns
    -------
    DataFrame
        Columns ``relation`` (``index``, ``parent``, ``siblings``), ``node``, ``other``, ``pearson``,
        ``spearman``, ``n``.
    """
    plan, parts = evaluation.plan, []
    everything = list(range(1, len(plan.ids)))
    parts.append(_pairs(evaluation, scores, "index", everything, [0]))
    for row, below in enumerate(plan.children):
        if below and row:
            parts.append(_pairs(evaluation, scores, "parent", list(below), [row]))
    parts += [
        _pairs(evaluation, scores, "siblings", list(below), list(below))
        for below in plan.children
        if len(below) > 1
    ]
    return pd.concat(parts, ignore_index=True)


def _pairs(
    evaluation: Evaluation, scores: Array, relation: str, left: list[int], right: list[int]
) -> pd.DataFrame:
    ids = evaluation.plan.ids
    pearson, n = correlations(scores[:, left], scores[:, right])
    spearman, _ = correlations(scores[:, left], scores[:, right], ranks=True)
    same = left == right
    rows = [
        (relation, ids[a], ids[b], pearson[i, j], spearman[i, j], n[i, j])
        for i, a in enumerate(left)
        for j, b in enumerate(right)
        if not same or i < j
    ]
    return pd.DataFrame(rows, columns=["relation", "node", "other", "pearson", "spearman", "n"])


def nominal_shares(evaluation: Evaluation) -> tuple[Array, Array]:
    """Return each node's share of its parent and of the index, ``(n_nodes,)``, the mean over units."""
    plan = evaluation.plan
    of_parent = np.ones(plan.weight.shape)
    of_index = np.ones(plan.weight.shape)
    for row, below in enumerate(plan.children):
        if below:
            rows = list(below)
            total = plan.weight[rows].sum(axis=0)
            blank = np.zeros((len(rows), plan.units.n))
            of_parent[rows] = np.divide(plan.weight[rows], total, out=blank, where=total > 0)
            of_index[rows] = of_parent[rows] * of_index[row]
    return of_parent.mean(axis=1), of_index.mean(axis=1)


def importance_rows(evaluation: Evaluation, related: pd.DataFrame) -> pd.DataFrame:
    r"""Return what each node's weight promises beside what it does to its parent.

    .. math:: S_i = \mathrm{corr}^2(x_i, y), \qquad \tilde S_i = S_i / \sum_j S_j

    Parameters
    ----------
    related : DataFrame
        From `correlation_rows`.

    Returns
    -------
    DataFrame
        Columns ``node, name, parent, nominal`` (share of the parent), ``of_index`` (share of the index),
        ``importance`` (:math:`S_i`), ``share`` (:math:`\tilde S_i`), ``ratio`` (share / nominal).

    Notes
    -----
    The linear estimate of the main effect in Paruolo, Saisana and Saltelli (2013).
    """
    plan, (nominal, of_index) = evaluation.plan, nominal_shares(evaluation)
    told = related[related["relation"] != "siblings"]
    pearson = dict(zip(zip(told["node"], told["other"], strict=True), told["pearson"], strict=True))
    rows = []
    for row, below in enumerate(plan.children):
        squared = np.array([pearson[plan.ids[child], plan.ids[row]] for child in below]) ** 2
        total = np.nansum(squared)
        for child, one in zip(below, squared, strict=True):
            share = one / total if total > 0 else np.nan
            ratio = share / nominal[child] if nominal[child] > 0 else np.nan
            rows.append((plan.ids[child], plan.nodes[child].name, plan.ids[row],
                         nominal[child], of_index[child], one, share, ratio))  # fmt: skip
    names = ["node", "name", "parent", "nominal", "of_index", "importance", "share", "ratio"]
    return pd.DataFrame(rows, columns=names)


def _dimensions(evaluation: Evaluation) -> Iterator[tuple[str, list[int]]]:
    for row, below in enumerate(evaluation.plan.children):
        if len(below) > 1:
            yield evaluation.plan.ids[row], list(below)


def alpha_rows(evaluation: Evaluation, scores: Array) -> pd.DataFrame:
    """Return Cronbach's alpha of each dimension's children, and of all indicators under the index's name.

    Columns ``dimension, level`` (``children`` or ``indicators``), ``children, n, alpha``; n counts the
    units that have every score.
    """
    groups = [(name, "children", below) for name, below in _dimensions(evaluation)]
    groups.append((evaluation.plan.ids[0], "indicators", list(evaluation.plan.leaves)))
    rows = [
        (name, level, len(below), _complete(scores[:, below]), cronbach_alpha(scores[:, below]))
        for name, level, below in groups
    ]
    return pd.DataFrame(rows, columns=["dimension", "level", "children", "n", "alpha"])


def _complete(scores: Array) -> int:
    return int((~np.isnan(scores).any(axis=1)).sum())


def component_rows(evaluation: Evaluation, scores: Array) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return principal components of each dimension's children that vary.

    Returns
    -------
    components : DataFrame
        Columns ``dimension, component, variance`` (eigenvalue), ``share, n``.
    loadings : DataFrame
        Columns ``dimension, node, component, loading``; the sign of a component means nothing.
    """
    ids, variances, loadings = evaluation.plan.ids, [], []
    for name, below in _dimensions(evaluation):
        whole = scores[:, below]
        whole = whole[~np.isnan(whole).any(axis=1)]
        kept = [
            child for child, column in zip(below, whole.T, strict=True) if len(column) and np.ptp(column) > 0
        ]
        found = components(scores[:, kept]) if len(kept) > 1 else None
        if found is None:
            continue
        for k, variance in enumerate(found.variances):
            variances.append((name, k + 1, variance, variance / len(kept), len(whole)))
            loadings += [(name, ids[child], k + 1, found.loadings[i, k]) for i, child in enumerate(kept)]
    return (
        pd.DataFrame(variances, columns=["dimension", "component", "variance", "share", "n"]),
        pd.DataFrame(loadings, columns=["dimension", "node", "component", "loading"]),
    )
