"""What can be known of a leaf for one unit, and what is kept of the period before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.language import Text

__all__ = [
    "NOT_APPLICABLE",
    "NOT_DUE",
    "NOT_REPORTED",
    "REPORTED",
    "STATUS_NAMES",
    "STATUS_TEXTS",
    "Flags",
    "Past",
    "Statuses",
]

Statuses: TypeAlias = NDArray[np.int8]
Flags: TypeAlias = NDArray[np.bool_]

REPORTED: Final = 0
NOT_REPORTED: Final = 1
NOT_APPLICABLE: Final = 2
NOT_DUE: Final = 3

#: What stands in result frames and files, by status.
STATUS_NAMES: Final = ("reported", "not_reported", "not_applicable", "not_due")

STATUS_TEXTS: Final[tuple[Text, ...]] = (
    Text("已报", "reported"),
    Text("未报", "not reported"),
    Text("不涉及", "not applicable"),
    Text("本期不考核", "not due this period"),
)


@dataclass(frozen=True, eq=False)
class Past:
    """What sources may read of the period before: the last entry of the history, unpacked.

    Parameters
    ----------
    period : str
        Its text.
    values : DataFrame
        Index unit code, one column a leaf id: the values scored then.
    reported : DataFrame
        Tidy (unit, column, value): the columns reported then, as far as they were kept.
    """

    period: str
    values: pd.DataFrame
    reported: pd.DataFrame
