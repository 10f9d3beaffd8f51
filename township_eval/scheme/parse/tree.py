"""The nodes of the tree in the file: indicators, dimensions, their overrides and policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, Final

from township_eval.language import Text
from township_eval.methods.aggregation import PowerMean
from township_eval.methods.scoring import Identity
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
    varying,
)
from township_eval.scheme.parse.formulas import AGGREGATION, RULE, SOURCE
from township_eval.scheme.parse.records import Fields, record
from township_eval.scheme.parse.refusals import refuse, shown
from township_eval.scheme.parse.scalars import as_one_of, real

__all__ = ["INDEX_ID", "MISSING_KINDS", "NOT_APPLICABLE_KINDS", "index_form", "node_fields"]

INDEX_ID: Final = "index"
NOT_APPLICABLE_KINDS: Final = ("share_out", "share_out_all", "full", "partial", "zero")
MISSING_KINDS: Final = ("refuse", "zero", "exclude", "previous")


# ---- policies ------------------------------------------------------------------------------------
def _is_partial(value: Mapping[Any, Any]) -> bool:
    return len(value) == 1 and "partial" in value


def _policy(key: str, kinds: tuple[str, ...]) -> Form:
    words = tuple(kind for kind in kinds if kind != "partial")

    def parse(value: Any, context: Context) -> Policy:
        del context
        if isinstance(value, Mapping) and "partial" in kinds:
            return Policy("partial", _share(value["partial"]))
        if value == "partial" and "partial" in kinds:
            raise refuse(
                "policy.share",
                Text("partial 要写明给多少分", "partial must say how much"),
                Text("写成 {partial: 0.5},工作簿中也可写 按比例50%", "write {partial: 0.5}"),
            )
        return Policy(as_one_of(value, words, key))

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
    "not_applicable": named("not_applicable", _policy("not_applicable", NOT_APPLICABLE_KINDS)),
    "missing": named("missing", _policy("missing", MISSING_KINDS)),
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
        return {**_SHARED, "scoring": RULE, "source": SOURCE}
    return {
        **_SHARED,
        "scoring": nullable(RULE),
        "aggregation": AGGREGATION,
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
