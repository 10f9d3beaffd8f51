"""Which kind of choice matters most: shares of what varies between runs of all choices at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.analysis.sensitivity.choices import aggregated, normalized, with_policy
from township_eval.analysis.sensitivity.drawn import DrawnWeights
from township_eval.analysis.sensitivity.options import Options
from township_eval.analysis.sensitivity.rescoring import Family, Rescored
from township_eval.analysis.sensitivity.running import Runs
from township_eval.evaluation import Evaluation
from township_eval.methods.robustness.sobol import design, indices
from township_eval.methods.varying import Array
from township_eval.scheme.model import Scheme

__all__ = ["SOBOL_COLUMNS", "shares_of_variance"]

SOBOL_COLUMNS = (
    "factor", "levels", "first", "first_low", "first_high", "total", "total_low", "total_high",
)  # fmt: skip

Change = Callable[[Scheme], Scheme]


def shares_of_variance(
    evaluation: Evaluation, options: Options, drawn: DrawnWeights, family: Family, base: NDArray[Any]
) -> pd.DataFrame:
    """Return Sobol indices of the kinds of choice, of the mean shift of ranks from the scheme's.

    A factor is a kind of choice: which draw of weights, which aggregation, which normalization, which
    policy; the scheme's own is one of its levels. Weights are one factor, because weights that add up
    to a sum do not vary independently.

    Parameters
    ----------
    base : array of int, (n_units,)
        Ranks under the scheme.
    """
    factors = _factors(evaluation, options)
    names = ["weights", *(name for name, _ in factors)]
    points = design(np.random.default_rng(options.seed), options.sobol, len(names))
    levels = np.array([drawn.draws, *(len(changes) for _, changes in factors)])
    chosen = np.minimum((points * levels).astype(np.intp), levels - 1)
    response = _responses(evaluation, chosen, factors, drawn, family, base)
    found = indices(response, len(names), seed=options.seed)
    return pd.DataFrame(
        {
            "factor": names,
            "levels": levels,
            **{name: getattr(found, name) for name in SOBOL_COLUMNS[2:]},
        }
    )


def _factors(evaluation: Evaluation, options: Options) -> list[tuple[str, list[Change]]]:
    """Return the kinds of choice that have an alternative, each as what is done to a scheme."""
    kinds: list[tuple[str, list[Change]]] = [
        ("aggregation", [_aggregation(how) for how in options.aggregations]),
        ("normalization", [_normalization(evaluation, how) for how in options.normalizations]),
        ("not_applicable", [_policy(how) for how in options.not_applicable]),
    ]
    return [(name, [_as_is, *changes]) for name, changes in kinds if changes]


def _as_is(scheme: Scheme) -> Scheme:
    return scheme


def _aggregation(how: Any) -> Change:
    return lambda scheme: aggregated(scheme, how).scheme


def _normalization(evaluation: Evaluation, how: str) -> Change:
    return lambda scheme: normalized(evaluation, scheme, how).scheme


def _policy(how: str) -> Change:
    return lambda scheme: with_policy(scheme, how).scheme


def _responses(
    evaluation: Evaluation,
    chosen: NDArray[np.intp],
    factors: Sequence[tuple[str, list[Change]]],
    drawn: DrawnWeights,
    family: Family,
    base: NDArray[Any],
) -> Array:
    """Run every point of the design; points that differ in the weights only share a scheme."""
    response = np.empty(len(chosen))
    combinations, which = np.unique(chosen[:, 1:], axis=0, return_inverse=True)
    for number, combination in enumerate(combinations):
        scheme = evaluation.scheme
        for (_, changes), level in zip(factors, combination, strict=True):
            scheme = changes[level](scheme)
        at = np.flatnonzero(which.ravel() == number)
        draws, again = np.unique(chosen[at, 0], return_inverse=True)
        ranks = Runs(Rescored(evaluation, scheme), drawn, family).ranks(draws)
        response[at] = _shift(ranks, base)[again.ravel()]
    return response


def _shift(ranks: NDArray[Any], base: NDArray[Any]) -> Array:
    """Return the mean size of the change of ranks in each run, over units ranked in both."""
    both = (ranks > 0) & (base > 0)
    apart = np.abs(ranks.astype(np.int64) - base.astype(np.int64)) * both
    mean: Array = apart.sum(axis=1) / np.maximum(both.sum(axis=1), 1)
    return mean
