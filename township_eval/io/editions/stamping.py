"""Which edition of a period a result is, what it replaces and rests on, and what changed.

All of it stands in the result's own tables, so that it is in the archive and under its digest:
``edition`` (edition, replaces), ``changes`` (kind, what, what_en) and ``based_on`` (period, edition,
fingerprint, digest).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from township_eval.errors import Problem
from township_eval.evaluation import Evaluation
from township_eval.io.tables import from_table
from township_eval.language import Text, join_texts, listed

__all__ = ["Replaced", "Sealed", "edition_of", "stamp"]

_CODE: Final = "edition.replaces"
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Sealed:
    """A result with the digest of its file, ``sha256:...``."""

    evaluation: Evaluation
    digest: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """An edition that another one replaces, as far as changes are told from it.

    Read from the file alone, so that an archive of an earlier version of the program can be replaced too.
    """

    number: int
    digest: str
    replaces: str
    version: str
    fingerprint: str
    period: str
    as_of: str
    provisional: bool
    tables: Mapping[str, pd.DataFrame]
    inputs: Mapping[str, str]

    @classmethod
    def of(cls, plain: Mapping[str, Any], inputs: Mapping[str, str]) -> Replaced:
        """Return the edition an archive holds.

        Parameters
        ----------
        plain : mapping
            The archive as JSON.
        inputs : mapping of str to str
            SHA-256 of the files it was made from, by path; empty where nobody noted them.
        """
        stored = plain.get("tables", {})
        names = ("edition", "corrections", "based_on")
        tables = {name: from_table(stored[name], plain["units"]["order"]) for name in names if name in stored}
        number, replaces = _numbered(tables)
        return cls(
            number=number,
            digest=str(plain["digest"]),
            replaces=replaces,
            version=str(plain["version"]),
            fingerprint=str(plain["fingerprint"]),
            period=str(plain["period"]),
            as_of=str(plain.get("as_of", "")),
            provisional=bool(plain.get("provisional", False)),
            tables=tables,
            inputs=inputs,
        )


def edition_of(evaluation: Evaluation) -> int:
    """Return the number of an edition; what nobody has numbered is the first."""
    return _numbered(evaluation.table_rows)[0]


def _numbered(tables: Mapping[str, pd.DataFrame]) -> tuple[int, str]:
    """Return the number of an edition and the digest of the one it replaces."""
    table = tables.get("edition")
    if table is None or table.empty:
        return 1, ""
    return int(table["edition"].iloc[0]), str(table["replaces"].iloc[0])


def stamp(
    evaluation: Evaluation,
    *,
    replaced: Replaced | None = None,
    based_on: Sequence[Sealed] = (),
    inputs: Mapping[str, str] | None = None,
) -> Evaluation:
    """Return a result that says which edition it is and which results it was computed with.

    Parameters
    ----------
    evaluation : Evaluation
        As computed.
    replaced : Replaced, optional
        The edition of the same period that it replaces; without one it is the first.
    based_on : sequence of Sealed
        Its history, oldest first.
    inputs : mapping of str to str, optional
        SHA-256 of its own files, by path.

    Returns
    -------
    Evaluation
        With the tables ``edition``, ``changes`` and ``based_on``, and a note that names what changed.
    """
    tables = dict(evaluation.table_rows)
    problems = evaluation.problems
    if based_on:
        tables["based_on"] = _based_on(based_on)
    if replaced is not None:
        number = replaced.number + 1
        changes = list(_changes(replaced, evaluation, tables, inputs or {}))
        tables["edition"] = pd.DataFrame({"edition": [number], "replaces": [replaced.digest]})
        tables["changes"] = pd.DataFrame(
            [(kind, what.zh, what.en) for kind, what in changes], columns=["kind", "what", "what_en"]
        )
        problems = (*problems, _note(evaluation.period, number, [what for _, what in changes]))
    return replace(evaluation, table_rows=tables, problems=problems)


def _based_on(history: Sequence[Sealed]) -> pd.DataFrame:
    rows = [
        (one.evaluation.period, edition_of(one.evaluation), one.evaluation.scheme.fingerprint, one.digest)
        for one in history
    ]
    return pd.DataFrame(rows, columns=["period", "edition", "fingerprint", "digest"])


def _changes(
    replaced: Replaced, evaluation: Evaluation, tables: Mapping[str, pd.DataFrame], inputs: Mapping[str, str]
) -> Iterator[tuple[str, Text]]:
    """Yield what differs between an edition and the one it replaces."""
    if replaced.provisional and not evaluation.provisional:
        yield "provisional", Text("预评改为定稿", "final instead of provisional")
    if replaced.fingerprint != evaluation.scheme.fingerprint:
        old, new = replaced.fingerprint[:19], evaluation.scheme.fingerprint[:19]
        yield "scheme", Text(f"方案改变({old} → {new})", f"another scheme ({old} -> {new})")
    if replaced.version != evaluation.version:
        old, new = replaced.version, evaluation.version
        yield "program", Text(f"程序版本由 {old} 改为 {new}", f"program version {old} -> {new}")
    if replaced.as_of != evaluation.as_of:
        first, then = (Text(day or "未写明", day or "none") for day in (replaced.as_of, evaluation.as_of))
        what = Text("数据截止日由 {first} 改为 {then}", "data as of {then}, before {first}")
        yield "as_of", what.format(first=first, then=then)
    for slip, what in _corrections(replaced.tables.get("corrections"), tables.get("corrections")):
        yield "correction", what.format(number=slip)
    known = {**replaced.inputs, **inputs}
    names = sorted(name for name in known if replaced.inputs.get(name) != inputs.get(name))
    if replaced.inputs and inputs and names:
        files = listed(names, _SHOWN)
        yield "inputs", Text(f"输入文件不同:{files.zh}", f"other input files: {files.en}")
    yield from _history(replaced.tables.get("based_on"), tables.get("based_on"))


def _corrections(before: pd.DataFrame | None, after: pd.DataFrame | None) -> Iterator[tuple[str, Text]]:
    old, new = _slips(before), _slips(after)
    for number in sorted({*old, *new}):
        if old.get(number) == new.get(number):
            continue
        if number not in old:
            yield number, Text("新增更正单 {number}", "correction {number} applied")
        elif number not in new:
            yield number, Text("撤销更正单 {number}", "correction {number} withdrawn")
        else:
            yield number, Text("更正单 {number} 内容改变", "correction {number} changed")


def _slips(table: pd.DataFrame | None) -> dict[str, list[str]]:
    if table is None:
        return {}
    return {str(row["number"]): [str(value) for value in row] for _, row in table.iterrows()}


def _history(before: pd.DataFrame | None, after: pd.DataFrame | None) -> Iterator[tuple[str, Text]]:
    known = [
        {} if table is None else dict(zip(table["period"], table["digest"], strict=True))
        for table in (before, after)
    ]
    changed = sorted(
        period for period in {*known[0], *known[1]} if known[0].get(period) != known[1].get(period)
    )
    if changed:
        periods = listed(changed, _SHOWN)
        yield "history", Text(f"所依据的往期结果改变:{periods.zh}", f"other earlier results: {periods.en}")


def _note(period: str, number: int, changes: Sequence[Text]) -> Problem:
    nothing = Text("没有记录到的改动", "no change that was noted")
    said = join_texts(changes) if changes else nothing
    return Problem(
        "warning", _CODE, period,
        Text("本期第 {number} 版,取代第 {before} 版:{said}", "edition {number}, in place of {before}: {said}")
        .format(number=number, before=number - 1, said=said),
        Text("前一版保存在 editions 文件夹", "the edition before is kept in the folder editions"),
    )  # fmt: skip
