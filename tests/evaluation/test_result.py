"""An evaluation as a value: shown with its marks, frozen, cheap to look at."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

import township_eval as te

SCHEME = {
    "name": "办法", "version": "1", "notice": "示例数据,<非官方>", "weights": "relative",
    "index": {"children": [{"id": "a", "weight": 1, "basis": "t"}, {"id": "b", "weight": 1, "basis": "t"}]},
}  # fmt: skip


def evaluation(n: int = 2, *, provisional: bool = False) -> te.Evaluation:
    values = pd.DataFrame({"a": [80.0] * n, "b": [None if provisional else 60.0] * n})
    values.index = pd.Index([f"u{k:03}" for k in range(n)])
    inputs = te.Inputs(period="2018", values=values)
    return te.evaluate(te.read_scheme(SCHEME), inputs, provisional=provisional)


def test_a_notebook_shows_the_notice_and_that_a_result_is_provisional() -> None:
    """A ranking copied out of a notebook cannot be taken for an official or final one."""
    page = evaluation(provisional=True)._repr_html_()
    assert page.startswith("<p>示例数据,&lt;非官方&gt;</p><p>预评(未定稿)")
    assert "预评" not in evaluation()._repr_html_()


def test_a_notebook_lists_a_screen_of_units_not_all() -> None:
    """Forty thousand townships do not make a page of forty thousand rows."""
    assert evaluation(100)._repr_html_().count("<tr") < 70
    assert len(evaluation(100).results) == 100


def test_frames_are_copies() -> None:
    """Writing into a frame changes nothing but that frame."""
    found = evaluation()
    for name in ("results", "flags", "ledger", "notes", "scores", "values"):
        frame = getattr(found, name)
        before = frame.copy()
        if len(frame):
            frame.iloc[0, 0] = frame.iloc[-1, 0]
        frame["mark"] = 1
        pd.testing.assert_frame_equal(getattr(found, name), before)
    with pytest.raises(AttributeError):
        found.period = "2019"  # type: ignore[misc]


def test_points_cannot_be_written_over() -> None:
    """What is archived and printed is what was computed, also after a reader worked with the numbers."""
    for found in (evaluation(), pickle.loads(pickle.dumps(evaluation()))):
        held = (found.score, found.contribution, found.leaves.value, found.standing.composite)
        for array in held:
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0
        matrix = found.matrix()
        matrix.loc["u000", "a"] = 0.0
        assert np.array_equal(found.score[:, 0], [70.0, 80.0, 60.0])
        assert found.matrix().loc["u000", "a"] == 80.0
        for frame in (found.results, found.scores, found.values):
            number = frame.select_dtypes("float").columns[0]
            frame.iloc[0, frame.columns.get_loc(number)] = -1.0
            assert frame[number].iloc[0] == -1.0
