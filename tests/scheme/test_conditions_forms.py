"""Other forms of a condition: its normal form and its spreadsheet formula say what it says."""

from __future__ import annotations

import random
import re
import shutil
import subprocess

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from township_eval.errors import SchemeError
from township_eval.scheme.conditions import Call, parse_condition
from township_eval.scheme.conditions.nodes import AllOf, AnyOf, Compare, Not, walk

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
UNKNOWN = "不能确定"
WORDS = re.compile(
    r'"(?:[^"]|"")*"|[A-Z]+\d+|[A-Z]+(?=\()|TRUE|FALSE|[\d.]+(?:E[-+]?\d+)?|<>|[<>]=?|[=&(),*-]'
)
NAN = float("nan")
NUMBERS = ("a", "b", "composite")
GRADES = ("优秀", "较 差", 'a"b', "X", "x")
TRUTHS = ("event(e)", "flagged(F1, 2)", "bottom(3)")
VALUES = st.sampled_from([0.0, 60.0, 69.99, 70.0, 0.1 + 0.2, 0.3, 70.00000000000001, -5.0, 1e9, NAN])

_SIGN = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
_LEFT = st.sampled_from([*NUMBERS, "n(a)", "lower(b)", "change(a)", "previous(b, 2)"])
_NUMBER = st.sampled_from(["70", "0.3", "-5", "0", "1000000000"])
_TEXT = st.sampled_from([f"'{grade}'" for grade in GRADES])
_LITERAL = st.one_of(
    st.builds("{} {} {}".format, _LEFT, _SIGN, st.one_of(_NUMBER, _LEFT)),
    st.builds("{} {} {}".format, _NUMBER, _SIGN, _LEFT),
    st.builds("grade {} {}".format, st.sampled_from(["==", "!="]), _TEXT),
    st.builds("{} <= {} < {}".format, _NUMBER, _LEFT, _NUMBER),
    st.sampled_from(TRUTHS),
)
#: Texts of conditions.
CONDITIONS = st.recursive(
    _LITERAL,
    lambda part: st.one_of(
        st.builds("not ({})".format, part),
        st.lists(part, min_size=2, max_size=4).map(lambda parts: "(" + ") and (".join(parts) + ")"),
        st.lists(part, min_size=2, max_size=4).map(lambda parts: "(" + ") or (".join(parts) + ")"),
    ),
    max_leaves=8,
)


def asked_for(condition) -> list:
    """Return what a condition looks up: names and calls."""
    standing = [name for name in ("a", "b", "composite", "grade") if name in condition.names]
    return [*standing, *condition.calls]


def draw_values(data, asked) -> dict:
    """Draw one value for everything that is asked for; a blank is None."""
    drawn = {}
    for one in asked:
        if one == "grade":
            drawn[one] = data.draw(st.sampled_from([*GRADES, " X ", "", None]))
        elif isinstance(one, Call) and one.function in {"event", "flagged", "bottom"}:
            drawn[one] = data.draw(st.sampled_from([0.0, 1.0, NAN]))
        else:
            drawn[one] = data.draw(VALUES)
    return drawn


def arrays(drawn):
    """Return a lookup of drawn values, as arrays of one unit."""
    return {
        key: np.array([value], dtype=object if key == "grade" else float) for key, value in drawn.items()
    }.__getitem__


# ---- normal form ----
@settings(deadline=None)
@given(CONDITIONS, st.data())
def test_it_is_true_false_and_unknown_where_the_condition_is(text, data) -> None:
    """The normal form keeps all three answers, the opposite turns two of them round."""
    condition = parse_condition(text)
    lookup = arrays(draw_values(data, asked_for(condition)))
    holds = condition.evaluate(lookup)
    np.testing.assert_array_equal(condition.normal().evaluate(lookup), holds)
    np.testing.assert_array_equal(condition.opposite().evaluate(lookup), 1.0 - holds)


@given(CONDITIONS)
def test_not_stands_before_calls_only_and_lists_alternate(text) -> None:
    """No comparison is negated; no list holds one of its own kind, or one thing twice."""
    normal = parse_condition(text).normal()
    for part in walk(normal.root):
        if isinstance(part, Not):
            assert isinstance(part.part, Call)
        if isinstance(part, AllOf | AnyOf):
            assert len(part.parts) > 1
            assert len(set(part.parts)) == len(part.parts)
            assert not any(isinstance(inside, type(part)) for inside in part.parts)
    assert normal.normal() == normal
    assert normal.opposite().opposite() == normal


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rank_in_group == last", "rank_in_group >= last"),
        ("last == rank_in_group", "rank_in_group >= last"),
        ("not rank_in_group == last", "rank_in_group < last"),
        ("last > rank_in_group", "rank_in_group < last"),
        ("not rank == last", "rank != last"),
    ],
)
def test_to_be_the_last_is_to_be_no_better_than_it(text, said) -> None:
    """Equality with the last place of the class is a bound, which evidence can be found for."""
    assert parse_condition(text).normal() == parse_condition(said)


def test_comparisons_of_a_normal_form_are_still_comparisons() -> None:
    """The bound of a negated comparison moves to the other side."""
    (one,) = parse_condition("not 70 > a").normal().comparisons
    assert isinstance(one, Compare)
    assert parse_condition("70 <= a").comparisons == (one,)


# ---- spreadsheet formula ----
class Sheet:
    """Answers the part of the formula language that conditions are written in."""

    def __init__(self, formula, cells) -> None:
        self.words = WORDS.findall(formula)
        self.cells = cells
        self.at = 0

    def take(self, wanted=None):
        """Read one word."""
        word = self.words[self.at]
        assert wanted in (None, word)
        self.at += 1
        return word

    def peek(self):
        """Return the next word; empty at the end."""
        return self.words[self.at] if self.at < len(self.words) else ""

    def compare(self):
        """Answer a comparison, or what is no comparison."""
        left = self.sum()
        if self.peek() not in {"<", "<=", ">", ">=", "=", "<>"}:
            return left
        sign, right = self.take(), self.sum()
        kinds = [(isinstance(one, bool), isinstance(one, str)) for one in (left, right)]
        if kinds[0] != kinds[1]:
            return sign in {"<", "<=", "<>"} if kinds[0] < kinds[1] else sign in {">", ">=", "<>"}
        return {
            "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right,
            "=": left == right, "<>": left != right,
        }[sign]  # fmt: skip

    def sum(self):
        """Answer differences and joined texts."""
        value = self.product()
        while self.peek() in {"-", "&"}:
            value = value - self.product() if self.take() == "-" else value + self.product()
        return value

    def product(self):
        """Answer products."""
        value = self.single()
        while self.peek() == "*":
            self.take()
            value *= self.single()
        return value

    def single(self):
        """Answer a value, a reference or a function."""
        word = self.take()
        if word == "-":
            return -self.single()
        if word.startswith('"'):
            return word[1:-1].replace('""', '"')
        if word in {"TRUE", "FALSE"}:
            return word == "TRUE"
        if word in self.cells:
            return self.cells[word]
        if not word[0].isalpha():
            return float(word)
        self.take("(")
        given_ = [self.compare()]
        while self.peek() == ",":
            self.take()
            given_.append(self.compare())
        self.take(")")
        return FUNCTIONS[word](*given_)


FUNCTIONS = {
    "IF": lambda test, yes, no: yes if test else no,
    "AND": lambda *parts: all(parts),
    "OR": lambda *parts: any(parts),
    "NOT": lambda part: not part,
    "ABS": lambda x: abs(x) if isinstance(x, float) else x,
    "ISNUMBER": lambda x: isinstance(x, float),
    "ISTEXT": lambda x: isinstance(x, str) and x is not BLANK,
    "ISLOGICAL": lambda x: isinstance(x, bool),
    "TRIM": lambda x: re.sub(" +", " ", str(x)).strip(" "),
    "EXACT": lambda a, b: a == b,
    "CHAR": lambda x: chr(int(x)),
}


class Blank(str):
    """A cell without content: compares like a text without letters, and is no text."""

    __slots__ = ()

    def __mul__(self, other):
        """Stay blank: the value is not used, only written beside one that is."""
        return self

    __rmul__ = __sub__ = __rsub__ = __mul__


BLANK = Blank("")


def cell(value):
    """Return a drawn value as a spreadsheet holds it."""
    return BLANK if value is None or value != value else value  # noqa: PLR0124  NaN


def names_of_cells(asked):
    """Return a reference of its own for everything a condition asks for."""
    return {one: f"{chr(ord('A') + at)}1" for at, one in enumerate(asked)}


def answer(holds):
    """Return what a sheet shows for an answer."""
    return UNKNOWN if np.isnan(holds) else bool(holds)


@settings(deadline=None)
@given(CONDITIONS, st.data())
def test_the_formula_answers_as_the_condition(text, data) -> None:
    """True, false and unknown are those of `evaluate`, whatever is missing."""
    condition = parse_condition(text)
    drawn = draw_values(data, asked_for(condition))
    places = names_of_cells(drawn)
    formula = condition.formula(places.__getitem__, UNKNOWN)
    sheet = Sheet(formula, {places[one]: cell(value) for one, value in drawn.items()})
    found = sheet.compare()
    assert sheet.peek() == ""
    assert found == answer(condition.evaluate(arrays(drawn)).item())
    assert not formula.startswith("=")


@pytest.mark.parametrize(("happened", "holds"), [(True, True), (False, False), (1.0, True), (0.0, False)])
def test_events_may_be_logical_values_or_numbers(happened, holds) -> None:
    """TRUE and FALSE in a cell count like 1 and 0, and a blank is unknown."""
    for text, wanted in (("event(e)", holds), ("not event(e)", not holds)):
        formula = parse_condition(text).formula(lambda _: "A1", UNKNOWN)
        assert Sheet(formula, {"A1": happened}).compare() is wanted
        assert Sheet(formula, {"A1": BLANK}).compare() == UNKNOWN


def test_texts_are_written_as_a_spreadsheet_takes_them() -> None:
    """Quotes are doubled, long texts are joined from pieces, control characters go by number."""
    awkward = '说"是"\t' + "长" * 300
    formula = parse_condition(f"grade == '{awkward}'").formula({"grade": "A1"}.__getitem__, UNKNOWN)
    assert "\t" not in formula
    assert max(map(len, re.findall(r'"(?:[^"]|"")*"', formula))) <= 257
    assert Sheet(formula, {"A1": awkward}).compare() is True
    assert Sheet(formula, {"A1": awkward[:-1]}).compare() is False


def test_a_formula_too_long_for_a_spreadsheet_is_refused() -> None:
    """What Excel would not open is a problem with a hint, not a broken workbook."""
    condition = parse_condition(" or ".join(f"a == {number}" for number in range(100)))
    with pytest.raises(SchemeError) as caught:
        condition.formula(lambda _: "'综合得分'!$C$105")
    (problem,) = caught.value.problems
    assert problem.code == "condition.formula"
    assert problem.hint


def libreoffice(path, out):
    """Recalculate a workbook by LibreOffice and return the values of its sheet."""
    profile = path.parent / "profile"
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(path)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return openpyxl.load_workbook(out / path.name, data_only=True).active


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_answers_as_the_condition(tmp_path) -> None:
    """A sheet of conditions recalculated by LibreOffice shows what `evaluate` says, row by row."""
    texts = [
        "a < 70", "a <= 70", "a > 70", "a >= 70", "a == 70", "a != 70", "70 > a", "a == 0.3", "a < b",
        "not a < 70", "a < 70 and b < 70", "a < 70 or b < 70", "not (a < 70 and not b >= 0.3)",
        "grade == '优秀'", "grade != 'X'", 'grade == "x" or a < 70', "event(e) and a < 70",
        "not event(e) or 0 <= a < 60", "grade == '较 差' and not event(e)",
    ]  # fmt: skip
    chance = random.Random(20180428)  # noqa: S311  test numbers, no secrets
    numbers = [None, 0.0, 0.3, 0.1 + 0.2, 60.0, 69.99, 70.0, 70.00000000000001, 69.99999999999, -5.0]
    book, expected = openpyxl.Workbook(), []
    for row in range(1, 301):
        values = [chance.choice(numbers), chance.choice(numbers)]
        grade, event = chance.choice([*GRADES, " X ", None]), chance.choice([True, False, None])
        condition = parse_condition(chance.choice(texts))
        places = {"a": f"A{row}", "b": f"B{row}", "grade": f"C{row}", Call("event", ("e",)): f"D{row}"}
        for column, value in enumerate((*values, grade, event), start=1):
            book.active.cell(row, column, value)
        book.active.cell(row, 5, "=" + condition.formula(places.__getitem__, UNKNOWN))
        numeric = [np.nan if one is None else float(one) for one in (*values, event)]
        drawn = {"a": numeric[0], "b": numeric[1], "grade": grade, Call("event", ("e",)): numeric[2]}
        expected.append(answer(condition.evaluate(arrays(drawn)).item()))
    path = tmp_path / "conditions.xlsx"
    book.save(path)
    sheet = libreoffice(path, tmp_path / "out")
    assert [sheet.cell(row, 5).value for row in range(1, 301)] == expected
    assert set(map(str, expected)) == {"True", "False", UNKNOWN}
