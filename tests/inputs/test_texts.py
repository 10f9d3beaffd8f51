"""Identifiers become text without losing what they say."""

import numpy as np
import pandas as pd
import pytest

from township_eval.inputs.texts import distinct_texts, plain, text_of, texts_of


@pytest.mark.parametrize(
    ("written", "text"),
    [("007", "007"), (7, "7"), (7.0, "7"), (np.int64(640181100), "640181100"), (1.5, "1.5"), (" a ", "a")],
)
def test_codes_are_text(written, text):
    """Whole numbers lose their decimal point, text keeps its zeros."""
    assert text_of(written) == text


@pytest.mark.parametrize("blank", [None, float("nan"), pd.NA, pd.NaT, "", "  "])
def test_blanks_are_the_empty_text(blank):
    """There are many ways to write nothing."""
    assert text_of(blank) == ""


def test_columns_are_read_each_text_once():
    """Repeats share a place among the distinct texts; blanks have the last one."""
    codes, texts = distinct_texts(pd.Series(["b", None, "a", "b"], dtype=object))
    assert texts[codes].tolist() == ["b", "", "a", "b"]
    assert sorted(texts) == ["", "a", "b"]


def test_an_index_of_numbers_is_text():
    """Codes that were read as numbers still name their units."""
    assert texts_of(pd.Index([640181100.0, np.nan])).tolist() == ["640181100", ""]


def test_full_width_letters_compare_as_plain_ones():
    """An input method's full-width brackets do not make another township."""
    assert plain("１００（街道） ") == "100(街道)"
