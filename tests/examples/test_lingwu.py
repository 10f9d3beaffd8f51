"""The Lingwu example: 26 indicators, three classes, nine townships, six periods."""

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import openpyxl
import pandas as pd
import pytest

import township_eval as te
from township_eval.examples import path

HERE = path("lingwu")
NOTICE = "示例数据,非官方结果"
QUARTERS = ("2018-Q1", "2018-Q2", "2018-Q3", "2018-Q4")
HALF_YEARS = ("2018-H1", "2018-H2")
BAITUGANG, WUTONGSHU, HAOJIAQIAO, STREET = "640181201", "640181200", "640181101", "640181001"

# Worked by hand from figures.csv, points and rules of the scheme; independent of the program.
COMPOSITES = {
    "2018-H1": [95.81, 94.28, 92.92, 93.49, 94.51, 89.73, 93.22, 91.17, 90.95],
    "2018-H2": [95.93, 94.72, 93.19, 93.31, 94.67, 90.30, 92.79, 92.04, 92.27],
}
# What 白土岗乡 earned of its 60 points in 2018-H2, item by item.
EARNED = {
    "public_kindergarten": 3,
    "preschool_coverage": 2.7,
    "school_renovation": 2,
    "tap_water": 3.94,
    "dead_end_roads": 1.5,
    "poverty_relief": 3.84,
    "safety_net": 3,
    "migrant_income": 4.2,
    "migrant_parks": 3,
    "culture_facilities": 1.8,
    "health_center": 3,
    "village_clinics": 2.75,
    "culture_station": 2,
    "fitness_sites": 2,
    "beautiful_villages": 2,
    "charm_town": 1.6,
    "rural_tourism": 1,
    "online_ready": 2.76,
    "online_rate": 1.8,
    "duty_lists": 1,
    "governance_center": 2 * 11 / 13,
    "treasury_payment": 1,
    "service_purchase": 1,
    "cadre_training": 1.76,
    "team_experience": 2,
    "agronomist_recruitment": 1,
}


@pytest.fixture(scope="module")
def scheme() -> te.Scheme:
    return te.read_scheme(HERE / "scheme.yaml")


@pytest.fixture(scope="module")
def half_years(scheme: te.Scheme) -> dict[str, te.Evaluation]:
    first = te.evaluate(scheme, te.read_inputs(HERE / "2018-H1", scheme))
    second = te.evaluate(scheme, te.read_inputs(HERE / "2018-H2", scheme), history=[first])
    return {"2018-H1": first, "2018-H2": second}


@pytest.fixture(scope="module")
def second(half_years: dict[str, te.Evaluation]) -> te.Evaluation:
    return half_years["2018-H2"]


def test_the_order_of_rows_changes_no_byte(scheme: te.Scheme, tmp_path: Path) -> None:
    """Archive and workbook are the same however the rows of every table lie."""
    inputs = te.read_inputs(HERE / "2018-H1", scheme)
    shuffled = {name: frame.sample(frac=1, random_state=7) for name, frame in inputs.tables()}
    for folder, given in (("a", inputs), ("b", replace(inputs, **shuffled))):
        (tmp_path / folder).mkdir()
        evaluation = te.evaluate(scheme, given)
        te.write_evaluation(evaluation, tmp_path / folder / "e.json")
        te.write_workbook(evaluation, tmp_path / folder / "e.xlsx")
    for name in ("e.json", "e.xlsx"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    te.write_workbook(te.read_evaluation(tmp_path / "a" / "e.json"), tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == (tmp_path / "a" / "e.xlsx").read_bytes()


def _row(evaluation: te.Evaluation, node: str, unit: str) -> dict:
    scores = evaluation.scores
    found = scores[(scores["unit"] == unit) & (scores["node"] == node)]
    assert len(found) == 1
    return found.iloc[0].to_dict()


def _builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lingwu_build", HERE / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _workbooks() -> list[Path]:
    # the register has a script and a test of its own
    return sorted(file for file in HERE.rglob("*.xlsx") if file.parent.name != "register")


def _cells(workbook: Path) -> dict[str, list[tuple]]:
    book = openpyxl.load_workbook(workbook)
    return {page.title: list(page.iter_rows(values_only=True)) for page in book.worksheets}


def test_the_worked_townships_score_what_the_arithmetic_says(second: te.Evaluation) -> None:
    """白土岗乡 has 92.27 and 梧桐树乡 92.04, second and third of their class."""
    results = second.results
    assert results.loc[BAITUGANG, "composite"] == 92.27
    assert results.loc[WUTONGSHU, "composite"] == 92.04
    assert results.loc[[HAOJIAQIAO, BAITUGANG, WUTONGSHU], "rank_in_group"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("period", HALF_YEARS)
def test_every_composite_is_the_one_worked_by_hand(period: str, half_years: dict[str, te.Evaluation]) -> None:
    """All nine composites of a half year agree with arithmetic done outside the program."""
    assert half_years[period].results["composite"].tolist() == COMPOSITES[period]


def test_each_item_earns_the_points_of_the_worked_example(second: te.Evaluation) -> None:
    """The 26 items of 白土岗乡 earn what each rule says, 57.34 of 60 together."""
    earned = {item: _row(second, item, BAITUGANG)["contribution"] for item in EARNED}
    assert earned == pytest.approx(EARNED)
    assert _row(second, "performance", BAITUGANG)["contribution"] == pytest.approx(57.34, abs=0.005)


def test_points_that_do_not_apply_go_to_the_rest_of_the_block(second: te.Evaluation) -> None:
    """梧桐树乡 has 51 of 60 points in play, earns 48.54 of them, and so 57.11 for the block."""
    absent = ("migrant_income", "migrant_parks", "charm_town")
    assert all(np.isnan(_row(second, item, WUTONGSHU)["score"]) for item in absent)
    shared = _row(second, "tap_water", WUTONGSHU)["effective_weight"]
    assert shared == pytest.approx(0.6 * 4 / 51)
    assert _row(second, "performance", WUTONGSHU)["contribution"] == pytest.approx(57.11, abs=0.005)


def test_the_three_other_blocks_of_the_worked_example(second: te.Evaluation) -> None:
    """Satisfaction 87.80 by two channels, third party 87.67 after trimming, departments 86."""
    for unit in (BAITUGANG, WUTONGSHU):
        assert _row(second, "satisfaction", unit)["score"] == pytest.approx(87.8)
        assert _row(second, "third_party", unit)["score"] == pytest.approx(263 / 3)
        assert _row(second, "department_review", unit)["score"] == pytest.approx(86)


def test_equal_rates_share_the_second_place_of_the_class(second: te.Evaluation) -> None:
    """网办率: 郝家桥镇 is best of its class, the two with equal rates both take second place."""
    scores = second.matrix()["online_rate"]
    assert scores[[HAOJIAQIAO, WUTONGSHU, BAITUGANG]].tolist() == [100, 90, 90]


def test_the_street_is_not_scored_on_what_townships_alone_must_have(second: te.Evaluation) -> None:
    """城区街道: each item that does not apply is listed as such, nothing counts as missing or zero."""
    values = second.values
    street = values[values["unit"] == STREET].set_index("indicator")["status"]
    absent = set(street[street == "not_applicable"].index)
    assert absent == {
        "public_kindergarten",
        "preschool_coverage",
        "dead_end_roads",
        "poverty_relief",
        "migrant_income",
        "migrant_parks",
        "health_center",
        "village_clinics",
        "beautiful_villages",
        "charm_town",
        "rural_tourism",
        "agronomist_recruitment",
    }
    assert set(street[street != "not_applicable"]) == {"reported"}
    assert _row(second, "performance", STREET)["coverage"] == pytest.approx(40 / 60)


def test_no_measure_is_proposed_for_a_real_township(
    scheme: te.Scheme, half_years: dict[str, te.Evaluation]
) -> None:
    """The invented figures put a flag on nobody, in any of the six periods."""
    quarters = [te.evaluate(scheme, te.read_inputs(HERE / f"{name}.xlsx", scheme)) for name in QUARTERS]
    for evaluation in [*half_years.values(), *quarters]:
        assert evaluation.flags.empty, evaluation.period
        assert (evaluation.results["adjusted"] >= 80).all(), evaluation.period


def test_surveys_are_due_every_second_quarter(scheme: te.Scheme) -> None:
    """In the third quarter no survey is due: the targets carry the whole composite."""
    evaluation = te.evaluate(scheme, te.read_inputs(HERE / "2018-Q3.xlsx", scheme))
    values = evaluation.values.set_index("indicator")["status"]
    assert set(values["satisfaction"]) == {"not_due"}
    assert _row(evaluation, "performance", BAITUGANG)["effective_weight"] == pytest.approx(1)


def test_a_score_traces_to_the_cell_an_office_filled(second: te.Evaluation) -> None:
    """98.5% of 白土岗乡 leads to the sheet and the cell of the office that reported it."""
    values = second.values
    row = values[(values["unit"] == BAITUGANG) & (values["indicator"] == "tap_water")].iloc[0]
    assert row["value"] == 98.5
    file, sheet, cell = row["cell"].split("!")
    page = openpyxl.load_workbook(HERE / "2018-H2" / Path(file).name)[sheet]
    assert page[cell].value == "98.5%"


def test_a_site_is_mapped_by_a_printed_assumption(scheme: te.Scheme) -> None:
    """新华桥 stands for 崇兴镇; mapped to 梧桐树乡 with the same rate it would be 91.69 instead of 92.04."""
    assert [(site.place, site.units) for site in scheme.sites] == [("新华桥", ("崇兴镇",))]
    elsewhere = replace(scheme, sites=(replace(scheme.sites[0], units=("梧桐树乡",)),))
    inputs = _with_charm_town(te.read_inputs(HERE / "2018-H2", scheme), WUTONGSHU, 80.0)
    assert te.evaluate(elsewhere, inputs).results.loc[WUTONGSHU, "composite"] == 91.69


def _with_charm_town(inputs: te.Inputs, unit: str, value: float) -> te.Inputs:
    values, absent = inputs.values, inputs.not_applicable
    here = (values["unit"] == unit) & (values["indicator"] == "charm_town")
    values = values.assign(value=values["value"].mask(here, value))
    if not here.any():
        row = {"unit": unit, "indicator": "charm_town", "value": value}
        values = pd.concat([values, pd.DataFrame([row])], ignore_index=True)
    if absent is not None:
        absent = absent[(absent["unit"] != unit) | (absent["indicator"] != "charm_town")]
    return replace(inputs, values=values, not_applicable=absent)


def test_every_item_says_what_is_quoted_and_what_is_illustrative(scheme: te.Scheme) -> None:
    """Each of the 26 items and 3 other leaves cites its clause, quotes it and marks what is made up."""
    leaves = scheme.leaves()
    assert len(leaves) == 29
    assert [leaf.id for leaf in leaves if not (leaf.basis and "原文:" in leaf.note)] == []
    unmarked = [leaf.id for leaf in leaves if "示例" not in leaf.note]
    assert unmarked == []


def test_the_check_reminds_of_exactly_what_is_debatable(scheme: te.Scheme) -> None:
    """The unapproved veto, the one rule that compares townships, and four end targets due in 2020."""
    named = {leaf.id: number for number, leaf in enumerate(scheme.leaves())}
    stage = ("public_kindergarten", "poverty_relief", "migrant_income", "migrant_parks")
    assert {problem.severity for problem in scheme.warnings} == {"warning"}
    found = {(problem.code, problem.where.partition(" ")[2]) for problem in scheme.warnings}
    assert found == {
        ("veto.not_approved", "vetoes[0].approval"),
        ("scoring.cohort", f"index.children[0].children[{named['online_rate']}].scoring"),
        *(("target.stage", f"index.children[0].children[{named[leaf]}].scoring") for leaf in stage),
    }


def test_points_of_the_blocks_and_totals_of_the_city(scheme: te.Scheme) -> None:
    """60/20/10/10 for every class; 1,700 persons, 20 villages and 2+7 sites are split without rest."""
    for group in ("一类", "二类", "三类"):
        plain = scheme.for_period("2018-H2").for_group(group)
        assert [child.weight for child in plain.index.children] == [60, 20, 10, 10]
        assert sum(child.weight for child in plain.index.children[0].children) == 60
    assert {leaf.id: leaf.total for leaf in scheme.leaves() if leaf.total} == {
        "poverty_relief": 1700,
        "beautiful_villages": 20,
        "rural_tourism": 9,
    }


@pytest.mark.parametrize("workbook", _workbooks(), ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_every_sheet_says_that_its_figures_are_invented(workbook: Path) -> None:
    """No sheet of any example workbook can be taken for an official return."""
    for title, rows in _cells(workbook).items():
        assert any(NOTICE in str(value) for row in rows[:5] for value in row), title


def test_every_sheet_made_from_the_example_says_so_too(second: te.Evaluation, tmp_path: Path) -> None:
    """The result workbook passes the notice on, in every sheet."""
    te.write_workbook(second, tmp_path / "results.xlsx")
    for title, rows in _cells(tmp_path / "results.xlsx").items():
        assert any(NOTICE in str(value) for row in rows for value in row), title


def test_what_is_assumed_of_codes_street_and_site_is_printed(second: te.Evaluation, tmp_path: Path) -> None:
    """Where the codes come from, what the street is scored on, and where 新华桥 lies stand on the cover."""
    te.write_workbook(second, tmp_path / "results.xlsx")
    (cover, *_) = openpyxl.load_workbook(tmp_path / "results.xlsx").worksheets
    said = {str(row[0]): str(row[1]) for row in cover.iter_rows(values_only=True)}
    codes, street, site, marks = said["方案说明"].splitlines()
    assert "2023 年统计用区划代码" in codes
    assert "640181400" in codes
    absent = ("公办幼儿园", "乡镇卫生院", "定向招录", "村卫生室", "学前教育", "美丽村庄", "断头路",
              "脱贫人数", "特色旅游村", "魅力小镇", "移民两项")  # fmt: skip
    assert [word for word in absent if word not in street.rpartition("不涉及")[0]] == []
    applies = ("综合文化体育站", "全民健身站点", "干部培训", "班子经历", "其余指标")
    assert [word for word in applies if word not in street.rpartition("不涉及")[2]] == []
    assert "假设归崇兴镇" in site
    assert "崇兴镇" in said["地名:新华桥"]
    assert all(mark in marks for mark in ("原文:", "示例:", "假设"))


def test_the_workbooks_are_what_the_figures_make(tmp_path: Path) -> None:
    """Building again from figures.csv gives the committed workbooks, cell for cell."""
    built = _builder().build(tmp_path)
    assert {file.relative_to(tmp_path) for file in built} == {file.relative_to(HERE) for file in _workbooks()}
    for file in built:
        assert _cells(file) == _cells(HERE / file.relative_to(tmp_path)), file.name


def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """No clock and no chance enter the files."""
    first, again = (
        [file.read_bytes() for file in _builder().build(tmp_path / name)] for name in ("one", "two")
    )
    assert first == again
