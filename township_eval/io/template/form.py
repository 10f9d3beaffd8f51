"""A sheet to fill in, as data: what stands in its header, whom it asks, and what it offers to choose."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Field", "Form"]


@dataclass(frozen=True, slots=True)
class Field:
    """A column to fill in.

    Parameters
    ----------
    path : tuple of str
        Header texts, the group above first.
    note : str
        Shown on the header cell: the rule in words, its basis, who is responsible.
    choices : tuple of str
        What a drop-down list offers; none without.
    exempt : frozenset of str
        Codes of the units that are not asked; their cells are grey.
    """

    path: tuple[str, ...]
    note: str = ""
    choices: tuple[str, ...] = ()
    exempt: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Form:
    """A sheet to fill in.

    Parameters
    ----------
    title : str
        Name of the sheet, by which it is recognized when it comes back.
    labels : tuple of str
        Headers of the columns that are filled in already; the first is the unit's code.
    rows : tuple of tuple of str
        Their texts, a row an entry.
    fields : tuple of Field
        The columns to fill in.
    """

    title: str
    labels: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    fields: tuple[Field, ...]

    @property
    def depth(self) -> int:
        """Number of header rows."""
        return max(len(field.path) for field in self.fields)
