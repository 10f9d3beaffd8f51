"""The table of sums: exact, additive, the same in any order."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.methods.estimation.sums import KEYS, Sums, tabulate

SUMMED = ("n", "missing", "w", "wy", "wy2", "w2", "w2y", "w2y2", "w_missing", "w2_missing")


@st.composite
def surveys(draw, *, most=40):
    """Return y, weights and keys of a survey with whole numbers and missing answers."""
    size = draw(st.integers(1, most))

    def several(low, high):
        return np.array(draw(st.lists(st.integers(low, high), min_size=size, max_size=size)))

    y = several(0, 100).astype(float)
    y[several(0, 4) == 0] = np.nan
    keys = {"domain": several(0, 2), "cluster": several(0, 4), "item": several(0, 1), "cell": several(0, 2)}
    keys["stratum"] = keys["cluster"] // 2
    return y, several(1, 50), keys, several(-1, 3)


def same(one, other):
    """Return whether two tables agree to the bit."""
    columns = (*KEYS, *SUMMED)
    return all(getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in columns)


@given(surveys())
def test_every_sum_is_that_of_its_persons(survey):
    """Each row holds the counts and sums of the persons with its keys, and every person is in one."""
    y, w, keys, answers = survey
    sums = tabulate(y, weights=w, **keys, answers=answers)
    rows = list(zip(*(getattr(sums, key).tolist() for key in KEYS), strict=True))
    assert rows == sorted(set(zip(*(keys[key].tolist() for key in KEYS), strict=True)))
    for place, row in enumerate(rows):
        here = np.all([keys[key] == value for key, value in zip(KEYS, row, strict=True)], axis=0)
        valid, blank = here & ~np.isnan(y), here & np.isnan(y)
        a, b = w[valid], y[valid]
        expected = (valid.sum(), blank.sum(), a.sum(), (a * b).sum(), (a * b**2).sum(), (a**2).sum())
        expected += ((a**2 * b).sum(), (a**2 * b**2).sum(), w[blank].sum(), (w[blank] ** 2).sum())
        assert tuple(getattr(sums, name)[place] for name in SUMMED) == expected
        given_here = answers[here & (answers >= 0)]
        assert (
            sums.answers[place].tolist() == np.bincount(given_here, minlength=sums.answers.shape[1]).tolist()
        )


@given(surveys(), st.randoms(use_true_random=False))
def test_whole_numbers_give_the_same_bits_in_any_order(survey, random):
    """Rows in another order, and rows in parts that are merged, give the same table to the bit."""
    y, w, keys, _ = survey
    order = list(range(len(y)))
    random.shuffle(order)
    whole = tabulate(y, weights=w, **keys)
    assert same(tabulate(y[order], weights=w[order], **{k: v[order] for k, v in keys.items()}), whole)
    parts = [order[: len(order) // 2], order[len(order) // 2 :]]
    tables = [tabulate(y[part], weights=w[part], **{k: v[part] for k, v in keys.items()}) for part in parts]
    assert same(Sums.merged(tables), whole)


def test_many_answers_are_added_in_pieces():
    """Half a million answers, more than fit in one piece, are all there."""
    size = 500_000
    village = np.arange(size) % 7
    sums = tabulate(np.arange(size) % 101, weights=np.full(size, 3.0), cluster=village)
    assert sums.n.sum() == size
    assert sums.wy.sum() == 3 * (np.arange(size) % 101).sum()


def test_a_village_without_valid_answers_keeps_its_row():
    """It was drawn, so it counts among the clusters of its stratum."""
    sums = tabulate([1.0, np.nan], cluster=[0, 1])
    assert sums.cluster.tolist() == [0, 1]
    assert sums.n.tolist() == [1, 0]
    assert sums.w_missing.tolist() == [0.0, 1.0]


def test_without_clusters_persons_are_the_sampling_units():
    """One row per stratum is enough, and the table says so."""
    sums = tabulate([1.0, 2.0, 3.0], stratum=[0, 0, 1])
    assert sums.persons
    assert not tabulate([1.0], cluster=[0]).persons
    assert len(sums) == 2


def test_histograms_of_parts_may_have_different_lengths():
    """An answer nobody gave in one part is a zero there."""
    parts = [tabulate([1.0], cluster=[0], answers=[0]), tabulate([1.0], cluster=[0], answers=[3])]
    assert Sums.merged(parts).answers.tolist() == [[1, 0, 0, 1]]


def test_an_item_keeps_the_villages_asked_about_others():
    """The table of one item has a row for every sampled village."""
    sums = tabulate([1.0, 2.0, 3.0], item=[0, 1, 1], cluster=[0, 0, 1], weights=[2, 3, 4])
    only = sums.of_item(0)
    assert only.cluster.tolist() == [0, 1]
    assert only.n.tolist() == [1, 0]
    assert only.w.tolist() == [2.0, 0.0]
    assert set(only.item.tolist()) == {0}


def test_rows_can_be_picked_and_pickled():
    """A part of the rows is a table, and a table survives the way to another process."""
    sums = tabulate([1.0, 2.0], domain=[0, 1], cluster=[0, 1])
    assert sums.where(sums.domain == 1).wy.tolist() == [2.0]
    assert same(pickle.loads(pickle.dumps(sums)), sums)


@pytest.mark.parametrize(
    "keys",
    [
        {"weights": [1.0]},
        {"domain": [0, -1]},
        {"cluster": [0.5, 1.0]},
        {"stratum": [0]},
        {"answers": [0, 1, 2]},
    ],
)
def test_keys_that_do_not_fit_are_refused(keys):
    """Another length, a negative position or no whole number is a defect of the caller."""
    with pytest.raises(ValueError, match=r"must be 2 whole numbers|has the shape"):
        tabulate([1.0, 2.0], **keys)


@pytest.mark.parametrize(
    "tables",
    [[], [tabulate([1.0]), tabulate([1.0], cluster=[0])], [tabulate([1.0]), tabulate([1.0], answers=[0])]],
)
def test_tables_of_different_kinds_are_not_merged(tables):
    """Persons and clusters, or a histogram and none, do not add up."""
    with pytest.raises(ValueError, match="to be merged"):
        Sums.merged(tables)


def test_an_empty_survey_is_an_empty_table():
    """Nobody asked, no rows."""
    assert len(tabulate([], cluster=np.zeros(0, dtype=int))) == 0
    assert len(tabulate([])) == 0
