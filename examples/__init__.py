"""Worked examples, shipped with the program: read them in place, or copy them to start your own.

The figures of `lingwu`, `villages` and `accountability` are invented, of the last two the places as
well; those of `hdi` are official and carry their attribution.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

__all__ = ["path"]


def path(name: str = "") -> Path:
    """Return the place of an example on disk.

    Parameters
    ----------
    name : str
        Path below the examples, with ``/`` between its parts; empty for the whole folder.

    Raises
    ------
    FileNotFoundError
        There is no such example.

    Examples
    --------
    >>> path("lingwu/scheme.yaml").name
    'scheme.yaml'
    """
    place = Path(str(files(__package__))).joinpath(*name.split("/"))
    if not place.exists():
        msg = f"there is no example {name!r}; see {place.parent}"
        raise FileNotFoundError(msg)
    return place
