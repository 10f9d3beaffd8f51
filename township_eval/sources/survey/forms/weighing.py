"""Weights of a sample: the design's, cut where extreme, and brought to known totals of the population."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from township_eval.errors import DataError, Problem, did_you_mean
from township_eval.inputs import Units
from township_eval.inputs.rows import LISTED
from township_eval.inputs.texts import Texts
from township_eval.language import Text
from township_eval.methods.estimation.calibration import Calibration, Margin, calibrate
from township_eval.methods.estimation.trimming import trim_weights
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Satisfaction
from township_eval.sources.survey.forms.places import Form, Positions, again, amounts, problem_rows
from township_eval.sources.survey.forms.sample import Sample, pairs

__all__ = ["Weighed", "weighed"]

TABLE: Final = "margins"
_CALIBRATE: Final = "responses.calibrate"
_FILL: Final = Text("补上总体人数", "give the number of people in the population")
_POPULATION: Final = Text(
    "总体人数应为不小于零的数,写的是{entry}", "a population is a number from zero up, not {entry}"
)


@dataclass(frozen=True, eq=False)
class Weighed:
    """The weights of a sample's persons, (n_persons,), and how calibration moved them.

    ``design`` are the weights before calibration, trimmed where the scheme says so; ``cell`` is each
    person's cell of the calibration, None without.
    """

    design: Array
    cell: Positions | None = None
    calibration: Calibration | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def final(self) -> Array:
        """The weights estimates are made with."""
        if self.calibration is None or self.cell is None:
            return self.design
        return self.calibration.weights(self.design, self.cell)


def weighed(
    form: Form, sample: Sample, source: Satisfaction, margins: pd.DataFrame | None, units: Units, channel: str
) -> Weighed:
    """Return the weights of a sample, trimmed and calibrated as the scheme states.

    Parameters
    ----------
    form : Form
        The table ``responses``.
    sample : Sample
    source : Satisfaction
    margins : DataFrame, optional
        margin, category, population[, unit, channel]: totals of a column of ``responses``, of the whole
        area or of each unit.
    units : Units
    channel : str
        Its rows of ``margins``, and those of no channel.
    """
    weights, problems = sample.weight, []
    if source.trim_weights is not None:
        try:
            weights = trim_weights(weights, source.trim_weights).weights
        except DataError as error:
            problems += [replace(problem, where=f"{form.table}.weight") for problem in error.problems]
    if not source.calibrate:
        return Weighed(weights, problems=tuple(problems))
    known = _Margins(form, sample, _own(margins, source, channel), units)
    coded = [known.coded(name) for name in source.calibrate]
    problems += known.problems
    if known.problems or not len(weights):
        return Weighed(weights, problems=tuple(problems))
    cell = np.zeros(len(weights), dtype=np.intp)
    for codes, _ in coded:
        cell = pairs(cell, codes)
    first = np.unique(cell, return_index=True)[1]
    totals = [replace(margin, category=codes[first]) for codes, margin in coded]
    try:
        calibration = calibrate(np.bincount(cell, weights=weights), totals)
    except DataError as error:
        problems += [replace(one, where=known.cells.get(one.where, one.where)) for one in error.problems]
        return Weighed(weights, problems=tuple(problems))
    return Weighed(weights, cell, calibration, tuple(problems))


def _own(margins: pd.DataFrame | None, source: Satisfaction, channel: str) -> Form:
    """Return the rows of the table ``margins`` that are about a channel."""
    if margins is None:
        margins = pd.DataFrame({"margin": [], "category": [], "population": []}, dtype=object)
    rows = margins.assign(row=np.arange(len(margins)))
    form = Form(TABLE, rows, source)
    return Form(TABLE, rows[np.isin(form.texts("channel"), ("", channel))], source)


class _Margins:
    """Totals matched to the persons of a sample; what does not fit is collected."""

    def __init__(self, form: Form, sample: Sample, margins: Form, units: Units) -> None:
        self.form, self.sample, self.margins, self.units = form, sample, margins, units
        self.problems: list[Problem] = []
        #: place a problem of the calibration names -> cell of the total
        self.cells: dict[str, str] = {}

    def coded(self, name: str) -> tuple[Positions, Margin]:
        """Return every person's category of a margin, and the margin with its totals."""
        nothing = (
            np.zeros(len(self.sample.row), dtype=np.intp),
            Margin(name, np.zeros(0, np.intp), np.ones(1)),
        )
        rows = np.flatnonzero(self.margins.texts("margin") == name)
        if name not in self.form.rows.columns:
            columns = [str(column) for column in self.form.rows.columns if column not in ("i", "row")]
            what = Text(f"答卷没有“{name}”这一列", f"the responses have no column {name!r}")
            self._tell(_CALIBRATE, f"responses.{name}", what, did_you_mean(name, columns))
            return nothing
        if not len(rows):
            what = Text(f"没有“{name}”的总体人数", f"there are no totals of {name!r}")
            hint = Text(
                "在表 margins 中逐类写 margin、category、population",
                "write margin, category and population of every category in the table margins",
            )
            self._tell("margins.missing", TABLE, what, hint)
            return nothing
        totals = Form(TABLE, self.margins.rows.iloc[rows], self.form.source)
        return self._matched(name, totals)

    def _matched(self, name: str, totals: Form) -> tuple[Positions, Margin]:
        """Return the categories of persons and the totals, by unit where the totals are."""
        of_unit, by_unit = self._units(totals)
        population, refused = amounts(totals, "population")
        faulty = refused | ~(population >= 0)
        self.problems += problem_rows(totals, faulty, "population", _POPULATION, _FILL)
        category, of_total = self.form.texts(name)[self.sample.row], totals.texts("category")
        if name == "unit":  # however either table names a unit
            category, of_total = self._codes(self.sample.unit), self._codes(self._positions(of_total))
        unit = self.sample.unit if by_unit else np.full(len(category), -1, dtype=np.intp)
        stated = list(zip(of_unit.tolist(), of_total.tolist(), strict=True))
        numbered = {label: at for at, label in enumerate(dict.fromkeys(stated))}
        place = np.array([numbered[label] for label in stated], dtype=np.intp)
        before = Text("这一总数已在 {before} 给出", "this total was already given at {before}")
        self.problems += again(totals, place, before, Text("只留一行", "keep one row"))
        persons = zip(unit.tolist(), category.tolist(), strict=True)
        codes = np.array([numbered.get(label, -1) for label in persons], dtype=np.intp)
        self._strangers(name, codes, unit, [text for _, text in numbered])
        whole = np.zeros(len(numbered))
        whole[place] = np.nan_to_num(population)
        shown = tuple(f"{self.units.names[at]} {text}" if at >= 0 else text for at, text in numbered)
        for row, at in enumerate(place.tolist()):
            self.cells.setdefault(f"calibrate.{name}.{shown[at]}", totals.place(row))
        return codes, Margin(name, codes, whole, shown)

    def _units(self, totals: Form) -> tuple[Positions, bool]:
        """Return the unit of every total, -1 for the whole area."""
        named = totals.texts("unit") != ""
        positions = np.full(len(totals), -1, dtype=np.intp)
        if named.any():
            positions = np.where(named, self._positions(totals.texts("unit")), -1)
            known = [*self.units.names]
            for row in np.flatnonzero(positions < 0):
                text = str(totals.texts("unit")[row])
                what = Text(f"没有这个单位:{text or '(空)'}", f"no such unit: {text or '(blank)'}")
                self._tell("margins.unit", totals.place(int(row)), what, did_you_mean(text, known))
        return positions, bool(named.any())

    def _positions(self, texts: Texts) -> Positions:
        return self.units.positions(pd.Series(texts, dtype=object))[0]

    def _codes(self, positions: Positions) -> Texts:
        """Return the codes of units, "?" where there is none."""
        return np.array([*self.units.codes, "?"], dtype=object)[positions]

    def _strangers(self, name: str, codes: Positions, unit: Positions, known: list[str]) -> None:
        """Tell every category that has no total once, at its first person; by unit where totals are."""
        rows = self.form.as_given(self.sample.row[codes < 0])
        unit_of = np.full(len(self.form), -1, dtype=np.intp)
        unit_of[self.sample.row] = unit
        texts = self.form.texts(name)
        first: dict[tuple[int, str], int] = {}
        for row in rows.tolist():
            first.setdefault((int(unit_of[row]), str(texts[row])), row)
        for (at, text), row in [*first.items()][:LISTED]:
            entry = f"{self.units.names[at]} {text}" if at >= 0 else text
            what = Text(
                "“{name}”的这一类没有总体人数:{entry}", "no total for this category of {name}: {entry}"
            )
            said = what.format(name=name, entry=entry if text else Text("(空)", "(blank)"))
            self._tell(_CALIBRATE, self.form.place(row, name), said, self._categories(text, known))
        if len(first) > LISTED:
            left = len(first) - LISTED
            what = Text(f"另有 {left} 类没有总体人数", f"{left} more categories have no total")
            self._tell(_CALIBRATE, self.form.table, what, self._categories("", known))

    @staticmethod
    def _categories(text: str, known: list[str]) -> Text:
        distinct = list(dict.fromkeys(known))
        if text in distinct:  # of other units
            return Text("在表 margins 中补上这个单位的这一类", "add the category of this unit to margins")
        return Text(f"表 margins 中有:{'、'.join(distinct)}", f"the table margins has {', '.join(distinct)}")

    def _tell(self, code: str, where: str, what: Text, hint: Text) -> None:
        self.problems.append(Problem("error", code, where, what, hint))
