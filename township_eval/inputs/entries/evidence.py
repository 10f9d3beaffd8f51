"""The tables of evidence: their columns, whom each row is about, and which leaf it serves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs.entries.ballots import read_ballots
from township_eval.inputs.entries.faults import more, unknown_unit
from township_eval.inputs.rows import column_problems, in_order, place, some, with_unit
from township_eval.inputs.tables import TABLES, Inputs
from township_eval.inputs.texts import texts_of
from township_eval.inputs.units import Units
from township_eval.language import Text
from township_eval.scheme.model import Indicator, Scheme
from township_eval.scheme.sources import Ratio, Satisfaction

__all__ = ["JUDGED", "MATCHED", "read_tables"]

#: Tables whose rows are each about one evaluated unit, or, in a mutual review, about its other side.
MATCHED: Final = ("satisfaction", "responses", "means", "ratings", "reviews", "roster", "events")
#: Tables whose rows are each about one evaluated unit and bear on what follows from its scores.
JUDGED: Final = ("waivers", "rectifications")
#: Tables whose rows serve a leaf without being about one unit each.
_SERVING: Final = ("margins",)

# The kinds of source each table feeds; a roster may serve several leaves with the same rows.
_FEEDS: Final = {
    **dict.fromkeys(("satisfaction", "responses", "means", "margins"), ("satisfaction",)),
    "ratings": ("ratings",),
    "reviews": ("reviews",),
    "roster": ("share_of_persons", "ratio"),
}
_OWN_ROWS: Final = ("satisfaction", "responses", "means", "ratings")


def read_tables(
    scheme: Scheme, units: Units, inputs: Inputs
) -> tuple[dict[str, pd.DataFrame], tuple[Problem, ...]]:
    """Return the tables with a column ``i`` (unit position), and what is wrong with them."""
    tables: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name, frame in inputs.tables():
        if name in ("units", "values", "not_applicable"):
            continue
        if name not in (*MATCHED, *JUDGED, *_SERVING):
            tables[name] = frame
            continue
        frame = with_unit(frame) if name not in _SERVING else frame  # noqa: PLW2901  its units in a column
        if frame.empty and not len(frame.columns):  # nothing at all is an empty table, not a faulty one
            frame = pd.DataFrame(columns=list(TABLES[name].required), dtype=object)  # noqa: PLW2901
        faults = list(column_problems(name, frame, TABLES[name]))
        problems.extend(faults)
        if all(fault.severity == "warning" for fault in faults):
            placed = _placed(name, frame, scheme, units, problems)
            tables[name] = _assigned(name, placed, scheme, problems)
    return tables, tuple(problems)


def _placed(
    name: str, frame: pd.DataFrame, scheme: Scheme, units: Units, problems: list[Problem]
) -> pd.DataFrame:
    if name == "reviews":
        return read_ballots(frame, scheme, units, problems)
    return frame if name in _SERVING else _matched(name, frame, units, problems)


def _matched(name: str, frame: pd.DataFrame, units: Units, problems: list[Problem]) -> pd.DataFrame:
    """Add ``i``; rows about nobody who is evaluated are reported and left out."""
    i, codes, texts = units.positions(frame["unit"])
    missing = np.flatnonzero(i < 0)
    _, first = np.unique(codes[missing], return_index=True)
    listed, further = some(np.sort(missing[first]))
    for row in listed:
        text = str(texts[codes[row]])
        problems.append(unknown_unit(text, place(name, row, frame, f"unit {text}"), units))
    if further:
        problems.append(more(further, "unit.unknown", name))
    placed = frame.assign(i=i, row=np.arange(len(frame)))
    return in_order(placed[i >= 0] if len(missing) else placed)


def _assigned(name: str, frame: pd.DataFrame, scheme: Scheme, problems: list[Problem]) -> pd.DataFrame:
    """Turn ``indicator`` into leaf ids; a table two leaves could claim needs it."""
    leaves = [leaf for leaf in scheme.leaves() if leaf.source.kind in _FEEDS.get(name, ())]
    if name == "roster":
        leaves = [leaf for leaf in leaves if not isinstance(leaf.source, Ratio) or leaf.source.where]
    if name == "reviews":
        problems.extend(_rivals(frame, leaves))
    if name == "margins":
        problems.extend(_unread_margins(frame, leaves))
    if "indicator" not in frame.columns:
        if name in _OWN_ROWS and len(leaves) > 1:
            problems.append(_whose(name, leaves))
        return frame
    meant = {leaf.name: leaf.id for leaf in leaves} | {leaf.id: leaf.id for leaf in leaves} | {"": ""}
    written = texts_of(frame["indicator"])
    problems.extend(_strangers(name, frame, written, meant))
    if name in _OWN_ROWS and len(leaves) > 1 and (written == "").any():
        problems.append(_whose(name, leaves))
    ids = np.array([meant.get(text) for text in written], dtype=object)
    return frame.assign(indicator=ids)[pd.notna(ids)]


def _unread_margins(frame: pd.DataFrame, leaves: list[Indicator]) -> Iterator[Problem]:
    """Warn of totals that no survey's weights are brought to: the regulation would not be carried out."""
    sources = [leaf.source for leaf in leaves if isinstance(leaf.source, Satisfaction)]
    known = dict.fromkeys(name for source in sources for name in source.calibrate)
    written = texts_of(frame["margin"])
    for text in dict.fromkeys(written):
        if text in known:
            continue
        row = int(np.flatnonzero(written == text)[0])
        what = Text(
            f"没有调查按“{text or '(空)'}”校准,这些总体人数没有用到",
            f"no survey is calibrated by {text or '(blank)'}: these totals are not used",
        )
        hint = Text(
            "在方案 calibrate 中列出,或删去这些行",
            "name it under calibrate in the scheme, or remove the rows",
        )
        where = place("margins", row, frame, f"margin {text}")
        yield Problem(
            "warning", "margins.unread", where, what, did_you_mean(text, tuple(known)) if known else hint
        )


def _rivals(frame: pd.DataFrame, leaves: list[Indicator]) -> Iterator[Problem]:
    """Yield the problem of ballots that two leaves of one direction could claim."""
    for direction in dict.fromkeys(frame["direction"]):
        same = [leaf for leaf in leaves if getattr(leaf.source, "direction", "") == direction]
        rows = frame[(frame["direction"] == direction).to_numpy()]
        said = texts_of(rows["indicator"]) if "indicator" in rows.columns else np.full(len(rows), "", object)
        if len(same) > 1 and (said == "").any():
            yield _whose("reviews", same)


def _strangers(
    name: str, frame: pd.DataFrame, written: np.ndarray, meant: dict[str, str]
) -> Iterator[Problem]:
    for text in dict.fromkeys(written):
        if text in meant:
            continue
        row = int(np.flatnonzero(written == text)[0])
        yield Problem(
            "error",
            "table.indicator_unknown",
            place(name, row, frame, f"indicator {text}"),
            Text(
                f"方案中没有由此表计分的指标:{text}",
                f"no indicator of the scheme is fed by this table: {text}",
            ),
            did_you_mean(text, tuple(known for known in meant if known)),
        )


def _whose(name: str, leaves: list[Indicator]) -> Problem:
    ids = [leaf.id for leaf in leaves]
    return Problem(
        "error",
        "table.indicator_missing",
        name,
        Text(
            f"表 {name} 供 {len(ids)} 个指标使用,须用 indicator 列写明是哪一个",
            f"{len(ids)} indicators use the table {name}: its column indicator must say which",
        ),
        Text(f"请从这些中选用:{'、'.join(ids)}", f"use one of {', '.join(ids)}"),
    )
