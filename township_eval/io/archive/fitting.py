"""Whether the parts of an evaluation read from a file fit each other, whoever computed its digest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from township_eval.evaluation import Evaluation
from township_eval.io.archive.schema import LEAF_ARRAYS

__all__ = ["unfit_parts"]

_BY_NODE: Final = ("se", "method", "unknown")
_RANKED: Final = ("composite", "adjusted", "rank", "rank_in_group")
_OF_UNITS: Final = {
    "flags": ("unit", "rule", "measure", "status"),
    "ledger": ("unit", "rule", "amount"),
    "details": ("unit", "indicator"),
}


def unfit_parts(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the parts that have another size than nodes, leaves and units give them, or lack columns.

    Parameters
    ----------
    evaluation : Evaluation
        As read.
    """
    return tuple(dict.fromkeys((*_arrays(evaluation), *_shocks(evaluation), *_rest(evaluation))))


def _arrays(evaluation: Evaluation) -> Iterator[str]:
    plan, n = evaluation.plan, evaluation.units.n
    nodes, leaves = (len(plan.nodes), n), (len(plan.leaves), n)
    sized = {
        "score": (evaluation.score, nodes),
        "weight": (evaluation.weight, nodes),
        **{f"leaves.{name}": (getattr(evaluation.leaves, name), leaves)
           for name in (*LEAF_ARRAYS, "status", "unknown")},
        **{f"precision.{name}": (getattr(evaluation.precision, name), nodes) for name in _BY_NODE},
    }  # fmt: skip
    yield from (name for name, (array, shape) in sized.items() if array.shape != shape)
    for name in ("method", "assumption", "cell"):
        if len(getattr(evaluation.leaves, name)) != len(plan.leaves):
            yield f"leaves.{name}"


def _shocks(evaluation: Evaluation) -> Iterator[str]:
    precision, found = evaluation.precision, evaluation.precision.composite
    same = found.unit.ndim == 1 and found.unit.shape == found.shock.shape == found.amount.shape
    if not same or (found.shock.size and found.shock.min() < 0):
        yield "precision.composite"
    elif precision.part.ndim != 1 or found.shock.max(initial=-1) >= len(precision.part):
        yield "precision.part"


def _rest(evaluation: Evaluation) -> Iterator[str]:
    units, standing = evaluation.units, evaluation.standing
    if not all(isinstance(text, str) for text in (*units.names, *units.groups, *units.kinds)):
        yield "units"
    for name in ("period", "as_of", "version"):
        if not isinstance(getattr(evaluation, name), str):
            yield name
    if not isinstance(evaluation.precision.of_raters, int):
        yield "precision.raters"
    for name in _RANKED:
        if getattr(standing, name) is None:
            yield f"standing.{name}"
    frames = {"flags": evaluation.flag_rows, "ledger": evaluation.ledger_rows, "details": evaluation.details}
    for name, frame in frames.items():
        if len(frame) and not set(_OF_UNITS[name]) <= set(frame.columns):
            yield name
