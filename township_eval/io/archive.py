"""An evaluation as a JSON file and back, to the last bit.

Rows are ordered by unit id, so that the same inputs give the same bytes in whatever order they
came; numbers that are not finite are written as null. The file holds the scheme it was made with,
and never survey answers or ballots.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from township_eval.errors import DataError, Problem
from township_eval.evaluation import Evaluation, Leaves, Precision, Standing
from township_eval.inputs import Units
from township_eval.io.files import write_beside
from township_eval.io.tables import from_table, to_table
from township_eval.language import Text, listed
from township_eval.methods.loadings import NOTHING, Loadings
from township_eval.methods.ratings.persistence import NO_SEVERITIES, Severities
from township_eval.methods.varying import Array
from township_eval.scheme.parse import parse_scheme
from township_eval.scheme.write import to_mapping

__all__ = ["evaluation_schema", "read_evaluation", "write_evaluation"]

FORMAT: Final = 1
_LEAF_ARRAYS = ("value", "se", "n", "df")
_STANDING_ARRAYS = ("composite", "adjusted", "rank", "rank_in_group", "lower", "upper")


def write_evaluation(evaluation: Evaluation, path: str | Path) -> None:
    """Write an evaluation as JSON; the file appears whole or not at all.

    Parameters
    ----------
    evaluation : Evaluation
        Any evaluation.
    path : str or Path
        Target, usually ``PERIOD.json``.

    Raises
    ------
    DataError
        The target is open in another program or cannot be written.
    """
    plain = _to_plain(evaluation)
    plain["digest"] = _digest(plain)
    with write_beside(path) as beside:
        beside.write_text("{\n" + ",\n".join(_lines(plain)) + "\n}\n", encoding="utf-8")


def read_evaluation(
    path: str | Path, *, formulas: Mapping[str, Callable[..., Any]] | None = None
) -> Evaluation:
    """Read an evaluation that `write_evaluation` wrote.

    Parameters
    ----------
    path : str or Path
        The JSON file.
    formulas : mapping, optional
        The own rules and aggregations of the scheme, as for `read_scheme`; without them the result
        can be read and reported, but not computed anew.

    Raises
    ------
    DataError
        Not an evaluation, or a part of it is missing or does not fit the others; or an earlier version
        of township_eval wrote it, without errors that this one needs.
    """
    try:
        plain = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DataError(
            [_unreadable(path, Text("打不开,或不是 JSON", "cannot be opened, or is not JSON"))]
        ) from error
    missing = _missing(plain)
    if missing and not _is_earlier(plain):
        why = Text(f"缺少 {'、'.join(missing)}", f"without {', '.join(missing)}")
        raise DataError([_unreadable(path, why)])
    if missing:
        raise DataError([_earlier(path, plain, missing)])
    if plain["format"] != FORMAT:
        why = Text(f"文件格式版本为 {plain['format']}", f"format {plain['format']!r}")
        raise DataError([_unreadable(path, why)])
    if plain["digest"] != _digest(plain):
        raise DataError([_altered(path)])
    return _from_plain(plain, formulas)


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
    leaves = dict.fromkeys(_LEAF_ARRAYS, _MATRIX) | {
        "status": _MATRIX,
        "unknown": {"type": "array"},
        "method": _TEXTS,
        "assumption": {"type": "array"},
        "cell": {"type": "array"},
    }
    standing = {name: {**_VECTOR, "type": ["array", "null"]} for name in _STANDING_ARRAYS}
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
        "standing": {"type": "object", "properties": {**standing, "grade": _TEXTS, "grade_reason": _TEXTS}},
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
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def _missing(plain: Any) -> list[str]:
    """Return the parts that an archive must have and this one has not."""
    if not isinstance(plain, dict):
        return list(evaluation_schema()["required"])
    errors: Any = plain.get("precision")
    inside = _PRECISION["required"] if isinstance(errors, dict) else []
    return [
        *(key for key in evaluation_schema()["required"] if key not in plain),
        *(f"precision.{key}" for key in inside if key not in errors),
    ]


def _is_earlier(plain: Any) -> bool:
    """Return whether a file with parts missing is as township_eval wrote it: its own digest fits."""
    if not isinstance(plain, dict) or plain.get("format") != FORMAT or "version" not in plain:
        return False
    return bool(plain.get("digest") == _digest(plain))


def _to_plain(evaluation: Evaluation) -> dict[str, Any]:
    units, leaves, standing = evaluation.units, evaluation.leaves, evaluation.standing
    by_code = sorted(range(units.n), key=lambda at: units.codes[at])
    ordered = units.take(by_code)
    return {
        "format": FORMAT,
        "version": evaluation.version,
        "scheme": to_mapping(evaluation.scheme),
        "fingerprint": evaluation.scheme.fingerprint,
        "period": evaluation.period,
        "as_of": evaluation.as_of,
        "provisional": evaluation.provisional,
        "units": {
            "codes": list(ordered.codes), "names": list(ordered.names), "groups": list(ordered.groups),
            "kinds": list(ordered.kinds), "aliases": [list(some) for some in ordered.aliases],
            "order": list(units.codes),
        },
        "nodes": list(evaluation.nodes),
        "score": _numbers(evaluation.score[:, by_code]),
        "weight": _numbers(evaluation.weight[:, by_code]),
        "leaves": {
            **{name: _numbers(getattr(leaves, name)[:, by_code]) for name in _LEAF_ARRAYS},
            "status": leaves.status[:, by_code].tolist(),
            "unknown": leaves.unknown[:, by_code].astype(int).tolist(),
            "method": list(leaves.method),
            "assumption": [_texts(some, by_code) for some in leaves.assumption],
            "cell": [None if cells is None else [cells[at] for at in by_code] for cells in leaves.cell],
        },
        "precision": _plain_precision(evaluation.precision.without_respondents(), by_code),
        "standing": {
            **{name: _vector(getattr(standing, name), by_code) for name in _STANDING_ARRAYS},
            "grade": [standing.grade[at] for at in by_code],
            "grade_reason": [standing.grade_reason[at] for at in by_code],
        },
        "flags": to_table(evaluation.flag_rows),
        "ledger": to_table(evaluation.ledger_rows),
        "details": to_table(evaluation.details),
        "problems": [problem.to_dict() for problem in evaluation.problems],
        "tables": {name: to_table(table) for name, table in sorted(evaluation.table_rows.items())},
    }  # fmt: skip


def _from_plain(plain: dict[str, Any], formulas: Any) -> Evaluation:
    scheme = parse_scheme(plain["scheme"], formulas=formulas, keep_own=True)
    stored = plain["units"]
    texts = {name: tuple(stored[name]) for name in ("codes", "names", "groups", "kinds")}
    units = Units(**texts, aliases=tuple(tuple(some) for some in stored["aliases"]))
    order = [units.index[code] for code in stored["order"]]
    leaves, standing = plain["leaves"], plain["standing"]
    frames = {name: from_table(plain[name], stored["order"]) for name in ("flags", "ledger", "details")}
    numbers: dict[str, Any] = {
        name: None if standing[name] is None else _array(standing[name])[order] for name in _STANDING_ARRAYS
    }
    return Evaluation(
        scheme=scheme,
        period=plain["period"],
        units=units.take(order),
        score=_array(plain["score"])[:, order],
        weight=_array(plain["weight"])[:, order],
        leaves=Leaves(
            **{name: _array(leaves[name]).reshape(-1, units.n)[:, order] for name in _LEAF_ARRAYS},
            status=np.array(leaves["status"], dtype=np.int8).reshape(-1, units.n)[:, order],
            unknown=np.array(leaves["unknown"], dtype=np.bool_).reshape(-1, units.n)[:, order],
            method=tuple(leaves["method"]),
            assumption=tuple(_said(some, order) for some in leaves["assumption"]),
            cell=tuple(None if some is None else tuple(some[at] for at in order) for some in leaves["cell"]),
        ),
        precision=_precision(plain["precision"], order),
        standing=Standing(
            **numbers,
            grade=tuple(standing["grade"][at] for at in order),
            grade_reason=tuple(standing["grade_reason"][at] for at in order),
        ),
        flag_rows=frames["flags"],
        ledger_rows=frames["ledger"],
        details=frames["details"],
        problems=tuple(_problem(entry) for entry in plain["problems"]),
        table_rows={name: from_table(table, stored["order"]) for name, table in plain["tables"].items()},
        as_of=plain["as_of"],
        provisional=plain["provisional"],
        version=plain["version"],
    )  # fmt: skip


def _plain_precision(precision: Precision, by_code: list[int]) -> dict[str, Any]:
    """Return the errors with units by code; shocks keep their numbers."""
    place = np.argsort(by_code)
    return {
        "se": _numbers(precision.se[:, by_code]),
        "method": precision.method[:, by_code].tolist(),
        "unknown": precision.unknown[:, by_code].astype(int).tolist(),
        "composite": _plain_shocks(precision.composite, place),
        "part": precision.part.tolist(),
        "df": _numbers(precision.df[:, by_code]),
        "raters": _plain_raters(precision),
        "leaves": _plain_shocks(precision.leaves, place),
        "recurring": _plain_named(precision.recurring, place),
        "recurring_leaves": _plain_named(precision.recurring_leaves, place),
        "untold": precision.untold,
    }


def _plain_named(loadings: Loadings, place: NDArray[np.intp]) -> dict[str, Any]:
    """Return shocks with their names, which are digests."""
    return {**_plain_shocks(loadings, place), "names": list(loadings.names)}


def _plain_shocks(loadings: Loadings, place: NDArray[np.intp]) -> dict[str, Any]:
    """Return shocks with the units at their places; several rows of units may stand one after another."""
    row, at = np.divmod(loadings.unit, max(len(place), 1))
    unit = row * len(place) + place[at]
    order = np.lexsort((loadings.shock, unit))
    return {
        "unit": unit[order].tolist(),
        "shock": loadings.shock[order].tolist(),
        "amount": loadings.amount[order].tolist(),
    }


def _precision(plain: dict[str, Any], order: list[int]) -> Precision:
    shape = (-1, len(order))
    back = np.argsort(order)
    df = _array(plain["df"]).reshape(shape)[:, order]
    return Precision(
        se=_array(plain["se"]).reshape(shape)[:, order],
        method=np.array(plain["method"], dtype=np.int8).reshape(shape)[:, order],
        unknown=np.array(plain["unknown"], dtype=np.bool_).reshape(shape)[:, order],
        composite=_shocks(plain["composite"], back),
        part=np.array(plain["part"], dtype=np.intp),
        df=np.where(np.isnan(df), np.inf, df),
        leaves=_shocks(plain["leaves"], back),
        recurring=_shocks(plain["recurring"], back),
        raters=_raters(plain["raters"]) if "raters" in plain else NO_SEVERITIES,
        of_raters=plain["raters"]["part"] if "raters" in plain else -1,
        recurring_leaves=_shocks(plain["recurring_leaves"], back) if "recurring_leaves" in plain else NOTHING,
        untold=int(plain.get("untold", 0)),
    )


def _plain_raters(precision: Precision) -> dict[str, Any]:
    """Return the severities of raters, whose names are digests."""
    raters = precision.raters
    return {
        "part": precision.of_raters,
        "panels": list(raters.panels),
        "variance": raters.variance.tolist(),
        "df": raters.df.tolist(),
        "panel": raters.panel.tolist(),
        "names": list(raters.names),
        "severity": raters.severity.tolist(),
    }


def _raters(plain: dict[str, Any]) -> Severities:
    return Severities(
        panels=tuple(plain["panels"]),
        variance=_array(plain["variance"]),
        df=_array(plain["df"]),
        panel=np.array(plain["panel"], dtype=np.intp),
        names=tuple(plain["names"]),
        severity=_array(plain["severity"]),
    )


def _shocks(plain: dict[str, Any], back: NDArray[np.intp]) -> Loadings:
    row, at = np.divmod(np.array(plain["unit"], dtype=np.intp), max(len(back), 1))
    shock = np.array(plain["shock"], dtype=np.intp)
    names = tuple(plain.get("names", ()))
    sample = "recurring" if names else "compressed"
    return Loadings(sample, row * len(back) + back[at], shock, _array(plain["amount"]), names=names)


def _lines(plain: dict[str, Any]) -> list[str]:
    """Return one line of JSON per key, so that two archives can be compared by eye."""
    return [
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}"
        for key, value in plain.items()
    ]


def _digest(plain: dict[str, Any]) -> str:
    """Return the SHA-256 of everything but the digest itself: a digit changed by hand is noticed."""
    content = "\n".join(_lines({key: value for key, value in plain.items() if key != "digest"}))
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


def _numbers(matrix: Array) -> list[list[float | None]]:
    return np.where(np.isfinite(matrix), matrix.astype(object), None).tolist()  # type: ignore[no-any-return,call-overload]


def _vector(vector: Array | None, order: list[int]) -> list[float | None] | None:
    return None if vector is None else _numbers(vector[order][None, :])[0]


def _texts(some: tuple[Text, ...] | None, order: list[int]) -> list[list[str]] | None:
    return None if some is None else [[some[at].zh, some[at].en] for at in order]


def _said(some: list[list[str]] | None, order: list[int]) -> tuple[Text, ...] | None:
    return None if some is None else tuple(Text(*some[at]) for at in order)


def _array(rows: Any) -> Array:
    return np.array(rows, dtype=np.float64)


def _problem(entry: dict[str, Any]) -> Problem:
    return Problem(
        entry["severity"], entry["code"], entry["where"], Text(**entry["what"]), Text(**entry["hint"])
    )


def _unreadable(path: str | Path, why: Text) -> Problem:
    return Problem(
        "error", "archive.unreadable", str(path),
        Text("不是可读的评价结果文件({why})", "not a readable evaluation file ({why})").format(why=why),
        Text("请给出 score 命令生成的 .json 文件", "give a .json file that `score` has written"),
    )  # fmt: skip


def _earlier(path: str | Path, plain: dict[str, Any], missing: list[str]) -> Problem:
    version, parts = str(plain["version"]), listed(missing)
    return Problem(
        "error", "archive.unreadable", str(path),
        Text(
            "由较早的版本({version})生成,没有本版本所需的误差数据({parts})",
            "written by an earlier version ({version}), without errors that this one needs ({parts})",
        ).format(version=version, parts=parts),
        Text(
            "请用当时的方案和数据重新运行 score,得到新的 .json 文件",
            "run `score` again on the scheme and the inputs of that period; it writes a new .json file",
        ),
    )  # fmt: skip


def _altered(path: str | Path) -> Problem:
    return Problem(
        "error", "archive.altered", str(path),
        Text("内容与其校验值不符,文件被改动过", "the content does not match its digest: altered"),
        Text("请用原文件,或重新运行 score", "take the original file, or run `score` again"),
    )  # fmt: skip
