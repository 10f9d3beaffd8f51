"""Earlier evaluations as conditions and the ladder see them: of this period's length, flags by rule id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from township_eval.errors import Problem
from township_eval.evaluation import Evaluation
from township_eval.inputs.periods import period_gap, period_key
from township_eval.language import Text
from township_eval.rules.flags import OPEN, EarlierPeriod
from township_eval.scheme.model import Scheme

__all__ = ["Earlier", "earlier_periods", "ladder_problems", "other_length"]


@dataclass(frozen=True, eq=False)
class Earlier:
    """One earlier period: its evaluation, and how many periods before this one it is.

    ``back`` counts the periods that should lie between, given or not; for texts without an order it is
    the place in the history.
    """

    evaluation: Evaluation
    back: int

    @property
    def flags(self) -> EarlierPeriod:
        """Its flags, as the rules take them."""
        rules = frozenset(rule.id for rule in self.evaluation.scheme.flags)
        known = not self.evaluation.provisional
        evaluated = frozenset(self.evaluation.units.codes)
        rows = self.evaluation.flag_rows
        return EarlierPeriod(self.evaluation.period, self.back, rows, rules, known, evaluated)


def earlier_periods(period: str, history: Sequence[Evaluation]) -> tuple[Earlier, ...]:
    """Return the history of periods of the same length, newest first.

    Quarters are compared with quarters and half-years with half-years; a year among them is left out. Texts
    without an order are taken as they stand.
    """
    key = period_key(period)
    if key is None:
        return tuple(Earlier(one, back) for back, one in enumerate(reversed(history), start=1))
    found = []
    for one in reversed(history):
        gap = period_gap(one.period, period)
        if gap is not None and gap >= 0:
            found.append(Earlier(one, gap + 1))
    return tuple(found)


def other_length(period: str, history: Sequence[Evaluation]) -> Iterator[Problem]:
    """Yield a warning where flags are open only in periods of another length, which are not carried on."""
    if earlier_periods(period, history):
        return
    for one in reversed(history):
        rows = one.flag_rows
        if len(rows) and rows["status"].isin(OPEN).any():
            what = Text(
                f"{one.period}还有未解除的预警,但与{period}长短不同,不延续、不累计",
                f"{one.period} has open flags, but is of another length than {period}: they do not go on",
            )
            hint = Text(
                "按季、按半年各自累计;改变周期的,请在新周期首期前办结或另行登记",
                "each length is counted apart; on a change of cycle, close or register them first",
            )
            yield Problem("warning", "history.length", f"history {one.period}", what, hint)
            return


def ladder_problems(scheme: Scheme, period: str, earlier: Sequence[Earlier]) -> Iterator[Problem]:
    """Yield warnings where what is counted over periods was counted under another scheme, or has a gap."""
    counted = [rule for rule in scheme.flags if rule.escalates is not None or "flagged(" in rule.condition]
    if not counted:
        return
    for one in earlier:
        if one.evaluation.scheme.fingerprint != scheme.fingerprint:
            what = Text(
                f"{one.evaluation.period}按另一版方案评定,同编号规则的预警仍计入连续期数",
                f"{one.evaluation.period} was made with another scheme: its flags count by rule id",
            )
            hint = Text("核对同编号的规则含义是否一致", "check that rules of the same id mean the same")
            yield Problem("warning", "history.fingerprint", f"history {one.evaluation.period}", what, hint)
    backs = [one.back for one in earlier]
    missing = sorted(set(range(1, max(backs, default=0) + 1)) - set(backs))
    if missing:
        what = Text(
            f"{period}之前缺{len(missing)}期结果,连续期数在缺口处中断",
            f"{len(missing)} period(s) before {period} are not given: counts of periods in a row stop there",
        )
        hint = Text("补齐历史结果(history)", "give the periods left out as history")
        yield Problem("warning", "history.gap", f"period {period}", what, hint)
