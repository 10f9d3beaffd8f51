"""``township-eval score``: workbooks in, a result workbook and an archive per period out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from township_eval.cli.batch import Outcome, run_batch
from township_eval.cli.exits import DONE, PROBLEMS, REACHED, UNEXPECTED
from township_eval.cli.options import (
    PATH,
    as_of_option,
    history_option,
    json_option,
    lang_option,
    provisional_option,
)
from township_eval.cli.voice import Voice
from township_eval.errors import Problem
from township_eval.io.places import shown
from township_eval.language import Text

__all__ = ["report", "score"]


@click.command(
    short_help="评分 / score periods",
    help="评分:每个输入(工作簿或文件夹)为一期。\n\nScore inputs, one period each (workbook or folder).",
)
@click.argument("scheme", type=PATH)
@click.argument("inputs", type=PATH, nargs=-1, required=True)
@click.option(
    "-o", "--output", type=PATH, required=True, metavar="DIR", help="结果文件夹 / folder of results"
)
@history_option
@as_of_option
@provisional_option
@click.option("--fail-on", metavar="LEVEL", help="达到该处理措施则返回 4 / exit 4 if reached")
@json_option
@lang_option
@click.pass_obj
def score(
    voice: Voice,
    *,
    scheme: Path,
    inputs: tuple[Path, ...],
    output: Path,
    history: Path | None,
    as_of: str | None,
    provisional: bool,
    fail_on: str | None,
) -> int:
    """Evaluate every input in period order, write the results, and say what came out."""
    from township_eval.cli.past import read_past
    from township_eval.cli.progress import watched
    from township_eval.cli.reached import verify_level
    from township_eval.io.schemes import read_scheme

    rules = read_scheme(scheme)
    if fail_on:
        verify_level(rules, fail_on, voice.lang)
    past = read_past(history) if history else []
    with watched(2 * len(inputs)) as step:
        outcomes = run_batch(
            rules,
            inputs,
            past=past,
            as_of=as_of,
            provisional=provisional,
            out=output,
            lang=voice.lang,
            step=step,
        )
    return report(voice, outcomes, fail_on, rules.warnings)


def report(
    voice: Voice,
    outcomes: Sequence[Outcome],
    fail_on: str | None = None,
    of_scheme: Sequence[Problem] = (),
) -> int:
    """Say what became of every input, failures last, and return the exit code.

    Parameters
    ----------
    voice : Voice
        How to say it.
    outcomes : sequence of Outcome
        From `run_batch`.
    fail_on : str, optional
        A level of measures.
    of_scheme : sequence of Problem
        The scheme's warnings, which are the same for every input and said once.

    Returns
    -------
    int
        3 after a fault of the program, 1 when any input failed, 4 when *fail_on* was reached, else 0.
    """
    failed = [outcome for outcome in outcomes if outcome.evaluation is None]
    hits = _hits(outcomes, fail_on)
    code = DONE
    if any(outcome.trace for outcome in outcomes):
        code = UNEXPECTED
    elif failed:
        code = PROBLEMS
    elif hits:
        code = REACHED
    for outcome in outcomes:
        _say_done(voice, outcome)
    if hits:
        voice.say(
            Text(
                f"达到 --fail-on {fail_on} 的处理建议:{hits} 条",
                f"flags reaching --fail-on {fail_on}: {hits}",
            )
        )
    if voice.as_json:
        voice.answer({"exit_code": code, "fail_on_reached": hits, **_document(outcomes)})
    elif failed:
        _say_failed(voice, failed, outcomes, of_scheme)
    for outcome in failed:
        if outcome.trace:
            voice.complain(outcome.trace)
    return code


def _hits(outcomes: Sequence[Outcome], level: str | None) -> int:
    from township_eval.cli.reached import reached

    if level is None:
        return 0
    return sum(reached(outcome.evaluation, level) for outcome in outcomes if outcome.evaluation)


def _say_done(voice: Voice, outcome: Outcome) -> None:
    from township_eval.cli.accountability import accountability_lines
    from township_eval.cli.evidence import evidence_lines
    from township_eval.cli.ranking import ranking_table

    evaluation = outcome.evaluation
    if evaluation is None or voice.as_json:
        return
    state = Text(" 预评(未定稿)", " PROVISIONAL") if evaluation.provisional else Text("", "")
    scheme = evaluation.scheme
    voice.say(f"{scheme.name} {outcome.period}{state.say(voice.lang)}")
    if scheme.notice:
        voice.say(scheme.notice)
    voice.say(ranking_table(evaluation, voice.lang))
    voice.say(*evidence_lines(evaluation, voice.lang))
    voice.say(*accountability_lines(evaluation, voice.lang))
    voice.say(_counts(outcome))
    for path in outcome.written:
        voice.say(Text(f"已写出 {shown(path)}", f"written: {shown(path)}"))
    voice.say("")


def _counts(outcome: Outcome) -> Text:
    from township_eval.cli.accountability import open_flags

    assert outcome.evaluation is not None  # noqa: S101  only called for results
    notes, flags = len(outcome.problems), open_flags(outcome.evaluation)
    before = outcome.history[-1] if outcome.history else None
    past = Text(f"上期为 {before};", f"previous period {before}; ") if before else Text("", "")
    return Text(
        "{past}说明与提醒 {notes} 条,处理建议 {flags} 条", "{past}notes: {notes}, flags proposed: {flags}"
    ).format(past=past, notes=notes, flags=flags)


def _say_failed(
    voice: Voice, failed: Sequence[Outcome], outcomes: Sequence[Outcome], of_scheme: Sequence[Problem]
) -> None:
    if of_scheme:
        voice.complain(Text("方案的提醒:", "warnings about the scheme:"))
        voice.complain(*(voice.line(problem) for problem in of_scheme))
    for outcome in failed:
        own = [problem for problem in outcome.problems if problem not in of_scheme]
        voice.complain(Text("未完成:{place}", "failed: {place}").format(place=shown(outcome.source)))
        voice.complain(*(voice.line(problem) for problem in own))
    periods = {outcome.period for outcome in failed}
    done = [outcome.period for outcome in outcomes if outcome.evaluation]
    voice.complain(
        Text(
            f"共 {len(outcomes)} 期,完成 {len(done)} 期,未完成 {len(failed)} 期",
            f"periods: {len(outcomes)}, done: {len(done)}, failed: {len(failed)}",
        )
    )
    if done and periods:
        voice.complain(
            Text(
                "后面各期的“上期”不含未完成的期;修正后请整批重新运行",
                "failed periods are no history of later ones; run the whole batch again once they are mended",
            )
        )


def _document(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    done = [_done(outcome) for outcome in outcomes if outcome.evaluation]
    failed = [
        {
            "input": shown(outcome.source),
            "period": outcome.period,
            "problems": [problem.to_dict() for problem in outcome.problems],
        }
        for outcome in outcomes
        if not outcome.evaluation
    ]
    return {"evaluations": done, "failed": failed}


def _done(outcome: Outcome) -> dict[str, Any]:
    from township_eval.cli.accountability import accountability_document
    from township_eval.cli.ranking import ranking_rows

    evaluation = outcome.evaluation
    assert evaluation is not None  # noqa: S101
    return {
        "input": shown(outcome.source),
        "period": outcome.period,
        "provisional": evaluation.provisional,
        "fingerprint": evaluation.scheme.fingerprint,
        "history": list(outcome.history),
        "written": [shown(path) for path in outcome.written],
        "results": ranking_rows(evaluation),
        "flags": evaluation.flag_rows.to_dict("records"),
        **accountability_document(evaluation),
        "notes": [problem.to_dict() for problem in outcome.problems],
    }
