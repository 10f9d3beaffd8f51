"""Single answers: persons, their weights, strata and clusters, and what follows from these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs import Flags, Units
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Channel, Satisfaction
from township_eval.sources.survey.forms.estimating import Estimator
from township_eval.sources.survey.forms.persons import Answered, answered
from township_eval.sources.survey.forms.places import Form, Positions, again, problem_rows
from township_eval.sources.survey.forms.sample import Drawn, Sample, drawn, sample_of
from township_eval.sources.survey.forms.weighing import weighed
from township_eval.sources.survey.parts import Line, Part, Reading, nothing

__all__ = ["TABLE", "Responses", "read_answers"]

TABLE: Final = "responses"
_OUTSIDE: Final = Text("量表中没有这个回答:{entry}", "the scale has no such answer: {entry}")
_TWICE: Final = Text(
    "同一受访者的这一题已在 {before} 给出", "this respondent's answer was already given at {before}"
)


@dataclass(frozen=True, eq=False)
class Responses:
    """The table ``responses`` as one leaf sees it.

    Attributes
    ----------
    rows : DataFrame
        All rows, those of other leaves too, with the unit's position ``i``.
    leaf : str
        Id of the leaf.
    wanted : bool array, (n_units,)
        Units the leaf is asked about; nothing is said about others.
    units : Units
    margins : DataFrame, optional
        Known totals of the population.
    """

    rows: pd.DataFrame
    leaf: str
    wanted: Flags
    units: Units
    margins: pd.DataFrame | None = None

    @property
    def mine(self) -> Flags:
        """Which rows are about the leaf, (n_rows,)."""
        if "indicator" not in self.rows.columns:
            return np.ones(len(self.rows), dtype=np.bool_)
        return self.rows["indicator"].isin(("", self.leaf)).to_numpy()


def read_answers(given: Responses, source: Satisfaction) -> Reading:
    """Return what single answers say, a part per channel of the scheme.

    Parameters
    ----------
    given : Responses
        unit, answer[, question, respondent, weight, stratum, cluster, clusters, members, channel] and the
        columns to calibrate with.
    source : Satisfaction

    Notes
    -----
    Rows of one respondent are one person. Without ``stratum`` every unit is a stratum of its own;
    without ``cluster`` every person was drawn alone. Clusters are numbered inside their strata.
    ``clusters`` is how many the stratum has in the population, ``members`` how many persons the
    cluster has (or the stratum, where no clusters were drawn); without them the sample counts as drawn
    with replacement. Who gave no valid answer stays in the sample as it was drawn, so the error is a
    trifle smaller than that of the same answers handed in as counts. See
    `township_eval.methods.estimation`.
    """
    form = Form(TABLE, given.rows, source)
    among = given.mine & given.wanted[form.unit]
    how, problems = drawn(form, among)
    entries = _Entries(form, given, source, among)
    problems += [*entries.problems(how)]
    lines: list[Line] = []
    parts: list[Part] = []
    for channel in source.asked_by:
        rows = entries.channel == channel.channel if source.channels else np.ones(len(form), dtype=np.bool_)
        names = (f"{TABLE}/{channel.channel}", f"{TABLE}/{channel.channel}/{given.leaf}")
        sample, told = sample_of(form, how, given.mine, rows, names, source.lonely)
        problems += told
        if not len(sample.rows):
            parts.append(Part(channel.channel, nothing(given.units.n)))
            continue
        estimator, of_weights = _estimator(form, entries, sample, given, channel)
        parts.append(estimator.part())
        lines += _lines(entries, sample, estimator)
        problems += [*of_weights, *_weightless(form, sample, given), *estimator.problems]
    first = _first(form, entries, given)
    return Reading("answers", tuple(parts), tuple(lines), first, tuple(dict.fromkeys(problems)))


class _Entries:
    """The answers of every row, coded, and what is wrong with them."""

    def __init__(self, form: Form, given: Responses, source: Satisfaction, among: Flags) -> None:
        self.form, self.source, self.among, self.mine = form, source, among, given.mine
        self.channel = form.texts("channel")
        own = Form(TABLE, form.rows[given.mine], source)
        self.questions = own.named("question")
        self.channels = own.named("channel")
        question, self.of_questions = form.codes("question", self.questions, among)
        self.question = question
        known = (*(one.answer for one in source.scale), *source.dont_know, *source.refused, "")
        self.answers = known[:-1]
        self.answer, _ = form.codes("answer", known, np.zeros(len(form), dtype=np.bool_))

    def problems(self, how: Drawn) -> Iterator[Problem]:
        """Yield answers outside the scale, unknown questions and channels, and what was given twice."""
        yield from self.of_questions
        if self.source.channels:
            yield from self.form.codes("channel", self.channels, self.among)[1]
        hint = did_you_mean("", list(self.answers))
        yield from problem_rows(self.form, self.among & (self.answer < 0), "answer", _OUTSIDE, hint)
        if "respondent" not in self.form.rows.columns:
            yield from self._nameless()
        n_questions = max(len(self.questions), 1)
        key = np.where(self.among & (self.question >= 0), how.person * n_questions + self.question, -1)
        yield from again(self.form, key, _TWICE, Text("只留一行", "keep one of them"))

    def _nameless(self) -> Iterator[Problem]:
        """Yield that nobody can tell which answers to several questions are of one person."""
        told = pd.DataFrame({"channel": self.channel, "question": self.question})[self.among]
        if told.drop_duplicates()["channel"].duplicated().any():
            what = Text(
                "有几个问题,却没有 respondent 列", "there are several questions, and no column respondent"
            )
            hint = Text(
                "加一列 respondent(受访者编号),同一人各题写同一编号",
                "add a column respondent: one number for all answers of a person",
            )
            yield Problem("error", "responses.respondent", TABLE, what, hint)


def _estimator(
    form: Form, entries: _Entries, sample: Sample, given: Responses, channel: Channel
) -> tuple[Estimator, tuple[Problem, ...]]:
    """Return what estimates a channel's score and its single questions."""
    source = entries.source
    question = entries.question[sample.rows]
    asked = np.unique(question[question >= 0])
    at = np.full(len(entries.questions) + 1, -1, dtype=np.intp)
    at[asked] = np.arange(len(asked))
    shape = (len(sample.row), max(len(asked), 1))
    found = answered(source, sample.of, at[question], entries.answer[sample.rows], shape)
    stated = {one.question: one.weight for one in source.questions}
    shares = np.array([stated.get(entries.questions[q], 1.0) for q in asked] or [1.0])
    weights = weighed(form, sample, source, given.margins, given.units, channel.channel)
    kept = Answered(found.state, found.points, shares, found.low, found.high, source.minimum_items)
    questions = tuple(entries.questions[q] for q in asked)
    estimator = Estimator(form, sample, weights, kept, questions, channel, source, given.units)
    return estimator, weights.problems


def _lines(entries: _Entries, sample: Sample, estimator: Estimator) -> Iterator[Line]:
    """Yield the lines of every channel as it is written, and every question."""
    of_person = entries.channel[sample.row]
    channel, question = entries.channel[sample.rows], entries.question[sample.rows]
    for written in dict.fromkeys(entries.channels):
        for at, name in enumerate(estimator.questions):
            own = sample.rows[(channel == written) & (question == entries.questions.index(name))]
            if len(own):
                counts = _counted(entries, own, estimator.units.n)
                yield estimator.line(written, at, of_person == written, counts)


def _counted(entries: _Entries, rows: Positions, n_units: int) -> Array:
    """Return how many gave each answer, (n_answers, n_units); not weighted."""
    answer, unit = entries.answer[rows], entries.form.unit[rows]
    kept = (answer >= 0) & (answer < len(entries.answers))
    shape = (len(entries.answers), n_units)
    flat = np.ravel_multi_index((answer[kept], unit[kept]), shape)
    return np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)


def _weightless(form: Form, sample: Sample, given: Responses) -> Iterator[Problem]:
    """Yield units of whose respondents nobody has a positive weight."""
    total = np.bincount(sample.unit, weights=sample.weight, minlength=given.units.n)
    _, first = np.unique(sample.unit, return_index=True)
    for person in first:
        unit = int(sample.unit[person])
        if total[unit] <= 0 and given.wanted[unit]:
            name = given.units.names[unit]
            yield Problem(
                "error",
                "responses.weight",
                form.place(int(sample.row[person]), "weight"),
                Text(f"{name} 的权重合计为零", f"the weights of {name} add up to zero"),
                Text("至少一人的权重应大于零", "somebody needs a positive weight"),
            )


def _first(form: Form, entries: _Entries, given: Responses) -> np.ndarray:
    """Return where each channel's first answer about a unit stands, (n_channels, n_units)."""
    source, n_units = entries.source, given.units.n
    numbered = {one.channel: at for at, one in enumerate(source.asked_by)}
    of = np.array([numbered.get(text, -1) for text in entries.channel], dtype=np.intp)
    of = of if source.channels else np.zeros(len(form), dtype=np.intp)
    key = np.where((of >= 0) & given.mine, of * n_units + form.unit, -1)
    rows = form.first_places(key, len(numbered) * n_units)
    told = [form.place(int(row)) if row >= 0 else "" for row in rows]
    return np.array(told, dtype=object).reshape(len(numbered), n_units)
