"""Sheets of adjustments, vetoes, grades, proposals, rectification, openness and use, as they are printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import township_eval as te
from township_eval.reports.layout import _widths
from township_eval.reports.sheet import Average, Band, Cell, Sheet
from township_eval.reports.sheets.accountability.grades import grades_sheet
from township_eval.reports.sheets.accountability.ledger import ledger_sheet
from township_eval.reports.sheets.accountability.measures import measures_sheet
from township_eval.reports.sheets.accountability.objections import corrections_sheet, objections_sheet
from township_eval.reports.sheets.accountability.openness import opened_sheet
from township_eval.reports.sheets.accountability.publication import posted_sheet
from township_eval.reports.sheets.accountability.rectification import rectification_sheet
from township_eval.reports.sheets.accountability.uses import uses_sheet
from township_eval.reports.sheets.accountability.vetoes import veto_sheet
from township_eval.reports.sheets.cover import cover_sheet
from township_eval.reports.sheets.evidence.withheld import withheld
from township_eval.reports.sheets.summary import summary_sheet
from township_eval.reports.view import View

SHEETS = (
    ledger_sheet, veto_sheet, grades_sheet, measures_sheet, rectification_sheet, posted_sheet, opened_sheet,
    objections_sheet, corrections_sheet, uses_sheet,
)  # fmt: skip
READABLE = 172  # characters across A4 landscape at which the notes, 9 points high, still print at 8


def records(sheet: Sheet | None, table: int = 0) -> list[dict[str, Any]]:
    """Return the ordinary rows of a table by header."""
    assert sheet is not None
    heads = [column.head for column in sheet.tables[table].columns]
    return [dict(zip(heads, row, strict=True)) for row in sheet.tables[table].rows if isinstance(row, tuple)]


def titled(sheet: Sheet | None, title: str) -> list[dict[str, Any]]:
    """Return the rows of the table whose title begins so."""
    assert sheet is not None
    place = next(k for k, table in enumerate(sheet.tables) if table.title.startswith(title))
    return records(sheet, place)


@pytest.fixture
def view(judged: te.Evaluation) -> View:
    return View(judged)


# --- 加减分 ------------------------------------------------------------------------------------------


def test_ledger_lists_every_event_and_what_became_of_it(view: View) -> None:
    """Events, what a cap cuts off, what is rejected, waived or acts on a block: each has a line."""
    rows = records(ledger_sheet(view))
    assert [(row["乡镇(街道)"], row["事项"], row["性质"], row["封顶后"]) for row in rows] == [
        ("甲镇", "表彰", "加分", 3.0), ("甲镇", "加分", "超出封顶", -1.0),
        ("乙镇", "表彰", "未获批准的表彰", 0.0), ("乙镇", "迟报", "扣分", -1.0),
        ("丙乡", "迟报", "扣分", -1.0), ("丙乡", "迟报", "容错免责", 1.0),
        ("丁乡", "重大事故", "作用于得分", 0.0),
    ]  # fmt: skip
    assert (rows[0]["依据文号"], rows[0]["分值"], rows[2]["分值"]) == ("中字9号", 3.0, 3.0)


def test_ledger_subtotals_are_adjusted_less_composite(view: View) -> None:
    """Below a unit's lines stands their sum, which is what the adjustments changed."""
    sheet, evaluation = ledger_sheet(view), view.evaluation
    assert sheet is not None
    sums = {row.values[0]: row.values[6] for row in sheet.tables[0].rows if isinstance(row, Average)}
    results = evaluation.results.set_index("name")
    assert sums == pytest.approx((results["adjusted"] - results["composite"]).to_dict())


def test_ledger_shows_who_checked_an_event(judged: te.Evaluation) -> None:
    """审核人 is printed where the inputs state it, and left to be signed where they do not."""
    ledger = judged.ledger_rows.assign(checked_by=["王会计", *[""] * (len(judged.ledger_rows) - 1)])
    rows = records(ledger_sheet(View(replace(judged, ledger_rows=ledger))))
    assert [row["审核人"] for row in rows[:2]] == ["王会计", ""]


def test_summary_books_caps_and_waivers_where_they_belong(view: View) -> None:
    """What a cap cuts off a bonus is no deduction, and a waived deduction is none."""
    rows = {row["乡镇(街道)"]: (row["加分"], row["扣分"]) for row in records(summary_sheet(view))}
    assert rows == {"甲镇": (2.0, 0.0), "乙镇": (0.0, -1.0), "丙乡": (0.0, 0.0), "丁乡": (0.0, 0.0)}


def test_circumstances_have_a_column_of_their_own(judged: te.Evaluation) -> None:
    """An adjustment for circumstances is shown apart from bonus and deduction."""
    row = {"unit": "900000201", "rule": "context", "amount": 1.5, "kind": "context", "reason": "边远"}
    ledger = pd.concat([judged.ledger_rows, pd.DataFrame([row])], ignore_index=True)
    context = te.read_scheme(
        {"name": "N", "version": "1", "index": {"children": [{"id": "a", "weight": 100}]},
         "context": {"amount": 1.5, "bound": 2, "reason": "边远"}}
    ).context  # fmt: skip
    changed = replace(judged, ledger_rows=ledger, scheme=replace(judged.scheme, context=context))
    rows = {row["乡镇(街道)"]: row for row in records(summary_sheet(View(changed)))}
    assert (rows["丙乡"]["情况调整"], rows["丙乡"]["加分"], rows["甲镇"]["情况调整"]) == (1.5, 0.0, 0.0)


# --- 一票否决, 等次 ------------------------------------------------------------------------------------


def test_a_veto_without_the_regions_approval_is_listed_and_not_applied(view: View) -> None:
    """The event, the approval and why it does not count stand on one line."""
    (row,) = records(veto_sheet(view))
    assert (row["事项"], row["乡镇(街道)"], row["触发情况"]) == (
        "群体性事件",
        "丙乡",
        "2018-09-01 聚集上访 信字6号",
    )
    assert (row["批准文号"], row["批准机关"], row["是否生效"]) == ("市字1号", "市委", "不予适用")
    assert row["说明"].startswith("未按程序报自治区批准,不予适用")


def test_what_works_like_a_veto_stands_below_the_vetoes(view: View) -> None:
    """Limiters and blocks set to zero are listed to have their approval checked."""
    sheet = veto_sheet(view)
    assert sheet is not None
    assert sheet.tables[1].title == "效果等同一票否决,请核对批准程序"
    assert [(row["类型"], row["事项"], row["涉及单位"]) for row in records(sheet, 1)] == [
        ("等次限制", "修路薄弱", "乙镇"), ("板块得分折减", "重大事故", "丁乡")
    ]  # fmt: skip
    assert sheet.notes[0] == "方案列一票否决 1 项,规定不超过 2 项。"


def test_every_grade_other_than_by_points_says_why(view: View) -> None:
    """The grade by points, the grade given, the kind of reason and the reason itself."""
    (row,) = records(grades_sheet(view))
    assert (row["乡镇(街道)"], row["按得分"], row["评定"]) == ("乙镇", "良好", "一般")
    assert (row["类型"], row["规则"]) == ("等次限制", "修路薄弱")
    assert "修路低于50" in row["原因"]


# --- 建议 --------------------------------------------------------------------------------------------


def test_proposals_say_certainty_waiver_and_status(view: View) -> None:
    """A line holds whom, evidence, measure, owner, due day, certainty, p, waiver and status."""
    rows = records(measures_sheet(view))
    assert [(row["乡镇(街道)"], row["规则"], row["建议措施"], row["状态"]) for row in rows] == [
        ("丙乡", "满意度低", "约谈", "建议,待研究决定"), ("丙乡", "两项均差", "通报批评", "建议,待研究决定"),
        ("丙乡", "实绩差", "责令整改", "建议,待研究决定"),
        ("丁乡", "实绩差", "责令整改", "已容错备案,不予适用"),
    ]  # fmt: skip
    first, last = rows[0], rows[-1]
    assert (first["对象"], first["办理时限"], first["确定程度"]) == (
        "领导班子:党委书记",
        "2019-01-15",
        "确认",
    )
    assert (first["p"], rows[2]["p"]) == ("<0.0001", "—")
    assert (first["容错情况"], last["容错情况"]) == ("无", "容字2号")


def test_subjects_are_said_in_the_readers_language(judged: te.Evaluation) -> None:
    """A scheme writes 领导班子; an English sheet says whom that is."""
    heads = [row["Subject"] for row in records(measures_sheet(View(judged, "en")))]
    assert {head.partition(":")[0] for head in heads} == {"leadership team", "township"}


def test_positive_support_and_unproven_stand_in_tables_of_their_own(view: View) -> None:
    """Honors and support are no sanctions; what chance may explain is listed and not proposed."""
    sheet = measures_sheet(view)
    assert [row["乡镇(街道)"] for row in titled(sheet, "正向建议")] == ["甲镇"]
    assert [row["乡镇(街道)"] for row in titled(sheet, "帮扶支持")] == ["丙乡"]
    open_rows = titled(sheet, "数值符合情形")
    assert [(row["乡镇(街道)"], row["规则"], row["确定程度"]) for row in open_rows] == [
        ("丁乡", "满意度低", "不可区分"), ("丁乡", "两项均差", "不可区分")
    ]  # fmt: skip


def test_waivers_stay_visible_with_what_they_set_aside(view: View) -> None:
    """Authority, document and reason stand beside what was set aside."""
    rows = titled(measures_sheet(view), "容错备案")
    assert [(row["乡镇(街道)"], row["批准文件"], row["免除的内容"]) for row in rows] == [
        ("丙乡", "容字1号", "迟报"), ("丁乡", "容字2号", "实绩差(责令整改)")
    ]  # fmt: skip


def test_rules_print_reading_exit_escalation_and_steps(view: View) -> None:
    """The reading of the joint, the way out and the way up are printed with the rule."""
    rows = {row["编号"]: row for row in titled(measures_sheet(view), "方案所列规则")}
    assert rows["circular"]["条件"] == "目标任务低于60 且 群众满意度低于70(各项按“且”理解)"
    assert rows["low"]["条件"].split("\n") == [
        "群众满意度低于70", "解除:群众满意度不低于75", "连续2期有新证据的升级为“两项均差”",
        "事项和范围:群众满意度;全镇", "程序:核实→约谈",
    ]  # fmt: skip
    assert (rows["low"]["触发单位数"], rows["weak_work"]["触发单位数"]) == (1, 1)
    assert (rows["low"]["所需确定程度"], rows["circular"]["所需确定程度"]) == ("较有把握", "确认")


def test_measures_are_proposals_and_their_order_is_the_schemes(view: View) -> None:
    """The sheet says who decides, and that the document lists four measures without an order."""
    sheet = measures_sheet(view)
    assert sheet is not None
    said = "".join(sheet.notes)
    assert "由有权机关核实研究后决定" in said
    assert "梯次为本方案设定:文件列举四项措施" in said
    assert "共 12 个比较" in said


def test_rectification_is_listed_by_number(view: View) -> None:
    """Every proposed measure of the ladder has an entry with its owner, due day and state."""
    rows = records(rectification_sheet(view))
    assert [(row["序号"], row["责任单位"], row["措施"], row["状态"]) for row in rows] == [
        ("2018-H2-001", "丙乡", "约谈", "整改中"), ("2018-H2-002", "丙乡", "通报批评", "整改中"),
        ("2018-H2-003", "丙乡", "责令整改", "整改中"),
    ]  # fmt: skip
    assert (rows[0]["责任人职务"], rows[0]["整改时限"]) == ("党委书记", "2019-01-15")


# --- 公开, 公示, 公议 -----------------------------------------------------------------------------------


def test_the_public_notice_tells_no_ranks_and_no_small_samples(view: View) -> None:
    """Class, score, grade, dates and channel; by code, so that the order says nothing of scores."""
    sheet = posted_sheet(view)
    rows = records(sheet)
    assert [row["乡镇(街道)"] for row in rows] == ["甲镇", "乙镇", "丙乡", "丁乡"]
    assert not {"总名次", "同类名次"} & set(rows[0])
    assert rows[1]["群众满意度"] == Cell("样本少于30份,不公布")
    assert (rows[0]["群众满意度"], rows[0]["等次"]) == (95.0, "优秀")
    assert (rows[0]["公示起止"], rows[0]["异议渠道"]) == ("2018-12-31至2019-01-08", "市考核办 0951-0000")


def test_the_public_notice_holds_no_post(view: View, judged: te.Evaluation) -> None:
    """Nothing of persons or posts is published."""
    sheet = posted_sheet(view)
    posts = {post for post in judged.flag_rows["post"] if post}
    assert posts == {"党委书记"}
    assert not any(post in str(value) for row in records(sheet) for value in row.values() for post in posts)


def test_ranks_are_published_only_where_the_scheme_says_so(judged: te.Evaluation) -> None:
    """With ``disclosure.ranks`` the notice has ranks and stands in their order."""
    assert judged.scheme.disclosure is not None
    scheme = replace(judged.scheme, disclosure=replace(judged.scheme.disclosure, ranks=True))
    rows = records(posted_sheet(View(replace(judged, scheme=scheme))))
    assert [(row["乡镇(街道)"], row["总名次"]) for row in rows] == [
        ("甲镇", 1), ("乙镇", 2), ("丙乡", 3), ("丁乡", 4)
    ]  # fmt: skip


def test_partial_data_are_not_published(judged: te.Evaluation) -> None:
    """A provisional result is neither posted nor opened."""
    view = View(replace(judged, provisional=True))
    assert (posted_sheet(view), opened_sheet(view)) == (None, None)


def test_results_are_opened_unit_by_unit(judged: te.Evaluation) -> None:
    """Values and points of every township, its tasks, and neither value nor points of a small sample."""
    tasks = pd.DataFrame(
        [
            {
                "township": "900000201",
                "name": "厕所改造",
                "progress": 40.0,
                "status": "late",
                "situation": "缺资金",
            }
        ]
    )
    sheet = opened_sheet(View(replace(judged, table_rows={**judged.table_rows, "tasks": tasks})))
    assert sheet is not None
    rows = list(sheet.tables[0].rows)
    assert [row.text.split()[0] for row in rows if isinstance(row, Band)] == ["甲镇", "乙镇", "丙乡", "丁乡"]
    assert ("自来水", "%", 98.0, 40.0, 39.2, "") in rows
    assert ("群众满意度", "", Cell("样本少于30份,不公布"), 40.0, None, "") in rows
    assert ("厕所改造", "", "40%", None, None, "逾期:缺资金") in rows


LITTLE = "样本少于30份,不公布"
ALONG = "因样本不足一并不公布"


def opened(view: View) -> dict[str, tuple[str, list[tuple[Any, ...]]]]:
    """Return per township what is said of it in 公开清单: its heading and its rows."""
    found: dict[str, tuple[str, list[tuple[Any, ...]]]] = {}
    sheet, name = opened_sheet(view), ""
    assert sheet is not None
    for row in sheet.tables[0].rows:
        if isinstance(row, Band):
            name = row.text.split()[0]
            found[name] = (row.text, [])
        else:
            assert isinstance(row, tuple)
            found[name][1].append(row)
    return found


def test_no_single_hidden_score_follows_by_subtraction(view: View, judged: te.Evaluation) -> None:
    """A second item goes with the only small sample: the total tells the sum of the two, neither alone."""
    _, rows = opened(view)["乙镇"]
    hidden = {row[0]: row[2] for row in rows if row[4] is None}
    assert hidden == {"群众满意度": Cell(LITTLE), "修路": Cell(ALONG)}
    left = float(judged.standing.composite[1]) - sum(row[4] for row in rows if row[4] is not None)
    shares = [float(judged.contribution[judged.nodes.index(node), 1]) for node in ("satisfaction", "roads")]
    assert left == pytest.approx(sum(shares), abs=0.01)
    assert min(abs(left - share) for share in shares) > 1
    assert not [row for row in opened(view)["甲镇"][1] if row[4] is None]


def test_two_hidden_surveys_need_no_third() -> None:
    """Where two small samples share the total, nothing else is withheld; one of no weight shares nothing."""
    asked = {"kind": "satisfaction", "scale": {"满意": 100, "不满意": 0}}
    answers = [
        {"indicator": name, "unit": "甲镇", "answer": "满意", "count": 9} for name in ("street", "phone")
    ]
    values = pd.DataFrame([{"unit": "甲镇", "indicator": "work", "value": 80}])
    found = []
    for weight in (20, 0):
        scheme = te.read_scheme(
            {"name": "N", "version": "1", "units": {"A": {"name": "甲镇"}}, "disclosure": {"notice_days": 5},
             "index": {"children": [
                 {"id": "work", "name": "实绩", "weight": 80 - weight},
                 {"id": "street", "name": "入户", "weight": 20, "source": asked},
                 {"id": "phone", "name": "电话", "weight": weight, "source": asked}]}}
        )  # fmt: skip
        given = te.Inputs(period="2018", values=values, satisfaction=pd.DataFrame(answers))
        found.append({row for row, _ in withheld(View(te.evaluate(scheme, given)))})
    assert found == [{2, 3}, {1, 2}]


def test_a_total_of_one_survey_is_withheld_itself(judged: te.Evaluation) -> None:
    """Where an event left nothing but the survey to count, its total would be its score."""
    assert judged.scheme.disclosure is not None
    scheme = replace(judged.scheme, disclosure=replace(judged.scheme.disclosure, minimum_n=500))
    view = View(replace(judged, scheme=scheme))
    assert opened(view)["丁乡"][0].startswith("丁乡    综合得分(加减分后) —")
    assert records(posted_sheet(view))[3]["综合得分(加减分后)"] == Cell(ALONG)
    assert opened(view)["甲镇"][0].startswith("甲镇    综合得分(加减分后) 98.4")


def test_points_after_adjustments_are_called_so(judged: te.Evaluation) -> None:
    """With a ledger the header says that adjustments are in; without one it is plain 综合得分."""
    assert View(judged).head("adjusted") == "综合得分(加减分后)"
    assert View(judged, "en").head("adjusted") == "Composite after adjustments"
    plain = replace(judged, ledger_rows=judged.ledger_rows.iloc[:0])
    assert View(plain).head("adjusted") == "综合得分"


def test_no_p_where_nothing_was_tested(judged: te.Evaluation) -> None:
    """A sample that is to be surveyed again has no p, whatever the row holds."""
    flags = judged.flag_rows.assign(status="resurvey", p=0.25)
    sheet = measures_sheet(View(replace(judged, flag_rows=flags)))
    assert sheet is not None
    table = next(table for table in sheet.tables if "证据不足" in table.title)
    at = [column.head for column in table.columns].index("p")
    assert {row[at] for row in table.rows if isinstance(row, tuple)} == {"—"}


def test_objections_show_what_they_changed(view: View) -> None:
    """Kind, dates, conclusion, correction and the change of score and rank; late answers are marked."""
    first, second = records(objections_sheet(view))
    assert (first["类型"], first["提出单位"], first["更正单号"]) == ("异议", "丁乡", "1")
    assert (first["分数变化"], first["名次变化"]) == ("40.10 → 41.60", "4 → 3")
    assert (second["类型"], second["分数变化"], second["答复日期"]) == ("意见", "", "2019-01-30(逾期)")


def test_replies_stand_with_conclusions(judged: te.Evaluation) -> None:
    """A comment has no conclusion but a reply; an objection may have both."""
    register = judged.table_rows["objections"].assign(reply=["已发函告知", "下期增设电话"])
    changed = replace(judged, table_rows={**judged.table_rows, "objections": register})
    first, second = records(objections_sheet(View(changed)))
    assert first["复核结论"] == "属实,予以更正;已发函告知"
    assert second["复核结论"] == "下期增设电话"


def test_corrections_show_cell_old_new_and_approver(view: View) -> None:
    """A correction can be traced to its cell, its document and who approved it."""
    (row,) = records(corrections_sheet(view))
    assert (row["指标"], row["单元格"], row["原值"], row["更正值"]) == (
        "修路",
        "交通局.xlsx!表!C5",
        "72",
        "80",
    )
    assert (row["依据文件"], row["批准人"]) == ("交字8号", "王局长")


def test_uses_are_lists_for_reference(view: View) -> None:
    """Whom a use selects and why; the sheet says that it decides nothing."""
    sheet = uses_sheet(view)
    assert [row["乡镇(街道)"] for row in records(sheet)] == ["丙乡", "丁乡"]
    assert sheet is not None
    assert "不作为自动决定" in sheet.notes[0]


# --- all of them -------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", SHEETS)
def test_nothing_to_say_leaves_no_sheet(plain: te.Evaluation, make: Callable[[View], Sheet | None]) -> None:
    """A scheme that states no consequences gets none of their sheets."""
    assert make(View(plain)) is None


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("make", SHEETS)
def test_sheets_print_at_a_readable_size(
    judged: te.Evaluation, make: Callable[[View], Sheet | None], lang: str
) -> None:
    """Across one page of A4 the smallest letters are at least 8 points high, headers in Chinese."""
    sheet = make(View(judged, lang))
    assert sheet is not None
    assert sum(_widths(sheet.tables)) <= READABLE + (10 if lang == "en" else 0)


@pytest.mark.parametrize("make", SHEETS)
def test_english_sheets_have_english_heads(
    judged: te.Evaluation, make: Callable[[View], Sheet | None]
) -> None:
    """Names, headers, titles and notes are English; only what the scheme and the data say stays."""
    sheet = make(View(judged, "en"))
    assert sheet is not None
    said = [sheet.name, *(table.title for table in sheet.tables)]
    said += [column.head for table in sheet.tables for column in table.columns if column.head != "群众满意度"]
    assert not [text for text in said if any("\u4e00" <= ch <= "\u9fff" for ch in text)]
    assert sheet.notes


@pytest.mark.parametrize("make", SHEETS)
def test_order_of_rows_does_not_matter(judged: te.Evaluation, make: Callable[[View], Sheet | None]) -> None:
    """Sheets follow classes, scores, codes and numbers, whatever order units stand in."""
    turned = {
        name: pd.concat([own for _, own in list(frame.groupby("unit", sort=True))[::-1]], ignore_index=True)
        if "unit" in frame and name != "uses" else frame
        for name, frame in judged.table_rows.items()
    }  # fmt: skip
    other = replace(judged, table_rows=turned)
    first, second = make(View(judged)), make(View(other))
    assert first is not None
    assert second is not None
    assert [tuple(table.rows) for table in first.tables] == [tuple(table.rows) for table in second.tables]


# --- 版次 --------------------------------------------------------------------------------------------


def test_the_cover_says_which_edition_this_is_and_what_changed(judged: te.Evaluation) -> None:
    """Number, what it replaces, every change, and the earlier results it rests on; nothing for a first."""
    digest = f"sha256:{'ab' * 32}"
    tables = {
        "edition": pd.DataFrame({"edition": [2], "replaces": [digest]}),
        "changes": pd.DataFrame(
            {"kind": ["correction"], "what": ["新增更正单 1"], "what_en": ["correction 1 applied"]}
        ),
        "based_on": pd.DataFrame(
            {"period": ["2018-H1"], "edition": [1], "fingerprint": [digest], "digest": [digest]}
        ),
    }
    second = replace(judged, table_rows={**judged.table_rows, **tables})
    rows = {row["项目"]: row["内容"] for row in records(cover_sheet(View(second)))}
    assert rows["版次"] == "第 2 版,替代第 1 版(sha256:abababababab)"
    assert rows["本版改动"] == "新增更正单 1"
    assert rows["依据的往期结果"] == "2018-H1 第 1 版(sha256:abababababab)"
    english = {row["Item"]: row["Content"] for row in records(cover_sheet(View(second, "en")))}
    assert (english["Edition"], english["Changed"]) == (
        "2, in place of 1 (sha256:abababababab)", "correction 1 applied",
    )  # fmt: skip
    first = [row["项目"] for row in records(cover_sheet(View(judged)))]
    assert not {"版次", "本版改动", "依据的往期结果"} & set(first)
