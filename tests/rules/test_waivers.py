"""Waivers: whose word, what they set aside, what stays visible."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.language import Text
from township_eval.rules.waivers import WAIVER_COLUMNS, read_waivers, waivable, waiver_table

LATE = {"id": "late", "name": "迟报", "pool": "deduction", "amount": 2}
AWARD = {"id": "award", "pool": "bonus", "amount": 1}
FLAG = {"id": "talk", "name": "年度约谈", "measure": "约谈", "when": "mood < 60"}


@pytest.fixture
def scheme(make):
    """Return a scheme with a deduction, a bonus and a flag."""
    return make.scheme(adjustment_items=[LATE, AWARD], flags=[FLAG])


def test_a_waiver_gives_a_deduction_back(make, scheme):
    """The deduction keeps its row; a row of its own gives it back and says by whom."""
    ledger, opened = make.kept(scheme, make.events({"rule": "late"}), make.waivers({"rule": "迟报"}))
    assert ledger.rows[["kind", "amount", "reason"]].to_numpy().tolist() == [
        ["deduction", -2.0, "事由0"],
        ["waived", 2.0, "事由0(容错免责:市纪委监委 容错〔2018〕1号:先行先试)"],
    ]
    assert ledger.total[0] == 0.0
    assert list(ledger.waived) == list(opened.waivers.rows)


@pytest.mark.parametrize(
    ("waiver", "total"),
    [
        ({"rule": "late"}, 0.0),
        ({"rule": "扣分"}, 0.0),
        ({"rule": "late", "event": "0号"}, -2.0),
        ({"rule": "late", "event": "3号"}, -4.0),
        ({"rule": "late", "i": 1}, -4.0),
        ({"rule": "talk"}, -4.0),
        ({"rule": "late", "until": "2018-06-30"}, -2.0),
        ({"rule": "late", "until": "2018-01-31"}, -4.0),
        ({"rule": "late", "date": "2019-01-15"}, -4.0),
    ],
)
def test_what_a_waiver_covers(make, scheme, waiver, total):
    """Its unit, its rule or the whole pool, its one event, days up to its end, once it is in force."""
    events = make.events({"rule": "late", "date": "2018-05-01"}, {"rule": "late", "date": "2018-09-01"})
    ledger, _ = make.kept(scheme, events, make.waivers(waiver), as_of=date(2018, 12, 31))
    assert ledger.total[0] == total


def test_a_waived_event_makes_room_for_nothing_and_takes_none(make):
    """With a cap of 3, two of three deductions of 2 left cost 3; waiving is not counted into the cap."""
    scheme = make.scheme(adjustments={"deduction": {"cap": 3}}, adjustment_items=[LATE])
    events = make.events({"rule": "late"}, {"rule": "late"}, {"rule": "late"})
    ledger, _ = make.kept(scheme, events, make.waivers({"rule": "late", "event": "1号"}))
    assert ledger.total[0] == -3.0
    ledger, _ = make.kept(
        scheme, events, make.waivers(*({"rule": "late", "event": f"{k}号"} for k in (0, 1)))
    )
    assert ledger.total[0] == -2.0


def test_a_term_does_not_cover_a_day_nobody_knows(make, scheme):
    """An event without a date under a waiver with an end counts by the day of the data, else it stays."""
    events, waiver = make.events({"rule": "late"}), make.waivers({"rule": "late", "until": "2018-06-30"})
    assert make.kept(scheme, events, waiver)[0].total[0] == -2.0
    assert make.kept(scheme, events, waiver, as_of=date(2018, 6, 30))[0].total[0] == 0.0
    assert make.kept(scheme, events, waiver, as_of=date(2018, 7, 1))[0].total[0] == -2.0


@pytest.mark.parametrize(
    ("waiver", "code", "said"),
    [
        ({"authority": " "}, "waiver.authority", "批准机关"),
        ({"document": None, "authority": ""}, "waiver.authority", "批准机关、批准文件"),
        ({"reason": ""}, "waiver.authority", "理由"),
        ({"rule": "late1"}, "waiver.rule", "late1"),
        ({"rule": "award"}, "waiver.rule", "award"),
        ({"date": "五月"}, "waiver.date", "五月"),
    ],
)
def test_a_bad_waiver_is_an_error_with_its_cell(make, scheme, waiver, code, said):
    """Nobody's word, nothing to set aside, no date: each is named with place and hint."""
    found = read_waivers(scheme, make.waivers({"rule": "late", **waiver}), None)
    (problem,) = found.problems
    assert (problem.severity, problem.code) == ("error", code)
    assert said in problem.what.zh
    assert "A2" in problem.where
    assert problem.hint


def test_a_waiver_is_named_like_what_it_sets_aside(scheme):
    """Items and flags by id or name, all deductions by their pool; no bonus."""
    assert set(waivable(scheme)) == {"late", "迟报", "talk", "年度约谈", "deduction", "扣分"}
    assert waivable(scheme)["扣分"] == {"late", "deduction"}


def test_the_table_says_what_each_waiver_did(make, scheme):
    """Applied ones say to what; a waiver of nothing says so and is warned of, a late one why."""
    frame = make.waivers(
        {"rule": "late"}, {"rule": "talk", "i": 1}, {"rule": "talk", "i": 2, "date": "2019-02-01"}
    )
    found = read_waivers(scheme, frame, date(2018, 12, 31))
    assert [problem.code for problem in found.problems] == ["waiver.late"]
    table, problems = waiver_table(found, make.units, {found.rows[0]: (Text("事由", "reason"),)})
    assert tuple(table.columns) == WAIVER_COLUMNS
    assert table[["unit", "applied", "to"]].to_numpy().tolist() == [
        ["001", True, "事由"], ["002", False, ""], ["003", False, ""],
    ]  # fmt: skip
    assert table["why"].tolist() == [
        "", "本期没有它可免除的扣分或处理建议", "批准日期2019-02-01在数据截止日2018-12-31之后,本期不适用",
    ]  # fmt: skip
    assert [(one.severity, one.code, "A3" in one.where) for one in problems] == [
        ("warning", "waiver.unused", True)
    ]


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(1, 3)), max_size=8),
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["", "0号", "1号"])), min_size=1, max_size=3),
)
def test_removing_a_waiver_restores_the_deduction(make_once, happened, waived):
    """Without the waivers the ledger is what it was; with them nobody is worse off."""
    scheme = make_once.scheme(adjustments={"deduction": {"cap": 4}}, adjustment_items=[LATE])
    events = make_once.events(
        *({"i": at, "rule": "late", "amount": amount, "content": f"{content}" if content else ""}
          for at, content, amount in happened)
    ) if happened else None  # fmt: skip
    waivers = make_once.waivers(*({"i": at, "rule": "late", "event": event} for at, event in waived))
    bare, _ = make_once.kept(scheme, events)
    eased, opened = make_once.kept(scheme, events, waivers)
    assert (eased.total >= bare.total).all()
    for at, code in enumerate(make_once.units.codes):
        if not any(one.unit == at for one in eased.waived):
            assert eased.total[at] == bare.total[at]
        own = eased.rows[eased.rows["unit"] == code]
        assert (own["kind"] == "waived").sum() * 2 <= len(own)
    assert opened.problems == () or {one.severity for one in opened.problems} == {"warning"}
