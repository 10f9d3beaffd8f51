"""Where a value came from: who reported it, in which document, in which cells, and for what reason."""

from __future__ import annotations

from typing import Any, Final

from township_eval.inputs import NOT_REPORTED
from township_eval.reports.view import View
from township_eval.scheme.model import Indicator

__all__ = ["cells_of", "due_from", "reasons_of", "sources_of"]

_CELLS_SHOWN: Final = 3


def sources_of(view: View) -> dict[tuple[str, str], str]:
    """Return per unit and indicator who reported it, in which document, in which cells."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    details = view.evaluation.details
    columns = [details[name].tolist() for name in ("unit", "indicator", "source_unit", "document", "cell")]
    for unit, indicator, sender, document, cell in zip(*columns, strict=True):
        place, _, address = _text(cell).rpartition("!")
        said = " ".join(text for text in (_text(sender), _text(document), place) if text)
        found.setdefault((str(unit), str(indicator)), {}).setdefault(said, []).append(address)
    return {key: _places(view, parts) for key, parts in found.items()}


def reasons_of(view: View) -> dict[tuple[str, str], str]:
    """Return per unit and indicator the reason that was given with the value, or for having none."""
    details = view.evaluation.details
    columns = [details[name].tolist() for name in ("unit", "indicator", "reason")]
    return {
        (str(unit), str(indicator)): _text(reason)
        for unit, indicator, reason in zip(*columns, strict=True)
        if _text(reason)
    }


def cells_of(view: View, place: int, at: int) -> str:
    """Return the cells of a value without details, grouped by sheet."""
    cells = view.evaluation.leaves.cell[place]
    parts: dict[str, list[str]] = {}
    for cell in cells[at].split("; ") if cells else ():
        sheet, _, address = cell.rpartition("!")
        parts.setdefault(sheet, []).append(address)
    return _places(view, parts)


def _places(view: View, parts: dict[str, list[str]]) -> str:
    """Join sheets with the cells used of each: ``农牧局 农牧局.xlsx!报表!C6``."""
    return view.both(";", "; ").join(
        f"{sheet}!{_some(view, cells)}" if any(cells) else sheet for sheet, cells in parts.items() if sheet
    )


def _some(view: View, cells: list[str]) -> str:
    known = list(dict.fromkeys(cell for cell in cells if cell))
    shown = view.listed(known[:_CELLS_SHOWN])
    more = view.both(f"等 {len(known)} 格", f" and {len(known) - _CELLS_SHOWN} more")
    return shown + more if len(known) > _CELLS_SHOWN else shown


def due_from(view: View, node: Indicator, status: int) -> str:
    """Name who should have reported a value that is not there."""
    if status != NOT_REPORTED or not node.lead:
        return ""
    return view.both("应由", "due from ") + view.listed(node.lead) + view.both("报送", "")


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
