"""Channels mixed by weight: the value, its error, and what the error takes for granted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from township_eval.inputs import Flags
from township_eval.language import Text, join_texts
from township_eval.methods.estimation.intervals import student
from township_eval.methods.loadings import Loadings
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Channel, Satisfaction
from township_eval.sources.survey.averages import mixed, satterthwaite
from township_eval.sources.survey.parts import LEVEL, Measured, Part, edges, settled

__all__ = ["ASSUMED", "Mixture", "chosen", "mix"]

#: Design effects an error is shown at where nobody states one: name in the tables -> design effect.
ASSUMED: Final[Mapping[str, float]] = {"se_deff_1": 1.0, "se_deff_1_5": 1.5, "se_deff_2": 2.0}

_CENSUS: Final = Text("名单普查,无抽样误差", "complete list, no sampling error")
_BY_THEMSELVES: Final = Text("自愿参与,误差未知", "took part by themselves, error unknown")
_SINGLE: Final = Text(
    "只有一个有效回答(群),误差无法估计", "one valid answer or cluster, error cannot be estimated"
)
_BOUND: Final = Text("未给标准差,按可能的最大值计", "no sd given, the largest possible one taken")
_BLIND: Final = Text(
    "回答(或各样本群均值)全部相同,误差按可能没问到的不同意见计",
    "all answers (or cluster means) alike, error taken from those who may think otherwise",
)
_DEFF: Final = Text(
    "未给设计效应,按1计(若为1.5、2,标准误为{more})",
    "no design effect given, 1 taken (at 1.5 and 2: se {more})",
)


@dataclass(frozen=True, eq=False)
class Mixture:
    """All channels together; arrays are (n_units,).

    Attributes
    ----------
    measured : Measured
        The mix. ``n`` counts the answers of all channels with weight; ``n_eff`` and ``deff`` are those
        of the channels with a sampling error, in their shares among themselves.
    shares : array, (n_channels,)
        The mix, adding up to 1.
    at : mapping of str to array
        Standard errors at assumed design effects (`ASSUMED`), NaN where none is assumed.
    assumption : tuple of Text
        What the error takes for granted, an empty Text where nothing.
    loadings : tuple of Loadings
    """

    measured: Measured
    shares: Array
    at: Mapping[str, Array]
    assumption: tuple[Text, ...]
    loadings: tuple[Loadings, ...]


def chosen(readings: Sequence[Sequence[Part]], forms: NDArray[np.intp]) -> tuple[Part, ...]:
    """Return one part per channel, every unit's from the form it was handed in.

    Parameters
    ----------
    readings : sequence of sequence of Part
        Each form's parts, in the order of the channels.
    forms : array of int, (n_channels, n_units)
        Which form counts; -1 for none.
    """
    parts = []
    for c, versions in enumerate(zip(*readings, strict=True)):
        measured = versions[0].measured
        for at, version in enumerate(versions[1:], start=1):
            measured = version.measured.where(forms[c] == at, measured)
        kept = [
            loaded.scaled((forms[c] == at).astype(np.float64)).without_unused()
            for at, version in enumerate(versions)
            for loaded in version.loadings
        ]
        said = tuple(
            text for at, version in enumerate(versions) if (forms[c] == at).any() for text in version.said
        )
        parts.append(Part(versions[0].channel, measured, tuple(kept), tuple(dict.fromkeys(said))))
    return tuple(parts)


def mix(parts: Sequence[Part], source: Satisfaction) -> Mixture:
    """Mix channels by weight; a unit that lacks a channel with weight has no value.

    Parameters
    ----------
    parts : sequence of Part
        One a channel of `Satisfaction.asked_by`, in its order.
    source : Satisfaction

    Notes
    -----
    Channels are independent samples: ``se^2 = sum s_c^2 se_c^2`` with shares ``s_c``, and Satterthwaite's
    degrees of freedom over them. Limits are those of Student's t on the scale; with one channel they
    are its own. A channel whose error nobody knows makes that of the mix unknown.
    """
    weights = np.array([one.weight for one in source.asked_by])
    shares = weights / weights.sum() if weights.sum() > 0 else weights
    used = [(share, part.measured) for share, part in zip(shares, parts, strict=True) if share > 0]
    measured = _together([one for _, one in used], np.array([share for share, _ in used]), source)
    loadings = tuple(
        loaded.scaled(np.where(np.isnan(measured.se), 0.0, share)).without_unused()
        for share, part in zip(shares, parts, strict=True)
        for loaded in part.loadings
        if share > 0
    )
    at = {name: _se_at(parts, shares, source, deff) for name, deff in ASSUMED.items()}
    return Mixture(measured, shares, at, _assumptions(parts, shares, source), loadings)


def _together(each: Sequence[Measured], shares: Array, source: Satisfaction) -> Measured:
    if len(each) == 1:
        return each[0]

    def over(name: str) -> NDArray[Any]:
        return np.stack([getattr(one, name) for one in each])

    names = ("value", "dont_know", "refused", "blank", "best", "worst")
    found: dict[str, Any] = {name: mixed(over(name), shares) for name in names}
    told = ~np.isnan(found["value"])
    variance = (shares[:, None] * over("se")) ** 2
    se = np.where(told, np.sqrt(variance.sum(axis=0)), np.nan)
    exact = over("exact")
    df = np.where(exact.all(axis=0) | np.isnan(se), np.nan, satterthwaite(variance, over("df")))
    n_eff = _effective(each, shares, exact)
    sampled = np.where(exact, 0.0, over("sampled")).sum(axis=0)
    lower, upper = (
        # what has no error has its value whatever the others say
        np.clip(limit, *(mixed(np.where(exact, over("value"), edge), shares) for edge in edges(source)))
        for limit in student(found["value"], se, df, LEVEL)
    )
    found |= {name: over(name).any(axis=0) & told for name in ("unknown", "assumed", "bound")}
    return Measured(
        **found,
        n=over("n").sum(axis=0),
        sampled=sampled,
        se=se,
        df=df,
        deff=np.divide(sampled, n_eff, out=np.full(len(se), np.nan), where=n_eff > 0),
        draws=over("draws").sum(axis=0),
        lower=lower,
        upper=upper,
        exact=exact.all(axis=0) & told,
        blind=np.zeros(len(se), dtype=np.bool_),
    )


def _effective(each: Sequence[Measured], shares: Array, exact: Flags) -> Array:
    """Return the effective number of answers of the channels with a sampling error.

    ``1 / sum (s_c^2 / n_eff_c)`` with shares among these channels: how many answers of one simple
    random sample would be as sure, did people in all channels differ alike.
    """
    own = np.where(exact, 0.0, shares[:, None])
    total = own.sum(axis=0)
    own = np.divide(own, total, out=np.zeros(own.shape), where=total > 0)
    sizes = np.stack([one.n_eff for one in each])
    with np.errstate(divide="ignore", invalid="ignore"):
        below = np.where(own > 0, own**2 / sizes, 0.0).sum(axis=0)
    n_eff: Array = np.divide(1.0, below, out=np.full(len(total), np.nan), where=below > 0)
    return n_eff


def _se_at(parts: Sequence[Part], shares: Array, source: Satisfaction, deff: float) -> Array:
    """Return the standard error of the mix at a design effect where that is assumed, else NaN."""
    variance, any_assumed = 0.0, np.zeros(len(parts[0].measured.value), dtype=np.bool_)
    for share, part, how in zip(shares, parts, source.asked_by, strict=True):
        if share > 0:
            variance = variance + (share * at_deff(part.measured, how, source, deff).se) ** 2
            any_assumed |= part.measured.assumed
    return np.where(any_assumed, np.sqrt(variance), np.nan)


def at_deff(measured: Measured, how: Channel, source: Satisfaction, deff: float) -> Measured:
    """Return the numbers had the design effect been this where it is assumed."""
    if not measured.assumed.any():
        return measured
    moved = settled(measured.with_deff(deff), how.design, edges(source))
    return moved.where(measured.assumed, measured)


def _assumptions(parts: Sequence[Part], shares: Array, source: Satisfaction) -> tuple[Text, ...]:
    """Return per unit what the errors of all channels take for granted."""
    said: list[list[Text]] = [[] for _ in parts[0].measured.value]
    for share, part, how in zip(shares, parts, source.asked_by, strict=True):
        for i, told in _by_unit(part, how, source) if share > 0 else ():
            named = Text("{channel}:{told}", "{channel}: {told}").format(channel=how.channel, told=told)
            said[i].append(named if how.channel else told)
    return tuple(join_texts(texts) for texts in said)


def _by_unit(part: Part, how: Channel, source: Satisfaction) -> Iterator[tuple[int, Text]]:
    """Yield what a channel's error takes for granted, by unit; nothing where it takes nothing."""
    more = [at_deff(part.measured, how, source, deff).se for deff in (1.5, 2.0)]
    for i in np.flatnonzero(~np.isnan(part.measured.value)).tolist():
        told = join_texts(_said(part, how, i, more), zh=",", en=", ")
        if told.zh:
            yield i, told


def _said(part: Part, how: Channel, i: int, more: Sequence[Array]) -> Iterator[Text]:
    measured = part.measured
    if how.design == "list census":
        yield _CENSUS
        return
    if measured.unknown[i]:
        yield _BY_THEMSELVES if how.design == "convenience" else _SINGLE
        return
    if measured.assumed[i]:
        zh, en = (sep.join(f"{se[i]:.2f}" for se in more) for sep in ("、", ", "))
        yield _DEFF.format(more=Text(zh, en))
    if measured.bound[i]:
        yield _BOUND
    if measured.blind[i]:
        yield _BLIND
    if not measured.exact[i]:
        yield from part.said
