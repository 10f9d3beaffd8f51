"""How far the raters of a panel agree: by which coefficient, for which decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from township_eval.language import Text
from township_eval.methods.ratings import connected, fleiss_kappa, icc, kendall_w, krippendorff_alpha
from township_eval.methods.varying import Array
from township_eval.sources.evidence import Ask

__all__ = ["COLUMNS", "agreement"]

COLUMNS: Final = (
    "indicator", "statistic", "name", "value", "lower", "upper", "n_units", "n_raters",
    "serves_zh", "serves_en", "note_zh", "note_en",
)  # fmt: skip
#: So many different marks at most are grades; more are points on a scale, where kappa says nothing.
_GRADES: Final = 7
#: Above so many units the interval of alpha is left out: it would take longer than it is worth.
_MANY: Final = 500
_PAIR: Final = 2

_INTERVAL: Final = Text(
    "按分差看评分是否一致,可有缺评;宽严不同也算不一致",
    "agreement on points, missing ratings allowed; severity counts as disagreement",
)
_ORDINAL: Final = Text(
    "按高低次序看评分是否一致,可有缺评", "agreement on the order of marks, missing ratings allowed"
)
_W: Final = Text("各评估员排出的名次是否一致", "whether the raters rank the units alike")
_KAPPA: Final = Text("评定等次是否一致(不分差几等)", "agreement on grades, however far apart they are")
_SHORT: Final = Text("至少要有两个单位、两名评估员", "at least two units and two raters are needed")
_ALIKE: Final = Text("全部评分相同,无从比较", "all ratings are alike: nothing to compare")
_APART: Final = Text(
    "缺评太多或评估员之间没有共同的单位,无法计算",
    "too few ratings, or raters without units in common: cannot be computed",
)
_SPLIT: Final = Text(
    "评估员分成互不相连的几组,各组宽严无法相比,此数不可采信",
    "no rater links the groups of units: how strict the groups are cannot be told, do not rely on this",
)
_HOLES: Final = Text("评分人数不等,改看 alpha", "units have different numbers of ratings: see alpha")
_METRICS: Final[dict[Literal["interval", "ordinal"], Text]] = {"interval": _INTERVAL, "ordinal": _ORDINAL}


class _Row(NamedTuple):
    statistic: str
    name: str
    serves: Text
    value: float = np.nan
    lower: float = np.nan
    upper: float = np.nan
    n_units: int = 0
    n_raters: int = 0
    note: Text = Text("", "")


def agreement(ask: Ask, matrix: Array) -> pd.DataFrame:
    """Return one row per coefficient: value, 95 % interval, what was used, which decision it serves.

    Parameters
    ----------
    ask : Ask
        Names the leaf.
    matrix : array (n_units, n_raters)
        Scores, NaN where there is none.

    Returns
    -------
    DataFrame
        A coefficient that cannot be computed has no value and a note that says why. The interval of
        alpha is a bootstrap with a fixed seed; it is left out above 500 units.
    """
    given = ~np.isnan(matrix)
    panel = matrix[np.ix_(given.any(axis=1), given.any(axis=0))]
    rows = [*_icc(panel), *_alpha(panel), *_concordance(panel), *_kappa(panel)]
    return pd.DataFrame(
        [
            (
                ask.leaf.id, row.statistic, row.name, row.value, row.lower, row.upper,
                row.n_units, row.n_raters, row.serves.zh, row.serves.en, row.note.zh, row.note.en,
            )
            for row in rows
        ],
        columns=list(COLUMNS),
    )  # fmt: skip


def _icc(panel: Array) -> Iterator[_Row]:
    found = _tried(partial(icc, panel), panel)
    if isinstance(found, Text):
        yield _Row("ICC", "ICC", Text("", ""), note=found)
        return
    for key, form in found.items():
        name = f"{form.mcgraw_wong} = {form.shrout_fleiss}"
        note = Text("", "") if np.isfinite(form.value) else _ALIKE
        yield _Row(
            key, name, form.serves, form.value, form.lower, form.upper, found.n_units, found.n_raters, note
        )


def _alpha(panel: Array) -> Iterator[_Row]:
    draws = 2000 if len(panel) <= _MANY else 0
    split = len(connected(panel)) > 1  # alpha is a number all the same, and looks like any other
    for metric, serves in _METRICS.items():
        name = f"Krippendorff alpha ({metric})"
        found = _tried(partial(krippendorff_alpha, panel, metric, draws=draws), panel)
        if isinstance(found, Text):
            yield _Row(f"alpha_{metric}", name, serves, note=found)
            continue
        note = (_SPLIT if split else Text("", "")) if np.isfinite(found.value) else _ALIKE
        yield _Row(
            f"alpha_{metric}", name, serves, found.value, found.lower, found.upper,
            found.n_units, panel.shape[1], note,
        )  # fmt: skip


def _concordance(panel: Array) -> Iterator[_Row]:
    found = _tried(partial(kendall_w, panel), panel)
    if isinstance(found, Text):
        yield _Row("W", "Kendall W", _W, note=found)
        return
    note = Text("", "") if np.isfinite(found.value) else _ALIKE
    yield _Row("W", "Kendall W", _W, found.value, n_units=found.n_units, n_raters=found.n_raters, note=note)


def _kappa(panel: Array) -> Iterator[_Row]:
    """Yield Fleiss' kappa where marks are grades: few different ones."""
    grades = np.unique(panel[~np.isnan(panel)])
    if not 1 < len(grades) <= _GRADES:
        return
    counts = (panel[:, :, None] == grades).sum(axis=1)
    totals = counts.sum(axis=1)
    if (totals != totals[0]).any():
        yield _Row("kappa", "Fleiss kappa", _KAPPA, note=_HOLES)
        return
    found = _tried(partial(fleiss_kappa, counts), panel)
    if isinstance(found, Text):
        yield _Row("kappa", "Fleiss kappa", _KAPPA, note=found)
        return
    yield _Row(
        "kappa", "Fleiss kappa", _KAPPA, found.value, found.lower, found.upper, found.n_units, found.n_raters
    )


def _tried(compute: Callable[[], Any], panel: Array) -> Any:
    """Return a coefficient, or why there is none: a small panel is no reason to stop an evaluation."""
    if min(panel.shape) < _PAIR:
        return _SHORT
    try:
        return compute()
    except ValueError:
        return _APART
