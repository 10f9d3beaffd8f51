"""``township-eval demo``: the Lingwu example from end to end, in a folder of the user's own."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from township_eval.cli.batch import Outcome, run_batch
from township_eval.cli.exits import DONE
from township_eval.cli.options import PATH, lang_option
from township_eval.cli.placing import Placing, in_the_way, place
from township_eval.cli.score import report
from township_eval.cli.voice import Voice
from township_eval.cli.writing import file_stem, result_paths
from township_eval.errors import DataError, Problem
from township_eval.language import Text

if TYPE_CHECKING:
    from township_eval.evaluation import Evaluation

__all__ = ["demo"]

_SCHEME: Final = "scheme.yaml"
_PERIODS: Final = ("2018-H1", "2018-H2")
_UNIT: Final = "白土岗乡"
# What builds the example is of no use to who tries the program.
_SHOWN: Final = frozenset({".yaml", ".xlsx", ".csv", ".md"})
_WORKSHOP: Final = frozenset({"returns.yaml", "figures.csv"})
_HINT: Final = Text(
    "请用 -o 另选一个文件夹;要给改过的文件评分,请用 township-eval score",
    "choose another folder with -o; to score files you have changed, use township-eval score",
)


@click.command(
    short_help="示例 / worked example",
    help="演示灵武示例的全过程。\n\nRun the Lingwu example from end to end.",
)
@click.option(
    "-o",
    "--output",
    type=PATH,
    default="township-demo",
    metavar="DIR",
    show_default=True,
    help="演示文件夹 / folder to write to",
)
@lang_option
@click.pass_obj
def demo(voice: Voice, *, output: Path) -> int:
    """Copy the example, score its two half-years, and say what to open next."""
    from township_eval.cli.progress import watched
    from township_eval.io.schemes import read_scheme

    inputs, results = output / "inputs", output / "results"
    _copy_example(inputs, results)
    with watched(2 * len(_PERIODS)) as step:
        outcomes = run_batch(
            read_scheme(inputs / _SCHEME),
            [inputs / period for period in _PERIODS],
            out=results,
            lang=voice.lang,
            step=step,
        )
    code = report(voice, outcomes)
    last = outcomes[-1].evaluation
    if code == DONE and last is not None:
        _say_next(voice, output, outcomes, _write_explanation(last, results, voice.lang))
    return code


def _copy_example(inputs: Path, results: Path) -> None:
    """Copy the example's files; refuse where files of other content or origin are in the way."""
    placings = _placings(inputs)
    problems = in_the_way(placings, _HINT)
    ours = all(target.exists() for _, target in placings)
    if not problems and not ours:
        problems = [_foreign(path) for path in _targets(results) if path.exists()]
    if problems:
        raise DataError(problems)
    place(placings)


def _placings(inputs: Path) -> list[Placing]:
    source = Path(str(files("township_eval.examples"))) / "lingwu"
    shown = [
        path
        for path in sorted(source.rglob("*"))
        if path.suffix in _SHOWN and path.name not in _WORKSHOP and not path.name.startswith(("~$", "."))
    ]
    return [(path, inputs / path.relative_to(source)) for path in shown]


def _targets(results: Path) -> list[Path]:
    return [path for period in _PERIODS for path in result_paths(results, period)] + [_explanation(results)]


def _explanation(results: Path) -> Path:
    return results / f"{file_stem(_PERIODS[-1])} {_UNIT}.txt"


def _foreign(path: Path) -> Problem:
    what = Text(
        "文件夹里已有不是本演示写出的同名文件,未覆盖",
        "a file of this name is there that the demo did not write; it was not overwritten",
    )
    return Problem("error", "file.exists", str(path), what, _HINT)


def _write_explanation(evaluation: Evaluation, results: Path, lang: str) -> Path:
    from township_eval.io.files import write_beside

    target = _explanation(results)
    with write_beside(target) as beside:
        # With a mark at its start the Windows Notepad of any office knows the encoding.
        beside.write_text(f"{evaluation.explain(_UNIT, lang=lang)}\n", encoding="utf-8-sig", newline="\n")
    return target


def _say_next(voice: Voice, output: Path, outcomes: list[Outcome], explanation: Path) -> None:
    workbook, archive = outcomes[-1].written[:2]
    scheme, inputs = output / "inputs" / _SCHEME, output / "inputs"
    voice.say(
        Text("可以打开:", "Open next:"),
        Text(f"  {workbook}  结果工作簿", f"  {workbook}  the results"),
        Text(f"  {explanation}  {_UNIT}的得分说明", f"  {explanation}  why {_UNIT} scored what it did"),
        Text(f"  {scheme}  考核方案", f"  {scheme}  the scheme"),
        Text(
            f"  {inputs / _PERIODS[-1]}  各部门报送的表",
            f"  {inputs / _PERIODS[-1]}  the departments' workbooks",
        ),
        Text("接着可以运行:", "Run next:"),
        f"  township-eval explain {_quoted(archive)} 梧桐树乡",
        f"  township-eval check {_quoted(scheme)} {_quoted(inputs / _PERIODS[-1])}",
        f"  township-eval template {_quoted(scheme)} -o {_quoted(output / 'template.xlsx')}",
    )


def _quoted(path: Path) -> str:
    """Return a path as it can be pasted into a command, on Windows too."""
    return f'"{path}"' if " " in str(path) else str(path)
