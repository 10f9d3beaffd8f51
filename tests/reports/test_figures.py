"""Figures: what is drawn is the result, every notice is on it, and nothing is shown as boxes."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.lines import Line2D
from matplotlib.text import Text

import township_eval as te
from township_eval.evaluation.certainty import interval_of
from township_eval.reports.figures import paper

CHINESE_INSTALLED = {font.name for font in fontManager.ttflist} & set(paper.CHINESE_FONTS)
CHINESE = re.compile("[\u3000-\u9fff]")


@pytest.fixture(autouse=True)
def some_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is not drawn be told by names also where no font with Chinese characters is installed."""
    monkeypatch.setattr(paper, "CHINESE_FONTS", (*paper.CHINESE_FONTS, "DejaVu Sans"))


@pytest.fixture
def measured(evaluation: te.Evaluation) -> te.Evaluation:
    """Give the water of 甲镇 and 乙镇 an error, that of 丙乡 one nobody knows, that of 丁乡 none."""
    leaves = evaluation.leaves
    se, df, unknown = leaves.se.copy(), leaves.df.copy(), leaves.unknown.copy()
    se[0], df[0], unknown[0] = (
        [1.5, 3.0, np.nan, 0.0],
        [9.0, 4.0, np.nan, np.nan],
        [False, False, True, False],
    )
    return replace(evaluation, leaves=replace(leaves, se=se, df=df, unknown=unknown))


def texts(figure: Figure) -> list[str]:
    """Return everything written in a figure."""
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def lines(figure: Figure) -> Iterator[tuple[Line2D, list[float]]]:
    """Yield what is drawn in the axes, with its places on the axis of values."""
    for line in figure.axes[0].lines:
        yield line, [float(x) for x in np.asarray(line.get_xdata())]


def labels(figure: Figure) -> list[str]:
    """Return the names at the rows, from top to bottom."""
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


def test_classes_stand_apart_and_the_highest_first(measured: te.Evaluation) -> None:
    """Townships stand under their class in the order of the value."""
    figure = te.plot_intervals(measured, "water")
    assert labels(figure) == ["", "甲镇", "乙镇", "", "丁乡", "丙乡"]
    assert [text.get_text() for text in figure.axes[0].texts][:2] == ["一类 近郊", "100.0 (96.6—103.4)"]


def test_bars_are_the_intervals_of_the_result(measured: te.Evaluation) -> None:
    """A bar runs from the lower to the upper limit of the value's interval, and only where there is one."""
    bars = [ends for _, ends in lines(te.plot_intervals(measured, "water")) if len(ends) == 2]
    assert bars == [list(interval_of(measured, 0, 0)), list(interval_of(measured, 0, 1))]


def test_an_unknown_error_is_drawn_hollow(measured: te.Evaluation) -> None:
    """A value with an error nobody knows is a hollow dot, and the numbers say so."""
    figure = te.plot_intervals(measured, "自来水", lang="en")
    faces = {ends[0]: line.get_markerfacecolor() for line, ends in lines(figure) if len(ends) == 1}
    assert [value for value, face in faces.items() if face == "white"] == [50.0]
    assert "50.0 error unknown" in texts(figure)


def test_a_value_that_is_missing_keeps_its_row(evaluation: te.Evaluation) -> None:
    """A township without a value is listed as such, not left out."""
    figure = te.plot_intervals(evaluation, "roads")
    assert labels(figure) == ["", "甲镇", "乙镇", "", "丙乡", "丁乡"]
    assert texts(figure).count("无数据") == 2


def test_a_township_without_a_class_is_drawn(evaluation: te.Evaluation) -> None:
    """Who belongs to no class stands below the classes."""
    units = replace(evaluation.units, groups=("一类", "", "一类", "一类"))
    figure = te.plot_intervals(replace(evaluation, units=units), "water")
    assert labels(figure) == ["", "甲镇", "丁乡", "丙乡", "乙镇"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_notice_is_on_the_figure(provisional: te.Evaluation, lang: str) -> None:
    """The scheme's notice and the state of the result are printed, as on every sheet."""
    said = " ".join(texts(te.plot_intervals(provisional, "satisfaction", lang=lang)))
    assert "示例数据,非官方结果" in said
    assert {"zh": "预评(未定稿)", "en": "PROVISIONAL"}[lang] in said


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_figures_are_saved_without_a_missing_character(measured: te.Evaluation, kind: str) -> None:
    """Saving works in the usual formats; a character without a glyph would warn, and warnings are errors."""
    if not CHINESE_INSTALLED:
        pytest.skip("no font with Chinese characters is installed")
    saved = io.BytesIO()
    te.plot_intervals(measured, "water").savefig(saved, format=kind)
    assert len(saved.getvalue()) > 1000


def test_without_a_chinese_font_codes_stand_for_names(
    provisional: te.Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No boxes: townships go by codes, and lines say that a font and a notice are missing."""
    monkeypatch.setattr(paper, "CHINESE_FONTS", ("No Such Font",))
    figure = te.plot_intervals(provisional, "water")
    said = texts(figure)
    assert [text for text in said if CHINESE.search(text)] == []
    assert [label for label in labels(figure) if label] == ["101", "102", "202", "201"]
    assert "notice" in " ".join(said)
    assert "WenQuanYi" in " ".join(said)


def test_settings_shared_by_the_process_stay(measured: te.Evaluation) -> None:
    """Nothing global is changed: not the settings of matplotlib, and pyplot is not needed."""
    before = dict(mpl.rcParams)
    te.plot_intervals(measured, "water")
    assert dict(mpl.rcParams) == before


def test_without_matplotlib_the_extra_is_named(
    evaluation: te.Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has not installed matplotlib reads what to install."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(te.DataError) as caught:
        te.plot_intervals(evaluation, "water")
    assert [problem.code for problem in caught.value.problems] == ["figure.matplotlib"]
    assert 'pip install "township-eval[plot]"' in caught.value.problems[0].hint.en


@pytest.mark.parametrize("node", ["watr", "performance"])
def test_what_is_no_indicator_is_refused(evaluation: te.Evaluation, node: str) -> None:
    """A slip of the pen gets a suggestion; a block has no interval of its own and is refused too."""
    with pytest.raises(te.DataError) as caught:
        te.plot_intervals(evaluation, node)
    (problem,) = caught.value.problems
    assert (problem.code, node in problem.what.en, bool(problem.hint)) == ("figure.node", True, True)


def test_an_unknown_language_is_refused(evaluation: te.Evaluation) -> None:
    """Language is one of two."""
    with pytest.raises(ValueError, match="lang"):
        te.plot_intervals(evaluation, "water", lang="fr")


def test_more_townships_than_a_figure_holds() -> None:
    """A figure of thousands of rows is refused with what to do instead."""
    leaf: dict[str, Any] = {"id": "water", "weight": 100, "basis": "1"}
    scheme = te.read_scheme({"name": "Many", "version": "1", "index": {"children": [leaf]}})
    values = pd.DataFrame({"water": np.arange(500.0) % 100}, index=[f"u{at}" for at in range(500)])
    evaluation = te.evaluate(scheme, te.Inputs(period="2018", values=values))
    with pytest.raises(te.DataError, match="500"):
        te.plot_intervals(evaluation, "water")
