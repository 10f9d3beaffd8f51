"""``township-eval archive``: results with all they rest on, as one file to keep."""

from __future__ import annotations

from pathlib import Path

import click

from township_eval.cli.exits import DONE
from township_eval.cli.options import PATH, json_option, lang_option
from township_eval.cli.voice import Voice
from township_eval.io.places import shown
from township_eval.language import Text

__all__ = ["archive"]


@click.command(
    short_help="归档 / archive results",
    help="归档:方案、原始数据、更正单、结果、卷内目录、校验值,不含个人答卷。\n\n"
    "Archive scheme, inputs, corrections, results, contents and checksums; no single answers.",
)
@click.argument("results", type=PATH, metavar="DIR")
@click.option("-o", "--output", type=PATH, required=True, metavar="FILE", help="归档文件 / zip file to write")
@json_option
@lang_option
@click.pass_obj
def archive(voice: Voice, *, results: Path, output: Path) -> int:
    """Write the archive and say what is in it and what is not."""
    from township_eval.io.editions.archive_zip import provisional_results, write_archive

    items = write_archive(results, output)
    unsettled = provisional_results(results)
    voice.complain(*(voice.line(problem) for problem in unsettled))
    part = [item for item in items if item.original is not None]
    for item in part:
        sheets = "、".join(name for name in item.left_out if name)
        said = f"({sheets})" if sheets else ""
        voice.say(Text(f"未收入 {item.name}{said}", f"left out of {item.name} {said}".rstrip()))
    kept = sum(item.stamp is not None for item in items)
    voice.say(Text(f"已归档 {kept} 个文件:{shown(output)}", f"archived {kept} files: {shown(output)}"))
    if voice.as_json:
        voice.answer(
            {
                "exit_code": DONE,
                "written": shown(output),
                "files": [item.path for item in items if item.stamp is not None],
                "notes": [problem.to_dict() for problem in unsettled],
                "left_out": [{"file": item.name, "sheets": list(item.left_out)} for item in part],
            }
        )
    return DONE
