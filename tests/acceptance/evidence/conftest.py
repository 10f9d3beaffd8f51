"""Three townships and what people were asked about them, made from the public names alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import township_eval as te

POINTS = {"满意": 100, "基本满意": 80, "不满意": 30}
UNITS: dict[str, dict[str, Any]] = {
    "640181100": {"name": "东塔镇"},
    "640181102": {"name": "崇兴镇"},
    "640181201": {"name": "白土岗乡", "aliases": ["白土岗"]},
}
DEPARTMENTS = ("教体局", "农牧局", "卫计局")
DOWN, UP = "departments_rate_townships", "townships_rate_departments"


class Case:
    """Schemes and tables of a small city, and what the program says of them."""

    points = POINTS
    units = UNITS
    codes = tuple(UNITS)
    departments = DEPARTMENTS

    @staticmethod
    def scheme(*sources: dict[str, Any], **top: Any) -> te.Scheme:
        """Return a scheme with one leaf a source, of equal weights, named x, y, z ..."""
        leaves = [
            {"id": name, "weight": 100 / len(sources), "basis": "三(四)", "source": source}
            for name, source in zip("xyzuvw", sources, strict=False)
        ]
        document = {"name": "测试", "version": "1", "units": UNITS, "index": {"children": leaves}}
        return te.read_scheme(document | top)

    def survey(self, **more: Any) -> dict[str, Any]:
        """Return the source of a survey."""
        return {"kind": "survey", "scale": POINTS, "dont_know": ["不了解"], **more}

    def review(self, **more: Any) -> dict[str, Any]:
        """Return the source of a mutual review in which three departments vote on townships."""
        raters = dict.fromkeys(DEPARTMENTS, 1)
        return {"kind": "reviews", "direction": DOWN, "raters": raters, **more}

    def answers(self, villages: int = 5, persons: int = 8, seed: int = 0) -> pd.DataFrame:
        """Return single answers: villages of every township, persons of every village."""
        rng = np.random.default_rng(seed)
        rows = [
            (code, rng.choice(list(POINTS), p=[0.6, 0.3, 0.1]), f"{code}-{v}-{i}", f"{code}村{v}", 2.5)
            for code in UNITS
            for v in range(villages)
            for i in range(persons)
        ]
        return pd.DataFrame(rows, columns=["unit", "answer", "respondent", "cluster", "weight"])

    def counts(self, *numbers: int) -> pd.DataFrame:
        """Return the same counts of 满意, 基本满意, 不满意 and, if given, 不了解 for every township."""
        said = [*POINTS, "不了解"]
        rows = [(code, answer, n) for code in UNITS for answer, n in zip(said, numbers, strict=False)]
        return pd.DataFrame(rows, columns=["unit", "answer", "count"])

    def marks(self, raters: int = 5, seed: int = 1) -> pd.DataFrame:
        """Return marks of assessors, stricter and milder ones."""
        rng = np.random.default_rng(seed)
        rows = [
            (code, f"张{j}", float(round(78 + 2 * i + 3 * j + rng.normal(0, 2))))
            for i, code in enumerate(UNITS)
            for j in range(raters)
        ]
        return pd.DataFrame(rows, columns=["unit", "rater", "score"])

    def ballots(self) -> pd.DataFrame:
        """Return ballots in both directions."""
        rows = [
            row
            for i, code in enumerate(UNITS)
            for j, name in enumerate(DEPARTMENTS)
            for row in ((name, code, 80.0 + 3 * i + j, DOWN), (code, name, 85.0 - 2 * i + j, UP))
        ]
        return pd.DataFrame(rows, columns=["rater", "unit", "score", "direction"])

    def register(self) -> pd.DataFrame:
        """Return a register of three tasks, one without a deadline, one townships have no part in."""
        return pd.DataFrame(
            {
                "task": ["T1", "T2", "T3"],
                "section": ["二(一)", "二(二)", "二(三)"],
                "name": ["甲", "乙", "丙"],
                "lead": ["编办、法制办", "财政局", "民政局"],
                "cooperating": ["各相关部门,各乡镇", "各乡镇", "公安局"],
                "deadline": ["2018-11-30", "长期", None],
                "township_role": [True, True, False],
            }
        )

    def returns(self) -> pd.DataFrame:
        """Return what townships reported: T1 done, by one of them late; T2 under way."""
        names = [unit["name"] for unit in UNITS.values()]
        days = ("2018-11-10", "2018-12-05", "2018-11-30")
        rows = [("T1", name, 100, day, "2018-12-20") for name, day in zip(names, days, strict=True)]
        rows += [("T2", name, 50, None, "2018-12-20") for name in names]
        columns = ["task", "reporter", "progress", "done", "filed"]
        return pd.DataFrame(rows, columns=columns, dtype=object)

    def evaluate(self, scheme: te.Scheme, period: str = "2018-H2", **tables: Any) -> te.Evaluation:
        """Evaluate one period."""
        options = {name: tables.pop(name) for name in ("history", "provisional") if name in tables}
        return te.evaluate(scheme, te.Inputs(period=period, **tables), **options)

    def errors(self, scheme: te.Scheme, **tables: Any) -> list[tuple[str, str]]:
        """Return code and place of every error, after seeing that check and evaluate agree on them."""
        inputs = te.Inputs(period="2018-H2", **tables)
        with pytest.raises(te.DataError) as raised:
            te.evaluate(scheme, inputs)
        told = [one for one in raised.value.problems if one.severity == "error"]
        checked = [one for one in te.check(scheme, inputs) if one.severity == "error"]
        assert told == checked
        for one in told:
            assert all((one.what.zh, one.what.en, one.hint.zh, one.hint.en)), one
        return [(one.code, one.where) for one in told]


@pytest.fixture(scope="session")
def case() -> Case:
    """Return the small city."""
    return Case()
