"""Whatever stands where a condition should: a whitelisted tree or one problem, in bounded work."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from township_eval.errors import SchemeError
from township_eval.scheme.conditions import CALLS, STANDING, Call, Condition, parse_condition
from township_eval.scheme.conditions.nodes import AllOf, AnyOf, Compare, Constant, Name, Not, walk

KNOWN = ("a", "满意度", "101")
WORDS = (
    *KNOWN, *STANDING, *CALLS, "and", "or", "not", "(", ")", ",", "<", "<=", "==", "!=", "70", "-5", "1e9",
    "'优秀'", "`101`", "~", ".", "[0]", "__class__", "a.__class__", "().__class__", "lambda", "import",
    "eval", "a.b", "{}", "%", "\x00", "\u3000", "≥", "\uff1c", "²", "٣", "9" * 400, ":=", "@", "\\", "f''",
    "None", "True",
)  # fmt: skip


def outcome(text, known=KNOWN):
    """Parse a text: the condition, or its one problem with a hint; anything else is a failure."""
    try:
        return parse_condition(text, known, where="here")
    except SchemeError as error:
        (problem,) = error.problems
        assert problem.severity == "error"
        assert problem.where == "here"
        assert problem.hint
        assert problem.what.zh
        return problem


def assert_whitelisted(condition: Condition) -> None:
    """See that a tree holds nothing but what the language has, and asks for nothing else."""
    for part in walk(condition.root):
        assert isinstance(part, Name | Constant | Call | Compare | Not | AllOf | AnyOf)
        if isinstance(part, Name):
            assert part.name in {*KNOWN, *STANDING}
        if isinstance(part, Call):
            assert part.function in CALLS
            assert all(type(one) in {str, float} for one in part.arguments)
    asked = []

    def lookup(term):
        asked.append(term)
        return np.array([1.0, np.nan])

    assert set(np.nan_to_num(condition.evaluate(lookup), nan=0.5)) <= {0.0, 0.5, 1.0}
    assert all(type(term) in {str, Call} for term in asked)
    assert condition.normal().formula(lambda _: "A1") or condition.text
    assert condition.words().zh


@settings(deadline=None, max_examples=400)
@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
def test_words_in_any_order_are_a_condition_or_one_problem(text) -> None:
    """Names of Python, attributes, subscripts and calls of anything else never come through."""
    found = outcome(text)
    if isinstance(found, Condition):
        assert_whitelisted(found)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200), st.sampled_from(["utf-8", "gbk", "latin-1", "utf-16"]))
def test_bytes_are_a_condition_or_one_problem(data, encoding) -> None:
    """Whatever a file holds in place of a condition, the program does not break on it."""
    found = outcome(data.decode(encoding, errors="replace"))
    if isinstance(found, Condition):
        assert_whitelisted(found)


@given(st.one_of(st.none(), st.integers(), st.floats(), st.lists(st.integers(), max_size=3)))
def test_what_is_no_text_is_one_problem(value) -> None:
    """A number or a list in place of the text is refused as a condition is."""
    assert not isinstance(outcome(value), Condition)


@pytest.mark.parametrize(
    "text",
    [
        "a.__class__ < 1",
        "__import__('os').system('x')",
        "a['b'] < 1",
        "(a := 1) < 2",
        "[x for x in a]",
        "a < 1; b",
    ],
)
def test_nothing_of_python_is_understood(text) -> None:
    """Attributes, subscripts, assignments and calls are refused at their place."""
    found = outcome(text)
    assert not isinstance(found, Condition)
    assert "第 " in found.what.zh


@pytest.mark.parametrize("text", ["a < 1" + "0" * 400, "a < -" + "9" * 1900, "bottom(1" + "0" * 400 + ")"])
def test_numbers_too_large_to_hold_are_refused(text) -> None:
    """No number becomes infinite on the way."""
    assert outcome(text).code in {"condition.number", "condition.argument"}


def calls_made(text) -> int:
    """Count the calls of functions that parsing, turning and saying a text takes."""
    count = 0

    def note(_frame, event, _argument) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        found = outcome(text)
        if isinstance(found, Condition):
            found.normal()
            found.opposite()
            found.words()
    finally:
        sys.setprofile(None)
    return count


def deepest(levels: int) -> str:
    """Return a condition of alternating lists and negations as deep as may be, filled to its length."""
    text = "a < 1"
    for level in range(levels):
        text = f"({text}) {'and' if level % 2 else 'or'} not a < {level}"
    return text


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1_999,
        "not " * 499 + "a",
        "not (" * 399,
        deepest(19),
        " or ".join(["a<1", *(f"a>{number}" for number in range(200))]),
        " and ".join(["not (a<1 or a>2)"] * 90),
        "a<" * 999 + "1",
        "x" * 2_000,
        '"' + "x" * 1_998,
    ],
)
def test_work_is_bounded_on_nested_and_long_texts(text) -> None:
    """Twenty levels and 2,000 characters cost some hundred calls a character, never a power of them."""
    assert len(text) <= 2_000
    assert calls_made(text) < 200 * len(text) + 20_000


def test_the_deepest_condition_allowed_is_read() -> None:
    """Nineteen levels of brackets are a condition, and one more is refused."""
    assert isinstance(outcome(deepest(19)), Condition)
    assert outcome("(" + deepest(19) + ")").code == "condition.deep"
