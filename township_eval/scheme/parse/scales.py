"""Scales of answers in the file: points written out, or one of three usual conversions in short."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from township_eval.language import Text
from township_eval.scheme.parse.forms import REAL, Context, Form, keyed, text_keys
from township_eval.scheme.parse.refusals import refuse, shown
from township_eval.scheme.parse.scalars import as_whole
from township_eval.scheme.sources import Answer

__all__ = ["SCALE"]

_FEWEST, _MOST = 2, 11
_WRITTEN: Final = keyed(REAL, Answer)


def _likert(of: int, top: int) -> list[float]:
    del top
    return [100.0 * step / (of - 1) for step in range(of)]


def _top(of: int, top: int) -> list[float]:
    return [100.0 if step >= of - top else 0.0 for step in range(of)]


def _net(of: int, top: int) -> list[float]:
    return [100.0 if step >= of - top else -100.0 if step < top else 0.0 for step in range(of)]


#: keys of a short form -> points of the answers 1 to K, of which the first key tells how
_SHORT: Final[dict[frozenset[str], Callable[[int, int], list[float]]]] = {
    frozenset({"likert"}): _likert,
    frozenset({"top", "of"}): _top,
    frozenset({"net", "of"}): _net,
}


def _parse(value: Any, context: Context) -> tuple[Answer, ...]:
    """Return the answers with their points.

    ``{likert: 5}`` gives 1 to 5 the points 0, 25, ..., 100; ``{top: 2, of: 5}`` gives the two best
    100 and the others 0; ``{net: 2, of: 5}`` gives the two worst -100 besides.
    """
    keys = frozenset(text_keys(value)) if isinstance(value, Mapping) else frozenset()
    if keys not in _SHORT:
        answers: tuple[Answer, ...] = _WRITTEN.parse(value, context)
        return answers
    given = {key: as_whole(number) for key, number in text_keys(value).items()}
    of = given.get("likert", given.get("of", 0))
    top = given.get("top", given.get("net", 1))
    most = of // 2 if "net" in given else of - 1
    if not (_FEWEST <= of <= _MOST and 1 <= top <= most):
        raise refuse(
            "scale.short",
            Text(f"量表写法不成立:{shown(value)}", f"no such scale: {shown(value)}"),
            Text(
                "如 {likert: 5}、{top: 2, of: 5}、{net: 2, of: 5},2 至 11 级;或逐个答案写分值",
                "write {likert: 5}, {top: 2, of: 5} or {net: 2, of: 5}, 2 to 11 steps, or points by answer",
            ),
        )
    points = _SHORT[keys](of, top)
    return tuple(Answer(str(step + 1), worth) for step, worth in enumerate(points))


#: What ``scale`` may hold; an editor is told of the written form, of which the short ones are cases.
SCALE: Final = Form(_parse, _WRITTEN.schema)
