"""Sheets of raters: who gave whom which score, checked before anything is computed from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from township_eval.errors import Problem
from township_eval.inputs.entries.numbers import numbers
from township_eval.inputs.rows import place
from township_eval.inputs.status import Flags
from township_eval.inputs.texts import Texts, quoted, texts_of
from township_eval.language import Text, listed
from township_eval.methods.varying import Array

__all__ = ["TABLE", "Marks"]

#: How problems name the table.
TABLE: Final = "ratings"

_BLANK: Final = {
    "unit": Text("没有写明被评单位", "the unit is not named"),
    "rater": Text("没有写明评估员", "the rater is not named"),
    "item": Text("没有写明评分项目", "the item is not named"),
}


class Marks:
    """Scores by unit, rater and item, and what is wrong with them.

    Attributes
    ----------
    units, raters : list of str
        Who has a score, and who gave one; sorted.
    """

    def __init__(self, frame: pd.DataFrame, unit: str, rater: str, score: str, item: str | None) -> None:
        self.frame = frame
        self.columns = {"unit": unit, "rater": rater, "score": score, **({"item": item} if item else {})}
        self.by: dict[str, Texts] = {"unit": texts_of(frame[unit]), "rater": texts_of(frame[rater])}
        self.by["item"] = texts_of(frame[item]) if item else np.full(len(frame), "", dtype=object)
        self.score, self.refused = numbers(frame[score])
        self.refused |= np.isinf(self.score)
        #: rows that hold a score, right or wrong, of somebody by somebody
        self.given: Flags = (~np.isnan(self.score) | self.refused) & (self.by["unit"] != "")
        self.given &= self.by["rater"] != ""
        self.units = sorted(set(self.by["unit"][self.given]))
        self.raters = sorted(set(self.by["rater"][self.given]))

    def keyed(self) -> pd.DataFrame:
        """Return the given scores in an order that does not depend on the order of the rows."""
        keys = pd.DataFrame({**self.by, "score": self.score, "row": np.arange(len(self.score))})
        return keys[self.given].sort_values(["unit", "rater", "item", "row"], kind="stable")

    def matrix(self) -> Array:
        """Return each rater's mean over the items, (n_units, n_raters); NaN where there is none."""
        rows = self.keyed()
        total, count = np.zeros((2, len(self.units), len(self.raters)))
        places = np.searchsorted(self.units, rows["unit"]), np.searchsorted(self.raters, rows["rater"])
        np.add.at(total, places, np.nan_to_num(rows["score"].to_numpy(), posinf=0.0, neginf=0.0))
        np.add.at(count, places, 1.0)
        out: Array = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
        return out

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with single rows."""
        for key in [key for key in self.columns if key != "score"]:
            yield from self._blank(key)
        yield from self._refused()
        yield from self._twice()
        yield from self._left_out()

    def where(self, row: int, key: str) -> str:
        """Return where a user finds an entry."""
        return place(TABLE, row, self.frame, self.columns[key])

    def _blank(self, key: str) -> Iterator[Problem]:
        for row in np.flatnonzero(self.by[key] == ""):
            hint = Text("补上名称,或删去这一行", "name it, or remove the row")
            yield Problem("error", f"severity.{key}", self.where(int(row), key), _BLANK[key], hint)

    def _refused(self) -> Iterator[Problem]:
        for row in np.flatnonzero(self.refused):
            entry = quoted(self.frame[self.columns["score"]].iloc[row])
            yield Problem(
                "error",
                "severity.score",
                self.where(int(row), "score"),
                Text("分数不是数:{entry}", "the score is no number: {entry}").format(entry=entry),
                Text("改为数;没有评分就留空", "write a number; leave it blank where there is no score"),
            )

    def _twice(self) -> Iterator[Problem]:
        rows = self.keyed()
        keys = ["unit", "rater", "item"]
        first = rows.groupby(keys, sort=False)["row"].transform("first")
        again = rows[rows.duplicated(keys).to_numpy()]
        hint = Text(
            "只留一个;若是不同项目的分数,用 item= 指明项目列",
            "keep one; if these are items, name their column with item=",
        )
        for row, before, who, whom in zip(
            again["row"], first[again.index], again["rater"], again["unit"], strict=True
        ):
            there = self.where(int(before), "score")
            yield Problem(
                "error",
                "severity.twice",
                self.where(int(row), "score"),
                Text(
                    f"{who} 对 {whom} 的评分已在 {there} 给出", f"{who} has already marked {whom} at {there}"
                ),
                hint,
            )

    def _left_out(self) -> Iterator[Problem]:
        """Yield raters who left out an item others marked: their mean would be over other items."""
        rows = self.keyed().drop_duplicates(["unit", "rater", "item"])
        for whom, of_unit in rows.groupby("unit", sort=True):
            items = sorted({name for name in of_unit["item"] if name})
            for who, own in of_unit.groupby("rater", sort=True)["item"]:
                lacking = [name for name in items if name not in set(own)]
                if lacking:
                    yield _item_problem(str(whom), str(who), lacking)


def _item_problem(whom: str, who: str, lacking: list[str]) -> Problem:
    return Problem(
        "error",
        "severity.item",
        f"{TABLE} {whom}/{who}",
        Text("{who} 对 {whom} 缺少项目:{items}", "{who} has not marked {whom} on: {items}").format(
            who=who, whom=whom, items=listed(lacking)
        ),
        Text("补齐评分,或删去该评估员对此单位的评分", "complete the items, or drop the rater for this unit"),
    )
