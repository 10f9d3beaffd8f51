"""A scheme as a workbook an official can read, print and edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from township_eval.io.packing import save_workbook
from township_eval.io.schemes.drawing import ABSENT, Row, annotate, offer, write_table
from township_eval.io.schemes.labels import as_labels, choices, meanings
from township_eval.io.schemes.layout import (
    HELP_SHEET,
    INDEX,
    LAST_PRINTED,
    NODE_COLUMNS,
    PREFIXES,
    SETTINGS,
    SETTINGS_SHEET,
    TABLES,
    Column,
    Table,
    header,
    parameter_columns,
)
from township_eval.language import Text, join_texts
from township_eval.methods.scoring import RULES
from township_eval.scheme.fields import CHOICES, field_of
from township_eval.scheme.model import Node, Scheme
from township_eval.scheme.write import to_mapping

__all__ = ["write_workbook_scheme"]

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
            sheet = write_table(book, table, title, [column.heading(lang) for column in table.columns], rows)
            for at, column in enumerate(table.columns, start=1):
                _explain(sheet, at, _choice_key(table, column), lang, flag=column.form == "flag")
    _write_help(book, lang)
    save_workbook(book, path)


# ---- what the rows hold --------------------------------------------------------------------------
def _at(record: Mapping[str, Any], path: Sequence[str]) -> Any:
    """Return what a record holds at a path; `ABSENT` where it holds nothing."""
    found: Any = record
    for part in path:
        if not isinstance(found, Mapping) or part not in found:
            return ABSENT
        found = found[part]
    return found


def _written_out(section: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return defaults to write, so that no row has a single cell and could be taken for a note."""
    if section == "layouts":
        return {"table": "values"}
    return {"name": record["id"]} if section == "vetoes" else {}


def _table_rows(table: Table, section: Any, lang: str) -> Iterator[Row]:
    if not section:
        return
    if table.rows == "records":
        for stated in section:
            record = {**_written_out(table.section, stated), **stated}
            yield [(_shown(table, column, record, lang), column.form) for column in table.columns]
        return
    for key, content in section.items():
        shown = _labelled(_choice_key(table, table.columns[0]), key, lang)
        record = {table.columns[1].key: content} if table.rows == "pairs" else {"name": key, **content}
        yield [
            (shown, "text"),
            *((_shown(table, column, record, lang), column.form) for column in table.columns[1:]),
        ]


def _choice_key(table: Table, column: Column) -> str:
    """Return under which key the choices of a column stand, if it has any."""
    return column.key if table is INDEX else f"{table.section}.{column.key}"


def _labelled(key: str, value: Any, lang: str) -> Any:
    return as_labels(key, value) if lang == "zh" else value


def _shown(table: Table, column: Column, record: Mapping[str, Any], lang: str) -> Any:
    return _labelled(_choice_key(table, column), _at(record, column.path), lang)


def _flat(node: Mapping[str, Any], parent: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (parent's id, node) in tree order."""
    yield parent, {key: value for key, value in node.items() if key != "children"}
    for child in node.get("children", ()):
        yield from _flat(child, node["id"])


# ---- sheets --------------------------------------------------------------------------------------
def _write_settings(book: Workbook, mapping: Mapping[str, Any], scheme: Scheme, lang: str) -> None:
    heads = ["项目", "内容", "说明"] if lang == "zh" else ["item", "content", "meaning"]
    rows: list[Row] = []
    for column in SETTINGS:
        value = mapping.get(column.key, ABSENT)
        if value is ABSENT and not column.always:
            continue
        known = field_of(column.key, column.owner)
        meaning = known.meaning.say(lang) if known else ""
        shown = _labelled(column.key, value, lang)
        rows.append([(column.heading(lang), "text"), (shown, column.form), (meaning, "text")])
    write_table(book, SETTINGS_SHEET, scheme.name, heads, rows)


def _write_tree(book: Workbook, mapping: Mapping[str, Any], scheme: Scheme, lang: str) -> None:
    index = {"id": scheme.index.id, **mapping["index"]}
    nodes = list(_flat(index, ""))
    groups = _weight_groups([node for _, node in nodes], [group.id for group in scheme.groups])
    columns = [column for column in NODE_COLUMNS if column.always or _used(column, nodes)]
    heads: list[str] = []
    for column in columns:
        heads += _node_heads(column, nodes, groups, lang)
    words = [_words(scheme, node).say(lang) for node in scheme.nodes()]
    rows: list[Row] = []
    for (parent, node), said in zip(nodes, words, strict=True):
        row: Row = []
        for column in columns:
            for value, form in _node_cells(column, {"words": said, **node}, parent, nodes, groups):
                row.append((_labelled(column.key, value, lang), form))
        rows.append(row)
    title = f"{scheme.name}  {INDEX.sheet if lang == 'zh' else INDEX.section}"
    sheet = write_table(book, INDEX, title, heads, rows)
    last = heads.index(next(column.heading(lang) for column in columns if column.key == LAST_PRINTED))
    sheet.print_area = f"A1:{get_column_letter(last + 1)}{len(rows) + 2}"
    for column in columns:
        at = heads.index(column.heading(lang)) + 1
        _explain(sheet, at, column.key, lang, flag=column.form == "flag")


def _words(scheme: Scheme, node: Node) -> Text:
    """Say a node's rule and its factor."""
    parts = [] if node.scoring is None else [node.scoring.words()]
    factor = getattr(node, "multiplier", None)
    if factor is not None:
        parts.append(factor.words(scheme.node(factor.by).name))
    return join_texts(parts)


def _explain(sheet: Worksheet, at: int, key: str, lang: str, *, flag: bool = False) -> None:
    """Say on its header what a column is for, and offer its choices."""
    if key == "words":
        annotate(sheet, at, _READ_ONLY.say(lang))
    if key in CHOICES:
        annotate(sheet, at, meanings(key, lang))
    if flag or key in CHOICES:
        offer(sheet, at, choices(key, lang), _OTHER.say(lang))


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
        name = column.heading(lang)
        return [name, *(f"{name}:{group}" for group in groups)]
    prefix = next((prefix for prefix, (_, word) in PREFIXES.items() if word == column.key), None)
    more = [] if prefix is None else [header(prefix, one, lang) for one in _parameters(prefix, nodes)]
    return [column.heading(lang), *more]


def _node_cells(
    column: Column, node: Mapping[str, Any], parent: str, nodes: _NODES, groups: list[str]
) -> Row:
    if column.key == "parent":
        return [(parent, "text")]
    if column.key == "weight":
        return _weight_cells(node.get("weight", ABSENT), groups)
    prefix = next((prefix for prefix, (_, word) in PREFIXES.items() if word == column.key), None)
    if prefix is None:
        return [(node.get(column.key, ABSENT), column.form)]
    stated = _stated(prefix, node)
    given = node.get(prefix, ABSENT)
    own = isinstance(given, Mapping) and prefix == "scoring" and given["method"] not in RULES
    word = given if own or not isinstance(given, Mapping) else given[column.key]
    cells: Row = [(word, "value" if own else "text")]
    return cells + [(stated.get(one.key, ABSENT), one.form) for one in _parameters(prefix, nodes)]


def _weight_cells(weight: Any, groups: list[str]) -> Row:
    if _by_class(weight, groups):
        return [
            (weight.get("default", ABSENT), "value"),
            *((weight.get(group, ABSENT), "value") for group in groups),
        ]
    blank: Row = [(ABSENT, "value") for _ in groups]
    return [(weight, "value"), *blank]


def _write_help(book: Workbook, lang: str) -> None:
    heads = ["工作表", "列", "说明"] if lang == "zh" else ["sheet", "column", "meaning"]
    rows: list[Row] = [
        [("*", "text"), ("", "text"), (_NOTATION.say(lang), "text")],
    ]
    for table in (INDEX, *TABLES):
        for column in NODE_COLUMNS if table is INDEX else table.columns:
            known = field_of(column.path[-1], column.owner)
            sheet = table.sheet if lang == "zh" else table.section
            meaning = known.meaning.say(lang) if known else ""
            rows.append([(sheet, "text"), (column.heading(lang), "text"), (meaning, "text")])
            key = _choice_key(table, column)
            offered = meanings(key, lang) if key in CHOICES else ""
            rows += [[(sheet, "text"), ("", "text"), (line, "text")] for line in offered.splitlines()]
    write_table(book, Table("help", _HELP.zh, ()), _HELP.say(lang), heads, rows)


_NOTATION: Final = Text(
    "空格表示不写;多项用“、”隔开;按期别、类别、单位不同的值写成 {2018-H1: 98, default: 100};分数写 2/3;"
    "“规则说明”列只读,供阅读,由程序生成,不读入",
    "a blank cell states nothing; several texts are joined by 、; what varies is written {2018-H1: 98, "
    "default: 100}; fractions as 2/3; the column of words is made by the program and not read",
)
_READ_ONLY: Final = Text(
    "只读,供阅读:由程序按评分方法和参数写成,不读入。要改规则,请改“评分方法”和各“评分:”列",
    "read only: made by the program from the method and its parameters, and not read. To change a rule, "
    "change the columns method and scoring:...",
)
_OTHER: Final = Text(
    "不在清单中。自定义公式的名称和 {…} 写法可以保留,其余请从清单中选择",
    "not in the list. Names of own formulas and {...} may stay; anything else is chosen from the list",
)
