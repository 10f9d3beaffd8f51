"""Who is evaluated: the units of a period, found by code, name or another name they go by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs.rows import column_problems, place, with_unit
from township_eval.inputs.status import Flags
from township_eval.inputs.tables import TABLES, Inputs
from township_eval.inputs.texts import Texts, all_plain, distinct_texts, plain, text_of, texts_of
from township_eval.language import Text
from township_eval.scheme.model import Scheme, Unit

__all__ = ["Units", "resolve_units"]

_ALIAS_MARKS = str.maketrans("；，、;|", ",,,,,")


@dataclass(frozen=True)
class Units:
    """The evaluated units, in the order of every result.

    Parameters
    ----------
    codes, names, groups, kinds : tuple of str
        One entry a unit; ``groups`` holds class ids, "" without classes.
    aliases : tuple of tuple of str
        Other names of each unit.

    Examples
    --------
    >>> units = Units(("a1", "a2"), ("东塔镇", "崇兴镇"), ("一类", "二类"), ("", ""), (("东塔",), ()))
    >>> units.n, units.find("东塔"), units.find("西塔"), units.group_mask("二类").tolist()
    (2, 0, None, [False, True])
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    groups: tuple[str, ...]
    kinds: tuple[str, ...]
    aliases: tuple[tuple[str, ...], ...] = field(repr=False)

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.codes)

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each code."""
        return {code: i for i, code in enumerate(self.codes)}

    @cached_property
    def code_order(self) -> NDArray[np.intp]:
        """Place of each unit among all, ordered by code."""
        order = np.empty(self.n, dtype=np.intp)
        order[sorted(range(self.n), key=self.codes.__getitem__)] = np.arange(self.n)
        return order

    @cached_property
    def known(self) -> dict[str, int]:
        """Position of every code, name and alias; a text that fits two units is left out."""
        spoken = [*self.names, *(alias for some in self.aliases for alias in some)]
        places = [*range(self.n), *(i for i, some in enumerate(self.aliases) for _ in some)]
        meant: dict[str, int] = {}
        doubtful: set[str] = set()
        for text, i in zip(map(plain, spoken), places, strict=True):
            if text and meant.setdefault(text, i) != i:
                doubtful.add(text)
        sure = {text: i for text, i in meant.items() if text not in doubtful}
        return sure | {plain(code): i for code, i in self.index.items()}

    def find(self, text: str) -> int | None:
        """Return the position of the unit that *text* is the code, name or alias of; None if none is."""
        return self.known.get(plain(text))

    def positions(self, labels: pd.Series | pd.Index) -> tuple[NDArray[np.intp], NDArray[np.intp], Texts]:
        """Return whom each row of a column is about, every distinct text being looked up once.

        Returns
        -------
        positions : array (n_rows,)
            Unit position, -1 for nobody.
        codes : array (n_rows,)
            Place of the row's text among the distinct ones.
        texts : array of str
            The distinct texts.
        """
        if len(labels) == self.n and labels.tolist() == list(self.codes):
            return np.arange(self.n), np.arange(self.n), np.array(self.codes, dtype=object)
        codes, texts = distinct_texts(labels)
        by_code = self.index  # most labels are codes as they stand
        positions = np.array([by_code.get(text, -1) for text in texts.tolist()], dtype=np.intp)
        for other in np.flatnonzero(positions < 0):
            found = self.find(texts[other]) if texts[other] else None
            positions[other] = -1 if found is None else found
        return positions[codes], codes, texts

    def group_mask(self, group: str) -> Flags:
        """Return where the units are of this class, shape (n_units,)."""
        return np.asarray(self._groups == group, dtype=np.bool_)

    def take(self, positions: Sequence[int]) -> Units:
        """Return some of the units, in the order given.

        Examples
        --------
        >>> Units(("a1", "a2"), ("甲", "乙"), ("", ""), ("", ""), ((), ())).take([1]).names
        ('乙',)
        """
        return Units(
            tuple(self.codes[at] for at in positions),
            tuple(self.names[at] for at in positions),
            tuple(self.groups[at] for at in positions),
            tuple(self.kinds[at] for at in positions),
            tuple(self.aliases[at] for at in positions),
        )

    @cached_property
    def _groups(self) -> np.ndarray[Any, np.dtype[np.object_]]:
        return np.array(self.groups, dtype=object)


class _Row(NamedTuple):
    """A row of the table ``units``; made forty thousand times, hence not a `Unit`."""

    code: str
    name: str
    group: str
    kind: str
    aliases: tuple[str, ...]


def resolve_units(scheme: Scheme, inputs: Inputs) -> tuple[Units, tuple[Problem, ...]]:
    """Return the units to evaluate and what is wrong with their list.

    The scheme's units are the register; the table ``units`` must agree with it, and then selects and
    orders. Without a register the table is it; without both, the units that ``values`` has.

    Returns
    -------
    Units, tuple of Problem
        Unknown, repeated or contradictory units are left out and reported.
    """
    problems: list[Problem] = []
    units: Sequence[Unit | _Row]
    if inputs.units is not None:
        listed = _listed(inputs.units, scheme, problems)
        units = _agreed(scheme, listed, problems) if scheme.units else listed
    elif scheme.units:
        units = list(scheme.units)
    else:
        units = [Unit(code=code, name=code) for code in _from_values(inputs.values)]
    if not units:
        problems.append(_nobody())
    found = Units(
        tuple(unit.code for unit in units),
        tuple(unit.name or unit.code for unit in units),
        tuple(unit.group for unit in units),
        tuple(unit.kind for unit in units),
        tuple(unit.aliases for unit in units),
    )
    problems.extend(_classless(scheme, found))
    problems.extend(_doubtful_names(found))
    return found, tuple(problems)


def _listed(frame: pd.DataFrame, scheme: Scheme, problems: list[Problem]) -> list[_Row]:
    """Return the rows of the table ``units``; the first of a repeated code is kept."""
    frame = with_unit(frame)
    faults = list(column_problems("units", frame, TABLES["units"]))
    problems.extend(faults)
    if any(fault.severity == "error" for fault in faults):
        return []
    columns = {name: texts_of(frame[name]) for name in ("unit", "name", "group", "kind") if name in frame}
    classes = {group.name: group.id for group in scheme.groups} | {
        group.id: group.id for group in scheme.groups
    }
    blank = [""] * len(frame)
    names, groups, kinds = (columns.get(name, blank) for name in ("name", "group", "kind"))
    aliases = map(_aliases, frame["aliases"]) if "aliases" in frame else [()] * len(frame)
    rows = zip(all_plain(columns["unit"].tolist()), names, groups, kinds, aliases, strict=True)
    kept: dict[str, _Row] = {}
    for row, (code, name, group, kind, others) in enumerate(rows):
        if not code or code in kept:
            where = place("units", row, frame)
            problems.append(_repeated(where, code) if code else _codeless(where))
            continue
        known = classes.get(group, group)
        kept[code] = _Row(code, name, known, kind, others)
    return list(kept.values())


def _aliases(given: Any) -> tuple[str, ...]:
    if isinstance(given, list | tuple | set | frozenset | np.ndarray):
        return tuple(text for text in map(text_of, given) if text)
    parts = text_of(given).translate(_ALIAS_MARKS).split(",")
    return tuple(part.strip() for part in parts if part.strip())


def _agreed(scheme: Scheme, listed: Iterable[_Row], problems: list[Problem]) -> list[Unit]:
    """Return the scheme's units that the table selects, in the table's order."""
    register = {unit.code: unit for unit in scheme.units}
    called = _called(scheme.units)
    chosen: dict[str, Unit] = {}
    for unit in listed:
        code = called.get(plain(unit.code)) or called.get(plain(unit.name), "")
        if not code:
            problems.append(_unknown(unit, called))
            continue
        if code in chosen:
            problems.append(_repeated("units", code))
            continue
        chosen[code] = register[code]
        if unit.group and register[code].group and unit.group != register[code].group:
            problems.append(_contradiction(unit, register[code]))
    left_out = [unit.name for unit in scheme.units if unit.code not in chosen]
    if chosen and left_out:
        problems.append(_left_out(left_out))
    return list(chosen.values())


def _called(units: Iterable[Unit]) -> dict[str, str]:
    """Return the code behind every code, name and alias."""
    names: dict[str, str] = {}
    for unit in units:
        for text in (unit.code, unit.name, *unit.aliases):
            names.setdefault(plain(text), unit.code)
    return names


def _from_values(frame: pd.DataFrame | None) -> list[str]:
    if frame is None:
        return []
    given = frame["unit"] if "unit" in frame.columns else frame.index
    return [code for code in dict.fromkeys(map(plain, texts_of(given))) if code]


def _classless(scheme: Scheme, units: Units) -> Iterable[Problem]:
    if not scheme.groups:
        return
    ids = [group.id for group in scheme.groups]
    for code, name, group in zip(units.codes, units.names, units.groups, strict=True):
        if group in ids:
            continue
        said = Text(f"类别“{group}”不在方案中", f"class {group!r} is not in the scheme") if group else None
        what = said or Text("没有类别", "has no class")
        yield Problem(
            "error",
            "unit.group",
            f"unit {code} {name}",
            Text(f"{name}:{what.zh}", f"{name}: {what.en}"),
            did_you_mean(group, ids),
        )


def _doubtful_names(units: Units) -> Iterable[Problem]:
    if not any(units.aliases) and len(set(all_plain(units.names))) == units.n:
        return
    bearers: Mapping[str, int] = Counter(
        text
        for name, some in zip(units.names, units.aliases, strict=True)
        for text in ({plain(name), *map(plain, some)} if some else (plain(name),))
    )
    for text, count in bearers.items():
        if count > 1:
            yield Problem(
                "error",
                "unit.ambiguous",
                f"unit {text}",
                Text(f"有 {count} 个单位叫“{text}”", f"{count} units are called {text!r}"),
                Text("请用代码区分,或删去重复的别名", "tell them apart by code, or drop the alias"),
            )


def _nobody() -> Problem:
    return Problem(
        "error",
        "unit.none",
        "units",
        Text("没有可考核的单位", "there is no unit to evaluate"),
        Text("在方案或单位表中列出单位", "list the units in the scheme or in the table units"),
    )


def _codeless(where: str) -> Problem:
    return Problem(
        "error",
        "unit.code",
        where,
        Text("单位代码为空", "the unit's code is blank"),
        Text("填写代码,或删去此行", "write the code or delete the row"),
    )


def _repeated(where: str, code: str) -> Problem:
    return Problem(
        "error",
        "unit.duplicate",
        where,
        Text(f"单位 {code} 重复", f"unit {code} is listed twice"),
        Text("每个单位只列一行", "list every unit once"),
    )


def _unknown(unit: _Row, called: Mapping[str, str]) -> Problem:
    said = f"{unit.code} {unit.name}".strip()
    return Problem(
        "error",
        "unit.unknown",
        f"units {said}",
        Text(f"方案中没有这个单位:{said}", f"the scheme has no such unit: {said}"),
        did_you_mean(unit.name or unit.code, tuple(called)),
    )


def _contradiction(unit: _Row, registered: Unit) -> Problem:
    return Problem(
        "error",
        "unit.group",
        f"unit {registered.code} {registered.name}",
        Text(
            f"单位表写“{unit.group}”,方案写“{registered.group}”",
            f"the table units says {unit.group!r}, the scheme says {registered.group!r}",
        ),
        Text("以方案为准,改正单位表", "the scheme decides: correct the table"),
    )


def _left_out(names: list[str]) -> Problem:
    return Problem(
        "warning",
        "unit.left_out",
        "units",
        Text(
            f"单位表未列,不参加本期考核:{'、'.join(names)}",
            f"not listed, so not evaluated: {', '.join(names)}",
        ),
        Text("若应参加,请补入单位表", "add them to the table units if they should be"),
    )
