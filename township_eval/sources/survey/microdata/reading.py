"""A survey's frame made ready for estimation, with everything that is wrong in it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs.rows import some
from township_eval.language import Text
from township_eval.methods.estimation.rows import pair_codes
from township_eval.methods.estimation.sums import PLAUSIBLE
from township_eval.methods.varying import Array
from township_eval.sources.survey.microdata.coding import TABLE, Coded, chunks, coded, faults, figures

__all__ = ["Columns", "Survey", "read_survey"]

_MOST_STAGES: Final = 2


@dataclass(frozen=True)
class Columns:
    """Which columns mean what; see `survey_estimates`."""

    value: Hashable
    by: Hashable | None = None
    weights: Hashable | None = None
    strata: Hashable | None = None
    cluster: tuple[Hashable, ...] = ()
    population: tuple[Hashable, ...] = ()
    others: tuple[Hashable, ...] = ()

    def all(self) -> tuple[Hashable, ...]:
        """Return the columns that must be there."""
        single = (self.value, self.by, self.weights, self.strata)
        named = (*(name for name in single if name is not None), *self.cluster, *self.population)
        return tuple(dict.fromkeys((*named, *self.others)))


@dataclass(eq=False)
class Survey:
    """What `read_survey` found; arrays are (n_rows,).

    Attributes
    ----------
    y : array
        NaN is missing.
    weights : array or None
    domain, stratum, cluster : Coded or None
        Clusters are numbered over all strata.
    population : tuple of array
        Sampling units by stratum, then persons by cluster.
    problems : list of Problem
    """

    y: Array
    weights: Array | None = None
    domain: Coded | None = None
    stratum: Coded | None = None
    cluster: Coded | None = None
    population: tuple[Array, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def column_problems(frame: pd.DataFrame, columns: Columns) -> list[Problem]:
    """Return what keeps the frame from being read: columns that are not there, stages that do not fit."""
    known: list[Hashable] = list(frame.columns)
    names = [str(name) for name in known]
    found = [
        Problem(
            "error",
            "survey.column",
            TABLE,
            Text(f"没有“{name}”列", f"there is no column {name!r}"),
            did_you_mean(str(name), names),
        )
        for name in columns.all()
        if name not in known
    ]
    twice = [
        Problem(
            "error",
            "survey.column_twice",
            TABLE,
            Text(f"有两列都叫“{name}”", f"two columns are called {name!r}"),
            Text("只保留一列,或改名", "keep one of them, or rename it"),
        )
        for name in dict.fromkeys(columns.all())
        if known.count(name) > 1
    ]
    return [*found, *twice, *_stage_problems(columns)]


def _stage_problems(columns: Columns) -> Iterator[Problem]:
    drawn, known = len(columns.cluster), len(columns.population)
    if drawn > _MOST_STAGES or known > min(drawn + 1, _MOST_STAGES):
        yield Problem(
            "error",
            "survey.stages",
            "cluster, population",
            Text(
                f"抽样阶段不符:cluster 有 {drawn} 级,population 有 {known} 级",
                f"stages do not fit: {drawn} of cluster, {known} of population",
            ),
            Text(
                "至多两级:先抽群(村),再抽人;population 依次写层内群数、群内人数",
                "two at most: clusters, then persons; population is the clusters in the stratum, "
                "then the persons in the cluster",
            ),
        )


def read_survey(frame: pd.DataFrame, columns: Columns) -> Survey:
    """Read the columns, which are there, and list what is wrong in their entries."""
    y, problems = figures(frame, columns.value, may_be_blank=True)
    survey = Survey(y, problems=problems)
    if not len(frame):
        survey.problems.append(_empty())
        return survey
    survey.weights = _weights(frame, columns.weights, survey.problems)
    village = _labels(frame, columns.cluster[0] if columns.cluster else None, None, survey.problems)
    survey.stratum = _labels(frame, columns.strata, village, survey.problems)
    survey.domain = _labels(frame, columns.by, village or survey.stratum, survey.problems)
    survey.cluster = _over_strata(village, survey.stratum)
    if len(columns.cluster) == _MOST_STAGES and len(columns.population) == _MOST_STAGES:
        survey.problems.extend(_repeated(frame, columns))
    groups = (survey.stratum, survey.cluster)
    survey.population = tuple(
        _population(frame, name, group, survey.problems)
        for name, group in zip(columns.population, groups, strict=False)
    )
    return survey


def _empty() -> Problem:
    return Problem(
        "error",
        "survey.empty",
        TABLE,
        Text("表中没有一行", "the frame has no rows"),
        Text("检查读入的文件与筛选条件", "check the file it came from, and how it was filtered"),
    )


def _weights(frame: pd.DataFrame, name: Hashable | None, problems: list[Problem]) -> Array | None:
    if name is None:
        return None
    weights, wrong = figures(frame, name)
    problems.extend(wrong)
    with np.errstate(invalid="ignore"):
        usable = (weights == 0) | ((weights >= PLAUSIBLE[0]) & (weights <= PLAUSIBLE[1]))
    faulty = ~usable & np.isfinite(weights)
    if faulty.any():
        say = (
            Text(
                "权数“{name}”为负数,或大小不合理:{entry}", "a weight in {name} is negative or absurd: {entry}"
            ),
            Text(
                "权数是一位受访者代表的人数,改为正数",
                "a weight is how many people one stands for: correct it",
            ),
        )
        problems.extend(faults(frame, name, faulty, "survey.negative_weight", lambda _: say))
    elif not wrong and not weights.sum() > 0:
        problems.append(
            Problem(
                "error",
                "survey.no_weight",
                f"{TABLE} {name}",
                Text(f"权数“{name}”合计为 0", f"the weights in {name} add up to 0"),
                Text("填写抽样权数,或不写 weights", "give the design weights, or leave weights out"),
            )
        )
    return weights


def _labels(
    frame: pd.DataFrame, name: Hashable | None, finer: Coded | None, problems: list[Problem]
) -> Coded | None:
    """Return a column's labels; a blank is a problem, for nobody knows where its row belongs."""
    if name is None:
        return None
    found = coded(frame[name], finer)
    if found.codes.min() < 0:
        say = (
            Text("“{name}”为空", "{name} is blank"),
            Text("补上名称或编号,或删去这一行", "give the name or number, or leave the row out"),
        )
        problems.extend(faults(frame, name, found.codes < 0, "survey.blank", lambda _: say))
        return Coded(np.maximum(found.codes, 0), found.labels, found.listed)
    return found


def _over_strata(cluster: Coded | None, stratum: Coded | None) -> Coded | None:
    """Return clusters numbered over all strata: one name in two strata is two clusters."""
    if cluster is None or stratum is None:
        return cluster
    codes, _, own = pair_codes(stratum.codes, cluster.codes)
    return cluster if codes is cluster.codes else Coded(codes, cluster.labels[own])


def _population(frame: pd.DataFrame, name: Hashable, group: Coded | None, problems: list[Problem]) -> Array:
    """Return the population of every group; two figures for one group are a problem."""
    found, wrong = figures(frame, name)
    problems.extend(wrong)
    codes = np.zeros(len(found), dtype=np.intp) if group is None else group.codes
    size = np.full(1 if group is None else len(group.labels), np.nan)
    differing = np.zeros(len(size), dtype=bool)
    for part in chunks(len(found)):
        size[codes[part]] = found[part]
    for part in chunks(len(found)):
        differs = size[codes[part]] != found[part]
        if differs.any():
            differing[codes[part][differs]] = True
    if not wrong:
        problems.extend(_varying(name, group, np.flatnonzero(differing), codes, found))
    return size


def _varying(
    name: Hashable, group: Coded | None, differing: NDArray[Any], codes: NDArray[Any], found: Array
) -> Iterator[Problem]:
    rows, left = some(differing)
    for place in rows:
        label = TABLE if group is None else str(group.labels[place])
        stated = np.unique(found[codes == place]).tolist()
        shown = ", ".join(f"{number:.12g}" for number in stated[:3])
        yield Problem(
            "error",
            "survey.population_varies",
            f"{TABLE} {name}",
            Text(f"{label} 的“{name}”前后不一:{shown}", f"{name} of {label} has several values: {shown}"),
            Text(
                "同一层(群)的总体数只有一个,核对后统一",
                "a stratum or cluster has one population: check and keep one",
            ),
        )
    if left:
        yield Problem(
            "error",
            "survey.population_varies",
            f"{TABLE} {name}",
            Text(f"另有 {left} 处同样问题", f"{left} more like it"),
            Text("先改列出的各处", "mend the listed ones first"),
        )


def _repeated(frame: pd.DataFrame, columns: Columns) -> Iterator[Problem]:
    """Yield the persons who stand in two rows: the second stage draws persons, a row each."""
    keys = [name for name in (columns.strata, *columns.cluster) if name is not None]
    twice = frame.duplicated(subset=keys).to_numpy()
    if twice.any():
        say = (
            Text("“{name}”在同一群中重复:{entry}", "{name} stands twice in one cluster: {entry}"),
            Text(
                "第二级应为人,一人一行;户等更大的单位请先合并为一行",
                "the second stage is persons, a row each: join the rows of a household first",
            ),
        )
        yield from faults(frame, columns.cluster[1], twice, "survey.stage_repeats", lambda _: say)
