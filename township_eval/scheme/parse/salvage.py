"""What is left of refused data: the refused values taken out, so that the rest can be looked at too.

An optional value goes, and its default holds; a required one is replaced where something harmless
can stand there; else what it belongs to goes. The data given is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from township_eval.scheme.parse.refusals import Path

__all__ = ["Salvage"]


class _Gone:
    """Marks a place in a list that is empty now, so that its neighbors keep their numbers."""


_GONE: Final = _Gone()
_TREE: Final = "index"
# Text that must be there but decides nothing; ids and names get a number, because they must differ.
_ANY_TEXT: Final = frozenset({"name", "version", "reason"})
_IDS: Final = frozenset({"id"})


@dataclass(slots=True)
class Salvage:
    """A copy of plain data, the paths whose values were lost, and where list items stood before."""

    data: Any
    lost: set[Path] = field(default_factory=set)
    standing: set[Path] = field(default_factory=set)
    kept: dict[Path, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.data = _copy(self.data)

    def plain(self) -> Any:
        """Return the data as it is now, without what has gone."""
        self.kept.clear()
        return self._compact(self.data, ())

    def _compact(self, value: Any, path: Path) -> Any:
        if isinstance(value, dict):
            return {key: self._compact(part, (*path, key)) for key, part in value.items()}
        if not isinstance(value, list):
            return value
        stay = [at for at, part in enumerate(value) if part is not _GONE]
        self.kept[path] = stay
        return [self._compact(value[at], (*path, at)) for at in stay]

    def original(self, path: Path) -> Path:
        """Return where a path of `plain` stood in the data as it was given."""
        found: Path = ()
        for part in path:
            stay = self.kept.get(found, ())
            known = isinstance(part, int) and part < len(stay)
            found = (*found, stay[part] if known else part)  # type: ignore[index]
        return found

    def has(self, path: Path) -> bool:
        """Return whether a mapping has the key that an original path ends in."""
        holder = self._holder(path)
        return isinstance(holder, dict) and path[-1] in holder

    def take_out(self, path: Path, *, unknown: bool = False) -> bool:
        """Take out what is refused at an original path; False when nothing harmless can be done.

        Parameters
        ----------
        path : Path
            Where a value is refused, or required and absent.
        unknown : bool
            The key means nothing: without it nothing is lost.
        """
        while path:
            holder = self._holder(path)
            if holder is None:  # it went with what it belongs to
                return True
            self.lost |= set() if unknown else {path}
            if self._removed(holder, path):
                return True
            path = path[:-1]
        return False

    def _removed(self, holder: Any, path: Path) -> bool:
        """Put a stand-in at a path, or remove what is there; False when there is neither."""
        key = path[-1]
        stand_in = None if path in self.standing else self._stand_in(path)
        if isinstance(holder, dict) and (stand_in is not None or key in holder):
            if stand_in is None:
                del holder[key]
            else:
                holder[key] = stand_in
        elif isinstance(holder, list) and isinstance(key, int) and key < len(holder):
            holder[key] = _GONE if stand_in is None else stand_in
        else:
            return False
        self.standing.add(path)
        return True

    def _holder(self, path: Path) -> Any:
        """Return the mapping or list a path ends in; None when it is gone."""
        value = self.data
        for part in path[:-1]:
            if isinstance(value, dict):
                value = value.get(part)
            elif isinstance(value, list):
                value = value[part] if isinstance(part, int) and part < len(value) else None
            elif part != 0:  # a single value stands for a list of one
                return value
            if value is None or value is _GONE:
                return None
        return value

    def _stand_in(self, path: Path) -> Any:
        """Return what can stand at a path without meaning anything; None when nothing can."""
        key, above = path[-1], path[-2] if len(path) > 1 else None
        name = f"?{len(self.standing)}"
        if path[0] == _TREE and isinstance(above, int):
            return {"id": name, "weight": 0, "children": [_node(name + ".")]}.get(str(key))
        if path[0] == _TREE and above == "children":
            return _node(name)
        if key in _ANY_TEXT or key in _IDS:
            return name
        if path[:1] == ("groups",) and len(path) == 2:  # noqa: PLR2004  the class itself
            return {"reason": name}
        return {} if above == "units" else None


def _node(name: str) -> dict[str, Any]:
    return {"id": name, "weight": 0}


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key.strip() if isinstance(key, str) else str(key): _copy(part) for key, part in value.items()}
    return [_copy(part) for part in value] if isinstance(value, list | tuple) else value
