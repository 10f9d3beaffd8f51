"""Which confidence limits an estimate gets, row by row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.estimation.intervals import (
    bound_without_variance,
    korn_graubard,
    logit,
    student,
    wilson,
)
from township_eval.methods.estimation.linearized import Estimates
from township_eval.methods.varying import Array
from township_eval.sources.survey.microdata.options import Options

__all__ = ["limits"]


def limits(found: Estimates, options: Options) -> tuple[Array, Array, NDArray[np.object_]]:
    """Return lower and upper limits and how each pair was found, "" where there is none.

    An error of zero is only believed of a census: a share of 0 or 1 gets Korn and Graubard's limits,
    a mean of equal answers the bounds of its scale, or none; so do estimates between whose clusters no
    difference is seen, a share those of 0 and 1.
    """
    share = options.kind == "share"
    chosen = options.interval or ("logit" if share else "t")
    lower, upper = _chosen(found, chosen, options.level)
    method = np.full(len(lower), chosen, dtype=object)
    complete = found.complete & (found.se == 0)
    silent = found.constant & ~complete
    if share:
        _put((lower, upper), silent, _chosen(found, "korn_graubard", options.level))
        method[silent] = "korn_graubard"
    elif options.kind == "mean":
        _put((lower, upper), silent, _bounds(found, options))
        method[silent] = "bound"
    alike = (found.se == 0) & ~complete & ~silent
    _put((lower, upper), alike, _bounds(found, options))
    method[alike] = "bound"
    _put((lower, upper), complete, (found.estimate, found.estimate))
    method[complete] = "exact"
    method[np.isnan(lower)] = ""
    return lower, upper, method


def _chosen(found: Estimates, name: str, level: float) -> tuple[Array, Array]:
    if name == "korn_graubard":
        return korn_graubard(found.estimate, found.se, found.df, found.n, level)
    if name == "wilson":
        return wilson(found.estimate, found.se, found.df, found.n, level)
    interval = logit if name == "logit" else student
    return interval(found.estimate, found.se, found.df, level)


def _bounds(found: Estimates, options: Options) -> tuple[Array, Array]:
    """Return two one-sided limits of means of equal answers, which miss together as often as stated.

    A village may think alike: what was drawn independently is the clusters, not the answers.
    """
    scale = (0.0, 1.0) if options.kind == "share" else options.scale
    if scale is None or options.kind == "total":
        nothing = np.full(len(found.estimate), np.nan)
        return nothing, nothing
    one_sided = 0.5 + options.level / 2.0
    low, high = (bound_without_variance(found.estimate, found.draws, edge, one_sided) for edge in scale)
    return low, high


def _put(into: tuple[Array, Array], where: NDArray[np.bool_], new: tuple[Array, Array]) -> None:
    for target, source in zip(into, new, strict=True):
        target[where] = source[where]
