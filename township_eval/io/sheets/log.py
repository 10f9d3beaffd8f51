"""What reading found: problems for the office, and a line for every cell that was not taken as it stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from township_eval.errors import Problem
from township_eval.io.grids.grid import Grid, text_of
from township_eval.language import Text

__all__ = ["COLUMNS", "Log"]

#: Columns of the table 数据质量与校验表; ``problem`` and ``treatment`` hold `Text`.
COLUMNS = ("file", "sheet", "cell", "original", "parsed", "problem", "treatment")

REFUSED = Text("不采用,待核实", "refused until it is checked")


@dataclass(slots=True)
class Log:
    """Collects while files are read; one for all files of a period.

    Attributes
    ----------
    problems : list of Problem
        In the order found.
    lines : list of tuple
        Rows of the quality table, see `COLUMNS`.
    """

    problems: list[Problem] = field(default_factory=list)
    lines: list[tuple[Any, ...]] = field(default_factory=list)

    def add(
        self,
        severity: Literal["error", "warning"],
        code: str,
        where: str,
        what: Text,
        hint: Text,
    ) -> None:
        """Record a problem that is not about the content of one cell."""
        self.problems.append(Problem(severity, code, where, what, hint))

    def refuse(self, grid: Grid, at: tuple[int, int], code: str, what: Text, hint: Text) -> None:
        """Record that a cell is not taken, as an error with its place."""
        self.add("error", code, grid.where(*at), what, hint)
        self.note(grid, at, "", what, REFUSED)

    def has(self, code: str, grid: Grid, at: tuple[int, int]) -> bool:
        """Whether this problem of this cell is recorded already."""
        where = grid.where(*at)
        return any(problem.code == code and problem.where == where for problem in self.problems)

    def note(self, grid: Grid, at: tuple[int, int], parsed: object, problem: Text, treatment: Text) -> None:
        """Record a line of the quality table only."""
        line = (
            grid.file,
            grid.sheet,
            grid.address(*at),
            text_of(grid.spread(*at)),
            parsed,
            problem,
            treatment,
        )
        self.lines.append(line)

    def frame(self) -> pd.DataFrame:
        """Return the quality table, one line a cell or row that was not taken as it stood."""
        return pd.DataFrame(self.lines, columns=list(COLUMNS), dtype=object)
