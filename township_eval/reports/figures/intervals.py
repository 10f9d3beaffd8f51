"""An indicator's values with their intervals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from township_eval.errors import DataError, Problem, did_you_mean
from township_eval.evaluation import Evaluation
from township_eval.evaluation.certainty import LEVEL, interval_of
from township_eval.language import Text
from township_eval.reports.figures.paper import INK, Paper, printable
from township_eval.reports.view import View, rounded

__all__ = ["plot_intervals"]

_SPACE: Final = 0.06  # of the width of all intervals, left free on both sides


@dataclass(frozen=True, slots=True)
class _Point:
    """One row of the figure; a class heads its townships as a row without a value."""

    label: str
    value: float = np.nan
    lower: float = np.nan
    upper: float = np.nan
    unknown: bool = False
    heading: bool = False


def plot_intervals(evaluation: Evaluation, node: str, *, lang: str = "zh") -> Any:
    """Draw an indicator's values with their intervals, townships by class, highest first.

    A full dot with a bar is a value with its 95 % interval; a full dot without a bar has no sampling
    error (a complete list) or is an administrative figure; a hollow dot has an error that nobody knows.
    Overlapping bars do not show that two townships are equal, nor does a gap rank them: see the page
    "From answers to a satisfaction score".

    Parameters
    ----------
    evaluation : Evaluation
        Any evaluation, also one read from its archive.
    node : str
        Id or name of an indicator.
    lang : {"zh", "en"}, default "zh"
        Language of title and legend; names stay as the scheme writes them.

    Returns
    -------
    matplotlib.figure.Figure
        Made without pyplot: nothing is opened and no global state is changed. Save it with
        ``figure.savefig("satisfaction.svg")`` (or ``.png``, ``.pdf``). The scheme's notice, and that a
        result is provisional, are printed on it. Where no font with Chinese characters is installed,
        townships go by their codes and a line says so.

    Raises
    ------
    DataError
        There is no such indicator, there are more than 400 townships, or matplotlib is not installed.
    ValueError
        There is no such language.

    Examples
    --------
    >>> import pandas as pd
    >>> import township_eval as te
    >>> scheme = te.read_scheme({
    ...     "name": "Services", "version": "1",
    ...     "index": {"children": [{"id": "water", "weight": 100, "basis": "section 2"}]}})
    >>> values = pd.DataFrame({"water": [98.5, 79.0]}, index=["North", "South"])
    >>> evaluation = te.evaluate(scheme, te.Inputs(period="2018", values=values))
    >>> figure = te.plot_intervals(evaluation, "water", lang="en")
    >>> figure.axes[0].get_title(loc="left")
    'water 2018'
    """
    leaf = _leaf(evaluation, node)
    paper = Paper(evaluation, lang, "plot_intervals")
    points = list(_points(paper, leaf))
    figure, axes = paper.sheet(len(points))
    _draw(paper, axes, points)
    node_of = evaluation.plan.nodes[evaluation.plan.leaves[leaf]]
    head = " ".join(filter(None, (printable(node_of.name, node_of.id, plain=paper.plain), evaluation.period)))
    legend = paper.view.both(
        f"● 数值及{LEVEL:.0%}置信区间(无横线:无抽样误差)   ○ 误差未知",
        f"● value with {LEVEL:.0%} interval (no bar: no sampling error)   ○ error unknown",
    )
    shown = printable(getattr(node_of, "unit", ""), "", plain=paper.plain)
    paper.finish(figure, axes, head, [f"{legend}   [{shown}]" if shown else legend])
    return figure


def _leaf(evaluation: Evaluation, node: str) -> int:
    """Return the position of an indicator among the leaves."""
    plan = evaluation.plan
    nodes = [plan.nodes[row] for row in plan.leaves]
    found = [leaf for leaf, one in enumerate(nodes) if node in (one.id, one.name)]
    if not found:
        what = Text(f"没有这个指标:{node}", f"no such indicator: {node}")
        hint = did_you_mean(node, [name for one in nodes for name in (one.id, one.name)])
        raise DataError([Problem("error", "figure.node", "plot_intervals", what, hint)])
    return found[0]


def _points(paper: Paper, leaf: int) -> Iterator[_Point]:
    """Yield the rows of the figure from top to bottom."""
    view = paper.view
    units, leaves = view.evaluation.units, view.evaluation.leaves
    for group in dict.fromkeys([*view.group_ids, *units.groups]):  # who has no class stands last
        members = [at for at in range(units.n) if units.groups[at] == group]
        value = leaves.value[leaf, members]
        if group:
            yield _Point(printable(view.group_name(group), group, plain=paper.plain), heading=True)
        for place in np.lexsort((np.array(units.codes)[members], np.where(np.isnan(value), np.inf, -value))):
            at = members[place]
            label = units.codes[at] if paper.plain else units.names[at]
            lower, upper = interval_of(view.evaluation, leaf, at)
            yield _Point(label, float(value[place]), lower, upper, bool(leaves.unknown[leaf, at]))


def _draw(paper: Paper, axes: Any, points: list[_Point]) -> None:
    """Draw the dots with their bars, a row each, and the numbers at the right."""
    for y, point in zip(range(len(points), 0, -1), points, strict=True):
        if point.heading:
            paper.heading(axes, y, point.label)
            continue
        if point.upper > point.lower:
            axes.plot([point.lower, point.upper], [y, y], color=INK, linewidth=1.6, marker="|", markersize=7)
        face = "white" if point.unknown else INK
        axes.plot([point.value], [y], marker="o", color=INK, markerfacecolor=face, markersize=6, zorder=3)
        paper.beside(axes, y, _numbers(paper.view, point), pale=bool(np.isnan(point.lower)))
    paper.label(axes, ["" if point.heading else point.label for point in points])
    axes.set_xlim(*_limits(points))


def _limits(points: Iterable[_Point]) -> tuple[float, float]:
    """Return the ends of the axis: all intervals with some space around."""
    ends = np.array([(point.value, point.lower, point.upper) for point in points]).ravel()
    ends = ends[np.isfinite(ends)]
    if not ends.size:
        return 0.0, 100.0
    space = max(_SPACE * float(np.ptp(ends)), 0.5)
    return float(ends.min()) - space, float(ends.max()) + space


def _numbers(view: View, point: _Point) -> str:
    """Say a row in numbers."""
    if np.isnan(point.value):
        return view.both("无数据", "no value")
    value, lower, upper = (
        f"{one:.1f}" for one in rounded(np.array([point.value, point.lower, point.upper]), 1)
    )
    if point.unknown:
        return view.both(f"{value} 误差未知", f"{value} error unknown")
    if np.isnan(point.lower):
        return value
    return f"{value} ({lower}—{upper})" if point.upper > point.lower else value
