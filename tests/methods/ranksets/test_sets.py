"""What holds for rank sets whatever the estimates are."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from township_eval.methods import ranksets
from township_eval.methods.ranking import rank
from township_eval.methods.ranksets.critical.independent import normal_single
from township_eval.methods.ranksets.critical.studentized import tukey_kramer

KINDS = [
    (ranksets.marginal, {}),
    (ranksets.marginal, {"stepdown": True}),
    (ranksets.simultaneous, {}),
    (ranksets.simultaneous, {"stepdown": True}),
    (ranksets.marginal, {"df": 6.0}),
    (ranksets.simultaneous, {"df": 6.0, "stepdown": True}),
]
SINGLE = [kind for kind in KINDS if "stepdown" not in kind[1]]
LEVELS = st.floats(0.55, 0.995)


@st.composite
def families(draw, most=9):
    """Estimates on a coarse grid, so that ties occur, and errors that differ up to a hundredfold."""
    n = draw(st.integers(1, most))
    estimates = draw(st.lists(st.integers(0, 60).map(lambda x: x / 4), min_size=n, max_size=n))
    logs = draw(st.lists(st.floats(-2.0, 2.6), min_size=n, max_size=n))
    return np.array(estimates), np.exp(logs)


def plain_coverage(ses, j, c, side):
    """Return the probability that no comparison with unit j is denied, by a plain n x n quadrature."""
    points, weights = np.polynomial.legendre.leggauss(40)
    edges = np.linspace(-9, 9, 181)
    z = (edges[:-1, np.newaxis] + 0.05 * (1 + points)).ravel()
    weights = np.tile(weights * 0.05, 180) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    others = np.delete(ses, j)[:, np.newaxis]
    reach = c * np.hypot(ses[j], others)
    low = ndtr((ses[j] * z - reach) / others) if side == "both" else 0.0
    return (ndtr((ses[j] * z + reach) / others) - low).prod(axis=0) @ weights


@given(families(), LEVELS, st.sampled_from(["both", "lower", "upper"]))
@settings(max_examples=40)
def test_fast_critical_values_solve_the_plain_integral(family, level, side):
    """The compressed, graded quadrature solves the integral written out, to 1e-9."""
    _, ses = family
    critical = ranksets.marginal(np.zeros(len(ses)), ses, level=level, side=side).critical
    for j in range(len(ses) if len(ses) > 1 else 0):
        assert plain_coverage(ses, j, critical[j], side) == pytest.approx(level, abs=1e-9)


@pytest.mark.parametrize("ratio", [1.3, 5.0, 100.0])
def test_many_errors_are_compressed_without_loss(ratio):
    """With many more errors than nodes the integral is still solved to 1e-9."""
    ses = np.exp(np.random.default_rng(1).uniform(0, np.log(ratio), 120))
    critical = normal_single(ses, 0.95, "both")
    for j in (int(ses.argmin()), int(ses.argmax()), 7):
        assert plain_coverage(ses, j, critical[j], "both") == pytest.approx(0.95, abs=1e-9)


@pytest.mark.parametrize(("method", "how"), KINDS)
@given(families(), LEVELS)
@settings(max_examples=25)
def test_sets_contain_the_observed_rank(method, how, family, level):
    """At levels above one half the observed rank is possible, that of ties too, and limits are ranks."""
    estimates, ses = family
    lower, upper = method(estimates, ses, level=level, **how)
    best, worst = rank(estimates), len(ses) + 1 - rank(-estimates)
    assert (lower <= best).all()
    assert (worst <= upper).all()
    assert lower.min() >= 1
    assert upper.max() <= len(ses)


@pytest.mark.parametrize(("method", "how"), KINDS)
@given(families(), LEVELS, LEVELS)
@settings(max_examples=25)
def test_sets_are_nested_in_level(method, how, family, one, other):
    """A higher level excludes less."""
    small, large = (method(*family, level=level, **how) for level in sorted([one, other]))
    assert (large.lower <= small.lower).all()
    assert (large.upper >= small.upper).all()


@pytest.mark.parametrize(("method", "how"), KINDS)
@given(families(), st.integers(-20, 20))
@settings(max_examples=25)
def test_sets_do_not_depend_on_the_scale(method, how, family, power):
    """Estimates and errors times one factor: the same sets."""
    estimates, ses = family
    plain, scaled = method(estimates, ses, **how), method(estimates * 2.0**power, ses * 2.0**power, **how)
    assert np.array(plain).tolist() == np.array(scaled).tolist()
    assert scaled.critical == pytest.approx(plain.critical, abs=1e-9)


@pytest.mark.parametrize(("method", "how"), KINDS)
@given(families(), st.floats(1.001, 50))
@settings(max_examples=25)
def test_sets_widen_when_all_errors_do(method, how, family, factor):
    """All errors times a factor above one: nobody's set is smaller."""
    estimates, ses = family
    plain, wide = method(estimates, ses, **how), method(estimates, ses * factor, **how)
    assert (wide.lower <= plain.lower).all()
    assert (wide.upper >= plain.upper).all()


@pytest.mark.parametrize(("method", "how"), KINDS)
@given(families())
@settings(max_examples=25)
def test_sets_shrink_to_the_rank(method, how, family):
    """As errors go to zero only the ranks of ties remain."""
    estimates, ses = family
    lower, upper = method(estimates, ses * 1e-4, **how)
    assert lower.tolist() == rank(estimates).tolist()
    assert upper.tolist() == (len(ses) + 1 - rank(-estimates)).tolist()


@pytest.mark.parametrize(("method", "how"), [*KINDS, (ranksets.marginal, {"draws": 2000}), (ranksets.simultaneous, {"draws": 2000})])  # fmt: skip  # noqa: E501
@given(families(most=6), st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_order_of_units_changes_nothing(method, how, family, random):
    """Permuted units have permuted sets; simulated ones too where no two units are alike."""
    estimates, ses = family
    estimates = estimates + np.arange(len(ses)) / 64
    order = random.sample(range(len(ses)), len(ses))
    plain, moved = method(estimates, ses, **how), method(estimates[order], ses[order], **how)
    assert moved.lower.tolist() == plain.lower[order].tolist()
    assert moved.upper.tolist() == plain.upper[order].tolist()
    assert moved.critical == pytest.approx(plain.critical[order], abs=1e-9)


@pytest.mark.parametrize(("method", "how"), SINGLE)
@given(families())
@settings(max_examples=15)
def test_stepdown_excludes_at_least_as_much(method, how, family):
    """Testing again what is left never widens a set."""
    single, steps = method(*family, **how), method(*family, stepdown=True, **how)
    assert (steps.lower >= single.lower).all()
    assert (steps.upper <= single.upper).all()


@pytest.mark.parametrize("side", ["both", "lower", "upper"])
def test_many_units_are_counted_as_few_are(monkeypatch, side):
    """Counting by bins of errors finds the same limits and distances as all pairs, exact units included."""
    rng = np.random.default_rng(3)
    ses = np.exp(rng.normal(0, 0.8, 700))
    ses[:5] = 0.0
    estimates = rng.normal(0, 4, 700).round(1)
    plain = ranksets.marginal(estimates, ses, exact=ses == 0, side=side)
    monkeypatch.setattr("township_eval.methods.ranksets.pairs._PAIRWISE", 1)
    monkeypatch.setattr("township_eval.methods.ranksets.bins._CELLS", 1000)
    binned = ranksets.marginal(estimates, ses, exact=ses == 0, side=side)
    assert np.array(binned).tolist() == np.array(plain).tolist()
    assert binned.distance == pytest.approx(plain.distance, abs=1e-9)


@pytest.mark.parametrize("method", [ranksets.marginal, ranksets.simultaneous])
@pytest.mark.parametrize("stepdown", [False, True])
def test_exact_units_compare_exactly(method, stepdown):
    """Two units counted in full have their order; a tie of them shows nothing; nothing is near."""
    found = method([70, 60, 60, 50], [0] * 4, exact=[True] * 4, stepdown=stepdown)
    assert (found.lower.tolist(), found.upper.tolist()) == ([1, 2, 2, 4], [1, 3, 3, 4])
    assert np.isinf(found.distance).all()


def test_exact_units_narrow_the_integral():
    """Against one exact unit the critical value is that of one comparison; against two it stays."""
    one = ranksets.marginal([1, 0], [1, 0], exact=[False, True])
    two = ranksets.marginal([1, 0, 5], [1, 0, 0], exact=[False, True, True])
    assert one.critical == pytest.approx([1.959963984540054] * 2, abs=1e-9)
    assert two.critical[0] == pytest.approx(1.959963984540054, abs=1e-9)
    almost = ranksets.marginal(np.zeros(4), [1, 2, 1e-7, 1e-7]).critical
    exact = ranksets.marginal(np.zeros(4), [1, 2, 0, 0], exact=[0, 0, 1, 1]).critical
    assert exact[:2] == pytest.approx(almost[:2], abs=1e-6)


@pytest.mark.parametrize(("method", "how"), [*KINDS, (ranksets.marginal, {"draws": 1000}), (ranksets.simultaneous, {"draws": 1000})])  # fmt: skip  # noqa: E501
def test_one_unit_is_first_and_last(method, how):
    """A single unit has rank 1, and no comparison that could be near."""
    found = method([80.0], [1.0], **how)
    assert (found.lower.tolist(), found.upper.tolist()) == ([1], [1])
    assert np.isinf(found.distance).all()


@pytest.mark.parametrize("side", ["both", "lower", "upper"])
def test_steps_against_exact_units(side):
    """Steps treat a unit without error as the limit of units with hardly any."""
    estimates = np.array([9.0, 8.0, 5.0, 4.5, 2.0, 1.0])
    noisy = np.array([1.0, 2.0, 0.0, 0.5, 0.0, 1.5])
    found = ranksets.marginal(estimates, noisy, exact=noisy == 0, stepdown=True, side=side)
    almost = ranksets.marginal(estimates, np.where(noisy == 0, 1e-7, noisy), stepdown=True, side=side)
    assert np.array(found).tolist() == np.array(almost).tolist()
    some = noisy > 0  # an exact unit is not compared with the other one under error
    assert found.critical[some] == pytest.approx(almost.critical[some], abs=1e-5)


def test_few_degrees_of_freedom_are_named_and_wider():
    """Any df below 30 turns to Welch's t for every pair; 30 and more count as known."""
    estimates, ses = [9.0, 5.0, 1.0], [1.0, 1.0, 1.0]
    small = ranksets.marginal(estimates, ses, df=[4, 1000, np.inf])
    assert small.code == "small_df"
    assert "approximate" in small.method.en
    assert ranksets.marginal(estimates, ses, df=30).code == "quadrature"
    assert ranksets.marginal([4.0, 0.0], [1.0, 1.0]).upper.tolist() == [1, 2]
    assert ranksets.marginal([4.0, 0.0], [1.0, 1.0], df=2).upper.tolist() == [1, 2]  # t = 2.83
    assert ranksets.marginal([3.9, 0.0], [1.0, 1.0], df=2).upper.tolist() == [2, 2]


def test_pairs_of_few_degrees_follow_student():
    """With equal errors and df, Welch's df is their sum: t_4 decides at 2.7764 of a difference's error."""
    for t, upper in ((2.7763, [2, 2]), (2.7766, [1, 2])):
        assert ranksets.marginal([t * np.sqrt(2), 0], [1, 1], df=2).upper.tolist() == upper


def test_degrees_of_freedom_may_be_those_of_differences():
    """Given by pairs, they take the place of Welch and Satterthwaite's; infinite ones count as known."""
    t = 2.5 * np.sqrt(2)
    for df, upper in ((4.0, [2, 2]), (np.inf, [1, 2])):
        pairs = np.array([[3.0, df], [df, 3.0]])
        assert ranksets.marginal([t, 0], [1, 1], df=pairs).upper.tolist() == upper


def test_classes_are_ranked_apart_and_held_together():
    """Ranks count within a class; simultaneous sets take all classes as one family."""
    estimates, ses = np.array([9.0, 5.0, 1.0, 8.0, 2.0]), np.full(5, 1.0)
    groups = ["a", "a", "a", "b", "b"]
    apart = ranksets.marginal(estimates, ses, groups=groups)
    assert apart.critical[3] == pytest.approx(1.959963984540054, abs=1e-9)
    assert apart.upper[:3].tolist() == ranksets.marginal(estimates[:3], ses[:3]).upper.tolist()
    together = ranksets.simultaneous(estimates, ses, groups=groups)
    assert together.upper.max() <= 3
    assert together.critical[0] == pytest.approx(tukey_kramer([3, 2], 0.95), abs=1e-12)
    drawn = ranksets.simultaneous(estimates, ses, groups=groups, draws=100_000)
    assert drawn.critical[0] == pytest.approx(together.critical[0], abs=4 * drawn.mc_error[0])


def test_simultaneous_in_classes_covers_more_than_alone():
    """More classes in the family, a larger critical value; all in one class, the largest."""
    assert tukey_kramer([3], 0.95) < tukey_kramer([3, 2], 0.95) < tukey_kramer([5], 0.95)
    assert tukey_kramer([1, 1], 0.95) == 0.0


def test_perfectly_correlated_units_compare_exactly():
    """An error that two units share in full does not blur their order."""
    cov = np.array([[4.0, 4.0, 0.0], [4.0, 4.0, 0.0], [0.0, 0.0, 1.0]])
    for method in (ranksets.marginal, ranksets.simultaneous):
        lower, upper = method([5.1, 5.0, 5.0], [2, 2, 1], cov=cov, draws=5000)
        assert (lower.tolist(), upper.tolist()) == ([1, 2, 1], [2, 3, 3])


def test_diagonal_covariance_needs_no_simulation():
    """A covariance without correlation is solved as independent errors are."""
    found = ranksets.marginal([3, 2, 1], [1, 2, 1], cov=np.diag([1.0, 4.0, 1.0]))
    assert found.code == "quadrature"
    assert not found.mc_error.any()
    assert not found.fragile.any()


@pytest.mark.parametrize("method", [ranksets.marginal, ranksets.simultaneous])
def test_simulation_says_what_is_fragile(method):
    """A comparison on the critical value is fragile, one far from it is not; a seed repeats itself."""
    cov = np.array([[1.0, 0.3], [0.3, 1.0]])
    root = np.sqrt(2 - 0.6)
    for t, fragile in ((1.96, True), (3.0, False)):
        found = method([t * root, 0.0], [1, 1], cov=cov, draws=20_000, seed=2)
        again = method([t * root, 0.0], [1, 1], cov=cov, draws=20_000, seed=2)
        assert found.fragile.tolist() == [fragile] * 2
        assert found.critical.tolist() == again.critical.tolist()
        assert found.critical[0] == pytest.approx(1.96, abs=4 * found.mc_error[0])
        assert found.distance == pytest.approx(np.abs(t - found.critical), abs=1e-9)
    bound = method([3 * root, 0.0], [1, 1], cov=cov, draws=0)
    assert (bound.code, bound.upper.tolist()) == ("pairs", [1, 2])


@pytest.mark.parametrize("method", [ranksets.marginal, ranksets.simultaneous])
def test_draws_do_not_hang_on_the_last_digits_of_the_covariance(method):
    """Equal correlations have no eigenvectors of their own: rounding must not choose other draws."""
    cov = np.full((6, 6), 0.3) + 0.7 * np.eye(6)
    noise = np.random.default_rng(1).normal(0, 1e-15, (6, 6))
    one, other = (
        method(np.arange(6.0), np.ones(6), cov=matrix, draws=5000) for matrix in (cov, cov + noise + noise.T)
    )
    assert one.critical.tolist() == other.critical.tolist()
    assert one.mc_error.tolist() == other.mc_error.tolist()


def test_sidak_over_pairs_bounds_what_simulation_finds(ranks):
    """Without simulation correlated errors have larger critical values, never smaller."""
    for method in (ranksets.marginal, ranksets.simultaneous):
        for side in ("both", "lower"):
            given = {"cov": ranks.cov, "side": side}
            drawn = method(ranks.estimates, ranks.ses, draws=20_000, **given)
            bound = method(ranks.estimates, ranks.ses, draws=0, **given)
            assert (bound.critical > drawn.critical - 3 * drawn.mc_error).all()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ses": [1, 0]}, "declare the unit exact"),
        ({"ses": [1, -1]}, "not negative.*at 1"),
        ({"ses": [np.nan, 1]}, "finite and not negative.*at 0"),
        ({"ses": [1, 1], "exact": [True, False]}, "declared exact has a standard error above zero"),
        ({"ses": [1]}, "one error for each of 2 units"),
        ({"estimates": [np.nan, 1]}, "leave out units without a score"),
        ({"estimates": [], "ses": []}, "one or more units"),
        ({"cov": [[1, 0.5], [0.4, 1]]}, "symmetric"),
        ({"cov": [[1, 2], [2, 1]]}, "positive semi-definite"),
        ({"cov": [[4, 0], [0, 1]]}, "diagonal must be the ses"),
        ({"cov": [[1, 0]]}, "2 x 2"),
        ({"df": 0}, "df must be above zero"),
        ({"df": [1, 2, 3]}, "df is one number"),
        ({"level": 1.0}, "level lies between 0 and 1"),
        ({"level": 0.0}, "level lies between 0 and 1"),
        ({"side": "left", "draws": 5, "seed": -1}, "side is one of.*draws are 0.*seed"),
        ({"groups": ["a"]}, "one label for each of 2 units"),
    ],
)
@pytest.mark.parametrize("method", [ranksets.marginal, ranksets.simultaneous])
def test_bad_input_is_refused(method, given, said):
    """Everything wrong is said, with its place."""
    asked = {"estimates": [2, 1], "ses": [1, 1], **given}
    with pytest.raises(ValueError, match=said):
        method(**asked)


def test_places_must_exist():
    """Best and worst places are counted from 1 to the number of units."""
    for tau in (0, 3):
        with pytest.raises(ValueError, match="tau lies between 1 and 2"):
            ranksets.tau_best([2, 1], [1, 1], tau)


def test_sets_pickle_and_cannot_be_changed():
    """A result keeps its attributes in another process, and its arrays as they are."""
    found = ranksets.marginal([3, 2, 1], [1, 2, 1])
    again = pickle.loads(pickle.dumps(found))
    assert again.critical.tolist() == found.critical.tolist()
    assert (again.method, again.lower.tolist()) == (found.method, found.lower.tolist())
    with pytest.raises(ValueError, match="read-only"):
        found.lower[0] = 7
