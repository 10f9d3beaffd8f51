"""Vetoes: few, and effective only with the autonomous region's approval (三(四); R17, R18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from township_eval.rules.grading import VETO_COLUMNS, VETO_LIKE, judge_vetoes, veto_like
from township_eval.scheme.model import AdjustmentItem, Approval, Grade, Limiter, Veto

APPROVED = Approval(
    reference="宁党办发〔2018〕1号", authority="自治区党委办公厅", level="自治区",
    date="2018-01-01", until="2018-12-31",
)  # fmt: skip
VETO = Veto(id="v", name="重大事故", effect=(("grade", "较差"),), approval=APPROVED)
EVENT = {"i": 1, "rule": "v", "date": "2018-03-01", "content": "某事故", "reference": "灵安〔2018〕3号"}


@pytest.fixture
def judged(scheme_of, units_of, events_of):
    """Judge one veto on one event of the second of two units."""

    def judge(veto=VETO, as_of=None, **event):
        scheme = scheme_of(vetoes=(veto,))
        return judge_vetoes(scheme, units_of(2), events_of({**EVENT, "cell": "a!D5", **event}), as_of)

    return judge


def test_requirement_r18_an_approved_veto_takes_effect(judged):
    """Reference, authority, level and validity are there and the event lies within: the grade is set."""
    found = judged()
    assert found.effective.tolist() == [[False] * 4, [False, False, False, True]]
    assert found.problems == ()
    row = found.rows.iloc[0].to_dict()
    assert tuple(row) == VETO_COLUMNS
    assert (row["unit"], row["effective"], row["date"], row["cell"]) == ("u1", True, "2018-03-01", "a!D5")
    assert row["why"] == "经批准,生效:评为较差"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"level": "市"}, "批准层级为“市”"),
        ({"level": "县"}, "批准层级为“县”"),
        ({"level": "自治州"}, "批准层级为“自治州”"),
        ({"level": "自治区直属市"}, "批准层级为“自治区直属市”"),
        ({"level": ""}, "未写批准层级"),
        ({"reference": " "}, "缺批准文号"),
        ({"authority": ""}, "缺批准机关"),
        ({"date": ""}, "缺批准日期"),
        ({"date": "年初"}, "“年初”不是日期"),
        ({"until": "年底"}, "“年底”不是日期"),
    ],
)
def test_requirement_r18_a_veto_without_the_region_s_approval_stays_inert(judged, change, said):
    """A city's or county's own reference, or an incomplete one, is listed with the reason, never applied."""
    found = judged(replace(VETO, approval=replace(APPROVED, **change)))
    assert not found.effective.any()
    assert not found.rows["effective"].any()
    assert found.rows["why"].iloc[0].startswith("未按程序报自治区批准,不予适用")
    assert said in found.rows["why"].iloc[0]
    assert [(one.severity, one.code, one.where) for one in found.problems] == [
        ("warning", "veto.inert", "a!D5")
    ]
    assert found.problems[0].hint.en


def test_a_veto_nobody_approved_stays_inert(judged):
    """Without any approval the reason says so."""
    found = judged(replace(VETO, approval=None))
    assert found.rows["why"].tolist() == ["未按程序报自治区批准,不予适用;无批准文件"]
    assert not found.effective.any()


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2017-12-31", "veto.dated_after"),
        ("2018-01-01", ""),
        ("2018-12-31", ""),
        ("2019-01-01", "veto.lapsed"),
        (None, "veto.event_date"),
        ("三月", "veto.event_date"),
    ],
)
def test_the_approval_covers_the_event(judged, day, code):
    """From the day of approval to its end, both included; a veto does not reach back."""
    found = judged(date=day, date_cell="a!C5")
    assert found.effective.any() == (not code)
    assert [(one.code, one.where) for one in found.problems] == ([(code, "a!C5")] if code else [])
    assert all(one.severity == "warning" and one.hint.zh for one in found.problems)
    assert ("不予适用" in found.rows["why"].iloc[0]) == bool(code)


def test_an_event_after_the_data_is_not_judged(judged):
    """What happens after the day the data stand at belongs to a later period."""
    found = judged(as_of=date(2018, 2, 1))
    assert [one.code for one in found.problems] == ["veto.event_later"]
    assert not found.effective.any()
    assert judged(as_of=date(2018, 3, 1)).effective.any()


def test_vetoes_that_nothing_triggered_are_listed(scheme_of, units_of):
    """The check list is complete: a row without unit for each, with what its approval lacks."""
    found = judge_vetoes(scheme_of(vetoes=(VETO, replace(VETO, id="w", approval=None))), units_of(1), None)
    assert found.rows["unit"].tolist() == ["", ""]
    assert found.rows["why"].tolist() == ["未触发", "未触发;未按程序报自治区批准,不予适用;无批准文件"]
    assert found.problems == ()


def test_requirement_r17_too_many_vetoes_are_pointed_out(scheme_of, units_of):
    """Above the configured number a warning counts them; at it there is none."""
    three = tuple(replace(VETO, id=name) for name in "abc")
    over = judge_vetoes(scheme_of(vetoes=three, most_vetoes=2), units_of(1), None)
    assert [(one.severity, one.code) for one in over.problems] == [("warning", "veto.many")]
    assert "3" in over.problems[0].what.zh
    assert judge_vetoes(scheme_of(vetoes=three, most_vetoes=3), units_of(1), None).problems == ()


def test_the_order_of_events_is_of_no_account(scheme_of, units_of, events_of):
    """Rows of one veto come by unit and day."""
    events = [{**EVENT, "i": at, "date": day} for at in (1, 0) for day in ("2018-05-01", "2018-02-01")]
    scheme = scheme_of(vetoes=(VETO,))
    one, other = (judge_vetoes(scheme, units_of(2), events_of(*rows)) for rows in (events, events[::-1]))
    assert one.rows.equals(other.rows)
    assert one.rows["unit"].tolist() == ["u0", "u0", "u1", "u1"]


def test_what_works_like_a_veto_is_listed_beside_them(scheme_of):
    """Limiters, all-must-pass, blocks set to zero, and vetoes by another name, each with the note."""
    scheme = scheme_of(
        grades=(Grade(name="优秀", at_least=90, requires=("satisfaction >= 85",)),),
        limiters=(Limiter(id="weak", name="否决线", at_most="优秀", when="performance < 60"),),
        adjustment_items=(
            AdjustmentItem(id="zero", pool="deduction", name="瞒报", block="performance", factor=0.0),
            AdjustmentItem(id="half", pool="deduction", block="satisfaction", factor=0.5),
            AdjustmentItem(id="plain", pool="deduction", name="迟报", amount=1.0),
            AdjustmentItem(id="other", pool="deduction", name="信访一票否决", amount=5.0),
        ),
    )
    hit = pd.DataFrame(
        {
            "unit": ["u1", "u0", "u0"],
            "kind": ["limiter", "limiter", "effect"],
            "rule": ["weak", "weak", "zero"],
        }
    )
    found = veto_like(scheme, hit)
    assert found[["kind", "id"]].to_numpy().tolist() == [
        ["limiter", "weak"], ["requires", "优秀"], ["block", "zero"], ["block", "half"], ["named", "other"],
    ]  # fmt: skip
    assert found["units"].tolist() == ["u0、u1", "", "u0", "", ""]
    assert found["what"].str.contains(VETO_LIKE.zh).all()
    assert found["what_en"].str.contains(VETO_LIKE.en, regex=False).all()


def test_a_condition_that_bars_a_grade_works_like_a_veto(scheme_of):
    """`unless` is a requirement turned round; `unless: flagged` names no matter of its own."""
    grades = (Grade(name="优秀", at_least=90, unless="performance < 60"), Grade(name="良好", at_least=80))
    hit = pd.DataFrame({"unit": ["u0"], "kind": ["unless"], "rule": ["优秀"]})
    found = veto_like(scheme_of(grades=grades), hit)
    assert found[["kind", "id", "units"]].to_numpy().tolist() == [["unless", "优秀", "u0"]]
    assert VETO_LIKE.zh in found["what"][0]
    assert veto_like(scheme_of(grades=(Grade(name="优秀", at_least=90, unless="flagged"),))).empty


def test_a_scheme_without_such_rules_lists_nothing(scheme_of):
    """The table is empty with its columns."""
    assert veto_like(scheme_of()).empty
    assert list(veto_like(scheme_of()).columns) == ["kind", "id", "name", "units", "what", "what_en"]
