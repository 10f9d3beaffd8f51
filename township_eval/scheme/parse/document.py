"""The whole scheme file as one record, and its JSON Schema."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from township_eval.language import Text
from township_eval.scheme.fields import field_of
from township_eval.scheme.model import (
    Dimension,
    Grade,
    Group,
    Indicator,
    Layout,
    Quota,
    Scheme,
    Token,
    Unit,
    Veto,
)
from township_eval.scheme.parse.forms import (
    NUMBER,
    TEXT,
    Context,
    Form,
    by_type,
    keyed,
    listed,
    pairs,
    simple,
    words_or,
)
from township_eval.scheme.parse.records import Fields, form_of, record
from township_eval.scheme.parse.refusals import refuse, shown
from township_eval.scheme.parse.tree import index_form, node_fields

__all__ = ["FORMAT", "document_form", "scheme_schema"]

FORMAT: Final = 1
TOKEN_MEANINGS: Final = ("not_reported", "not_applicable")


def _by_id(cls: type, key: str) -> Form:
    """Return the form of a mapping by id; a bare text is the name."""
    fields = record(cls, skip=(key,), optional=("name",), build=lambda given: given)
    inner = fields.form()

    def parse(value: Any, context: Context) -> Any:
        bare = value is None or isinstance(value, str)
        return inner.parse({"name": value} if bare else value, context)

    def build(name: str, given: dict[str, Any]) -> Any:
        return cls(**{key: name, **given, "name": given.get("name") or name})

    bare = {"type": ["string", "null"]}
    return keyed(Form(parse, by_type("object", inner.schema, bare)), build)


def _format_one(value: Any) -> int:
    if value == FORMAT and not isinstance(value, bool):
        return FORMAT
    raise refuse(
        "scheme.format",
        Text(f"不认识的文件格式 {shown(value)}", f"unknown file format {shown(value)}"),
        Text(f"写 format: {FORMAT}", f"write format: {FORMAT}"),
    )


def _fields() -> Fields:
    grade = record(Grade, {"quota": record(Quota).form()}).form()
    layout = record(Layout, {"columns": pairs(TEXT)}).form()
    veto = record(Veto, {"effect": pairs(TEXT), "approval": form_of(_approval())}, optional=("name",))
    token = keyed(words_or(TOKEN_MEANINGS, NUMBER), _token)
    forms = {
        "format": simple(_format_one, {"const": FORMAT}),
        "index": index_form(),
        "groups": _by_id(Group, "id"),
        "units": _by_id(Unit, "code"),
        "tokens": token,
        "grades": listed(grade),
        "layouts": listed(layout),
        "vetoes": listed(Fields(veto.forms, veto.required, _veto, "Veto").form()),
    }
    return record(Scheme, forms, skip=("warnings",), build=_build)


def _token(text: str, means: Any) -> Token:
    return Token(text, means if isinstance(means, str) else float(means))


def _approval() -> Any:
    from township_eval.scheme.model import Approval

    return Approval | None


def _veto(given: dict[str, Any]) -> Veto:
    return Veto(**{**given, "name": given.get("name") or given["id"]})


def _build(given: dict[str, Any]) -> Scheme:
    given.pop("format", None)
    return Scheme(**given)


@cache
def document_form() -> Form:
    """Return the form of the whole file."""
    return _fields().form()


def scheme_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a scheme file, for editors and other programs.

    Returns
    -------
    dict
        The schema; every key carries its meaning in Chinese and English.

    Examples
    --------
    >>> scheme_schema()["required"]
    ['index', 'name', 'version']
    """
    nodes = {
        cls.__name__: node_fields(is_dimension=cls is Dimension).schema() for cls in (Indicator, Dimension)
    }
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "township_eval scheme",
        **{key: value for key, value in document_form().schema.items() if key != "title"},
        "$defs": nodes,
    }
    definitions: dict[str, Any] = {}
    described = _described(document, definitions)
    assert isinstance(described, dict)  # noqa: S101  tells the type checker what _described keeps
    return {**described, "$defs": dict(sorted(definitions.items()))}


def _described(schema: Any, definitions: dict[str, Any]) -> Any:
    """Return a copy in which every property says what it means; what is named is moved to one place."""
    if isinstance(schema, list):
        return [_described(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    for name, part in schema.get("$defs", {}).items():
        if name not in definitions:
            definitions[name] = {}  # stands while it is described: it may contain itself
            definitions[name] = _described(part, definitions)
    apart = {"properties", "$defs", "if"}
    copy = {key: _described(part, definitions) for key, part in schema.items() if key not in apart}
    if "if" in schema:
        copy["if"] = schema["if"]  # tells apart, explains nothing
    if "properties" in schema:
        owner = schema.get("title", "")
        copy["properties"] = {
            name: _with_meaning(name, owner, _described(part, definitions))
            for name, part in schema["properties"].items()
        }
    return copy


def _with_meaning(name: str, owner: str, schema: dict[str, Any]) -> dict[str, Any]:
    field = field_of(name, owner)
    return schema if field is None else {**schema, "description": f"{field.meaning.zh} / {field.meaning.en}"}
