"""How sure a flag is, as a sentence for the person who decides."""

from __future__ import annotations

from typing import Final

from township_eval.language import Text
from township_eval.methods.testing import LEAST_P
from township_eval.rules.certainty.deciding import CONFIRMED_LEVEL, PROBABLE_LEVEL, Decision

__all__ = ["CERTAINTY_LABELS", "evidence_words", "p_words"]

CERTAINTY_LABELS: Final = {
    "confirmed": Text("确认", "confirmed"),
    "probable": Text("很可能", "probable"),
    "not_distinguishable": Text("不可区分", "not distinguishable"),
}

_SMALL: Final = 0.001


def p_words(p: float) -> str:
    """Return a p-value as printed, never rounded down to zero.

    Examples
    --------
    >>> p_words(0.0421), p_words(0.00038), p_words(1e-12), p_words(1.0)
    ('p=0.042', 'p=0.00038', 'p<0.000001', 'p=1')
    """
    if p <= LEAST_P or p < 1e-6:  # noqa: PLR2004  what is printed
        return "p<0.000001"
    if p < _SMALL:
        return f"p={float(f'{p:.2g}'):.7f}".rstrip("0")
    return f"p={p:.3f}".rstrip("0").rstrip(".")


def evidence_words(decision: Decision, rule: int, unit: int, *, exact: bool = False) -> Text:
    """Return level, p-value, size of the family and critical level of one comparison.

    Parameters
    ----------
    decision : Decision
    rule, unit : int
        Row and column of the family.
    exact : bool
        Whether nothing the condition rests on has an error: there is no p-value to speak of.

    Examples
    --------
    >>> from township_eval.rules.certainty import decide
    >>> print(evidence_words(decide([[0.0004, 0.3, 1.0]]), 0, 0))
    确认;p=0.0004,不大于0.0033(总水准0.01,本期共3项比较)
    """
    certainty = str(decision.certainty[rule, unit])
    label = CERTAINTY_LABELS[certainty]
    if exact:
        return Text(
            f"{label.zh};数值无抽样误差,直接比较",
            f"{label.en}; no sampling error, compared exactly",
        )
    p, critical = float(decision.p[rule, unit]), float(decision.critical[rule])
    adjusted = float(decision.adjusted[rule, unit])
    share = f"{critical:.2g}"
    values = {
        "label": label, "p": p_words(p), "adjusted": p_words(adjusted), "critical": share,
        "level": CONFIRMED_LEVEL, "weaker": PROBABLE_LEVEL, "size": decision.size,
    }  # fmt: skip
    return _SENTENCES[_reached(p <= critical, adjusted <= PROBABLE_LEVEL)].format(**values)


def _reached(confirmed: bool, probable: bool) -> str:  # noqa: FBT001  two answers
    return "confirmed" if confirmed else "probable" if probable else "not_distinguishable"


# What the numbers reach; the label may be a step lower where those who do not know decide.
_SENTENCES: Final = {
    "confirmed": Text(
        "{label};{p},不大于{critical}(总水准{level},本期共{size}项比较)",
        "{label}; {p}, at most {critical} (level {level} over the {size} comparisons of this period)",
    ),
    "probable": Text(
        "{label};{p},按霍尔姆法校正后{adjusted},不大于{weaker}(本期共{size}项比较;校正值随其他比较而变)",
        "{label}; {p}, adjusted by Holm {adjusted}, at most {weaker} ({size} comparisons this period; "
        "the adjusted value depends on the others)",
    ),
    "not_distinguishable": Text(
        "{label};{p},按霍尔姆法校正后{adjusted},大于{weaker}(本期共{size}项比较)",
        "{label}; {p}, adjusted by Holm {adjusted}, above {weaker} ({size} comparisons this period)",
    ),
}
