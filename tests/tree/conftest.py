"""Small trees with errors, and a brute force that shares nothing with what it judges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import township_eval as te
from township_eval.inputs import Units
from township_eval.tree import Plan, Scored, plan_tree, score_tree
from township_eval.tree.propagation import Errors, Propagated, propagate


@dataclass(frozen=True, eq=False)
class Case:
    """A scheme laid out for units, with values and their errors."""

    plan: Plan
    values: Any
    status: Any
    scored: Scored
    errors: Errors

    def propagated(self, **more) -> Propagated:
        """Return what `propagate` makes of it."""
        return propagate(self.plan, self.values, self.status, self.scored, self.errors, **more)

    def se(self, node, **more):
        """Return the standard errors of one node and how they were got."""
        found = self.propagated(**more)
        row = self.plan.row[node]
        return found.se[row], [("", "delta", "push-forward", "simulation")[k] for k in found.method[row]]

    def brute(self, covariances, draws=200_000, seed=7):
        """Return standard deviations (n_nodes, n_units) and the covariance of the index by plain drawing.

        ``covariances`` is one (n_leaves * n_units) square matrix: all leaf errors of all units.
        """
        rng = np.random.default_rng(seed)
        root = np.linalg.cholesky(covariances + 1e-12 * np.eye(len(covariances)))
        errors = (rng.standard_normal((draws, len(covariances))) @ root.T).reshape(draws, *self.values.shape)
        score = score_tree(self.plan, self.values + errors, self.status).score
        return score.std(axis=0, ddof=1), np.cov(score[:, 0], rowvar=False)


def case(index, values, se, *, loadings=(), unknown=None, status=None, codes=None, scheme=None, **more):
    """Lay out a tree: values and se (n_leaves, n_units) in tree order; ``factors`` are of events."""
    values, se = np.array(values, dtype=float), np.array(se, dtype=float)
    n = values.shape[1]
    codes = tuple(codes or [f"u{k}" for k in range(n)])
    stated = {"name": "办法", "version": "1", "weights": "relative", "index": index, **(scheme or {})}
    units = Units(codes, codes, more.get("groups", ("",) * n), ("",) * n, ((),) * n)
    read = te.read_scheme(stated, formulas=more.get("formulas"))
    factors = {name: np.array(by, dtype=float) for name, by in more.get("factors", {}).items()}
    plan = plan_tree(read.for_period("2018"), units, factors=factors)
    status = np.isnan(values).astype(np.int8) if status is None else np.array(status, dtype=np.int8)
    errors = Errors(
        se, np.zeros(values.shape, dtype=bool) if unknown is None else np.array(unknown), loadings
    )
    return Case(plan, values, status, score_tree(plan, values, status), errors)


def leaf(node_id, weight=50, **more):
    """Return a leaf of the file."""
    return {"id": node_id, "weight": weight, "basis": "test", **more}


def block(node_id, *children, weight=50, **more):
    """Return a dimension of the file."""
    return {"id": node_id, "weight": weight, "children": list(children), **more}


@pytest.fixture
def make():
    """Return the makers."""

    class Make:
        case = staticmethod(case)
        leaf = staticmethod(leaf)
        block = staticmethod(block)

    return Make
