"""A survey, a task rate and flags on both: small enough to work by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

import township_eval as te
from township_eval.engine.judging import Answers, Judged, answers_of, judge
from township_eval.inputs import prepare
from township_eval.rules.waivers import read_waivers

NAMES = ("甲镇", "乙乡", "丙镇", "丁乡")
SURVEY = {"kind": "satisfaction", "scale": {"满意": 100, "不满意": 0}, "dont_know": ["不了解"]}


class Office:
    """Makes schemes, inputs and results; counts are (content, discontent[, don't know]) per unit."""

    @staticmethod
    def scheme(*flags: Mapping[str, Any], survey: Mapping[str, Any] | None = None, **more: Any) -> Any:
        """Return a scheme of work (60) and asked (40)."""
        asked = {"id": "asked", "name": "群众满意度", "weight": 40, "source": {**SURVEY, **(survey or {})}}
        asked |= more.pop("asked", {})
        children = [
            {"id": "work", "name": "目标任务", "weight": 60, "basis": "二"},
            {**asked, "basis": "三(四)"},
        ]
        listed = [{"basis": "三(四)", "owner": ["督查室"], **flag} for flag in flags]
        return te.read_scheme(
            {"name": "s", "version": "1", "index": {"children": children}, "flags": listed, **more}
        )

    @staticmethod
    def inputs(
        counts: Sequence[tuple[int, ...]], work: Sequence[float] = (), *, period: str = "2018-H1",
        as_of: str | None = "2018-06-30", **more: Any,
    ) -> te.Inputs:  # fmt: skip
        """Return the tables of a period for as many units as there are counts."""
        units = NAMES[: len(counts)]
        rows = [
            {"unit": unit, "answer": answer, "count": number, "cell": f"调查.xlsx!表!B{at + 2}"}
            for at, (unit, given) in enumerate(zip(units, counts, strict=True))
            for answer, number in zip(("满意", "不满意", "不了解"), given, strict=False)
        ]
        return te.Inputs(
            period=period, units=pd.DataFrame({"unit": units, "name": units, "kind": [u[-1] for u in units]}),
            values=pd.DataFrame({"work": list(work) or [80.0] * len(units)}, index=list(units)),
            satisfaction=pd.DataFrame(rows), as_of=as_of, **more,
        )  # fmt: skip

    @staticmethod
    def answers(scheme: Any, inputs: te.Inputs, history: Sequence[te.Evaluation] = ()) -> Answers:
        """Return the lookup of conditions."""
        evaluation = te.evaluate(scheme, inputs, history=history)
        return answers_of(evaluation, prepare(scheme.for_period(inputs.period), inputs), history)

    @staticmethod
    def judge(scheme: Any, inputs: te.Inputs, history: Sequence[te.Evaluation] = ()) -> Judged:
        """Return what follows, waivers included."""
        evaluation = te.evaluate(scheme, inputs, history=history)
        prepared = prepare(scheme.for_period(inputs.period), inputs)
        assert not [one for one in prepared.problems if one.severity == "error"]
        waivers = read_waivers(prepared.scheme, prepared.tables.get("waivers"), prepared.as_of)
        return judge(evaluation, prepared, answers_of(evaluation, prepared, history), waivers)


@pytest.fixture
def office() -> Office:
    """Return the makers."""
    return Office()
