"""From the plain data of a scheme file to a `Scheme`: every problem at once, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from township_eval.errors import SchemeError
from township_eval.language import Text
from township_eval.scheme.model import Scheme
from township_eval.scheme.parse.document import document_form, scheme_schema
from township_eval.scheme.parse.forms import Context
from township_eval.scheme.parse.formulas import own_name_problems
from township_eval.scheme.parse.refusals import Refusal, Where, path_text, refusals_of

__all__ = ["Where", "attempt", "parse_scheme", "path_text", "scheme_schema"]


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
    formulas = dict(formulas or {})
    problems = own_name_problems(formulas)
    scheme, refusals = attempt(mapping, formulas, keep_own=keep_own)
    if scheme is None or problems:
        raise SchemeError((*problems, *(refusal.problem(where) for refusal in refusals)))
    return scheme


def attempt(
    mapping: Any, formulas: Mapping[str, Any], *, keep_own: bool = False
) -> tuple[Scheme | None, tuple[Refusal, ...]]:
    """Return the scheme that plain data states, or everything in it that is refused, with its path."""
    context = Context(dict(formulas), keep_own)
    try:
        scheme: Scheme = TypeAdapter(document_form().annotation).validate_python(mapping, context=context)
    except ValidationError as error:
        return None, refusals_of(error)
    except RecursionError:
        return None, (_too_deep(),)
    return scheme, ()


def _too_deep() -> Refusal:
    return Refusal(
        ("index",),
        "scheme.deep",
        Text("层次太深", "nested too deeply"),
        Text("减少层次", "use fewer levels"),
    )
