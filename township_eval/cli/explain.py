"""``township-eval explain``: why a unit stands where it stands, traced to cells."""

from __future__ import annotations

from pathlib import Path

import click

from township_eval.cli.exits import DONE
from township_eval.cli.options import PATH, json_option, lang_option
from township_eval.cli.voice import Voice

__all__ = ["explain"]


@click.command(
    short_help="解释得分 / explain a unit",
    help="逐项解释一个单位的得分与失分。\n\nExplain the score of one unit, traced to cells.",
)
@click.argument("evaluation", type=PATH)
@click.argument("unit")
@json_option
@lang_option
@click.pass_obj
def explain(voice: Voice, *, evaluation: Path, unit: str) -> int:
    """Read a result and explain one unit of it."""
    from township_eval.io.archive import read_evaluation

    explanation = read_evaluation(evaluation).explain(unit, lang=voice.lang)
    voice.say(str(explanation))
    if voice.as_json:
        voice.answer(explanation.to_dict())
    return DONE
