"""The nodes of the tree in the file: indicators, dimensions, their rules, sources and policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache, partial
from typing import Any, Final, get_args

from township_eval.errors import Problem, did_you_mean
from township_eval.language import Text, join_texts
from township_eval.methods.aggregation import PowerMean, Weakest
from township_eval.methods.own import Own
from township_eval.methods.scoring import RULES, Bands, Identity, tier_faults
from township_eval.methods.varying import Case, Varying
from township_eval.scheme.model import Dimension, Indicator, Override, Policy
from township_eval.scheme.parse.forms import (
    NUMBER,
    REQUIRED_TEXT,
    WHOLE,
    Context,
    Form,
    by_type,
    keyed,
    listed,
    named,
    nullable,
    text_keys,
    varying,
)
from township_eval.scheme.parse.records import Fields, record
from township_eval.scheme.parse.refusals import refuse, shown
from township_eval.scheme.parse.scalars import as_number, as_one_of, as_text, real, required_text
from township_eval.scheme.sources import Source

__all__ = [
    "AGGREGATIONS", "INDEX_ID", "MISSING_KINDS", "NOT_APPLICABLE_KINDS", "SOURCE_KINDS", "index_form",
    "node_fields", "own_name_problems",
]  # fmt: skip

INDEX_ID: Final = "index"
NOT_APPLICABLE_KINDS: Final = ("share_out", "share_out_all", "full", "partial", "zero")
MISSING_KINDS: Final = ("refuse", "zero", "exclude", "previous")
SOURCE_KINDS: Final[dict[str, type]] = {cls.kind: cls for cls in get_args(Source)}
AGGREGATIONS: Final[dict[str, Callable[[], Any]]] = {
    "arithmetic": lambda: PowerMean(1.0),
    "geometric": lambda: PowerMean(0.0),
    "harmonic": lambda: PowerMean(-1.0),
    "weakest": Weakest,
}


# ---- one of several records, told by a key -------------------------------------------------------
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
    return _own(method, rest, context, tuple(RULES))


def _parse_aggregation(value: Any, context: Context) -> Any:
    method, rest = _told(value, "method")
    if method == "power":
        return _POWER.parse(rest, context)
    if method in AGGREGATIONS and not rest:
        return AGGREGATIONS[method]()
    return _own(method, rest, context, (*AGGREGATIONS, "power"))


_POWER: Final = Fields(
    {"p": NUMBER}, frozenset({"p"}), lambda given: PowerMean(float(given["p"])), "PowerMean"
).form()


def _own(method: str, rest: Mapping[str, Any], context: Context, known: tuple[str, ...]) -> Own:
    cls = context.formulas.get(method)
    if cls is None and not context.keep_own:
        what = Text(f"没有名为 {method} 的公式", f"there is no formula named {method!r}")
        own = Text(
            f'自定义公式须在读入时给出:formulas={{"{method}": 类}}',
            f'give your own formula when reading: formulas={{"{method}": YourClass}}',
        )
        hint = join_texts((own, did_you_mean(method, sorted({*known, *context.formulas}))), en="; or ")
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
    return _source_form(as_one_of(kind, tuple(SOURCE_KINDS))).parse(rest, context)


@cache
def _source_form(kind: str) -> Form:
    return record(SOURCE_KINDS[kind]).form()


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


_RULE: Final = named(
    "rule",
    Form(
        _parse_rule,
        _tagged("method", {method: partial(_rule_form, method) for method in RULES}, tuple(RULES)),
    ),
)
_AGGREGATION: Final = named(
    "aggregation",
    Form(_parse_aggregation, _tagged("method", {"power": lambda: _POWER}, tuple(AGGREGATIONS))),
)
_SOURCE: Final = named(
    "source",
    Form(_parse_source, _tagged("kind", {kind: partial(_source_form, kind) for kind in SOURCE_KINDS}, ())),
)


# ---- policies ------------------------------------------------------------------------------------
def _is_partial(value: Mapping[Any, Any]) -> bool:
    return len(value) == 1 and "partial" in value


def _policy(kinds: tuple[str, ...]) -> Form:
    words = tuple(kind for kind in kinds if kind != "partial")

    def parse(value: Any, context: Context) -> Policy:
        del context
        if isinstance(value, Mapping) and "partial" in kinds:
            return Policy("partial", _share(value["partial"]))
        if value == "partial" and "partial" in kinds:
            raise refuse(
                "policy.share",
                Text("partial 要写明给多少分", "partial must say how much"),
                Text("写成 {partial: 0.5}", "write {partial: 0.5}"),
            )
        return Policy(as_one_of(value, words))

    if "partial" not in kinds:
        return nullable(varying(Form(parse, {"enum": list(words)})))
    one = {"required": ["partial"], "maxProperties": 1}
    share = {"properties": {"partial": {**NUMBER.schema, "minimum": 0, "maximum": 1}}, **one}
    schema = by_type("object", share, {"enum": list(words)})
    return nullable(varying(Form(parse, schema), is_one=_is_partial, one=one))


def _share(value: Any) -> float:
    share = real(value)
    if 0 <= share <= 1:
        return share
    raise refuse(
        "policy.share",
        Text(f"应在 0 到 1 之间,实际为 {shown(value)}", f"{shown(value)} is not within 0 to 1"),
        Text("一半写 0.5", "write 0.5 for half of the marks"),
    )


# ---- nodes ---------------------------------------------------------------------------------------
_SHARED: Final = {
    "not_applicable": named("not_applicable", _policy(NOT_APPLICABLE_KINDS)),
    "missing": named("missing", _policy(MISSING_KINDS)),
    "weight": named("number_or_choice", varying(NUMBER)),
}


def _parse_node(value: Any, context: Context) -> Any:
    is_dimension = isinstance(value, Mapping) and "children" in value
    return _node_form(is_dimension=is_dimension).parse(value, context)


_NODE: Final = Form(
    _parse_node,
    {
        "if": {"required": ["children"]},
        "then": {"$ref": "#/$defs/Dimension"},
        "else": {"$ref": "#/$defs/Indicator"},
    },
)


def _forms(cls: type) -> dict[str, Form]:
    if cls is Indicator:
        return {**_SHARED, "scoring": _RULE, "source": _SOURCE}
    return {
        **_SHARED,
        "scoring": nullable(_RULE),
        "aggregation": _AGGREGATION,
        "children": listed(_NODE),
        "minimum_children": WHOLE,
    }


@cache
def _node_form(*, is_dimension: bool) -> Form:
    return node_fields(is_dimension=is_dimension).form()


def node_fields(*, is_dimension: bool) -> Fields:
    """Return the record of a node below the index."""
    cls = Dimension if is_dimension else Indicator
    forms = {**_forms(cls), "overrides": _overrides(cls)}
    optional = ("name", "scoring", "aggregation")
    return record(cls, forms, optional=optional, build=lambda given: _build_node(cls, given))


def _build_node(cls: type, given: dict[str, Any]) -> Any:
    given.setdefault("name", given["id"])
    given["name"] = given["name"] or given["id"]
    if cls is Indicator:
        given.setdefault("scoring", Identity())
    else:
        given.setdefault("aggregation", PowerMean(1.0))
    return cls(**given)


def _overrides(cls: type) -> Form:
    """Return the form of ``{class or unit: {field: value, ..., reason: why}}``."""
    fixed = ("id", "children", "overrides", "total")
    allowed = [field.name for field in fields(cls) if field.name not in fixed]
    base = record(cls, _forms(cls), skip=fixed, optional=tuple(allowed))
    forms = {name: base.forms[name] for name in allowed} | {"reason": REQUIRED_TEXT}

    def build(given: dict[str, Any]) -> tuple[str, tuple[tuple[str, Any], ...]]:
        reason = given.pop("reason")
        return reason, tuple(given.items())

    item = Fields(forms, frozenset({"reason"}), build, f"{cls.__name__}Override").form()
    item = named(f"{cls.__name__}Override", item)
    return keyed(item, lambda who, made: Override(who=who, reason=made[0], fields=made[1]))


def index_form() -> Form:
    """Return the form of the index: a dimension whose id, name and weight may be left out."""
    below = node_fields(is_dimension=True)

    def build(given: dict[str, Any]) -> Any:
        return below.build({"id": INDEX_ID, "weight": 100.0, **given})

    return Fields(below.forms, frozenset({"children"}), build, "Index").form()


def own_name_problems(formulas: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Return a problem for every own formula that takes the name of a built-in one."""
    taken = {*RULES, *AGGREGATIONS, "power"} & set(formulas)
    what = Text("这个名字已被内置方法使用:{name}", "this name belongs to a built-in method: {name}")
    hint = Text("给自定义公式换个名字", "give your own formula another name")
    return tuple(
        Problem("error", "formula.name", f"formulas[{name!r}]", what.format(name=name), hint)
        for name in sorted(taken)
    )
