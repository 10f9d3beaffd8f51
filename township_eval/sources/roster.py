"""Values from the roster: persons, villages or other members of a unit, one row each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs import Flags
from township_eval.inputs.entries.numbers import numbers
from township_eval.inputs.texts import Texts, quoted
from township_eval.language import Text
from township_eval.methods.scoring.base import reaches
from township_eval.methods.varying import Array
from township_eval.scheme.conditions import parse_condition
from township_eval.scheme.sources import Ratio, ShareOfPersons
from township_eval.sources.conditions import holds
from township_eval.sources.evidence import Ask, Found, by_unit, evidence_rows, row_cells, row_place

__all__ = ["filtered_ratio", "share_of_persons"]

_TABLE = "roster"


def filtered_ratio(ask: Ask, source: Ratio) -> Found:
    """Return the ratio of two sums over the rows of the roster that satisfy a condition.

    A unit with rows of which none satisfies it is excused; one without any row has not reported,
    unless the leaf may not apply.
    """
    roster = _Roster(ask, source.where, (source.numerator, source.denominator))
    above, below = roster.numbers(source.numerator), roster.numbers(source.denominator)
    blank = np.isnan(above) | np.isnan(below)
    sums = [roster.sums(np.where(blank, 0.0, amounts)) for amounts in (above, below)]
    members = roster.sums(np.ones(len(above)))
    incomplete = roster.sums(blank.astype(np.float64)) > 0
    faulty = (sums[1] <= 0) & (members > 0) & ~incomplete
    roster.flag_units(
        "ratio.denominator",
        faulty,
        Text("{unit} 的分母合计不大于零", "the denominators of {unit} sum to nothing"),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        value = ask.scale * sums[0] / sums[1]
    roster.flag_incomplete(blank)
    return roster.found(
        np.where(faulty | incomplete | (members == 0), np.nan, value), "ratio over roster", source.numerator
    )


def share_of_persons(ask: Ask, source: ShareOfPersons) -> Found:
    """Return the share of a unit's persons whose column reaches the bound, the bound included.

    ``n`` is the number of persons. A blank leaves the unit's value unreported: counting the person
    either way would be a guess.
    """
    roster = _Roster(ask, source.where, (source.column,))
    amounts = roster.numbers(source.column)
    blank = np.isnan(amounts)
    members = roster.sums(np.ones(len(amounts)))
    reached = roster.sums(reaches(amounts, np.array(source.at_least, dtype=np.float64)).astype(np.float64))
    incomplete = roster.sums(blank.astype(np.float64)) > 0
    roster.flag_incomplete(blank)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = ask.scale * reached / members
    found = np.where(incomplete | (members == 0), np.nan, value)
    return roster.found(found, "share of persons", source.column, members)


@dataclass(eq=False)
class _Roster:
    """The rows a leaf looks at, those that satisfy its condition, and what is wrong with them."""

    ask: Ask
    where: str
    columns: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        rows = self.ask.rows(_TABLE)
        empty = pd.DataFrame({"i": np.empty(0, dtype=np.intp)})
        self.all_rows = empty if rows is None else self._ours(rows)
        self.chosen = self.all_rows
        if self.where and len(self.all_rows):
            self.chosen = self.all_rows[self._satisfying()]
        self.i = self.chosen["i"].to_numpy()

    def _ours(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows that say anything this leaf reads: a roster may list persons and villages."""
        read = (*self.columns, *(parse_condition(self.where).names if self.where else ()))
        known = [name for name in dict.fromkeys(read) if name in rows.columns]
        return rows[rows[known].notna().any(axis=1)] if len(known) > 1 else rows

    def _satisfying(self) -> Flags:
        """Return which rows satisfy the condition; a row it cannot be decided for is an error."""
        truth, unknown_names = holds(self.where, self.all_rows)
        self.problems.extend(self._strangers(unknown_names))
        if not unknown_names:
            for position in np.flatnonzero(np.isnan(truth)):
                self.problems.append(self._undecided(int(position)))
        return np.asarray(truth == 1, dtype=np.bool_)

    def numbers(self, name: str) -> Array:
        """Return a column of the chosen rows; text in it and the column's absence are errors."""
        if name not in self.chosen.columns:
            if len(self.all_rows):
                self.problems.extend(self._strangers((name,)))
            return np.full(len(self.chosen), np.nan)
        found, refused = numbers(self.chosen[name])
        for position in np.flatnonzero(refused | np.isinf(found)):
            self.problems.append(
                Problem(
                    "error",
                    "roster.not_a_number",
                    row_place(_TABLE, self.chosen, int(position)),
                    Text("“{name}”应为数字,写的是{entry}", "{name} should be a number, not {entry}").format(
                        name=name, entry=quoted(self.chosen[name].iloc[position])
                    ),
                    Text("只写数字", "write the number alone"),
                )
            )
        return np.where(np.isinf(found), np.nan, found)

    def sums(self, amounts: Array) -> Array:
        """Return the sums per unit over the chosen rows."""
        return by_unit(self.i, amounts, self.ask.n_units)

    def flag_units(self, code: str, flagged: Flags, what: Text) -> None:
        """Report units."""
        self.problems.extend(self.ask.each(code, flagged, what, Text("核对花名册", "check the roster")))

    def flag_incomplete(self, blank: Flags) -> None:
        """Warn of rows whose blank leaves the unit's value unreported."""
        listed = {problem.where for problem in self.problems}
        for position in np.flatnonzero(blank):
            where = row_place(_TABLE, self.chosen, int(position))
            if where in listed:
                continue
            name = self.ask.name(int(self.i[position]))
            what = Text(
                f"{name} 的花名册有空项,“{self.ask.leaf.name}”按未报处理",
                f"a blank in the roster of {name}: {self.ask.leaf.name} counts as not reported",
            )
            hint = Text("补填,或删去此行", "fill it in, or delete the row")
            self.problems.append(Problem("warning", "roster.blank", where, what, hint))

    def found(self, value: Array, method: str, column: str, n: Array | None = None) -> Found:
        """Return the answer; units whose rows all fail the condition are excused."""
        listed = self.sums_of_all() > 0
        chosen = self.sums(np.ones(len(self.i))) > 0
        excused = listed & ~chosen if self.where else np.zeros(self.ask.n_units, dtype=np.bool_)
        if self.ask.leaf.may_not_apply:
            excused = excused | ~listed
        if any(problem.severity == "error" for problem in self.problems):
            excused = np.zeros_like(excused)  # whom the condition holds for is not known
        details = None
        if column in self.chosen.columns:
            details = evidence_rows(self.ask, self.chosen.assign(_column=column), "_column", column)
        return Found(
            value,
            method=method,
            excused=excused,
            n=n,
            cells=self._cells(column),
            details=details,
            problems=tuple(self.problems),
        )

    def sums_of_all(self) -> Array:
        """Return the number of rows per unit, whether they satisfy the condition or not."""
        return by_unit(self.all_rows["i"].to_numpy(), np.ones(len(self.all_rows)), self.ask.n_units)

    def _cells(self, column: str) -> Texts | None:
        """Return each unit's cells; those of its blank rows alone where it has such rows."""
        if column not in self.chosen.columns:
            return None
        blank = np.isnan(numbers(self.chosen[column])[0])
        kept = blank | ~np.isin(self.i, self.i[blank])
        return row_cells(self.chosen[kept], self.ask.n_units)

    def _sheet(self) -> str:
        """Return file and sheet of the roster, where it comes from one."""
        cells = self.all_rows["cell"] if "cell" in self.all_rows.columns else ()
        return next((str(cell).rpartition("!")[0] for cell in cells if cell), _TABLE)

    def _strangers(self, names: tuple[str, ...]) -> Iterator[Problem]:
        columns = tuple(str(name) for name in self.all_rows.columns if name not in ("i", "row"))
        for name in names:
            yield Problem(
                "error",
                "roster.column_missing",
                self._sheet(),
                Text(
                    f"花名册缺少列“{name}”({self.ask.leaf.name})",
                    f"the roster has no column {name!r} ({self.ask.leaf.name})",
                ),
                did_you_mean(name, columns),
            )

    def _undecided(self, position: int) -> Problem:
        what = Text(
            f"条件“{self.where}”所需的项为空,无法判断", f"a blank: cannot tell whether {self.where!r} holds"
        )
        return Problem(
            "error",
            "roster.undecided",
            row_place(_TABLE, self.all_rows, position),
            what,
            Text("补填此行", "fill in this row"),
        )
