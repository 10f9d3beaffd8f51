"""Third-party ratings: trimmed, counted, anonymous."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from township_eval.inputs import NOT_REPORTED, REPORTED
from township_eval.scheme.sources import PanelItem, Ratings

TRIM = Ratings(trim=1)


def table(*rows, columns=("unit", "rater", "score")):
    """Return the table ratings."""
    return {"ratings": pd.DataFrame(list(rows), columns=list(columns))}


def errors(found):
    """Return the codes of the errors, sorted."""
    return sorted(p.code for p in found.problems if p.severity == "error" and p.code != "unit.silent")


def panel(unit, *scores):
    """Return one score of each rater r0, r1 ..."""
    return [(unit, f"r{rater}", score) for rater, score in enumerate(scores)]


def test_the_highest_and_lowest_are_dropped(ask):
    """92, 88, 85, 90, 71 give 87.67 (check values, common rule)."""
    found = ask(TRIM, tables=table(*panel("1", 92, 88, 85, 90, 71)))
    assert round(found.value[0], 2) == 87.67
    assert (found.x.n[0], found.status) == (3.0, [REPORTED, NOT_REPORTED, NOT_REPORTED])


def test_the_table_shows_who_was_dropped_without_names(ask):
    """Raters are numbered in the order of their names; the spread is over all of them."""
    frame = ask(TRIM, tables=table(("1", "王五", 90), ("1", "李四", 70), ("1", "张三", 80))).x.tables[0][1]
    assert frame["score"].tolist() == [80.0, 70.0, 90.0]  # 张 < 李 < 王 by code point
    assert frame["rater"].tolist() == ["评估员1", "评估员2", "评估员3"]
    assert frame["dropped"].tolist() == [False, True, True]
    assert (frame["mean"].unique().tolist(), frame["spread"].unique().tolist()) == ([80.0], [10.0])


def test_details_name_no_rater(ask):
    """What goes into the result is as anonymous as the table."""
    details = ask(Ratings(), tables=table(("1", "王五", 90))).x.details
    assert details["column"].tolist() == ["评估员1"]


def test_items_are_averaged_per_rater_first(ask):
    """A rater's mean is trimmed, not his single marks."""
    rows = [("1", rater, item, score) for rater, pair in (("a", (60, 80)), ("b", (90, 90)), ("c", (80, 90)))
            for item, score in zip(("水", "路"), pair, strict=True)]  # fmt: skip
    found = ask(TRIM, tables=table(*rows, columns=("unit", "rater", "item", "score")))
    assert found.value[0] == 85.0


ITEMS = Ratings(items=(PanelItem("现场", 8.0), PanelItem("档案", 12.0)))


def marks(*rows):
    """Return the table ratings with items."""
    return table(*rows, columns=("unit", "rater", "item", "score"))


def test_items_have_full_marks_of_their_own(ask):
    """6 of 8 and 9 of 12 are 15 of 20: 75 points; 8 and 6 are 70, whatever the order of the rows."""
    rows = [("1", "a", "现场", 6), ("1", "a", "档案", 9), ("1", "b", "档案", 6), ("1", "b", "现场", 8)]
    for order in (rows, rows[::-1]):
        found = ask(ITEMS, tables=marks(*order))
        assert (found.value[0], errors(found)) == (72.5, [])


def test_marks_are_held_against_their_own_item(ask):
    """77 and 16 on an item of 8 points, as in a real panel; 12 is right for the other item."""
    rows = [("1", "a", "现场", 77), ("1", "b", "现场", 16), ("1", "a", "档案", 12), ("1", "b", "档案", 12)]
    found = [one for one in ask(ITEMS, tables=marks(*rows)).problems if one.code == "ratings.score"]
    assert [one.where for one in found] == ["ratings[0]", "ratings[1]"]
    assert "0 到 8 之间,写的是“77”" in found[0].what.zh


def test_items_are_those_of_the_scheme(ask):
    """One the scheme does not know is named once, and one nobody marked as well."""
    rows = [("1", "a", "现场", 6), ("1", "a", "档按", 9), ("1", "b", "现场", 8), ("1", "b", "档按", 6)]
    found = ask(ITEMS, tables=marks(*rows))
    assert errors(found) == ["ratings.item_absent", "ratings.item_unknown"]
    assert "档案" in found.problem("ratings.item_unknown").hint.zh


def test_an_item_left_out_is_a_problem(ask):
    """A mean over fewer items than the others' is not compared with theirs."""
    rows = [("1", "a", "水", 80), ("1", "a", "路", 80), ("1", "b", "水", 90), ("2", "b", "水", 90)]
    found = ask(Ratings(), tables=table(*rows, columns=("unit", "rater", "item", "score")))
    problem = found.problem("ratings.item")
    assert (errors(found), problem.where) == (["ratings.item"], "ratings[2]")
    assert ("东塔镇" in problem.what.zh, "评估员2" in problem.what.zh) == (True, True)


def test_a_misspelled_item_is_said_once_for_all_units(ask):
    """One assessor's header, not nine units times all assessors who lack what he made up."""
    rows = [
        (unit, rater, "水质" if (rater, item) == ("b", "水") else item, 80)
        for unit in "123"
        for rater in "abc"
        for item in ("水", "路")
    ]
    found = ask(Ratings(), tables=table(*rows, columns=("unit", "rater", "item", "score")))
    problem = found.problem("ratings.item")
    assert (errors(found), problem.where) == (["ratings.item"], "ratings[2]")
    assert problem.what.zh == "评估员2(东塔镇、崇兴镇、白土岗乡)没有评水,评了其他评估员没有的水质"
    assert problem.what.en == (
        "评估员2 (东塔镇, 崇兴镇, 白土岗乡) did not score 水 and scored 水质, which the others did not"
    )


def test_a_refused_mark_is_not_missing_too(ask):
    """A mark beyond the scale is one fault, though nothing is left of that item."""
    rows = [("1", "a", "水", 80), ("1", "a", "路", 80), ("1", "b", "水", 190), ("1", "b", "路", 90)]
    found = ask(Ratings(), tables=table(*rows, columns=("unit", "rater", "item", "score")))
    assert errors(found) == ["ratings.score"]


@pytest.mark.parametrize(
    ("rows", "code", "where"),
    [
        ([("1", "r9", 100.5)], "ratings.score", "ratings[5]"),
        ([("1", "r9", "优秀")], "ratings.score", "ratings[5]"),
        ([("1", None, 80)], "ratings.rater", "ratings[5]"),
        ([("东塔", "r0", 92)], "ratings.twice", "ratings[5]"),
        ([("2", "r0", 92), ("2", "r1", 92)], "ratings.few", "unit 2"),
    ],
)
def test_faults_are_listed_with_their_place(ask, rows, code, where):
    """Out of range, text, nameless, twice, too few to trim."""
    found = ask(TRIM, tables=table(*panel("1", 92, 88, 85, 90, 71), *rows))
    assert errors(found) == [code]
    assert found.problem(code).where.startswith(where)


def test_fewer_raters_than_the_scheme_needs_is_a_problem(ask):
    """Minimum counts raters before trimming."""
    found = ask(Ratings(minimum=3), tables=table(*panel("1", 80, 90)))
    assert (found.codes, found.status[0]) == (["ratings.few"], NOT_REPORTED)


def test_raters_of_one_name_in_two_organizations_are_two(ask):
    """王 of the one and 王 of the other office both count."""
    rows = [("1", "王", "甲所", 80), ("1", "王", "乙所", 90)]
    found = ask(Ratings(), tables=table(*rows, columns=("unit", "rater", "organization", "score")))
    assert (found.value[0], found.x.n[0], found.codes) == (85.0, 2.0, [])


@settings(max_examples=25)
@given(st.permutations(range(10)))
def test_the_order_of_rows_says_nothing(ask_once, order):
    """Any order gives the same values and the same table."""
    rows = [*panel("1", 92, 88, 85, 88, 71), *panel("2", 70, 70, 70, 90, 90)]
    one, two = (ask_once(TRIM, tables=table(*some)) for some in (rows, [rows[place] for place in order]))
    assert one.value[:2] == two.value[:2]
    pd.testing.assert_frame_equal(one.x.tables[0][1], two.x.tables[0][1])


@pytest.fixture(scope="module")
def ask_once():
    """Return the asking function for a whole module, as Hypothesis wants it."""
    from township_eval.inputs import Inputs, prepare
    from township_eval.scheme.model import Dimension, Indicator, Scheme, Unit
    from township_eval.sources import collect

    class Asked:
        def __init__(self, evidence):
            self.x = evidence["x"]
            self.value = self.x.value.tolist()

    def asking(source, tables):
        leaf = Indicator(id="x", name="x", weight=1.0, scoring=None, source=source)
        index = Dimension(id="index", name="", weight=1.0, children=(leaf,), aggregation=None)
        units = tuple(Unit(code=code, name=code) for code in "12")
        scheme = Scheme(name="试", version="1", index=index, units=units, period="2018")
        return Asked(collect(prepare(scheme, Inputs(period="2018", **tables))))

    return asking
