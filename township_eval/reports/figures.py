"""Figures of an evaluation, drawn with matplotlib (the extra ``plot``) and without its global state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from township_eval.errors import DataError, Problem, did_you_mean
from township_eval.evaluation import Evaluation
from township_eval.evaluation.certainty import LEVEL, interval_of
from township_eval.language import LANGUAGES, Text
from township_eval.reports.view import View, rounded

__all__ = ["plot_intervals"]

#: Fonts with Chinese characters in the order they are tried: those of free systems, of CI, of offices.
#: The Japanese face comes last: its characters are the same but for strokes, and older matplotlib knows
#: only the first face of a collection.
CHINESE_FONTS: Final = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Microsoft YaHei", "SimHei", "PingFang SC", "Heiti SC", "Hiragino Sans GB",
    "STHeiti", "SimSun", "Songti SC", "AR PL UMing CN", "Droid Sans Fallback", "Noto Sans CJK JP",
)  # fmt: skip
_LATIN: Final = "DejaVu Sans"  # comes with matplotlib

_MOST: Final = 400  # rows beyond which nobody can read a figure
_WIDTH, _ROW, _AROUND = 8.4, 0.34, 1.75  # inches: of the page, of a township, of title and axis together
_INK, _PALE, _BAND, _WARN = "#1f4e79", "#6b6b6b", "#f2f5f8", "#a61c1c"
_SPACE: Final = 0.06  # of the width of all intervals, left free on both sides

_MISSING: Final = Text("画图需要 matplotlib", "figures need matplotlib")
_INSTALL: Final = Text(
    '请安装:pip install "township-eval[plot]"', 'install it: pip install "township-eval[plot]"'
)
_NO_FONT: Final = (
    "No font with Chinese characters is installed: names are replaced by codes. "
    "Install one, e.g. Noto Sans CJK SC or WenQuanYi."
)
_HIDDEN_NOTICE: Final = "The scheme carries a notice in Chinese that cannot be printed without such a font."


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
    if lang not in LANGUAGES:
        msg = f"lang must be one of {LANGUAGES}, not {lang!r}"
        raise ValueError(msg)
    leaf = _leaf(evaluation, node)
    try:
        from matplotlib import figure as figures  # type: ignore[import-not-found,unused-ignore]
        from matplotlib import font_manager  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        raise DataError(
            [Problem("error", "figure.matplotlib", "plot_intervals", _MISSING, _INSTALL)]
        ) from None
    installed = {font.name for font in font_manager.fontManager.ttflist}
    font = next((name for name in CHINESE_FONTS if name in installed), None)
    view = View(evaluation, lang if font else "en")
    points = list(_points(view, leaf, plain=font is None))
    figure = figures.Figure(figsize=(_WIDTH, _AROUND + _ROW * len(points)), layout="constrained")
    axes = figure.add_subplot()
    _draw(view, axes, points)
    _write(view, axes, leaf, plain=font is None)
    _say_all(figure, axes, [font, _LATIN] if font else [_LATIN])
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
    if evaluation.units.n > _MOST:
        what = Text(
            f"共{evaluation.units.n}个单位,一张图最多画{_MOST}个",
            f"{evaluation.units.n} units; a figure holds {_MOST}",
        )
        hint = Text(
            "用 evaluation.values 选取后自行作图", "choose some from evaluation.values and plot those"
        )
        raise DataError([Problem("error", "figure.size", "plot_intervals", what, hint)])
    return found[0]


def _points(view: View, leaf: int, *, plain: bool) -> Iterator[_Point]:
    """Yield the rows of the figure from top to bottom; ``plain`` goes by codes, not by names."""
    units, leaves = view.evaluation.units, view.evaluation.leaves
    for group in dict.fromkeys([*view.group_ids, *units.groups]):  # who has no class stands last
        members = [at for at in range(units.n) if units.groups[at] == group]
        value = leaves.value[leaf, members]
        if group:
            yield _Point(_printable(view.group_name(group), group, plain=plain), heading=True)
        for place in np.lexsort((np.array(units.codes)[members], np.where(np.isnan(value), np.inf, -value))):
            at = members[place]
            label = units.codes[at] if plain else units.names[at]
            lower, upper = interval_of(view.evaluation, leaf, at)
            yield _Point(label, float(value[place]), lower, upper, bool(leaves.unknown[leaf, at]))


def _printable(text: str, instead: str, *, plain: bool) -> str:
    """Return a text, or what stands in for it where its characters cannot be printed."""
    if not plain or text.isascii():
        return text
    return instead if instead.isascii() else ""


def _draw(view: View, axes: Any, points: list[_Point]) -> None:
    """Draw the dots with their bars, a row each, and the numbers at the right."""
    height = len(points) - np.arange(len(points))
    for y, point in zip(height.tolist(), points, strict=True):
        if point.heading:
            axes.axhspan(y - 0.5, y + 0.5, color=_BAND, linewidth=0, zorder=1)  # over the grid
            axes.text(0.01, y, point.label, transform=axes.get_yaxis_transform(), va="center", color=_PALE)
            continue
        if point.upper > point.lower:
            axes.plot([point.lower, point.upper], [y, y], color=_INK, linewidth=1.6, marker="|", markersize=7)
        face = "white" if point.unknown else _INK
        axes.plot([point.value], [y], marker="o", color=_INK, markerfacecolor=face, markersize=6, zorder=3)
        axes.text(
            1.02, y, _numbers(view, point), transform=axes.get_yaxis_transform(), va="center",
            fontsize=9, color=_PALE if np.isnan(point.lower) else "black",
        )  # fmt: skip
    axes.set_yticks(height.tolist(), ["" if point.heading else point.label for point in points])
    axes.set_ylim(0.4, len(points) + 0.6)
    axes.set_xlim(*_limits(points))
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)


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


def _write(view: View, axes: Any, leaf: int, *, plain: bool) -> None:
    """Write the title, what the marks mean, and every notice a printed sheet would bear."""
    evaluation = view.evaluation
    node = evaluation.plan.nodes[evaluation.plan.leaves[leaf]]
    unit = getattr(node, "unit", "")
    head = " ".join(filter(None, (_printable(node.name, node.id, plain=plain), evaluation.period)))
    if not plain or head.isascii():
        axes.set_title(head, fontsize=13, loc="left", pad=24 if view.notices else 10)
    notices = list(view.notices)
    if plain and not all(notice.isascii() for notice in notices):
        notices = [_HIDDEN_NOTICE, *(notice for notice in notices if notice.isascii())]
    axes.annotate(
        "  ".join(notices), (0, 1), (0, 8), xycoords="axes fraction", textcoords="offset points",
        color=_WARN, fontsize=10,
    )  # fmt: skip
    legend = view.both(
        f"● 数值及{LEVEL:.0%}置信区间(无横线:无抽样误差)   ○ 误差未知",
        f"● value with {LEVEL:.0%} interval (no bar: no sampling error)   ○ error unknown",
    )
    shown = _printable(unit, "", plain=plain)
    lines = [f"{legend}   [{shown}]" if shown else legend, *([_NO_FONT] if plain else [])]
    axes.set_xlabel("\n".join(lines), fontsize=9, color=_PALE, loc="left")


def _say_all(figure: Any, axes: Any, fonts: list[str]) -> None:
    """Give every text its fonts, one by one: the settings of the library are shared by the process."""
    axes.tick_params(labelfontfamily=fonts)
    for text in figure.findobj(lambda artist: hasattr(artist, "set_fontfamily")):
        text.set_fontfamily(fonts)
