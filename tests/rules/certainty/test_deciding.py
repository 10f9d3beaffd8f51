"""Tests of how sure a family is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.rules.certainty import CERTAINTIES, CERTAINTY_LABELS, cleared, decide


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


def test_leaving_a_flag_takes_evidence_at_5_percent() -> None:
    """The point estimate alone is not enough."""
    assert cleared([0.05, 0.051, np.nan]).tolist() == [True, False, False]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_less_evidence_is_never_surer(p: list[float]) -> None:
    """Along one rule the certainty falls as p rises."""
    order = ["confirmed", "probable", "not_distinguishable"]
    found = [order.index(one) for one in decide([sorted(p)]).certainty[0]]
    assert found == sorted(found)


def test_every_code_has_words() -> None:
    """In both languages."""
    assert list(CERTAINTY_LABELS) == list(reversed(CERTAINTIES))
    assert all(label.zh and label.en for label in CERTAINTY_LABELS.values())
