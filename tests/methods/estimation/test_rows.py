"""Rows of the table are found without sorting, whichever way is taken."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.methods.estimation import rows
from township_eval.methods.estimation.rows import pair_codes

PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=60)


def check(first, second):
    """Hold the numbers to what they stand for."""
    codes, before, own = pair_codes(first, second)
    assert before[codes].tolist() == first.tolist()
    assert own[codes].tolist() == second.tolist()
    assert len(np.unique(codes)) == len(set(zip(first.tolist(), second.tolist(), strict=True)))


@given(PAIRS)
def test_a_number_stands_for_one_pair(pairs):
    """Equal pairs have one number, different pairs different ones, and both parts can be read back."""
    first, second = (np.array(part) for part in zip(*pairs, strict=True))
    check(first, second)


@given(PAIRS)
def test_a_huge_table_of_pairs_is_not_made(pairs):
    """Where all combinations would not fit, the numbers come from sorting the pairs."""
    first, second = (np.array(part) for part in zip(*pairs, strict=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "_DENSE", 0)
        check(first, second)


@pytest.mark.parametrize("swapped", [False, True])
def test_a_village_that_lies_in_one_stratum_is_its_own_number(swapped):
    """The finer of two nested positions is taken as it is."""
    village, stratum = np.array([3, 0, 1, 2, 3]), np.array([1, 0, 0, 1, 1])
    given_order = (village, stratum) if swapped else (stratum, village)
    assert pair_codes(*given_order)[0] is village
