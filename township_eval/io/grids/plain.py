"""Read the formats without cells of their own: comma-separated text and Parquet."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

from township_eval.errors import DataError, Problem
from township_eval.io.grids.grid import Grid
from township_eval.language import Text

__all__ = ["read_csv", "read_parquet"]

_MOST_SHARED: Final = 1 << 16


def read_csv(path: Path, name: str) -> list[Grid]:
    """Return a text table as one grid; UTF-8 (with or without mark), UTF-16 with mark, or GB18030.

    Raises
    ------
    DataError
        The bytes are text in none of these encodings.
    """
    raw = path.read_bytes()
    # decoded while it is read: the text of a large table as a whole would weigh more than its rows
    stream = io.TextIOWrapper(io.BytesIO(raw), encoding=_encoding(raw, name), newline="")
    start = stream.read(4096)
    stream.seek(0)
    delimiter = max(",\t;", key=start.count)
    shared = _Shared()
    rows = [[shared[value] for value in row] for row in csv.reader(stream, delimiter=delimiter)]
    width = max(map(len, rows), default=0)
    for row in rows:
        row.extend([None] * (width - len(row)))
    return [Grid(name, "", rows)]


class _Shared(dict[str, "str | None"]):
    """Gives one object for equal texts, as most cells repeat an earlier one; None for a blank."""

    def __missing__(self, value: str) -> str | None:
        kept = value or None
        if len(self) < _MOST_SHARED:
            self[value] = kept
        return kept


def _encoding(raw: bytes, name: str) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if b"\x00" not in raw:
            return encoding
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
