"""Earlier results: read from a folder, and which of them are the history of a period."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from township_eval.errors import DataError, Problem, TownshipEvalError
from township_eval.language import Text

if TYPE_CHECKING:
    from township_eval.evaluation import Evaluation
    from township_eval.io.editions.stamping import Sealed

__all__ = ["earlier_than", "read_past"]


def read_past(folder: Path) -> list[Sealed]:
    """Read every result of a folder, in the order of their file names, each with the digest of its file.

    Parameters
    ----------
    folder : Path
        Where `township-eval score` wrote its ``.json`` files.

    Raises
    ------
    DataError
        The folder does not exist, a ``.json`` file in it is no result, or two are of one period; all
        of them at once. None is passed over: a history with a hole gives other numbers.
    """
    from township_eval.io.archive import read_sealed
    from township_eval.io.editions.manifest import MANIFEST
    from township_eval.io.editions.stamping import Sealed

    if not folder.is_dir():
        raise DataError([_no_folder(folder)])
    found: dict[str, tuple[Path, Sealed]] = {}
    problems: list[Problem] = []
    for path in sorted(path for path in folder.glob("*.json") if path.name != MANIFEST):
        try:
            sealed = Sealed(*read_sealed(path))
        except TownshipEvalError as error:
            problems += error.problems
            continue
        period = sealed.evaluation.period
        if period in found:
            problems.append(_twice(period, found[period][0], path))
        found.setdefault(period, (path, sealed))
    if problems:
        raise DataError(problems)
    return [sealed for _, sealed in found.values()]


def earlier_than(period: str, evaluations: Sequence[Evaluation]) -> list[Evaluation]:
    """Return the history of a period: results of earlier periods of the same length, oldest first.

    A half-year is compared with half-years: the quarter that ended just before it would be another
    thing. Provisional results are no history. Periods without an order are history of one another
    in the order given.

    Parameters
    ----------
    period : str
        The period to be evaluated.
    evaluations : sequence of Evaluation
        All results at hand.
    """
    from township_eval.inputs import period_key

    settled = [earlier for earlier in evaluations if not earlier.provisional and earlier.period != period]
    key = period_key(period)
    if key is None:
        return [earlier for earlier in settled if period_key(earlier.period) is None]
    dated = [(period_key(earlier.period), earlier) for earlier in settled]
    fitting = [(at, earlier) for at, earlier in dated if at and at.months == key.months and at < key]
    return [earlier for _, earlier in sorted(fitting, key=lambda pair: pair[0])]


def _no_folder(folder: Path) -> Problem:
    return Problem(
        "error", "history.folder", str(folder),
        Text("没有这个往期结果文件夹", "there is no such folder of earlier results"),
        Text("请给出 score 命令写出 .json 结果的文件夹", "give the folder of `score` with its .json files"),
    )  # fmt: skip


def _twice(period: str, first: Path, second: Path) -> Problem:
    return Problem(
        "error", "period.twice", str(second),
        Text(f"考核期 {period} 在 {first.name} 中已有一份结果",
             f"{first.name} already holds a result of period {period}"),
        Text("每个考核期只保留一份结果", "keep one result for each period"),
    )  # fmt: skip
