"""Weights from judgements and from data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from township_eval.methods.weighting import ahp, critic, cv, delphi, entropy, group_ahp

LIBRARIES = ("numpy", "skcriteria", "pymcdm", "pyrepo_mcda", "r_mathmodels", "pydecision")


@pytest.fixture(scope="module")
def matrix(golden):
    """Return the 30 x 8 matrix of the references."""
    return np.stack([golden.column("mcda/matrix", f"C{j}") for j in range(1, 9)], axis=1)


@pytest.fixture(scope="module")
def directions(golden):
    """Return the direction of each criterion; three are costs."""
    return ["higher" if row["direction"] == "max" else "lower" for row in golden.rows("mcda/criteria")]


@pytest.fixture(scope="module")
def judgements(golden):
    """Return the 5 x 5 judgement matrix of the references."""
    return np.stack([golden.column("mcda/ahp_pairwise", f"K{j}") for j in range(1, 6)], axis=1)


def _agree(golden, variant, weights, least):
    """Compare with every library that has the variant; pyDecision guards its inputs with 1e-10."""
    compared = 0
    for library in LIBRARIES:
        expected = golden.column("mcda/weights_reference", "value", variant=variant, source=library)
        if expected.size:
            tolerance = 1e-10 if library == "pydecision" else 1e-12
            assert weights == pytest.approx(expected, rel=0, abs=tolerance), library
            compared += 1
    assert compared == least


def test_entropy_of_three_libraries_and_numpy(golden, matrix, directions):
    """Raw, directed, and with the textbooks' shift: each variant equals its references."""
    _agree(golden, "entropy_raw", entropy(matrix).weights, 4)
    _agree(golden, "entropy_minmax_directed", entropy(matrix, directions).weights, 3)
    _agree(golden, "entropy_minmax_eps0.002", entropy(matrix, directions, shift=0.002).weights, 4)


def test_critic_and_cv_of_the_libraries(golden, matrix, directions):
    """CRITIC with directions, CV without."""
    _agree(golden, "critic_directed", critic(matrix, directions).weights, 4)
    _agree(golden, "cv_raw", cv(matrix).weights, 5)
    assert np.array_equal(cv(matrix).weights, cv(matrix, directions).weights)


def test_each_method_states_its_direction_rule(matrix, directions):
    """The result says what was done about directions, to be printed beside the weights."""
    assert "directed" in entropy(matrix, directions).rule.en
    assert "ignored" in entropy(matrix).rule.en
    assert "directed" in critic(matrix, directions).rule.en
    assert "不区分" in cv(matrix).rule.zh
    assert [w.method for w in (entropy(matrix), critic(matrix, directions), cv(matrix))] == [
        "entropy",
        "critic",
        "cv",
    ]


@pytest.mark.parametrize(("method", "variant"), [("eigen", "ahp_eigen"), ("geometric", "ahp_geometric_mean")])
def test_ahp_of_the_libraries(golden, judgements, method, variant):
    """Eigenvector and geometric mean weights equal every library's."""
    weights = ahp(judgements, method).weights
    sources = {row["source"] for row in golden.rows("mcda/ahp_reference") if row["variant"] == variant}
    for source in sources:
        expected = golden.column("mcda/ahp_reference", "value", variant=variant, source=source)
        assert weights == pytest.approx(expected, rel=0, abs=1e-12), source
    assert len(sources) >= 3


def test_consistency_of_the_libraries(golden, judgements):
    """Lambda, CI and CR with Saaty's table, the same under both methods."""
    expected = {
        row["quantity"]: float(row["value"])
        for row in golden.rows("mcda/ahp_consistency")
        if row["source"] == "numpy" and row["definition"] in ("eigenvalue", "eigenvalue, RI=1.12")
    }
    for method in ("eigen", "geometric"):
        result = ahp(judgements, method)
        assert result.lambda_max == pytest.approx(expected["lambda_max"], abs=1e-12)
        assert result.consistency_index == pytest.approx(expected["CI"], abs=1e-12)
        assert result.consistency_ratio == pytest.approx(expected["CR"], abs=1e-12)
        assert result.random_index == 1.12
        assert result.method == method


def test_the_worst_judgement_is_found():
    """Spoiling one judgement of a consistent matrix makes it the pair to ask about again."""
    weights = np.array([0.4, 0.3, 0.2, 0.1])
    a = weights[:, np.newaxis] / weights[np.newaxis, :]
    assert ahp(a).worst_pair is None
    assert ahp(a).consistency_ratio == pytest.approx(0, abs=1e-12)
    a[1, 3] *= 5
    a[3, 1] /= 5
    assert ahp(a).worst_pair == (1, 3)
    assert ahp(a).consistency_ratio > 0.1


@given(arrays(np.float64, 5, elements=st.floats(0.05, 1)))
def test_consistent_judgements_give_their_weights_back(weights):
    """Judgements that are quotients of weights give those weights, by both methods."""
    expected = weights / weights.sum()
    a = weights[:, np.newaxis] / weights[np.newaxis, :]
    for method in ("eigen", "geometric"):
        assert ahp(a, method).weights == pytest.approx(expected, abs=1e-9)


def test_small_and_large_matrices():
    """One and two items are always consistent; beyond fifteen there is no random index."""
    assert ahp([[1.0]]).weights.tolist() == [1.0]
    assert ahp([[1, 3], [1 / 3, 1]]).consistency_ratio == 0.0
    assert ahp(np.ones((15, 15))).weights == pytest.approx(np.full(15, 1 / 15))
    with pytest.raises(ValueError, match="1 to 15 rows"):
        ahp(np.ones((16, 16)))


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ([[1, 2], [2, 1]], r"judgement \[0, 1\] = 2 must be positive and the reciprocal of \[1, 0\] = 2"),
        ([[2, 1], [1, 1]], "1 on the diagonal"),
        ([[1, 0], [1, 1]], "must be positive"),
        ([[1, np.nan], [1, 1]], "must be positive"),
        ([[1, 2, 3], [1, 1, 1]], "square"),
    ],
)
def test_what_is_no_judgement_matrix_is_refused(matrix, message):
    """The message names the cell."""
    with pytest.raises(ValueError, match=message):
        ahp(matrix)


def test_an_unknown_method_is_refused(judgements):
    """There are two methods."""
    with pytest.raises(ValueError, match="'eigen' or 'geometric'"):
        ahp(judgements, "power")


def test_group_judgements_are_joined_by_their_geometric_mean(judgements):
    """Two opposite experts cancel out; equal experts change nothing; votes count."""
    joined = group_ahp([judgements, judgements.T])
    assert joined.weights == pytest.approx(np.full(5, 0.2))
    assert joined.consistency_ratio == pytest.approx(0, abs=1e-12)
    assert group_ahp([judgements] * 3).weights == pytest.approx(ahp(judgements).weights, abs=1e-12)
    alone = group_ahp([judgements, judgements.T], votes=[1, 0])
    assert alone.weights == pytest.approx(ahp(judgements).weights, abs=1e-12)
    with pytest.raises(ValueError, match="one size"):
        group_ahp([judgements, [[1.0]]])
    with pytest.raises(ValueError, match="one size"):
        group_ahp([])


def test_delphi_means_and_trims():
    """The mean of the experts, rescaled; trimming drops the extreme judgements of each item."""
    experts = [[60, 40], [50, 50], [55, 45], [0, 100]]
    assert delphi(experts).weights.tolist() == [0.4125, 0.5875]
    trimmed = delphi(experts, trim=1)
    assert trimmed.mean.tolist() == [52.5, 47.5]
    assert trimmed.method == "trimmed mean"
    assert delphi(experts).variation == pytest.approx(np.std(experts, axis=0, ddof=1) / [41.25, 58.75])


def test_delphi_agreement_is_kendalls_w():
    """1 for the same order, 0 for opposite ones, Kendall's figure in between, ties corrected."""
    assert delphi([[3, 2, 1], [30, 20, 10]]).agreement == 1.0
    assert delphi([[1, 2, 3], [3, 2, 1]]).agreement == 0.0
    # Worked by hand: S = 15.5, three experts, three items, one tie of two.
    assert delphi([[50, 30, 20], [60, 30, 10], [40, 40, 20]]).agreement == pytest.approx(12 * 15.5 / 198)
    assert np.isnan(delphi([[1, 2]]).agreement)
    assert np.isnan(delphi([[1, 1], [2, 2]]).agreement)


@pytest.mark.parametrize(
    ("judged", "trim"),
    [([[1, np.nan]], 0), ([[1, -1]], 0), ([[0, 0]], 0), ([[1, 2]], 1), ([1, 2], 0), ([[1, 2]], -1)],
)
def test_delphi_refuses_gaps_and_nothing(judged, trim):
    """Missing or negative judgements, only zeros, and too few experts to trim."""
    with pytest.raises(ValueError, match=r"judgements|experts"):
        delphi(judged, trim)


@pytest.mark.parametrize("method", [entropy, critic, cv])
def test_tables_with_gaps_are_refused(method):
    """Weights from data need complete data; the gap is named."""
    with pytest.raises(ValueError, match="unit 1, indicator 0"):
        method([[1.0, 2.0], [np.nan, 3.0], [2.0, 2.0]], ["higher", "higher"])
    with pytest.raises(ValueError, match="two units"):
        method([[1.0, 2.0]], ["higher", "higher"])
    with pytest.raises(ValueError, match="directions"):
        method([[1.0, 2.0], [2.0, 1.0]], ["higher", "min"])
    with pytest.raises(ValueError, match="no indicator varies"):
        method([[1.0, 2.0], [1.0, 2.0]], ["higher", "higher"])


def test_data_that_a_method_cannot_weigh():
    """Entropy of raw negative values, and variation around a mean of zero, do not exist."""
    with pytest.raises(ValueError, match="not negative"):
        entropy([[1.0, -2.0], [1.0, 2.0]])
    with pytest.raises(ValueError, match="mean 0"):
        cv([[1.0, -2.0], [2.0, 2.0]])


def test_critic_needs_conflict():
    """Indicators that move together have no conflict, and float noise does not make one."""
    with pytest.raises(ValueError, match="conflict"):
        critic([[0.1, 1.0], [0.2, 2.0], [0.3, 3.0]], ["higher", "higher"])


def test_an_indicator_that_does_not_vary_weighs_nothing():
    """A constant column gets weight 0 under every method, and no NaN spreads."""
    table = [[1.0, 5.0, 2.0], [2.0, 5.0, 1.0], [4.0, 5.0, 9.0]]
    for result in (entropy(table), entropy(table, ["higher"] * 3), critic(table, ["higher"] * 3), cv(table)):
        assert result.weights[1] == pytest.approx(0, abs=1e-15)
        assert result.weights.sum() == pytest.approx(1)


@settings(max_examples=40)
@given(
    table=arrays(np.float64, (6, 3), elements=st.integers(1, 50).map(float)),
    factor=st.sampled_from([0.25, 2.0, 1024.0]),
)
def test_units_of_measure_and_order_are_of_no_account(table, factor):
    """Rescaling an indicator or permuting the units changes no weight."""
    ways = ["higher", "lower", "higher"]
    if (np.ptp(table, axis=0) == 0).any():
        table[0] += 60.0
    scaled = table * [factor, 1.0, 1.0]
    for method in (entropy, lambda x: entropy(x, ways), lambda x: critic(x, ways), cv):
        expected = method(table).weights
        assert method(scaled).weights == pytest.approx(expected, abs=1e-10)
        assert method(table[::-1]).weights == pytest.approx(expected, abs=1e-10)
