"""How likely each rank and grade would be if the estimates were the truth up to their errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.analysis.certainty.asked import (
    PLUG_IN,
    answerable,
    doubtful_grades,
    members,
)
from township_eval.analysis.certainty.tally import Tally, count_draws
from township_eval.evaluation import Evaluation
from township_eval.evaluation.figures import ledger_of, limits_of, rank_figures
from township_eval.methods.pushforward import reaches
from township_eval.methods.ranking import rank
from township_eval.methods.ranksets import grade_probabilities as chances_of_grades
from township_eval.methods.ranksets import probabilities
from township_eval.methods.varying import Array
from township_eval.rules.rank_sets import Figures
from township_eval.scheme.model import Grade
from township_eval.tree.propagation.draws import error_blocks
from township_eval.tree.propagation.errors import LeafError

__all__ = ["DRAWS", "chances_of_ranks", "grade_probabilities", "rank_probabilities"]

#: Draws unless stated: the Monte-Carlo error of a probability is then at most half a percent.
DRAWS: Final = 10_000
_QUADRATURE: Final = 200  # units: the exact recursion grows with their cube

Positions = NDArray[np.intp]


def rank_probabilities(
    evaluation: Evaluation, *, within: str = "all", cohort: str | Sequence[str] | None = None,
    seed: int = 0, draws: int = DRAWS,
) -> pd.DataFrame:  # fmt: skip
    """Return the probability of every rank, a flat-prior plug-in and no grounds for certainty.

    Exact by quadrature where the errors of up to 200 units are independent, else by seeded draws.
    A rank *set* (`rank_sets`) holds what these probabilities do not: the true rank at its level.

    Parameters
    ----------
    evaluation : Evaluation
        Any final evaluation.
    within : {"all", "group"}
        Ranks among all units, or inside the class.
    cohort : str or sequence of str, optional
        A class or a list of units to compare; needed above 1,000 units.
    seed, draws : int
        Of the simulation, where there is one.

    Returns
    -------
    DataFrame
        Index unit, columns 1, 2, ...; blank for everybody compared with a unit whose error nobody
        knows, and for units without a rank. ``attrs`` say the method, its Monte-Carlo error and what
        these numbers are, in both languages.

    Raises
    ------
    DataError
        A provisional evaluation, more than 1,000 units, no such unit or class.

    Examples
    --------
    >>> import pandas as pd
    >>> import township_eval as te
    >>> scheme = te.read_scheme({"name": "Water", "version": "1", "index": {
    ...     "children": [{"id": "water", "weight": 100, "basis": "section 2"}]}})
    >>> values = pd.DataFrame({"water": [95.0, 76.0]}, index=["a", "b"])
    >>> rank_probabilities(te.evaluate(scheme, te.Inputs(period="2018", values=values))).loc["a"].tolist()
    [1.0, 0.0]
    """
    answerable(evaluation, "rank_probabilities")
    _verify(within, seed, draws)
    at = members(evaluation, cohort, "rank_probabilities")
    labels = _labels(evaluation, at, within)
    share, error = chances_of_ranks(evaluation, at, labels, seed, draws)
    width = max((labels.count(label) for label in set(labels)), default=0)
    codes = pd.Index([evaluation.units.codes[place] for place in at], name="unit")
    frame = pd.DataFrame(share[:, :width], index=codes, columns=range(1, width + 1))
    frame.attrs.update(_said("simulation" if error else "quadrature", error))
    return frame


def chances_of_ranks(
    evaluation: Evaluation, at: Positions, labels: Sequence[str], seed: int, draws: int
) -> tuple[Array, float]:
    """Return probabilities (n, n) of the ranks among equal labels, and their Monte-Carlo error (0: exact)."""
    figures = rank_figures(evaluation, at)
    out = np.full((len(at), len(at)), np.nan)
    lost = {labels[place] for place in np.flatnonzero(figures.unknown & figures.ranked).tolist()}
    simulated = False
    for label in dict.fromkeys(labels):
        mine = np.flatnonzero([one == label for one in labels])
        mine = mine[figures.ranked[mine]]
        if label in lost or not len(mine):
            continue
        some = figures.take(mine)
        drawn = not some.exact.all() and not _independent(some)
        simulated |= drawn
        share = _drawn(evaluation, at[mine], some, seed, draws) if drawn else _exact(some)
        out[np.ix_(mine, np.arange(len(mine)))] = share
        out[mine, len(mine) :] = 0.0
    return out, 0.5 / np.sqrt(draws) if simulated else 0.0


def _independent(figures: Figures) -> bool:
    """Return whether quadrature gives the probabilities."""
    return figures.cov is None and len(figures.se) <= _QUADRATURE


def _exact(figures: Figures) -> Array:
    if not figures.exact.all():
        return np.asarray(probabilities(figures.points, figures.se, exact=figures.exact))
    n = len(figures.points)
    share = np.zeros((n, n))
    share[np.arange(n), rank(figures.published).astype(np.intp) - 1] = 1.0
    return share


def _drawn(evaluation: Evaluation, at: Positions, figures: Figures, seed: int, draws: int) -> Array:
    """Return shares of seeded draws."""
    n = len(at)
    counts = np.zeros((n, n + 1), dtype=np.int64)
    center = np.where(figures.exact, figures.published, figures.points)
    scale = evaluation.scheme.scale / 100.0
    for moved in _errors(evaluation, at, seed, draws):
        count_draws(counts, rank(center + moved * scale))
    return counts[:, 1:] / draws


def _errors(evaluation: Evaluation, at: Positions, seed: int, draws: int) -> Iterator[Array]:
    """Yield drawn errors of some units' index scores, (n_draws, n), the same whoever else is asked."""
    composite = evaluation.precision.composite
    place = np.full(evaluation.units.n, -1, dtype=np.intp)
    place[at] = np.arange(len(at))
    error = LeafError(0, 0, np.empty(0), (composite.moved(place),))
    shocks = {composite.sample: composite.n_shocks}
    for moved in error_blocks([error], len(at), draws, seed, shocks):
        yield moved[0]


def grade_probabilities(evaluation: Evaluation, *, seed: int = 0, draws: int = DRAWS) -> pd.DataFrame:
    """Return the probability of every grade, a flat-prior plug-in and no grounds for certainty.

    Exact where grades follow cut points alone (shifted by half of the last digit, because points are
    rounded before they are graded) or nothing has an error; by seeded draws where places are limited in
    ways that one integral does not hold, as by points without error that are equal. What keeps a unit
    from a grade this period (requirements, limits, vetoes, coverage) is held as it was found.

    Parameters
    ----------
    evaluation : Evaluation
        Any final evaluation.
    seed, draws : int
        Of the simulation, where there is one.

    Returns
    -------
    DataFrame
        Index unit, a column per grade, best first; blank where an error that nobody knows has a say.
        ``attrs`` as of `rank_probabilities`.

    Raises
    ------
    DataError
        A provisional evaluation; limited places among more than 1,000 units.

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
    answerable(evaluation, "grade_probabilities")
    _verify("all", seed, draws)
    grades = sorted(evaluation.scheme.grades, key=lambda grade: -grade.at_least)
    limited = [number for number, grade in enumerate(grades) if grade.quota is not None]
    unrated = np.isnan(evaluation.standing.adjusted) | doubtful_grades(evaluation)
    method = "cut points"
    if not limited:
        share = _held(_by_cuts(evaluation, [grade.at_least for grade in grades]), limits_of(evaluation))
    else:
        figures = rank_figures(evaluation, members(evaluation, None, "grade_probabilities"))
        method = _method_of(figures, grades, limited, barred=bool(limits_of(evaluation).any()))
        drawn = {"exact": 1, "simulation": draws}.get(method)  # without errors every draw is the same
        share = _graded_draws(evaluation, seed, drawn) if drawn else _by_places(evaluation, figures, grades)
    share[unrated] = np.nan
    codes = pd.Index(list(evaluation.units.codes), name="unit")
    frame = pd.DataFrame(share, index=codes, columns=[grade.name for grade in grades])
    frame.attrs.update(_said(method, 0.5 / np.sqrt(draws) if method == "simulation" else 0.0))
    return frame


def _graded_draws(evaluation: Evaluation, seed: int, draws: int) -> Array:
    limits = limits_of(evaluation)
    tally = Tally(evaluation.scheme, evaluation.units.groups, ledger_of(evaluation), limits)
    for moved in _errors(evaluation, np.arange(evaluation.units.n), seed, draws):
        tally.add(evaluation.score[0] + moved)
    return tally.grades[:, : len(evaluation.scheme.grades)] / draws


def _held(share: Array, limits: Positions) -> Array:
    """Return the probabilities where a unit that reaches a grade it may not have gets the best it may."""
    out = share.copy()
    for at in np.flatnonzero(limits).tolist():
        best = int(limits[at])
        if best < share.shape[1]:
            out[at, best] += share[at, :best].sum()
        out[at, :best] = 0.0
    return out


def _method_of(figures: Figures, grades: Sequence[Grade], limited: Sequence[int], *, barred: bool) -> str:
    if figures.exact[figures.ranked].all():
        return "exact"
    return "quadrature" if not barred and _one_quota(figures, grades, limited) else "simulation"


def _one_quota(figures: Figures, grades: Sequence[Grade], limited: Sequence[int]) -> bool:
    """Return whether one cut and its quota alone decide, among few independent units.

    Equal points without error share a place or lose it together: an integral of ranks does not see that.
    """
    quota = grades[limited[0]].quota
    sure = figures.published[figures.exact]
    return (
        len(limited) == 1
        and limited[0] < len(grades) - 1
        and quota is not None
        and not quota.ties
        and figures.cov is None
        and len(figures.se) <= _QUADRATURE
        and not figures.unknown.any()
        and bool(figures.ranked.all())
        and len(np.unique(sure)) == len(sure)
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
    found = chances_of_grades(
        figures.points, figures.se, cuts, places=places, groups=classes, digits=scheme.digits,
        exact=figures.exact,
    )  # fmt: skip
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


def _labels(evaluation: Evaluation, at: Positions, within: str) -> list[str]:
    return [evaluation.units.groups[place] if within == "group" else "" for place in at]


def _verify(within: str, seed: int, draws: int) -> None:
    faults = []
    if within not in ("all", "group"):
        faults.append(f"within must be 'all' or 'group', not {within!r}")
    if draws < 1:
        faults.append(f"draws must be at least 1, not {draws}")
    if seed < 0:
        faults.append(f"seed must not be negative, not {seed}")
    if faults:
        raise ValueError("; ".join(faults))


def _said(method: str, error: float) -> dict[str, Any]:
    return {"method": method, "mc_error": float(error), "note_zh": PLUG_IN.zh, "note_en": PLUG_IN.en}
