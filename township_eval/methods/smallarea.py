"""Small areas: the Fay-Herriot model, advice beside a direct estimate and never in its place.

A township with thirty interviews has a noisy mean. The model pulls it toward what townships alike in
known traits score, the more the noisier it is. What is pulled is no longer the township's own answer,
so nothing here may replace a direct estimate where somebody is held to account.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.language import Text
from township_eval.methods.varying import Array

__all__ = ["FayHerriot", "Method", "fay_herriot"]

_Function: TypeAlias = Callable[[Array], Array]
Method: TypeAlias = Literal["REML", "ML", "FH"]

# Shrinking toward an estimated line beats the direct estimates only with three residuals or more:
# Efron and Morris, Data analysis using Stein's estimator, JASA 70 (1975), 311-319.
_SPARE: Final = 3
# A column this nearly a sum of the others leaves no digits to its coefficient.
_SINGULAR: Final = 1e-10
# First look: 0 and a geometric grid down to this share of the largest possible A, fine enough to part the
# maxima a likelihood in one variable may have. Then every bracket is cut into equal parts again and again.
_SMALLEST: Final = 1e-8
_FIRST: Final = 96
_PARTS: Final = 16
_ROUNDS: Final = 14  # 16 ** 14 parts: past the last bit of a double

_SHOWN: Final = 5  # faulty areas named in a message

_AT_ZERO: Final = Text(
    "地区间方差估计为 0:模型估计全部等于回归预测值,直接调查结果没有起作用,误差也可能偏小",
    "the variance between areas is estimated as 0: every model estimate equals the regression's prediction, "
    "the areas' own answers have no say, and the errors may be too small",
)


@dataclass(frozen=True, slots=True, eq=False)
class FayHerriot:
    """Model estimates of areas from their direct estimates, (n_areas,) unless stated.

    Attributes
    ----------
    eblup : Array
        ``gamma * y + (1 - gamma) * synthetic``; the synthetic estimate where there is no direct one.
    mse : Array
        Estimated mean squared error, in squared units of ``y``, with the price of estimating ``A``.
    gamma : Array
        Weight of the direct estimate, ``A / (A + variance)``; 0 where there is none.
    synthetic : Array
        Prediction of the regression, ``x beta``.
    refvar : float
        ``A``, the variance between areas that the covariates do not explain.
    beta, se_beta : Array (n_coefficients,)
        The intercept first.
    loglike : float
        Logarithm of the likelihood of the direct estimates at ``beta`` and ``A``.
    method : str
        ``"REML"``, ``"ML"`` or ``"FH"``.
    warning : Text, optional
        Said when ``A = 0``.
    """

    eblup: Array
    mse: Array
    gamma: Array
    synthetic: Array
    refvar: float
    beta: Array
    se_beta: Array
    loglike: float
    method: Method
    warning: Text | None = None

    @property
    def se(self) -> Array:
        """Root of the estimated mean squared error, in units of ``y``."""
        return np.sqrt(np.maximum(self.mse, 0.0))  # the correction of ML and FH may pass below zero


def fay_herriot(
    y: ArrayLike, x: ArrayLike, variance: ArrayLike, method: Method = "REML", *, intercept: bool = True
) -> FayHerriot:
    """Return the empirical best linear unbiased predictions of the areas' true values.

    ``y = x beta + v + e`` with ``v ~ (0, A)`` alike in all areas and ``e ~ (0, variance)`` known.

    Parameters
    ----------
    y : array_like (n_areas,)
        Direct estimates; NaN where an area has none: it gets the synthetic estimate.
    x : array_like (n_areas, n_covariates) or (n_areas,)
        What is known of every area, without the column of ones.
    variance : array_like (n_areas,)
        Squared standard errors of ``y``; positive, not read where ``y`` is NaN.
    method : {"REML", "ML", "FH"}
        How ``A`` is found: restricted or full maximum likelihood, over all of ``A >= 0``, or the
        moment equation of Fay and Herriot.
    intercept : bool
        Put a column of ones before the covariates.

    Raises
    ------
    ValueError
        Shapes do not fit; covariates are not finite or depend on each other; a variance is not positive;
        fewer than ``n_coefficients + 3`` direct estimates; an unknown method. All of them in one message.

    Notes
    -----
    ``mse = g1 + g2 + 2 g3 - bias B^2`` with ``B = 1 - gamma``, ``g1 = gamma D``, ``g2 = B^2 x' Q x``,
    ``g3 = D^2 (A + D)^-3 V(A)``; the bias is 0 for REML. An area without a direct estimate has
    ``A + x' Q x``.
    The result does not depend on the order of the areas, to the last bit.

    Sources: Fay and Herriot, JASA 74 (1979), 269-277; Prasad and Rao, JASA 85 (1990), 163-171; Datta and
    Lahiri, Statistica Sinica 10 (2000), 613-627 (REML, ML); Datta, Rao and Smith, Biometrika 92 (2005),
    183-196 (FH).

    Examples
    --------
    >>> seen = fay_herriot([71, 78, 90, 64, 85, 82], [1, 2, 3, 1, 3, 2], [4, 9, 4, 25, 4, 9])
    >>> seen.eblup.round(1).tolist()
    [70.5, 78.7, 88.8, 69.4, 86.5, 79.8]
    >>> round(seen.refvar, 2), seen.gamma.round(2).tolist()
    (3.32, [0.45, 0.27, 0.45, 0.12, 0.45, 0.27])
    """
    model, order = _model(y, x, variance, method, intercept=intercept)
    refvar = _moment(model) if method == "FH" else _likeliest(model, restricted=method == "REML")
    fit = _Fit.at(model, np.array([refvar]))
    beta, q = fit.beta[0], fit.q[0]
    synthetic = (model.rows * beta).sum(axis=1)
    gamma = np.zeros(len(order))
    gamma[: model.seen] = refvar / (refvar + model.variance)
    eblup = synthetic.copy()
    eblup[: model.seen] += gamma[: model.seen] * (model.y - synthetic[: model.seen])
    back = np.argsort(order)
    return FayHerriot(
        eblup=eblup[back],
        mse=_mse(model, refvar, q, gamma, method)[back],
        gamma=gamma[back],
        synthetic=synthetic[back],
        refvar=refvar,
        beta=beta,
        se_beta=np.sqrt(np.diag(q)),
        loglike=float(fit.loglike[0]),
        method=method,
        warning=None if refvar > 0 else _AT_ZERO,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """Areas in an order of their own: sums then have the same bits in whatever order they came."""

    rows: Array  # (n_areas, n_coefficients), areas with a direct estimate first
    y: Array  # (n_seen,)
    variance: Array

    @property
    def seen(self) -> int:
        return len(self.y)

    @property
    def x(self) -> Array:
        return self.rows[: self.seen]


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """Weighted least squares at several values of A at once, (n_values, ...)."""

    beta: Array
    q: Array  # (n_values, p, p), covariance of beta
    loglike: Array
    restricted: Array  # its logarithm, without constants
    squares: Array  # y' P y
    score: Array  # derivative of the log-likelihood in A
    restricted_score: Array

    @staticmethod
    def at(model: _Model, refvar: Array) -> _Fit:
        v = 1.0 / (refvar[:, np.newaxis] + model.variance)
        root = np.sqrt(v)
        basis, r = np.linalg.qr(root[..., np.newaxis] * model.x)
        coordinates = np.einsum("amp,am->ap", basis, root * model.y)
        inverse = np.linalg.inv(r)
        beta = np.einsum("apq,aq->ap", inverse, coordinates)
        resid = model.y - np.einsum("mp,ap->am", model.x, beta)
        leverage = np.square(basis).sum(axis=2)
        squares = (v * resid**2).sum(axis=1)
        slope = (v * resid) ** 2
        logs = np.log(v).sum(axis=1)
        determinant = np.log(np.abs(np.diagonal(r, axis1=1, axis2=2))).sum(axis=1)
        return _Fit(
            beta=beta,
            q=np.einsum("apq,arq->apr", inverse, inverse),
            loglike=0.5 * (logs - squares - model.seen * np.log(2 * np.pi)),
            restricted=0.5 * (logs - squares) - determinant,
            squares=squares,
            score=0.5 * (slope - v).sum(axis=1),
            restricted_score=0.5 * (slope - v * (1.0 - leverage)).sum(axis=1),
        )


def _likeliest(model: _Model, *, restricted: bool) -> float:
    """Return the A of greatest (restricted) likelihood: every maximum inside is found, and A = 0."""

    def score(a: Array) -> Array:
        fit = _Fit.at(model, a)
        return fit.restricted_score if restricted else fit.score

    grid = _grid(model)
    rising = score(grid) > 0
    tops = [_root(score, grid[i], grid[i + 1]) for i in np.flatnonzero(rising[:-1] & ~rising[1:])]
    candidates = np.array([0.0, *tops])
    fit = _Fit.at(model, candidates)
    return float(candidates[np.argmax(fit.restricted if restricted else fit.loglike)])


def _moment(model: _Model) -> float:
    """Solve ``y' P y = n - p``; its left side falls in A, so there is one root or none."""

    def excess(a: Array) -> Array:
        squares = _Fit.at(model, a).squares
        return squares - float(model.seen - model.x.shape[1])

    grid = _grid(model)
    return _root(excess, 0.0, grid[-1]) if excess(grid[:1])[0] > 0 else 0.0


def _grid(model: _Model) -> Array:
    """Return values of A up to one past which every method's equation is negative.

    With ``S`` the squares of least squares and ``a = S / (n - p)``: ``y' P y <= S / (A + min D)`` and
    ``tr P >= (n - p) / (A + max D)`` make the score negative from ``a + sqrt(a (max D - min D))`` on.
    """
    basis, _ = np.linalg.qr(model.x)
    resid = model.y - (basis * (basis.T * model.y).sum(axis=1)).sum(axis=1)
    a = float((resid**2).sum()) / (model.seen - model.x.shape[1])
    largest = a + float(np.sqrt(a * np.ptp(model.variance)))
    # rounding may leave the equation a hair above zero exactly there
    largest = 1.01 * largest + float(np.finfo(np.float64).tiny)
    return np.concatenate([[0.0], largest * np.geomspace(_SMALLEST, 1.0, _FIRST)])


def _root(falling: _Function, low: float, high: float) -> float:
    """Return where a function passes from above zero to zero or below, between *low* and *high*."""
    for _ in range(_ROUNDS):
        cuts = np.linspace(low, high, _PARTS + 1)
        past = np.append(falling(cuts[1:-1]) <= 0, True)
        first = int(np.argmax(past))
        low, high = float(cuts[first]), float(cuts[first + 1])
    return 0.5 * (low + high)


def _mse(model: _Model, refvar: float, q: Array, gamma: Array, method: Method) -> Array:
    v = 1.0 / (refvar + model.variance)
    information = float((v**2).sum())
    spread, bias = 2.0 / information, 0.0
    if method == "ML":
        weighted = np.einsum("m,mp,mq->pq", v**2, model.x, model.x)
        bias = -float(np.sum(q * weighted)) / information
    elif method == "FH":
        total = float(v.sum())
        spread = 2.0 * model.seen / total**2
        bias = 2.0 * (model.seen * information - total**2) / total**3
    line = np.einsum("np,pq,nq->n", model.rows, q, model.rows)
    mse: Array = refvar + line
    b = 1.0 - gamma[: model.seen]
    g1 = gamma[: model.seen] * model.variance
    g3 = model.variance**2 * v**3 * spread
    mse[: model.seen] = g1 + b**2 * line[: model.seen] + 2.0 * g3 - bias * b**2
    return mse


def _model(
    y: ArrayLike, x: ArrayLike, variance: ArrayLike, method: Method, *, intercept: bool
) -> tuple[_Model, NDArray[np.intp]]:
    """Return the checked areas in their own order, and that order."""
    direct, noise = (np.asarray(given, dtype=np.float64) for given in (y, variance))
    rows = np.asarray(x, dtype=np.float64)
    rows = rows[:, np.newaxis] if rows.ndim == 1 else rows
    if direct.ndim != 1 or noise.shape != direct.shape or rows.shape[:1] != direct.shape or rows.ndim != 2:  # noqa: PLR2004
        msg = f"y {direct.shape}, x {rows.shape} and variance {noise.shape} must have one row per area"
        raise ValueError(msg)
    if intercept:
        rows = np.column_stack([np.ones(len(rows)), rows])
    seen = ~np.isnan(direct)
    faults = [*_bad_method(method), *_bad_numbers(direct, noise, rows), *_bad_design(rows[seen])]
    if faults:
        raise ValueError("; ".join(faults))
    order = np.lexsort((*rows.T, np.where(seen, noise, 0.0), direct))  # NaN goes last
    first = order[: int(seen.sum())]
    return _Model(rows[order], direct[first], noise[first]), order


def _bad_method(method: str) -> list[str]:
    known = get_args(Method)
    return [] if method in known else [f"method must be one of {', '.join(known)}, not {method!r}"]


def _bad_numbers(direct: Array, noise: Array, rows: Array) -> list[str]:
    seen = ~np.isnan(direct)
    told = (
        (np.isinf(direct), "y must be finite or NaN: areas {}"),
        (
            seen & ~(np.isfinite(noise) & (noise > 0)),
            "variance must be positive where y is given (an exact value needs no model): areas {}",
        ),
        (~np.isfinite(rows).all(axis=1), "x must be finite in every area: areas {}"),
    )
    return [what.format(_places(bad)) for bad, what in told if bad.any()]


def _bad_design(x: Array) -> list[str]:
    n, p = x.shape
    if n < p + _SPARE:
        return [f"{n} areas with a direct estimate are too few for {p} coefficients: {p + _SPARE} are needed"]
    if not np.isfinite(x).all():
        return []  # told already
    lengths = np.sqrt((x**2).sum(axis=0))
    singular = np.linalg.svd(x / np.where(lengths > 0, lengths, 1.0), compute_uv=False)
    if p and singular[-1] <= _SINGULAR * singular[0]:
        return ["columns of x (with the intercept) depend on each other: leave out the superfluous ones"]
    return []


def _places(bad: NDArray[np.bool_] | np.bool_) -> str:
    found = np.flatnonzero(bad).tolist()
    shown = ", ".join(str(place) for place in found[:_SHOWN])
    return shown + (f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")
