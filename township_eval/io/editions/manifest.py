"""``manifest.json`` of a folder of results: every file, edition and input, and one digest over all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from township_eval.errors import DataError, Problem
from township_eval.io.files import write_beside
from township_eval.io.places import shown
from township_eval.language import Text

__all__ = [
    "MANIFEST", "Edition", "Manifest", "Stamp", "place_beside", "read_manifest", "stamp_of", "stamps_of",
    "write_manifest",
]  # fmt: skip

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Stamp:
    """SHA-256 and size in bytes of a file."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a period: its archive, the archive's own digest, its scheme, and its input files."""

    number: int
    file: str
    digest: str
    fingerprint: str
    inputs: Mapping[str, Stamp] = field(default_factory=dict)

    @property
    def sums(self) -> dict[str, str]:
        """SHA-256 of the inputs by path."""
        return {name: stamp.sha256 for name, stamp in self.inputs.items()}


@dataclass(slots=True)
class Manifest:
    """What a folder of results holds; paths are relative to it, with forward slashes."""

    files: dict[str, Stamp] = field(default_factory=dict)
    periods: dict[str, list[Edition]] = field(default_factory=dict)


def stamp_of(path: Path) -> Stamp:
    """Return checksum and size of a file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.txt").write_bytes(b"a")
    ...     stamp_of(Path(folder, "a.txt")).size
    1
    """
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return Stamp(digest.hexdigest(), size)


def place_beside(folder: Path, path: Path) -> str:
    """Return how a manifest names a file: relative to its folder where both are on one disk.

    Examples
    --------
    >>> place_beside(Path("考核/out"), Path("考核/inputs/2018-H2.xlsx"))
    '../inputs/2018-H2.xlsx'
    """
    full = Path(os.path.abspath(path))  # noqa: PTH100  links stay as they are called
    try:
        relative = os.path.relpath(full, os.path.abspath(folder))  # noqa: PTH100
    except ValueError:  # another disk
        relative = str(full)
    return shown(relative).replace(os.sep, "/")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a folder, an empty one where there is none yet.

    Raises
    ------
    DataError
        ``manifest.unreadable`` or ``manifest.altered``.
    """
    path = folder / MANIFEST
    if not path.exists():
        return Manifest()
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        stated = plain.pop("digest")
        manifest = _from_plain(plain)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError([_unreadable(path)]) from error
    if stated != _digest(plain):
        raise DataError([_altered(path)])
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a folder, whole or not at all; the same content gives the same bytes."""
    plain = _to_plain(manifest)
    plain["digest"] = _digest(plain)
    with write_beside(folder / MANIFEST) as beside:
        beside.write_text(_canonical(plain), encoding="utf-8", newline="\n")


def _to_plain(manifest: Manifest) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "files": _plain_stamps(manifest.files),
        "periods": {
            period: [
                {
                    "number": one.number,
                    "file": one.file,
                    "digest": one.digest,
                    "fingerprint": one.fingerprint,
                    "inputs": _plain_stamps(one.inputs),
                }
                for one in editions
            ]
            for period, editions in manifest.periods.items()
        },
    }


def _plain_stamps(stamps: Mapping[str, Stamp]) -> dict[str, Any]:
    return {name: {"sha256": stamp.sha256, "size": stamp.size} for name, stamp in stamps.items()}


def _from_plain(plain: Mapping[str, Any]) -> Manifest:
    if plain["format"] != FORMAT:
        raise ValueError(plain["format"])
    return Manifest(
        _stamps(plain["files"]),
        {
            str(period): [
                Edition(
                    int(one["number"]), str(one["file"]), str(one["digest"]), str(one["fingerprint"]),
                    _stamps(one["inputs"]),
                )
                for one in editions
            ]
            for period, editions in plain["periods"].items()
            if editions
        },
    )  # fmt: skip


def _stamps(plain: Mapping[str, Any]) -> dict[str, Stamp]:
    return {str(name): Stamp(str(one["sha256"]), int(one["size"])) for name, one in plain.items()}


def _digest(plain: Mapping[str, Any]) -> str:
    return f"sha256:{hashlib.sha256(_canonical(plain).encode()).hexdigest()}"


def _canonical(plain: Mapping[str, Any]) -> str:
    return json.dumps(plain, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def stamps_of(folder: Path, paths: Iterable[Path]) -> dict[str, Stamp]:
    """Return checksums of files by their place beside a folder."""
    return {place_beside(folder, path): stamp_of(path) for path in paths}


def _unreadable(path: Path) -> Problem:
    return Problem(
        "error", "manifest.unreadable", shown(path),
        Text("不是可读的结果清单", "not a readable manifest of results"),
        Text("恢复原文件;没有备份时把整个结果文件夹移开,重新评分",
             "restore the original; without a backup move the folder of results away and score again"),
    )  # fmt: skip


def _altered(path: Path) -> Problem:
    return Problem(
        "error", "manifest.altered", shown(path),
        Text("清单被改动过:内容与其校验值不符", "altered: the content does not match its digest"),
        Text("恢复原文件;没有备份时把整个结果文件夹移开,重新评分",
             "restore the original; without a backup move the folder of results away and score again"),
    )  # fmt: skip
