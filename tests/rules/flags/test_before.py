"""What earlier periods say of flags."""

from __future__ import annotations

import pandas as pd

from township_eval.rules.flags import Before, EarlierPeriod

KEY = ("甲镇", "F1", "1")


def earlier(period: str, back: int, status: str = "proposed", **more: object) -> EarlierPeriod:
    """Return a period in which 甲镇 has flag F1 in some status."""
    row = {
        "unit": "甲镇",
        "rule": "F1",
        "measure": "约谈",
        "certainty": "confirmed",
        "status": status,
        **more,
    }
    return EarlierPeriod(period, back, pd.DataFrame([row]), frozenset({"F1"}))


def test_only_fresh_evidence_counts() -> None:
    """A flag that merely went on, was waived or could not be told apart ends the count."""
    for status in ("continued", "waived", "not_distinguishable", "cleared", "resurvey"):
        assert Before([earlier("2018-H2", 1), earlier("2018-H1", 2, status)]).streak(KEY) == 1
        assert Before([earlier("2018-H2", 1, status), earlier("2018-H1", 2)]).streak(KEY) == 0


def test_a_period_that_is_not_given_ends_the_count() -> None:
    """Nobody knows what it would have shown."""
    assert Before([earlier("2018-H2", 1), earlier("2017-H2", 3)]).streak(KEY) == 1
    assert Before([earlier("2018-H1", 2)]).streak(KEY) == 0


def test_flags_raised_before_certainty_was_judged_are_no_evidence() -> None:
    """An archive of an earlier version says ``not_assessed``: neither counted nor kept open."""
    before = Before([earlier("2018-H2", 1, certainty="not_assessed")])
    assert before.streak(KEY) == 0
    assert not before.open


def test_what_is_open_keeps_the_period_it_was_opened_in() -> None:
    """From the newest period only; a measure counts by its rung, however it is written."""
    row = {"measure": "interview", "since": "2017-H1", "escalated_from": float("nan")}
    before = Before([earlier("2018-H2", 1, "continued", **row), earlier("2018-H1", 2)])
    assert [(flag.rule, flag.since, flag.escalated_from) for flag in before.open.values()] == [
        ("F1", "2017-H1", "")
    ]
    assert list(before.open) == [KEY]


def test_partial_data_say_nothing_of_flags() -> None:
    """A provisional period is passed over, and leaves a gap."""
    unknown = EarlierPeriod("2018-H2", 1, pd.DataFrame(), frozenset({"F1"}), known=False)
    before = Before([unknown, earlier("2018-H1", 2)])
    assert before.streak(KEY) == 0
    assert list(before.open) == [KEY]


def test_a_unit_that_was_not_evaluated_keeps_its_open_flags() -> None:
    """A period without the unit shows nothing of it; one in which it stood without a flag ends them."""
    rows = pd.DataFrame([{"unit": "甲镇", "rule": "F1", "measure": "约谈", "status": "proposed",
                          "certainty": "confirmed", "since": "p3"}])  # fmt: skip
    for units, expected in ((("乙镇",), ["F1"]), (("甲镇", "乙镇"), [])):
        away = EarlierPeriod("p1", 1, pd.DataFrame(), frozenset({"F1"}), units=frozenset(units))
        first = EarlierPeriod("p2", 2, rows, frozenset({"F1"}), units=frozenset({"甲镇"}))
        before = Before([away, first])
        assert [flag.rule for flag in before.open.values()] == expected
        assert before.streak(("甲镇", "F1", "1")) == 0
