"""Files put into somebody's folder: what lies there already is never overwritten unasked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from township_eval.errors import DataError, Problem
from township_eval.language import Text

__all__ = ["Placing", "in_the_way", "place"]

#: A file and where it goes.
Placing: TypeAlias = tuple[Path, Path]


def in_the_way(placings: Iterable[Placing], hint: Text) -> list[Problem]:
    """Return a problem for every target that exists and holds something else."""
    return [
        _exists(target, hint) for source, target in placings if target.exists() and not _same(source, target)
    ]


def place(placings: Iterable[Placing]) -> None:
    """Copy each file to its target, whole or not at all; what is there already is left alone."""
    from township_eval.io.files import write_beside

    for source, target in placings:
        if not _same(source, target):
            with write_beside(target) as beside:
                beside.write_bytes(source.read_bytes())


def _same(source: Path, target: Path) -> bool:
    try:
        return target.is_file() and target.read_bytes() == source.read_bytes()
    except OSError as error:
        from township_eval.cli.writing import cannot_write

        raise DataError([cannot_write(target, error)]) from error


def _exists(target: Path, hint: Text) -> Problem:
    what = Text(
        "已有同名文件,内容不同,未覆盖", "there is already another file of this name; it was not overwritten"
    )
    return Problem("error", "file.exists", str(target), what, hint)
