"""Read the formats without cells of their own: comma-separated text and Parquet."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from township_eval.errors import DataError, Problem
from township_eval.io.grids.grid import Grid
from township_eval.language import Text

__all__ = ["read_csv", "read_parquet"]


def read_csv(path: Path, name: str) -> list[Grid]:
    """Return a text table as one grid; UTF-8 (with or without mark), UTF-16 with mark, or GB18030.

    Raises
    ------
    DataError
        The bytes are text in none of these encodings.
    """
    text = _decoded(path.read_bytes(), name)
    start = text[:4096]
    delimiter = max(",\t;", key=start.count)
    rows: list[list[Any]] = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    width = max(map(len, rows), default=0)
    return [Grid(name, "", [[value or None for value in row] + [None] * (width - len(row)) for row in rows])]


def _decoded(raw: bytes, name: str) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise DataError([
        Problem(
            "error",
            "file.encoding",
            name,
            Text("不是文本表格,或编码无法识别", "this is no text table, or its encoding is not known"),
            Text("请另存为 UTF-8 编码的 CSV", "save it as CSV in UTF-8"),
        )
    ])  # fmt: skip


def read_parquet(path: Path, name: str) -> list[Grid]:
    """Return a Parquet file as one grid, its column names in the first row.

    Raises
    ------
    DataError
        The package ``pyarrow`` is not installed, or the file is no Parquet file.
    """
    try:
        from pyarrow import parquet  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        what = Text("读 Parquet 文件需要 pyarrow", "reading Parquet needs pyarrow")
        hint = Text(
            "请安装:pip install pyarrow,或另存为 CSV", "pip install pyarrow, or save the table as CSV"
        )
        raise DataError([Problem("error", "file.parquet", name, what, hint)]) from None
    try:
        frame = parquet.read_table(path).to_pandas()
    except (ValueError, OSError) as error:
        what = Text("不是 Parquet 文件,或已损坏", "this is no Parquet file, or it is damaged")
        hint = Text("请重新导出,或另存为 CSV", "export it again, or save the table as CSV")
        raise DataError([Problem("error", "file.damaged", name, what, hint)]) from error
    if any(label is not None for label in frame.index.names):
        frame = frame.reset_index()
    values = frame.astype(object).where(frame.notna(), None)
    return [Grid(name, "", [list(map(str, frame.columns)), *values.to_numpy().tolist()])]
