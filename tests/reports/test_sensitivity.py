"""敏感性说明: what is printed is what `te.sensitivity` finds, or a note tells why there is no sheet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import township_eval as te
from township_eval.reports.sheet import Band, Cell, Sheet, Table
from township_eval.reports.sheets.sensitivity import MOST_UNITS, sensitivity_notes, sensitivity_sheet
from township_eval.reports.sheets.summary import summary_sheet
from township_eval.reports.view import View


@pytest.fixture(scope="module")
def sheet(evaluation: te.Evaluation) -> Sheet:
    made = sensitivity_sheet(View(evaluation))
    assert made is not None
    return made


@pytest.fixture(scope="module")
def found(evaluation: te.Evaluation) -> Any:
    return te.sensitivity(evaluation, draws=1000, normalizations=("min_max",))


def lines(table: Table) -> list[dict[str, Any]]:
    """Return the rows by header; faint cells as their values."""
    heads = [column.head for column in table.columns]
    return [
        {head: one.value if isinstance(one, Cell) else one for head, one in zip(heads, row, strict=True)}
        for row in table.rows
        if not isinstance(row, Band)
    ]


def test_ranks_under_drawn_weights(sheet: Sheet, found: Any) -> None:
    """Rank, its 5 to 95 percent of draws and the share of draws that keep it are those of the analysis."""
    printed = {line["乡镇(街道)"]: line for line in lines(sheet.tables[0])}
    assert len(printed) == 4
    for at, (name, low, high, rank) in enumerate(found.ranks[["name", "q05", "q95", "rank"]].to_numpy()):
        line = printed[name]
        assert line["同类名次"] == rank
        assert line["权重扰动下名次(5%—95%)"] == (f"{low:.0f}" if low == high else f"{low:.0f}—{high:.0f}")
        assert line["名次不变占比(份额)"] == np.mean(found.draw_ranks[:, at] == rank)


@pytest.mark.parametrize(
    ("choice", "head"),
    [("not_applicable:full", "不涉及项按满分时名次"), ("not_applicable:zero", "不涉及项按零分时名次"),
     ("aggregation:geometric", "改用几何平均时名次"), ("aggregation:harmonic", "改用调和平均时名次")],
)  # fmt: skip
def test_ranks_under_other_decisions(sheet: Sheet, found: Any, choice: str, head: str) -> None:
    """Every column of another decision is its run."""
    run = found.run(choice).set_index("name")["rank"]
    assert {line["乡镇(街道)"]: line[head] for line in lines(sheet.tables[0])} == run.to_dict()


def test_ranks_without_classes(sheet: Sheet, evaluation: te.Evaluation) -> None:
    """Without classes, and weights as they are, everybody has the overall rank."""
    overall = evaluation.results.set_index("name")["rank"]
    assert {
        line["乡镇(街道)"]: line["不分类时名次(总名次)"] for line in lines(sheet.tables[0])
    } == overall.to_dict()


def test_what_is_the_scheme_itself_has_no_column(sheet: Sheet) -> None:
    """The scheme shares out what does not apply: that is no other decision, and a note says so."""
    assert all("分摊" not in column.head for column in sheet.tables[0].columns)
    assert any("权重分摊到同级其他项目”与本结果相同" in note for note in sheet.notes)
    assert all("分摊" not in line["另一种做法"] for line in lines(sheet.tables[1]))


def test_same_ranks_are_faint(sheet: Sheet) -> None:
    """A rank under another decision is faint exactly where it is the published one."""
    heads = [column.head for column in sheet.tables[0].columns]
    own = heads.index("同类名次")
    for at in range(heads.index("不涉及项按满分时名次"), len(heads)):
        for row in sheet.tables[0].rows:
            value = row[at].value if isinstance(row[at], Cell) else row[at]
            assert isinstance(row[at], Cell) == (value == row[own])


def test_effects_are_ordered_and_complete(sheet: Sheet, found: Any) -> None:
    """What moves most stands first; what moves nobody is counted."""
    printed = lines(sheet.tables[1])
    moved = [line["平均变动(位)"] for line in printed]
    assert moved == sorted(moved, reverse=True)
    effects = found.effects
    assert len(printed) == (effects["moved"] > 0).sum()
    bands = [row.text for row in sheet.tables[1].rows if isinstance(row, Band)]
    still = (effects["moved"] == 0).sum() - 1  # one of them is the scheme itself
    assert bands == [f"其余 {still} 种做法不改变任何名次" if printed else f"{still} 种做法都不改变任何名次"]


def compared(n: int, **more: Any) -> te.Evaluation:
    """Return units ranked by z-scores, whose order may turn when one of them is left out."""
    children = [
        {
            "id": name,
            "weight": 50,
            "basis": "x",
            "scoring": {"method": "z_score", "mean": 50, "sd": 10},
            **more,
        }
        for name in ("a", "b")
    ]
    scheme = te.read_scheme({"name": "Z", "version": "1", "index": {"children": children}})
    rng = np.random.default_rng(3)
    values = pd.DataFrame(
        rng.normal(size=(n, 2)).round(1), columns=["a", "b"], index=[f"u{k:03d}" for k in range(n)]
    )
    return te.evaluate(scheme, te.Inputs(period="2018", values=values))


def test_reversals_are_listed() -> None:
    """Whose rank changes when a unit is left out is a line each, as in the analysis."""
    evaluation = compared(12)
    made = sensitivity_sheet(View(evaluation, "en"))
    assert made is not None
    rows = te.sensitivity(evaluation, draws=10, within="all").reversal
    assert len(rows)
    assert [(line["Left out"], line["Whose rank changes"]) for line in lines(made.tables[2])] == list(
        zip(rows["left_out_name"], rows["name"], strict=True)
    )


def test_nobody_turns(sheet: Sheet) -> None:
    """Where no rule compares units the third table says that nothing changes."""
    assert [tuple(row) for row in sheet.tables[2].rows] == [("逐个去掉 4 个单位,其余单位的次序都不变",)]


def test_many_units_have_no_sheet_but_a_note() -> None:
    """A report stays quick: above the limit the summary names the function that answers."""
    view = View(compared(MOST_UNITS + 1), "en")
    assert sensitivity_sheet(view) is None
    assert any("te.sensitivity" in note for note in summary_sheet(view).notes)


def test_comparing_rules_of_many_units_are_not_scored_anew() -> None:
    """Units are left out in turn for up to fifty where everybody would be scored again; a note says so."""
    made = sensitivity_sheet(View(compared(51), "en"))
    assert made is not None
    assert len(made.tables) == 2
    assert any("reversal=True" in note for note in made.notes)


def test_partial_data_and_single_units_have_none(provisional: te.Evaluation) -> None:
    """Nothing is asked of partial data, nor of a unit that is compared with nobody."""
    assert sensitivity_sheet(View(provisional)) is None
    assert list(sensitivity_notes(View(provisional))) == []
    assert sensitivity_sheet(View(compared(1, scoring={"method": "linear", "low": 0, "high": 1}))) is None


def test_an_archive_without_its_formulas_is_reported_all_the_same(tmp_path: Any) -> None:
    """Own rules known by name only cannot be tried otherwise; the workbook is written with a note."""

    class Half:
        def __call__(self, values: Any) -> Any:
            return np.asarray(values) / 2

    mapping = {"name": "x", "version": "1", "index": {"children": [
        {"id": "a", "weight": 60, "scoring": {"method": "half"}}, {"id": "b", "weight": 40}]}}  # fmt: skip
    scheme = te.read_scheme(mapping, formulas={"half": Half})
    values = pd.DataFrame({"a": [90.0, 40.0], "b": [30.0, 35.0]}, index=["u", "v"])
    evaluation = te.evaluate(scheme, te.Inputs(period="2018", values=values))
    te.write_evaluation(evaluation, tmp_path / "2018.json")
    back = te.read_evaluation(tmp_path / "2018.json")
    assert sensitivity_sheet(View(evaluation)) is not None
    assert sensitivity_sheet(View(back)) is None
    assert any("自定义公式" in note for note in summary_sheet(View(back)).notes)
    te.write_workbook(back, tmp_path / "2018.xlsx")


def test_asked_twice_it_is_the_same(evaluation: te.Evaluation) -> None:
    """Draws are seeded: two runs print one sheet."""
    assert sensitivity_sheet(View(evaluation)) == sensitivity_sheet(View(evaluation))
