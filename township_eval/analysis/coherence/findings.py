"""What deserves a look, in words: indicators that repeat, counteract, or weigh other than they promise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from township_eval.evaluation import Evaluation
from township_eval.language import Text

__all__ = ["FINDING_COLUMNS", "findings_of"]

FINDING_COLUMNS: Final = ("kind", "node", "other", "value", "what", "what_en")

_REDUNDANT: Final = 0.9
_AGAINST: Final = 0.0
_CHANCE: Final = 4.0  # n r^2: without a relation above it one time in twenty
_TWICE: Final = 2.0
_HEAVY: Final = 0.05  # share of the parent below which nobody minds

Found = tuple[str, str, str, float, Text]


def findings_of(evaluation: Evaluation, related: pd.DataFrame, importance: pd.DataFrame) -> pd.DataFrame:
    """Return what deserves a look: kind, node, other, value, what, what_en.

    ``redundant``: siblings whose scores correlate by more than 0.9 either way; ``counteracting``: a node
    that falls where its parent rises; ``overweight`` and ``underweight``: importance more than twice, or
    less than half, of what the weight promises.
    """
    names = {node.id: node.name for node in evaluation.plan.nodes}
    found = [
        *_redundant(related, names),
        *_against(related, importance, names),
        *_promised(importance),
    ]
    rows = [(kind, node, other, value, what.zh, what.en) for kind, node, other, value, what in found]
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS))


def _redundant(related: pd.DataFrame, names: dict[str, str]) -> Iterator[Found]:
    pairs = related[(related["relation"] == "siblings") & (related["pearson"].abs() > _REDUNDANT)]
    for _, row in pairs.iterrows():
        node, other, r = str(row["node"]), str(row["other"]), float(row["pearson"])
        mirror = Text("几乎同升同降,可能重复计分", "rise and fall together: they may count one thing twice")
        if r < 0:
            mirror = Text("几乎此升彼降,得分相互抵消", "are mirror images: their scores cancel")
        what = Text(
            "“{a}”与“{b}”{mirror}(相关系数{r:.2f})", "{a} and {b} {mirror} (correlation {r:.2f})"
        ).format(a=names[node], b=names[other], mirror=mirror, r=r)
        yield "redundant", node, other, r, what


def _against(related: pd.DataFrame, importance: pd.DataFrame, names: dict[str, str]) -> Iterator[Found]:
    parents = dict(zip(importance["node"], importance["parent"], strict=True))
    weights = dict(zip(importance["node"], importance["nominal"], strict=True))
    for _, row in related[related["relation"] != "siblings"].iterrows():
        node, other, r = str(row["node"]), str(row["other"]), float(row["pearson"])
        if parents[node] == other and r < _AGAINST and weights[node] > 0:
            chance = Text("", "")
            if r * r * float(row["n"]) < _CHANCE:
                chance = Text(",但可能只是偶然", ", though it may be chance")
            what = Text(
                "“{a}”得分高的单位,“{b}”得分反而低(相关系数{r:.2f}{chance}):权重起了反作用,或两者本来此消彼长",
                "units that score high on {a} score low on {b} (correlation {r:.2f}{chance}): the weight "
                "works against the total, or the two are at odds by nature",
            ).format(a=names[node], b=names[other], r=r, chance=chance)
            yield "counteracting", node, other, r, what


def _promised(importance: pd.DataFrame) -> Iterator[Found]:
    for _, row in importance.iterrows():
        ratio, nominal = float(row["ratio"]), float(row["nominal"])
        if nominal < _HEAVY or not (ratio > _TWICE or ratio < 1.0 / _TWICE):
            continue
        kind = "overweight" if ratio > 1 else "underweight"
        what = Text(
            "“{name}”名义权重占上级的{nominal:.0%},对上级得分差异的影响占{share:.0%}",
            "{name} has {nominal:.0%} of its parent's weight and {share:.0%} of the influence on its score",
        ).format(name=row["name"], nominal=nominal, share=float(row["share"]))
        yield kind, str(row["node"]), str(row["parent"]), ratio, what
