"""Real runs of the shipped examples, and a way to score a few units by a small scheme."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pytest

import township_eval as te
from township_eval.examples import path

QUARTERS = ("2018-Q1", "2018-Q2", "2018-Q3", "2018-Q4")


def scheme_of(*leaves: Mapping[str, Any], **rest: Any) -> dict[str, Any]:
    """Return a scheme of these leaves, weighted alike unless they say otherwise."""
    each = 100 / len(leaves)
    children = [{"weight": each, "basis": "三(四)", **leaf} for leaf in leaves]
    return {"name": "小方案", "version": "1", "index": {"children": children}, **rest}


def refused(scheme: Mapping[str, Any]) -> list[str]:
    """Return the codes of the errors for which a scheme is refused; none where it is accepted."""
    try:
        te.read_scheme(scheme)
    except te.SchemeError as error:
        return [problem.code for problem in error.problems if problem.severity == "error"]
    return []


def warned(scheme: Mapping[str, Any]) -> list[str]:
    """Return the codes of a scheme's warnings."""
    return [problem.code for problem in te.read_scheme(scheme).warnings]


@pytest.fixture(name="scheme_of")
def _scheme_of() -> Callable[..., dict[str, Any]]:
    return scheme_of


@pytest.fixture(name="refused")
def _refused() -> Callable[[Mapping[str, Any]], list[str]]:
    return refused


@pytest.fixture(name="warned")
def _warned() -> Callable[[Mapping[str, Any]], list[str]]:
    return warned


@pytest.fixture
def score() -> Callable[..., te.Evaluation]:
    """Score units by a small scheme: values as a mapping of columns, units as the keys of each."""

    def scored(scheme: Mapping[str, Any], period: str = "2018", **tables: Any) -> te.Evaluation:
        history = tables.pop("history", ())
        if isinstance(tables.get("values"), Mapping):
            tables["values"] = pd.DataFrame(tables["values"])
        return te.evaluate(te.read_scheme(scheme), te.Inputs(period=period, **tables), history=history)

    return scored


@pytest.fixture(scope="session")
def lingwu_scheme() -> te.Scheme:
    """Return the scheme that cites the document item by item."""
    return te.read_scheme(path("lingwu/scheme.yaml"))


@pytest.fixture(scope="session")
def lingwu_inputs(lingwu_scheme: te.Scheme) -> te.Inputs:
    """Return what the offices handed in for the second half year."""
    return te.read_inputs(path("lingwu/2018-H2"), lingwu_scheme)


@pytest.fixture(scope="session")
def lingwu(lingwu_scheme: te.Scheme, lingwu_inputs: te.Inputs) -> te.Evaluation:
    """Return the second half year."""
    return te.evaluate(lingwu_scheme, lingwu_inputs)


@pytest.fixture(scope="session")
def departments() -> te.Evaluation:
    """Return the departments' scorecard of the second half year."""
    scheme = te.read_scheme(path("lingwu/departments.yaml"))
    return te.evaluate(scheme, te.read_inputs(path("lingwu/2018-H2/社区建设办.xlsx"), scheme))


@pytest.fixture(scope="session")
def fictional() -> te.Scheme:
    """Return the scheme of the invented county."""
    return te.read_scheme(path("accountability/scheme.yaml"))


@pytest.fixture(scope="session")
def quarters(fictional: te.Scheme) -> dict[str, te.Evaluation]:
    """Return the four quarters of the invented county, each one history of the later ones."""
    found: dict[str, te.Evaluation] = {}
    for period in QUARTERS:
        inputs = te.read_inputs(path(f"accountability/{period}.xlsx"), fictional)
        found[period] = te.evaluate(fictional, inputs, history=list(found.values()))
    return found


@pytest.fixture(scope="session")
def last(quarters: dict[str, te.Evaluation]) -> te.Evaluation:
    """Return the last quarter of the invented county."""
    return quarters["2018-Q4"]


@pytest.fixture(scope="session")
def code(fictional: te.Scheme) -> dict[str, str]:
    """Return the codes of the invented townships by name."""
    return {unit.name: unit.code for unit in fictional.units}
