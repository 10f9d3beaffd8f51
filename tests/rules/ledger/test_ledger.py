"""The ledger: caps, honors, the same content once, circumstances, ends of the scale, exact sums."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.methods.ranking import round_half_up
from township_eval.rules.ledger import LEDGER_COLUMNS, keep_ledger, open_ledger

AWARDS = {"id": "awards", "name": "表彰奖励", "pool": "bonus"}
LATE = {"id": "late", "name": "迟报", "pool": "deduction", "amount": 0.5}


def kinds(ledger):
    """Return kind and amount of every row."""
    return list(zip(ledger.rows["kind"], ledger.rows["amount"].tolist(), strict=True))


def test_bonus_and_deduction_have_a_row_each(make):
    """Amounts are positive in the table and signed in the ledger; grounds and cell stay with them."""
    scheme = make.scheme(adjustment_items=[AWARDS, LATE])
    events = make.events({"rule": "awards", "amount": 2}, {"rule": "迟报", "i": 1, "date": "2018-07-05"})
    ledger, opened = make.kept(scheme, events)
    assert opened.problems == ()
    assert tuple(ledger.rows.columns) == LEDGER_COLUMNS
    assert ledger.rows[
        ["unit", "rule", "amount", "reason", "reference", "date", "cell"]
    ].to_numpy().tolist() == [
        ["001", "awards", 2.0, "事由0", "0号", "", "a.xlsx!事项!A2"],
        ["002", "late", -0.5, "事由1", "1号", "2018-07-05", "a.xlsx!事项!A3"],
    ]
    assert ledger.total.tolist() == [2.0, -0.5, 0.0]


def test_who_checked_an_event_stays_with_its_row(make):
    """审核人 of an event stands beside its amount; a cap and a waiver are rows that nobody stated."""
    scheme = make.scheme(adjustment_items=[AWARDS | {"cap": 3}, LATE])
    events = make.events(
        {"rule": "awards", "amount": 5, "checked_by": "王会计"}, {"rule": "late", "checked_by": "李股长"}
    )
    ledger, _ = make.kept(scheme, events, make.waivers({"rule": "late"}))
    assert list(zip(ledger.rows["kind"], ledger.rows["checked_by"], strict=True)) == [
        ("bonus", "王会计"), ("cap", ""), ("deduction", "李股长"), ("waived", ""),
    ]  # fmt: skip


def test_an_event_may_name_the_pool_alone(make):
    """A scheme with pools and no items takes events of 加分 and 扣分, as the contract has them."""
    scheme = make.scheme(adjustments={"bonus": {"cap": 5, "item_cap": 2}, "deduction": {"cap": 10}})
    events = make.events({"rule": "加分", "amount": 3}, {"rule": "deduction", "amount": 1})
    ledger, _ = make.kept(scheme, events)
    assert kinds(ledger) == [("bonus", 3.0), ("cap", -1.0), ("deduction", -1.0)]


def test_caps_cut_per_item_per_source_and_in_total(make):
    """Items at most 3, a source at most 4, all at most 6: each cut is a row of its own that says so."""
    bonus = {"cap": 6, "item_cap": 3, "source_cap": 4}
    items = [{"id": name, "pool": "bonus", "amount": 2, "source": "市委"} for name in ("a", "b")]
    scheme = make.scheme(
        adjustments={"bonus": bonus}, adjustment_items=[*items, {"id": "c", "pool": "bonus", "cap": 9}]
    )
    events = make.events(
        {"rule": "a"}, {"rule": "a"}, {"rule": "b"}, {"rule": "c", "amount": 7, "source": "自治区"}
    )
    ledger, _ = make.kept(scheme, events)
    cuts = ledger.rows[ledger.rows["kind"] == "cap"]
    assert cuts[["rule", "amount"]].to_numpy().tolist() == [
        ["a", -1.0], ["bonus", -1.0], ["bonus", -3.0], ["bonus", -2.0],
    ]  # fmt: skip
    assert cuts["reason"].tolist() == [
        "单项“a”合计4分,封顶3分,超出的1分不计",
        "来源“市委”合计5分,封顶4分,超出的1分不计",
        "来源“自治区”合计7分,封顶4分,超出的3分不计",
        "加分合计8分,封顶6分,超出的2分不计",
    ]
    assert ledger.total[0] == 6.0


def test_deductions_are_capped_too(make):
    """What a cap spares a township comes back as a row above zero."""
    scheme = make.scheme(adjustments={"deduction": {"cap": 0.8}}, adjustment_items=[LATE])
    ledger, _ = make.kept(scheme, make.events({"rule": "late"}, {"rule": "late"}))
    assert kinds(ledger) == [("deduction", -0.5), ("deduction", -0.5), ("cap", 0.2)]
    assert ledger.total[0] == -0.8


def test_the_same_content_counts_once_at_its_highest(make):
    """Whichever item or source: the others stay as rows of no points; another unit's content is its own."""
    items = [AWARDS, {"id": "praise", "pool": "bonus"}]
    content = {"content": "人居环境整治"}
    events = make.events(
        {"rule": "awards", "amount": 1, **content}, {"rule": "praise", "amount": 3, **content},
        {"rule": "awards", "amount": 2, "i": 1, **content},
    )  # fmt: skip
    ledger, _ = make.kept(make.scheme(adjustment_items=items), events)
    assert kinds(ledger) == [("duplicate", 0.0), ("bonus", 3.0), ("bonus", 2.0)]
    assert ledger.rows["stated"].tolist() == [1.0, 3.0, 2.0]


@pytest.mark.parametrize(
    ("event", "counts"),
    [
        ({"honour": "全区文明乡镇"}, True),
        ({"reason": "获全区文明乡镇称号"}, True),
        ({"honour": "文明乡镇"}, False),
        ({"reason": "获全国文明乡镇称号"}, False),
        ({"reason": "获全区文明乡镇称号", "honour": "县级表扬"}, False),
    ],
)
def test_only_approved_honors_count(make, codes, event, counts):
    """The column decides, else the whole name in the reason; what is not approved stays with no points."""
    scheme = make.scheme(
        adjustments={"bonus": {"approved_honours": ["全区文明乡镇", "卫生乡镇"]}}, adjustment_items=[AWARDS]
    )
    ledger, opened = make.kept(scheme, make.events({"rule": "awards", "amount": 2, **event}))
    assert kinds(ledger) == [("bonus", 2.0) if counts else ("rejected", 0.0)]
    assert codes(opened) == ([] if counts else ["ledger.honour"])
    if not counts:
        (problem,) = opened.problems
        assert "A2" in problem.where
        assert "全区文明乡镇" in problem.hint.zh
        assert "请从这些中选用" not in problem.hint.zh  # the list is given once


def test_an_item_may_be_free_of_honors(make, codes):
    """What is no honor (招商引资) needs none, where its item says so; an honor's own name is one."""
    scheme = make.scheme(
        adjustments={"bonus": {"approved_honours": ["卫生乡镇"]}},
        adjustment_items=[{"id": "投资", "pool": "bonus", "honour": False}],
    )
    events = make.events({"rule": "投资", "amount": 1}, {"rule": "卫生乡镇", "amount": 2})
    ledger, opened = make.kept(scheme, events)
    assert (ledger.total[0], codes(opened)) == (3.0, [])


def test_marks_by_grade(make, codes):
    """A graded event is worth what its grade says; a grade nobody knows is named with what it may be."""
    item = {"id": "accident", "pool": "deduction", "marks": {"较大": 3, "一般": 1}}
    scheme = make.scheme(adjustment_items=[item])
    ledger, opened = make.kept(scheme, make.events({"rule": "accident", "grade": "较大"}))
    assert (ledger.total[0], codes(opened)) == (-3.0, [])
    _, opened = make.kept(scheme, make.events({"rule": "accident", "grade": "交大"}))
    assert [(problem.code, "较大" in problem.hint.zh) for problem in opened.problems] == [
        ("events.grade", True)
    ]


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"amount": -1}, "events.amount"),
        ({"amount": "两分"}, "events.amount"),
        ({"amount": float("inf")}, "events.amount"),
        ({"amount": 1e300}, "events.amount"),
        ({"amount": None}, "events.amount_missing"),
        ({"amount": 1, "reason": " "}, "events.reason"),
        ({"amount": 1, "reference": None}, "events.reason"),
        ({"amount": 1, "date": "六月底"}, "events.date"),
    ],
)
def test_bad_events_are_named_with_their_cell(make, event, code):
    """Each fault is an error with place and hint, and stops nothing else from being read."""
    scheme = make.scheme(adjustment_items=[AWARDS])
    events = make.events({"rule": "awards", "amount": 1, "date": "2018-05-01"}, {"rule": "awards", **event})
    (problem,) = make.kept(scheme, events)[1].problems
    assert (problem.severity, problem.code) == ("error", code)
    assert "A3" in problem.where
    assert problem.hint


def test_a_fault_is_named_with_the_cell_of_its_column(make):
    """Where the row knows the cell of the amount, that one is named."""
    events = make.events({"rule": "awards", "amount": -1}).assign(amount_cell="a.xlsx!事项!D2")
    (problem,) = make.kept(make.scheme(adjustment_items=[AWARDS]), events)[1].problems
    assert problem.where == "a.xlsx!事项!D2"


def test_doubtful_events_are_warned_of(make, codes):
    """After the day of the data, other than the item's amount, or written twice: counted and warned of."""
    scheme = make.scheme(adjustment_items=[LATE])
    same = {"rule": "late", "reason": "七月迟报", "reference": "9号"}
    events = make.events(
        {**same, "date": "2018-07-05"}, {**same, "date": "2018-07-05"}, {"rule": "late", "amount": 2}
    )
    ledger, opened = make.kept(scheme, events, as_of=date(2018, 7, 1))
    assert sorted(codes(opened)) == ["events.after_as_of"] * 2 + ["events.amount_differs", "events.same"]
    assert {problem.severity for problem in opened.problems} == {"warning"}
    assert ledger.total[0] == -3.0


def test_circumstances_are_added_apart(make, codes):
    """A unit's own value beats its class's, which beats the default; a zero has no row."""
    amount = {"边远": 1, "丙镇": 1.5, "default": 0}
    ledger, opened = make.kept(make.scheme(context={"amount": amount, "bound": 2, "reason": "辖区面积大"}))
    assert codes(opened) == []
    assert ledger.rows[["unit", "rule", "kind", "amount", "reason"]].to_numpy().tolist() == [
        ["002", "context", "context", 1.0, "辖区面积大"], ["003", "context", "context", 1.5, "辖区面积大"],
    ]  # fmt: skip


def test_circumstances_must_be_stated_for_everybody(make, codes):
    """Without a default a unit that is not named is a problem, and named."""
    scheme = make.scheme(context={"amount": {"甲镇": 1, "乙乡": 1}, "bound": 2, "reason": "远"})
    _, opened = make.kept(scheme)
    assert codes(opened) == ["context.unstated"]
    assert "丙镇" in opened.problems[0].what.zh


def test_points_end_where_the_scale_ends(make):
    """Above the ceiling or below the floor a row brings them back; a unit without points has none."""
    scheme = make.scheme(points_floor=0, points_ceiling=100, adjustment_items=[AWARDS, LATE])
    events = make.events(
        {"rule": "awards", "amount": 8}, {"rule": "late", "amount": 5, "i": 1}, {"rule": "late", "i": 2}
    )
    ledger, _ = make.kept(scheme, events, composite=(95.5, 3.25, np.nan))
    ends = ledger.rows[ledger.rows["kind"].isin(["floor", "ceiling"])]
    assert ends[["unit", "amount"]].to_numpy().tolist() == [["001", -3.5], ["002", 1.75]]
    assert ledger.total.tolist() == [4.5, -3.25, -0.5]


def test_nothing_happened(make):
    """Without events the ledger is empty and has its columns."""
    ledger, opened = make.kept(make.scheme(adjustment_items=[AWARDS]))
    assert (len(ledger.rows), tuple(ledger.rows.columns)) == (0, LEDGER_COLUMNS)
    assert ledger.total.tolist() == [0.0, 0.0, 0.0]
    assert (opened.factors, opened.problems) == ({}, ())


# ---- what always holds ---------------------------------------------------------------------------
ITEMS = [
    {"id": "a", "pool": "bonus", "cap": 2.5},
    {"id": "b", "pool": "bonus", "source": "市委"},
    {"id": "c", "pool": "deduction", "cap": 4},
    {"id": "d", "pool": "deduction"},
]
POOLS = {
    "bonus": {"cap": 5, "item_cap": 4, "source_cap": 3},
    "deduction": {"cap": 6, "item_cap": 5, "source_cap": 5},
}
EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "i": st.integers(0, 2),
            "rule": st.sampled_from(["a", "b", "c", "d", "加分", "deduction"]),
            "amount": st.floats(0, 6, allow_nan=False).map(lambda x: round(x, 4)),
            "reason": st.sampled_from(["x", "y"]),
            "reference": st.sampled_from(["1号", "2号"]),
            "content": st.sampled_from(["", "p", "q"]),
            "source": st.sampled_from(["", "市委", "区"]),
            "date": st.sampled_from([None, "2018-01-05", "2018-06-30"]),
        }
    ),
    max_size=12,
)
COMPOSITES = st.lists(st.floats(0, 100, allow_nan=False), min_size=3, max_size=3)


def full_scheme(make, **more):
    """Return a scheme with everything that adds and caps."""
    context = {"amount": {"乙乡": 0.75, "default": 0}, "bound": 1, "reason": "远"}
    return make.scheme(adjustments=POOLS, adjustment_items=ITEMS, context=context, **more)


@given(EVENTS, COMPOSITES, st.integers(0, 3), st.booleans())
def test_adjusted_is_composite_plus_the_sum_to_the_last_digit(make_once, rows, composite, digits, ends):
    """In decimals, without any rounding left to do; and total is the sum of the rows."""
    more = {"points_floor": 10, "points_ceiling": 97.5} if ends else {}
    scheme = full_scheme(make_once, digits=digits, **more)
    points = round_half_up(composite, digits)
    ledger, _ = make_once.kept(scheme, make_once.events(*rows) if rows else None, composite=tuple(points))
    adjusted = round_half_up(points + ledger.total, digits)
    for at, code in enumerate(make_once.units.codes):
        amounts = ledger.rows.loc[ledger.rows["unit"] == code, "amount"].tolist()
        exact = sum((Decimal(repr(one)) for one in amounts), Decimal(0))
        assert exact == Decimal(repr(float(ledger.total[at])))
        assert Decimal(repr(float(points[at]))) + exact == Decimal(repr(float(adjusted[at])))


@given(EVENTS, st.randoms())
def test_the_order_of_events_does_not_matter(make_once, rows, shuffle):
    """Any order of rows gives the same ledger, row by row."""
    scheme = full_scheme(make_once)
    if not rows:
        return
    frame = make_once.events(*rows)
    mixed = list(range(len(frame)))
    shuffle.shuffle(mixed)
    one, _ = make_once.kept(scheme, frame)
    other, _ = make_once.kept(scheme, frame.iloc[mixed])
    pd.testing.assert_frame_equal(one.rows, other.rows)


@given(EVENTS)
def test_no_cap_is_ever_exceeded(make_once, rows):
    """Neither a pool's, nor an item's where it is alone, whatever the amounts."""
    scheme = full_scheme(make_once)
    ledger, opened = make_once.kept(scheme, make_once.events(*rows) if rows else None)
    for code in make_once.units.codes:
        own = ledger.rows[(ledger.rows["unit"] == code) & (ledger.rows["rule"] != "context")]
        for pool, names, sign in (
            ("bonus", {"a", "b", "bonus"}, 1),
            ("deduction", {"c", "d", "deduction"}, -1),
        ):
            assert sign * own.loc[own["rule"].isin(names), "amount"].sum() <= POOLS[pool]["cap"] + 1e-9
        for item, cap in (("a", 2.5), ("b", 4), ("c", 4), ("d", 5)):
            assert abs(own.loc[own["rule"] == item, "amount"].sum()) <= cap + 1e-9
    assert not [problem for problem in opened.problems if problem.severity == "error"]


def test_the_order_of_units_does_not_matter(make):
    """Rows stand in the order of codes, and totals with their units."""
    scheme = make.scheme(adjustment_items=[LATE])
    events = make.events({"rule": "late"}, {"rule": "late", "i": 2})
    turned = make.units.take([2, 1, 0])
    opened = open_ledger(scheme, turned, events, None, None)
    ledger = keep_ledger(scheme, turned, np.full(3, 80.0), opened)
    assert ledger.rows["unit"].tolist() == ["001", "003"]
    assert ledger.total.tolist() == [-0.5, 0.0, -0.5]
