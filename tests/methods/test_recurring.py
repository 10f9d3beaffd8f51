"""Villages and raters that come again in another period."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from township_eval.methods.loadings import (
    NOTHING,
    Loadings,
    between,
    compressed,
    recurring,
    without_kind,
)


def stratified(amounts, names, sample="survey"):
    """Return one unit's clusters in one stratum."""
    n = len(amounts)
    at = np.arange(n)
    return Loadings(
        sample, np.zeros(n, dtype=np.intp), at, np.array(amounts), np.zeros(n, dtype=np.intp), names=names
    )


@given(arrays(np.float64, (2, 5), elements=st.floats(-10, 10)))
def test_the_same_clusters_give_the_covariance_of_the_linearized_totals(amounts) -> None:
    """Sum a b - (sum a)(sum b) / n, the stratified formula for two items on one sample."""
    names = tuple("甲乙丙丁戊")
    one, two = (recurring([stratified(row, names)]) for row in amounts)
    a, b = amounts
    expected = (a * b).sum() - a.sum() * b.sum() / 5
    np.testing.assert_allclose(between(one, two, 1), [expected], atol=1e-9)
    own = between(one, one, 1)
    np.testing.assert_allclose(own, compressed([stratified(a, names)], 1).variance(1), atol=1e-8)


def test_other_villages_and_other_samples_share_nothing() -> None:
    """A village is told by its name and its survey; a blank name is nobody's."""
    one = recurring([stratified([1.0, 2.0], ("甲", ""))])
    assert between(one, recurring([stratified([1.0, 2.0], ("乙", ""))]), 1).tolist() == [0.0]
    assert between(one, recurring([stratified([1.0, 2.0], ("甲", ""), "另一调查")]), 1).tolist() == [0.0]
    assert len(one.names) == 1


def test_names_are_digests_and_their_order_says_nothing() -> None:
    """No name can be read in a result, and who was listed first changes no byte."""
    raters = Loadings(
        "ratings", np.array([0, 0]), np.array([0, 1]), np.array([1.0, 3.0]), names=("张三", "李四")
    )
    turned = Loadings(
        "ratings", np.array([0, 0]), np.array([1, 0]), np.array([1.0, 3.0]), names=("李四", "张三")
    )
    one, two = recurring([raters]), recurring([turned])
    assert one.names == two.names
    assert one.amount[np.argsort(one.shock)].tolist() == two.amount[np.argsort(two.shock)].tolist()
    assert not any("张三" in name or "李四" in name for name in one.names)


def test_nothing_named_is_nothing() -> None:
    """Without names there is nothing another period could share."""
    plain = Loadings("a", np.array([0]), np.array([0]), np.array([1.0]))
    assert recurring([plain]) is NOTHING
    assert between(NOTHING, recurring([plain]), 3).tolist() == [0.0, 0.0, 0.0]


def test_rows_of_units_are_centered_row_by_row() -> None:
    """Two leaves of one sample, one after the other, give what each gives alone, at its own place."""
    names = tuple("甲乙丙")
    one, two = stratified([1.0, 2.0, 6.0], names), stratified([5.0, 0.0, -1.0], names)
    both = recurring([one, two.moved(np.array([1]))], 1)
    alone = [recurring([part]) for part in (one, two)]
    assert both.names == alone[0].names
    np.testing.assert_allclose(
        between(both, both, 2), [between(part, part, 1)[0] for part in alone], atol=1e-12
    )


def test_units_put_together_share_the_shock_of_both() -> None:
    """One rater who marked two units moves their sum by both amounts, whichever period is put together."""
    apart = Loadings("ratings", np.array([0, 1]), np.array([0, 0]), np.array([2.0, 3.0]), names=("甲",))
    joined = apart.moved(np.array([0, 0]))
    one, two = recurring([apart]).moved(np.array([0, 0])), recurring([joined])
    assert between(one, two, 1).tolist() == between(two, one, 1).tolist() == [25.0]
    assert between(one, one, 1).tolist() == [25.0]


def test_what_is_left_out_leaves_no_name() -> None:
    """Without one kind its shocks and its digests are gone, and the others are where they were."""
    people = Loadings(
        "answers", np.array([0, 0]), np.array([0, 1]), np.array([1.0, 2.0]), names=("p1", "p2"), kind="people"
    )
    villages = Loadings("answers/x", np.array([0]), np.array([0]), np.array([4.0]), names=("v",))
    whole = recurring([people, villages])
    left = without_kind(whole, "people")
    assert [name.split(":")[0] for name in whole.names] == ["answers", "people", "people"]
    assert [name.split(":")[0] for name in left.names] == ["answers"]
    assert between(left, whole, 1).tolist() == [16.0]
