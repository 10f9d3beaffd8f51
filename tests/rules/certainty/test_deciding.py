"""Tests of how sure a family is, and of what is said of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.rules.certainty import cleared, decide, evidence_words, p_words, statuses, sufficient


def test_the_family_is_every_rule_and_unit_also_the_unanswered() -> None:
    """A rule that cannot be answered still takes its share of the level."""
    alone = decide([[0.004, 1.0]])
    beside = decide([[0.004, 1.0], [1.0, 1.0]])
    assert alone.certainty[0, 0] == "confirmed"
    assert beside.certainty[0, 0] == "probable"
    assert beside.size == 4
    assert decide([[0.004, np.nan]]).size == 2


def test_confirmed_is_single_step_and_probable_is_holms() -> None:
    """0.01 / 4 for each; among the probable the second need only reach 0.05 / 3."""
    found = decide([[0.0025, 0.016, 0.0026, 0.9]])
    assert found.certainty[0].tolist() == ["confirmed", "probable", "probable", "not_distinguishable"]
    assert found.critical == pytest.approx([0.0025])


def test_being_confirmed_does_not_depend_on_the_others() -> None:
    """Probable does: that is the difference between the two."""
    weak, strong = decide([[0.001, 0.03, 1.0]]), decide([[0.001, 0.03, 0.0]])
    assert weak.certainty[0, 0] == strong.certainty[0, 0] == "confirmed"
    assert weak.certainty[0, 1] == "not_distinguishable"
    assert strong.certainty[0, 1] == "probable"


def test_a_rank_rule_has_the_share_of_a_rule() -> None:
    """Its p-values hold for all eight units already."""
    p = np.full((2, 8), 1.0)
    p[0, 3] = p[1, 3] = 0.004
    assert decide(p, simultaneous=[True, False]).certainty[:, 3].tolist() == [
        "confirmed",
        "not_distinguishable",
    ]


def test_those_who_do_not_know_take_one_step_away() -> None:
    """Confirmed becomes probable, probable nothing."""
    p = [[0.0, 0.004, 0.3]]
    assert decide(p, crossed=[[True] * 3]).certainty[0].tolist() == ["probable", *["not_distinguishable"] * 2]


def test_confirmed_suffices_for_probable() -> None:
    """And not the other way round."""
    levels = ["confirmed", "probable", "not_distinguishable"]
    assert sufficient(levels, "probable").tolist() == [True, True, False]
    assert sufficient(levels, "confirmed").tolist() == [True, False, False]


def test_what_holds_at_the_estimates_only_is_said_and_not_proposed() -> None:
    """Unknown and false raise nothing; a failed sample asks for another one."""
    holds, sure = [1.0, 1.0, 0.0, np.nan], ["confirmed", "probable", "confirmed", "confirmed"]
    assert statuses(holds, sure, "confirmed").tolist() == ["proposed", "not_distinguishable", "", ""]
    failed = statuses(holds, sure, "confirmed", [True] * 4)
    assert failed.tolist() == ["resurvey", "resurvey", "", "resurvey"]


def test_leaving_a_flag_takes_evidence_at_5_percent() -> None:
    """The point estimate alone is not enough."""
    assert cleared([0.05, 0.051, np.nan]).tolist() == [True, False, False]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_less_evidence_is_never_surer(p: list[float]) -> None:
    """Along one rule the certainty falls as p rises."""
    order = ["confirmed", "probable", "not_distinguishable"]
    found = [order.index(one) for one in decide([sorted(p)]).certainty[0]]
    assert found == sorted(found)


def test_the_sentence_names_level_p_family_and_critical_level() -> None:
    """In both languages, with the numbers decided on."""
    decision = decide([[0.0004, 0.016, 0.3]])
    assert evidence_words(decision, 0, 0).zh == "确认;p=0.0004,不大于0.0033(总水准0.01,本期共3项比较)"
    assert "level 0.01 over the 3 comparisons" in evidence_words(decision, 0, 0).en
    assert "霍尔姆法校正后p=0.032" in evidence_words(decision, 0, 1).zh
    assert "above 0.05" in evidence_words(decision, 0, 2).en
    assert evidence_words(decision, 0, 0, exact=True).en == "confirmed; no sampling error, compared exactly"


def test_a_lowered_certainty_keeps_the_numbers_it_had() -> None:
    """The label is a step lower, the comparison with the critical level is what it was."""
    said = evidence_words(decide([[0.0004]], crossed=[[True]]), 0, 0)
    assert said.zh.startswith("很可能;p=0.0004,不大于0.01")


def test_no_p_value_is_printed_as_zero() -> None:
    """Two digits where it is small."""
    assert [p_words(p) for p in (0.05, 0.00012345, 3e-7, 0.0)] == [
        "p=0.05",
        "p=0.00012",
        "p<0.000001",
        "p<0.000001",
    ]
