"""Who a leaf applies to, and whether it is due: settled before anybody is asked for a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs import Flags, Prepared, unit_values
from township_eval.language import Text
from township_eval.methods.varying import Array, Varying
from township_eval.scheme.model import Dimension, Indicator, Scheme
from township_eval.sources.conditions import applies_when

__all__ = ["Applicability", "Question", "applicability", "questions"]


@dataclass(frozen=True, eq=False)
class Question:
    """A leaf as it stands for some units: its statement and the positions of these units."""

    leaf: Indicator
    positions: NDArray[np.intp]
    weighs: Flags  # (n_positions,): no weight 0 at it or above it, or it multiplies a dimension


@dataclass(frozen=True, eq=False)
class Applicability:
    """Whom a leaf applies to, (n_units,): ``unknown`` where its condition cannot be decided."""

    applies: Flags
    unknown: Flags
    problems: tuple[Problem, ...] = ()


def questions(prepared: Prepared) -> dict[str, tuple[Question, ...]]:
    """Return every leaf's statements: one where it is the same for all, more where classes differ."""
    found: dict[str, list[Question]] = {leaf.id: [] for leaf in prepared.scheme.leaves()}
    for scheme, positions in prepared.variants:
        weighs = _weighs(prepared, scheme, positions)
        for leaf in scheme.leaves():
            found[leaf.id].append(Question(leaf, positions, weighs[leaf.id]))
    everybody = np.concatenate([positions for _, positions in prepared.variants] or [np.arange(0)])
    return {leaf_id: tuple(_joined(parts, everybody)) for leaf_id, parts in found.items()}


def _weighs(prepared: Prepared, scheme: Scheme, positions: NDArray[np.intp]) -> dict[str, Flags]:
    """Return for every node where it has weight, ancestors included; a missing weight counts as one."""
    parents = scheme.parents()
    found: dict[str, Flags] = {}
    for node in scheme.nodes():
        parent = parents.get(node.id)
        if parent is None:
            found[node.id] = np.ones(len(positions), dtype=np.bool_)
            continue
        found[node.id] = found[parent.id]
        if isinstance(node.weight, Varying) or node.weight == 0:
            found[node.id] = found[parent.id] & (unit_values(node.weight, prepared.units, positions) != 0)
    for node in scheme.nodes():  # what multiplies a dimension counts there, whatever its own weight
        if isinstance(node, Dimension) and node.multiplier is not None:
            found[node.multiplier.by] = found[node.multiplier.by] | found[node.id]
    return found


def _joined(parts: list[Question], everybody: NDArray[np.intp]) -> Iterable[Question]:
    """Join the statements that a source cannot tell apart; mostly all of them, then for *everybody*."""
    alike: dict[tuple[object, ...], list[Question]] = {}
    for part in parts:
        leaf = part.leaf
        key = (
            leaf.source, leaf.unit, leaf.applies_to, leaf.applies_when, leaf.may_not_apply, leaf.due_in,
            _share(leaf),
        )  # fmt: skip
        alike.setdefault(key, []).append(part)
    for same in alike.values():
        whole = len(same) == len(parts)
        positions = everybody if whole else np.concatenate([part.positions for part in same])
        yield Question(same[0].leaf, positions, np.concatenate([part.weighs for part in same]))


def applicability(prepared: Prepared, question: Question, value_of: Callable[[str], Array]) -> Applicability:
    """Return whom of its units a leaf applies to.

    Parameters
    ----------
    prepared : Prepared
    question : Question
    value_of : callable
        Values (n_units,) of another column or leaf, for ``applies_when``.
    """
    applies = np.zeros(prepared.units.n, dtype=np.bool_)
    applies[question.positions] = question.weighs
    unknown = np.zeros_like(applies)
    problems: list[Problem] = []
    leaf = question.leaf
    share = _share(leaf)
    if share is not None:  # no share of the city's total, no task
        applies[question.positions] &= unit_values(share, prepared.units, question.positions) != 0
    if leaf.applies_to:
        applies &= _named(prepared, leaf, problems)
    if leaf.applies_when:
        truth, names = applies_when(leaf.applies_when, value_of, prepared.units.n)
        unknown = applies & np.isnan(truth)
        applies &= truth != 0
        problems.extend(_undecided(prepared, leaf, unknown, names))
    return Applicability(applies, unknown, tuple(problems))


def _share(leaf: Indicator) -> Any:
    """Return each unit's share of a total the leaf states; None without a total."""
    return None if leaf.total is None else getattr(leaf.scoring, "target", None)


def _named(prepared: Prepared, leaf: Indicator, problems: list[Problem]) -> Flags:
    """Return which units ``applies_to`` names; names of nobody evaluated are warned of."""
    mask = np.zeros(prepared.units.n, dtype=np.bool_)
    listed = {unit.code for unit in prepared.scheme.units}
    for name in leaf.applies_to:
        i = prepared.units.find(name)
        if i is not None:
            mask[i] = True
        elif name not in listed:  # a unit of the scheme may be left out of a period
            problems.append(_nobody(prepared, leaf, name))
    return mask


def _nobody(prepared: Prepared, leaf: Indicator, name: str) -> Problem:
    return Problem(
        "error",
        "applies_to.unknown",
        f"{leaf.id}.applies_to",
        Text(f"没有这个单位:{name}", f"unknown unit: {name}"),
        did_you_mean(name, tuple(prepared.units.known)),
    )


def _undecided(
    prepared: Prepared, leaf: Indicator, unknown: Flags, names: tuple[str, ...]
) -> Iterable[Problem]:
    for i in np.flatnonzero(unknown):
        unit = prepared.units.names[i]
        yield Problem(
            "error",
            "applies_when.unknown",
            f"unit {prepared.units.codes[i]} {unit}, {leaf.id}",
            Text(
                f"无法判断“{leaf.name}”是否适用于 {unit}:条件“{leaf.applies_when}”所需数值未报",
                f"cannot tell whether {leaf.name} applies to {unit}: "
                f"{leaf.applies_when!r} needs values not reported",
            ),
            Text(f"补报:{'、'.join(names)}", f"report {', '.join(names)}"),
        )
