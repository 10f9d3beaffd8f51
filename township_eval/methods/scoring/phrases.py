"""Parameters of a rule said in words, and looked through for what cannot be.

A parameter may be one number, an exact fraction, or a `Varying` by period, class or unit. Both jobs
here accept all of them: a sentence lists the cases ("一类98,其余100"), and a judgement is made
on every combination of cases that can meet in one unit.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np

from township_eval.language import Text, join_texts
from township_eval.methods.varying import Case, Varying

__all__ = ["Judge", "find_faults", "said", "states", "worth"]

#: takes concrete parameters, says what is wrong with them
Judge: TypeAlias = Callable[..., Iterable[Text]]

_Path: TypeAlias = tuple[str, ...]

# A sentence stays a sentence: further cases are counted, not listed.
_CASES_SAID: Final = 8
_PLACES_SAID: Final = 5
# Periods and units in their thousands are judged path by path, not all with all.
_COMBINATIONS: Final = 20_000
_PERIOD: Final = re.compile(r"\d{4}(-(H[12]|Q[1-4]|\d{2}))?")
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
    plain = (
        str(value) if isinstance(value, Fraction) else f"{np.asarray(value, dtype=np.float64).item():.12g}"
    )
    return Text(plain, plain)


def states(value: Any, plain: float) -> bool:
    """Return whether a parameter is this one number for everybody.

    Examples
    --------
    >>> states(0.0, 0), states(Varying((), default=0.0), 0), states(np.array([0.0, 1.0]), 0)
    (True, False, False)
    """
    if isinstance(value, np.ndarray):
        return bool((value == plain).all())
    return bool(value == plain)


def worth(score: Any) -> Text:
    """Say what a score (0-100) is worth.

    Examples
    --------
    >>> worth(60.0).zh, worth(100.0).en, worth(0.0).en
    ('得满分的60%', 'full marks', 'nothing')
    """
    if states(score, 100):
        return Text("得满分", "full marks")
    if states(score, 0):
        return Text("不得分", "nothing")
    return Text("得满分的{s}%", "{s}% of full marks").format(s=said(score))


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
    places: dict[Text, list[_Path]] = {}
    judged = 0
    indexed = [_indexed(parameter) for parameter in parameters]
    for path in _scenarios(indexed):
        try:
            concrete = [_resolve(parameter, path) for parameter in indexed]
        except _Unset:
            continue
        judged += 1
        for text in list(_not_finite(concrete)) or list(judge(*concrete)):
            places.setdefault(text, []).append(path)
    return tuple(text if len(paths) == judged else _placed(text, paths) for text, paths in places.items())


def _placed(text: Text, paths: list[_Path]) -> Text:
    """Return *text* with the cases it holds in; what a single key explains is not said of pairs."""
    single = {path for path in paths if len(path) == 1}
    named = [path for path in paths if len(path) == 1 or not any((key,) in single for key in path)]
    said_places = [
        Text("、".join(path), ", ".join(path)) if path else Text("其余", "otherwise")
        for path in named[:_PLACES_SAID]
    ]
    more = len(named) - len(said_places)
    if more:
        said_places.append(Text(f"另有{more}处", f"{more} more"))
    where = join_texts(said_places)
    return Text(f"{text.zh}({where.zh})", f"{text.en} ({where.en})")


def _not_finite(values: Iterable[Any]) -> Iterator[Text]:
    for value in _flat(values):
        if isinstance(value, float) and not math.isfinite(value):
            yield Text(f"参数不是有限的数:{value}", f"a parameter is not a finite number: {value}")


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, tuple):
            yield from _flat(value)
        else:
            yield value


def _scenarios(parameters: list[Any]) -> list[_Path]:
    """Return the sets of keys that can meet in one unit: at most one period, and one class or unit.

    Two classes never meet. A class and a unit may, but whether they do is not known here.
    """
    paths = [path for value in _flat(parameters) for path in _paths(value)]
    periods = list(dict.fromkeys(tuple(filter(_PERIOD.fullmatch, path)) for path in [(), *paths]))
    others = list(
        dict.fromkeys(tuple(key for key in path if not _PERIOD.fullmatch(key)) for path in [(), *paths])
    )
    if len(periods) * len(others) <= _COMBINATIONS:
        return [(*period, *other) for period, other in itertools.product(periods, others)]
    return list(dict.fromkeys(paths))


def _paths(value: Any) -> Iterator[_Path]:
    """Yield the keys that lead to each concrete value; the default needs none."""
    if not isinstance(value, dict):
        yield ()
        return
    for key, case in value.items():
        for path in _paths(case):
            yield path if key is None else (key, *path)


def _indexed(value: Any) -> Any:
    """Return a parameter as nested dictionaries by key, the default under None; numbers as floats."""
    if isinstance(value, tuple | list):
        return tuple(_indexed(one) for one in value)
    if isinstance(value, np.ndarray) and value.ndim:
        return {f"#{place + 1}": float(one) for place, one in enumerate(value.ravel())}
    if isinstance(value, Varying):
        return {**{case.key: _indexed(case.value) for case in value.cases}, None: _indexed(value.default)}
    return value if value is None or isinstance(value, str | bool) else float(value)


def _resolve(value: Any, path: _Path) -> Any:
    if isinstance(value, tuple):
        return tuple(_resolve(one, path) for one in value)
    while isinstance(value, dict):
        key = next((key for key in path if key in value), None)
        value = value.get(key)
        if value is None:
            raise _Unset
    return value
