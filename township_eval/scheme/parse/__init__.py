"""From the plain data of a scheme file to a `Scheme`: every problem at once, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from township_eval.errors import Problem, SchemeError
from township_eval.language import Text
from township_eval.scheme.model import Scheme
from township_eval.scheme.parse.document import document_form, scheme_schema
from township_eval.scheme.parse.forms import Context
from township_eval.scheme.parse.refusals import Where, path_text, problems_of
from township_eval.scheme.parse.tree import own_name_problems

__all__ = ["Where", "parse_scheme", "path_text", "scheme_schema"]


def parse_scheme(
    mapping: Mapping[str, Any],
    formulas: Mapping[str, Any] | None = None,
    where: Where | None = None,
    *,
    keep_own: bool = False,
) -> Scheme:
    """Return the scheme that plain data states; what a good scheme must satisfy is `check_scheme`.

    Parameters
    ----------
    mapping : mapping
        The file's content: mappings, lists, text, numbers, dates.
    formulas : mapping of str to class, optional
        Own rules and aggregations by the name the scheme uses.
    where : callable, optional
        Turns a path such as ``("index", "children", 0, "weight")`` into the place a user knows (line,
        cell); the path as text by default.
    keep_own : bool
        Accept own formulas whose class is not given; they can be shown but not computed.

    Raises
    ------
    SchemeError
        With every value, key and type that is wrong, each with its place and a hint.

    Examples
    --------
    >>> scheme = parse_scheme({"name": "办法", "version": 2018, "index": {"children": [
    ...     {"id": "tap_water", "weight": 100, "scoring": {"method": "linear", "low": 0, "high": "2/3"}}]}})
    >>> scheme.version, scheme.leaves()[0].scoring.high
    ('2018', Fraction(2, 3))
    """
    where = where or path_text
    context = Context(dict(formulas or {}), keep_own)
    problems = own_name_problems(context.formulas)
    try:
        scheme: Scheme = TypeAdapter(document_form().annotation).validate_python(mapping, context=context)
    except ValidationError as error:
        raise SchemeError((*problems, *problems_of(error, where))) from None
    except RecursionError:
        raise SchemeError([_too_deep()]) from None
    if problems:
        raise SchemeError(problems)
    return scheme


def _too_deep() -> Problem:
    return Problem(
        "error",
        "scheme.deep",
        "index",
        Text("层次太深", "nested too deeply"),
        Text("减少层次", "use fewer levels"),
    )
