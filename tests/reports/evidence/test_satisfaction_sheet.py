"""满意度测评表: what is printed equals what the survey left, and every column is explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

import township_eval as te
from township_eval.reports.sheet import Cell
from township_eval.reports.sheets.evidence.satisfaction import satisfaction_sheet
from township_eval.reports.view import View

SCALE = {"满意": 100, "基本满意": 80, "不满意": 30}
PHONE: dict[str, Any] = {
    "kind": "satisfaction",
    "scale": SCALE,
    "dont_know": ["不了解"],
    "refused": ["拒答"],
    "channels": {
        "电话": {"weight": 6, "deff": 1.5},
        "代表": {"weight": 4, "design": "list census"},
    },
    "minimum": {"n_eff": 50},
}
Rows = Callable[..., list[dict[str, Any]]]


def counts(*channels: str, question: str = "") -> pd.DataFrame:
    """Return counts that fall from unit to unit; the last one's sample is small."""
    rows = []
    for k, unit in enumerate(("101", "102", "201", "202")):
        size = 20 if unit == "202" else 100
        for channel in channels:
            answers = {"满意": size - 10 - k, "基本满意": 8 + k, "不满意": 2, "不了解": 4, "拒答": k}
            rows += [
                {"unit": unit, "answer": answer, "count": count, "channel": channel, "question": question}
                for answer, count in answers.items()
            ]
    frame = pd.DataFrame(rows)
    return frame if question else frame.drop(columns="question")


@pytest.fixture(scope="module")
def survey(evaluate: Callable[..., te.Evaluation]) -> te.Evaluation:
    return evaluate(PHONE, satisfaction=counts("电话", "代表"))


def test_lines_equal_the_table(survey: te.Evaluation, rows_of: Rows) -> None:
    """Counts, points, interval and design effect of a channel are those of the table, rounded."""
    row = rows_of(satisfaction_sheet(View(survey)))[0]
    told = survey.tables["satisfaction"].query("unit == '101' and channel == '电话'").iloc[0]
    assert (row["乡镇(街道)"], row["渠道"]) == ("甲镇", "电话")
    assert (row["受访人数"], row["有效样本"], row["不了解"], row["拒答"]) == (104, 100, 4, 0)
    assert (row["满意"], row["基本满意"], row["不满意"]) == (90, 8, 2)
    assert row["得分"] == pytest.approx(told["score"], abs=0.005)
    assert row["得分的95%区间"] == f"{told['lower']:.1f}—{told['upper']:.1f}"
    assert row["设计效应"] == 1.5


def test_the_mix_stands_once_a_unit(survey: te.Evaluation, rows_of: Rows) -> None:
    """Both channels together, their interval and sample stand on the first line and equal the table."""
    first, second = rows_of(satisfaction_sheet(View(survey)))[:2]
    told = survey.tables["satisfaction_total"].query("unit == '101'").iloc[0]
    assert first["满意度(合成)"] == pytest.approx(told["value"], abs=0.005)
    assert first["95%区间"] == f"{told['lower']:.1f}—{told['upper']:.1f}"
    assert first["有效样本量"] == round(told["n_eff"], 1)
    assert first["不了解区间"] == f"{told['all_worst']:.1f}—{told['all_best']:.1f}"
    assert first["样本是否达标"] == "达标"
    assert (second["满意度(合成)"], second["95%区间"], second["样本是否达标"]) == (None, None, None)


def test_a_complete_list_has_no_interval(survey: te.Evaluation, rows_of: Rows) -> None:
    """Where everybody on a list answered the word stands in place of an interval, in either language."""
    assert rows_of(satisfaction_sheet(View(survey)))[1]["得分的95%区间"] == Cell("无抽样误差")
    english = rows_of(satisfaction_sheet(View(survey, "en")))
    assert english[1]["95% interval of points"] == Cell("census")
    assert " to " in english[0]["95% interval"]


def test_units_stand_in_the_order_of_every_sheet(survey: te.Evaluation, rows_of: Rows) -> None:
    """Units follow class, then score, then code, as elsewhere."""
    names = [row["乡镇(街道)"] for row in rows_of(satisfaction_sheet(View(survey)))]
    assert list(dict.fromkeys(names)) == [survey.units.names[at] for at in View(survey).order]


def test_small_samples_are_listed_to_be_asked_again(survey: te.Evaluation, rows_of: Rows) -> None:
    """A sample below the demand is marked, and listed with how many answers are needed and why."""
    sheet = satisfaction_sheet(View(survey))
    verdicts = {row["乡镇(街道)"]: row["样本是否达标"] for row in rows_of(sheet) if row["样本是否达标"]}
    assert verdicts == {"甲镇": "达标", "乙镇": "达标", "丙乡": "达标", "丁乡": "未达标"}
    (again,) = rows_of(sheet, table=1)
    told = survey.tables["resurvey"].iloc[0]
    assert (again["乡镇(街道)"], again["渠道"], again["有效样本"]) == ("丁乡", "电话", told["n"])
    assert (again["至少需要的有效样本"], again["原因"]) == (told["wanted"], told["reason_zh"])
    assert sheet is not None
    assert sheet.tables[1].title == "需补充调查"
    english = satisfaction_sheet(View(survey, "en"))
    assert rows_of(english, table=1)[0]["Reason"] == told["reason_en"]


def test_people_who_took_part_by_themselves_have_no_interval(
    evaluate: Callable[..., te.Evaluation], rows_of: Rows
) -> None:
    """An open link gives a value; in place of its interval stands that nobody knows the error."""
    source = {"kind": "satisfaction", "scale": SCALE, "dont_know": ["不了解"], "refused": ["拒答"],
              "design": "convenience"}  # fmt: skip
    sheet = satisfaction_sheet(View(evaluate(source, satisfaction=counts("扫码").drop(columns="channel"))))
    row = rows_of(sheet)[0]
    assert row["95%区间"] == Cell("误差未知")
    assert isinstance(row["得分"], float)
    assert sheet is not None
    assert any(note.startswith("误差未知:") for note in sheet.notes)
    assert "渠道" not in row
    assert "满意度(合成)" not in row  # one line a unit says it all


def test_an_assumed_design_effect_is_shown_at_three(
    evaluate: Callable[..., te.Evaluation], rows_of: Rows
) -> None:
    """Where nobody states a design effect, errors stand at 1, 1.5 and 2, and the note says so once."""
    source = {key: PHONE[key] for key in ("kind", "scale", "dont_know", "refused")}
    survey = evaluate(source, satisfaction=counts("").drop(columns="channel"))
    sheet = satisfaction_sheet(View(survey))
    told = survey.tables["satisfaction_total"].iloc[0]
    said = rows_of(sheet)[0]["标准误(设计效应1、1.5、2)"]
    assert [float(part) for part in said.split(" / ")] == pytest.approx(
        [told["se_deff_1"], told["se_deff_1_5"], told["se_deff_2"]], abs=0.005
    )
    assert sheet is not None
    (premise,) = [note for note in sheet.notes if note.startswith("误差前提")]
    assert premise == "误差前提:未给设计效应,按1计。"


def test_assumptions_name_their_units(survey: te.Evaluation) -> None:
    """A text that holds for some units says for which; one that holds for all is said once."""
    texts = (*(te.Text("甲", "A"),) * 2, te.Text("乙", "B"), te.Text("", ""))
    leaves = replace(survey.leaves, assumption=(texts,))
    sheet = satisfaction_sheet(View(replace(survey, leaves=leaves)))
    assert sheet is not None
    assert sorted(note for note in sheet.notes if note.startswith("误差前提")) == [
        "误差前提(丙乡):乙。",
        "误差前提(甲镇、乙镇):甲。",
    ]


def test_questions_of_a_channel_are_put_together(
    evaluate: Callable[..., te.Evaluation], rows_of: Rows
) -> None:
    """Several questions in several channels: each has its line, and below them what the channel comes to."""
    asked = pd.concat([counts("电话", "代表", question=name) for name in ("环境", "办事")])
    survey = evaluate(PHONE | {"questions": {"环境": 1, "办事": 1}}, satisfaction=asked)
    rows = rows_of(satisfaction_sheet(View(survey)))[:6]
    assert [(row["渠道"], row["问题"]) for row in rows] == [
        ("电话", "环境"), ("电话", "办事"), ("电话", "各题合成"),
        ("代表", "环境"), ("代表", "办事"), ("代表", "各题合成"),
    ]  # fmt: skip
    told = survey.tables["satisfaction_channel"].query("unit == '101' and channel == '电话'").iloc[0]
    assert rows[2]["得分"] == pytest.approx(told["value"], abs=0.005)
    assert (rows[2]["满意"], rows[2]["有效样本"]) == (None, told["n"])


def test_advice_of_a_model_stands_beside(survey: te.Evaluation, rows_of: Rows) -> None:
    """A small-area estimate has its own columns, called advice, and only where there is one."""
    total = survey.tables["satisfaction_total"].assign(small_area=88.123, small_area_se=1.5)
    advised = replace(survey, table_rows={**survey.table_rows, "satisfaction_total": total})
    sheet = satisfaction_sheet(View(advised))
    row = rows_of(sheet)[0]
    assert (row["小区域估计(仅供参考)"], row["小区域估计标准误"]) == (88.12, 1.5)
    assert sheet is not None
    assert any("不计入得分" in note for note in sheet.notes)
    assert "小区域估计(仅供参考)" not in rows_of(satisfaction_sheet(View(survey)))[0]


def test_archives_of_before_print_what_they_have(survey: te.Evaluation, rows_of: Rows) -> None:
    """Tables without errors, as older archives hold them, give a sheet without those columns."""
    old = ["unit", "indicator", "channel", *SCALE, "n_valid", "dont_know", "score"]
    tables = {"satisfaction": survey.tables["satisfaction"][old]}
    leaves = replace(survey.leaves, assumption=(None,))
    row = rows_of(satisfaction_sheet(View(replace(survey, table_rows=tables, leaves=leaves))))[0]
    assert list(row) == [
        "乡镇(街道)", "渠道", "受访人数", *SCALE, "不了解", "有效样本", "得分", "满意度(合成)"
    ]  # fmt: skip
    assert row["满意度(合成)"] is not None


def test_no_survey_no_sheet(evaluate: Callable[..., te.Evaluation]) -> None:
    """Without a survey there is no sheet of it."""
    panel = pd.DataFrame({"unit": ["101", "102", "201", "202"], "rater": "a", "score": 80.0})
    assert satisfaction_sheet(View(evaluate({"kind": "ratings"}, ratings=panel))) is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_printed_sheet_is_whole(survey: te.Evaluation, tmp_path: Path, lang: str) -> None:
    """The sheet fits the width of one page, no number is wider than its column, no cell is an error."""
    te.write_workbook(survey, tmp_path / "a.xlsx", lang=lang)
    page = openpyxl.load_workbook(tmp_path / "a.xlsx")["满意度测评表" if lang == "zh" else "Satisfaction"]
    assert page.page_setup.fitToWidth == 1
    numbers = [cell for row in page.iter_rows() for cell in row if isinstance(cell.value, int | float)]
    assert numbers
    for cell in numbers:
        assert len(f"{cell.value:.2f}") < page.column_dimensions[cell.column_letter].width
        assert np.isfinite(cell.value)
    assert not [cell for row in page.iter_rows() for cell in row if cell.data_type == "e"]


def test_an_archive_prints_the_same_sheet(survey: te.Evaluation, tmp_path: Path) -> None:
    """What was read from the archive prints as it did before."""
    te.write_evaluation(survey, tmp_path / "a.json")
    again = te.read_evaluation(tmp_path / "a.json")
    assert satisfaction_sheet(View(again)) == satisfaction_sheet(View(survey))
