"""One key of a scheme file: what a Chinese sheet calls it, and what it means."""

from __future__ import annotations

from dataclasses import dataclass

from township_eval.language import Text

__all__ = ["Field", "field"]


@dataclass(frozen=True, slots=True)
class Field:
    """The Chinese header of a key and its meaning."""

    label: str
    meaning: Text


def field(label: str, zh: str, en: str) -> Field:
    """Return a field; short, because the catalogues are long."""
    return Field(label, Text(zh, en))
