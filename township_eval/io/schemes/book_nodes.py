"""The row of a node in a scheme's workbook: which columns it may have, and how they join into one record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from township_eval.io.grids.grid import Grid
from township_eval.io.schemes.book_cells import given
from township_eval.io.schemes.layout import PREFIXES, Column, Form, parameter_columns

__all__ = ["further_columns", "joined"]


def further_columns(grid: Grid, rows: int) -> Iterator[Column]:
    """Yield the columns of weights by class and of parameters that the sheet has.

    Parameters
    ----------
    grid : Grid
        The sheet of nodes.
    rows : int
        In how many rows from the top the header is looked for.
    """
    labels = {
        prefix: {name: column for column in family.values() for name in (column.label, column.key)}
        for prefix, family in parameter_columns().items()
    }
    heads = {grid.text(row, at) for row in range(min(grid.height, rows)) for at in range(grid.width)}
    for text in sorted(heads):
        start, mark, rest = text.replace("\uff1a", ":").partition(":")
        if not mark or not rest:
            continue
        if start in {"权重", "weight"}:
            yield Column(f"weight/{rest}", "value", heads=(text,))
        for prefix, (label, _) in PREFIXES.items():
            if start in {label, prefix}:
                column = labels[prefix].get(rest)
                form: Form = column.form if column else "value"
                yield Column(f"{prefix}/{column.key if column else rest}", form, heads=(text,))


def joined(node: Mapping[str, Any]) -> dict[str, Any]:
    """Put weights by class, and a rule's or source's parameters, together."""
    record = {key: given(value) for key, value in node.items() if "/" not in key}
    for prefix, (_, word) in PREFIXES.items():
        stated = record.pop(word, None)
        parameters = {
            key.partition("/")[2]: given(value) for key, value in node.items() if key.startswith(f"{prefix}/")
        }
        if isinstance(stated, Mapping) and not parameters:
            record[prefix] = stated
        elif stated is not None or parameters:
            record[prefix] = {**({} if stated is None else {word: stated}), **parameters}
    by_class = {
        key.partition("/")[2]: given(value) for key, value in node.items() if key.startswith("weight/")
    }
    if by_class:
        default = {"default": record["weight"]} if "weight" in record else {}
        record["weight"] = {**by_class, **default}
    return record
