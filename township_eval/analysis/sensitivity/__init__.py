"""`sensitivity`: what a result depends on. Weights are drawn, other decisions taken, units left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.analysis.arguments import (
    EVALUATION,
    FLAG,
    NAMES,
    NAMES_OR_FLAG,
    NUMBER,
    NUMBER_OR_MAPPING,
    TEXT,
    expect,
    optional,
)
from township_eval.analysis.sensitivity.choices import (
    Choice,
    aggregated,
    dropped,
    merged,
    normalized,
    with_policy,
)
from township_eval.analysis.sensitivity.drawn import DrawnWeights
from township_eval.analysis.sensitivity.factors import SOBOL_COLUMNS, shares_of_variance
from township_eval.analysis.sensitivity.options import Options
from township_eval.analysis.sensitivity.order import REVERSAL_COLUMNS, reversals
from township_eval.analysis.sensitivity.rescoring import Family, Rescored, compares, family_of
from township_eval.analysis.sensitivity.result import Sensitivity
from township_eval.analysis.sensitivity.running import Runs
from township_eval.evaluation import Evaluation
from township_eval.inputs import NOT_APPLICABLE
from township_eval.language import Text

__all__ = ["Choice", "Sensitivity", "sensitivity"]

_REVERSAL_UNITS: Final = 1_000  # so many full scorings take a minute; more on request


def sensitivity(  # noqa: PLR0913  every option is one of the question's
    evaluation: Evaluation,
    *,
    draws: int = 1000,
    seed: int = 0,
    weights: float | Mapping[str, tuple[float, float]] = 100.0,
    without: bool | str | Sequence[str] = True,
    aggregations: Any = ("geometric", "harmonic"),
    normalizations: str | Sequence[str] = ("min_max", "z_score", "rank"),
    not_applicable: str | Sequence[str] = ("share_out", "full", "zero"),
    merge_classes: bool = True,
    within: str = "group",
    reversal: bool | None = None,
    sobol: int = 0,
) -> Sensitivity:
    """Ask what ranks depend on.

    Parameters
    ----------
    evaluation : Evaluation
        A finished one; values that were carried forward count as they did in it.
    draws, seed : int
        Draws of weights. Draw ``d`` is the same however many there are and however they are computed.
    weights : float or mapping
        Concentration of a Dirichlet distribution around the weights of each sibling group (100: a
        weight of 60 of 100 varies by 4.9, one of 10 by 3.0), or ``{node: (lowest, highest)}`` in the
        unit of the scheme's weights. Sums of siblings are kept in every class; weights of 0 stay 0.
    without : bool, str or sequence of str
        Nodes left out in turn; True: every indicator.
    aggregations : sequence, or one of them
        Names, aggregations such as ``PowerMean(2)``, or ``{dimension: name}`` for some dimensions only.
    normalizations : sequence of {"min_max", "z_score", "rank", "percentile", "rank_sum_ratio"}
        Scores of the indicators by comparison of all units.
    not_applicable : sequence of {"share_out", "share_out_all", "full", "zero"}
        Policies for what does not apply.
    merge_classes : bool
        Rank everybody together by the weights of each class in turn.
    within : {"group", "all"}
        Ranks inside each class, or over all units.
    reversal : bool, optional
        Leave out each unit in turn; by default for up to 1,000 units, or where no rule compares units.
    sobol : int
        Base points for shares of variance, such as 256; 0: none. The model runs
        ``sobol * (kinds of choice + 2)`` times.

    Returns
    -------
    Sensitivity
        Frames ``ranks``, ``shares``, ``choices``, ``effects``, ``reversal``, ``sobol``; ``scheme(run)``
        is the scheme of any draw or choice.

    Raises
    ------
    DataError
        Everything that is wrong with the question, or the evaluation is provisional or of one unit.
    TypeError
        Arguments of another kind, all of them.

    Notes
    -----
    Sources: OECD/JRC Handbook on Constructing Composite Indicators (2008), step 7; Saisana, Saltelli
    and Tarantola, Journal of the Royal Statistical Society A 168 (2005).

    Examples
    --------
    >>> import pandas as pd
    >>> import township_eval as te
    >>> scheme = te.read_scheme({"name": "Services", "version": "1", "index": {"children": [
    ...     {"id": "water", "weight": 60}, {"id": "roads", "weight": 40}]}})
    >>> values = pd.DataFrame({"water": [90.0, 80.0, 60.0], "roads": [60.0, 80.0, 50.0]}, index=list("abc"))
    >>> found = te.sensitivity(te.evaluate(scheme, te.Inputs(period="2018", values=values)), draws=200)
    >>> found.ranks[["rank", "min", "max"]].to_dict("index")["c"]
    {'rank': 3.0, 'min': 3.0, 'max': 3.0}
    >>> found.effects.set_index("choice").loc["drop:roads", "who"]
    'a、b'
    """
    expect(
        evaluation=(evaluation, EVALUATION), draws=(draws, NUMBER), seed=(seed, NUMBER),
        weights=(weights, NUMBER_OR_MAPPING), without=(without, optional(NAMES_OR_FLAG)),
        merge_classes=(merge_classes, FLAG), within=(within, TEXT), reversal=(reversal, optional(FLAG)),
        sobol=(sobol, NUMBER), normalizations=(normalizations, optional(NAMES)),
        not_applicable=(not_applicable, optional(NAMES)),
    )  # fmt: skip
    options = Options(
        draws,
        seed,
        weights,
        (without,) if isinstance(without, str) else without,
        _several(aggregations),
        _several(normalizations),
        _several(not_applicable),
        sobol,
    )
    options.check(evaluation, within=within)
    family = family_of(evaluation, by_class=within == "group")
    drawn = DrawnWeights(evaluation.plan, draws, seed, options.concentration, options.bounds)
    ranks = Runs(Rescored(evaluation, evaluation.scheme), drawn, family).ranks()
    ranks.setflags(write=False)
    turned, notes = _reversal(evaluation, family, wanted=reversal)
    shares = pd.DataFrame(columns=list(SOBOL_COLUMNS))
    if sobol:
        base = family.ranks_of(evaluation.score[0])
        shares = shares_of_variance(evaluation, options, drawn, family, base)
    found = tuple(_choices(evaluation, options, merge=merge_classes))
    notes += _notes(evaluation, options)
    return Sensitivity(evaluation, options, family, drawn, ranks, found, turned, shares, notes)


def _several(given: Any) -> tuple[Any, ...]:
    """Return what is given as a tuple; one name, mapping or aggregation is one of them."""
    if given is None:
        return ()
    one = isinstance(given, str | Mapping) or not isinstance(given, Iterable)
    return (given,) if one else tuple(given)


def _choices(evaluation: Evaluation, options: Options, *, merge: bool) -> Iterator[Choice]:
    scheme = evaluation.scheme
    yield from dropped(evaluation, options.dropped(evaluation))
    yield from (aggregated(scheme, how) for how in options.aggregations)
    yield from (normalized(evaluation, scheme, how) for how in options.normalizations)
    if _anything_inapplicable(evaluation):
        yield from (with_policy(scheme, how) for how in options.not_applicable)
    if merge and len(set(evaluation.units.groups)) > 1:
        yield from merged(evaluation)


def _anything_inapplicable(evaluation: Evaluation) -> bool:
    return bool((evaluation.leaves.status == NOT_APPLICABLE).any())


def _reversal(
    evaluation: Evaluation, family: Family, *, wanted: bool | None
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    many = compares(evaluation.plan) and evaluation.units.n > _REVERSAL_UNITS
    if wanted is False or (wanted is None and many):
        blank = pd.DataFrame(columns=list(REVERSAL_COLUMNS))
        blank.attrs["skipped"] = True
        note = Text(
            "未逐个去掉单位检验次序(需要时写 reversal=True)",
            "units were not left out in turn (reversal=True does)",
        )
        return blank, (note,)
    return reversals(evaluation, family), ()


def _notes(evaluation: Evaluation, options: Options) -> tuple[Text, ...]:
    notes = []
    if options.not_applicable and not _anything_inapplicable(evaluation):
        notes.append(
            Text(
                "本期没有不涉及的指标,不涉及的处理无从比较",
                "everything applies this period: its policy changes nothing",
            )
        )
    if np.isnan(evaluation.score[0]).any():
        names = "、".join(
            name
            for name, score in zip(evaluation.units.names, evaluation.score[0], strict=True)
            if np.isnan(score)
        )
        notes.append(Text(f"没有得分、不参加排名:{names}", f"without a score, not ranked: {names}"))
    return tuple(notes)
