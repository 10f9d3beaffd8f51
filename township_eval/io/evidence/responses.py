"""Single answers: a row an answer, or a row a person with a column for each question.

Tables of answers are long. They are read column by column, each distinct text once, and the cell of an
answer is kept as sheet, row and column (`inputs.rows.place` makes the address of it).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import did_you_mean
from township_eval.io.evidence.headings import (
    ANSWER,
    CHANNEL,
    COUNT,
    QUESTION,
    channels_of,
    questions_of,
    satisfaction_answers,
    surveys,
    told,
)
from township_eval.io.evidence.listing import (
    Listing,
    find_listing,
    note_others,
    refuse_header,
    rows_with,
    without_asides,
)
from township_eval.io.grids.grid import Grid, brief
from township_eval.io.sheets.cells import folded, parse_cell, words
from township_eval.io.sheets.columns.reading import Sheet
from township_eval.io.sheets.headers import CODE, NAME
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.vocabulary import INDICATOR
from township_eval.language import Text
from township_eval.scheme.model import Layout, Scheme
from township_eval.scheme.sources import Satisfaction

__all__ = ["holds_responses", "merged_responses", "read_responses", "stacked"]

Columns: TypeAlias = dict[str, NDArray[Any]]

_CLUSTER: Final = words("村(社区) 村 社区 村居 行政村 村名 样本点 抽样点 群 整群 cluster psu")
_ROLES: Final[Mapping[str, frozenset[str]]] = {
    "unit": NAME | CODE,
    "answer": ANSWER | words("满意度 满意程度 满意度评价 总体评价 总体满意度"),
    "question": QUESTION,
    "respondent": words(
        "受访者编号 受访者 受访人编号 被访者编号 问卷编号 问卷号 样本编号 respondent respondent_id"
    ),
    "weight": words("权重 抽样权重 样本权重 权数 weight"),
    "stratum": words("层 分层 抽样层 stratum strata"),
    "cluster": _CLUSTER,
    "clusters": words("层内总群数 层内群数 层内总村数 层内村数 群总数 clusters"),
    "members": words("群内总人数 群内人数 村内总人数 members"),
    "channel": CHANNEL,
    "indicator": INDICATOR - words("项目"),
    "count": COUNT,
}  # fmt: skip
_TELLING: Final = 20  # answers that do not agree by chance, one after the other
_NUMBERS: Final = ("weight", "clusters", "members")
_TEXTS: Final = ("respondent", "stratum", "cluster", "indicator")


def _roles(scheme: Scheme) -> dict[str, frozenset[str]]:
    """Return the header words of each role: those all surveys share, and the scheme's own."""
    leaves = [leaf for leaf in scheme.leaves() if isinstance(leaf.source, Satisfaction)]
    named = {folded(text) for leaf in leaves for text in (leaf.id, leaf.name, *leaf.aliases)}
    own = {f"margin:{name}": frozenset({folded(name)}) for one in surveys(scheme) for name in one.calibrate}
    asked = {f"question:{name}": frozenset({key}) for key, name in questions_of(scheme).items()}
    taken = frozenset[str]().union(*own.values(), *asked.values())
    shared = {role: some - taken for role, some in _ROLES.items()}
    shared["answer"] |= named - taken
    return {**shared, **own, **asked}


def _is_header(at: Mapping[str, tuple[int, ...]]) -> bool:
    asked = "answer" in at or any(role.startswith("question:") for role in at)
    return "unit" in at and asked and "count" not in at


def holds_responses(grid: Grid, scheme: Scheme) -> bool:
    """Return whether a header row of the sheet names units and answers, but no counts."""
    return find_listing(grid, _roles(scheme), _is_header, Layout()) is not None


def read_responses(grid: Grid, sheet: Sheet, scheme: Scheme) -> pd.DataFrame | None:
    """Return a row an answer; a blank answer is a row without one.

    Parameters
    ----------
    grid : Grid
        The sheet.
    sheet : Sheet
        What it is read with.
    scheme : Scheme
        Its surveys say which questions, answers, channels and calibration variables there are.

    Returns
    -------
    DataFrame or None
        unit, answer[, question, respondent, weight, stratum, cluster, clusters, members, channel,
        calibration variables], cell_sheet, cell_row, cell_column; None where no table was found.
    """
    found = find_listing(grid, _roles(scheme), _is_header, sheet.pins)
    if found is None:
        what = Text("单个答卷表找不到表头", "the table of single answers has no header row")
        hint = Text(
            "表头请用:乡镇、答案(或方案中各题的名称)、受访者编号、权重等",
            "head the columns unit, answer (or the scheme's questions), respondent, weight and so on",
        )
        refuse_header(grid, sheet.log, what, hint)
        return None
    units = _unit_columns(found, sheet)
    listing = without_asides(found, units[0], sheet.log)
    listing, codes = _with_units(listing, units, sheet)
    _twice(listing, units, sheet)
    _strange_questions(listing, scheme, sheet)
    note_others(listing, sheet.log)
    about = {"unit": codes, **_about_persons(listing, units, sheet, scheme)}
    texts = {column for role, some in listing.heads.items() if role not in _NUMBERS for column in some}
    listing.refuse_faulty(texts, sheet)
    parts = [_answers(listing, column, asked, sheet, scheme) for column, asked in _asked(listing, scheme)]
    if len(parts) > 1 and "respondent" not in about:  # a row is a person
        about["respondent"] = np.array([f"{grid.place}!{row + 1}" for row in listing.rows], dtype=object)
    return _joined(about, parts)


def _unit_columns(listing: Listing, sheet: Sheet) -> tuple[int, ...]:
    """Return the columns of units, the one that names most of them first.

    A code may stand beside the name. A column of villages is one only if no other column names units.
    """
    columns = listing.heads["unit"]
    pinned = [at for at in columns if folded(listing.label(at)) == folded(sheet.pins.key)]
    if pinned or len(columns) == 1:
        return tuple(pinned) or columns
    named = {
        at: len({code for text in listing.texts(at)[1] if (code := sheet.units.find(text))}) for at in columns
    }
    first = max(columns, key=lambda at: named[at])
    clusters = listing.heads.get("cluster", ())
    return (first, *(at for at in columns if at != first and at not in clusters and not sheet.units.open))


def _with_units(
    listing: Listing, columns: tuple[int, ...], sheet: Sheet
) -> tuple[Listing, NDArray[np.object_]]:
    """Return the rows about a known unit and their codes; others with anything in them are refused."""
    told = {*columns, *listing.heads.get("indicator", ())}  # a form may state its indicator in every row
    others = {column for some in listing.heads.values() for column in some if column not in told}
    listing = listing.keep(listing.rows[rows_with(listing, others)])

    def code_of(text: str) -> str | None:
        if sheet.units.open:
            return folded(text) if text.isascii() else text
        return sheet.units.find(text)

    codes, *more = (listing.mapped(column, code_of) for column in columns)
    for column, beside in zip(columns[1:], more, strict=True):
        differs = np.array([one and other and one != other for one, other in zip(codes, beside, strict=True)])
        listing.refuse(column, np.flatnonzero(differs), _another_unit, sheet.log)
        codes = np.where(pd.isna(codes), beside, codes)
    known = pd.notna(codes)

    def said(text: str) -> tuple[str, Text, Text]:
        if text:
            what = Text(f"没有这个单位:{brief(text)}", f"unknown unit: {brief(text)}")
            return "unit.unknown", what, sheet.units.hint(text)
        what = Text("这一行有答案,但没有单位名称", "this row has answers but names no unit")
        return "unit.blank", what, Text("请补上单位名称或代码", "write the unit's name or code")

    listing.refuse(columns[0], np.flatnonzero(~known), said, sheet.log)
    return listing.keep(listing.rows[known]), codes[known]


def _another_unit(text: str) -> tuple[str, Text, Text]:
    what = Text(f"“{brief(text)}”与同一行的另一列不是同一单位", f"'{brief(text)}' is not the unit beside it")
    return "unit.differs", what, Text("请核对代码和名称", "check the code against the name")


def _twice(listing: Listing, units: tuple[int, ...], sheet: Sheet) -> None:
    """Refuse a second column of one meaning; of units there may be several."""
    for role, columns in listing.heads.items():
        own = [at for at in columns if at not in units]
        if role == "unit" or len(own) < 2:  # noqa: PLR2004  two columns of one meaning
            continue
        first, second = listing.label(own[0]), listing.label(own[1])
        what = Text(f"“{second}”与“{first}”含义相同", f"'{second}' means the same as '{first}'")
        hint = Text("只保留一列,或在方案 layouts 里忽略一列", "keep one, or leave one out in the layouts")
        sheet.log.refuse(listing.grid, (listing.header, own[1]), "table.column_twice", what, hint)


def _strange_questions(listing: Listing, scheme: Scheme, sheet: Sheet) -> None:
    """Refuse columns that hold answers of the scale under a header that is none of the questions."""
    answers = told(satisfaction_answers(scheme))
    unread = listing.heads.get("answer", ()) if _is_wide(listing) else ()
    for column in (*listing.others, *unread):
        held = {folded(text) for text in listing.texts(column)[1]}
        if held & answers:
            label = listing.label(column)
            what = Text(
                f"这一列是答案,但方案里没有这一题:“{label}”",
                f"this column holds answers, but the scheme has no such question: '{label}'",
            )
            asked = [*questions_of(scheme).values()]
            hint = did_you_mean(label, asked) if asked else Text(
                "只有一题的,表头写“答案”;有几题的,在方案 questions 里列出",
                "with one question head the column 'answer'; list several under the scheme's questions",
            )  # fmt: skip
            at = (listing.header, column)
            sheet.log.refuse(listing.grid, at, "responses.question", what, hint)


def _about_persons(listing: Listing, units: tuple[int, ...], sheet: Sheet, scheme: Scheme) -> Columns:
    """Return what a row says beside the answer."""
    found: Columns = {}
    for role in _TEXTS:
        column = next((at for at in listing.heads.get(role, ()) if at not in units), None)
        if column is not None:
            found[role] = listing.mapped(column, str)
    for role in _NUMBERS:
        if (column := listing.column(role)) is not None:
            found[role] = listing.numbers(column, sheet)
    if (column := listing.column("channel")) is not None:
        known = channels_of(scheme)
        found["channel"] = listing.mapped(column, lambda text: known.get(folded(text), text))
    for role in listing.heads:
        if role.startswith("margin:"):
            found[role.removeprefix("margin:")] = listing.mapped(listing.heads[role][0], str)
    said = {name: np.full(len(listing.rows), text, dtype=object) for name, text in sheet.about}
    return {**found, **said}


def _asked(listing: Listing, scheme: Scheme) -> list[tuple[int, Any]]:
    """Return the columns of answers, each with its question: a name, a column, or nothing."""
    wide = [
        (columns[0], role.removeprefix("question:"))
        for role, columns in listing.heads.items()
        if role.startswith("question:")
    ]
    answer = listing.column("answer")
    if answer is None or (wide and "question" not in listing.heads):
        return wide
    question = listing.column("question")
    if question is None:
        return [(answer, None)]
    known = questions_of(scheme)
    return [(answer, listing.mapped(question, lambda text: known.get(folded(text), text)))]


def _is_wide(listing: Listing) -> bool:
    """Whether there is a column for each question, and none that names the question of a row."""
    return any(role.startswith("question:") for role in listing.heads) and "question" not in listing.heads


def _answers(listing: Listing, column: int, asked: Any, sheet: Sheet, scheme: Scheme) -> Columns:
    """Return the answers of one column with their question and their cells."""
    known = satisfaction_answers(scheme)

    def meaning(text: str) -> str | None:
        word = folded(text)
        if word in known:
            return known[word]
        blank = parse_cell(text, tokens=sheet.tokens).status == "not_reported"
        return None if blank else text

    found: Columns = {"answer": listing.mapped(column, meaning), **listing.places(column, _beside(listing))}
    if isinstance(asked, str):
        found["question"] = np.full(len(listing.rows), asked, dtype=object)
    elif asked is not None:
        found["question"] = asked
    return found


def _beside(listing: Listing) -> dict[str, int]:
    """Return the columns a fault may be in, by what they hold."""
    roles = {role: role.removeprefix("margin:") for role in listing.heads}
    return {
        name: listing.heads[role][0]
        for role, name in roles.items()
        if role in (*_TEXTS, *_NUMBERS, "channel") or role != name
    }


def _joined(about: Columns, parts: list[Columns]) -> pd.DataFrame:
    """Return one frame of the columns of answers, what is said of the person beside each."""
    frames = [
        pd.DataFrame(
            {name: pd.Series(values, dtype=values.dtype) for name, values in {**about, **part}.items()}
        )
        for part in parts
    ]
    return stacked(frames)


def merged_responses(frames: list[pd.DataFrame], log: Log) -> pd.DataFrame | None:
    """Return the answers of all sheets as one table, None without any; a sheet given twice is a problem.

    Parameters
    ----------
    frames : list of DataFrame
        From `read_responses`.
    log : Log
        Takes ``responses.copy``, which names both sheets: a sample that is counted twice looks twice as sure.
    """
    kept: list[pd.DataFrame] = []
    for frame in frames:
        before = next((other for other in kept if _same(frame, other)), None)
        if before is None:
            kept.append(frame)
        else:
            there = before["cell_sheet"].iloc[0]
            what = Text(f"答卷与 {there} 完全相同", f"the answers are those of {there}, every one of them")
            hint = Text("同一份表交了两次的,请删去一份", "if one sheet was handed in twice, delete one")
            log.add("error", "responses.copy", str(frame["cell_sheet"].iloc[0]), what, hint)
    return stacked(kept) if kept else None


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two sheets hold the same answers of the same persons; a handful may well agree by chance."""
    if len(one) != len(other) or len(one) < _TELLING or set(one.columns) != set(other.columns):
        return False
    ids = ("cell_sheet", "cell_row", "cell_column", "source_unit", "document", "respondent")
    own = [name for name in one.columns if name not in ids]
    return one[own].equals(other[own]) and _persons(one) == _persons(other)


def _persons(frame: pd.DataFrame) -> list[str]:
    """Return who answered; persons that are rows of their sheet are known by the row."""
    if "respondent" not in frame:
        return []
    return [str(name).rpartition("!")[2] for name in frame["respondent"]]


def stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return frames one below the other; a column some of them lack is blank there.

    Examples
    --------
    >>> one = pd.DataFrame({"unit": pd.Series(["1"], dtype=object), "weight": [2.0]})
    >>> stacked([one, one[["unit"]]])["weight"].tolist()
    [2.0, nan]
    """
    if len(frames) == 1:
        return frames[0]
    kinds = {str(name): frame[name].dtype for frame in frames for name in frame.columns}
    joined = {
        name: np.concatenate([_column(frame, name, kind) for frame in frames]) for name, kind in kinds.items()
    }
    return pd.DataFrame({name: pd.Series(values, dtype=values.dtype) for name, values in joined.items()})


def _column(frame: pd.DataFrame, name: str, kind: Any) -> NDArray[Any]:
    if name in frame.columns:
        return np.asarray(frame[name].to_numpy())
    return np.full(len(frame), np.nan if kind == np.float64 else None, dtype=kind)
