"""How often a period wrongly proposes a sanction, and how often rightly: ``python -m benchmarks.flags``.

Nine townships whose true mean lies exactly on the threshold, the worst case of the rule ``satisfaction <
threshold``; answers are drawn person by person or village by village, means and errors estimated as surveys
are, and judged by the functions the package judges with. A period counts when at least one township is
wrongly named. Beside it what the threshold alone would name, and what Student's t would.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.testing import bounded_p, bounded_power, student_p
from township_eval.rules.certainty import CONFIRMED_LEVEL, PROBABLE_LEVEL, decide

Array = NDArray[np.float64]

SEED: Final = 20181231
UNITS: Final = 9
SIZES: Final = (20, 50, 100, 200, 400)
SCALE: Final = np.array([100.0, 80.0, 30.0])
ICC: Final = 0.1  # of answers in a village
TRUTHS: Final = (75.0, 72.0, 70.0)
AT_82: Final = (0.45, 0.41, 0.14)
MONTE_CARLO: Final = 3.0


@dataclass(frozen=True)
class Mix:
    """Shares of the answers 100, 80 and 30, the threshold, and the number of villages (0: none)."""

    name: str
    shares: tuple[float, float, float]
    cut: float
    villages: int = 0
    icc: float = ICC

    @property
    def truth(self) -> float:
        """The true mean of every township."""
        return float(np.array(self.shares) @ SCALE)


MIXES: Final = (
    Mix("varied", (0.5, 0.3, 0.2), 80.0),
    Mix("two ends", (5 / 7, 0.0, 2 / 7), 80.0),
    Mix("few discontent", (0.05, 0.93, 0.02), 80.0),
    Mix("few content", (0.1, 0.06, 0.84), 40.0),
    Mix("5 villages", (0.5, 0.3, 0.2), 80.0, villages=5),
    Mix("10 villages", (0.5, 0.3, 0.2), 80.0, villages=10),
    Mix("10 villages, alike", (0.5, 0.3, 0.2), 80.0, villages=10, icc=0.3),
    Mix("5 villages, few content", (0.1, 0.06, 0.84), 40.0, villages=5),
    Mix("10 villages, few content", (0.1, 0.06, 0.84), 40.0, villages=10),
)


@dataclass(frozen=True)
class Rates:
    """Shares of periods in which at least one township was named."""

    mix: str
    n: int
    confirmed: float
    probable: float
    threshold: float
    student_confirmed: float
    student_probable: float


def estimates(mix: Mix, n: int, periods: int, rng: np.random.Generator) -> tuple[Array, Array, float]:
    """Draw samples; return means and standard errors (periods, UNITS) and their degrees of freedom."""
    if not mix.villages:
        counts = rng.multinomial(n, mix.shares, size=(periods, UNITS))
        means = counts @ SCALE / n
        variance = np.maximum(counts @ SCALE**2 / n - means**2, 0.0) * n / (n - 1)
        return means, np.sqrt(variance / n), n - 1.0
    spread = np.maximum(np.array(mix.shares) * (1.0 / mix.icc - 1.0), 1e-9)
    village = rng.dirichlet(spread, size=(periods, UNITS, mix.villages))
    answers = rng.multinomial(n // mix.villages, village) @ SCALE / (n // mix.villages)
    means = answers.mean(axis=-1)
    return means, answers.std(axis=-1, ddof=1) / np.sqrt(mix.villages), mix.villages - 1.0


def named(p: Array) -> tuple[float, float]:
    """Return in how many periods at least one township is confirmed, and is probable or better."""
    doubtful = np.flatnonzero(p.min(axis=1) <= PROBABLE_LEVEL)
    confirmed = probable = 0
    for period in doubtful:
        certainty = decide(p[period][np.newaxis]).certainty
        confirmed += bool((certainty == "confirmed").any())
        probable += bool((certainty != "not_distinguishable").any())
    return confirmed / len(p), probable / len(p)


def evidence(means: Array, ses: Array, df: float, n: int, cut: float) -> Array:
    """Return the package's p-values; 1 where the mean is not half an error below the cut, to save time."""
    p = np.ones(means.shape)
    below = (means < cut) & (cut - means >= ses / 2.0)
    p[below] = bounded_p(means[below], ses[below], df, n, cut, low=SCALE.min(), high=SCALE.max())
    return p


def rates_of(mix: Mix, n: int, periods: int, seed: int = SEED) -> Rates:
    """Draw periods and count those with a wrong sanction."""
    rng = np.random.default_rng([seed, n, *(int(1000 * share) for share in mix.shares), mix.villages])
    means, ses, df = estimates(mix, n, periods, rng)
    ours = named(evidence(means, ses, df, n, mix.cut))
    students = named(
        np.where(ses > 0, student_p(means, ses, df, mix.cut), np.where(means < mix.cut, 0.0, 1.0))
    )
    return Rates(mix.name, n, *ours, float((means < mix.cut).any(axis=1).mean()), *students)


def most(level: float, periods: int) -> float:
    """Return the level with three Monte-Carlo errors."""
    return level + MONTE_CARLO * float(np.sqrt(level * (1.0 - level) / periods))


def report(periods: int, mixes: tuple[Mix, ...] = MIXES) -> Iterator[Rates]:
    """Print a row for every mix and size, and whether both levels are kept."""
    heads = (f"{'confirmed':>10s} {'probable':>9s} {'threshold':>10s}", f"{'t 1 %':>6s} {'t 5 %':>6s}")
    print(f"{'answers':25s} {'n':>4s} {' '.join(heads)}")
    for mix in mixes:
        for n in SIZES:
            found = rates_of(mix, n, periods)
            ours = f"{found.confirmed:10.4f} {found.probable:9.4f} {found.threshold:10.4f}"
            kept = found.confirmed <= most(CONFIRMED_LEVEL, periods) and found.probable <= most(
                PROBABLE_LEVEL, periods
            )
            rest = f"{found.student_confirmed:6.3f} {found.student_probable:6.3f}"
            print(f"{mix.name:25s} {n:4d} {ours} {rest}{'' if kept else '   TOO HIGH'}", flush=True)
            yield found


def power() -> None:
    """Print how often one of nine townships truly below 80 is confirmed."""
    print("\npower: confirmed, nine townships, threshold 80, answers 100, 80, 30 drawn person by person")
    print(f"{'truth':>6s} " + " ".join(f"{f'n={n}':>7s}" for n in SIZES))
    for truth in TRUTHS:
        shown = (
            bounded_power(truth, 80.0, n, CONFIRMED_LEVEL / UNITS, answers=SCALE.tolist()) for n in SIZES
        )
        print(f"{truth:6.0f} " + " ".join(f"{one:7.2f}" for one in shown))


def main() -> None:
    """Read the arguments and count."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--periods", type=int, default=10_000)
    given = parser.parse_args()
    print(f"{given.periods:,} periods a row, nine townships exactly on the threshold; share wrongly accusing")
    print(
        f"wanted: confirmed at most {most(CONFIRMED_LEVEL, given.periods):.4f}, "
        f"probable at most {most(PROBABLE_LEVEL, given.periods):.4f}"
    )
    for _ in report(given.periods):
        pass
    print("\nall nine truly at 82, threshold 80: nobody deserves a sanction")
    for _ in report(given.periods, (Mix("true mean 82", AT_82, 80.0),)):
        pass
    power()


if __name__ == "__main__":
    main()
