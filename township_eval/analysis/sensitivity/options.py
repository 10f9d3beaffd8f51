"""What a sensitivity analysis is asked to vary, and what is wrong with the question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from township_eval.analysis.sensitivity.choices import NORMALIZATIONS, POLICIES
from township_eval.analysis.sensitivity.drawn import Bounds, bounds_faults
from township_eval.errors import DataError, Problem, did_you_mean
from township_eval.evaluation import Evaluation
from township_eval.language import Text
from township_eval.methods.aggregation import AGGREGATIONS
from township_eval.scheme.model import Dimension

__all__ = ["Options", "require_final"]

_FEWEST: Final = 2
_SMALLEST_BASE: Final = 8


@dataclass(frozen=True, eq=False)
class Options:
    """The arguments of `sensitivity`, as given."""

    draws: int
    seed: int
    weights: Any
    without: Any
    aggregations: Sequence[Any]
    normalizations: Sequence[str]
    not_applicable: Sequence[str]
    sobol: int

    def check(self, evaluation: Evaluation, *, within: str) -> None:
        """Raise `DataError` with everything that is wrong with the question."""
        require_final(evaluation, "sensitivity")
        problems = [*self._numbers(), *self._nodes(evaluation), *self._names()]
        if within not in {"group", "all"}:
            problems.append(_unknown("within", within, ("group", "all")))
        if isinstance(self.weights, Mapping) and not problems:
            problems += _impossible(evaluation, self.bounds or {})
        if problems:
            raise DataError(problems)

    @property
    def concentration(self) -> float:
        """Concentration of the Dirichlet distribution."""
        return 1.0 if isinstance(self.weights, Mapping) else float(self.weights)

    @property
    def bounds(self) -> Bounds | None:
        """Bounds by node, or None where weights are Dirichlet."""
        if not isinstance(self.weights, Mapping):
            return None
        return {name: (float(low), float(high)) for name, (low, high) in self.weights.items()}

    def dropped(self, evaluation: Evaluation) -> list[str]:
        """Return the nodes to be left out in turn."""
        plan = evaluation.plan
        if self.without is True:
            return [plan.ids[row] for row in plan.leaves] if len(plan.leaves) > 1 else []
        return list(self.without or ())

    def _numbers(self) -> Iterator[Problem]:
        whole = Text("写大于 0 的整数,例如 1000", "write a whole number above 0, such as 1000")
        if not _is_whole(self.draws) or self.draws <= 0:
            yield _wrong("draws", self.draws, whole)
        if not _is_whole(self.seed) or self.seed < 0:
            yield _wrong("seed", self.seed, Text("写 0 或正整数", "write 0 or a whole number above it"))
        if self.sobol and (not _is_whole(self.sobol) or self.sobol < _SMALLEST_BASE):
            hint = Text(
                f"写 0(不做)或不小于 {_SMALLEST_BASE} 的整数,例如 256",
                f"write 0 (none) or a whole number of at least {_SMALLEST_BASE}, such as 256",
            )
            yield _wrong("sobol", self.sobol, hint)
        if not isinstance(self.weights, Mapping) and not _is_positive(self.weights):
            hint = Text(
                "写大于 0 的集中度(越大越接近方案,例如 100),或 {节点: (最低, 最高)}",
                "write a concentration above 0 (the larger, the closer to the scheme, such as 100), "
                "or {node: (lowest, highest)}",
            )
            yield _wrong("weights", self.weights, hint)

    def _nodes(self, evaluation: Evaluation) -> Iterator[Problem]:
        known = evaluation.nodes
        asked = [("without", name) for name in self.without] if _is_list(self.without) else []
        if isinstance(self.weights, Mapping):
            asked += [("weights", name) for name in self.weights]
            yield from _bad_bounds(self.weights)
        for place, name in asked:
            if name not in known[1:]:
                yield _unknown(place, name, known[1:])
        for change in self.aggregations:
            for name in change if isinstance(change, Mapping) else ():
                if name not in known or not isinstance(evaluation.scheme.node(name), Dimension):
                    dimensions = [
                        node.id for node in evaluation.scheme.nodes() if isinstance(node, Dimension)
                    ]
                    yield _unknown("aggregations", name, dimensions)

    def _names(self) -> Iterator[Problem]:
        methods = [
            how
            for change in self.aggregations
            for how in (change.values() if isinstance(change, Mapping) else [change])
        ]
        for how in methods:
            if isinstance(how, str) and how not in AGGREGATIONS:
                yield _unknown("aggregations", how, list(AGGREGATIONS))
            elif not isinstance(how, str) and not hasattr(how, "words"):
                hint = Text(
                    "写名称,或 PowerMean(2) 一类的对象",
                    "write a name, or an aggregation such as PowerMean(2)",
                )
                yield _wrong("aggregations", how, hint)
        for place, given, allowed in (
            ("normalizations", self.normalizations, tuple(NORMALIZATIONS)),
            ("not_applicable", self.not_applicable, POLICIES),
        ):
            for name in given:
                if name not in allowed:
                    yield _unknown(place, name, allowed)


def require_final(evaluation: Evaluation, what: str) -> None:
    """Raise `DataError` for an evaluation of partial data, or of fewer than two units with a score."""
    problems = []
    if evaluation.provisional:
        problems.append(
            Problem(
                "error", f"{what}.provisional", evaluation.period,
                Text("这是预评结果,数据不全,不能作此分析", "this is a provisional result of partial data"),
                Text("数据报齐后正式评分,再作分析", "evaluate the complete data, then ask again"),
            )
        )  # fmt: skip
    scored = int((~np.isnan(evaluation.score[0])).sum())
    if scored < _FEWEST:
        problems.append(
            Problem(
                "error", f"{what}.units", evaluation.period,
                Text(f"只有 {scored} 个单位有得分", f"units with a score: {scored}"),
                Text("至少要有两个单位才能比较", "to compare, at least two are needed"),
            )
        )  # fmt: skip
    if problems:
        raise DataError(problems)


def _is_list(given: Any) -> bool:
    return not isinstance(given, bool) and given is not None


def _is_whole(number: Any) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)


def _is_positive(number: Any) -> bool:
    usable = isinstance(number, int | float | np.number) and not isinstance(number, bool)
    return usable and bool(np.isfinite(number)) and number > 0


def _wrong(place: str, given: Any, hint: Text) -> Problem:
    what = Text(f"{place} 不能是 {given!r}", f"{place} cannot be {given!r}")
    return Problem("error", f"sensitivity.{place}", place, what, hint)


def _unknown(place: str, name: Any, known: Sequence[str]) -> Problem:
    what = Text(f"{place} 中没有这个名称:{name}", f"{place}: unknown name {name!r}")
    return Problem("error", f"sensitivity.{place}", place, what, did_you_mean(str(name), list(known)))


def _bad_bounds(weights: Mapping[str, Any]) -> Iterator[Problem]:
    hint = Text(
        "写 (最低, 最高),单位与方案的权重相同", "write (lowest, highest), in the unit of the scheme's weights"
    )
    for name, pair in weights.items():
        ends = list(pair) if isinstance(pair, Sequence) and not isinstance(pair, str) else []
        numbers = all(isinstance(end, int | float | np.number) and np.isfinite(end) for end in ends)
        if len(ends) != 2 or not numbers or not 0 <= ends[0] <= ends[1]:  # noqa: PLR2004  two ends
            yield _wrong(f"weights[{name!r}]", pair, hint)


def _impossible(evaluation: Evaluation, bounds: Bounds) -> Iterator[Problem]:
    names = {node.id: node.name for node in evaluation.plan.nodes}
    for node_id, why in bounds_faults(evaluation.plan, bounds):
        what = Text(
            f"{names[node_id]}的下级在这些上下限之内凑不出原来的合计({why})",
            f"{names[node_id]}: no weights below it between these bounds keep their sum ({why})",
        )
        hint = Text("放宽上下限,或少限定一个下级", "widen the bounds, or leave one of the children free")
        yield Problem("error", "sensitivity.bounds", node_id, what, hint)
