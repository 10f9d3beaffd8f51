"""``township-eval schema``: the JSON Schema of the files, for editors and other programs."""

from __future__ import annotations

import click

from township_eval.cli.exits import DONE
from township_eval.cli.options import lang_option
from township_eval.cli.voice import Voice

__all__ = ["schema"]


@click.command(
    short_help="文件格式 / JSON Schema",
    help="打印方案文件(或结果文件)的 JSON Schema。\n\nPrint the JSON Schema of scheme files (or of results).",
)
@click.option("--evaluation", is_flag=True, help="结果文件的格式 / of result files")
@lang_option
@click.pass_obj
def schema(voice: Voice, *, evaluation: bool) -> int:
    """Print a JSON Schema."""
    voice.answer(_evaluation_schema() if evaluation else _scheme_schema())
    return DONE


def _scheme_schema() -> dict[str, object]:
    from township_eval.scheme.parse import scheme_schema

    return scheme_schema()


def _evaluation_schema() -> dict[str, object]:
    from township_eval.io.archive import evaluation_schema

    return evaluation_schema()
