"""Arrays as lists and back; what is not finite is null."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.varying import Array

__all__ = ["array_of", "list_of", "places_of", "rows_of"]


def rows_of(matrix: Array) -> list[list[float | None]]:
    """Return a matrix as rows."""
    return np.where(np.isfinite(matrix), matrix.astype(object), None).tolist()  # type: ignore[no-any-return,call-overload]


def list_of(vector: Array | None, order: list[int]) -> list[float | None] | None:
    """Return a vector in another order; None as it is."""
    return None if vector is None else rows_of(vector[order][None, :])[0]


def array_of(rows: Any) -> Array:
    """Return rows, or one, as numbers; null is NaN."""
    return np.array(rows, dtype=np.float64)


def places_of(stored: list[int] | None, order: list[int]) -> NDArray[np.intp] | None:
    """Return the best grades that units may have; none in archives of earlier versions."""
    return None if stored is None else np.array([stored[at] for at in order], dtype=np.intp)
