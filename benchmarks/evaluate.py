"""How far `evaluate` is from plain NumPy: ``python -m benchmarks.evaluate``.

A nation of 40,000 townships, 200 indicators, 3 classes, 5 % missing. The floor is what an analyst
would write with NumPy: min-max, then the weighted mean with the weights of missing values shared
out, class by class. Everything runs in one process with one BLAS thread and is reported in CPU
seconds, best of some repeats, so that ratios mean the same on a busy machine. Peak memory is that
of a process which makes the frame and calls `evaluate` once.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import township_eval as te

Array = NDArray[np.float64]

AIM_WHOLE, AIM_KERNEL, AIM_GIGABYTES = 5.0, 2.0, 2.0
SEED = 20181231


@dataclass(frozen=True)
class Nation:
    """The case: a wide frame, the class of every unit, and weights (n_classes, n_indicators)."""

    frame: pd.DataFrame
    groups: NDArray[np.intp]
    weights: Array


def nation(units: int, indicators: int, groups: int, missing: float) -> Nation:
    """Make the case; the same figures every time."""
    rng = np.random.default_rng(SEED)
    matrix = rng.gamma(4.0, 20.0, size=(units, indicators))
    matrix[rng.random(matrix.shape) < missing] = np.nan
    weights = rng.integers(1, 10, size=(groups, indicators)).astype(np.float64)
    codes = [f"{unit:09d}" for unit in range(units)]
    frame = pd.DataFrame(matrix, index=pd.Index(codes, name="unit"), columns=_ids(indicators))
    return Nation(frame, rng.integers(0, groups, size=units), weights)


def _ids(indicators: int) -> list[str]:
    return [f"i{number:03d}" for number in range(indicators)]


def scheme_of(case: Nation) -> te.Scheme:
    """Write the case as a scheme: min-max against all units, missing values excluded."""
    groups = [f"class{number}" for number in range(len(case.weights))]
    leaves = [
        {
            "id": name,
            "basis": "benchmark",
            "weight": dict(zip(groups, case.weights[:, number].tolist(), strict=True)),
            "scoring": {"method": "min_max"},
        }
        for number, name in enumerate(case.frame.columns)
    ]
    return te.read_scheme(
        {
            "format": 1,
            "name": "benchmark",
            "version": "1",
            "weights": "relative",
            "groups": {group: {"name": group, "reason": "drawn at random"} for group in groups},
            "index": {"missing": "exclude", "children": leaves},
        }
    )


def inputs_of(case: Nation) -> te.Inputs:
    """Hand the case over as frames."""
    codes = case.frame.index
    units = pd.DataFrame({"unit": codes, "name": codes, "group": [f"class{group}" for group in case.groups]})
    return te.Inputs(period="2018", units=units, values=case.frame)


def floor(case: Nation) -> Array:
    """Return composites as plain NumPy computes them."""
    matrix = case.frame.to_numpy()
    low, high = np.nanmin(matrix, axis=0), np.nanmax(matrix, axis=0)
    scores = (matrix - low) * (100.0 / (high - low))
    reported = ~np.isnan(scores)
    filled = np.where(reported, scores, 0.0)
    composite = np.empty(len(matrix))
    for group, weights in enumerate(case.weights):
        rows = case.groups == group
        composite[rows] = (filled[rows] @ weights) / (reported[rows] @ weights)
    return composite


def kernel_of(scheme: te.Scheme, evaluation: te.Evaluation) -> Callable[[], Any]:
    """Return the array part alone: leaf values to scores of every node."""
    from township_eval.tree import plan_tree, score_tree

    plan = plan_tree(scheme.for_period("2018"), evaluation.units)
    value, status = evaluation.leaves.value, evaluation.leaves.status
    return lambda: score_tree(plan, value, status)


def cpu_seconds(work: Callable[[], Any], repeats: int) -> float:
    """Return the least CPU time of some calls; the first call is not counted."""
    work()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def peak_gigabytes(arguments: list[str]) -> float:
    """Return the peak memory of a process that does the work once."""
    command = [sys.executable, "-m", "benchmarks.evaluate", *arguments, "--once"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  ourselves
    return float(run.stdout)


def once(case: Nation) -> None:
    """Evaluate and print the peak memory in GB (Linux counts kilobytes, macOS bytes)."""
    import resource

    _ = te.evaluate(scheme_of(case), inputs_of(case)).results
    unit = 1e9 if sys.platform == "darwin" else 1e6
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


def report(case: Nation, repeats: int, gigabytes: float) -> None:
    """Print the two ratios and the memory."""
    scheme = scheme_of(case)
    evaluation = te.evaluate(scheme, inputs_of(case))
    composite = evaluation.matrix().iloc[:, 0].to_numpy()
    difference = float(np.max(np.abs(composite - floor(case))))
    plain = cpu_seconds(lambda: floor(case), repeats)
    whole = cpu_seconds(lambda: te.evaluate(scheme, inputs_of(case)).results, repeats)
    kernel = cpu_seconds(kernel_of(scheme, evaluation), repeats)
    units, indicators = case.frame.shape
    size = f"{units:,} units x {indicators} indicators x {len(case.weights)} classes"
    print(f"{size}; CPU seconds, best of {repeats}")
    print(f"plain NumPy      {plain:8.3f} s")
    print(f"array kernel     {kernel:8.3f} s   ratio {kernel / plain:5.2f}   (aim {AIM_KERNEL:g})")
    print(f"whole evaluate   {whole:8.3f} s   ratio {whole / plain:5.2f}   (aim {AIM_WHOLE:g})")
    print(f"peak memory      {gigabytes:8.2f} GB               (aim {AIM_GIGABYTES:g})")
    print(f"largest difference of a composite from plain NumPy: {difference:.1e}")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--units", type=int, default=40_000)
    parser.add_argument("--indicators", type=int, default=200)
    parser.add_argument("--classes", type=int, default=3)
    parser.add_argument("--missing", type=float, default=0.05)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--once", action="store_true", help="evaluate once and print the peak memory in GB")
    given = parser.parse_args()
    case = nation(given.units, given.indicators, given.classes, given.missing)
    if given.once:
        once(case)
        return
    arguments = [argument for argument in sys.argv[1:] if argument != "--once"]
    report(case, given.repeats, peak_gigabytes(arguments))


if __name__ == "__main__":
    main()
