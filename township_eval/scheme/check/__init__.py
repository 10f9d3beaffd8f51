"""What a good scheme must satisfy, found out before any data.

Errors make a scheme unusable; warnings deserve a look and stay with the scheme. Everything is said
at once, each with its place and what to do about it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from township_eval.errors import Problem
from township_eval.scheme.check.draft import Draft, Silent
from township_eval.scheme.check.grounds import check_basis, check_double_counting, check_stage_targets
from township_eval.scheme.check.judging import JUDGING
from township_eval.scheme.check.panels import check_panels
from township_eval.scheme.check.rules import check_rules, check_shares, check_totals, check_values_present
from township_eval.scheme.check.settings import check_settings
from township_eval.scheme.check.surveys import check_surveys
from township_eval.scheme.check.tasks import check_tasks
from township_eval.scheme.check.tree import (
    check_applicability,
    check_ids,
    check_multipliers,
    check_tree,
    check_units,
)
from township_eval.scheme.check.varying import check_varying
from township_eval.scheme.check.weights import check_groups_have_indicators, check_previous, check_weights
from township_eval.scheme.model import Scheme
from township_eval.scheme.parse.refusals import Path, Where, path_text

__all__ = ["check_scheme"]

#: Look at the file alone; they must pass before the plain schemes below mean anything.
_FIRST: Final[tuple[Callable[[Draft], None], ...]] = (
    check_ids,
    check_units,
    check_tree,
    check_applicability,
    check_varying,
    check_settings,
    *JUDGING,
)
_THEN: Final[tuple[Callable[[Draft], None], ...]] = (
    check_weights,
    check_groups_have_indicators,
    check_previous,
    check_rules,
    check_shares,
    check_multipliers,
    check_surveys,
    check_panels,
    check_tasks,
    check_values_present,
    check_totals,
    check_stage_targets,
    check_basis,
    check_double_counting,
)


def check_scheme(
    scheme: Scheme, where: Where | None = None, *, period: str = "", silent: Silent | None = None
) -> tuple[Problem, ...]:
    """Return everything in a scheme that is wrong (errors) or deserves a look (warnings).

    Parameters
    ----------
    scheme : Scheme
        As `parse_scheme` returns it.
    where : callable, optional
        Turns a path into the place a user knows; the path as text by default.
    period : str, optional
        Look at this period only, as when it is about to be evaluated; else at every period the
        scheme names and at any other.
    silent : callable, optional
        Tells by code and path what not to report: what only follows from something said already.

    Returns
    -------
    tuple of Problem
        In the order of the checks; empty for a scheme without a fault.

    Examples
    --------
    >>> from township_eval.scheme.parse import parse_scheme
    >>> scheme = parse_scheme({"name": "办法", "version": 1, "index": {"children": [
    ...     {"id": "a", "weight": 60, "basis": "二(六)3"}, {"id": "b", "weight": 39, "basis": "三(四)"}]}})
    >>> [problem.code for problem in check_scheme(scheme)]
    ['weights.sum']
    """
    draft = Draft(scheme, where or path_text, period, silent or _says_all)
    for check in (*_FIRST, *_THEN):
        check(draft)
        draft.settle()
    return tuple(draft.problems)


def _says_all(code: str, path: Path) -> bool:
    del code, path
    return False
