"""Which unit a name or code means: exactly one, or none with suggestions; never the nearest.

A register grows in *open* mode, when neither the scheme nor a sheet lists the units: then the units
are those the tables name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from township_eval.errors import did_you_mean, suggest
from township_eval.io.sheets.cells import folded
from township_eval.language import Text

__all__ = ["Entry", "Register"]

_SUFFIX: Final = re.compile(
    r"(?:(?:党委|党工委)?(?:和|、|及)?(?:人民政府|政府)|党委|党工委|办事处|党政办公室|党政办)$"
)
# one way to read each text only, so that no cell can make the search take long
_REGION: Final = re.compile(r"(?:[^省市州盟县区旗]{1,12}[省市州盟县区旗])+")
_CODE: Final = re.compile(r"(\d{6,12})(\D.*)?")
_LONGEST_NAME: Final = 200  # letters; what is longer is a text that got into the column of units


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit as registered."""

    code: str
    name: str
    group: str = ""
    kind: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(slots=True)
class Register:
    """The units by code, name and alias.

    Parameters
    ----------
    open : bool
        Whether an unknown name is a new unit (only when nobody lists the units).

    Examples
    --------
    >>> units = Register()
    >>> units.add(Entry("640181201", "白土岗乡", aliases=("白土岗",)))
    >>> units.find("灵武市白土岗乡人民政府"), units.find("白土岗"), units.find("白土岗镇")
    ('640181201', '640181201', None)
    """

    open: bool = False
    entries: dict[str, Entry] = field(default_factory=dict)
    _by_word: dict[str, set[str]] = field(default_factory=dict)
    _known: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Register:
        """Return the register of these units; open when there are none."""
        register = cls()
        for entry in entries:
            register.add(entry)
        register.open = not register.entries
        return register

    def add(self, entry: Entry) -> None:
        """Register a unit under its code, its name and its aliases."""
        self.entries[entry.code] = entry
        self._known.clear()
        for word in (entry.code, entry.name, *entry.aliases):
            if word:
                self._by_word.setdefault(folded(word), set()).add(entry.code)

    def name(self, code: str) -> str:
        """Return the name of a registered unit."""
        return self.entries[code].name

    def candidates(self, text: object) -> frozenset[str]:
        """Return the codes of all units a text may mean; more than one is a name that is not unique."""
        word = folded(text)
        if word not in self._known:
            self._known[word] = self._candidates(word)
        return self._known[word]

    def _candidates(self, word: str) -> frozenset[str]:
        if not word or len(word) > _LONGEST_NAME:
            return frozenset()
        coded = _CODE.fullmatch(word)
        return self._named(word) or (self._coded(coded[1], coded[2] or "") if coded else frozenset())

    def _named(self, word: str) -> frozenset[str]:
        """Return the units of a name or code: as it stands, without an office's suffix, after its region."""
        for form in (word, _SUFFIX.sub("", word)):
            if form in self._by_word:
                return frozenset(self._by_word[form])
        return self._in_region(word) if _REGION.match(word) else frozenset()

    def _coded(self, digits: str, name: str) -> frozenset[str]:
        """Return the unit of a code with zeros or a name behind it; such a name must agree with the code."""
        # twelve digits are nine and three zeros
        for form in (digits, digits[:9] if digits[9:].strip("0") == "" else digits):
            found = frozenset(self._by_word.get(form, ()))
            if found and (not name or self._named(name) == found):
                return found
        return frozenset()

    def find(self, text: object) -> str | None:
        """Return the code of the one unit a text means, else None."""
        found = self.candidates(text)
        return next(iter(found)) if len(found) == 1 else None

    def hint(self, text: object) -> Text:
        """Return what to do about a name that means no unit, or several."""
        found = self.candidates(text)
        if len(found) > 1:
            codes = sorted(found)
            zh = f"这个名称对应多个单位({'、'.join(codes)}),请填代码"
            return Text(zh, f"several units have this name ({', '.join(codes)}): give the code")
        names = [entry.name for entry in self.entries.values()]
        word = folded(text)[:_LONGEST_NAME]
        if suggest(word, names):
            close = did_you_mean(word, names)
            return Text(
                f"{close.zh}请改正,或在方案里加别名(aliases)",
                f"{close.en} Correct it, or add an alias to the scheme",
            )
        return Text("请改正名称,或在方案里登记这个单位", "correct the name, or list the unit in the scheme")

    def _in_region(self, word: str) -> frozenset[str]:
        """Return the units whose full name follows a province, city or county in *word*."""
        found: set[str] = set()
        for name in {folded(entry.name) for entry in self.entries.values()}:
            for form in (word, _SUFFIX.sub("", word)):
                if form.endswith(name) and _REGION.fullmatch(form.removesuffix(name)):
                    found |= self._by_word[name]
        return frozenset(found)
