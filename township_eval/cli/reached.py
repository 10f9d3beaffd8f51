"""``--fail-on LEVEL``: whether a proposed measure is as heavy as the one a script waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from township_eval.errors import did_you_mean
from township_eval.language import Text

if TYPE_CHECKING:
    from township_eval.evaluation import Evaluation
    from township_eval.scheme.model import Scheme

__all__ = ["reached", "verify_level"]

# Rungs of `rules.flags.MEASURES` by the words people use for them.
_RUNGS: Final = {
    "约谈": 1, "interview": 1, "1": 1,
    "责令整改": 2, "整改": 2, "rectify": 2, "2": 2,
    "通报批评": 3, "通报": 3, "circular": 3, "3": 3,
    "问责": 4, "移送": 4, "refer": 4, "4": 4,
}  # fmt: skip


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
    if level in _RUNGS or level in own:
        return
    hint = did_you_mean(level, [*own, *(name for name in _RUNGS if not name.isdigit())])
    said = Text(f"--fail-on:没有这种处理措施:{level}", f"--fail-on: no such measure: {level}")
    raise click.UsageError(f"{said.say(lang)}\n{hint.say(lang)}".strip())


def reached(evaluation: Evaluation, level: str) -> int:
    """Return how many flags of an evaluation are of this level or a heavier one.

    A rung of the ladder counts what is on it or above; an id or a measure of the scheme's own counts
    itself only.
    """
    flags = evaluation.flag_rows
    if flags.empty:
        return 0
    if level in _RUNGS:
        return int((flags["level"] >= _RUNGS[level]).sum())
    return int(((flags["rule"] == level) | (flags["measure"] == level)).sum())
