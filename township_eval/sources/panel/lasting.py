"""What another period may want to know of a panel: how severe each of its raters was, by digest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from township_eval.methods.loadings import Loadings, recurring
from township_eval.methods.ratings import Additive
from township_eval.methods.ratings.persistence import Severities, joined_severities
from township_eval.sources.panel.scores import COMMON, Panel

__all__ = ["severities_of"]


def severities_of(leaf: str, panels: Sequence[Panel], keys: tuple[str, ...]) -> Severities:
    """Return the severities of a leaf's raters, as far as its panels could be taken apart.

    Raters with one rating are left out: it says as much of the township as of them.

    Parameters
    ----------
    leaf : str
        Its id.
    panels : sequence of Panel
    keys : tuple of str
        Who the raters are; only digests of it are kept, the same as in `recurring`.
    """
    return joined_severities(_each(leaf, panels, _digests(keys)))


def _each(leaf: str, panels: Sequence[Panel], digests: Mapping[int, str]) -> Iterator[Severities]:
    for panel in panels:
        fit = panel.fit
        if fit is None or not fit.df or not fit.sigma:
            continue  # without a rest severities look known to the last point
        raters = sorted((k for k in _told(fit) if k in digests), key=digests.__getitem__)
        yield Severities(
            panels=(f"{leaf}/{panel.name}",),
            variance=np.array([fit.rater_variance]),
            df=np.array([float(fit.df)]),
            panel=np.zeros(len(raters), dtype=np.intp),
            names=tuple(digests[k] for k in raters),
            severity=fit.severity[raters],
        )


def _told(fit: Additive) -> list[int]:
    """Return the raters whose severity can be told from the units they marked."""
    return [k for k in np.flatnonzero(~np.isnan(fit.severity)).tolist() if k not in fit.single]


def _digests(keys: tuple[str, ...]) -> dict[int, str]:
    """Return the name a rater's shock bears in errors that periods share; marks of nobody have none."""
    at = np.arange(len(keys))
    named = recurring([Loadings(COMMON, at, at, np.ones(len(keys)), names=keys)])
    told = zip(named.unit.tolist(), named.shock.tolist(), strict=True)
    return {rater: named.names[shock] for rater, shock in told}
