"""Flags: which measures a scheme's rules propose, for whom, on what evidence and how sure."""

from township_eval.rules.flags.before import Before, EarlierPeriod, OpenFlag
from township_eval.rules.flags.classes import whole_class_problems
from township_eval.rules.flags.ladder import JudgedRule, climb, required_of
from township_eval.rules.flags.rows import (
    CLEARED,
    CONTINUED,
    FLAG_COLUMNS,
    NOT_DISTINGUISHABLE,
    OPEN,
    PROPOSED,
    RESURVEY,
    WAIVED,
    Raised,
    Spoken,
    flag_frame,
    no_flags,
)

__all__ = [
    "CLEARED", "CONTINUED", "FLAG_COLUMNS", "NOT_DISTINGUISHABLE", "OPEN", "PROPOSED", "RESURVEY",
    "WAIVED", "Before", "EarlierPeriod", "JudgedRule", "OpenFlag", "Raised", "Spoken", "climb", "flag_frame",
    "no_flags", "required_of", "whole_class_problems",
]  # fmt: skip
