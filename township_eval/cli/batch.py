"""Several periods in one run: read, put in order, evaluated one after the other, written.

A bad file costs its own period and no other; what failed and why is kept for the end.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from township_eval.cli.past import earlier_than
from township_eval.cli.progress import Step
from township_eval.cli.writing import file_stem, write_results
from township_eval.errors import Problem, TownshipEvalError
from township_eval.io.places import shown, shown_name
from township_eval.language import Text

if TYPE_CHECKING:
    from township_eval.evaluation import Evaluation
    from township_eval.inputs import Inputs
    from township_eval.io.editions.manifest import Stamp
    from township_eval.io.editions.stamping import Sealed
    from township_eval.scheme.model import Scheme

__all__ = ["Outcome", "run_batch"]


@dataclass
class Outcome:
    """What became of one input.

    Attributes
    ----------
    source : Path
        The workbook or folder as given.
    period : str
        Its period; empty when it could not be read.
    problems : tuple of Problem
        Of an evaluation the warnings, else why there is none.
    history : tuple of str
        Periods that were its history, oldest first.
    written : tuple of Path
        Files made.
    files : mapping of str to Stamp
        The files it was read from, by their place beside the results.
    trace : str
        Of a fault of the program, where it happened; else empty.
    """

    source: Path
    period: str = ""
    inputs: Inputs | None = field(default=None, repr=False)
    files: Mapping[str, Stamp] = field(default_factory=dict, repr=False)
    evaluation: Evaluation | None = None
    problems: tuple[Problem, ...] = ()
    history: tuple[str, ...] = ()
    written: tuple[Path, ...] = ()
    trace: str = ""


def run_batch(
    scheme: Scheme,
    sources: Sequence[Path],
    *,
    past: Sequence[Sealed] = (),
    as_of: str | None = None,
    provisional: bool = False,
    out: Path | None = None,
    lang: str = "zh",
    step: Step = lambda _label: None,
) -> list[Outcome]:
    """Evaluate each source, in period order; each one is history of the later ones.

    Parameters
    ----------
    scheme : Scheme
        Of all periods.
    sources : sequence of Path
        Workbooks or folders, one period each.
    past : sequence of Sealed
        Results of earlier runs.
    as_of : str, optional
        Day the data stand at.
    provisional : bool
        Score partial data.
    out : Path, optional
        Folder for the results; None writes nothing.
    lang : {"zh", "en"}
        Language of the workbooks.
    step : callable
        Told what comes next.

    Returns
    -------
    list of Outcome
        One per source, in the order they were evaluated.
    """
    from township_eval.io.editions.stamping import Sealed

    outcomes = [_read(scheme, source, as_of, step, out) for source in sources]
    _refuse_repeated(outcomes)
    known = list(past)
    for outcome in _in_period_order(outcomes):
        step(outcome.period or shown_name(outcome.source))
        history: list[Sealed] = []
        if outcome.inputs is not None:
            history = _evaluate(outcome, scheme, known, provisional=provisional)
        sealed = None if outcome.evaluation is None else Sealed(outcome.evaluation, "")
        if sealed is not None and out is not None:
            sealed = _write(outcome, out, lang, history)
        if sealed is not None:
            known = [earlier for earlier in known if earlier.evaluation.period != outcome.period]
            known.append(sealed)
    return _in_period_order(outcomes)


def _read(scheme: Scheme, source: Path, as_of: str | None, step: Step, out: Path | None) -> Outcome:
    from township_eval.io.editions.manifest import stamps_of
    from township_eval.io.returns.files import files_in
    from township_eval.io.workbook import read_inputs

    step(shown_name(source))
    outcome = Outcome(source)
    try:
        inputs = read_inputs(source, scheme, as_of=as_of)
        if out is not None:
            outcome.files = stamps_of(out, files_in(source))
    except Exception as error:  # noqa: BLE001  one file must not end the run for the others
        _fail(outcome, error)
        return outcome
    outcome.inputs, outcome.period = inputs, inputs.period
    return outcome


def _evaluate(
    outcome: Outcome, scheme: Scheme, known: Sequence[Sealed], *, provisional: bool
) -> list[Sealed]:
    """Evaluate an input, and return the results that were its history."""
    from township_eval.engine import evaluate

    history = earlier_than(outcome.period, [sealed.evaluation for sealed in known])
    outcome.history = tuple(earlier.period for earlier in history)
    inputs, outcome.inputs = outcome.inputs, None  # large, and not needed twice
    assert inputs is not None  # noqa: S101  the caller has looked
    try:
        outcome.evaluation = evaluate(scheme, inputs, history=history, provisional=provisional)
    except Exception as error:  # noqa: BLE001
        _fail(outcome, error)
    else:
        outcome.problems = outcome.evaluation.problems
    return [sealed for earlier in history for sealed in known if sealed.evaluation is earlier]


def _write(outcome: Outcome, out: Path, lang: str, history: Sequence[Sealed]) -> Sealed | None:
    """Write an evaluation as the edition it is, and return that; None where it could not be written."""
    assert outcome.evaluation is not None  # noqa: S101
    try:
        written = write_results(outcome.evaluation, out, lang, based_on=history, inputs=outcome.files)
    except Exception as error:  # noqa: BLE001
        _fail(outcome, error)
        return None
    outcome.evaluation, outcome.written = written.sealed.evaluation, written.paths
    outcome.problems = outcome.evaluation.problems
    return written.sealed


def _fail(outcome: Outcome, error: Exception) -> None:
    outcome.evaluation = None
    if isinstance(error, TownshipEvalError):
        outcome.problems = error.problems
        return
    outcome.trace = "".join(traceback.format_exception(error)).rstrip()
    outcome.problems = (_unexpected(outcome.source, error),)


def _refuse_repeated(outcomes: Sequence[Outcome]) -> None:
    """Refuse every input of a period that comes more than once: which is right cannot be known."""
    by_name: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.inputs is not None:
            by_name.setdefault(file_stem(outcome.period).casefold(), []).append(outcome)
    for same in by_name.values():
        if len(same) > 1:
            for outcome in same:
                outcome.inputs = None
                outcome.problems = (_twice(outcome, same),)


def _in_period_order(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Sort by period; where one has no order or could not be read, keep the order given."""
    from township_eval.inputs import period_key

    keys = {id(outcome): period_key(outcome.period) for outcome in outcomes if outcome.period}
    if any(key is None for key in keys.values()):
        return list(outcomes)
    readable = [outcome for outcome in outcomes if outcome.period]
    unread = [outcome for outcome in outcomes if not outcome.period]
    ordered = sorted(readable, key=lambda outcome: keys[id(outcome)])  # type: ignore[arg-type,return-value]
    return [*ordered, *unread]


def _twice(outcome: Outcome, same: Sequence[Outcome]) -> Problem:
    places = [shown(other.source) for other in same]
    return Problem(
        "error", "period.twice", shown(outcome.source),
        Text(f"考核期 {outcome.period} 给了 {len(same)} 次:{'、'.join(places)}",
             f"period {outcome.period} is given {len(same)} times: {', '.join(places)}"),
        Text("同一期的多个文件请放进一个文件夹,或核对封面上的考核期",
             "put the files of one period into one folder, or check the period on their cover sheets"),
    )  # fmt: skip


def _unexpected(source: Path, error: Exception) -> Problem:
    said = f"{type(error).__name__}: {error}"[:300]
    return Problem(
        "error", "unexpected", shown(source),
        Text(f"程序出现意外错误({said})", f"unexpected error ({said})"),
        Text("请把错误信息和该文件反馈给维护人员", "please report it together with the file"),
    )  # fmt: skip
