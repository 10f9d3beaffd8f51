"""How a sample was drawn, as far as its errors depend on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.estimation.sums import Sums
from township_eval.methods.varying import Array

__all__ = ["LONELY", "Design", "Factors", "LonelyCluster", "Stages", "factors", "stages"]

Positions: TypeAlias = NDArray[np.intp]

LONELY: Final = ("raise", "adjust", "average", "certainty", "remove")


@dataclass(frozen=True, eq=False)
class Design:
    """Stages, populations, and what to do with a stratum that has one cluster in the sample.

    Attributes
    ----------
    population : array, (n_strata,), optional
        Sampling units in each stratum of the population: clusters, or persons where no clusters
        were drawn. Infinite or absent: drawn with replacement.
    persons : array, (n_clusters,), optional
        Persons in each cluster of the population, of whom some were drawn in a second stage. Absent:
        the first stage carries the whole error (ultimate clusters).
    lonely : {"raise", "adjust", "average", "certainty", "remove"}
        One sampling unit where the population has more shows no variance. ``adjust`` takes its
        distance from the mean of all, ``average`` the mean variance of the other strata;
        ``certainty`` and ``remove`` take zero, which is too small, and differ in what they claim.

    Notes
    -----
    The options and their formulas are those of ``survey.lonely.psu`` in R's package *survey*
    (Lumley 2010, *Complex Surveys*, section 2.2.2). In the second stage, where R has no value for
    ``average``, it is the mean over the domain's other clusters.
    """

    population: Array | None = None
    persons: Array | None = None
    lonely: str = "raise"

    def __post_init__(self) -> None:
        if self.lonely not in LONELY:
            msg = f"lonely must be one of {', '.join(LONELY)}, not {self.lonely!r}"
            raise ValueError(msg)


class LonelyCluster(ValueError):  # noqa: N818  it names what was found
    """A stratum of several clusters has one in the sample, or a cluster one person.

    Attributes
    ----------
    strata : tuple of int
        Positions of the strata with one sampling unit.
    clusters : tuple of int
        Positions of the clusters with one person, in a design of two stages.
    """

    def __init__(self, strata: tuple[int, ...], clusters: tuple[int, ...] = ()) -> None:
        self.strata, self.clusters = strata, clusters
        super().__init__(
            f"one sampling unit in strata {list(strata)} and clusters {list(clusters)}: join strata, "
            f"or choose {', '.join(LONELY[1:])}"
        )

    def __reduce__(self) -> tuple[type[LonelyCluster], tuple[tuple[int, ...], tuple[int, ...]]]:
        return type(self), (self.strata, self.clusters)


@dataclass(frozen=True, eq=False)
class Factors:
    """What each group's squared scores are multiplied by, and which groups are lonely.

    Attributes
    ----------
    size : array, (n_groups,)
        Sampling units in the sample.
    factor : array, (n_groups,)
        ``(1 - f) n / (n - 1)``; 0 where lonely.
    alone : array of bool, (n_groups,)
        One unit in the sample, more in the population.
    unseen : array, (n_groups,)
        ``1 - f``: the share of the population that was not drawn.
    """

    size: Array
    factor: Array
    alone: NDArray[np.bool_]
    unseen: Array

    def weighed(self, share: Array) -> Factors:
        """Return the factors of a second stage; what replacement swallows is nobody's loneliness."""
        return Factors(self.size, self.factor * share, self.alone & (share > 0), self.unseen * share)


def factors(size: Array, population: Array | None) -> Factors:
    """Return the factors of groups from which units were drawn, by their numbers.

    Raises
    ------
    ValueError
        A population is smaller than its sample.

    Examples
    --------
    >>> factors(np.array([4.0, 1.0]), np.array([16.0, 9.0])).factor.tolist()
    [1.0, 0.0]
    """
    if population is None:
        unseen = np.ones(len(size))
    else:
        whole = np.asarray(population, dtype=np.float64)[: len(size)]
        if (whole < size).any() or np.isnan(whole[size > 0]).any():
            msg = f"the population is smaller than the sample in {np.flatnonzero(~(whole >= size)).tolist()}"
            raise ValueError(msg)
        unseen = 1.0 - np.divide(size, whole, out=np.zeros(len(size)), where=size > 0)
    factor = np.divide(unseen * size, size - 1.0, out=np.zeros(len(size)), where=size > 1)
    return Factors(size, factor, (size == 1) & (unseen > 0), unseen)


@dataclass(frozen=True, eq=False)
class Stages:
    """What was drawn from what, by numbers.

    Attributes
    ----------
    strata : Factors
        Of the first stage, (n_strata,).
    inside : Factors or None
        Of the persons in each cluster, (n_clusters,), their share of the variance weighed with the
        share of the stratum's clusters that was drawn.
    clusters : array of int, (n_sampled,)
        Positions of the sampled clusters; none where persons are the sampling units.
    """

    strata: Factors
    inside: Factors | None
    clusters: Positions

    @property
    def any_alone(self) -> bool:
        """Whether a stratum or a cluster has one sampling unit of several."""
        return bool(self.strata.alone.any() or (self.inside is not None and self.inside.alone.any()))

    def unseen(self, sums: Sums) -> NDArray[np.bool_]:
        """Return for every row of a table whether something around it was not drawn."""
        first = self.strata.unseen[sums.stratum] > 0
        return first if self.inside is None else first | (self.inside.unseen[sums.cluster] > 0)


def stages(sums: Sums, design: Design) -> Stages:
    """Count what was drawn and compare it with the populations.

    Raises
    ------
    LonelyCluster
        A stratum or a cluster has one sampling unit and the design says "raise".
    ValueError
        A population is smaller than its sample, or a cluster lies in two strata.
    """
    persons = (sums.n + sums.missing).astype(np.float64)
    if sums.persons:
        drawn = Stages(factors(_total(sums.stratum, persons), design.population), None, np.zeros(0, np.intp))
    else:
        clusters, stratum = _clusters(sums)
        strata = factors(_total(stratum, np.ones(len(stratum))), design.population)
        drawn = Stages(strata, None, clusters)
        if design.persons is not None:
            inside = factors(_total(sums.cluster, persons), design.persons)
            share = np.zeros(len(inside.size))
            share[clusters] = 1.0 - strata.unseen[stratum]
            drawn = Stages(strata, inside.weighed(share), clusters)
    if design.lonely == "raise" and drawn.any_alone:
        inside_alone = () if drawn.inside is None else np.flatnonzero(drawn.inside.alone).tolist()
        raise LonelyCluster(tuple(np.flatnonzero(drawn.strata.alone).tolist()), tuple(inside_alone))
    return drawn


def _total(group: Positions, count: Array) -> Array:
    return np.asarray(np.bincount(group, weights=count), dtype=np.float64)


def _clusters(sums: Sums) -> tuple[Positions, Positions]:
    """Return the sampled clusters and the stratum of each."""
    stratum = np.full(int(sums.cluster.max(initial=-1)) + 1, -1, dtype=np.intp)
    stratum[sums.cluster] = sums.stratum
    if (stratum[sums.cluster] != sums.stratum).any():
        msg = "a cluster lies in two strata: number the clusters over all strata"
        raise ValueError(msg)
    sampled = np.flatnonzero(stratum >= 0)
    return sampled, stratum[sampled]
