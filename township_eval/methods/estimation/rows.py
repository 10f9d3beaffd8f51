"""Which row of the table an answer belongs to, found without sorting the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["pair_codes", "row_codes"]

Positions: TypeAlias = NDArray[np.intp]
Codes: TypeAlias = NDArray[Any]

_CHUNK: Final = 1 << 17
_DENSE: Final = 1 << 25  # pairs a table of all combinations may have: 160 MB


def row_codes(keys: Mapping[str, ArrayLike | None], n_persons: int) -> tuple[Codes, dict[str, Positions]]:
    """Return each person's row, and the keys of the rows; some rows may be empty.

    Parameters
    ----------
    keys : mapping of array_like of int, (n_persons,), or None
        Positions from 0; None puts everybody at 0.
    n_persons : int
        Number of persons.

    Returns
    -------
    codes : array of int, (n_persons,)
    keys : dict of array of int, (n_rows,)

    Raises
    ------
    ValueError
        A key has another length, or a negative position.

    Examples
    --------
    >>> codes, keys = row_codes({"stratum": [0, 0, 1], "cluster": [0, 1, 2]}, 3)
    >>> codes.tolist(), keys["stratum"].tolist()
    ([0, 1, 2], [0, 0, 1])
    """
    given = {name: _positions(name, key, n_persons) for name, key in keys.items() if key is not None}
    codes: Codes | None = None
    rows: dict[str, Positions] = {}
    for name, key in given.items():
        if codes is None:
            codes, rows = key, {name: np.arange(int(key.max(initial=-1)) + 1)}
            continue
        codes, before, own = pair_codes(codes, key)
        rows = {known: column[before] for known, column in rows.items()} | {name: own}
    if codes is None:
        codes, n_rows = np.zeros(n_persons, dtype=np.int8), min(n_persons, 1)
    else:
        n_rows = len(next(iter(rows.values())))
    return codes, {name: rows.get(name, np.zeros(n_rows, dtype=np.intp)) for name in keys}


def pair_codes(first: Codes, second: Codes) -> tuple[Codes, Positions, Positions]:
    """Return one number per pair of positions, and the two positions each number stands for.

    Numbers nobody has may be among them. Where one position follows from the other (a village lies
    in one stratum) the finer one is the number, and nothing is allocated per pair.

    Examples
    --------
    >>> codes, first, second = pair_codes(np.array([0, 0, 1]), np.array([2, 0, 1]))
    >>> codes.tolist(), first.tolist(), second.tolist()
    ([2, 0, 1], [0, 1, 0], [0, 1, 2])
    """
    n_first, n_second = int(first.max(initial=-1)) + 1, int(second.max(initial=-1)) + 1
    follows = _follows(first, second, n_second) if n_second >= n_first else None
    if follows is not None:
        return second, follows, np.arange(n_second)
    follows = _follows(second, first, n_first)
    if follows is not None:
        return first, np.arange(n_first), follows
    if n_first * n_second <= max(_DENSE, len(first)):
        return _dense(first, second, n_first, n_second)
    pairs, codes = np.unique(first.astype(np.int64) * n_second + second, return_inverse=True)
    return codes.ravel(), pairs // n_second, pairs % n_second


def _positions(name: str, key: ArrayLike, n_persons: int) -> Codes:
    out = np.asarray(key)
    if out.shape != (n_persons,) or (len(out) and (out.dtype.kind not in "iu" or out.min() < 0)):
        msg = f"{name} must be {n_persons} whole numbers from 0"
        raise ValueError(msg)
    return out


def _follows(coarse: Codes, fine: Codes, n_fine: int) -> Positions | None:
    """Return the coarse position of every fine one, None where one has two."""
    out = np.zeros(n_fine, dtype=np.intp)
    for start in range(0, len(fine), _CHUNK):
        part = slice(start, start + _CHUNK)
        out[fine[part]] = coarse[part]
    for start in range(0, len(fine), _CHUNK):
        part = slice(start, start + _CHUNK)
        if (out[fine[part]] != coarse[part]).any():
            return None
    return out


def _dense(first: Codes, second: Codes, n_first: int, n_second: int) -> tuple[Codes, Positions, Positions]:
    """Return numbers of the pairs that occur, by way of a table of all combinations."""
    codes = np.empty(len(first), dtype=np.int64)
    seen = np.zeros(n_first * n_second, dtype=bool)
    for start in range(0, len(first), _CHUNK):
        part = slice(start, start + _CHUNK)
        codes[part] = first[part].astype(np.int64) * n_second + second[part]
        seen[codes[part]] = True
    pairs = np.flatnonzero(seen)
    number = np.zeros(len(seen), dtype=np.int32)
    number[pairs] = np.arange(len(pairs), dtype=np.int32)
    for start in range(0, len(first), _CHUNK):
        part = slice(start, start + _CHUNK)
        codes[part] = number[codes[part]]
    return codes, pairs // n_second, pairs % n_second
