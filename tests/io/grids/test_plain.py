"""Text tables in the encodings of offices."""

from __future__ import annotations

import pytest

from township_eval.errors import DataError
from township_eval.io.grids.grid import Grid, column_letters, column_number, text_of
from township_eval.io.grids.opening import open_grids
from township_eval.io.grids.plain import read_csv


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encodings_and_delimiters(tmp_path, encoding, delimiter):
    """UTF-8 with and without mark, GB18030 and UTF-16; commas, tabs and semicolons."""
    path = tmp_path / "a.csv"
    path.write_text(f"单位{delimiter}数值\n东塔镇{delimiter}０07\n短\n", encoding=encoding)
    (grid,) = read_csv(path, "a.csv")
    assert [list(row) for row in grid.rows] == [["单位", "数值"], ["东塔镇", "０07"], ["短", None]]
    assert grid.where(1, 1) == "a.csv!B2"


def test_bytes_that_are_no_text(tmp_path):
    """Bytes in no known encoding are a problem."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"\x00\xff\x81\x20")
    with pytest.raises(DataError) as caught:
        read_csv(path, "a.csv")
    assert [p.code for p in caught.value.problems] == ["file.encoding"]


def test_unknown_kind_of_file(tmp_path):
    """A file of another kind lists the kinds there are."""
    path = tmp_path / "a.docx"
    path.write_bytes(b"x")
    assert "xlsx" in open_grids(path)[1][0].hint.en


def test_letters_and_numbers_are_inverse():
    """Every column letter names its column and back."""
    for column in (0, 25, 26, 701, 702, 16383):
        assert column_number(column_letters(column)) == column
    assert column_number("ABCD") is None


def test_texts_of_cells():
    """Whole numbers lose the point zero that a spreadsheet keeps for itself."""
    assert [text_of(value) for value in (1.0, 1.5, 7, True, None)] == ["1", "1.5", "7", "True", ""]


def test_flipping_twice_is_the_same_grid():
    """Exchanging rows and columns twice gives the grid back."""
    grid = Grid("a", "s", [[1, 2], [3, 4], [5, 6]], percent=frozenset({(2, 1)}))
    assert grid.flip().flip() == grid
    assert grid.flip().address(1, 2) == "B3"


def test_equal_texts_are_one_object(tmp_path):
    """A million answers of five words cost five texts; short rows are filled up with blanks."""
    path = tmp_path / "a.csv"
    path.write_text("单位,答案\n东塔镇,很满意\n东塔镇,很满意\n崇兴镇\n", encoding="utf-8")
    (grid,) = read_csv(path, "a.csv")
    assert [list(row) for row in grid.rows[2:]] == [["东塔镇", "很满意"], ["崇兴镇", None]]
    assert grid.rows[1][1] is grid.rows[2][1]
