"""名次区间 and P(等次) of the summary, and the figure of rank sets: what is shown is the result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import township_eval as te
from township_eval.cli.ranking import ranking_table
from township_eval.methods.loadings import Loadings
from township_eval.reports.figures import paper
from township_eval.reports.sheets.summary import class_sheet, summary_sheet
from township_eval.reports.view import View

SE = [1.0, 1.5, 2.0, 0.0]


@pytest.fixture(autouse=True)
def some_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw names also where no font with Chinese characters is installed."""
    monkeypatch.setattr(paper, "CHINESE_FONTS", (*paper.CHINESE_FONTS, "DejaVu Sans"))


def with_errors(evaluation: te.Evaluation, se: list[float], unknown: int | None = None) -> te.Evaluation:
    """Return the evaluation with these independent standard errors of the index."""
    precision, n = evaluation.precision, len(se)
    errors, flags, method = precision.se.copy(), precision.unknown.copy(), precision.method.copy()
    errors[0], flags[:], method[0] = se, False, 0
    if unknown is not None:
        errors[0, unknown], flags[0, unknown] = np.nan, True
    leaves = evaluation.leaves.se.copy()
    leaves[0] = errors[0]  # so that the zero is a declared one
    amount = np.nan_to_num(errors[0])
    own = Loadings("compressed", np.arange(n), np.arange(n), amount)
    return replace(
        evaluation,
        leaves=replace(evaluation.leaves, se=leaves),
        precision=replace(
            precision, se=errors, unknown=flags, method=method, composite=own,
            part=np.zeros(n, dtype=np.intp), df=np.full((1, n), np.inf),
        ),
    )  # fmt: skip


@pytest.fixture
def uncertain(evaluation: te.Evaluation) -> te.Evaluation:
    """Give 甲镇, 乙镇, 丙乡 an error; 丁乡 is a census."""
    return with_errors(evaluation, SE)


def rows(view: View) -> dict[str, dict[str, Any]]:
    """Return the lines of the summary by code."""
    sheet = summary_sheet(view)
    heads = [column.head for column in sheet.tables[0].columns]
    lines = [dict(zip(heads, row, strict=True)) for row in sheet.tables[0].rows if isinstance(row, tuple)]
    return {line["代码"]: line for line in lines}


def test_the_summary_prints_the_sets_of_the_result(uncertain: te.Evaluation) -> None:
    """Beside each rank stands its set, overall and in the class; the notes name the method."""
    printed, found = rows(View(uncertain, "zh")), te.rank_sets(uncertain)
    for code, row in found.iterrows():
        for head, ending in (("名次区间(95%)", ""), ("同类名次区间(95%)", "_in_group")):
            low, high = row[f"lower{ending}"], row[f"upper{ending}"]
            assert printed[str(code)][head] == (f"{low}" if low == high else f"{low}—{high}")
    notes = "\n".join(summary_sheet(View(uncertain, "en")).notes)
    assert "A rank set holds a unit's true rank with 95 % confidence" in notes
    assert "exact one-dimensional integral" in notes
    assert class_sheet(View(uncertain, "zh")) is not None


def test_the_summary_prints_the_probability_of_the_grade(uncertain: te.Evaluation) -> None:
    """An estimated probability is never printed as 0 or 100 %, one of a census is."""
    chances = te.grade_probabilities(uncertain)
    for code, line in rows(View(uncertain, "zh")).items():
        grade, said = line["等次"], line["P(等次)"]
        chance = 100 * float(chances[grade][code])
        if said == ">99%":
            assert chance > 99
        else:
            assert said == f"{chance:.0f}%"
    notes = "\n".join(summary_sheet(View(uncertain, "zh")).notes)
    assert "P(等次)为平先验代入值" in notes


def test_the_notes_say_how_near_the_nearest_comparisons_were(uncertain: te.Evaluation) -> None:
    """The distance of `rank_sets`, smallest first, overall and in the class; nothing where all is exact."""
    for within, words in (("all", "another rank set,"), ("group", "another rank set in the class,")):
        found = te.rank_sets(uncertain, within=within)
        nearest = found.sort_values("distance", kind="stable").iloc[0]
        note = next(note for note in summary_sheet(View(uncertain, "en")).notes if words in note)
        assert f": {nearest['name']} {nearest['distance']:.2f}" in note
    exact = with_errors(uncertain, [0.0] * 4)
    assert not [note for note in summary_sheet(View(exact, "en")).notes if "Nearest" in note]


def test_the_notes_say_how_chances_of_grades_were_got(uncertain: te.Evaluation) -> None:
    """What `grade_probabilities` says of itself stands under the sheet, in both languages."""
    attrs = te.grade_probabilities(uncertain).attrs
    for lang in ("zh", "en"):
        assert attrs[f"note_{lang}"] in "\n".join(summary_sheet(View(uncertain, lang)).notes)


def test_an_unknown_error_leaves_the_grade_blank(evaluation: te.Evaluation) -> None:
    """Nobody's chance is made up; the set is all ranks."""
    printed = rows(View(with_errors(evaluation, SE, unknown=2), "zh"))
    assert printed["201"]["名次区间(95%)"] == "1—4"
    assert printed["201"]["P(等次)"] is None


def test_figures_without_errors_have_no_columns_of_certainty() -> None:
    """A sheet of administrative figures does not pretend to know how sure its ranks are."""
    scheme = te.read_scheme(
        {"name": "x", "version": "1", "index": {"children": [{"id": "a", "weight": 100, "basis": "t"}]}}
    )
    values = pd.DataFrame({"a": [1.0, 2.0]}, index=["u", "v"])
    found = te.evaluate(scheme, te.Inputs(period="2018", values=values))
    heads = [column.head for column in summary_sheet(View(found, "zh")).tables[0].columns]
    assert not [head for head in heads if "区间" in head or head.startswith("P(")]
    assert "名次集" not in ranking_table(found)


def test_the_ranking_on_a_terminal_shows_the_sets(uncertain: te.Evaluation) -> None:
    """One line a unit, the set behind the rank."""
    found = te.rank_sets(uncertain)
    table = ranking_table(uncertain, "en").splitlines()
    assert table[0].split()[:3] == ["rank", "95%", "set"]
    first = found.sort_values("rank", kind="stable").iloc[0]
    low, high = first["lower"], first["upper"]
    assert table[1].split()[:2] == ["1", f"{low}" if low == high else f"{low}-{high}"]


# ---- the figure ----------------------------------------------------------------------------------
def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def drawn(figure: Figure) -> Iterator[tuple[str, list[float]]]:
    """Yield what is drawn: the color of its face, and its places on the axis of ranks."""
    for line in figure.axes[0].lines:
        yield str(line.get_markerfacecolor()), [float(x) for x in np.asarray(line.get_xdata())]


def test_bars_are_the_sets_and_dots_the_ranks(uncertain: te.Evaluation) -> None:
    """Every township with several possible ranks has a bar from the first to the last of them."""
    found = te.rank_sets(uncertain)
    figure = te.plot_rank_sets(uncertain)
    bars = sorted(ends for _, ends in drawn(figure) if len(ends) == 2)
    wide = found[found["upper"] > found["lower"]]
    assert bars == sorted(wide[["lower", "upper"]].to_numpy(dtype=float).tolist())
    assert sorted(ends[0] for _, ends in drawn(figure) if len(ends) == 1) == sorted(found["rank"].tolist())


def test_classes_stand_apart_under_the_notice(uncertain: te.Evaluation) -> None:
    """Townships stand under their class, best first, and the scheme's notice is on the figure."""
    figure = te.plot_rank_sets(uncertain, within="group")
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["", "甲镇", "乙镇", "", "丁乡", "丙乡"]
    assert "示例数据,非官方结果" in texts(figure)
    assert any("同类名次" in text for text in texts(figure))


def test_an_unknown_error_is_drawn_hollow_over_all_ranks(evaluation: te.Evaluation) -> None:
    """Who may stand anywhere is shown to stand anywhere."""
    figure = te.plot_rank_sets(with_errors(evaluation, SE, unknown=2), lang="en")
    assert [ends for face, ends in drawn(figure) if face == "white"]
    assert [1.0, 4.0] in [ends for _, ends in drawn(figure)]


def test_too_many_townships_and_unknown_languages_are_refused(uncertain: te.Evaluation) -> None:
    """A figure of a thousand rows helps nobody; a language that is not there is named."""
    with pytest.raises(ValueError, match="lang must be one of"):
        te.plot_rank_sets(uncertain, lang="fr")
    scheme = te.read_scheme(
        {"name": "x", "version": "1", "index": {"children": [{"id": "a", "weight": 100, "basis": "t"}]}}
    )
    values = pd.DataFrame({"a": np.arange(401.0) % 100}, index=[f"u{k:03}" for k in range(401)])
    with pytest.raises(te.DataError, match=r"figure\.size"):
        te.plot_rank_sets(te.evaluate(scheme, te.Inputs(period="2018", values=values)))
