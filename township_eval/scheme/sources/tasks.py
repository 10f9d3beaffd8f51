"""What a unit did about the tasks of the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from township_eval.language import Text, listed

__all__ = ["Tasks"]

_UNREPORTED = "{said}; what nobody reported counts as not done"
_MEASURES = {
    "on_time": Text("按期完成任务数占应完成任务数的比例", "share of due tasks done on time"),
    "done": Text("完成任务数占应完成任务数的比例", "share of due tasks done"),
    "progress": Text("各项任务完成率的平均", "mean progress of the tasks"),
    "returns": Text("按时报送次数占应报送次数的比例", "share of returns filed on time"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """A share over the unit's tasks in the tables ``tasks`` (register) and ``returns``.

    In percent when the indicator's unit is ``%``. ``only`` names tasks or sections; without it all
    tasks count in which the unit has a role. ``counted`` says which deadlines ``on_time`` and ``done``
    look at: all that have passed ``to_date``, or only those of the ``period``. What nobody reported
    counts as not done.
    """

    kind: ClassVar[str] = "tasks"
    measure: Literal["on_time", "done", "progress", "returns"] = "on_time"
    only: tuple[str, ...] = ()
    counted: Literal["to_date", "period"] = "to_date"

    def words(self) -> Text:
        """Say how the number comes about."""
        said = _MEASURES[self.measure]
        if self.counted == "period":
            said = Text("{said}(只计本期到期的)", "{said} (with deadlines in the period)").format(said=said)
        if self.only:
            only = listed(self.only)
            said = Text("{said}(限{only})", "{said} (of {only})").format(said=said, only=only)
        return (
            said
            if self.measure == "returns"
            else Text("{said},未报送的按未完成计", _UNREPORTED).format(said=said)
        )
