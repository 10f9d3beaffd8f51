"""三(四), R16 to R18: only sanctioned honours count, vetoes are few, and approved by the region."""

import pandas as pd
import pytest


def test_requirement_r16_only_approved_honors_count(last, code):
    """An honour off the approved list stays visible and adds nothing."""
    ledger = last.ledger
    rejected = ledger[ledger["kind"] == "rejected"]
    assert rejected[["unit", "amount", "stated"]].values.tolist() == [[code["戊镇"], 0.0, 1.0]]
    counted = ledger[(ledger["rule"] == "honour") & (ledger["kind"] == "bonus")]
    approved = last.scheme.adjustments.bonus.approved_honours
    assert all(any(honour in reason for honour in approved) for reason in counted["reason"])


def test_requirement_r17_vetoes_are_counted_and_listed(last, scheme_of, warned):
    """Every veto is listed, too many are pointed out, and what works like one stands beside them."""
    assert set(last.tables["vetoes"]["veto"]) == {"hidden_accident", "group_petition"}
    many = [{"id": f"v{n}", "name": f"v{n}", "effect": {"grade": "差"}} for n in range(3)]
    draft = scheme_of(
        {"id": "a"}, vetoes=many, most_vetoes=2,
        grades=[{"name": "好", "at_least": 60}, {"name": "差", "at_least": 0}],
    )  # fmt: skip
    assert "veto.many" in warned(draft)
    assert "veto.many" not in warned({**draft, "most_vetoes": 3})
    like = last.tables["veto_like"]
    assert set(like["id"]) >= {"unsafe", "major_complaint", "falsified"}
    assert like["what"].str.contains("效果等同一票否决,请核对批准程序").all()


APPROVAL = {
    "reference": "批〔2018〕1号", "authority": "自治区机关", "level": "自治区", "date": "2018-01-01",
    "until": "2018-12-31",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "day", "grade"),
    [
        ({}, "2018-05-01", "差"),
        ({"level": "市"}, "2018-05-01", "好"),
        ({"reference": ""}, "2018-05-01", "好"),
        ({"authority": ""}, "2018-05-01", "好"),
        ({"date": "2018-06-01"}, "2018-05-01", "好"),
        ({"until": "2018-04-30"}, "2018-05-01", "好"),
    ],
)
def test_requirement_r18_a_veto_takes_the_approval_of_the_region(score, scheme_of, change, day, grade):
    """Document, authority, the region's level and a term that covers the event: lacking one it is inert."""
    veto = {"id": "v", "name": "否决项", "effect": {"grade": "差"}, "approval": {**APPROVAL, **change}}
    draft = scheme_of(
        {"id": "a"}, vetoes=[veto], grades=[{"name": "好", "at_least": 60}, {"name": "差", "at_least": 0}]
    )
    events = pd.DataFrame([{"unit": "甲镇", "rule": "v", "date": day, "reason": "r", "reference": "d"}])
    result = score(draft, values={"unit": ["甲镇"], "a": [90.0]}, events=events, as_of="2018-12-31")
    assert result.results["grade"].tolist() == [grade]
    assert result.results["adjusted"].tolist() == [90.0]
    row = result.tables["vetoes"].iloc[0]
    assert bool(row["effective"]) is (grade == "差")


def test_requirement_r18_an_inert_veto_is_reported_as_not_approved(last, quarters, code):
    """丙街道's is the city's alone and changes nothing; 壬街道's is approved and decides its grade."""
    vetoes = last.tables["vetoes"].set_index("unit")
    assert "未按程序报自治区批准,不予适用" in vetoes.loc[code["丙街道"], "why"]
    assert last.results.loc[code["丙街道"], "grade_reason"] != "veto"
    third = quarters["2018-Q3"].results.loc[code["壬街道"]]
    assert (third["grade"], third["grade_reason"]) == ("较差", "veto")
