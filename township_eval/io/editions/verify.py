"""Whether a folder of results is as it was written: files, editions, schemes and histories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from township_eval.errors import DataError, Problem, TownshipEvalError
from township_eval.inputs import period_key
from township_eval.io.archive import read_plain
from township_eval.io.editions.manifest import MANIFEST, Edition, Manifest, read_manifest, stamp_of
from township_eval.io.editions.stamping import Replaced
from township_eval.io.places import on_disk, reason_of, shown
from township_eval.language import Text
from township_eval.scheme.parse import parse_scheme

__all__ = ["Verified", "verify_folder"]

_LISTED: Final = 20
_TEMPORARY: Final = ("~$", ".")
_RESTORE: Final = Text("用原文件恢复,或查明是谁改的", "restore the original, or find out who changed it")


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found.

    Attributes
    ----------
    manifest : Manifest
        Of the folder.
    problems : tuple of Problem
        Errors are differences; warnings do not touch what was published.
    checked : int
        Number of files compared.
    whole : tuple of str
        Periods whose every edition is as it was written.
    """

    manifest: Manifest
    problems: tuple[Problem, ...]
    checked: int
    whole: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing differs."""
        return all(problem.severity == "warning" for problem in self.problems)


@dataclass(slots=True)
class _Check:
    """One run over a folder."""

    folder: Path
    manifest: Manifest
    problems: list[Problem] = field(default_factory=list)
    checked: int = 0

    @property
    def errors(self) -> int:
        """Number of differences found so far."""
        return sum(problem.severity == "error" for problem in self.problems)

    def path(self, name: str) -> Path:
        """Return where a file of the manifest lies."""
        return self.folder / on_disk(name)


def verify_folder(folder: Path) -> Verified:
    """Compare a folder of results with its manifest, and the results with one another.

    Parameters
    ----------
    folder : Path
        Where `township-eval score` wrote.

    Returns
    -------
    Verified

    Raises
    ------
    DataError
        There is no such folder or no manifest in it, or the manifest itself was altered.

    Notes
    -----
    SHA-256 over every file; each archive states the digest of its own content, of the edition it replaces
    and of the results it was computed with; the manifest that of itself. Whoever alters a file and wants
    it unnoticed has to write all that rest on it anew: keep the manifest's digest where others can see it.
    """
    if not folder.is_dir():
        raise DataError([_no_folder(folder)])
    if not (folder / MANIFEST).exists():
        raise DataError([_no_manifest(folder)])
    check = _Check(folder, read_manifest(folder))
    differing = _compare_files(check)
    whole = []
    for period, editions in check.manifest.periods.items():
        faults = check.errors
        _compare_editions(check, period, editions, differing)
        _compare_inputs(check, editions[-1])
        if check.errors == faults and differing.isdisjoint(one.file for one in editions):
            whole.append(period)
    check.problems += _unlisted(check)
    return Verified(check.manifest, tuple(check.problems), check.checked, tuple(whole))


def _compare_files(check: _Check) -> set[str]:
    """Compare every listed file with its checksum; return the names of those that differ or are missing."""
    differing = set()
    for name, noted in check.manifest.files.items():
        path = check.path(name)
        check.checked += 1
        try:
            same = stamp_of(path) == noted
        except OSError as error:
            check.problems.append(_missing(path, reason_of(error)))
            differing.add(name)
            continue
        if not same:
            check.problems.append(_altered(path))
            differing.add(name)
    return differing


# --- editions ------------------------------------------------------------------------------------------


def _compare_editions(check: _Check, period: str, editions: Sequence[Edition], differing: set[str]) -> None:
    """Compare a period's editions with what the manifest and they themselves say of one another."""
    before = ""
    for number, edition in enumerate(editions, start=1):
        path = check.path(edition.file)
        if edition.number != number:
            check.problems.append(_gap(period, number, edition.number))
            return
        if edition.file not in check.manifest.files:
            check.problems.append(
                _unchained(path, Text("清单没有列出它的校验值", "the manifest has no checksum"))
            )
        elif edition.file not in differing:
            check.problems += _compare_archive(check, path, period, edition, before)
        before = edition.digest


def _compare_archive(
    check: _Check, path: Path, period: str, edition: Edition, before: str
) -> Iterator[Problem]:
    try:
        plain = read_plain(path)
    except TownshipEvalError as error:
        yield from error.problems
        return
    found = Replaced.of(plain, {})
    if (found.period, found.number, found.digest) != (period, edition.number, edition.digest):
        yield _unchained(
            path, Text("考核期、版次或校验值与清单不符", "period, edition or digest is not the listed one")
        )
    if found.replaces != before:
        what = Text("所取代的版本不是清单中的前一版", "it does not replace the edition listed before it")
        yield _unchained(path, what)
    yield from _compare_scheme(path, plain, edition)
    if edition is check.manifest.periods[period][-1]:
        yield from _compare_history(check, path, found)


def _compare_scheme(path: Path, plain: Mapping[str, Any], edition: Edition) -> Iterator[Problem]:
    try:
        fingerprint = parse_scheme(plain["scheme"], keep_own=True).fingerprint
    except TownshipEvalError:
        fingerprint = ""  # of a version of the program that read schemes differently
    stated = {str(plain["fingerprint"]), edition.fingerprint}
    if len(stated) > 1 or (fingerprint and {fingerprint} != stated):
        yield Problem(
            "error", "verify.scheme", shown(path),
            Text("其中的方案与所写的方案指纹不符", "its scheme is not that of the fingerprint it states"),
            _RESTORE,
        )  # fmt: skip


def _compare_history(check: _Check, path: Path, found: Replaced) -> Iterator[Problem]:
    """Compare what a result was computed with, with the results that lie there now."""
    rows = found.tables.get("based_on", pd.DataFrame(columns=["period", "edition", "digest"]))
    known = set(rows["period"])
    for period, digest in zip(rows["period"], rows["digest"], strict=True):
        chain = check.manifest.periods.get(str(period), [])
        if not chain:
            yield _elsewhere(path, str(period))
        elif digest not in [one.digest for one in chain]:
            yield _other_history(path, str(period))
        elif digest != chain[-1].digest:
            yield _superseded(path, str(period), chain[-1].number)
    for period in _between(found.period, check.manifest.periods):
        if period not in known and not _is_provisional(check, period):  # 预评 is no history
            yield _left_out(path, period)


def _is_provisional(check: _Check, period: str) -> bool:
    try:
        plain = read_plain(check.path(check.manifest.periods[period][-1].file))
    except TownshipEvalError:  # it is among the problems already
        return False
    return bool(plain.get("provisional"))


def _between(period: str, periods: Iterable[str]) -> list[str]:
    """Return the earlier periods of the same length."""
    key = period_key(period)
    if key is None:
        return []
    keys = {other: period_key(other) for other in periods}
    return [other for other, at in keys.items() if at and at.months == key.months and at < key]


# --- inputs and strangers -------------------------------------------------------------------------------


def _compare_inputs(check: _Check, edition: Edition) -> None:
    """Compare the files of the newest edition; older ones rest on files that were corrected since."""
    for name, noted in edition.inputs.items():
        path = check.path(name)
        try:
            same = stamp_of(path) == noted
        except OSError:
            check.problems.append(_input_missing(path))
            continue
        check.checked += 1
        if not same:
            check.problems.append(_input_altered(path))


def _unlisted(check: _Check) -> Iterator[Problem]:
    found = sorted(
        name
        for path in check.folder.rglob("*")
        if path.is_file() and not path.name.startswith(_TEMPORARY)
        and (name := shown(path.relative_to(check.folder)).replace("\\", "/")) != MANIFEST
        and name not in check.manifest.files
    )  # fmt: skip
    for name in found[:_LISTED]:
        yield Problem(
            "warning", "verify.unlisted", shown(check.folder / name),
            Text("清单没有列出这个文件", "the manifest does not list this file"),
            Text("不是 score 写出的结果;核对来源", "`score` did not write it; check where it comes from"),
        )  # fmt: skip
    if len(found) > _LISTED:
        more = len(found) - _LISTED
        yield Problem(
            "warning", "verify.unlisted", shown(check.folder),
            Text(f"另有 {more} 个文件没有列出", f"{more} more files are not listed"),
            Text("结果以外的文件放到别的文件夹", "keep other files in another folder"),
        )  # fmt: skip


# --- what is wrong --------------------------------------------------------------------------------------


def _no_folder(folder: Path) -> Problem:
    return Problem(
        "error", "verify.folder", shown(folder),
        Text("没有这个结果文件夹", "there is no such folder of results"),
        Text("给出 score 命令的结果文件夹", "give the folder that `score` wrote to"),
    )  # fmt: skip


def _no_manifest(folder: Path) -> Problem:
    return Problem(
        "error", "verify.no_manifest", shown(folder),
        Text("没有结果清单 manifest.json", "there is no manifest.json"),
        Text("恢复清单;较早版本写的结果请重新评分一次",
             "restore it; results of an earlier version of the program have to be scored once more"),
    )  # fmt: skip


def _missing(path: Path, why: Text) -> Problem:
    what = Text("清单中的文件不在({why})", "a listed file is not there ({why})").format(why=why)
    return Problem("error", "verify.missing", shown(path), what, Text("恢复这个文件", "restore it"))


def _altered(path: Path) -> Problem:
    what = Text("内容与清单不符,文件被改动过", "not what the manifest says: the file was altered")
    return Problem("error", "verify.altered", shown(path), what, _RESTORE)


def _gap(period: str, wanted: int, found: int) -> Problem:
    return Problem(
        "error", "verify.chain", period,
        Text(f"缺第 {wanted} 版,清单接着是第 {found} 版", f"edition {wanted} is missing before {found}"),
        Text("恢复 editions 文件夹和清单", "restore the folder editions and the manifest"),
    )  # fmt: skip


def _unchained(path: Path, what: Text) -> Problem:
    return Problem("error", "verify.chain", shown(path), what, _RESTORE)


def _other_history(path: Path, period: str) -> Problem:
    return Problem(
        "error", "verify.history", shown(path),
        Text(f"计算时所依据的 {period} 结果,不是这里任何一版",
             f"computed with a result of {period} that is no edition here"),
        Text(f"恢复原来的 {period} 结果,或重新评分", f"restore the result of {period}, or score again"),
    )  # fmt: skip


def _superseded(path: Path, period: str, number: int) -> Problem:
    return Problem(
        "warning", "verify.history_superseded", shown(path),
        Text(f"所依据的 {period} 结果已有新的第 {number} 版",
             f"computed with {period} before its edition {number}"),
        Text("需要时重新评分", "score again if it shall rest on that"),
    )  # fmt: skip


def _left_out(path: Path, period: str) -> Problem:
    return Problem(
        "warning", "verify.history_gap", shown(path),
        Text(f"计算时没有用到 {period} 的结果,往期有缺口",
             f"computed without {period}: a gap in its history"),
        Text("给出 --history 重新评分", "score again with --history"),
    )  # fmt: skip


def _elsewhere(path: Path, period: str) -> Problem:
    return Problem(
        "warning", "verify.history_elsewhere", shown(path),
        Text(f"所依据的 {period} 结果不在这个文件夹,无法核对",
             f"computed with {period}, which is not in this folder"),
        Text("到保存它的文件夹核对", "verify the folder that holds it"),
    )  # fmt: skip


def _input_missing(path: Path) -> Problem:
    return Problem(
        "warning", "verify.input_missing", shown(path),
        Text("原始数据不在原处,无法核对", "the input file is not where it was, it cannot be compared"),
        Text("归档前放回原处", "put it back before archiving"),
    )  # fmt: skip


def _input_altered(path: Path) -> Problem:
    return Problem(
        "error", "verify.input_altered", shown(path),
        Text("原始数据在评分后改动过", "the input file was altered after the result was made"),
        Text("恢复原文件;数据有误用更正单更正", "restore the original; mend wrong data by a correction"),
    )  # fmt: skip
