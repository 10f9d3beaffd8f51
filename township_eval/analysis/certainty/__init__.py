"""How sure ranks, grades and scores of an evaluation are."""
