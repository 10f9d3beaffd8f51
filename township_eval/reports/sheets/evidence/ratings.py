"""第三方评估表: the raters' scores side by side, the raters themselves by number, and how far they agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pandas as pd

from township_eval.language import Text
from township_eval.reports.sheet import Cell, Column, Row, Sheet, Table, Value
from township_eval.reports.sheets.evidence.agreement import agreement_notes, agreement_table
from township_eval.reports.sheets.evidence.printed import (
    Entry,
    any_of,
    leaves_with,
    natural,
    number,
    of_leaf,
    points,
    premises,
    rounded_to,
    row_of,
    split_names,
    word,
)
from township_eval.reports.view import View
from township_eval.scheme import sources as src
from township_eval.scheme.model import Indicator

__all__ = ["ratings_sheet"]

_RATER: Final = "评估员"
_HEADS: Final = {
    "mean": Text("均分", "Mean"),
    "median": Text("中位数", "Median"),
    "severity": Text("宽严校正后均分", "Mean corrected for severity"),
}
_TRIMMED: Final = Text("去高去低后均分", "Mean after dropping")


def ratings_sheet(view: View) -> Sheet | None:
    """Return 第三方评估表; None when no leaf is rated by a panel."""
    frame = view.evaluation.tables.get("ratings")
    if frame is None or frame.empty:
        return None
    panels = [(leaf, own) for leaf in leaves_with(view, src.Ratings) if len(own := of_leaf(frame, leaf))]
    titled = len(panels) > 1
    return Sheet(
        name=view.both("第三方评估表", "Third party"),
        title=view.both(
            f"{view.evaluation.period} 第三方评估表", f"Third-party assessment {view.evaluation.period}"
        ),
        about=view.about,
        tables=tuple(table for leaf, own in panels for table in _tables(view, leaf, own, titled=titled)),
        notes=tuple(_notes(view, panels, titled=titled)),
    )


def _tables(view: View, leaf: Indicator, frame: pd.DataFrame, *, titled: bool) -> Iterator[Table]:
    tables = view.evaluation.tables
    yield _scores(view, leaf, frame, leaf.name if titled else "")
    panel, agreement = (of_leaf(tables.get(name), leaf) for name in ("panel", "agreement"))
    opening = view.both(f"{leaf.name} ", f"{leaf.name}: ") if titled else ""
    if len(panel):
        yield _raters(view, panel, opening + view.both("评估员", "Raters"))
    if len(agreement):
        yield agreement_table(view, agreement, opening + view.both("评分一致性", "Agreement of the raters"))


# --- scores ---------------------------------------------------------------------------------------


def _scores(view: View, leaf: Indicator, frame: pd.DataFrame, title: str) -> Table:
    raters = sorted(dict.fromkeys(frame["rater"].astype(str)), key=natural)
    entries = tuple(_figures(view, leaf, frame))
    columns = (
        Column(view.unit_head, "text", 15),
        *(Column(_named(view, rater), "score", 9) for rater in raters),
        *(entry.column for entry in entries),
        Column(view.both("主要问题", "Main problems"), "text", 30),
    )
    return Table(columns, tuple(_rows(view, frame, raters, entries)), title=title, pinned=1)


def _figures(view: View, leaf: Indicator, frame: pd.DataFrame) -> Iterator[Entry]:
    """Yield the columns of a unit's own figures; those an old archive lacks are left out."""
    source = leaf.source
    method = source.method if isinstance(source, src.Ratings) else "mean"
    trimmed = isinstance(source, src.Ratings) and method == "mean" and source.trim > 0
    head = _TRIMMED if trimmed else _HEADS[method]
    yield Entry(Column(view.say(head), "score", 15), rounded_to("mean", 2))
    if "n" in frame:
        yield Entry(Column(view.both("计入评分数", "Ratings counted"), "whole", 8), rounded_to("n", 0))
    yield Entry(
        Column(view.both("离散度(标准差)", "Spread (standard deviation)"), "score", 15),
        rounded_to("spread", 2),
    )
    if "se" in frame:
        unknown = view.both("误差未知", "error unknown")
        yield Entry(
            Column(view.both("标准误", "Standard error"), "score", 9),
            lambda record: (
                Cell(unknown)
                if number(record.get("se")) is None and number(record.get("mean")) is not None
                else points(record.get("se"))
            ),
        )
    if method != "severity" and any_of(frame, "adjusted"):
        yield Entry(
            Column(view.both("宽严校正后", "Corrected for severity"), "score", 11),
            rounded_to("adjusted", 2),
        )


def _rows(view: View, frame: pd.DataFrame, raters: list[str], entries: Sequence[Entry]) -> Iterator[Row]:
    units = view.evaluation.units
    by_unit = dict(tuple(frame.groupby("unit", sort=False)))
    for at in view.order.tolist():
        own = by_unit.get(units.codes[at])
        if own is None:
            continue
        records = own.to_dict("records")
        scores: dict[str, Value | Cell] = {}
        for record in records:
            score = points(record["score"])
            scores[str(record["rater"])] = Cell(score) if bool(record.get("dropped")) else score
        # the last column is left for the assessors to write in
        yield (units.names[at], *(scores.get(rater) for rater in raters), *row_of(entries, records[0]), None)


# --- raters ---------------------------------------------------------------------------------------


def _raters(view: View, panel: pd.DataFrame, title: str) -> Table:
    entries = tuple(_rater_entries(view, panel))
    records = sorted(panel.to_dict("records"), key=lambda record: natural(str(record["rater"])))
    rows = tuple(row_of(entries, record) for record in records)
    return Table(tuple(entry.column for entry in entries), rows, title=title, spread=True)


def _rater_entries(view: View, panel: pd.DataFrame) -> Iterator[Entry]:
    yield Entry(
        Column(view.both("评估员", "Rater"), "text", 12), lambda record: _named(view, str(record["rater"]))
    )
    if any_of(panel, "organization"):
        yield Entry(Column(view.both("机构", "Organization"), "text", 18), word("organization"))
    yield Entry(Column(view.both("评分单位数", "Units rated"), "whole", 9), rounded_to("rated", 0))
    yield Entry(
        Column(view.both("漏评单位", "Units not rated"), "text", 26),
        lambda record: split_names(view, record.get("missing")),
    )
    if any_of(panel, "items"):
        yield Entry(Column(view.both("评分项数", "Items"), "whole", 9), rounded_to("items", 0))
    yield Entry(Column(view.both("均分", "Mean"), "score", 9), rounded_to("mean", 2))
    if any_of(panel, "severity"):
        yield Entry(
            Column(view.both("宽严(分)", "Severity (points)"), "change", 9), rounded_to("severity", 2)
        )
        yield Entry(
            Column(view.both("宽严的标准误", "Standard error of severity"), "score", 10),
            rounded_to("severity_se", 2),
        )


def _named(view: View, rater: str) -> str:
    """Return a rater's number in the language of the report."""
    number_of = rater.removeprefix(_RATER)
    return view.both(rater, f"Rater {number_of}") if number_of.isdecimal() else rater


# --- notes ----------------------------------------------------------------------------------------


def _notes(view: View, panels: Sequence[tuple[Indicator, pd.DataFrame]], *, titled: bool) -> Iterator[str]:
    for leaf, _ in panels:
        words = view.say(leaf.source.words())
        yield view.both(f"{leaf.name}:{words}。", f"{leaf.name}: {words}.")
    if any(frame["dropped"].astype(bool).any() for _, frame in panels):
        yield view.both(
            "灰色斜体为去掉的最高分、最低分,不计入均分。",
            "Scores in gray italics are the highest and lowest that were dropped.",
        )
    if any("se" in frame for _, frame in panels):
        yield view.both(
            "标准误:换一批同样的评估员,得分大致会上下变动的幅度;离散度是同一单位各评估员评分的标准差,两者不同。",
            "Standard error: by how much the score would move with other raters of the same kind; the spread"
            " is the standard deviation of one unit's ratings, which is something else.",
        )
    if any_of(view.evaluation.tables.get("panel"), "severity"):
        yield view.both(
            "宽严:对同样的单位,该评估员比同组评估员平均多给(+,偏宽)或少给(-,偏严)的分数。",
            "Severity: by how much a rater gives more (+, lenient) or less (-, strict) than the panel for the"
            " same units.",
        )
    if any(any_of(frame, "adjusted") for _, frame in panels):
        yield view.both(
            "宽严校正后:去掉各评估员宽严差别后的分数;评分方法不是宽严校正的,仅供参考,不计入得分。",
            "Corrected for severity: the score had all raters been equally strict; where the scheme scores"
            " otherwise it is for information and no part of the score.",
        )
    yield from agreement_notes(view)
    for leaf, _ in panels:
        yield from premises(view, leaf, titled=titled)
