"""An explanation in words: one printed page of text, or the same as HTML."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from township_eval.language import Text
from township_eval.methods.ranking import round_half_up

__all__ = ["as_html", "as_text"]

Facts = dict[str, Any]
Table = tuple[Text, list[Text], list[list[str]]]  # title, headers, rows

_GAINS = 5  # the best few; the whole list is in the facts
_WIDE = 18  # display columns of a name before it is cut in text

_TITLE: Final = Text("{name}({unit}) {period} 评价说明", "{name} ({unit}): evaluation {period} explained")
_PROVISIONAL: Final = Text("预评(未定稿):数据未到齐,不作处理建议", "PROVISIONAL: data incomplete, no measures proposed")
_BLOCKS: Final = Text("一、板块得分", "1. Blocks")
_LOST: Final = Text("二、失分清单(失分多者在前)", "2. Points lost, most first")
_GAIN: Final = Text("三、提升空间(其他单位不变时)", "3. What would gain most (others unchanged)")
_ABSENT: Final = Text("四、未计分项目及其权重去向", "4. Not scored, and where the weight went")
_GRADE: Final = Text("五、等次", "5. Grade")
_HEADS: Final = {
    "name": Text("项目", "item"),
    "weight": Text("分值", "weight"),
    "score": Text("得分率", "score"),
    "points": Text("得分", "points"),
    "full": Text("满分", "of"),
    "coverage": Text("数据覆盖", "coverage"),
    "value": Text("完成值", "value"),
    "target": Text("满分值", "full at"),
    "lost": Text("失分", "lost"),
    "lead": Text("报送部门", "department"),
    "cell": Text("出处", "source"),
    "gain": Text("可增", "gain"),
    "composite": Text("综合得分", "composite"),
    "rank": Text("总名次", "rank"),
    "in_group": Text("同类名次", "in class"),
    "status": Text("状态", "status"),
    "policy": Text("权重去向", "weight"),
}

def as_text(facts: Facts, lang: str) -> str:
    """Return the explanation as plain text, columns aligned for a terminal with Chinese text."""
    lines = [_TITLE.format(**facts).say(lang), *_summary(facts, lang), ""]
    for title, heads, rows in _tables(facts, lang):
        lines += [title.say(lang), *_aligned([head.say(lang) for head in heads], rows), ""]
    lines += [_GRADE.say(lang), "  " + _grade(facts).say(lang)]
    return "\n".join(lines)


def as_html(facts: Facts, lang: str) -> str:
    """Return the explanation as one HTML fragment without scripts or links."""
    parts = [f"<h3>{html.escape(_TITLE.format(**facts).say(lang))}</h3>"]
    parts += [f"<p>{html.escape(line)}</p>" for line in _summary(facts, lang)]
    for title, heads, rows in _tables(facts, lang):
        top = "".join(f"<th>{html.escape(head.say(lang))}</th>" for head in heads)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        parts.append(f"<h4>{html.escape(title.say(lang))}</h4><table><tr>{top}</tr>{body}</table>")
    parts.append(f"<h4>{_GRADE.say(lang)}</h4><p>{html.escape(_grade(facts).say(lang))}</p>")
    style = "<style scoped>table{border-collapse:collapse}td,th{padding:1px 6px;border:1px solid #ccc}</style>"
    return f'<div class="township-eval">{style}{"".join(parts)}</div>'


def _summary(facts: Facts, lang: str) -> Iterator[str]:
    if facts["notice"]:
        yield facts["notice"]
    if facts["provisional"]:
        yield _PROVISIONAL.say(lang)
    yield f"{facts['scheme']} {facts['version']} · {facts['fingerprint'][7:19]}"
    said = Text(
        "综合得分 {composite} / {scale}  总名次 {rank}/{ranked}  同类名次 {in_group}/{ranked_in_group}{group}"
        "  等次 {grade}  数据覆盖 {coverage}",
        "composite {composite} of {scale}  rank {rank}/{ranked}  in class {in_group}/{ranked_in_group}{group}"
        "  grade {grade}  coverage {coverage}",
    )
    group = f"({facts['group']} {facts['group_name']})".replace(" )", ")") if facts["group"] else ""
    yield said.format(
        composite=_points(facts["composite"], facts["digits"]),
        scale=f"{facts['scale']:g}", rank=_whole(facts["rank"]), ranked=facts["ranked"],
        in_group=_whole(facts["rank_in_group"]), ranked_in_group=facts["ranked_in_group"],
        group=group, grade=facts["grade"] or "—", coverage=_percent(facts["coverage"]),
    ).say(lang)  # fmt: skip
    if facts["bounds"]:
        low, high = (_points(bound, facts["digits"]) for bound in facts["bounds"])
        yield Text(f"缺报项全得零分至全得满分:{low}—{high}", f"missing values at zero to full: {low} to {high}").say(lang)


def _tables(facts: Facts, lang: str) -> Iterator[Table]:
    heads = _HEADS
    blocks = [
        [row["name"], _short(row["weight"]), _points(row["score"], 2), _points(row["points"], 2),
         _points(row["full_points"], 2), _percent(row["coverage"])]
        for row in facts["blocks"]
    ]  # fmt: skip
    yield _BLOCKS, [heads[k] for k in ("name", "weight", "score", "points", "full", "coverage")], blocks
    listed = sorted(
        (row for row in facts["leaves"] if row["score"] is not None), key=lambda row: -(row["points_lost"] or 0.0)
    )
    leaves = [
        [row["name"], _value(row["value"], row["unit_of_measure"]), _value(row["full_value"], row["unit_of_measure"]),
         _points(row["points"], 2), _points(row["full_points"], 2), _points(row["points_lost"], 2),
         _sender(row), row["cell"] or "—"]
        for row in listed
    ]  # fmt: skip
    yield _LOST, [heads[k] for k in ("name", "value", "target", "points", "full", "lost", "lead", "cell")], leaves
    gains = [
        [row["name"], _value(row["value"], row["unit_of_measure"]) + " → " + _value(row["full_value"], row["unit_of_measure"]),
         f"+{_points(row['gain'], facts['digits'])}", _points(row["composite"], facts["digits"]),
         str(row["rank"]), str(row["rank_in_group"])]
        for row in facts["gains"][:_GAINS]
    ]  # fmt: skip
    if gains:
        yield _GAIN, [heads[k] for k in ("name", "value", "gain", "composite", "rank", "in_group")], gains
    absent = [
        [row["name"], row["status_text"][lang], row["went"][lang]] for row in facts["not_scored"]
    ]
    if absent:
        yield _ABSENT, [heads[k] for k in ("name", "status", "policy")], absent


def _grade(facts: Facts) -> Text:
    if not facts["grade"]:
        return Text("方案未设等次,或该单位不参加评定", "no grades in the scheme, or the unit is not graded")
    cut = "" if facts["grade_cut"] is None else f"{facts['grade_cut']:g}"
    said = Text("{grade}:达到{cut}分", "{grade}: reaches {cut}")
    if facts["grade_reason"] == "quota":
        said = Text("{grade}:上一等次名额已满,顺延至本等次", "{grade}: the places of the better grade are taken")
    return said.format(grade=facts["grade"], cut=cut)


def _sender(row: Facts) -> str:
    """Return the reporting department and its document where given, else the lead of the scheme."""
    found = [
        " ".join(part for part in (str(s.get("source_unit") or ""), str(s.get("document") or "")) if part)
        for s in row["sources"]
    ]
    said = [text for text in dict.fromkeys(found) if text]
    return "; ".join(said) or "、".join(row["lead"]) or "—"


def _aligned(heads: list[str], rows: list[list[str]]) -> Iterator[str]:
    """Yield the rows padded by display width; the last column is left ragged, names are cut."""
    table = [heads, *[[_cut(row[0]), *row[1:]] for row in rows]]
    widths = [max(_width(row[k]) for row in table) for k in range(len(heads))]
    for row in table:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        yield ("  " + "  ".join(cells)).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in text)


def _cut(text: str) -> str:
    if _width(text) <= _WIDE:
        return text
    while _width(text) > _WIDE - 2:
        text = text[:-1]
    return text + "…"


def _points(value: float | None, digits: int) -> str:
    return "—" if value is None else f"{round_half_up(np.asarray(value), digits).item():.{digits}f}"


def _value(value: float | None, unit: str) -> str:
    return "—" if value is None else f"{value:.6g}{unit}"


def _short(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"


def _whole(value: float | None) -> str:
    return "—" if value is None else f"{value:.0f}"


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{100 * value:.0f}%"
