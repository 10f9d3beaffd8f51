"""结果运用参考名单: the units that each stated use selects, for reference only."""

from __future__ import annotations

from typing import Final

from township_eval.language import Text
from township_eval.reports.records import (
    entry,
    records_of,
    said,
    sheet_of,
    table_of,
    text,
    unit_entry,
)
from township_eval.reports.sheet import Sheet
from township_eval.reports.view import View

__all__ = ["uses_sheet"]

_NAME: Final = Text("结果运用参考名单", "Use of results")


def uses_sheet(view: View) -> Sheet | None:
    """Return 结果运用参考名单 in the order of the scheme's uses; None without one that selects anybody."""
    order = [use.id for use in view.evaluation.scheme.uses]
    records = records_of(view, "uses")
    if not records:
        return None
    records.sort(key=lambda row: order.index(text(row, "use")) if text(row, "use") in order else len(order))
    entries = [
        entry(view.both("用途", "Use"), lambda row: text(row, "name") or text(row, "use"), 28),
        unit_entry(view),
        entry(view.both("依据和说明", "Why"), lambda row: said(view, row, "note"), 90),
    ]
    notes = (
        view.both(
            "考评结果作为班子建设、选拔任用、评优评先、培养教育、管理监督、激励约束的重要参考,"
            "由有权机关综合研究;本表不作为自动决定,不含干部个人数据。",
            "Results are a reference for appointments, honors, training and supervision; the competent"
            " authority decides. The list decides nothing and holds no data of persons.",
        ),
    )
    return sheet_of(view, _NAME, (table_of(entries, records, pinned=1),), notes)
