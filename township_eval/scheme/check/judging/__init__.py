"""What a scheme says of consequences, looked at before any data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from township_eval.scheme.check.draft import Draft
from township_eval.scheme.check.judging.adjustments import check_adjustments
from township_eval.scheme.check.judging.escalation import check_escalation
from township_eval.scheme.check.judging.flags import check_flags
from township_eval.scheme.check.judging.grades import check_grades
from township_eval.scheme.check.judging.limits import check_disclosure, check_limiters
from township_eval.scheme.check.judging.names import check_rule_names
from township_eval.scheme.check.judging.sanctions import check_direction, check_equality
from township_eval.scheme.check.judging.stated import check_conditions
from township_eval.scheme.check.judging.vetoes import check_veto_like, check_vetoes

__all__ = ["JUDGING"]

#: In the order they report.
JUDGING: Final[tuple[Callable[[Draft], None], ...]] = (
    check_conditions,
    check_grades,
    check_limiters,
    check_flags,
    check_escalation,
    check_equality,
    check_direction,
    check_vetoes,
    check_veto_like,
    check_adjustments,
    check_rule_names,
    check_disclosure,
)
