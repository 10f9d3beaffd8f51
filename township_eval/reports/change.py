"""The workbook of a change: who changed by how much, because of what, and whether that can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pandas as pd
from openpyxl import Workbook

from township_eval.analysis.periods.change.comparability import ASPECTS
from township_eval.analysis.periods.change.parts import KINDS
from township_eval.analysis.periods.compare import Change
from township_eval.io.files import write_beside
from township_eval.io.packing import save_workbook
from township_eval.language import LANGUAGES, Text
from township_eval.reports.labels import PAGES, SIGNATURES
from township_eval.reports.layout import Marks, lay_out
from township_eval.reports.sheet import Band, Column, Kind, Row, Sheet, Table, Value
from township_eval.reports.styles import named_styles
from township_eval.scheme.naming import unit_head

__all__ = ["MOVERS", "part_name", "write_change"]

#: What `Change.units` says of a unit that moved.
MOVERS: Final = {
    "up": Text("显著上升", "up, more than chance"),
    "down": Text("显著下降", "down, more than chance"),
}
_P_DIGITS: Final = 4
_UNIT_COLUMNS: Final[tuple[tuple[Text, Kind, float], ...]] = (
    (Text("上期得分", "Before"), "points", 10),
    (Text("本期得分", "After"), "points", 10),
    (Text("增减", "Change"), "change", 10),
    (Text("标准误", "Standard error"), "points", 10),
    (Text("增减下限", "Lower limit"), "change", 10),
    (Text("增减上限", "Upper limit"), "change", 10),
    (Text("P值(逐一)", "p (alone)"), "number", 10),
    (Text("P值(全部单位)", "p (all units)"), "number", 12),
    (Text("判断", "Finding"), "word", 12),
    (Text("上期名次", "Rank before"), "whole", 8),
    (Text("本期名次", "Rank after"), "whole", 8),
    (Text("上期等次", "Grade before"), "word", 8),
    (Text("本期等次", "Grade after"), "word", 8),
)


def write_change(change: Change, path: str | Path, *, lang: str = "zh") -> None:
    """Write what changed between two periods as a workbook that is ready to print and sign.

    Parameters
    ----------
    change : Change
        From `township_eval.compare`.
    path : str or Path
        Target; it appears whole or not at all, and the same change gives the same bytes.
    lang : {"zh", "en"}, default "zh"
        Language of sheet names, headers and notes.

    Raises
    ------
    DataError
        The target is open in another program or cannot be written.
    ValueError
        There is no such language.
    """
    if lang not in LANGUAGES:
        msg = f"lang must be one of {LANGUAGES}, not {lang!r}"
        raise ValueError(msg)
    shown = _Shown(change, lang)
    sheets = (shown.changes(), shown.parts(), shown.nodes(), shown.comparability())
    workbook = Workbook(write_only=True)
    workbook.properties.creator = "township_eval"
    workbook.properties.title = shown.title(Text("得分变化", "Change of scores"))
    for style in named_styles(lang, change.digits):
        workbook.add_named_style(style)
    for sheet in sheets:
        lay_out(workbook, sheet, shown.marks)
    with write_beside(path) as beside:
        save_workbook(workbook, beside)


def part_name(kind: str, name: str, lang: str) -> str:
    """Return what a part is called: an indicator by its name, anything else by its kind.

    Examples
    --------
    >>> part_name("indicator", "自来水", "en"), part_name("weights", "", "en")
    ('自来水', 'weights')
    """
    said = KINDS[kind].say(lang)
    if kind == "indicator":
        return name
    if kind not in {"added", "removed"}:
        return said
    return f"{name} ({said})" if lang == "en" else f"{name}({said})"


@dataclass(frozen=True, eq=False)
class _Shown:
    """A change in one language."""

    change: Change
    lang: str

    def say(self, text: Text) -> str:
        """Return a text in the language of the workbook."""
        return text.say(self.lang)

    def title(self, what: Text) -> str:
        """Return a title with both periods."""
        pair = (self.change.before.period, self.change.after.period)
        return self.say(Text(f"{pair[0]} 至 {pair[1]} {what.zh}", f"{what.en} {pair[0]} to {pair[1]}"))

    @cached_property
    def unit(self) -> Column:
        """The column of units."""
        return Column(self.say(unit_head(self.change.after.units.kinds)), "text", 14)

    @cached_property
    def marks(self) -> Marks:
        """What every sheet bears."""
        schemes = [one.scheme for one in (self.change.before, self.change.after)]
        notices = tuple(dict.fromkeys(one.notice for one in schemes if one.notice))
        versions = list(dict.fromkeys(f"{one.version} · {one.fingerprint[7:19]}" for one in schemes))
        footer = f"{self.say(Text('方案', 'Scheme'))} {' / '.join(versions)}"
        return Marks(
            notices=notices,
            header="  ".join(notices),
            footer="  ".join([footer, *notices]),
            pages=self.say(PAGES),
            signatures=tuple(self.say(line) for line in SIGNATURES),
            notes_head=self.say(Text("注:", "Notes: ")),
        )

    @cached_property
    def about(self) -> str:
        """The statement of comparability."""
        return self.say(self.change.comparable.text)

    def changes(self) -> Sheet:
        """Return the sheet of units: points, change, its certainty, ranks and grades."""
        columns = (self.unit, *(Column(self.say(head), kind, width) for head, kind, width in _UNIT_COLUMNS))
        level = f"{100 * self.change.level:g}%"
        notes = [
            Text(
                f"增减上下限的置信水平为{level};“显著”按全部单位多重比较(Holm)判断,"
                "其余单位的增减不能排除是偶然波动。",
                f"Limits at {level}. 'More than chance': judged over all units (Holm); others may be chance.",
            ),
            *(problem.what for problem in self.change.problems if problem.where != "nodes"),
        ]
        return Sheet(
            name=self.say(Text("得分变化", "Change")),
            title=self.title(Text("得分变化表", "Change of scores")),
            about=self.about,
            tables=(Table(columns, tuple(self._unit_rows()), pinned=1),),
            notes=tuple(map(self.say, notes)),
        )

    def _unit_rows(self) -> Iterator[Row]:
        names = ("before", "after", "change", "se", "lower", "upper")
        for row in self.change.unit_rows.to_dict("records"):
            mover = MOVERS.get(str(row["mover"]))
            yield (
                str(row["name"]),
                *(_number(row[name]) for name in names),
                *(_number(round(row[name], _P_DIGITS)) for name in ("p", "p_holm")),
                self.say(mover) if mover else "",
                *(_whole(row[name]) for name in ("rank_before", "rank_after")),
                *(str(row[name]) for name in ("grade_before", "grade_after")),
            )

    def parts(self) -> Sheet:
        """Return the sheet of parts: a band for every unit, its parts, and their sum."""
        columns = (
            Column(self.say(Text("构成", "Part")), "text", 34),
            Column(self.say(Text("类型", "Kind")), "word", 16),
            Column(self.say(Text("对增减的影响", "Effect")), "change", 14),
        )
        note = Text(
            "各部分之和等于增减,取整按最大余数法对齐;数值、权重、评分规则、加减分"
            "各自的影响为24种先后次序的平均(Shapley)。",
            "Parts add up to the change, rounded by largest remainders; values, weights, rules and"
            " adjustments have their mean effect over the 24 orders (Shapley).",
        )
        return Sheet(
            name=self.say(Text("变化构成", "Parts")),
            title=self.title(Text("得分变化构成", "What the change is made of")),
            about=self.about,
            tables=(Table(columns, tuple(self._part_rows())),),
            notes=(self.say(note),),
        )

    def _part_rows(self) -> Iterator[Row]:
        by_unit = dict(tuple(self.change.part_rows.groupby("unit", sort=False)))
        total = self.say(Text("合计(增减)", "Total (change)"))
        for row in self.change.unit_rows.to_dict("records"):
            yield Band(str(row["name"]))
            own = by_unit.get(row["unit"])
            if own is None:
                yield (self.say(Text("没有前后两期得分", "no scores in both periods")), "", None)
                continue
            for one in own[own["printed"] != 0].to_dict("records"):
                kind = str(one["kind"])
                shown = self.say(KINDS[kind])
                yield (part_name(kind, str(one["name"]), self.lang), shown, _number(one["printed"]))
            yield (total, "", _number(row["change"]))

    def nodes(self) -> Sheet:
        """Return the sheet of nodes: a band for every unit, scores and their changes with standard errors."""
        heads = (Text("指标或分类", "Indicator or dimension"), *(head for head, _, _ in _UNIT_COLUMNS[:4]))
        kinds: tuple[tuple[Kind, float], ...] = (("text", 34), *(one[1:] for one in _UNIT_COLUMNS[:4]))
        columns = tuple(Column(self.say(head), *shape) for head, shape in zip(heads, kinds, strict=True))
        notes = [
            Text(
                "均为百分制得分;没有标准误的,其误差未知或没有误差信息。",
                "Scores of 0 to 100; without a standard error the error is not known.",
            ),
            *(problem.what for problem in self.change.problems if problem.where == "nodes"),
        ]
        return Sheet(
            name=self.say(Text("指标变化", "Nodes")),
            title=self.title(Text("各指标和分类得分变化", "Changes of indicators and dimensions")),
            about=self.about,
            tables=(Table(columns, tuple(self._node_rows())),),
            notes=tuple(map(self.say, notes)),
        )

    def _node_rows(self) -> Iterator[Row]:
        index = self.change.after.nodes[0]
        by_unit = dict(tuple(self.change.node_rows.groupby("unit", sort=False)))
        for unit in self.change.unit_rows.to_dict("records"):
            yield Band(str(unit["name"]))
            for row in by_unit[unit["unit"]].to_dict("records"):
                if row["node"] != index:  # the sheet of units has it
                    numbers = (_number(row[name]) for name in ("before", "after", "change", "se"))
                    yield (str(row["name"]), *numbers)

    def comparability(self) -> Sheet:
        """Return the sheet of what differs between the periods."""
        columns = (
            Column(self.say(Text("方面", "Aspect")), "word", 16),
            Column(self.say(Text("不同之处", "Difference")), "text", 100),
        )
        rows: list[Row] = [
            (self.say(ASPECTS[one.aspect]), self.say(one.said)) for one in self.change.comparable.differences
        ]
        nothing = Band(self.say(Text("没有不同", "nothing differs")))
        return Sheet(
            name=self.say(Text("可比性", "Comparability")),
            title=self.title(Text("可比性说明", "Comparability")),
            about=self.about,
            tables=(Table(columns, tuple(rows) or (nothing,)),),
        )


def _number(value: Any) -> Value:
    return None if pd.isna(value) else float(value)


def _whole(value: Any) -> Value:
    return None if pd.isna(value) else int(value)
