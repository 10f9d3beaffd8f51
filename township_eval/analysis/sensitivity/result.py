"""`Sensitivity`: what a result depends on, frozen; frames are made when asked for."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.analysis.sensitivity.choices import Choice
from township_eval.analysis.sensitivity.drawn import DrawnWeights
from township_eval.analysis.sensitivity.options import Options
from township_eval.analysis.sensitivity.rescoring import Family, Rescored
from township_eval.analysis.sensitivity.schemes import marked, shares_of, with_shares
from township_eval.errors import DataError, Problem, did_you_mean
from township_eval.evaluation import Evaluation
from township_eval.language import Text
from township_eval.methods.robustness.ranks import Ranks, sorted_by_unit, sorted_quantile
from township_eval.scheme.model import Scheme

__all__ = ["Sensitivity"]

_SHOWN: Final = 60  # units a notebook lists


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity:
    """What ranks depend on; obtain one with `township_eval.sensitivity`.

    Attributes
    ----------
    evaluation : Evaluation
        The result that was asked about.
    drawn : DrawnWeights
        The draws of weights.
    draw_ranks : array of int, (n_draws, n_units)
        Ranks in every draw; 0 where a unit has no score.
    choice_list : tuple of Choice
        Every other decision, with its scheme.
    reversal_rows, sobol_rows : DataFrame
        See `reversal` and `sobol`.
    notes : tuple of Text
        What a reader must know.
    """

    evaluation: Evaluation
    options: Options
    family: Family
    drawn: DrawnWeights
    draw_ranks: Ranks
    choice_list: tuple[Choice, ...]
    reversal_rows: pd.DataFrame
    sobol_rows: pd.DataFrame
    notes: tuple[Text, ...]

    # --- draws of weights -------------------------------------------------------------------------

    @cached_property
    def base(self) -> Ranks:
        """Ranks under the scheme itself, ``(n_units,)``; 0 where a unit has no score."""
        return self.family.ranks_of(self.evaluation.score[0])

    @cached_property
    def _ordered(self) -> Ranks:
        return sorted_by_unit(self.draw_ranks)

    @property
    def ranks(self) -> pd.DataFrame:
        """One row per unit: its rank, and mean, median, 5 and 95 percent, least and largest over the draws.

        NaN for units that have no score in some draw.
        """
        ordered, units = self._ordered, self.evaluation.units
        mean = ordered.mean(axis=1, dtype=np.float64)
        return pd.DataFrame(
            {
                "name": list(units.names),
                "group": list(units.groups),
                "rank": np.where(self.base > 0, self.base.astype(np.float64), np.nan),
                "mean": np.where(ordered[:, 0] > 0, mean, np.nan),
                "median": sorted_quantile(ordered, 0.5),
                "q05": sorted_quantile(ordered, 0.05),
                "q95": sorted_quantile(ordered, 0.95),
                "min": sorted_quantile(ordered, 0.0),
                "max": sorted_quantile(ordered, 1.0),
            },
            index=pd.Index(list(units.codes), name="unit"),
        )

    @property
    def shares(self) -> pd.DataFrame:
        """Share of the draws in which each unit has each rank: unit, rank, share; ranks that occur.

        A share of draws is no probability: how far weights may vary is what the question supposed.
        """
        units, rows = self.evaluation.units, []
        for at, ordered in enumerate(self._ordered):
            found, count = np.unique(ordered[ordered > 0], return_counts=True)
            rows += [
                (units.codes[at], int(one), n / len(ordered)) for one, n in zip(found, count, strict=True)
            ]
        return pd.DataFrame(rows, columns=["unit", "rank", "share"])

    # --- other decisions --------------------------------------------------------------------------

    @cached_property
    def _choices(self) -> pd.DataFrame:
        frames = [self._moved(choice) for choice in self.choice_list]
        return pd.concat(frames, ignore_index=True) if frames else self._moved(None)

    def _moved(self, choice: Choice | None) -> pd.DataFrame:
        units, family = self.evaluation.units, self.family
        if choice is None:
            columns = ("choice", "kind", "unit", "name", "group", "before", "after", "shift", "points")
            return pd.DataFrame(columns=list(columns))
        family = family.together() if choice.together else family
        index = Rescored(self.evaluation, choice.scheme).index()
        before, after = (
            np.where(ranks > 0, ranks.astype(np.float64), np.nan)
            for ranks in (family.ranks_of(self.evaluation.score[0]), family.ranks_of(index))
        )
        return pd.DataFrame(
            {
                "choice": choice.id,
                "kind": choice.kind,
                "unit": list(units.codes),
                "name": list(units.names),
                "group": list(units.groups),
                "before": before,
                "after": after,
                "shift": before - after,  # positive: further up
                "points": family.published(index),
            }
        )

    @property
    def choices(self) -> pd.DataFrame:
        """One row per choice and unit: choice, kind, unit, name, group, before, after, shift, points.

        ``shift`` is positive for a unit that rises; ``points`` are the adjusted points under the choice.
        """
        return self._choices.copy()

    @property
    def effects(self) -> pd.DataFrame:
        """One row per choice: what is done otherwise, mean and largest change of rank, whom it moves most."""
        rows = []
        for choice in self.choice_list:
            moved = self._choices[self._choices["choice"] == choice.id]
            size = moved["shift"].abs()
            largest = size.max()
            who = moved["name"][size == largest] if largest > 0 else moved["name"][:0]
            rows.append(
                (choice.id, choice.kind, choice.what.zh, choice.what.en, size.mean(), largest,
                 int((size > 0).sum()), "、".join(who))
            )  # fmt: skip
        names = ["choice", "kind", "what", "what_en", "mean_shift", "largest", "moved", "who"]
        return pd.DataFrame(rows, columns=names)

    @property
    def reversal(self) -> pd.DataFrame:
        """Whose rank among the others changes when one unit is left out; empty: nobody's."""
        return self.reversal_rows.copy()

    @property
    def sobol(self) -> pd.DataFrame:
        """First and total order index of every kind of choice, with 90 percent bootstrap limits."""
        return self.sobol_rows.copy()

    # --- any run again ----------------------------------------------------------------------------

    def scheme(self, run: int | str) -> Scheme:
        """Return the scheme of one draw (its number, from 0) or of one choice (its id).

        It states what was otherwise and that it is not in force; written, read and evaluated with the
        same inputs it gives the ranks of the run.

        Raises
        ------
        DataError
            There is no such run.
        """
        if isinstance(run, str):
            found = next((choice for choice in self.choice_list if choice.id == run), None)
            if found is None:
                raise DataError([_no_run(run, [choice.id for choice in self.choice_list])])
            return found.scheme
        if not 0 <= run < self.drawn.draws:
            raise DataError([_no_draw(run, self.drawn.draws)])
        plan = self.evaluation.plan
        what = Text(
            f"第{run}次抽取的权重(种子{self.drawn.seed})",
            f"draw {run} of the weights (seed {self.drawn.seed})",
        )
        shares = shares_of(plan, self.drawn.of_draw(int(run)))
        return marked(with_shares(self.evaluation.scheme, plan, shares), what)

    def run(self, run: int | str) -> pd.DataFrame:
        """Return the points and ranks of one draw or choice: index unit; name, group, points, rank."""
        units = self.evaluation.units
        index = Rescored(self.evaluation, self.scheme(run)).index()
        merged = any(choice.id == run and choice.together for choice in self.choice_list)
        family = self.family.together() if merged else self.family
        ranks = family.ranks_of(index)
        return pd.DataFrame(
            {
                "name": list(units.names),
                "group": list(units.groups),
                "points": family.published(index),
                "rank": np.where(ranks > 0, ranks.astype(np.float64), np.nan),
            },
            index=pd.Index(list(units.codes), name="unit"),
        )

    # --- shown ------------------------------------------------------------------------------------

    def say(self, lang: str = "zh") -> str:
        """Return what was found as text."""
        from township_eval.analysis.sensitivity.say import sentences

        return "\n".join(text.say(lang) for text in sentences(self))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON; what is not there is None."""
        return {
            "period": self.evaluation.period,
            "scheme": self.evaluation.scheme.fingerprint,
            "draws": self.drawn.draws,
            "seed": self.drawn.seed,
            "weights": dict(self.options.bounds) if self.options.bounds else self.options.concentration,
            "ranks": _records(self.ranks.reset_index()),
            "choices": _records(self._choices),
            "effects": _records(self.effects),
            "reversal": _records(self.reversal_rows),
            "sobol": _records(self.sobol_rows),
            "notes": [{"zh": note.zh, "en": note.en} for note in self.notes],
        }

    def __str__(self) -> str:
        return self.say()

    def __repr__(self) -> str:
        asked = f"{self.drawn.draws} draws, {len(self.choice_list)} choices"
        return f"<Sensitivity {self.evaluation.period}: {asked}>"

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{html.escape(line)}</p>" for line in self.say().splitlines())
        return said + str(self.ranks.to_html(max_rows=_SHOWN))


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def _no_run(run: str, known: list[str]) -> Problem:
    what = Text(f"没有这一项:{run}", f"no such choice: {run}")
    return Problem("error", "sensitivity.run", run, what, did_you_mean(run, known))


def _no_draw(run: int, draws: int) -> Problem:
    what = Text(f"没有第 {run} 次抽样", f"there is no draw {run}")
    return Problem(
        "error",
        "sensitivity.run",
        str(run),
        what,
        Text(f"编号从 0 到 {draws - 1}", f"draws are 0 to {draws - 1}"),
    )
