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

from township_eval.errors import DataError, Problem, TownshipEvalError
from township_eval.evaluation import Evaluation, Leaves, Standing
from township_eval.inputs import Units
from township_eval.io.archive.errors import plain_precision, precision_of
from township_eval.io.archive.fitting import unfit_parts
from township_eval.io.archive.numbers import array_of, list_of, places_of, rows_of
from township_eval.io.archive.schema import (
    FORMAT,
    LEAF_ARRAYS,
    STANDING_ARRAYS,
    evaluation_schema,
    missing_parts,
)
from township_eval.io.files import write_beside
from township_eval.io.tables import from_table, to_table
from township_eval.language import Text, listed
from township_eval.scheme.parse import parse_scheme
from township_eval.scheme.write import to_mapping

__all__ = [
    "archive_text", "evaluation_schema", "read_evaluation", "read_plain", "read_sealed", "write_evaluation",
]  # fmt: skip

_UNFIT: Final = Text("各部分缺失或互不相符:{parts}", "parts are missing or do not fit each other: {parts}")


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
    text, _ = archive_text(evaluation)
    with write_beside(path) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")


def archive_text(evaluation: Evaluation) -> tuple[str, str]:
    """Return what `write_evaluation` writes, and the digest in it (``sha256:...``)."""
    plain = _to_plain(evaluation)
    plain["digest"] = _digest(plain)
    return "{\n" + ",\n".join(_lines(plain)) + "\n}\n", str(plain["digest"])


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
    return read_sealed(path, formulas=formulas)[0]


def read_sealed(
    path: str | Path, *, formulas: Mapping[str, Callable[..., Any]] | None = None
) -> tuple[Evaluation, str]:
    """Read an evaluation and the digest of its file.

    Parameters and errors are those of `read_evaluation`.
    """
    plain = _loaded(path)
    missing = missing_parts(plain)
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
    return _whole(path, plain, formulas), str(plain["digest"])


def read_plain(path: str | Path) -> dict[str, Any]:
    """Return the JSON of an archive of any version, once its content is sure to be as it was written.

    Raises
    ------
    DataError
        Not an archive, or altered.
    """
    plain = _loaded(path)
    if not isinstance(plain, dict) or not {"format", "version", "period", "digest"} <= set(plain):
        raise DataError([_unreadable(path, Text("不是评价结果", "not a result"))])
    if plain["digest"] != _digest(plain):
        raise DataError([_altered(path)])
    return plain


def _whole(path: str | Path, plain: dict[str, Any], formulas: Any) -> Evaluation:
    """Return the evaluation a file holds; parts that do not fit each other are a fault of the file.

    A digest can be computed anew after an edit by hand: only reading the parts tells whether they are whole.
    """
    try:
        found = _from_plain(plain, formulas)
        unfit = unfit_parts(found)
    except TownshipEvalError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise DataError(
            [_unreadable(path, _UNFIT.format(parts=f"{type(error).__name__}: {error}"))]
        ) from error
    if unfit:
        raise DataError([_unreadable(path, _UNFIT.format(parts=listed(unfit)))])
    return found


def _no_number(word: str) -> None:
    msg = f"{word} is no JSON"
    raise ValueError(msg)


def _loaded(path: str | Path) -> Any:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8-sig"), parse_constant=_no_number)
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(
            [_unreadable(path, Text("打不开,或不是 JSON", "cannot be opened, or is not JSON"))]
        ) from error


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
        "score": rows_of(evaluation.score[:, by_code]),
        "weight": rows_of(evaluation.weight[:, by_code]),
        "leaves": {
            **{name: rows_of(getattr(leaves, name)[:, by_code]) for name in LEAF_ARRAYS},
            "status": leaves.status[:, by_code].tolist(),
            "unknown": leaves.unknown[:, by_code].astype(int).tolist(),
            "method": list(leaves.method),
            "assumption": [_texts(some, by_code) for some in leaves.assumption],
            "cell": [None if cells is None else [cells[at] for at in by_code] for cells in leaves.cell],
        },
        "precision": plain_precision(evaluation.precision.without_respondents(), by_code),
        "standing": {
            **{name: list_of(getattr(standing, name), by_code) for name in STANDING_ARRAYS},
            "grade": [standing.grade[at] for at in by_code],
            "grade_reason": [standing.grade_reason[at] for at in by_code],
            "best": [0 if standing.best is None else int(standing.best[at]) for at in by_code],
        },
        "event_factors": {
            node: list_of(factor, by_code) for node, factor in sorted(evaluation.event_factors.items())
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
        name: None if standing[name] is None else array_of(standing[name])[order] for name in STANDING_ARRAYS
    }
    return Evaluation(
        scheme=scheme,
        period=plain["period"],
        units=units.take(order),
        score=array_of(plain["score"])[:, order],
        weight=array_of(plain["weight"])[:, order],
        leaves=Leaves(
            **{name: array_of(leaves[name]).reshape(-1, units.n)[:, order] for name in LEAF_ARRAYS},
            status=np.array(leaves["status"], dtype=np.int8).reshape(-1, units.n)[:, order],
            unknown=np.array(leaves["unknown"], dtype=np.bool_).reshape(-1, units.n)[:, order],
            method=tuple(leaves["method"]),
            assumption=tuple(_said(some, order) for some in leaves["assumption"]),
            cell=tuple(None if some is None else tuple(some[at] for at in order) for some in leaves["cell"]),
        ),
        precision=precision_of(plain["precision"], order),
        standing=Standing(
            **numbers,
            grade=tuple(standing["grade"][at] for at in order),
            grade_reason=tuple(standing["grade_reason"][at] for at in order),
            best=places_of(standing.get("best"), order),
        ),
        event_factors={
            node: array_of(factor)[order] for node, factor in plain.get("event_factors", {}).items()
        },
        flag_rows=frames["flags"],
        ledger_rows=frames["ledger"],
        details=frames["details"],
        problems=tuple(_problem(entry) for entry in plain["problems"]),
        table_rows={name: from_table(table, stored["order"]) for name, table in plain["tables"].items()},
        as_of=plain["as_of"],
        provisional=plain["provisional"],
        version=plain["version"],
    )  # fmt: skip


def _lines(plain: Mapping[str, Any]) -> list[str]:
    """Return one line of JSON per key, so that two archives can be compared by eye."""
    return [
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}"
        for key, value in plain.items()
    ]


def _digest(plain: Mapping[str, Any]) -> str:
    """Return the SHA-256 of everything but the digest itself: a digit changed by hand is noticed."""
    content = "\n".join(_lines({key: value for key, value in plain.items() if key != "digest"}))
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


def _texts(some: tuple[Text, ...] | None, order: list[int]) -> list[list[str]] | None:
    return None if some is None else [[some[at].zh, some[at].en] for at in order]


def _said(some: list[list[str]] | None, order: list[int]) -> tuple[Text, ...] | None:
    return None if some is None else tuple(Text(*some[at]) for at in order)


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
