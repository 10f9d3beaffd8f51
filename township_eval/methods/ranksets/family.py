"""The estimates whose ranks are asked for, checked once: everything wrong is said in one message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.methods.varying import Array

__all__ = ["SIDES", "SMALL_DF", "Family", "family_of"]

SIDES: Final = ("both", "lower", "upper")
# Below this many degrees of freedom an error is not treated as known.
SMALL_DF: Final = 30.0
# Rounding allowed in a covariance: between its diagonal and the errors, its two halves, below zero.
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Family:
    """Estimates with their errors, in classes that are ranked apart.

    Attributes
    ----------
    estimates, ses : array (n,)
        A zero error belongs to a unit that was declared exact.
    df : array (n,) or (n, n), or None
        Degrees of freedom of the errors, or of the errors of differences; None where all count as known.
    cov : array (n, n) or None
        None where the errors are independent.
    classes : tuple of array of int
        Positions of the units of every class.
    """

    estimates: Array
    ses: Array
    df: Array | None
    cov: Array | None
    classes: tuple[NDArray[np.intp], ...]

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.estimates)

    @property
    def known(self) -> bool:
        """Whether the errors are independent and count as known."""
        return self.df is None and self.cov is None

    def part(self, units: NDArray[np.intp]) -> Family:
        """Return the units at the positions as a family of one class."""
        return replace(
            self,
            estimates=self.estimates[units],
            ses=self.ses[units],
            df=None if self.df is None else self.df[np.ix_(*[units] * self.df.ndim)],
            cov=None if self.cov is None else self.cov[np.ix_(units, units)],
            classes=(np.arange(len(units)),),
        )

    def parts(self) -> Iterator[tuple[NDArray[np.intp], Family]]:
        """Yield the positions and the family of every class."""
        if len(self.classes) == 1:
            yield self.classes[0], self
            return
        for units in self.classes:
            yield units, self.part(units)


def family_of(
    estimates: ArrayLike,
    ses: ArrayLike,
    *,
    df: ArrayLike | None = None,
    cov: ArrayLike | None = None,
    exact: ArrayLike | None = None,
    groups: ArrayLike | None = None,
) -> Family:
    """Return the family, or raise ``ValueError`` with everything that is wrong with it."""
    values, errors = (np.array(given, dtype=np.float64) for given in (estimates, ses))
    faults = _shape_faults(values, errors)
    if faults:
        raise ValueError("; ".join(faults))
    declared = np.zeros(len(values), dtype=bool) if exact is None else np.array(exact, dtype=bool)
    faults += _error_faults(values, errors, declared)
    freedom, wrong = _freedom(df, len(values))
    matrix, faulty = _covariance(cov, errors)
    classes, mislabeled = _classes(groups, len(values))
    faults += [*wrong, *faulty, *mislabeled]
    if faults:
        raise ValueError("; ".join(faults))
    if freedom is not None:
        if freedom.ndim == 1:
            freedom[errors == 0] = np.inf
        freedom = freedom if (freedom < SMALL_DF).any() else None
    return Family(values, errors, freedom, matrix, classes)


def _shape_faults(values: Array, errors: Array) -> list[str]:
    if values.ndim != 1 or not len(values):
        return [f"estimates are one number for each of one or more units, not of shape {values.shape}"]
    if errors.shape != values.shape:
        return [f"ses must have one error for each of {len(values)} units, not shape {errors.shape}"]
    return []


def _error_faults(values: Array, errors: Array, declared: NDArray[np.bool_]) -> list[str]:
    if declared.shape != values.shape:
        return [f"exact must say yes or no for each of {len(values)} units, not have shape {declared.shape}"]
    unusable = ~np.isfinite(errors) | (errors < 0)
    cases = (
        (~np.isfinite(values), "estimates must be finite (leave out units without a score)"),
        (unusable, "ses must be finite and not negative"),
        (
            ~unusable & (errors == 0) & ~declared,
            (
                "a standard error of zero claims that there is none: declare the unit exact "
                "if it was counted in full, else give its error"
            ),
        ),
        (~unusable & (errors > 0) & declared, "a unit declared exact has a standard error above zero"),
    )
    return [f"{text} (at {_listed(where)})" for where, text in cases if where.any()]


def _listed(where: NDArray[np.bool_]) -> str:
    places = np.flatnonzero(where)
    return ", ".join(map(str, places[:5].tolist())) + (" ..." if len(places) > 5 else "")  # noqa: PLR2004


def _freedom(df: ArrayLike | None, n: int) -> tuple[Array | None, list[str]]:
    if df is None:
        return None, []
    given = np.asarray(df, dtype=np.float64)
    if given.shape not in ((), (n,), (n, n)):
        return None, [f"df is one number, or one for each of {n} units or of their pairs, not {given.shape}"]
    freedom = np.array(given if given.ndim == 2 else np.broadcast_to(given, (n,)))  # noqa: PLR2004  by pairs
    bad = np.asarray(~(freedom > 0))
    if freedom.ndim == 2:  # noqa: PLR2004
        bad = np.asarray(bad.any(axis=1))
    return freedom, [f"df must be above zero (at {_listed(bad)})"] if bad.any() else []


def _covariance(cov: ArrayLike | None, errors: Array) -> tuple[Array | None, list[str]]:
    """Return the covariance, None where it is diagonal, and what is wrong with it."""
    if cov is None:
        return None, []
    matrix = np.array(cov, dtype=np.float64)
    n = len(errors)
    if matrix.shape != (n, n) or not np.isfinite(matrix).all():
        return None, [f"cov must be finite and {n} x {n}, not of shape {matrix.shape}"]
    faults = []
    bound = _ROUNDING * np.sqrt(np.outer(np.diag(matrix).clip(0), np.diag(matrix).clip(0)))
    if (np.abs(matrix - matrix.T) > bound).any():
        faults.append("cov must be symmetric")
    if not np.allclose(np.sqrt(np.diag(matrix).clip(0)), errors, rtol=1e-6, atol=0):
        faults.append("the roots of cov's diagonal must be the ses")
    matrix = (matrix + matrix.T) / 2.0
    if np.linalg.eigvalsh(matrix)[0] < -_ROUNDING * max(float(np.trace(matrix)), 0.0):
        faults.append("cov must be positive semi-definite")
    apart = matrix - np.diag(np.diag(matrix))
    return matrix if apart.any() else None, faults


def _classes(groups: ArrayLike | None, n: int) -> tuple[tuple[NDArray[np.intp], ...], list[str]]:
    if groups is None:
        return (np.arange(n),), []
    labels = np.asarray(groups)
    if labels.shape != (n,):
        return (), [f"groups must have one label for each of {n} units, not shape {labels.shape}"]
    code = np.unique(labels.astype(str), return_inverse=True)[1].ravel()
    return tuple(np.flatnonzero(code == label) for label in range(code.max() + 1)), []
