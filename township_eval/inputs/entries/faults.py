"""What can be wrong with the entries of ``values``, said with place, value and hint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs.entries.matrix import Key
from township_eval.inputs.entries.numbers import ColumnKind
from township_eval.inputs.texts import quoted, text_of
from township_eval.inputs.units import Units
from township_eval.language import Text

__all__ = [
    "column_twice",
    "infinite",
    "more",
    "not_as_wanted",
    "two_values",
    "unit_twice",
    "unknown_unit",
    "written",
]

_KINDS: Final[Mapping[ColumnKind, Text]] = {
    "number": Text("数字", "a number"),
    "yes_no": Text("是或否", "yes or no"),
    "date": Text("日期", "a date"),
}
_HINTS: Final[Mapping[ColumnKind, Text]] = {
    "number": Text("只写数字;未报留空", "write the number alone; leave blank what is not reported"),
    "yes_no": Text("写“是”或“否”", "write yes or no"),
    "date": Text("写成 2018-06-30 这样的日期", "write it like 2018-06-30"),
}


# Comparing a name with each of a country's townships takes seconds and helps nobody.
_FEW = 3000
_UNKNOWN = Text("核对代码和名称,或补入单位表", "check code and name, or add it to the list of units")


def written(key: Key) -> str:
    """Return a column's key as one text."""
    return f"{key[0]}/{key[1]}" if key[1] else key[0]


def unknown_unit(text: str, where: str, units: Units) -> Problem:
    """Return the problem of a row that is about nobody who is evaluated."""
    return Problem(
        "error",
        "unit.unknown",
        where,
        Text(f"没有这个单位:{text or '(空)'}", f"unknown unit: {text or '(blank)'}"),
        did_you_mean(text, tuple(units.known)) if units.n <= _FEW else _UNKNOWN,
    )


def not_as_wanted(entry: Any, key: Key, kind: ColumnKind, where: str) -> Problem:
    """Return the problem of an entry that is not what its column holds."""
    return Problem(
        "error",
        f"values.not_a_{kind}",
        where,
        Text("{key} 应为{kind},写的是{entry}", "{key} should be {kind}, not {entry}").format(
            key=written(key), kind=_KINDS[kind], entry=quoted(entry)
        ),
        _HINTS[kind],
    )


def more(count: int, code: str, where: str) -> Problem:
    """Return the problem that stands for further ones of the same kind."""
    return Problem(
        "error",
        code,
        where,
        Text(f"另有 {count} 处同样问题", f"{count} more like it"),
        Text("先改列出的各处", "mend the listed ones first"),
    )


def infinite(key: Key, i: int, where: str, units: Units) -> Problem:
    """Return the problem of an infinite value."""
    return Problem(
        "error",
        "values.infinite",
        where,
        Text(
            f"{units.names[i]} 的 {written(key)} 为无穷大", f"{written(key)} of {units.names[i]} is infinite"
        ),
        Text("检查除数是否为零", "look for a division by zero"),
    )


def two_values(key: Key, unit: str, one: tuple[str, Any], other: tuple[str, Any]) -> Problem:
    """Return the problem of one place with two values; *one* and *other* are (where, value)."""
    here, there = (text_of(value) for _, value in (one, other))
    return Problem(
        "error",
        "values.two_values",
        one[0],
        Text(
            f"{unit} 的 {written(key)} 有两个值:此处 {here},{other[0]} 处 {there}",
            f"{written(key)} of {unit} has two values: {here} here, {there} at {other[0]}",
        ),
        Text("与报送部门核对,只留一个", "ask the departments and keep one"),
    )


def unit_twice(code: str, where: str) -> Problem:
    """Return the problem of a unit with two rows in a wide table."""
    return Problem(
        "error",
        "values.unit_twice",
        where,
        Text(f"单位 {code} 有两行数值", f"unit {code} has two rows of values"),
        Text("合并为一行", "merge them into one row"),
    )


def column_twice(name: str) -> Problem:
    """Return the problem of a wide table with one column twice."""
    return Problem(
        "error",
        "values.column_twice",
        f"values.{name}",
        Text(f"列“{name}”出现两次", f"the column {name!r} is there twice"),
        Text("只保留一列", "keep one of them"),
    )
