"""YAML and JSON as plain data, with the line where every value stands.

Only plain data is made: no tags, no objects, numbers as a person reads them (``007`` is text,
``yes`` is text, a date is text). What a hostile or broken file could do - aliases that multiply,
endless nesting, a key given twice - is refused before anything is built.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

import yaml

from township_eval.errors import Problem, SchemeError
from township_eval.language import Text
from township_eval.scheme.parse import path_text
from township_eval.scheme.parse.refusals import Path

__all__ = [
    "LIMITS",
    "Limits",
    "Written",
    "dump_json",
    "dump_yaml",
    "flow_text",
    "load_flow",
    "load_json",
    "load_yaml",
    "plain_scalars",
]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a scheme file may be at most; everything real is far below."""

    bytes: int = 5_000_000
    depth: int = 64
    aliases: int = 1_000
    values: int = 200_000


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Written:
    """A file's data, and the place in the file of every path in it."""

    data: Any
    file: str
    places: dict[Path, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    by_cell: bool = False
    #: what a workbook says of the rules in words, by the path of the node
    words: dict[Path, str] = field(default_factory=dict)

    def where(self, path: Path) -> str:
        """Return ``file:line path`` or ``file!sheet!cell``.

        For a path that the file does not have, the nearest place above it.
        """
        for cut in range(len(path), -1, -1):
            place = self.places.get(tuple(path[:cut]))
            if place is not None and self.by_cell:
                return f"{self.file}{place}"
            if place is not None:
                return f"{self.file}{place} {path_text(path)}".strip()
        return f"{self.file} {path_text(path)}".strip()

    def lost(self) -> tuple[Path, ...]:
        """Return the paths whose values could not be read."""
        refused = {problem.where for problem in self.problems}
        return tuple(path for path, place in self.places.items() if f"{self.file}{place}" in refused)


# ---- YAML ----------------------------------------------------------------------------------------
_BASE: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALARS: Final = (
    ("tag:yaml.org,2002:null", r"~|null|Null|NULL|", "~nN\0"),
    ("tag:yaml.org,2002:bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("tag:yaml.org,2002:int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
)


class _Loader(_BASE):  # type: ignore[misc]
    """Reads scalars by the short list above: no dates, no yes and no, no octal or base-60 numbers."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}


for _tag, _pattern, _first in _SCALARS:
    for _letter in _first:
        _known = _Loader.yaml_implicit_resolvers.setdefault("" if _letter == "\0" else _letter, [])
        _known.append((_tag, re.compile(rf"(?:{_pattern})\Z")))


def load_yaml(text: str, file: str = "", limits: Limits = LIMITS) -> Written:
    """Return the data of a YAML text.

    Raises
    ------
    SchemeError
        Not YAML, more than the limits allow, a tag, or a key given twice.
    """
    try:
        _check_events(text, file, limits)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise SchemeError([_syntax(error, file)]) from None
    if node is None:
        return Written(None, file)
    builder = _Builder(file, limits)
    data = builder.build(node, ())
    if builder.problems:
        raise SchemeError(builder.problems)
    return Written(data, file, builder.places)


def _check_events(text: str, file: str, limits: Limits) -> None:
    """Refuse nesting and aliases beyond the limits while nothing has been built."""
    depth = aliases = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        aliases += isinstance(event, yaml.AliasEvent)
        if depth > limits.depth or aliases > limits.aliases:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise SchemeError([_beyond(f"{file}:{line}")])


@dataclass(slots=True)
class _Builder:
    """Turns the nodes of one file into plain data and notes their places."""

    file: str
    limits: Limits
    places: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    values: int = 0
    open_nodes: set[int] = field(default_factory=set)

    def build(self, node: Any, path: Path) -> Any:
        """Return a node's data; aliases are copied, and counted like everything else."""
        self.values += 1
        place = f":{node.start_mark.line + 1}"
        if self.values > self.limits.values or id(node) in self.open_nodes:
            raise SchemeError([_beyond(f"{self.file}{place}")])
        self.places[path] = place
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, path)
        if not node.tag.startswith("tag:yaml.org,2002:") or node.tag.rpartition(":")[2] not in {"seq", "map"}:
            self.problems.append(_tag_problem(node.tag, f"{self.file}{place}"))
            return None
        self.open_nodes.add(id(node))
        built = self.sequence(node, path) if isinstance(node, yaml.SequenceNode) else self.mapping(node, path)
        self.open_nodes.discard(id(node))
        return built

    def sequence(self, node: Any, path: Path) -> list[Any]:
        """Return a list."""
        return [self.build(item, (*path, at)) for at, item in enumerate(node.value)]

    def mapping(self, node: Any, path: Path) -> dict[str, Any]:
        """Return a mapping with text as keys; a key given twice is a problem."""
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value).strip() if isinstance(key_node, yaml.ScalarNode) else ""
            place = f"{self.file}:{key_node.start_mark.line + 1}"
            merged = key == "<<" and not key_node.style
            if not key or key in built or merged:
                self.problems.append(_bad_key("" if merged else key, place))
                continue
            built[key] = self.build(value_node, (*path, key))
        return built

    def scalar(self, node: Any, path: Path) -> Any:
        """Return text, a number, true, false or null."""
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if kind not in _SCALAR_BUILDERS:
            self.problems.append(_tag_problem(node.tag, f"{self.file}{self.places[path]}"))
            return None
        try:
            return _SCALAR_BUILDERS[kind](node.value)
        except ValueError:  # an explicit tag on something that is not of its kind
            return str(node.value)


_SCALAR_BUILDERS: Final[dict[str, Any]] = {
    "str": str,
    "null": lambda _: None,
    "bool": lambda text: text.lower() == "true",
    "int": lambda text: int(text) if len(text) < 40 else float(text),  # noqa: PLR2004  no real number
    "float": lambda text: float(text.lower().replace(".inf", "inf").replace(".nan", "nan")),
}


class _Dumper(yaml.SafeDumper):
    """Writes lists indented under their key, texts as plainly as reading them back allows."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002
        """Indent lists too, so that the eye sees what belongs where."""
        del indentless
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out: anchors are for programs, not for readers."""
        del data
        return True


_Dumper.yaml_implicit_resolvers = {
    letter: [
        *yaml.SafeDumper.yaml_implicit_resolvers.get(letter, ()),
        *_Loader.yaml_implicit_resolvers.get(letter, ()),
    ]
    for letter in {*yaml.SafeDumper.yaml_implicit_resolvers, *_Loader.yaml_implicit_resolvers}
}


def dump_yaml(data: Any) -> str:
    """Return plain data as YAML that `load_yaml` reads back unchanged."""
    text: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    return text


class _CellDumper(_Dumper):
    """Quotes texts with full-width punctuation, which in a typed cell may stand for the plain one."""


_FULL_WIDTH: Final = frozenset(
    "\uff5b\uff5d\uff3b\uff3d\u3010\u3011\uff0c\uff1a\uff1b\uff02\uff07“”‘’、\u3000"
)


def _cell_text(dumper: yaml.SafeDumper, text: str) -> Any:
    style = '"' if _FULL_WIDTH & set(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_CellDumper.add_representer(str, _cell_text)


def flow_text(data: Any) -> str:
    """Return plain data on one line, for a cell.

    Examples
    --------
    >>> flow_text({"一类": 98, "default": [1, "2/3"]})
    '{一类: 98, default: [1, 2/3]}'
    """
    text: str = yaml.dump(
        data,
        Dumper=_CellDumper,
        allow_unicode=True,
        sort_keys=False,
        width=float("inf"),
        default_flow_style=True,
    )
    return text.removesuffix("\n").removesuffix("\n...")


def load_flow(text: str) -> Any:
    """Return the data that a cell's one line states (YAML flow notation; JSON is the same)."""
    return load_yaml(text).data


def plain_scalars(text: str) -> list[tuple[str, bool]]:
    """Return the keys and values of a YAML text in order, each with whether it stands without quotes.

    Examples
    --------
    >>> plain_scalars("{a: 1, 'b'}")
    [('a', True), ('1', True), ('b', False), ('', True)]
    """
    events = yaml.parse(text, Loader=_Loader)
    return [(one.value, not one.style) for one in events if isinstance(one, yaml.ScalarEvent)]


# ---- JSON ----------------------------------------------------------------------------------------
def load_json(text: str, file: str = "") -> Written:
    """Return the data of a JSON text; a key given twice is a problem."""
    twice: list[Problem] = []

    def unique(found: list[tuple[str, Any]]) -> dict[str, Any]:
        built = dict(found)
        if len(built) < len(found):
            twice.extend(_bad_key(key, file) for key in _repeated(key for key, _ in found))
        return built

    try:
        data = json.loads(text, object_pairs_hook=unique)
    except RecursionError:
        raise SchemeError([_beyond(file)]) from None
    except ValueError as error:
        raise SchemeError([_syntax(error, file)]) from None
    if twice:
        raise SchemeError(twice)
    return Written(data, file)


def _repeated(keys: Iterator[str]) -> list[str]:
    seen: set[str] = set()
    return [key for key in keys if key in seen or seen.add(key)]  # type: ignore[func-returns-value]


def dump_json(data: Any) -> str:
    """Return plain data as JSON that people can read."""
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


# ---- problems ------------------------------------------------------------------------------------
def _beyond(where: str) -> Problem:
    return Problem(
        "error",
        "file.limits",
        where,
        Text("嵌套过深或引用过多,拒绝读取", "nested too deeply or too many aliases: refused"),
        Text("把引用(*名称)写开", "write aliases (*name) out"),
    )


def _bad_key(key: str, where: str) -> Problem:
    what = Text(f"{key} 写了两次", f"{key!r} is given twice") if key else None
    return Problem(
        "error",
        "file.key",
        where,
        what or Text("名称须为文本,不能用 <<", "a key must be text, and not <<"),
        Text("只保留一处", "keep one of them") if what else Text("把内容直接写出来", "write the content out"),
    )


def _tag_problem(tag: str, where: str) -> Problem:
    return Problem(
        "error",
        "file.tag",
        where,
        Text(f"不允许的标记 {tag}", f"tag {tag} is not allowed"),
        Text("删去以 ! 开头的标记", "remove what starts with !"),
    )


def _syntax(error: Exception, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else getattr(error, "lineno", None)
    said = str(getattr(error, "problem", None) or error).splitlines()[0]
    return Problem(
        "error",
        "file.syntax",
        f"{file}:{line}" if line else file,
        Text(f"格式不对:{said}", f"cannot be read: {said}"),
        Text("检查缩进、冒号后的空格和引号", "look at indentation, blanks after colons, and quotes"),
    )
