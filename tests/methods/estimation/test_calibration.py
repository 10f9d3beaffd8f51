"""Weights moved to known totals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.errors import DataError
from township_eval.methods.estimation.calibration import Margin, calibrate, cell_weights
from township_eval.methods.estimation.sums import tabulate

AGES = ("18-34", "35-59", "60+")
# six cells: age x sex
AGE, SEX = np.repeat([0, 1, 2], 2), np.tile([0, 1], 3)


def margin(name, category, totals, labels=()):
    return Margin(name, np.array(category), np.array(totals, dtype=float), tuple(labels))


def codes(error):
    return [problem.code for problem in error.value.problems]


def test_cells_are_brought_to_their_totals():
    """Post-stratification multiplies by total over weight, and says how far the factors are apart."""
    known = calibrate([10.0, 40.0], [margin("age", [0, 1], [20.0, 40.0])])
    assert known.factor.tolist() == [2.0, 1.0]
    assert (known.method, known.rounds, known.deviation, known.ratio) == ("cells", 1, 0.0, 2.0)
    assert known.weights([3.0, 7.0, 40.0], [0, 0, 1]).tolist() == [6.0, 14.0, 40.0]


def test_a_category_of_several_cells_has_one_factor():
    """The cross may be finer than the margin."""
    known = calibrate([1.0, 3.0, 4.0], [margin("age", [0, 0, 1], [8.0, 2.0])])
    assert known.factor.tolist() == [2.0, 2.0, 0.5]


def test_a_cell_nobody_is_in_keeps_factor_one():
    """It weighs nothing, and does not count in the ratio."""
    known = calibrate([2.0, 0.0, 4.0], [margin("age", [0, 0, 1], [8.0, 8.0])])
    assert known.factor.tolist() == [4.0, 1.0, 2.0]
    assert known.ratio == 2.0
    raked = calibrate([2.0, 0.0, 4.0], [margin("a", [0, 0, 1], [8, 8]), margin("b", [0, 0, 0], [16])])
    assert raked.factor.tolist() == [4.0, 1.0, 2.0]


def test_raking_is_iterative_proportional_fitting():
    """A 2 x 2 table raked to even margins keeps its odds ratio."""
    weight = np.array([10.0, 20.0, 30.0, 20.0])
    known = calibrate(weight, [margin("age", [0, 0, 1, 1], [60, 40]), margin("sex", [0, 1, 0, 1], [50, 50])])
    table = known.factor * weight
    assert known.method == "raking"
    assert known.deviation <= 1e-10
    assert table[0] * table[3] / (table[1] * table[2]) == pytest.approx(1 / 3)
    assert table.reshape(2, 2).sum(axis=1) == pytest.approx([60, 40], rel=1e-9)


def test_linear_calibration_adds_the_same_for_a_category():
    """Factors are 1 + a + b: in a 2 x 2 table the double difference is zero."""
    known = calibrate(
        [10.0, 20.0, 30.0, 20.0],
        [margin("age", [0, 0, 1, 1], [45, 55]), margin("sex", [0, 1, 0, 1], [50, 50])],
        "linear",
    )
    g = known.factor
    assert g[0] - g[1] - g[2] + g[3] == pytest.approx(0.0, abs=1e-12)
    assert (g * known.weight).reshape(2, 2).sum(axis=1) == pytest.approx([45, 55])


def test_weights_of_a_cell_count_missing_answers_too():
    """Who gave no valid answer was asked, and is part of the population the totals are of."""
    sums = tabulate([1.0, np.nan, 3.0], weights=[2.0, 5.0, 1.0], cell=[0, 0, 2], domain=[0, 1, 1])
    assert cell_weights(sums, 4).tolist() == [7.0, 0.0, 1.0, 0.0]


def test_several_items_would_count_persons_again():
    """A table of two questions is no list of persons."""
    with pytest.raises(ValueError, match="one item"):
        cell_weights(tabulate([1.0, 2.0], item=[0, 1]), 1)


def test_an_empty_cell_with_people_is_refused_by_name():
    """No factor makes old people of nobody; the young are named once, with their number."""
    with pytest.raises(DataError) as caught:
        calibrate([3.0, 0.0, 2.0], [margin("age", [0, 1, 2], [10, 27781, 30], AGES)])
    (problem,) = caught.value.problems
    assert (problem.code, problem.where) == ("calibration.empty", "calibrate.age.35-59")
    assert "35-59 总体有 27781 人" in problem.what.zh
    assert "35-59 has 27781 people" in problem.what.en
    assert problem.hint


def test_an_empty_cell_without_people_is_fine():
    """Nobody there, nobody here."""
    known = calibrate([3.0, 0.0], [margin("age", [0, 1], [6.0, 0.0])])
    assert known.factor.tolist() == [2.0, 1.0]
    assert known.deviation == 0.0


def test_all_faults_of_totals_are_told_at_once():
    """A negative total, one that is no number, people where the totals say nobody, and sums that differ."""
    with pytest.raises(DataError) as caught:
        calibrate(
            [1.0, 1.0, 1.0, 1.0],
            [
                margin("age", [0, 1, 2, 2], [-5, np.nan, 0], AGES),
                margin("sex", [0, 1, 0, 1], [50, 50]),
                margin("town", [0, 0, 1, 1], [70, 70]),
            ],
        )
    assert codes(caught) == [
        "calibration.total",
        "calibration.total",
        "calibration.nobody",
        "calibration.disagree",
    ]
    assert "sex" not in caught.value.problems[0].what.en


def test_totals_that_disagree_name_both_margins():
    """100 people by age and 99 by sex are two populations."""
    with pytest.raises(DataError) as caught:
        calibrate([1.0, 1.0], [margin("age", [0, 1], [60, 40]), margin("sex", [0, 1], [50, 49])])
    (problem,) = caught.value.problems
    assert problem.code == "calibration.disagree"
    for said in (problem.what.zh, problem.what.en):
        assert all(word in said for word in ("age", "100", "sex", "99"))


def test_raking_that_cannot_end_is_refused():
    """All young are women and all old men: the margins contradict each other, the worst is named."""
    margins = [margin("age", [0, 1], [60, 40], AGES), margin("sex", [0, 1], [50, 50])]
    with pytest.raises(DataError) as caught:
        calibrate([3.0, 4.0], margins, most=20)
    (problem,) = caught.value.problems
    assert problem.code == "calibration.no_end"
    assert "20" in problem.what.zh
    with pytest.raises(DataError, match="no_end"):
        calibrate([3.0, 4.0], margins, "linear")


def test_linear_factors_that_are_not_positive_are_refused():
    """A weight below zero takes people away; raking is offered."""
    margins = [
        margin("age", [0, 0, 1, 1], [90, 10], ("young", "old")),
        margin("sex", [0, 1, 0, 1], [90, 10], ("f", "m")),
    ]
    with pytest.raises(DataError) as caught:
        calibrate([25.0, 25.0, 25.0, 25.0], margins, "linear")
    assert codes(caught) == ["calibration.negative"]
    assert caught.value.problems[0].where == "calibrate.old × m"
    assert (calibrate([25.0, 25.0, 25.0, 25.0], margins).factor > 0).all()


@pytest.mark.parametrize(
    ("margins", "method"),
    [
        ([], None),
        ([margin("a", [0], [1])], "cubic"),
        ([margin("a", [0], [1]), margin("b", [0], [1])], "cells"),
        ([margin("a", [0, 1], [1, 1])], None),
        ([margin("a", [1], [1])], None),
    ],
)
def test_calls_that_do_not_fit_are_defects(margins, method):
    """No margin, an unknown method, two margins as cells, another number of cells, a category too many."""
    with pytest.raises(ValueError, match="margin") as caught:
        calibrate([1.0], margins, method)
    assert not isinstance(caught.value, DataError)


WEIGHTS = st.lists(st.floats(0.5, 50.0), min_size=6, max_size=6).map(np.array)
SHARES = st.lists(st.integers(5, 60), min_size=6, max_size=6).map(lambda parts: 10.0 * np.array(parts))


def margins_of(table):
    return [
        margin("age", AGE, np.bincount(AGE, weights=table)),
        margin("sex", SEX, np.bincount(SEX, weights=table)),
    ]


@given(WEIGHTS, SHARES)
def test_raking_reproduces_the_margins(weight, population):
    """Whatever the sample, its raked weights add up to every total of a possible population."""
    margins = margins_of(population)
    known = calibrate(weight, margins)
    for one in margins:
        assert one.added(known.factor * weight) == pytest.approx(one.totals, rel=1e-9)


@given(WEIGHTS, SHARES)
def test_cells_add_up_to_the_population(weight, population):
    """Post-stratified weights of a cell are its number of people."""
    known = calibrate(weight, [margin("age x sex", range(6), population)])
    assert known.factor * weight == pytest.approx(population, rel=1e-12)


@given(WEIGHTS, st.sampled_from([None, "linear"]))
def test_margins_that_hold_change_nothing(weight, method):
    """A population the weights already add up to gives factors of 1."""
    assert calibrate(weight, margins_of(weight), method).factor == pytest.approx(np.ones(6), rel=1e-9)


@given(WEIGHTS, SHARES, st.permutations(range(6)))
def test_order_of_the_cells_does_not_matter(weight, population, order):
    """Cells numbered otherwise get the same factors."""
    straight = calibrate(weight, margins_of(population))
    mixed = calibrate(
        weight[order],
        [margin(m.name, m.category[order], m.totals) for m in straight.margins],
    )
    assert mixed.factor == pytest.approx(straight.factor[order], rel=1e-9)


@given(WEIGHTS, SHARES, st.sampled_from([0.125, 1024.0]))
def test_scale_of_the_weights_does_not_matter(weight, population, scale):
    """Calibrated weights are the same whatever the design weights added up to."""
    known, other = (calibrate(w, margins_of(population)) for w in (weight, scale * weight))
    assert other.factor * scale == pytest.approx(known.factor, rel=1e-9)
