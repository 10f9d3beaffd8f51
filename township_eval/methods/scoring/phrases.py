"""Parameters of a rule said in words, and looked through for what cannot be.

A parameter may be one number, an exact fraction, or a `Varying` by period, class or unit. Both jobs
here accept all of them: a sentence lists the cases ("一类98,其余100"), and a judgement is made
on every combination of cases that can meet in one unit.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np

from township_eval.language import Text, join_texts
from township_eval.methods.varying import Case, Varying

__all__ = ["Judge", "find_faults", "said"]

#: takes concrete parameters, says what is wrong with them
Judge: TypeAlias = Callable[..., Iterable[Text]]

_Path: TypeAlias = tuple[str, ...]

# A sentence stays a sentence: further cases are counted, not listed.
_CASES_SAID: Final = 8
_PLACES_SAID: Final = 5
# Two parameters that both vary by thousands of units are compared key by key, not all with all.
_COMBINATIONS: Final = 2000
_WORDS: Final = {
    "full": Text("满分", "full marks"),
    "proportional": Text("按比例得分", "a proportional score"),
}


class _Unset(Exception):  # noqa: N818  not an error: this combination simply gives no value
    """A mapping without ``default`` has no value for a key."""


def said(value: Any, *, bare: bool = False) -> Text:
    """Say a parameter: a number as it is written, a mapping as its cases (bracketed unless *bare*).

    Examples
    --------
    >>> said(98.0).zh, said(Fraction(2, 3)).en
    ('98', '2/3')
    >>> print(said(Varying((Case("一类", 98.0),), default=100.0), bare=True))
    一类98,其余100
    >>> said(Varying((Case("一类", 98.0),), default=100.0)).say("en")
    '(98 for 一类, otherwise 100)'
    """
    if isinstance(value, Varying):
        text = _cases(value)
        return text if bare else Text(f"({text.zh})", f"({text.en})")
    if isinstance(value, np.ndarray) and value.size != 1:
        return Text("各单位另定的值", "the value set for each unit")
    if isinstance(value, str):
        return _WORDS.get(value, Text(value, value))
    if value is None:
        return Text("未定", "none")
    plain = str(value) if isinstance(value, Fraction) else f"{float(value):.12g}"
    return Text(plain, plain)


def _cases(value: Varying) -> Text:
    shown = [_case(case) for case in value.cases[:_CASES_SAID]]
    more = len(value.cases) - len(shown)
    if more:
        shown.append(Text(f"另有{more}种情况", f"{more} further cases"))
    if value.default is not None:
        rest = said(value.default)
        shown.append(Text(f"其余{rest.zh}", f"otherwise {rest.en}"))
    return join_texts(shown, ",", ", ")


def _case(case: Case) -> Text:
    what = said(case.value)
    glue = "为" if case.key[-1:].isascii() else ""  # 640181101 and 600 must not run together
    return Text(f"{case.key}{glue}{what.zh}", f"{what.en} for {case.key}")


def find_faults(judge: Judge, *parameters: Any) -> tuple[Text, ...]:
    """Return what *judge* finds in the parameters, each once, with the cases it is found in.

    Parameters
    ----------
    judge : callable
        Called with one concrete value (float, text or None; tuples stay tuples) per parameter.
    parameters : Number, text, None, or nested tuples of them
        Fields of a rule as the scheme states them.

    Examples
    --------
    >>> def negative(x):
    ...     if x < 0:
    ...         yield Text("不能为负数", "must not be negative")
    >>> found = find_faults(negative, Varying((Case("一类", -1.0),), default=1.0))
    >>> print(found[0])
    不能为负数(一类)
    """
    places: dict[Text, list[str]] = {}
    for path in _scenarios(parameters):
        keys = frozenset(path)
        try:
            concrete = [_resolve(parameter, keys) for parameter in parameters]
        except _Unset:
            continue
        found = list(_not_finite(concrete)) or list(judge(*concrete))
        for text in found:
            places.setdefault(text, []).append("、".join(path))
    return tuple(_placed(text, where) for text, where in places.items())


def _placed(text: Text, where: list[str]) -> Text:
    named = list(dict.fromkeys(place for place in where if place))
    if not named:
        return text
    shown, more = named[:_PLACES_SAID], len(named) - _PLACES_SAID
    zh = ";".join(shown) + (f"等{len(named)}处" if more > 0 else "")
    en = "; ".join(shown) + (f" and {more} more" if more > 0 else "")
    return Text(f"{text.zh}({zh})", f"{text.en} ({en})")


def _not_finite(values: Iterable[Any]) -> Iterator[Text]:
    for value in _flat(values):
        if isinstance(value, float) and not math.isfinite(value):
            yield Text(f"参数不是有限的数:{value}", f"a parameter is not a finite number: {value}")


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, tuple | list):
            yield from _flat(value)
        else:
            yield value


def _scenarios(parameters: tuple[Any, ...]) -> list[_Path]:
    """Return the sets of keys that can meet: every path of every parameter, combined when few."""
    per_parameter = [
        paths for value in _flat(parameters) if (paths := list(dict.fromkeys(_paths(value)))) != [()]
    ]
    if not per_parameter:
        return [()]
    if math.prod(len(paths) for paths in per_parameter) <= _COMBINATIONS:
        joined = [sum(combination, ()) for combination in itertools.product(*per_parameter)]
    else:
        joined = [path for paths in per_parameter for path in paths]
    return list(dict.fromkeys(tuple(dict.fromkeys(path)) for path in joined))


def _paths(value: Any) -> Iterator[_Path]:
    """Yield the keys that lead to each concrete value; the default needs none."""
    value = _as_cases(value)
    if not isinstance(value, Varying):
        yield ()
        return
    for case in value.cases:
        for path in _paths(case.value):
            yield (case.key, *path)
    yield from _paths(value.default)


def _as_cases(value: Any) -> Any:
    """Return an array with one number a unit as cases by position."""
    if isinstance(value, np.ndarray) and value.ndim:
        return Varying(
            tuple(Case(f"#{place + 1}", float(one)) for place, one in enumerate(value.ravel())), math.nan
        )
    return value


def _resolve(value: Any, keys: frozenset[str]) -> Any:
    if isinstance(value, tuple | list):
        return tuple(_resolve(one, keys) for one in value)
    value = _as_cases(value)
    while isinstance(value, Varying):
        value = next((case.value for case in value.cases if case.key in keys), value.default)
        if value is None:
            raise _Unset
    return value if value is None or isinstance(value, str | bool) else float(value)
