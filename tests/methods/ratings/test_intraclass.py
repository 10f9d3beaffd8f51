"""What the six intraclass correlations are computed from, and their limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from township_eval.methods.ratings import crossed_components, icc

NAN = np.nan
FORMS = ["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"]


def values(found):
    return [form.value for form in found.values()]


def test_names_by_both_conventions_and_decisions(raters):
    """Six forms in order, each with its two names and what it serves, in both languages."""
    found = icc(raters.panel("complete"))
    assert list(found) == FORMS
    assert [form.shrout_fleiss for form in found.values()] == [
        "ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)",
    ]  # fmt: skip
    assert [form.mcgraw_wong for form in found.values()] == [
        "ICC(1)", "ICC(A,1)", "ICC(C,1)", "ICC(k)", "ICC(A,k)", "ICC(C,k)",
    ]  # fmt: skip
    assert "thresholds" in found["ICC2k"].serves.en
    assert "排名" in found["ICC3k"].serves.zh
    assert len({form.serves for form in found.values()}) == 6
    with pytest.raises(KeyError, match="ICC4"):
        found["ICC4"]


def test_units_with_holes_may_be_left_out_and_are_counted(raters):
    """On the first three raters ten units are complete; two are left out and said to be."""
    three = raters.panel("incomplete")[:, :3]
    found = icc(three, holes="leave_out")
    assert values(found) == values(icc(raters.on_three))
    assert (found.n_units, found.n_raters, found.n_left_out, found.method) == (10, 3, 2, "anova")
    used = icc(three)
    assert (used.n_units, used.n_ratings, used.n_left_out, used.method) == (12, 34, 0, "reml")


def test_no_unit_left_is_refused(raters):
    """Nobody was marked by all six."""
    with pytest.raises(ValueError, match="not 0 and 6"):
        icc(raters.panel("incomplete"), holes="leave_out")


def test_components_of_a_complete_panel_are_those_of_the_analysis_of_variance(raters):
    """REML and mean squares meet where nothing is missing."""
    panel = raters.panel("complete")
    found = crossed_components(panel)
    y = panel - panel.mean()
    units, by_rater = 6 * (y.mean(axis=1) ** 2).sum() / 11, 12 * (y.mean(axis=0) ** 2).sum() / 5
    rest = ((y - y.mean(axis=1, keepdims=True) - y.mean(axis=0)) ** 2).sum() / 55
    expected = [(units - rest) / 6, (by_rater - rest) / 12, rest]
    assert [found.unit, found.rater, found.residual] == pytest.approx(expected, rel=1e-10)


def test_units_and_raters_change_places(raters):
    """The model treats both sides alike: turning the panel over swaps their components."""
    panel = raters.panel("incomplete")
    found, turned = crossed_components(panel), crossed_components(panel.T)
    expected = [found.rater, found.unit, found.residual]
    assert [turned.unit, turned.rater, turned.residual] == pytest.approx(expected, rel=1e-9)


def test_a_component_is_never_negative():
    """Raters who agree on nothing but chance: the units' variance is zero."""
    found = crossed_components([[1, 2, 3], [3, 1, 2], [2, 3, 1], [1, 2, NAN]])
    assert found.unit == 0.0
    assert found.rater >= 0.0


def test_perfect_agreement_is_one_everywhere():
    """Equal scores of all raters, units apart: 1 with an interval of 1, with holes too."""
    for panel in ([[60, 60, 60], [70, 70, 70], [90, 90, 90]], [[60, 60, NAN], [70, 70, 70], [90, 90, 90]]):
        found = icc(panel)
        assert values(found) == [1.0] * 6
        assert [(form.lower, form.upper, form.p) for form in found.values()] == [(1.0, 1.0, 0.0)] * 6


def test_a_constant_shift_is_consistent_but_not_absolute():
    """One rater ten points milder: the order is certain, the level is not."""
    found = icc([[60, 70], [65, 75], [80, 90], [50, 60]])
    assert found["ICC3"].value == 1.0
    assert 0.5 < found["ICC2"].value < 0.9
    assert found["ICC2"].lower < found["ICC2"].value < found["ICC2"].upper <= 1


@pytest.mark.parametrize("score", [0.0, 80.0, 0.1, 87.3])
def test_equal_scores_throughout_leave_nothing_to_correlate(score):
    """All the same: NaN in every form, and no warning."""
    panel = np.full((4, 3), score)
    assert np.isnan(values(icc(panel))).all()
    panel[0, 0] = NAN
    assert np.isnan(values(icc(panel))).all()


@pytest.mark.parametrize(
    ("m", "level", "match"),
    [
        ([[1.0, 2.0]], 0.95, "not 1 and 2"),
        ([[1.0], [2.0]], 0.95, "not 2 and 1"),
        ([[1.0, 2.0], [2.0, 4.0]], 1.0, "level"),
        ([[80, NAN], [75, 78], [NAN, 90]], 0.95, "explain every rating"),
    ],
)
def test_too_little_is_refused(m, level, match):
    """One unit, one rater, no degree of freedom, or a level that is none."""
    with pytest.raises(ValueError, match=match):
        icc(m, level=level)


def test_a_higher_level_widens_every_interval(raters):
    """99 % holds 95 %."""
    panel = raters.panel("complete")
    for wide, narrow in zip(icc(panel, level=0.99).values(), icc(panel).values(), strict=True):
        assert wide.lower < narrow.lower < narrow.value < narrow.upper < wide.upper


@given(
    arrays(np.float64, (5, 3), elements=st.integers(0, 100).map(float)),
    st.permutations(range(5)),
    st.floats(0.5, 4),
    st.floats(-20, 20),
)
def test_order_scale_and_origin_are_of_no_account(scores, order, factor, shift):
    """Coefficients are pure numbers of the panel, whatever the order of its units."""
    scores[0] += [0.0, 1.0, 3.0]  # something is left to measure
    moved = icc(factor * scores[order] + shift)
    assert values(moved) == pytest.approx(values(icc(scores)), rel=1e-6, abs=1e-9, nan_ok=True)
