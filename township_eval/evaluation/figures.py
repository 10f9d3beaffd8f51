"""What ranks are inferred from: adjusted points with their errors, as an evaluation holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.freedom import pairwise_freedom
from township_eval.methods.varying import Array
from township_eval.rules.rank_sets import Figures
from township_eval.rules.standing import ranked_points

if TYPE_CHECKING:
    from township_eval.evaluation.result import Evaluation

__all__ = ["MOST_UNITS", "ledger_of", "limits_of", "rank_figures"]

#: units beyond which ranks are inferred only for a cohort that is named
MOST_UNITS: Final = 1_000
# A correlation this small is what rounding leaves of none.
_NOTHING: Final = 1e-9


def ledger_of(evaluation: Evaluation) -> Array:
    """Return the sum of every unit's adjustments in points, ``(n_units,)``."""
    total = np.zeros(evaluation.units.n)
    rows = evaluation.ledger_rows
    for unit, amount in zip(rows["unit"], rows["amount"], strict=True):
        total[evaluation.units.index[unit]] += float(amount)
    return total


def limits_of(evaluation: Evaluation) -> NDArray[np.intp]:
    """Return the best place among the grades that each unit may have, ``(n_units,)``; 0 where any."""
    best = evaluation.standing.best
    return np.zeros(evaluation.units.n, dtype=np.intp) if best is None else np.asarray(best, dtype=np.intp)


def rank_figures(evaluation: Evaluation, at: NDArray[np.intp] | None = None) -> Figures:
    """Return the figures of some units (all unless stated), at most `MOST_UNITS`.

    Points without an error model (administrative figures only) count as exact, as does a score that
    no error of the values below moves: declared a census, or on a level stretch of its rule.
    """
    where = np.arange(evaluation.units.n) if at is None else at
    scale = evaluation.scheme.scale / 100.0
    index, precision, ledger = evaluation.score[0], evaluation.precision, ledger_of(evaluation)
    unknown = precision.unknown[0][where]
    se = np.nan_to_num(precision.se[0][where]) * scale
    cov = _shared(evaluation, where, se, scale)
    freedom = precision.freedom[where]
    df = freedom if np.isfinite(freedom).any() else None
    if df is not None and cov is not None:
        place = np.full(evaluation.units.n, -1, dtype=np.intp)
        place[where] = np.arange(len(where))
        df = pairwise_freedom(precision.composite.moved(place), precision.part, precision.df[:, where])
    return Figures(
        points=(index * scale + ledger)[where],
        published=ranked_points(evaluation.scheme, index, ledger)[where],
        se=se,
        exact=(se == 0) & ~unknown,
        unknown=unknown,
        df=df,
        cov=cov,
    )


def _shared(evaluation: Evaluation, where: NDArray[np.intp], se: Array, scale: float) -> Array | None:
    """Return the covariance of some units' points, None where they share no error."""
    composite = evaluation.precision.composite
    if np.bincount(composite.shock).max(initial=0) < 2:  # noqa: PLR2004  a cause that two units share
        return None
    place = np.full(evaluation.units.n, -1, dtype=np.intp)
    place[where] = np.arange(len(where))
    matrix = composite.moved(place).covariance(len(where)) * scale**2
    np.fill_diagonal(matrix, se**2)
    apart = np.abs(matrix - np.diag(se**2)) > _NOTHING * np.outer(se, se)
    return matrix if apart.any() else None
