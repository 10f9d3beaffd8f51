"""``township-eval check``: every problem of scheme and inputs, one a line, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from township_eval.cli.batch import Outcome, run_batch
from township_eval.cli.exits import DONE, PROBLEMS, UNEXPECTED
from township_eval.cli.options import (
    PATH,
    as_of_option,
    history_option,
    json_option,
    lang_option,
    provisional_option,
)
from township_eval.cli.voice import Voice, count_of
from township_eval.errors import Problem, SchemeError
from township_eval.io.places import shown
from township_eval.language import Text

__all__ = ["check"]

# What every result says of itself (assumptions, policies used) is nothing to be mended.
_REMARK = "note."


@click.command(
    short_help="检查 / list problems",
    help="检查方案和数据,列出全部问题,不写文件。\n\nList every problem of scheme and inputs; write nothing.",
)
@click.argument("scheme", type=PATH)
@click.argument("inputs", type=PATH, nargs=-1)
@history_option
@as_of_option
@provisional_option
@json_option
@lang_option
@click.pass_obj
def check(
    voice: Voice,
    *,
    scheme: Path,
    inputs: tuple[Path, ...],
    history: Path | None,
    as_of: str | None,
    provisional: bool,
) -> int:
    """Do all that `score` does but writing, and list what is wrong."""
    from township_eval.cli.past import read_past
    from township_eval.cli.progress import watched
    from township_eval.io.schemes import read_scheme

    try:
        rules = read_scheme(scheme)
    except SchemeError as error:
        return _report(voice, scheme, error.problems, _unchecked(inputs))
    past = read_past(history) if history else []
    with watched(2 * len(inputs)) as step:
        outcomes = run_batch(rules, inputs, past=past, as_of=as_of, provisional=provisional, step=step)
    return _report(voice, scheme, rules.warnings, outcomes)


def _unchecked(inputs: Sequence[Path]) -> list[Outcome]:
    """Return the inputs as not looked at: without a scheme nobody knows what they should hold."""
    what = Text("方案有错,数据尚未检查", "not checked yet, because the scheme has errors")
    hint = Text("先修正方案", "mend the scheme first")
    return [
        Outcome(path, problems=(Problem("warning", "check.skipped", shown(path), what, hint),))
        for path in inputs
    ]


def _report(voice: Voice, scheme: Path, of_scheme: Sequence[Problem], outcomes: Sequence[Outcome]) -> int:
    parts: list[tuple[Path, str, list[Problem]]] = [(scheme, "", _errors_first(of_scheme))]
    parts += [
        (outcome.source, outcome.period, _errors_first(_own(outcome.problems, of_scheme)))
        for outcome in outcomes
    ]
    found = [problem for _, _, problems in parts for problem in problems]
    code = PROBLEMS if any(problem.severity == "error" for problem in found) else DONE
    if any(outcome.trace for outcome in outcomes):
        code = UNEXPECTED
    for place, period, problems in parts:
        if period:
            voice.say(Text("{period}:{place}", "{period}: {place}").format(period=period, place=shown(place)))
        if problems:
            voice.say(f"# {shown(place)}", *(voice.line(problem) for problem in problems))
    voice.say(count_of(found))
    if voice.as_json:
        voice.answer({"exit_code": code, "checked": [_part(*part) for part in parts]})
    for outcome in outcomes:
        if outcome.trace:
            voice.complain(outcome.trace)
    return code


def _own(problems: Sequence[Problem], of_scheme: Sequence[Problem]) -> list[Problem]:
    """Return what is not said already of the scheme, and is there to be mended."""
    said = set(of_scheme)
    return [problem for problem in problems if problem not in said and not problem.code.startswith(_REMARK)]


def _errors_first(problems: Sequence[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.severity != "error")


def _part(place: Path, period: str, problems: Sequence[Problem]) -> dict[str, Any]:
    return {
        "file": shown(place),
        "period": period or None,
        "problems": [problem.to_dict() for problem in problems],
    }
