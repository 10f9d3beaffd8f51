"""What all figures share: matplotlib without its global state, fonts for names, and every notice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from township_eval.errors import DataError, Problem
from township_eval.evaluation import Evaluation
from township_eval.language import LANGUAGES, Text
from township_eval.reports.view import View

__all__ = ["BAND", "INK", "PALE", "Paper", "printable"]

#: Fonts with Chinese characters in the order they are tried: those of free systems, of CI, of offices.
#: The Japanese face comes last: its characters are the same but for strokes, and older matplotlib knows
#: only the first face of a collection.
CHINESE_FONTS: Final = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Microsoft YaHei", "SimHei", "PingFang SC", "Heiti SC", "Hiragino Sans GB",
    "STHeiti", "SimSun", "Songti SC", "AR PL UMing CN", "Droid Sans Fallback", "Noto Sans CJK JP",
)  # fmt: skip
_LATIN: Final = "DejaVu Sans"  # comes with matplotlib


MOST: Final = 400  # rows beyond which nobody can read a figure
INK, PALE, BAND = "#1f4e79", "#6b6b6b", "#f2f5f8"
_WARN: Final = "#a61c1c"
_WIDTH, _ROW, _AROUND = 8.4, 0.34, 1.75  # inches: of the page, of a township, of title and axis together
_MISSING: Final = Text("画图需要 matplotlib", "figures need matplotlib")
_INSTALL: Final = Text(
    '请安装:pip install "township-eval[plot]"', 'install it: pip install "township-eval[plot]"'
)
_NO_FONT: Final = (
    "No font with Chinese characters is installed: names are replaced by codes. "
    "Install one, e.g. Noto Sans CJK SC or WenQuanYi."
)
_HIDDEN_NOTICE: Final = "The scheme carries a notice in Chinese that cannot be printed without such a font."


class Paper:
    """A figure to be drawn on: rows of townships, a title, what the marks mean, and the notices.

    Parameters
    ----------
    evaluation : Evaluation
    lang : {"zh", "en"}
        Language of title and legend; English where no font with Chinese characters is installed.
    by : str
        The function that draws, for problems.

    Attributes
    ----------
    view : View
    plain : bool
        Whether names have to be replaced by codes for want of a font.

    Raises
    ------
    DataError
        More than 400 townships, or matplotlib is not installed.
    ValueError
        There is no such language.
    """

    def __init__(self, evaluation: Evaluation, lang: str, by: str) -> None:
        if lang not in LANGUAGES:
            msg = f"lang must be one of {LANGUAGES}, not {lang!r}"
            raise ValueError(msg)
        if evaluation.units.n > MOST:
            raise DataError([_too_many(evaluation.units.n, by)])
        try:
            from matplotlib import figure as figures  # type: ignore[import-not-found,unused-ignore]
            from matplotlib import font_manager  # type: ignore[import-not-found,unused-ignore]
        except ImportError:
            raise DataError([Problem("error", "figure.matplotlib", by, _MISSING, _INSTALL)]) from None
        installed = {font.name for font in font_manager.fontManager.ttflist}
        font = next((name for name in CHINESE_FONTS if name in installed), None)
        self._figures = figures
        self._fonts = [font, _LATIN] if font else [_LATIN]
        self.plain = font is None
        self.view = View(evaluation, lang if font else "en")

    def sheet(self, rows: int) -> tuple[Any, Any]:
        """Return a figure and its axes, high enough for so many rows."""
        figure = self._figures.Figure(figsize=(_WIDTH, _AROUND + _ROW * rows), layout="constrained")
        axes = figure.add_subplot()
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.set_axisbelow(True)
        return figure, axes

    def label(self, axes: Any, names: Sequence[str]) -> None:
        """Name the rows from top to bottom; the first stands at the height of their number."""
        n = len(names)
        axes.set_yticks(list(range(n, 0, -1)), list(names))
        axes.set_ylim(0.4, n + 0.6)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color="#dddddd", linewidth=0.6)

    def heading(self, axes: Any, y: float, label: str) -> None:
        """Draw the row that heads a class."""
        axes.axhspan(y - 0.5, y + 0.5, color=BAND, linewidth=0, zorder=1)  # over the grid
        axes.text(0.01, y, label, transform=axes.get_yaxis_transform(), va="center", color=PALE)

    def beside(self, axes: Any, y: float, text: str, *, pale: bool) -> None:
        """Write at the right of a row."""
        axes.text(
            1.02, y, text, transform=axes.get_yaxis_transform(), va="center", fontsize=9,
            color=PALE if pale else "black",
        )  # fmt: skip

    def finish(self, figure: Any, axes: Any, head: str, legend: Sequence[str]) -> None:
        """Write the title, what the marks mean, and every notice a printed sheet would bear."""
        if not self.plain or head.isascii():
            axes.set_title(head, fontsize=13, loc="left", pad=24 if self.view.notices else 10)
        notices = list(self.view.notices)
        if self.plain and not all(notice.isascii() for notice in notices):
            notices = [_HIDDEN_NOTICE, *(notice for notice in notices if notice.isascii())]
        axes.annotate(
            "  ".join(notices), (0, 1), (0, 8), xycoords="axes fraction", textcoords="offset points",
            color=_WARN, fontsize=10,
        )  # fmt: skip
        lines = [*legend, *([_NO_FONT] if self.plain else [])]
        axes.set_xlabel("\n".join(lines), fontsize=9, color=PALE, loc="left")
        # every text its fonts, one by one: the settings of the library are shared by the process
        axes.tick_params(labelfontfamily=self._fonts)
        for text in figure.findobj(lambda artist: hasattr(artist, "set_fontfamily")):
            text.set_fontfamily(self._fonts)


def printable(text: str, instead: str, *, plain: bool) -> str:
    """Return a text, or what stands in for it where its characters cannot be printed."""
    if not plain or text.isascii():
        return text
    return instead if instead.isascii() else ""


def _too_many(n: int, by: str) -> Problem:
    what = Text(f"共{n}个单位,一张图最多画{MOST}个", f"{n} units; a figure holds {MOST}")
    hint = Text(
        "用 evaluation.values 或 evaluation.results 选取后自行作图",
        "choose some from evaluation.values or evaluation.results and plot those",
    )
    return Problem("error", "figure.size", by, what, hint)
