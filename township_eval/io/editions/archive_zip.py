"""A folder of results as one file to keep: scheme, inputs, corrections, results, contents, checksums."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from township_eval.errors import DataError, Problem
from township_eval.io.archive import read_plain
from township_eval.io.editions.contents import (
    CONTENTS,
    CONTENTS_DATA,
    SUMS,
    Item,
    contents_data,
    contents_text,
    sums_text,
)
from township_eval.io.editions.manifest import MANIFEST, Stamp, read_manifest, stamp_of
from township_eval.io.editions.microdata import public_part
from township_eval.io.editions.verify import Verified, verify_folder
from township_eval.io.files import write_beside
from township_eval.io.packing import Timeless
from township_eval.io.places import on_disk, shown
from township_eval.io.schemes import write_scheme
from township_eval.io.tables import from_table
from township_eval.language import Text
from township_eval.scheme.model import Scheme
from township_eval.scheme.parse import parse_scheme

__all__ = ["provisional_results", "write_archive"]

_KEPT: Final = Text("更正单", "corrections")


@dataclass(slots=True)
class _Pack:
    """What goes into the archive, in order: where each piece is found, and how it is listed."""

    folder: Path
    draft: Path
    items: list[Item] = field(default_factory=list)
    pieces: list[tuple[str, Path]] = field(default_factory=list)

    def add(self, piece: str, path: Path, what: Text, period: str = "", **listed: Any) -> None:
        """Add a file under a name of the archive."""
        self.pieces.append((piece, path))
        self.items.append(Item(piece, what, period, stamp_of(path), **listed))

    def made(self, name: str) -> Path:
        """Return where to write a piece that is made for the archive."""
        path = self.draft / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def write_archive(folder: Path, path: Path) -> tuple[Item, ...]:
    """Write a folder of results with all they rest on as one zip file.

    The same folder gives the same bytes.

    Parameters
    ----------
    folder : Path
        Where `township-eval score` wrote.
    path : Path
        The zip file.

    Returns
    -------
    tuple of Item
        Its contents.

    Raises
    ------
    DataError
        The folder is not as it was written (`verify_folder`), an input is not where it was, or the target
        cannot be written.

    Notes
    -----
    Single answers, marks by named assessors, ballots with names and hidden sheets stay out; checksums of
    the originals are listed, so that the files kept elsewhere can be matched.
    """
    found = verify_folder(folder)
    problems = [*(one for one in found.problems if one.severity == "error"), *_absent(found, folder)]
    if problems:
        raise DataError(problems)
    with tempfile.TemporaryDirectory() as draft:
        pack = _Pack(folder, Path(draft))
        schemes = _add_schemes(pack, found)
        _add_inputs(pack, found, schemes)
        _add_corrections(pack, found)
        _add_results(pack, found)
        _write(pack, path)
    return tuple(pack.items)


def provisional_results(folder: Path) -> tuple[Problem, ...]:
    """Return a warning for every period whose newest result is provisional: no record to close a file with.

    Parameters
    ----------
    folder : Path
        Where `township-eval score` wrote.

    Raises
    ------
    DataError
        There is no manifest in the folder, or a result cannot be read.
    """
    newest = ((period, editions[-1]) for period, editions in sorted(read_manifest(folder).periods.items()))
    return tuple(
        Problem(
            "warning", "archive.provisional", shown(folder / on_disk(edition.file)),
            Text(f"{period} 是预评(未定稿)结果", f"the result of {period} is provisional"),
            Text(
                "数据到齐后正式评分,再归档", "score it again once the data are complete, then archive again"
            ),
        )
        for period, edition in newest
        if read_plain(folder / on_disk(edition.file)).get("provisional")
    )  # fmt: skip


def _absent(found: Verified, folder: Path) -> Iterator[Problem]:
    """Yield the inputs of the newest editions that are not where they were."""
    for editions in found.manifest.periods.values():
        for name in editions[-1].inputs:
            path = folder / on_disk(name)
            if not path.is_file():
                yield Problem(
                    "error", "archive.input_missing", shown(path),
                    Text("原始数据不在原处,不能归档", "the input file is not where it was"),
                    Text("放回原处后再归档", "put it back, then archive"),
                )  # fmt: skip


def _add_schemes(pack: _Pack, found: Verified) -> dict[str, Scheme]:
    """Add every scheme once, as canonical YAML; return them by period."""
    known: dict[str, Scheme] = {}
    by_period: dict[str, Scheme] = {}
    for period, editions in sorted(found.manifest.periods.items()):
        for edition in editions:
            if edition.fingerprint not in known:
                plain = read_plain(pack.folder / on_disk(edition.file))
                scheme = known[edition.fingerprint] = parse_scheme(plain["scheme"], keep_own=True)
                name = f"scheme/{edition.fingerprint.removeprefix('sha256:')[:12]}.yaml"
                write_scheme(scheme, pack.made(name))
                pack.add(name, pack.made(name), Text(f"考核方案 {scheme.name}", f"scheme {scheme.version}"))
        by_period[period] = known[editions[-1].fingerprint]
    return by_period


def _add_inputs(pack: _Pack, found: Verified, schemes: dict[str, Scheme]) -> None:
    what = Text("原始数据", "inputs")
    for period, editions in sorted(found.manifest.periods.items()):
        taken: set[str] = set()
        scheme = schemes[period].for_period(period)
        for place, stamp in sorted(editions[-1].inputs.items()):
            path = pack.folder / on_disk(place)
            name = _free(f"inputs/{_file(period)}/{place.rpartition('/')[2]}", taken)
            public = public_part(path, scheme)
            if public.whole:
                pack.add(name, path, what, period, name=place)
                continue
            part: dict[str, Any] = {"original": stamp, "name": place, "left_out": public.left_out}
            if not public.kept:
                pack.items.append(Item("", what, period, **part))
                continue
            name = _free(f"{name.rpartition('.')[0]}.部分.xlsx", taken)
            public.write(pack.made(name))
            pack.add(name, pack.made(name), what, period, **part)


def _add_corrections(pack: _Pack, found: Verified) -> None:
    for period, editions in sorted(found.manifest.periods.items()):
        plain = read_plain(pack.folder / on_disk(editions[-1].file))
        stored = plain["tables"].get("corrections")
        if stored is not None and stored["rows"]:
            name = f"corrections/{_file(period)}.csv"
            frame = from_table(stored, plain["units"]["order"])
            # with a mark at its start office programs know the encoding
            text = frame.to_csv(index=False, lineterminator="\n")
            pack.made(name).write_text(text, encoding="utf-8-sig", newline="\n")
            pack.add(name, pack.made(name), _KEPT, period)


def _add_results(pack: _Pack, found: Verified) -> None:
    of_file = {
        one.file: (period, one.number)
        for period, editions in found.manifest.periods.items()
        for one in editions
    }
    for name in sorted(found.manifest.files):
        period, number = of_file.get(name, ("", 0))
        what = (
            Text(f"评价结果 第{number}版", f"result, edition {number}")
            if number
            else Text("结果表", "sheets")
        )
        pack.add(f"results/{name}", pack.folder / on_disk(name), what, period)
    pack.add(f"results/{MANIFEST}", pack.folder / MANIFEST, Text("结果清单", "manifest"))


def _write(pack: _Pack, path: Path) -> None:
    texts = {CONTENTS: contents_text(pack.items), CONTENTS_DATA: contents_data(pack.items)}
    stamps = {item.path: item.stamp for item in pack.items if item.stamp is not None}
    stamps |= {name: _stamp(text) for name, text in texts.items()}
    with write_beside(path) as beside, Timeless(beside, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as target:
        for name, text in texts.items():
            target.writestr(name, text.encode())
        for name, source in pack.pieces:
            target.write(str(source), name)
        target.writestr(SUMS, sums_text(stamps).encode())


def _stamp(text: str) -> Stamp:
    return Stamp(hashlib.sha256(text.encode()).hexdigest(), len(text.encode()))


def _file(period: str) -> str:
    return period.replace("/", "_").replace("\\", "_").strip(" .") or "_"


def _free(name: str, taken: set[str]) -> str:
    """Return a name of the archive that is not taken yet: departments may call their files alike."""
    stem, dot, ending = name.rpartition(".")
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{stem} ({number}){dot}{ending}"
    taken.add(free.casefold())
    return free
