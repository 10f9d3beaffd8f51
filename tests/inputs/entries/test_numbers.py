"""Entries become floats without a guess."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from township_eval.inputs.entries.numbers import day_number, numbers


@pytest.mark.parametrize("entry", [1, 1.0, True, np.int8(1), np.float32(1), Decimal(1), Fraction(1)])
def test_every_kind_of_number_is_a_number(entry):
    """Types that mean a number are taken."""
    found, refused = numbers(pd.Series([entry, None], dtype=object))
    assert (found[0], np.isnan(found[1]), refused.tolist()) == (1.0, True, [False, False])


@pytest.mark.parametrize("entry", ["98.5", "98.5%", "约90", "是", date(2018, 1, 1), [1]])
def test_text_in_a_number_is_refused(entry):
    """Even text that looks like a number: which decimal point it means is the reader's business."""
    found, refused = numbers(pd.Series([entry], dtype=object))
    assert (np.isnan(found[0]), refused[0]) == (True, True)


@pytest.mark.parametrize("dtype", ["Float64", "Int64", "boolean", "float32", "int8", "bool"])
def test_columns_of_numbers_need_no_look_at_each_entry(dtype):
    """Nullable and narrow types are floats afterwards."""
    found, refused = numbers(pd.Series([1, 0], dtype=dtype))
    assert (found.tolist(), found.dtype, refused.any()) == ([1.0, 0.0], np.float64, False)


def test_blanks_of_nullable_columns_are_missing():
    """pd.NA is NaN."""
    found, refused = numbers(pd.Series([1.5, None], dtype="Float64"))
    assert (found[0], np.isnan(found[1]), refused.any()) == (1.5, True, False)


@pytest.mark.parametrize(
    ("word", "value"), [("是", 1.0), ("否", 0.0), ("YES", 1.0), (" √ ", 1.0), (0.5, 0.5)]
)
def test_yes_and_no_in_a_checklist(word, value):
    """Words of a checklist, and numbers as they stand."""
    assert numbers(pd.Series([word], dtype=object), "yes_no")[0].tolist() == [value]


def test_other_words_of_a_checklist_are_refused():
    """What may mean anything means nothing."""
    assert numbers(pd.Series(["基本完成"], dtype=object), "yes_no")[1].tolist() == [True]


@pytest.mark.parametrize(
    "day",
    [
        "2018-06-30",
        date(2018, 6, 30),
        datetime(2018, 6, 30, 9),  # noqa: DTZ001
        np.datetime64("2018-06-30"),
        pd.Timestamp("2018-06-30"),
    ],
)
def test_a_day_is_the_same_however_it_is_given(day):
    """All ways to write a day give its ordinal."""
    assert day_number(day) == date(2018, 6, 30).toordinal()


def test_columns_of_dates_are_days():
    """A datetime column gives ordinals, its gaps NaN, whatever its resolution."""
    column = pd.Series(pd.to_datetime(["2018-06-30", None]))
    found, refused = numbers(column, "date")
    assert (found[0], np.isnan(found[1]), refused.any()) == (date(2018, 6, 30).toordinal(), True, False)
    assert numbers(column.dt.tz_localize("Asia/Shanghai"), "date")[0][0] == found[0]


def test_dates_are_no_numbers_and_numbers_no_dates():
    """A serial number of a spreadsheet is not taken for a day, nor a day for a number."""
    assert numbers(pd.Series([43281.0, np.nan]), "date")[1].tolist() == [True, False]
    assert numbers(pd.Series(pd.to_datetime(["2018-06-30", None])))[1].tolist() == [True, False]
