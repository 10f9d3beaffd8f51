"""Satisfaction: from single answers, counts or means to one value per unit with its error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem
from township_eval.inputs import Flags
from township_eval.inputs.rows import cell_at
from township_eval.inputs.texts import Texts, texts_of
from township_eval.language import Text
from township_eval.scheme.sources import Satisfaction
from township_eval.sources.evidence import Ask, Found, evidence_rows, row_cells
from township_eval.sources.survey.forms import answers, counts, means
from township_eval.sources.survey.gate import judged
from township_eval.sources.survey.mixing import chosen, mix
from township_eval.sources.survey.parts import Line, Part, Reading
from township_eval.sources.survey.small import advised
from township_eval.sources.survey.tables import channel_table, line_table, total_table
from township_eval.sources.survey.unasked import unasked

__all__ = ["satisfaction"]

#: form -> how a value was obtained
_METHODS: Final = {"counts": "satisfaction counts", "answers": "survey answers", "means": "survey means"}


def satisfaction(ask: Ask, source: Satisfaction) -> Found:
    """Return the mean points of the answers, questions averaged and channels mixed by weight.

    Every channel of a unit comes in one of three forms. A channel of the mix without valid answers
    leaves the unit unreported, because the mix cannot be guessed. Without channels in the scheme all
    answers are pooled. ``n`` counts valid answers (persons, where these are known; over several
    questions those of the question fewest answered). Single answers stay out of the evidence: only
    what they add up to is kept.
    """
    readings, used = _readings(ask, source)
    if not readings:
        return Found(np.full(ask.n_units, np.nan), method=_METHODS["counts"])
    forms, clashes = _one_form(ask, source, readings)
    parts = chosen([reading.parts for reading in readings], forms)
    mixture = mix(parts, source)
    heard: Flags = np.asarray((forms >= 0).any(axis=0))
    sample = judged(ask, source, mixture, parts, heard)
    advice = advised(ask, source, mixture.measured)
    named = np.array([*(reading.form for reading in readings), ""], dtype=object)[forms]
    lines, counted = _lines(source, readings, forms)
    tables = {
        "satisfaction": line_table(ask, source, lines, counted),
        "satisfaction_channel": channel_table(ask, source, parts, named),
        "satisfaction_total": total_table(ask, mixture, sample, advice, heard),
        "resurvey": sample.resurvey,
    }
    problems = [problem for reading in readings for problem in reading.problems]
    problems += [*clashes, *_unheard(ask, source, parts, heard), *_silent(ask, readings, heard)]
    problems += unasked(ask, source, lines, counted)
    measured = mixture.measured
    return Found(
        measured.value,
        method=" + ".join(_METHODS[form] for form in _METHODS if (named == form).any())
        or _METHODS[readings[0].form],
        se=measured.se,
        n=measured.n,
        df=measured.df,
        unknown=measured.unknown,
        loadings=mixture.loadings,
        assumption=mixture.assumption,
        cells=_cells(used, ask.n_units),
        details=_details(ask, used),
        tables=tuple((name, frame) for name, frame in tables.items() if len(frame)),
        problems=(*problems, *sample.problems, *advice.problems),
    )


def _readings(ask: Ask, source: Satisfaction) -> tuple[tuple[Reading, ...], dict[str, pd.DataFrame]]:
    """Return what each form that was handed in says, and the rows it says it with."""
    readings: list[Reading] = []
    used: dict[str, pd.DataFrame] = {}
    given = ask.prepared.tables.get(answers.TABLE)
    for table, read in ((counts.TABLE, counts.read_counts), (means.TABLE, means.read_means)):
        rows = ask.rows(table)
        if rows is not None and len(rows):
            used[table] = rows
            readings.append(read(rows, source, ask.n_units))
    rows = ask.rows(answers.TABLE)
    if given is not None and rows is not None and len(rows):
        used[answers.TABLE] = rows
        margins = ask.prepared.rows("margins", ask.leaf.id)
        sheet = answers.Responses(given, ask.leaf.id, ask.wanted, ask.prepared.units, margins)
        readings.insert(0, answers.read_answers(sheet, source))
    return tuple(readings), used


def _one_form(
    ask: Ask, source: Satisfaction, readings: Sequence[Reading]
) -> tuple[NDArray[np.intp], list[Problem]]:
    """Return which form counts for every channel and unit, -1 for none; two forms are a problem."""
    present = np.stack([reading.present for reading in readings])
    forms = np.where(present.any(axis=0), present.argmax(axis=0), -1)
    clashes = []
    for c, i in np.argwhere((present.sum(axis=0) > 1) & ask.wanted):
        first, second = (str(readings[at].first[c, i]) for at in np.flatnonzero(present[:, c, i])[:2])
        channel = source.asked_by[c].channel
        clashes.append(_clash(ask, int(i), channel, first, second))
    return forms, clashes


def _clash(ask: Ask, i: int, channel: str, first: str, second: str) -> Problem:
    name = ask.name(i)
    of = Text(f"“{channel}”渠道", f" channel {channel!r}") if channel else Text("满意度调查", "")
    what = Text(
        f"{name} 的{of.zh}以两种形式报送:{first} 与 {second}",
        f"the survey{of.en} of {name} is there in two forms: {first} and {second}",
    )
    hint = Text(
        "同一渠道只报一种;不同渠道在方案 channels 中写明权重,并填 channel 列",
        "keep one of them; tell channels apart in the column channel, with their weights in the scheme",
    )
    return Problem("error", "satisfaction.two_forms", second, what, hint)


def _lines(
    source: Satisfaction, readings: Sequence[Reading], forms: NDArray[np.intp]
) -> tuple[list[Line], list[Flags]]:
    """Return a line for each channel and question, and of which units it counts."""
    stated = {one.channel: c for c, one in enumerate(source.asked_by)}
    order = {channel: at for at, channel in enumerate(stated)}
    lines = [(at, line) for at, reading in enumerate(readings) for line in reading.lines]
    lines.sort(key=lambda pair: order.get(pair[1].channel, len(order)))  # stable: questions stay in order
    counted = [np.asarray(forms[stated.get(line.channel, 0)] == at, dtype=np.bool_) for at, line in lines]
    return [line for _, line in lines], counted


def _unheard(ask: Ask, source: Satisfaction, parts: Sequence[Part], heard: Flags) -> Iterator[Problem]:
    """Warn of units that a channel of the mix has no valid answer of."""
    for how, part in zip(source.asked_by, parts, strict=True):
        if how.weight <= 0:
            continue
        for i in np.flatnonzero(np.isnan(part.measured.value) & heard & ask.wanted):
            said = (
                Text(f"“{part.channel}”渠道", f"channel {part.channel!r}")
                if part.channel
                else Text("满意度调查", "the survey")
            )
            yield Problem(
                "warning",
                "satisfaction.no_valid",
                ask.where(int(i)),
                Text(
                    f"{ask.name(int(i))} 的{said.zh}没有有效回答,按未报处理",
                    f"{said.en} has no valid answer about {ask.name(int(i))}: not reported",
                ),
                Text("补做调查;渠道权重不会自动调整", "survey again; the mix is not adjusted on its own"),
            )


def _silent(ask: Ask, readings: Sequence[Reading], heard: Flags) -> Iterator[Problem]:
    """Warn of units nobody of which answered, where single answers of others were handed in."""
    if not any(reading.form == "answers" for reading in readings):
        return
    for i in np.flatnonzero(~heard & ask.wanted):
        name = ask.name(int(i))
        yield Problem(
            "warning",
            "satisfaction.no_answers",
            ask.where(int(i)),
            Text(f"{name} 没有任何满意度答卷,按未报处理", f"nobody answered about {name}: not reported"),
            Text("补做调查", "survey this unit too"),
        )


def _cells(used: dict[str, pd.DataFrame], n_units: int) -> Texts | None:
    """Return each unit's cells: all of counts and means, the first and the last of single answers."""
    joined = []
    for table, rows in used.items():
        found = _ends(rows, n_units) if table == answers.TABLE else row_cells(rows, n_units)
        if found is not None:
            joined.append(found)
    if not joined:
        return None
    cells = np.empty(n_units, dtype=object)
    cells[:] = ["; ".join(filter(None, each)) for each in zip(*joined, strict=True)]
    return cells


def _ends(rows: pd.DataFrame, n_units: int) -> Texts | None:
    """Return the first and the last cell of each unit's answers: thousands would say nothing more."""
    i = rows["i"].to_numpy()
    units, first = np.unique(i, return_index=True)
    last = len(i) - 1 - np.unique(i[::-1], return_index=True)[1]
    found = np.full(n_units, "", dtype=object)
    for unit, *ends in zip(units.tolist(), first.tolist(), last.tolist(), strict=True):
        said = dict.fromkeys(cell for row in ends if (cell := cell_at(rows, row)))
        found[unit] = " … ".join(said)
    return found if found.any() else None


def _details(ask: Ask, used: dict[str, pd.DataFrame]) -> pd.DataFrame | None:
    """Return counts and means as they were reported; single answers are nobody's business."""
    shown = {counts.TABLE: "count", means.TABLE: "mean"}
    frames = [
        evidence_rows(ask, used[table].assign(_column=_labels(used[table])), "_column", value)
        for table, value in shown.items()
        if table in used
    ]
    return pd.concat(frames, ignore_index=True) if frames else None


def _labels(rows: pd.DataFrame) -> list[str]:
    """Return what each count or mean is of: channel, question and answer."""
    names = [name for name in ("channel", "question", "answer") if name in rows.columns]
    said = [texts_of(rows[name]) for name in names] or [np.full(len(rows), "", dtype=object)]
    return ["/".join(part for part in parts if part) for parts in zip(*said, strict=True)]
