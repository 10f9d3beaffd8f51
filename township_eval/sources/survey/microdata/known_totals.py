"""Known totals of the population, as `survey_estimates` takes them, made margins of a calibration."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs.texts import quoted
from township_eval.language import Text
from township_eval.methods.estimation.calibration import Margin
from township_eval.methods.estimation.rows import pair_codes
from township_eval.sources.survey.microdata.coding import TABLE, Coded, coded, faults

__all__ = ["KnownTotals", "margin_columns", "margins_of"]

#: A column, or a tuple of columns for the cells of their cross, to its categories and their people.
KnownTotals: TypeAlias = Mapping[Any, Mapping[Any, float]]


def margin_columns(totals: KnownTotals | None) -> tuple[Hashable, ...]:
    """Return the columns that known totals are about, each once.

    Examples
    --------
    >>> margin_columns({"sex": {}, ("town", "age"): {}, "age": {}})
    ('sex', 'town', 'age')
    """
    names = (part for key in totals or () for part in _parts(key))
    return tuple(dict.fromkeys(names))


def margins_of(
    frame: pd.DataFrame, totals: KnownTotals, problems: list[Problem]
) -> tuple[NDArray[Any], list[Margin]]:
    """Return everybody's cell, (n_rows,), and the margins over the cells.

    Categories of the frame without a total are added to *problems*; categories of the totals that
    nobody belongs to are left to the calibration, which refuses them when they have people.
    """
    columns = margin_columns(totals)
    found = {name: _filled(frame, name, problems) for name in columns}
    cell: NDArray[Any] = np.zeros(len(frame), dtype=np.intp)
    places: dict[Hashable, NDArray[np.intp]] = {}
    for name in columns:
        cell, before, own = pair_codes(cell, found[name].codes)
        places = {known: place[before] for known, place in places.items()} | {name: own}
    margins = []
    occupied = np.bincount(cell, minlength=len(next(iter(places.values())))) > 0
    for key, listed in totals.items():
        parts = [(found[name].labels, places[name]) for name in _parts(key)]
        margins.append(_margin(key, listed, parts, occupied, problems))
    return cell, margins


def _parts(key: Any) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)


def _filled(frame: pd.DataFrame, name: Hashable, problems: list[Problem]) -> Coded:
    found = coded(frame[name])
    blank = found.codes < 0
    if blank.any():
        say = (
            Text("校准用的“{name}”为空", "{name}, which is calibrated to, is blank"),
            Text(
                "补上;确实不详的单列一类并给出其总体人数",
                "give it, or make unknown a category with its total",
            ),
        )
        problems.extend(faults(frame, name, blank, "survey.blank", lambda _: say))
    return Coded(np.maximum(found.codes, 0), found.labels)


def _margin(
    key: Any,
    listed: Mapping[Any, float],
    parts: list[tuple[pd.Index, NDArray[np.intp]]],
    occupied: NDArray[np.bool_],
    problems: list[Problem],
) -> Margin:
    """Return one margin: the category of every cell among those with a total."""
    totals = dict(listed.items())
    place = {label: position for position, label in enumerate(totals)}
    labels = list(zip(*(index[own].tolist() for index, own in parts), strict=True))
    wanted = labels if isinstance(key, tuple) else [label for (label,) in labels]
    category = np.array([place.get(label, -1) for label in wanted], dtype=np.intp)
    unknown = dict.fromkeys(wanted[cell] for cell in np.flatnonzero((category < 0) & occupied))
    problems.extend(_unlisted(key, unknown, totals))
    spare = len(totals)  # what nobody stands behind, and what has been reported
    people = np.array([*map(_number, totals.values()), 0.0], dtype=np.float64)
    names = (*(_said(label) for label in totals), "")
    return Margin(_said(key), np.where(category < 0, spare, category), people, names)


def _unlisted(key: Any, unknown: Mapping[Any, None], totals: Mapping[Any, float]) -> Iterator[Problem]:
    for label in unknown:
        entry = quoted(_said(label))
        yield Problem(
            "error",
            "calibration.unlisted",
            f"{TABLE} {_said(key)}",
            Text("{key} 的{entry}没有给出总体人数", "{entry} of {key} has no total").format(
                key=_said(key), entry=entry
            ),
            did_you_mean(_said(label), [_said(known) for known in totals]),
        )


def _number(people: Any) -> float:
    """Return a total as a number; what is none becomes NaN, which the calibration refuses by name."""
    return float(people) if isinstance(people, int | float | np.number) else np.nan


def _said(label: Any) -> str:
    return " × ".join(map(str, label)) if isinstance(label, tuple) else str(label)
