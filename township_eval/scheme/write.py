"""From a `Scheme` to the plain data of its file, and the fingerprint of what it states.

What equals its default is left out, so that a file says only what was decided; reading it back
gives an equal scheme.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import MISSING, fields
from fractions import Fraction
from typing import Any, Final

from township_eval.methods.aggregation import PowerMean, Weakest
from township_eval.methods.own import Own
from township_eval.methods.scoring import RULES, Identity
from township_eval.methods.varying import Varying
from township_eval.scheme.model import (
    Group,
    Override,
    Policy,
    Post,
    Previous,
    Scheme,
    Site,
    Start,
    Token,
    Unit,
)
from township_eval.scheme.sources import Answer, Channel, Mark, PanelItem, PanelWeight, Question, Source

__all__ = ["fingerprint", "to_mapping"]

FORMAT: Final = 1
_MEANS: Final = {1.0: "arithmetic", 0.0: "geometric", -1.0: "harmonic"}
_PAIRS: Final = (Answer, Mark, PanelItem, PanelWeight, Post, Previous, Question, Site, Start, Token)
# written {name: number} where nothing else is said
_KEYED: Final = (Channel,)
_BY_ID: Final = {Group: "id", Unit: "code"}
# fields whose value is a tuple of (name, value) and is a mapping in the file
_NAMED: Final = frozenset({"effect", "columns"})


def to_mapping(scheme: Scheme) -> dict[str, Any]:
    """Return the scheme as the plain data of its file: mappings, lists, text, numbers.

    Examples
    --------
    >>> from township_eval.scheme.parse import parse_scheme
    >>> stated = {"name": "办法", "version": "1", "index": {"children": [{"id": "a", "weight": 100}]}}
    >>> to_mapping(parse_scheme(stated)) == {"format": 1, **stated}
    True
    """
    mapping: dict[str, Any] = {"format": FORMAT, **_record(scheme, skip=("warnings", "index"))}
    index = _record(scheme.index)
    for name, default in (("id", "index"), ("weight", 100)):
        if index[name] == default:
            del index[name]
    return {**mapping, "index": index}


def fingerprint(scheme: Scheme) -> str:
    """Return ``sha256:`` and the hash of the scheme's canonical JSON, the same on every machine."""
    text = json.dumps(to_mapping(scheme), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()


def _record(value: Any, skip: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a dataclass as a mapping of what differs from the defaults."""
    mapping = {}
    for field in fields(value):
        content = getattr(value, field.name)
        if field.name in skip or _is_default(value, field.name, content, field.default):
            continue
        plain = _plain(content)
        mapping[field.name] = dict(plain) if field.name in _NAMED and _of_pairs(content) else plain
    return mapping


def _is_default(owner: Any, name: str, content: Any, default: Any) -> bool:
    if name == "name" and default is MISSING:
        return bool(content == getattr(owner, "id", getattr(owner, "code", None)))
    if name == "scoring" and default is MISSING:
        return bool(content == Identity())
    if name == "aggregation":
        return bool(content == PowerMean(1.0))
    return default is not MISSING and content == default and type(content) is type(default)


def _of_pairs(content: Any) -> bool:
    return all(isinstance(part, tuple) for part in content)


def _plain(value: Any) -> Any:
    """Return any value of a scheme as plain data."""
    for kind, write in _WRITERS.items():
        if isinstance(value, kind):
            return write(value)
    return _record(value) if hasattr(value, "__dataclass_fields__") else value


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _sequence(value: tuple[Any, ...]) -> Any:
    if not value:
        return []
    first = type(value[0])
    if first in _PAIRS:
        return {key: _plain(content) for key, content in map(_two, value)}
    if first in _KEYED:
        return dict(map(_keyed, value))
    if first in _BY_ID:
        return {getattr(one, _BY_ID[first]): _identified(one, _BY_ID[first]) for one in value}
    if first is Override:
        return {one.who: _override(one) for one in value}
    return [_plain(one) for one in value]


def _override(value: Override) -> dict[str, Any]:
    return {**{name: _plain(part) for name, part in value.fields}, "reason": value.reason}


def _keyed(value: Any) -> tuple[str, Any]:
    """Return the name, and the number alone or everything that is not the default."""
    name, number, *_ = (field.name for field in fields(value))
    mapping = _record(value, skip=(name,))
    return getattr(value, name), mapping[number] if len(mapping) == 1 else mapping


def _two(pair: Any) -> tuple[str, Any]:
    name, content = (getattr(pair, field.name) for field in fields(pair))
    return name, content


def _identified(value: Any, key: str) -> dict[str, Any]:
    mapping = _record(value, skip=(key,))
    mapping.pop("name", None)
    return mapping if value.name == getattr(value, key) else {"name": value.name, **mapping}


def _varying(value: Varying) -> dict[str, Any]:
    cases = {case.key: _plain(case.value) for case in value.cases}
    return cases if value.default is None else {**cases, "default": _plain(value.default)}


def _policy(value: Policy) -> Any:
    return value.kind if value.share is None else {value.kind: _number(value.share)}


def _power_mean(value: PowerMean) -> Any:
    return _MEANS.get(value.p, {"method": "power", "p": _number(value.p)})


def _own(value: Own) -> Any:
    return {"method": value.method, **{name: _plain(part) for name, part in value.parameters}}


def _rule(value: Any) -> dict[str, Any]:
    return {"method": value.method, **_record(value)}


def _source(value: Any) -> dict[str, Any]:
    return {"kind": value.kind, **_record(value)}


_WRITERS: Final[dict[Any, Callable[[Any], Any]]] = {
    bool: lambda value: value,
    float: _number,
    Fraction: lambda value: f"{value.numerator}/{value.denominator}",
    tuple: _sequence,
    Varying: _varying,
    Policy: _policy,
    PowerMean: _power_mean,
    Weakest: lambda _: "weakest",
    Own: _own,
    tuple(RULES.values()): _rule,
    Source: _source,
}
