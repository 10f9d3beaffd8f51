"""A result put into its folder: as the next edition of its period where another one lies there already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from township_eval.errors import DataError, Problem
from township_eval.io.archive import archive_text, read_plain
from township_eval.io.editions.manifest import Edition, Manifest, Stamp, place_beside, stamp_of
from township_eval.io.editions.stamping import Replaced, Sealed, edition_of, stamp
from township_eval.io.files import write_beside
from township_eval.io.places import on_disk, shown
from township_eval.language import Text

if TYPE_CHECKING:
    from township_eval.evaluation import Evaluation

__all__ = ["EDITIONS", "Filing", "enter", "keep", "prepare_filing"]

#: Folder of the editions that were replaced, beside the results.
EDITIONS: Final = "editions"


@dataclass(frozen=True, slots=True)
class Filing:
    """What is to be written for one period.

    Attributes
    ----------
    sealed : Sealed
        The result as edition, with its digest.
    text : str
        Content of its archive.
    kept : Path or None
        Where the edition that it replaces goes; None where it replaces none.
    replaced : Replaced or None
        That edition.
    """

    sealed: Sealed
    text: str
    kept: Path | None = None
    replaced: Replaced | None = None

    @property
    def evaluation(self) -> Evaluation:
        """The result as edition."""
        return self.sealed.evaluation


def prepare_filing(
    evaluation: Evaluation,
    target: Path,
    manifest: Manifest,
    *,
    based_on: Sequence[Sealed] = (),
    inputs: Mapping[str, Stamp] | None = None,
) -> Filing:
    """Return the edition that a result is; nothing is written yet.

    The same content as that of the edition in place is that edition again. Other content is the next one.

    Parameters
    ----------
    evaluation : Evaluation
        As computed.
    target : Path
        Its archive, ``PERIOD.json``.
    manifest : Manifest
        Of the folder.
    based_on : sequence of Sealed
        Its history.
    inputs : mapping of str to Stamp, optional
        Its input files.

    Raises
    ------
    DataError
        The archive in place is not what the manifest or its own digest says, or is no archive: it may be
        a published result that somebody altered, and is not passed over.
    """
    stamps = dict(inputs or {})
    sums = {name: one.sha256 for name, one in stamps.items()}
    if not target.exists():
        return _filed(stamp(evaluation, based_on=based_on))
    chain = manifest.periods.get(evaluation.period, [])
    placed = _in_place(target, manifest, chain, evaluation.period)
    before = _before(placed, chain, target.parent)
    again = _filed(stamp(evaluation, replaced=before, based_on=based_on, inputs=sums))
    if again.sealed.digest == placed.digest:
        return again
    kept = target.parent / EDITIONS / on_disk(f"{target.stem}.{placed.number}.json")
    if kept.exists() and kept.read_bytes() != target.read_bytes():
        raise DataError([_taken(kept)])
    following = _filed(stamp(evaluation, replaced=placed, based_on=based_on, inputs=sums))
    return replace(following, kept=kept, replaced=placed)


def keep(filing: Filing, target: Path) -> None:
    """Copy the edition that is replaced to where it is kept; the one in place is still there."""
    if filing.kept is not None:
        with write_beside(filing.kept) as beside:
            beside.write_bytes(target.read_bytes())


def enter(
    manifest: Manifest, folder: Path, target: Path, filing: Filing, others: Sequence[Path],
    inputs: Mapping[str, Stamp],
) -> None:  # fmt: skip
    """Enter what was written into the manifest, in place.

    Parameters
    ----------
    manifest : Manifest
        Of the folder.
    folder : Path
    target : Path
        The archive.
    filing : Filing
        What was written.
    others : sequence of Path
        Further files made from it.
    inputs : mapping of str to Stamp
        Its input files.
    """
    evaluation, number = filing.evaluation, edition_of(filing.evaluation)
    earlier = [one for one in manifest.periods.get(evaluation.period, []) if one.number < number]
    if filing.kept is not None and filing.replaced is not None:
        place, old = place_beside(folder, filing.kept), filing.replaced
        known = next((one.inputs for one in earlier if one.number == old.number), {})
        moved = Edition(old.number, place, old.digest, old.fingerprint, known)
        earlier = [*(one for one in earlier if one.number < old.number), moved]
        manifest.files[place] = stamp_of(filing.kept)
    name = place_beside(folder, target)
    this = Edition(number, name, filing.sealed.digest, evaluation.scheme.fingerprint, dict(inputs))
    manifest.periods[evaluation.period] = [*earlier, this]
    for path in (target, *others):
        manifest.files[place_beside(folder, path)] = stamp_of(path)


def _filed(evaluation: Evaluation) -> Filing:
    text, digest = archive_text(evaluation)
    return Filing(Sealed(evaluation, digest), text)


def _in_place(target: Path, manifest: Manifest, chain: Sequence[Edition], period: str) -> Replaced:
    """Return the result that lies there, once it is sure that nobody altered it."""
    noted = manifest.files.get(place_beside(target.parent, target))
    if noted is not None and stamp_of(target) != noted:
        raise DataError([_altered(target)])
    placed = Replaced.of(read_plain(target), chain[-1].sums if chain else {})
    if placed.period != period:
        raise DataError([_other_period(target, placed.period, period)])
    return placed


def _before(placed: Replaced, chain: Sequence[Edition], folder: Path) -> Replaced | None:
    """Return the edition that the one in place replaced."""
    noted = next((one for one in chain if one.number == placed.number - 1), None)
    return None if noted is None else Replaced.of(read_plain(folder / on_disk(noted.file)), noted.sums)


def _altered(target: Path) -> Problem:
    return Problem(
        "error", "edition.altered", shown(target),
        Text("已有结果与清单 manifest.json 不符,没有覆盖",
             "the result in place is not what manifest.json says; it was not overwritten"),
        Text("先用 verify 核对,恢复原文件后再评分", "run verify, restore the original, then score again"),
    )  # fmt: skip


def _taken(kept: Path) -> Problem:
    return Problem(
        "error", "edition.exists", shown(kept),
        Text("前一版要存放在这里,但已有另一份文件", "the edition before goes here, but another file does"),
        Text("先用 verify 核对,把多余的文件移开", "run verify and move the other file away"),
    )  # fmt: skip


def _other_period(target: Path, there: str, period: str) -> Problem:
    return Problem(
        "error", "edition.period", shown(target),
        Text(f"这里已有考核期 {there} 的结果,不能放 {period}",
             f"the result of {there} lies here, {period} cannot be put there"),
        Text("换一个结果文件夹", "choose another folder of results"),
    )  # fmt: skip
