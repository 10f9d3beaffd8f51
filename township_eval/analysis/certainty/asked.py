"""What may be asked of an evaluation: a final one, about units that are there, at a level in between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.errors import DataError, Problem, did_you_mean
from township_eval.evaluation import Evaluation
from township_eval.evaluation.figures import MOST_UNITS
from township_eval.language import Text

__all__ = ["PLUG_IN", "answerable", "compared_with", "doubtful_grades", "members", "share_of"]

Flags = NDArray[np.bool_]

#: What every probability, and every simulated share and interval is.
PLUG_IN: Final = Text(
    "平先验代入值:以本期估计值代替真值算得,仅供参考,不作为定性依据",
    "flat-prior plug-in: computed with the estimates in place of the true values; no grounds for certainty",
)


def answerable(evaluation: Evaluation, what: str) -> None:
    """Raise ``DataError`` for a provisional evaluation: missing values are no sampling error."""
    if evaluation.provisional:
        said = Text(
            "预评(未定稿)数据未到齐,不能评定名次和得分的把握程度",
            "a provisional evaluation: how sure ranks and scores are cannot be said while values are missing",
        )
        hint = Text("数据到齐后正式评价,再行分析", "evaluate the complete data first")
        raise DataError([Problem("error", "certainty.provisional", what, said, hint)])


def share_of(level: float) -> float:
    """Return a confidence level; ``ValueError`` outside 0-1."""
    if not 0.0 < level < 1.0:
        msg = f"level must lie between 0 and 1, not {level!r}"
        raise ValueError(msg)
    return level


def members(evaluation: Evaluation, cohort: str | Sequence[str] | None, what: str) -> NDArray[np.intp]:
    """Return the positions of those whose ranks are asked for, in the order of the units.

    Parameters
    ----------
    cohort : str or sequence of str, optional
        A class, or units by code, name or alias; all units unless stated.

    Raises
    ------
    DataError
        No such class or unit, or more than 1,000 of them.
    """
    units = evaluation.units
    if cohort is None:
        found = list(range(units.n))
    elif isinstance(cohort, str):
        found = np.flatnonzero(units.group_mask(cohort)).tolist()
        if not found:
            raise DataError([_unknown(what, cohort, [*dict.fromkeys(units.groups)], "类别", "class")])
    else:
        places = [(name, units.find(str(name))) for name in cohort]
        unknown = [str(name) for name, at in places if at is None]
        if unknown:
            known = [*units.names, *units.codes]
            raise DataError([_unknown(what, name, known, "单位", "unit") for name in unknown])
        found = sorted({at for _, at in places if at is not None})
    if len(found) > MOST_UNITS:
        raise DataError([_many(what, len(found))])
    return np.array(found, dtype=np.intp)


def compared_with(evaluation: Evaluation, flags: Flags, labels: Sequence[str]) -> Flags:
    """Return who shares a label with a ranked unit that is flagged, (n_units,)."""
    ranked = ~np.isnan(evaluation.standing.rank)
    found = {labels[at] for at in np.flatnonzero(flags & ranked).tolist()}
    return np.array([label in found for label in labels], dtype=np.bool_)


def doubtful_grades(evaluation: Evaluation) -> Flags:
    """Return whose grade rests on an error that nobody knows: the own, or a rival's."""
    unknown, units = evaluation.precision.unknown[0], evaluation.units
    quotas = [grade.quota for grade in evaluation.scheme.grades if grade.quota is not None]
    if not quotas:
        return np.array(unknown)
    apart = all(quota.per == "group" for quota in quotas)
    return compared_with(evaluation, unknown, list(units.groups) if apart else [""] * units.n)


def _unknown(what: str, name: str, known: Sequence[str], zh: str, en: str) -> Problem:
    said = Text(f"没有这个{zh}:{name}", f"no such {en}: {name}")
    return Problem("error", "certainty.cohort", what, said, did_you_mean(name, [*known]))


def _many(what: str, n: int) -> Problem:
    said = Text(
        f"共{n}个单位,一次最多比较{MOST_UNITS}个的名次",
        f"{n} units; ranks of at most {MOST_UNITS} are compared",
    )
    hint = Text("用 cohort 指定类别或单位名单", "name a cohort: a class, or a list of units")
    if what == "grade_probabilities":  # places are shared by all: there is no cohort to name
        hint = Text("按类别或片区分别评价后再算", "evaluate classes or districts by themselves, then ask")
    return Problem("error", "certainty.many", what, said, hint)
