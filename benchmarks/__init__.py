"""Measurements of speed and memory: ratios within one run, not absolute times.

One BLAS thread: small matrix products spin on a second one. It is set here, because this file is
run before any benchmark loads NumPy.
"""

import os

for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
