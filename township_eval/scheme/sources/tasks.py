"""What a unit did about the tasks of the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from township_eval.language import Text

__all__ = ["Tasks"]

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
    tasks count in which the unit has a role.
    """

    kind: ClassVar[str] = "tasks"
    measure: Literal["on_time", "done", "progress", "returns"] = "on_time"
    only: tuple[str, ...] = ()

    def words(self) -> Text:
        """Say how the number comes about."""
        if not self.only:
            return _MEASURES[self.measure]
        return Text("{measure}(限{only})", "{measure} (of {only})").format(
            measure=_MEASURES[self.measure],
            only=Text("、".join(self.only), ", ".join(self.only)),
        )
