"""The tables a survey leaves: what was answered where, what each channel and all together come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.inputs import Flags
from township_eval.inputs.texts import Texts
from township_eval.scheme.sources import Satisfaction
from township_eval.sources.evidence import Ask
from township_eval.sources.survey.gate import Judged
from township_eval.sources.survey.mixing import ASSUMED, Mixture, at_deff
from township_eval.sources.survey.parts import Line, Measured, Part
from township_eval.sources.survey.small import Advice

__all__ = ["channel_table", "line_table", "total_table"]

#: column of the tables -> attribute of `Measured`
_ERROR: Final = {
    "se": "se", "deff": "deff", "n_eff": "n_eff", "df": "df", "lower": "lower", "upper": "upper",
}  # fmt: skip
_APART: Final = {
    "dont_know_rate": "dont_know", "refused_rate": "refused", "blank_rate": "blank",
    "all_best": "best", "all_worst": "worst",
}  # fmt: skip


def line_table(
    ask: Ask, source: Satisfaction, lines: Sequence[Line], counted: Sequence[Flags]
) -> pd.DataFrame:
    """Return one row per unit, channel and question: the answers counted, and the score with its error.

    Parameters
    ----------
    ask : Ask
    source : Satisfaction
    lines : sequence of Line
    counted : sequence of bool array, (n_units,)
        Of which units each line counts, the others having handed in another form.
    """
    answers = (*(one.answer for one in source.scale), *source.dont_know, *source.refused)
    designs = {one.channel: one for one in source.asked_by}
    frames = []
    for line, units in zip(lines, counted, strict=True):
        how = designs.get(line.channel, source.asked_by[0])
        i = np.flatnonzero(units & ask.wanted & _told(line))
        measured, n_scale = line.measured, len(source.scale)
        n_known = n_scale + len(source.dont_know)
        valid = measured.n if line.form == "means" else line.counts[:n_scale].sum(axis=0)
        columns: dict[str, Any] = {
            "unit": _codes(ask)[i],
            "indicator": ask.leaf.id,
            "channel": line.channel,
            "question": line.question,
            "form": line.form,
            "design": how.design,
            **{answer: line.counts[at, i] for at, answer in enumerate(answers)},
            "n_valid": valid[i],
            "dont_know": line.counts[n_scale:n_known].sum(axis=0)[i],
            "refused": line.counts[n_known:].sum(axis=0)[i],
            "blank": line.blanks[i],
            "score": measured.value[i],
            **_numbers(measured, {**_ERROR, **_APART}, i),
        }
        for name, deff in ASSUMED.items():
            told = np.where(measured.assumed, at_deff(measured, how, source, deff).se, np.nan)
            columns[name] = told[i]
        for name, ratio in (
            ("weight_ratio", line.weight_ratio),
            ("weight_ratio_calibrated", line.calibrated_ratio),
        ):
            columns[name] = np.full(len(i), np.nan) if ratio is None else ratio[i]
        frames.append(pd.DataFrame(columns).assign(_i=i))
    return _in_order(frames)


def channel_table(ask: Ask, source: Satisfaction, parts: Sequence[Part], forms: Texts) -> pd.DataFrame:
    """Return one row per unit and channel: its value over all questions, with its error."""
    frames = []
    for c, (how, part) in enumerate(zip(source.asked_by, parts, strict=True)):
        i = np.flatnonzero(ask.wanted & (forms[c] != ""))
        columns: dict[str, Any] = {
            "unit": _codes(ask)[i],
            "indicator": ask.leaf.id,
            "channel": part.channel,
            "weight": how.weight,
            "form": forms[c][i],
            "design": how.design,
            "value": part.measured.value[i],
            "n": part.measured.n[i],
            **_numbers(part.measured, {**_ERROR, **_APART}, i),
        }
        frames.append(pd.DataFrame(columns).assign(_i=i))
    return _in_order(frames)


def total_table(ask: Ask, mixture: Mixture, judged: Judged, advice: Advice, heard: Flags) -> pd.DataFrame:
    """Return one row per unit: all channels together, the sample judged, the model's advice."""
    i = np.flatnonzero(ask.wanted & heard)
    measured = mixture.measured
    assumption: NDArray[Any] = np.empty(len(mixture.assumption), dtype=object)
    assumption[:] = mixture.assumption
    columns: dict[str, Any] = {
        "unit": _codes(ask)[i],
        "indicator": ask.leaf.id,
        "value": measured.value[i],
        "n": measured.n[i],
        **_numbers(measured, _ERROR, i),
        **{name: se[i] for name, se in mixture.at.items()},
        "sample_ok": judged.ok[i],
        **_numbers(measured, _APART, i),
        "small_area": advice.value[i],
        "small_area_se": advice.se[i],
        "small_area_gamma": advice.gamma[i],
        "assumption": assumption[i],
    }
    return pd.DataFrame(columns)


def _told(line: Line) -> Flags:
    """Return whom a line says anything about."""
    return np.asarray(
        (np.nan_to_num(line.counts).sum(axis=0) > 0)
        | (line.measured.n > 0)
        | (np.nan_to_num(line.blanks) > 0)
    )


def _codes(ask: Ask) -> Texts:
    return np.array(ask.prepared.units.codes, dtype=object)


def _numbers(measured: Measured, names: dict[str, str], i: NDArray[np.intp]) -> dict[str, Any]:
    return {column: getattr(measured, name)[i] for column, name in names.items()}


def _in_order(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows by unit, in the order of the channels and questions within."""
    if not frames:
        return pd.DataFrame()
    frame = pd.concat(frames, ignore_index=True)
    return frame.sort_values("_i", kind="stable").drop(columns="_i").reset_index(drop=True)
