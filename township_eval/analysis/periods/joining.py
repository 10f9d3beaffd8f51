"""Which periods are put together, with what weights, and what is wrong with that."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from township_eval.errors import Problem, did_you_mean
from township_eval.evaluation import Evaluation
from township_eval.inputs import period_key
from township_eval.language import Text, listed
from township_eval.methods.varying import Array

__all__ = ["Shares", "period_shares"]

_YEAR = 12


@dataclass(frozen=True, eq=False)
class Shares:
    """Periods in order of time with their weights, ``(n_periods,)``; ``gone``: those missing, with theirs."""

    evaluations: tuple[Evaluation, ...]
    weight: Array
    gone: tuple[tuple[str, float], ...]
    period: str

    @property
    def absent(self) -> float:
        """Weight of the missing periods."""
        return float(sum(weight for _, weight in self.gone))

    @property
    def order(self) -> list[int]:
        """Places in order of time of the evaluated periods, then of the missing ones."""
        periods = [*(one.period for one in self.evaluations), *(one for one, _ in self.gone)]
        keys = [period_key(one) for one in periods]
        starts = [key.start for key in keys if key is not None]
        if len(starts) < len(periods):
            return list(range(len(periods)))  # without an order: missing ones last
        return sorted(range(len(periods)), key=starts.__getitem__)


def period_shares(
    evaluations: tuple[Evaluation, ...],
    weights: Sequence[float] | Mapping[str, float] | None,
    required: str | Sequence[str] | None,
    missing: str,
    period: str,
) -> tuple[Shares, list[Problem]]:
    """Return the periods with their weights, and every problem of both; see `combine`."""
    problems = list(_periods(evaluations))
    stated, of_weights = _stated(evaluations, weights)
    problems += of_weights
    present = {one.period for one in evaluations}
    required = [required] if isinstance(required, str) else required
    asked = list(dict.fromkeys(required if required is not None else stated))
    gone = [one for one in asked if one not in present]
    problems += _missing(gone, missing, stated)
    ordered = _ordered(evaluations)
    weight = np.array([stated.get(one.period, 0.0) for one in ordered], dtype=np.float64)
    absent = tuple((one, stated.get(one, 0.0)) for one in gone)
    name = period or _name([one.period for one in ordered], gone if missing == "zero" else [])
    if ordered and not of_weights and not weight.sum() > 0:
        problems.append(_weight("weights", Text("权重合计为0", "the weights add up to 0")))
    problems += _schemes(ordered)
    problems += _uncovered(ordered, name)
    return Shares(ordered, weight, absent, name), problems


def _ordered(evaluations: tuple[Evaluation, ...]) -> tuple[Evaluation, ...]:
    keys = {one.period: period_key(one.period) for one in evaluations}
    known = {period: key for period, key in keys.items() if key is not None}
    if len(known) < len(keys):
        return evaluations  # periods without an order stand as they were given
    return tuple(sorted(evaluations, key=lambda one: known[one.period]))


def _periods(evaluations: tuple[Evaluation, ...]) -> Iterator[Problem]:
    """Yield that there is nothing, periods given twice, and periods that overlap."""
    if not evaluations:
        yield Problem(
            "error", "combine.nothing", "evaluations",
            Text("没有可合成的结果", "there is nothing to combine"),
            Text("给出至少一期的结果", "give the evaluation of at least one period"),
        )  # fmt: skip
    seen: set[str] = set()
    for one in evaluations:
        if one.period in seen:
            yield Problem(
                "error", "period.twice", f"period {one.period}",
                Text(f"考核期 {one.period} 给了两次", f"period {one.period} is given twice"),
                Text("每个考核期只保留一份结果", "keep one result for each period"),
            )  # fmt: skip
        seen.add(one.period)
    for early, late in itertools.combinations(sorted(seen), 2):
        first, second = period_key(early), period_key(late)
        if first and second and max(first.start, second.start) < min(first.end, second.end):
            yield Problem(
                "error", "combine.overlap", f"period {early}",
                Text(f"{early} 与 {late} 时间重叠", f"{early} and {late} overlap"),
                Text("同一时间只计一次,去掉其中一期", "drop one of them, no time may count twice"),
            )  # fmt: skip


def _stated(
    evaluations: tuple[Evaluation, ...], weights: Sequence[float] | Mapping[str, float] | None
) -> tuple[dict[str, float], list[Problem]]:
    """Return the weight of every period, and what is wrong with the weights."""
    periods = [one.period for one in evaluations]
    if weights is None:
        return dict.fromkeys(periods, 1.0), []
    problems = []
    if isinstance(weights, Mapping):
        stated = {str(one): weight for one, weight in weights.items()}
        for one in dict.fromkeys(periods):
            if one not in stated:
                what = Text(f"{one} 没有权重", f"{one} has no weight")
                problems.append(_weight(one, what, did_you_mean(one, list(stated))))
    elif len(weights) != len(evaluations):
        what = Text(
            f"{len(evaluations)} 期结果,{len(weights)} 个权重",
            f"{len(evaluations)} periods, {len(weights)} weights",
        )
        return {}, [_weight("weights", what)]
    else:
        stated = dict(zip(periods, weights, strict=True))
    found = {}
    for one, weight in stated.items():
        number = _number(weight)
        if not (math.isfinite(number) and number >= 0):
            what = Text(
                f"{one} 的权重应为不小于0的数,写的是{weight}",
                f"the weight of {one} must be 0 or more, not {weight}",
            )
            problems.append(_weight(one, what))
            continue
        found[one] = number
    return found, problems


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return math.nan


def _weight(where: str, what: Text, hint: Text | None = None) -> Problem:
    usual = Text("每期一个权重,如 [40, 60],或按考核期写明", "one weight a period, [40, 60] say, or by period")
    return Problem("error", "combine.weights", where, what, hint or usual)


def _missing(gone: list[str], missing: str, stated: Mapping[str, float]) -> Iterator[Problem]:
    for one in gone:
        what = Text(f"缺少考核期 {one} 的结果", f"the evaluation of {one} is missing")
        if missing == "refuse":
            hint = Text(
                "补上该期结果,或写明 missing(exclude:不计该期;zero:按零分计)",
                "supply it, or state `missing`: exclude leaves the period out, zero counts it as zero",
            )
            yield Problem("error", "combine.missing_period", f"period {one}", what, hint)
        elif missing == "zero" and one not in stated:
            yield _weight(
                one, Text(f"按零分计的 {one} 没有权重", f"{one} is to count as zero and has no weight")
            )
        else:
            hint = _LEFT_OUT if missing == "exclude" else _ZERO
            yield Problem("warning", "combine.missing_period", f"period {one}", what, hint)


_LEFT_OUT = Text("不计该期,其余各期权重相应加大", "it is left out, the weights of the others grow")
_ZERO = Text("该期按零分计", "it counts as zero")


def _schemes(evaluations: tuple[Evaluation, ...]) -> Iterator[Problem]:
    if len({one.scheme.fingerprint for one in evaluations}) > 1:
        last = evaluations[-1]
        what = Text(
            f"各期所用方案不同,名次和等次按 {last.period} 的方案",
            f"the periods have different schemes; ranks and grades are by that of {last.period}",
        )
        hint = Text("用 compare 查看方案的不同", "see with `compare` what differs")
        yield Problem("warning", "combine.schemes", "scheme", what, hint)


def _name(given: list[str], zero: list[str]) -> str:
    """Return the year that the periods fill, those that count as zero too, else their names joined."""
    periods = [*given, *zero]
    keys = [period_key(one) for one in periods]
    known = [key for key in keys if key is not None]
    years = {key.start // _YEAR for key in known}
    if len(known) == len(keys) and len(years) == 1 and sum(key.months for key in known) == _YEAR:
        return f"{years.pop():04d}"
    starts = {one: key.start for one, key in zip(periods, keys, strict=True) if key is not None}
    return "+".join(periods if len(starts) < len(periods) else sorted(periods, key=starts.__getitem__))


def _uncovered(evaluations: tuple[Evaluation, ...], period: str) -> Iterator[Problem]:
    """Yield that a named period is not filled by those given, or that one lies outside it."""
    whole = period_key(period)
    keys = [period_key(one.period) for one in evaluations]
    if whole is None or any(key is None for key in keys):
        return
    known = [key for key in keys if key is not None]
    outside = [
        one.period for one, key in zip(evaluations, known, strict=True)
        if key.start < whole.start or key.end > whole.end
    ]  # fmt: skip
    if outside:
        what = Text("不在 {period} 之内:{names}", "not within {period}: {names}").format(
            period=period, names=listed(outside)
        )
        hint = Text(
            "改合成结果的名称(period),或去掉这些考核期", "name the result otherwise, or drop these periods"
        )
        yield Problem("error", "combine.outside", f"period {period}", what, hint)
    months = sum(key.months for key in known)
    if not outside and months < whole.months:
        what = Text(
            f"{period} 共{whole.months}个月,只有{months}个月的结果",
            f"{months} of {whole.months} months of {period}",
        )
        hint = Text("缺的考核期可用 required 写明", "state with `required` which periods must be there")
        yield Problem("warning", "combine.uncovered", f"period {period}", what, hint)
