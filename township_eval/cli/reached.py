"""``--fail-on LEVEL``: whether a proposed measure is as heavy as the one a script waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from township_eval.errors import did_you_mean
from township_eval.language import Text
from township_eval.rules.flags import OPEN
from township_eval.rules.measures import MEASURES, rung_of

if TYPE_CHECKING:
    from township_eval.evaluation import Evaluation
    from township_eval.scheme.model import Scheme

__all__ = ["reached", "verify_level"]


def verify_level(scheme: Scheme, level: str, lang: str) -> None:
    """Raise a usage error when no flag of the scheme could ever answer to *level*.

    Parameters
    ----------
    scheme : Scheme
        Its flag rules.
    level : str
        约谈, 责令整改, 通报批评, 问责 or interview, rectify, circular, refer or 1-4; or a rule's id
        or measure in the scheme.
    lang : {"zh", "en"}
        Language of the error.
    """
    own = [name for rule in scheme.flags for name in (rule.id, rule.measure)]
    if rung_of(level) or level in own:
        return
    hint = did_you_mean(level, [*own, *(name for measure in MEASURES for name in measure.names)])
    said = Text(f"--fail-on:没有这种处理措施:{level}", f"--fail-on: no such measure: {level}")
    raise click.UsageError(f"{said.say(lang)}\n{hint.say(lang)}".strip())


def reached(evaluation: Evaluation, level: str) -> int:
    """Return how many flags of an evaluation are of this level or a heavier one.

    A rung of the ladder counts what is on it or above; an id or a measure of the scheme's own counts
    itself only. What was cleared, waived or not sure enough to propose does not count.
    """
    flags = evaluation.flag_rows
    flags = flags[flags["status"].isin(OPEN)]
    if flags.empty:
        return 0
    if rung := rung_of(level):
        return int((flags["level"] >= rung).sum())
    return int(((flags["rule"] == level) | (flags["measure"] == level)).sum())
