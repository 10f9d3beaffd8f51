"""Whether an archive, packed or unpacked, holds what its list of checksums says."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from township_eval.errors import DataError, Problem
from township_eval.io.editions.contents import SUMS
from township_eval.io.places import reason_of, shown
from township_eval.language import Text

__all__ = ["Packed", "is_packed", "verify_packed"]

_LISTED: Final = 20
_RESTORE: Final = Text(
    "用原案卷恢复,或查明是谁改的", "restore the original archive, or find out who changed it"
)
_Reader = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Packed:
    """What was found.

    Attributes
    ----------
    problems : tuple of Problem
        Errors are differences; a file that is not listed is a warning.
    checked : int
        Number of files compared.
    """

    problems: tuple[Problem, ...]
    checked: int

    @property
    def passed(self) -> bool:
        """Whether nothing differs."""
        return all(problem.severity == "warning" for problem in self.problems)


def is_packed(place: Path) -> bool:
    """Return whether a place is an archive: a ZIP file, or a folder with its list of checksums."""
    return (place / SUMS).is_file() if place.is_dir() else zipfile.is_zipfile(place)


def verify_packed(place: Path) -> Packed:
    """Compare every file of an archive with the checksum it was packed with.

    Parameters
    ----------
    place : Path
        What `township-eval archive` wrote, or the folder it was unpacked to.

    Returns
    -------
    Packed

    Raises
    ------
    DataError
        It holds no list of checksums, or one that cannot be read.

    Notes
    -----
    SHA-256 of the bytes. The list lies beside what it lists: keep a copy of it where others can see it.
    """
    if place.is_dir():
        return _compare(place, {name: path.read_bytes for name, path in _files(place)})
    with zipfile.ZipFile(place) as archive:
        names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
        return _compare(place, {name: _entry(archive, name) for name in names})


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def _entry(archive: zipfile.ZipFile, name: str) -> _Reader:
    return lambda: archive.read(name)


def _compare(place: Path, readers: Mapping[str, _Reader]) -> Packed:
    sums = _sums(place, readers)
    problems = [*_differing(place, readers, sums)]
    strangers = sorted(set(readers) - set(sums) - {SUMS})
    problems += [
        Problem(
            "warning", "verify.unlisted", shown(place / name),
            Text("案卷目录没有列出这个文件", "the archive's list does not name this file"),
            Text("不是归档时放入的;核对来源", "it was not packed; check where it comes from"),
        )
        for name in strangers[:_LISTED]
    ]  # fmt: skip
    return Packed(tuple(problems), len(sums))


def _differing(place: Path, readers: Mapping[str, _Reader], sums: Mapping[str, str]) -> Iterator[Problem]:
    for name, noted in sums.items():
        where = shown(place / name)
        if name not in readers:
            what = Text("案卷中缺这个文件", "this file of the archive is missing")
            yield Problem("error", "verify.missing", where, what, _RESTORE)
            continue
        try:
            same = hashlib.sha256(readers[name]()).hexdigest() == noted
        except (OSError, zipfile.BadZipFile):  # a ZIP file notices itself that an entry is damaged
            same = False
        if not same:
            what = Text("内容与归档时不同,文件被改动过", "not what was packed: the file was altered")
            yield Problem("error", "verify.altered", where, what, _RESTORE)


def _sums(place: Path, readers: Mapping[str, _Reader]) -> dict[str, str]:
    """Return the checksum of every listed file."""
    if SUMS not in readers:
        raise DataError([_unreadable(place, Text(f"没有校验值清单 {SUMS}", f"there is no {SUMS}"))])
    try:
        lines = readers[SUMS]().decode("utf-8").splitlines()
        return {name: noted for noted, name in (line.split("  ", 1) for line in lines if line)}
    except OSError as error:
        raise DataError([_unreadable(place, reason_of(error))]) from None
    except (ValueError, zipfile.BadZipFile):
        what = Text(f"校验值清单 {SUMS} 读不出来", f"{SUMS} cannot be read")
        raise DataError([_unreadable(place, what)]) from None


def _unreadable(place: Path, what: Text) -> Problem:
    hint = Text(
        "给出 archive 命令写出的案卷,或解开它的文件夹", "give what `archive` wrote, or the folder of it"
    )
    return Problem("error", "verify.sums", shown(place), what, hint)
