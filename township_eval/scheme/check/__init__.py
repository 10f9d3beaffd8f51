"""What a good scheme must satisfy, found out before any data."""

from __future__ import annotations

from township_eval.errors import Problem
from township_eval.language import Text
from township_eval.scheme.model import Scheme
from township_eval.scheme.parse.refusals import Where, path_text

__all__ = ["check_scheme"]


def check_scheme(scheme: Scheme, where: Where | None = None) -> tuple[Problem, ...]:
    """Return everything in a scheme that is wrong (errors) or deserves a look (warnings)."""
    where = where or path_text
    seen: set[str] = set()
    problems = []
    for node in scheme.nodes():
        if node.id in seen:
            what = Text(f"编号 {node.id} 重复", f"id {node.id!r} is used twice")
            problems.append(Problem("error", "id.twice", where(("index",)), what))
        seen.add(node.id)
    return tuple(problems)
