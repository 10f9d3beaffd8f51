"""Who a list of departments names: some, everybody (各相关部门, 等), or the townships."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from township_eval.inputs.texts import plain

__all__ = ["Parties", "department", "is_township", "named", "parties_of"]

_SPLIT: Final = re.compile(r"[、,;|/\n]+")
_OFFICE: Final = re.compile(r"(.+?)\([^()]*\)")
_TOWNSHIPS: Final = re.compile(r"(?:各|全部|所有)乡\(?镇\)?(?:\(街道\)|街道)?|(?:all |the )?townships")
_ANYBODY: Final = re.compile(r"各?(?:有关|相关)?(?:部门|单位)")
_OPEN_END: Final = re.compile(r"(.*?)等(?:有关|相关)?(?:部门|单位)?")
_TOWNSHIP_NAME: Final = re.compile(r".+(?:[乡镇]|街道|办事处|人民政府|农场| town| township)", re.IGNORECASE)


class Parties(NamedTuple):
    """The departments a list names, whether others may join, and whether it names the townships."""

    names: tuple[str, ...]
    open: bool
    townships: bool


def parties_of(text: str) -> Parties:
    """Return who a list means.

    Examples
    --------
    >>> parties_of("农牧局、民政局等相关部门,各乡镇")
    Parties(names=('农牧局', '民政局'), open=True, townships=True)
    >>> parties_of("各相关部门")
    Parties(names=(), open=True, townships=False)
    """
    names: list[str] = []
    is_open = townships = False
    for name in named(text):
        if _TOWNSHIPS.fullmatch(name):
            townships = True
            continue
        ending = _OPEN_END.fullmatch(name)
        own = ending[1] if ending else name
        anybody = _ANYBODY.fullmatch(own) is not None
        is_open |= ending is not None or anybody
        if own and not anybody:
            names.append(own)
    return Parties(tuple(names), is_open, townships)


def named(text: str) -> tuple[str, ...]:
    """Return the names in a list, however offices divide it.

    Examples
    --------
    >>> named("编办、法制办"), named("住建局，各乡镇"), named("")
    (('编办', '法制办'), ('住建局', '各乡镇'), ())
    """
    parts = (part.strip() for part in _SPLIT.split(plain(text)))
    return tuple(dict.fromkeys(part for part in parts if part))


def department(name: str) -> str:
    """Return a department without the office in brackets that acts for it.

    Examples
    --------
    >>> department("农牧局(扶贫办)"), department("财政局（金融工作局）"), department("编办")
    ('农牧局', '财政局', '编办')
    """
    flat = plain(name)
    found = _OFFICE.fullmatch(flat)
    return found[1] if found else flat


def is_township(name: str) -> bool:
    """Return whether a name ends as names of townships do, where no list of townships is at hand.

    Examples
    --------
    >>> is_township("白土岗乡"), is_township("城区街道"), is_township("财政局")
    (True, True, False)
    """
    return _TOWNSHIP_NAME.fullmatch(plain(name)) is not None
