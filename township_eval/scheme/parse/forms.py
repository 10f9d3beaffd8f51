"""Forms: what a place in the file may hold, as a parser and as a piece of JSON Schema.

A form is one small value with two notations, so that what the program accepts and what an editor
is told are written on the same line. Lists and mappings go through pydantic, which collects every
refusal inside them with its path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, TypeAlias

from pydantic import PlainValidator, TypeAdapter, ValidationInfo

from township_eval.language import Text
from township_eval.language import listed as listed_names
from township_eval.methods.varying import Case, Varying
from township_eval.scheme.parse.refusals import MAPPING_HINT, refuse, shown
from township_eval.scheme.parse.scalars import (
    as_flag,
    as_number,
    as_one_of,
    as_text,
    as_whole,
    real,
    required_text,
)

__all__ = [
    "FLAG", "NUMBER", "REAL", "REQUIRED_TEXT", "TEXT", "WHOLE", "Context", "Form", "by_type", "choice",
    "keyed", "listed", "named", "nullable", "pairs", "simple", "text_keys", "varying", "words_or",
]  # fmt: skip

Schema: TypeAlias = dict[str, Any]

# period, then class or unit: there is no third question a value could depend on
_DEEPEST: Final = 2


@dataclass(frozen=True, slots=True)
class Context:
    """What parsing needs to know besides the file: own classes, and what to do when one is absent."""

    formulas: Mapping[str, Any] = field(default_factory=dict)
    keep_own: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One form: ``parse(value, context)`` returns what the scheme keeps; ``schema`` describes the file."""

    parse: Callable[[Any, Context], Any]
    schema: Schema

    @property
    def annotation(self) -> Any:
        """The form as a type for pydantic."""

        def run(value: Any, info: ValidationInfo) -> Any:
            return self.parse(value, info.context or Context())

        return Annotated[Any, PlainValidator(run)]


def by_type(kind: str, then: Schema, otherwise: Schema) -> Schema:
    """Return a schema that is one thing for values of a JSON type, and another for all others."""
    return {"if": {"type": kind}, "then": then, "else": otherwise}


def named(name: str, form: Form) -> Form:
    """Return a form whose schema is written once, under a name, and referred to wherever it is used."""
    return Form(form.parse, {"$ref": f"#/$defs/{name}", "$defs": {name: form.schema}})


def simple(parse: Callable[[Any], Any], schema: Schema) -> Form:
    """Return a form that needs no context."""
    return Form(lambda value, _: parse(value), schema)


# Alternatives are told apart by if and then, not by anyOf: an editor that follows one branch can
# point at the very value that is wrong, however deep it stands.
_NUMBER_SCHEMA: Final[Schema] = {
    "type": ["number", "string"],
    "pattern": r"^\s*[+-]?\d+(\.\d+|\s*/\s*\d+)?\s*$",
}
_TEXT_SCHEMA: Final[Schema] = {"type": ["string", "integer", "null"]}

TEXT: Final = simple(as_text, _TEXT_SCHEMA)
REQUIRED_TEXT: Final = simple(required_text, {"type": ["string", "integer"]})
NUMBER: Final = simple(as_number, _NUMBER_SCHEMA)
REAL: Final = simple(real, _NUMBER_SCHEMA)
WHOLE: Final = simple(as_whole, {"type": "integer"})
FLAG: Final = simple(as_flag, {"type": "boolean"})


def choice(options: Sequence[str]) -> Form:
    """Return the form of one of a few words."""
    return simple(lambda value: as_one_of(value, options), {"enum": list(options)})


def nullable(form: Form) -> Form:
    """Return a form that also takes null."""

    def parse(value: Any, context: Context) -> Any:
        return None if value is None else form.parse(value, context)

    return Form(parse, {"if": {"not": {"type": "null"}}, "then": form.schema})


def words_or(options: Sequence[str], form: Form) -> Form:
    """Return a form that takes one of a few words, or what *form* takes."""

    def parse(value: Any, context: Context) -> Any:
        wordy = isinstance(value, str) and not value.strip()[:1].isdigit() and value.strip()[:1] not in "+-"
        return as_one_of(value, options) if wordy else form.parse(value, context)

    wordy = {"type": "string", "pattern": r"^\s*[^\s\d+-]"}
    return Form(parse, {"if": wordy, "then": {"enum": list(options)}, "else": form.schema})


def listed(item: Form) -> Form:
    """Return the form of a list kept as a tuple; a single value stands for a list of one."""
    adapter = TypeAdapter(list[item.annotation])  # type: ignore[name-defined]

    def parse(value: Any, context: Context) -> Any:
        if value is None:
            return ()
        many = list(value) if isinstance(value, list | tuple) else [value]
        return tuple(adapter.validate_python(many, context=context))

    return Form(parse, by_type("array", {"items": item.schema}, item.schema))


def text_keys(value: Any) -> dict[str, Any]:
    """Return a mapping with its keys as text; two keys that become the same are refused."""
    if not isinstance(value, Mapping):
        raise refuse(
            "scheme.type",
            Text(
                f"应为“名称: 值”的对照表,实际为 {shown(value)}",
                f"a mapping of names to values is expected, not {shown(value)}",
            ),
            MAPPING_HINT,
        )
    keyed_by_text: dict[str, Any] = {}
    for key, content in value.items():
        text = required_text(key)
        if text in keyed_by_text:
            hint = Text("只保留一处", "keep one of them")
            raise refuse("scheme.twice", Text(f"{text} 写了两次", f"{text!r} is given twice"), hint)
        keyed_by_text[text] = content
    return keyed_by_text


def keyed(item: Form, build: Callable[[str, Any], Any]) -> Form:
    """Return the form of a mapping by name, kept as a tuple of ``build(name, value)``."""
    adapter = TypeAdapter(dict[str, item.annotation])  # type: ignore[name-defined]

    def parse(value: Any, context: Context) -> Any:
        if value is None:
            return ()
        found = adapter.validate_python(text_keys(value), context=context)
        return tuple(build(name, content) for name, content in found.items())

    return Form(parse, {"type": "object", "additionalProperties": item.schema})


def pairs(item: Form) -> Form:
    """Return the form of a mapping kept as a tuple of (name, value)."""
    return keyed(item, lambda name, value: (name, value))


def varying(form: Form, *, is_one: Callable[[Any], bool] | None = None, one: Schema | None = None) -> Form:
    """Return a form that may differ by period, then by class or unit.

    Parameters
    ----------
    form : Form
        What each branch holds.
    is_one : callable, optional
        Tells a mapping that is a single value (``{partial: 0.5}``) from a choice of values.
    one : dict, optional
        The same as a schema that such a mapping satisfies.
    """

    def parse(value: Any, context: Context, depth: int = 0) -> Any:
        if not isinstance(value, Mapping) or (is_one is not None and is_one(value)):
            return form.parse(value, context)
        if depth == _DEEPEST:
            raise _too_deep()
        branch = Form(lambda inner, ctx: parse(inner, ctx, depth + 1), {})
        adapter = TypeAdapter(dict[str, branch.annotation])  # type: ignore[name-defined]
        cases = text_keys(value)
        _require_choice(cases)
        found = adapter.validate_python(cases, context=context)
        default = found.pop("default", None)
        return Varying(tuple(Case(key, content) for key, content in found.items()), default)

    schema = form.schema
    for _ in range(_DEEPEST):
        schema = _choices(schema, form.schema, one)
    return Form(parse, schema)


def _choices(branch: Schema, value: Schema, one: Schema | None) -> Schema:
    """Return the schema of a single value, or of a mapping of branches."""
    several: Schema = {"type": "object"} if one is None else {"type": "object", "not": one}
    return {
        "if": several,
        "then": {"minProperties": 1, "additionalProperties": branch},
        "else": value,
    }


def _require_choice(cases: Mapping[str, Any]) -> None:
    if not cases:
        raise refuse(
            "varying.empty",
            Text("对照表是空的", "the mapping is empty"),
            Text("写明各类的值,或 default", "write a value per class, or default"),
        )
    if "default" in cases and cases["default"] is None:
        raise refuse(
            "varying.default",
            Text("default 不能为空", "default cannot be null"),
            Text("删去 default,或逐类写明", "leave default out, or write a value per class"),
        )
    glued = [key for key, value in cases.items() if value is None and set(key) & set(":\uff1a")]
    if glued:
        raise refuse(
            "varying.glued",
            Text("{keys} 没有分成名称和值", "no value for {keys}").format(keys=listed_names(glued)),
            Text(
                "用半角冒号,冒号后空一格,如 {一类: 98, default: 100}",
                "write a plain colon and a blank behind it: {a: 98, default: 100}",
            ),
        )


def _too_deep() -> Exception:
    return refuse(
        "varying.deep",
        Text("对照表超过两层", "the mapping has more than two levels"),
        Text("先写期别,再写类别或单位,不再细分", "write periods, then classes or units, and nothing below"),
    )
