"""Simulation through the whole scheme: rules, tree, rounding, ranks, grades, draw by draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.analysis.arguments import EVALUATION, NAMES, NUMBER, expect, optional
from township_eval.analysis.certainty.asked import (
    PLUG_IN,
    answerable,
    compared_with,
    doubtful_grades,
    share_of,
)
from township_eval.analysis.certainty.redrawn import BARRED, BEYOND, beyond_scale, redrawn
from township_eval.analysis.certainty.tally import Tally, quantile_of_counts, quantile_of_draws
from township_eval.errors import DataError, Problem, did_you_mean
from township_eval.evaluation import Evaluation
from township_eval.evaluation.figures import MOST_UNITS, ledger_of, limits_of
from township_eval.language import Text
from township_eval.methods.varying import Array

__all__ = ["Simulation", "simulate"]

_NUMBERS: Final = 1 << 25  # drawn scores held at once, 256 MB
_MEDIAN: Final = 0.5
_MANY: Final = Text(
    "共{n}个单位,超过{most}个:名次和等次的模拟结果留空(得分照列)",
    "{n} units, more than {most}: simulated ranks and grades are left blank (scores are given)",
)
_UNKNOWN: Final = Text(
    "有{n}个单位误差不明:与其比较的单位名次留空",
    "errors of {n} units are not known: ranks of whoever is compared with them are left blank",
)


@dataclass(frozen=True, eq=False, repr=False)
class Simulation:
    """What simulated draws of one period come to; obtain one with `simulate`.

    Attributes
    ----------
    scores : DataFrame
        One row per unit and node: score, median, sd, lower, upper (0-100). NaN where no error moves the
        score, or where an error is one that nobody knows.
    ranks : DataFrame
        Index unit: name, group, rank, median, lower, upper, and the same inside the class. These are
        rank *intervals* (名次模拟区间), not rank sets: how ranks scatter if the estimates were the
        truth. They may leave the true rank out more often than their level says.
    grades : DataFrame
        Index unit, a column per grade: the share of draws; empty without grades.
    draws, seed : int
    level : float
        Level of the intervals.
    note : Text
        What these numbers are.
    notes : tuple of Text
        What is left blank or is rough, and why.
    """

    scores: pd.DataFrame
    ranks: pd.DataFrame
    grades: pd.DataFrame
    draws: int
    seed: int
    level: float
    note: Text = PLUG_IN
    notes: tuple[Text, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON."""
        return {
            "draws": self.draws, "seed": self.seed, "level": self.level,
            "note": {"zh": self.note.zh, "en": self.note.en},
            "notes": [{"zh": one.zh, "en": one.en} for one in self.notes],
            "scores": _records(self.scores), "ranks": _records(self.ranks.reset_index()),
            "grades": _records(self.grades.reset_index()),
        }  # fmt: skip

    def __repr__(self) -> str:
        what = f"{len(self.ranks)} units, {self.draws} draws, seed {self.seed}, level {self.level:g}"
        head = f"<Simulation: {what}>"
        said = "\n".join(f"{one.zh}\n{one.en}" for one in (self.note, *self.notes))
        return f"{head}\n{self.ranks}\n{said}"

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{one.zh}<br>{one.en}</p>" for one in (self.note, *self.notes))
        return str(self.ranks.to_html(max_rows=60)) + said


def simulate(
    evaluation: Evaluation, *, draws: int = 10_000, seed: int = 0, level: float = 0.95,
    nodes: str | Sequence[str] | None = None, at_once: int | None = None,
) -> Simulation:  # fmt: skip
    """Draw the values anew with their errors and score, round, rank and grade every draw.

    Villages, respondents and raters that several townships share are drawn once for all of them.

    Parameters
    ----------
    evaluation : Evaluation
        Any final evaluation, also one read from its archive.
    draws, seed : int
        The same numbers give the same result, whatever is scored at once and on however many threads.
    level : float
        Level of the intervals, between 0 and 1.
    nodes : str or sequence of str, optional
        Ids of the nodes whose scores are wanted; the index and its blocks unless stated.
    at_once : int, optional
        Draws scored in one call; a matter of memory only.

    Returns
    -------
    Simulation
        Ranks and grades are blank above 1,000 units, and for everybody compared with a unit whose error
        nobody knows; ``notes`` say so.

    Raises
    ------
    DataError
        A provisional evaluation, or no such node.
    TypeError, ValueError
        An argument of another kind; a level outside 0-1, fewer than one draw, a negative seed, no node.

    Notes
    -----
    Errors of values are normal; a rule that caps does that itself. Percentiles are those of the draws
    (inverse of their distribution function). Values without an error model stay as they are.

    Examples
    --------
    >>> import pandas as pd
    >>> import township_eval as te
    >>> survey = {"kind": "satisfaction", "scale": {"yes": 100, "no": 0}}
    >>> scheme = te.read_scheme({"name": "Asked", "version": "1", "index": {
    ...     "children": [{"id": "asked", "weight": 100, "source": survey, "basis": "section 2"}]}})
    >>> counts = pd.DataFrame({"unit": ["a", "a", "b", "b"], "answer": ["yes", "no"] * 2,
    ...                        "count": [90, 10, 85, 15]})
    >>> units = pd.DataFrame({"unit": ["a", "b"], "name": ["a", "b"]})
    >>> evaluation = te.evaluate(scheme, te.Inputs(period="2018", units=units, satisfaction=counts))
    >>> te.simulate(evaluation, draws=1000).ranks[["rank", "lower", "upper"]].to_numpy().tolist()
    [[1, 1, 2], [2, 1, 2]]
    """
    expect(
        evaluation=(evaluation, EVALUATION), draws=(draws, NUMBER), seed=(seed, NUMBER),
        level=(level, NUMBER), nodes=(nodes, optional(NAMES)), at_once=(at_once, optional(NUMBER)),
    )  # fmt: skip
    answerable(evaluation, "simulate")
    share_of(level)
    _verify(draws, seed, at_once)
    rows = _rows(evaluation, nodes)
    units = evaluation.units
    tally = None
    if units.n <= MOST_UNITS:
        tally = Tally(evaluation.scheme, units.groups, ledger_of(evaluation), limits_of(evaluation))
    parts = []
    at_a_time = max(1, _NUMBERS // max(1, draws * units.n))
    for first in range(0, len(rows), at_a_time):
        some = rows[first : first + at_a_time]
        drawn = np.empty((len(some), draws, units.n))
        for at, score in redrawn(evaluation, draws, seed, at_once):
            drawn[:, at : at + len(score)] = score[:, some].swapaxes(0, 1)
            if tally is not None and not first:
                tally.add(score[:, 0])
        parts += [_scores(evaluation, row, of_row, level) for row, of_row in zip(some, drawn, strict=True)]
    scores = pd.concat(parts, ignore_index=True)
    scores["unit"] = pd.Categorical(scores["unit"], categories=list(units.codes))
    scores = scores.sort_values("unit", kind="stable", ignore_index=True).astype({"unit": object})
    ranks, grades = _ranks(evaluation, tally, level), _grades(evaluation, tally, draws)
    return Simulation(scores, ranks, grades, draws, seed, level, notes=tuple(_notes(evaluation, tally)))


def _notes(evaluation: Evaluation, tally: Tally | None) -> Iterator[Text]:
    """Yield what is left blank or is rough, and why."""
    n, unknown = evaluation.units.n, int(evaluation.precision.unknown[0].sum())
    if tally is None:
        yield _MANY.format(n=n, most=MOST_UNITS)
    elif unknown:
        yield _UNKNOWN.format(n=unknown)
    if beyond := int(beyond_scale(evaluation).sum()):
        yield BEYOND.format(n=beyond)
    if limits_of(evaluation).any():
        yield BARRED


def _verify(draws: int, seed: int, at_once: int | None) -> None:
    """Refuse what nothing can be drawn with, everything at once."""
    faults = []
    for name, given, least in (("draws", draws, 1), ("seed", seed, 0), ("at_once", at_once, 1)):
        if given is not None and not (isinstance(given, int | np.integer) and given >= least):
            faults.append(f"{name} must be a whole number of at least {least}, not {given!r}")
    if faults:
        raise ValueError("; ".join(faults))


def _rows(evaluation: Evaluation, nodes: str | Sequence[str] | None) -> list[int]:
    """Return the rows of the nodes that are wanted."""
    plan = evaluation.plan
    if nodes is None:
        return [0, *plan.children[0]]
    nodes = [nodes] if isinstance(nodes, str) else nodes
    if not len(nodes):
        msg = "nodes must name at least one node"
        raise ValueError(msg)
    unknown = [node for node in nodes if node not in plan.row]
    if unknown:
        raise DataError(
            [
                Problem(
                    "error", "simulate.node", node, Text(f"没有这个节点:{node}", f"no such node: {node}"),
                    did_you_mean(node, list(plan.ids)),
                )
                for node in unknown
            ]
        )  # fmt: skip
    return sorted({plan.row[node] for node in nodes})


def _scores(evaluation: Evaluation, row: int, drawn: Array, level: float) -> pd.DataFrame:
    """Return the intervals of one node from its draws, ``(n_draws, n_units)``, which are put in order."""
    drawn.sort(axis=0)
    precision, units = evaluation.precision, evaluation.units
    there = ~np.isnan(precision.se[row]) & ~precision.unknown[row]
    columns = {
        "median": quantile_of_draws(drawn, _MEDIAN),
        "sd": _spread(drawn),
        "lower": quantile_of_draws(drawn, (1.0 - level) / 2.0),
        "upper": quantile_of_draws(drawn, (1.0 + level) / 2.0),
    }
    return pd.DataFrame(
        {
            "unit": list(units.codes),
            "node": evaluation.nodes[row],
            "score": evaluation.score[row],
            **{name: np.where(there, array, np.nan) for name, array in columns.items()},
        }
    )


def _spread(ordered: Array) -> Array:
    """Return standard deviations over draws, those without a score left out."""
    there = ~np.isnan(ordered)
    count = there.sum(axis=0)
    some = np.where(there, ordered, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = some.sum(axis=0) / count
        square = (np.where(there, ordered - mean, 0.0) ** 2).sum(axis=0) / (count - 1)
    return np.where(count > 1, np.sqrt(square), np.nan)


def _ranks(evaluation: Evaluation, tally: Tally | None, level: float) -> pd.DataFrame:
    units, standing = evaluation.units, evaluation.standing
    frame = pd.DataFrame(
        {"name": list(units.names), "group": list(units.groups)},
        index=pd.Index(list(units.codes), name="unit"),
    )
    labels = {"": [""] * units.n, "_in_group": list(units.groups)}
    for ending, label in labels.items():
        blank = compared_with(evaluation, evaluation.precision.unknown[0], label)
        counts = None if tally is None else (tally.in_group if ending else tally.ranks)
        frame[f"rank{ending}"] = _whole(standing.rank_in_group if ending else standing.rank)
        ends = {"median": _MEDIAN, "lower": (1.0 - level) / 2.0, "upper": (1.0 + level) / 2.0}
        for name, q in ends.items():
            found = np.full(units.n, np.nan) if counts is None else quantile_of_counts(counts, q)
            frame[f"{name}{ending}"] = _whole(np.where(blank, np.nan, found))
    return frame


def _grades(evaluation: Evaluation, tally: Tally | None, draws: int) -> pd.DataFrame:
    """Return the shares of draws by grade; blank where an error that nobody knows has a say."""
    names = [grade.name for grade in sorted(evaluation.scheme.grades, key=lambda grade: -grade.at_least)]
    codes = pd.Index(list(evaluation.units.codes), name="unit")
    if tally is None:
        return pd.DataFrame(np.nan, index=codes, columns=names)
    share = tally.grades[:, : len(names)] / draws
    share[doubtful_grades(evaluation)] = np.nan
    return pd.DataFrame(share, index=codes, columns=names)


def _whole(ranks: Array) -> Any:
    absent = np.isnan(ranks)
    return pd.arrays.IntegerArray(np.where(absent, 1.0, ranks).astype(np.int64), absent)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]
