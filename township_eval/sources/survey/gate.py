"""Whether a sample is large enough to rely on, and where to ask again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem
from township_eval.inputs import Flags
from township_eval.language import Text, join_texts
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Gate, Satisfaction
from township_eval.sources.evidence import Ask
from township_eval.sources.survey.mixing import Mixture
from township_eval.sources.survey.parts import Measured, Part

__all__ = ["Judged", "judged"]

_UNKNOWN: Final = Text("误差未知,无法算有效样本量", "the error is unknown, and so is the effective sample")
_NOBODY: Final = Text("没有有效回答,或缺一个渠道", "no valid answer, or none from one of the channels")
_HINT: Final = Text(
    "补充调查后重报;样本达标前,此项不宜用于约谈、通报等判断",
    "ask more people; until then this value should decide about nobody",
)
_ROUNDING: Final = 1e-9  # an effective sample of 29.999999999 is one of 30


@dataclass(frozen=True, eq=False)
class Judged:
    """Samples held against the scheme's demands.

    Attributes
    ----------
    ok : array of object, (n_units,)
        True, False, or None where nothing is demanded or there is no value.
    resurvey : DataFrame
        Whom to ask again: unit, indicator, channel, n, deff, n_eff, df, wanted, reason_zh, reason_en;
        all of the channels that have a sampling error.
        ``wanted`` is how many answers the demand on ``n_eff`` comes to at this design effect.
    problems : tuple of Problem
        A warning for every row.
    """

    ok: NDArray[Any]
    resurvey: pd.DataFrame
    problems: tuple[Problem, ...] = ()


def judged(ask: Ask, source: Satisfaction, mixture: Mixture, parts: tuple[Part, ...], heard: Flags) -> Judged:
    """Hold every unit's sample against ``minimum``: effective size and degrees of freedom.

    The number of answers alone says little, Kish's size leaves clusters out, and a relative error is
    small for whoever scores high: none of them is asked. Without sampling error there is nothing to
    demand. Where no design effect is stated the demand must hold at 2, the largest one shown:
    counts of answers alone are only their number.

    Parameters
    ----------
    ask : Ask
    source : Satisfaction
    mixture : Mixture
    parts : tuple of Part
        The channels, for their names.
    heard : bool array, (n_units,)
        Units with any answer at all: of these also those without a value are listed.
    """
    ok = np.full(ask.n_units, None, dtype=object)
    gate = source.minimum
    if gate is None:
        return Judged(ok, _frame([]))
    measured = mixture.measured
    told = ~np.isnan(measured.value)
    held = _held(mixture)
    short = told & ~measured.exact & ~_reaches(measured, held, gate)
    ok[told] = ~short[told]
    listed = np.flatnonzero((short | (heard & ~told)) & ask.wanted)
    channel = "、".join(_asked(source, parts))
    rows = [_row(ask, channel, measured, held, gate, int(i)) for i in listed]
    return Judged(ok, _frame(rows), tuple(_problems(ask, rows, listed)))


def _held(mixture: Mixture) -> Array:
    """Return the effective sample the demand is held against, (n_units,)."""
    measured, worst = mixture.measured, mixture.at["se_deff_2"]  # noqa: PD008  no frame
    assumed = ~np.isnan(worst) & (worst > 0)
    ratio = np.divide(measured.se, worst, out=np.ones_like(worst), where=assumed)
    return np.asarray(measured.n_eff * ratio**2, dtype=np.float64)


def _reaches(measured: Measured, held: Array, gate: Gate) -> Flags:
    def enough(number: Array, least: float | None) -> Flags:
        if least is None:
            return np.ones(len(number), dtype=np.bool_)
        return np.asarray(np.nan_to_num(number, nan=-np.inf) >= least * (1.0 - _ROUNDING), dtype=np.bool_)

    return enough(held, gate.n_eff) & enough(measured.df, gate.df) & ~measured.unknown


def _asked(source: Satisfaction, parts: tuple[Part, ...]) -> Iterator[str]:
    """Yield the channels more people can be asked by."""
    for how, part in zip(source.asked_by, parts, strict=True):
        if how.weight > 0 and how.design != "list census":
            yield part.channel


def _row(ask: Ask, channel: str, measured: Measured, held: Array, gate: Gate, i: int) -> dict[str, Any]:
    n_eff, df = float(held[i]), float(measured.df[i])
    deff = float(measured.sampled[i]) / n_eff if n_eff > 0 else np.nan
    reason = join_texts(_reasons(measured, held, gate, i))
    wanted = np.nan if gate.n_eff is None or not deff > 0 else np.ceil(gate.n_eff * deff - _ROUNDING)
    return {
        "unit": ask.prepared.units.codes[i],
        "indicator": ask.leaf.id,
        "channel": channel,
        "n": float(measured.sampled[i]),
        "deff": deff,
        "n_eff": n_eff,
        "df": df,
        "wanted": float(wanted),
        "reason_zh": reason.zh,
        "reason_en": reason.en,
    }


def _reasons(measured: Measured, held: Array, gate: Gate, i: int) -> Iterator[Text]:
    if np.isnan(measured.value[i]):
        yield _NOBODY
        return
    if measured.unknown[i]:
        yield _UNKNOWN
        return
    at_two = measured.assumed[i] and held[i] != measured.n_eff[i]
    sample = ("有效样本量(未说明设计效应,按2计)", "effective sample (no design effect stated, taken as 2)")
    for zh, en, number, least in (
        (*(sample if at_two else ("有效样本量", "effective sample")), held[i], gate.n_eff),
        ("自由度", "degrees of freedom", measured.df[i], gate.df),
    ):
        if least is not None and not number >= least * (1.0 - _ROUNDING):
            yield Text(
                f"{zh} {number:.1f},应不少于 {least:g}", f"{en} {number:.1f}, at least {least:g} wanted"
            )


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    names = ("unit", "indicator", "channel", "n", "deff", "n_eff", "df", "wanted", "reason_zh", "reason_en")
    return pd.DataFrame(rows, columns=list(names))


def _problems(ask: Ask, rows: list[dict[str, Any]], listed: NDArray[np.intp]) -> Iterator[Problem]:
    for row, i in zip(rows, listed.tolist(), strict=True):
        name, leaf = ask.name(i), ask.leaf.name
        what = Text(
            f"{name} 的“{leaf}”样本未达标:{row['reason_zh']}",
            f"the sample of {leaf} in {name} falls short: {row['reason_en']}",
        )
        yield Problem("warning", "satisfaction.sample", ask.where(i), what, _HINT)
