"""The codes of certainty in words."""

from __future__ import annotations

from typing import Final

from township_eval.language import Text

__all__ = ["CERTAINTY_LABELS"]

CERTAINTY_LABELS: Final = {
    "confirmed": Text("确认", "confirmed"),
    "probable": Text("较有把握", "probable"),
    "not_distinguishable": Text("不可区分", "not distinguishable"),
}
