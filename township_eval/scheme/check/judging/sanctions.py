"""Conditions of consequences that no error allows, or that doing better could bring about.

A value that rests on a sample or on raters never equals a number for sure, so a sanction may not ask
whether it does. And who does better must not be worse off for it: what could, is pointed out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from township_eval.language import Text, listed
from township_eval.scheme.check.draft import Draft
from township_eval.scheme.check.judging.stated import barring, parsed
from township_eval.scheme.conditions import Condition
from township_eval.scheme.conditions.nodes import Call, Compare, Constant, Name, Not, Part, walk
from township_eval.scheme.conditions.words import say
from township_eval.scheme.measures import is_sanction
from township_eval.scheme.model import Dimension, Node
from township_eval.scheme.parse.refusals import Path

__all__ = ["check_direction", "check_equality"]

# Sources whose values stand for more people than were asked.
_UNCERTAIN: Final = frozenset({"survey", "satisfaction", "ratings", "reviews"})
_WHOLE: Final = frozenset({"composite", "adjusted", "rank", "rank_in_group"})
_OF_A_NODE: Final = frozenset({"value", "lower", "upper", "change"})
_RANKS: Final = frozenset({"rank", "rank_in_group"})


# ---- equal for sure ------------------------------------------------------------------------------
def check_equality(draft: Draft) -> None:
    """Sanctions do not ask whether an uncertain value equals another."""
    uncertain = frozenset(_uncertain(draft))
    for at, flag in enumerate(draft.scheme.flags):
        texts = {"when": flag.when, **{str(i): text for i, text in enumerate(flag.conditions)}}
        for key, text in texts.items() if is_sanction(flag) else ():
            condition = parsed(text)
            path: Path = ("flags", at, *((key,) if key == "when" else ("conditions", int(key))))
            for one in condition.normal().comparisons if condition is not None else ():
                _check_comparison(draft, one, uncertain, path)


def _check_comparison(draft: Draft, one: Compare, uncertain: frozenset[str], path: Path) -> None:
    if one.sign not in {"==", "!="}:
        return
    unsure = [side for side in (one.left, one.right) if _is_uncertain(side, uncertain)]
    if unsure:
        said = say(one, draft.labels)
        what = Text(
            f"惩戒条件“{said.zh}”要求有误差的数值正好相等(或不等),无法判断把握程度",
            f"the sanction asks whether an uncertain value is exactly equal: {said.en}",
        )
        hint = Text("改用 <、<=、>、>=", "use <, <=, > or >=")
        draft.error("condition.uncertain_equality", path, what, hint)
    elif uncertain and Name("grade") in (one.left, one.right):
        what = Text(
            "等次由有误差的得分评出:得分与分数线分不清的,不提出处理建议",
            "the grade follows from a score with an error: where points cannot be told from the cut, nothing "
            "is proposed",
        )
        hint = Text("改用得分,如 adjusted < 60", "ask for the score instead: adjusted < 60")
        draft.warn("flag.grade_uncertain", path, what, hint)


def _uncertain(draft: Draft) -> Iterator[str]:
    """Yield the ids and words whose values rest on answers or ratings."""
    rest = {leaf.id for leaf in draft.leaves if leaf.source.kind in _UNCERTAIN}
    factors = {
        node.id: node.multiplier.by
        for node in draft.nodes
        if isinstance(node, Dimension) and node.multiplier is not None
    }

    def rests(node: Node) -> bool:
        children = node.children if isinstance(node, Dimension) else ()
        return node.id in rest or factors.get(node.id) in rest or any(rests(child) for child in children)

    yield from (node.id for node in draft.nodes if rests(node))
    if rest:
        yield from _WHOLE


def _is_uncertain(side: Part, uncertain: frozenset[str]) -> bool:
    if isinstance(side, Call):
        return side.function in _OF_A_NODE and side.arguments[0] in uncertain
    return isinstance(side, Name) and side.name in uncertain


# ---- no worse for doing better -------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Ways:
    """How a value moves when its unit does better: 1 up, -1 down, 0 not, None: not told."""

    values: dict[str, int | None]
    grades: tuple[str, ...]

    def of(self, side: Part) -> int | None:
        """Return how one side of a comparison moves."""
        if isinstance(side, Call):
            if side.function == "value":
                return self.values.get(str(side.arguments[0]))
            if side.function in {"lower", "upper", "change"}:
                return -1 if side.arguments[0] in _RANKS else 1
            return 0
        if isinstance(side, Constant) or side == Name("last"):
            return 0
        return -1 if isinstance(side, Name) and side.name in _RANKS else 1

    def falls(self, one: Compare) -> bool:
        """Return whether doing better can only end that this comparison holds."""
        if Name("grade") in (one.left, one.right):
            return self._grade_falls(one)
        ways = self.of(one.left), self.of(one.right)
        if None in ways:
            return True
        if one.sign in {"==", "!="}:
            return ways == (0, 0)
        wanted = (1, -1) if one.sign in {"<", "<="} else (-1, 1)
        return all(way in {0, want} for way, want in zip(ways, wanted, strict=True))

    def _grade_falls(self, one: Compare) -> bool:
        other = one.right if one.left == Name("grade") else one.left
        if not isinstance(other, Constant) or not self.grades:
            return True
        return other.value == (self.grades[-1] if one.sign == "==" else self.grades[0])


def check_direction(draft: Draft) -> None:
    """Point out sanctions, bars and limits that doing better could bring about."""
    ways = _Ways(
        {leaf.id: _way(leaf.scoring) for leaf in draft.leaves},
        tuple(grade.name for grade in draft.scheme.grades),
    )
    for path, code, condition in _consequences(draft):
        rising = [part for part in _questions(condition.root) if not _part_falls(ways, part)]
        if rising:
            said = [say(part, draft.labels) for part in rising]
            what = Text(
                f"本单位做得更好反而可能受到不利后果:{listed(text.zh for text in said).zh}",
                f"doing better could bring this about: {listed(text.en for text in said).en}",
            )
            hint = Text("请核对比较的方向", "check which way it compares")
            draft.warn(code, path, what, hint)


def _consequences(draft: Draft) -> Iterator[tuple[Path, str, Condition]]:
    """Yield every condition under which a unit is worse off, in normal form."""
    scheme = draft.scheme
    stated: list[tuple[Path, str, str, bool]] = []
    for at, flag in enumerate(scheme.flags):
        if is_sanction(flag):
            path: Path = ("flags", at, "when" if flag.when else "conditions")
            stated.append((path, "flag.not_monotone", flag.condition, True))
            stated.append((("flags", at, "clear_when"), "flag.not_monotone", flag.clear_when, False))
    for at, grade in enumerate(scheme.grades):
        stated.append((("grades", at, "unless"), "grade.not_monotone", barring(grade), True))
        for number, text in enumerate(grade.requires):
            stated.append((("grades", at, "requires", number), "grade.not_monotone", text, False))
    for at, limiter in enumerate(scheme.limiters):
        stated.append((("limiters", at, "when"), "grade.not_monotone", limiter.when, True))
    for path, code, text, worse in stated:
        condition = parsed(text)
        if condition is not None:
            yield path, code, condition.normal() if worse else condition.opposite()


def _questions(root: Part) -> Iterator[Part]:
    """Yield the comparisons and calls of a normal form, with the ``not`` before them."""
    inside = {id(part.part) for part in walk(root) if isinstance(part, Not)}
    for part in walk(root):
        asked = isinstance(part, Compare | Not) or (isinstance(part, Call) and part.function == "bottom")
        if asked and id(part) not in inside:
            yield part


def _part_falls(ways: _Ways, part: Part) -> bool:
    if isinstance(part, Compare):
        return ways.falls(part)
    # who does better leaves the last k; events and the flags of earlier periods stay what they are
    return not (isinstance(part, Not) and isinstance(part.part, Call) and part.part.function == "bottom")


def _way(rule: Any) -> int | None:
    """Return how a value moves when its unit does better: by the direction of its rule, if it has one."""
    if getattr(rule, "method", "") in {"deduction", "late"} or getattr(rule, "direction", "") == "lower":
        return -1
    if getattr(rule, "method", "") == "identity" or getattr(rule, "direction", "") == "higher":
        return 1
    return None
