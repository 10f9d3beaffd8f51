"""Truths of estimates: scale, order, plain means, censuses, covariances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.methods.estimation.design import Design
from township_eval.methods.estimation.linearized import estimate
from township_eval.methods.estimation.sums import tabulate

FIGURES = ("estimate", "se", "df", "n", "deff_wr", "n_eff_kish")


@st.composite
def samples(draw):
    """Return y, weights and keys: strata of two or more villages, townships across all of them."""
    villages = draw(st.integers(2, 3)) * 2
    each = draw(st.integers(2, 5))
    size = villages * each
    seed = draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    y = rng.choice([0.0, 25, 50, 75, 100], size=size)
    y[rng.random(size) < 0.15] = np.nan
    y[:2] = 0.0, 100.0  # township 0 has two different answers
    village = np.arange(size) % villages
    domain = rng.integers(0, 3, size=size)
    domain[:2] = 0
    weights = rng.integers(1, 9, size=size).astype(float)
    return y, weights, {"domain": domain, "cluster": village, "stratum": village % 2}


def same(one, other, names=FIGURES):
    for name in names:
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9, abs=1e-9, nan_ok=True)


@given(samples(), st.floats(0.01, 1000))
def test_the_scale_of_weights_does_not_matter_for_means(sample, factor):
    """Means, errors and effective numbers are those of weights multiplied by anything."""
    y, weights, keys = sample
    same(
        estimate(tabulate(y, weights=weights * factor, **keys)),
        estimate(tabulate(y, weights=weights, **keys)),
    )


@given(samples(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_bit(sample, random):
    """With whole-number weights every figure is the same to the last bit."""
    y, weights, keys = sample
    order = list(range(len(y)))
    random.shuffle(order)
    one = estimate(tabulate(y, weights=weights, **keys))
    other = estimate(tabulate(y[order], weights=weights[order], **{k: v[order] for k, v in keys.items()}))
    for name in (*FIGURES, "deff", "n_eff", "w"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


@given(st.lists(st.integers(0, 100), min_size=2, max_size=50).filter(lambda y: len(set(y)) > 1))
def test_equal_weights_give_the_plain_mean(y):
    """A simple random sample: plain mean, s / sqrt(n), n - 1 degrees of freedom, design effect 1."""
    found = estimate(tabulate(np.array(y, dtype=float), weights=np.full(len(y), 7.0)))
    assert found.estimate[0] == pytest.approx(np.mean(y), rel=1e-12)
    assert found.se[0] == pytest.approx(np.std(y, ddof=1) / np.sqrt(len(y)), rel=1e-9)
    assert found.df.tolist() == [len(y) - 1]
    assert found.deff_wr[0] == pytest.approx(1.0, rel=1e-9)
    assert found.n_eff_kish[0] == pytest.approx(len(y), rel=1e-12)


@given(samples())
def test_a_census_has_no_sampling_error(sample):
    """All villages of every stratum, or all persons: the error is exactly zero, and known to be."""
    y, weights, keys = sample
    sums = tabulate(y, weights=weights, **keys)
    villages = np.bincount(np.unique(keys["cluster"]) % 2).astype(float)
    assert not estimate(sums, design=Design(population=villages)).se[:1].any()
    assert estimate(sums, design=Design(population=villages)).complete.all()
    persons = tabulate(y, weights=weights, domain=keys["domain"])
    assert not estimate(persons, design=Design(population=np.array([float(len(y))]))).se[:1].any()


def brute(y, weights, keys, design, *, total=False):
    """Return the covariance of domains from the scores of persons, person by person."""
    size = keys["domain"].max() + 1
    z = np.zeros((size, len(y)))
    for place in range(size):
        here = (keys["domain"] == place) & ~np.isnan(y)
        w, answers = weights[here], y[here]
        z[place, here] = w * answers if total else w * (answers - (w @ answers) / w.sum()) / w.sum()
    stages = []
    if "cluster" not in keys:
        stages += [(z[:, keys["stratum"] == h], design.population[h], 1.0) for h in set(keys["stratum"])]
    else:
        for h in set(keys["stratum"]):
            inside = [c for c in set(keys["cluster"]) if (keys["stratum"] == h)[keys["cluster"] == c].all()]
            totals = np.stack([z[:, keys["cluster"] == c].sum(axis=1) for c in inside], axis=1)
            stages.append((totals, design.population[h], 1.0))
            share = len(inside) / design.population[h]
            stages += [(z[:, keys["cluster"] == c], design.persons[c], share) for c in inside]
    out = np.zeros((size, size))
    for scores, population, share in stages:
        n = scores.shape[1]
        out += share * (1 - n / population) * n * np.cov(scores, ddof=1)
    return out


@given(samples(), st.booleans())
def test_covariances_are_those_of_persons_scores(sample, total):
    """Two stages: what sums give is what a pass over persons gives, townships in one village included."""
    y, weights, keys = sample
    persons = np.bincount(keys["cluster"]) * 3.0
    design = Design(population=np.array([11.0, 13.0]), persons=persons)
    kind = "total" if total else "mean"
    found = estimate(tabulate(y, weights=weights, **keys), kind, design=design)
    asked = np.bincount(keys["domain"], weights=~np.isnan(y)) > 0
    expected = np.where(asked[:, np.newaxis] & asked, brute_safe(y, weights, keys, design, total=total), 0.0)
    assert found.covariance() == pytest.approx(expected, rel=1e-8, abs=1e-8 * max(1.0, expected.max()))


def brute_safe(y, weights, keys, design, *, total):
    """Return what `brute` does; townships without an answer divide by zero there."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return brute(y, weights, keys, design, total=total)


@given(samples())
def test_covariances_of_persons_drawn_without_clusters(sample):
    """Persons as sampling units of two strata, townships across them."""
    y, weights, keys = sample
    keys = {"domain": keys["domain"], "stratum": keys["stratum"]}
    design = Design(population=np.array([90.0, 70.0]))
    found = estimate(tabulate(y, weights=weights, **keys), design=design)
    asked = np.bincount(keys["domain"], weights=~np.isnan(y)) > 0
    expected = np.where(asked[:, np.newaxis] & asked, brute_safe(y, weights, keys, design, total=False), 0.0)
    assert found.covariance() == pytest.approx(expected, rel=1e-8, abs=1e-8)


@given(samples())
def test_the_diagonal_of_the_covariance_is_the_squared_error(sample):
    """Both are made of the same shocks."""
    y, weights, keys = sample
    found = estimate(tabulate(y, weights=weights, **keys), design=Design(population=np.array([11.0, 13.0])))
    asked = found.n > 0
    assert np.diag(found.covariance())[asked] == pytest.approx(found.se[asked] ** 2, rel=1e-9, abs=1e-18)
    assert found.loadings("phone").sample == "phone"


def test_villages_without_members_count_as_zeros():
    """A township asked in two of four villages: the other two are in the variance of the stratum."""
    y = np.array([100.0, 60.0, 80.0, 30.0])
    found = estimate(tabulate(y, domain=[0, 0, 1, 1], cluster=[0, 1, 2, 3]))
    scores = np.array([10.0, -10.0, 0.0, 0.0])  # (y - 80) / 2
    assert found.se[0] == pytest.approx(np.sqrt(4 / 3 * (scores**2).sum()), rel=1e-12)
    assert found.df.tolist() == [1, 1]  # its own two villages less one stratum


def test_equal_answers_have_no_rounding_for_an_error():
    """Weights that are no whole numbers leave no error of 1e-17, and the estimate says all are equal."""
    rng = np.random.default_rng(1)
    found = estimate(tabulate(np.full(30, 93.3), weights=rng.random(30), cluster=np.arange(30) // 3))
    assert found.se.tolist() == [0.0]
    assert found.constant.tolist() == [True]
    assert found.complete.tolist() == [False]
    assert np.isnan(found.deff_wr).all()


def test_a_domain_without_answers_has_no_estimate():
    """NaN and n = 0, whether it has only missing answers or no row at all."""
    found = estimate(tabulate([1.0, 2.0, np.nan], domain=[0, 0, 1], cluster=[0, 1, 1]), n_domains=3)
    assert np.isnan(found.estimate[1:]).all()
    assert np.isnan(found.se[1:]).all()
    assert found.n.tolist() == [2, 0, 0]
    assert found.n_missing.tolist() == [0, 1, 0]
    assert found.df.tolist() == [1, 0, 0]


def test_the_design_effect_without_replacement_needs_weights_of_a_population():
    """Weights that add up to no more than n give NaN; n_eff then rests on the other design effect."""
    found = estimate(tabulate([1.0, 2.0, 4.0]))
    assert np.isnan(found.deff).all()
    assert found.n_eff == pytest.approx([3.0])


def test_a_table_of_several_items_and_an_unknown_kind_are_refused():
    """Persons would count twice; a kind that does not exist is not guessed."""
    sums = tabulate([1.0, 2.0], item=[0, 1])
    with pytest.raises(ValueError, match="several items"):
        estimate(sums)
    with pytest.raises(ValueError, match="kind must be one of mean, total, share"):
        estimate(sums.of_item(0), "median")
