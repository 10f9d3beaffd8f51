"""The ranking of one period as a table for a terminal of 80 columns."""

from __future__ import annotations

import io
import shutil
from typing import TYPE_CHECKING, Any, Final

from township_eval.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from township_eval.evaluation import Evaluation

__all__ = ["ranking_rows", "ranking_table"]

_WIDTH: Final = 80
_ROWS: Final = 60  # a screen or two; the workbook has them all
_NONE: Final = "-"  # an em dash is one column wide on some terminals and two on others

_HEADS: Final = {
    "rank": Text("名次", "rank"),
    "group": Text("类别", "class"),
    "composite": Text("综合得分", "composite"),
    "adjusted": Text("加减分后", "adjusted"),
    "lower": Text("下限", "lower"),
    "upper": Text("上限", "upper"),
    "rank_in_group": Text("同类名次", "in class"),
    "set": Text("95%名次集", "95% set"),
    "set_in_group": Text("95%同类集", "class set"),
    "grade": Text("等次", "grade"),
}
_TEXTS: Final = frozenset({"name", "group", "grade"})
_SETS: Final = {"set": "", "set_in_group": "_in_group"}
_POINTS: Final = frozenset({"composite", "adjusted", "lower", "upper"})


def ranking_rows(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the results as records for JSON, best first, units without a rank last."""
    results = _best_first(evaluation.results).reset_index()
    return [dict(zip(results.columns, row, strict=True)) for row in results.itertuples(index=False)]


def ranking_table(evaluation: Evaluation, lang: str = "zh") -> str:
    """Return the ranking as text, best first, aligned by display width and without frames.

    Parameters
    ----------
    evaluation : Evaluation
        Any evaluation.
    lang : {"zh", "en"}
        Language of the headers.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Cell

    from township_eval.scheme.naming import unit_head

    results = _best_first(evaluation.results)
    columns = _columns(evaluation, results)
    heads = _HEADS | {"name": unit_head(evaluation.units.kinds)}
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        head = Cell(heads[column].say(lang))
        # Long names wrap, numbers never do. Cells are no markup: a name may hold brackets.
        table.add_column(
            head,
            justify="left" if column in _TEXTS else "right",
            no_wrap=column not in _TEXTS,
            overflow="fold",
        )
    for row in results.head(_ROWS).to_dict("records"):
        table.add_row(*(Cell(_said(column, row, evaluation.scheme.digits)) for column in columns))
    paper = io.StringIO()
    Console(file=paper, width=_width(), color_system=None, legacy_windows=False).print(table)
    lines = [line.rstrip() for line in paper.getvalue().splitlines()]
    if (hidden := len(results) - _ROWS) > 0:
        lines.append(Text(f"……其余 {hidden} 个单位见工作簿", f"... {hidden} more in the workbook").say(lang))
    return "\n".join(lines)


def _columns(evaluation: Evaluation, results: pd.DataFrame) -> list[str]:
    groups, ledger = evaluation.scheme.groups, len(evaluation.ledger_rows)
    precision = evaluation.precision
    stated = bool((precision.se[0] >= 0).any() or precision.unknown[0].any())  # NaN: no error is stated
    sets = stated and evaluation.rank_sets is not None
    shown = {
        "rank": True,
        "set": sets,
        "name": True,
        "group": bool(groups),
        "composite": True,
        "adjusted": bool(ledger),
        "lower": evaluation.provisional and "lower" in results,
        "upper": evaluation.provisional and "upper" in results,
        "rank_in_group": bool(groups),
        "set_in_group": sets and bool(groups),
        "grade": bool(evaluation.scheme.grades),
    }
    return [column for column, show in shown.items() if show]


def _best_first(results: pd.DataFrame) -> pd.DataFrame:
    return results.sort_values("rank", kind="stable", na_position="last")


def _set(row: dict[Any, Any], ending: str) -> str:
    """Say a rank set as its two ends, or as the one rank it holds."""
    import pandas as pd

    low, high = row[f"rank_lower{ending}"], row[f"rank_upper{ending}"]
    if pd.isna(low):
        return _NONE
    return str(int(low)) if low == high else f"{int(low)}-{int(high)}"


def _said(column: str, row: dict[Any, Any], digits: int) -> str:
    import pandas as pd

    if column in _SETS:
        return _set(row, _SETS[column])
    value = row[column]
    if column in _TEXTS:
        return str(value) or _NONE
    if pd.isna(value):
        return _NONE
    return f"{value:.{digits}f}" if column in _POINTS else str(int(value))


def _width() -> int:
    return min(_WIDTH, shutil.get_terminal_size((_WIDTH, 24)).columns)
