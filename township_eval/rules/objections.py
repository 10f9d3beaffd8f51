"""公开、公示、公议: when results are open to whom, and the register of what people said of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs import Units
from township_eval.inputs.entries.faults import unknown_unit
from township_eval.inputs.entries.numbers import day_number
from township_eval.inputs.rows import cell_at, column_problems
from township_eval.inputs.tables import TABLES
from township_eval.inputs.texts import quoted, text_of
from township_eval.language import Text, join_texts
from township_eval.rules.calendar import due_date
from township_eval.scheme.judging import Disclosure
from township_eval.scheme.model import Scheme

__all__ = [
    "DISCLOSURE_COLUMNS", "OBJECTION_COLUMNS", "disclosure_rows", "objection_rows", "rescored",
]  # fmt: skip

#: Columns of the table ``objections`` of a result.
OBJECTION_COLUMNS: Final = (
    "number", "unit", "kind", "by", "matter", "received", "due", "conclusion", "reply", "answered", "late",
    "correction", "composite_before", "composite_after", "rank_before", "rank_after", "cell",
)  # fmt: skip
#: Columns of the table ``disclosure`` of a result.
DISCLOSURE_COLUMNS: Final = ("stage", "from", "to", "days", "channel")

_KINDS: Final = {
    "": "objection", "异议": "objection", "objection": "objection", "申诉": "objection", "复核": "objection",
    "意见": "comment", "建议": "comment", "comment": "comment",
}  # fmt: skip
_TEXTS: Final = (
    "number", "unit", "kind", "by", "matter", "received", "conclusion", "answered", "reply", "correction",
)  # fmt: skip
_NEEDED: Final = {
    "number": Text("编号", "its number"),
    "matter": Text("事项", "the matter"),
    "received": Text("收到日期", "the day it came in"),
}
_FIGURES: Final = ("composite", "rank")


@dataclass(frozen=True, slots=True)
class _Terms:
    """How long an answer may take, and what counts as a day."""

    disclosure: Disclosure
    holidays: Sequence[str]
    workdays: Sequence[str]

    def after(self, start: date, days: int) -> str:
        """Return the last day of a term as ISO text."""
        return due_date(start, days, self.disclosure.days, self.holidays, self.workdays).isoformat()


def disclosure_rows(scheme: Scheme, as_of: date | None) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Return the three dated stages in which results are opened.

    Parameters
    ----------
    scheme : Scheme
        Of the period. Its ``disclosure`` says how long each stage takes, and may say from which day;
        without one there are no stages.
    as_of : date, optional
        The day the terms count from where the scheme states none; a term runs from the day after.

    Returns
    -------
    DataFrame
        Columns `DISCLOSURE_COLUMNS`. ``stage``: ``disclosure`` (公开, values and tasks of every township,
        from that day on), ``notice`` (公示) and ``deliberation`` (公议, objections and comments taken);
        days as ISO texts, "" where the stage has no end.
    tuple of Problem
        Warning ``disclosure.no_as_of`` where nobody says which day.

    Notes
    -----
    Source: 三(四) of the implementation plan names the three; their lengths are the scheme's.

    Examples
    --------
    >>> import township_eval as te
    >>> scheme = te.read_scheme({"name": "N", "version": "1", "disclosure": {"notice_days": 5},
    ...                          "index": {"children": [{"id": "a", "weight": 100}]}})
    >>> rows, _ = disclosure_rows(scheme, date(2018, 12, 28))
    >>> rows[["stage", "from", "to"]].values.tolist()[1]
    ['notice', '2018-12-28', '2019-01-04']
    """
    stated = scheme.disclosure
    if stated is None:
        return pd.DataFrame(columns=list(DISCLOSURE_COLUMNS)), ()
    terms = _Terms(stated, scheme.holidays, scheme.workdays)
    posted = next((one.date for one in stated.starts if one.period == scheme.period), "")
    day = date.fromisoformat(posted) if posted else as_of
    start = "" if day is None else day.isoformat()
    stages = (("disclosure", None), ("notice", stated.notice_days), ("deliberation", stated.objection_days))
    rows = [
        (
            stage,
            start,
            "" if day is None or days is None else terms.after(day, days),
            np.nan if days is None else float(days),
            stated.channel,
        )
        for stage, days in stages
    ]
    table = pd.DataFrame(rows, columns=list(DISCLOSURE_COLUMNS))
    return table, () if day is not None else (_no_day(),)


def objection_rows(
    scheme: Scheme,
    objections: pd.DataFrame | None,
    units: Units,
    corrections: pd.DataFrame,
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Return the register of objections (异议) and comments (意见), and what is wrong with it.

    Parameters
    ----------
    scheme : Scheme
        Its ``disclosure`` says until when an answer is due; days are counted as it says.
    objections : DataFrame, optional
        The table ``objections`` of the inputs.
    units : Units
    corrections : DataFrame
        What was corrected (`township_eval.inputs.corrections.apply_corrections`).

    Returns
    -------
    DataFrame
        Columns `OBJECTION_COLUMNS`, by number. ``late``: answered after the day it was due. Composite and
        rank before and after are NaN until `rescored` fills them.
    tuple of Problem
        Errors ``objection.*``: incomplete, no date, a number twice, answered before it came in or without
        a conclusion, a correction that does not exist; a warning where an answer was late.

    Notes
    -----
    Source: columns of 异议与复核登记表 as offices keep it; ten days to answer are the practice of
    复核 in public institutions, and the scheme's to change.

    Examples
    --------
    >>> import township_eval as te
    >>> scheme = te.read_scheme({"name": "N", "version": "1", "disclosure": {"answer_days": 10},
    ...                          "index": {"children": [{"id": "a", "weight": 100}]}})
    >>> units = Units(("001",), ("甲镇",), ("",), ("",), ((),))
    >>> filed = pd.DataFrame([{"number": "Y1", "unit": "甲镇", "matter": "自来水", "received": "2019-01-02",
    ...                        "conclusion": "维持", "answered": "2019-01-10"}])
    >>> rows, problems = objection_rows(scheme, filed, units, pd.DataFrame())
    >>> rows[["unit", "kind", "due", "late"]].values.tolist(), problems
    ([['001', 'objection', '2019-01-16', False]], ())
    """
    if objections is None or objections.empty:
        return _table([]), tuple(_unlinked(corrections, set()))
    problems = list(column_problems("objections", objections, TABLES["objections"]))
    if any(problem.severity == "error" for problem in problems):
        return _table([]), tuple(problems)
    terms = _Terms(scheme.disclosure or Disclosure(), scheme.holidays, scheme.workdays)
    numbers = _texts(corrections, "number")
    asked = dict(zip(_texts(corrections, "objection"), numbers, strict=True))
    rows: list[dict[str, Any]] = []
    places: dict[str, str] = {}
    for row in range(len(objections)):
        said = {name: _text(objections, name, row) for name in _TEXTS}
        where = _text(objections, "where", row) or cell_at(objections, row) or f"objections[{row}]"
        faults = [*_faults(said, where, units), *_repeated(said, where, places)]
        days, of_days = _days(objections, row, where)
        said["correction"] = said["correction"] or asked.get(said["number"], "")
        faults += [*of_days, *_unanswered(said, days, where), *_uncorrected(said, numbers, where)]
        problems += faults
        if not faults:
            rows.append(_row(said, days, terms, units, where))
    problems += _unlinked(corrections, {_text(objections, "number", row) for row in range(len(objections))})
    problems += [_late(row) for row in rows if row["late"]]
    return _table(sorted(rows, key=lambda row: row["number"])), tuple(problems)


def rescored(rows: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return the register with what a correction changed for the unit that objected.

    Parameters
    ----------
    rows : DataFrame
        From `objection_rows`.
    before, after : DataFrame
        Results (index unit: composite, rank) of the edition that is replaced and of this one.

    Returns
    -------
    DataFrame
        Filled for every objection and comment that led to a correction.

    Examples
    --------
    >>> before = pd.DataFrame({"composite": [80.0, 82.0], "rank": [2, 1]}, index=["001", "002"])
    >>> after = pd.DataFrame({"composite": [84.0, 82.0], "rank": [1, 2]}, index=["001", "002"])
    >>> rows = pd.DataFrame({"unit": ["001", "002"], "correction": ["G1", ""]})
    >>> rescored(rows, before, after)["composite_after"].tolist()
    [84.0, nan]
    """
    out = rows.copy()
    led = (rows["correction"].fillna("") != "").to_numpy() & rows["unit"].isin(after.index).to_numpy()
    for name in _FIGURES:
        for ending, results in (("before", before), ("after", after)):
            known = {unit: float(value) for unit, value in results[name].dropna().items()}
            figures = [known.get(unit, np.nan) for unit in rows["unit"]]
            out[f"{name}_{ending}"] = np.where(led, np.array(figures, dtype=np.float64), np.nan)
    return out


def _table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(OBJECTION_COLUMNS))
    figures = [f"{name}_{ending}" for name in _FIGURES for ending in ("before", "after")]
    return frame.astype({**dict.fromkeys(figures, "float64"), "late": "bool"})


def _row(
    said: Mapping[str, str], days: Mapping[str, date | None], terms: _Terms, units: Units, where: str
) -> dict[str, Any]:
    received, answered = days["received"], days["answered"]
    assert received is not None  # noqa: S101  without it there was a fault
    due = terms.after(received, terms.disclosure.answer_days)
    at = units.find(said["unit"])
    return {
        **{name: said[name] for name in ("number", "by", "matter", "conclusion", "reply", "correction")},
        "unit": "" if at is None else units.codes[at],
        "kind": _KINDS[said["kind"].lower()],
        "received": received.isoformat(),
        "due": due,
        "answered": "" if answered is None else answered.isoformat(),
        "late": answered is not None and answered.isoformat() > due,
        "cell": where,
    }


def _days(frame: pd.DataFrame, row: int, where: str) -> tuple[dict[str, date | None], list[Problem]]:
    days: dict[str, date | None] = {}
    problems = []
    for name in ("received", "answered"):
        entry = frame[name].iloc[row] if name in frame.columns else None
        found = day_number(entry)
        days[name] = None if found is None or np.isnan(found) else date.fromordinal(int(found))
        if found is None:
            problems.append(_no_date(entry, where))
    return days, problems


def _text(frame: pd.DataFrame, name: str, row: int) -> str:
    return text_of(frame[name].iloc[row]) if name in frame.columns else ""


def _texts(frame: pd.DataFrame, name: str) -> list[str]:
    return [text_of(entry) for entry in frame[name]] if name in frame.columns else []


# --- what is wrong -----------------------------------------------------------------------------------


def _faults(said: Mapping[str, str], where: str, units: Units) -> Iterator[Problem]:
    missing = [text for name, text in _NEEDED.items() if not said[name]]
    kind = _KINDS.get(said["kind"].lower(), "")
    if not said["unit"] and kind == "objection":  # a comment may be about nobody in particular
        missing.append(Text("提出单位", "the unit that objects"))
    if missing:
        yield Problem(
            "error", "objection.incomplete", where,
            Text("异议登记没有写明{names}", "the register does not state {names}")
            .format(names=join_texts(missing, "、", ", ")),
            Text("补齐登记", "fill it in"),
        )  # fmt: skip
    if not kind:
        yield Problem(
            "error", "objection.kind", where,
            Text(f"不知道“{said['kind']}”是异议还是意见", f"neither objection nor comment: {said['kind']}"),
            Text("写“异议”或“意见”", "write objection or comment"),
        )  # fmt: skip
    if said["unit"] and units.find(said["unit"]) is None:
        yield unknown_unit(said["unit"], where, units)


def _repeated(said: Mapping[str, str], where: str, places: dict[str, str]) -> Iterator[Problem]:
    number = said["number"]
    if number and places.setdefault(number, where) != where:
        yield Problem(
            "error", "objection.number", where,
            Text(f"登记编号 {number} 重复,另一处在 {places[number]}",
                 f"number {number} is also used at {places[number]}"),
            Text("每条登记用自己的编号", "give every entry a number of its own"),
        )  # fmt: skip


def _unanswered(said: Mapping[str, str], days: Mapping[str, date | None], where: str) -> Iterator[Problem]:
    received, answered = days["received"], days["answered"]
    if received is not None and answered is not None and answered < received:
        yield Problem(
            "error", "objection.date", where,
            Text(f"答复日期 {answered} 早于收到日期 {received}",
                 f"answered on {answered}, before it came in on {received}"),
            Text("核对两个日期", "check both dates"),
        )  # fmt: skip
    if answered is not None and not said["conclusion"] and not said["reply"]:
        yield Problem(
            "error", "objection.conclusion", where,
            Text("写了答复日期,没有复核结论或答复内容", "answered, but without conclusion or reply"),
            Text("填写复核结论或答复,或删去答复日期", "state conclusion or reply, or remove the date"),
        )  # fmt: skip


def _uncorrected(said: Mapping[str, str], numbers: Sequence[str], where: str) -> Iterator[Problem]:
    number = said["correction"]
    if number and number not in numbers:
        yield Problem(
            "error", "objection.correction", where,
            Text(f"没有这份更正单,或它未被采用:{number}", f"no correction {number} was applied"),
            did_you_mean(number, numbers) if numbers
            else Text("补上更正单,或删去这里的编号", "add the correction, or remove the number"),
        )  # fmt: skip


def _unlinked(corrections: pd.DataFrame, known: set[str]) -> Iterator[Problem]:
    for number, slip in zip(_texts(corrections, "objection"), _texts(corrections, "number"), strict=True):
        if number and number not in known:
            yield Problem(
                "error", "correction.objection", f"corrections {slip}",
                Text(f"更正单所写的异议没有登记:{number}", f"no objection of this number: {number}"),
                did_you_mean(number, sorted(known)) if known
                else Text("登记这件异议,或删去编号", "register the objection, or remove the number"),
            )  # fmt: skip


def _no_date(entry: Any, where: str) -> Problem:
    return Problem(
        "error", "objection.date", where,
        Text("不是日期:{entry}", "not a date: {entry}").format(entry=quoted(entry)),
        Text("写成 2019-01-15 这样的日期", "write it like 2019-01-15"),
    )  # fmt: skip


def _late(row: Mapping[str, Any]) -> Problem:
    number, answered, due = row["number"], row["answered"], row["due"]
    return Problem(
        "warning", "objection.late", str(row["cell"]),
        Text(f"{number} 于 {answered} 答复,超过期限 {due}", f"{number} answered on {answered}, due {due}"),
        Text("逾期情况将印在登记表上", "the register shows that it was late"),
    )  # fmt: skip


def _no_day() -> Problem:
    return Problem(
        "warning", "disclosure.no_as_of", "disclosure",
        Text("没有数据截止日,公开、公示、公议没有起止日期",
             "no day the data stand at: disclosure, notice and deliberation have no dates"),
        Text("在封面写明数据截止日,或给出 as_of", "state it on the cover sheet, or pass as_of"),
    )  # fmt: skip
