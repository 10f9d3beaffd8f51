"""Estimates with calibrated weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.methods.estimation import calibrated
from township_eval.methods.estimation.calibrated import (
    calibrated_sums,
    estimate_calibrated,
    spread_residuals,
)
from township_eval.methods.estimation.calibration import Margin, calibrate, cell_weights
from township_eval.methods.estimation.design import Design
from township_eval.methods.estimation.linearized import estimate, linear_scores
from township_eval.methods.estimation.sums import tabulate

N_STRATA, N_VILLAGES, N_DOMAINS = 3, 4, 2


class World:
    """Persons of two townships, three strata of four villages each, two ages and two sexes."""

    def __init__(self, seed, *, whole=False, size=200):
        rng = np.random.default_rng(seed)
        self.rng = rng
        self.cluster = rng.permutation(np.arange(size) % (N_STRATA * N_VILLAGES))
        self.stratum = self.cluster // N_VILLAGES
        self.domain = rng.integers(0, N_DOMAINS, size)
        self.age, self.sex = rng.integers(0, 2, size), rng.permutation(np.arange(size) // 2 % 2)
        self.weights = rng.integers(1, 9, size).astype(float) if whole else rng.uniform(1, 9, size)
        self.y = np.round(60 + 10 * self.age + 5 * self.sex + rng.normal(0, 10, size))
        self.y[rng.random(size) < 0.1] = np.nan
        self.cell = self.age * 2 + self.sex

    def sums(self, order=slice(None), *, y=None, clusters=True, plain=False):
        """Return the table of the persons in some order."""
        return tabulate(
            (self.y if y is None else y)[order],
            weights=None if plain else self.weights[order],
            domain=self.domain[order],
            stratum=self.stratum[order],
            cluster=self.cluster[order] if clusters else None,
            cell=self.cell[order],
        )

    def known(self, method=None, *, cells=False):
        """Return a calibration to a population older and more female than the sample."""
        weight = cell_weights(self.sums(), 4)
        if cells:
            return calibrate(weight, [Margin("cell", np.arange(4), np.array([300.0, 350.0, 400.0, 500.0]))])
        age = Margin("age", np.array([0, 0, 1, 1]), np.array([650.0, 900.0]))
        sex = Margin("sex", np.array([0, 1, 0, 1]), np.array([700.0, 850.0]))
        return calibrate(weight, [age, sex], method)

    def residuals(self, known, domain):
        """Return every person's calibrated weight times residual, by a regression on all persons."""
        g = known.weights(self.weights, self.cell)
        own = (self.domain == domain) & ~np.isnan(self.y)
        mean = np.average(self.y[own], weights=g[own])
        z = np.where(own, np.nan_to_num(self.y) - mean, 0.0) / g[own].sum()
        x = np.column_stack([1 - self.age, self.age, self.sex]).astype(float)
        if known.method == "cells":
            x = np.eye(4)[self.cell]
        root = np.sqrt(self.weights if known.method == "linear" else g)
        beta = np.linalg.lstsq(x * root[:, None], z * root, rcond=None)[0]
        return g * (z - x @ beta)


def between(group, n_groups, values, population):
    """Return the variance of a total of units drawn inside groups."""
    total = 0.0
    for k in range(n_groups):
        inside = values[group == k]
        n = len(inside)
        total += (1 - n / population[k]) * n / (n - 1) * ((inside - inside.mean()) ** 2).sum()
    return total


METHODS = pytest.mark.parametrize(
    "options", [{"cells": True}, {}, {"method": "linear"}], ids=["cells", "raking", "linear"]
)
VILLAGES = np.arange(N_STRATA * N_VILLAGES) // N_VILLAGES


@METHODS
def test_errors_are_those_of_the_residuals(options):
    """One stage: the variance of the villages' totals of residuals, all villages counted."""
    world = World(1)
    known, population = world.known(**options), np.array([20.0, 30.0, 10.0])
    result = estimate_calibrated(world.sums(), known, design=Design(population=population))
    for domain in range(N_DOMAINS):
        totals = np.bincount(world.cluster, weights=world.residuals(known, domain))
        assert result.se[domain] ** 2 == pytest.approx(between(VILLAGES, N_STRATA, totals, population))


@METHODS
def test_errors_of_persons_drawn_without_clusters(options):
    """Persons are sampling units: the variance of their residuals inside strata."""
    world = World(2)
    known, population = world.known(**options), np.array([400.0, 500.0, 600.0])
    result = estimate_calibrated(world.sums(clusters=False), known, design=Design(population=population))
    for domain in range(N_DOMAINS):
        expected = between(world.stratum, N_STRATA, world.residuals(known, domain), population)
        assert result.se[domain] ** 2 == pytest.approx(expected)


@METHODS
def test_errors_of_two_stages(options):
    """Persons inside villages add their part, smaller by the share of villages drawn."""
    world = World(3)
    known, population = world.known(**options), np.array([20.0, 30.0, 10.0])
    persons = np.full(N_STRATA * N_VILLAGES, 90.0)
    design = Design(population=population, persons=persons)
    result = estimate_calibrated(world.sums(), known, design=design)
    for domain in range(N_DOMAINS):
        u = world.residuals(known, domain)
        expected = between(VILLAGES, N_STRATA, np.bincount(world.cluster, weights=u), population)
        for village, stratum in enumerate(VILLAGES):
            inside = world.cluster == village
            one = between(np.zeros(inside.sum(), int), 1, u[inside], persons[village : village + 1])
            expected += N_VILLAGES / population[stratum] * one
        assert result.se[domain] ** 2 == pytest.approx(expected)


def test_townships_share_the_calibration():
    """Two townships in different villages are correlated by the margins alone, and loadings say so."""
    world = World(4)
    world.domain = (world.stratum > 0).astype(int)
    sums = world.sums()
    assert estimate(sums).covariance()[0, 1] == 0.0
    result = estimate_calibrated(sums, world.known())
    covariance = result.loadings("survey").covariance(N_DOMAINS)
    assert covariance[0, 1] != 0.0
    assert np.diag(covariance) == pytest.approx(result.se**2)


def test_cells_of_one_township_move_no_other():
    """Post-stratified within townships, one township's error does not reach another's villages."""
    world = World(5)
    world.domain = (world.stratum > 0).astype(int)
    world.cell = world.domain * 2 + world.age
    weight = cell_weights(world.sums(), 4)
    known = calibrate(weight, [Margin("township x age", np.arange(4), 2 * weight + 100)])
    result = estimate_calibrated(world.sums(), known)
    own = result.shocks.unit == (VILLAGES[result.shocks.shock] > 0)
    assert own.all()
    assert len(own) == N_STRATA * N_VILLAGES


@METHODS
def test_what_is_known_has_no_error(options):
    """The total of a margin's category is the population's, with an error of zero."""
    world = World(6)
    world.domain[:] = 0
    world.y = world.age.astype(float)
    known = world.known(**options)
    result = estimate_calibrated(world.sums(), known, "total")
    assert result.estimate == pytest.approx(900.0)
    assert result.se == pytest.approx(0.0, abs=1e-9)


@METHODS
def test_blocks_of_townships_change_nothing(options, monkeypatch):
    """Few numbers held at a time give the same errors as all at once."""
    world = World(7)
    at_once = estimate_calibrated(world.sums(), world.known(**options))
    monkeypatch.setattr(calibrated, "_BLOCK", 1)
    in_parts = estimate_calibrated(world.sums(), world.known(**options))
    assert in_parts.se.tolist() == at_once.se.tolist()
    assert in_parts.covariance().tolist() == at_once.covariance().tolist()


def test_equal_weights_make_both_regressions_one():
    """Weighted and unweighted residuals differ only where weights do inside a cell."""
    world = World(8)
    world.weights[:] = 3.0
    sums, plain, known = world.sums(), world.sums(plain=True), world.known("linear")
    weighted = estimate_calibrated(sums, known)
    assert estimate_calibrated(sums, known, plain=plain).se == pytest.approx(weighted.se, rel=1e-12)


def test_the_weighted_regression_is_right_where_sizes_go_with_answers():
    """Drawn 300 times, raked means vary as the weighted regression says, not as the unweighted one does."""
    rng = np.random.default_rng(5)
    age, sex, size = rng.integers(0, 3, 5_000), rng.integers(0, 2, 5_000), rng.gamma(1.5, size=5_000) + 0.15
    y = 10 * age + 6 * sex + 6 * size * (age - 1) + rng.normal(0, 5, 5_000)
    margins = [
        Margin("age", np.repeat([0, 1, 2], 2), np.bincount(age).astype(float)),
        Margin("sex", np.tile([0, 1], 3), np.bincount(sex).astype(float)),
    ]
    means, errors = np.empty(300), np.empty((300, 2))
    for k in range(300):
        drawn = rng.choice(5_000, 300, p=size / size.sum())
        weights, cell = size.sum() / size[drawn] / 300, age[drawn] * 2 + sex[drawn]
        sums = tabulate(y[drawn], weights=weights, cell=cell)
        known = calibrate(cell_weights(sums, 6), margins)
        weighted = estimate_calibrated(sums, known)
        unweighted = estimate_calibrated(sums, known, plain=tabulate(y[drawn], cell=cell))
        means[k], errors[k] = weighted.estimate[0], (weighted.se[0], unweighted.se[0])
    by_weighted, by_unweighted = (errors**2).mean(axis=0) / means.var()
    assert 0.8 < by_weighted < 1.2
    assert by_unweighted > 1.5


def test_a_plain_table_of_other_persons_is_refused():
    """The two tables stand row by row beside each other."""
    world = World(9)
    with pytest.raises(ValueError, match="rows of the weighted one"):
        estimate_calibrated(world.sums(), world.known(), plain=world.sums(np.arange(100), plain=True))


def test_a_cell_the_calibration_does_not_know_is_refused():
    """No factor is made up for it."""
    world = World(10)
    known = world.known()
    world.cell = world.cell + 1
    with pytest.raises(ValueError, match="has 4 cells, the table 5"):
        estimate_calibrated(world.sums(), known)


def test_a_township_without_valid_answers_has_no_estimate():
    """Its persons still count toward the margins."""
    world = World(11)
    world.y[world.domain == 1] = np.nan
    result = estimate_calibrated(world.sums(), world.known(), n_domains=3)
    assert np.isnan(result.estimate).tolist() == [False, True, True]
    assert np.isnan(result.se).tolist() == [False, True, True]
    assert result.n_missing[1] == (world.domain == 1).sum()


def test_the_table_of_calibrated_weights():
    """It is the table calibrated weights would have given, squares included."""
    world = World(12)
    known, sums = world.known(), world.sums()
    moved = calibrated_sums(sums, known)
    world.weights = known.weights(world.weights, world.cell)
    for name in ("w", "wy", "wy2", "w2", "w2y", "w2y2", "w_missing", "w2_missing"):
        assert getattr(moved, name) == pytest.approx(getattr(world.sums(), name))


@given(st.integers(0, 2**32 - 1))
def test_order_of_the_answers_changes_no_bit(seed):
    """Whole-number weights and answers give the same estimates and errors in any order."""
    world = World(seed, whole=True)
    order = world.rng.permutation(len(world.y))
    known = world.known()
    straight, mixed = (estimate_calibrated(world.sums(o), known) for o in (slice(None), order))
    assert mixed.estimate.tolist() == straight.estimate.tolist()
    assert mixed.se.tolist() == straight.se.tolist()


@given(st.integers(0, 2**32 - 1))
def test_margins_that_hold_keep_the_estimates(seed):
    """Calibrated to what the weights add up to, estimates stay; their error is that of residuals."""
    world = World(seed)
    sums = world.sums()
    weight = cell_weights(sums, 4)
    held = calibrate(weight, [Margin("cell", np.arange(4), weight)])
    result = estimate_calibrated(sums, held)
    assert result.estimate == pytest.approx(estimate(sums).estimate)
    _, scores = linear_scores(sums, "mean", N_DOMAINS)
    assert result.se**2 == pytest.approx(spread_residuals(sums, scores, held, Design()).variance(N_DOMAINS))


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.25, 16.0]))
def test_scale_of_the_weights_does_not_matter(seed, scale):
    """Design weights in another unit give the same calibrated estimates."""
    world = World(seed)
    one = estimate_calibrated(world.sums(), world.known())
    world.weights = scale * world.weights
    other = estimate_calibrated(world.sums(), world.known())
    assert other.estimate == pytest.approx(one.estimate, rel=1e-9)
    assert other.se == pytest.approx(one.se, rel=1e-6)
