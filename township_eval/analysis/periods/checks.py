"""What keeps finished evaluations from being compared or combined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from township_eval.analysis.periods.change.hybrid import Side
from township_eval.errors import Problem
from township_eval.evaluation import Evaluation
from township_eval.inputs import period_problems
from township_eval.language import Text, listed
from township_eval.methods.own import Own

__all__ = ["pair_problems", "provisional_problems", "recomputed"]

_NEAR = 1e-6
_SWAP = Text("把两个结果对调:先写较早的一期", "swap the two results: the earlier period comes first")
_ANOTHER = Text("用保存的数值重算,得分与结果不符:{names}", "scored anew the result is another for {names}")


def provisional_problems(evaluations: tuple[Evaluation, ...]) -> Iterator[Problem]:
    """Yield the evaluations of partial data."""
    for one in evaluations:
        if one.provisional:
            yield Problem(
                "error", "evaluation.provisional", f"period {one.period}",
                Text(f"{one.period} 是预评(未定稿)", f"{one.period} is provisional"),
                Text("数据到齐后重新评价,再比较或合成", "evaluate it again once the data are complete"),
            )  # fmt: skip


def pair_problems(before: Evaluation, after: Evaluation) -> Iterator[Problem]:
    """Yield what keeps two evaluations from being compared.

    One period under two schemes may be: that shows what the change of the scheme did.
    """
    yield from provisional_problems((before, after))
    if before.period != after.period or before.scheme.fingerprint == after.scheme.fingerprint:
        for problem in period_problems([before.period, after.period]):
            yield replace(problem, hint=_SWAP) if problem.code == "period.order" else problem
    leaves = [{side.plan.ids[row] for row in side.plan.leaves} for side in (before, after)]
    if not leaves[0] & leaves[1]:
        yield Problem(
            "error", "change.no_overlap", "scheme",
            Text("两期方案没有相同的指标", "the schemes have no indicator in common"),
            Text("核对是否选对了文件;相同的指标应用相同的编号", "check the files: one indicator, one id"),
        )  # fmt: skip


def recomputed(side: Side) -> Iterator[Problem]:
    """Yield why a period cannot be scored anew, if so; what is derived from that would be wrong."""
    evaluation = side.evaluation
    missing = sorted({
        own.method
        for node in evaluation.plan.nodes
        for own in (node.scoring, getattr(node, "aggregation", None))
        if isinstance(own, Own) and own.cls is None
    })  # fmt: skip
    if missing:
        yield Problem(
            "error", "change.formula", f"period {evaluation.period}",
            Text("方案用了自定义公式:{names}", "own formulas in use: {names}").format(names=listed(missing)),
            Text("读取结果时给出:read_evaluation(..., formulas=...)", "read it with formulas=..."),
        )  # fmt: skip
        return
    anew = side.scored(side.plan).index
    apart = ~((np.abs(anew - evaluation.score[0]) < _NEAR) | (np.isnan(anew) & np.isnan(evaluation.score[0])))
    if apart.any():
        names = listed([evaluation.units.names[at] for at in np.flatnonzero(apart).tolist()], 5)
        yield Problem(
            "error", "change.recompute", f"period {evaluation.period}",
            _ANOTHER.format(names=names),
            Text("用同一版本的程序重新评价该期", "evaluate that period again with this version"),
        )  # fmt: skip
