"""Open any table file: guard first, then the reader of its format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from township_eval.errors import DataError, Problem
from township_eval.io.grids.grid import Grid
from township_eval.io.grids.plain import read_csv, read_parquet
from township_eval.io.grids.xlsx import read_xlsx
from township_eval.io.guard import LIMITS, Limits, inspect
from township_eval.io.places import shown_name
from township_eval.language import Text

__all__ = ["FORMATS", "open_grids"]

#: Reader of each file name ending.
FORMATS: Final[dict[str, Callable[[Path, str], list[Grid]]]] = {
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".parquet": read_parquet,
}


def open_grids(path: str | Path, limits: Limits = LIMITS) -> tuple[list[Grid], tuple[Problem, ...]]:
    """Return the sheets of a file, or the problems why there are none.

    Parameters
    ----------
    path : str or Path
        A workbook, .csv, .tsv or .parquet file.
    limits : Limits
        How large it may be.

    Returns
    -------
    tuple
        The grids, and the problems; one of the two is empty.

    Examples
    --------
    >>> open_grids("no such file.csv")[1][0].code
    'file.missing'
    """
    path = Path(path)
    if problems := inspect(path, limits):
        return [], problems
    reader = FORMATS.get(path.suffix.lower())
    if reader is None:
        endings = " ".join(FORMATS)
        what = Text(f"不认识的文件类型“{path.suffix}”", f"unknown kind of file '{path.suffix}'")
        return [], (
            Problem(
                "error",
                "file.format",
                shown_name(path),
                what,
                Text(f"可用格式:{endings}", f"formats that can be read: {endings}"),
            ),
        )
    try:
        grids = reader(path, shown_name(path))
    except DataError as error:
        return [], error.problems
    except Exception as error:  # noqa: BLE001  a damaged workbook can fail anywhere inside the reader
        return [], (_damaged(path, error),)
    if any(not grid.is_blank(row) for grid in grids for row in range(grid.height)):
        return grids, ()
    what = Text("文件里没有任何内容", "there is nothing in the file")
    hint = Text("请核对是否报错了文件", "check whether this is the right file")
    return [], (Problem("error", "file.empty", shown_name(path), what, hint),)


def _damaged(path: Path, error: Exception) -> Problem:
    detail = f"{type(error).__name__}: {error}"[:200]
    return Problem(
        "error",
        "file.damaged",
        shown_name(path),
        Text("读不了,文件可能已损坏", f"cannot be read, perhaps damaged ({detail})"),
        Text("请用 Excel 或 WPS 打开后另存一次", "open it in Excel or WPS and save it once more"),
    )
