"""The house stays as it was drawn: layers, heavy imports, sizes, names.

The drawing is docs/architecture.md. Imports are read with `ast`, so nothing has to be run.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import township_eval

ROOT = Path(township_eval.__file__).parent

# Lowest first; a room imports itself and what stands on an earlier line.
LAYERS = (
    ("version", "language"),
    ("errors",),
    ("methods",),
    ("scheme",),
    ("inputs",),
    ("sources", "tree", "rules"),
    ("evaluation",),
    ("engine",),
    ("analysis",),
    ("io",),
    ("reports",),
    ("cli",),
    ("__init__", "__main__"),
)
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}

FRAMES = frozenset({"numpy", "pandas"})
FILES = FRAMES | {"openpyxl", "yaml", "defusedxml"}
# Third-party packages a room may import anywhere.
ALLOWED = {
    "version": frozenset[str](),
    "language": frozenset[str](),
    "errors": frozenset[str](),
    "methods": frozenset({"numpy", "scipy"}),
    "scheme": frozenset({"numpy", "pydantic", "pydantic_core"}),
    **dict.fromkeys(("inputs", "sources", "tree", "rules", "evaluation", "engine", "analysis"), FRAMES),
    "io": FILES,
    "reports": FILES,
    "cli": FILES | {"click", "rich"},
    "__init__": frozenset[str](),
    "__main__": frozenset[str](),
}
# Optional or slow to load: inside the function that needs them, and only in these rooms.
LAZY = {
    room: frozenset({"jinja2", "duckdb", "narwhals", "matplotlib", "python_calamine", "docx", "pyarrow"})
    for room in ("io", "reports", "cli")
}
STANDARD = sys.stdlib_module_names | {"__future__"}
SPECIAL_ONLY = frozenset({"special"})  # of scipy; scipy.stats takes a second to load
BANNED_NAMES = frozenset({"util", "utils", "helper", "helpers", "misc", "common", "tools"})

MOST_FILE_LINES = 400
MOST_FUNCTION_LINES = 50
MOST_NESTING = 3
MOST_FILES_IN_A_FOLDER = 10


@dataclass(frozen=True)
class Import:
    """One import statement: the full name of the module, the line, and whether it is at module level."""

    module: str
    line: int
    top: bool


def modules() -> list[Path]:
    """Return the package's modules; the examples are data."""
    return sorted(
        path
        for path in ROOT.rglob("*.py")
        if path.relative_to(ROOT).parts[0] not in {"examples", "__pycache__"}
    )


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    """Return the room a file stands in: its top folder, or its own name at the top."""
    parts = path.relative_to(ROOT).parts
    return parts[0] if len(parts) > 1 else path.stem


def imports_of(path: Path) -> Iterator[Import]:
    """Yield every import of a file; a relative one would escape the layers and is refused."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(child) for node in ast.walk(tree) if _is_function(node) for child in ast.walk(node)}
    for node in ast.walk(tree):
        top = id(node) not in inside
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno, top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno}: write the import in full"
            # `from township_eval import methods` names a room, `from scipy import special` a module
            yield from (Import(f"{node.module}.{alias.name}", node.lineno, top) for alias in node.names)


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def every_import() -> Iterator[tuple[Path, Import]]:
    yield from ((path, found) for path in modules() for found in imports_of(path))


def test_every_module_stands_in_a_known_room() -> None:
    """A new room is drawn before it is built."""
    assert {room_of(path) for path in modules()} <= set(LEVEL)


def test_rooms_import_only_what_stands_before_them() -> None:
    """No module imports a room above it or beside it."""
    wrong = []
    for path, found in every_import():
        parts = found.module.split(".")
        if parts[0] != "township_eval":
            continue
        here, there = room_of(path), parts[1] if parts[1] in LEVEL else "__init__"
        if here != there and LEVEL[there] >= LEVEL[here]:
            wrong.append(f"{name_of(path)}:{found.line} imports {found.module}")
    assert wrong == []


def test_rules_never_see_the_evaluation() -> None:
    """What follows from scores gets arrays and plain frames, so that it can be asked anything."""
    wrong = [
        name_of(path)
        for path, found in every_import()
        if room_of(path) == "rules" and "evaluation" in found.module
    ]
    assert wrong == []


def test_heavy_libraries_stay_in_their_rooms() -> None:
    """A room uses only the third-party packages it is drawn with."""
    wrong = []
    for path, found in every_import():
        package = found.module.split(".")[0]
        room = room_of(path)
        if package == "township_eval" or package in STANDARD or package in ALLOWED[room]:
            continue
        if package in LAZY.get(room, ()) and not found.top:
            continue
        wrong.append(f"{name_of(path)}:{found.line} imports {found.module}")
    assert wrong == []


def test_pydantic_is_only_for_parsing() -> None:
    """The scheme's values know nothing of the library that reads them."""
    wrong = [
        f"{name_of(path)}:{found.line}"
        for path, found in every_import()
        if found.module.split(".")[0].startswith("pydantic") and "parse" not in {path.stem, path.parent.name}
    ]
    assert wrong == []


def test_of_scipy_only_special() -> None:
    """Distribution functions come from scipy.special; scipy.stats would double the time to load."""
    wrong = [
        f"{name_of(path)}:{found.line} imports {found.module}"
        for path, found in every_import()
        if found.module.split(".")[0] == "scipy" and not SPECIAL_ONLY & set(found.module.split("."))
    ]
    assert wrong == []


def docstring_lines(tree: ast.AST) -> int:
    """Return how many lines of a tree are docstrings."""
    holders = [
        node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef) or _has_body(node)
    ]
    first = [node.body[0] for node in holders if node.body]
    return sum(
        node.end_lineno - node.lineno + 1
        for node in first
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _has_body(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_files_hold_one_idea(path: Path) -> None:
    """A file has at most 400 lines without its docstrings."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) - docstring_lines(ast.parse(text)) <= MOST_FILE_LINES


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name_of(path)}:{node.lineno} {node.name}", node


def test_functions_fit_on_a_screen() -> None:
    """A function has at most 50 lines without its docstring."""
    lengths = {
        name: node.end_lineno - node.lineno + 1 - docstring_lines(node)
        for name, node in functions()
        if node.end_lineno is not None
    }
    assert {name: length for name, length in lengths.items() if length > MOST_FUNCTION_LINES} == {}


BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)


def nesting(node: ast.AST, depth: int = 0) -> int:
    """Return how deep the blocks below *node* are nested; an elif is not deeper than its if."""
    deepest = depth
    for child in ast.iter_child_nodes(node):
        if _is_function(child):
            continue
        chained = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        step = 1 if isinstance(child, BLOCKS) and not chained else 0
        deepest = max(deepest, nesting(child, depth + step))
    return deepest


def test_blocks_are_nested_three_deep_at_most() -> None:
    """Deeper nesting hides a function that wants a name."""
    assert {name: nesting(node) for name, node in functions() if nesting(node) > MOST_NESTING} == {}


def test_folders_stay_small() -> None:
    """A folder holds at most ten modules beside its __init__; the command line has one per command."""
    counts: dict[str, int] = {}
    for path in modules():
        if path.name != "__init__.py" and room_of(path) != "cli" and path.parent != ROOT:
            counts[name_of(path.parent)] = counts.get(name_of(path.parent), 0) + 1
    assert {folder: count for folder, count in counts.items() if count > MOST_FILES_IN_A_FOLDER} == {}


def test_no_room_for_odds_and_ends() -> None:
    """There is no utils, helpers or misc: an idea has a name and one home."""
    words = {
        name_of(path): set(path.stem.strip("_").split("_")) | set(path.parent.parts[-1:])
        for path in modules()
    }
    assert {name for name, parts in words.items() if parts & BANNED_NAMES} == set()
