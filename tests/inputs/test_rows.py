"""Rows of any table: where each stands, and the order that nothing but the rows decides."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from township_eval.inputs.rows import cell_at, in_order, place


def test_a_place_in_three_parts_is_the_cell() -> None:
    """Sheet, row and column say the same as the address; a row without them is called by its number."""
    frame = pd.DataFrame(
        {"cell_sheet": ["a.xlsx!答卷", None], "cell_row": [12, 0], "cell_column": ["AB", None]}
    )
    assert place("responses", 0, frame) == "a.xlsx!答卷!AB12"
    assert place("responses", 1, frame) == "responses[1]"
    assert cell_at(frame, 1) == ""


PLACES = st.tuples(st.sampled_from("ab"), st.integers(1, 12), st.sampled_from(["B", "C", "AA"]))


@given(st.lists(st.tuples(st.integers(0, 2), PLACES, st.sampled_from("xy")), min_size=1), st.randoms())
def test_both_ways_to_state_a_place_give_one_order(
    rows: list[tuple[int, tuple[str, int, str], str]], random: object
) -> None:
    """Whatever the order rows come in, address and parts order them alike, by unit, sheet, row and column."""
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    def parts(some: list[tuple[int, tuple[str, int, str], str]]) -> pd.DataFrame:
        return pd.DataFrame([
            {"i": i, "cell_sheet": sheet, "cell_row": row, "cell_column": column, "answer": answer}
            for i, (sheet, row, column), answer in some
        ])  # fmt: skip

    def address(some: list[tuple[int, tuple[str, int, str], str]]) -> pd.DataFrame:
        return pd.DataFrame([
            {"i": i, "cell": f"{sheet}!{column}{row}", "answer": answer}
            for i, (sheet, row, column), answer in some
        ])  # fmt: skip

    one, two, other = in_order(parts(rows)), in_order(address(rows)), in_order(parts(shuffled))
    said = [[cell_at(frame, row) for row in range(len(rows))] for frame in (one, two, other)]
    assert said[0] == said[1] == said[2]
    assert one["answer"].tolist() == two["answer"].tolist() == other["answer"].tolist()
