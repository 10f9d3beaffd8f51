"""``township-eval verify``: whether results, or an archive of them, are as they were written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from township_eval.cli.exits import DONE, PROBLEMS
from township_eval.cli.options import PATH, json_option, lang_option
from township_eval.cli.voice import Voice, count_of
from township_eval.io.places import shown
from township_eval.language import Text

if TYPE_CHECKING:
    from township_eval.io.editions.packed import Packed
    from township_eval.io.editions.verify import Verified

__all__ = ["verify"]

_DIGEST_SHOWN = 19


@click.command(
    short_help="核对结果 / verify results",
    help="核对结果文件夹:文件、版次、方案指纹、往期;归档的案卷按校验值核对。\n\n"
    "Compare a folder of results with its manifest: files, editions, schemes, history; an archive with its "
    "checksums.",
)
@click.argument("results", type=PATH, metavar="DIR")
@json_option
@lang_option
@click.pass_obj
def verify(voice: Voice, *, results: Path) -> int:
    """Name every file that differs, is missing or is not listed."""
    from township_eval.io.editions.packed import is_packed
    from township_eval.io.editions.verify import verify_folder

    if is_packed(results):
        return _verify_packed(voice, results)
    found = verify_folder(results)
    code = DONE if found.passed else PROBLEMS
    for period in found.whole:
        newest = found.manifest.periods[period][-1]
        digest = newest.digest[:_DIGEST_SHOWN]
        voice.say(
            Text(
                f"{period} 第 {newest.number} 版 一致({digest})",
                f"{period} edition {newest.number} ok ({digest})",
            )
        )
    if voice.as_json:
        voice.answer(
            {
                "exit_code": code,
                "checked": found.checked,
                "periods": list(found.whole),
                "problems": [problem.to_dict() for problem in found.problems],
            }
        )
        return code
    _say_end(voice, results, found)
    return code


def _verify_packed(voice: Voice, place: Path) -> int:
    from township_eval.io.editions.packed import verify_packed

    found = verify_packed(place)
    code = DONE if found.passed else PROBLEMS
    if voice.as_json:
        problems = [problem.to_dict() for problem in found.problems]
        voice.answer({"exit_code": code, "checked": found.checked, "problems": problems})
        return code
    _say_end(voice, place, found)
    return code


def _say_end(voice: Voice, results: Path, found: Verified | Packed) -> None:
    voice.complain(*(voice.line(problem) for problem in found.problems))
    if found.problems:
        voice.complain(count_of(found.problems))
    if found.passed:
        place = shown(results)
        voice.say(
            Text(
                f"{place}:核对 {found.checked} 个文件,全部一致",
                f"{place}: {found.checked} files, all as written",
            )
        )
