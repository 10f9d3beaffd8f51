"""What the sheets say, read from the sheets themselves before any workbook is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import township_eval as te
from township_eval.reports.sheet import Average, Band, Cell, Sheet
from township_eval.reports.sheets import details as details_module
from township_eval.reports.sheets.accountability.measures import measures_sheet
from township_eval.reports.sheets.cover import cover_sheet
from township_eval.reports.sheets.details import details_sheet
from township_eval.reports.sheets.evidence.ratings import ratings_sheet
from township_eval.reports.sheets.evidence.satisfaction import satisfaction_sheet
from township_eval.reports.sheets.indicators import indicators_sheet
from township_eval.reports.sheets.matrix import matrix_sheet
from township_eval.reports.sheets.quality import quality_sheet
from township_eval.reports.sheets.summary import class_sheet, summary_sheet
from township_eval.reports.view import View


def records(sheet: Sheet | None, table: int = 0) -> list[dict[str, Any]]:
    """Return the ordinary rows of a table by header."""
    assert sheet is not None
    heads = [column.head for column in sheet.tables[table].columns]
    rows = [row for row in sheet.tables[table].rows if isinstance(row, tuple)]
    return [dict(zip(heads, row, strict=True)) for row in rows]


def others(sheet: Sheet | None, kind: type) -> list[Any]:
    assert sheet is not None
    return [row for row in sheet.tables[0].rows if isinstance(row, kind)]


@pytest.fixture
def view(evaluation: te.Evaluation) -> View:
    return View(evaluation, "zh")


def test_summary_lines_add_up(view: View) -> None:
    """Blocks plus bonus minus deduction give the composite on every line."""
    rows = records(summary_sheet(view))
    assert [row["综合得分"] for row in rows] == [90.25, 90.25, 72.45, 64.25]
    for row in rows:
        parts = ("目标任务(60)", "满意度(25)", "第三方(15)", "加分", "扣分")
        assert sum(row[part] for part in parts) == pytest.approx(row["综合得分"])


def test_summary_is_sorted_by_class_then_score_then_code(view: View) -> None:
    """The order of the sheet is the order of the ranking inside each class; ties follow the codes."""
    rows = records(summary_sheet(view))
    assert [(row["序号"], row["代码"], row["类别"], row["同类名次"], row["总名次"]) for row in rows] == [
        (1, "101", "一类", 1, 1),
        (2, "102", "一类", 1, 1),
        (3, "202", "二类", 1, 3),
        (4, "201", "二类", 2, 4),
    ]


def test_order_of_the_inputs_does_not_matter(evaluation: te.Evaluation) -> None:
    """Units given in another order are printed in the same order."""
    shuffled = te.evaluate(evaluation.scheme, _inputs_of(evaluation, ["202", "102", "101", "201"]))
    assert [row["代码"] for row in records(summary_sheet(View(shuffled)))] == ["101", "102", "202", "201"]


def _inputs_of(evaluation: te.Evaluation, order: list[str]) -> te.Inputs:
    details = evaluation.details
    values = details[details["column"].isin(["water", "roads"])][["unit", "indicator", "value"]]
    counts = pd.DataFrame(
        [
            {"unit": unit, "answer": "满意", "count": 10, "channel": channel}
            for unit in order
            for channel in ("电话", "上门")
        ]
    )
    scores = pd.DataFrame(
        [{"unit": unit, "rater": str(k), "score": 80.0} for unit in order for k in range(3)]
    )
    return te.Inputs(
        period="2018-H2",
        units=pd.DataFrame({"unit": order}),
        values=values,
        satisfaction=counts,
        ratings=scores,
        not_applicable=pd.DataFrame({"unit": ["201"], "indicator": ["roads"]}),
    )


def test_summary_compares_with_the_period_before(view: View, earlier: te.Evaluation) -> None:
    """上期得分, 增减 and 位次升降 stand where there is a history, and only there."""
    rows = records(summary_sheet(view))
    assert [(row["上期得分"], row["增减"], row["位次升降"]) for row in rows] == [
        (86.25, 4.0, 1), (92.25, -2.0, 0), (72.45, 0.0, 0), (70.25, -6.0, 0)
    ]  # fmt: skip
    assert "上期得分" not in records(summary_sheet(View(earlier)))[0]


def test_summary_averages_what_is_printed(view: View) -> None:
    """The line 平均 holds the means of the points above it, and nothing under names and ranks."""
    (average,) = others(summary_sheet(view), Average)
    assert average.values[:10] == (None, "平均", None, None, 45.05, 21.5, 12.75, 0.0, 0.0, 79.3)
    assert average.values[10:12] == (None, None)


def test_remarks_say_gaps_and_quota(view: View) -> None:
    """A reader sees at once whose score rests on gaps and whose grade on a quota."""
    assert [row["备注"] for row in records(summary_sheet(view))] == [
        "上一等次名额已满",
        "上一等次名额已满",
        "未报1项",
        "不涉及1项",
    ]


def test_bonus_and_deduction_come_from_the_ledger(evaluation: te.Evaluation) -> None:
    """Entries of the ledger are summed per unit, bonus and deduction apart."""
    ledger = pd.DataFrame(
        [("101", "a", 1.5, "", ""), ("101", "b", -0.5, "", ""), ("101", "c", 0.25, "", "")],
        columns=["unit", "rule", "amount", "reason", "reference"],
    )
    rows = records(summary_sheet(View(replace(evaluation, ledger_rows=ledger))))
    assert [(row["加分"], row["扣分"]) for row in rows[:2]] == [(1.75, -0.5), (0.0, 0.0)]


def test_adjustments_that_were_not_applied_are_left_empty(evaluation: te.Evaluation) -> None:
    """Bonus points that an earlier version did not apply are no bonus of zero, and a note says so."""
    what = te.Text("加分扣分本版本尚不适用", "adjustments are not applied by this version")
    note = te.Problem("warning", "note.not_applied", "adjustments", what)
    earlier = replace(evaluation, problems=(*evaluation.problems, note))
    sheet = summary_sheet(View(earlier))
    assert {(row["加分"], row["扣分"]) for row in records(sheet)} == {(None, None)}
    assert any("尚未计入综合得分" in note for note in sheet.notes)
    assert not any("尚未计入综合得分" in note for note in summary_sheet(View(evaluation)).notes)


def test_classes_have_their_own_tables(view: View) -> None:
    """Each class opens with its name and closes with its average."""
    sheet = class_sheet(view)
    assert [band.text for band in others(sheet, Band)] == ["一类 近郊(2 个单位)", "二类 边远(2 个单位)"]
    assert [average.values[9] for average in others(sheet, Average)] == [90.25, 68.35]
    assert [row["序号"] for row in records(sheet)] == [1, 2, 1, 2]


def test_no_classes_no_class_sheet(plain: te.Evaluation) -> None:
    """Without classes there is nothing to rank by class."""
    assert class_sheet(View(plain)) is None


def test_scores_that_do_not_add_up_are_shown_as_scores(plain: te.Evaluation) -> None:
    """Under a geometric mean the sheets show scores 0-100 and say so; the composite has its own decimals."""
    sheet = summary_sheet(View(plain))
    assert [(row["health"], row["综合得分"]) for row in records(sheet)] == [(92.31, 0.911), (61.54, 0.555)]
    assert "合成方法不是相加" in sheet.notes[0]
    kinds = {column.head: column.kind for column in sheet.tables[0].columns}
    assert (kinds["health"], kinds["综合得分"]) == ("score", "points")


def test_details_explain_every_point(view: View) -> None:
    """Target, value, attainment, points and reason stand on one line, with who reported the value."""
    roads = records(details_sheet(view))[1]
    assert (roads["乡镇(街道)"], roads["指标"], roads["指标编号"], roads["单位"]) == (
        "甲镇",
        "修路",
        "roads",
        "公里",
    )
    assert (roads["目标值"], roads["完成值"], roads["完成率"]) == (10.0, 8.0, 0.8)
    assert (roads["分值"], roads["折算后分值"], roads["得分"]) == (20.0, 20.0, 16.0)
    assert roads["得(扣)分说明"] == "扣 4.00 分"
    assert roads["数据来源"] == "交通局"
    assert roads["评分标准"].startswith("目标值:10;")


def test_details_of_what_was_not_reported(view: View) -> None:
    """A missing value is called 未报, with what the policy made of it and who owes it."""
    row = next(
        row for row in records(details_sheet(view)) if row["乡镇(街道)"] == "丁乡" and row["指标"] == "修路"
    )
    assert row["完成值"] == Cell("未报")
    assert (row["得分"], row["得(扣)分说明"], row["数据来源"]) == (0.0, "未报:按零分计", "应由交通局报送")


def test_details_of_what_does_not_apply(view: View) -> None:
    """An item that does not apply has no score, and its points are seen to go to its sibling."""
    water, roads = [row for row in records(details_sheet(view)) if row["乡镇(街道)"] == "丙乡"][:2]
    assert roads["完成值"] == Cell("不涉及")
    assert (roads["得分"], roads["折算后分值"]) == (None, 0.0)
    assert roads["不适用说明"] == "不涉及,权重分摊到同级其他项目;原因:无修路任务"
    assert (water["分值"], water["折算后分值"], water["得分"]) == (40.0, 60.0, 30.0)


def test_details_name_the_cells(evaluation: te.Evaluation) -> None:
    """Many cells of one sheet are named once by their sheet, the first of them one by one."""
    details = pd.DataFrame(
        [
            {
                "unit": "101",
                "indicator": "water",
                "source_unit": "水务局",
                "document": "水字1号",
                "reason": "",
                "cell": cell,
            }
            for cell in ("a.xlsx!表!B2", "a.xlsx!表!C2", "a.xlsx!表!D2", "a.xlsx!表!E2", "b.xlsx!表!B2")
        ]
    )
    water = records(details_sheet(View(replace(evaluation, details=details))))[0]
    assert water["数据来源"] == "水务局 水字1号 a.xlsx!表!B2、C2、D2等 4 格;水务局 水字1号 b.xlsx!表!B2"


def test_details_above_full_marks_and_tiny_losses(evaluation: te.Evaluation, view: View) -> None:
    """More than full marks is said to be more, and a loss too small to print is not called none."""
    score = evaluation.score.copy()
    rows = list(evaluation.plan.leaves)
    score[rows[0], 0], score[rows[1], 0] = 110.0, 99.9999
    water, roads = records(details_sheet(View(replace(evaluation, score=score))))[:2]
    assert water["得(扣)分说明"] == "超满分加 4.00 分"
    assert roads["得(扣)分说明"] == "扣 不足 0.01 分"
    assert records(details_sheet(view))[0]["得(扣)分说明"] == "满分"


def test_details_too_long_for_a_sheet_say_where_they_are(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody gets a sheet of millions of rows, and nobody wonders where they are."""
    monkeypatch.setattr(details_module, "_MOST_ROWS", 15)
    sheet = details_sheet(view)
    assert records(sheet) == []
    assert "共 16 行" in sheet.notes[0]


def test_matrix_says_why_there_is_no_number(view: View) -> None:
    """Where a unit has no score the word for it stands, and averages leave it out."""
    sheet = matrix_sheet(view)
    rows = list(sheet.tables[0].rows)
    assert rows[3] == ("丙乡", "二类", 64.25, 30.0, Cell("不涉及"), 21.5, 12.75)
    assert rows[4] == Average(("平均", None, 79.3, 36.05, 12.0, 21.5, 12.75))


def test_matrix_headers_carry_the_weight(view: View) -> None:
    """A weight all units share stands in the header; the columns are the leaves in tree order."""
    heads = [column.head for column in matrix_sheet(view).tables[0].columns]
    assert heads[3:] == ["自来水(40)", "修路(20)", "满意度(25)", "第三方(15)"]


def test_indicators_show_rule_basis_and_remarks(view: View) -> None:
    """The scheme is printed as applied; a target that differs by unit names the units."""
    rows = records(indicators_sheet(view))
    assert [row["编号"] for row in rows] == ["performance", "water", "roads", "satisfaction", "panel"]
    roads = rows[2]
    assert roads["评分标准"].split("\n")[0].startswith("一类:目标值:甲镇10,其余5;")
    assert (roads["分值 一类"], roads["依据"], roads["牵头单位"], roads["说明"]) == (
        20.0,
        "一2",
        "交通局",
        "示例说明",
    )


def test_satisfaction_counts_and_channels(view: View) -> None:
    """Answers, don't know apart, points per channel, and the mix on the unit's first line."""
    sheet = satisfaction_sheet(view)
    first, second = records(sheet)[:2]
    assert (first["满意"], first["不满意"], first["有效样本"], first["不了解"]) == (80, 20, 100, 5)
    assert (first["得分"], first["满意度(合成)"], second["满意度(合成)"]) == (86.0, 86.0, None)
    assert sheet is not None
    assert "电话、上门按6:4合成" in sheet.notes[0]


def test_satisfaction_is_compared_with_the_period_before(
    happier: te.Evaluation, earlier: te.Evaluation, evaluation: te.Evaluation
) -> None:
    """With history the first line of a unit shows 上期 and 变化; without, neither."""
    first, second = records(satisfaction_sheet(View(happier)))[:2]
    assert (first["满意度(合成)"], first["上期"], first["变化"]) == (93.0, 86.0, 7.0)
    assert (second["上期"], second["变化"]) == (None, None)
    assert records(satisfaction_sheet(View(evaluation)))[0]["变化"] == 0.0
    assert "上期" not in records(satisfaction_sheet(View(earlier)))[0]


def test_ratings_show_what_was_dropped(view: View) -> None:
    """Every rater's score is there; those that did not count are faint."""
    row = records(ratings_sheet(view))[0]
    assert [row[f"评估员{k}"] for k in (1, 2, 3, 4)] == [Cell(60.0), 80.0, 90.0, Cell(99.0)]
    assert (row["去高去低后均分"], row["离散度(标准差)"]) == (85.0, 16.74)
    assert row["主要问题"] is None  # for the assessors to write in


def test_rules_are_printed_as_read(view: View) -> None:
    """The reading of and / or is printed; 问责 is a proposal of referral; only open flags are counted."""
    rows = records(measures_sheet(view), table=2)
    assert [row["条件"] for row in rows] == ["目标任务低于60 且 满意度低于90", "目标任务低于10"]
    assert [row["建议措施"] for row in rows] == ["约谈", "问责建议(移送)"]
    assert [row["触发单位数"] for row in rows] == [0, 0]


def test_no_proposal_is_said(earlier: te.Evaluation) -> None:
    """An empty table says that nobody meets a condition."""
    nobody = replace(earlier, flag_rows=earlier.flag_rows.iloc[:0])
    assert [band.text for band in others(measures_sheet(View(nobody)), Band)] == [
        "本期没有单位达到提出建议的情形"
    ]


def test_quality_lists_cells_notes_and_gaps(evaluation: te.Evaluation) -> None:
    """Every remark on a cell, every note and every unit with gaps is in one list."""
    reading = pd.DataFrame(
        [
            {
                "file": "a.xlsx",
                "sheet": "表",
                "cell": "C5",
                "original": "98.5%",
                "parsed": 98.5,
                "problem": te.Text("文本形式的数值", "a number as text"),
                "treatment": te.Text("已换算采用", "converted"),
            }
        ]
    )
    tabled = replace(evaluation, table_rows={**evaluation.tables, "quality": reading})
    sheet = quality_sheet(View(tabled))
    rows = [tuple(row.values()) for row in _all(sheet)]
    assert ("a.xlsx", "表", "C5", "98.5%", "98.5", "文本形式的数值", "已换算采用") in rows
    english = [tuple(row.values()) for row in _all(quality_sheet(View(tabled, "en")))]
    assert ("a.xlsx", "表", "C5", "98.5%", "98.5", "a number as text", "converted") in english
    said = [row[5] for row in rows]
    assert "修路:丁乡未报,按零分计" in said
    assert ("丁乡", "", "", "", "", "以已报数据为依据的分值占 80.0%", "未报1项") in rows


def _all(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the rows of a sheet whose rows can be taken once only."""
    heads = [column.head for column in sheet.tables[0].columns]
    return [dict(zip(heads, row, strict=True)) for row in sheet.tables[0].rows if isinstance(row, tuple)]


def test_cover_states_scheme_rules_and_decisions(view: View) -> None:
    """The cover answers: which scheme and data, which rules, and what was assumed."""
    said = {row["项目"]: row["内容"] for row in records(cover_sheet(view))}
    assert (said["方案名称"], said["考核期"], said["版本"], said["数据截止"]) == (
        "测试方案",
        "2018-H2",
        "3",
        "2018-12-31",
    )
    assert said["方案指纹"] == view.evaluation.scheme.fingerprint
    assert said["板块权重"] == "目标任务 60、满意度 25、第三方 15"
    assert said["权重变化"] == "满意度 25,上一方案 15"
    assert said["不涉及项目"] == "权重分摊到同级其他项目"
    assert said["未报项目"] == "按零分计"
    assert said["等次"] == "优秀 90 分以上(每类 1 名);合格 0 分以上"
    assert said["地名:老街"] == "视为(设定):甲镇"
    assert said["字样“缺考”"] == "读作 0"
    assert said["规则条件:实绩差"] == "目标任务低于60 且 满意度低于90"
    assert "仅为建议" in said["处理建议"]


def test_cover_prints_what_is_remarked_on_the_whole(evaluation: te.Evaluation) -> None:
    """A note on the index is about the scheme as a whole: it stands among what was decided."""
    scheme = evaluation.scheme
    noted = replace(scheme, index=replace(scheme.index, note="代码取自 2023 年代码表"))
    said = {row["项目"]: row["内容"] for row in records(cover_sheet(View(replace(evaluation, scheme=noted))))}
    assert said["方案说明"] == "代码取自 2023 年代码表"
    assert "方案说明" not in {row["项目"] for row in records(cover_sheet(View(evaluation)))}


def test_cover_prints_overrides_with_their_reason(overridden: te.Evaluation) -> None:
    """What differs for one class stands on the cover with why."""
    said = {row["项目"]: row["内容"] for row in records(cover_sheet(View(overridden)))}
    assert said["差别:自来水"] == "二类另行规定评分规则,理由:管网未通"


@pytest.mark.parametrize(
    "make",
    [
        cover_sheet, summary_sheet, class_sheet, indicators_sheet, details_sheet, matrix_sheet,
        satisfaction_sheet, ratings_sheet, measures_sheet, quality_sheet,
    ],
)  # fmt: skip
def test_english_sheets_have_no_chinese_of_ours(
    evaluation: te.Evaluation, make: Callable[[View], Sheet | None]
) -> None:
    """What the program says in an English report is English; only the scheme's own words stay."""
    own = _words_of_the_scheme(evaluation)
    sheet = make(View(evaluation, "en"))
    assert sheet is not None
    said = [
        sheet.name,
        sheet.title,
        *sheet.notes,
        *(column.head for table in sheet.tables for column in table.columns),
    ]
    for table in sheet.tables:
        for row in table.rows:
            values = row if isinstance(row, tuple) else (row.text,) if isinstance(row, Band) else row.values
            said += [str(value.value if isinstance(value, Cell) else value) for value in values]
    for text in said:
        rest = text
        for word in own:
            rest = rest.replace(word, "")
        assert not any("\u4e00" <= ch <= "\u9fff" for ch in rest), text


def _words_of_the_scheme(evaluation: te.Evaluation) -> list[str]:
    scheme = evaluation.scheme
    words = {
        scheme.name,
        scheme.basis,
        scheme.notice,
        "老街",
        "缺考",
        "无修路任务",
        "满意",
        "不满意",
        "不了解",
        "电话",
        "上门",
    }
    words |= {text for group in scheme.groups for text in (group.id, group.name, group.reason)}
    words |= {unit.name for unit in scheme.units} | {grade.name for grade in scheme.grades}
    words |= {text for node in scheme.nodes() for text in (node.name, node.basis, node.note, *node.lead)}
    words |= {getattr(node, "unit", "") for node in scheme.nodes()}
    words |= {text for rule in scheme.flags for text in (rule.name, rule.basis, *rule.owner)}
    words |= {f"评估员{k}" for k in range(1, 5)}
    return sorted(words - {""}, key=len, reverse=True)
