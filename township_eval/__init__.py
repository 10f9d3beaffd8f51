"""Differentiated evaluation of township governments: schemes and spreadsheets in, traceable scores out.

>>> import township_eval as te
>>> scheme = te.read_scheme({
...     "name": "Two services", "version": "1",
...     "index": {"children": [
...         {"id": "water", "weight": 60, "scoring": {"method": "linear", "low": 0, "high": 100}},
...         {"id": "roads", "weight": 40, "scoring": {"method": "linear", "low": 10, "high": 0}},
...     ]},
... })
>>> import pandas as pd
>>> values = pd.DataFrame({"water": [90.0, 80.0], "roads": [1.0, 0.0]}, index=["North", "South"])
>>> evaluation = te.evaluate(scheme, te.Inputs(period="2018", values=values))
>>> evaluation.results["composite"].to_dict()
{'North': 90.0, 'South': 88.0}

Names are imported when they are first used (PEP 562): ``import township_eval`` itself loads neither
pandas nor openpyxl, so that it can be part of a larger program at no cost.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from township_eval.version import __version__ as __version__

if TYPE_CHECKING:
    from township_eval import methods
    from township_eval.analysis.certainty.grades import grade_probabilities
    from township_eval.analysis.certainty.probabilities import bottom_probabilities, rank_probabilities
    from township_eval.analysis.certainty.ranks import rank_sets
    from township_eval.analysis.certainty.simulation import Simulation, simulate
    from township_eval.analysis.coherence import coherence
    from township_eval.analysis.periods.combine import Combined, combine
    from township_eval.analysis.periods.compare import Change, compare
    from township_eval.analysis.sensitivity import sensitivity
    from township_eval.engine import check, evaluate
    from township_eval.errors import DataError, Problem, SchemeError, TownshipEvalError
    from township_eval.evaluation import Evaluation
    from township_eval.inputs import Inputs
    from township_eval.io.archive import evaluation_schema, read_evaluation, write_evaluation
    from township_eval.io.schemes import read_scheme, write_scheme
    from township_eval.io.template import write_template
    from township_eval.io.workbook import read_inputs
    from township_eval.language import Text
    from township_eval.reports.figures.intervals import plot_intervals
    from township_eval.reports.figures.ranks import plot_rank_sets
    from township_eval.reports.notices import write_notices
    from township_eval.reports.workbook import write_workbook
    from township_eval.scheme.model import Scheme
    from township_eval.scheme.parse import scheme_schema
    from township_eval.sources.panel.severity import severity
    from township_eval.sources.survey.estimates import survey_estimates

__all__ = [
    "read_scheme", "write_scheme", "scheme_schema", "Scheme",
    "read_inputs", "write_template", "Inputs",
    "check", "evaluate", "Evaluation",
    "survey_estimates", "severity",
    "rank_sets", "rank_probabilities", "bottom_probabilities", "grade_probabilities",
    "simulate", "Simulation",
    "sensitivity", "coherence",
    "compare", "combine", "Change", "Combined",
    "write_workbook", "write_notices", "plot_intervals", "plot_rank_sets",
    "write_evaluation", "read_evaluation", "evaluation_schema",
    "Problem", "Text", "TownshipEvalError", "SchemeError", "DataError",
    "methods",
]  # fmt: skip

# Where each public name lives; literal, so that a reader finds it without running anything.
_HOMES = {
    "read_scheme": "township_eval.io.schemes",
    "write_scheme": "township_eval.io.schemes",
    "scheme_schema": "township_eval.scheme.parse",
    "Scheme": "township_eval.scheme.model",
    "read_inputs": "township_eval.io.workbook",
    "write_template": "township_eval.io.template",
    "Inputs": "township_eval.inputs",
    "check": "township_eval.engine",
    "evaluate": "township_eval.engine",
    "Evaluation": "township_eval.evaluation",
    "rank_sets": "township_eval.analysis.certainty.ranks",
    "rank_probabilities": "township_eval.analysis.certainty.probabilities",
    "bottom_probabilities": "township_eval.analysis.certainty.probabilities",
    "grade_probabilities": "township_eval.analysis.certainty.grades",
    "simulate": "township_eval.analysis.certainty.simulation",
    "Simulation": "township_eval.analysis.certainty.simulation",
    "survey_estimates": "township_eval.sources.survey.estimates",
    "severity": "township_eval.sources.panel.severity",
    "sensitivity": "township_eval.analysis.sensitivity",
    "coherence": "township_eval.analysis.coherence",
    "compare": "township_eval.analysis.periods.compare",
    "combine": "township_eval.analysis.periods.combine",
    "Change": "township_eval.analysis.periods.compare",
    "Combined": "township_eval.analysis.periods.combine",
    "write_workbook": "township_eval.reports.workbook",
    "write_notices": "township_eval.reports.notices",
    "plot_intervals": "township_eval.reports.figures.intervals",
    "plot_rank_sets": "township_eval.reports.figures.ranks",
    "write_evaluation": "township_eval.io.archive",
    "read_evaluation": "township_eval.io.archive",
    "evaluation_schema": "township_eval.io.archive",
    "Problem": "township_eval.errors",
    "Text": "township_eval.language",
    "TownshipEvalError": "township_eval.errors",
    "SchemeError": "township_eval.errors",
    "DataError": "township_eval.errors",
}


def __getattr__(name: str) -> Any:
    if name == "methods":
        return import_module("township_eval.methods")
    if name not in _HOMES:
        msg = f"module 'township_eval' has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value  # the next access is an ordinary one
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
