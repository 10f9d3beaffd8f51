"""公示稿: what may be posted: scores and grades, no ranks unless stated, nothing of persons.

Small samples are suppressed, and units stand by class and code, so that the order says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.language import Text
from township_eval.reports.records import records_of, sheet_of, text
from township_eval.reports.sheet import Cell, Column, Sheet, Table, Value
from township_eval.reports.sheets.evidence.printed import leaves_with, number
from township_eval.reports.sheets.evidence.withheld import TOTAL, withheld
from township_eval.reports.view import View, rounded
from township_eval.scheme import sources as src
from township_eval.scheme.model import Disclosure, Indicator

__all__ = ["by_code", "channel_of", "dates_of", "disclosure_of", "posted_sheet", "published_value", "surveys"]

_NAME: Final = Text("公示稿", "Public notice")
_DIGITS: Final = 2


def posted_sheet(view: View) -> Sheet | None:
    """Return 公示稿; None for partial data, and for a scheme without grades that states no disclosure."""
    scheme = view.evaluation.scheme
    if view.evaluation.provisional or not (scheme.grades or scheme.disclosure):
        return None
    columns, shown = zip(*_columns(view), strict=True)
    order = view.order if disclosure_of(view).ranks else by_code(view)
    rows = tuple(
        (place, *(values[at] for values in shown)) for place, at in enumerate(order.tolist(), start=1)
    )
    table = Table((Column(view.head("number"), "whole", 6), *columns), rows, pinned=2)
    return sheet_of(view, _NAME, (table,), _notes(view))


def disclosure_of(view: View) -> Disclosure:
    """Return what the scheme states of openness, or the usual terms where it states nothing."""
    return view.evaluation.scheme.disclosure or Disclosure()


def by_code(view: View) -> NDArray[np.intp]:
    """Return the positions of the units by class, then by code: an order that tells nothing of scores."""
    places = {group: place for place, group in enumerate(view.group_ids)}
    by_class = [places.get(group, len(places)) for group in view.evaluation.units.groups]
    return np.lexsort((np.array(view.evaluation.units.codes), np.array(by_class)))


def dates_of(view: View, stage: str) -> tuple[str, str]:
    """Return from when to when a stage lasts; empty where no day is known.

    Stages are ``disclosure`` (公开), ``notice`` (公示) and ``deliberation`` (公议).
    """
    for row in records_of(view, "disclosure"):
        if text(row, "stage") == stage:
            return text(row, "from"), text(row, "to")
    return "", ""


def _columns(view: View) -> Iterator[tuple[Column, list[Value | Cell] | tuple[Value | Cell, ...]]]:
    units, standing = view.evaluation.units, view.evaluation.standing
    yield Column(view.unit_head, "text", 16), units.names
    if view.group_ids:
        yield Column(view.head("group"), "word", 10), units.groups
    asked, hidden = {leaf.id for leaf in surveys(view)}, withheld(view)
    for place, row in enumerate(view.evaluation.plan.leaves):
        if view.nodes[row].id in asked:
            values = [hidden.get((row, at)) or published_value(view, place, at) for at in range(units.n)]
            yield Column(view.nodes[row].name, "score", 16), values
    total: list[Value | Cell] = [
        hidden.get((TOTAL, at)) or number(value) for at, value in enumerate(standing.adjusted)
    ]
    yield Column(view.head("adjusted"), "points", 12), total
    yield Column(view.head("grade"), "word", 10), standing.grade
    if disclosure_of(view).ranks:
        if view.group_ids:
            yield Column(view.head("rank_in_group"), "whole", 8), _whole(standing.rank_in_group)
        yield Column(view.head("rank"), "whole", 8), _whole(standing.rank)
    term, channel = _term(view), channel_of(view)
    yield Column(view.both("公示起止", "Posted"), "word", 26), [term] * units.n
    yield Column(view.both("异议渠道", "Objections to"), "text", 30), [channel] * units.n


def _whole(ranks: NDArray[np.float64]) -> list[Value | Cell]:
    return [None if np.isnan(rank) else int(rank) for rank in ranks.tolist()]


def _term(view: View) -> str:
    start, end = dates_of(view, "notice")
    if start and end:
        return view.both(f"{start}至{end}", f"{start} to {end}")
    return view.both("___年__月__日至__月__日", "________ to ________")


def channel_of(view: View) -> str:
    """Return where objections go, as the scheme states it."""
    stated = [text(row, "channel") for row in records_of(view, "disclosure")]
    return disclosure_of(view).channel or next((one for one in stated if one), "")


def surveys(view: View) -> list[Indicator]:
    """Return the indicators that come from a survey of the public."""
    return leaves_with(view, src.Satisfaction)


def published_value(view: View, place: int, at: int) -> Value:
    """Return the value of a survey, the leaf at ``place``, as it is published where it may be."""
    value = number(view.evaluation.leaves.value[place, at])
    return None if value is None else float(rounded(np.asarray(value), _DIGITS))


def _notes(view: View) -> Iterator[str]:
    stated = disclosure_of(view)
    if stated.ranks:
        yield view.both("按类别、综合得分排列。", "By class, then by score.")
    else:
        yield view.both(
            "按类别、代码排列,顺序与得分无关;不公布名次。",
            "By class, then by code: the order says nothing of scores; ranks are not published.",
        )
    if view.evaluation.scheme.disclosure is not None:
        unit = view.both("个工作日", "working days") if stated.days == "working" else view.both("日", "days")
        gap = view.both("", " ")
        yield view.both(
            f"公示期{stated.notice_days}{unit};对结果有异议的,可在{stated.objection_days}{unit}内书面提出,"
            f"收到后{stated.answer_days}{unit}内答复。",
            f"Posted for {stated.notice_days}{gap}{unit}; objections in writing within"
            f" {stated.objection_days}{gap}{unit}, answered within {stated.answer_days}{gap}{unit}.",
        )
    if surveys(view):
        yield view.both(
            f"有效样本少于{stated.minimum_n}份或样本量不明的满意度不公布,已计入综合得分。",
            f"Satisfaction from fewer than {stated.minimum_n} answers, or of unknown sample, is not"
            " published; it counts in the composite.",
        )
    yield view.both("本稿不含干部个人信息。", "This notice holds no data of persons.")
