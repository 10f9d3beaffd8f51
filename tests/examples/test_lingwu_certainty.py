"""How sure the example's ranks are: sets, probabilities and simulation agree with each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import township_eval as te
from township_eval.examples import path

LINGWU = path("lingwu")


@pytest.fixture(scope="module")
def evaluation() -> te.Evaluation:
    """Score the second half-year of the example."""
    scheme = te.read_scheme(LINGWU / "scheme.yaml")
    return te.evaluate(scheme, te.read_inputs(LINGWU / "2018-H2", scheme))


def test_raters_shared_by_all_townships_are_known_to_be_shared(evaluation: te.Evaluation) -> None:
    """Departments and assessors marked every township: composites vary together, few degrees of freedom."""
    covariance = evaluation.covariance().to_numpy()
    error = np.sqrt(np.diag(covariance))
    related = covariance / np.outer(error, error)
    assert related[np.triu_indices(9, 1)].min() > 0.1
    assert (evaluation.precision.freedom < 30).all()
    assert te.rank_sets(evaluation).attrs["code"] == "small_df"


def test_every_set_holds_its_rank_and_the_simulated_interval(evaluation: te.Evaluation) -> None:
    """The set allows more than the plug-in interval, which takes the estimates for the truth."""
    sets, drawn = te.rank_sets(evaluation), te.simulate(evaluation, draws=4000).ranks
    assert ((sets["lower"] <= sets["rank"]) & (sets["rank"] <= sets["upper"])).all()
    assert ((sets["lower"] <= drawn["lower"]) & (drawn["upper"] <= sets["upper"])).all()
    assert (sets["lower_in_group"] <= drawn["lower_in_group"]).all()


def test_an_archive_answers_the_same(evaluation: te.Evaluation, tmp_path: Path) -> None:
    """Sets and draws need nothing that the archive has not."""
    te.write_evaluation(evaluation, tmp_path / "a.json")
    back = te.read_evaluation(tmp_path / "a.json")
    pd.testing.assert_frame_equal(te.rank_sets(back), te.rank_sets(evaluation))
    one, other = te.simulate(back, draws=300), te.simulate(evaluation, draws=300)
    pd.testing.assert_frame_equal(one.scores, other.scores, check_exact=True)
    pd.testing.assert_frame_equal(one.grades, other.grades, check_exact=True)


def test_the_archive_keeps_few_numbers_of_the_errors(evaluation: te.Evaluation) -> None:
    """Of two thousand answers nothing single is left: a few shocks for eighteen values."""
    leaves = evaluation.precision.leaves
    assert len(np.unique(leaves.unit)) == 18
    assert leaves.n_shocks < 30


def test_a_figure_shows_the_sets(evaluation: te.Evaluation) -> None:
    """Classes apart, every township a row, the notice on it."""
    figure = te.plot_rank_sets(evaluation, lang="en")
    axes = figure.axes[0]
    rows = [label.get_text() for label in axes.get_yticklabels()]
    assert len([row for row in rows if row]) == 9
    sets = te.rank_sets(evaluation)
    bars = [line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 2]
    assert len(bars) == int((sets["upper"] > sets["lower"]).sum())
    assert "Ranks and their 95 % sets 2018-H2" in axes.get_title(loc="left")
