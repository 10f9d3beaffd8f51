"""How a scheme is laid out in a workbook: its sheets and columns, by Chinese and English names.

Writer and reader follow this one description. A cell holds a number, a text, several texts joined
by ``、``, yes or no, or - for what varies or nests - one line of YAML flow notation such as
``{2018-H1: 98, default: 100}``; JSON is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, TypeAlias, get_args

from township_eval.methods.scoring import RULES
from township_eval.scheme.fields import field_of
from township_eval.scheme.sources import Source

__all__ = [
    "HELP_SHEET", "INDEX", "LAST_PRINTED", "NODE_COLUMNS", "NULLS", "PREFIXES", "SETTINGS", "SETTINGS_SHEET",
    "TABLES", "WORDS_HEADER", "Column", "Form", "Table", "header", "parameter_columns",
]  # fmt: skip

#: value: a number, a word, or flow notation; list: texts joined by 、; flag: 是 or 否; share: also 30%
Form: TypeAlias = Literal["text", "value", "list", "flag", "share"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the key it fills (``quota.count`` is nested), its form, the record that owns it.

    ``heads`` are its headers where the sheet itself names them (``权重:一类``).
    """

    key: str
    form: Form = "text"
    owner: str = ""
    always: bool = True
    heads: tuple[str, ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        """The key as a path."""
        return tuple(self.key.split("."))

    @property
    def label(self) -> str:
        """The Chinese header."""
        if self.heads:
            return self.heads[0]
        known = field_of(self.path[-1], self.owner)
        return self.key if known is None else known.label

    def heading(self, lang: str) -> str:
        """Return the header in a language."""
        return self.label if lang == "zh" else next(iter(self.heads[1:]), self.key)

    def names(self) -> tuple[str, ...]:
        """Every header this column goes by."""
        return self.heads or (self.label, self.key, self.path[-1])


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: the section of the file it fills, its names, and how its rows become data.

    ``rows`` is ``records`` (a list), ``mapping`` (by the first column) or ``pairs`` (first column:
    second column).
    """

    section: str
    sheet: str
    columns: tuple[Column, ...]
    rows: Literal["records", "mapping", "pairs"] = "records"
    others: tuple[str, ...] = ()
    always: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the sheet goes by."""
        return (self.sheet, self.section, *self.others)


SETTINGS_SHEET: Final = Table("scheme", "方案", ())
SETTINGS: Final = (
    Column("format", "value"),
    Column("name", owner="Scheme"),
    Column("version"),
    Column("basis"),
    Column("notice"),
    Column("scale", "value", "Scheme"),
    Column("digits", "value", "Scheme"),
    Column("weights", owner="Scheme"),
    Column("rounding", "value"),
    Column("rank_on"),
    Column("previous", "value"),
    Column("context", "value", always=False),
    Column("points_floor", "value", always=False),
    Column("points_ceiling", "value", always=False),
    Column("most_vetoes", "value", always=False),
    Column("minimum_coverage", "value", always=False),
    Column("disclosure", "value", always=False),
    Column("holidays", "list"),
    Column("workdays", "list"),
    Column("period", always=False),
    Column("group", owner="Scheme", always=False),
)

#: Explanations for people, made by the program and not read.
HELP_SHEET: Final = "填写说明"
INDEX: Final = Table("index", "指标体系", (), others=("指标",))
#: Words for a null that is meant, such as a cap that there is not.
NULLS: Final = frozenset({"null", "不限", "无上限"})
#: Headers of the rules in words: made by the program to be read by people, not by it.
WORDS_HEADER: Final = (
    "规则说明(只读)", "words (read only)", "规则说明\uff08只读\uff09", "规则说明", "words",
)  # fmt: skip
#: The last column of the tree that is printed.
LAST_PRINTED: Final = "note"
#: Parameters of a node's rule and source stand in columns of their own: 评分:目标值, 来源:分子.
PREFIXES: Final[dict[str, tuple[str, str]]] = {"scoring": ("评分", "method"), "source": ("来源", "kind")}

# What an official prints stands first, up to the remark; how it is computed stands after it.
NODE_COLUMNS: Final = (
    Column("parent"),
    Column("id"),
    Column("name"),
    Column("unit"),
    Column("weight", "value"),
    Column("words", heads=WORDS_HEADER),
    Column("basis"),
    Column("lead", "list"),
    Column("cooperating", "list"),
    Column("deadline"),
    Column("note"),
    Column("method", "value"),
    Column("kind", "value", always=False),
    Column("aggregation", "value"),
    Column("multiplier", "value", always=False),
    Column("minimum_children", "value", always=False),
    Column("total", "value", always=False),
    Column("due_in", "list", always=False),
    Column("applies_to", "list", always=False),
    Column("applies_when", always=False),
    Column("may_not_apply", "flag"),
    Column("not_applicable", "value"),
    Column("missing", "value"),
    Column("cohort", always=False),
    Column("aliases", "list", always=False),
    Column("overrides", "value", always=False),
)

TABLES: Final = (
    Table("groups", "分类", (Column("id"), Column("name"), Column("reason")), "mapping", ("类别",)),
    Table(
        "units",
        "单位",
        (
            Column("code"),
            Column("name"),
            Column("group"),
            Column("kind", owner="Unit"),
            Column("aliases", "list"),
        ),
        "mapping",
        ("乡镇", "单位(乡镇)"),
    ),
    Table("sites", "地点", (Column("place"), Column("units", "list")), "pairs", always=False),
    Table(
        "grades",
        "等次",
        (
            Column("name"),
            Column("at_least", "value", "Grade"),
            Column("quota.count", "value"),
            Column("quota.share", "share"),
            Column("quota.per"),
            Column("quota.ties"),
            Column("unless"),
            Column("requires", "value"),
        ),
    ),
    Table(
        "limiters",
        "等次限制",
        (
            Column("id"),
            Column("name"),
            Column("at_most", owner="Limiter"),
            Column("when"),
            Column("event", "flag"),
            Column("days", "value"),
            Column("basis"),
        ),
        always=False,
    ),
    Table(
        "flags",
        "预警",
        (
            Column("id"),
            Column("name"),
            Column("measure"),
            Column("when"),
            Column("conditions", "value"),
            Column("reading"),
            Column("kind", owner="FlagRule"),
            Column("certainty"),
            Column("subject"),
            Column("posts", "value"),
            Column("matter"),
            Column("scope"),
            Column("steps", "list"),
            Column("owner", "list"),
            Column("basis"),
            Column("due_days", "value"),
            Column("due_in", owner="FlagRule"),
            Column("clear_when"),
            Column("escalates.to"),
            Column("escalates.after", "value"),
        ),
        others=("约谈整改", "预警(约谈整改)"),
    ),
    Table(
        "vetoes",
        "一票否决",
        (
            Column("id"),
            Column("name"),
            Column("effect", "value"),
            Column("approval.reference"),
            Column("approval.authority"),
            Column("approval.level"),
            Column("approval.date"),
            Column("approval.until"),
            Column("basis"),
        ),
    ),
    Table(
        "adjustments",
        "加减分",
        (
            Column("pool"),
            Column("cap", "value", "Pool"),
            Column("item_cap", "value"),
            Column("source_cap", "value"),
            Column("approved_honours", "list"),
        ),
        "mapping",
    ),
    Table(
        "adjustment_items",
        "加减分项目",
        (
            Column("id"),
            Column("name"),
            Column("pool", owner="AdjustmentItem"),
            Column("amount", "value", "AdjustmentItem"),
            Column("marks", "value"),
            Column("cap", "value", "AdjustmentItem"),
            Column("source", owner="AdjustmentItem"),
            Column("honour", "flag"),
            Column("block"),
            Column("factor", "value"),
            Column("basis"),
        ),
        always=False,
    ),
    Table(
        "uses",
        "结果运用",
        (Column("id"), Column("name"), Column("when"), Column("note")),
        always=False,
    ),
    Table(
        "tokens", "单元格用语", (Column("text"), Column("means", "value")), "pairs", ("用语",), always=False
    ),
    Table(
        "layouts",
        "读表设置",
        (
            Column("file"),
            Column("sheet"),
            Column("table"),
            Column("header_rows", "value"),
            Column("key"),
            Column("orientation"),
            Column("percent"),
            Column("ignore", "flag"),
            Column("columns", "value", "Layout"),
            Column("department"),
            Column("document"),
        ),
        always=False,
    ),
)

_FORMS: Final[dict[str, Form]] = {
    "columns": "list",
    "dont_know": "list",
    "relative": "flag",
    "whole_steps": "flag",
}


def parameter_columns() -> dict[str, dict[str, Column]]:
    """Return, for rules and for sources, the column of every parameter of the built-in ones."""
    families: Mapping[str, Any] = {"scoring": RULES.values(), "source": get_args(Source)}
    found: dict[str, dict[str, Column]] = {}
    for prefix, classes in families.items():
        found[prefix] = {
            one.name: Column(one.name, _FORMS.get(one.name, "value"), cls.__name__)
            for cls in classes
            for one in fields(cls)
        }
    found["scoring"]["tiers"] = Column("tiers", "value")
    return found


def header(prefix: str, column: Column, lang: str) -> str:
    """Return the header of a parameter's column.

    Examples
    --------
    >>> header("scoring", parameter_columns()["scoring"]["target"], "zh")
    '评分:目标值'
    """
    return f"{PREFIXES[prefix][0]}:{column.label}" if lang == "zh" else f"{prefix}:{column.key}"
