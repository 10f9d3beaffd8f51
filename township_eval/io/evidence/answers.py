"""What people answered, as counts: how many gave each answer, wide (a column an answer) or long (a row)."""

from __future__ import annotations

from typing import Any

from township_eval.errors import did_you_mean
from township_eval.io.evidence.headings import (
    ANSWER,
    ASIDE_NOTE,
    CHANNEL,
    COUNT,
    LEFT_OUT,
    QUESTION,
    SUMMARY,
    channels_of,
    places,
    questions_of,
    said,
    satisfaction_answers,
)
from township_eval.io.grids.grid import Grid, text_of
from township_eval.io.sheets.cells import folded
from township_eval.io.sheets.columns.classes import warn_classes
from township_eval.io.sheets.columns.reading import Sheet, headed, number_at
from township_eval.io.sheets.headers import CODE, GROUP, NAME, Column, Table, is_total
from township_eval.io.sheets.locating import locate
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.vocabulary import INDICATOR, split_unit
from township_eval.language import Text
from township_eval.scheme.model import Scheme

__all__ = ["holds_counts", "read_satisfaction"]

_DEEPEST = 40  # rows a header may stand below the top


def holds_counts(grid: Grid, scheme: Scheme) -> bool:
    """Return whether a header row of the sheet names units and answers: a column counts each of them."""
    answers = set(satisfaction_answers(scheme))
    above: list[str] = []
    for row in range(min(grid.height, _DEEPEST)):
        heads = [split_unit(grid.text(row, column))[0] for column in range(grid.width)]
        if len(set(heads) & answers) > 1 and (_names_units(heads) or _below(heads, above, answers)):
            return True
        above = heads
    return False


def _names_units(heads: list[str]) -> bool:
    return any(head in NAME | CODE for head in heads)


def _below(heads: list[str], above: list[str], answers: set[str]) -> bool:
    """Whether a row is the lower half of a header: it names nothing but answers and columns beside them."""
    known = answers | SUMMARY | CHANNEL | QUESTION
    return _names_units(above) and all(not head or head in known or is_total(head) for head in heads)


def read_satisfaction(grid: Grid, sheet: Sheet, scheme: Scheme) -> list[dict[str, Any]]:
    """Return rows (unit, answer, count[, channel, question, indicator], cell) of a satisfaction sheet."""
    answers = satisfaction_answers(scheme)
    words = ANSWER | COUNT | CHANNEL | QUESTION | SUMMARY | set(answers)
    table = locate(grid, sheet.units, lambda text: split_unit(text)[0] in words, sheet.log, sheet.pins)
    if table is None:
        return []
    warn_classes(table, sheet)
    answer, count = headed(table, ANSWER), headed(table, COUNT)
    if answer is not None and count is not None:
        return _long_counts(table, sheet, answer, count, answers)
    return _wide_counts(table, sheet, answers, (channels_of(scheme), questions_of(scheme)))


def _long_counts(
    table: Table, sheet: Sheet, answer: Column, count: Column, answers: dict[str, str]
) -> list[dict[str, Any]]:
    beside = {
        "channel": headed(table, CHANNEL),
        "question": headed(table, QUESTION),
        "indicator": headed(table, INDICATOR),
    }
    rows = []
    for row, code in table.rows:
        written = table.grid.text(row, answer.at)
        number = number_at(table.grid, (row, count.at), sheet)
        if number is not None:
            given = {"unit": code, "answer": answers.get(folded(written), written), "count": number}
            place = {"cell": table.grid.where(row, count.at)}
            place |= places(table, row, {**beside, "answer": answer})
            rows.append(given | said(table, row, beside) | place | dict(sheet.about))
    return rows


def _wide_counts(
    table: Table, sheet: Sheet, answers: dict[str, str], blocks: tuple[dict[str, str], dict[str, str]]
) -> list[dict[str, Any]]:
    beside = {
        "channel": headed(table, CHANNEL),
        "question": headed(table, QUESTION),
        "indicator": headed(table, INDICATOR),
    }
    skipped = {column.at for column in beside.values() if column is not None}
    counted: dict[tuple[tuple[str, str], ...], list[tuple[Column, str]]] = {}
    for column in table.columns:
        name = split_unit(column.path[-1])[0]
        if name in answers:
            counted.setdefault(_block(column, blocks), []).append((column, answers[name]))
        elif column.at not in skipped:
            _other(table, column, list(answers), sheet.log)
    rows = []
    for row, code in table.rows:
        for block, columns in counted.items():
            shared = {"unit": code} | said(table, row, beside) | dict(block)
            shared |= places(table, row, beside)
            rows += [
                shared | {"answer": answer, "count": number, "cell": where} | dict(sheet.about)
                for answer, number, where in _counts(table, row, columns, sheet)
            ]
    return rows


def _block(column: Column, blocks: tuple[dict[str, str], dict[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the channel and the question named above an answer, without what is not named there."""
    above = [split_unit(part)[0] for part in reversed(column.path[:-1])]
    found = {
        name: next((known[part] for part in above if part in known), "")
        for name, known in zip(("channel", "question"), blocks, strict=True)
    }
    return tuple((name, text) for name, text in found.items() if text)


def _counts(
    table: Table, row: int, columns: list[tuple[Column, str]], sheet: Sheet
) -> list[tuple[str, float, str]]:
    """Return the counts of one unit and channel; either all answers are filled in or none is."""
    blank = [column for column, _ in columns if text_of(table.grid.value(row, column.at)) == ""]
    if len(blank) == len(columns):
        return []
    for column in blank:
        what = Text(f"“{column.path[-1]}”的人数没填", f"the count of '{column.path[-1]}' is blank")
        hint = Text("没有人选请填 0", "write 0 if nobody chose it")
        sheet.log.refuse(table.grid, (row, column.at), "satisfaction.blank", what, hint)
    found = [(column, answer, number_at(table.grid, (row, column.at), sheet)) for column, answer in columns]
    return [
        (answer, number, table.grid.where(row, column.at))
        for column, answer, number in found
        if number is not None
    ]


def _other(table: Table, column: Column, known: list[str], log: Log) -> None:
    """Leave a summary column aside; report any other column that is no answer."""
    at, name = (column.row, column.at), split_unit(column.path[-1])[0]
    if not column.filled:
        return
    if name in SUMMARY | NAME | CODE | GROUP or is_total(name):
        log.note(table.grid, at, "", ASIDE_NOTE, LEFT_OUT)
        return
    what = Text(
        f"方案的满意度量表里没有“{column.label}”", f"'{column.label}' is no answer of the scheme's scale"
    )
    log.refuse(table.grid, at, "satisfaction.answer", what, did_you_mean(name, known))
