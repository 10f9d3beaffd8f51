"""Which edition of its period a result is, what it replaces and rests on, and what changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from township_eval.reports.records import records_of, said, text
from township_eval.reports.sheets.evidence.printed import Record
from township_eval.reports.view import View

__all__ = ["edition_entries"]

_SHOWN: Final = 19  # "sha256:" and twelve digits, as fingerprints are shown


def edition_entries(view: View) -> Iterator[tuple[str, str]]:
    """Yield item and content for the cover; nothing for a first edition that rests on no other result.

    Parameters
    ----------
    view : View
        Of a result that was written into a folder of results.
    """
    for row in records_of(view, "edition"):
        number, replaced = int(row["edition"]), text(row, "replaces")[:_SHOWN]
        yield (
            view.both("版次", "Edition"),
            view.both(
                f"第 {number} 版,替代第 {number - 1} 版({replaced})",
                f"{number}, in place of {number - 1} ({replaced})",
            ),
        )
        changes = [said(view, change, "what") for change in records_of(view, "changes")]
        nothing = view.both("没有记录到的改动", "no change that was noted")
        yield view.both("本版改动", "Changed"), view.both(";", "; ").join(changes) or nothing
    rests = [_earlier(view, row) for row in records_of(view, "based_on")]
    if rests:
        yield view.both("依据的往期结果", "Earlier results used"), view.both(";", "; ").join(rests)


def _earlier(view: View, row: Record) -> str:
    period, number, digest = text(row, "period"), int(row["edition"]), text(row, "digest")[:_SHOWN]
    return view.both(f"{period} 第 {number} 版({digest})", f"{period} edition {number} ({digest})")
