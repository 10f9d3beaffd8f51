"""Text in the two languages of the product, Chinese and English.

Everything a user may read is made as a :class:`Text`, so that neither language is an afterthought
and a problem found deep inside can be printed in whichever language the caller asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

__all__ = ["LANGUAGES", "Text", "join_texts", "listed"]

Language: TypeAlias = Literal["zh", "en"]

LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One message in Chinese and in English.

    Parameters
    ----------
    zh, en : str
        The same statement in both languages.

    Examples
    --------
    >>> greeting = Text("缺报 {n} 项", "{n} values not reported").format(n=3)
    >>> print(greeting)
    缺报 3 项
    >>> greeting.say("en")
    '3 values not reported'
    """

    zh: str
    en: str

    def say(self, lang: str = "zh") -> str:
        """Return the text in one language; ``ValueError`` for a language that does not exist."""
        if lang not in LANGUAGES:
            msg = f"lang must be one of {LANGUAGES}, not {lang!r}"
            raise ValueError(msg)
        return self.zh if lang == "zh" else self.en

    def format(self, **values: object) -> Text:
        """Return the text with its ``{placeholders}`` filled; a `Text` value is filled by language."""
        return Text(
            self.zh.format(**{key: _said(value, "zh") for key, value in values.items()}),
            self.en.format(**{key: _said(value, "en") for key, value in values.items()}),
        )

    def __str__(self) -> str:
        return self.zh

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


def join_texts(parts: Iterable[Text], zh: str = ";", en: str = "; ") -> Text:
    """Join several texts into one, with the separators of each language."""
    parts = tuple(parts)
    return Text(zh.join(part.zh for part in parts), en.join(part.en for part in parts))


def listed(names: Iterable[str], most: int | None = None) -> Text:
    """Return an enumeration of names, with the comma of each language; after ``most`` the rest is counted.

    Examples
    --------
    >>> listed(["甲镇", "乙镇"]).zh, listed(["甲镇", "乙镇"]).en
    ('甲镇、乙镇', '甲镇, 乙镇')
    >>> listed(["A", "B", "C"], most=2).zh, listed(["A", "B", "C"], most=2).en
    ('A、B等3个', 'A, B and 1 more')
    """
    names = tuple(names)
    if most is None or len(names) <= most:
        return Text("、".join(names), ", ".join(names))
    told = names[:most]
    return Text(f"{'、'.join(told)}等{len(names)}个", f"{', '.join(told)} and {len(names) - most} more")


def _said(value: object, lang: str) -> object:
    return value.say(lang) if isinstance(value, Text) else value
