"""From persons to units: estimates of a channel's score and of its single questions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from township_eval.errors import Problem
from township_eval.inputs import Flags, Units
from township_eval.language import Text
from township_eval.methods.estimation import Design, Estimates, LonelyCluster, estimate, tabulate
from township_eval.methods.estimation.calibrated import estimate_calibrated
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Channel, Satisfaction
from township_eval.sources.survey.forms.persons import Answered
from township_eval.sources.survey.forms.places import Form
from township_eval.sources.survey.forms.sample import Sample
from township_eval.sources.survey.forms.weighing import Weighed
from township_eval.sources.survey.parts import Line, Measured, Part, edges, own_shocks, settled

__all__ = ["Estimator"]


@dataclass(eq=False)
class Estimator:
    """Estimates units from the persons of one channel.

    Attributes
    ----------
    form : Form
        The table ``responses``, for places.
    sample, weights, answered
        Who was drawn, what each counts, what each said.
    questions : tuple of str
    channel : Channel
    source : Satisfaction
    units : Units
    problems : list of Problem
        Strata with one cluster, where the scheme does not say what to do with these.
    """

    form: Form
    sample: Sample
    weights: Weighed
    answered: Answered
    questions: tuple[str, ...]
    channel: Channel
    source: Satisfaction
    units: Units
    problems: list[Problem] = field(default_factory=list)

    def part(self) -> Part:
        """Return the score over all questions, and what its errors come from."""
        found = self._estimates(self.answered.score())
        measured = self._measured(self.answered, found)
        shocks = replace(found.loadings(self.sample.name), names=self._clusters(), kind=self.sample.kind)
        seen = (~measured.blind & (measured.se > 0)).astype(np.float64)
        unseen = own_shocks(f"{self.sample.name}/unseen", np.where(measured.blind, measured.se, 0.0))
        chosen = found.lonely is not None and self.source.lonely != "raise"
        said = (self.source.lonely_words,) if chosen else ()
        return Part(self.channel.channel, measured, (shocks.scaled(seen).without_unused(), unseen), said)

    def _clusters(self) -> tuple[str, ...]:
        """Return the names of the sampling units with their townships: another period may ask them again."""
        sample = self.sample
        of = np.zeros(len(sample.clusters), dtype=np.intp)
        if sample.clusters:
            of[sample.cluster] = sample.unit
        codes = self.units.codes
        return tuple(
            name and f"{codes[unit]}/{name}" for name, unit in zip(sample.clusters, of.tolist(), strict=True)
        )

    def line(self, channel: str, at: int, persons: Flags, counts: Array) -> Line:
        """Return one question as the persons of a channel as written answered it."""
        own = self.answered.question(at).of(persons)
        measured = self._measured(own, self._estimates(own.score()))
        asked = own.state[:, 0] >= 0
        blanks = np.bincount(self.sample.unit[own.state[:, 0] == 2], minlength=self.units.n)  # noqa: PLR2004
        ratio = self._ratio(self.weights.design, asked)
        calibrated = None if self.weights.calibration is None else self._ratio(self.weights.final, asked)
        question = self.questions[at]
        return Line(
            channel, question, "answers", counts, blanks.astype(np.float64), measured, ratio, calibrated
        )

    def _estimates(self, score: Array) -> Estimates:
        """Return the estimates of persons' scores; strata of one cluster are told once."""
        sample = self.sample
        try:
            return self._with(score, sample.design)
        except LonelyCluster as lonely:
            if sample.single_is_fault:
                self._tell(lonely)
            return self._with(score, replace(sample.design, lonely="certainty"))

    def _with(self, score: Array, design: Design) -> Estimates:
        sample, weights = self.sample, self.weights
        sums = tabulate(
            score,
            weights=weights.design,
            domain=sample.unit,
            stratum=sample.stratum,
            cluster=sample.cluster,
            cell=weights.cell,
        )
        if weights.calibration is None:
            return estimate(sums, design=design, n_domains=self.units.n)
        return estimate_calibrated(sums, weights.calibration, design=design, n_domains=self.units.n)

    def _tell(self, lonely: LonelyCluster) -> None:
        sample = self.sample
        groups = ((sample.stratum, lonely.strata, "stratum"), (sample.cluster, lonely.clusters, "cluster"))
        for group, positions, column in groups:
            for position in positions:
                person = int(np.flatnonzero(group == position)[0])
                problem = self._lonely(int(sample.row[person]), int(sample.unit[person]), column)
                if problem not in self.problems:
                    self.problems.append(problem)

    def _lonely(self, row: int, unit: int, column: str) -> Problem:
        name = str(self.form.texts(column)[row]) or self.units.names[unit]
        what = (
            Text(f"层“{name}”只有一个样本群", f"the stratum {name!r} has one cluster in the sample")
            if column == "stratum"
            else Text(f"群“{name}”只有一个受访者", f"the cluster {name!r} has one respondent")
        )
        hint = Text(
            "与相近的层(群)合并,或在方案中写 lonely: adjust、average、certainty 或 remove",
            "join it with one like it, or let the scheme say lonely: adjust, average, certainty or remove",
        )
        return Problem("error", "responses.lonely", self.form.place(row, column), what, hint)

    def _measured(self, answered: Answered, found: Estimates) -> Measured:
        n, unit, final = self.units.n, self.sample.unit, self.weights.final
        told = found.n > 0
        deff = np.where(np.isnan(found.deff), found.deff_wr, found.deff)
        ends = [self._mean(answered.had_they(points).score()) for points in (answered.high, answered.low)]
        no = np.zeros(n, dtype=np.bool_)
        blank = np.full(n, np.nan)
        measured = Measured(
            value=found.estimate,
            n=found.n.astype(np.float64),
            sampled=found.n.astype(np.float64),
            se=found.se,
            df=np.where(told, found.df, np.nan).astype(np.float64),
            deff=deff,
            draws=found.draws.astype(np.float64),
            **answered.rates(unit, final, n),
            best=ends[0],
            worst=ends[1],
            lower=blank,
            upper=blank,
            exact=found.complete & told,
            unknown=no,
            assumed=no,
            bound=no,
            blind=no,
        )
        return settled(measured, self.channel.design, edges(self.source))

    def _mean(self, score: Array) -> Array:
        """Return the weighted means of persons' scores, (n_units,)."""
        kept = ~np.isnan(score)
        unit, weight = self.sample.unit[kept], self.weights.final[kept]
        total = np.bincount(unit, weights=weight, minlength=self.units.n)
        earned = np.bincount(unit, weights=weight * score[kept], minlength=self.units.n)
        mean: Array = np.divide(earned, total, out=np.full(self.units.n, np.nan), where=total > 0)
        return mean

    def _ratio(self, weight: Array, asked: Flags) -> Array:
        """Return the largest weight over the smallest, of a unit's persons with any."""
        kept = asked & (weight > 0)
        high, low = np.full(self.units.n, -np.inf), np.full(self.units.n, np.inf)
        np.maximum.at(high, self.sample.unit[kept], weight[kept])
        np.minimum.at(low, self.sample.unit[kept], weight[kept])
        ratio: Array = np.divide(high, low, out=np.full(self.units.n, np.nan), where=high > 0)
        return ratio
