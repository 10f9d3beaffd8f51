"""Errors of scores in the file: units by code, shocks with their numbers, names as digests."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from township_eval.evaluation import Precision
from township_eval.io.archive.numbers import array_of, rows_of
from township_eval.methods.loadings import NOTHING, Loadings
from township_eval.methods.ratings.persistence import NO_SEVERITIES, Severities

__all__ = ["plain_precision", "precision_of"]


def plain_precision(precision: Precision, by_code: list[int]) -> dict[str, Any]:
    """Return the errors with units by code; shocks keep their numbers."""
    place = np.argsort(by_code)
    return {
        "se": rows_of(precision.se[:, by_code]),
        "method": precision.method[:, by_code].tolist(),
        "unknown": precision.unknown[:, by_code].astype(int).tolist(),
        "composite": _plain_shocks(precision.composite, place),
        "part": precision.part.tolist(),
        "df": rows_of(precision.df[:, by_code]),
        "raters": _plain_raters(precision),
        "leaves": _plain_shocks(precision.leaves, place),
        "recurring": _plain_named(precision.recurring, place),
        "recurring_leaves": _plain_named(precision.recurring_leaves, place),
        "untold": precision.untold,
    }


def _plain_named(loadings: Loadings, place: NDArray[np.intp]) -> dict[str, Any]:
    """Return shocks with their names, which are digests."""
    return {**_plain_shocks(loadings, place), "names": list(loadings.names)}


def _plain_shocks(loadings: Loadings, place: NDArray[np.intp]) -> dict[str, Any]:
    """Return shocks with the units at their places; several rows of units may stand one after another."""
    row, at = np.divmod(loadings.unit, max(len(place), 1))
    unit = row * len(place) + place[at]
    order = np.lexsort((loadings.shock, unit))
    return {
        "unit": unit[order].tolist(),
        "shock": loadings.shock[order].tolist(),
        "amount": loadings.amount[order].tolist(),
    }


def precision_of(plain: dict[str, Any], order: list[int]) -> Precision:
    """Return the errors with units in the order of the results."""
    shape = (-1, len(order))
    back = np.argsort(order)
    df = array_of(plain["df"]).reshape(shape)[:, order]
    return Precision(
        se=array_of(plain["se"]).reshape(shape)[:, order],
        method=np.array(plain["method"], dtype=np.int8).reshape(shape)[:, order],
        unknown=np.array(plain["unknown"], dtype=np.bool_).reshape(shape)[:, order],
        composite=_shocks(plain["composite"], back),
        part=np.array(plain["part"], dtype=np.intp),
        df=np.where(np.isnan(df), np.inf, df),
        leaves=_shocks(plain["leaves"], back),
        recurring=_shocks(plain["recurring"], back),
        raters=_raters(plain["raters"]) if "raters" in plain else NO_SEVERITIES,
        of_raters=plain["raters"]["part"] if "raters" in plain else -1,
        recurring_leaves=_shocks(plain["recurring_leaves"], back) if "recurring_leaves" in plain else NOTHING,
        untold=int(plain.get("untold", 0)),
    )


def _plain_raters(precision: Precision) -> dict[str, Any]:
    """Return the severities of raters, whose names are digests."""
    raters = precision.raters
    return {
        "part": precision.of_raters,
        "panels": list(raters.panels),
        "variance": raters.variance.tolist(),
        "df": raters.df.tolist(),
        "panel": raters.panel.tolist(),
        "names": list(raters.names),
        "severity": raters.severity.tolist(),
    }


def _raters(plain: dict[str, Any]) -> Severities:
    return Severities(
        panels=tuple(plain["panels"]),
        variance=array_of(plain["variance"]),
        df=array_of(plain["df"]),
        panel=np.array(plain["panel"], dtype=np.intp),
        names=tuple(plain["names"]),
        severity=array_of(plain["severity"]),
    )


def _shocks(plain: dict[str, Any], back: NDArray[np.intp]) -> Loadings:
    row, at = np.divmod(np.array(plain["unit"], dtype=np.intp), max(len(back), 1))
    shock = np.array(plain["shock"], dtype=np.intp)
    names = tuple(plain.get("names", ()))
    sample = "recurring" if names else "compressed"
    return Loadings(sample, row * len(back) + back[at], shock, array_of(plain["amount"]), names=names)
