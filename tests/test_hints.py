"""Whoever is told of an error is told what to do: in every room each one carries a hint.

The source is read with `ast`, so that an error nobody has met in a test counts as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import township_eval
from township_eval.errors import Problem, did_you_mean

ROOT = Path(township_eval.__file__).parent
ROOMS = sorted(path.name for path in ROOT.iterdir() if path.is_dir() and any(path.rglob("*.py")))

# Where the hint stands among the arguments of what makes or notes an error, `self` not counted.
PLACES = {
    "Problem": 4,
    "error": 3,
    "warn": 3,
    "error_in": 4,
    "add": 4,
    "refusal": 4,
    "_RefusedError": 2,
}
# Rooms have a `refuse` of their own; the log of what reading found has it most often. A listing of
# rows takes a function that says each fault (`SAYING`), the hint last.
REFUSALS = {"parse": 2, "schemes": 3, "listing": 2}
SAYING = "tuple[str, Text, Text]"


def place_of(call: ast.Call, path: Path) -> int | None:
    """Return where a call has its hint."""
    name, of = called(call), getattr(getattr(call.func, "value", None), "id", "")
    if name == "refuse":
        return REFUSALS.get(of, REFUSALS.get(path.parent.name, 4))
    return PLACES.get(name)


def called(call: ast.Call) -> str:
    """Return the bare name of what is called."""
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def is_no_error(call: ast.Call) -> bool:
    """Return whether a problem is certainly a warning, or `add` adds something else."""
    first = call.args[0] if call.args else None
    severity = first.value if isinstance(first, ast.Constant) else None
    return severity != "error" if called(call) == "add" else severity == "warning"


def is_empty(node: ast.expr) -> bool:
    """Return whether an expression is, or may be in one branch, a text without words."""
    if isinstance(node, ast.IfExp):
        return is_empty(node.body) or is_empty(node.orelse)
    said = isinstance(node, ast.Call) and called(node) == "Text"
    return said and any(isinstance(part, ast.Constant) and not part.value for part in node.args)


def without_hint(path: Path, tree: ast.Module) -> Iterator[str]:
    """Yield the calls that make an error and give no hint."""
    empty = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and is_empty(node.value)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        place = place_of(call, path)
        if place is None or is_no_error(call):
            continue
        by_name = [keyword.value for keyword in call.keywords if keyword.arg == "hint"]
        starred = [argument for argument in call.args[:place] if isinstance(argument, ast.Starred)]
        hint = next(iter([*call.args[place : place + 1], *by_name, *starred]), None)
        if hint is None or is_empty(hint) or getattr(hint, "id", "") in empty:
            yield f"{path.relative_to(ROOT)}:{call.lineno} {ast.unparse(call)[:80]}"


def said_without_hint(path: Path, tree: ast.Module) -> Iterator[str]:
    """Yield what functions that say a fault return with an empty hint."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        if function.returns is None or ast.unparse(function.returns) != SAYING:
            continue
        for node in ast.walk(function):
            if (
                isinstance(node, ast.Return)
                and isinstance(node.value, ast.Tuple)
                and is_empty(node.value.elts[-1])
            ):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)[:80]}"


@pytest.mark.parametrize("room", [*ROOMS, ""], ids=[*ROOMS, "top"])
def test_every_error_of_a_room_carries_a_hint(room: str) -> None:
    """No call that makes an error leaves the hint out, or gives an empty one."""
    paths = (ROOT / room).rglob("*.py") if room else ROOT.glob("*.py")
    trees = [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]
    lacking = [
        line for one in trees for found in (without_hint(*one), said_without_hint(*one)) for line in found
    ]
    assert lacking == []


def test_the_search_finds_what_it_is_for() -> None:
    """An error without a hint, with an empty one, or with one that may be empty is found."""
    source = """
nothing = Text("", "")
Problem("error", code, where, what)
Problem(severity, code, where, what, Text("", ""))
draft.error(code, path, what, nothing)
draft.error_in(plain, code, path, what, hint=hint if many else Text("", ""))
Problem("error", code, where, what, Text("改正", "mend it"))
Problem("warning", code, where, what)
log.refuse(grid, at, *said(text))
log.refuse(grid, at, code, what)
listing.refuse(column, at, fault, log)
def fault(text: str) -> tuple[str, Text, Text]:
    if text:
        return code, what, Text("改正", "mend it")
    return code, what, Text("", "")
"""
    tree = ast.parse(source)
    found = [line.split()[0] for line in without_hint(ROOT / "x.py", tree)]
    assert found == ["x.py:3", "x.py:4", "x.py:5", "x.py:6", "x.py:10"]
    assert [line.split()[0] for line in said_without_hint(ROOT / "x.py", tree)] == ["x.py:15"]


@pytest.mark.parametrize("options", [[], ["甲"], list("甲乙丙"), [f"unit {n}" for n in range(40)]])
@pytest.mark.parametrize("word", ["", "丁", "unit 7"])
def test_a_suggestion_is_never_empty(word: str, options: list[str]) -> None:
    """With close names, with few, with many, with none: both languages say something."""
    hint = did_you_mean(word, options)
    assert hint.zh
    assert hint.en
    assert Problem("error", "a.b", "here", hint, hint).say("en").count(hint.en) == 2


def test_suggestions_read_as_questions_or_lists() -> None:
    """Close names are asked about; a dozen names are listed; more are counted."""
    assert did_you_mean("wate", ["water", "waters", "road"]).say("zh") == "是否指:water、waters?"
    assert did_you_mean("wate", ["water", "waters", "road"]).say("en") == "did you mean water or waters?"
    assert did_you_mean("x1", ["x11", "x12", "x13"]).en == "did you mean x13, x12 or x11?"
    assert did_you_mean("zz", ["water", "road"]).say("zh") == "请从这些中选用:road、water"
    assert did_you_mean("zz", ["water", "road"]).say("en") == "use one of road, water"
    assert "40" in did_you_mean("zz", [f"a{n}" for n in range(40)]).zh
