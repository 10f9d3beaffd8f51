"""A cell becomes a number, a status, or a refusal; never a guess."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.io.sheets.cells import is_unit, parse_cell, same_unit


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (95, "", 95.0),
        (95.5, "分", 95.5),
        ("95", "", 95.0),
        ("９５", "", 95.0),
        ("９８．５％", "%", 98.5),
        ("98.5%", "%", 98.5),
        ("98.5%", "", 0.985),
        ("98.5 %", "％", 98.5),
        ("0.1%", "", 0.001),
        ("1,234", "户", 1234.0),
        ("1,234,567.5", "", 1234567.5),
        ("95分", "分", 95.0),
        ("95分", "", 95.0),
        ("12户", "户", 12.0),
        ("第3名", "名次", 3.0),
        ("第3名", "", 3.0),
        ("3.2万元", "元", 32000.0),
        ("3.2万元", "万元", 3.2),
        ("3.2万", "", 32000.0),
        ("\u22125", "", -5.0),
        ("+3", "", 3.0),
        ("1.5E+03", "", 1500.0),
        ("2e-05", "", 0.00002),
        (".5", "", 0.5),
        (" 12 ", "", 12.0),
        ("\ufeff12\u200b", "", 12.0),
        ("3.2个百分点", "个百分点", 3.2),
        ("-0.5%", "%", -0.5),
    ],
)
def test_what_is_unmistakable_is_understood(value, unit, expected):
    """Full-width digits, separators, percent signs and the column's own unit are understood exactly."""
    parsed = parse_cell(value, unit=unit)
    assert (parsed.status, parsed.value) == ("ok", expected)


@pytest.mark.parametrize(
    "text",
    [
        "≥95", ">95", "约90", "90-95", "90~95", "1,23", "12,34,5",
        "95.5.1", "十二", "①", "½", "Ⅳ", "5²", "无", "缺考", "……", "…",
        "N/A", "n.a.", "暂无", "-", "--", "*", "3/5", "3／5", "2026年",
        "95左右", "60以上", "70630 0", "新增175户、其中", "各建制镇", "5-3", "已完成",
        "TRUE", "1e", "e5", "1e3", "1.5E3", "9e-5", "1E+5", "nan", "inf", "0x10", "第三名", "1_000",
        "1e400", "1e+400", "(5)", "(1,234)", "“(5)”",
    ],
)  # fmt: skip
def test_what_has_two_readings_is_refused(text):
    """Ranges, approximations, words and odd numerals are refused with the text and a hint."""
    parsed = parse_cell(text, unit="分")
    assert (parsed.status, parsed.value) == ("refused", None)
    assert text in parsed.what.zh
    assert text in parsed.what.en
    assert parsed.hint


@pytest.mark.parametrize(("text", "value"), [("(5)", -5.0), ("( 1,234.5 )", -1234.5)])
def test_parentheses_are_a_sign_only_in_an_accounting_format(text, value):
    """(5) is -5 where the cell's format writes negative numbers so; else it may be a remark."""
    assert parse_cell(text, accounting=True).value == value
    assert parse_cell(text).status == "refused"
    assert "-5" in parse_cell(text).hint.en


def test_texts_of_any_length():
    """Thousands of digits are refused, and quoted shortly."""
    for text in ("9" * 5000, "第" + "9" * 5000 + "名", "9" * 5000 + "户", "约" * 5000, 10**400):
        parsed = parse_cell(text, unit="人")
        assert parsed.status == "refused"
        assert len(parsed.what.en) < 200
        assert len(parsed.what.zh) < 200


@pytest.mark.parametrize(
    ("text", "unit"), [("95户", "人"), ("98.5%", "户"), ("3.2万元", ""), ("5天", "%"), ("3.2个百分点", "%")]
)
def test_another_unit_of_measure_is_refused(text, unit):
    """A number in another unit than the column's is not converted silently."""
    assert parse_cell(text, unit=unit).code == "cell.unit"


@pytest.mark.parametrize("value", [None, "", "  ", "未报", "缺报", "Not reported", float("nan")])
def test_not_reported(value):
    """Blank cells and the agreed words are not reported."""
    assert parse_cell(value).status == "not_reported"


@pytest.mark.parametrize("value", ["/", "／", "—", "——", "不适用", "不涉及", " 不 涉 及 ", "not applicable"])
def test_not_applicable(value):
    """The agreed signs mean not applicable, which is not the same as not reported."""
    assert parse_cell(value).status == "not_applicable"


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.95, "%", 95.0),
        (0.985, "%", 98.5),
        (1, "%", 100.0),
        (1.05, "%", 105.0),
        (0.95, "", 0.95),
        (0, "%", 0.0),
    ],
)
def test_cells_shown_in_percent(value, unit, expected):
    """A cell that shows 95% is 95 in a percent column and 0.95 in any other."""
    assert parse_cell(value, unit=unit, percent=True).value == expected


def test_a_percentage_a_hundred_times_too_large_is_refused():
    """95 typed into a percent cell shows 9500% and is refused."""
    parsed = parse_cell(95, unit="%", percent=True)
    assert (parsed.status, parsed.code) == ("refused", "cell.percent")
    assert "9500%" in parsed.what.zh


@given(st.integers(0, 10**6), st.integers(0, 6))
def test_percent_texts_are_exact(number, digits):
    """A text percentage gives the same double as writing the number itself."""
    text = f"{number / 10**digits:.{digits}f}"
    assert parse_cell(f"{text}%", unit="%").value == float(text)


@given(st.floats(-1e6, 1e6, allow_nan=False))
def test_numbers_pass_unchanged(number):
    """A number is the same double as in the cell."""
    assert parse_cell(number).value == number


@given(st.text(max_size=12))
def test_any_text_has_a_status(text):
    """No text whatever makes the parser fail, and only finite numbers come out."""
    parsed = parse_cell(text)
    assert (parsed.status == "ok") == isinstance(parsed.value, float)
    assert parsed.value is None or abs(parsed.value) < float("inf")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "cell.text"),
        (float("inf"), "cell.text"),
        (datetime(2018, 5, 10), "cell.date"),  # noqa: DTZ001
        (date(2018, 5, 10), "cell.date"),
    ],
)
def test_other_types_are_no_numbers(value, code):
    """Booleans, infinities and dates are refused in a column of numbers."""
    assert parse_cell(value).code == code


def test_error_values():
    """An error value is refused by its name."""
    parsed = parse_cell("#DIV/0!", error=True)
    assert parsed.code == "cell.error"
    assert "#DIV/0!" in parsed.what.en


def test_tokens_of_the_scheme_decide_about_words():
    """A word means what the scheme says, also one that is refused otherwise."""
    tokens: dict[str, str | float] = {"无": 0.0, "缺考": "not_reported", "免考": "not_applicable"}
    assert parse_cell(" 无", tokens=tokens).value == 0.0
    assert parse_cell("缺考", tokens=tokens).status == "not_reported"
    assert parse_cell("免考", tokens=tokens).status == "not_applicable"


def test_yes_and_no_only_where_they_are_asked_for():
    """是 and 否 are 1 and 0 in a column of that kind, and no numbers elsewhere."""
    assert [parse_cell(text, kind="yes_no").value for text in ("是", "否", "√", "×", "YES")] == [
        1,
        0,
        1,
        0,
        1,
    ]
    assert parse_cell("是").status == "refused"
    assert parse_cell(True, kind="yes_no").value == 1.0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2018, 5, 10, 8), "2018-05-10"),  # noqa: DTZ001
        ("2018年5月10日", "2018-05-10"),
        ("2018/5/1", "2018-05-01"),
        ("２０１８．５．１", "2018-05-01"),
    ],
)
def test_dates(value, expected):
    """Dates in their usual writings become ISO text."""
    assert parse_cell(value, kind="date").value == expected


@pytest.mark.parametrize("value", [43230, "5月上旬", "2018-13-01", "2018年底"])
def test_no_dates(value):
    """A serial number or half a date is refused in a column of dates."""
    assert parse_cell(value, kind="date").code == "cell.date"


def test_units_of_measure():
    """Compound units are known, and the same unit is recognized in its writings."""
    assert is_unit("元/人")
    assert not is_unit("含街道")
    assert same_unit("%", "%")
    assert same_unit("单位:元", "元")
    assert not same_unit("万元", "元")
