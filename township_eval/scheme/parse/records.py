"""Dataclasses as records of the file: the fields are the keys, the annotations say their forms."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from township_eval.methods.scoring.base import Cohort
from township_eval.methods.varying import Varying
from township_eval.scheme.parse.forms import (
    FLAG,
    NUMBER,
    REAL,
    REQUIRED_TEXT,
    TEXT,
    WHOLE,
    Context,
    Form,
    by_type,
    choice,
    keyed,
    listed,
    named,
    nullable,
    text_keys,
    varying,
    words_or,
)
from township_eval.scheme.parse.refusals import translated
from township_eval.scheme.sources import Channel

__all__ = ["Fields", "form_of", "hints_of", "record"]


class _Number:
    """Stands for ``Number`` in annotations while they are read."""


#: written ``{name: number}``, or ``{name: {...}}`` where more is said
_KEYED: Final = (Channel,)
_NAMES: Final = {"Number": _Number, "Cohort": Cohort, "Varying": Varying}
_CONFIG: Final = ConfigDict(extra="forbid", arbitrary_types_allowed=True, protected_namespaces=())


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """The keys of one record: their forms, which are required, and how the value is built."""

    forms: Mapping[str, Form]
    required: frozenset[str]
    build: Callable[[dict[str, Any]], Any]
    name: str

    def form(self) -> Form:
        """Return the record as a form; every refusal inside is collected."""
        wanted: dict[str, Any] = {
            key: (form.annotation, ... if key in self.required else None) for key, form in self.forms.items()
        }
        model: type[BaseModel] = create_model(self.name, __config__=_CONFIG, **wanted)

        def parse(value: Any, context: Context) -> Any:
            try:
                found = model.model_validate(text_keys(value), context=context)
            except ValidationError as error:
                raise translated(error, tuple(self.forms)) from None
            given = [key for key in self.forms if key in found.model_fields_set]
            return self.build({key: getattr(found, key) for key in given})

        return Form(parse, self.schema())

    def schema(self) -> dict[str, Any]:
        """Return the record as JSON Schema; the keys carry their description elsewhere."""
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {key: form.schema for key, form in self.forms.items()},
            "required": sorted(self.required),
            "title": self.name,
        }


def hints_of(cls: type) -> dict[str, Any]:
    """Return a dataclass's annotations by field, with numbers that may vary marked."""
    hints = get_type_hints(cls, localns=_NAMES)
    return {field.name: hints[field.name] for field in fields(cls)}


def record(
    cls: type,
    forms: Mapping[str, Form] | None = None,
    *,
    skip: tuple[str, ...] = (),
    optional: tuple[str, ...] = (),
    build: Callable[[dict[str, Any]], Any] | None = None,
) -> Fields:
    """Return the record of a dataclass.

    Parameters
    ----------
    cls : type
        The dataclass.
    forms : mapping, optional
        Forms that the annotation alone does not tell, or further keys.
    skip, optional : tuple of str
        Fields that the file does not have; fields that it need not state.
    build : callable, optional
        Makes the value from what was given; the class itself by default.
    """
    chosen = dict(forms or {})
    required = set()
    for field in fields(cls):
        if field.name in skip:
            continue
        bare = field.default is MISSING and field.default_factory is MISSING
        if field.name not in chosen:
            chosen[field.name] = _field_form(cls, field.name, required=bare)
        if bare and field.name not in optional:
            required.add(field.name)
    return Fields(chosen, frozenset(required), build or (lambda given: cls(**given)), cls.__name__)


def _field_form(cls: type, name: str, *, required: bool) -> Form:
    hint = hints_of(cls)[name]
    return REQUIRED_TEXT if hint is str and required else form_of(hint)


_PLAIN: Final[dict[Any, Form]] = {
    str: TEXT,
    float: REAL,
    int: WHOLE,
    bool: FLAG,
    _Number: named("number_or_choice", varying(NUMBER)),
}


@cache
def form_of(hint: Any) -> Form:
    """Return the form that an annotation of a scheme dataclass stands for."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return choice(arguments)
    if origin in {Union, types.UnionType}:
        return _union(arguments)
    if origin is tuple:
        return _tuple(arguments)
    if is_dataclass(hint) and isinstance(hint, type):
        return named(hint.__name__, record(hint).form())
    msg = f"no form for the annotation {hint!r}"
    raise TypeError(msg)


def _union(arguments: tuple[Any, ...]) -> Form:
    if type(None) in arguments:
        rest = tuple(one for one in arguments if one is not type(None))
        return nullable(form_of(rest[0]) if len(rest) == 1 else _union(rest))
    words = [one for part in arguments if get_origin(part) is Literal for one in get_args(part)]
    others = [part for part in arguments if get_origin(part) is not Literal]
    if words and len(others) == 1:
        return words_or(words, form_of(others[0]))
    msg = f"no form for the union {arguments!r}"
    raise TypeError(msg)


def _tuple(arguments: tuple[Any, ...]) -> Form:
    item, *rest = arguments
    if rest != [Ellipsis]:  # a pair such as (value, score): a short list
        return listed(form_of(item))
    if is_dataclass(item) and isinstance(item, type):
        if len(fields(item)) == 2:  # noqa: PLR2004
            return _paired(item)
        if item in _KEYED:
            return _keyed(item)
    return varying(listed(form_of(item))) if item is _Number else listed(form_of(item))


def _paired(item: type) -> Form:
    """Return the form of a mapping ``{first field: second field}`` for a dataclass of two fields."""
    second = fields(item)[1].name
    return keyed(form_of(hints_of(item)[second]), item)


def _keyed(item: type) -> Form:
    """Return the form of a mapping ``{first field: second field}`` where more may be said: a record then."""
    first, second, *_ = fields(item)
    short = form_of(hints_of(item)[second.name])
    whole = record(item, skip=(first.name,), build=lambda given: given).form()

    def parse(value: Any, context: Context) -> Any:
        if isinstance(value, Mapping):
            return whole.parse(value, context)
        return {second.name: short.parse(value, context)}

    form = Form(parse, by_type("object", whole.schema, short.schema))
    return keyed(form, lambda name, given: item(name, **given))
