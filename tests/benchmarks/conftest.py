"""The benchmarks lie beside the tests, wherever these were started."""

import sys
from pathlib import Path

# last, so that an installed township_eval is not hidden by the source beside the benchmarks
sys.path.append(str(Path(__file__).parents[2]))
