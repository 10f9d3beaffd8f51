"""Bad evidence ends in one problem for each fault, with place, value and what to do; all at once.

Told by `check` and by `evaluate` alike, in both languages (see ``Case.errors``), and nothing is added
about the unit whose rows were refused: it has not "not reported".
"""

from __future__ import annotations

from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

import township_eval as te


def at(frame: pd.DataFrame, column: str, **entries: Any) -> pd.DataFrame:
    """Return a frame with entries of a column changed, by row: ``_3=-1``."""
    out = frame.astype({column: object}).reset_index(drop=True)
    for row, entry in entries.items():
        out.loc[int(row[1:]), column] = entry
    return out


def unit_rows(frame: pd.DataFrame, unit: str = "640181102") -> Any:
    return (frame["unit"] == unit).to_numpy()


ANSWERS = {
    "a negative weight": (lambda a: at(a, "weight", _3=-1), [("responses.weight", "responses[3]")]),
    "a missing weight": (lambda a: at(a, "weight", _3=None), [("responses.weight", "responses[3]")]),
    "an infinite weight": (lambda a: at(a, "weight", _3=np.inf), [("responses.weight", "responses[3]")]),
    "an absurd weight": (lambda a: at(a, "weight", _3=1e200), [("responses.weight", "responses[3]")]),
    "a weight that is text": (lambda a: at(a, "weight", _3="2.0"), [("responses.weight", "responses[3]")]),
    "weights of a township that add up to zero": (
        lambda a: a.assign(weight=np.where(unit_rows(a), 0.0, a["weight"])),
        [("responses.weight", "responses[40]")],
    ),
    "an answer outside the scale": (
        lambda a: at(a, "answer", _7="很满意"), [("responses.answer", "responses[7]")],
    ),
    "a township unknown": (
        lambda a: at(a, "unit", _0="马家滩镇", _9="马家滩镇"),
        [("unit.unknown", "responses[0] unit 马家滩镇")],
    ),
    "a respondent twice": (
        lambda a: pd.concat([a, a.iloc[[5]]], ignore_index=True), [("responses.twice", "responses[120]")],
    ),
    "one village in a stratum": (
        lambda a: a.assign(stratum=a["unit"] + a["cluster"].str.endswith("0").astype(str)),
        [("responses.lonely", f"responses[{row}]") for row in (0, 40, 80)],
    ),
    "fewer villages than were drawn": (
        lambda a: a.assign(clusters=np.where(unit_rows(a), 4, 20)),
        [("responses.population", "responses[40]")],
    ),
    "fewer persons than were asked": (
        lambda a: a.assign(clusters=20, members=np.where(a["cluster"] == "640181102村0", 7, 90)),
        [("responses.population", "responses[40]")],
    ),
    "a village without a name": (
        lambda a: at(a, "cluster", _4=None), [("responses.cluster", "responses[4]")],
    ),
    "a column missing": (lambda a: a.drop(columns="answer"), [("table.column_missing", "responses")]),
    "a column twice": (
        lambda a: pd.concat([a, a[["answer"]]], axis=1), [("table.column_twice", "responses.answer")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "told"), ANSWERS.values(), ids=ANSWERS)
def test_answers(case: Any, spoil: Any, told: list[tuple[str, str]]) -> None:
    """One fault of single answers is one problem at its first row."""
    assert case.errors(case.scheme(case.survey()), responses=spoil(case.answers())) == told


def test_a_township_that_nobody_answered_about(case: Any) -> None:
    """No row, or only blanks and don't know: not reported, with a word on why."""
    answers = case.answers()
    scheme = case.scheme(case.survey())
    gone = answers[~unit_rows(answers)]
    assert case.errors(scheme, responses=gone) == [("unit.silent", "640181102 崇兴镇")]
    for said in (None, "不了解"):
        blank = answers.assign(answer=answers["answer"].where(~unit_rows(answers), said))
        assert [code for code, _ in case.errors(scheme, responses=blank)] == ["value.missing"]
        codes = {one.code for one in te.check(scheme, te.Inputs(period="2018", responses=blank))}
        assert "satisfaction.no_valid" in codes


def test_channels(case: Any) -> None:
    """A channel the scheme does not know is told once, whoever used it; one nobody answered leaves a gap."""
    scheme = case.scheme(case.survey(channels={"电话": 6, "网络": 4}))
    texted = case.answers().assign(channel="短信")
    assert case.errors(scheme, responses=texted) == [("responses.channel", "responses[0]")]
    assert case.errors(scheme, responses=case.answers()) == [("responses.channel", "responses[0]")]
    phoned = case.answers().assign(channel="电话")
    assert [code for code, _ in case.errors(scheme, responses=phoned)] == ["value.missing"] * 3


def test_two_forms_of_one_survey(case: Any) -> None:
    """Answers and counts of one township are one too many; both places are named."""
    counts = case.counts(20, 10, 5)
    found = case.errors(case.scheme(case.survey()), responses=case.answers(), satisfaction=counts.iloc[:3])
    assert found == [("satisfaction.two_forms", "satisfaction[2]")]


COUNTS = {
    "negative": (-1, "satisfaction.count"),
    "a fraction": (2.5, "satisfaction.count"),
    "text": ("六", "satisfaction.count"),
    "blank among others": (None, "satisfaction.count"),
    "infinite": (np.inf, "satisfaction.count"),
    "beyond every whole number": (1e300, "satisfaction.count"),
}


@pytest.mark.parametrize(("entry", "code"), COUNTS.values(), ids=COUNTS)
def test_counts(case: Any, entry: Any, code: str) -> None:
    """A count is a whole number; the row is named, and the township not called silent."""
    counts = at(case.counts(20, 10, 5), "count", _4=entry)
    assert case.errors(case.scheme(case.survey()), satisfaction=counts) == [(code, "satisfaction[4]")]


MEANS = {
    "a mean outside the scale": ({"mean": 101.0}, ["means.mean"]),
    "no mean": ({"mean": None}, ["means.mean"]),
    "nobody asked": ({"n": 0}, ["means.n"]),
    "half a person": ({"n": 40.5}, ["means.n"]),
    "a negative sd": ({"sd": -1.0}, ["means.sd"]),
    "an sd no scale allows": ({"sd": 60.0}, ["means.sd"]),
    "a design effect of zero": ({"deff": 0.0}, ["means.deff"]),
    "a population below the sample": ({"population": 30}, ["means.population"]),
    "two faults": ({"mean": 20.0, "deff": -2.0}, ["means.mean", "means.deff"]),
}


@pytest.mark.parametrize(("faulty", "codes"), MEANS.values(), ids=MEANS)
def test_means(case: Any, faulty: dict[str, Any], codes: list[str]) -> None:
    """Each figure is judged alone, and only the faulty ones are told."""
    good = {"mean": 85.0, "n": 100, "sd": 20.0, "deff": 1.5, "population": 9000}
    rows = [{"unit": unit} | good for unit in case.codes]
    rows[1] |= faulty
    found = case.errors(case.scheme(case.survey()), means=pd.DataFrame(rows, dtype=object))
    assert found == [(code, "means[1]") for code in codes]


def totals(*rows: tuple[str, str, Any]) -> pd.DataFrame:
    """Return known totals of the population."""
    return pd.DataFrame(list(rows), columns=["margin", "category", "population"], dtype=object)


AGES = (("age", "青", 900), ("age", "老", 1100))
MARGINS = {
    "no totals": (None, [("margins.missing", "margins")]),
    "a negative total": (totals(AGES[0], ("age", "老", -1)), [("margins.population", "margins[1]")]),
    "a total given twice": (totals(*AGES, AGES[0]), [("margins.twice", "margins[2]")]),
    "a category without a total": (totals(AGES[0]), [("responses.calibrate", "responses[1]")]),
    "a category without a person": (
        totals(*AGES, ("age", "中", 50)), [("calibration.empty", "margins[2]")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("margins", "told"), MARGINS.values(), ids=MARGINS)
def test_totals_to_calibrate_to(case: Any, margins: Any, told: list[tuple[str, str]]) -> None:
    """Cells that cannot be filled are refused, and named."""
    answers = case.answers()
    answers["age"] = np.resize(["青", "老"], len(answers))
    scheme = case.scheme(case.survey(calibrate=["age"]))
    assert case.errors(scheme, responses=answers, margins=margins) == told


def test_what_no_survey_uses_is_told(case: Any) -> None:
    """Totals nobody calibrates to, and weighed questions nobody was asked, are warnings, not silence."""
    answers = case.answers().assign(question="服务")
    scheme = case.scheme(case.survey(questions={"服务": 2, "环境": 1}))
    inputs = te.Inputs(period="2018", responses=answers, margins=totals(*AGES))
    told = {one.code: one.severity for one in te.check(scheme, inputs)}
    assert told == {"margins.unread": "warning", "satisfaction.unasked": "warning"}
    both = pd.concat([answers, answers[~unit_rows(answers)].assign(question="环境")], ignore_index=True)
    (problem,) = te.check(scheme, te.Inputs(period="2018", responses=both))
    assert problem.code == "satisfaction.unasked"
    assert "崇兴镇" in problem.what.zh
    assert "环境" in problem.what.en


MARKS = {
    "above its scale": (lambda m: at(m, "score", _3=177.0), [("ratings.score", "ratings[3]")]),
    "below its scale": (lambda m: at(m, "score", _3=-3.0), [("ratings.score", "ratings[3]")]),
    "no number": (lambda m: at(m, "score", _3="九十"), [("ratings.score", "ratings[3]")]),
    "given twice": (
        lambda m: pd.concat([m, m.iloc[[2]]], ignore_index=True), [("ratings.twice", "ratings[15]")],
    ),
    "of nobody": (lambda m: at(m, "rater", _2=None), [("ratings.rater", "ratings[2]")]),
    "by too few": (
        lambda m: m.drop(index=[0, 1, 2]), [("ratings.few", "unit 640181100 东塔镇, x")],
    ),
    "without raters": (lambda m: m.drop(columns="rater"), [("table.column_missing", "ratings")]),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "told"), MARKS.values(), ids=MARKS)
def test_marks(case: Any, spoil: Any, told: list[tuple[str, str]]) -> None:
    """One fault of the assessors' marks is one problem."""
    scheme = case.scheme({"kind": "ratings", "minimum": 4})
    marks = spoil(case.marks(raters=5)).reset_index(drop=True)
    assert case.errors(scheme, ratings=marks) == told


def test_a_mark_on_an_item_is_refused_once(case: Any) -> None:
    """A refused item is no item left out."""
    items = pd.concat([case.marks().assign(item=item) for item in "ab"], ignore_index=True)
    found = case.errors(case.scheme({"kind": "ratings"}), ratings=at(items, "score", _3=177.0))
    assert found == [("ratings.score", "ratings[3]")]


def test_raters_that_nobody_links(case: Any) -> None:
    """Two groups of townships with raters of their own are not compared, once severity is to be told."""
    marks = case.marks()
    apart = marks[unit_rows(marks, "640181201") == (marks["rater"] >= "张3").to_numpy()]
    severity = case.scheme({"kind": "ratings", "method": "severity"})
    codes = {code for code, _ in case.errors(severity, ratings=apart)}
    assert "ratings.disconnected" in codes
    assert "value.missing" not in codes
    warned = te.check(case.scheme({"kind": "ratings"}), te.Inputs(period="2018", ratings=apart))
    assert ("ratings.disconnected", "warning") in {(one.code, one.severity) for one in warned}


def test_a_rater_who_rates_once(case: Any) -> None:
    """His severity cannot be told: an error where it is taken out, else a warning."""
    once = pd.DataFrame({"unit": ["640181100"], "rater": ["王"], "score": [50.0]})
    marks = pd.concat([case.marks(), once], ignore_index=True)
    severity = case.scheme({"kind": "ratings", "method": "severity"})
    assert [code for code, _ in case.errors(severity, ratings=marks)] == ["ratings.single"]
    warned = te.check(case.scheme({"kind": "ratings"}), te.Inputs(period="2018", ratings=marks))
    assert ("ratings.single", "warning") in {(one.code, one.severity) for one in warned}


def ballot(rater: str, unit: str, direction: str, score: Any = 90.0) -> pd.DataFrame:
    """Return one more ballot."""
    return pd.DataFrame({"rater": [rater], "unit": [unit], "score": [score], "direction": [direction]})


DOWN, UP = "departments_rate_townships", "townships_rate_departments"
BALLOTS = {
    "for oneself": (ballot("640181201", "640181201", DOWN), "reviews.self"),
    "for oneself under another name": (ballot("白土岗", "640181201", DOWN), "reviews.self"),
    "of an unknown department": (ballot("教育局", "640181201", DOWN), "reviews.rater_unknown"),
    "about an unknown department": (ballot("白土岗", "教育局", UP), "reviews.unit_unknown"),
    "about an unknown township": (ballot("教体局", "马家滩镇", DOWN), "unit.unknown"),
    "of an unknown township": (ballot("马家滩镇", "教体局", UP), "reviews.rater_unknown"),
    "in no direction": (ballot("教体局", "农牧局", "互评"), "reviews.direction"),
    "twice": (ballot("教体局", "640181100", DOWN), "reviews.twice"),
}


@pytest.mark.parametrize(("more", "code"), BALLOTS.values(), ids=BALLOTS)
def test_ballots(case: Any, more: pd.DataFrame, code: str) -> None:
    """A ballot that may not be is one problem at its row."""
    ballots = pd.concat([case.ballots(), more], ignore_index=True)
    ((told, where),) = case.errors(case.scheme(case.review()), reviews=ballots)
    assert (told, where.split()[0]) == (code, "reviews[18]")


def test_secret_ballots(case: Any) -> None:
    """Counts of secret ballots are whole, of known answers, and no more than may vote."""
    counts = case.counts(10, 5, 1)
    secret = {"kind": "reviews", "direction": DOWN, "scale": case.points}
    scheme = case.scheme(secret)
    assert case.errors(scheme, reviews=at(counts, "count", _1=-3)) == [("reviews.count", "reviews[1]")]
    assert case.errors(scheme, reviews=at(counts, "answer", _1="好")) == [("reviews.answer", "reviews[1]")]
    few = case.scheme(secret | {"entitled": 10})
    assert [code for code, _ in case.errors(few, reviews=counts)] == ["reviews.entitled"] * 3


TASKS = {
    "a deadline that is no date": (
        "tasks", lambda t: at(t, "deadline", _0="年底前"), "tasks.deadline", "tasks[0]",
    ),
    "a day that does not exist": (
        "tasks", lambda t: at(t, "deadline", _0="2018-02-30"), "tasks.deadline", "tasks[0]",
    ),
    "a task twice": (
        "tasks", lambda t: pd.concat([t, t.iloc[[0]]], ignore_index=True), "tasks.twice", "tasks[3]",
    ),
    "progress in words": (
        "returns", lambda r: at(r, "progress", _4="一半"), "returns.progress", "returns[4]",
    ),
    "progress beyond all": (
        "returns", lambda r: at(r, "progress", _4=120), "returns.progress", "returns[4]",
    ),
    "done one day": ("returns", lambda r: at(r, "done", _0="去年"), "returns.done", "returns[0]"),
    "done after the data": (
        "returns", lambda r: at(r, "done", _0="2019-06-01"), "returns.later", "returns[0]",
    ),
    "done, but when": ("returns", lambda r: at(r, "done", _0=None), "returns.done_missing", "returns[0]"),
    "of a task unknown": ("returns", lambda r: at(r, "task", _0="T9"), "returns.task", "returns[0]"),
    "of a township unknown": (
        "returns", lambda r: at(r, "reporter", _4="马家滩镇"), "returns.reporter", "returns[4]",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("table", "spoil", "code", "place"), TASKS.values(), ids=TASKS)
def test_tasks(case: Any, table: str, spoil: Any, code: str, place: str) -> None:
    """One fault of register or returns is one problem."""
    tables = {"tasks": case.register(), "returns": case.returns()}
    tables[table] = spoil(tables[table])
    ((told, where),) = case.errors(case.scheme({"kind": "tasks"}), as_of="2018-12-31", **tables)
    assert (told, where.split()[0]) == (code, place)


def test_the_day_the_data_stand_at(case: Any) -> None:
    """Dates are never held against a clock: without the day they are refused, once."""
    tables = {"tasks": case.register(), "returns": case.returns()}
    scheme = case.scheme({"kind": "tasks"})
    assert case.errors(scheme, **tables) == [("tasks.as_of", "tasks")]
    assert case.errors(scheme, as_of="十二月", **tables) == [("as_of.date", "as_of")]


def test_quotas_that_do_not_add_up(case: Any) -> None:
    """The townships' shares of 1,700 people are 1,600."""
    quotas = [
        {"target": "Q08", "unit": unit, "quota": n}
        for unit, n in zip(case.codes, (600, 600, 400), strict=True)
    ]
    targets = pd.DataFrame([{"target": "Q08", "total": 1700}, *quotas])
    tables = {"tasks": case.register(), "returns": case.returns(), "targets": targets}
    found = case.errors(case.scheme({"kind": "tasks"}), as_of="2018-12-31", **tables)
    assert [(code, where.split()[0]) for code, where in found] == [("targets.sum", "targets[0]")]


def test_all_at_once(case: Any) -> None:
    """Faults in every table are told in one go."""
    scheme = case.scheme(case.survey(), {"kind": "ratings"}, case.review(), {"kind": "tasks"})
    found = case.errors(
        scheme,
        as_of="2018-12-31",
        responses=at(at(case.answers(), "weight", _3=-1), "answer", _50="很好"),
        ratings=at(case.marks(), "score", _3=177.0),
        reviews=pd.concat([case.ballots(), ballot("白土岗", "640181201", DOWN)], ignore_index=True),
        tasks=at(case.register(), "deadline", _0="年底前"),
        returns=case.returns(),
    )
    assert {code for code, _ in found} == {
        "responses.weight", "responses.answer", "ratings.score", "reviews.self", "tasks.deadline",
    }  # fmt: skip


# -- files --------------------------------------------------------------------------------------

SCHEME = """\
format: 1
name: 测试考核方案
version: "1"
units:
  "640181100": {name: 东塔镇}
  "640181102": {name: 崇兴镇}
  "640181201": {name: 白土岗乡, aliases: [白土岗]}
index:
  children:
    - id: sat
      name: 群众满意度
      weight: 40
      basis: 三(四)
      source:
        kind: survey
        scale: {满意: 100, 基本满意: 80, 不满意: 30}
        dont_know: [不了解]
        channels: {电话: 6, 两代表一委员: {weight: 4, design: list census}, 网格: 2}
    - {id: panel, name: 第三方评估, weight: 30, basis: 三(四), source: {kind: ratings, trim: 1}}
    - id: review
      name: 部门评议
      weight: 20
      basis: 三(四)
      source: {kind: reviews, direction: departments_rate_townships, raters: {教体局: 1, 农牧局: 1}}
    - {id: work, name: 任务按期完成率, unit: "%", weight: 10, basis: 三(四), source: {kind: tasks}}
"""
NAMES = ("东塔镇", "崇兴镇", "白土岗乡")
SAID = ("满意", "满意", "基本满意", "不满意")
SHEETS: dict[str, list[list[Any]]] = {
    "封面": [["考核期", "2018-H2"], ["数据截止", "2018-12-31"]],
    "调查明细": [
        ["乡镇", "受访者编号", "村", "层内村数", "权重", "渠道", "回答"],
        *(
            [name, f"R{i}{v}{k}", f"{name}{v}村", 9, 2.5, "电话", SAID[(k + v * k) % 4]]
            for i, name in enumerate(NAMES)
            for v in range(3)
            for k in range(4)
        ),
    ],
    "满意度": [
        ["乡镇", "渠道", "满意", "基本满意", "不满意"],
        *([name, "两代表一委员", 20, 6, 4] for name in NAMES),
    ],
    "调查汇总": [
        ["乡镇", "平均分", "样本量", "标准差", "设计效应", "渠道"],
        *([name, 85, 100, 20, 1.5, "网格"] for name in NAMES),
    ],
    "第三方评估": [
        ["乡镇", "评估员甲", "评估员乙", "评估员丙"],
        ["东塔镇", 88, 85, 90],
        ["崇兴镇", 80, 82, 85],
        ["白土岗乡", 90, 86, 93],
    ],
    "部门评乡镇": [["评议部门", *NAMES], ["教体局", 90, 85, 88], ["农牧局", 88, 84, 90]],
    "任务台账": [
        ["编号", "工作任务", "牵头单位", "配合单位", "完成时限"],
        ["T1", "甲", "教体局", "各乡镇", "2018-11-30"],
    ],
    "报送": [
        ["任务编号", "报送单位", "完成率", "完成日期", "报送日期"],
        *(["T1", who, 100, "2018-11-01", "2018-12-20"] for who in (*NAMES, "教体局")),
    ],
}
CELLS = {
    "a weight": ({"调查明细!E3": -1}, "responses.weight", "调查明细!E3"),
    "an answer": ({"调查明细!G5": "很好"}, "responses.answer", "调查明细!G5"),
    "a channel": ({"调查明细!F4": "短信"}, "responses.channel", "调查明细!F4"),
    "villages in the stratum": (
        {f"调查明细!D{row}": 2 for row in range(2, 14)}, "responses.population", "调查明细!D2",
    ),
    "weights of a township": (
        {f"调查明细!E{row}": 0 for row in range(2, 14)}, "responses.weight", "调查明细!E2",
    ),
    "a count": ({"满意度!C2": -3}, "satisfaction.count", "满意度!C2"),
    "a count in words": ({"满意度!D3": "六"}, "cell.text", "满意度!D3"),
    "a standard deviation": ({"调查汇总!D2": -1}, "means.sd", "调查汇总!D2"),
    "a design effect": ({"调查汇总!E3": 0}, "means.deff", "调查汇总!E3"),
    "a mark": ({"第三方评估!B2": 177}, "ratings.score", "第三方评估!B2"),
    "a ballot": ({"部门评乡镇!C2": 120}, "reviews.score", "部门评乡镇!C2"),
    "a department": ({"部门评乡镇!A3": "教育局"}, "reviews.rater_unknown", "部门评乡镇!B3"),
    "a ballot for oneself": (
        {"部门评乡镇!A4": "白土岗", "部门评乡镇!D4": 99}, "reviews.self", "部门评乡镇!D4",
    ),
    "a deadline": ({"任务台账!E2": "年底前"}, "tasks.deadline", "任务台账!E2"),
    "a day of completion": ({"报送!D3": "去年"}, "returns.done", "报送!D3"),
    "the day of the data": ({"封面!B2": "十二月"}, "as_of.date", "封面!A2"),
}  # fmt: skip


@pytest.fixture
def city(office: Any) -> Any:
    """Return a function that writes scheme and workbook, cells changed, and lists what is wrong."""

    def write(**cells: Any) -> tuple[Any, Any]:
        scheme = office.folder / "方案.yaml"
        scheme.write_text(SCHEME, encoding="utf-8")
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in SHEETS.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        for place, entry in cells.items():
            title, address = place.split("!")
            book[title][address] = entry
        path = office.folder / "2018-H2.xlsx"
        book.save(path)
        return scheme, path

    return write


@pytest.mark.parametrize(("cells", "code", "cell"), CELLS.values(), ids=CELLS)
def test_a_faulty_cell(office: Any, city: Any, cells: dict[str, Any], code: str, cell: str) -> None:
    """`check` and `score` list one problem, which names the cell to mend, and write nothing."""
    (problem,) = office.errors(*city(**cells))
    assert (problem.code, problem.where) == (code, f"2018-H2.xlsx!{cell}")


def test_a_sound_workbook(office: Any, city: Any) -> None:
    """Without a fault the same sheets are scored: each fault above is the only one."""
    code, out, err = office.call("score", *city(), "-o", office.out)
    assert (code, err) == (0, "")
    assert "东塔镇" in out
