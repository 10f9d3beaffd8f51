"""A condition written as a spreadsheet formula, for Excel 2010, WPS and LibreOffice.

Spreadsheets know true and false only. So two formulas are written, one that is true where the
condition surely holds and one where it surely does not; where neither is, the answer is unknown.
What is missing (blank, a text in place of a number, an error) is asked for before it is compared,
because `AND` and `OR` look at all they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, TypeAlias

from township_eval.errors import Problem, SchemeError
from township_eval.language import Text
from township_eval.scheme.conditions.nodes import AllOf, AnyOf, Call, Compare, Constant, Name, Not, Part

__all__ = ["MOST_FORMULA", "Cells", "formula_of"]

Cells: TypeAlias = Callable[["str | Call"], str]

#: Characters of a formula that Excel takes (its specifications and limits, 2010 and later).
MOST_FORMULA: Final = 8_192
_MOST_LITERAL: Final = 255
# The bound is included up to this relative difference, as where a condition is evaluated.
_SAME: Final = 1e-12
_CONTROL: Final = 32
_TEXTUAL: Final = "grade"
_OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def formula_of(root: Part, cells: Cells, unknown: str = "") -> str:
    """Return the formula of a normal form, without the equals sign before it.

    Parameters
    ----------
    root : Part
        In negation normal form.
    cells : callable
        The reference, or expression, that holds a name's or a call's value.
    unknown : str
        The text the formula gives where the condition is unknown.

    Raises
    ------
    SchemeError
        The formula would be longer than a spreadsheet takes.
    """
    writer = _Writer(cells)
    if isinstance(root, Compare | Call | Not):
        written = writer.answer(root, _literal(unknown))
    else:
        written = f"IF({writer.sure(root)},TRUE,IF({writer.sure_not(root)},FALSE,{_literal(unknown)}))"
    if len(written) > MOST_FORMULA:
        what = Text(
            f"写成公式有 {len(written)} 个字符,表格软件最多 {MOST_FORMULA} 个",
            f"as a formula it has {len(written)} characters, a spreadsheet takes {MOST_FORMULA}",
        )
        hint = Text("把条件分成几条", "make it several conditions")
        raise SchemeError([Problem("error", "condition.formula", "condition", what, hint)])
    return written


@dataclass(frozen=True, slots=True)
class _Writer:
    cells: Cells

    def sure(self, part: Part) -> str:
        """Write what is true where a part surely holds."""
        if isinstance(part, AllOf | AnyOf):
            inside = [self.sure(one) for one in part.parts]
            return _joined("AND" if isinstance(part, AllOf) else "OR", inside)
        return self.answer(part, "FALSE")

    def sure_not(self, part: Part) -> str:
        """Write what is true where a part surely does not hold."""
        if isinstance(part, AllOf | AnyOf):
            inside = [self.sure_not(one) for one in part.parts]
            return _joined("OR" if isinstance(part, AllOf) else "AND", inside)
        if isinstance(part, Compare):
            return self.answer(Compare(_OPPOSITE[part.sign], part.left, part.right), "FALSE")
        return self.answer(part.part if isinstance(part, Not) else Not(part), "FALSE")

    def answer(self, part: Part, unknown: str) -> str:
        """Write one question: true, false, or *unknown* where something is missing."""
        if isinstance(part, Compare):
            return self._comparison(part, unknown)
        asked = part.part if isinstance(part, Not) else part
        cell = self._side(asked)
        wanted, logical = ("0", f"NOT({cell})") if isinstance(part, Not) else ("1", cell)
        return f"IF(ISNUMBER({cell}),{cell}={wanted},IF(ISLOGICAL({cell}),{logical},{unknown}))"

    def _comparison(self, part: Compare, unknown: str) -> str:
        sides = (part.left, part.right)
        left, right = self._side(part.left), self._side(part.right)
        asked = [
            cell for side, cell in zip(sides, (left, right), strict=True) if not isinstance(side, Constant)
        ]
        if any(_is_text(side) for side in sides):
            if any(isinstance(side, Constant) and not str(side.value).strip() for side in sides):
                return unknown
            equal = f"EXACT({_trimmed(part.left, left)},{_trimmed(part.right, right)})"
            written = equal if part.sign == "==" else f"NOT({equal})"
            for cell in reversed(asked):
                written = f'IF(ISTEXT({cell}),IF(TRIM({cell})<>"",{written},{unknown}),{unknown})'
            return written
        known = _joined("AND", [f"ISNUMBER({cell})" for cell in asked])
        return f"IF({known},{self._ordered(part, left, right)},{unknown})"

    def _ordered(self, part: Compare, left: str, right: str) -> str:
        reaches = f"{left}>={_bound(part.right, right)}"
        reached = f"{right}>={_bound(part.left, left)}"
        return {
            ">=": reaches,
            "<=": reached,
            "<": f"{left}<{_bound(part.right, right)}",
            ">": f"{right}<{_bound(part.left, left)}",
            "==": f"AND({reaches},{reached})",
            "!=": f"NOT(AND({reaches},{reached}))",
        }[part.sign]

    def _side(self, side: Part) -> str:
        if isinstance(side, Constant):
            return _literal(side.value) if isinstance(side.value, str) else _number(side.value)
        if isinstance(side, Name):
            return self.cells(side.name)
        if isinstance(side, Call):
            return self.cells(side)
        msg = f"{side!r} is no value"
        raise TypeError(msg)


def _is_text(side: Part) -> bool:
    if isinstance(side, Constant):
        return isinstance(side.value, str)
    return side == Name(_TEXTUAL) or (isinstance(side, Call) and side.arguments[0] == _TEXTUAL)


def _trimmed(side: Part, written: str) -> str:
    """Write a text without blanks around it; a constant is stripped here and now."""
    return _literal(str(side.value).strip()) if isinstance(side, Constant) else f"TRIM({written})"


def _bound(side: Part, written: str) -> str:
    """Write the bound a little lower, by what floating point may have lost."""
    if isinstance(side, Constant):
        slack = _SAME * abs(float(side.value))
        return f"{written}-{_number(slack)}" if slack else written
    return f"{written}-{_number(_SAME)}*ABS({written})"


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0").upper()


def _joined(function: str, parts: Sequence[str]) -> str:
    """Write a list of parts; a formula is too long before a function has too many (255)."""
    return parts[0] if len(parts) == 1 else f"{function}({','.join(parts)})"


def _literal(text: str) -> str:
    """Write a text: quotes doubled, in pieces that Excel takes, control characters by their number."""
    pieces: list[str] = []
    for control, signs in groupby(text, key=lambda sign: ord(sign) < _CONTROL):
        run = "".join(signs)
        if control:
            pieces += [f"CHAR({ord(sign)})" for sign in run]
        else:
            starts = range(0, len(run), _MOST_LITERAL)
            pieces += [_quoted(run[at : at + _MOST_LITERAL]) for at in starts]
    return "&".join(pieces) or '""'


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
