"""Scheme files in and out: YAML, JSON, a workbook an official can edit, or a plain mapping."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from township_eval.errors import Problem, SchemeError, did_you_mean
from township_eval.io.files import write_beside
from township_eval.io.places import reason_of, shown, shown_name
from township_eval.io.schemes.notation import (
    LIMITS,
    Limits,
    Written,
    dump_json,
    dump_yaml,
    load_json,
    load_yaml,
)
from township_eval.language import Text
from township_eval.scheme.checked import checked_scheme
from township_eval.scheme.model import Scheme
from township_eval.scheme.write import to_mapping

__all__ = ["Limits", "load_scheme_file", "read_scheme", "write_scheme"]

_SUFFIXES: Final = (".yaml", ".yml", ".json", ".xlsx")


def read_scheme(
    path: str | os.PathLike[str] | Mapping[str, Any],
    *,
    formulas: Mapping[str, Any] | None = None,
    limits: Limits = LIMITS,
) -> Scheme:
    """Read and check an evaluation scheme.

    Parameters
    ----------
    path : path or mapping
        A ``.yaml``, ``.yml``, ``.json`` or ``.xlsx`` file, or the same content as a mapping.
    formulas : mapping of str to class, optional
        Own scoring rules and aggregations by the name the scheme uses. A rule's class is called
        with values ``(..., n_units)``, an aggregation's with scores and weights.
    limits : Limits
        How large a file may be.

    Returns
    -------
    Scheme
        Complete and checked; what deserves a look is in ``scheme.warnings``.

    Raises
    ------
    SchemeError
        With every problem at once, each with its line or cell and a hint.

    Examples
    --------
    >>> scheme = read_scheme({"name": "考核办法", "version": "2018", "index": {"children": [
    ...     {"id": "自来水普及率", "weight": 100, "unit": "%", "basis": "二(六)3"}]}})
    >>> scheme.name, scheme.leaves()[0].id
    ('考核办法', '自来水普及率')
    """
    written = Written(path, "") if isinstance(path, Mapping) else load_scheme_file(Path(path), limits)
    scheme = checked_scheme(written.data, formulas, written.where, written.problems, written.lost())
    return replace(scheme, warnings=(*scheme.warnings, *words_ignored(written, scheme)))


def words_ignored(written: Written, scheme: Scheme) -> tuple[Problem, ...]:
    """Return a warning for every rule in words that says another thing than the rule that was read."""
    problems = []
    for path, said in written.words.items():
        node: Any = scheme.index
        for at in path[2::2]:  # ("index", "children", 0, "children", 1)
            node = node.children[at]
        rule = Text("", "") if node.scoring is None else node.scoring.words()
        if said and _squeezed(said) not in {_squeezed(rule.zh), _squeezed(rule.en)}:
            problems.append(_ignored(written.where((*path, "words")), said, rule))
    return tuple(problems)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _ignored(where: str, said: str, rule: Text) -> Problem:
    none = Text("没有评分规则", "no rule")
    return Problem(
        "warning",
        "scheme.words_ignored",
        where,
        Text(
            "规则说明“{said}”不读入,实际采用的是:{rule}",
            "the words {said!r} are not read; the rule is: {rule}",
        ).format(said=said, rule=rule or none),
        Text(
            "规则说明只供阅读;要改规则,请改“评分方法”和参数列",
            "the words are only for reading; to change the rule, change its method and parameters",
        ),
    )


def load_scheme_file(path: Path, limits: Limits = LIMITS) -> Written:
    """Return the plain data of a scheme file and where its values stand."""
    file = path.name
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise SchemeError([_unknown_suffix(path)])
    try:
        size = path.stat().st_size
        content = b"" if suffix == ".xlsx" or size > limits.bytes else path.read_bytes()
    except OSError as error:
        raise SchemeError([_unreadable(path, error)]) from None
    if size > limits.bytes:
        raise SchemeError([_too_large(file, size, limits)])
    if suffix == ".xlsx":
        from township_eval.io.schemes.book_reader import load_workbook_scheme

        return load_workbook_scheme(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SchemeError([_not_utf8(file, error)]) from None
    return load_json(text, file) if suffix == ".json" else load_yaml(text, file, limits)


def write_scheme(scheme: Scheme, path: str | os.PathLike[str], *, lang: str = "zh") -> Path:
    """Write a scheme; reading the file back gives an equal scheme.

    Parameters
    ----------
    scheme : Scheme
        What to write.
    path : path
        ``.yaml``, ``.yml``, ``.json`` or ``.xlsx``; the ending decides.
    lang : {"zh", "en"}
        Language of the workbook's sheets and headers.

    Returns
    -------
    Path
        The file written. It is written beside the target and renamed, so that there is never half
        a file.

    Raises
    ------
    SchemeError
        The ending is unknown.
    DataError
        The target cannot be written (it is open in another program).
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise SchemeError([_unknown_suffix(path)])
    with write_beside(path) as beside:
        if suffix == ".xlsx":
            from township_eval.io.schemes.book_writer import write_workbook_scheme

            write_workbook_scheme(scheme, beside, lang)
        else:
            mapping = to_mapping(scheme)
            text = dump_json(mapping) if suffix == ".json" else dump_yaml(mapping)
            beside.write_text(text, encoding="utf-8", newline="\n")
    return path


def _unknown_suffix(path: Path) -> Problem:
    return Problem(
        "error",
        "file.kind",
        shown_name(path),
        _what_it_is(path),
        did_you_mean(path.suffix, _SUFFIXES),
    )


def _what_it_is(path: Path) -> Text:
    if path.is_dir():
        return Text("这是文件夹,不是方案文件", "this is a folder, not a scheme file")
    if not path.suffix:
        return Text("文件名没有扩展名", "the file's name has no ending")
    return Text(f"不认识的文件类型 {path.suffix}", f"unknown kind of file {path.suffix!r}")


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(
        "error",
        "file.unreadable",
        shown(path),
        Text("打不开文件:{why}", "cannot be opened: {why}").format(why=reason_of(error)),
        Text("检查路径和权限", "look at the path and the permissions"),
    )


def _too_large(file: str, size: int, limits: Limits) -> Problem:
    return Problem(
        "error",
        "file.size",
        file,
        Text(
            f"文件有 {size} 字节,超过上限 {limits.bytes}",
            f"the file has {size} bytes, more than {limits.bytes}",
        ),
        Text("方案文件不应这么大,请检查是否选错", "no scheme is that large: is it the right file?"),
    )


def _not_utf8(file: str, error: UnicodeDecodeError) -> Problem:
    return Problem(
        "error",
        "file.encoding",
        f"{file} (byte {error.start})",
        Text("不是 UTF-8 编码", "not encoded as UTF-8"),
        Text("另存为 UTF-8", "save it as UTF-8"),
    )
