"""Satisfaction from counts: the checked values of practice, and every way to get a count wrong."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.inputs import NOT_REPORTED, REPORTED
from township_eval.scheme.sources import Answer, Channel, Question, Satisfaction
from township_eval.sources import mean_points, mixed

SCALE = (Answer("满意", 100.0), Answer("基本满意", 80.0), Answer("不满意", 30.0))
MIX = (Channel("电话", 6.0), Channel("代表", 4.0))
ONE = Satisfaction(scale=SCALE, dont_know=("不了解",))
TWO = Satisfaction(scale=SCALE, dont_know=("不了解",), channels=MIX)
ANSWERS = ("满意", "基本满意", "不满意", "不了解")


def counts(unit, numbers, **more):
    """Return the rows of one unit, one an answer."""
    return [
        {"unit": unit, "answer": answer, "count": n} | more
        for answer, n in zip(ANSWERS, numbers, strict=False)
    ]


def table(*blocks):
    """Return the table satisfaction."""
    return {"satisfaction": pd.DataFrame([row for block in blocks for row in block])}


@pytest.mark.parametrize(
    ("points", "mean"), [((100, 80, 30), 87.0), ((100, 75, 55), 88.0), ((100, 70, 30), 84.0)]
)
def test_mean_points_of_the_checked_scales(points, mean):
    """Three scales used in practice on 120/60/20 (check values, scales of E11, E13, E12)."""
    assert mean_points([120, 60, 20], points).item() == mean


def test_phone_and_delegates_six_to_four():
    """87 and 89 mixed 6:4 are 87.8 (check values, ratio of E13)."""
    assert mixed([87.0, 89.0], [6, 4]).item() == pytest.approx(87.8)


@given(st.lists(st.integers(0, 10_000), min_size=3, max_size=3).filter(any), st.integers(1, 9))
def test_the_mean_lies_on_the_scale_and_only_proportions_count(numbers, times):
    """Asking more people who answer alike changes nothing."""
    mean = mean_points(numbers, [100, 80, 30])
    assert 30 <= mean <= 100
    assert mean_points([times * n for n in numbers], [100, 80, 30]) == pytest.approx(mean)


def test_dont_know_is_left_out_and_counted_apart(ask):
    """Twelve who do not know change neither score nor n; the table shows them."""
    found = ask(
        ONE,
        tables=table(counts("1", (120, 60, 20, 12)), counts("2", (1, 0, 0, 0)), counts("3", (0, 0, 1, 0))),
    )
    assert (found.value, found.x.n.tolist()) == ([87.0, 100.0, 30.0], [200.0, 1.0, 1.0])
    name, frame = found.x.tables[0]
    assert name == "satisfaction"
    assert frame.iloc[0, :15].drop("blank").to_dict() == {
        "unit": "1", "indicator": "x", "channel": "", "question": "", "form": "counts",
        "design": "probability", "满意": 120.0, "基本满意": 60.0, "不满意": 20.0, "不了解": 12.0,
        "n_valid": 200.0, "dont_know": 12.0, "refused": 0.0, "score": 87.0,
    }  # fmt: skip
    assert frame["dont_know_rate"][0] == pytest.approx(12 / 212)


def test_channels_are_mixed_by_weight(ask):
    """The worked example: 87.00 by phone and 89.00 from delegates are 87.80."""
    found = ask(
        TWO,
        tables=table(counts("1", (120, 60, 20, 12), channel="电话"), counts("1", (21, 6, 3), channel="代表")),
    )
    assert found.value[0] == pytest.approx(87.8, abs=1e-12)
    assert found.x.n[0] == 230.0
    assert found.x.tables[0][1]["score"].tolist() == [87.0, 89.0]


def test_a_silent_channel_leaves_the_unit_unreported(ask):
    """The mix is not guessed; all who do not know is as silent as nobody."""
    phone = counts("1", (10, 0, 0, 0), channel="电话")
    found = ask(TWO, tables=table(phone, counts("1", (0, 0, 0, 5), channel="代表")))
    assert found.status == [NOT_REPORTED] * 3
    warning = found.problem("satisfaction.no_valid")
    assert (warning.severity, "代表" in warning.what.zh, "东塔镇" in warning.what.zh) == (
        "warning",
        True,
        True,
    )


def test_without_channels_in_the_scheme_all_answers_are_pooled(ask):
    """Ninety answers by phone and ten on paper weigh as they are many."""
    found = ask(
        ONE, tables=table(counts("1", (90, 0, 0), channel="电话"), counts("1", (0, 0, 10), channel="问卷"))
    )
    assert found.value[0] == pytest.approx(93.0)
    assert found.x.tables[0][1]["channel"].tolist() == ["电话", "问卷"]


def test_questions_are_averaged_with_their_weights(ask):
    """Equal without weights; n is that of the question fewest answered."""
    tables = table(counts("1", (10, 0, 0), question="水"), counts("1", (0, 5, 0), question="路"))
    assert ask(ONE, tables=tables).value[0] == pytest.approx(90.0)
    weighted = Satisfaction(scale=SCALE, questions=(Question("水", 3.0), Question("路", 1.0)))
    found = ask(weighted, tables=tables)
    assert (found.value[0], found.x.n[0]) == (pytest.approx(95.0), 5.0)


def test_a_question_asked_of_others_must_be_answered(ask):
    """A mean over other questions could not be compared."""
    both = [*counts("1", (10, 0, 0), question="水"), *counts("1", (10, 0, 0), question="路")]
    found = ask(ONE, tables=table(both, counts("2", (10, 0, 0), question="水")))
    assert found.status[:2] == [REPORTED, NOT_REPORTED]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"answer": "很满意"}, "satisfaction.answer"),
        ({"channel": "电邮"}, "satisfaction.channel"),
        ({"count": -1}, "satisfaction.count"),
        ({"count": 1.5}, "satisfaction.count"),
        ({"count": "多数"}, "satisfaction.count"),
        ({"count": None}, "satisfaction.count"),
    ],
)
def test_a_row_that_cannot_be_counted_is_a_problem_with_its_place(ask, fault, code):
    """Unknown answers and channels, and counts that are none."""
    rows = [*counts("1", (5, 5, 5), channel="电话"), *counts("1", (5, 5, 5), channel="代表")]
    rows[1] |= fault
    problem = ask(TWO, tables=table(rows)).problem(code)
    assert (problem.severity, problem.where) == ("error", "satisfaction[1]")


def test_a_wrong_count_is_quoted_as_it_was_written(ask):
    """Whole numbers have no decimals, whatever type the frame made of them; a blank is called one."""
    rows = counts("1", (5, -138, 1.5))
    rows += counts("2", (5, None, 5))
    found = ask(ONE, tables=table(rows)).problems
    zh = [problem.what.zh.partition("写的是")[2] for problem in found if problem.code == "satisfaction.count"]
    assert sorted(zh) == ["(空)", "“-138”", "“1.5”"]


def test_an_unknown_channel_names_the_cell_it_is_written_in(ask):
    """The cell of the channel where it is known, else that of the count."""
    first, second = (
        counts("1", (5, 5, 5), channel="电话", cell="a!C2"),
        counts("2", (5, 5, 5), channel="信", cell="a!C3"),
    )
    assert ask(TWO, tables=table(first, second)).problem("satisfaction.channel").where == "a!C3"
    for row in (*first, *second):
        row["channel_cell"] = row["cell"].replace("C", "B")
    found = ask(TWO, tables=table(first, second))
    assert found.problem("satisfaction.channel").where == "a!B3"
    assert "table.column_unknown" not in found.codes


def test_one_count_given_twice_names_both_places(ask):
    """Two departments handing in one survey must not double it."""
    problem = ask(ONE, tables=table(counts("1", (5, 5, 5)), counts("东塔", (5,)))).problem(
        "satisfaction.twice"
    )
    assert (problem.where, "satisfaction[0]" in problem.what.zh) == ("satisfaction[3]", True)


def test_a_blank_block_is_not_reported_and_a_blank_dont_know_is_zero(ask):
    """A form left empty is no answer; an empty don't know moves nothing."""
    found = ask(ONE, tables=table(counts("1", (5, 5, 0, None)), counts("2", (None, None, None, None))))
    assert (found.value[0], found.status, found.codes) == (90.0, [REPORTED, NOT_REPORTED, NOT_REPORTED], [])


def test_the_order_of_rows_says_nothing(ask):
    """Any order gives the same value and the same table."""
    rows = [*counts("1", (9, 5, 3, 1), channel="电话"), *counts("1", (2, 5, 7), channel="代表")]
    one, two = ask(TWO, tables=table(rows)), ask(TWO, tables=table(rows[::-1]))
    np.testing.assert_array_equal(one.x.value, two.x.value)
    pd.testing.assert_frame_equal(one.x.tables[0][1], two.x.tables[0][1])


def test_no_table_is_nothing_reported(ask):
    """Whether that is a problem is for the missing policy to say."""
    assert ask(ONE).status == [NOT_REPORTED] * 3
