"""Who was drawn: persons, clusters and strata of a channel, numbered alike for every leaf."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from township_eval.errors import Problem
from township_eval.inputs import Flags
from township_eval.language import Text
from township_eval.methods.estimation import Design
from township_eval.methods.estimation.sums import PLAUSIBLE
from township_eval.methods.loadings import RESPONDENTS
from township_eval.methods.varying import Array
from township_eval.sources.survey.forms.places import Form, Positions, amounts, problem_rows

__all__ = ["MOST_RESPONDENTS", "Drawn", "Sample", "drawn", "pairs", "sample_of"]

#: Respondents of a channel that another period may tell again; of more than that nobody is named.
MOST_RESPONDENTS: Final = 20_000

# Of a population: up to here it hardly matters that nobody is drawn twice.
_SMALL_PART: Final = 0.05
_NUMBER: Final = Text("应为不小于零的数,写的是{entry}", "a number from zero up is expected, not {entry}")
_WEIGHT: Final = Text("权重应为不小于零的数,写的是{entry}", "a weight is a number from zero up, not {entry}")
_DIFFERENT: Final = Text("同一受访者前后写法不一:{entry}", "one respondent has different entries: {entry}")
_BLANK: Final = Text("没有写明", "nothing is written")


@dataclass(frozen=True, eq=False)
class Drawn:
    """How every row of the table ``responses`` was drawn, (n_rows,).

    Attributes
    ----------
    person, stratum, cluster : array of int
        Numbered over the whole table, so that leaves with the same respondents share numbers. Without
        strata every unit is one; without clusters every person is his own.
    weight, clusters, members : array
        Design weight; clusters in the stratum and persons in the cluster of the population, NaN where
        nobody wrote them down.
    clustered, stratified : bool
        Whether clusters and strata are stated.
    """

    person: Positions
    stratum: Positions
    cluster: Positions
    weight: Array
    clusters: Array
    members: Array
    clustered: bool
    stratified: bool


@dataclass(frozen=True, eq=False)
class Sample:
    """The persons of one channel, (n_persons,); ``row`` is where each stands first in the table.

    Attributes
    ----------
    name : str
        Of the sample; leaves with the same respondents give it the same name.
    rows, of : array of int
        Rows of the table that count for the leaf, and the person of each.
    unit, row, stratum, cluster : array of int
    clusters : tuple of str
        Names of the clusters by number, with the stratum; "" for those of other channels. Where persons
        were drawn what the table calls them, for as long as the evaluation is made; empty where it
        does not, or where there are more than `MOST_RESPONDENTS`.
    kind : str
        ``respondents`` where persons were drawn who are called something, else empty.
    weight : array
    design : Design
    single_is_fault : bool
        Strata or clusters are stated, so that one with a single sampling unit is a fault of the design.
    """

    name: str
    rows: Positions
    of: Positions
    unit: Positions
    row: Positions
    stratum: Positions
    cluster: Positions
    clusters: tuple[str, ...]
    kind: str
    weight: Array
    design: Design
    single_is_fault: bool


def pairs(first: Positions, second: Positions) -> Positions:
    """Return one number from 0 for every pair that occurs, in the order of the pairs.

    Examples
    --------
    >>> pairs(np.array([1, 0, 1]), np.array([5, 5, 5])).tolist()
    [1, 0, 1]
    """
    width = int(second.max(initial=-1)) + 1
    _, number = np.unique(first * width + second, return_inverse=True)
    out: Positions = number.ravel().astype(np.intp)
    return out


def _texts(form: Form, column: str) -> Positions:
    _, number = np.unique(form.texts(column).astype(str), return_inverse=True)
    return number.ravel().astype(np.intp)


def drawn(form: Form, among: Flags) -> tuple[Drawn, list[Problem]]:
    """Return how every row was drawn, and what is wrong with that in the rows *among*."""
    columns = set(form.rows.columns)
    problems: list[Problem] = []
    unit = form.unit.astype(np.intp)
    place = pairs(unit, _texts(form, "channel"))
    person = np.arange(len(form))
    if "respondent" in columns:
        named = form.texts("respondent") != ""
        # a blank names nobody: such a row is a person of its own, and is told
        person = pairs(place, np.where(named, _texts(form, "respondent"), len(form) + person))
        problems += _blanks(form, "respondent", among & ~named)
    stratum = _texts(form, "stratum") if "stratum" in columns else unit
    cluster = pairs(stratum, _texts(form, "cluster")) if "cluster" in columns else pairs(stratum, person)
    for column in sorted({"stratum", "cluster"} & columns):
        problems += _blanks(form, column, among & (form.texts(column) == ""))
    weight, told = _weights(form, among)
    found = {"clusters": np.full(len(form), np.nan), "members": np.full(len(form), np.nan)}
    for column in found:
        number, refused = amounts(form, column)
        faulty = refused | (number < 0)
        problems += problem_rows(form, faulty & among, column, _NUMBER, _FIX, "population")
        found[column] = np.where(faulty, np.nan, number)
    problems += told
    out = Drawn(
        person,
        stratum,
        cluster,
        weight,
        **found,
        clustered="cluster" in columns,
        stratified="stratum" in columns,
    )
    return out, [*problems, *_inconsistent(form, out, among), *_shared(form, cluster, among)]


_FIX: Final = Text("与调查方核对后改正", "ask who did the survey, and correct it")


def _blanks(form: Form, column: str, blank: Flags) -> Iterator[Problem]:
    hint = Text(
        f"在 {column} 列补上,或去掉这一列", f"fill in the column {column}, or leave it out altogether"
    )
    return problem_rows(form, blank, column, _BLANK, hint)


def _weights(form: Form, among: Flags) -> tuple[Array, list[Problem]]:
    """Return the design weights, 1 without any; where there is none that can be used, 0 and a problem."""
    if "weight" not in form.rows.columns:
        return np.ones(len(form)), []
    number, refused = amounts(form, "weight")
    least, most = PLAUSIBLE
    usable = (number == 0) | ((number >= least) & (number <= most))
    faulty = refused | ~usable
    hint = Text(
        "填设计权重(数字格式,不是文本);不加权时去掉 weight 列",
        "give the design weight, as a number and not as text, or leave the column weight out",
    )
    told = list(problem_rows(form, faulty & among, "weight", _WEIGHT, hint))
    return np.where(faulty, 0.0, number), told


def _inconsistent(form: Form, how: Drawn, among: Flags) -> Iterator[Problem]:
    """Yield rows of a person that say something else than his first row."""
    first = form.first_places(how.person, int(how.person.max(initial=-1)) + 1)[how.person]
    hint = Text("同一受访者各行写成一样", "write the same in all rows of a respondent")
    for column, said in (("weight", how.weight), ("stratum", how.stratum), ("cluster", how.cluster)):
        if column in form.rows.columns:
            other = (said != said[first]) & among
            yield from problem_rows(form, other, column, _DIFFERENT, hint, "person")


def _shared(form: Form, cluster: Positions, among: Flags) -> Iterator[Problem]:
    """Warn of clusters that lie in several units: they may be villages of one name."""
    rows = np.flatnonzero(among)
    both = np.unique(np.stack([cluster[rows], form.unit[rows]]), axis=1)[0]
    several = np.flatnonzero(np.bincount(both) > 1) if len(both) else both
    if not len(several):
        return
    row = int(rows[np.flatnonzero(cluster[rows] == several[0])[0]])
    name = str(form.texts("cluster")[row])
    what = Text(
        f"有 {len(several)} 个样本群跨几个单位,各按同一群计,如“{name}”",
        f"{len(several)} clusters lie in several units and count as one each, such as {name!r}",
    )
    hint = Text(
        "若是同名的不同村,在群名或层名前写上单位名",
        "if these are villages of one name, write the unit before the name of cluster or stratum",
    )
    yield Problem("warning", "responses.cluster_shared", form.place(row, "cluster"), what, hint)


def sample_of(
    form: Form, how: Drawn, mine: Flags, channel: Flags, names: tuple[str, str], lonely: str
) -> tuple[Sample, list[Problem]]:
    """Return the persons of one channel.

    Parameters
    ----------
    form : Form
        The whole table ``responses``.
    how : Drawn
    mine, channel : bool array, (n_rows,)
        Rows that count for the leaf; rows of the channel.
    names : (str, str)
        Names of the sample where other leaves ask the same people, and where only this one asks.
    lonely : str
        What to do with a stratum of one cluster, as the scheme says.
    """
    rows = np.flatnonzero(channel & mine)
    others = np.flatnonzero(channel & ~mine)
    shared = bool(np.isin(how.cluster[others], how.cluster[rows]).any()) or not len(others)
    members = np.flatnonzero(channel) if shared else rows
    persons, first = np.unique(how.person[members], return_index=True)
    row = members[first]
    stratum, cluster = how.stratum[row], how.cluster[row]
    design, problems = _design(form, how, row, lonely)
    names_of = _names(form, how, row, ("stratum", "cluster") if how.clustered else ("respondent",))
    sample = Sample(
        name=names[0] if shared else names[1],
        rows=rows,
        of=np.searchsorted(persons, how.person[rows]),
        unit=form.unit[row].astype(np.intp),
        row=row,
        stratum=stratum,
        cluster=cluster,
        clusters=_of_panels(names_of, stratum, cluster, design.population),
        kind=RESPONDENTS if not how.clustered and "respondent" in form.rows.columns else "",
        weight=how.weight[row],
        design=design,
        single_is_fault=how.clustered or how.stratified,
    )
    return sample, problems


def _names(form: Form, how: Drawn, row: Positions, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return what the sampling units of some persons are called, by number: all of its *columns*.

    What the last of the columns leaves blank has no name.
    """
    known, first = np.unique(how.cluster[row], return_index=True)
    if columns[-1] not in form.rows.columns or (not how.clustered and len(known) > MOST_RESPONDENTS):
        return ()
    texts = [form.texts(column)[row[first]] for column in columns]
    names = [""] * (int(known.max(initial=-1)) + 1)
    for number, *name in zip(known.tolist(), *texts, strict=True):
        names[number] = "/".join(name) if name[-1] else ""
    return tuple(names)


def _of_panels(
    names: tuple[str, ...], stratum: Positions, cluster: Positions, population: Array | None
) -> tuple[str, ...]:
    """Return the names, in strata of which a good part was drawn with everybody who was drawn beside.

    There two samples of a few common members share no more than chance gives them, so that their errors
    do not covary: members are told again only where the whole sample of the stratum is asked again.

    Notes
    -----
    ``cov = (m / (n_1 n_2) - 1 / N) S_12`` for ``m`` common members of ``N``; with ``m`` as many as two
    independent draws share that is nothing. Source: Wood (2008), "On the covariance between related
    Horvitz-Thompson estimators", J. Official Statistics 24.
    """
    if population is None or not names:
        return names
    member, first = np.unique(cluster, return_index=True)
    of = stratum[first]
    drawn = np.bincount(of, minlength=len(population))
    found = list(names)
    for group in np.flatnonzero(drawn > _SMALL_PART * population[: len(drawn)]).tolist():
        mine = member[of == group].tolist()
        together = hashlib.sha256("\n".join(sorted(names[k] for k in mine)).encode()).hexdigest()
        for k in mine:
            found[k] = names[k] and f"{names[k]}\n{together}"
    return tuple(found)


def _design(form: Form, how: Drawn, row: Positions, lonely: str) -> tuple[Design, list[Problem]]:
    """Return the populations the sample was drawn from; what contradicts itself is told and left out."""
    stratum, cluster = how.stratum[row], how.cluster[row]
    units = np.bincount(np.unique(np.stack([cluster, stratum]), axis=1)[1])
    stated = {"clusters": how.clusters[row], "members": how.members[row]}
    # where no clusters were drawn the persons of the stratum are what was drawn from
    first = "clusters" if how.clustered or np.isnan(stated["members"]).all() else "members"
    population, problems = _population(form, (row, stratum), stated[first], units, first)
    persons = None
    if how.clustered:
        persons, told = _population(form, (row, cluster), stated["members"], np.bincount(cluster), "members")
        problems += told
    return Design(population, persons, lonely), problems


def _population(
    form: Form, where: tuple[Positions, Positions], stated: Array, sampled: Positions, column: str
) -> tuple[Array | None, list[Problem]]:
    """Return the population of every group, None where nobody states any.

    Parameters
    ----------
    where : (array of int, array of int)
        Row of the table and group of every person.
    stated : array
        What each person's row says.
    sampled : array of int, (n_groups,)
        How many were drawn.
    """
    row, group = where
    if np.isnan(stated).all():
        return None, []
    at = np.full(len(sampled), -1, dtype=np.intp)
    at[group[::-1]] = np.arange(len(group))[::-1]
    whole = np.where(at >= 0, stated[at], np.inf)
    differs, small = np.zeros(len(form), dtype=np.bool_), np.zeros(len(form), dtype=np.bool_)
    differs[row] = ~(stated == whole[group])
    if column == "clusters":  # a stratum nobody counted is large, a village nobody counted is a gap
        differs[row] &= ~(np.isnan(stated) & np.isnan(whole[group]))
    small[row[at[(at >= 0) & (whole < sampled)]]] = True
    problems = [
        *problem_rows(form, differs, column, _VARIES, _FIX, "population"),
        *problem_rows(form, small, column, _SMALL, _FIX, "population"),
    ]
    return (None if problems else np.where(np.isnan(whole), np.inf, whole)), problems


_VARIES: Final = Text(
    "同一层(群)的总体数缺失或前后不一:{entry}",
    "the population of one stratum or cluster is missing or varies: {entry}",
)
_SMALL: Final = Text("总体数小于样本数:{entry}", "the population is smaller than the sample: {entry}")
