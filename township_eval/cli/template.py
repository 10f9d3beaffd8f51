"""``township-eval template``: a workbook to fill in, or one for each department."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from township_eval.cli.exits import DONE
from township_eval.cli.options import PATH, lang_option
from township_eval.cli.placing import Placing, in_the_way, place
from township_eval.cli.voice import Voice
from township_eval.errors import DataError
from township_eval.language import Text

__all__ = ["template"]

_HINT = Text(
    "若可能已填数据,请换一个 -o;确要覆盖请加 --force",
    "choose another -o, or add --force to overwrite what may be filled in",
)


@click.command(
    short_help="填报模板 / workbook to fill in",
    help="按方案生成填报模板。\n\nWrite a workbook to fill in.",
)
@click.argument("scheme", type=PATH)
@click.option(
    "-o",
    "--output",
    type=PATH,
    required=True,
    metavar="PATH",
    help="工作簿或文件夹 / workbook, or folder",
)
@click.option("--by", type=click.Choice(["lead"]), help="每个牵头单位一份 / one per department")
@click.option("--force", is_flag=True, help="覆盖已有文件 / overwrite")
@lang_option
@click.pass_obj
def template(voice: Voice, *, scheme: Path, output: Path, by: str | None, force: bool) -> int:
    """Write the template, but never over a workbook that somebody may have filled in."""
    from township_eval.io.schemes import read_scheme
    from township_eval.io.template import write_template

    rules = read_scheme(scheme)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / output.name
        write_template(rules, draft, by_lead=by is not None)
        placings = _placings(draft, output)
        if not force and (problems := in_the_way(placings, _HINT)):
            raise DataError(problems)
        place(placings)
    for _, target in placings:
        voice.say(Text(f"已写出 {target}", f"written: {target}"))
    return DONE


def _placings(draft: Path, output: Path) -> list[Placing]:
    if draft.is_dir():
        return [(path, output / path.name) for path in sorted(draft.iterdir())]
    return [(draft, output)]
