"""Ranks with their sets, classes apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from township_eval.analysis.certainty.ranks import rank_sets
from township_eval.evaluation import Evaluation
from township_eval.reports.figures.paper import INK, Paper, printable
from township_eval.reports.view import View
from township_eval.rules.rank_sets import LEVEL

__all__ = ["plot_rank_sets"]


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the figure; a class heads its townships as a row without a rank."""

    label: str
    rank: int | None = None
    lower: int = 0
    upper: int = 0
    unknown: bool = False
    heading: bool = False


def plot_rank_sets(
    evaluation: Evaluation, *, level: float = LEVEL, within: str = "all", lang: str = "zh"
) -> Any:
    """Draw the rank of every township with its confidence set, classes apart, best first.

    A dot is the published rank, the bar its marginal set: the ranks that the errors of the evaluation
    leave possible. A dot without a bar has one possible rank; a hollow dot has an error that nobody
    knows, and may stand anywhere. The numbers at the right are the published rank and its set.

    Parameters
    ----------
    evaluation : Evaluation
        Any final evaluation, also one read from its archive.
    level : float
        Confidence level of the sets.
    within : {"all", "group"}
        Ranks among all townships, or inside the class.
    lang : {"zh", "en"}, default "zh"
        Language of title and legend; names stay as the scheme writes them.

    Returns
    -------
    matplotlib.figure.Figure
        Made without pyplot, as by `plot_intervals`; the scheme's notice is printed on it.

    Raises
    ------
    DataError
        A provisional evaluation, more than 400 townships, or matplotlib is not installed.
    ValueError
        No such language, or a level outside 0-1.

    Examples
    --------
    >>> import pandas as pd
    >>> import township_eval as te
    >>> scheme = te.read_scheme({
    ...     "name": "Services", "version": "1",
    ...     "index": {"children": [{"id": "water", "weight": 100, "basis": "section 2"}]}})
    >>> values = pd.DataFrame({"water": [98.5, 79.0]}, index=["North", "South"])
    >>> evaluation = te.evaluate(scheme, te.Inputs(period="2018", values=values))
    >>> te.plot_rank_sets(evaluation, lang="en").axes[0].get_title(loc="left")
    'Ranks and their 95 % sets 2018'
    """
    paper = Paper(evaluation, lang, "plot_rank_sets")
    rows = list(_rows(paper, level, within))
    figure, axes = paper.sheet(len(rows))
    _draw(paper, axes, rows)
    view, said = paper.view, f"{100 * level:g}"
    inside = view.both("同类", "in class ") if within == "group" else ""
    head = view.both(
        f"{evaluation.period} {inside}名次及{said}%名次集",
        f"Ranks {inside}and their {said} % sets {evaluation.period}",
    )
    legend = view.both(
        f"● 公布名次   横线:{said}%名次集(误差范围内可能的名次)   ○ 误差不明,任何名次都有可能",
        f"● published rank   bar: {said} % set, ranks that the errors leave possible   ○ error unknown",
    )
    paper.finish(figure, axes, head, [legend])
    return figure


def _rows(paper: Paper, level: float, within: str) -> Iterator[_Row]:
    """Yield the rows of the figure from top to bottom."""
    view = paper.view
    units, unknown = view.evaluation.units, view.evaluation.precision.unknown[0]
    ending = "_in_group" if within == "group" else ""
    sets = rank_sets(view.evaluation, level=level, within=within)
    ends = [sets[f"{name}{ending}"].to_numpy(dtype=np.float64, na_value=np.nan) for name in _ENDS]
    for group in dict.fromkeys([*view.group_ids, *units.groups]):  # who has no class stands last
        members = [at for at in view.order.tolist() if units.groups[at] == group]
        if group:
            yield _Row(printable(view.group_name(group), group, plain=paper.plain), heading=True)
        for at in members:
            label = units.codes[at] if paper.plain else units.names[at]
            if np.isnan(ends[0][at]):
                yield _Row(label)
            else:
                rank, lower, upper = (int(end[at]) for end in ends)
                yield _Row(label, rank, lower, upper, unknown=bool(unknown[at]))


_ENDS = ("rank", "lower", "upper")


def _draw(paper: Paper, axes: Any, rows: list[_Row]) -> None:
    """Draw the dots with their bars, and the numbers at the right."""
    for y, row in zip(range(len(rows), 0, -1), rows, strict=True):
        if row.heading:
            paper.heading(axes, y, row.label)
            continue
        if row.rank is not None:
            if row.upper > row.lower:
                axes.plot([row.lower, row.upper], [y, y], color=INK, linewidth=1.6, marker="|", markersize=7)
            face = "white" if row.unknown else INK
            axes.plot([row.rank], [y], marker="o", color=INK, markerfacecolor=face, markersize=6, zorder=3)
        paper.beside(axes, y, _numbers(paper.view, row), pale=row.rank is None)
    paper.label(axes, ["" if row.heading else row.label for row in rows])
    last = max((row.upper for row in rows), default=1)
    axes.set_xlim(0.5, max(last, 1) + 0.5)
    from matplotlib.ticker import MaxNLocator  # type: ignore[import-not-found,unused-ignore]

    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))


def _numbers(view: View, row: _Row) -> str:
    """Say a row in numbers."""
    if row.rank is None:
        return view.both("未排名", "not ranked")
    if row.upper == row.lower:
        return f"{row.rank}"
    return f"{row.rank} ({row.lower}—{row.upper})"
