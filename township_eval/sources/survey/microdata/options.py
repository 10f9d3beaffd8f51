"""The options of a survey estimate, and what is wrong with them before any answer is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from township_eval.errors import Problem, did_you_mean
from township_eval.language import Text
from township_eval.methods.estimation.design import LONELY
from township_eval.methods.estimation.intervals import INTERVALS
from township_eval.methods.estimation.linearized import KINDS

__all__ = ["Options"]


@dataclass(frozen=True)
class Options:
    """The options of `survey_estimates`, as given."""

    kind: str
    at_least: float | None
    level: float
    interval: str | None
    lonely: str
    deff: str
    scale: tuple[float, float] | None
    residuals: str

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the call itself."""
        for name, given, known in (
            ("kind", self.kind, KINDS),
            ("lonely", self.lonely, LONELY),
            ("deff", self.deff, ("wor", "wr")),
            ("residuals", self.residuals, ("weighted", "plain")),
            ("interval", self.interval, (None, *INTERVALS)),
        ):
            if given not in known:
                what = Text(f"{name} 不能写 {given}", f"{name} cannot be {given!r}")
                hint = did_you_mean(str(given), [word for word in known if word])
                yield Problem("error", f"survey.{name}", name, what, hint)
        if not 0 < self.level < 1:
            what = Text(
                f"置信水平 {self.level} 不在 0 与 1 之间", f"level {self.level} is not between 0 and 1"
            )
            yield Problem(
                "error", "survey.level", "level", what, Text("95% 写作 0.95", "write 0.95 for 95 percent")
            )
        if self.at_least is not None and self.kind in {"mean", "total"}:
            what = Text(
                f"at_least 只用于比例,kind 是 {self.kind}", f"at_least is for shares, not {self.kind}"
            )
            hint = Text("写 kind='share',或去掉 at_least", "write kind='share', or leave at_least out")
            yield Problem("error", "survey.at_least", "at_least", what, hint)
        if self.interval not in {None, "t"} and self.kind in {"mean", "total"}:
            what = Text(
                f"{self.interval} 区间只用于比例,kind 是 {self.kind}",
                f"the interval {self.interval} is for shares, not for kind {self.kind}",
            )
            hint = Text("均值与总数用 interval='t'", "a mean or total takes interval='t'")
            yield Problem("error", "survey.interval", "interval", what, hint)
        if self.scale is not None and not self.scale[0] < self.scale[1]:
            what = Text(f"量表 {self.scale} 下限不小于上限", f"the scale {self.scale} does not ascend")
            hint = Text("写成(最低, 最高)", "write (lowest, highest)")
            yield Problem("error", "survey.scale", "scale", what, hint)
