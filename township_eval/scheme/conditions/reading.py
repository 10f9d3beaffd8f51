"""The condition of a flag rule said as a sentence, with the reading of its list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from township_eval.language import Text, join_texts
from township_eval.scheme.conditions.nodes import AllOf, AnyOf, Part
from township_eval.scheme.conditions.parser import parse
from township_eval.scheme.conditions.words import say

if TYPE_CHECKING:
    from township_eval.scheme.judging import FlagRule

__all__ = ["say_rule"]

_NOTHING: Final = Text("由其他预警升级而来", "reached by escalation only")
_READ: Final = {
    "and": (Text(" 且 ", " and "), Text("(本方案读作“且”)", " (this scheme reads the list as “and”)")),
    "or": (Text(" 或 ", " or "), Text("(本方案读作“或”)", " (this scheme reads the list as “or”)")),
}


def say_rule(rule: FlagRule, labels: Mapping[str, Text]) -> Text:
    """Return when a flag rule holds; of a list of conditions, how this scheme reads it.

    工作实绩差、群众满意度低 can mean both or either; the reading is the scheme's and is printed.

    Parameters
    ----------
    rule : FlagRule
        Of a checked scheme.
    labels : mapping of str to Text
        What things are called (`township_eval.scheme.naming.labels_of`).

    Examples
    --------
    >>> from township_eval.scheme.judging import FlagRule
    >>> rule = FlagRule(id="F", measure="约谈", conditions=("p < 70", "s < 70"), reading="and")
    >>> labels = {"p": Text("工作实绩", "performance"), "s": Text("满意度", "satisfaction")}
    >>> print(say_rule(rule, labels))
    工作实绩低于70 且 满意度低于70(本方案读作“且”)
    """
    parts = [_said(parse(text, None, ""), labels, among=len(rule.conditions)) for text in rule.conditions]
    if len(parts) > 1:
        joint, read = _READ[rule.reading or "and"]
        joined = join_texts(parts, joint.zh, joint.en)
        return Text(joined.zh + read.zh, joined.en + read.en)
    if parts:
        return parts[0]
    return say(parse(rule.when, None, ""), labels) if rule.when else _NOTHING


def _said(part: Part, labels: Mapping[str, Text], among: int) -> Text:
    """Say one of several conditions; a list of its own stands in brackets."""
    return say(part, labels, inside=among > 1 and isinstance(part, AllOf | AnyOf))
