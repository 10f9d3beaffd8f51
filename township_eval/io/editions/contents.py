"""The table of contents (卷内目录) of an archive: for people, for programs, and as checksums."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from township_eval.io.editions.manifest import Stamp
from township_eval.language import Text

__all__ = ["CONTENTS", "CONTENTS_DATA", "SUMS", "Item", "contents_data", "contents_text", "sums_text"]

CONTENTS: Final = "卷内目录.md"
CONTENTS_DATA: Final = "contents.json"
SUMS: Final = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of an archive.

    Attributes
    ----------
    path : str
        In the archive; "" for what is left out.
    what : Text
        What it is.
    period : str
        The period it belongs to, "" for all.
    stamp : Stamp or None
        Checksum and size of the piece; None for what is left out.
    original : Stamp or None
        Of the file as it was, where only a part of it is here, or nothing.
    name : str
        The file as the manifest of the results calls it.
    left_out : tuple of str
        Sheets that are left out.
    """

    path: str
    what: Text
    period: str = ""
    stamp: Stamp | None = None
    original: Stamp | None = None
    name: str = ""
    left_out: tuple[str, ...] = ()


def contents_text(items: Sequence[Item]) -> str:
    """Return the table of contents for people, in both languages.

    Examples
    --------
    >>> item = Item("results/2018-H2.json", Text("结果", "result"), "2018-H2", Stamp("ab" * 32, 9))
    >>> print(contents_text([item]))
    # 卷内目录 Contents
    <BLANKLINE>
    | 序号 No. | 题名 Title | 考核期 Period | 文件 File | 字节 Bytes | SHA-256 | 备注 Notes |
    |---|---|---|---|---|---|---|
    | 1 | 结果 result | 2018-H2 | results/2018-H2.json | 9 | abababababababab… | |
    <BLANKLINE>
    """
    lines = [
        "# 卷内目录 Contents", "",
        "| 序号 No. | 题名 Title | 考核期 Period | 文件 File | 字节 Bytes | SHA-256 | 备注 Notes |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for number, item in enumerate(items, start=1):
        stamp = item.stamp
        cells = [
            str(number), f"{item.what.zh} {item.what.en}", item.period, item.path or item.name,
            "" if stamp is None else str(stamp.size), "" if stamp is None else f"{stamp.sha256[:16]}…",
            _note(item),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |".replace("|  |", "| |"))
    return "\n".join([*lines, ""])


def _note(item: Item) -> str:
    """Return what a reader must know of a piece: what is not in it, and the checksum of the original."""
    if item.original is None:
        return ""
    sheets = "、".join(name for name in item.left_out if name)
    said = (
        f"未收入:{sheets}(含个人答卷、记名评分或隐藏内容) left out"
        if sheets
        else "未收入:含个人答卷或记名评分 left out"
    )
    return f"{said};原件 original SHA-256 {item.original.sha256[:16]}…"


def contents_data(items: Sequence[Item]) -> str:
    """Return the table of contents as JSON."""
    listed = [
        {
            "number": number,
            "title": {"zh": item.what.zh, "en": item.what.en},
            "period": item.period,
            "path": item.path,
            "name": item.name,
            "sha256": None if item.stamp is None else item.stamp.sha256,
            "size": None if item.stamp is None else item.stamp.size,
            "original_sha256": None if item.original is None else item.original.sha256,
            "left_out": list(item.left_out),
        }
        for number, item in enumerate(items, start=1)
    ]
    return json.dumps({"format": 1, "items": listed}, ensure_ascii=False, indent=2) + "\n"


def sums_text(stamps: dict[str, Stamp]) -> str:
    """Return checksums as ``sha256sum -c`` reads them.

    Examples
    --------
    >>> print(sums_text({"a.txt": Stamp("ab", 1)}), end="")
    ab  a.txt
    """
    return "".join(f"{stamp.sha256}  {name}\n" for name, stamp in sorted(stamps.items()))
