"""The four measures the document lists, by every name they go by.

约谈, 责令整改, 通报批评 and 问责: their order as a ladder is the scheme's reading, the document does not
state one. The last is a referral: it proposes, and the competent authority decides.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from township_eval.language import Text

if TYPE_CHECKING:
    from township_eval.scheme.judging import FlagRule

__all__ = ["MEASURES", "Measure", "is_sanction", "level_of", "rung_of", "say_measure", "stated_kind"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One of the four: how it is printed, and the other names a scheme may write."""

    printed: Text
    names: tuple[str, ...]


#: Lightest first.
MEASURES: Final = (
    Measure(Text("约谈", "interview"), ("约谈", "interview")),
    Measure(Text("责令整改", "ordered rectification"), ("责令整改", "整改", "rectify")),
    Measure(Text("通报批评", "public criticism"), ("通报批评", "通报", "circular")),
    Measure(
        Text("问责建议(移送)", "proposal of referral for accountability"),
        ("问责建议(移送)", "问责", "严肃问责", "移送", "refer"),
    ),
)

_JOINTS: Final = re.compile("[、,\uff0c+\uff0b]")
_AND: Final = re.compile("[、,\uff0c+\uff0b并和]")  # these may also be part of a word


def rung_of(name: str) -> int:
    """Return the rung (1-4) of a measure called by one of its names, or by its number; 0 for none.

    Examples
    --------
    >>> rung_of("约谈"), rung_of("refer"), rung_of("2"), rung_of("表扬")
    (1, 4, 2, 0)
    """
    plain = unicodedata.normalize("NFKC", name)  # brackets and digits of either width
    known = ((rung, (*one.names, str(rung))) for rung, one in enumerate(MEASURES, start=1))
    return next((rung for rung, names in known if plain in names), 0)


def level_of(measure: str) -> int:
    """Return the heaviest rung that a measure, or several joined ones, holds; 0 for one of the scheme's own.

    Examples
    --------
    >>> level_of("约谈、责令整改"), level_of("interview + rectify"), level_of("表扬")
    (2, 2, 0)
    """
    return max(rung_of(part) for part in _parts(measure))


def say_measure(measure: str) -> Text:
    """Return a measure as it is printed; one of the scheme's own stays as written.

    Examples
    --------
    >>> say_measure("问责").zh, say_measure("约谈并责令整改").en, say_measure("合并考核").zh
    ('问责建议(移送)', 'interview, ordered rectification', '合并考核')
    """
    said = [
        MEASURES[rung - 1].printed if (rung := rung_of(part)) else Text(part, part)
        for part in _parts(measure)
    ]
    return Text("、".join(text.zh for text in said), ", ".join(text.en for text in said))


def _parts(measure: str) -> list[str]:
    """Return the measures that one rule proposes together; words between them are not cut apart."""
    parts = [part.strip() for part in _JOINTS.split(measure)]
    joined = [part.strip() for part in _AND.split(measure)]
    return joined if all(rung_of(part) for part in joined) else parts


def stated_kind(rule: FlagRule) -> Literal["sanction", "positive", "support"]:
    """Return what kind of rule a flag rule is: a sanction unless it says that it is none.

    A measure of the scheme's own about which nothing is stated is taken for a sanction, so that
    nobody meets it on less evidence than a sanction needs.

    Examples
    --------
    >>> from township_eval.scheme.judging import FlagRule
    >>> stated_kind(FlagRule(id="a", measure="约谈")), stated_kind(FlagRule(id="b", measure="降级"))
    ('sanction', 'sanction')
    >>> stated_kind(FlagRule(id="c", measure="示范乡镇", kind="positive"))
    'positive'
    """
    if level_of(rule.measure) or rule.kind in {"", "sanction"}:
        return "sanction"
    return "positive" if rule.kind == "positive" else "support"


def is_sanction(rule: FlagRule) -> bool:
    """Return whether a flag rule proposes a sanction; see `stated_kind`."""
    return stated_kind(rule) == "sanction"
