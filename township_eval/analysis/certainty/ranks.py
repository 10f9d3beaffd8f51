"""`rank_sets`: the ranks that the errors of an evaluation leave possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.analysis.arguments import EVALUATION, FLAG, NAMES, NUMBER, TEXT, WHOLE, expect, optional
from township_eval.analysis.certainty.asked import PLUG_IN, answerable, members, share_of
from township_eval.analysis.certainty.probabilities import chances_of_ranks
from township_eval.analysis.certainty.redrawn import BEYOND, has_normal_errors
from township_eval.errors import DataError, Problem
from township_eval.evaluation import Evaluation
from township_eval.evaluation.figures import rank_figures
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.rules.rank_sets import LEVEL, Figures, RankSets
from township_eval.rules.rank_sets import rank_sets as sets_of

__all__ = ["rank_sets"]

_UNRANKED: Final = Text("未参加排名", "not ranked")
_UNKNOWN: Final = Text("误差不明,任何名次都有可能", "its error is not known: any rank is possible")
_CENSUS: Final = Text("普查或全数核定,无抽样误差", "a census: no sampling error")
_LEVEL: Final = Text("误差范围内评分不变", "its score does not change within the errors below")
_NO_MODEL: Final = Text("数据未给出误差,按准确值比较", "no error is stated: the figures count as exact")
_WIDENED: Final = Text(
    "有{n}个单位误差不明,名次集已相应放宽", "wider because the errors of {n} units are not known"
)
_BENT: Final = Text(
    "误差范围内有分档、封顶、保底或分项取整,名次集按正态误差近似",
    "tiers, caps, floors or rounded points within its error: the set is that of a normal one, approximately",
)
_FRAGILE: Final = Text(
    "临界值为模拟值,换一组随机数结果可能不同", "fragile: other draws might give another set"
)
_IGNORED: Final = Text(
    "自由度小,按逐对 t 检验计算,draws 不起作用",
    "few degrees of freedom: pairs are compared by t tests, `draws` has no effect",
)


def rank_sets(  # noqa: PLR0913  every option is one of the question's
    evaluation: Evaluation, *, level: float = LEVEL, method: str = "marginal", stepdown: bool = False,
    side: str = "both", within: str = "all", cohort: str | Sequence[str] | None = None,
    seed: int = 0, draws: int | None = 0,
) -> pd.DataFrame:  # fmt: skip
    """Return every unit's rank with its confidence set, overall and inside its class.

    A *marginal* set holds the true rank of the unit at the level, for any unit chosen beforehand;
    *simultaneous* sets hold those of all units together, and are what a statement about units picked
    for their ranks needs. Both are exact for independent normal errors that are known; with fewer
    than 30 degrees of freedom pairs are compared by t tests, approximately; where townships share
    errors (villages, raters, calibration) their covariance counts.

    Parameters
    ----------
    evaluation : Evaluation
        Any final evaluation, also one read from its archive.
    level : float
        Confidence level, between 0 and 1.
    method : {"marginal", "simultaneous"}
    stepdown : bool
        Test again what is left when something has been shown: narrower sets, the same guarantee.
    side : {"both", "lower", "upper"}
        "lower" bounds ranks from the good end only, "upper" from the bad end; the other limit is then
        the first or the last rank.
    within : {"all", "group"}
        Whether probabilities, ``distance``, ``fragile`` and ``method`` are those of ranks among all, or
        inside the class. Simultaneous sets inside classes hold together over all classes.
    cohort : str or sequence of str, optional
        A class, or units by code, name or alias. They alone are then the family: ranks are those among
        them, and simultaneous sets hold together for them and for nobody else (all classes of the period
        are the family of ``within="group"`` only without a cohort). Needed above 1,000 units.
    seed : int
        Of whatever is simulated.
    draws : int or None
        Draws for critical values where errors are shared: 0 for none (Šidák's inequality, a little
        wide), None for the usual number. With fewer than 30 degrees of freedom they have no effect, which
        ``note`` says. Probabilities have up to 10,000 draws of their own.

    Returns
    -------
    DataFrame
        Index unit: name, group, composite, adjusted, se, rank, lower, upper, rank_in_group,
        lower_in_group, upper_in_group, p_best, p_last, expected_rank, distance, fragile, method, note,
        and the last two in English. ``distance`` is how near the nearest comparison is to being decided
        otherwise, in standard errors. ``p_best``, ``p_last`` and ``expected_rank`` are flat-prior plug-ins
        (``attrs``), never grounds for certainty.

    Raises
    ------
    DataError
        A provisional evaluation, more than 1,000 units, no such unit or class, a standard error of zero
        that no value below declares.
    TypeError, ValueError
        An argument of another kind; a level outside 0-1, no such method, ...

    Notes
    -----
    That somebody is among the last *k* of *n* is shown only by a lower limit above ``n - k`` of
    ``method="simultaneous", side="lower"``. Who has an upper limit above ``n - k`` (``side="upper"``: the
    tau-worst set), or a lower one of at most *k* (``side="lower"``: tau-best), merely cannot be excluded
    from the last, or the first, *k*: that is never evidence.

    Where a tier, a cap or a floor of a rule lies within the errors, composites are not normal: the sets are
    then approximate, and ``note`` says so; `simulate` goes through the rules.

    Points are compared before rounding; where published ranks follow rounded points, a set is widened
    to hold the published rank and the places that ties share. Units without any error model
    (administrative figures only) and census units compare exactly with each other. Who has an error
    that nobody knows may stand anywhere, and widens the sets of all others by a place downwards.
    Source: Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91, 476-518.

    Examples
    --------
    >>> import pandas as pd
    >>> import township_eval as te
    >>> survey = {"kind": "satisfaction", "scale": {"yes": 100, "no": 0}}
    >>> scheme = te.read_scheme({"name": "Asked", "version": "1", "index": {
    ...     "children": [{"id": "asked", "weight": 100, "source": survey, "basis": "section 2"}]}})
    >>> counts = pd.DataFrame({"unit": list("aabbcc"), "answer": ["yes", "no"] * 3,
    ...                        "count": [90, 10, 85, 15, 50, 50]})
    >>> units = pd.DataFrame({"unit": list("abc"), "name": list("abc")})
    >>> evaluation = te.evaluate(scheme, te.Inputs(period="2018", units=units, satisfaction=counts))
    >>> rank_sets(evaluation)[["rank", "lower", "upper"]].to_numpy().tolist()
    [[1, 1, 2], [2, 1, 2], [3, 3, 3]]
    """
    expect(
        evaluation=(evaluation, EVALUATION), level=(level, NUMBER), method=(method, TEXT),
        stepdown=(stepdown, FLAG), side=(side, TEXT), within=(within, TEXT),
        cohort=(cohort, optional(NAMES)), seed=(seed, WHOLE), draws=(draws, optional(WHOLE)),
    )  # fmt: skip
    answerable(evaluation, "rank_sets")
    share_of(level)
    if within not in ("all", "group"):
        msg = f"within must be 'all' or 'group', not {within!r}"
        raise ValueError(msg)
    at = members(evaluation, cohort, "rank_sets")
    figures = rank_figures(evaluation, at)
    undeclared = list(_undeclared(evaluation, at, figures))
    if undeclared:
        raise DataError(undeclared)
    groups = [evaluation.units.groups[place] for place in at]
    asked: dict[str, Any] = {
        "level": level, "method": method, "stepdown": stepdown, "side": side, "seed": seed,
        "draws": draws,
    }  # fmt: skip
    overall, inside = sets_of(figures, **asked), sets_of(figures, groups, **asked)
    one = overall if within == "all" else inside
    labels = [""] * len(at) if within == "all" else groups
    frame = _standing(evaluation, at, figures, overall, inside)
    chances = chances_of_ranks(evaluation, at, labels, seed, None)
    frame["p_best"], frame["p_last"], frame["expected_rank"] = _chances(chances.share, labels, figures)
    frame["distance"], frame["fragile"] = one.distance, one.fragile
    ignored = draws != 0 and one.code == "small_df"
    notes = _notes(evaluation, at, figures, one, labels, ignored=ignored)
    for ending, lang in (("", "zh"), ("_en", "en")):
        frame[f"method{ending}"] = one.method.say(lang)
        frame[f"note{ending}"] = [note.say(lang) for note in notes]
    said = [PLUG_IN, *([BEYOND.format(n=chances.beyond)] if chances.beyond else ())]
    frame.attrs.update(
        level=level, sets=method, side=side, code=one.code, mc_error=float(one.mc_error.max(initial=0.0)),
        draws_ignored=ignored, probabilities_mc_error=chances.mc_error,
        note_zh=";".join(text.zh for text in said), note_en="; ".join(text.en for text in said),
    )  # fmt: skip
    return frame


def _standing(
    evaluation: Evaluation, at: Any, figures: Figures, overall: RankSets, inside: RankSets
) -> pd.DataFrame:
    units, standing = evaluation.units, evaluation.standing
    se = evaluation.precision.se[0][at] * evaluation.scheme.scale / 100.0
    return pd.DataFrame(
        {
            "name": [units.names[place] for place in at],
            "group": [units.groups[place] for place in at],
            "composite": standing.composite[at],
            "adjusted": standing.adjusted[at],
            "se": np.where(figures.unknown, np.nan, se),
            "rank": _whole(overall.rank),
            "lower": _whole(overall.lower),
            "upper": _whole(overall.upper),
            "rank_in_group": _whole(inside.rank),
            "lower_in_group": _whole(inside.lower),
            "upper_in_group": _whole(inside.upper),
        },
        index=pd.Index([units.codes[place] for place in at], name="unit"),
    )


def _undeclared(evaluation: Evaluation, at: Any, figures: Figures) -> Iterator[Problem]:
    """Yield a problem for every zero error of a composite that no value below has declared."""
    precision = evaluation.precision
    zero = (precision.se[0][at] == 0) & (precision.method[0][at] == 0) & figures.ranked
    declared = (evaluation.leaves.se[:, at] == 0).any(axis=0)
    for place in np.flatnonzero(zero & ~declared).tolist():
        name = evaluation.units.names[at[place]]
        what = Text(
            f"{name}的综合得分标准误为零,但没有一项数据声明为普查",
            f"the composite of {name} has a standard error of zero, and no value below is declared a census",
        )
        hint = Text(
            "确属普查的请在数据中声明;否则请给出误差",
            "declare the census in the data, or give the error",
        )
        yield Problem("error", "certainty.zero", evaluation.units.codes[at[place]], what, hint)


def _chances(chances: Array, labels: Sequence[str], figures: Figures) -> tuple[Array, Array, Array]:
    """Return the probabilities of the first and the last place, and the expected rank."""
    n = len(labels)
    label = np.array(labels, dtype=object)
    size = np.array([int((figures.ranked & (label == one)).sum()) for one in labels], dtype=np.intp)
    last = chances[np.arange(n), np.maximum(size - 1, 0)] if n else np.empty(0)
    return chances[:, 0] if n else last, last, chances @ np.arange(1.0, n + 1.0)


def _notes(
    evaluation: Evaluation, at: Any, figures: Figures, sets: RankSets, labels: Sequence[str],
    *, ignored: bool,
) -> list[Text]:  # fmt: skip
    """Say per unit what its set rests on, beyond the method."""
    stated = ~np.isnan(evaluation.precision.se[0][at])
    moved = evaluation.precision.method[0][at] != 0
    bent = ~has_normal_errors(evaluation)[at]
    lost = [labels[place] for place in np.flatnonzero(figures.unknown & figures.ranked).tolist()]
    notes = []
    for place in range(len(labels)):
        said = []
        if not figures.ranked[place]:
            said.append(_UNRANKED)
        elif figures.unknown[place]:
            said.append(_UNKNOWN)
        elif figures.exact[place]:
            said.append(_NO_MODEL if not stated[place] else _LEVEL if moved[place] else _CENSUS)
        others = lost.count(labels[place])
        if others and figures.ranked[place] and not figures.unknown[place]:
            said.append(_WIDENED.format(n=others))
        if bent[place] and figures.ranked[place] and not figures.unknown[place]:
            said.append(_BENT)
        if sets.fragile[place]:
            said.append(_FRAGILE)
        if ignored and not figures.exact[place] and not figures.unknown[place]:
            said.append(_IGNORED)
        notes.append(Text(";".join(text.zh for text in said), "; ".join(text.en for text in said)))
    return notes


def _whole(ranks: Array) -> Any:
    absent = np.isnan(ranks)
    return pd.arrays.IntegerArray(np.where(absent, 1.0, ranks).astype(np.int64), absent)
