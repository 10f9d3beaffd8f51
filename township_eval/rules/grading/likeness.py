"""What works like a veto without being called one: 效果等同一票否决,请核对批准程序."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from township_eval.language import Text
from township_eval.rules.grading.bars import ANY_FLAG
from township_eval.scheme.model import AdjustmentItem, Scheme

__all__ = ["LIKENESS_COLUMNS", "VETO_LIKE", "veto_like"]

LIKENESS_COLUMNS: Final = ("kind", "id", "name", "units", "what", "what_en")
VETO_LIKE: Final = Text(
    "效果等同一票否决,请核对批准程序", "works like a veto: check by which procedure it was approved"
)
_WORD: Final = "否决"
_KINDS: Final = {"effect": "block"}  # what the ledger calls an event that takes a block's score


def veto_like(scheme: Scheme, hit: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the table ``veto_like``: limiters, all-must-pass, blocks set to zero, vetoes by other names.

    A condition that bars a grade (``unless``) is a requirement turned round, and listed like one.

    Parameters
    ----------
    scheme : Scheme
    hit : DataFrame, optional
        Whom they met: unit, kind, rule, as in the tables ``grades`` and ``ledger``.

    Examples
    --------
    >>> from township_eval.methods.aggregation import PowerMean
    >>> from township_eval.scheme.model import Dimension
    >>> fire = AdjustmentItem(id="fire", pool="deduction", name="火灾", block="safety", factor=0.0)
    >>> index = Dimension(id="index", name="", weight=100, children=(), aggregation=PowerMean(1.0))
    >>> scheme = Scheme(name="s", version="1", index=index, adjustment_items=(fire,))
    >>> veto_like(scheme)["what"].tolist()
    ['发生后“safety”计零分;效果等同一票否决,请核对批准程序']
    """
    rows = [*_limiters(scheme), *_requirements(scheme), *_blocks(scheme), *_named(scheme)]
    frame = pd.DataFrame(rows, columns=list(LIKENESS_COLUMNS))
    frame["units"] = [_units(hit, kind, rule) for kind, rule in zip(frame["kind"], frame["id"], strict=True)]
    return frame.astype(object)


def _units(hit: pd.DataFrame | None, kind: str, rule: str) -> str:
    if hit is None or hit.empty:
        return ""
    kinds = [_KINDS.get(one, one) for one in hit["kind"]]
    found = {
        str(unit)
        for unit, one, of in zip(hit["unit"], kinds, hit["rule"], strict=True)
        if (one, of) == (kind, rule)
    }
    return "、".join(sorted(found))


def _limiters(scheme: Scheme) -> Iterator[tuple[str, ...]]:
    for limiter in scheme.limiters:
        what = Text(f"符合或发生后最高评为{limiter.at_most}", f"at most {limiter.at_most} once it holds")
        yield _row("limiter", limiter.id, limiter.name, what)


def _requirements(scheme: Scheme) -> Iterator[tuple[str, ...]]:
    for grade in scheme.grades:
        if grade.requires:
            n = len(grade.requires)
            what = Text(
                f"{n}项必备条件有一项未达到即不得评为{grade.name}", f"none of {n} conditions may fail for it"
            )
            yield _row("requires", grade.name, grade.name, what)
        if grade.unless and grade.unless != ANY_FLAG:
            what = Text(
                f"除外条件成立即不得评为{grade.name}", "its excluding condition alone keeps a unit from it"
            )
            yield _row("unless", grade.name, grade.name, what)


def _blocks(scheme: Scheme) -> Iterator[tuple[str, ...]]:
    names = {node.id: node.name for node in scheme.nodes()}
    for item in scheme.adjustment_items:
        if item.block and item.factor is not None and item.factor < 1:
            yield _row("block", item.id, item.name, _taken(item, names.get(item.block, item.block)))


def _taken(item: AdjustmentItem, block: str) -> Text:
    if item.factor == 0:
        return Text(f"发生后“{block}”计零分", f"an event sets {block} to zero")
    return Text(f"发生后“{block}”得分乘以{item.factor:g}", f"an event multiplies {block} by {item.factor:g}")


def _named(scheme: Scheme) -> Iterator[tuple[str, ...]]:
    """Yield what is called a veto without standing among the vetoes."""
    what = Text("名称含“否决”,却未列入一票否决事项", "called a veto, but not listed among the vetoes")
    listed = {row[1] for row in (*_limiters(scheme), *_blocks(scheme))}
    for one in (*scheme.adjustment_items, *scheme.flags, *scheme.nodes()):
        if _WORD in f"{one.id}{one.name}" and one.id not in listed:
            yield _row("named", one.id, one.name, what)


def _row(kind: str, rule: str, name: str, what: Text) -> tuple[str, ...]:
    return (kind, rule, name or rule, "", f"{what.zh};{VETO_LIKE.zh}", f"{what.en}; {VETO_LIKE.en}")
