"""What a result says of its evidence, and how errors, assumptions and tables survive archives and prints."""

from __future__ import annotations

import json
import pickle
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

import township_eval as te


@pytest.fixture(scope="module")
def scheme(case: Any) -> te.Scheme:
    """Return a scheme of all four kinds of evidence, one channel a census."""
    channels = {"电话": 6, "两代表一委员": {"weight": 4, "design": "list census"}}
    return case.scheme(
        case.survey(channels=channels, minimum={"n_eff": 30, "df": 4}),
        {"kind": "ratings", "trim": 1},
        case.review(),
        {"kind": "tasks"},
        grades=[{"name": "优", "at_least": 85}, {"name": "良", "at_least": 0}],
    )


@pytest.fixture(scope="module")
def tables(case: Any) -> dict[str, Any]:
    """Return the tables of one period."""
    return {
        "responses": case.answers().assign(channel="电话"),
        "satisfaction": case.counts(21, 6, 3).assign(channel="两代表一委员"),
        "ratings": case.marks(),
        "reviews": case.ballots(),
        "tasks": case.register(),
        "returns": case.returns(),
        "as_of": "2018-12-31",
    }


@pytest.fixture(scope="module")
def whole(case: Any, scheme: te.Scheme, tables: dict[str, Any]) -> te.Evaluation:
    """Return the evaluation of it all."""
    return case.evaluate(scheme, **tables)


def same(one: te.Evaluation, other: te.Evaluation) -> None:
    """See that two evaluations say the same everywhere."""
    for name in ("results", "scores", "values", "ledger", "flags", "notes"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    assert sorted(one.tables) == sorted(other.tables)
    for name, frame in one.tables.items():
        pd.testing.assert_frame_equal(frame, other.tables[name])
    for unit in one.results.index:
        for lang in ("zh", "en"):
            assert str(one.explain(unit, lang=lang)) == str(other.explain(unit, lang=lang))


def test_the_composite_has_the_errors_of_its_leaves(whole: te.Evaluation) -> None:
    """Independent leaves of 25 points each: se is the root of the summed squares of a quarter of theirs."""
    errors = whole.values.set_index(["unit", "indicator"])["se"].astype(float).unstack().fillna(0.0)  # noqa: PD010
    expected = np.sqrt(((errors / 4) ** 2).sum(axis=1))
    assert whole.results["se"].tolist() == pytest.approx(expected.tolist())
    assert (errors["x"] > 0).all()
    assert (errors["z"] == 0).all()


def test_an_archive_keeps_everything(whole: te.Evaluation, tmp_path: Path) -> None:
    """Read back: equal frames, tables, errors and explanations; written again: the same bytes."""
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    te.write_evaluation(whole, first)
    again = te.read_evaluation(first)
    same(whole, again)
    te.write_evaluation(again, second)
    assert first.read_bytes() == second.read_bytes()


def test_an_archive_follows_its_schema(whole: te.Evaluation, tmp_path: Path) -> None:
    """The JSON Schema that is published describes it."""
    jsonschema = pytest.importorskip("jsonschema")
    te.write_evaluation(whole, tmp_path / "a.json")
    document = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, te.evaluation_schema())


def test_nobody_is_named(whole: te.Evaluation, tables: dict[str, Any], tmp_path: Path) -> None:
    """Neither respondents nor assessors are in archive, workbook, tables or explanations."""
    names = {*tables["responses"]["respondent"], *tables["ratings"]["rater"]}
    te.write_evaluation(whole, tmp_path / "a.json")
    te.write_workbook(whole, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    said = [(tmp_path / "a.json").read_text(encoding="utf-8"), *cells, str(whole.explain("东塔镇"))]
    said += [frame.to_csv() for frame in whole.tables.values()]
    assert not [name for name in names if any(name in text for text in said)]
    assert any("评估员1" in text for text in said)


def test_pickles(whole: te.Evaluation, scheme: te.Scheme, case: Any, tables: dict[str, Any]) -> None:
    """Results, schemes, inputs and refusals go to other processes and back."""
    same(whole, pickle.loads(pickle.dumps(whole)))
    inputs = pickle.loads(pickle.dumps(te.Inputs(period="2018-H2", **tables)))
    same(whole, te.evaluate(pickle.loads(pickle.dumps(scheme)), inputs))
    with pytest.raises(te.DataError) as raised:
        case.evaluate(scheme, **tables | {"ratings": tables["ratings"].assign(score=177.0)})
    assert pickle.loads(pickle.dumps(raised.value)).problems == raised.value.problems


def test_threads(case: Any, scheme: te.Scheme, tables: dict[str, Any], tmp_path: Path) -> None:
    """Eight threads at once, eight times the same bytes."""

    def work(number: int) -> bytes:
        path = tmp_path / f"{number}.json"
        te.write_evaluation(case.evaluate(scheme, **tables), path)
        return path.read_bytes()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(work, range(8)))) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_explanation_fits_a_page(whole: te.Evaluation, lang: str) -> None:
    """Eighty columns, with interval, answers by channel and the error of the composite."""
    for unit in whole.results.index:
        text = str(whole.explain(unit, lang=lang))
        widths = [
            sum(1 + (unicodedata.east_asian_width(ch) in "WF") for ch in line) for line in text.splitlines()
        ]
        assert max(widths) <= 80
        (line,) = [one for one in text.splitlines() if "95" in one and "电话" in one]
        assert line.startswith("  x ")
        for said in ("电话40", "30") if lang == "zh" else ("电话 40", "30"):
            assert said in text
        assert "nan" not in text
        json.dumps(whole.explain(unit).to_dict(), ensure_ascii=False, allow_nan=False)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_workbook_has_no_gaps_written_as_words(whole: te.Evaluation, lang: str, tmp_path: Path) -> None:
    """No nan, None or inf is printed, and the same result gives the same bytes."""
    paths = [tmp_path / name for name in ("a.xlsx", "b.xlsx")]
    for path in paths:
        te.write_workbook(whole, path, lang=lang)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    book = openpyxl.load_workbook(paths[0])
    words = {"nan", "None", "NaT", "<NA>", "inf", "#N/A"}
    assert not [
        (sheet.title, cell.coordinate) for sheet in book for row in sheet.iter_rows() for cell in row
        if cell.value in words
    ]  # fmt: skip


def test_a_sample_that_falls_short(whole: te.Evaluation) -> None:
    """The value stays; the rule looks at n / deff and df, never at n alone; a row asks for more."""
    total = whole.tables["satisfaction_total"].set_index("unit")
    short = whole.tables["resurvey"].set_index("unit")
    assert (total["n"] == 70).all()
    assert [not ok for ok in total["sample_ok"]] == [code in short.index for code in total.index]
    assert len(short)
    for _, row in short.iterrows():
        assert row["n_eff"] < 30
        assert row["reason_zh"]
        assert row["reason_en"]
    assert total["value"].notna().all()


def test_zero_variance_is_not_zero_error(case: Any) -> None:
    """All alike, or villages with one mean: bounded by what was drawn; a census alone has no error."""
    scheme = case.scheme(case.survey())
    happy = case.counts(40, 0, 0)
    found = case.evaluate(scheme, satisfaction=happy).tables["satisfaction_total"]
    assert found["lower"].tolist() == pytest.approx([100 - 70 * (1 - 0.05 ** (1 / 40))] * 3)
    answers = case.answers(villages=3, persons=4)
    answers["answer"] = np.resize(["满意", "满意", "基本满意", "不满意"], len(answers))
    for weight in (0.3, 1.7, 2.5):
        alike = case.evaluate(scheme, responses=answers.assign(weight=weight)).tables["satisfaction_total"]
        assert (alike["upper"] - alike["lower"] > 20).all()
        assert (alike["n_eff"] <= 12).all()
    everybody = answers.assign(clusters=3, members=4)
    census = case.evaluate(scheme, responses=everybody).values
    assert census["se"].tolist() == [0.0, 0.0, 0.0]


def test_a_design_effect_nobody_stated(case: Any) -> None:
    """It is taken as 1, said so in both languages, and shown at 1, 1.5 and 2; stated ones are not assumed."""
    counts = case.counts(20, 10, 5)
    plain, stated = (
        case.evaluate(case.scheme(case.survey(**more)), satisfaction=counts) for more in ({}, {"deff": 1.5})
    )
    total = plain.tables["satisfaction_total"]
    assert plain.values["assumption"].str.contains("设计效应").all()
    assert plain.values["assumption_en"].str.contains("design effect").all()
    for factor, column in ((1, "se_deff_1"), (1.5, "se_deff_1_5"), (2, "se_deff_2")):
        assert total[column].tolist() == pytest.approx((total["se"] * factor**0.5).tolist())
    assert not stated.values["assumption"].str.contains("未给").any()
    assert stated.values["se"].tolist() == pytest.approx((total["se"] * 1.5**0.5).tolist())


def test_whoever_took_part(case: Any) -> None:
    """A survey by open link counts, and gives neither an error nor a certainty, up to the composite."""
    scheme = case.scheme(case.survey(design="convenience", minimum={"n_eff": 10}))
    found = case.evaluate(scheme, satisfaction=case.counts(20, 10, 5))
    assert found.values["error_unknown"].all()
    assert found.values["se"].isna().all()
    assert found.results["se"].isna().all()
    assert found.results["composite"].tolist() == [84.29] * 3
    assert len(found.tables["resurvey"]) == 3


def test_denominators(case: Any) -> None:
    """Don't know is left out or counts for nothing, as the scheme says, and its range is told."""
    counts = case.counts(120, 60, 20, 12)
    valid, served = (
        case.evaluate(case.scheme(case.survey(denominator=name)), satisfaction=counts)
        for name in ("valid", "with_dont_know")
    )
    assert valid.values["value"].tolist() == pytest.approx([87.0] * 3)
    assert served.values["value"].tolist() == pytest.approx([17400 / 212] * 3)
    total = valid.tables["satisfaction_total"]
    assert total["all_best"].tolist() == pytest.approx([(17400 + 1200) / 212] * 3)
    assert total["all_worst"].tolist() == pytest.approx([(17400 + 360) / 212] * 3)
    assert total["dont_know_rate"].tolist() == pytest.approx([12 / 212] * 3)


def test_three_forms_in_three_channels(case: Any) -> None:
    """Answers, counts and means are mixed by weight, their degrees of freedom by Satterthwaite."""
    means = pd.DataFrame({"unit": case.codes, "mean": 70.0, "n": 50, "sd": 20.0, "deff": 1.5})
    scheme = case.scheme(case.survey(channels={"a": 1, "b": 2, "c": 3}, deff=1.0))
    found = case.evaluate(
        scheme,
        responses=case.answers().assign(channel="a"),
        satisfaction=case.counts(20, 10, 5).assign(channel="b"),
        means=means.assign(channel="c"),
    )
    parts = found.tables["satisfaction_channel"].set_index(["unit", "channel"])
    share = pd.Series({"a": 1 / 6, "b": 2 / 6, "c": 3 / 6})
    for unit, row in found.values.set_index("unit").iterrows():
        own = parts.loc[unit].loc[share.index]
        v = (share * own["se"].astype(float)) ** 2
        assert row["value"] == pytest.approx((share * own["value"]).sum())
        assert row["se"] == pytest.approx(np.sqrt(v.sum()))
        assert row["df"] == pytest.approx(v.sum() ** 2 / (v**2 / own["df"].astype(float)).sum())


def test_raters_are_random_or_fixed(case: Any) -> None:
    """A random panel's own severity is part of the error, common to all townships; a fixed one's is not."""
    random, fixed = (
        case.evaluate(case.scheme({"kind": "ratings", "raters": kind}), ratings=case.marks())
        for kind in ("random", "fixed")
    )
    assert random.values["value"].tolist() == fixed.values["value"].tolist()
    assert (random.values["se"].astype(float) > fixed.values["se"].astype(float)).all()


def test_one_rater_has_an_error_nobody_knows(case: Any) -> None:
    """His marks count; nothing above them has an error or a certainty."""
    marks = case.marks(raters=1)
    found = case.evaluate(case.scheme({"kind": "ratings"}), ratings=marks)
    assert found.values["value"].tolist() == marks["score"].tolist()
    assert found.values["error_unknown"].all()
    assert found.results["se"].isna().all()


def test_a_department_scorecard(case: Any) -> None:
    """The same ballots, departments as units: what townships think of them."""
    townships = {unit["name"]: 1 for unit in case.units.values()}
    source = {"kind": "reviews", "direction": "townships_rate_departments", "raters": townships}
    scheme = case.scheme(source, units={name: {"name": name} for name in case.departments})
    ballots = case.ballots().replace({code: unit["name"] for code, unit in case.units.items()})
    found = case.evaluate(scheme, reviews=ballots)
    up = ballots[ballots["direction"] == "townships_rate_departments"]
    expected = up.groupby("unit")["score"].mean()
    assert found.values.set_index("unit")["value"].to_dict() == pytest.approx(expected.to_dict())
    assert set(found.tables["reviews_total"]["direction"]) == {
        "townships_rate_departments", "departments_rate_townships",
    }  # fmt: skip


def test_a_census_that_is_none(case: Any) -> None:
    """Where a listed department has not voted the claim is not kept: error unknown, and it says who."""
    ballots = case.ballots()
    missing = ballots[~((ballots["rater"] == "教体局") & (ballots["unit"] == "640181100"))]
    found = case.evaluate(case.scheme(case.review()), reviews=missing)
    first, *others = found.values["error_unknown"]
    assert (first, others) == (True, [False, False])
    assert "教体局" in found.values["assumption"].iloc[0]
    total = found.tables["reviews_total"].set_index(["direction", "unit"])
    assert total.loc[("departments_rate_townships", "640181100"), "absent"] == "教体局"


def test_tasks_by_township(case: Any) -> None:
    """One of three townships finished after the deadline; a task without a date is never late."""
    tables = {"tasks": case.register(), "returns": case.returns(), "as_of": "2018-12-31"}
    for measure, expected in (("on_time", [1, 0, 1]), ("done", [1, 1, 1]), ("progress", [0.75] * 3)):
        found = case.evaluate(case.scheme({"kind": "tasks", "measure": measure}), **tables)
        assert found.values["value"].tolist() == expected
    late = found.tables["tasks"]
    assert late.loc[late["late"], ["task", "reporter"]].to_numpy().tolist() == [
        ["T1", "法制办"], ["T1", "编办"], ["T1", "崇兴镇"],
    ]  # fmt: skip


def test_the_period_before(case: Any, scheme: te.Scheme, tables: dict[str, Any], tmp_path: Path) -> None:
    """Last period's satisfaction stands in the tables, from an evaluation or from its archive alike."""
    under_way = case.returns().assign(done=None, progress=50, filed="2018-06-20")
    earlier = tables | {"returns": under_way, "as_of": "2018-06-30"}
    earlier["responses"] = case.answers(seed=7).assign(channel="电话")
    before = case.evaluate(scheme, "2018-H1", **earlier)
    now = case.evaluate(scheme, history=[before], **tables)
    stated = now.tables["previous_satisfaction"].set_index("unit")["value"]
    was = before.values[before.values["indicator"] == "x"].set_index("unit")["value"]
    assert stated.to_dict() == was.to_dict()
    te.write_evaluation(before, tmp_path / "h1.json")
    same(now, case.evaluate(scheme, history=[te.read_evaluation(tmp_path / "h1.json")], **tables))


def test_while_data_come_in(case: Any, scheme: te.Scheme, tables: dict[str, Any], tmp_path: Path) -> None:
    """A provisional result scores what is there and bounds what is not: answers of one, a panel of two."""
    answers, marks = tables["responses"], tables["ratings"]
    part = tables | {
        "responses": answers[answers["unit"] != "640181102"],
        "ratings": marks[(marks["unit"] != "640181201") | (marks["rater"] < "张2")],
    }
    found = case.evaluate(scheme, provisional=True, **part)
    assert found.results["coverage"].tolist() == pytest.approx([1.0, 0.75, 0.75])
    gap = found.results["upper"] - found.results["lower"]
    assert gap.tolist() == pytest.approx([0.0, 25.0, 25.0])
    te.write_evaluation(found, tmp_path / "p.json")
    same(found, te.read_evaluation(tmp_path / "p.json"))
