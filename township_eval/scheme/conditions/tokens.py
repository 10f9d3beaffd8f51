"""The words of a condition and where each stands in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from township_eval.errors import Problem, SchemeError
from township_eval.language import Text

__all__ = ["MOST_CHARACTERS", "Token", "refusal", "tokens_of"]

Kind: TypeAlias = Literal["name", "number", "text", "word", "sign", "end"]

MOST_CHARACTERS: Final = 2_000
_WORDS: Final = frozenset({"and", "or", "not"})

# A name may start with a digit (`1号指标`) or hold a hyphen (`GDP-增速`); what is a number as a whole
# is a number, and a name that looks like one, or holds blanks, stands between backticks.
_PATTERN: Final = re.compile(
    r"""(?P<blank>\s+)
    | (?P<number>[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?![\w.·-]))
    | `(?P<name>[^`]+)`
    | "(?P<double>[^"]*)" | '(?P<single>[^']*)' | “(?P<curly>[^”]*)”
    | (?P<plain>\w[\w·]*(?:[-.][\w·]+)*)
    | (?P<sign><=|>=|==|!=|[<>=(),≤≥≠\uff1c\uff1e\uff1d\uff08\uff09\uff0c])
    """,
    re.VERBOSE,
)
# what an input method for Chinese types instead
_SIGNS: Final = {
    "≤": "<=", "≥": ">=", "≠": "!=", "=": "==", "\uff1c": "<", "\uff1e": ">", "\uff1d": "==",
    "\uff08": "(", "\uff09": ")", "\uff0c": ",",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One word: its kind, its text, and the position of its first character, from 1."""

    kind: Kind
    text: str
    at: int


def refusal(code: str, where: str, at: int, what: Text, hint: Text) -> SchemeError:
    """Return the error for one place in a condition; ``at`` 0 means the whole."""
    place = Text(f"第 {at} 个字符处:", f"at character {at}: ") if at else Text("", "")
    said = Text(place.zh + what.zh, place.en + what.en)
    return SchemeError([Problem("error", f"condition.{code}", where or "condition", said, hint)])


def tokens_of(text: str, where: str = "") -> tuple[Token, ...]:
    """Split a condition into words; the last token is the end.

    Examples
    --------
    >>> [token.text for token in tokens_of("满意度 ≥ 70")]
    ['满意度', '>=', '70', '']
    """
    if len(text) > MOST_CHARACTERS:
        what = Text(
            f"条件有 {len(text)} 个字符,最多 {MOST_CHARACTERS} 个",
            f"the condition has {len(text)} characters, at most {MOST_CHARACTERS} are allowed",
        )
        raise refusal("long", where, 0, what, Text("分成几条写", "write several rules"))
    tokens = []
    at = 0
    while at < len(text):
        found = _PATTERN.match(text, at)
        if found is None:
            raise _unreadable(text, at, where)
        if found.lastgroup != "blank":
            tokens.append(_token(found))
        at = found.end()
    return (*tokens, Token("end", "", len(text) + 1))


def _token(found: re.Match[str]) -> Token:
    group = str(found.lastgroup)
    text, at = found[group], found.start() + 1
    if group == "plain":
        return Token("word" if text in _WORDS else "name", text, at)
    if group == "sign":
        return Token("sign", _SIGNS.get(text, text), at)
    if group in {"double", "single", "curly"}:
        return Token("text", text, at)
    return Token("number" if group == "number" else "name", text.strip(), at)


def _unreadable(text: str, at: int, where: str) -> SchemeError:
    sign = text[at]
    hints = {
        "&": Text("“并且”写 and", "write and"),
        "|": Text("“或者”写 or", "write or"),
        "!": Text("“非”写 not,“不等于”写 !=", "write not, or != for unequal"),
        '"': Text("引号没有成对", "the quote is not closed"),
        "'": Text("引号没有成对", "the quote is not closed"),
        "`": Text("反引号没有成对", "the backtick is not closed"),
    }
    arithmetic = Text(
        "条件里不能做运算,请把算好的数写进去", "a condition does no arithmetic: write the number"
    )
    other = Text(
        "删去它;名称里有这类符号的,用反引号括起来",
        "remove it; put a name that holds such a sign in backticks",
    )
    hint = arithmetic if sign in "+-*/%" else hints.get(sign, other)
    return refusal("sign", where, at + 1, Text(f"不认识 {sign}", f"{sign!r} means nothing here"), hint)
