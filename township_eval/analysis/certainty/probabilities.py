"""How likely each rank and grade would be if the estimates were the truth up to their errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.analysis.arguments import EVALUATION, NAMES, TEXT, WHOLE, expect, optional
from township_eval.analysis.certainty.asked import PLUG_IN, answerable, members
from township_eval.analysis.certainty.redrawn import (
    BEYOND,
    affordable,
    beyond_scale,
    has_normal_errors,
    normal_draws,
    redrawn,
)
from township_eval.analysis.certainty.tally import count_draws
from township_eval.evaluation import Evaluation
from township_eval.evaluation.figures import ledger_of, rank_figures
from township_eval.language import Text
from township_eval.methods.ranking import rank
from township_eval.methods.ranksets import probabilities
from township_eval.methods.varying import Array
from township_eval.rules.rank_sets import Figures
from township_eval.rules.standing import ranked_points

__all__ = [
    "DRAWS", "QUADRATURE", "RankChances", "bottom_probabilities", "chances_of_ranks",
    "rank_probabilities", "said_of", "verify",
]  # fmt: skip

Flags = NDArray[np.bool_]
Positions = NDArray[np.intp]

#: Draws unless stated: the Monte-Carlo error of a probability is then at most half a percent.
DRAWS: Final = 10_000
#: Units up to which probabilities are integrated: the exact recursion grows with their cube.
QUADRATURE: Final = 200

METHODS: Final = {
    "quadrature": Text("按正态误差积分精确计算", "exact integral over normal errors"),
    "cut points": Text("按正态误差对照分数线直接算出", "normal errors held against the cut points"),
    "exact": Text("没有误差或未给出误差,直接判定", "no error, or none stated"),
}
_DRAWN: Final = Text(
    "按综合得分的误差固定种子模拟{n}次,模拟误差不超过{error}个百分点",
    "{n} seeded draws of the composites, Monte-Carlo error at most {error} percentage points",
)
_THROUGH: Final = Text(
    "评分规则在误差范围内有分档、封顶或保底(或分项先取整),整套方案固定种子模拟{n}次,模拟误差不超过{error}个百分点",
    "rules have tiers, caps or floors within the errors (or points are rounded below the composite): {n}"
    " seeded draws through the whole scheme, Monte-Carlo error at most {error} percentage points",
)


def rank_probabilities(
    evaluation: Evaluation, *, within: str = "all", cohort: str | Sequence[str] | None = None,
    seed: int = 0, draws: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the probability of every rank, a flat-prior plug-in and no grounds for certainty.

    Exact by quadrature where the errors of up to 200 units are independent and normal; else by seeded draws,
    which go through the whole scheme where a rule on the way has a cap, a floor or a tier within four
    standard errors.
    A rank *set* (`rank_sets`) holds what these probabilities do not: the true rank at its level.

    Parameters
    ----------
    evaluation : Evaluation
        Any final evaluation.
    within : {"all", "group"}
        Ranks among all units, or inside the class.
    cohort : str or sequence of str, optional
        A class or a list of units to compare; needed above 1,000 units.
    seed : int
        Of the simulation, where there is one.
    draws : int, optional
        Of the simulation; 10,000 unless stated, and fewer through large schemes, 1,000 at least.

    Returns
    -------
    DataFrame
        Index unit, columns 1, 2, ...; blank for everybody compared with a unit whose error nobody
        knows, and for units without a rank. ``attrs`` say the method, its draws and their Monte-Carlo error
        and, in both languages, what these numbers are (``note_zh``, ``note_en``).

    Raises
    ------
    DataError
        A provisional evaluation, more than 1,000 units, no such unit or class.
    TypeError, ValueError
        Arguments of another kind, or out of range; all at once.

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
    expect(
        evaluation=(evaluation, EVALUATION), within=(within, TEXT), cohort=(cohort, optional(NAMES)),
        seed=(seed, WHOLE), draws=(draws, optional(WHOLE)),
    )  # fmt: skip
    answerable(evaluation, "rank_probabilities")
    verify(within, seed, draws)
    at = members(evaluation, cohort, "rank_probabilities")
    labels = _labels(evaluation, at, within)
    chances = chances_of_ranks(evaluation, at, labels, seed, draws)
    width = max((labels.count(label) for label in set(labels)), default=0)
    codes = pd.Index([evaluation.units.codes[place] for place in at], name="unit")
    frame = pd.DataFrame(chances.share[:, :width], index=codes, columns=range(1, width + 1))
    method = "simulation" if chances.draws else "quadrature"
    frame.attrs.update(said_of(method, chances.draws, whole=chances.whole, beyond=chances.beyond))
    return frame


@dataclass(frozen=True, eq=False)
class RankChances:
    """Probabilities of ranks ``share`` (n, n) among equal labels, and how they were got.

    ``draws``: of the simulation, 0 where all of them are exact; ``whole``: drawn through the scheme.
    """

    share: Array
    draws: int
    whole: bool
    beyond: int

    @property
    def mc_error(self) -> float:
        """Largest Monte-Carlo error of a probability; 0 where none was drawn."""
        return float(0.5 / np.sqrt(self.draws)) if self.draws else 0.0


def chances_of_ranks(
    evaluation: Evaluation, at: Positions, labels: Sequence[str], seed: int, draws: int | None
) -> RankChances:
    """Return the probabilities of the ranks of some units among those with the same label."""
    figures = rank_figures(evaluation, at)
    label = np.unique(np.asarray(labels, dtype=str), return_inverse=True)[1].ravel()
    lost = np.isin(label, label[figures.unknown & figures.ranked])
    asked = figures.ranked & ~lost
    rough = asked & ~has_normal_errors(evaluation)[at]
    drawn = np.zeros(len(at), dtype=np.bool_)
    for one in np.unique(label[asked]):
        mine = asked & (label == one)
        drawn[mine] = _needs_draws(figures.take(np.flatnonzero(mine)), rough[mine])
    out = np.full((len(at), len(at)), np.nan)
    for one in np.unique(label[asked & ~drawn]):
        mine = np.flatnonzero(asked & (label == one))
        out[mine] = 0.0
        out[np.ix_(mine, np.arange(len(mine)))] = _exact(figures.take(mine))
    whole = bool((rough & drawn).any())
    if draws is None:
        draws = affordable(evaluation, DRAWS) if whole else DRAWS
    if drawn.any():
        out[drawn] = _drawn(evaluation, at[drawn], label[drawn], seed, draws, whole=whole, width=len(at))
    beyond = int((beyond_scale(evaluation)[at] & asked).sum())
    return RankChances(out, draws if drawn.any() else 0, whole, beyond)


def _needs_draws(figures: Figures, rough: Flags) -> bool:
    """Return whether quadrature does not give the probabilities of some units among each other."""
    if rough.any():
        return True
    return not figures.exact.all() and (figures.cov is not None or len(figures.se) > QUADRATURE)


def _exact(figures: Figures) -> Array:
    if not figures.exact.all():
        return np.asarray(probabilities(figures.points, figures.se, exact=figures.exact))
    n = len(figures.points)
    share = np.zeros((n, n))
    share[np.arange(n), rank(figures.published).astype(np.intp) - 1] = 1.0
    return share


def _drawn(
    evaluation: Evaluation,
    at: Positions,
    labels: Positions,
    seed: int,
    draws: int,
    *,
    whole: bool,
    width: int,
) -> Array:
    """Return shares of seeded draws, (n, width).

    Through the scheme ranks follow the points that would be published, and ties share the best rank.
    """
    scheme, ledger = evaluation.scheme, ledger_of(evaluation)[at]
    counts = np.zeros((len(at), width + 1), dtype=np.int64)
    if whole:
        for _, score in redrawn(evaluation, draws, seed):
            points = ranked_points(scheme, score[:, 0, at], ledger)
            count_draws(counts, np.nan_to_num(rank(points, labels.astype(str))))
    else:
        figures = rank_figures(evaluation, at)
        for index in normal_draws(evaluation, at, seed, draws):
            points = index * scheme.scale / 100.0 + ledger
            count_draws(counts, rank(np.where(figures.exact, figures.published, points), labels.astype(str)))
    return counts[:, 1:] / draws


def bottom_probabilities(
    evaluation: Evaluation, k: int, *, within: str = "all", cohort: str | Sequence[str] | None = None,
    seed: int = 0, draws: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the probability of being among the last *k*: a flat-prior plug-in, never grounds for a measure.

    Of nine tied units one is named with more than 95 % in 7 % of periods. That a unit is among the last
    *k* of *n* is shown only by ``rank_sets(method="simultaneous", side="lower")``: by a lower limit above
    ``n - k``. Ties share the best rank, as published: more than *k* that tie for the last place are none of
    them among the last *k*.

    Parameters
    ----------
    evaluation, within, cohort, seed, draws : see `rank_probabilities`
    k : int
        Places counted from the last, 1 to the number of units (inside the class: of the largest class).

    Returns
    -------
    DataFrame
        Index unit: name, group, ``p_bottom``; blank where `rank_probabilities` is. ``attrs`` as there.

    Raises
    ------
    DataError, TypeError, ValueError
        As `rank_probabilities`; *k* out of range.

    Examples
    --------
    >>> import pandas as pd
    >>> import township_eval as te
    >>> scheme = te.read_scheme({"name": "Water", "version": "1", "index": {
    ...     "children": [{"id": "water", "weight": 100, "basis": "section 2"}]}})
    >>> values = pd.DataFrame({"water": [95.0, 76.0]}, index=["a", "b"])
    >>> evaluation = te.evaluate(scheme, te.Inputs(period="2018", values=values))
    >>> bottom_probabilities(evaluation, 1)["p_bottom"].tolist()
    [0.0, 1.0]
    """
    expect(k=(k, WHOLE))
    chances = rank_probabilities(evaluation, within=within, cohort=cohort, seed=seed, draws=draws)
    if not 1 <= k <= max(chances.shape[1], 1):
        msg = f"k must lie between 1 and {chances.shape[1]}, not at {k}"
        raise ValueError(msg)
    at = members(evaluation, cohort, "bottom_probabilities")
    labels, ranked = _labels(evaluation, at, within), ~np.isnan(evaluation.standing.rank[at])
    size = np.array([sum(ranked[i] for i, other in enumerate(labels) if other == one) for one in labels])
    last = np.arange(1, chances.shape[1] + 1) > size[:, np.newaxis] - k
    units = evaluation.units
    frame = pd.DataFrame(
        {
            "name": [units.names[place] for place in at],
            "group": [units.groups[place] for place in at],
            "p_bottom": np.where(last, chances.to_numpy(), 0.0).sum(axis=1),
        },
        index=chances.index,
    )
    frame.loc[chances.isna().all(axis=1).to_numpy(), "p_bottom"] = np.nan
    frame.attrs.update(chances.attrs)
    return frame


def _labels(evaluation: Evaluation, at: Positions, within: str) -> list[str]:
    return [evaluation.units.groups[place] if within == "group" else "" for place in at]


def verify(within: str, seed: int, draws: int | None) -> None:
    """Refuse what nothing can be drawn with, everything at once."""
    faults = []
    if within not in ("all", "group"):
        faults.append(f"within must be 'all' or 'group', not {within!r}")
    if draws is not None and draws < 1:
        faults.append(f"draws must be at least 1, not {draws}")
    if seed < 0:
        faults.append(f"seed must not be negative, not {seed}")
    if faults:
        raise ValueError("; ".join(faults))


def said_of(
    method: str, draws: int, *, whole: bool, beyond: int, more: Sequence[Text] = ()
) -> dict[str, Any]:
    """Return what a table of probabilities says of itself in its ``attrs``.

    Parameters
    ----------
    method : str
        "quadrature", "cut points", "exact" or "simulation".
    draws : int
        Of the simulation.
    whole : bool
        Whether draws go through the whole scheme.
    beyond : int
        Units with a value near the end of its scale.
    more : sequence of Text
        What else is to be known.
    """
    drawn = method == "simulation"
    error = float(0.5 / np.sqrt(draws)) if drawn else 0.0
    how = (_THROUGH if whole else _DRAWN) if drawn else METHODS[method]
    said = [PLUG_IN, how.format(n=draws, error=f"{100 * error:.1f}")]
    said += [BEYOND.format(n=beyond)] if beyond else []
    return {
        "method": method, "through": "scheme" if drawn and whole else "composite",
        "draws": draws if drawn else 0, "mc_error": error,
        "note_zh": ";".join(text.zh for text in (*said, *more)),
        "note_en": "; ".join(text.en for text in (*said, *more)),
    }  # fmt: skip
