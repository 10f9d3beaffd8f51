"""Result files: named after the period, written both or none, and entered in the manifest of their folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from township_eval.cli.options import PATH
from township_eval.errors import DataError, Problem
from township_eval.io.places import file_stem
from township_eval.language import Text

if TYPE_CHECKING:
    from township_eval.evaluation import Evaluation
    from township_eval.io.editions.manifest import Stamp
    from township_eval.io.editions.stamping import Sealed

__all__ = ["Written", "cannot_write", "file_stem", "result_paths", "workbook_option", "write_results"]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_ONLY_XLSX: Final = Text(
    "只写 .xlsx 工作簿,不写 {suffix};请把文件名改为 {name}",
    "only .xlsx workbooks are written, not {suffix}; name the file {name}",
)


def workbook_option(command: _Command) -> _Command:
    """Give a command ``--output`` for one workbook; another ending would promise another format."""
    return click.option(
        "-o", "--output", type=PATH, metavar="FILE", callback=_as_workbook,
        help="写出工作簿 / workbook to write (.xlsx)",
    )(command)  # fmt: skip


def _as_workbook(context: click.Context, _: click.Parameter, value: Path | None) -> Path | None:
    if value is None or value.suffix.lower() == ".xlsx":
        return value
    from township_eval.cli.voice import Voice
    from township_eval.io.places import shown_name

    suffix = value.suffix or Text("没有扩展名的文件", "a file without an ending")
    said = _ONLY_XLSX.format(suffix=suffix, name=shown_name(value.with_suffix(".xlsx")))
    raise click.BadParameter(said.say(context.ensure_object(Voice).lang))


def result_paths(folder: Path, period: str) -> tuple[Path, Path]:
    """Return where the workbook and the archive of a period go."""
    from township_eval.io.places import on_disk

    stem = file_stem(period)
    if stem.casefold() == "manifest":  # the folder's own
        stem = f"{stem}_"
    return folder / on_disk(f"{stem}.xlsx"), folder / on_disk(f"{stem}.json")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written for a period: workbook, archive and what an earlier edition was moved to."""

    sealed: Sealed
    paths: tuple[Path, ...]


def write_results(
    evaluation: Evaluation,
    folder: Path,
    lang: str,
    *,
    based_on: Sequence[Sealed] = (),
    inputs: Mapping[str, Stamp] | None = None,
) -> Written:
    """Write the workbook and the archive of an evaluation, both or none, and enter them in the manifest.

    Where the folder holds another result of this period, that one is kept under ``editions`` and the new
    one is the next edition; the same result again changes nothing.

    Parameters
    ----------
    evaluation : Evaluation
        Any evaluation.
    folder : Path
        Made when it does not exist.
    lang : {"zh", "en"}
        Language of the workbook.
    based_on : sequence of Sealed
        Its history.
    inputs : mapping of str to Stamp, optional
        The files it was made from.

    Returns
    -------
    Written
        The result as edition, and the files.

    Raises
    ------
    DataError
        A target is open in another program, the disk refuses it, or what lies there was altered.
    """
    from township_eval.io.editions.filing import enter, keep, prepare_filing
    from township_eval.io.editions.manifest import read_manifest, write_manifest
    from township_eval.io.files import write_beside
    from township_eval.reports.workbook import write_workbook

    workbook, archive = result_paths(folder, evaluation.period)
    files = dict(inputs or {})
    try:
        manifest = read_manifest(folder)
        filing = prepare_filing(evaluation, archive, manifest, based_on=based_on, inputs=files)
        # The workbook takes its place first: it is the one somebody may have open in the meantime.
        with write_beside(archive) as archive_beside, write_beside(workbook) as workbook_beside:
            archive_beside.write_text(filing.text, encoding="utf-8", newline="\n")
            write_workbook(filing.evaluation, workbook_beside, lang=lang)
            keep(filing, archive)
        enter(manifest, folder, archive, filing, [workbook], files)
        write_manifest(folder, manifest)
    except OSError as error:
        raise DataError([cannot_write(folder, error)]) from error
    kept = () if filing.kept is None else (filing.kept,)
    return Written(filing.sealed, (workbook, archive, *kept))


def cannot_write(place: Path, error: OSError) -> Problem:
    """Return the problem of a place that cannot be written to."""
    from township_eval.io.places import reason_of, shown

    return Problem(
        "error", "file.write", shown(place),
        Text("写不进去({why})", "cannot be written ({why})").format(why=reason_of(error)),
        Text("请检查磁盘空间、写入权限和路径", "check the free space, the permission and the path"),
    )  # fmt: skip
