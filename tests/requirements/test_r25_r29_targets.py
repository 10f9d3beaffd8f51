"""三(一), 三(二), R25 to R29: stage targets, a city-wide count, training by the year and by the term."""

import pandas as pd
import pytest

import township_eval as te


def test_requirement_r25_targets_by_township_and_by_stage(lingwu_scheme, scheme_of, score):
    """A township has its own target, and a stage target stands before the end target."""
    shares = lingwu_scheme.for_period("2018-H2").node("poverty_relief")
    assert shares.total == 1700
    targets = {"2018-H1": {"甲镇": 40, "default": 80}, "default": 100}
    draft = scheme_of({"id": "a", "scoring": {"method": "target", "target": targets}})
    values = {"unit": ["甲镇", "乙乡"], "a": [40.0, 40.0]}
    units = pd.DataFrame({"unit": ["甲镇", "乙乡"]})
    scores = {
        period: score(draft, period, values=values, units=units).matrix()["a"].tolist()
        for period in ("2018-H1", "2018-H2")
    }
    assert scores == {"2018-H1": pytest.approx([100, 50]), "2018-H2": pytest.approx([40, 40])}


@pytest.mark.parametrize(
    ("reached", "as_of", "status"),
    [(1, "2018-12-31", "met"), (0, "2018-12-31", "unmet"), (0, "2018-11-30", "not_due")],
)
def test_requirement_r26_at_least_one_model_township_by_the_end_of_2018(
    score, scheme_of, reached, as_of, status
):
    """A count for the whole city with its date: met, unmet, or not due yet."""
    target = {
        "target": "Q33", "text": "至少完成1个示范乡镇", "at_least": 1, "deadline": "2018-12-31",
        "value": reached,
    }  # fmt: skip
    result = score(
        scheme_of({"id": "a"}),
        values={"unit": ["甲镇"], "a": [1.0]},
        targets=pd.DataFrame([target]),
        as_of=as_of,
    )
    assert result.tables["city_targets"]["status"].tolist() == [status]


def test_requirement_r26_candidates_for_model_townships_are_proposed_on_evidence(last, code):
    """甲镇 is proposed; 丙街道's point estimate would do and its evidence does not."""
    rows = last.flags[last.flags["rule"] == "P1"].set_index("unit")
    assert rows.loc[code["甲镇"], "status"] == "proposed"
    assert rows.loc[code["丙街道"], "status"] == "not_distinguishable"
    assert (rows["kind"] == "positive").all()


@pytest.mark.parametrize(("held", "status"), [(1, "met"), (2, "met"), (0, "unmet")])
def test_requirement_r27_one_training_course_a_year_is_the_departments_duty(score, scheme_of, held, status):
    """At least one course by the end of the year, led by the departments, no township scored for it."""
    target = {
        "target": "Q34", "text": "每年至少举办一期培训班", "at_least": 1, "deadline": "2018-12-31",
        "value": held, "lead": "组织部、党校",
    }  # fmt: skip
    result = score(
        scheme_of({"id": "a"}), values={"unit": ["甲镇"], "a": [100.0]}, targets=pd.DataFrame([target]),
        as_of="2018-12-31",
    )  # fmt: skip
    row = result.tables["city_targets"].iloc[0]
    assert (row["status"], row["lead"]) == (status, "组织部、党校")
    assert result.results["composite"].tolist() == [100]


def test_requirement_r28_twelve_days_a_person_roll_up_to_a_share(score, scheme_of):
    """Twelve days count, eleven do not; the township's value is the share of its cadres."""
    leaf = {"id": "t", "unit": "%", "source": {"kind": "share_of_persons", "column": "天数", "at_least": 12}}
    roster = pd.DataFrame({"unit": ["甲镇"] * 4, "天数": [12, 11.9, 30, 0]})
    result = score(scheme_of(leaf), roster=roster, units=pd.DataFrame({"unit": ["甲镇"]}))
    assert result.values["value"].tolist() == [50]


def test_requirement_r29_once_a_term_is_carried_across_years(score, scheme_of):
    """Who went to both schools in the first year keeps it; nobody reports it anew until the term ends."""
    source = {"kind": "items", "columns": ["自治区党校", "市委党校"]}
    draft = scheme_of({"id": "term", "unit": "%", "source": source, "missing": "previous"}, {"id": "other"})
    units = pd.DataFrame({"unit": ["甲镇", "乙乡"]})
    first = score(
        draft, "2018", units=units,
        values={"unit": ["甲镇", "乙乡"], "自治区党校": [1, 1], "市委党校": [1, 0], "other": [80.0, 80.0]},
    )  # fmt: skip
    second = score(
        draft, "2019", units=units, history=[first], values={"unit": ["甲镇", "乙乡"], "other": [90.0, 90.0]}
    )
    assert second.matrix()["term"].tolist() == [100, 50]
    assert isinstance(second, te.Evaluation)
