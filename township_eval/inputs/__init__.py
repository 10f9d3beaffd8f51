"""One period's inputs: the tables, their contracts, and everything that is wrong with them.

`Inputs` holds the frames; `prepare` puts them in the order of the evaluated units and lists every
problem at once; sources then compute from `Prepared`.
"""

from township_eval.inputs.entries.columns import ColumnUse, column_uses, columns_read, is_percent
from township_eval.inputs.entries.matrix import Column, Columns
from township_eval.inputs.periods import PeriodKey, period_days, period_gap, period_key, period_problems
from township_eval.inputs.prepare import Prepared, prepare
from township_eval.inputs.status import (
    NOT_APPLICABLE,
    NOT_DUE,
    NOT_REPORTED,
    REPORTED,
    STATUS_NAMES,
    STATUS_TEXTS,
    Flags,
    Past,
)
from township_eval.inputs.tables import TABLES, Contract, Inputs
from township_eval.inputs.units import Units, resolve_units
from township_eval.inputs.variants import scheme_variants, unit_values

__all__ = [
    "Inputs", "TABLES", "Contract", "Units", "resolve_units", "scheme_variants", "unit_values",
    "Prepared", "prepare", "Column", "Columns", "ColumnUse", "column_uses", "columns_read", "is_percent",
    "REPORTED", "NOT_REPORTED", "NOT_APPLICABLE", "NOT_DUE", "STATUS_NAMES", "STATUS_TEXTS", "Flags",
    "Past", "PeriodKey", "period_days", "period_gap", "period_key", "period_problems",
]  # fmt: skip
