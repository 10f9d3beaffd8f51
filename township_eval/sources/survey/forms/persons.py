"""What persons answered, as points: valid answers, and those that are kept apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.inputs import Flags
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Satisfaction
from township_eval.sources.survey.forms.places import Positions

__all__ = ["APART", "Answered", "answered"]

#: What is kept apart, in the order of the codes below `_VALID`.
APART: Final = ("dont_know", "refused", "blank")
_ABSENT, _VALID = -1, len(APART)


@dataclass(frozen=True, eq=False)
class Answered:
    """Answers of persons to questions.

    Attributes
    ----------
    state : array of int, (n_persons, n_questions)
        -1 not asked, 0 don't know, 1 refused, 2 blank, 3 answered.
    points : array, (n_persons, n_questions)
        Points of what counts; NaN where nothing does.
    shares : array, (n_questions,)
        Weights of the questions.
    low, high : float
        Points of the worst and the best answer.
    minimum : int
        Answers that count a person must have.
    """

    state: NDArray[np.int8]
    points: Array
    shares: Array
    low: float
    high: float
    minimum: int

    def score(self) -> Array:
        """Return every person's mean points, NaN where too few answers count, (n_persons,)."""
        given = ~np.isnan(self.points)
        enough = given.sum(axis=1) >= max(self.minimum, 1)
        if len(self.shares) == 1:
            return np.where(enough, self.points[:, 0], np.nan)
        total = given @ self.shares
        earned = np.where(given, self.points, 0.0) @ self.shares
        told = enough & (total > 0)
        score: Array = np.divide(earned, total, out=np.full(len(total), np.nan), where=told)
        return score

    def had_they(self, points: float) -> Answered:
        """Return the answers had all who did not know or refused given one with these points."""
        silent = (self.state == APART.index("dont_know")) | (self.state == APART.index("refused"))
        return replace(self, points=np.where(silent, points, self.points))

    def question(self, at: int) -> Answered:
        """Return the answers to one question."""
        return replace(
            self, state=self.state[:, [at]], points=self.points[:, [at]], shares=np.ones(1), minimum=1
        )

    def of(self, persons: Flags) -> Answered:
        """Return the answers of some persons; the others were not asked."""
        kept = persons[:, None]
        return replace(
            self,
            state=np.where(kept, self.state, _ABSENT).astype(np.int8),
            points=np.where(kept, self.points, np.nan),
        )

    def rates(self, unit: Positions, weight: Array, n_units: int) -> dict[str, Array]:
        """Return the weighted shares of what is kept apart, by name, (n_units,) each."""
        asked = _by(unit, weight * ((self.state != _ABSENT) @ self.shares), n_units)
        return {
            name: np.divide(
                _by(unit, weight * ((self.state == code) @ self.shares), n_units),
                asked,
                out=np.full(n_units, np.nan),
                where=asked > 0,
            )
            for code, name in enumerate(APART)
        }


def answered(
    source: Satisfaction, person: Positions, question: Positions, answer: Positions, shape: tuple[int, int]
) -> Answered:
    """Return the answers of persons to questions.

    Parameters
    ----------
    source : Satisfaction
    person, question : array of int, (n_rows,)
        Who answered what.
    answer : array of int, (n_rows,)
        Place among the scale's answers, don't know and refused; after these, blank; -1 counts nowhere.
    shape : (int, int)
        Numbers of persons and questions. Who has a row for one question and none for another left that
        one blank.

    Examples
    --------
    >>> from township_eval.scheme.sources import Answer
    >>> source = Satisfaction(scale=(Answer("yes", 100.0), Answer("no", 0.0)), dont_know=("?",))
    >>> found = answered(source, np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([0, 1, 2]), (2, 2))
    >>> found.score().tolist(), found.state.tolist()
    ([50.0, nan], [[3, 3], [0, 2]])
    """
    n_scale, n_known = len(source.scale), len(source.scale) + len(source.dont_know)
    n_all = n_known + len(source.refused)
    codes = np.concatenate([
        np.full(n_scale, _VALID), np.zeros(n_known - n_scale), np.ones(n_all - n_known), np.full(1, 2)
    ]).astype(np.int8)  # fmt: skip
    of_unknown = 0.0 if source.denominator == "with_dont_know" else np.nan
    worth = [*(one.points for one in source.scale), *([of_unknown] * len(source.dont_know))]
    worth += [np.nan] * (len(source.refused) + 1)
    state = np.full(shape, _ABSENT, dtype=np.int8)
    state[np.unique(person)] = APART.index("blank")
    points = np.full(shape, np.nan)
    kept = (answer >= 0) & (question >= 0)
    at = (person[kept], question[kept])
    state[at], points[at] = codes[answer[kept]], np.array(worth)[answer[kept]]
    scale = [one.points for one in source.scale]
    return Answered(state, points, np.ones(shape[1]), min(scale), max(scale), source.minimum_items)


def _by(unit: Positions, amount: Array, n_units: int) -> Array:
    return np.bincount(unit, weights=amount, minlength=n_units).astype(np.float64, copy=False)
