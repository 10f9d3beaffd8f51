"""Speed and memory of what says how sure a result is: ``python -m benchmarks.certainty``.

Each part is one function that prints its figures; ``--part`` chooses. CPU seconds in one process with one
BLAS thread, best of some repeats; memory is the peak of a process that does the work once.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks import drawn_weights
from benchmarks.evaluate import cpu_seconds
from township_eval.methods import ranksets

Array = NDArray[np.float64]

SEED: Final = 20181231
FEW, MANY = 1000, 40_000
SECONDS: Final = {"few": 0.2, "many": 10.0, "steps": 5.0}
GIGABYTES: Final = 0.5


def estimates_of(units: int) -> tuple[Array, Array]:
    """Return estimates and standard errors, which differ elevenfold or more; the same figures every time."""
    rng = np.random.default_rng(SEED)
    return rng.normal(80.0, 8.0, units), np.exp(rng.normal(0.5, 0.4, units))


def ranks(repeats: int) -> None:
    """Print time and memory of marginal rank sets, and the work per unit relative to 1,000 units."""
    gigabytes = peak_gigabytes("ranks")  # first: this process is small then
    few, many = estimates_of(FEW), estimates_of(MANY)
    single = cpu_seconds(lambda: ranksets.marginal(*few), repeats)
    steps = cpu_seconds(lambda: ranksets.marginal(*few, stepdown=True), 1)
    whole = cpu_seconds(lambda: ranksets.marginal(*many), 1)
    print("marginal rank sets, independent errors; CPU seconds")
    print(f"{FEW:6,} units, single-step {single:9.3f} s   (aim {SECONDS['few']:g})")
    print(f"{FEW:6,} units, stepdown    {steps:9.3f} s   (aim {SECONDS['steps']:g})")
    print(f"{MANY:6,} units, single-step {whole:8.3f} s   (aim {SECONDS['many']:g})")
    print(f"time per unit at {MANY:,} to that at {FEW:,}: ratio {whole / single * FEW / MANY:.2f}")
    print(f"peak memory at {MANY:,} units {gigabytes:7.2f} GB  (aim {GIGABYTES:g})")


def ranks_once() -> None:
    """Find the rank sets of many units once."""
    ranksets.marginal(*estimates_of(MANY))


PARTS: Final[dict[str, Callable[[int], None]]] = {"ranks": ranks, "weights": drawn_weights.report}
ONCE: Final[dict[str, Callable[[], None]]] = {"ranks": ranks_once, "weights": drawn_weights.work_once}


def peak_gigabytes(part: str) -> float:
    """Return the peak memory of a process that does the work of a part once."""
    command = [sys.executable, "-m", "benchmarks.certainty", "--part", part, "--once"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  ourselves
    return float(run.stdout)


def once(part: str) -> None:
    """Do the work of a part once and print the peak memory in GB (Linux counts kilobytes, macOS bytes)."""
    import resource

    ONCE[part]()
    unit = 1e9 if sys.platform == "darwin" else 1e6
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", choices=sorted(PARTS), nargs="+", default=sorted(PARTS))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--once", action="store_true", help="work once and print the peak memory in GB")
    given = parser.parse_args()
    for part in given.part:
        if given.once:
            once(part)
        else:
            PARTS[part](given.repeats)


if __name__ == "__main__":
    main()
