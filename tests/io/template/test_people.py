"""Forms of single answers, of the population and of ballots are read back as they were filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from township_eval.io.template import write_template
from township_eval.io.workbook import read_inputs

SURVEY: dict[str, Any] = {
    "kind": "satisfaction",
    "scale": {"满意": 100, "不满意": 0},
    "refused": ["拒答"],
    "channels": {"电话": 1, "入户": 1},
    "questions": {"总体评价": 1, "服务态度": 1},
    "minimum_items": 2,
    "calibrate": ["性别"],
}
DOWN, UP = "departments_rate_townships", "townships_rate_departments"


@pytest.fixture
def scheme_of(scheme_with):
    """Make a scheme whose indicators have these sources."""

    def make(*sources: dict[str, Any]) -> Any:
        children = [
            {"id": f"leaf{n}", "name": f"指标{n}", "weight": 1, "source": source}
            for n, source in enumerate(sources, start=1)
        ]
        return scheme_with(index={"id": "index", "children": children})

    return make


def head(sheet: Any, depth: int = 2) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in sheet[depth]}


def fill(path: Path, title: str, rows: list[dict[str, Any]], start: int = 3) -> None:
    """Write cells below the headers of a sheet, a dict a row."""
    made = openpyxl.load_workbook(path)
    columns = head(made[title])
    for row, said in enumerate(rows, start=start):
        for name, value in said.items():
            made[title].cell(row, columns[name]).value = value
    made.save(path)


def errors(inputs: Any) -> list[tuple[str, str]]:
    return [(p.code, p.where) for p in inputs.problems if p.severity == "error"]


LABELS = {
    "zh": ("调查明细", "人口结构", "代码", "受访者编号", "渠道", "权重", "村(社区)", "类别", "人数"),
    "en": (
        "responses", "margins", "code", "respondent", "channel",
        "weight", "cluster", "category", "population",
    ),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_single_answers_are_asked_where_counts_would_not_do(scheme_of, tmp_path, lang):
    """Calibration and a minimum of items need persons: a form of answers, and one of the population."""
    scheme = scheme_of(SURVEY)
    (path,) = write_template(scheme, tmp_path / "2018-H2.xlsx", lang=lang)
    sheet, population, code, person, channel, weight, village, category, count = LABELS[lang]
    assert errors(read_inputs(path, scheme)) == []
    answer = {code: "640181100", channel: "电话", weight: 2.5, village: "一村", "性别": "男"}
    fill(path, sheet, [answer | {person: "甲1", "总体评价": "满意", "服务态度": "拒答"}])
    fill(path, population, [{category: "男", count: 500}, {category: "女", count: 480}])
    inputs = read_inputs(path, scheme)
    assert errors(inputs) == []
    names = ["unit", "question", "answer", "respondent", "channel", "cluster", "性别"]
    assert inputs.responses[names].to_numpy().tolist() == [
        ["640181100", "总体评价", "满意", "甲1", "电话", "一村", "男"],
        ["640181100", "服务态度", "拒答", "甲1", "电话", "一村", "男"],
    ]
    assert inputs.margins[["margin", "category", "population"]].to_numpy().tolist() == [
        ["性别", "男", 500.0],
        ["性别", "女", 480.0],
    ]


def test_counts_do_for_a_plain_survey(scheme_of, tmp_path):
    """Without calibration or a minimum of items only counts are asked, refusals among them."""
    plain = {name: value for name, value in SURVEY.items() if name not in {"minimum_items", "calibrate"}}
    (path,) = write_template(scheme_of(plain), tmp_path / "2018-H2.xlsx")
    made = openpyxl.load_workbook(path)
    assert made.sheetnames == ["封面", "满意度"]
    assert list(head(made["满意度"]))[-3:] == ["满意", "不满意", "拒答"]


def test_answers_of_two_surveys_say_whose_they_are(scheme_of, tmp_path):
    """A form for each survey, its indicator in every row."""
    scheme = scheme_of(SURVEY, {**SURVEY, "calibrate": []})
    (path,) = write_template(scheme, tmp_path / "2018-H2.xlsx")
    assert errors(read_inputs(path, scheme)) == []
    fill(path, "调查明细2", [{"代码": "640181100", "受访者编号": "1", "总体评价": "满意"}])
    inputs = read_inputs(path, scheme)
    assert errors(inputs) == []
    assert set(inputs.responses["indicator"]) == {"leaf2"}


@pytest.mark.parametrize(
    ("lang", "down", "up"),
    [
        ("zh", "部门评乡镇", "乡镇评部门"),
        ("en", "departments rate townships", "townships rate departments"),
    ],
)
def test_ballots_of_both_directions(scheme_of, tmp_path, lang, down, up):
    """A matrix each way: the one the indicator is scored by, and the other for the departments."""
    scheme = scheme_of({"kind": "reviews", "direction": DOWN, "raters": {"农牧局": 1, "住建局": 2}})
    (path,) = write_template(scheme, tmp_path / "2018-H2.xlsx", lang=lang)
    assert openpyxl.load_workbook(path).sheetnames[1:] == [down, up]
    assert errors(read_inputs(path, scheme)) == []
    fill(path, down, [{"农牧局": 90, "住建局": 80}])
    fill(path, up, [{"农牧局": 70}])
    inputs = read_inputs(path, scheme)
    assert errors(inputs) == []
    assert inputs.reviews[["direction", "unit", "rater", "score"]].to_numpy().tolist() == [
        [DOWN, "640181100", "农牧局", 90.0],
        [DOWN, "640181100", "住建局", 80.0],
        [UP, "农牧局", "640181100", 70.0],
    ]


def test_each_direction_scored_has_one_form(scheme_of, tmp_path):
    """Where both directions are scored nothing is asked twice; two of one direction say whose they are."""
    way = {"kind": "reviews", "raters": {"农牧局": 1}}
    both = scheme_of({**way, "direction": DOWN}, {**way, "direction": UP})
    (path,) = write_template(both, tmp_path / "2018-H2.xlsx")
    assert openpyxl.load_workbook(path).sheetnames[1:] == ["部门评乡镇", "乡镇评部门"]
    twice = scheme_of({**way, "direction": DOWN}, {**way, "direction": DOWN})
    (path,) = write_template(twice, tmp_path / "2018-H1.xlsx")
    assert openpyxl.load_workbook(path).sheetnames[1:] == ["部门评乡镇", "乡镇评部门", "部门评乡镇2"]
    fill(path, "部门评乡镇2", [{"农牧局": 90}])
    inputs = read_inputs(path, twice)
    assert errors(inputs) == []
    assert inputs.reviews[["unit", "indicator"]].to_numpy().tolist() == [["640181100", "leaf2"]]


def test_secret_ballots(scheme_of, tmp_path):
    """With a scale the form asks for counts per answer, of townships and of departments."""
    scale = {"好": 100, "差": 0}
    source = {"kind": "reviews", "direction": DOWN, "raters": {"农牧局": 1}, "scale": scale}
    scheme = scheme_of({**source, "dont_know": ["弃权"]})
    (path,) = write_template(scheme, tmp_path / "2018-H2.xlsx")
    assert errors(read_inputs(path, scheme)) == []
    fill(path, "部门评乡镇", [{"好": 8, "差": 1, "弃权": 0}])
    fill(path, "乡镇评部门", [{"好": 5, "差": 4, "弃权": 0}])
    inputs = read_inputs(path, scheme)
    assert errors(inputs) == []
    assert inputs.reviews[["direction", "unit", "answer", "count"]].to_numpy().tolist() == [
        [DOWN, "640181100", "好", 8.0],
        [DOWN, "640181100", "差", 1.0],
        [DOWN, "640181100", "弃权", 0.0],
        [UP, "农牧局", "好", 5.0],
        [UP, "农牧局", "差", 4.0],
        [UP, "农牧局", "弃权", 0.0],
    ]


def test_ballots_of_anybody(scheme_of, tmp_path):
    """Where the scheme does not say who votes a row is a ballot."""
    scheme = scheme_of({"kind": "reviews", "direction": DOWN})
    (path,) = write_template(scheme, tmp_path / "2018-H2.xlsx")
    assert errors(read_inputs(path, scheme)) == []
    fill(path, "部门评乡镇", [{"评议单位": "农牧局", "被评议单位": "东塔镇", "得分": 90}])
    inputs = read_inputs(path, scheme)
    assert errors(inputs) == []
    assert inputs.reviews[["direction", "unit", "rater", "score"]].to_numpy().tolist() == [
        [DOWN, "640181100", "农牧局", 90.0]
    ]
