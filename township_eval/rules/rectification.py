"""整改台账: what was proposed, carried from period to period until it is closed with evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs.entries.numbers import numbers
from township_eval.inputs.rows import cell_at, place
from township_eval.inputs.texts import quoted, texts_of
from township_eval.language import Text, listed
from township_eval.rules.flags import CLEARED, PROPOSED, WAIVED
from township_eval.scheme.model import FlagRule

__all__ = ["RECTIFICATION_COLUMNS", "keep_rectification"]

RECTIFICATION_COLUMNS: Final = (
    "number", "unit", "rule", "measure", "problem", "problem_en", "action", "owner", "post", "opened", "due",
    "situation", "evidence", "closed", "status", "cell",
)  # fmt: skip

OPEN: Final = "open"
OVERDUE: Final = "overdue"
CLOSED: Final = "closed"

Row: TypeAlias = dict[str, Any]

_SAID: Final = ("action", "situation", "evidence")


@dataclass(frozen=True, slots=True)
class _Reply:
    """One row of what units answered."""

    unit: str
    rule: str
    period: str
    said: Mapping[str, str]
    responsible: str
    closed: str
    cell: str
    where: str


def keep_rectification(
    flags: pd.DataFrame,
    earlier: pd.DataFrame | None,
    replies: pd.DataFrame | None,
    *,
    rules: Sequence[FlagRule],
    units: Sequence[str],
    period: str,
    as_of: date | None,
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Return the ledger of this period, and what is wrong with the replies.

    Every proposed sanction opens an entry, unless the unit has one under this rule and
    measure that is not closed. Entries go on whatever later periods show. They are closed by a reply that
    states both the evidence (佐证) and the date, and are listed for the last time then.

    Parameters
    ----------
    flags : DataFrame
        The flags table of the period.
    earlier : DataFrame, optional
        The ledger of the period before.
    replies : DataFrame, optional
        The table ``rectifications`` with a column ``i``, the position of the unit.
    rules : sequence of FlagRule
        Of the scheme.
    units : sequence of str
        Unit codes by position.
    period : str
        Opens the numbers of new entries: ``2018-H2-001``, counted by unit code and rule.
    as_of : date, optional
        Day the data stand at: what is due before it and not closed is overdue.

    Returns
    -------
    DataFrame
        number unit rule measure problem problem_en action owner post opened due situation evidence closed
        status (open, overdue, cleared, waived, closed) cell. A *cleared* entry's flag has its exit shown,
        a *waived* one's is set aside; both wait to be closed.
    tuple of Problem
        ``rectification.unknown``, ``.evidence``, ``.date``, ``.twice``: errors with their cells.

    Notes
    -----
    Source: columns of 整改台账 as offices keep it; 销号 takes 佐证 and a date.
    """
    rows = _carried(earlier)
    rows += _opened(flags, rows, [rule.id for rule in rules], period)
    problems: list[Problem] = []
    answered: set[tuple[str, str]] = set()
    for reply in _replies(replies, rules, units, problems):
        problems += _apply(reply, rows, answered, as_of)
    states = {(row["unit"], row["rule"], row["measure"]): row["status"] for row in flags.to_dict("records")}
    today = "" if as_of is None else as_of.isoformat()
    for row in rows:
        row["status"] = _status(row, str(states.get((row["unit"], row["rule"], row["measure"]), "")), today)
    rows.sort(key=lambda row: str(row["number"]))
    return pd.DataFrame(rows, columns=list(RECTIFICATION_COLUMNS)), tuple(problems)


def _carried(earlier: pd.DataFrame | None) -> list[Row]:
    """Return the earlier entries that are not closed."""
    if earlier is None:
        return []
    rows = [{str(name): _plain(value) for name, value in row.items()} for row in earlier.to_dict("records")]
    return [row for row in rows if row["status"] != CLOSED]


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else ""


def _opened(flags: pd.DataFrame, rows: Sequence[Row], order: Sequence[str], period: str) -> list[Row]:
    """Return new entries for proposed measures, numbered by unit code and rule."""
    known = {(row["unit"], row["rule"], row["measure"]) for row in rows}
    proposed = (row for row in flags.to_dict("records") if row["status"] == PROPOSED)
    fresh = [row for row in proposed if row["kind"] == "sanction"]
    fresh = [row for row in fresh if (row["unit"], row["rule"], row["measure"]) not in known]
    fresh.sort(key=lambda row: (str(row["unit"]), order.index(row["rule"]), int(row["level"])))
    taken = [str(row["number"]) for row in rows if str(row["number"]).startswith(f"{period}-")]
    return [
        {
            "number": f"{period}-{number:03d}",
            "unit": row["unit"], "rule": row["rule"], "measure": row["measure"],
            "problem": row["evidence"], "problem_en": row["evidence_en"], "action": "",
            "owner": row["owner"], "post": row["post"], "opened": period, "due": row["due"],
            "situation": "", "evidence": "", "closed": "", "status": OPEN, "cell": "",
        }
        for number, row in enumerate(fresh, start=len(taken) + 1)
    ]  # fmt: skip


def _status(row: Row, flag: str, today: str) -> str:
    if row["closed"]:
        return CLOSED
    if flag in {CLEARED, WAIVED} or (row["status"] in {CLEARED, WAIVED} and flag != PROPOSED):
        return flag if flag in {CLEARED, WAIVED} else str(row["status"])
    return OVERDUE if row["due"] and today and str(row["due"]) < today else OPEN


# --- what came in -----------------------------------------------------------------------------------


def _replies(
    frame: pd.DataFrame | None, rules: Sequence[FlagRule], units: Sequence[str], problems: list[Problem]
) -> Iterator[_Reply]:
    """Yield the replies in an order of their own; unknown rules and dates are noted."""
    if frame is None or frame.empty:
        return
    called = {rule.name: rule.id for rule in rules if rule.name} | {rule.id: rule.id for rule in rules}
    column = {
        name: texts_of(frame[name]).tolist() if name in frame.columns else [""] * len(frame)
        for name in ("rule", "period", *_SAID, "responsible")
    }
    days = _days(frame, problems)
    found = []
    for row, at in enumerate(frame["i"].tolist()):
        where = place("rectifications", row, frame, f"rule {column['rule'][row]}")
        said = {name: column[name][row] for name in _SAID}
        rule = called.get(column["rule"][row], column["rule"][row])
        found.append(
            _Reply(
                units[at], rule, column["period"][row], said, column["responsible"][row], days[row],
                cell_at(frame, row), where,
            )
        )  # fmt: skip
    yield from sorted(found, key=lambda one: (one.unit, one.rule, one.period, one.where))


def _days(frame: pd.DataFrame, problems: list[Problem]) -> list[str]:
    if "closed" not in frame.columns:
        return [""] * len(frame)
    found, refused = numbers(frame["closed"], "date")
    for row in np.flatnonzero(refused).tolist():
        where = place("rectifications", row, frame, column="closed")
        what = Text("销号日期不是日期:{entry}", "the closing date is no date: {entry}").format(
            entry=quoted(frame["closed"].iloc[row])
        )
        hint = Text("写成 2018-06-30 这样的日期", "write it like 2018-06-30")
        problems.append(Problem("error", "rectification.date", where, what, hint))
    return ["" if np.isnan(day) else date.fromordinal(int(day)).isoformat() for day in found.tolist()]


def _apply(
    reply: _Reply, rows: Sequence[Row], answered: set[tuple[str, str]], as_of: date | None
) -> Iterator[Problem]:
    """Write a reply into the entries it is about, in place; yield what is wrong with it."""
    about = [row for row in rows if row["unit"] == reply.unit and row["rule"] == reply.rule]
    about = [row for row in about if reply.period in ("", row["opened"])]
    if not about:
        yield _unknown(reply, rows)
        return
    if any((reply.rule, str(row["number"])) in answered for row in about):
        what = Text(
            f"{reply.unit} 对 {reply.rule} 有两条整改回执",
            f"{reply.unit} answers {reply.rule} twice",
        )
        hint = Text(
            "合并为一条,或用 period 写明是哪一期提出的", "make it one, or state the period it was opened in"
        )
        yield Problem("error", "rectification.twice", reply.where, what, hint)
        return
    faults = list(_faults(reply, as_of))
    yield from faults
    for row in about:
        answered.add((reply.rule, str(row["number"])))
        row.update({name: text for name, text in reply.said.items() if text})
        row["post"] = reply.responsible or row["post"]
        row["cell"] = reply.cell or row["cell"]
        if not faults:
            row["closed"] = reply.closed


def _unknown(reply: _Reply, rows: Sequence[Row]) -> Problem:
    mine = listed(dict.fromkeys(str(row["rule"]) for row in rows if row["unit"] == reply.unit))
    what = Text(
        f"整改台账中没有 {reply.unit} 的这一项:{reply.rule}",
        f"the ledger has no entry of {reply.unit} under {reply.rule}",
    )
    known = [str(row["rule"]) for row in rows if row["unit"] == reply.unit]
    hint = did_you_mean(reply.rule, known)
    if not mine.zh:
        hint = Text(
            "给出上期结果(history),或删去这一行", "give the period before as history, or remove the row"
        )
    return Problem("error", "rectification.unknown", reply.where, what, hint)


def _faults(reply: _Reply, as_of: date | None) -> Iterator[Problem]:
    """Yield why a reply cannot close an entry."""
    if reply.closed and not reply.said["evidence"]:
        what = Text(
            f"{reply.unit} {reply.rule}:写了销号日期 {reply.closed},没有佐证",
            f"{reply.unit} {reply.rule}: closed on {reply.closed} without evidence",
        )
        hint = Text("填写佐证材料,或删去销号日期", "state the evidence, or remove the date")
        yield Problem("error", "rectification.evidence", reply.where, what, hint)
    if reply.closed and as_of is not None and reply.closed > as_of.isoformat():
        what = Text(
            f"{reply.unit} {reply.rule}:销号日期 {reply.closed} 晚于数据截止日 {as_of.isoformat()}",
            f"{reply.unit} {reply.rule}: closed on {reply.closed}, after the day the data stand at"
            f" ({as_of.isoformat()})",
        )
        hint = Text("核对日期,或改数据截止日", "check the date, or the day the data stand at")
        yield Problem("error", "rectification.date", reply.where, what, hint)
