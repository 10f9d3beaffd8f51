"""Result files: named after the period, written both or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from township_eval.errors import DataError, Problem
from township_eval.io.places import file_stem
from township_eval.language import Text

if TYPE_CHECKING:
    from township_eval.evaluation import Evaluation

__all__ = ["cannot_write", "file_stem", "result_paths", "write_results"]


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
