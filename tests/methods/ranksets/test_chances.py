"""Chances of ranks and grades."""

import numpy as np
import pytest
from scipy.special import ndtr

from township_eval.methods import ranksets


def draws(estimates, ses, n=200_000):
    """Return simulated truths, (n, n_units)."""
    return np.random.default_rng(5).normal(estimates, ses, (n, len(estimates)))


def test_probabilities_oracle(ranks):
    """P(rank = r) equals a 400-point quadrature to 1e-9; rows and columns sum to 1."""
    found = ranksets.probabilities(ranks.estimates, ranks.ses)
    golden = np.array([ranks.column("py_rank_probabilities_exact", f"P_rank{r}") for r in range(1, 13)]).T
    assert found == pytest.approx(golden, abs=1e-9)
    assert found.sum(axis=0) == pytest.approx(np.ones(12), abs=1e-12)
    assert found.sum(axis=1) == pytest.approx(np.ones(12), abs=1e-12)


def test_intervals_and_expected_ranks_oracle(ranks):
    """What is read off the probabilities: intervals, median and expected ranks, best and last three."""

    def golden(key):
        return ranks.column("py_rank_intervals", key)

    chances = ranksets.probabilities(ranks.estimates, ranks.ses)
    lower, upper = ranksets.rank_interval(chances)
    assert (lower.tolist(), upper.tolist()) == (golden("exact_L").tolist(), golden("exact_U").tolist())
    expected = ranksets.expected_rank(ranks.estimates, ranks.ses)
    assert expected == pytest.approx(golden("expected_rank_exact"), abs=1e-9)
    assert expected == pytest.approx(chances @ np.arange(1, 13), abs=1e-9)
    last = ranksets.bottom_probability(ranks.estimates, ranks.ses, 3)
    assert last == pytest.approx(golden("p_bottom3"), abs=1e-9)
    assert chances[:, :3].sum(axis=1) == pytest.approx(golden("p_top3"), abs=1e-9)
    assert chances[:, 0] == pytest.approx(golden("p_best"), abs=1e-9)


def test_exact_units_stand_where_they_are():
    """Units without error are steps in the others' chances, and share the best rank when tied."""
    chances = ranksets.probabilities([80.0, 79.0, 79.0], [1.0, 0.0, 0.0], exact=[False, True, True])
    above = ndtr(1.0)
    assert chances == pytest.approx(
        np.array([[above, 0, 1 - above]] + [[1 - above, above, 0]] * 2), abs=1e-12
    )
    assert ranksets.expected_rank([80, 79, 79], [1, 0, 0], exact=[0, 1, 1]) == pytest.approx(
        chances @ [1, 2, 3], abs=1e-12
    )
    last = ranksets.bottom_probability([80, 79, 79], [1, 0, 0], 1, exact=[0, 1, 1])
    assert last == pytest.approx([1 - above, 0, 0], abs=1e-12)


@pytest.mark.parametrize("ses", [[1.0, 1.0, 1.0, 1.0], [0.02, 3.0, 1.0, 0.5], [0.001, 30.0, 2.0, 0.001]])
def test_very_different_errors_are_integrated_right(ses):
    """A unit a thousand times as uncertain as others sees steps; its chances are still right."""
    estimates = [80.0, 79.5, 79.0, 80.001]
    found = ranksets.probabilities(estimates, ses)
    assert found.sum(axis=0) == pytest.approx(np.ones(4), abs=1e-10)
    order = (-draws(estimates, ses)).argsort(axis=1).argsort(axis=1)
    simulated = [[(order[:, i] == r).mean() for r in range(4)] for i in range(4)]
    assert found == pytest.approx(np.array(simulated), abs=0.006)


def test_grades_without_places_are_normal_tails():
    """A grade is a band of scores; cuts are shifted by half the rounding."""
    found = ranksets.grade_probabilities([89.0, 95.0], [2.0, 0.0], [90, 80], digits=0, exact=[False, True])
    first = ndtr((89 - 89.5) / 2)
    assert found == pytest.approx(np.array([[first, 1], [ndtr((89 - 79.5) / 2) - first, 0]]), abs=1e-14)


@pytest.mark.parametrize("grade", [0, 1])
def test_places_within_a_class_are_shared(grade):
    """With places in one grade, chances are those of simulated gradings; who finds no place goes one down."""
    estimates, ses = np.array([91.0, 90.5, 89.0, 86.0, 91.5, 70.0]), np.array([1.0, 2.0, 1.5, 3.0, 0.5, 2.0])
    groups, cuts = np.array(["a", "a", "a", "a", "b", "b"]), [90.0, 85.0, 60.0]
    places = [None, None, None]
    places[grade] = np.array([2, 2, 2, 2, 1, 1]) - 1 * (groups == "a")
    found = ranksets.grade_probabilities(estimates, ses, cuts, places=places, groups=groups)
    truths = draws(estimates, ses, 40_000)
    given = np.searchsorted(-np.array(cuts), -truths)
    for members in (groups == "a", groups == "b"):
        inside = np.where((given == grade) & members, truths, -np.inf)
        position = (inside[:, :, np.newaxis] < inside[:, np.newaxis, :]).sum(axis=2)
        given[(inside > -np.inf) & (position >= 1)] = grade + 1
    simulated = np.array([(given == number).mean(axis=0) for number in range(3)])
    assert found == pytest.approx(simulated, abs=0.012)
    assert (found.sum(axis=0) <= 1 + 1e-12).all()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: ranksets.probabilities(np.arange(201.0), np.ones(201)), "simulate"),
        (lambda: ranksets.bottom_probability([1, 2], [1, 1], 3), "k lies between 1 and 2"),
        (lambda: ranksets.rank_interval([[1.0]], level=1), "level lies between 0 and 1"),
        (
            lambda: ranksets.grade_probabilities([1], [1], [80, 90], places=[1], digits=-1),
            "falling.*entry.*digits",
        ),
        (lambda: ranksets.grade_probabilities([1], [1], [90, 80], places=[1, 2]), "simulate other schemes"),
        (lambda: ranksets.probabilities([1, np.nan], [1, 0]), r"finite.*at 1.*zero.*at 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(call, said):
    """Too many units, impossible places, cuts out of order: said, all at once."""
    with pytest.raises(ValueError, match=said):
        call()


def test_few_places_are_counted_for_many_units():
    """The last of three hundred is within reach: the work grows with the number of places."""
    found = ranksets.bottom_probability(np.arange(300.0), np.full(300, 0.3), 1)
    assert found[0] == pytest.approx(ndtr(1 / np.hypot(0.3, 0.3)), abs=1e-6)
