"""Look at a file before any reader opens it: refuse what is no table, what is locked, what is a trap.

A spreadsheet of 5 kB can make a reader allocate hundreds of gigabytes (one cell in the last corner),
expand to a hundred times its size, or carry entities that expand without end. `inspect` streams
through the parts with bounded memory and reports such a file as a problem with what to do about it.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from township_eval.errors import Problem
from township_eval.io.places import reason_of, shown, shown_name
from township_eval.language import Text

__all__ = ["LIMITS", "Limits", "inspect"]

_MEGA: Final = 1_000_000
_CHUNK: Final = 1 << 20
_HEAD: Final = 8192
_OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_ROW: Final = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_REFERENCE: Final = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,7})(\d+)"')
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s>/]")
_ENCRYPTED_ENTRY: Final = 0x1
_WORKBOOKS: Final = frozenset({".xlsx", ".xlsm"})
_OLD: Final = frozenset({".xls", ".et", ".xlsb", ".ods"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be.

    Parameters
    ----------
    file : int
        Bytes of the file.
    unzipped : int
        Bytes of all parts together once unpacked.
    ratio : float
        Unpacked bytes per packed byte of one part, looked at from one megabyte up (a real sheet has about 4).
    entries : int
        Parts of the zip archive.
    rows, columns, cells : int
        Extent of one sheet.
    """

    file: int = 100 * _MEGA
    unzipped: int = 1_500 * _MEGA
    ratio: float = 200.0
    entries: int = 2_000
    rows: int = 200_000
    columns: int = 2_000
    cells: int = 20 * _MEGA


LIMITS: Final = Limits()


class _RefusedError(Exception):
    """Carries the first reason why a file is not opened."""

    def __init__(self, code: str, what: Text, hint: Text) -> None:
        super().__init__(code)
        self.code, self.what, self.hint = code, what, hint


_RESAVE = Text(
    "请用 Excel 或 WPS 打开,另存为“Excel 工作簿(*.xlsx)”后再报",
    "open it in Excel or WPS and save it as an Excel workbook (.xlsx)",
)
_ASK_AGAIN = Text(
    "请核对文件来源,或请报送部门重新报送", "check where the file comes from, or ask for it again"
)


def inspect(path: str | Path, limits: Limits = LIMITS) -> tuple[Problem, ...]:
    """Return why a file must not be opened; empty when it may be.

    Parameters
    ----------
    path : str or Path
        A workbook (.xlsx, .xlsm), .csv or .parquet file.
    limits : Limits
        How large it may be.

    Returns
    -------
    tuple of Problem
        At most one problem, with the file as its place.

    Examples
    --------
    >>> inspect("no such file.xlsx")[0].code
    'file.missing'
    """
    path = Path(path)
    try:
        _inspect(path, limits)
    except _RefusedError as refused:
        return (Problem("error", refused.code, shown_name(path), refused.what, refused.hint),)
    except FileNotFoundError:
        what = Text("没有这个文件", "there is no such file")
        return (Problem("error", "file.missing", shown(path), what, Text("请核对路径", "check the path")),)
    except OSError as error:
        what = Text("文件打不开:{why}", "the file cannot be opened: {why}").format(why=reason_of(error))
        hint = Text(
            "请核对路径和权限,并关闭正在使用它的程序",
            "check the path and your permission, and close the program that is using it",
        )
        return (Problem("error", "file.open", shown_name(path), what, hint),)
    return ()


def _inspect(path: Path, limits: Limits) -> None:
    size = path.stat().st_size
    if size == 0:
        raise _RefusedError(
            "file.empty", Text("文件是空的(0 字节)", "the file is empty (0 bytes)"), _ASK_AGAIN
        )
    if size > limits.file:
        megabytes = f"{size / _MEGA:.0f} MB"
        raise _too_large(Text(megabytes, megabytes))
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    suffix = path.suffix.lower()
    if head.startswith(_OLE2):
        raise _ole2(path)
    if suffix in _WORKBOOKS:
        if not head.startswith(b"PK"):
            raise _no_workbook(head)
        _inspect_zip(path, limits)
    elif suffix in _OLD:
        raise _old_format(suffix)


def _ole2(path: Path) -> _RefusedError:
    with path.open("rb") as stream:
        encrypted = _ENCRYPTED_STREAM in stream.read()
    if not encrypted:
        return _old_format(".xls")
    return _RefusedError(
        "file.encrypted",
        Text("工作簿加了打开密码", "the workbook is protected by a password"),
        Text("请取消打开密码后重新保存", "remove the password and save it again"),
    )


def _old_format(suffix: str) -> _RefusedError:
    what = Text(f"旧格式或其他格式的表格({suffix})", f"a spreadsheet in another format ({suffix})")
    return _RefusedError("file.format", what, _RESAVE)


def _no_workbook(head: bytes) -> _RefusedError:
    if re.search(rb"<(html|table|!doctype html)", head, re.IGNORECASE):
        what = Text("这是网页,只是扩展名像工作簿", "this is a web page with the name of a workbook")
        return _RefusedError("file.not_workbook", what, _RESAVE)
    what = Text("不是 Excel 工作簿", "this is not an Excel workbook")
    return _RefusedError("file.not_workbook", what, _RESAVE)


def _too_large(size: Text) -> _RefusedError:
    what = Text("文件过大:{size}", "the file is too large: {size}").format(size=size)
    hint = Text("请删去无关的工作表和空白区域", "remove unrelated sheets and empty areas")
    return _RefusedError("file.too_large", what, hint)


def _trap(zh: str, en: str) -> _RefusedError:
    return _RefusedError("file.unsafe", Text(f"文件不安全:{zh}", f"the file is not safe: {en}"), _ASK_AGAIN)


def _inspect_zip(path: Path, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive.infolist(), limits)
            if not any(name.startswith("xl/") for name in archive.namelist()):
                raise _no_workbook(b"")
            _check_parts(archive, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        what = Text("工作簿不完整或已损坏", "the workbook is truncated or damaged")
        raise _RefusedError("file.damaged", what, _ASK_AGAIN) from None


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise _trap("压缩包内部件过多", "too many parts in the archive")
    if len({entry.filename for entry in entries}) != len(entries):
        raise _trap("压缩包内有重名部件", "two parts of the archive have the same name")
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED_ENTRY:
            raise _trap("压缩包内有加密部件", "a part of the archive is encrypted")
        if entry.file_size > _MEGA and entry.file_size > limits.ratio * max(1, entry.compress_size):
            raise _trap("压缩比异常", "a part unpacks to far more than its size")


def _check_parts(archive: zipfile.ZipFile, limits: Limits) -> None:
    total = 0
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels")):
            continue
        extent = _Extent(limits) if entry.filename.startswith("xl/worksheets/") else None
        for position, chunk in enumerate(_chunks(archive, entry)):
            total += len(chunk)
            if total > limits.unzipped:
                raise _too_large(Text("解压后超限", "beyond the limit once unpacked"))
            if position == 0:
                _check_encoding(chunk)
            if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                raise _trap("含有 DTD 或实体定义", "it defines a DTD or entities")
            if extent is not None:
                extent.add(chunk)


def _check_encoding(start: bytes) -> None:
    # UTF-16 or UTF-32 would hide a DTD from the byte search; no spreadsheet program writes them.
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in start[:64]:
        raise _trap("部件不是 UTF-8 编码", "a part is not encoded in UTF-8")
    declared = re.match(rb"\s*(?:\xef\xbb\xbf)?<\?xml[^>]*encoding=[\"']([\w.-]+)", start)
    if declared and declared[1].lower() not in {b"utf-8", b"us-ascii", b"ascii"}:
        raise _trap("部件不是 UTF-8 编码", "a part is not encoded in UTF-8")


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part in pieces cut at ``<``, so that no tag is split between two of them."""
    rest = b""
    with archive.open(entry) as stream:
        while block := stream.read(_CHUNK):
            block = rest + block
            cut = block.rfind(b"<")
            cut = len(block) if cut <= 0 else cut
            yield block[:cut]
            rest = block[cut:]
    yield rest


class _Extent:
    """How far one sheet reaches, counted while its part streams by."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.cells = 0

    def add(self, chunk: bytes) -> None:
        self.cells += len(_CELL.findall(chunk))
        rows = [int(row) for row in _ROW.findall(chunk)]
        references = _REFERENCE.findall(chunk)
        rows += [int(row) for _, row in references]
        column = max((_column(letters) for letters in {letters for letters, _ in references}), default=0)
        if max(rows, default=0) > self.limits.rows or column > self.limits.columns:
            raise _trap("有单元格远离表格区域", "a cell lies far outside of any table")
        if self.cells > self.limits.cells:
            raise _too_large(Text(f"{self.cells} 个单元格", f"{self.cells} cells"))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
