"""The Fay-Herriot model of small areas."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from township_eval.methods.smallarea import fay_herriot

DATA = Path(__file__).parents[1] / "data" / "survey"
METHODS = ("REML", "ML", "FH")
# The reference stops when A moves by less than one part in 1e10 a step: that far it is exact.
TOLERANCE = 1e-9


def rows(name, **only):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if all(row[key] == value for key, value in only.items())]


def column(table, key):
    return np.array([float(row[key]) for row in table])


def areas(data):
    table = rows(f"{data}_input")
    return column(table, "y"), column(table, "x"), column(table, "vardir")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("data", ["fh12", "fh40", "fh_zero"])
def test_oracle_fay_herriot_equals_sae(data, method):
    """Estimates, errors, coefficients and A are those of R's sae, for each method and at A = 0 too."""
    result = fay_herriot(*areas(data), method)
    golden = rows("r_sae_fh_eblup", data=data, method=method)
    (fit,) = rows("r_sae_fh_fit", data=data, method=method)
    assert result.eblup == pytest.approx(column(golden, "eblup"), rel=TOLERANCE)
    assert result.mse == pytest.approx(column(golden, "mse"), rel=TOLERANCE)
    assert result.refvar == pytest.approx(float(fit["refvar"]), rel=TOLERANCE)
    assert result.beta == pytest.approx([float(fit["b0"]), float(fit["b1"])], rel=TOLERANCE)
    assert result.se_beta == pytest.approx([float(fit["se0"]), float(fit["se1"])], rel=TOLERANCE)
    assert result.loglike == pytest.approx(float(fit["loglike"]), rel=TOLERANCE)


@pytest.mark.parametrize("method", METHODS)
def test_no_variance_between_areas_is_said(method):
    """At A = 0 every area equals the regression's prediction, and the result says so in both languages."""
    result = fay_herriot(*areas("fh_zero"), method)
    assert result.refvar == 0.0
    assert (result.gamma == 0).all()
    assert (result.eblup == result.synthetic).all()
    assert result.warning is not None
    assert "方差估计为 0" in result.warning.say("zh")
    assert "estimated as 0" in result.warning.say("en")
    assert fay_herriot(*areas("fh12"), method).warning is None


def test_an_area_without_answers_gets_the_prediction_and_its_error():
    """The township nobody was asked in has the regression's value, with an error no smaller than A."""
    y, x, variance = areas("fh40")
    y[3] = variance[3] = np.nan
    result = fay_herriot(y, x, variance)
    rest = np.arange(40) != 3
    without = fay_herriot(y[rest], x[rest], variance[rest])
    row = np.array([1.0, x[3]])
    assert result.refvar == without.refvar
    assert (result.eblup[rest] == without.eblup).all()
    assert (result.mse[rest] == without.mse).all()
    assert result.eblup[3] == result.synthetic[3] == pytest.approx(row @ without.beta)
    assert result.gamma[3] == 0
    # A + x' Q x, with Q by the textbook
    v = 1 / (without.refvar + variance[rest])
    design = np.column_stack([np.ones(39), x[rest]])
    q = np.linalg.inv(design.T @ (v[:, None] * design))
    assert result.mse[3] == pytest.approx(without.refvar + row @ q @ row, rel=1e-12)


@pytest.mark.parametrize(("spread", "at_zero"), [(1.0, True), (1.5, False)])
def test_the_higher_of_two_maxima_is_taken(spread, at_zero):
    """A restricted likelihood with maxima at 0 and far out is searched wholly: none on a grid is higher."""
    precise = [0.0, 0.01, -0.01, 0.005, -0.005]
    noisy = spread * np.array([90.0, -95.0, 100.0, -99.0, 93.0, -91.0, 88.0, -103.0])
    y, variance = np.array([*precise, *noisy]), np.array([1e-4] * 5 + [900.0] * 8)
    result = fay_herriot(y, np.empty((13, 0)), variance)

    def restricted(a):
        v = 1 / (a + variance)
        mean = (v * y).sum() / v.sum()
        return 0.5 * (np.log(v).sum() - np.log(v.sum()) - (v * (y - mean) ** 2).sum())

    likelihood = [restricted(a) for a in [0.0, *np.geomspace(1e-9, 1e6, 5_000)]]
    tops = [b for a, b, c in zip(likelihood, likelihood[1:], likelihood[2:], strict=False) if a < b > c]
    assert likelihood[0] > likelihood[1]
    assert tops  # so there are two
    assert (result.refvar == 0) == at_zero
    assert restricted(result.refvar) >= max(likelihood)


def test_means_without_covariates_shrink_to_a_common_mean():
    """With equal variances and no covariates every area moves the same share toward the plain mean."""
    y = np.array([60.0, 70.0, 80.0, 90.0, 75.0])
    result = fay_herriot(y, np.empty((5, 0)), np.full(5, 4.0))
    assert result.beta == pytest.approx([75.0])
    assert result.refvar == pytest.approx(y.var(ddof=1) - 4.0)  # the moment and the REML solution
    assert result.eblup == pytest.approx(75.0 + (1 - 4.0 / y.var(ddof=1)) * (y - 75.0))


def test_the_square_root_of_the_error_is_at_hand():
    """`se` is in the units of the estimates."""
    result = fay_herriot(*areas("fh12"))
    assert result.se**2 == pytest.approx(result.mse)


def test_all_faults_are_told_at_once():
    """Method, infinite value, variance and covariate stand in one message, with the areas."""
    y, x, variance = areas("fh40")
    y[0], x[1], variance[2:9] = np.inf, np.nan, 0.0
    with pytest.raises(ValueError, match="method") as caught:
        fay_herriot(y, x, variance, "EB")
    message = str(caught.value)
    assert "REML, ML, FH, not 'EB'" in message
    assert "finite or NaN: areas 0" in message
    assert (
        "positive where y is given (an exact value needs no model): areas 2, 3, 4, 5, 6 and 2 more" in message
    )
    assert "x must be finite in every area: areas 1" in message


def test_too_few_areas_are_refused():
    """Two coefficients need five direct estimates; an area without one does not count."""
    y, x, variance = areas("fh12")
    fay_herriot(y[:5], x[:5], variance[:5])
    y[4] = np.nan
    with pytest.raises(ValueError, match="4 areas with a direct estimate are too few for 2 coefficients: 5"):
        fay_herriot(y[:5], x[:5], variance[:5])


@pytest.mark.parametrize("extra", [np.ones(12), np.zeros(12), "double"])
def test_covariates_that_depend_on_each_other_are_refused(extra):
    """A constant beside the intercept, zeros, and a multiple of another column are superfluous."""
    y, x, variance = areas("fh12")
    second = 2 * x if isinstance(extra, str) else extra
    with pytest.raises(ValueError, match="depend on each other"):
        fay_herriot(y, np.column_stack([x, second]), variance)


def test_without_an_intercept_a_constant_column_is_fine():
    """Whoever brings the column of ones gets the same result."""
    y, x, variance = areas("fh12")
    own = fay_herriot(y, np.column_stack([np.ones(12), x]), variance, intercept=False)
    assert (own.eblup == fay_herriot(y, x, variance).eblup).all()


def test_shapes_must_fit():
    """One row per area in all three."""
    with pytest.raises(ValueError, match="one row per area"):
        fay_herriot([1.0, 2.0], [[1.0, 2.0]], [1.0, 1.0])


@st.composite
def worlds(draw):
    """Draw areas with decent noise; some without a direct estimate."""
    n = draw(st.integers(6, 15))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    variance = rng.uniform(0.1, 30.0, n)
    y = 70 + 3 * x + rng.normal(scale=draw(st.sampled_from([0.0, 1.0, 5.0])), size=n)
    y += rng.normal(scale=np.sqrt(variance))
    y[rng.random(n) < 0.1] = np.nan
    assume((~np.isnan(y)).sum() >= 5)
    return y, x, variance, rng


@given(worlds(), st.sampled_from(METHODS))
def test_order_of_the_areas_changes_no_bit(world, method):
    """Areas permuted give the same numbers permuted, to the last bit."""
    y, x, variance, rng = world
    order = rng.permutation(len(y))
    straight, mixed = (
        fay_herriot(y, x, variance, method),
        fay_herriot(y[order], x[order], variance[order], method),
    )
    assert mixed.refvar == straight.refvar
    assert mixed.eblup.tolist() == straight.eblup[order].tolist()
    assert mixed.mse.tolist() == straight.mse[order].tolist()


@given(worlds(), st.sampled_from(METHODS))
def test_estimates_lie_between_answer_and_prediction(world, method):
    """A model estimate never leaves the stretch from the direct to the synthetic estimate."""
    y, x, variance, _ = world
    result = fay_herriot(y, x, variance, method)
    seen = ~np.isnan(y)
    low, high = np.minimum(y, result.synthetic)[seen], np.maximum(y, result.synthetic)[seen]
    assert (result.eblup[seen] >= low - 1e-9).all()
    assert (result.eblup[seen] <= high + 1e-9).all()
    assert ((result.gamma >= 0) & (result.gamma < 1)).all()


@given(worlds(), st.sampled_from(METHODS), st.sampled_from([0.25, 8.0]))
def test_units_of_measure_do_not_matter(world, method, factor):
    """In other units estimates scale with the unit and errors with its square."""
    y, x, variance, _ = world
    one, other = (
        fay_herriot(y, x, variance, method),
        fay_herriot(factor * y, x, factor**2 * variance, method),
    )
    assert other.eblup == pytest.approx(factor * one.eblup, rel=1e-7)
    assert other.refvar == pytest.approx(factor**2 * one.refvar, rel=1e-6, abs=1e-9)
