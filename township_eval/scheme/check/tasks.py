"""Statements about tasks that can be counted by."""

from __future__ import annotations

from typing import Final

from township_eval.language import Text
from township_eval.scheme.check.draft import Draft
from township_eval.scheme.model import Indicator
from township_eval.scheme.sources import Tasks

__all__ = ["check_tasks"]

_BY_DEADLINE: Final = frozenset({"on_time", "done"})


def check_tasks(draft: Draft) -> None:
    """Report a period for measures that know no deadlines, and blanks among the tasks named."""
    for plain in draft.plains:
        for position, node in enumerate(plain.scheme.nodes()):
            source = node.source if isinstance(node, Indicator) else None
            if not isinstance(source, Tasks):
                continue
            path = (*draft.path_of(position), "source")
            if source.counted == "period" and source.measure not in _BY_DEADLINE:
                what = Text(
                    f"{source.measure} 不看完成时限,不能只计本期到期的任务",
                    f"{source.measure} looks at no deadline, so none of them lies in the period",
                )
                hint = Text(
                    "改用 on_time 或 done,或删去 counted", "use on_time or done, or leave counted out"
                )
                draft.error_in(plain, "tasks.counted", (*path, "counted"), what, hint)
            if any(not name.strip() for name in source.only):
                what = Text("only 中有空白", "`only` has a blank entry")
                hint = Text("写任务编号或章节", "write ids of tasks, or sections")
                draft.error_in(plain, "tasks.only", (*path, "only"), what, hint)
