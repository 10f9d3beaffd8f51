"""How likely each grade would be if the estimates were the truth up to their errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.analysis.arguments import EVALUATION, WHOLE, expect, optional
from township_eval.analysis.certainty.asked import answerable, doubtful_grades, members
from township_eval.analysis.certainty.probabilities import DRAWS, QUADRATURE, said_of, verify
from township_eval.analysis.certainty.redrawn import (
    BARRED,
    affordable,
    beyond_scale,
    has_normal_errors,
    normal_draws,
    redrawn,
)
from township_eval.analysis.certainty.tally import count_grades
from township_eval.evaluation import Evaluation
from township_eval.evaluation.figures import ledger_of, limits_of, rank_figures
from township_eval.methods.pushforward import reaches
from township_eval.methods.ranksets import grade_probabilities as chances_of_grades
from township_eval.methods.varying import Array
from township_eval.rules.rank_sets import Figures
from township_eval.rules.standing import points_of
from township_eval.scheme.model import Grade, Scheme

__all__ = ["grade_probabilities"]

Flags = NDArray[np.bool_]

_FINE: Final = 4.0  # units of the last decimal in the smallest error, for ties to be integrated with the rest


def grade_probabilities(
    evaluation: Evaluation, *, seed: int = 0, draws: int | None = None
) -> pd.DataFrame:  # fmt: skip
    """Return the probability of every grade, a flat-prior plug-in and no grounds for certainty.

    Exact where composites have normal errors and grades follow cut points alone (shifted by half of the
    last digit, because points are rounded before they are graded), or one cut and its places, over all or
    in the class, among up to 200 units with independent errors. By seeded draws for several grades with
    places, shared errors, ties that are all admitted, and digits that are coarse beside the errors. Where
    a rule on the way has a cap, a floor or a tier within four standard errors, or points are rounded below
    the composite, draws go through the whole scheme, as those of `simulate`.

    Parameters
    ----------
    evaluation : Evaluation
        Any final evaluation.
    seed : int
        Of the simulation, where there is one.
    draws : int, optional
        Of the simulation; 10,000 unless stated, and fewer through large schemes, 1,000 at least.

    Returns
    -------
    DataFrame
        Index unit, a column per grade, best first; blank where an error that nobody knows has a say.
        ``attrs``: ``method`` ("cut points", "quadrature", "exact", "simulation"), ``through`` ("composite"
        or "scheme"), ``mc_error`` and ``draws`` of a simulation, else 0; and in both languages what these
        numbers are, how they were got and what they leave out (``note_zh``, ``note_en``).

    Raises
    ------
    DataError
        A provisional evaluation; limited places among more than 1,000 units.
    TypeError, ValueError
        Arguments of another kind, or out of range; all at once.

    Notes
    -----
    Grades follow rounded points, whatever `rank_on` says of ranks. Townships that tie for the last place
    have it all if they fit, and none else, as in the result. What keeps a unit from a grade this period
    (requirements, limits, vetoes, coverage, flags) is held as it was found.

    Examples
    --------
    >>> import pandas as pd
    >>> import township_eval as te
    >>> scheme = te.read_scheme({"name": "Water", "version": "1", "index": {
    ...     "children": [{"id": "water", "weight": 100, "basis": "section 2"}]},
    ...     "grades": [{"name": "good", "at_least": 80}, {"name": "poor", "at_least": 0}]})
    >>> values = pd.DataFrame({"water": [95.0, 76.0]}, index=["a", "b"])
    >>> grade_probabilities(te.evaluate(scheme, te.Inputs(period="2018", values=values)))["good"].tolist()
    [1.0, 0.0]
    """
    expect(evaluation=(evaluation, EVALUATION), seed=(seed, WHOLE), draws=(draws, optional(WHOLE)))
    answerable(evaluation, "grade_probabilities")
    verify("all", seed, draws)
    grades = sorted(evaluation.scheme.grades, key=lambda grade: -grade.at_least)
    normal = has_normal_errors(evaluation) | evaluation.precision.unknown[0]
    whole = not normal.all()
    if draws is None:
        draws = affordable(evaluation, DRAWS) if whole else DRAWS
    method, share = _found(evaluation, grades, normal, seed, draws)
    share[np.isnan(evaluation.standing.adjusted) | doubtful_grades(evaluation)] = np.nan
    codes = pd.Index(list(evaluation.units.codes), name="unit")
    frame = pd.DataFrame(share, index=codes, columns=[grade.name for grade in grades])
    beyond = beyond_scale(evaluation) & ~np.isnan(share).all(axis=1) if grades else np.array([])
    more = [BARRED] if limits_of(evaluation).any() else []
    frame.attrs.update(said_of(method, draws, whole=whole, beyond=int(beyond.sum()), more=more))
    return frame


def _found(
    evaluation: Evaluation, grades: Sequence[Grade], normal: Flags, seed: int, draws: int
) -> tuple[str, Array]:
    """Return how the probabilities were got, and them, (n_units, n_grades)."""
    whole = not normal.all()
    if all(grade.quota is None for grade in grades):
        share = _held(_by_cuts(evaluation, [grade.at_least for grade in grades]), limits_of(evaluation))
        if whole and grades:
            share[~normal] = _drawn(evaluation, seed, draws, whole=True)[~normal]
        return ("simulation" if whole else "cut points"), share
    figures = rank_figures(evaluation, members(evaluation, None, "grade_probabilities"))
    if figures.exact[figures.ranked].all() and not whole:
        return "exact", _drawn(evaluation, seed, 1, whole=False)  # every draw is the same
    barred = bool(limits_of(evaluation).any())
    if not whole and not barred and _one_quota(evaluation.scheme, figures, grades):
        return "quadrature", _by_places(evaluation, figures, grades)
    return "simulation", _drawn(evaluation, seed, draws, whole=whole)


def _drawn(evaluation: Evaluation, seed: int, draws: int, *, whole: bool) -> Array:
    """Return shares of draws, (n_units, n_grades); *whole*: through the scheme, not from the composite."""
    scheme, units, ledger = evaluation.scheme, evaluation.units, ledger_of(evaluation)
    limits = limits_of(evaluation)
    counts = np.zeros((units.n, len(scheme.grades) + 1), dtype=np.int64)
    index: Iterator[Array]
    if whole:
        index = (score[:, 0] for _, score in redrawn(evaluation, draws, seed))
    else:
        index = normal_draws(evaluation, np.arange(units.n), seed, draws)
    for one in index:
        count_grades(counts, scheme, points_of(scheme, one) + ledger, units.groups, limits)
    return counts[:, :-1] / draws


def _held(share: Array, limits: NDArray[np.intp]) -> Array:
    """Return the probabilities where a unit that reaches a grade it may not have gets the best it may."""
    out = share.copy()
    for at in np.flatnonzero(limits).tolist():
        best = int(limits[at])
        if best < share.shape[1]:
            out[at, best] += share[at, :best].sum()
        out[at, :best] = 0.0
    return out


def _one_quota(scheme: Scheme, figures: Figures, grades: Sequence[Grade]) -> bool:
    """Return whether one cut and its quota alone decide, among few independent units.

    Draws see ties one by one; the integral sees them on average, which is good for fine digits.
    """
    limited = [number for number, grade in enumerate(grades) if grade.quota is not None]
    quota = grades[limited[0]].quota
    fine = figures.se[figures.se > 0].min(initial=np.inf) * 10.0**scheme.digits >= _FINE
    return (
        len(limited) == 1
        and limited[0] < len(grades) - 1
        and quota is not None
        and not quota.ties
        and figures.cov is None
        and len(figures.se) <= QUADRATURE
        and not figures.unknown.any()
        and bool(figures.ranked.all())
        and bool(fine)
    )


def _by_places(evaluation: Evaluation, figures: Figures, grades: Sequence[Grade]) -> Array:
    """Return the probabilities of the grades where one of them has places, (n_units, n_grades)."""
    scheme, n = evaluation.scheme, len(figures.se)
    groups = np.array(evaluation.units.groups, dtype=object)
    places: list[Array | None] = []
    for grade in grades:
        quota = grade.quota
        if quota is None:
            places.append(None)
            continue
        alike = groups[:, np.newaxis] == groups if quota.per == "group" else np.ones((n, n), dtype=np.bool_)
        share = np.floor((quota.share or 0.0) * alike.sum(axis=1) + 1e-9)
        places.append(share if quota.count is None else np.full(n, float(quota.count)))
        classes = groups.astype(str) if quota.per == "group" else None
    cuts = [np.ceil(grade.at_least * 10.0**scheme.digits - 1e-9) / 10.0**scheme.digits for grade in grades]
    points = np.where(figures.exact, evaluation.standing.adjusted, figures.points)
    found = chances_of_grades(
        points, figures.se, cuts, places=places, groups=classes, digits=scheme.digits, exact=figures.exact
    )
    return np.array(found).T


def _by_cuts(evaluation: Evaluation, cuts: Sequence[float]) -> Array:
    """Return the probabilities of the grades between cut points, best first, (n_units, n_grades)."""
    scheme, standing = evaluation.scheme, evaluation.standing
    scale, power = scheme.scale / 100.0, 10.0**scheme.digits
    points = evaluation.score[0] * scale + ledger_of(evaluation)
    se = np.nan_to_num(evaluation.precision.se[0]) * scale
    reached = [np.zeros(len(points))]
    for cut in cuts:
        shifted = (np.ceil(cut * power - 1e-9) - 0.5) / power  # points from here on are rounded up to the cut
        above = reaches(shifted, points, se)
        reached.append(np.where(se > 0, above, standing.adjusted >= cut))
    return np.diff(np.array(reached), axis=0).T
