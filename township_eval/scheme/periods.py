"""Periods as texts: which are ordered, what months they span, and what is due in them."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_due", "is_period", "months_of"]

_PARTS: Final = {
    **{f"H{n}": (6 * n - 5, 6 * n) for n in (1, 2)},
    **{f"Q{n}": (3 * n - 2, 3 * n) for n in (1, 2, 3, 4)},
    **{f"{n:02d}": (n, n) for n in range(1, 13)},
}
_PERIOD: Final = re.compile(rf"(\d{{4}})(?:-({'|'.join(_PARTS)}))?")


def is_period(text: str) -> bool:
    """Return whether a text is a period of the ordered kinds: YYYY, YYYY-Hn, YYYY-Qn, YYYY-MM.

    Examples
    --------
    >>> is_period("2018-H2"), is_period("一类"), is_period("640181100")
    (True, False, False)
    """
    return _PERIOD.fullmatch(text) is not None


def months_of(text: str) -> tuple[str, int, int] | None:
    """Return (year, first month, last month); the year is empty for a part alone; None for other texts.

    Examples
    --------
    >>> months_of("2018-Q2"), months_of("H2"), months_of("第二期")
    (('2018', 4, 6), ('', 7, 12), None)
    """
    if text in _PARTS:
        return ("", *_PARTS[text])
    found = _PERIOD.fullmatch(text)
    return None if found is None else (found[1], *_PARTS.get(found[2] or "", (1, 12)))


def is_due(due_in: tuple[str, ...], period: str) -> bool:
    """Return whether something due in these periods (``Q2``, ``2018-Q4``) is due in *period*.

    Due means that the two have a month in common: what is due in Q2 is due in the first half-year.

    Examples
    --------
    >>> is_due(("Q2", "Q4"), "2018-H1"), is_due(("Q2", "Q4"), "2018-Q3"), is_due((), "2018-Q3")
    (True, False, True)
    """
    return not due_in or any(_overlaps(one, period) for one in due_in)


def _overlaps(due: str, period: str) -> bool:
    if due == period:
        return True
    ours, theirs = months_of(due), months_of(period)
    if ours is None or theirs is None or ours[0] not in {"", theirs[0]}:
        return False
    return ours[1] <= theirs[2] and theirs[1] <= ours[2]
