"""Scoring rules, aggregations and sources in the file: records told apart by a word, or a bare word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache, partial
from typing import Any, Final, get_args

from township_eval.errors import Problem
from township_eval.language import Text, join_texts
from township_eval.methods.aggregation import PowerMean, Weakest
from township_eval.methods.own import Own
from township_eval.methods.scoring import RULES, Bands, tier_faults
from township_eval.methods.varying import Case, Varying
from township_eval.scheme.fields import CHOICES, choice_of, nearest_choice
from township_eval.scheme.parse.forms import NUMBER, Context, Form, by_type, listed, named, text_keys
from township_eval.scheme.parse.records import Fields, record
from township_eval.scheme.parse.refusals import refuse
from township_eval.scheme.parse.scalars import as_number, as_one_of, as_text, required_text
from township_eval.scheme.parse.scales import SCALE
from township_eval.scheme.sources import Source

__all__ = ["AGGREGATION", "AGGREGATIONS", "RULE", "SOURCE", "SOURCE_KINDS", "own_name_problems"]

SOURCE_KINDS: Final[dict[str, type]] = {cls.kind: cls for cls in get_args(Source)}
# Other names of kinds; a scheme is written with the first one.
_ALSO: Final = {"survey": "satisfaction"}
AGGREGATIONS: Final[dict[str, Callable[[], Any]]] = {
    "arithmetic": lambda: PowerMean(1.0),
    "geometric": lambda: PowerMean(0.0),
    "harmonic": lambda: PowerMean(-1.0),
    "weakest": Weakest,
}


def _told(value: Any, key: str) -> tuple[str, dict[str, Any]]:
    """Split ``{method: linear, low: 0}`` into the word and the rest; a bare word has no rest."""
    if isinstance(value, str):
        return required_text(value), {}
    rest = text_keys(value)
    if key not in rest:
        raise refuse(
            "scheme.missing", Text(f"缺少 {key}", f"{key} is absent"), Text(f"补上 {key}", f"add {key}")
        )
    return required_text(rest.pop(key)), rest


@cache
def _rule_form(method: str) -> Form:
    return _bands_form() if method == Bands.method else record(RULES[method]).form()


def _bands_form() -> Form:
    """Return the form of tiers: ``bounds`` and ``scores``, or ``tiers`` of from, to and score."""
    tier = Fields(dict.fromkeys(("from", "to", "score"), NUMBER), frozenset({"score"}), dict, "Tier").form()
    fields = record(Bands, {"tiers": listed(tier)})
    either = Fields(fields.forms, frozenset(), _build_bands, "Bands")
    return either.form()


def _as_written(tier: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tier with whole numbers as whole numbers, as they are quoted in a message."""
    return {key: int(value) if value == int(value) else value for key, value in tier.items()}


def _build_bands(given: dict[str, Any]) -> Bands:
    if "tiers" in given and len(given) == 1:
        faults = join_texts(tier_faults([_as_written(tier) for tier in given["tiers"]]))
        if faults:
            hint = Text("每档写 from(含)和 to(不含),首尾相接", "let each tier start where the one below ends")
            raise refuse("bands.tiers", faults, hint)
        return Bands.from_tiers(given["tiers"])
    if given.keys() == {"bounds", "scores"}:
        return Bands(**given)
    raise refuse(
        "bands.form",
        Text("分档没有写全,或两种写法混用", "the bands are incomplete, or written in two ways at once"),
        Text("写 bounds 和 scores,或只写 tiers", "write bounds and scores, or tiers alone"),
    )


def _parse_rule(value: Any, context: Context) -> Any:
    method, rest = _told(value, "method")
    if method in RULES:
        return _rule_form(method).parse(rest, context)
    return _own(method, rest, context, "method")


def _parse_aggregation(value: Any, context: Context) -> Any:
    method, rest = _told(value, "method")
    if method == "power":
        return _POWER.parse(rest, context)
    if method in AGGREGATIONS and not rest:
        return AGGREGATIONS[method]()
    return _own(method, rest, context, "aggregation")


_POWER: Final = Fields(
    {"p": NUMBER}, frozenset({"p"}), lambda given: PowerMean(float(given["p"])), "PowerMean"
).form()


def _own(method: str, rest: Mapping[str, Any], context: Context, key: str) -> Own:
    cls = context.formulas.get(method)
    if (cls is None and not context.keep_own) or _is_taken(method):
        what = Text(f"没有名为 {method} 的公式", f"there is no formula named {method!r}")
        own = Text(
            f'自定义公式须在读入时给出:formulas={{"{method}": 类}}',
            f'give your own formula when reading: formulas={{"{method}": YourClass}}',
        )
        hint = join_texts((nearest_choice(key, method, context.formulas), own), zh="", en="; or ")
        raise refuse("formula.unknown", what, hint)
    parameters = tuple(sorted((key, _parameter(content)) for key, content in rest.items()))
    return Own(method, parameters, cls, bool(getattr(cls, "compares_units", False)))


def _parameter(value: Any) -> Any:
    """Return a parameter of an own formula as a frozen value; numbers and fractions as everywhere."""
    if isinstance(value, Mapping):
        cases = text_keys(value)
        default = cases.pop("default", None)
        return Varying(
            tuple(Case(key, _parameter(one)) for key, one in cases.items()),
            None if default is None else _parameter(default),
        )
    if isinstance(value, list | tuple):
        return tuple(_parameter(one) for one in value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return as_number(value) if "/" in value and value.replace("/", "").isdigit() else value
    return as_number(value) if isinstance(value, int | float) else as_text(value)


def _parse_source(value: Any, context: Context) -> Any:
    kind, rest = _told(value, "kind")
    known = as_one_of(_ALSO.get(kind, kind), tuple(SOURCE_KINDS), "kind")
    return _source_form(known).parse(rest, context)


@cache
def _source_form(kind: str) -> Form:
    cls = SOURCE_KINDS[_ALSO.get(kind, kind)]
    scaled = any(field.name == "scale" for field in fields(cls))
    return record(cls, {"scale": SCALE} if scaled else None).form()


def _tagged(key: str, records: Mapping[str, Callable[[], Form]], bare: tuple[str, ...]) -> dict[str, Any]:
    """Return the JSON Schema of a bare word, or of records told apart by the word under *key*."""
    told: list[dict[str, Any]] = []
    for word, form in records.items():
        schema = form().schema
        properties = {key: {}, **schema["properties"]}
        is_it = {"properties": {key: {"const": word}}, "required": [key]}
        told.append({"if": is_it, "then": {**schema, "properties": properties}})
    own = key == "method"  # there a word may name a formula of the user's own
    tag: dict[str, Any] = {"type": "string", "examples": list(records)} if own else {"enum": list(records)}
    record_of: dict[str, Any] = {"type": "object", "properties": {key: tag}, "required": [key], "allOf": told}
    return by_type("string", {"examples": list(bare)} if own else tag, record_of)


RULE: Final = named(
    "rule",
    Form(
        _parse_rule,
        _tagged("method", {method: partial(_rule_form, method) for method in RULES}, tuple(RULES)),
    ),
)
AGGREGATION: Final = named(
    "aggregation",
    Form(_parse_aggregation, _tagged("method", {"power": lambda: _POWER}, tuple(AGGREGATIONS))),
)
SOURCE: Final = named(
    "source",
    Form(
        _parse_source,
        _tagged("kind", {kind: partial(_source_form, kind) for kind in (*SOURCE_KINDS, *_ALSO)}, ()),
    ),
)


def _is_taken(name: str) -> bool:
    """Return whether a name, or what a Chinese sheet calls it, is that of a built-in method."""
    return any(choice_of(key, name) in CHOICES[key] for key in ("method", "aggregation"))


def own_name_problems(formulas: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Return a problem for every own formula that takes the name of a built-in one."""
    taken = [name for name in formulas if _is_taken(name)]
    what = Text("这个名字已被内置方法使用:{name}", "this name belongs to a built-in method: {name}")
    hint = Text("给自定义公式换个名字", "give your own formula another name")
    return tuple(
        Problem("error", "formula.name", f"formulas[{name!r}]", what.format(name=name), hint)
        for name in sorted(taken)
    )
