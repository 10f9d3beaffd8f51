"""Raters who mark in both periods: whether the strict stay as strict, told from what they marked."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import township_eval as te
from township_eval.analysis.periods.errors import change_errors
from township_eval.analysis.periods.links import link_units
from township_eval.io import archive
from township_eval.methods.differences import holm, two_sided

UNITS = tuple("甲乙丙丁戊己")
RATERS = tuple("张王李赵钱")
PANEL = {"id": "panel", "weight": 100, "basis": "test", "source": {"kind": "ratings"}}
SCHEME = te.read_scheme(
    {"name": "办法", "version": "1", "units": {unit: {} for unit in UNITS}, "index": {"children": [PANEL]}}
)


def evaluated(period: str, scores: np.ndarray, raters=RATERS, scheme=SCHEME) -> te.Evaluation:
    """Evaluate a period's panel, (n_units, n_raters), NaN where a rater has not marked."""
    at = np.argwhere(~np.isnan(scores))
    rows = [(UNITS[i], raters[j], scores[i, j]) for i, j in at]
    ratings = pd.DataFrame(rows, columns=["unit", "rater", "score"])
    return te.evaluate(scheme, te.Inputs(period=period, ratings=ratings))


def panels(seed: int, rho: float, n_raters: int = 5, severe: float = 5.0) -> tuple[np.ndarray, np.ndarray]:
    """Return two periods' panels in which no township changes and severities correlate by rho."""
    rng = np.random.default_rng([seed, round(100 * rho), n_raters])
    one, other = rng.normal(0, severe, (2, n_raters))
    two = rho * one + np.sqrt(1 - rho**2) * other
    level = np.linspace(60, 80, len(UNITS))[:, None]
    return tuple(level + severity + rng.normal(0, 2, (len(UNITS), n_raters)) for severity in (one, two))


def pair(seed: int, rho: float) -> tuple[te.Evaluation, te.Evaluation]:
    """Return the evaluations of two periods of five raters."""
    before, after = panels(seed, rho)
    return evaluated("2018", before), evaluated("2019", after)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_complete_panel_is_a_paired_comparison(seed) -> None:
    """The error of a change is that of the mean difference between a rater's two marks, raters drawn."""
    panels_of = panels(seed, 0.5)
    change = te.compare(*(evaluated(f"{2018 + k}", one) for k, one in enumerate(panels_of))).units
    differences = panels_of[1] - panels_of[0]
    n, k = differences.shape
    spread = differences.mean(axis=0).var(ddof=1)
    rests = [one - one.mean(0) - one.mean(1)[:, None] + one.mean() for one in panels_of]
    rest = sum((left**2).sum() for left in rests) / ((n - 1) * (k - 1))
    assert change["se"].to_numpy() == pytest.approx(np.sqrt((spread + (1 - 1 / n) * rest) / k), rel=1e-6)


def test_a_word_chooses_how_raters_count() -> None:
    """Drawn anew variances add up; the same, severities cancel; what was done is said in both languages."""
    before, after = pair(2, 0.8)
    found = {word: te.compare(before, after, raters=word) for word in ("anew", "estimated", "same")}
    se = {word: change.units["se"].to_numpy() for word, change in found.items()}
    np.testing.assert_allclose(se["anew"], np.hypot(before.results["se"], after.results["se"]))
    assert (se["same"] < se["estimated"]).all()
    assert (se["estimated"] < se["anew"]).all()
    for word, change in found.items():
        (note,) = change.notes.query("code == 'change.raters'").to_dict("records")
        assert note["en"].startswith("5 raters marked in both periods")
        assert note["zh"].startswith("5名评估员两期都评分")
        assert ("change.independent" in set(change.notes["code"])) is (word == "anew")
    assert "correlate by" in found["estimated"].notes.set_index("code")["en"]["change.raters"]


def test_another_word_is_refused() -> None:
    """An unknown word is no silent default."""
    with pytest.raises(ValueError, match=r"raters must be one of .*'fixed'"):
        te.compare(*pair(1, 0.5), raters="fixed")


def test_a_stated_correlation_counts_instead_of_raters() -> None:
    """A correlation is of whole errors, whatever is said of raters."""
    before, after = pair(1, 0.5)
    stated = [te.compare(before, after, correlation=0.3, raters=word).units for word in ("anew", "same")]
    pd.testing.assert_frame_equal(*stated)


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_too_few_raters_show_nothing(kept) -> None:
    """Fewer than three raters of both periods count as drawn anew, and it is said."""
    before, after = panels(1, 1.0)
    raters = (*RATERS[:kept], *"ABCDE"[kept:])
    change = te.compare(evaluated("2018", before), evaluated("2019", after, raters))
    anew = te.compare(evaluated("2018", before), evaluated("2019", after, raters), raters="anew")
    pd.testing.assert_frame_equal(change.units, anew.units)
    said = change.notes.set_index("code")["en"]
    assert ("change.raters" in said.index) is (kept > 0)
    if kept:
        assert said["change.raters"].startswith("1 rater marked" if kept == 1 else "2 raters marked")
    assert "change.independent" in said.index


@pytest.mark.parametrize("word", ["estimated", "same"])
def test_an_archive_tells_as_much(tmp_path, word) -> None:
    """Severities are kept by digest: two files give the change two evaluations give."""
    found = pair(2, 0.8)
    for one in found:
        te.write_evaluation(one, tmp_path / f"{one.period}.json")
    read = [te.read_evaluation(tmp_path / f"{one.period}.json") for one in found]
    pd.testing.assert_frame_equal(
        te.compare(*read, raters=word).units, te.compare(*found, raters=word).units, rtol=1e-12
    )


def test_an_earlier_archive_shows_nothing_of_severities(tmp_path) -> None:
    """Without them raters count as drawn anew, and stay the same where that is stated."""
    found = pair(2, 0.8)
    for one in found:
        path = tmp_path / f"{one.period}.json"
        te.write_evaluation(one, path)
        plain = json.loads(path.read_text("utf-8"))
        del plain["precision"]["raters"]
        plain["digest"] = archive._digest(plain)
        path.write_text(json.dumps(plain), encoding="utf-8")
    read = [te.read_evaluation(tmp_path / f"{one.period}.json") for one in found]
    anew, same = (te.compare(*found, raters=way).units["se"] for way in ("anew", "same"))
    np.testing.assert_allclose(te.compare(*read).units["se"], anew)
    np.testing.assert_allclose(te.compare(*read, raters="same").units["se"], same)


def test_the_order_of_rows_and_units_is_of_no_account() -> None:
    """Ratings listed another way give the same bytes."""
    before, after = panels(3, 0.7)
    turned = evaluated("2019", after[:, ::-1], RATERS[::-1])
    pd.testing.assert_frame_equal(
        te.compare(evaluated("2018", before), evaluated("2019", after)).units,
        te.compare(evaluated("2018", before), turned).units,
        check_exact=True,
    )


def test_a_merged_unit_has_the_error_of_its_parts_mean() -> None:
    """Two townships made one: what their raters share counts once, as for any mean of marks."""
    before, after = panels(4, 0.6)
    whole = {name: {} for name in ("合", *UNITS[2:])}
    leaf = {"id": "panel", "weight": 100, "basis": "test", "source": {"kind": "ratings"}}
    of = te.read_scheme({"name": "办法", "version": "2", "units": whole, "index": {"children": [leaf]}})
    rows = [(name, r, after[i + 1, j]) for i, name in enumerate(whole) for j, r in enumerate(RATERS)]
    ratings = pd.DataFrame(rows, columns=["unit", "rater", "score"])
    later = te.evaluate(of, te.Inputs(period="2019", ratings=ratings))
    table = pd.DataFrame({"unit": UNITS[:2], "into": ["合", "合"], "share": [0.5, 0.5]})
    units = te.compare(evaluated("2018", before), later, renamed=table).units.set_index("unit")
    others = units.loc[list(UNITS[2:]), "se"]
    assert others.max() - others.min() < 1e-9
    assert 0 < units.loc["合", "se"] < others.min()


@pytest.mark.parametrize(
    "more", [{"method": "median"}, {"trim": 1}, {"method": "severity"}, {"raters": "fixed"}]
)
def test_however_marks_are_put_together(more) -> None:
    """Medians, trimmed and adjusted means covary by their raters; fixed raters of all units do not."""
    leaf = {**PANEL, "source": {"kind": "ratings", **more}}
    of = te.read_scheme(
        {"name": "办法", "version": "1", "units": {unit: {} for unit in UNITS}, "index": {"children": [leaf]}}
    )
    sides = [evaluated(f"{2018 + k}", one, scheme=of) for k, one in enumerate(panels(2, 0.9))]
    se = {way: te.compare(*sides, raters=way).units["se"] for way in ("estimated", "anew", "same")}
    if more == {"raters": "fixed"}:
        np.testing.assert_allclose(se["estimated"], se["anew"])
        return
    assert (se["same"] < se["estimated"]).all()
    assert (se["estimated"] < se["anew"]).all()


def test_a_node_knows_raters_again_as_the_index_does() -> None:
    """A panel that is all of the index has the index's error."""
    nodes = te.compare(*pair(1, 0.5)).nodes.pivot_table(index="unit", columns="node", values="se")
    np.testing.assert_allclose(nodes["panel"], nodes[te.compare(*pair(1, 0.5)).nodes["node"].iloc[0]])


@pytest.mark.parametrize(("n_raters", "rho"), [(3, 0.0), (5, 0.5), (5, 1.0)])
def test_false_movers_are_no_more_than_allowed(n_raters, rho) -> None:
    """No township changes: hardly ever is one called a mover, however far severities last."""
    sets = 40
    named = dict.fromkeys(("estimated", "same"), 0)
    for seed in range(sets):
        sides = [
            evaluated(str(2018 + k), one, RATERS[:n_raters])
            for k, one in enumerate(panels(seed, rho, n_raters))
        ]
        for word in named:
            named[word] += _moved(*sides, word)
    assert named["estimated"] / sets <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / sets)
    assert (named["same"] / sets > 0.125) is (rho < 1)


def _moved(before: te.Evaluation, after: te.Evaluation, word) -> bool:
    """Return whether any township is called a mover, as `compare` tells them."""
    links, _ = link_units(before.units, after.units, ())
    errors = change_errors(before, after, links, None, word)
    change = after.standing.adjusted - before.standing.adjusted
    return bool((holm(two_sided(change, errors.se, errors.df)) <= 0.05).any())
