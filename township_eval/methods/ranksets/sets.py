"""Confidence sets for ranks: which ranks a unit may have, given what its estimate does not know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.language import Text
from township_eval.methods.ranksets.critical.independent import normal_single, pairwise
from township_eval.methods.ranksets.critical.simulation import (
    Simulated,
    simulated_marginal,
    simulated_simultaneous,
)
from township_eval.methods.ranksets.critical.stepdown import bonferroni, marginal_steps, simultaneous_steps
from township_eval.methods.ranksets.critical.studentized import tukey_kramer
from township_eval.methods.ranksets.family import SIDES, Family, family_of
from township_eval.methods.ranksets.pairs import compared, counted
from township_eval.methods.varying import Array

__all__ = ["DRAWS", "RankSets", "marginal", "simultaneous"]

Ranks = NDArray[np.intp]

DRAWS: Final = 100_000

METHODS: Final = {
    "quadrature": Text(
        "独立正态误差,一维积分精确计算", "exact one-dimensional integral for independent normal errors"
    ),
    "tukey_kramer": Text("独立正态误差,图基-克雷默法", "Tukey-Kramer for independent normal errors"),
    "small_df": Text(
        "自由度小,近似:逐对韦尔奇 t 检验,按对数作西达克校正",
        "small-df, approximate: Welch-Satterthwaite t per pair, Sidak over the pairs",
    ),
    "pairs": Text(
        "误差相关,按对数作西达克校正(偏宽)", "correlated errors, Sidak over the pairs (conservative)"
    ),
    "simulation": Text(
        "按固定种子模拟最大 |t|,带模拟误差", "seeded simulation of max |t|, with its Monte-Carlo error"
    ),
}


class RankSets(tuple[Ranks, Ranks]):  # noqa: SLOT001  a tuple subclass cannot have slots with values
    """Lowest and highest rank of every unit that its data do not exclude; rank 1 is the largest estimate.

    Unpacks as ``lower, upper = sets``.

    Attributes
    ----------
    lower, upper : array of int (n,)
        Rank limits, both possible ranks themselves.
    critical : array (n,)
        Critical value of ``|t|``; with stepdown that of the last step.
    code : str
        "quadrature", "tukey_kramer", "small_df", "pairs" or "simulation".
    distance : array (n,)
        How near an uncertain comparison came to the critical value, in standard errors, at any step;
        infinite where nothing is uncertain.
    mc_error : array (n,)
        Monte-Carlo standard error of the critical value; 0 for exact methods.
    fragile : array of bool (n,)
        Whether a simulated critical value had a comparison within 3 Monte-Carlo errors: with other
        draws the limits might differ. Never for exact methods: their distance says how near it was.
    """

    critical: Array
    code: str
    distance: Array
    mc_error: Array
    fragile: NDArray[np.bool_]

    def __new__(
        cls,
        lower: Ranks,
        upper: Ranks,
        critical: Array,
        code: str,
        distance: Array,
        mc_error: Array,
        fragile: NDArray[np.bool_],
    ) -> Self:
        """Make the sets read-only."""
        self = super().__new__(cls, (lower, upper))
        self.critical, self.code, self.distance = critical, code, distance
        self.mc_error, self.fragile = mc_error, fragile
        for array in (lower, upper, critical, distance, mc_error, fragile):
            array.flags.writeable = False
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (*self, self.critical, self.code, self.distance, self.mc_error, self.fragile)

    @property
    def lower(self) -> Ranks:
        """Lowest (best) rank, (n,)."""
        return self[0]

    @property
    def upper(self) -> Ranks:
        """Highest (worst) rank, (n,)."""
        return self[1]

    @property
    def method(self) -> Text:
        """How the critical values were found, in words."""
        return METHODS[self.code]


@dataclass(frozen=True)
class _Wanted:
    """What is asked of a family."""

    level: float
    side: str
    stepdown: bool
    seed: int
    draws: int | None

    def __post_init__(self) -> None:
        """Refuse what cannot be asked, everything at once."""
        faults = []
        if not 0.0 < self.level < 1.0:
            faults.append(f"level lies between 0 and 1, not at {self.level}")
        if self.side not in SIDES:
            faults.append(f"side is one of {', '.join(SIDES)}, not {self.side!r}")
        if self.draws is not None and self.draws != 0 and self.draws < _FEWEST:
            faults.append(f"draws are 0 (no simulation) or at least {_FEWEST}, not {self.draws}")
        if self.seed < 0:
            faults.append(f"seed must not be negative, as {self.seed} is")
        if faults:
            raise ValueError("; ".join(faults))

    def code(self, family: Family, exact: str) -> str:
        """Return which method answers."""
        if family.df is not None:
            return "small_df"
        if self.draws or (family.cov is not None and self.draws is None):
            return "simulation"
        return exact if family.cov is None else "pairs"


_FEWEST: Final = 1000


def marginal(  # noqa: PLR0913  keyword arguments, each with a plain default
    estimates: ArrayLike,
    ses: ArrayLike,
    *,
    level: float = 0.95,
    df: ArrayLike | None = None,
    cov: ArrayLike | None = None,
    stepdown: bool = False,
    side: str = "both",
    exact: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    seed: int = 0,
    draws: int | None = None,
) -> RankSets:
    """Return a confidence set for the rank of each unit, at *level* for every single unit.

    Parameters
    ----------
    estimates, ses : array_like (n,)
        Normal estimates and their standard errors, finite; leave out units without a score.
    level : float
        Probability, in (0, 1), with which the set of a given unit holds its true rank.
    df : array_like, optional
        Degrees of freedom of the errors, one for all, (n,) or by pairs (n, n), as errors that units
        share need (`methods.freedom.pairwise_freedom`). Where any is below 30, each pair is compared by
        Welch and Satterthwaite's t with Šidák's correction over the pairs: approximate. Without, errors
        are known.
    cov : array_like (n, n), optional
        Covariance of the estimates; its diagonal are the squared errors.
    stepdown : bool
        Test again what is left when something has been shown: smaller sets, the same guarantee.
    side : str
        "both"; "lower" bounds the rank from below only (how good a place the unit may have), "upper"
        from above.
    exact : array_like of bool (n,), optional
        Units counted in full: no sampling error. Only they may have an error of 0; among each other
        they compare exactly.
    groups : array_like (n,), optional
        Classes ranked apart: each unit is compared with those of its class.
    seed, draws : int, optional
        Draws of a simulation. By default 100,000 where errors are correlated, and none elsewhere; with 0
        correlated errors are bounded by Šidák's inequality, without any simulation.

    Returns
    -------
    RankSets
        ``lower, upper`` and how they were found. Ties show nothing, so that tied units share their sets'
        ranks. One unit has the set (1, 1).

    Raises
    ------
    ValueError
        With everything wrong: NaN, negative or undeclared zero errors, a covariance that is not one ...

    Notes
    -----
    ``lower = 1 + #{k: t_kj > c_j}``, ``upper = n - #{k: t_jk > c_j}``, ``t_jk = (m_j - m_k) / s_jk``,
    where ``P(max_k |error of t_jk| <= c_j) = level``: for independent errors the integral
    ``int phi(z) prod_k [Phi((s_j z + c s_jk)/s_k) - Phi((s_j z - c s_jk)/s_k)] dz``, since given
    unit j's own error the other factors are independent. ``c`` is exact to 1e-9 (2e-9 for 40,000 units).
    Sets are nested in level and do not change when estimates and errors are multiplied by one factor;
    they need not widen with one unit's own error.

    Source: Mogstad, Romano, Shaikh and Wilhelm (2024), *Inference for ranks with applications to mobility
    across neighbourhoods and academic achievement across countries*, Review of Economic Studies 91, 476-518.

    Examples
    --------
    >>> lower, upper = marginal([92.0, 88.5, 88.0, 81.0], [1.0, 1.2, 1.5, 1.1])
    >>> lower.tolist(), upper.tolist()
    ([1, 1, 1, 4], [3, 3, 3, 4])
    """
    family = family_of(estimates, ses, df=df, cov=cov, exact=exact, groups=groups)
    wanted = _Wanted(level, side, stepdown, seed, draws)
    found = [(units, _marginal_class(part, wanted)) for units, part in family.parts()]
    if len(found) == 1:
        return found[0][1]
    return _together(found, family.n, wanted.code(family, "quadrature"))


def _marginal_class(family: Family, wanted: _Wanted) -> RankSets:
    code = wanted.code(family, "quadrature")
    level, side = wanted.level, wanted.side
    if code == "simulation":
        drawn = simulated_marginal(
            family, level, side, stepdown=wanted.stepdown, seed=wanted.seed, draws=wanted.draws or DRAWS
        )
        return _sets(family, drawn, code, side)
    critical = (
        normal_single(family.ses, level, side) if code == "quadrature" else _over_pairs(family, level, side)
    )
    if not wanted.stepdown:
        return _sets(family, critical, code, side)
    last, distance = marginal_steps(family, critical, level, side)
    return _sets(family, last, code, side, distance)


def _over_pairs(family: Family, level: float, side: str) -> Array:
    """Return the critical value of every unit for its number of uncertain comparisons."""
    pairs = np.concatenate([block.live.sum(axis=1) for block in compared(family)])
    if side != "both" and family.cov is not None:
        return bonferroni(level, pairs)  # correlations may be negative
    values = {int(count): pairwise(level, int(count), side) for count in np.unique(pairs)}
    return np.array([values[int(count)] for count in pairs])


def _sets(
    family: Family, critical: Array | Simulated, code: str, side: str, distance: Array | None = None
) -> RankSets:
    """Return the sets of a family of one class."""
    c = critical.critical if isinstance(critical, Simulated) else critical
    found = counted(family, c, side)
    if isinstance(critical, Simulated):
        error, fragile, distance = critical.mc_error, critical.fragile, critical.distance
    else:
        error, fragile = np.zeros(family.n), np.zeros(family.n, dtype=bool)
    near = found.distance if distance is None else distance
    return RankSets(found.lower, found.upper, c, code, near, error, fragile)


def _together(found: list[tuple[NDArray[np.intp], RankSets]], n: int, code: str) -> RankSets:
    """Put the sets of classes at their units' places."""
    columns: list[Any] = []
    for column in range(6):
        parts = [(s.lower, s.upper, s.critical, s.distance, s.mc_error, s.fragile)[column] for _, s in found]
        whole = np.empty(n, dtype=parts[0].dtype)
        for (units, _), part in zip(found, parts, strict=True):
            whole[units] = part
        columns.append(whole)
    lower, upper, critical, *rest = columns
    return RankSets(lower, upper, critical, code, *rest)


def simultaneous(  # noqa: PLR0913  keyword arguments, each with a plain default
    estimates: ArrayLike,
    ses: ArrayLike,
    *,
    level: float = 0.95,
    df: ArrayLike | None = None,
    cov: ArrayLike | None = None,
    stepdown: bool = False,
    side: str = "both",
    exact: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    seed: int = 0,
    draws: int | None = None,
) -> RankSets:
    """Return confidence sets for the ranks of all units that hold together, at *level*.

    What is said of several units at once, or of a unit picked for its rank, needs these: that somebody is
    among the last *k* is shown by the lower limit of ``side="lower"`` only.

    Parameters
    ----------
    estimates, ses, level, df, cov, stepdown, side, exact, groups, seed : see `marginal`
        With *groups* ranks are counted within classes; all classes are one family: the sets of all units
        of all classes hold together.
    draws : int, optional
        By default independent known errors use Tukey and Kramer's critical value, correlated ones
        100,000 draws; 0: never simulate (Šidák over all pairs); a number: simulate.

    Returns
    -------
    RankSets
        With one critical value for all units.

    Notes
    -----
    The family are all ordered pairs, so one-sided sets use the critical value of two-sided ones. Steps
    after the first use Bonferroni's inequality unless simulated. Source: see `marginal`; Tukey-Kramer:
    `critical.studentized.tukey_kramer`.

    Examples
    --------
    >>> lower, upper = simultaneous([92.0, 88.5, 88.0, 81.0], [1.0, 1.2, 1.5, 1.1])
    >>> lower.tolist(), upper.tolist()
    ([1, 1, 1, 4], [3, 3, 3, 4])
    """
    family = family_of(estimates, ses, df=df, cov=cov, exact=exact, groups=groups)
    wanted = _Wanted(level, side, stepdown, seed, draws)
    code = wanted.code(family, "tukey_kramer")
    parts = list(family.parts())
    if code == "simulation":
        drawn = simulated_simultaneous(family, level, stepdown=stepdown, seed=seed, draws=draws or DRAWS)
        found = [(units, _sets(part, _part_of(drawn, units), code, side)) for units, part in parts]
        return _together(found, family.n, code)
    critical, distances = _first(family, code, level), None
    if stepdown:
        critical, distances = simultaneous_steps([part for _, part in parts], critical, level)
    found = []
    for number, (units, part) in enumerate(parts):
        near = None if distances is None else distances[number]
        found.append((units, _sets(part, np.full(part.n, critical), code, side, near)))
    return _together(found, family.n, code)


def _first(family: Family, code: str, level: float) -> float:
    if code == "tukey_kramer":
        return tukey_kramer([len(units) for units in family.classes], level)
    live = sum(int(block.live.sum()) for _, part in family.parts() for block in compared(part))
    return pairwise(level, live // 2, "both")


def _part_of(drawn: Simulated, units: NDArray[np.intp]) -> Simulated:
    return Simulated(
        drawn.critical[units], drawn.mc_error[units], drawn.distance[units], drawn.fragile[units]
    )
