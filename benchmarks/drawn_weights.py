"""How far ranks under drawn weights are from a product and a sort: ``python -m benchmarks.drawn_weights``.

10,000 draws of weights for 3,000 townships and 50 indicators in 5 dimensions, ranks safe against ties
(published scores are rounded half up first, ties share a rank). The floor multiplies the same weights and
sorts, 500 draws at a time: an order that float noise decides where scores tie. Then 1,000 draws for 1,000
townships and 100 indicators, which the R package COINr 1.1.14 rebuilds draw by draw in 210 CPU seconds
(measured on another day on a machine of this kind). CPU seconds in one process with one BLAS thread, best
of some repeats; memory is the peak of a process that evaluates and draws once.
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import township_eval as te
from benchmarks.evaluate import cpu_seconds

Array = NDArray[np.float64]

AIM_RATIO, AIM_GIGABYTES, AIM_TIMES = 1.5, 1.0, 100.0
R_SECONDS = 210.4
SEED = 20181231
DIMENSIONS = 5
AT_ONCE = 500
LARGE = (10_000, 3_000, 50)
SMALL = (1_000, 1_000, 100)


def evaluation(units: int, indicators: int) -> te.Evaluation:
    """Make the case; the same figures every time."""
    rng = np.random.default_rng(SEED)
    names = [f"i{number:03d}" for number in range(indicators)]
    codes = [f"{unit:09d}" for unit in range(units)]
    frame = pd.DataFrame(rng.uniform(0.0, 100.0, (units, indicators)), index=codes, columns=names)
    weights = rng.integers(1, 10, indicators).tolist()
    leaves = [
        {"id": name, "weight": weight, "basis": "benchmark"}
        for name, weight in zip(names, weights, strict=True)
    ]
    size = indicators // DIMENSIONS
    blocks = [
        {"id": f"d{number}", "weight": 10 + number, "basis": "benchmark", "children": leaves[at : at + size]}
        for number, at in enumerate(range(0, indicators, size))
    ]
    scheme = te.read_scheme(
        {"name": "benchmark", "version": "1", "weights": "relative", "index": {"children": blocks}}
    )
    return te.evaluate(scheme, te.Inputs(period="2018", values=frame))


def ranks_of(case: te.Evaluation, draws: int) -> Callable[[], Any]:
    """Return the work: weights drawn, ranks of every township in every draw."""
    from township_eval.analysis.sensitivity.drawn import DrawnWeights
    from township_eval.analysis.sensitivity.rescoring import Rescored, family_of
    from township_eval.analysis.sensitivity.running import Runs

    family = family_of(case, by_class=False)
    return lambda: Runs(
        Rescored(case, case.scheme), DrawnWeights(case.plan, draws, SEED, 100.0), family
    ).ranks()


def floor(case: te.Evaluation, draws: int) -> Callable[[], Any]:
    """Return the plain work: a product and a sort, weights given."""
    rng = np.random.default_rng(SEED)
    scores = np.ascontiguousarray(case.score[list(case.plan.leaves)])
    weights = rng.dirichlet(np.ones(len(scores)), draws)

    def plain() -> Any:
        for start in range(0, draws, AT_ONCE):
            order = np.argsort(weights[start : start + AT_ONCE] @ scores, axis=1)
        return order

    return plain


def whole(case: te.Evaluation, draws: int) -> pd.DataFrame:
    """Ask with the package, quantiles included."""
    nothing: dict[str, Any] = {"without": False, "aggregations": (), "normalizations": (), "reversal": False}
    return te.sensitivity(case, draws=draws, **nothing).ranks


def peak_gigabytes() -> float:
    """Return the peak memory of a process that evaluates and draws once."""
    command = [sys.executable, "-m", "benchmarks.drawn_weights", "--once"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  ourselves
    return float(run.stdout)


def work_once() -> None:
    """Evaluate and draw the large case once."""
    draws, units, indicators = LARGE
    whole(evaluation(units, indicators), draws)


def once() -> None:
    """Draw and print the peak memory in GB (Linux counts kilobytes, macOS bytes)."""
    import resource

    work_once()
    unit = 1e9 if sys.platform == "darwin" else 1e6
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


def report(repeats: int) -> None:
    """Print ratios and memory."""
    gigabytes = peak_gigabytes()  # first: this process is small then
    draws, units, indicators = LARGE
    case = evaluation(units, indicators)
    print(f"{draws:,} draws x {units:,} townships x {indicators} indicators; CPU seconds, best of {repeats}")
    plain = cpu_seconds(floor(case, draws), repeats)
    ranks = cpu_seconds(ranks_of(case, draws), repeats)
    asked = cpu_seconds(lambda: whole(case, draws), repeats)
    print(f"product and sort        {plain:8.3f} s")
    print(f"draws and tie-safe ranks{ranks:8.3f} s   ratio {ranks / plain:5.2f}   (aim {AIM_RATIO:g})")
    print(f"sensitivity, quantiles  {asked:8.3f} s   ratio {asked / plain:5.2f}")
    print(f"peak memory             {gigabytes:8.2f} GB               (aim {AIM_GIGABYTES:g})")
    draws, units, indicators = SMALL
    case = evaluation(units, indicators)
    asked = cpu_seconds(lambda: whole(case, draws), repeats)
    times = R_SECONDS / asked
    print(f"{draws:,} draws x {units:,} townships x {indicators} indicators")
    print(f"sensitivity, quantiles  {asked:8.3f} s   {times:,.0f} times faster than R   (aim {AIM_TIMES:g})")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--once", action="store_true", help="draw once and print the peak memory in GB")
    given = parser.parse_args()
    if given.once:
        once()
    else:
        report(given.repeats)


if __name__ == "__main__":
    main()
