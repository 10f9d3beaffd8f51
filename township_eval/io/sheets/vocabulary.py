"""What a column header means: an indicator or a source column of the scheme, or nothing it knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from township_eval.errors import did_you_mean, suggest
from township_eval.inputs.entries.columns import column_uses, columns_read
from township_eval.inputs.entries.numbers import ColumnKind
from township_eval.io.sheets.cells import NOTHING, folded, is_unit, same_unit, words
from township_eval.language import Text
from township_eval.scheme.model import Indicator, Scheme
from township_eval.scheme.sources import Change, Measured, Source

__all__ = ["ASIDE", "INDICATOR", "VALUE", "Heading", "Target", "Vocabulary", "split_unit"]

#: Words for the number itself, under or instead of an indicator's name.
VALUE: Final = words(
    "数值 值 完成值 实际值 实际 实绩 完成数 完成情况 实际完成 实际完成值 完成 本期 本期值 value actual"
)
#: Columns offices add that are not data of the evaluation.
ASIDE: Final = words(
    "序号 编号 no no. 目标值 目标 目标任务 任务数 计划 计划数 完成率 权重 分值 得分 扣分 "
    "加分 总分 名次 排名 位次 等次 备注 说明 联系人 联系电话 电话 填表人 审核人 target "
    "weight rank remark remarks note notes"
)
#: Words for the column that names the indicator in a long table.
INDICATOR: Final = words("指标 指标名称 考核指标 考核项目 评价指标 项目 indicator")

_BRACKET: Final = re.compile(r"(.+?)[(\[【]([^()\[\]【】]*)[)\]】]")
_LABEL: Final = re.compile(r"\d+(\.\d+)?(分|%)?")


@dataclass(frozen=True, slots=True)
class Target:
    """Where the numbers of a column go.

    Parameters
    ----------
    indicator : str
        Id of the indicator, or name of the source column.
    part : str
        Name of the source column when only the indicator above it makes it unique.
    unit : str
        Unit of measure the scheme states, "" when it states none.
    kind : {"number", "yes_no", "date"}
        What its cells hold.
    leaves : tuple of str
        Ids of the indicators computed from it.
    """

    indicator: str
    part: str = ""
    unit: str = ""
    kind: ColumnKind = "number"
    leaves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """What a header was found to mean: a target, a column left aside, or neither with the reason.

    ``refused`` is the target that was meant, where only the unit of measure stands against it, and then
    ``unit`` is the one that does.
    """

    target: Target | None = None
    refused: Target | None = None
    unit: str = ""
    aside: bool = False
    code: str = ""
    what: Text = NOTHING
    hint: Text = NOTHING


def split_unit(text: str) -> tuple[str, str]:
    """Split a header into its name and the unit of measure in trailing brackets.

    Points and targets written into a label (``(8分)``, ``(98%)``) are no unit and are cut off.

    Examples
    --------
    >>> split_unit("自来水普及率(%)"), split_unit("经济发展(8分)"), split_unit("覆盖率(含街道)")
    (('自来水普及率', '%'), ('经济发展', ''), ('覆盖率(含街道)', ''))
    """
    flat = folded(text)
    match = _BRACKET.fullmatch(flat)
    if match is None:
        return flat, ""
    name, inside = match[1], match[2].removeprefix("单位:")
    if _LABEL.fullmatch(inside):
        return name, ""
    return (name, inside) if is_unit(inside) else (flat, "")


@dataclass(slots=True)
class Vocabulary:
    """The headers a scheme knows: indicators by id, name and alias; source columns by name."""

    targets: dict[str, list[Target]] = field(default_factory=dict)
    derived: dict[str, str] = field(default_factory=dict)
    parts: dict[str, dict[str, Target]] = field(default_factory=dict)
    units: frozenset[str] = frozenset()

    @classmethod
    def of(cls, scheme: Scheme) -> Vocabulary:
        """Return the vocabulary of a scheme."""
        words = cls(units=frozenset(folded(leaf.unit) for leaf in scheme.leaves() if leaf.unit))
        for leaf in scheme.leaves():
            for source in _sources(leaf):
                words._learn(leaf, source)
        for name, use in column_uses(scheme).items():
            if folded(name) not in words.targets:  # read by a condition only
                words._add(name, Target(name, "", "", use.kind, use.leaves))
        return words

    def _learn(self, leaf: Indicator, source: Source) -> None:
        names = (leaf.id, leaf.name, *leaf.aliases)
        columns = columns_read(leaf, source)
        if isinstance(source, Measured | Change):
            target = Target(columns[0][0], "", leaf.unit, _kind_of_leaf(leaf), (leaf.id,))
            for name in (*names, target.indicator):
                self._add(name, target)
            return
        for name in names:
            self.derived.setdefault(folded(name), leaf.id)
        for column, kind in columns:
            self._add(column, Target(column, "", "", kind, (leaf.id,)))
            for name in names:
                parts = self.parts.setdefault(folded(name), {})
                parts[folded(column)] = Target(leaf.id, column, "", kind, (leaf.id,))

    def _add(self, name: str, target: Target) -> None:
        known = self.targets.setdefault(folded(name), [])
        for position, other in enumerate(known):
            if other.indicator == target.indicator:
                leaves = tuple(dict.fromkeys(other.leaves + target.leaves))
                unit = other.unit or target.unit
                known[position] = Target(other.indicator, other.part, unit, other.kind, leaves)
                return
        known.append(target)

    def knows(self, text: str) -> bool:
        """Return whether a header cell is a name of the scheme or a usual word of such tables."""
        usual = VALUE | ASIDE | INDICATOR
        return any(
            form in self.targets or form in self.derived or form in usual for form, _ in self._forms(text)
        )

    def _forms(self, text: str) -> list[tuple[str, str]]:
        """Return (name, unit) of a header as written, without its brackets, and of its first line alone."""
        short, unit = self._split(text)
        forms = [(folded(text), ""), (short, unit)]
        if "\n" in text:
            first, first_unit = self._split(text.split("\n", 1)[0])
            forms.append((first, first_unit or unit))
        return forms

    def is_unit(self, text: str) -> bool:
        """Return whether a cell is a unit of measure, in brackets or not."""
        flat = folded(text).strip("()[]【】").removeprefix("单位:")
        return bool(flat) and (flat in self.units or is_unit(flat))

    def names(self) -> list[str]:
        """Return every header the scheme knows, for suggestions."""
        return list(self.targets)

    def match(self, path: Sequence[str], unit: str = "") -> Heading:
        """Return what a column means from its header texts, top to bottom.

        Parameters
        ----------
        path : sequence of str
            Header texts of the column, group headings first.
        unit : str
            Unit of measure from a unit row, "" without one.
        """
        words = [part for part in path if part]
        last = words[-1] if words else ""
        found = self._part_of(words) or self._named(last)
        if found is None and split_unit(last)[0] in VALUE and len(words) > 1:
            found = self._named(words[-2])
        if found is None and split_unit(last)[0] in ASIDE:
            return Heading(aside=True)
        if found is None:
            return self._unknown("/".join(words), last)
        targets, name, own_unit = found
        if not targets:
            return self._derived(name)
        if len(targets) > 1:
            return _ambiguous(name, targets)
        return self.measured(_checked(targets[0], own_unit, name), unit, name)

    def measured(self, heading: Heading, unit: str, name: str) -> Heading:
        """Return a heading under one more statement of its unit of measure; "" states nothing."""
        if heading.target is None or not unit:
            return heading
        return _checked(heading.target, unit, name)

    def _named(self, text: str) -> tuple[list[Target], str, str] | None:
        """Look a header up as written, without its brackets, and by the first of its lines."""
        forms = self._forms(text)
        for form, form_unit in forms:
            if form in self.targets:
                return self.targets[form], form, form_unit
        return next((([], form, "") for form, _ in forms if form in self.derived), None)

    def _split(self, text: str) -> tuple[str, str]:
        """Split a header as `split_unit` does; units of measure that only the scheme states count too."""
        name, unit = split_unit(text)
        match = _BRACKET.fullmatch(name)
        if not unit and match is not None and match[2].removeprefix("单位:") in self.units:
            return match[1], match[2].removeprefix("单位:")
        return name, unit

    def _part_of(self, words: Sequence[str]) -> tuple[list[Target], str, str] | None:
        """Look for a source column under the name of the indicator it belongs to."""
        if not words:
            return None
        name, unit = self._split(words[-1])
        for above in reversed(words[:-1]):
            part = self.parts.get(split_unit(above)[0], {}).get(name)
            if part is not None:
                shared = self.targets.get(name, [])
                # a name only one indicator uses needs no qualification
                alone = len(shared) == 1 and len(shared[0].leaves) == 1
                return ([shared[0] if alone else part], name, unit)
        return None

    def _derived(self, name: str) -> Heading:
        leaf = self.derived[name]
        columns = "、".join(part.part for part in self.parts.get(name, {}).values())
        return Heading(
            code="column.derived",
            what=Text(
                f"“{name}”由其他数据计算得出,不直接填报",
                f"'{name}' is computed from other data, not reported",
            ),
            hint=Text(
                f"请填:{columns}" if columns else f"请按指标 {leaf} 的来源报送明细",
                f"report instead: {columns}"
                if columns
                else f"report the details indicator {leaf} is made of",
            ),
        )

    def _unknown(self, full: str, last: str) -> Heading:
        name = split_unit(last)[0]
        shown = full.replace("\n", " ")
        hint = did_you_mean(name, self.names()) if suggest(name, self.names()) else _RENAME
        what = Text(f"方案里没有这一列:“{shown}”", f"the scheme knows no such column: '{shown}'")
        return Heading(code="column.unknown", what=what, hint=hint)


_RENAME = Text(
    "请改成指标的名称或编号,或在方案里加别名(aliases);不考核的列可在 layouts 里忽略",
    "use the indicator's name or id, or add an alias to the scheme; layouts can leave a column out",
)


def _ambiguous(name: str, targets: Iterable[Target]) -> Heading:
    ids = "、".join(target.indicator for target in targets)
    return Heading(
        code="column.ambiguous",
        what=Text(f"“{name}”可指多个指标:{ids}", f"'{name}' may mean several indicators: {ids}"),
        hint=Text("表头请用指标编号", "use the indicator's id as the header"),
    )


def _checked(target: Target, unit: str, name: str) -> Heading:
    unit = folded(unit).strip("()[]【】").removeprefix("单位:")
    if not unit or same_unit(unit, target.unit) or (not target.unit and unit not in {"%", "‰"}):
        return Heading(target, unit=unit or target.unit)
    if not target.unit and target.indicator not in target.leaves:
        return Heading(target, unit=unit)  # a source column states no unit: the sheet's holds
    stated = target.unit or "未注明"
    return Heading(
        refused=target,
        unit=unit,
        code="column.unit",
        what=Text(
            f"“{name}”的计量单位:表中为“{unit}”,方案为“{stated}”",
            f"unit of measure of '{name}': '{unit}' here, '{target.unit or 'none stated'}' in the scheme",
        ),
        hint=Text("请换算后改表头,或改正方案的 unit", "convert the figures, or correct the scheme's unit"),
    )


def _sources(leaf: Indicator) -> list[Source]:
    changed = [value for other in leaf.overrides for name, value in other.fields if name == "source"]
    return [leaf.source, *changed]


def _kind_of_leaf(leaf: Indicator) -> ColumnKind:
    """Return what the cells hold; a requirement that is met or not (at least 1) is reported as 是 or 否."""
    met = getattr(leaf.scoring, "at_least", None)
    met = isinstance(met, int | float) and met == 1
    return "yes_no" if met or folded(leaf.unit) in {"是/否", "yes/no"} else "number"
