"""A column 类别 beside the units, held against the classes of the scheme, which decide."""

from __future__ import annotations

from township_eval.io.grids.grid import brief
from township_eval.io.sheets.cells import folded
from township_eval.io.sheets.columns.reading import Sheet, headed
from township_eval.io.sheets.headers import GROUP, Table
from township_eval.language import Text

__all__ = ["warn_classes"]


def warn_classes(table: Table, sheet: Sheet) -> None:
    """Warn of every unit whose class in the table is not the scheme's (``unit.group_differs``).

    A column none of whose texts is a class of the scheme is about something else (类别 of a road).
    """
    column = headed(table, GROUP)
    if column is None:
        return
    said = {(row, code): folded(table.grid.text(row, column.at)) for row, code in table.rows}
    if not set(said.values()) & set(sheet.classes):
        return
    told = set[str]()
    for (row, code), text in said.items():
        entry = sheet.units.entries.get(code)
        if not text or entry is None or not entry.group or code in told:
            continue
        own = sheet.classes.get(folded(entry.group), entry.group)
        if sheet.classes.get(text) == own:
            continue
        told.add(code)
        written = brief(table.grid.text(row, column.at))
        what = Text(
            f"{entry.name}的类别:表中为“{written}”,方案为“{own}”",
            f"class of {entry.name}: '{written}' here, '{own}' in the scheme",
        )
        hint = Text(
            "按方案的类别评分;方案有误时请改方案,否则请改正表格",
            "the scheme's class is used: correct the scheme if it is wrong, else the sheet",
        )
        sheet.log.add("warning", "unit.group_differs", table.grid.where(row, column.at), what, hint)
