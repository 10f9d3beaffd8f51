"""An explanation in words: one printed page of text, or the same as HTML."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from township_eval.evaluation.adjusted import LEDGER_HEADS, LEDGER_TITLE, ledger_rows
from township_eval.evaluation.graded import grade_words
from township_eval.evaluation.proposed import PROPOSED_HEADS, proposed_rows, said_besides
from township_eval.language import Text
from township_eval.methods.ranking import round_half_up

__all__ = ["as_html", "as_text"]

Facts = dict[str, Any]
Table = tuple[Text, list[Text], list[list[str]]]  # title, headers, rows

_GAINS = 5  # the best few; the whole list is in the facts
_WIDE = 18  # display columns of a name before it is cut in text
_PAGE = 80  # display columns of a printed page and of a terminal
_INDENT = " " * 6
_FEW = 3  # cells that are listed one by one
_NUMBERS: Final = (*"一二三四五六七八九十", "十一", "十二", "十三")
_CELL = re.compile(r"[A-Z]{1,3}\d+")

_TITLE: Final = Text("{who} {period} 评价说明", "{who}: evaluation {period} explained")
_WHO: Final = Text("{name}({unit})", "{name} ({unit})")
_PROVISIONAL: Final = Text(
    "预评(未定稿):数据未到齐,不作处理建议", "PROVISIONAL: data incomplete, no measures proposed"
)
_LOST: Final = Text("失分清单(失分多者在前)", "Points lost, most first")
_GAIN: Final = Text("提升空间(其他单位不变时)", "What would gain most (others unchanged)")
_ABSENT: Final = Text("未计分项目及其权重去向", "Not scored, and where the weight went")
_GRADE: Final = Text("等次", "Grade")
_FLAGS: Final = Text("处理建议(供研究,不是决定)", "Measures proposed (a person decides)")
_BLOCKS: Final = Text("板块得分", "Blocks")
_CERTAIN: Final = Text("数据有多准(抽样和评分误差)", "How sure the data are (sampling and raters)")
_REST: Final = Text("未失分项目", "Nothing lost")
_UNDER: Final = Text(
    "所属板块因事项折减,不再单独计分的项目", "No points of their own: an event took a part of their block"
)
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
    "cell": Text("出处", "from"),
    "gain": Text("可增", "gain"),
    "composite": Text("综合得分", "composite"),
    "rank": Text("总名次", "rank"),
    "in_group": Text("同类名次", "in class"),
    "status": Text("状态", "status"),
    "policy": Text("权重去向", "weight"),
}


def as_text(facts: Facts, lang: str) -> str:
    """Return the explanation as plain text, columns aligned for a terminal with Chinese text."""
    lines = [_title(facts).say(lang), *_summary(facts, lang), ""]
    for number, (title, heads, rows) in enumerate(_sections(facts, lang)):
        body = _aligned([head.say(lang) for head in heads], rows) if heads else _sentences(rows)
        lines += [_numbered(number, title).say(lang), *body, ""]
    return "\n".join(lines).rstrip() + "\n"


def as_html(facts: Facts, lang: str) -> str:
    """Return the explanation as one HTML fragment without scripts or links."""
    parts = [f"<h3>{html.escape(_title(facts).say(lang))}</h3>"]
    parts += [f"<p>{html.escape(line)}</p>" for line in _summary(facts, lang)]
    for number, (title, heads, rows) in enumerate(_sections(facts, lang)):
        top = "".join(f"<th>{html.escape(head.say(lang))}</th>" for head in heads)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        parts.append(
            f"<h4>{html.escape(_numbered(number, title).say(lang))}</h4><table><tr>{top}</tr>{body}</table>"
        )
    style = (
        "<style>.township-eval{font-size:9pt;line-height:1.2}.township-eval table{border-collapse:collapse}"
        ".township-eval td,.township-eval th{padding:1px 6px;border:1px solid #ccc;text-align:left}"
        ".township-eval h3,.township-eval h4,.township-eval p{margin:4px 0}"
        "@media print{.township-eval{font-size:7.5pt}}</style>"  # thirty indicators on one sheet of A4
    )
    return f'<div class="township-eval">{style}{"".join(parts)}</div>'


def _summary(facts: Facts, lang: str) -> Iterator[str]:
    if facts["notice"]:
        yield facts["notice"]
    if facts["provisional"]:
        yield _PROVISIONAL.say(lang)
    yield f"{facts['scheme']} {facts['version']} · {facts['fingerprint'][7:19]}"
    said = Text(
        "综合得分 {composite} / {scale}{adjusted}  等次 {grade}  数据覆盖 {coverage}\n"
        "总名次 {rank}/{ranked}{set}  同类名次 {in_group}/{ranked_in_group}{set_in_group}{group}",
        "composite {composite} of {scale}{adjusted}  grade {grade}  coverage {coverage}\n"
        "rank {rank} of {ranked}{set}  in class {in_group} of {ranked_in_group}{set_in_group}{group}",
    )
    group = f"({facts['group']} {facts['group_name']})".replace(" )", ")") if facts["group"] else ""
    yield from said.format(
        composite=_points(facts["composite"], facts["digits"]),
        scale=f"{facts['scale']:g}", adjusted=_adjusted(facts),
        rank=_whole(facts["rank"]), ranked=facts["ranked"],
        in_group=_whole(facts["rank_in_group"]), ranked_in_group=facts["ranked_in_group"],
        set=_set(facts["rank_set"], facts["rank_set_level"]),
        set_in_group=_set(facts["rank_set_in_group"], facts["rank_set_level"]),
        group=Text(group, f" {group}" if group else ""),
        grade=facts["grade"] or "—", coverage=_percent(facts["coverage"]),
    ).say(lang).split("\n")  # fmt: skip
    if facts["bounds"]:
        low, high = (_points(bound, facts["digits"]) for bound in facts["bounds"])
        yield Text(
            f"缺报项全得零分至全得满分:{low}—{high}", f"missing values at zero to full: {low} to {high}"
        ).say(lang)


def _adjusted(facts: Facts) -> Text:
    """Say the points after adjustments, where there are any."""
    if not facts["ledger"]:
        return Text("", "")
    points = _points(facts["adjusted"], facts["digits"])
    return Text(f"  加减分后 {points}", f"  adjusted {points}")


def _set(ends: list[int] | None, level: float) -> Text:
    """Say a rank set behind a rank: (95%名次集 2—6)."""
    if ends is None:
        return Text("", "")
    low, high = ends
    said = Text("({zh}名次集 {low}—{high})", "; {en} set {low}-{high}")
    if low == high:
        said = Text("({zh}名次集 {low})", "; {en} set {low}")
    return said.format(zh=f"{100 * level:g}%", en=f"{100 * level:g} %", low=low, high=high)


def _sections(facts: Facts, lang: str) -> Iterator[Table]:
    """Yield title, headers and rows, in the order a township reads; a section without headers is text."""
    scored = [row for row in facts["leaves"] if row["score"] is not None]
    lost = {row["node"] for row in facts["lost"]}
    leaf_heads = _heads("name", "value", "target", "points", "full", "lost", "cell")
    yield _LOST, leaf_heads, [_leaf(row, lang) for row in facts["lost"]]
    if facts["gains"]:
        heads = _heads("name", "value", "gain", "composite", "rank", "in_group")
        yield _GAIN, heads, [_gain(row, facts["digits"]) for row in facts["gains"][:_GAINS]]
    if facts["not_scored"]:
        absent = [[row["name"], row["status_text"][lang], row["went"][lang]] for row in facts["not_scored"]]
        yield _ABSENT, _heads("name", "status", "policy"), absent
    yield _GRADE, [], [[_grade(facts).say(lang)]]
    if facts["ledger"]:
        yield LEDGER_TITLE, list(LEDGER_HEADS), ledger_rows(facts["ledger"], facts["digits"], lang)
    proposed = proposed_rows(facts["flags"], lang)
    if proposed:
        yield _FLAGS, list(PROPOSED_HEADS), proposed
    for title, sentences in said_besides(facts):
        yield title, [], [[sentence.say(lang)] for sentence in sentences]
    if facts["certainty"]:
        sure = [[_sure(row, facts["digits"]).say(lang)] for row in facts["certainty"]]
        yield _CERTAIN, [], [*sure, [_composite_error(facts).say(lang)]]
    heads = _heads("name", "weight", "score", "points", "full", "coverage")
    yield _BLOCKS, heads, [_block(row) for row in facts["blocks"]]
    under = [row for row in scored if row["under_event"]]
    if under:
        rows = [[row["name"], *_kept(row)[1:2], _points(row["score"], 2), _from(row, lang)] for row in under]
        yield _UNDER, _heads("name", "value", "score", "cell"), rows
    rest = [_kept(row) for row in scored if row["node"] not in lost and not row["under_event"]]
    if rest:
        yield _REST, _heads("name", "value", "points", "cell"), rest


def _title(facts: Facts) -> Text:
    """Return the title; a unit without a code of its own is named once."""
    who = _WHO.format(**facts) if facts["unit"] != facts["name"] else facts["name"]
    return _TITLE.format(who=who, period=facts["period"])


def _numbered(number: int, title: Text) -> Text:
    return Text(f"{_NUMBERS[number]}、{title.zh}", f"{number + 1}. {title.en}")


def _heads(*names: str) -> list[Text]:
    return [_HEADS[name] for name in names]


def _leaf(row: Facts, lang: str) -> list[str]:
    unit = row["unit_of_measure"]
    values = [_value(row[key], unit) for key in ("value", "full_value")]
    points = [_points(row[key], 2) for key in ("points", "full_points", "points_lost")]
    known = [part for part in (_sender(row), _from(row, lang)) if part != "—"]
    return [row["name"], *values, *points, " ".join(known) or "—"]


def _from(row: Facts, lang: str) -> str:
    """Return where a leaf's value stands, and the event that took a part of its score."""
    parts = [part for part in (_cells(row["cell"]), row["event"][lang]) if part not in {"", "—"}]
    return " ".join(parts) or "—"


def _kept(row: Facts) -> list[str]:
    """Return a leaf that lost nothing, on one line."""
    value = _value(row["value"], row["unit_of_measure"])
    return [row["name"], value, _points(row["points"], 2), _cells(row["cell"])]


def _gain(row: Facts, digits: int) -> list[str]:
    unit = row["unit_of_measure"]
    return [
        row["name"], f"{_value(row['value'], unit)} → {_value(row['full_value'], unit)}",
        f"+{_points(row['gain'], digits)}", _points(row["composite"], digits),
        str(row["rank"]), str(row["rank_in_group"]),
    ]  # fmt: skip


def _block(row: Facts) -> list[str]:
    return [
        row["name"], _short(row["weight"]), _points(row["score"], 2), _points(row["points"], 2),
        _points(row["full_points"], 2), _percent(row["coverage"]),
    ]  # fmt: skip


def _cells(cells: str) -> str:
    """Return cells as a reader looks them up: ``a.xlsx!表!C21:F22`` for neighbors, once per sheet."""
    by_sheet: dict[str, list[str]] = {}
    for cell in cells.split("; "):
        sheet, _, address = cell.rpartition("!")
        by_sheet.setdefault(sheet, []).append(address)
    said = [f"{sheet}!{_range(some)}" if sheet else _range(some) for sheet, some in by_sheet.items()]
    return "; ".join(said) if cells else "—"


def _range(addresses: list[str]) -> str:
    """Return the first and last address, with the count where cells between them are not all meant."""
    if len(addresses) == 1:
        return addresses[0]
    corners = [_CELL.fullmatch(address) for address in (addresses[0], addresses[-1])]
    if len(addresses) <= _FEW or not all(corners):
        return ",".join(addresses)
    return f"{addresses[0]}…{addresses[-1]}({len(addresses)})"


def _grade(facts: Facts) -> Text:
    if facts["grade_reasons"]:
        return grade_words(facts)
    if not facts["grade"]:
        return Text("方案未设等次,或该单位不参加评定", "no grades in the scheme, or the unit is not graded")
    cut = "" if facts["grade_cut"] is None else f"{facts['grade_cut']:g}"
    said = Text("{grade}:达到{cut}分", "{grade}: reaches {cut}")
    if facts["grade_cut"] == 0:  # whatever it got, it reaches that
        said = Text("{grade}:未达到上一等次的分数线", "{grade}: below the cut of the next better grade")
    if facts["grade_reason"] == "quota":
        said = Text(
            "{grade}:上一等次名额已满,顺延至本等次", "{grade}: the places of the better grade are taken"
        )
    return said.format(grade=facts["grade"], cut=cut)


def _sure(row: Facts, digits: int) -> Text:
    """Say a value with its interval and the answers it rests on: 87.80(95%置信区间84.3—91.3;电话200)."""
    value = _points(row["value"], digits)
    parts = [f"{part['name']}{part['n']}" for part in row["parts"]]
    counted = [f"{part['name']} {part['n']}" for part in row["parts"]]
    if row["raters"] is not None and row["n"] is not None:
        parts = [f"评估员{row['raters']}名,计入{row['n']:g}名"]
        counted = [f"{row['raters']} raters, {row['n']:g} counted"]
    elif not parts and row["n"] is not None:
        parts, counted = [f"n={row['n']:g}"], [f"n = {row['n']:g}"]
    if row["unknown"]:
        error = Text("误差无法估计", "its error is not known")
    elif row["se"] == 0:
        error = Text("普查,无抽样误差", "a census, no sampling error")
    else:
        low, high = (_points(row[key], 1) for key in ("lower", "upper"))
        level = f"{100 * row['level']:g}%"
        error = Text(f"{level}置信区间{low}—{high}", f"{level} confidence interval {low} to {high}")
    zh = ";".join(part for part in (error.zh, "、".join(parts)) if part)
    en = "; ".join(part for part in (error.en, ", ".join(counted)) if part)
    return Text(f"{row['name']} {value}({zh})", f"{row['name']} {value} ({en})")


def _composite_error(facts: Facts) -> Text:
    """Say the standard error of the composite that follows from those of the values."""
    if facts["se"] is None:
        return Text(
            "综合得分的误差无法估计:有数值的误差不明",
            "the composite's error is not known: that of a value is not",
        )
    if facts["se"] == 0:
        return Text(
            "所列数据都没有抽样误差,综合得分不因此变动",
            "none of these has a sampling error, so neither has the composite",
        )
    se = _points(facts["se"], facts["digits"])
    return Text(
        f"由此综合得分的标准误为 {se} 分(只含上列误差)",
        f"the composite's standard error from these alone: {se}",
    )


def _sender(row: Facts) -> str:
    """Return the reporting department and its document where given, else the lead of the scheme."""
    found = []
    for source in row["sources"]:
        parts = (source.get("source_unit"), source.get("document"))
        found.append(" ".join(part for part in parts if isinstance(part, str) and part))
    said = [text for text in dict.fromkeys(found) if text]
    return "; ".join(said) or "、".join(row["lead"]) or "—"


def _aligned(heads: list[str], rows: list[list[str]]) -> Iterator[str]:
    """Yield the rows padded by display width; names are cut, and what passes a page's width moves below."""
    table = [heads, *[[_cut(row[0]), *row[1:]] for row in rows]]
    lines = _padded(table)
    if max(map(_width, lines)) <= _PAGE:
        yield from lines
        return
    lines = _padded([row[:-1] for row in table])
    yield lines[0]
    for line, row in zip(lines[1:], rows, strict=True):
        yield line
        if _cut(row[0]) != row[0]:  # there is room for the whole name here
            yield from _folded(f"{heads[0]} {row[0]}")
        yield from _folded(f"{heads[-1]} {row[-1]}")


def _sentences(rows: list[list[str]]) -> Iterator[str]:
    """Yield rows that are one sentence each, those wider than a page in several lines."""
    for (sentence,) in rows:
        line = f"  {sentence}"
        if _width(line) <= _PAGE:
            yield line
        else:
            yield from _folded(sentence, first="  ")


def _padded(table: list[list[str]]) -> list[str]:
    widths = [max(_width(row[k]) for row in table) for k in range(len(table[0]))]
    padded = ([cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True)] for row in table)
    return [("  " + "  ".join(cells)).rstrip() for cells in padded]


def _folded(text: str, first: str = _INDENT) -> Iterator[str]:
    """Yield a text in lines of a page's width, indented."""
    line = first
    for character in text:
        if _width(line + character) > _PAGE:
            kept, rest = _between_words(line, character)
            yield kept
            line = _INDENT + rest
        line += character if line != _INDENT or character != " " else ""
    yield line


def _between_words(line: str, character: str) -> tuple[str, str]:
    """Return a full line and what of it goes to the next one: a word or number that goes on."""
    kept, space, word = line.rpartition(" ")
    whole = not (space and kept.strip() and character != " " and (word + character).isascii())
    return (line, "") if whole else (kept, word)


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
