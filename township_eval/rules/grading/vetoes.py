"""Single-item vetoes (一票否决): effective only with the autonomous region's approval, else inert.

The source document (三(四)) keeps vetoes few and asks for the autonomous region's approval by due
procedure; a city's or county's own reference makes none effective.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem
from township_eval.inputs import Units
from township_eval.inputs.entries.numbers import day_number
from township_eval.language import Text, join_texts
from township_eval.rules.grading.bars import Limit, told
from township_eval.rules.grading.happenings import Happening, happenings
from township_eval.rules.grading.places import best_first
from township_eval.scheme.model import Approval, Scheme, Veto

__all__ = ["VETO_COLUMNS", "Vetoes", "judge_vetoes"]

VETO_COLUMNS: Final = (
    "unit", "veto", "name", "event", "date", "reference", "approval", "authority", "level", "approved",
    "until", "effective", "why", "why_en", "cell",
)  # fmt: skip

_LACKING: Final = {
    "reference": Text("缺批准文号", "the document's number is not stated"),
    "authority": Text("缺批准机关", "the authority is not stated"),
    "level": Text("未写批准层级", "the level is not stated"),
    "date": Text("缺批准日期", "the date of approval is not stated"),
}
_INERT: Final = Text("未按程序报自治区批准,不予适用", "not approved by the autonomous region, not applied")


@dataclass(frozen=True, eq=False)
class Vetoes:
    """Every veto and what became of it.

    Attributes
    ----------
    rows : DataFrame
        The table ``vetoes``, one row per event, and one without unit per veto that nothing triggered.
    effective : array of bool (n_units, n_grades)
        Which grade an effective veto sets, best grade first.
    limits : tuple of Limit
        The same as reasons.
    problems : tuple of Problem
    """

    rows: pd.DataFrame
    effective: NDArray[np.bool_]
    limits: tuple[Limit, ...] = ()
    problems: tuple[Problem, ...] = ()


def judge_vetoes(
    scheme: Scheme, units: Units, events: pd.DataFrame | None, as_of: date | None = None
) -> Vetoes:
    """Return which vetoes take effect on whom, and why the others do not.

    A veto needs a complete approval (`Approval.lacking`: reference, authority, date and the level 自治区,
    a city's or county's not being enough), and an event dated
    within its validity, both ends included, and not after the day the data stand at.

    Parameters
    ----------
    scheme : Scheme
        Its ``vetoes``.
    units : Units
    events : DataFrame, optional
        The table ``events`` with the column ``i``; ``rule`` is a veto's id or name.
    as_of : date, optional
    """
    names = [grade.name for grade in best_first(scheme.grades)]
    effective = np.zeros((units.n, len(names)), dtype=np.bool_)
    rows: list[dict[str, object]] = []
    limits: list[Limit] = []
    problems = list(_too_many(scheme))
    for veto in scheme.vetoes:
        found = happenings(events, (veto.id, veto.name))
        if not found:
            rows.append(_row(veto, "", None, _untriggered(veto), effective=False))
        for one in found:
            faults = [*_unapproved(veto.approval), *_uncovered(veto, one, as_of)]
            works = not faults
            rows.append(_row(veto, units.codes[one.at], one, _why(veto, faults), effective=works))
            problems += _inert(veto, one, units.names[one.at], faults)
            if works and _grade_of(veto) in names:
                place = names.index(_grade_of(veto))
                effective[one.at, place] = True
                limits.append(Limit(one.at, place, "veto", veto.id, told(_reason(veto, one))))
    frame = pd.DataFrame(rows, columns=list(VETO_COLUMNS)).astype({"effective": bool})
    return Vetoes(frame, effective, tuple(limits), tuple(problems))


def _grade_of(veto: Veto) -> str:
    return dict(veto.effect).get("grade", "")


# ---- why not ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Fault:
    """One reason why a veto is inert; those of an approval that nobody gave come first."""

    code: str
    why: Text
    hint: Text


def _unapproved(approval: Approval | None) -> Iterator[_Fault]:
    """Yield what the approval lacks."""
    hint = Text(
        "按程序报自治区批准后,写明文号、机关、层级、日期",
        "have the autonomous region approve it; state reference, authority, level and date",
    )
    if approval is None:
        yield _Fault("veto.inert", Text("无批准文件", "there is no approval"), hint)
        return
    for name in approval.lacking:
        why = _LACKING[name]
        if name == "level" and approval.level.strip():
            level = approval.level.strip()
            why = Text(f"批准层级为“{level}”,不是自治区", f"approved at the level {level!r}")
        yield _Fault("veto.inert", why, hint)
    if approval.date.strip() and _day(approval.date) is None:
        why = Text(f"批准日期“{approval.date}”不是日期", f"date of approval {approval.date!r} is no date")
        yield _Fault("veto.inert", why, Text("写成 2018-05-01", "write it like 2018-05-01"))
    if approval.until.strip() and _day(approval.until) is None:
        why = Text(f"有效期“{approval.until}”不是日期", f"validity {approval.until!r} is not a date")
        yield _Fault("veto.inert", why, Text("写成 2018-12-31", "write it like 2018-12-31"))


def _uncovered(veto: Veto, one: Happening, as_of: date | None) -> Iterator[_Fault]:
    """Yield why an event does not stand under the approval."""
    if one.day is None or one.refused:
        blank = Text("事件没有日期", "the event has no date")
        wrong = Text(f"事件日期“{one.refused}”不是日期", f"the event's date {one.refused!r} is none")
        hint = Text("写明事件发生日期,如 2018-05-01", "state the day of the event, like 2018-05-01")
        yield _Fault("veto.event_date", wrong if one.refused else blank, hint)
        return
    if as_of is not None and one.day > as_of:
        why = Text(f"事件日期{one.day}晚于数据截止日{as_of}", f"the event, {one.day}, is after {as_of}")
        hint = Text("核对事件日期和数据截止日", "check the event's date and the day the data stand at")
        yield _Fault("veto.event_later", why, hint)
    start, end = (_day(getattr(veto.approval, name, "")) for name in ("date", "until"))
    if start is not None and one.day < start:
        why = Text(f"批准日期{start}晚于事件日期{one.day}", f"approved {start}, after the event of {one.day}")
        hint = Text("否决不溯及批准以前的事件;核对日期", "a veto does not reach back: check the dates")
        yield _Fault("veto.dated_after", why, hint)
    if end is not None and one.day > end:
        why = Text(f"批准有效期至{end},事件发生于{one.day}", f"approved until {end}, event of {one.day}")
        hint = Text("核对日期,或报自治区延长批准", "check the dates, or have the approval prolonged")
        yield _Fault("veto.lapsed", why, hint)


def _day(text: str) -> date | None:
    number = day_number(text)
    return None if number is None or np.isnan(number) else date.fromordinal(int(number))


def _inert(veto: Veto, one: Happening, name: str, faults: list[_Fault]) -> Iterator[Problem]:
    """Yield one warning per sort of reason, at the event's cell."""
    for code in dict.fromkeys(fault.code for fault in faults):
        why = join_texts((fault.why for fault in faults if fault.code == code), "、", ", ")
        if code == "veto.inert":
            why = Text(f"{_INERT.zh}({why.zh})", f"{_INERT.en} ({why.en})")
        else:
            why = Text(f"{why.zh},不予适用", f"{why.en}: not applied")
        what = Text(f"{name} 一票否决“{veto.name}”:{why.zh}", f"{name}, veto {veto.name}: {why.en}")
        hint = next(fault.hint for fault in faults if fault.code == code)
        yield Problem("warning", code, one.where_day, what, hint)


def _too_many(scheme: Scheme) -> Iterator[Problem]:
    """Warn above the configured number, unless the scheme's own check has said so."""
    code = "veto.many"
    count, most = len(scheme.vetoes), scheme.most_vetoes
    if most is None or count <= most or any(one.code == code for one in scheme.warnings):
        return
    what = Text(f"设有{count}项一票否决,超过规定的{most}项", f"{count} vetoes, more than the {most} intended")
    hint = Text("严格控制一票否决事项,合并或删去", "keep vetoes few: merge or remove some")
    yield Problem("warning", code, "vetoes", what, hint)


# ---- how it is said ----------------------------------------------------------------------------------
def _why(veto: Veto, faults: list[_Fault]) -> Text:
    if faults:
        unapproved = [fault.why for fault in faults if fault.code == "veto.inert"]
        others = [fault.why for fault in faults if fault.code != "veto.inert"]
        said = join_texts((_INERT, *unapproved, *others)) if unapproved else join_texts(others)
        return said if unapproved else Text(f"{said.zh},不予适用", f"{said.en}: not applied")
    grade = _grade_of(veto)
    if not grade:
        return Text("经批准,生效;方案未写明对等次的影响", "approved, effective; the scheme states no grade")
    return Text(f"经批准,生效:评为{grade}", f"approved, effective: graded {grade}")


def _untriggered(veto: Veto) -> Text:
    faults = [fault.why for fault in _unapproved(veto.approval)]
    said = Text("未触发", "not triggered")
    return join_texts((said, _INERT, *faults)) if faults else said


def _reason(veto: Veto, one: Happening) -> Text:
    approval, grade = veto.approval, _grade_of(veto)
    document = "" if approval is None else f"{approval.authority}{approval.reference}"
    spaced = "" if approval is None else f"{approval.authority}, {approval.reference}"
    return Text(
        f"因{one.day}“{veto.name}”一票否决(经{document}批准),评为{grade}",
        f"the veto {veto.name} of {one.day} (approved: {spaced}) sets the grade to {grade}",
    )


def _row(veto: Veto, unit: str, one: Happening | None, why: Text, *, effective: bool) -> dict[str, object]:
    approval = veto.approval
    return {
        "unit": unit,
        "veto": veto.id,
        "name": veto.name,
        "event": "" if one is None else one.content,
        "date": "" if one is None or one.day is None else one.day.isoformat(),
        "reference": "" if one is None else one.reference,
        "approval": "" if approval is None else approval.reference,
        "authority": "" if approval is None else approval.authority,
        "level": "" if approval is None else approval.level,
        "approved": "" if approval is None else approval.date,
        "until": "" if approval is None else approval.until,
        "effective": effective,
        "why": why.zh,
        "why_en": why.en,
        "cell": "" if one is None else one.cell,
    }
