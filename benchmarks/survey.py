"""How far `survey_estimates` is from plain NumPy: ``python -m benchmarks.survey``.

200 townships, 400 strata, 8,000 villages; one million answers, then ten. The floor is what a careful
analyst would write: with whole-number codes ready and the columns as arrays, eight bincounts of the same
sums (answers, missing, w, wy, wy^2, w^2, w^2 y, w^2 y^2) by village and the linearized standard error
from them. `survey_estimates` gets a frame with the names as text, as a file gives them (and, as a second
figure, as categories), checks every entry and returns the whole table. CPU seconds in one process with
one BLAS thread, best of some repeats. Memory is that of a process that makes the frame of text and
estimates once, the frame included.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import township_eval as te
from benchmarks.evaluate import cpu_seconds

Array = NDArray[np.float64]

AIM_RATIO, AIM_GIGABYTES = 5.0, 3.0
SEED = 20181231
TOWNSHIPS, STRATA_EACH, VILLAGES_EACH = 200, 2, 20
POPULATION = 60.0  # villages in a stratum
ANSWERS = (100.0, 80.0, 30.0)
MISSING = 0.05


@dataclass(frozen=True)
class Case:
    """The answers as arrays; a village has one stratum, a stratum one township."""

    y: Array
    weights: Array
    village: NDArray[np.intp]

    @property
    def n_villages(self) -> int:
        """Villages in the sample."""
        return TOWNSHIPS * STRATA_EACH * VILLAGES_EACH


def survey(answers: int) -> Case:
    """Make the case; the same figures every time."""
    rng = np.random.default_rng(SEED)
    y = rng.choice(ANSWERS, size=answers)
    y[rng.random(answers) < MISSING] = np.nan
    village = rng.integers(0, TOWNSHIPS * STRATA_EACH * VILLAGES_EACH, size=answers)
    return Case(y, rng.integers(20, 200, size=answers).astype(np.float64), village)


def frame_of(case: Case, *, categories: bool = False) -> pd.DataFrame:
    """Hand the case over as a frame, names as text or as categories."""
    stratum = case.village // VILLAGES_EACH
    columns: dict[str, Any] = {
        "township": _named("乡镇", stratum // STRATA_EACH, TOWNSHIPS, categories=categories),
        "stratum": _named("层", stratum, TOWNSHIPS * STRATA_EACH, categories=categories),
        "village": _named("村", case.village, case.n_villages, categories=categories),
        "villages": np.full(len(case.y), POPULATION),
        "w": case.weights,
        "q1": case.y,
    }
    return pd.DataFrame(columns, copy=False)


def _named(word: str, codes: NDArray[np.intp], size: int, *, categories: bool) -> Any:
    names = np.array([f"{word}{number:05d}" for number in range(size)], dtype=object)
    return pd.Categorical.from_codes(codes, names) if categories else names[codes]


def floor(case: Case) -> tuple[Array, Array]:
    """Return means and standard errors of the townships as plain NumPy computes them."""
    size = case.n_villages
    valid = ~np.isnan(case.y)
    village, y, w = case.village[valid], case.y[valid], case.weights[valid]
    wy = w * y
    sums = {
        "n": np.bincount(village, minlength=size),
        "missing": np.bincount(case.village[~valid], minlength=size),
        "w": np.bincount(village, weights=w, minlength=size),
        "wy": np.bincount(village, weights=wy, minlength=size),
        "wy2": np.bincount(village, weights=wy * y, minlength=size),
        "w2": np.bincount(village, weights=w * w, minlength=size),
        "w2y": np.bincount(village, weights=w * wy, minlength=size),
        "w2y2": np.bincount(village, weights=wy * wy, minlength=size),
    }
    by_township = (TOWNSHIPS, STRATA_EACH, VILLAGES_EACH)
    total = sums["w"].reshape(by_township).sum(axis=(1, 2))
    mean = sums["wy"].reshape(by_township).sum(axis=(1, 2)) / total
    scores = (sums["wy"] - np.repeat(mean, size // TOWNSHIPS) * sums["w"]).reshape(by_township)
    scores = scores / total[:, np.newaxis, np.newaxis]
    factor = (1.0 - VILLAGES_EACH / POPULATION) * VILLAGES_EACH / (VILLAGES_EACH - 1)
    return mean, np.sqrt(factor * ((scores - scores.mean(axis=2, keepdims=True)) ** 2).sum(axis=(1, 2)))


def estimates(frame: pd.DataFrame) -> pd.DataFrame:
    """Estimate with the package."""
    return te.survey_estimates(
        frame,
        value="q1",
        by="township",
        weights="w",
        strata="stratum",
        cluster="village",
        population="villages",
    )


def peak_gigabytes(answers: int) -> float:
    """Return the peak memory of a process that makes the frame and estimates once."""
    command = [sys.executable, "-m", "benchmarks.survey", "--answers", str(answers), "--once"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  ourselves
    return float(run.stdout)


def once(answers: int) -> None:
    """Estimate and print the peak memory in GB (Linux counts kilobytes, macOS bytes)."""
    import resource

    estimates(frame_of(survey(answers)))
    unit = 1e9 if sys.platform == "darwin" else 1e6
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


def report(answers: int, repeats: int) -> None:
    """Print ratios, memory and the largest difference."""
    gigabytes = peak_gigabytes(answers)  # first: this process is small then
    case = survey(answers)
    plain = cpu_seconds(lambda: floor(case), repeats)
    size = f"{TOWNSHIPS} townships, {TOWNSHIPS * STRATA_EACH} strata, {case.n_villages:,} villages"
    print(f"{answers:,} answers, {size}; CPU seconds, best of {repeats}")
    print(f"plain NumPy, codes ready    {plain:8.3f} s")
    difference = 0.0
    for name, categories in (("text", False), ("categories", True)):
        frame = frame_of(case, categories=categories)
        whole = cpu_seconds(lambda frame=frame: estimates(frame), repeats)
        aim = f"   (aim {AIM_RATIO:g})" if name == "text" else ""
        print(f"survey_estimates, {name:10s}{whole:8.3f} s   ratio {whole / plain:5.2f}{aim}")
        found, (mean, se) = estimates(frame), floor(case)
        for column, expected in (("estimate", mean), ("se", se)):
            difference = max(difference, float(np.max(np.abs(found[column].to_numpy() / expected - 1.0))))
    print(f"peak memory             {gigabytes:12.2f} GB               (aim {AIM_GIGABYTES:g})")
    print(f"largest relative difference from plain NumPy: {difference:.1e}")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--answers", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--once", action="store_true", help="estimate once and print the peak memory in GB")
    given = parser.parse_args()
    for answers in given.answers:
        if given.once:
            once(answers)
        else:
            report(answers, given.repeats)


if __name__ == "__main__":
    main()
