"""Values that differ by period, class or unit: their keys mean something, and one thing."""

from __future__ import annotations

from township_eval.errors import did_you_mean, suggest
from township_eval.language import Text
from township_eval.methods.varying import Varying
from township_eval.scheme.check.draft import Draft
from township_eval.scheme.parse.refusals import Path
from township_eval.scheme.periods import is_period

__all__ = ["check_varying"]

_PERIOD_FIRST = Text("先写期别,再写类别或单位", "write the period first, then the class or unit")


def check_varying(draft: Draft) -> None:
    """Keys are periods, or classes and units; periods stand outside."""
    for path, value in draft.varying_values():
        if not draft.names.by_period(value):
            _check_places(draft, path, value)
            continue
        _check_periods(draft, path, value)
        branches = [*((case.key, case.value) for case in value.cases), ("default", value.default)]
        for key, branch in branches:
            if isinstance(branch, Varying):
                _check_inner(draft, (*path, key), branch)


def _check_periods(draft: Draft, path: Path, value: Varying) -> None:
    for key in value.keys:
        if is_period(key):
            continue
        if key in draft.places:
            what = Text(
                f"期别和类别(单位)不能写在同一层:{key}",
                f"periods and classes cannot stand side by side: {key}",
            )
            hint = Text("外层写期别,内层写类别或单位", "write periods outside, classes or units inside")
            draft.error("varying.mixed", (*path, key), what, hint)
            continue
        places = sorted({*draft.names.groups, *draft.names.codes})
        if suggest(key, places):  # a slip in a name would silently give everybody the default
            what = Text(f"没有 {key} 这个类别或单位", f"there is no class or unit {key!r}")
            draft.error("varying.unknown", (*path, key), what, did_you_mean(key, places))
            continue
        what = Text(
            f"{key} 不是类别、单位,将按期别理解", f"{key!r} is no class or unit: it is taken for a period"
        )
        hint = Text("期别可写成 2018、2018-H1、2018-Q1、2018-01", "periods: 2018, 2018-H1, 2018-Q1, 2018-01")
        draft.warn("varying.period", (*path, key), what, hint)


def _check_inner(draft: Draft, path: Path, value: Varying) -> None:
    if any(is_period(key) for key in value.keys):
        what = Text("期别之内不能再分期别", "periods inside a period")
        draft.error("varying.order", path, what, Text("内层写类别或单位", "write classes or units inside"))
        return
    _check_places(draft, path, value)


def _check_places(draft: Draft, path: Path, value: Varying) -> None:
    for case in value.cases:
        if isinstance(case.value, Varying):
            what = Text("期别要写在类别或单位的外面", "periods stand outside classes and units")
            draft.error("varying.order", (*path, case.key), what, _PERIOD_FIRST)
        if draft.scheme.units and case.key not in draft.places:
            what = Text(f"没有 {case.key} 这个类别或单位", f"there is no class or unit {case.key!r}")
            draft.error(
                "varying.unknown", (*path, case.key), what, did_you_mean(case.key, sorted(draft.places))
            )
    if isinstance(value.default, Varying):
        what = Text("期别要写在类别或单位的外面", "periods stand outside classes and units")
        draft.error("varying.order", (*path, "default"), what, _PERIOD_FIRST)
