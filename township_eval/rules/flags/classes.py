"""Rules about the last of a class that a class is too small for: they would meet everybody in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from township_eval.errors import Problem
from township_eval.inputs import Units
from township_eval.language import Text, listed
from township_eval.scheme.conditions import Call, parse_condition
from township_eval.scheme.conditions.nodes import walk
from township_eval.scheme.model import FlagRule, Scheme

__all__ = ["whole_class_problems"]


def whole_class_problems(scheme: Scheme, units: Units) -> Iterator[Problem]:
    """Warn of rules on the last k of a class where a class has no more than k units.

    Parameters
    ----------
    scheme : Scheme
        Of the period.
    units : Units
        Those evaluated.

    Examples
    --------
    >>> flag = FlagRule(id="F", measure="约谈", when="bottom(1)")
    >>> units = Units(("1", "2", "3"), ("甲镇", "乙乡", "丙乡"), ("镇", "乡", "乡"), ("",) * 3, ((),) * 3)
    >>> import township_eval as te
    >>> scheme = te.read_scheme({"name": "N", "version": "1", "flags": [{"id": "F", "measure": "约谈",
    ...     "when": "bottom(1)"}], "index": {"children": [{"id": "a", "weight": 100}]}})
    >>> [problem.what.zh for problem in whole_class_problems(scheme, units)]
    ['F 针对同类末 1 名,类别“镇”只有 1 个单位,全部在内']
    """
    sizes = Counter(units.groups)
    for rule in scheme.flags:
        last = _last(rule)
        whole = [group for group in dict.fromkeys(units.groups) if sizes[group] <= last]
        for size in sorted({sizes[group] for group in whole}):
            named = [group for group in whole if sizes[group] == size]
            yield _problem(rule, last, size, named)


def _last(rule: FlagRule) -> int:
    """Return the most units of a class a rule is about: the k of ``bottom(k)``, 0 without."""
    if not rule.condition:
        return 0
    parts = walk(parse_condition(rule.condition).root)
    return max(
        (int(float(one.arguments[0])) for one in parts if isinstance(one, Call) and one.function == "bottom"),
        default=0,
    )


def _problem(rule: FlagRule, last: int, size: int, named: list[str]) -> Problem:
    classes = listed(f"“{group}”" for group in named if group)
    who = (
        Text(f"类别{classes.zh}", f"class {classes.en}") if any(named) else Text("本次考核", "the evaluation")
    )
    what = Text(
        f"{rule.name or rule.id} 针对同类末 {last} 名,{who.zh}只有 {size} 个单位,全部在内",
        f"{rule.name or rule.id} is about the last {last} of a class: {who.en} has {size}, all of them in it",
    )
    hint = Text(
        "合并类别,或用条件中的得分界限(如 and adjusted < 60)避免凡在该类即被列入",
        "join classes, or have a bound on the score decide as well, such as and adjusted < 60",
    )
    return Problem("warning", "flag.whole_class", f"flags.{rule.id}", what, hint)
