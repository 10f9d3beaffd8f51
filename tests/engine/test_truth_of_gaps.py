"""The second truth: what does not apply and what was not reported are two things, and never a mean."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import township_eval as te

scores = st.floats(0, 100).map(lambda value: round(value, 3))
weights = st.integers(1, 9)
rows = st.lists(st.tuples(scores, weights), min_size=1, max_size=4)


def run(siblings, gap_weight, *, missing=None, not_applicable=None):
    """Evaluate one unit whose last leaf has a gap that follows the given policy."""
    ids = [f"i{k}" for k in range(len(siblings))]
    children = [
        {"id": name, "weight": weight, "basis": "t"} for name, (_, weight) in zip(ids, siblings, strict=True)
    ]
    gap = {"id": "gap", "weight": gap_weight, "basis": "t", "may_not_apply": True}
    gap |= {} if missing is None else {"missing": missing}
    gap |= {} if not_applicable is None else {"not_applicable": not_applicable}
    scheme = te.read_scheme(
        {"name": "s", "version": "1", "weights": "relative", "index": {"children": [*children, gap]}}
    )
    frame = pd.DataFrame([[score for score, _ in siblings] + [np.nan]], columns=[*ids, "gap"], index=["u"])
    exempt = pd.DataFrame({"unit": ["u"], "indicator": ["gap"]}) if not_applicable is not None else None
    return te.evaluate(scheme, te.Inputs(period="2018", values=frame, not_applicable=exempt))


def mean(siblings):
    """Return the weighted mean of the siblings alone."""
    return sum(score * weight for score, weight in siblings) / sum(weight for _, weight in siblings)


@given(rows, weights)
@settings(max_examples=40)
def test_shared_out_and_excluded_gaps_leave_the_siblings_mean(siblings, gap_weight):
    """The gap's weight goes to its siblings; nothing is invented for it."""
    for found in (
        run(siblings, gap_weight, not_applicable="share_out"),
        run(siblings, gap_weight, not_applicable="share_out_all"),
        run(siblings, gap_weight, missing="exclude"),
    ):
        assert_allclose(found.score[0, 0], mean(siblings), rtol=1e-12)
        assert np.isnan(found.score[-1, 0])
        assert found.effective_weight[-1, 0] == 0


@given(rows, weights, st.floats(0, 1).map(lambda share: round(share, 2)))
@settings(max_examples=40)
def test_filled_gaps_count_with_their_full_weight(siblings, gap_weight, share):
    """Zero, in part and full marks: the composite of what the policy states, in this order."""
    total = sum(weight for _, weight in siblings) + gap_weight
    kept = sum(score * weight for score, weight in siblings)
    filled = [
        (run(siblings, gap_weight, not_applicable="zero"), 0.0),
        (run(siblings, gap_weight, missing="zero"), 0.0),
        (run(siblings, gap_weight, not_applicable={"partial": share}), 100 * share),
        (run(siblings, gap_weight, not_applicable="full"), 100.0),
    ]
    for found, score in filled:
        assert_allclose(found.score[0, 0], (kept + gap_weight * score) / total, rtol=1e-12, atol=1e-12)
    assert [found.score[0, 0] for found, _ in filled] == sorted(found.score[0, 0] for found, _ in filled)


@given(rows, weights)
@settings(max_examples=20)
def test_the_status_tells_the_two_apart_whatever_the_policy(siblings, gap_weight):
    """Equal scores, different statuses, and neither counts as covered."""
    exempt = run(siblings, gap_weight, not_applicable="zero")
    missing = run(siblings, gap_weight, missing="zero")
    assert exempt.values["status"].tolist()[-1] == "not_applicable"
    assert missing.values["status"].tolist()[-1] == "not_reported"
    assert exempt.coverage[0, 0] == missing.coverage[0, 0] < 1
