"""One cell of a scheme's workbook as plain data: text, number, list, flow notation, or refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from township_eval.errors import SchemeError
from township_eval.io.grids.grid import Grid, text_of
from township_eval.io.schemes.layout import NULLS, Form
from township_eval.io.schemes.typed import EXAMPLE, is_flow, load_typed
from township_eval.language import Text

__all__ = ["Refuse", "given", "read_cell"]

#: Called with code, place, what is wrong and what to do.
Refuse: TypeAlias = Callable[[str, str, Text, Text], None]

_SEPARATORS: Final = re.compile("[、,\uff0c;\uff1b\n]")
_FLAGS: Final = {
    **dict.fromkeys(("是", "√", "✓", "✔", "y", "yes", "true", "1"), True),
    **dict.fromkeys(("否", "×", "✗", "✘", "n", "no", "false", "0"), False),
}


class _Null:
    """Stands for a null that is written, so that a blank cell can be told from it."""


_NULL: Final = _Null()


def given(value: Any) -> Any:
    """Return what `read_cell` returned, with a written null as None."""
    return None if value is _NULL else value


def read_cell(grid: Grid, row: int, at: int, form: Form, refuse: Refuse) -> Any:
    """Return what a cell holds.

    Parameters
    ----------
    grid : Grid
        The sheet.
    row, at : int
        The cell's row and column, from 0.
    form : Form
        What its column holds.
    refuse : callable
        Told what is wrong with it.

    Returns
    -------
    object
        Plain data for `given`; None for a blank or refused cell.
    """
    value = grid.spread(row, at)
    where = grid.where(row, at)
    if (row, at) in grid.errors or (row, at) in grid.uncached:
        what = Text("单元格是错误值或没有结果的公式", "an error value, or a formula without a result")
        refuse("cell.formula", where, what, Text("写成数值或文字", "write the number or text itself"))
        return None
    if (row, at) in grid.percent and form not in {"share", "text"}:
        what = Text(f"单元格按百分比显示({value})", f"the cell is shown in percent ({value})")
        refuse("cell.percent", where, what, Text("改为常规格式,写 98 而不是 98%", "write 98, not 98%"))
        return None
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return _formed(value, form, where, refuse)


def _formed(value: Any, form: Form, where: str, refuse: Refuse) -> Any:
    """Return a filled cell's content in its column's form."""
    if form == "flag":
        return _flag(text_of(value), where, refuse)
    if not isinstance(value, str):
        return int(value) if isinstance(value, float) and value.is_integer() else value
    text = value.strip()
    if form == "list" and not (text.startswith("[") or (is_flow(text) and text[0] not in "{'\"")):
        return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    if form == "text":
        return text
    if text.casefold() in NULLS and form == "value":
        return _NULL
    return _flow(text, where, refuse) if is_flow(text) else text


def _flag(text: str, where: str, refuse: Refuse) -> bool | None:
    """Read a cell of yes or no."""
    found = _FLAGS.get(unicodedata.normalize("NFKC", text).casefold())
    if found is None:
        what = Text(f"应为“是”或“否”,实际为 {text}", f"yes or no is expected, not {text!r}")
        hint = Text("写 是 或 否;√、×、Y、N、1、0 也可以,空白为否", "write yes or no; blank is no")
        refuse("scheme.flag", where, what, hint)
    return found


def _flow(text: str, where: str, refuse: Refuse) -> Any:
    """Read a cell in flow notation."""
    try:
        return load_typed(text)
    except SchemeError as error:
        for problem in error.problems:
            refuse(problem.code, where, problem.what, problem.hint or EXAMPLE)
    return None
