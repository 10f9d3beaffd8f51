"""The conditions of a scheme: every one can be parsed, and what it names exists."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from township_eval.errors import SchemeError, did_you_mean
from township_eval.language import Text
from township_eval.scheme.check.draft import Draft
from township_eval.scheme.conditions import Condition, parse_condition
from township_eval.scheme.conditions.nodes import Constant, Name
from township_eval.scheme.model import Grade
from township_eval.scheme.parse.refusals import Path

__all__ = ["ANY_FLAG", "asks_grade", "barring", "check_conditions", "check_names", "parsed"]

#: ``unless: flagged`` means any sanction proposed this period; every other text there is a condition.
ANY_FLAG = "flagged"


def parsed(text: str) -> Condition | None:
    """Return a condition; None where there is none, or it is refused (which is said elsewhere)."""
    try:
        return parse_condition(text) if text else None
    except SchemeError:
        return None


def barring(grade: Grade) -> str:
    """Return the condition that bars from a grade; empty where it is none, or any flag."""
    return "" if grade.unless == ANY_FLAG else grade.unless


def asks_grade(condition: Condition) -> bool:
    """Return whether a condition asks for this period's grade; an earlier one's is a fact."""
    return any(Name("grade") in (one.left, one.right) for one in condition.comparisons)


def check_conditions(draft: Draft) -> None:
    """Every condition can be parsed, and what it names exists."""
    for at, text, known in (*_of_tree(draft), *_of_consequences(draft)):
        check_condition(draft, text, known, at)
    for number, flag in enumerate(draft.scheme.flags):
        path: Path = ("flags", number, "conditions")
        sound = [check_condition(draft, one, draft.ids, (*path, i)) for i, one in enumerate(flag.conditions)]
        if flag.conditions and all(sound):  # joined, they may still be too long or too deep
            check_condition(draft, flag.condition, draft.ids, path)


def _of_tree(draft: Draft) -> Iterator[tuple[Path, str, Collection[str] | None]]:
    """Yield the conditions on columns and values of other indicators; their names are not known here."""
    for node in draft.nodes:
        where = getattr(getattr(node, "source", None), "where", "")
        if node.applies_when:
            yield (*draft.path(node), "applies_when"), node.applies_when, None
        if where:
            yield (*draft.path(node), "source", "where"), where, None


def _of_consequences(draft: Draft) -> Iterator[tuple[Path, str, Collection[str] | None]]:
    scheme = draft.scheme
    found: list[tuple[Path, str]] = []
    for at, grade in enumerate(scheme.grades):
        found.append((("grades", at, "unless"), barring(grade)))
    for at, limiter in enumerate(scheme.limiters):
        found.append((("limiters", at, "when"), limiter.when))
    for at, flag in enumerate(scheme.flags):
        found.append((("flags", at, "when"), flag.when))
        found.append((("flags", at, "clear_when"), flag.clear_when))
    yield from ((path, text, draft.ids) for path, text in found if text)
    # these must be there: an empty one is refused
    for at, grade in enumerate(scheme.grades):
        for number, text in enumerate(grade.requires):
            yield ("grades", at, "requires", number), text, draft.ids
    for at, use in enumerate(scheme.uses):
        yield ("uses", at, "when"), use.when, draft.ids


def check_condition(draft: Draft, text: str, known: Collection[str] | None, path: Path) -> bool:
    """Report what is wrong with one condition; return whether nothing is."""
    try:
        condition = parse_condition(text, known, where=draft.where(path))
    except SchemeError as error:
        for problem in error.problems:
            draft.add(path, problem)
        return False
    flags = [flag.id for flag in draft.scheme.flags]
    unknown = [
        str(call.arguments[0])
        for call in condition.calls
        if call.function == "flagged" and call.arguments[0] not in flags
    ]
    for name in unknown:
        what = Text(f"没有 {name} 这条预警", f"there is no flag {name!r}")
        draft.error("condition.flag", path, what, did_you_mean(name, flags))
    grades = [grade.name for grade in draft.scheme.grades]
    others = [one for one in _grades_named(condition) if grades and one not in grades]
    for one in others:
        what = Text(f"没有 {one} 这个等次", f"there is no grade {one!r}")
        draft.error("condition.grade", path, what, did_you_mean(one, grades))
    return not unknown and not others


def _grades_named(condition: Condition) -> Iterator[str]:
    """Yield what this period's grade is compared with, as written; a number is no grade either."""
    for one in condition.comparisons:
        sides = (one.left, one.right)
        if Name("grade") in sides:
            yield from (str(side.value) for side in sides if isinstance(side, Constant))


def check_names(draft: Draft, section: str, key: str = "id") -> None:
    """Report a name that a section uses twice."""
    seen: set[str] = set()
    for at, one in enumerate(getattr(draft.scheme, section)):
        name = getattr(one, key)
        if name in seen:
            what = Text(f"{name} 写了两次", f"{name!r} is used twice")
            hint = Text("改名或删去一个", "rename or remove one")
            draft.error(f"{section}.twice", (section, at, key), what, hint)
        seen.add(name)
