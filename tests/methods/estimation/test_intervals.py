"""Limits equal those of publications, and behave at the edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.methods.estimation.intervals import (
    bound_without_variance,
    korn_graubard,
    logit,
    student,
    t_quantile,
    wilson,
)

SIMPLE = st.tuples(st.integers(1, 60), st.integers(1, 60)).map(lambda hits: (hits[0], sum(hits)))


def plain(hits, n):
    """Return share and error of independent answers whose degrees of freedom take nothing away."""
    p = np.array([hits / n])
    return p, np.sqrt(p * (1 - p) / n), np.array([n - 1]), np.array([n])


# Newcombe (1998), Two-sided confidence intervals for the single proportion: comparison of seven methods,
# Statistics in Medicine 17, 857-872, table I: method 5 (Clopper and Pearson).
@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0.0, 0.1684), (1, 29, 0.0009, 0.1776)],
)
def test_korn_graubard_of_independent_answers_is_clopper_pearson(hits, n, low, high):
    """With an effective number equal to n the limits are the exact ones of the table."""
    lower, upper = korn_graubard(*plain(hits, n))
    assert lower.round(4).tolist() == [low]
    assert upper.round(4).tolist() == [high]


# The same table: method 3 (Wilson's score method). It takes the normal quantile: infinitely many
# degrees of freedom for the estimate and its n.
@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_of_independent_answers_is_the_score_method(hits, n, low, high):
    """With the normal quantile the limits are those of the table."""
    p, se, _, _ = plain(hits, n)
    lower, upper = wilson(p, se, np.inf, np.inf)
    assert lower.round(4).tolist() == [low]
    assert upper.round(4).tolist() == [high]


@given(SIMPLE, st.floats(1.0, 4.0), st.integers(2, 40))
def test_wilson_limits_solve_the_score_equation(hits, deff, df):
    """At either limit the share lies t standard errors of that limit away, with n / deff answers."""
    p, se, _, n = plain(*hits)
    for limit in wilson(p, se * np.sqrt(deff), df, n):
        away = np.abs(p - limit) / np.sqrt(limit * (1 - limit) * deff / n)
        assert away.item() == pytest.approx(t_quantile(0.975, df).item(), rel=1e-6)


@given(SIMPLE, st.floats(1.0, 4.0), st.integers(2, 40), st.sampled_from([logit, korn_graubard, wilson]))
def test_limits_of_shares_stay_between_0_and_1_around_the_share(hits, deff, df, interval):
    """And mirror when hits and misses change places."""
    p, se, _, n = plain(*hits)
    rest = () if interval is logit else (n,)
    lower, upper = interval(p, se * np.sqrt(deff), df, *rest)
    assert 0 <= lower <= p <= upper <= 1
    mirrored = interval(1 - p, se * np.sqrt(deff), df, *rest)
    assert 1 - mirrored[0] == pytest.approx(upper, abs=1e-9)
    assert 1 - mirrored[1] == pytest.approx(lower, abs=1e-9)


def test_only_korn_graubard_knows_a_share_of_0_or_1():
    """Logit limits do not exist there; the beta limits are one-sided and not of width zero."""
    p, se, df, n = np.array([0.0, 1.0]), np.zeros(2), np.array([9, 9]), np.array([40, 40])
    assert np.isnan(logit(p, se, df)).all()
    lower, upper = korn_graubard(p, se, df, n)
    assert lower[0] == 0.0
    assert upper[1] == 1.0
    assert upper[0] == pytest.approx(1 - lower[1], rel=1e-12)
    assert upper[0] > 0.05


def test_a_census_of_a_share_has_no_width():
    """An error of zero between 0 and 1 is believed: both limits are the share."""
    assert [limit.tolist() for limit in korn_graubard([0.25], [0.0], [9], [40])] == [[0.25], [0.25]]
    assert [limit.tolist() for limit in student([72.5], [0.0], [0])] == [[72.5], [72.5]]


def test_no_degrees_of_freedom_give_no_limits():
    """One village of a stratum shows no variance: NaN rather than a figure."""
    assert np.isnan(student([72.5], [3.0], [0])).all()
    assert np.isnan(t_quantile(0.975, [0, -1])).all()


# Student's table, t(0.975): Fisher and Yates (1963), Statistical Tables, table III.
@pytest.mark.parametrize(("df", "t"), [(1, 12.706), (4, 2.776), (10, 2.228), (30, 2.042), (120, 1.980)])
def test_quantiles_are_those_of_the_tables(df, t):
    """Two-sided 95 percent points of Student's t."""
    assert t_quantile(0.975, df).round(3) == t


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_outside_0_and_1_is_refused(level):
    """95 is not read as 95 percent."""
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        student([1.0], [1.0], [1], level)


@given(st.integers(1, 500), st.floats(0.5, 0.999))
def test_the_bound_without_variance_is_the_share_that_n_answers_just_miss(n, level):
    """If that share of people thought otherwise, n answers would miss them with probability 1 - level."""
    share = (100.0 - bound_without_variance(100.0, n, 30.0, level)) / 70.0
    assert (1 - share) ** n == pytest.approx(1 - level, rel=1e-6)


def test_the_bound_without_variance_of_nobody_is_unknown():
    """No answers, no bound."""
    assert np.isnan(bound_without_variance(100.0, 0, 30.0))
