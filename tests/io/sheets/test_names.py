"""A name means exactly one unit, or none."""

from __future__ import annotations

import pytest

from township_eval.io.sheets.names import Entry, Register


@pytest.fixture
def units() -> Register:
    return Register.of(
        [
            Entry("640181001", "城区街道"),
            Entry("640181100", "东塔镇", aliases=("东塔",)),
            Entry("640181104", "马家滩镇"),
            Entry("640181201", "白土岗乡", aliases=("白土岗",)),
        ]
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("东塔镇", "640181100"),
        (" 东塔 镇", "640181100"),
        ("东塔", "640181100"),
        (640181100, "640181100"),
        (640181100.0, "640181100"),
        ("640181100000", "640181100"),
        ("６４０１８１１００", "640181100"),
        ("640181100 东塔镇", "640181100"),
        ("白土岗乡人民政府", "640181201"),
        ("白土岗乡党委政府", "640181201"),
        ("白土岗乡党委、政府", "640181201"),
        ("城区街道办事处", "640181001"),
        ("灵武市马家滩镇", "640181104"),
        ("宁夏回族自治区灵武市马家滩镇人民政府", "640181104"),
    ],
)
def test_writings_of_one_name(units, text, code):
    """Codes, names, aliases, offices' suffixes and the region before the name are understood."""
    assert units.find(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "东",
        "东塔街道",
        "西塔镇",
        "马家洼镇",
        "大马家滩镇",
        "城关街道",
        "64018110",
        "640181100 崇兴镇",
        "马家滩",
        "镇",
        "灵武市",
    ],
)
def test_near_is_not_equal(units, text):
    """A name that differs in one character, or names half of a unit, means none."""
    assert units.find(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "1" * 5000,
        "640181100" * 700,
        "640181100 " * 700,
        "宁夏回族自治区" * 700 + "东塔镇",
        "某自治区" * 45 + "某镇",
    ],
    ids=["digits", "codes", "codes apart", "regions", "regions of some other town"],
)
def test_texts_of_any_length(units, text):
    """A text of thousands of characters is no name, and is found so at once."""
    assert units.find(text) is None
    assert len(units.hint(text).en) < 500


def test_a_name_of_two_units_means_none(units):
    """A name shared by two units is not decided; the hint lists their codes."""
    units.add(Entry("640181999", "东塔乡", aliases=("东塔",)))
    assert units.find("东塔") is None
    assert "640181999" in units.hint("东塔").en
    assert units.find("东塔镇") == "640181100"


def test_suggestions(units):
    """An unknown name gets the nearest as a suggestion, never as an answer."""
    assert "马家滩镇" in units.hint("马家洼镇").zh
    assert units.find("马家洼镇") is None


def test_open_only_when_nobody_lists_units():
    """A register without units takes those the tables name."""
    assert Register.of([]).open
    assert not Register.of([Entry("1", "甲")]).open
