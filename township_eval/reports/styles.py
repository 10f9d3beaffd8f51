"""The few cell styles all sheets share, by the kind of what a cell holds."""

from __future__ import annotations

import re
from typing import Final

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

from township_eval.reports.sheet import Kind

__all__ = ["clean", "display_width", "named_styles", "style_of"]

_FONTS: Final = {"zh": ("黑体", "宋体"), "en": ("Arial", "Arial")}
_LINE: Final = Side(style="thin", color="FF808080")
_BOX: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_FILL: Final = PatternFill("solid", fgColor="FFDCE6F1")
_BAND_FILL: Final = PatternFill("solid", fgColor="FFF2F2F2")
_FAINT: Final = "FF7F7F7F"
_WARNING: Final = "FFC00000"

_WIDE: Final = "\u2010"  # from here on Chinese fonts draw every character in full width
_WIDE_TOO: Final = frozenset("×÷·")
_LONGEST = 32_000  # a cell holds 32,767 characters
# What XML 1.0 cannot hold, and control characters that mean nothing in a cell.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    r"""Return text a cell can hold: no control characters, one kind of line end, not too long.

    Examples
    --------
    >>> clean("a\x07b\r\nc")
    'ab\nc'
    """
    if not text.isprintable():
        text = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def display_width(text: str) -> int:
    r"""Return the width of the longest line in digits; a character as wide as a Chinese one counts twice.

    Examples
    --------
    >>> display_width("目标值 98"), display_width("ab\nabc")
    (9, 3)
    """
    return max(sum(2 if ch >= _WIDE or ch in _WIDE_TOO else 1 for ch in line) for line in text.split("\n"))


def style_of(kind: Kind) -> str:
    """Return the name of the style for the cells of a column."""
    return f"te {kind}"


def named_styles(lang: str, digits: int) -> tuple[NamedStyle, ...]:
    """Return the styles of a workbook.

    Parameters
    ----------
    lang : {"zh", "en"}
        Decides the fonts and the words in number formats.
    digits : int
        Decimals of points.
    """
    points = "0" + ("." + "0" * digits if digits else "")
    move = '"升"0;"降"0;"平"' if lang == "zh" else '"up" 0;"down" 0;"="'
    formats: dict[Kind, str] = {
        "text": "General",
        "word": "General",
        "points": points,
        "score": "0.00",
        "number": "General",
        "whole": "0",
        "percent": "0.00%",
        "change": f"+{points};-{points};{points}",
        "move": move,
    }
    bold, plain = _FONTS[lang]
    body = [
        _style(style_of(kind), Font(name=plain, size=10), "left" if kind == "text" else "center", form)
        for kind, form in formats.items()
    ]
    averages = [
        _style(
            f"{style_of(kind)} average",
            Font(name=bold, size=10, bold=lang == "en"),
            "center",
            form,
            _BAND_FILL,
        )
        for kind, form in formats.items()
    ]
    faint = [
        _style(
            f"{style_of(kind)} faint", Font(name=plain, size=10, color=_FAINT, italic=True), "center", form
        )
        for kind, form in formats.items()
    ]
    return (*body, *averages, *faint, *_frame_styles(bold, plain))


def _frame_styles(bold: str, plain: str) -> tuple[NamedStyle, ...]:
    """Return the styles of what stands around the tables."""
    across = Alignment(horizontal="centerContinuous", vertical="center")
    lines = (
        NamedStyle("te title", font=Font(name=bold, size=16, bold=True), alignment=across),
        NamedStyle("te notice", font=Font(name=bold, size=12, color=_WARNING), alignment=across),
        NamedStyle("te about", font=Font(name=plain, size=10), alignment=Alignment(vertical="center")),
        NamedStyle(
            "te table", font=Font(name=bold, size=12, bold=True), alignment=Alignment(vertical="center")
        ),
        NamedStyle(
            "te note", font=Font(name=plain, size=9), alignment=Alignment(wrap_text=True, vertical="top")
        ),
        NamedStyle("te sign", font=Font(name=plain, size=10), alignment=Alignment(vertical="center")),
    )
    head = _style("te head", Font(name=bold, size=10, bold=True), "center", "General", _HEAD_FILL)
    band = _style("te band", Font(name=bold, size=11, bold=True), "left", "General", _BAND_FILL)
    band.alignment = Alignment(vertical="center")
    return (*lines, head, band)


def _style(name: str, font: Font, across: str, form: str, fill: PatternFill | None = None) -> NamedStyle:
    style = NamedStyle(
        name,
        font=font,
        border=_BOX,
        alignment=Alignment(horizontal=across, vertical="center", wrap_text=True),
        number_format=form,
    )
    if fill is not None:
        style.fill = fill
    return style
