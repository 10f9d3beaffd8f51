"""From words to the tree of a condition, by precedence: comparison, ``not``, ``and``, ``or``."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, TypeAlias

from township_eval.errors import SchemeError, did_you_mean
from township_eval.language import Text
from township_eval.scheme.conditions.nodes import AllOf, AnyOf, Call, Compare, Constant, Name, Not, Part
from township_eval.scheme.conditions.tokens import Token, refusal, tokens_of

__all__ = ["CALLS", "RESERVED", "STANDING", "parse"]

#: Words that stand for something of a unit besides the scores of its nodes.
STANDING: Final = ("composite", "adjusted", "rank", "rank_in_group", "last", "grade")
_TEXTUAL: Final = frozenset({"grade"})

#: function -> kinds of its arguments; "node" is an id of the tree, "id" any id, "count" a whole number.
CALLS: Final[dict[str, tuple[str, ...]]] = {
    "n": ("node",),
    "value": ("node",),
    "coverage": ("node",),
    "lower": ("node",),
    "upper": ("node",),
    "change": ("node",),
    "previous": ("node", "count"),
    "event": ("id",),
    "flagged": ("id", "count"),
    "bottom": ("count",),
}
_TRUE_OR_FALSE: Final = frozenset({"event", "flagged", "bottom"})
RESERVED: Final = frozenset({*STANDING, *CALLS, "and", "or", "not"})

_MOST_LEVELS: Final = 20
# Periods back, or places from the end: more than any calendar or county has.
_MOST_BACK: Final = 100_000
_SHOWN: Final = "satisfaction < 70"
_SPLIT: Final = Text("减少括号和 not,或分成几条写", "use fewer brackets and nots, or write several rules")
_COMPARISONS: Final = frozenset({"<", "<=", ">", ">=", "==", "!="})
_BINDING: Final = {"or": 1, "and": 2}
_CHINESE: Final = {
    "且": "and",
    "并且": "and",
    "和": "and",
    "或": "or",
    "或者": "or",
    "非": "not",
    "不": "not",
}

Value: TypeAlias = Name | Constant | Call


def parse(text: str, known: Collection[str] | None, where: str) -> Part:
    """Return the tree of a condition; `SchemeError` with the position of what is wrong."""
    tokens = tokens_of(text, where)
    if len(tokens) == 1:
        hint = Text(f"写成 {_SHOWN} 这样,或删去这一项", f"write it like {_SHOWN}, or leave it out")
        raise refusal("empty", where, 0, Text("条件是空的", "the condition is empty"), hint)
    parser = _Parser(tokens, None if known is None else frozenset({*known, *STANDING}), where)
    part = parser.expression(0, 1)
    left_over = parser.token
    if left_over.kind != "end":
        raise parser.unexpected(left_over)
    return part


@dataclass(slots=True)
class _Parser:
    """Reads the tokens once, left to right."""

    tokens: tuple[Token, ...]
    known: frozenset[str] | None
    where: str
    position: int = 0

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.position]

    def take(self) -> Token:
        """Read one token."""
        token = self.token
        self.position += token.kind != "end"
        return token

    def expression(self, binding: int, level: int) -> Part:
        """Read what binds more tightly than *binding*."""
        if level > _MOST_LEVELS:
            what = Text(f"超过 {_MOST_LEVELS} 层", f"more than {_MOST_LEVELS} levels")
            raise refusal("deep", self.where, self.token.at, what, _SPLIT)
        left = self.first(level)
        while self.token.kind == "word" and _BINDING.get(self.token.text, 0) > binding:
            word = self.take().text
            right = self.expression(_BINDING[word], level)
            kind = AllOf if word == "and" else AnyOf
            parts = left.parts if isinstance(left, kind) else (left,)
            left = kind((*parts, right))
        return left

    def first(self, level: int) -> Part:
        """Read a negation, a group in brackets, or a comparison."""
        token = self.token
        if token.kind == "word" and token.text == "not":
            self.take()
            return Not(self.negated(level + 1))
        if token.kind == "sign" and token.text == "(":
            self.take()
            inside = self.expression(0, level + 1)
            self.expect(")")
            return inside
        return self.comparison()

    def negated(self, level: int) -> Part:
        """Read what ``not`` applies to: the next comparison, bracket or negation."""
        if level > _MOST_LEVELS:
            what = Text(f"超过 {_MOST_LEVELS} 层", f"more than {_MOST_LEVELS} levels")
            raise refusal("deep", self.where, self.token.at, what, _SPLIT)
        return self.first(level)

    def comparison(self) -> Part:
        """Read one comparison, a chain of them (``60 <= x < 70``), or a call that is true or false."""
        start = self.token
        left = self.operand()
        parts: list[Part] = []
        while self.token.kind == "sign" and self.token.text in _COMPARISONS:
            sign = self.take()
            right = self.operand()
            parts.append(self.checked(sign, left, right))
            left = right
        if not parts:
            return self.truth(start, left)
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def truth(self, start: Token, value: Value) -> Part:
        """Return a call that is true or false; anything else alone says nothing."""
        if isinstance(value, Call) and value.function in _TRUE_OR_FALSE:
            return value
        if self.token.kind not in {"end", "word"} and self.token.text != ")":
            raise self.unexpected(self.token)
        what = Text(f"{start.text} 后面缺少比较", f"{start.text} is not compared with anything")
        hint = Text(f"例如 {start.text} < 70", f"for example {start.text} < 70")
        raise refusal("comparison", self.where, self.token.at, what, hint)

    def operand(self) -> Value:
        """Read a name, a number, a text or a call."""
        token = self.take()
        if token.kind == "number":
            return Constant(self.number(token))
        if token.kind == "text":
            return Constant(token.text)
        if token.kind != "name":
            raise self.unexpected(token)
        if self.token.kind == "sign" and self.token.text == "(":
            return self.call(token)
        if token.text in CALLS:
            what = Text(f"{token.text} 后面要有括号", f"{token.text} needs brackets")
            raise refusal("call", self.where, token.at, what, _example(token.text))
        return Name(self.known_name(token))

    def call(self, function: Token) -> Call:
        """Read the arguments of a call."""
        if function.text not in CALLS:
            what = Text(f"没有 {function.text}() 这个函数", f"there is no function {function.text}()")
            raise refusal("function", self.where, function.at, what, did_you_mean(function.text, list(CALLS)))
        self.take()
        wanted = CALLS[function.text]
        given: list[str | float] = []
        for at, kind in enumerate(wanted):
            if at:
                self.expect(",", function.text)
            given.append(self.argument(kind, function.text))
        self.expect(")", function.text)
        return Call(function.text, tuple(given))

    def number(self, token: Token) -> float:
        """Return a number that a computer can hold."""
        value = float(token.text)
        if math.isfinite(value):
            return value
        what = Text("这个数太大", "this number is too large")
        hint = Text("核对数字的位数", "check how many digits it has")
        raise refusal("number", self.where, token.at, what, hint)

    def argument(self, kind: str, function: str) -> str | float:
        """Read one argument: a name, or a whole number from 1."""
        token = self.take()
        if kind == "count":
            if token.kind != "number" or not token.text.isdigit() or int(token.text) < 1:
                what = Text(
                    f"这里应为从 1 起的整数,实际为 {token.text}", f"a whole number from 1, not {token.text!r}"
                )
                raise refusal("argument", self.where, token.at, what, _example(function))
            if int(token.text) > _MOST_BACK:
                what = Text(
                    f"最多写 {_MOST_BACK},实际为 {token.text}", f"at most {_MOST_BACK}, not {token.text}"
                )
                raise refusal("argument", self.where, token.at, what, _example(function))
            return float(token.text)
        if token.kind == "name" and kind == "node":
            return self.known_name(token)
        if token.kind in {"name", "text"} and kind == "id":
            return token.text
        what = Text(f"这里应为编号,实际为 {token.text}", f"an id is expected here, not {token.text!r}")
        raise refusal("argument", self.where, token.at, what, _example(function))

    def expect(self, sign: str, function: str = "") -> None:
        """Read one sign; refuse anything else."""
        token = self.take()
        if token.kind == "sign" and token.text == sign:
            return
        found = Text(token.text or "条件结束", token.text or "the end")
        what = Text(f"缺少 {sign},实际为 {found.zh}", f"{sign} is missing, found {found.en}")
        raise refusal("sign", self.where, token.at, what, _example(function))

    def known_name(self, token: Token) -> str:
        """Return a name that exists."""
        if self.known is None or token.text in self.known:
            return token.text
        what = Text(f"没有 {token.text} 这个编号", f"there is no id {token.text!r}")
        word = _CHINESE.get(token.text)
        hint = Text(f"写 {word}", f"write {word}") if word else did_you_mean(token.text, sorted(self.known))
        raise refusal("name", self.where, token.at, what, hint)

    def checked(self, sign: Token, left: Value, right: Value) -> Compare:
        """Return a comparison that makes sense: not of two constants, texts only as equal or unequal."""
        if isinstance(left, Constant) and isinstance(right, Constant):
            what = Text("比较的两边都是固定值", "both sides of the comparison are constants")
            hint = Text(f"一边写指标编号,如 {_SHOWN}", f"let one side be an id, as in {_SHOWN}")
            raise refusal("constant", self.where, sign.at, what, hint)
        kinds = {_kind(left, known=self.known is not None), _kind(right, known=self.known is not None)}
        if "text" in kinds and "number" in kinds:
            what = Text("不能拿文字和数字比较", "a text cannot be compared with a number")
            hint = Text(
                f'文字和文字比,如 grade == "较差";数字和数字比,如 {_SHOWN}',
                f'compare texts with texts (grade == "poor"), numbers with numbers ({_SHOWN})',
            )
            raise refusal("kind", self.where, sign.at, what, hint)
        if "text" in kinds and sign.text not in {"==", "!="}:
            what = Text(f"文字不能用 {sign.text} 比较", f"texts cannot be compared with {sign.text}")
            raise refusal("kind", self.where, sign.at, what, Text("用 == 或 !=", "use == or !="))
        return Compare(sign.text, left, right)

    def unexpected(self, token: Token) -> SchemeError:
        """Return the refusal of a word in the wrong place."""
        if token.kind == "end":
            what = Text("条件没有写完", "the condition is not complete")
            hint = Text(f"补完比较,如 {_SHOWN}", f"complete the comparison, as in {_SHOWN}")
            return refusal("order", self.where, token.at, what, hint)
        what = Text(f"这里不应出现 {token.text}", f"{token.text!r} is not expected here")
        hint = Text("删去它,或用 and、or 连接前后两个比较", "remove it, or join two comparisons by and / or")
        if word := _CHINESE.get(token.text):
            hint = Text(f"写 {word}", f"write {word}")
        elif token.text[:1] in {"-", "+"}:
            hint = Text("条件里不能做运算,请写算好的数", "a condition does no arithmetic: write the number")
        return refusal("order", self.where, token.at, what, hint)


def _kind(value: Value, *, known: bool) -> str:
    """Return number, text, or unknown: a column of a table may hold either."""
    if isinstance(value, Constant):
        return "text" if isinstance(value.value, str) else "number"
    if isinstance(value, Call):
        return "text" if value.arguments[0] in _TEXTUAL else "number"
    if not known:
        return "unknown"
    return "text" if value.name in _TEXTUAL else "number"


def _example(function: str) -> Text:
    if function not in CALLS:
        return Text("括号要成对", "close every bracket")
    shown = {"node": "satisfaction", "id": "编号", "count": "1"}
    zh = f"{function}({', '.join(shown[kind] for kind in CALLS[function])})"
    return Text(f"例如 {zh}", f"for example {zh.replace('编号', 'id')}")
