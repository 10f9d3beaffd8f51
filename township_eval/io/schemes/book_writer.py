"""A scheme as a workbook an official can read, print and edit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from township_eval.errors import Problem, SchemeError
from township_eval.io.packing import put_text, save_workbook
from township_eval.io.schemes.layout import (
    HELP_SHEET,
    INDEX,
    LAST_PRINTED,
    NODE_COLUMNS,
    NULLS,
    PREFIXES,
    SETTINGS,
    SETTINGS_SHEET,
    TABLES,
    Column,
    Form,
    Table,
    header,
    parameter_columns,
)
from township_eval.io.schemes.notation import flow_text
from township_eval.language import Text
from township_eval.methods.scoring import RULES
from township_eval.scheme.fields import field_of
from township_eval.scheme.model import Scheme
from township_eval.scheme.write import to_mapping

__all__ = ["write_workbook_scheme"]

_LONGEST: Final = 32_000  # a cell holds 32,767 characters
_WIDEST: Final = 28  # wider columns make a page too small to read
_LINE_HEIGHT: Final = 14.0
_HIGHEST: Final = 400.0  # a row may be 409 points high
_WIDE: Final = 0x2E80  # from here on characters are two digits wide
_LINE: Final = Side(style="thin", color="FF808080")
_BOX: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD: Final = PatternFill("solid", fgColor="FFDCE6F1")
_WRAP: Final = Alignment(wrap_text=True, vertical="center")
_POOLS: Final = {"bonus": "加分", "deduction": "扣分"}
_SPECIAL: Final = ("{", "[", "'", '"')
_HELP: Final = Text(HELP_SHEET, "how to fill in")


def write_workbook_scheme(scheme: Scheme, path: Path, lang: str = "zh") -> None:
    """Write a scheme's workbook; the same scheme gives the same bytes.

    Raises
    ------
    SchemeError
        A text is longer than a cell can hold.
    """
    mapping = to_mapping(scheme)
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    _write_settings(book, mapping, scheme, lang)
    _write_tree(book, mapping, scheme, lang)
    for table in TABLES:
        rows = list(_table_rows(table, mapping.get(table.section), lang))
        if rows or table.always:
            title = f"{scheme.name}  {table.sheet if lang == 'zh' else table.section}"
            _write_table(book, table, title, [_heading(column, lang) for column in table.columns], rows)
    _write_help(book, lang)
    save_workbook(book, path)


# ---- what the rows hold --------------------------------------------------------------------------
def _at(record: Mapping[str, Any], path: Sequence[str]) -> Any:
    """Return what a record holds at a path; `_ABSENT` where it holds nothing."""
    found: Any = record
    for part in path:
        if not isinstance(found, Mapping) or part not in found:
            return _ABSENT
        found = found[part]
    return found


_ABSENT: Final = object()
_Row = list[tuple[Any, Form]]


def _written_out(section: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return defaults to write, so that no row has a single cell and could be taken for a note."""
    if section == "layouts":
        return {"table": "values"}
    return {"name": record["id"]} if section == "vetoes" else {}


def _table_rows(table: Table, section: Any, lang: str) -> Iterator[_Row]:
    if not section:
        return
    if table.rows == "records":
        for stated in section:
            record = {**_written_out(table.section, stated), **stated}
            yield [(_at(record, column.path), column.form) for column in table.columns]
        return
    for key, content in section.items():
        shown = _POOLS.get(key, key) if table.section == "adjustments" and lang == "zh" else key
        record = {table.columns[1].key: content} if table.rows == "pairs" else {"name": key, **content}
        yield [
            (shown, "text"),
            *((_at(record, column.path), column.form) for column in table.columns[1:]),
        ]


def _flat(node: Mapping[str, Any], parent: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (parent's id, node) in tree order."""
    yield parent, {key: value for key, value in node.items() if key != "children"}
    for child in node.get("children", ()):
        yield from _flat(child, node["id"])


def _heading(column: Column, lang: str) -> str:
    return column.label if lang == "zh" else column.key


# ---- sheets --------------------------------------------------------------------------------------
def _write_settings(book: Workbook, mapping: Mapping[str, Any], scheme: Scheme, lang: str) -> None:
    heads = ["项目", "内容", "说明"] if lang == "zh" else ["item", "content", "meaning"]
    rows: list[_Row] = []
    for column in SETTINGS:
        value = mapping.get(column.key, _ABSENT)
        if value is _ABSENT and not column.always:
            continue
        known = field_of(column.key, column.owner)
        meaning = known.meaning.say(lang) if known else ""
        rows.append([(_heading(column, lang), "text"), (value, column.form), (meaning, "text")])
    _write_table(book, SETTINGS_SHEET, scheme.name, heads, rows)


def _write_tree(book: Workbook, mapping: Mapping[str, Any], scheme: Scheme, lang: str) -> None:
    index = {"id": scheme.index.id, **mapping["index"]}
    nodes = list(_flat(index, ""))
    groups = _weight_groups([node for _, node in nodes], [group.id for group in scheme.groups])
    columns = [column for column in NODE_COLUMNS if column.always or _used(column, nodes)]
    heads: list[str] = []
    for column in columns:
        heads += _node_heads(column, nodes, groups, lang)
    words = [node.scoring.words().say(lang) if node.scoring is not None else "" for node in scheme.nodes()]
    rows: list[_Row] = []
    for (parent, node), said in zip(nodes, words, strict=True):
        row: _Row = []
        for column in columns:
            row += _node_cells(column, {"words": said, **node}, parent, nodes, groups)
        rows.append(row)
    title = f"{scheme.name}  {INDEX.sheet if lang == 'zh' else INDEX.section}"
    sheet = _write_table(book, INDEX, title, heads, rows)
    last = heads.index(next(_heading(column, lang) for column in columns if column.key == LAST_PRINTED))
    sheet.print_area = f"A1:{get_column_letter(last + 1)}{len(rows) + 2}"


_NODES = list[tuple[str, dict[str, Any]]]


def _used(column: Column, nodes: _NODES) -> bool:
    key = "source" if column.key == "kind" else column.key
    return any(key in node for _, node in nodes)


def _weight_groups(nodes: Iterable[Mapping[str, Any]], groups: list[str]) -> list[str]:
    """Return the classes that get a weight column: those some plain weight by class names."""
    named = [list(node["weight"]) for node in nodes if _by_class(node.get("weight"), groups)]
    return [group for group in groups if any(group in keys for keys in named)]


def _by_class(weight: Any, groups: list[str]) -> bool:
    """Return whether a weight is one number per class, in the order of the classes."""
    if not isinstance(weight, Mapping):
        return False
    keys = [key for key in weight if key != "default"]
    return (
        bool(keys)
        and keys == [group for group in groups if group in keys]
        and not any(isinstance(one, Mapping) for one in weight.values())
    )


def _parameters(prefix: str, nodes: _NODES) -> list[Column]:
    """Return the columns of parameters that nodes state for built-in rules or sources."""
    known = parameter_columns()[prefix]
    used = {name for _, node in nodes for name in _stated(prefix, node)}
    return [column for name, column in known.items() if name in used]


def _stated(prefix: str, node: Mapping[str, Any]) -> dict[str, Any]:
    """Return a node's parameters that go into columns; none for an own formula."""
    given = node.get(prefix)
    word = PREFIXES[prefix][1]
    if not isinstance(given, Mapping) or (prefix == "scoring" and given[word] not in RULES):
        return {}
    return {name: value for name, value in given.items() if name != word}


def _node_heads(column: Column, nodes: _NODES, groups: list[str], lang: str) -> list[str]:
    if column.key == "weight":
        name = _heading(column, lang)
        return [name, *(f"{name}:{group}" for group in groups)]
    prefix = next((prefix for prefix, (_, word) in PREFIXES.items() if word == column.key), None)
    more = [] if prefix is None else [header(prefix, one, lang) for one in _parameters(prefix, nodes)]
    return [_heading(column, lang), *more]


def _node_cells(
    column: Column, node: Mapping[str, Any], parent: str, nodes: _NODES, groups: list[str]
) -> _Row:
    if column.key == "parent":
        return [(parent, "text")]
    if column.key == "weight":
        return _weight_cells(node.get("weight", _ABSENT), groups)
    prefix = next((prefix for prefix, (_, word) in PREFIXES.items() if word == column.key), None)
    if prefix is None:
        return [(node.get(column.key, _ABSENT), column.form)]
    stated = _stated(prefix, node)
    given = node.get(prefix, _ABSENT)
    own = isinstance(given, Mapping) and prefix == "scoring" and given["method"] not in RULES
    word = given if own or not isinstance(given, Mapping) else given[column.key]
    cells: _Row = [(word, "value" if own else "text")]
    return cells + [(stated.get(one.key, _ABSENT), one.form) for one in _parameters(prefix, nodes)]


def _weight_cells(weight: Any, groups: list[str]) -> _Row:
    if _by_class(weight, groups):
        return [
            (weight.get("default", _ABSENT), "value"),
            *((weight.get(group, _ABSENT), "value") for group in groups),
        ]
    blank: _Row = [(_ABSENT, "value") for _ in groups]
    return [(weight, "value"), *blank]


def _write_help(book: Workbook, lang: str) -> None:
    heads = ["工作表", "列", "说明"] if lang == "zh" else ["sheet", "column", "meaning"]
    rows: list[_Row] = [
        [("*", "text"), ("", "text"), (_NOTATION.say(lang), "text")],
    ]
    for table in (INDEX, *TABLES):
        for column in NODE_COLUMNS if table is INDEX else table.columns:
            known = field_of(column.path[-1], column.owner)
            sheet = table.sheet if lang == "zh" else table.section
            meaning = known.meaning.say(lang) if known else ""
            rows.append([(sheet, "text"), (_heading(column, lang), "text"), (meaning, "text")])
    _write_table(book, Table("help", _HELP.zh, ()), _HELP.say(lang), heads, rows)


_NOTATION: Final = Text(
    "空格表示不写;多项用“、”隔开;按期别、类别、单位不同的值写成 {2018-H1: 98, default: 100};分数写 2/3;"
    "“规则说明”列由程序生成,不读入",
    "a blank cell states nothing; several texts are joined by 、; what varies is written {2018-H1: 98, "
    "default: 100}; fractions as 2/3; the column of words is made by the program and not read",
)


# ---- cells ---------------------------------------------------------------------------------------
def _write_table(
    book: Workbook, table: Table, title: str, heads: Sequence[str], rows: Sequence[_Row]
) -> Worksheet:
    sheet: Worksheet = book.create_sheet(table.sheet if _is_chinese(heads) else table.section)
    put_text(sheet.cell(1, 1), title)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    for at, head in enumerate(heads, start=1):
        cell = sheet.cell(2, at)
        put_text(cell, head)
        cell.font, cell.fill, cell.border, cell.alignment = Font(bold=True), _HEAD, _BOX, _WRAP
    for row, contents in enumerate(rows, start=3):
        for at, (value, form) in enumerate(contents, start=1):
            cell = sheet.cell(row, at)
            _put(cell, value, form, f"{sheet.title}!{cell.coordinate}")
            cell.border, cell.alignment = _BOX, _WRAP
    _lay_out(sheet, heads, rows)
    return sheet


def _is_chinese(heads: Sequence[str]) -> bool:
    return any(ord(letter) >= _WIDE for letter in heads[0])


def _put(cell: Cell | MergedCell, value: Any, form: Form, where: str) -> None:
    """Write one content; nothing for what is absent, texts never as formulas."""
    if value is _ABSENT or (value == "" and form == "text"):
        return
    if form == "flag" and isinstance(value, bool):
        put_text(cell, "是" if value else "否")
    elif isinstance(value, int | float) and float(f"{value:.16g}") == value:
        cell.value = value
    else:
        text = _text(value, form)
        if len(text) > _LONGEST:
            raise SchemeError([_too_long(where, len(text))])
        put_text(cell, text)
        cell.number_format = "@"


def _text(value: Any, form: Form) -> str:
    if form == "list" and isinstance(value, list):
        simple = all(
            isinstance(one, str) and one and not set(one) & set("、,\uff0c;\uff1b\n[") for one in value
        )
        return "、".join(value) if simple and value else flow_text(value)
    if isinstance(value, str):
        return value if form == "text" or _is_plain(value) else json.dumps(value, ensure_ascii=False)
    if value is None:
        return "null"
    return repr(value) if isinstance(value, float) else flow_text(value)


def _is_plain(value: str) -> bool:
    """Return whether a word reads back as itself in a column of values."""
    special = value.startswith(_SPECIAL) or value.casefold() in NULLS
    return bool(value) and value == value.strip() and not special


def _lay_out(sheet: Worksheet, heads: Sequence[str], rows: Sequence[_Row]) -> None:
    """Set widths and heights, frozen and repeated headers, and A4 landscape."""
    texts = [
        [str(sheet.cell(row, at).value or "") for at in range(1, len(heads) + 1)]
        for row in range(2, len(rows) + 3)
    ]
    widths = [min(max(map(_width, column)), _WIDEST) + 2 for column in zip(*texts, strict=True)]
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    for row, contents in enumerate(texts, start=2):
        lines = max(_lines(text, width) for text, width in zip(contents, widths, strict=True))
        sheet.row_dimensions[row].height = min(_LINE_HEIGHT * lines + 4, _HIGHEST)
    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "1:2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]


def _width(text: str) -> int:
    """Return the width of a text in digits."""
    return sum(2 if ord(letter) >= _WIDE else 1 for letter in text)


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes in a column."""
    return sum(max(1, ceil(_width(line) / (width - 1))) for line in text.split("\n"))


def _too_long(where: str, length: int) -> Problem:
    return Problem(
        "error",
        "cell.long",
        where,
        Text(f"内容有 {length} 个字符,单元格放不下", f"{length} characters do not fit into a cell"),
        Text("改存为 .yaml 或 .json", "save as .yaml or .json"),
    )
