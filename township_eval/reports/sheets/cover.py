"""封面与说明: which scheme and data, which rules, what was decided where the basis is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from township_eval.reports.sheet import Band, Column, Row, Sheet, Table
from township_eval.reports.sheets.accountability.reading import condition_words
from township_eval.reports.sheets.adopted import Entry, adopted_rules
from township_eval.reports.sheets.editions import edition_entries
from township_eval.reports.view import View
from township_eval.scheme.fields import field_of

__all__ = ["cover_sheet"]

_WIDTHS: Final = (22.0, 110.0)
# Notes that say themselves elsewhere on this sheet, or item by item on another.
_SAID: Final = ("note.site", "note.override", "note.not_applicable", "note.missing")


def cover_sheet(view: View) -> Sheet:
    """Return 封面与说明."""
    parts = (
        (view.both("一、基本情况", "1. What this is"), _basics(view)),
        (view.both("二、采用规则摘要", "2. Rules adopted"), adopted_rules(view)),
        (view.both("三、开放问题的取值", "3. What was decided where the basis is open"), _decisions(view)),
        (view.both("四、未应用的部分与提醒", "4. Not applied, and reminders"), _reminders(view)),
    )
    return Sheet(
        name=view.both("封面与说明", "Cover"),
        title=view.both(
            f"{view.evaluation.scheme.name} {view.evaluation.period} 考核结果",
            f"{view.evaluation.scheme.name}: results {view.evaluation.period}",
        ),
        tables=(Table(_columns(view), tuple(_rows(view, parts)), pinned=1),),
        notes=(
            view.both(
                "本工作簿为数值结果,不含公式;每个数据的出处见“指标得分明细表”。",
                "Values, not formulas; the sheet Indicator details names the source of every value.",
            ),
        ),
    )


def _columns(view: View) -> tuple[Column, ...]:
    return (
        Column(view.both("项目", "Item"), "text", _WIDTHS[0]),
        Column(view.both("内容", "Content"), "text", _WIDTHS[1]),
    )


def _rows(view: View, parts: Iterable[tuple[str, Iterable[Entry]]]) -> Iterator[Row]:
    for title, entries in parts:
        yield Band(title)
        found = tuple(entries)
        yield from found or ((view.both("无", "none"), ""),)


def _basics(view: View) -> Iterator[Entry]:
    evaluation, scheme = view.evaluation, view.evaluation.scheme
    yield view.both("方案名称", "Scheme"), scheme.name
    yield view.both("版本", "Version"), scheme.version
    yield view.both("依据文件", "Basis"), scheme.basis or view.both("未注明", "not stated")
    yield view.both("考核期", "Period"), evaluation.period
    yield view.both("数据截止", "Data as of"), evaluation.as_of or view.both("未注明", "not stated")
    yield view.both("考核单位", "Units"), _counted(view)
    yield view.both("方案指纹", "Fingerprint"), evaluation.scheme.fingerprint
    yield view.both("程序版本", "Program"), f"township_eval {evaluation.version}"
    yield from edition_entries(view)
    if evaluation.provisional:
        yield (
            view.both("状态", "State"),
            view.both(
                "预评(未定稿):数据未到齐,名次和等次不作为结果,不提出处理建议",
                "PROVISIONAL: data incomplete; ranks and grades are not results, no measures are proposed",
            ),
        )


def _counted(view: View) -> str:
    total = view.both(f"{view.evaluation.units.n} 个", f"{view.evaluation.units.n}")
    parts = [f"{view.group_name(group)} {len(view.members(group))}" for group in view.group_ids]
    return f"{total}({view.listed(parts)})" if parts else total


def _decisions(view: View) -> Iterator[Entry]:
    scheme = view.evaluation.scheme
    if scheme.index.note:  # of the scheme as a whole; those of the indicators stand beside them
        yield view.both("方案说明", "Remarks of the scheme"), scheme.index.note
    for group in scheme.groups:
        yield view.both(f"分类:{group.id}", f"Class {group.id}"), f"{group.name}:{group.reason}"
    for site in scheme.sites:
        said = view.both("视为(设定):", "taken to mean (an assumption): ") + view.listed(site.units)
        yield view.both(f"地名:{site.place}", f"Place {site.place}"), said
    for node in view.nodes:
        for override in node.overrides:
            yield (
                view.both(f"差别:{node.name}", f"Override: {node.name}"),
                view.both(
                    f"{override.who}另行规定{_fields(view, override.fields)},理由:{override.reason}",
                    f"for {override.who}: {_fields(view, override.fields)}; reason: {override.reason}",
                ),
            )
    for node in view.nodes:
        if node.applies_when:
            yield (
                view.both(f"适用条件:{node.name}", f"Applies: {node.name}"),
                condition_words(view, node.applies_when),
            )
    for token in scheme.tokens:
        yield view.both(f"字样“{token.text}”", f"Word {token.text!r}"), _token(view, token.means)
    yield from _conditions(view)


def _conditions(view: View) -> Iterator[Entry]:
    """Yield the conditions of flag rules as they were read."""
    for rule in view.evaluation.scheme.flags:
        label = view.both(f"规则条件:{rule.name or rule.id}", f"Condition of {rule.name or rule.id}")
        if rule.condition:
            yield label, condition_words(view, rule.condition)


def _fields(view: View, fields: tuple[tuple[str, object], ...]) -> str:
    known = ((name, field_of(name)) for name, _ in fields)
    return view.listed(view.both(field.label if field else name, name) for name, field in known)


def _token(view: View, means: str | float) -> str:
    if means == "not_reported":
        return view.both("按未报处理", "read as not reported")
    if means == "not_applicable":
        return view.both("按不涉及处理", "read as not applicable")
    number = f"{means:g}" if isinstance(means, float) else means
    return view.both(f"读作 {number}", f"read as {number}")


def _reminders(view: View) -> Iterator[Entry]:
    names = {node.id: node.name for node in view.nodes}
    left_out = 0
    for problem in view.evaluation.problems:
        if problem.code in _SAID or not problem.code.startswith("note."):
            left_out += problem.code not in _SAID
            continue
        yield names.get(problem.where) or _part(view, problem.where), view.say(problem.what)
    if left_out:
        yield (
            view.both("校验提醒", "Checks"),
            view.both(f"另有 {left_out} 条,见“数据质量与校验表”", f"{left_out} more, see Data quality"),
        )


def _part(view: View, where: str) -> str:
    """Return what a part of the scheme is called, from its path."""
    if where == "flags":  # the sheet that lists them says what they propose
        return view.both("处理建议", "Proposed measures")
    field = field_of(where.rsplit(".", 1)[-1])
    return field.label if field and view.lang == "zh" else where
