"""Which period the files are about, and the day their data stand at: stated once, or a problem."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from township_eval.inputs import period_key
from township_eval.io.returns.files import Return, place_of
from township_eval.io.sheets.cells import parse_date
from township_eval.io.sheets.cover import canonical_period, date_text, period_in
from township_eval.io.sheets.log import Log
from township_eval.language import Text

__all__ = ["as_of", "period_of"]


def period_of(returns: list[Return], given: str | None, log: Log) -> str | None:
    """Return the period all files agree on; contradictions are reported, the first statement stands.

    A name of a file or folder that states no ordered period may be one all the same, or a cover somebody
    forgot to fill in: it is taken with a warning (``period.from_name``).
    """
    stated = [(fact.text, fact.where) for entry in returns if (fact := entry.fact("period"))]
    if given is not None:
        statements = [(canonical_period(given), "period"), *stated]
    else:
        named = [
            pair for pair in (_named_period(entry) for entry in returns if not entry.fact("period")) if pair
        ]
        statements = [*_folder_periods(returns, stated), *stated, *named] or _by_stem(returns, log)
    if not statements:
        _unknown_period(returns, log)
        return None
    period, first = statements[0]
    for other, where in statements[1:]:
        if other != period:
            what = Text(
                f"考核期不一致:此处 {other},{first} 为 {period}",
                f"the period is {other} here and {period} at {first}",
            )
            hint = Text("一次只能读同一考核期的文件", "read the files of one period at a time")
            log.add("error", "period.conflict", where, what, hint)
    return period


def _folder_periods(returns: list[Return], stated: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what the folders' names state; the folder of a whole year may hold one of its quarters."""
    folders = sorted({entry.folder_name for entry in returns if entry.folder_name})
    named = [(period, folder) for folder in folders if (period := period_in(folder))]
    return [pair for pair in named if not any(_spans(pair[0], period) for period, _ in stated)]


def _spans(longer: str, shorter: str) -> bool:
    whole, part = period_key(longer), period_key(shorter)
    if whole is None or part is None or whole == part:
        return False
    return whole.start <= part.start and part.end <= whole.end


def _named_period(entry: Return) -> tuple[str, str] | None:
    """Return the period a file's name states; in a folder that states one, the folder's holds."""
    if period_in(entry.folder_name):
        return None
    found = period_in(Path(entry.name).stem)
    return (found, entry.name) if found else None


def _by_stem(returns: list[Return], log: Log) -> list[tuple[str, str]]:
    """Any text may be a period: the name of the one file or of the one folder."""
    folders = {entry.folder_name for entry in returns}
    if len(returns) == 1 and not returns[0].folder_name:
        name, place = Path(returns[0].name).stem, returns[0].name
    else:
        name = place = next(iter(folders)) if len(folders) == 1 else ""
    if not name:
        return []
    period = canonical_period(name)
    if period_key(period) is None:
        what = Text(
            f"没有写明考核期,暂以名称“{period}”为考核期",
            f"no period is stated: the name '{period}' is taken for it",
        )
        hint = Text(
            "请在封面的“考核期”填写,例如 2018-H2 或 2018年下半年",
            "state it on the cover sheet (考核期), for example 2018-H2",
        )
        log.add("warning", "period.from_name", place, what, hint)
    return [(period, place)]


def _unknown_period(returns: list[Return], log: Log) -> None:
    if returns:
        hint = Text("请在封面写明考核期,或指定 period", "state it on a cover sheet, or pass period")
        log.add(
            "error",
            "period.unknown",
            place_of(returns),
            Text("不知道是哪个考核期", "the period is not known"),
            hint,
        )


def as_of(returns: list[Return], given: date | str | None, log: Log) -> date | str | None:
    """Return the day the data stand at: as given, else as the covers agree; None when nobody says."""
    if given is not None:
        return given
    stated = [(date_text(fact.text), fact.where) for entry in returns if (fact := entry.fact("as_of"))]
    for other, where in stated[1:]:
        if other != stated[0][0]:
            what = Text(
                f"数据截止日不一致:此处 {other},{stated[0][1]} 为 {stated[0][0]}",
                f"the data stand at {other} here and at {stated[0][0]} at {stated[0][1]}",
            )
            log.add(
                "error",
                "as_of.conflict",
                where,
                what,
                Text("请统一,或指定 as_of", "agree on one, or pass as_of"),
            )
    if not stated:
        return None
    day, where = stated[0]
    if parse_date(day) is None:
        what = Text(f"“{day}”不是日期", f"{day!r} is not a date")
        log.add("error", "as_of.date", where, what, Text("写成 2018-12-31", "write it like 2018-12-31"))
        return None
    return day
