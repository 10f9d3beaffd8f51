"""How sure a change is: independent periods, the same raters and villages, and what nobody knows."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

import township_eval as te

UNITS = tuple("甲乙丙丁")
PANEL = {"id": "panel", "weight": 100, "basis": "test", "source": {"kind": "ratings"}}
ASKED = {
    "id": "asked", "weight": 100, "basis": "test",
    "source": {"kind": "satisfaction", "scale": {"满意": 100, "不满意": 0}},
}  # fmt: skip


def scheme(leaf):
    units = {unit: {} for unit in UNITS}
    return te.read_scheme({"name": "办法", "version": "1", "units": units, "index": {"children": [leaf]}})


def rated(period: str, raters: tuple[str, ...], seed: int) -> te.Evaluation:
    """Evaluate a period in which raters, some stricter than others, have marked all units."""
    rng = np.random.default_rng(seed)
    severity = {rater: rng.normal(0, 5) for rater in raters}
    rows = [
        (u, r, 70 + 5 * k + severity[r] + rng.normal(0, 2)) for (k, u), r in product(enumerate(UNITS), raters)
    ]
    ratings = pd.DataFrame(rows, columns=["unit", "rater", "score"])
    return te.evaluate(scheme(PANEL), te.Inputs(period=period, ratings=ratings))


def answered(villages: tuple[str, ...], seed: int, units=UNITS) -> pd.DataFrame:
    """Draw the answers of ten persons of each village."""
    rng = np.random.default_rng(seed)
    rows = []
    for unit, village in product(units, villages):
        share = rng.uniform(0.4, 0.9)
        rows += [(unit, village, "满意" if rng.random() < share else "不满意") for _ in range(10)]
    return pd.DataFrame(rows, columns=["unit", "cluster", "answer"])


def surveyed(period: str, villages: tuple[str, ...], seed: int, units=UNITS) -> te.Evaluation:
    """Evaluate a period in which ten persons of each village were asked."""
    inputs = te.Inputs(period=period, responses=answered(villages, seed, units))
    return te.evaluate(scheme(ASKED), inputs)


def test_other_raters_make_independent_periods() -> None:
    """Variances add up; a reader is told that nobody was told again."""
    before, after = rated("2018", ("张", "王", "李", "赵"), 1), rated("2019", ("A", "B", "C", "D"), 2)
    change = te.compare(before, after)
    expected = np.hypot(before.results["se"], after.results["se"])
    np.testing.assert_allclose(change.units["se"], expected)
    assert "change.independent" in set(change.notes["code"])


def test_the_same_villages_covary_as_their_totals_do() -> None:
    """The covariance is that of the villages' linearized totals, here worked from the means by village."""
    villages = tuple(f"{k}村" for k in range(6))
    before, after = surveyed("2018", villages, 3), surveyed("2019", villages, 4)
    change = te.compare(before, after).units.set_index("unit")
    for unit in UNITS:
        means = [_by_village(seed, villages)[unit] for seed in (3, 4)]
        deviations = [row - row.mean() for row in means]
        variance = ((deviations[1] - deviations[0]) ** 2).sum() / (6 * 5)
        assert change.loc[unit, "se"] == pytest.approx(np.sqrt(variance), rel=1e-9)


def _by_village(seed: int, villages: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Return the mean points of every village, drawn again as `surveyed` draws them."""
    rng = np.random.default_rng(seed)
    found = {}
    for unit, _ in product(UNITS, villages):
        share = rng.uniform(0.4, 0.9)
        found.setdefault(unit, []).append(100.0 * np.mean([rng.random() < share for _ in range(10)]))
    return {unit: np.array(means) for unit, means in found.items()}


def test_an_archive_knows_raters_and_villages_again_without_their_names(tmp_path) -> None:
    """Two archives give the change two evaluations give, and hold no name."""
    raters = ("张三丰", "王重阳", "李莫愁")
    pair = [rated("2018", raters, 1), rated("2019", raters, 2)]
    for evaluation in pair:
        te.write_evaluation(evaluation, tmp_path / f"{evaluation.period}.json")
    texts = [(tmp_path / f"{period}.json").read_text(encoding="utf-8") for period in ("2018", "2019")]
    assert not any(name in text for name in raters for text in texts)
    read = [te.read_evaluation(tmp_path / f"{period}.json") for period in ("2018", "2019")]
    pd.testing.assert_frame_equal(te.compare(*read).units, te.compare(*pair).units)


def test_a_stated_correlation_counts_instead() -> None:
    """Where no name tells, the analyst may say how much the periods share; 0 is independence."""
    raters = ("张", "王", "李", "赵")
    before, after = rated("2018", raters, 1), rated("2019", raters, 2)
    one, two = before.results["se"].to_numpy(), after.results["se"].to_numpy()
    for rho in (0.0, 0.6, 1.0):
        change = te.compare(before, after, correlation=rho)
        np.testing.assert_allclose(
            change.units["se"], np.sqrt(one**2 + two**2 - 2 * rho * one * two), atol=1e-9
        )
        assert "change.correlation" in set(change.notes["code"])


def test_movers_are_told_over_all_townships() -> None:
    """Nothing really changed in 40 pairs of periods: hardly ever is a township called a mover."""
    named = 0
    for seed in range(40):
        pair = [
            surveyed(period, tuple("甲乙丙丁戊己"), 100 * seed + k)
            for k, period in enumerate(("2018", "2019"))
        ]
        named += bool((te.compare(*pair, correlation=0.0).units["mover"] != "").any())
    assert named <= 7  # 40 x .05 is 2; more than 7 has a chance of one in two thousand


def test_a_change_far_beyond_its_error_is_a_mover() -> None:
    """From 20 % to 90 % satisfied with 60 asked is more than chance."""
    rows = {
        share: [("甲", f"{v}村", "满意" if k < share else "不满意") for v in range(6) for k in range(10)]
        for share in (2, 9)
    }
    rows = {
        share: [row if v % 3 else (row[0], row[1], "满意") for v, row in enumerate(listed)]
        for share, listed in rows.items()
    }
    pair = [
        te.evaluate(
            te.read_scheme(
                {"name": "办法", "version": "1", "index": {"children": [ASKED]}, "units": {"甲": {}}}
            ),
            te.Inputs(
                period=period, responses=pd.DataFrame(rows[share], columns=["unit", "cluster", "answer"])
            ),
        )
        for period, share in (("2018", 2), ("2019", 9))
    ]
    units = te.compare(*pair).units
    assert units["mover"].tolist() == ["up"]
    assert te.compare(*pair).units["lower"].iloc[0] > 0


def test_unknown_errors_give_no_error_of_the_change(make) -> None:
    """Administrative figures have no sampling error that anybody knows: no interval, and it is said."""
    of = make.scheme(make.leaf("a"))
    change = te.compare(*(make.evaluated(of, p, {"a": [1.0, 2.0]}) for p in ("2018", "2019")))
    assert change.units[["se", "lower", "upper", "p"]].isna().all().all()
    assert (change.units["mover"] == "").all()
    assert "change.no_errors" in set(change.notes["code"])


def test_a_year_of_one_panel_is_less_sure_than_of_two() -> None:
    """Errors that all periods share do not average out."""
    raters = ("张", "王", "李", "赵")
    before, after = rated("2018-H1", raters, 1), rated("2018-H2", raters, 2)
    same = te.combine([before, after]).results["se"].to_numpy()
    free = te.combine([before, after], correlation=0.0).results["se"].to_numpy()
    np.testing.assert_allclose(free, np.hypot(before.results["se"], after.results["se"]) / 2)
    assert (same > free).all()


LISTED = {**ASKED["source"], "design": "list census"}


def listed(period: str, yes: tuple[int, ...]) -> te.Evaluation:
    """Evaluate complete lists of fifty who all answered."""
    rows = [(u, a, n) for u, k in zip(UNITS, yes, strict=True) for a, n in (("满意", k), ("不满意", 50 - k))]
    counts = pd.DataFrame(rows, columns=["unit", "answer", "count"])
    inputs = te.Inputs(period=period, satisfaction=counts)
    return te.evaluate(scheme({**ASKED, "source": LISTED}), inputs)


def test_changes_of_complete_lists_are_no_findings_of_a_test() -> None:
    """Where everybody was asked every change is one: that is said, and nothing of shared people."""
    change = te.compare(listed("2018", (30, 30, 30, 30)), listed("2019", (31, 30, 29, 30)))
    assert change.units["mover"].tolist() == ["up", "", "down", ""]
    (note,) = change.notes.query("where == 'se'").to_dict("records")
    assert note["code"] == "change.exact"
    assert "4" in note["zh"]
    assert "4" in note["en"]


def test_a_missing_score_is_no_unknown_error(make) -> None:
    """Who has no score in a period is told as not compared, not as one whose error nobody knows."""
    leaf = {**make.leaf("asked"), "source": ASKED["source"], "missing": "exclude"}
    of = make.scheme(
        leaf, make.leaf("a", missing="exclude"), index={"minimum_children": 2, "missing": "exclude"}
    )
    rows = [(u, a, n) for u in UNITS for a, n in (("满意", 30), ("不满意", 20))]
    counts = pd.DataFrame(rows, columns=["unit", "answer", "count"])
    values = pd.DataFrame({"a": [50.0] * 4}, index=list(UNITS))
    before, after = (
        te.evaluate(of, te.Inputs(period=period, values=values, satisfaction=part))
        for period, part in (("2018", counts), ("2019", counts[counts["unit"] != "甲"]))
    )
    change = te.compare(before, after)
    codes = set(change.notes["code"])
    assert "change.not_compared" in codes
    assert not codes & {"change.one_error", "change.not_additive", "change.exact"}
    assert change.additive


def test_the_same_answers_under_two_schemes_have_no_error_between_them() -> None:
    """What a scheme does not touch has changed by nothing, surely; what is not told is said."""
    villages = tuple(f"{k}村" for k in range(6))
    before = surveyed("2018", villages, 3)
    of = scheme({**ASKED, "scoring": {"method": "linear", "low": 0, "high": 200}})
    answers = answered(villages, 3)
    after = te.evaluate(of, te.Inputs(period="2018", responses=answers))
    change = te.compare(before, after)
    assert "change.same_period" in set(change.notes["code"])
    expected = np.abs(after.results["se"] - before.results["se"]).to_numpy()
    np.testing.assert_allclose(change.units["se"], expected, atol=1e-9)
    untouched = te.compare(
        before, te.evaluate(scheme({**ASKED, "name": "问"}), te.Inputs(period="2018", responses=answers))
    )
    assert (untouched.nodes["se"] == 0).all()
    assert (untouched.units["mover"] == "").all()
