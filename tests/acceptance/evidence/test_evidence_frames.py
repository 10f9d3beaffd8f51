"""The same evidence in other frames gives the same bytes: types, names and orders of rows do not matter."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import township_eval as te


@pytest.fixture
def archived(case: Any, tmp_path: Path) -> Any:
    """Return a function from a scheme and tables to the bytes of their archive."""

    def run(scheme: te.Scheme, **tables: Any) -> bytes:
        path = tmp_path / "a.json"
        te.write_evaluation(case.evaluate(scheme, as_of="2018-12-31", **tables), path)
        return path.read_bytes()

    return run


FRAMES = {
    "objects": lambda a: a.astype(object),
    "categories": lambda a: a.astype("category"),
    "pandas' own types": lambda a: a.convert_dtypes(),
    "the unit as index": lambda a: a.set_index("unit"),
    "an unnamed index": lambda a: a.set_index("unit").rename_axis(None),
    "two levels of index": lambda a: a.set_index(["unit", "respondent"]),
    "units by name": lambda a: a.assign(unit=a["unit"].map({"640181100": "东塔镇"}).fillna(a["unit"])),
    "units by alias": lambda a: a.assign(unit=a["unit"].replace("640181201", "白土岗")),
    "units as numbers": lambda a: a.assign(unit=a["unit"].astype(int)),
    "blanks around": lambda a: a.assign(answer="\u3000" + a["answer"] + " "),
    "weights of decimals": lambda a: a.assign(weight=a["weight"].map(Decimal)),
    "columns the other way round": lambda a: a[a.columns[::-1]],
    "a column that is a number": lambda a: a.assign(**{"0": 1}).rename(columns={"0": 0}),
    "rows shuffled": lambda a: a.sample(frac=1, random_state=1),
    "rows shuffled and numbered": lambda a: a.sample(frac=1, random_state=2).reset_index(drop=True),
    "records": lambda a: a.to_dict("records"),
    "a mapping of columns": lambda a: a.to_dict("list"),
}


@pytest.mark.parametrize("change", FRAMES.values(), ids=FRAMES)
def test_answers_in_another_frame(case: Any, archived: Any, change: Any) -> None:
    """Same answers, same bytes."""
    scheme, answers = case.scheme(case.survey()), case.answers()
    assert archived(scheme, responses=change(answers)) == archived(scheme, responses=answers)


def test_arrow_types(case: Any, archived: Any) -> None:
    """Frames of Arrow's types are read as well."""
    pytest.importorskip("pyarrow")
    scheme, answers = case.scheme(case.survey()), case.answers()
    arrow = answers.convert_dtypes(dtype_backend="pyarrow")
    assert archived(scheme, responses=arrow) == archived(scheme, responses=answers)


@pytest.mark.parametrize("seed", range(3))
def test_no_row_order_matters(case: Any, archived: Any, seed: int) -> None:
    """Surveys with broken weights, marks, ballots, register and returns in any order: same bytes."""
    answers = case.answers(seed=seed)
    answers["weight"] = np.random.default_rng(seed).uniform(0.1, 9.0, len(answers))
    scheme = case.scheme(
        case.survey(), {"kind": "ratings", "trim": 1}, case.review(), {"kind": "tasks", "measure": "done"}
    )
    tables = {
        "responses": answers,
        "ratings": case.marks(),
        "reviews": case.ballots(),
        "tasks": case.register(),
        "returns": case.returns(),
    }
    mixed = {name: frame.sample(frac=1, random_state=seed) for name, frame in tables.items()}
    assert archived(scheme, **mixed) == archived(scheme, **tables)


def test_answers_written_in_full_width(case: Any) -> None:
    """１ is the answer 1 of a Likert scale, in frames as in files."""
    scheme = case.scheme({"kind": "survey", "scale": {"likert": 5}})
    numbers = np.random.default_rng(0).integers(1, 6, 120)
    forms = {
        "numbers": numbers,
        "floats": numbers.astype(float),
        "texts": numbers.astype(str),
        "full width": ["０１２３４５"[n] for n in numbers],
    }
    found = {
        name: case.evaluate(scheme, responses=case.answers().assign(answer=answer)).values["value"].tolist()
        for name, answer in forms.items()
    }
    assert all(values == found["numbers"] for values in found.values())


def test_yes_and_no_as_booleans(case: Any) -> None:
    """Answers may be True and False where the scale says so."""
    scheme = case.scheme({"kind": "survey", "scale": {"True": 100, "False": 0}})
    answers = case.answers()
    said = case.evaluate(scheme, responses=answers.assign(answer=answers["answer"] == "满意"))
    share = (answers["answer"] == "满意").groupby(answers["unit"]).mean() * 100
    assert said.values["value"].tolist() == pytest.approx(share.tolist())


@pytest.mark.parametrize("factor", [1e-9, 3.0, 1e9])
def test_the_scale_of_weights_does_not_matter(case: Any, factor: float) -> None:
    """Weights in persons or in thousands of persons: one score, one error."""
    scheme, answers = case.scheme(case.survey()), case.answers()
    plain, scaled = (
        case.evaluate(scheme, responses=answers.assign(weight=answers["weight"] * by)).values
        for by in (1, factor)
    )
    for column in ("value", "se", "df"):
        assert scaled[column].tolist() == pytest.approx(plain[column].tolist(), rel=1e-12)


def test_one_township(case: Any) -> None:
    """A city of one township has a score, an error and a rank."""
    unit = "640181100"
    scheme = case.scheme(case.survey(), {"kind": "ratings"}, units={unit: case.units[unit]})
    answers, marks = case.answers(), case.marks()
    found = case.evaluate(
        scheme, responses=answers[answers["unit"] == unit], ratings=marks[marks["unit"] == unit]
    )
    assert found.results["rank"].tolist() == [1]
    assert found.values["se"].gt(0).all()


def test_forty_thousand_townships_of_counts(case: Any) -> None:
    """Counts of a whole country are read in one go; each township has its own error."""
    n = 40_000
    codes = np.array([f"{code:09d}" for code in range(n)])
    counts = np.random.default_rng(0).integers(1, 50, (n, 3))
    table = pd.DataFrame(
        {"unit": np.repeat(codes, 3), "answer": list(case.points) * n, "count": counts.ravel()}
    )
    leaf = {"id": "x", "weight": 100, "basis": "三(四)", "source": case.survey()}
    scheme = te.read_scheme({"name": "t", "version": "1", "index": {"children": [leaf]}})
    found = case.evaluate(scheme, units=pd.DataFrame({"unit": codes}), satisfaction=table)
    points = np.array(list(case.points.values()), dtype=float)
    total = counts.sum(axis=1)
    mean = counts @ points / total
    spread = np.sqrt((counts * (points - mean[:, None]) ** 2).sum(axis=1) / (total - 1.0) / total)
    assert found.values["value"].to_numpy() == pytest.approx(mean)
    assert found.values["se"].to_numpy(dtype=float) == pytest.approx(spread)
