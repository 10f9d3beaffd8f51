"""How often a change is called real where nothing changed: ``python -m benchmarks.raters``.

Nine townships are marked by a panel in two periods; none of them changes, but raters' severities (standard
deviation 5 points) last in part, in full or not at all. Counted are pairs of periods in which any township is
called a mover at 5 %, for every way in which `te.compare` may count raters, with the median half-width
of the 95 % limits of a change.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import township_eval as te
from township_eval.analysis.periods.errors import change_errors
from township_eval.analysis.periods.links import link_units
from township_eval.analysis.periods.raters import RatersCount
from township_eval.methods.differences import holm, two_sided
from township_eval.methods.estimation.intervals import student

Array = NDArray[np.float64]

SEED: Final = 20181231
UNITS: Final = tuple(f"{number:02d}" for number in range(1, 10))
SEVERITY: Final = 5.0
REST: Final = 4.0
LASTING: Final = (0.0, 0.5, 1.0)
#: Raters of a period, and how many of them mark in both.
PANELS: Final = ((3, 3), (5, 5), (10, 10), (5, 3), (10, 5))
WAYS: Final = get_args(RatersCount)


@dataclass(frozen=True)
class Movers:
    """What became of one case: share of false movers and half-width by way of counting."""

    raters: int
    again: int
    lasting: float
    share: dict[str, float]
    width: dict[str, float]


def movers(raters: int, again: int, lasting: float, sets: int, seed: int = SEED) -> Movers:
    """Draw pairs of periods and count."""
    rng = np.random.default_rng([seed, raters, again, round(100 * lasting)])
    names = [f"r{k}" for k in range(raters)], [f"r{k + (k >= again) * raters}" for k in range(raters)]
    named = dict.fromkeys(WAYS, 0)
    widths: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(sets):
        one, other = rng.normal(0, SEVERITY, (2, raters))
        two = np.where(np.arange(raters) < again, lasting * one + np.sqrt(1 - lasting**2) * other, other)
        before, after = (
            _evaluated(str(2018 + k), rng, severity, names[k]) for k, severity in enumerate((one, two))
        )
        links, _ = link_units(before.units, after.units, ())
        change = after.standing.adjusted - before.standing.adjusted
        for way in WAYS:
            errors = change_errors(before, after, links, None, way)
            named[way] += bool((holm(two_sided(change, errors.se, errors.df)) <= 0.05).any())
            lower, upper = student(change, errors.se, errors.df, 0.95)
            widths[way].append(float(np.median(upper - lower)) / 2)
    share = {way: count / sets for way, count in named.items()}
    return Movers(raters, again, lasting, share, {way: float(np.median(widths[way])) for way in WAYS})


def _evaluated(period: str, rng: np.random.Generator, severity: Array, names: list[str]) -> te.Evaluation:
    level = np.linspace(45, 55, len(UNITS))[:, np.newaxis]
    scores = level + severity + rng.normal(0, REST, (len(UNITS), len(names)))
    rows = pd.DataFrame(scores, index=list(UNITS), columns=names).rename_axis("unit").reset_index()
    ratings = rows.melt(id_vars="unit", var_name="rater", value_name="score")
    return te.evaluate(_SCHEME, te.Inputs(period=period, ratings=ratings))


_SCHEME: Final = te.read_scheme(
    {
        "name": "panel",
        "version": "1",
        "units": {unit: {} for unit in UNITS},
        "index": {"children": [{"id": "panel", "weight": 100, "basis": "-", "source": {"kind": "ratings"}}]},
    }
)


def report(sets: int) -> Iterator[str]:
    """Yield the table, line by line."""
    yield f"false movers of nominally 5.0 %, and half-widths in points; {sets} pairs of periods each"
    yield "raters  again  lasting  " + "  ".join(f"{way:>16}" for way in WAYS)
    for raters, again in PANELS:
        for lasting in LASTING:
            found = movers(raters, again, lasting, sets)
            cells = (f"{100 * found.share[way]:7.1f} % {found.width[way]:6.1f}" for way in WAYS)
            yield f"{raters:6d} {again:6d} {lasting:8.1f}  " + "  ".join(cells)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=1000)
    for line in report(parser.parse_args().sets):
        print(line, flush=True)


if __name__ == "__main__":
    main()
