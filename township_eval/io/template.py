"""A workbook to fill in, made from a scheme: what a department sees, and what `read_inputs` reads back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Final, TypeAlias

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from township_eval.inputs import columns_read
from township_eval.io.files import write_beside
from township_eval.io.packing import put_text, save_workbook
from township_eval.io.sheets.cells import folded
from township_eval.io.sheets.vocabulary import Target, Vocabulary
from township_eval.language import Text, join_texts
from township_eval.methods.varying import Varying
from township_eval.scheme.differentiate import unit_codes
from township_eval.scheme.model import Dimension, Indicator, Scheme, Unit
from township_eval.scheme.sources import Events, Ratings, Ratio, Satisfaction, ShareOfPersons

__all__ = ["write_template"]

_BLANK_ROWS: Final = 20  # to fill in where the scheme lists no units, persons or events
_MORE_RATERS: Final = 3  # beyond those that are dropped
_TITLE: Final = 1
_HEADER: Final = 2
_WIDTHS: Final = {"code": 12.0, "name": 14.0, "data": 13.0}

_CODE, _NAME = Text("代码", "code"), Text("单位", "name")
_GREY: Final = PatternFill("solid", fgColor="FFD9D9D9")
_HEAD: Final = PatternFill("solid", fgColor="FFDDEBF7")
_THIN: Final = Side(style="thin", color="FF999999")
_BORDER: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_CENTER: Final = Alignment(horizontal="center", vertical="center", wrap_text=True)

_Row: TypeAlias = tuple[Unit | None, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column to fill in: header texts top to bottom, its note, and whom it concerns."""

    path: tuple[str, ...]
    note: str = ""
    choices: tuple[str, ...] = ()
    leaf: Indicator | None = None


@dataclass(frozen=True, slots=True)
class _Writer:
    """Makes the sheets of one workbook for some of the scheme's leaves."""

    scheme: Scheme
    lang: str
    leaves: tuple[Indicator, ...]
    department: str
    book: Workbook

    def say(self, text: Text) -> str:
        """Return a text in the language of the workbook."""
        return text.say(self.lang)


def write_template(
    scheme: Scheme, path: str | PathLike[str], *, by_lead: bool = False, lang: str = "zh"
) -> tuple[Path, ...]:
    """Write a workbook to fill in, or one for each lead department.

    Parameters
    ----------
    scheme : Scheme
        Says what to report; with a period (`Scheme.for_period`) only what is due is asked for.
    path : path
        The workbook; with *by_lead* the folder.
    by_lead : bool
        Whether every lead department gets a workbook of its own. An indicator with several leads
        goes to the first, so that nothing is reported twice.
    lang : {"zh", "en"}
        Language of the labels.

    Returns
    -------
    tuple of Path
        The workbooks written.

    Raises
    ------
    DataError
        A target is open in another program or cannot be written.
    """
    path = Path(path)
    due = tuple(leaf for leaf in scheme.leaves() if not (scheme.period and leaf.due_in))
    if not by_lead:
        return (_write(scheme, path, due, "", lang),)
    nobody = Text("其他", "others").say(lang)
    leads = dict.fromkeys(leaf.lead[0] if leaf.lead else nobody for leaf in due)
    return tuple(
        _write(
            scheme,
            path / f"{_file_name(lead)}.xlsx",
            tuple(leaf for leaf in due if (leaf.lead[0] if leaf.lead else nobody) == lead),
            "" if lead == nobody else lead,
            lang,
        )
        for lead in leads
    )


def _file_name(text: str) -> str:
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", text).strip(" .") or "_"


def _write(scheme: Scheme, path: Path, leaves: tuple[Indicator, ...], department: str, lang: str) -> Path:
    book = Workbook()
    del book[book.sheetnames[0]]
    writer = _Writer(scheme, lang, leaves, department, book)
    _cover(writer)
    _values(writer)
    for kind, make in _EVIDENCE:
        own = [leaf for leaf in leaves if _needs(leaf, kind)]
        if own:
            make(writer, own)
    with write_beside(path) as beside:
        save_workbook(book, beside)
    return path


def _needs(leaf: Indicator, kind: type) -> bool:
    return isinstance(leaf.source, kind) and not (isinstance(leaf.source, Ratio) and not leaf.source.where)


# -- sheets -----------------------------------------------------------------------------------


def _cover(writer: _Writer) -> None:
    scheme = writer.scheme
    sheet = writer.book.create_sheet(writer.say(Text("封面", "cover")))
    rows = [
        (Text("考核方案", "scheme"), scheme.name),
        (Text("版本", "version"), scheme.version),
        (Text("考核期", "period"), scheme.period),
        (Text("填报单位", "department"), writer.department),
        (Text("数据截止", "as_of"), ""),
    ]
    for row, (label, text) in enumerate(rows, start=1):
        _put(sheet, row, 1, writer.say(label), head=True)
        _put(sheet, row, 2, text)
    for row, line in enumerate(_INSTRUCTIONS, start=len(rows) + 2):
        put_text(sheet.cell(row, 1), writer.say(line))
    if scheme.notice:
        put_text(sheet.cell(len(rows) + len(_INSTRUCTIONS) + 3, 1), scheme.notice)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 60
    _page(sheet, 0)


_INSTRUCTIONS: Final = (
    Text(
        "填写说明:未报的留空;不涉及的填“/”(灰色格不用填);百分数写成 98.5% 或 98.5。",
        "To fill in: leave blank what is not reported; '/' for not applicable "
        "(grey cells are not asked for); write percentages as 98.5% or 98.5.",
    ),
    Text(
        "每格只填一个确定的数,不写“约”“以上”或区间;表头批注是计分办法和依据。",
        "One definite number a cell, no ranges or 'about'; "
        "the notes on the headers state the rule and its basis.",
    ),
)


def _values(writer: _Writer) -> None:
    columns = list(_value_columns(writer))
    if columns:
        title = writer.say(Text("指标数据", "values"))
        _table(writer, title, columns, [(unit, ()) for unit in _units(writer.scheme)], ())


def _value_columns(writer: _Writer) -> Iterator[_Column]:
    """Yield the columns of ``values`` the leaves read; one that several leaves read comes once."""
    words = Vocabulary.of(writer.scheme)
    seen: set[Target] = set()
    for leaf in writer.leaves:
        columns = columns_read(leaf, leaf.source)
        measured = len(columns) == 1 and leaf.source.kind in {"measured", "change"}
        for name, kind in columns:
            path = _single(words, leaf, name) if measured else (leaf.name, name)
            target = words.match(path).target
            if target is None or target in seen:
                continue
            seen.add(target)
            unit = f"({leaf.unit})" if measured and leaf.unit else ""
            choice = kind == "yes_no" or (target.kind == "yes_no" and folded(leaf.unit) in {"", "是/否"})
            yield _Column(
                (*path[:-1], f"{path[-1]}{unit}"), _note(writer, leaf), _CHOICES if choice else (), leaf
            )


_CHOICES: Final = ("是", "否", "/")


def _single(words: Vocabulary, leaf: Indicator, column: str) -> tuple[str, ...]:
    """Return the clearest header that means this column and nothing else."""
    wanted = words.match([column]).target
    return next((name,) for name in (leaf.name, leaf.id, column) if words.match([name]).target == wanted)


def _satisfaction(writer: _Writer, leaves: list[Indicator]) -> None:
    for number, leaf in enumerate(leaves, start=1):
        source = leaf.source
        if not isinstance(source, Satisfaction):
            continue
        title = writer.say(Text("满意度", "satisfaction")) + (f"{number}" if len(leaves) > 1 else "")
        answers = [answer.answer for answer in source.scale] + list(source.dont_know)
        beside = _beside(writer, leaf, several=len(leaves) > 1)
        sets: list[tuple[Text, list[str]]] = [
            (Text("渠道", "channel"), [item.channel for item in source.channels]),
            (Text("题目", "question"), [item.channel for item in source.questions]),
        ]
        rows = [(unit, ()) for unit in _units(writer.scheme)]
        extra: tuple[str, ...] = ()
        texts: list[tuple[str, ...]] = [()]
        for label, options in sets:
            if options:
                extra = (*extra, writer.say(label))
                texts = [(*before, option) for before in texts for option in options]
        filled: list[_Row] = [(unit, (*beside.values(), *said)) for unit, _ in rows for said in texts]
        note = _note(writer, leaf)
        columns = [_Column((answer,), note, leaf=leaf) for answer in answers]
        _table(writer, title, columns, filled, (*beside, *extra))


def _ratings(writer: _Writer, leaves: list[Indicator]) -> None:
    for number, leaf in enumerate(leaves, start=1):
        if not isinstance(leaf.source, Ratings):
            continue
        title = writer.say(Text("第三方评估", "ratings")) + (f"{number}" if len(leaves) > 1 else "")
        raters = max(leaf.source.minimum, 2 * leaf.source.trim + _MORE_RATERS)
        label = writer.say(Text("评估员", "assessor"))
        note = _note(writer, leaf)
        columns = [_Column((f"{label}{rater}",), note, leaf=leaf) for rater in range(1, raters + 1)]
        beside = _beside(writer, leaf, several=len(leaves) > 1)
        rows: list[_Row] = [(unit, tuple(beside.values())) for unit in _units(writer.scheme)]
        _table(writer, title, columns, rows, tuple(beside))


def _beside(writer: _Writer, leaf: Indicator, *, several: bool) -> dict[str, str]:
    """Return the column that says which indicator a sheet is about, needed once there are several."""
    return {writer.say(Text("指标", "indicator")): leaf.id} if several else {}


def _roster(writer: _Writer, leaves: list[Indicator]) -> None:
    title = writer.say(Text("花名册", "roster"))
    if title in writer.book.sheetnames:
        return  # persons and villages share one sheet
    names: list[str] = []
    for leaf in (leaf for leaf in writer.leaves if _needs(leaf, ShareOfPersons) or _needs(leaf, Ratio)):
        match leaf.source:
            case ShareOfPersons(column=column):
                names.append(column)
            case Ratio(numerator=numerator, denominator=denominator):
                names += [numerator, denominator]
    columns = [_Column((name,), _note(writer, leaves[0])) for name in dict.fromkeys(names)]
    _table(writer, title, columns, [(None, ())] * _BLANK_ROWS, (writer.say(Text("姓名", "person")),))


def _events(writer: _Writer, leaves: list[Indicator]) -> None:
    labels = (
        Text("等级", "grade"),
        Text("分值", "amount"),
        Text("原因", "reason"),
        Text("文号", "reference"),
    )
    columns = [
        _Column((writer.say(Text("事项", "rule")),), choices=tuple(leaf.name for leaf in leaves)),
        *(_Column((writer.say(label),)) for label in (*labels, Text("日期", "date"))),
    ]
    _table(writer, writer.say(Text("事项", "events")), columns, [(None, ())] * _BLANK_ROWS, ())


_EVIDENCE: Final[tuple[tuple[type, Callable[[_Writer, list[Indicator]], None]], ...]] = (
    (Satisfaction, _satisfaction),
    (Ratings, _ratings),
    (ShareOfPersons, _roster),
    (Ratio, _roster),
    (Events, _events),
)


# -- what is asked of whom --------------------------------------------------------------------


def _units(scheme: Scheme) -> tuple[Unit | None, ...]:
    return scheme.units or (None,) * _BLANK_ROWS


def _concerns(scheme: Scheme, leaf: Indicator, unit: Unit) -> bool:
    """Whether a leaf may have a value for a unit, as far as the scheme alone says."""
    parents = scheme.parents()
    node: Indicator | Dimension | None = leaf
    while node is not None:
        named = {code for name in node.applies_to for code in unit_codes(scheme, name)}
        if (node.applies_to and unit.code not in named) or _weight(node.weight, unit) == 0:
            return False
        node = parents.get(node.id)
    return True


def _weight(weight: object, unit: Unit) -> object:
    if not isinstance(weight, Varying):
        return weight
    keys = (unit.code, unit.name, *unit.aliases, unit.group)
    return next((weight.get(key) for key in keys if key in weight.keys), weight.default)


def _note(writer: _Writer, leaf: Indicator) -> str:
    """Return what the header's note says: the rule in words, its basis, who is responsible."""
    words = getattr(leaf.scoring, "words", None)
    rule = words() if callable(words) else Text("", "")
    parts = [
        (Text("计分", "scoring"), rule),
        (Text("依据", "basis"), Text(leaf.basis, leaf.basis)),
        (Text("牵头", "lead"), Text("、".join(leaf.lead), ", ".join(leaf.lead))),
        (Text("时限", "deadline"), Text(leaf.deadline, leaf.deadline)),
        (Text("说明", "note"), Text(leaf.note, leaf.note)),
    ]
    lines = [Text(f"{label.zh}:{text.zh}", f"{label.en}: {text.en}") for label, text in parts if text]
    return writer.say(join_texts(lines, "\n", "\n"))


# -- cells ------------------------------------------------------------------------------------


def _table(
    writer: _Writer, title: str, columns: list[_Column], rows: Iterable[_Row], beside: tuple[str, ...]
) -> None:
    """Write one sheet: a title, the header of one or two rows, and a row for each entry to fill in."""
    sheet = writer.book.create_sheet(title)
    depth = max(len(column.path) for column in columns)
    first = 3 + len(beside)
    width = first + len(columns) - 1
    put_text(sheet.cell(_TITLE, 1), f"{writer.scheme.name} {title}")
    sheet.cell(_TITLE, 1).font = Font(bold=True, size=14)
    sheet.merge_cells(start_row=_TITLE, end_row=_TITLE, start_column=1, end_column=width)
    labels = (writer.say(_CODE), writer.say(_NAME), *beside)
    for position, label in enumerate(labels, start=1):
        _head(sheet, position, (label,), depth)
    for position, column in enumerate(columns, start=first):
        _head(sheet, position, column.path, depth, column.note)
    _merge_groups(sheet, columns, first, depth)
    data = _HEADER + depth
    last = data - 1
    for last, (unit, said) in enumerate(rows, start=data):
        texts = (unit.code if unit else "", unit.name if unit else "", *said)
        for position, text in enumerate((*texts, *[""] * (first - 1 - len(texts))), start=1):
            _put(sheet, last, position, text)
        for position, column in enumerate(columns, start=first):
            asked = unit is None or column.leaf is None or _concerns(writer.scheme, column.leaf, unit)
            _blank(sheet, last, position, asked=asked)
    _choices(sheet, columns, first, (data, last))
    for position in range(1, width + 1):
        kind = "code" if position == 1 else "name" if position == 2 else "data"  # noqa: PLR2004  second column
        sheet.column_dimensions[get_column_letter(position)].width = _WIDTHS[kind]
    sheet.freeze_panes = sheet.cell(data, 3)
    _page(sheet, data - 1)


def _head(sheet: Worksheet, position: int, path: tuple[str, ...], depth: int, note: str = "") -> None:
    for level in range(depth):
        # a shorter path stands in the last row, where the reader looks for the name
        text = path[level] if len(path) == depth else path[-1] if level == depth - len(path) else ""
        _put(sheet, _HEADER + level, position, text, head=True)
    if len(path) < depth:
        sheet.cell(_HEADER, position).value = sheet.cell(_HEADER + depth - len(path), position).value
        sheet.merge_cells(
            start_row=_HEADER, end_row=_HEADER + depth - 1, start_column=position, end_column=position
        )
    if note:
        top = _HEADER if len(path) < depth else _HEADER + depth - 1
        sheet.cell(top, position).comment = Comment(note, "township-eval", height=160, width=320)


def _merge_groups(sheet: Worksheet, columns: list[_Column], first: int, depth: int) -> None:
    """Merge the upper header cells of columns that belong to one indicator."""
    start = 0
    while start < len(columns):
        end = start
        head = columns[start].path[0]
        while (
            len(columns[start].path) == depth > 1
            and end + 1 < len(columns)
            and columns[end + 1].path[0] == head
        ):
            end += 1
        if end > start:
            sheet.merge_cells(
                start_row=_HEADER, end_row=_HEADER, start_column=first + start, end_column=first + end
            )
        start = end + 1


def _put(sheet: Worksheet, row: int, column: int, text: str, *, head: bool = False) -> None:
    cell = sheet.cell(row, column)
    cell.border = _BORDER
    if head:
        cell.fill, cell.font, cell.alignment = _HEAD, Font(bold=True), _CENTER
    if text:
        put_text(cell, text)


def _blank(sheet: Worksheet, row: int, column: int, *, asked: bool) -> None:
    cell = sheet.cell(row, column)
    cell.border = _BORDER
    if not asked:
        cell.fill = _GREY


def _choices(sheet: Worksheet, columns: list[_Column], first: int, rows: tuple[int, int]) -> None:
    for position, column in enumerate(columns, start=first):
        listed = ",".join(column.choices)
        # the format limits a list written into the sheet to 255 characters
        if not listed or len(listed) > 255 or any("," in choice for choice in column.choices):  # noqa: PLR2004
            continue
        rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
        letter = get_column_letter(position)
        rule.add(f"{letter}{rows[0]}:{letter}{rows[1]}")
        sheet.add_data_validation(rule)


def _page(sheet: Worksheet, repeated: int) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    if repeated:
        sheet.print_title_rows = f"1:{repeated}"
