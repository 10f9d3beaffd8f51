"""How often rank sets hold the true ranks: ``python -m benchmarks.coverage``.

Twelve units whose errors differ threefold, at three truths: nearly tied, spread out, in clusters. Each data
set draws normal estimates and, with few degrees of freedom, estimated standard errors; the sets are those of
`methods.ranksets`, called as a user calls them. Marginal coverage is that of the unit covered least,
simultaneous coverage that of all units together.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.methods import ranksets

Array = NDArray[np.float64]

SEED: Final = 20181231
UNITS: Final = 12
LEVEL: Final = 0.95
FREEDOM: Final = (4.0, 8.0, 20.0, np.inf)
TRUTHS: Final = {
    "nearly tied": np.arange(UNITS) * 0.02,
    "spread": np.arange(UNITS) * 3.0,
    "clustered": np.arange(UNITS) // 4 * 6.0 + np.arange(UNITS) % 4 * 0.02,
}
ERRORS: Final = np.array([1.0, 2.4, 0.8, 1.6, 1.2, 2.0, 0.9, 1.4, 2.2, 1.1, 1.8, 1.3])


@dataclass(frozen=True)
class Coverage:
    """How often the sets of one case held the truth."""

    truth: str
    df: float
    marginal: float
    simultaneous: float
    size: float


def coverage_of(truth: str, df: float, sets: int, seed: int = SEED) -> Coverage:
    """Draw data sets and count; *size* is the mean number of ranks in a marginal set."""
    case = (sorted(TRUTHS).index(truth), FREEDOM.index(df))
    rng = np.random.default_rng([seed, *case])
    values = TRUTHS[truth]
    ranks = (values[:, np.newaxis] < values).sum(axis=1) + 1
    held, together, size = np.zeros(UNITS), 0, 0.0
    for _ in range(sets):
        estimates = rng.normal(values, ERRORS)
        ses = ERRORS if np.isinf(df) else ERRORS * np.sqrt(rng.chisquare(df, UNITS) / df)
        lower, upper = ranksets.marginal(estimates, ses, df=df, level=LEVEL)
        held += (lower <= ranks) & (ranks <= upper)
        size += float((upper - lower + 1).mean())
        lower, upper = ranksets.simultaneous(estimates, ses, df=df, level=LEVEL)
        together += bool(((lower <= ranks) & (ranks <= upper)).all())
    return Coverage(truth, df, float(held.min()) / sets, together / sets, size / sets)


def report(sets: int) -> Iterator[Coverage]:
    """Print a row for every case, and whether each reaches the level less three Monte-Carlo errors."""
    least = LEVEL - 3.0 * np.sqrt(LEVEL * (1.0 - LEVEL) / sets)
    print(f"{sets:,} data sets a case, {UNITS} units, level {LEVEL:g}; at least {least:.4f} is wanted")
    print(f"{'truth':12s} {'df':>4s} {'marginal':>9s} {'simultaneous':>13s} {'mean size':>10s}")
    for truth in TRUTHS:
        for df in FREEDOM:
            found = coverage_of(truth, df, sets)
            low = "   TOO LOW" if min(found.marginal, found.simultaneous) < least else ""
            row = f"{found.marginal:9.4f} {found.simultaneous:13.4f} {found.size:10.2f}{low}"
            print(f"{truth:12s} {df:4g} {row}", flush=True)
            yield found


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sets", type=int, default=10_000)
    given = parser.parse_args()
    for _ in report(given.sets):
        pass


if __name__ == "__main__":
    main()
