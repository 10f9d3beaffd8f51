"""What the file of an evaluation holds, as JSON Schema, and what of it a file lacks."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["FORMAT", "LEAF_ARRAYS", "STANDING_ARRAYS", "evaluation_schema", "missing_parts"]

FORMAT: Final = 1
LEAF_ARRAYS: Final = ("value", "se", "n", "df")
STANDING_ARRAYS: Final = ("composite", "adjusted", "rank", "rank_in_group", "lower", "upper")
# What later versions added: an archive without it says that there was none.
_LATER: Final = ("event_factors",)

_NUMBER: Final[dict[str, Any]] = {"type": ["number", "null"]}
_VECTOR: Final[dict[str, Any]] = {"type": "array", "items": _NUMBER}
_MATRIX: Final[dict[str, Any]] = {"type": "array", "items": _VECTOR}
_TEXTS: Final[dict[str, Any]] = {"type": "array", "items": {"type": "string"}}
_FRAME: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["columns", "types", "rows"],
    "properties": {"columns": _TEXTS, "types": _TEXTS, "rows": {"type": "array", "items": {"type": "array"}}},
}
_SHOCKS: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["unit", "shock", "amount"],
    "properties": {**dict.fromkeys(("unit", "shock", "amount"), _VECTOR), "names": _TEXTS},
}

_PRECISION: Final[dict[str, Any]] = {
    "type": "object",
    "description": "standard errors of the scores, how they were got, and the shocks",
    "required": ["se", "method", "unknown", "composite", "part", "df", "leaves", "recurring"],
    "properties": {
        "se": _MATRIX,
        "method": _MATRIX,
        "unknown": _MATRIX,
        "composite": _SHOCKS,
        "part": {**_VECTOR, "description": "part of the variance of every shock of composite"},
        "df": {**_MATRIX, "description": "of every part; null: its errors count as known"},
        "leaves": {**_SHOCKS, "description": "place of a value: leaf x number of units + unit"},
        "recurring": {**_SHOCKS, "description": "villages and raters, by digest of the name"},
        "raters": {"type": "object", "description": "severity of raters by panel, by digest of the name"},
        "recurring_leaves": {**_SHOCKS, "description": "the same of values; place as in leaves"},
        "untold": {"type": "integer", "description": "respondents who have names, which are not kept"},
    },
}


def evaluation_schema() -> dict[str, Any]:
    """Return the JSON Schema of the file `write_evaluation` writes."""
    leaves = dict.fromkeys(LEAF_ARRAYS, _MATRIX) | {
        "status": _MATRIX,
        "unknown": {"type": "array"},
        "method": _TEXTS,
        "assumption": {"type": "array"},
        "cell": {"type": "array"},
    }
    standing = {name: {**_VECTOR, "type": ["array", "null"]} for name in STANDING_ARRAYS}
    properties = {
        "format": {"const": FORMAT},
        "version": {"type": "string", "description": "version of township_eval"},
        "scheme": {"type": "object", "description": "the scheme as in a scheme file"},
        "fingerprint": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
        "period": {"type": "string"},
        "as_of": {"type": "string"},
        "provisional": {"type": "boolean"},
        "units": {"type": "object", "description": "codes ascending; `order` is the order of results"},
        "nodes": {**_TEXTS, "description": "node ids in tree order: the rows of score and weight"},
        "score": _MATRIX,
        "weight": _MATRIX,
        "leaves": {"type": "object", "properties": leaves},
        "precision": _PRECISION,
        "standing": {
            "type": "object",
            "properties": {**standing, "grade": _TEXTS, "grade_reason": _TEXTS, "best": _VECTOR},
        },
        "event_factors": {
            "type": "object",
            "additionalProperties": _VECTOR,
            "description": "by node id, what events multiplied its score by",
        },
        "flags": _FRAME,
        "ledger": _FRAME,
        "details": _FRAME,
        "problems": {"type": "array", "items": {"type": "object"}},
        "tables": {"type": "object", "additionalProperties": _FRAME},
        "digest": {"type": "string", "description": "SHA-256 of all the rest; an edited file has another"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "township_eval evaluation",
        "type": "object",
        "required": [name for name in properties if name not in _LATER],
        "properties": properties,
        "additionalProperties": False,
    }


def missing_parts(plain: Any) -> list[str]:
    """Return the parts that an archive must have and this one has not."""
    if not isinstance(plain, dict):
        return list(evaluation_schema()["required"])
    errors: Any = plain.get("precision")
    inside = _PRECISION["required"] if isinstance(errors, dict) else []
    return [
        *(key for key in evaluation_schema()["required"] if key not in plain),
        *(f"precision.{key}" for key in inside if key not in errors),
    ]
