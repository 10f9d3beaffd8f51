"""Result files: named after the period, written both or none."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from township_eval.cli.options import PATH
from township_eval.errors import DataError, Problem
from township_eval.language import Text

if TYPE_CHECKING:
    from township_eval.evaluation import Evaluation

__all__ = ["cannot_write", "file_stem", "result_paths", "workbook_option", "write_results"]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_ONLY_XLSX: Final = Text(
    "只写 .xlsx 工作簿,不写 {suffix};请把文件名改为 {name}",
    "only .xlsx workbooks are written, not {suffix}; name the file {name}",
)
_NOT_IN_NAMES: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


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


def file_stem(period: str) -> str:
    """Return a period as the name of a file on any system.

    Examples
    --------
    >>> file_stem("2018-H2"), file_stem("2018/上半年"), file_stem("..")
    ('2018-H2', '2018_上半年', '_')
    """
    return _NOT_IN_NAMES.sub("_", period).strip(" .") or "_"


def result_paths(folder: Path, period: str) -> tuple[Path, Path]:
    """Return where the workbook and the archive of a period go."""
    from township_eval.io.places import on_disk

    stem = file_stem(period)
    return folder / on_disk(f"{stem}.xlsx"), folder / on_disk(f"{stem}.json")


def write_results(evaluation: Evaluation, folder: Path, lang: str) -> tuple[Path, ...]:
    """Write the workbook and the archive of an evaluation, both or none.

    Parameters
    ----------
    evaluation : Evaluation
        Any evaluation.
    folder : Path
        Made when it does not exist.
    lang : {"zh", "en"}
        Language of the workbook.

    Returns
    -------
    tuple of Path
        Workbook and archive.

    Raises
    ------
    DataError
        A target is open in another program, or the disk refuses it.
    """
    from township_eval.io.archive import write_evaluation
    from township_eval.io.files import write_beside
    from township_eval.reports.workbook import write_workbook

    workbook, archive = result_paths(folder, evaluation.period)
    try:
        # The workbook takes its place first: it is the one somebody may have open in the meantime.
        with write_beside(archive) as archive_beside, write_beside(workbook) as workbook_beside:
            write_evaluation(evaluation, archive_beside)
            write_workbook(evaluation, workbook_beside, lang=lang)
    except OSError as error:
        raise DataError([cannot_write(folder, error)]) from error
    return workbook, archive


def cannot_write(place: Path, error: OSError) -> Problem:
    """Return the problem of a place that cannot be written to."""
    from township_eval.io.places import reason_of, shown

    return Problem(
        "error", "file.write", shown(place),
        Text("写不进去({why})", "cannot be written ({why})").format(why=reason_of(error)),
        Text("请检查磁盘空间、写入权限和路径", "check the free space, the permission and the path"),
    )  # fmt: skip
