"""Ballots of a mutual review find both their sides, or are reported."""

import pandas as pd
import pytest

from township_eval.inputs import Inputs, prepare
from township_eval.inputs.entries.ballots import direction_of
from township_eval.scheme.sources import PanelWeight, Reviews

DOWN, UP = "departments_rate_townships", "townships_rate_departments"
LISTED = Reviews(direction=DOWN, raters=(PanelWeight("财政局", 2), PanelWeight("民政局", 1)))


@pytest.fixture
def prepared(scheme_of, leaf):
    """Return a function from ballots (unit, rater, direction) to the prepared inputs of a township scheme."""

    def preparing(*rows, source=LISTED, leaves=None, columns=("unit", "rater", "direction")):
        frame = pd.DataFrame(list(rows), columns=list(columns)).assign(score=80.0)
        values = pd.DataFrame({"water": [1.0, 1.0, 1.0]}, index=["001", "002", "003"])
        scheme = scheme_of(leaf("water"), *(leaves or [leaf("d", source)]))
        return prepare(scheme, Inputs(period="2018", values=values, reviews=frame))

    return preparing


def found(prepared):
    """Return (code, place) of the problems."""
    return [(problem.code, problem.where) for problem in prepared.problems]


@pytest.mark.parametrize(
    ("text", "direction"),
    [("部门评乡镇", DOWN), ("市直部门(单位)评议乡镇(街道)", DOWN), (DOWN, DOWN), ("乡镇 评 部门", UP),
     ("乡镇街道评价部门", UP), ("Townships_Rate_Departments", UP), ("部门互评", None), ("", None)],
)  # fmt: skip
def test_a_direction_is_read_as_offices_write_it(text, direction):
    """The scheme's word or the heading of the sheet; anything else is none."""
    assert direction_of(text) == direction


def test_both_directions_of_one_table_find_their_sides(prepared):
    """Aliases and codes lead to the unit; the other side is called as the scheme lists it."""
    read = prepared(("东塔", "财政局", "部门评乡镇"), ("002", "民政局", DOWN), ("财政局", "白土岗", UP))
    rows = read.tables["reviews"]
    assert (found(read), rows["direction"].tolist()) == ([], [UP, DOWN, DOWN])
    assert rows[["i", "voter"]].to_numpy().tolist() == [[-1, 2], [0, -1], [1, -1]]
    assert rows["about"].tolist() == ["财政局", "东塔镇", "崇兴镇"]
    assert rows["by"].tolist() == ["白土岗乡", "财政局", "民政局"]


def test_a_direction_left_blank_is_inferred_only_where_it_can_be(prepared):
    """A ballot about an evaluated unit has one direction; about anybody else it may be a slip."""
    read = prepared(("001", "财政局", None), ("财政局", "东塔镇", None))
    assert found(read) == [("reviews.direction_missing", "reviews[1] unit 财政局")]
    assert read.tables["reviews"]["direction"].tolist() == [DOWN]
    bare = prepared(("001", "财政局"), columns=("unit", "rater"))
    assert (found(bare), bare.tables["reviews"]["direction"].tolist()) == ([], [DOWN])


@pytest.mark.parametrize(
    ("row", "code", "hint"),
    [
        (("东塔真", "财政局", DOWN), "unit.unknown", "东塔镇"),
        (("东塔镇", "财政局", "互评"), "reviews.direction", "部门评乡镇"),
        (("东塔镇", "财政局", UP), "reviews.side", "方向"),
        (("财正局", "东塔镇", UP), "reviews.unit_unknown", "财政局"),
        (("", "东塔镇", UP), "reviews.unit_unknown", "写明"),
        (("财政局", "东塔真", UP), "reviews.rater_unknown", "东塔镇"),
    ],
)
def test_who_cannot_be_found_is_reported_with_a_suggestion(prepared, row, code, hint):
    """Nobody is guessed, and the row is left out."""
    read = prepared(row)
    assert [where.partition(" ")[0] for (where,) in [(read.problems[0].where,)]] == ["reviews[0]"]
    assert (read.problems[0].code, len(read.problems), hint in read.problems[0].hint.zh) == (code, 1, True)
    assert read.tables["reviews"].empty


def test_without_a_list_of_raters_the_other_side_is_open(prepared):
    """Any department may be voted on where the scheme does not say who they are."""
    assert found(prepared(("水务局", "东塔镇", UP), source=Reviews(direction=DOWN))) == []


def test_a_unit_not_evaluated_this_time_may_still_vote(scheme_of, leaf):
    """A township of the scheme that is left out of the period votes on departments all the same."""
    scheme = scheme_of(leaf("d", Reviews(direction=DOWN)))
    reviews = pd.DataFrame(
        {"unit": ["财政局", "001"], "rater": ["白土岗", "财政局"], "score": 80.0, "direction": [UP, DOWN]}
    )
    read = prepare(scheme, Inputs(period="2018", units=pd.DataFrame({"unit": ["001"]}), reviews=reviews))
    assert [problem.code for problem in read.problems] == ["unit.left_out"]
    assert read.tables["reviews"]["by"].tolist() == ["白土岗乡", "财政局"]


def test_a_ballot_about_a_department_speaks_for_no_township(scheme_of, leaf):
    """Who is only voting has no value yet."""
    scheme = scheme_of(leaf("d", LISTED))
    reviews = pd.DataFrame({"unit": ["财政局"], "rater": ["白土岗"], "score": 80.0, "direction": [UP]})
    assert len(prepare(scheme, Inputs(period="2018", reviews=reviews)).silent) == 3


def test_two_leaves_of_one_direction_need_the_column_indicator(prepared, leaf):
    """One leaf for each direction needs none."""
    twice = [leaf("d", LISTED), leaf("e", LISTED)]
    row, columns = ("001", "财政局", DOWN), ("unit", "rater", "direction")
    assert found(prepared(row, leaves=twice)) == [("table.indicator_missing", "reviews")]
    assert found(prepared((*row, "e"), leaves=twice, columns=(*columns, "indicator"))) == []


def test_faults_of_one_kind_are_counted_after_twenty(prepared):
    """A whole sheet of strangers does not drown the rest; one stranger is named once."""
    read = prepared(*((f"甲{k}", "财政局", DOWN) for k in range(25)), ("甲0", "民政局", DOWN))
    assert [code for code, _ in found(read)] == ["unit.unknown"] * 21
    assert "5" in read.problems[-1].what.zh
