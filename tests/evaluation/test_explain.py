"""An explanation opens with what cost most, and traces every point to where it came from."""

from __future__ import annotations

import json
import unicodedata

import numpy as np
import pandas as pd
import pytest

import township_eval as te

NAN = np.nan


@pytest.fixture
def evaluation():
    """Return two blocks, one leaf that does not apply to 甲, a quota of one for the best grade."""
    scheme = te.read_scheme(
        {
            "name": "考核办法",
            "version": "2018",
            "notice": "示例数据,非官方结果",
            "index": {
                "children": [
                    {
                        "id": "work",
                        "name": "目标任务",
                        "weight": 60,
                        "children": [
                            {"id": "water", "name": "自来水普及率", "weight": 40, "unit": "%",
                             "basis": "二(六)3", "lead": ["农牧局"],
                             "scoring": {"method": "target", "target": 100, "floor": 80}},
                            {"id": "roads", "name": "断头路", "weight": 10, "unit": "条", "basis": "二(六)3",
                             "scoring": {"method": "deduction", "per_unit": 2}},
                            {"id": "town", "name": "魅力小镇", "weight": 10, "basis": "二(七)3",
                             "may_not_apply": True},
                        ],
                    },
                    {"id": "satisfaction", "name": "群众满意度", "weight": 40, "basis": "三(四)"},
                ]
            },
            "grades": [
                {"name": "优秀", "at_least": 90, "quota": {"count": 1}},
                {"name": "良好", "at_least": 60},
            ],
        }
    )  # fmt: skip
    rows = [
        ("甲", "water", 95.0, "农牧局.xlsx!表!C5", "农牧局", "灵农发〔2018〕1号"),
        ("乙", "water", 100.0, "农牧局.xlsx!表!C6", "农牧局", ""),
        ("甲", "roads", 1.0, "农牧局.xlsx!表!D5", "农牧局", ""),
        ("乙", "roads", 0.0, "农牧局.xlsx!表!D6", "农牧局", ""),
        ("乙", "town", 100.0, "住建局.xlsx!表!B6", "住建局", ""),
        ("甲", "satisfaction", 90.0, "统计局.xlsx!表!B5", "统计局", ""),
        ("乙", "satisfaction", 95.0, "统计局.xlsx!表!B6", "统计局", ""),
    ]
    columns = ["unit", "indicator", "value", "cell", "source_unit", "document"]
    exempt = pd.DataFrame([("甲", "town")], columns=["unit", "indicator"])
    inputs = te.Inputs(
        period="2018-H2",
        units=pd.DataFrame({"unit": ["001", "002"], "name": ["甲", "乙"]}),
        values=pd.DataFrame(rows, columns=columns),
        not_applicable=exempt,
    )
    return te.evaluate(scheme, inputs)


def test_points_lost_are_listed_most_first_with_value_target_department_and_cell(evaluation):
    """甲: satisfaction loses 4.00, tap water 2.40 of 48, roads 2.40 of 12."""
    lost = evaluation.explain("甲").to_dict()["lost"]
    assert [(row["node"], round(row["points_lost"], 2)) for row in lost] == [
        ("satisfaction", 4.0),
        ("water", 2.4),
        ("roads", 2.4),
    ]
    water = lost[1]
    assert (water["value"], water["full_value"], water["cell"]) == (95.0, 100.0, "农牧局.xlsx!表!C5")
    assert water["sources"][0]["document"] == "灵农发〔2018〕1号"


def test_points_lost_and_points_kept_add_up_to_full_marks(evaluation):
    """Composite plus everything lost is the scale."""
    for unit in "甲乙":
        facts = evaluation.explain(unit).to_dict()
        lost = sum(row["points_lost"] for row in facts["leaves"] if row["points_lost"] is not None)
        assert facts["composite"] + lost == pytest.approx(100)


def test_what_would_gain_most_names_the_composite_and_the_rank(evaluation):
    """甲 with full satisfaction: 91.20 + 4.00 = 95.20, still behind 乙's 98.00."""
    gains = evaluation.explain("甲").to_dict()["gains"]
    first = gains[0]
    assert (first["node"], first["gain"], first["composite"], first["rank"]) == ("satisfaction", 4.0, 95.2, 2)
    assert [row["gain"] for row in gains] == sorted((row["gain"] for row in gains), reverse=True)


def test_what_did_not_apply_says_where_its_weight_went(evaluation):
    """In both languages."""
    (row,) = evaluation.explain("甲").to_dict()["not_scored"]
    assert (row["node"], row["status"]) == ("town", "not_applicable")
    assert row["went"] == {"zh": "权重分摊到同级其他项目", "en": "weight shared among its siblings"}


def test_a_grade_below_its_cut_point_says_why(evaluation):
    """甲 reaches 90 but 乙 holds the only place."""
    assert evaluation.results["grade"].tolist() == ["良好", "优秀"]
    assert "优秀名额1个已满" in str(evaluation.explain("甲"))
    assert "no place of 优秀 is left" in str(evaluation.explain("甲", "en"))


def test_text_fits_a_page_and_carries_the_notice(evaluation):
    """Eighty columns, counting Chinese characters as two."""
    for lang in ("zh", "en"):
        text = str(evaluation.explain("甲", lang))
        widths = [
            sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
            for line in text.split("\n")
        ]
        assert max(widths) <= 80
        assert "示例数据,非官方结果" in text
        assert "农牧局.xlsx!表!C5" in text


def test_proposed_measures_stand_beside_the_grade_with_their_evidence():
    """A township reads which measure is proposed, by whom and why, and that nothing is decided."""
    scheme = te.read_scheme(
        {
            "name": "考核办法", "version": "2018", "weights": "relative",
            "index": {"children": [{"id": "a", "name": "目标任务", "weight": 1, "basis": "三(四)"}]},
            "flags": [{"id": "F1", "name": "工作实绩差", "measure": "问责", "when": "a < 60",
                       "owner": ["纪委"], "due_days": 15}],
        }
    )  # fmt: skip
    values = pd.DataFrame({"a": [50.0, 80.0]}, index=["甲", "乙"])
    found = te.evaluate(scheme, te.Inputs(period="2018", values=values, as_of="2018-12-31"))
    text = str(found.explain("甲"))
    assert "处理建议(供研究,不是决定)" in text
    assert "问责建议(移送)" in text
    for word in ("工作实绩差", "2019-01-15", "纪委", "目标任务低于60", "50.00"):
        assert word in text
    assert "Measures proposed (a person decides)" in str(found.explain("甲", "en"))
    assert "处理建议" not in str(found.explain("乙"))


def test_html_escapes_what_users_wrote(evaluation):
    """A name is text, never markup."""
    facts = evaluation.explain("甲").to_dict()
    facts["name"] = "<script>alert(1)</script>"
    page = type(evaluation.explain("甲"))(facts)._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_facts_are_plain_data(evaluation):
    """They go into JSON as they are."""
    assert json.loads(json.dumps(evaluation.explain("甲").to_dict(), allow_nan=False))["name"] == "甲"


def test_an_unknown_unit_is_a_problem_with_a_suggestion(evaluation):
    """The problem names what was asked for."""
    with pytest.raises(te.DataError) as caught:
        evaluation.explain("丙")
    assert caught.value.problems[0].code == "unit.unknown"


def test_gains_under_a_geometric_mean_follow_the_mean():
    """Points do not add up there, but what would gain most is still known."""
    scheme = te.read_scheme(
        {
            "name": "geometric",
            "version": "1",
            "weights": "relative",
            "index": {
                "aggregation": "geometric",
                "children": [
                    {"id": "a", "weight": 1, "basis": "test"},
                    {"id": "b", "weight": 1, "basis": "test"},
                ],
            },
        }
    )
    values = pd.DataFrame({"a": [25.0, 81.0], "b": [81.0, 81.0]}, index=["甲", "乙"])
    facts = te.evaluate(scheme, te.Inputs(period="2018", values=values)).explain("甲").to_dict()
    assert facts["lost"] == []
    assert [(row["node"], row["composite"], row["rank"]) for row in facts["gains"]] == [
        ("a", 90.0, 1),
        ("b", 50.0, 2),
    ]


def test_a_code_may_be_a_number():
    """Frames read elsewhere hold codes as numbers; what is no unit is a problem either way."""
    scheme = te.read_scheme(
        {"name": "n", "version": "1", "index": {"children": [{"id": "a", "weight": 100}]}}
    )
    values = pd.DataFrame({"a": [80.0]}, index=["640181100"])
    found = te.evaluate(scheme, te.Inputs(period="2018", values=values))
    assert str(found.explain(640181100)) == str(found.explain("640181100"))
    with pytest.raises(te.DataError, match=r"unit\.unknown"):
        found.explain(None)


def test_a_gain_that_draws_level_shares_the_rank():
    """甲 at full marks in b has 90, as 乙 has: both would be first."""
    scheme = te.read_scheme(
        {
            "name": "tie",
            "version": "1",
            "weights": "relative",
            "index": {
                "children": [
                    {"id": "a", "weight": 1, "basis": "test"},
                    {"id": "b", "weight": 1, "basis": "test"},
                ]
            },
        }
    )
    values = pd.DataFrame({"a": [80.0, 90.0], "b": [70.0, 90.0]}, index=["甲", "乙"])
    facts = te.evaluate(scheme, te.Inputs(period="2018", values=values)).explain("甲").to_dict()
    first = facts["gains"][0]
    assert (first["node"], first["composite"], first["rank"], first["rank_in_group"]) == ("b", 90.0, 1, 1)
