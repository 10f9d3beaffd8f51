"""One town scores its ten villages: another kind of unit, the same program."""

import importlib.util
from pathlib import Path

import openpyxl
import pytest

import township_eval as te
from township_eval.examples import path


@pytest.fixture(scope="module")
def evaluation() -> te.Evaluation:
    scheme = te.read_scheme(path("villages/scheme.yaml"))
    return te.evaluate(scheme, te.read_inputs(path("villages/2018.xlsx"), scheme))


def test_ten_villages_are_ranked(evaluation: te.Evaluation) -> None:
    """Units are what the scheme says they are: ten villages, all ranked and graded."""
    results = evaluation.results
    assert {unit.kind for unit in evaluation.scheme.units} == {"村"}
    assert len(results) == 10
    assert results["rank"].notna().all()
    assert (results["grade"] != "").all()


def test_one_village_by_hand(evaluation: te.Evaluation) -> None:
    """柳湾村: 40 for governance, 27 for development, 10 for harmony and 18.2 for the survey make 95.2."""
    # 集体经济 16 万元 -> 60 + 11/15 x 40 = 89.33 -> 50%; 检查 88 -> 90 -> 30%; 托管 55/60 -> 20%
    development = 0.5 * (60 + 11 / 15 * 40) + 0.3 * 90 + 0.2 * 55 / 60 * 100
    # 信访 0 批次, 迟报 2 天在 3 天宽限内 -> 100; 满意度 (38 x 100 + 10 x 75) / 50 = 91
    composite = 0.4 * 100 + 0.3 * development + 0.1 * 100 + 0.2 * 91
    assert evaluation.results.set_index("name").loc["柳湾村", "composite"] == pytest.approx(
        round(composite, 1)
    )


def test_full_points_where_an_item_does_not_apply(evaluation: te.Evaluation) -> None:
    """红柳沟村 has no land to put into trust; its scheme gives full points and the result says so."""
    values = evaluation.values
    row = values[(values["unit"] == "V06") & (values["indicator"] == "land_trusteeship")].iloc[0]
    assert row["status"] == "not_applicable"
    assert evaluation.matrix().loc["V06", "land_trusteeship"] == 100


def test_mountain_villages_have_their_own_standard_with_a_reason(evaluation: te.Evaluation) -> None:
    """3 万元 is 60 points for 甘草坪村 of the mountains, where the plain asks for 5."""
    assert evaluation.matrix().loc["V09", "collective_income"] == pytest.approx(60)
    (override,) = evaluation.scheme.node("collective_income").overrides
    assert override.reason


def test_places_for_the_top_grade_are_three_of_ten(evaluation: te.Evaluation) -> None:
    """A quota of 30 percent of ten villages is three places at most."""
    top = evaluation.results[evaluation.results["grade"] == "先进村"]
    assert len(top) == 3
    assert (top["adjusted"] >= 90).all()


def test_every_sheet_says_that_its_figures_are_invented() -> None:
    """The villages do not exist, and no sheet hides it."""
    for page in openpyxl.load_workbook(path("villages/2018.xlsx")).worksheets:
        texts = [str(value) for row in page.iter_rows(max_row=3, values_only=True) for value in row]
        assert any("示例数据,非官方结果" in text for text in texts), page.title


def test_the_workbook_is_what_its_script_makes(tmp_path: Path) -> None:
    """Building again gives the committed workbook, cell for cell."""
    spec = importlib.util.spec_from_file_location("villages_build", path("villages/build.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made, kept = (
        [list(page.iter_rows(values_only=True)) for page in openpyxl.load_workbook(file).worksheets]
        for file in (module.build(tmp_path), path("villages/2018.xlsx"))
    )
    assert made == kept
