"""Arguments of another kind are told at the door, all at once, in the same words by every question."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import township_eval as te
from township_eval.analysis.arguments import NAMES, NUMBER, NUMBERS, WHOLE, expect, optional


@pytest.fixture
def evaluation() -> te.Evaluation:
    """Return two units with a score each."""
    scheme = te.read_scheme(
        {"name": "S", "version": "1", "index": {"children": [{"id": "a", "weight": 100}]}}
    )
    values = pd.DataFrame({"a": [90.0, 80.0]}, index=["u", "v"])
    return te.evaluate(scheme, te.Inputs(period="2018", values=values))


ONE = [
    te.rank_sets, te.rank_probabilities, te.grade_probabilities, te.simulate, te.sensitivity, te.coherence,
]  # fmt: skip


@pytest.mark.parametrize("ask", ONE)
@pytest.mark.parametrize("given", [None, "2018.json", pd.DataFrame({"a": [1.0]})])
def test_what_is_no_evaluation_is_told_first(ask: Any, given: Any) -> None:
    """A path, a frame or nothing: the message names the argument and what came."""
    with pytest.raises(TypeError, match=r"evaluation must be an Evaluation, not .*(NoneType|str|DataFrame)"):
        ask(given)


@pytest.mark.parametrize(
    ("ask", "arguments", "said"),
    [
        (te.rank_sets, {"level": "0.95", "seed": 1.5}, r"level .*'0\.95' \(str\).*seed .*1\.5 \(float\)"),
        (te.rank_sets, {"cohort": [1, 2], "stepdown": "no"}, r"stepdown .*'no'.*cohort .*\[1, 2\]"),
        (te.rank_sets, {"method": None, "side": 1, "within": 2, "draws": "0"}, "method.*side.*within.*draws"),
        (te.rank_probabilities, {"draws": "many", "within": None}, "within.*draws.*'many'"),
        (te.bottom_probabilities, {"k": 1, "seed": None}, "seed must be a whole number, not None"),
        (te.grade_probabilities, {"seed": "1", "draws": 1e4}, r"seed.*draws.*10000\.0 \(float\)"),
        (te.simulate, {"draws": "10", "level": [0.9], "nodes": 3}, "draws.*level.*nodes"),
        (te.sensitivity, {"weights": [60, 40], "within": 1}, r"weights .*\[60, 40\] \(list\).*within"),
        (te.sensitivity, {"without": 3, "reversal": "yes", "sobol": "256"}, "without.*reversal.*sobol"),
        (te.sensitivity, {"normalizations": 3, "merge_classes": None}, "merge_classes.*normalizations"),
    ],
)
def test_everything_of_another_kind_is_named_at_once(
    evaluation: te.Evaluation, ask: Any, arguments: dict[str, Any], said: str
) -> None:
    """Name, what is expected, what came and of which type."""
    with pytest.raises(TypeError, match=said):
        ask(evaluation, **arguments)


def test_two_periods(evaluation: te.Evaluation) -> None:
    """`compare` and `combine` name what is no evaluation, table, number or list of numbers."""
    with pytest.raises(TypeError, match=r"before .*'a\.json'.*renamed.*correlation.*level"):
        te.compare("a.json", evaluation, renamed=["u"], correlation="0", level="95%")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"evaluations must be a list of Evaluations.*weights.*missing"):
        te.combine(evaluation, weights=40, missing=0)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"evaluations.*required.*accumulates.*period"):
        te.combine([evaluation, None], required=1, accumulates=[1], period=2018)  # type: ignore[list-item,arg-type]


def test_what_numpy_and_pandas_give_is_welcome() -> None:
    """Numbers of NumPy and columns of pandas count as what they hold; True is no number."""
    expect(
        level=(np.float32(0.9), NUMBER), seed=(np.int64(3), WHOLE), cohort=(pd.Series(["u", "v"]), NAMES),
        weights=(np.array([40.0, 60.0]), NUMBERS), draws=(None, optional(WHOLE)),
    )  # fmt: skip
    with pytest.raises(TypeError, match="seed must be a whole number, not True"):
        expect(seed=(True, WHOLE))
    with pytest.raises(TypeError, match=r"^name must be a number, not 'x{36}\.\.\. \(str\)$"):
        expect(name=("x" * 1000, NUMBER))


def test_what_can_be_gone_through_once_is_refused(evaluation: te.Evaluation) -> None:
    """A generator would be used up by the look at it, and the answer be one about nobody."""
    with pytest.raises(TypeError, match="cohort must be a name or a list of names"):
        te.rank_sets(evaluation, cohort=(unit for unit in ("u", "v")))  # type: ignore[arg-type]
