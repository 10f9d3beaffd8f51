"""Use of results (结果运用): lists for reference by stated conditions; nobody is decided about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.language import Text
from township_eval.scheme.conditions import Condition, parse_condition
from township_eval.scheme.conditions.nodes import Lookup
from township_eval.scheme.model import Use

__all__ = ["USE_COLUMNS", "select_uses"]

USE_COLUMNS: Final = ("use", "name", "unit", "note", "note_en")

_REFERENCE: Final = Text("仅供参考,不作为自动决定", "for reference, never a decision by itself")
_SHORT: Final = Text(
    "所依据的样本未达到方案要求,补充调查后再参考",
    "the sample behind it falls short: ask again before relying on it",
)


def select_uses(
    uses: Sequence[Use],
    units: Sequence[str],
    lookup: Lookup,
    labels: Mapping[str, Text],
    short: Callable[[Condition], NDArray[np.bool_]] | None = None,
) -> pd.DataFrame:
    """Return one row for every unit that a use selects, in the order of uses and of units.

    Parameters
    ----------
    uses : sequence of Use
    units : sequence of str
        Unit codes by position.
    lookup : callable
        Values of a condition's names and calls; what is unknown selects nobody.
    labels : mapping of str to Text
        Names of nodes.
    short : callable, optional
        For which units a condition asks about a sample that falls short of the scheme's demand; their rows
        say so.

    Examples
    --------
    >>> import numpy as np
    >>> use = Use(id="training", name="培训优先", when="work < 70")
    >>> rows = select_uses([use], ["甲镇", "乙乡"], {"work": np.array([65.0, 80.0])}.get, {})
    >>> rows[["use", "unit"]].values.tolist(), rows["note"][0]
    ([['training', '甲镇']], 'work低于70;仅供参考,不作为自动决定')
    """
    rows = [row for use in uses for row in _selected(use, units, lookup, labels, short)]
    return pd.DataFrame(rows, columns=list(USE_COLUMNS))


def _selected(
    use: Use,
    units: Sequence[str],
    lookup: Lookup,
    labels: Mapping[str, Text],
    short: Callable[[Condition], NDArray[np.bool_]] | None,
) -> Iterator[dict[str, str]]:
    condition = parse_condition(use.when)
    holds = np.broadcast_to(condition.evaluate(lookup), (len(units),)) == 1.0
    unsure = np.zeros(len(units), dtype=np.bool_) if short is None else short(condition)
    said, note = condition.words(labels), (Text(use.note, use.note),) if use.note else ()
    for at in np.flatnonzero(holds).tolist():
        parts = (said, *note, *((_SHORT,) if unsure[at] else ()), _REFERENCE)
        yield {
            "use": use.id,
            "name": use.name or use.id,
            "unit": units[at],
            "note": ";".join(part.zh for part in parts),
            "note_en": "; ".join(part.en for part in parts),
        }
