"""What is wrong with a sample once it is added up: too large for its population, weightless, lonely."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from township_eval.errors import Problem
from township_eval.inputs.rows import some
from township_eval.language import Text, listed
from township_eval.methods.estimation.design import LONELY, Design, LonelyCluster, stages
from township_eval.methods.estimation.sums import Sums
from township_eval.methods.varying import Array
from township_eval.sources.survey.microdata.coding import TABLE, Coded
from township_eval.sources.survey.microdata.reading import Columns, Survey

__all__ = ["sample_problems"]

_OPTIONS: Final = listed(LONELY[1:])


def sample_problems(sums: Sums, survey: Survey, columns: Columns, lonely: str) -> list[Problem]:
    """Return what only the table of sums shows."""
    problems = [*_weightless(sums, survey.domain, columns.weights), *_too_small(sums, survey, columns)]
    return problems or list(_lonely(sums, survey, columns, lonely))


def _weightless(sums: Sums, domain: Coded | None, weights: Hashable | None) -> Iterator[Problem]:
    """Yield the townships whose answers all weigh nothing."""
    n = np.bincount(sums.domain, weights=sums.n)
    w = np.bincount(sums.domain, weights=sums.w)
    what = Text("{label} 有答卷,但权数合计为 0", "{label} has answers, but their weights add up to 0")
    hint = Text("核对该单位的权数", "check the weights of this township")
    yield from _each("survey.no_weight", weights, domain, (n > 0) & ~(w > 0), what, hint)


def _too_small(sums: Sums, survey: Survey, columns: Columns) -> Iterator[Problem]:
    """Yield the strata and clusters from which more was drawn than there is."""
    persons = sums.n + sums.missing
    if sums.persons:
        drawn = [_counted(sums.stratum, persons)]
    else:
        clusters, first = np.unique(sums.cluster, return_index=True)
        drawn = [
            _counted(sums.stratum[first], np.ones(len(clusters))),
            _counted(sums.cluster, persons),
        ]
    groups = (survey.stratum, survey.cluster)
    for name, population, group, sample in zip(
        columns.population, survey.population, groups, drawn, strict=False
    ):
        small = population[: len(sample)] < sample
        for place in np.flatnonzero(small).tolist():
            whole, got = f"{population[place]:.12g}", f"{sample[place]:.12g}"
            what = Text(
                f"{{label}} 总体 {whole},样本却有 {got}",
                f"{{label}} has a population of {whole} and a sample of {got}",
            )
            hint = Text(
                "总体数写该层的群数(第二级写群内人数),不小于样本",
                "give the number of clusters in the stratum (second stage: of persons in the cluster)",
            )
            alone = np.zeros(len(sample), dtype=bool)
            alone[place] = True
            yield from _each("survey.population_small", name, group, alone, what, hint)


def _counted(group: NDArray[np.intp], count: NDArray[Any]) -> Array:
    return np.asarray(np.bincount(group, weights=count), dtype=np.float64)


def _lonely(sums: Sums, survey: Survey, columns: Columns, lonely: str) -> Iterator[Problem]:
    """Yield the strata and clusters with one sampling unit, if that is refused."""
    population, persons = (*survey.population, None, None)[:2]
    try:
        stages(sums, Design(population, persons, lonely))
    except LonelyCluster as found:
        unit = Text("人", "person") if sums.persons else Text("群", "cluster")
        one = Text(
            "{label} 层只抽了一个{unit},无法估计误差",
            "stratum {label} has one {unit} in the sample, which tells no error",
        )
        inside = Text(
            "{label} 只抽了一人,无法估计误差", "cluster {label} has one person in the sample: no error shows"
        )
        hint = Text(
            "与相近的层合并,或用 lonely 指明处理方式:{options};总体也只有一个时,population 写 1",
            "join it with one like it, or choose lonely: {options}; population 1 says there is no other",
        ).format(options=_OPTIONS)
        code = "survey.lonely"
        for places, group, name, what in (
            (found.strata, survey.stratum, columns.strata, one.format(label="{label}", unit=unit)),
            (found.clusters, survey.cluster, next(iter(columns.cluster), None), inside),
        ):
            wrong = np.zeros(max(places, default=-1) + 1, dtype=bool)
            wrong[list(places)] = True
            yield from _each(code, name, group, wrong, what, hint)


def _each(
    code: str,
    name: Hashable | None,
    group: Coded | None,
    wrong: NDArray[np.bool_],
    what: Text,
    hint: Text,
) -> Iterator[Problem]:
    """Yield a problem for each of the first wrong groups, and one that counts the rest."""
    places, left = some(np.flatnonzero(wrong))
    where = TABLE if name is None else f"{TABLE} {name}"
    for place in places:
        label = Text("全部", "the sample") if group is None else str(group.labels[place])
        yield Problem("error", code, where, what.format(label=label), hint)
    if left:
        more = Text(f"另有 {left} 处同样问题", f"{left} more like it")
        yield Problem("error", code, where, more, Text("先改列出的各处", "mend the listed ones first"))
