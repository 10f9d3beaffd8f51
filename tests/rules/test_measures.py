"""The four measures by every name they go by."""

from __future__ import annotations

import pytest

from township_eval.language import Text
from township_eval.rules.measures import MEASURES, level_of, rung_of, say_measure


@pytest.mark.parametrize(
    ("written", "level", "zh", "en"),
    [
        ("约谈", 1, "约谈", "interview"),
        ("rectify", 2, "责令整改", "ordered rectification"),
        ("通报", 3, "通报批评", "public criticism"),
        ("严肃问责", 4, "问责建议(移送)", "proposal of referral for accountability"),
        ("问责建议(移送)", 4, "问责建议(移送)", "proposal of referral for accountability"),
        ("问责建议\uff08移送\uff09", 4, "问责建议(移送)", "proposal of referral for accountability"),
        ("约谈并责令整改", 2, "约谈、责令整改", "interview, ordered rectification"),
        ("interview + circular", 3, "约谈、通报批评", "interview, public criticism"),
        ("合并考核", 0, "合并考核", "合并考核"),
    ],
)
def test_a_measure_has_one_level_and_one_printed_form(written: str, level: int, zh: str, en: str) -> None:
    """However a scheme writes it; a measure of the scheme's own stays as written and is on no rung."""
    assert level_of(written) == level
    assert say_measure(written) == Text(zh, en)


def test_no_name_means_two_measures() -> None:
    """Every name, and every number of a rung, leads to its own measure."""
    for rung, measure in enumerate(MEASURES, start=1):
        assert {rung_of(name) for name in (*measure.names, measure.printed.zh, str(rung))} == {rung}
