"""Estimates against formulas written out a second time, on designs nobody chose.

Nothing here comes from the program but the result: variances are those of the textbook, influences are
numerical derivatives of the estimator with respect to each person's weight.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import township_eval as te

DESIGNS = ("persons", "strata", "villages", "villages of N", "two stages")


def sample(seed: int) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return a small random sample and how it is to be estimated."""
    rng = np.random.default_rng(seed)
    rows = []
    for h in range(rng.integers(1, 4)):
        villages = int(rng.integers(2, 6))
        whole = villages + int(rng.integers(0, 10))
        for v in range(villages):
            persons = int(rng.integers(2, 6))
            inside = persons + int(rng.integers(0, 20))
            rows += [(f"s{h}", f"v{v}", f"{h}/{v}/{i}", whole, inside) for i in range(persons)]
    frame = pd.DataFrame(rows, columns=["s", "v", "id", "N", "M"])
    frame["w"] = rng.uniform(0.5, 4.0, len(frame)).round(3)
    frame["d"] = rng.choice(["甲", "乙", "丙"], len(frame), p=[0.5, 0.4, 0.1])
    frame["y"] = rng.choice([0.0, 30.0, 80.0, 100.0, np.nan], len(frame), p=[0.1, 0.2, 0.3, 0.3, 0.1])
    design = DESIGNS[seed % len(DESIGNS)]
    options: dict[str, Any] = {"kind": ("mean", "total", "share")[seed % 3], "by": "d", "weights": "w"}
    if design != "persons":
        options["strata"] = "s"
    if design.startswith("villages"):
        options["cluster"] = "v"
    if design == "villages of N":
        options["population"] = "N"
    if design == "two stages":
        options |= {"cluster": ["v", "id"], "population": ["N", "M"]}
    if options["kind"] == "share":
        options["at_least"] = 80
    return frame.sample(frac=1, random_state=seed), options


def variance(z: Any, frame: pd.DataFrame, options: dict[str, Any]) -> float:
    """Return the textbook's variance of the sum of z, villages without members of the domain as zeros."""
    strata = frame["s"].to_numpy() if "strata" in options else np.zeros(len(frame), dtype=int)
    villages = frame["v"].to_numpy() if "cluster" in options else frame["id"].to_numpy()
    total = 0.0
    for h in np.unique(strata):
        here = strata == h
        names = np.unique(villages[here])
        u = np.array([z[here & (villages == name)].sum() for name in names])
        drawn = len(u) / frame["N"].to_numpy()[here][0] if "population" in options else 0.0
        total += (1 - drawn) * len(u) / (len(u) - 1) * ((u - u.mean()) ** 2).sum()
        for name in names if isinstance(options.get("cluster"), list) else ():
            inside = z[here & (villages == name)]
            m, whole = len(inside), frame["M"].to_numpy()[here & (villages == name)][0]
            total += drawn * (1 - m / whole) * m / (m - 1) * ((inside - inside.mean()) ** 2).sum()
    return float(total)


def values(frame: pd.DataFrame, options: dict[str, Any]) -> Any:
    y = frame["y"].to_numpy()
    return np.where(np.isnan(y), np.nan, y >= 80) if options["kind"] == "share" else y


@pytest.mark.parametrize("seed", range(45))
def test_any_design(seed: int) -> None:
    """Estimate, error, degrees of freedom and limits of every domain are the textbook's."""
    frame, options = sample(seed)
    found = te.survey_estimates(frame, "y", **options)
    y, w, total = values(frame, options), frame["w"].to_numpy(), options["kind"] == "total"
    for domain in found.index:
        told, mine = found.loc[domain], (frame["d"] == domain).to_numpy() & ~np.isnan(y)
        if not mine.any():
            assert np.isnan(told["estimate"])
            continue
        over = 1.0 if total else w[mine].sum()
        estimate = (w * y)[mine].sum() / over
        z = np.where(mine, w * (np.nan_to_num(y) - (0.0 if total else estimate)), 0.0) / over
        se = np.sqrt(variance(z, frame, options))
        expected = pytest.approx(se, rel=1e-9, abs=1e-12 * max(1.0, abs(estimate)))
        assert told["estimate"] == pytest.approx(estimate, rel=1e-12)
        assert told["se"] == expected
        strata = frame["s"] if "strata" in options else pd.Series("", index=frame.index)
        villages = strata + "/" + (frame["v"] if "cluster" in options else frame["id"])
        assert told["df"] == villages[mine].nunique() - strata[mine].nunique()
        assert told["n_eff_kish"] == pytest.approx(w[mine].sum() ** 2 / (w[mine] ** 2).sum(), rel=1e-12)
        if told["interval"] == "t" and told["df"] > 0:
            half = stats.t.ppf(0.975, told["df"]) * se
            assert told[["lower", "upper"]].tolist() == pytest.approx([estimate - half, estimate + half])


def raked(w: Any, margins: list[tuple[Any, dict[str, float]]]) -> Any:
    """Return weights brought to their totals in turn until they stay."""
    w = w.copy()
    for _ in range(500):
        before = w.copy()
        for column, totals in margins:
            for name, total in totals.items():
                w[column == name] *= total / w[column == name].sum()
        if np.abs(w / before - 1).max() < 1e-15:
            break
    return w


@pytest.mark.parametrize("seed", range(12))
def test_any_calibration(seed: int) -> None:
    """The error of a calibrated estimate is that of its derivative with respect to every weight."""
    frame, options = sample(3 * seed)  # means
    rng = np.random.default_rng(seed)
    names = {"age": ("y", "o"), "sex": ("m", "f")} if seed % 2 else {"age": ("y", "o")}
    people = float(frame["w"].sum())
    for name, categories in names.items():
        frame[name] = rng.permutation(np.resize(categories, len(frame)))
    shares = {name: rng.uniform(0.35, 0.65) for name in names}
    known = {
        name: {first: people * shares[name], second: people * (1 - shares[name])}
        for name, (first, second) in names.items()
    }
    found = te.survey_estimates(frame, "y", calibrate=known, **options)
    margins = [(frame[name].to_numpy(), totals) for name, totals in known.items()]
    w, y = frame["w"].to_numpy(), frame["y"].to_numpy()
    for domain in found.index:
        mine = (frame["d"] == domain).to_numpy() & ~np.isnan(y)
        if not mine.any():
            continue

        def mean(weights: Any, mine: Any = mine) -> float:
            final = raked(weights, margins)
            return float((final * y)[mine].sum() / final[mine].sum())

        z = np.zeros(len(w))
        for i in range(len(w)):
            step = np.where(np.arange(len(w)) == i, 1e-4 * w, 0.0)
            z[i] = w[i] * (mean(w + step) - mean(w - step)) / (2e-4 * w[i])
        assert found.loc[domain, "estimate"] == pytest.approx(mean(w), rel=1e-9)
        assert found.loc[domain, "se"] == pytest.approx(
            np.sqrt(variance(z, frame, options)), rel=1e-5, abs=1e-5
        )


def test_a_census_has_no_sampling_error() -> None:
    """All villages and everybody in them were asked."""
    frame, _ = sample(4)
    frame["N"] = frame.groupby("s")["v"].transform("nunique")
    frame["M"] = frame.groupby(["s", "v"])["id"].transform("size")
    options = {"strata": "s", "cluster": ["v", "id"], "population": ["N", "M"], "weights": "w", "by": "d"}
    found = te.survey_estimates(frame, "y", **options)
    assert found["se"].tolist() == [0.0] * len(found)
    assert found["lower"].tolist() == found["estimate"].tolist() == found["upper"].tolist()


@pytest.mark.parametrize("seed", range(8))
def test_any_panel(seed: int) -> None:
    """Severity is least squares on townships and raters, with its errors, holes allowed."""
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(4, 9)), int(rng.integers(3, 6))
    rows = [(f"u{i}", f"r{j}", rng.normal(70, 10)) for i in range(n) for j in range(k) if rng.random() < 0.85]
    frame = pd.DataFrame(rows, columns=["unit", "rater", "score"])
    found = te.severity(frame, unit="unit", rater="rater", score="score")
    units, raters = (sorted(frame[name].unique()) for name in ("unit", "rater"))
    design = np.zeros((len(frame), len(units) + len(raters) - 1))
    for row, (unit, rater) in enumerate(zip(frame["unit"], frame["rater"], strict=True)):
        design[row, units.index(unit)] = 1.0
        at = raters.index(rater)
        if at < len(raters) - 1:
            design[row, len(units) + at] = 1.0
        else:
            design[row, len(units) :] = -1.0  # severities add up to zero
    solved = np.linalg.lstsq(design, frame["score"].to_numpy(), rcond=None)[0]
    left = frame["score"].to_numpy() - design @ solved
    covariance = (left**2).sum() / (len(frame) - design.shape[1]) * np.linalg.inv(design.T @ design)
    assert found.loc[units, "estimate"].tolist() == pytest.approx(solved[: len(units)].tolist())
    assert found.loc[units, "se"].tolist() == pytest.approx(
        np.sqrt(np.diag(covariance))[: len(units)].tolist()
    )


def test_leaves_of_one_sample_vary_together(case: Any) -> None:
    """The error of 0.5 x + 0.5 y is that of one question asked of the same people, not of two samples."""
    answers = case.answers(seed=3)
    other = np.random.default_rng(3).permutation(answers["answer"].to_numpy())
    both = pd.concat([answers.assign(indicator="x"), answers.assign(indicator="y", answer=other)])
    found = case.evaluate(case.scheme(case.survey(), case.survey()), responses=both)
    mixed = 0.5 * answers["answer"].map(case.points) + 0.5 * pd.Series(other).map(case.points)
    alone = te.survey_estimates(
        answers.assign(y=mixed), "y", by="unit", strata="unit", cluster="cluster", weights="weight"
    )
    assert found.results["composite"].tolist() == pytest.approx(alone["estimate"].tolist(), abs=0.005)
    assert found.results["se"].tolist() == pytest.approx(alone["se"].tolist(), rel=1e-9)


def test_through_a_band_cut(case: Any) -> None:
    """The error of a banded score is that of its distribution, which the normal law gives."""
    document = {"method": "bands", "bounds": [70, 80, 85], "scores": [0, 50, 80, 100]}
    leaf = {"id": "x", "weight": 100, "basis": "三(四)", "source": case.survey(), "scoring": document}
    scheme = te.read_scheme({"name": "t", "version": "1", "units": case.units, "index": {"children": [leaf]}})
    found = case.evaluate(scheme, responses=case.answers())
    cuts, scores = np.array([70, 80, 85]), np.array([0, 50, 80, 100])
    for code, (value, se) in found.values.set_index("unit")[["value", "se"]].astype(float).iterrows():
        chance = np.diff([0.0, *stats.norm.cdf((cuts - value) / se), 1.0])
        spread = np.sqrt((chance * (scores - (chance * scores).sum()) ** 2).sum())
        assert found.results.loc[code, "se"] == pytest.approx(spread, rel=1e-9)
    assert set(found.scores["se_method"]) == {"push-forward"}
