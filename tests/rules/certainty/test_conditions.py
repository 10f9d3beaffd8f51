"""Tests of the evidence for conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.methods.testing import bounded_p, student_limits, student_p
from township_eval.rules import certainty
from township_eval.rules.certainty import Quantity, condition_p, weigh_condition
from township_eval.scheme.conditions import Call, parse_condition

Array = np.ndarray

SURVEY = Quantity.of("bounded", [62.0, 66.4, 81.0], se=3.4, df=199, n=200, low=30)
INDEX = Quantity.of("normal", [66.0, 71.0, 69.0], se=[2.0, 2.0, 0.5], df=[np.inf, 8, 8])
WORK = np.array([65.0, 80.0, np.nan])


def asked(**known: Any) -> Callable[[Any], Any]:
    """Return a lookup of names, and of calls by ``function_argument``."""

    def look(name: Any) -> Any:
        return known[name if isinstance(name, str) else f"{name.function}_{name.arguments[0]}"]

    return look


def weighed(text: str, **known: Any) -> certainty.Tested:
    known = {"s": SURVEY, "index": INDEX, "work": WORK, **known}
    return weigh_condition(parse_condition(text), asked(**known), 3)


def p_of(text: str, **known: Any) -> Array:
    return weighed(text, **known).p


S70 = bounded_p(SURVEY.value, 3.4, 199, 200, 70, low=30)
I70 = student_p(INDEX.value, INDEX.se, INDEX.df, 70)


def test_a_comparison_is_tested_by_how_its_value_was_come_by() -> None:
    """Means of answers by the beta test, sums by t, counted figures by comparing."""
    assert p_of("s < 70") == pytest.approx(S70)
    assert p_of("index < 70") == pytest.approx(I70)
    assert p_of("work < 70").tolist() == [0.0, 1.0, 1.0]


def test_each_direction_has_its_own_test() -> None:
    """Praise is tested above; the number may stand first."""
    above = bounded_p(SURVEY.value, 3.4, 199, 200, 75, low=30, side="above")
    assert p_of("s >= 75") == pytest.approx(above)
    assert p_of("75 <= s") == pytest.approx(above)
    assert p_of("70 > s") == pytest.approx(S70)


def test_and_is_as_sure_as_its_weakest_part() -> None:
    """The largest p."""
    assert p_of("s < 70 and index < 70") == pytest.approx(np.maximum(S70, I70))


def test_or_pays_for_each_part_with_an_error() -> None:
    """Twice the smallest of two; an exact part costs nothing, and decides where it is true."""
    assert p_of("s < 70 or index < 70") == pytest.approx(np.minimum(1, 2 * np.minimum(S70, I70)))
    assert p_of("s < 70 or work < 70") == pytest.approx(np.where([True, False, False], 0.0, S70))


def test_parts_are_counted_unit_by_unit() -> None:
    """Where a township was counted in full its comparison is exact there, and uncounted."""
    mixed = SURVEY.where([False, True, False], Quantity.of("exact", SURVEY.value))
    found = p_of("s < 65 or index < 70", s=mixed)
    s65 = bounded_p(SURVEY.value, 3.4, 199, 200, 65, low=30)
    expected = np.minimum(1, np.array([2, 1, 2]) * np.minimum(np.where([0, 1, 0], 1, s65), I70))
    assert found == pytest.approx(expected)


def test_negations_go_to_the_comparisons() -> None:
    """Not (a or b) is tested as the two opposites joined by and."""
    assert p_of("not (s >= 70 or index >= 70)") == pytest.approx(p_of("s < 70 and index < 70"))
    assert p_of("not (s < 70)") == pytest.approx(p_of("s >= 70"))


def test_unknown_is_never_evidence() -> None:
    """An error that nobody knows, a missing value, a missing cut: p = 1."""
    lost = Quantity.of("unknown", [1.0, 2.0, 3.0])
    assert p_of("s < 70", s=lost).tolist() == [1.0] * 3
    assert p_of("s < work")[2] == 1.0
    missing = Quantity.of("bounded", [np.nan] * 3, se=1.0, df=9, n=10)
    assert p_of("s < 70 or not (s < 70)", s=missing).tolist() == [1.0] * 3


def test_an_uncertain_value_is_never_shown_to_equal_anything() -> None:
    """== and != need exact values."""
    assert p_of("s == 62").tolist() == [1.0] * 3
    assert p_of("s != 62").tolist() == [1.0] * 3
    assert p_of("work == 65").tolist() == [0.0, 1.0, 1.0]


def test_exact_comparisons_mind_their_strictness() -> None:
    """A counted 65 is at most 65 and not below it."""
    assert p_of("work <= 65")[0] == 0.0
    assert p_of("work < 65")[0] == 1.0


def test_texts_and_events_are_exact() -> None:
    """A grade is as it is; what is not recorded is unknown."""
    grades = np.array(["较差", "一般", None], dtype=object)
    assert p_of('grade == "较差"', grade=grades).tolist() == [0.0, 1.0, 1.0]
    happened = np.array([1.0, 0.0, np.nan])
    assert p_of("event(flood)", event_flood=happened).tolist() == [0.0, 1.0, 1.0]
    assert p_of("not event(flood)", event_flood=happened).tolist() == [1.0, 0.0, 1.0]


def test_two_uncertain_values_need_their_covariance() -> None:
    """Without it nothing is shown; with it the difference is tested by t."""
    other = Quantity.of("normal", [90.0, 70.0, 60.0], se=2.0, df=8)
    condition, look = parse_condition("index < other"), asked(index=INDEX, other=other)
    assert condition_p(condition, look, 3).tolist() == [1.0] * 3
    found = condition_p(condition, look, 3, covariance=lambda _, __: np.array([0.0, 0.0, 0.9]))
    first = student_p(-24.0, np.sqrt(8.0), 8 * 64 / 16, 0.0)
    last = student_p(9.0, np.sqrt(4.25 - 1.8), 8, 0.0)
    assert found == pytest.approx([first.item(), found[1], last.item()])
    assert found[1] > 0.3


def test_a_box_is_asked_for_its_limits() -> None:
    """The p-value is the level at which the box leaves the wrong side."""
    box = Quantity.of("box", [66.0, 71.0, 60.0], limits=lambda a: student_limits([66.0, 71, 60], 2.0, 8, a))
    assert p_of("s < 70", s=box) == pytest.approx(
        np.where([True, False, True], student_p([66.0, 71, 60], 2.0, 8, 70), 1.0), rel=1e-8
    )


def ranked(alpha: float) -> tuple[Array, Array]:
    """Return limits that show the third to be last from a level of 0.001, the first to be first from 0.01."""
    worst, best = alpha >= 0.001, alpha >= 0.01
    return np.array([1.0, 1.0, 3.0 if worst else 1.0]), np.array([1.0 if best else 3.0, 3.0, 3.0])


def test_places_hold_for_all_units_together() -> None:
    """A rule about one rank says so; strictness counts: above 2 is from 3."""
    rank = Quantity.of("rank", [1.0, 2.0, 3.0], ranks=ranked)
    found = weighed("rank > 2", rank=rank)
    assert found.simultaneous
    assert found.p == pytest.approx([1.0, 1.0, 0.001], rel=2e-3)
    assert p_of("rank > 3", rank=rank).tolist() == [1.0] * 3
    assert p_of("rank <= 1", rank=rank) == pytest.approx([0.01, 1.0, 1.0], rel=2e-3)


def test_a_place_from_below_is_a_rank_in_the_class() -> None:
    """bottom(1) of three is a rank above 2; its negation tests the other side."""
    known = {"rank_in_group": Quantity.of("rank", [1.0, 2.0, 3.0], ranks=ranked), "last": np.full(3, 3.0)}
    assert p_of("bottom(1)", **known) == pytest.approx([1.0, 1.0, 0.001], rel=2e-3)
    assert p_of("rank_in_group == last", **known) == pytest.approx([1.0, 1.0, 0.001], rel=2e-3)
    assert p_of("not bottom(2)", **known) == pytest.approx([0.01, 1.0, 1.0], rel=2e-3)


def test_a_rank_joined_to_something_uncertain_is_no_longer_for_all_together() -> None:
    """Its own false alarms and the other's add up; an exact part changes nothing."""
    rank = Quantity.of("rank", [1.0, 2.0, 3.0], ranks=ranked)
    assert not weighed("rank > 2 and s < 70", rank=rank).simultaneous
    assert not weighed("rank > 2 or rank > 1", rank=rank).simultaneous
    assert weighed("rank > 2 and work < 70", rank=rank).simultaneous
    assert not weighed("s < 70").simultaneous


def test_those_who_do_not_know_may_decide() -> None:
    """A range that holds the cut is marked; a part that decides without it is not."""
    vague = Quantity.of("bounded", SURVEY.value, se=3.4, df=199, n=200, least=60.0, most=[68, 72, 90.0])
    assert weighed("s < 70", s=vague).crossed.tolist() == [False, True, True]
    assert weighed("s < 70 or index < 80", s=vague).crossed.tolist() == [False, False, False]
    assert weighed("s < 70 and index < 80", s=vague).crossed.tolist() == [False, True, True]


def test_cases_within_rounding_are_listed() -> None:
    """69.996 prints as 70.00; 70 itself needs no remark."""
    found = weighed("index < 70", index=np.array([69.996, 70.0, 69.9]))
    assert found.p.tolist() == [0.0, 1.0, 0.0]
    ((comparison, mask),) = found.near
    assert comparison.sign == "<"
    assert mask.tolist() == [True, False, False]


def test_it_is_said_where_nothing_has_an_error() -> None:
    """Counted figures alone."""
    assert weighed("work < 70").exact.tolist() == [True] * 3
    assert weighed("work < 70 or s < 60").exact.tolist() == [False] * 3


def test_a_box_or_a_rank_without_limits_is_a_defect() -> None:
    """The caller is told."""
    with pytest.raises(ValueError, match="limits"):
        Quantity.of("box", [1.0])
    with pytest.raises(ValueError, match="limits"):
        Quantity.of("rank", [1.0])


cuts = st.integers(0, 100)
parts = st.builds(
    lambda name, sign, cut: f"{name} {sign} {cut}",
    st.sampled_from(["s", "index", "work"]), st.sampled_from(["<", "<=", ">", ">="]), cuts,
)  # fmt: skip
trees = st.recursive(
    parts,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("(not {})".format, inner),
    ),
    max_leaves=6,
)


@given(trees)
def test_any_condition_has_a_probability(text: str) -> None:
    """Between 0 and 1 whatever is joined, and never surer than its parts allow."""
    found = p_of(text)
    assert ((found >= 0) & (found <= 1)).all()


@given(trees, trees)
def test_joining_bounds_the_evidence(one: str, two: str) -> None:
    """An and is no surer than either part; an or is no surer than the surer of them."""
    first, second = p_of(one), p_of(two)
    assert (p_of(f"({one}) and ({two})") >= np.maximum(first, second) - 1e-15).all()
    assert (p_of(f"({one}) or ({two})") >= np.minimum(first, second) - 1e-15).all()


@given(trees)
def test_a_condition_and_its_opposite_are_never_both_shown(text: str) -> None:
    """Unless exact, at most one of them is below one half; exactly, one of them at most is true."""
    assert (p_of(text) + p_of(f"not ({text})") >= 0.5).all()


@given(st.lists(st.floats(31, 99), min_size=2, max_size=2), st.integers(66, 95))
def test_raising_a_value_never_adds_evidence_of_a_shortfall(values: list[float], cut: int) -> None:
    """The error held, on the scale 30 to 100."""
    low, high = sorted(values)
    pair = Quantity.of("bounded", [low, high], se=4.0, df=9, n=100, low=30)
    found = weigh_condition(parse_condition(f"s < {cut} or s <= {cut - 1}"), lambda _: pair, 2).p
    assert found[0] <= found[1] * (1 + 1e-9)


def test_the_level_of_and_and_or_holds_in_draws() -> None:
    """Both true values on their cuts: in at most 5 % of 20,000 draws anything is shown."""
    rng = np.random.default_rng(3)
    x = rng.normal(70.0, 2.0, (2, 20_000))
    known = {name: Quantity.of("normal", row, se=2.0, df=np.inf) for name, row in zip("ab", x, strict=True)}
    for text in ("a < 70 and b < 70", "a < 70 or b < 70", "not (a >= 70 and b >= 70)"):
        found = weigh_condition(parse_condition(text), asked(**known), 20_000).p
        assert (found <= 0.05).mean() <= 0.05 + 3 * np.sqrt(0.05 / 20_000)


def test_calls_are_looked_up_as_calls() -> None:
    """value(x) is asked for as a call, so that a score and a value may differ."""
    seen: list[Any] = []

    def look(name: Any) -> Array:
        seen.append(name)
        return np.array([1.0])

    weigh_condition(parse_condition("value(tap) < 2"), look, 1)
    assert seen == [Call("value", ("tap",))]
