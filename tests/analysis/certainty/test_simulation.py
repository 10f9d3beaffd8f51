"""Draws through rules, tree, rounding, ranks and grades."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import township_eval as te
from township_eval.analysis.certainty.tally import quantile_of_counts, quantile_of_draws

SHARES = {"a": 90.0, "b": 88.0, "c": 85.0, "d": 60.0}
CUTS = [{"name": "A", "at_least": 88}, {"name": "B", "at_least": 60}, {"name": "C", "at_least": 0}]


@pytest.mark.parametrize("at_once", [1, 7, 64, 5000])
def test_blocks_change_nothing(survey, at_once) -> None:
    """The result of a seed is the same to the last bit, whatever is scored at once."""
    evaluation = survey(SHARES, grades=CUTS, roads=[10.0, 20.0, 30.0, 90.0])
    one, other = te.simulate(evaluation, draws=300), te.simulate(evaluation, draws=300, at_once=at_once)
    for name in ("scores", "ranks", "grades"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)


def test_nodes_in_several_passes_are_the_same(survey, monkeypatch) -> None:
    """When memory holds one node at a time, its draws are made again: the same ones."""
    evaluation = survey(SHARES, roads=[10.0, 20.0, 30.0, 90.0])
    whole = te.simulate(evaluation, draws=200)
    monkeypatch.setattr("township_eval.analysis.certainty.simulation._NUMBERS", 1)
    apart = te.simulate(evaluation, draws=200)
    pd.testing.assert_frame_equal(whole.scores, apart.scores, check_exact=True)
    pd.testing.assert_frame_equal(whole.ranks, apart.ranks)


def test_the_order_of_units_is_of_no_account(survey) -> None:
    """Rows in another order give the same draws to every unit."""
    one = te.simulate(survey(SHARES), draws=400)
    other = te.simulate(survey(dict(reversed(SHARES.items()))), draws=400)
    pd.testing.assert_frame_equal(one.ranks, other.ranks.loc[one.ranks.index])


def test_scores_spread_as_their_standard_errors_say(survey) -> None:
    """Where nothing bends, spread and 95 % limits are those of the delta rule within the draws' error."""
    evaluation = survey(SHARES, roads=[10.0, 20.0, 30.0, 90.0])
    found = te.simulate(evaluation, draws=10_000).scores
    index = found[found["node"] == "index"].set_index("unit")
    se = evaluation.precision.se[0]
    assert index["sd"].to_numpy() == pytest.approx(se, rel=0.03)
    assert (index["upper"] - index["score"]).to_numpy() == pytest.approx(1.96 * se, rel=0.05)
    assert found[found["node"] == "roads"][["median", "lower", "upper"]].isna().all(axis=None)


def test_ranks_and_grades_agree_with_exact_probabilities(survey) -> None:
    """What is drawn through the whole scheme has the shares that quadrature gives."""
    evaluation = survey(SHARES, grades=CUTS)
    found = te.simulate(evaluation, draws=20_000)
    assert np.abs(found.grades - te.grade_probabilities(evaluation)).to_numpy().max() < 0.015
    chances = te.rank_probabilities(evaluation).to_numpy()
    lower = 1 + (chances.cumsum(axis=1) < 0.025).sum(axis=1)
    assert np.abs(found.ranks["lower"].to_numpy(dtype=float) - lower).max() <= 1


def test_intervals_are_not_called_sets(survey) -> None:
    """A simulated rank interval is narrower than the set and says that it is a plug-in."""
    evaluation = survey(SHARES)
    found, sets = te.simulate(evaluation, draws=4000), te.rank_sets(evaluation)
    assert (found.ranks["lower"] >= sets["lower"]).all()
    assert (found.ranks["upper"] <= sets["upper"]).all()
    assert "set" not in found.note.en
    assert "平先验代入值" in repr(found)
    assert "flat-prior plug-in" in found._repr_html_()


def test_unknown_errors_leave_blanks(survey) -> None:
    """Scores of the unit, and ranks of whoever is compared with it, are not made up."""
    evaluation = survey(SHARES)
    unknown = evaluation.precision.unknown.copy()
    unknown[:, 1] = True
    found = te.simulate(
        replace(evaluation, precision=replace(evaluation.precision, unknown=unknown)), draws=100
    )
    assert found.scores.set_index("unit")["lower"].isna().groupby("unit").all().to_dict() == {
        "a": False, "b": True, "c": False, "d": False,
    }  # fmt: skip
    assert found.ranks[["lower", "upper", "median"]].isna().all(axis=None)
    assert found.ranks["rank"].tolist() == [1, 2, 3, 4]


def test_blanks_are_explained(survey, figures) -> None:
    """More than 1,000 units have scores and no ranks; that, and unknown errors, are said in the notes."""
    many = figures({f"u{k:04}": 50.0 + k / 100 for k in range(1001)}, grades=CUTS)
    found = te.simulate(many, draws=1)
    assert found.ranks["lower"].isna().all()
    assert found.grades.isna().all(axis=None)
    assert "1001" in found.notes[0].zh
    assert "left blank" in found.notes[0].en
    assert found.notes[0].en in repr(found)
    assert found.notes[0].zh in found._repr_html_()
    assert found.to_dict()["notes"][0]["en"] == found.notes[0].en
    evaluation = survey(SHARES)
    assert te.simulate(evaluation, draws=50).notes == ()
    unknown = evaluation.precision.unknown.copy()
    unknown[:, 1] = True
    doubtful = replace(evaluation, precision=replace(evaluation.precision, unknown=unknown))
    assert "errors of 1 units are not known" in te.simulate(doubtful, draws=50).notes[0].en


def test_points_rounded_below_the_composite_are_rounded_in_every_draw(survey) -> None:
    """Whole points of the leaf: so are all percentiles of the score."""
    evaluation = survey(SHARES)
    rounding = te.read_scheme(
        {
            "name": "Asked", "version": "1", "rounding": {"stage": "indicator", "digits": 0},
            "index": {"children": [{"id": "asked", "weight": 100, "basis": "t", "source": {
                "kind": "satisfaction", "scale": {"yes": 100, "no": 0}}}]},
        }
    )  # fmt: skip
    counts = pd.DataFrame({"unit": ["a", "a"], "answer": ["yes", "no"], "count": [181, 19]})
    units = pd.DataFrame({"unit": ["a"], "name": ["a"]})
    whole = te.evaluate(rounding, te.Inputs(period="2018", units=units, satisfaction=counts))
    for one, integer in ((whole, True), (evaluation, False)):
        ends = te.simulate(one, draws=500).scores[["lower", "upper"]].to_numpy()
        assert np.allclose(ends, np.rint(ends)) == integer


def test_without_errors_nothing_moves(figures) -> None:
    """Administrative figures have their rank in every draw, and no interval of the score."""
    found = te.simulate(figures({"a": 95.0, "b": 90.0}), draws=1000)
    assert found.ranks[["lower", "upper"]].to_numpy().tolist() == [[1, 1], [2, 2]]
    assert found.scores["lower"].isna().all()


def test_the_result_is_plain_data(survey) -> None:
    """`to_dict` goes into JSON as it is."""
    plain = te.simulate(survey(SHARES, grades=CUTS), draws=50).to_dict()
    assert json.loads(json.dumps(plain))["draws"] == 50
    assert [row["unit"] for row in plain["ranks"]] == list(SHARES)


def test_impossible_questions(survey) -> None:
    """No draws, a level outside (0, 1), an unknown node, partial data."""
    evaluation = survey(SHARES)
    with pytest.raises(ValueError, match="draws"):
        te.simulate(evaluation, draws=0)
    with pytest.raises(ValueError, match=r"draws.*2\.5.*seed.*-1.*at_once.*0"):
        te.simulate(evaluation, draws=2.5, seed=-1, at_once=0)
    with pytest.raises(ValueError, match="at least one node"):
        te.simulate(evaluation, nodes=[])
    with pytest.raises(ValueError, match="level"):
        te.simulate(evaluation, level=1.5)
    with pytest.raises(te.DataError, match=r"simulate\.node.*water"):
        te.simulate(evaluation, nodes=["water"])
    with pytest.raises(te.DataError, match=r"certainty\.provisional"):
        te.simulate(replace(evaluation, provisional=True))


def test_one_node_may_be_named_by_itself(survey) -> None:
    """A node's id is not taken for a list of letters."""
    evaluation = survey(SHARES)
    one, listed = (te.simulate(evaluation, draws=50, nodes=nodes).scores for nodes in ("asked", ["asked"]))
    pd.testing.assert_frame_equal(one, listed, check_exact=True)


def test_quantiles_leave_out_what_is_not_there() -> None:
    """The smallest value that the share does not pass, of those that are there."""
    ordered = np.array([[1.0, 1.0], [2.0, 5.0], [3.0, np.nan], [4.0, np.nan]])
    assert quantile_of_draws(ordered, 0.5).tolist() == [2.0, 1.0]
    assert quantile_of_draws(ordered, 0.75).tolist() == [3.0, 5.0]
    counts = np.array([[0, 3, 96, 1], [100, 0, 0, 0]])
    assert quantile_of_counts(counts, 0.025).tolist() == pytest.approx([1.0, np.nan], nan_ok=True)
    assert quantile_of_counts(counts, 0.5)[0] == 2.0
