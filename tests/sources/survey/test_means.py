"""Means with their spread, and what is wrong with them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.inputs import NOT_REPORTED
from township_eval.methods.loadings import total_variance
from township_eval.scheme.sources import Answer, Channel, Question, Satisfaction

SCALE = (Answer("满意", 100.0), Answer("基本满意", 80.0), Answer("不满意", 30.0))
ONE = Satisfaction(scale=SCALE)


def means(*rows):
    """Return the table means, a cell for each row."""
    cells = {"cell": [f"表!B{k + 2}" for k in range(len(rows))]}
    return {"means": pd.DataFrame(list(rows)).assign(**cells)}


def of(mean, n, **more):
    """Return one row about the first unit."""
    return {"unit": "1", "mean": mean, "n": n} | more


def total(found):
    """Return the first unit's row of the table of totals."""
    return dict(found.x.tables)["satisfaction_total"].iloc[0]


def test_a_mean_comes_with_its_error(ask):
    """Worked by hand: sd sqrt(deff / n) sqrt(1 - n / N)."""
    found = ask(ONE, tables=means(of(85, 100, sd=20, deff=2.25, population=400)))
    assert (found.value[0], found.x.n[0], found.x.df[0]) == (85.0, 100.0, 99.0)
    assert found.x.se[0] == pytest.approx(20 * np.sqrt(2.25 / 100) * np.sqrt(0.75))
    assert found.x.assumption[0].zh == ""
    assert (found.x.method, total(found)["n_eff"]) == ("survey means", pytest.approx(100 / 2.25))


def test_without_a_design_effect_one_is_assumed_and_said(ask):
    """The error at 1, 1.5 and 2 stands in the table and beside the value."""
    found = ask(ONE, tables=means(of(85, 100, sd=20)))
    shown = total(found)[["se_deff_1", "se_deff_1_5", "se_deff_2"]].tolist()
    assert shown == [pytest.approx(2.0 * np.sqrt(deff)) for deff in (1.0, 1.5, 2.0)]
    assert found.x.assumption[0].zh == "未给设计效应,按1计(若为1.5、2,标准误为2.45、2.83)"
    assert found.x.assumption[0].en == "no design effect given, 1 taken (at 1.5 and 2: se 2.45, 2.83)"


def test_the_scheme_may_state_the_design_effect(ask):
    """Then the result says so and shows it at no other; a row's own comes first."""
    source = Satisfaction(scale=SCALE, deff=1.44)
    assert ask(source, tables=means(of(85, 100, sd=20))).x.se[0] == pytest.approx(2.4)
    assert ask(source, tables=means(of(85, 100, sd=20, deff=4))).x.se[0] == pytest.approx(4.0)
    said = total(ask(source, tables=means(of(85, 100, sd=20))))["assumption"].zh
    assert said == "设计效应按方案取1.44(数据另给的除外)"


def test_without_a_spread_the_largest_possible_is_taken_and_marked(ask):
    """On a scale from a to b it is sqrt((m - a)(b - m))."""
    found = ask(ONE, tables=means(of(80, 25, deff=1)))
    assert found.x.se[0] == pytest.approx(np.sqrt(50 * 20) / 5)
    assert "最大值" in found.x.assumption[0].zh


@given(st.lists(st.sampled_from([100.0, 80.0, 30.0]), min_size=2, max_size=30))
def test_no_answers_spread_wider_than_the_bound(given):
    """The bound holds whatever the answers are."""
    mean = np.mean(given)
    assert np.std(given) <= np.sqrt(max((mean - 30) * (100 - mean), 0.0)) + 1e-9


def test_asking_everybody_leaves_no_error(ask):
    """Nothing needs to be assumed where n is the population."""
    found = ask(ONE, tables=means(of(85, 40, sd=20, population=40)))
    assert (found.x.se[0], found.x.unknown[0], found.x.assumption[0].zh) == (0.0, False, "")


def test_no_spread_is_not_no_error(ask):
    """All alike among fifty of many: the bound, not zero."""
    found = ask(ONE, tables=means(of(100, 50, sd=0, deff=1)))
    row = total(found)
    assert row["lower"] == pytest.approx(100 - 70 * (1 - 0.05 ** (1 / 50)))
    assert (row["upper"], found.x.se[0]) == (100.0, pytest.approx((100 - row["lower"]) / 1.6448536269514722))
    assert "相同" in found.x.assumption[0].zh
    assert np.sqrt(total_variance(list(found.x.loadings), 3)[0]) == pytest.approx(found.x.se[0])


def test_one_answer_has_an_unknown_error(ask):
    """Nobody can tell a spread from one."""
    found = ask(ONE, tables=means(of(100, 1)))
    assert (found.value[0], found.x.unknown[0], np.isnan(found.x.se[0])) == (100.0, True, True)


def test_questions_are_averaged_and_their_errors_fully_correlated(ask):
    """The same people answered; nobody knows how alike."""
    source = Satisfaction(scale=SCALE, questions=(Question("水", 3.0), Question("路", 1.0)), deff=1.0)
    rows = (of(90, 100, sd=10, question="水"), of(70, 64, sd=16, question="路"))
    found = ask(source, tables=means(*rows))
    assert (found.value[0], found.x.n[0], found.x.df[0]) == (85.0, 64.0, 63.0)
    assert found.x.se[0] == pytest.approx((3 * 1.0 + 2.0) / 4)
    assert "完全相关" in found.x.assumption[0].zh


def test_a_blank_row_is_not_reported(ask):
    """A form left empty is no answer and no fault."""
    found = ask(ONE, tables=means(of(None, None)))
    assert (found.status[0], found.codes) == (NOT_REPORTED, [])


@pytest.mark.parametrize(
    ("fault", "column", "said"),
    [
        ({"mean": 101}, "mean", "“101”"),
        ({"mean": 29}, "mean", "30 到 100"),
        ({"mean": "高"}, "mean", "“高”"),
        ({"mean": None}, "mean", "(空)"),
        ({"n": 0}, "n", "“0”"),
        ({"n": 10.5}, "n", "“10.5”"),
        ({"n": None}, "n", "(空)"),
        ({"sd": -1}, "sd", "“-1”"),
        ({"sd": 60}, "sd", "35"),
        ({"deff": 0}, "deff", "“0”"),
        ({"population": 99}, "population", "“99”"),
        ({"df": 0}, "df", "“0”"),
        ({"question": "电"}, "question", "电"),
        ({"channel": "信"}, "channel", "信"),
    ],
)
def test_a_number_that_cannot_be_is_a_problem_with_its_cell(ask, fault, column, said):
    """The value and what is possible."""
    source = Satisfaction(scale=SCALE, questions=(Question("水", 1.0),), channels=(Channel("电话", 1.0),))
    row = of(85, 100, sd=20, deff=1, population=500, df=20, question="水", channel="电话") | fault
    problem = ask(source, tables=means(row)).problem(f"means.{column}")
    assert (problem.severity, problem.where, said in problem.what.zh) == ("error", "表!B2", True)
    assert problem.hint.zh
    assert problem.hint.en


def test_one_mean_given_twice_names_both_places(ask):
    """Without channels in the scheme there is one mean of a unit."""
    rows = (of(85, 100, channel="电话"), of(80, 30, channel="代表"))
    problem = ask(ONE, tables=means(*rows)).problem("means.twice")
    named = {cell for cell in ("表!B2", "表!B3") if cell == problem.where or cell in problem.what.zh}
    assert named == {"表!B2", "表!B3"}
    assert "渠道" in problem.hint.zh
