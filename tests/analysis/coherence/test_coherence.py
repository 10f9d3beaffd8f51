"""Diagnostics in words: what repeats, what counteracts, what weighs other than it promises."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import township_eval as te


def asked(n: int = 40, order: np.ndarray | None = None, **more: object) -> te.analysis.coherence.Coherence:
    rng = np.random.default_rng(5)
    base = rng.uniform(20, 80, n)
    values = pd.DataFrame(
        {
            "water": base,
            "pipes": base + rng.uniform(-1, 1, n),
            "waste": 100 - base + rng.uniform(-8, 8, n),
            "roads": rng.uniform(45, 55, n),
        },
        index=[f"u{k:02}" for k in range(n)],
    )
    values.loc["u03", "roads"] = more.pop("gap", np.nan)
    tree = {
        "missing": "exclude",
        "children": [
            {"id": name, "weight": weight, "basis": "t"}
            for name, weight in (("water", 40), ("pipes", 20), ("waste", 10), ("roads", 30))
        ],
    }
    made = te.read_scheme({"name": "办法", "version": "1", "index": tree})
    values = values if order is None else values.iloc[order]
    return te.coherence(te.evaluate(made, te.Inputs(period="2018", values=values)))


def test_indicators_that_repeat_are_named() -> None:
    """Two indicators that rise and fall together are said to, in both languages."""
    found = asked().findings
    pairs = found[found["kind"] == "redundant"]
    assert ("water", "pipes") in set(zip(pairs["node"], pairs["other"], strict=True))
    assert "重复计分" in pairs.iloc[0]["what"]
    assert "count one thing twice" in pairs.iloc[0]["what_en"]


def test_indicators_that_work_against_the_total_are_named() -> None:
    """An indicator that falls where the index rises is said to."""
    found = asked().findings
    against = found[found["kind"] == "counteracting"].set_index("node")
    assert against.loc["waste", "value"] < -0.9
    assert not {"water", "pipes"} & set(against.index)


def test_weights_that_do_not_do_what_they_promise_are_named() -> None:
    """An indicator with little spread has less influence than its weight says."""
    found = asked()
    light = found.findings[found.findings["kind"] == "underweight"]
    assert "roads" in set(light["node"])
    importance = found.importance
    assert importance["share"].sum() == pytest.approx(1.0)
    assert importance["nominal"].tolist() == pytest.approx([0.4, 0.2, 0.1, 0.3])


def test_gaps_are_counted_and_said() -> None:
    """A pair says how many units it rests on, and weights from data on how many."""
    found = asked()
    rows = found.correlations
    n = rows[rows["relation"] == "index"].set_index("node")["n"]
    assert n["roads"] == 39
    assert n["water"] == 40
    assert any("39" in note.zh for note in found.notes)


def test_weights_from_data_stand_beside_the_schemes_with_their_range() -> None:
    """Entropy, CRITIC and CV weights add up to one and lie in the range that leaving one out gives them."""
    weights = asked().weights
    assert weights["scheme"].sum() == pytest.approx(1.0)
    for name in ("entropy", "critic", "cv"):
        assert weights[name].sum() == pytest.approx(1.0)
        assert (weights[f"{name}_low"] <= weights[name] + 1e-12).all()
        assert (weights[f"{name}_high"] >= weights[name] - 1e-12).all()
        assert (weights[f"{name}_high"] > weights[f"{name}_low"]).any()


def test_few_units_are_said() -> None:
    """Correlations of nine units are called a question; of forty they are not."""
    assert any("9" in note.en and "chance" in note.en for note in asked(9).notes)
    assert not any("chance" in note.en for note in asked(40).notes)


def test_the_order_of_units_does_not_matter() -> None:
    """Rows of a table have no order."""
    one, other = asked(), asked(order=np.random.default_rng(1).permutation(40))
    for name in ("correlations", "importance", "alpha", "components", "weights"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_it_is_said_shown_and_written() -> None:
    """Text in both languages, a page, and plain data without NaN."""
    found = asked()
    assert found.say("zh") != found.say("en")
    assert found._repr_html_().startswith("<p>")
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert len(plain["importance"]) == 4
