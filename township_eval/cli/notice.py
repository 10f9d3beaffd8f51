"""``township-eval notice``: one workbook per township with its own result, and nobody else's name in it."""

from __future__ import annotations

from pathlib import Path

import click

from township_eval.cli.exits import DONE
from township_eval.cli.options import PATH, json_option, lang_option
from township_eval.cli.voice import Voice
from township_eval.language import Text

__all__ = ["notice"]


@click.command(
    short_help="告知各乡镇 / letters to townships",
    help="告知书:每个乡镇一个工作簿,只含本单位结果和回执。\n\n"
    "Letters: one workbook per township with its own result and a receipt.",
)
@click.argument("evaluation", type=PATH)
@click.option(
    "-o", "--output", type=PATH, required=True, metavar="DIR", help="告知书文件夹 / folder of letters"
)
@click.option(
    "--unit", "units", multiple=True, metavar="NAME", help="只写给该单位,可重复 / only to it, repeatable"
)
@json_option
@lang_option
@click.pass_obj
def notice(voice: Voice, *, evaluation: Path, output: Path, units: tuple[str, ...]) -> int:
    """Read a result and write the letters."""
    from township_eval.io.archive import read_evaluation
    from township_eval.io.places import shown
    from township_eval.reports.notices import write_notices

    result = read_evaluation(evaluation)
    written = write_notices(result, output, units=units or None, lang=voice.lang)
    for path in written:
        voice.say(Text(f"已写出 {shown(path)}", f"written: {shown(path)}"))
    count = len(written)
    voice.say(Text(f"{result.period} 告知书 {count} 份", f"{result.period}: {count} letters"))
    if voice.as_json:
        voice.answer(
            {"exit_code": DONE, "period": result.period, "written": [shown(path) for path in written]}
        )
    return DONE
