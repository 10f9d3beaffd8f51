"""The page of requirements accounts for every clause, and for every test."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "requirements.md"
CLAUSES = [f"R{number:02d}" for number in range(1, 40)]


def _rows() -> dict[str, str]:
    """Return the rows of the page by clause."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return {found[1]: line for line in lines if (found := re.match(r"\| (R\d\d) \|", line))}


def _tests() -> set[str]:
    """Return the names of the tests that are named after a clause."""
    texts = (file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("test_r*.py")))
    return {
        name for text in texts for name in re.findall(r"^def (test_requirement_r\d\d\w*)", text, re.MULTILINE)
    }


def test_requirements_page_has_a_row_for_each_clause_in_order():
    """39 clauses, each once."""
    assert list(_rows()) == CLAUSES


@pytest.mark.parametrize("clause", CLAUSES)
def test_requirements_page_names_exactly_the_tests_of_each_clause(clause):
    """A clause has a test, or its row says why software cannot meet it; no test is left out or made up."""
    row = _rows()[clause]
    named = set(re.findall(r"`(test_requirement_\w+)`", row))
    existing = {name for name in _tests() if name.startswith(f"test_requirement_{clause.lower()}_")}
    assert named == existing
    cannot = row.split("|")[4].strip()
    assert existing or cannot
