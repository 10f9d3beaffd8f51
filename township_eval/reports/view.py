"""An evaluation as the sheets look at it: one language, one order of units, printed numbers.

Nothing is scored here. Numbers are rounded for print as the scheme rounds, and units stand in the
order of every sheet: by class, then by score, best first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.analysis.certainty.grades import grade_probabilities
from township_eval.evaluation import Evaluation
from township_eval.inputs import NOT_APPLICABLE, NOT_REPORTED
from township_eval.language import Text
from township_eval.methods.ranking import round_half_up
from township_eval.methods.varying import Array, Case, Varying
from township_eval.reports.labels import HEADS, PROVISIONAL
from township_eval.reports.sheet import Kind
from township_eval.scheme.differentiate import rewrite
from township_eval.scheme.model import Node
from township_eval.scheme.naming import unit_head
from township_eval.tree.plan import Variant

__all__ = ["View", "rounded", "rule_words"]

#: Text as it is filed: a `Text`, or words of the scheme that stay as written.
Words = Text | str

_SCORE_DIGITS: Final = 2
_FINGERPRINT: Final = slice(7, 19)  # twelve digits after "sha256:" tell schemes apart on paper


@dataclass(frozen=True, eq=False)
class View:
    """One evaluation in one language.

    Parameters
    ----------
    evaluation : Evaluation
        What is shown.
    lang : {"zh", "en"}
        Language of every text.
    """

    evaluation: Evaluation
    lang: str = "zh"

    # --- words ----------------------------------------------------------------------------------

    def say(self, text: Words) -> str:
        """Return a text in the language of the report; plain text stays as it is."""
        return text.say(self.lang) if isinstance(text, Text) else text

    def both(self, zh: str, en: str) -> str:
        """Return the one of two texts that is wanted."""
        return zh if self.lang == "zh" else en

    def head(self, key: str) -> str:
        """Return a column header of `labels.HEADS`; adjusted points are called so where there is a ledger."""
        if key == "adjusted" and len(self.evaluation.ledger_rows):
            key = "adjusted_after"
        return HEADS[key].say(self.lang)

    def listed(self, parts: Iterable[str]) -> str:
        """Join parts of an enumeration."""
        return ("、" if self.lang == "zh" else ", ").join(parts)

    @cached_property
    def grade_chances(self) -> pd.DataFrame:
        """Probabilities of the grades, found once for all sheets that print them."""
        return grade_probabilities(self.evaluation)

    @cached_property
    def unit_head(self) -> str:
        """Header of the column of units."""
        return self.say(unit_head(self.evaluation.units.kinds))

    @cached_property
    def notices(self) -> tuple[str, ...]:
        """What every sheet must say on top: the scheme's notice, and that the result is provisional."""
        said = [self.evaluation.scheme.notice]
        if self.evaluation.provisional:
            said.append(self.say(PROVISIONAL))
        return tuple(text for text in said if text)

    @cached_property
    def about(self) -> str:
        """Which period and scheme a sheet is of."""
        scheme = self.evaluation.scheme
        return self.both(
            f"考核期:{self.evaluation.period}    方案:{scheme.name} {scheme.version}",
            f"Period: {self.evaluation.period}    Scheme: {scheme.name} {scheme.version}",
        )

    @property
    def short_fingerprint(self) -> str:
        """The digits of the scheme's fingerprint that are printed on every page."""
        return self._fingerprint[_FINGERPRINT]

    @cached_property
    def _fingerprint(self) -> str:
        return self.evaluation.scheme.fingerprint

    # --- units ----------------------------------------------------------------------------------

    @cached_property
    def group_ids(self) -> tuple[str, ...]:
        """Classes in the order of the scheme, then any other; empty without classes."""
        stated = [group.id for group in self.evaluation.scheme.groups]
        found = dict.fromkeys(self.evaluation.units.groups)
        return tuple(group for group in dict.fromkeys([*stated, *found]) if group and group in found)

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """Positions of the units by class, then by score, best first, then by code; no score: last."""
        places = {group: place for place, group in enumerate(self.group_ids)}
        by_class = np.array([places.get(group, len(places)) for group in self.evaluation.units.groups])
        score = self.evaluation.standing.adjusted
        codes = np.array(self.evaluation.units.codes)
        return np.lexsort((codes, np.where(np.isnan(score), np.inf, -score), by_class))

    def members(self, group: str) -> NDArray[np.intp]:
        """Return the positions of a class, in order."""
        mask = self.evaluation.units.group_mask(group)
        return self.order[mask[self.order]]

    @cached_property
    def gaps(self) -> tuple[str, ...]:
        """For every unit how many of its indicators did not apply or were not reported."""
        rows = list(self.evaluation.plan.leaves)
        used = self.evaluation.plan.counted[rows]
        status = self.evaluation.leaves.status
        absent = ((status == NOT_APPLICABLE) & used).sum(axis=0).tolist()
        missing = ((status == NOT_REPORTED) & used).sum(axis=0).tolist()
        said = []
        for none, late in zip(absent, missing, strict=True):
            parts = [self.both(f"不涉及{none}项", f"{none} not applicable")] if none else []
            parts += [self.both(f"未报{late}项", f"{late} not reported")] if late else []
            said.append(self.both(";", "; ").join(parts))
        return tuple(said)

    def group_name(self, group: str) -> str:
        """Return the id of a class with its name."""
        name = next((known.name for known in self.evaluation.scheme.groups if known.id == group), "")
        return group if name in {"", group} else f"{group} {name}"

    # --- the tree -------------------------------------------------------------------------------

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Nodes of the period's scheme, one for every row of the arrays."""
        return self.evaluation.plan.scheme.nodes()

    @cached_property
    def variant_of(self) -> NDArray[np.intp]:
        """For every unit the variant of the scheme that holds for it."""
        places = np.zeros(self.evaluation.units.n, dtype=np.intp)
        for place, variant in enumerate(self.variants):
            places[variant.positions] = place
        return places

    @property
    def variants(self) -> tuple[Variant, ...]:
        """The scheme as it holds for each class, or for single units."""
        return self.evaluation.plan.variants

    @cached_property
    def blocks(self) -> tuple[int, ...]:
        """Rows of the index's children."""
        return self.evaluation.plan.children[0]

    @cached_property
    def in_points(self) -> bool:
        """Whether scores can be shown as points that add up to the composite.

        Indicators of a block that an event has set to zero, or cut, have none; all others still do.
        """
        plan, rows = self.evaluation.plan, list(self.evaluation.plan.leaves)
        there = ~np.isnan(self.evaluation.score[rows]) & plan.counted[rows] & ~plan.under_events[rows]
        return bool(there.any() and not np.isnan(self.evaluation.contribution[rows][there]).any())

    def shown(self, row: int) -> Array:
        """Return a node's points, or where points do not add up its score 0-100, rounded for print."""
        score = self.evaluation.score[row]
        if self.in_points:
            # a node without a score contributes nothing, which is not the same as zero points
            points = np.where(np.isnan(score), np.nan, self.evaluation.contribution[row])
            return rounded(points, self.shown_digits)
        return rounded(score, self.shown_digits)

    @property
    def shown_kind(self) -> Kind:
        """How the numbers of `shown` are printed."""
        return "points" if self.in_points else "score"

    @property
    def shown_digits(self) -> int:
        """Decimals of the numbers of `shown`."""
        return self.digits if self.in_points else _SCORE_DIGITS

    @property
    def digits(self) -> int:
        """Decimals of printed points."""
        return self.evaluation.scheme.digits

    def rule(self, rule: Any) -> str:
        """Say a rule; units whose values differ are called by name, not by code."""
        return self.say(rule_words(rewrite(rule, self._named)))

    def _named(self, varying: Varying) -> Varying:
        units = self.evaluation.units
        cases = tuple(
            Case(units.names[at] if (at := units.find(case.key)) is not None else case.key, case.value)
            for case in varying.cases
        )
        return Varying(cases, varying.default)

    def node_head(self, row: int, positions: Sequence[int] | NDArray[np.intp]) -> str:
        """Return a node's name with its weight, where that is the same for all these units."""
        name = self.nodes[row].name
        weights = self.evaluation.plan.weight[row, positions]
        stated = np.unique(weights[weights > 0])
        if len(stated) != 1 or self.evaluation.scheme.weights == "relative":
            return name
        percent = "%" if self.evaluation.scheme.weights == "percent" else ""
        return f"{name}({stated[0]:g}{percent})"


def rounded(values: Array, digits: int) -> Array:
    """Return numbers as they are printed: half away from zero."""
    return round_half_up(values, digits)


def rule_words(rule: Any) -> Text:
    """Say a scoring rule or an aggregation; an own one without words by the name of its class."""
    words = getattr(rule, "words", None)
    if words is None:
        name = type(rule).__name__
        return Text(f"自定义算法 {name}", f"own formula {name}")
    said: Text = words()
    return said
