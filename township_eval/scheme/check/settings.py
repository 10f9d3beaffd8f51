"""Scale, digits, rounding and days: possible, and dates where dates stand."""

from __future__ import annotations

from datetime import date
from typing import Final

from township_eval.language import Text
from township_eval.scheme.check.draft import Draft
from township_eval.scheme.check.rules import is_arithmetic
from township_eval.scheme.model import Dimension
from township_eval.scheme.parse.refusals import Path

__all__ = ["check_date", "check_settings"]

_MOST_DIGITS: Final = 10
_AS_DATE: Final = Text("写成 2018-05-01", "write it like 2018-05-01")


def check_settings(draft: Draft) -> None:
    """Scale, digits, rounding and dates are possible."""
    scheme = draft.scheme
    if scheme.scale <= 0:
        draft.error(
            "scheme.scale",
            ("scale",),
            Text(f"满分须大于 0,现为 {scheme.scale:g}", f"full marks must be above 0, not {scheme.scale:g}"),
            Text("通常写 scale: 100", "scale: 100 is usual"),
        )
    digits = [(("digits",), scheme.digits)]
    if scheme.rounding is not None:
        digits.append((("rounding", "digits"), scheme.rounding.digits))  # type: ignore[arg-type]
    for path, number in digits:
        if not 0 <= number <= _MOST_DIGITS:
            what = Text(
                f"小数位数应为 0 到 {_MOST_DIGITS},现为 {number}", f"0 to {_MOST_DIGITS} digits, not {number}"
            )
            draft.error("scheme.digits", path, what, Text("通常写 2", "2 is usual"))
    _check_rounding(draft)
    dates = [*(("holidays", day) for day in scheme.holidays), *(("workdays", day) for day in scheme.workdays)]
    for name, day in dates:
        check_date(draft, (name,), day)


def _check_rounding(draft: Draft) -> None:
    rounding = draft.scheme.rounding
    if rounding is None or rounding.stage == "composite":
        return
    for node in draft.nodes:
        rounded = isinstance(node, Dimension) and (
            rounding.stage == "indicator" or node is draft.scheme.index
        )
        if rounded and isinstance(node, Dimension) and (not is_arithmetic(node) or node.scoring is not None):
            what = Text(
                f"{node.name} 不是加权求和,不能在下级取整",
                f"{node.name} is not a weighted sum: round the composite only",
            )
            hint = Text("取整环节写 composite", "write stage: composite")
            draft.error("rounding.aggregation", (*draft.path(node), "aggregation"), what, hint)


def check_date(draft: Draft, path: Path, day: str) -> date | None:
    """Return a day as a date; report it and return None where it is none."""
    try:
        return date.fromisoformat(day)
    except ValueError:
        what = Text(f"{day} 不是日期", f"{day!r} is not a date")
        draft.error("scheme.date", path, what, _AS_DATE)
        return None
