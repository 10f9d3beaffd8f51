"""What conditions ask, answered from scores, standing, events and earlier periods."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.engine.judging.past import Earlier
from township_eval.engine.judging.quantities import Quantities, difference
from township_eval.evaluation import Evaluation
from township_eval.methods.estimation.intervals import student
from township_eval.methods.varying import Array
from township_eval.rules.certainty.quantity import Quantity
from township_eval.rules.flags import OPEN
from township_eval.scheme.conditions import Call, Condition
from township_eval.scheme.conditions.nodes import Name, walk
from township_eval.scheme.model import Scheme
from township_eval.tree.propagation.ground import Flags

__all__ = ["INTERVAL", "Answers"]

#: level of the intervals behind ``lower(x)`` and ``upper(x)``, and in the evidence
INTERVAL: Final = 0.95

_COUNTED: Final = frozenset({"rank", "rank_in_group", "last"})
#: calls whose answer rests on the sample of what they are asked about
_SAMPLED: Final = frozenset({"value", "change", "lower", "upper"})


class Answers:
    """Looks up the names and calls of a condition, one value per unit; NaN where unknown.

    Called, it gives the values as published, for `Condition.evaluate`; `quantity` gives them unrounded
    with their errors, for how sure a comparison is.

    Parameters
    ----------
    evaluation : Evaluation
        The period's scores, standing and ledger; flags are not looked at.
    earlier : sequence of Earlier
        Newest first.
    events : DataFrame, optional
        The table ``events`` with a column ``i``; None where none was handed in, and nobody knows.
    """

    def __init__(
        self, evaluation: Evaluation, earlier: Sequence[Earlier] = (), events: pd.DataFrame | None = None
    ) -> None:
        self.evaluation, self.plan = evaluation, evaluation.plan
        self.quantities = Quantities(evaluation)
        self.earlier, self.events = tuple(earlier), events
        self._before: dict[int, Quantities] = {}  # by number of periods back

    def __call__(self, asked: str | Call) -> Any:
        """Return the values of a name or a call."""
        if isinstance(asked, Call):
            return _ASKED[asked.function](self, *asked.arguments)
        if asked in self.plan.row:
            return self.evaluation.score[self.plan.row[asked]]
        if asked == "last":
            return self.last
        standing = self.evaluation.standing
        return np.array(standing.grade, dtype=object) if asked == "grade" else getattr(standing, asked)

    def quantity(self, asked: str | Call) -> Any:
        """Return what is asked for with its error, a `Quantity`; what has none is exact, texts stay texts."""
        if isinstance(asked, Call):
            return self._called(asked)
        if asked in self.plan.row:
            return self.quantities.node(self.plan.row[asked])
        if asked in {"composite", "adjusted"}:
            return self.quantities.points(adjusted=asked == "adjusted")
        if asked in {"rank", "rank_in_group"}:
            return self.quantities.rank(in_group=asked == "rank_in_group")
        return self(asked) if asked == "grade" else self._exact(self(asked))

    def _called(self, call: Call) -> Any:
        name, row = str(call.arguments[0]), self.plan.row.get(str(call.arguments[0]))
        if call.function == "value" and row in self.plan.leaves:
            return self.quantities.value(self.plan.leaves.index(row))
        if call.function == "change":
            return self._change(name)
        if call.function == "previous":
            return self._past(name, float(call.arguments[1]))
        return self._exact(self(call))

    def _exact(self, values: Any) -> Quantity:
        numbers = np.asarray(values)
        if numbers.dtype.kind not in "fiub":
            return Quantity.of("unknown", np.full(self.plan.units.n, np.nan))
        return Quantity.of("exact", np.broadcast_to(numbers, (self.plan.units.n,)))

    def short(self, condition: Condition) -> Flags:
        """Return for which units a condition asks about a sample that does not meet the scheme's demand."""
        out = np.zeros(self.plan.units.n, dtype=np.bool_)
        for part in walk(condition.root):
            one = part.name if isinstance(part, Name) else part
            if isinstance(one, str | Call) and (short := self.short_of(one)) is not None:
                out |= short
        return out

    def short_of(self, asked: str | Call) -> Flags | None:
        """Return the same of one name or call; None for what rests on no sample of its own."""
        name = asked if isinstance(asked, str) else str(asked.arguments[0])
        if isinstance(asked, Call) and asked.function not in _SAMPLED:
            return None
        row = self.plan.row.get(name, 0 if name in {"composite", "adjusted"} else -1)
        return self.quantities.short(row) if row >= 0 else None

    # --- what stands in this period -----------------------------------------------------------------

    @cached_property
    def last(self) -> Array:
        """How many units are ranked in each unit's class."""
        ranked = ~np.isnan(self.evaluation.standing.rank_in_group)
        last = np.zeros(self.plan.units.n)
        for group in dict.fromkeys(self.plan.units.groups):
            members = self.plan.units.group_mask(group)
            last[members] = ranked[members].sum()
        return last

    def bottom(self, count: float) -> Array:
        """Return whether a unit is among the last *count* of its class; ties share the better place."""
        from_the_end = self.last - self.evaluation.standing.rank_in_group + 1.0
        return np.where(np.isnan(from_the_end), np.nan, from_the_end <= count)

    def count(self, name: str) -> Array:
        """Return how many valid answers are behind a leaf; unknown for a dimension."""
        return self._of_leaf(name, self.evaluation.leaves.n)

    def value(self, name: str) -> Array:
        """Return a leaf's value; unknown for a dimension."""
        return self._of_leaf(name, self.evaluation.leaves.value)

    def coverage(self, name: str) -> Array:
        """Return what share of a node's points rests on reported values; of the index for a standing."""
        return np.asarray(self.evaluation.coverage[self.plan.row.get(name, 0)])

    def limit(self, name: str, end: int) -> Array:
        """Return the lower (0) or the upper (1) limit of a score, at 95 %; unknown where its error is."""
        row = self.plan.row.get(name)
        one = self.quantity(name)
        if row is not None and (only := self.quantities.parts.only[row]).max(initial=-1) >= 0:
            stated = self._stated_limit(row, only, end)
        else:
            stated = np.full(self.plan.units.n, np.nan)
        found = student(one.value, np.where(one.se > 0, one.se, np.nan), one.df, INTERVAL)[end]
        se = self.evaluation.precision.se[0 if row is None else row]
        if (one.kind == "box").any():  # a score that jumps: what a normal error would leave open
            scale = 1.0 if row is not None else self.evaluation.scheme.scale / 100.0
            df = self.quantities.parts.df[0 if row is None else row]
            found = np.where(one.kind == "box", student(one.value, se * scale, df, INTERVAL)[end], found)
        found = np.where(np.isnan(stated), found, stated)
        return np.where(one.kind == "exact", one.value, np.where(one.kind == "unknown", np.nan, found))

    def _stated_limit(self, row: int, only: Any, end: int) -> Array:
        """Return the limit a survey states for itself, where the node is that survey as it stands."""
        out = np.full(self.plan.units.n, np.nan)
        share = self.quantities.parts.share[row]
        for leaf, asked in self.quantities.asked.items():
            mine = (only == leaf) & (share > 0)
            if asked is not None and mine.any():
                stated = (asked.lower, asked.upper)[end]
                value = self.evaluation.leaves.value[leaf]
                moved = self.evaluation.score[row] + share * (stated - value)
                out = np.where(mine, moved, out)
        return out

    def _of_leaf(self, name: str, numbers: Array) -> Array:
        row = self.plan.row.get(name)
        if row not in self.plan.leaves:
            return np.full(self.plan.units.n, np.nan)
        column: Array = numbers[self.plan.leaves.index(row)]
        return column

    # --- what happened, and what was before ----------------------------------------------------------

    def event(self, name: str) -> Array:
        """Return whether an event of this id was recorded; unknown where no events were handed in."""
        if self.events is None:
            return np.full(self.plan.units.n, np.nan)
        out = np.zeros(self.plan.units.n)
        called = {name, *_names_of(self.evaluation.scheme, name)}
        rule = self.events["rule"].astype(object).map(lambda text: str(text).strip())
        out[self.events.loc[rule.isin(called).to_numpy(dtype=bool), "i"].to_numpy(dtype=np.intp)] = 1.0
        return out

    def flagged(self, name: str, count: float) -> Array:
        """Return whether a flag was raised or went on in each of the last *count* periods.

        Unknown where one of these periods is not given, was provisional, did not have the rule or did not
        evaluate the unit.
        """
        given = {one.back: one for one in self.earlier}
        out = np.ones(self.plan.units.n)
        for back in range(1, int(count) + 1):
            one = given.get(back)
            out = np.minimum(out, np.nan) if one is None else np.minimum(out, self._raised(one, name))
        return out

    def _raised(self, one: Earlier, name: str) -> Array:
        flags, codes = one.flags, list(self.plan.units.codes)
        known = flags.known and name in flags.rules
        evaluated = set(one.evaluation.units.codes) if known else set()
        rows = flags.rows
        mine = (
            set(rows.loc[(rows["rule"] == name) & rows["status"].isin(OPEN), "unit"]) if len(rows) else set()
        )
        return np.array([float(code in mine) if code in evaluated else np.nan for code in codes])

    def previous(self, name: str, back: float) -> Any:
        """Return a node's score, a standing, or the grade, so many periods of this length ago."""
        if not 1 <= back <= len(self.earlier):
            return np.full(self.plan.units.n, np.nan)
        earlier = self.earlier[int(back) - 1].evaluation
        known = earlier.matrix() if name in earlier.nodes else earlier.results
        if name not in known:
            return np.full(self.plan.units.n, np.nan)
        column = known[name].reindex(list(self.plan.units.codes))
        if name == "grade":
            return column.to_numpy(dtype=object)
        return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))

    def change(self, name: str) -> Array:
        """Return how far a score or a standing moved since the period before."""
        now: Array = self(name)
        before: Array = self.previous(name, 1)
        return now - before

    def _change(self, name: str) -> Quantity:
        """Return a change with the errors of both periods; unknown for ranks and without history."""
        nothing = Quantity.of("unknown", self.change(name))
        before = self._earlier(name, 1)
        return nothing if before is None else difference(self.quantity(name), before)

    def _past(self, name: str, back: float) -> Any:
        """Return what an earlier period says, with the error it had then; the grade as it was given."""
        found = self._earlier(name, back)
        if found is not None:
            return found
        values = self.previous(name, back)
        if name == "grade" or not 1 <= back <= len(self.earlier):
            return values
        unsure = name in _COUNTED and self._quantities(int(back)).points(adjusted=False).uncertain.any()
        return Quantity.of("unknown" if unsure else "exact", values)

    def _earlier(self, name: str, back: float) -> Quantity | None:
        """Return a node's score or points so many periods ago; None where there are none."""
        if not 1 <= back <= len(self.earlier):
            return None
        before = self.earlier[int(back) - 1].evaluation
        if name not in before.nodes and name not in {"composite", "adjusted"}:
            return None
        known = self._quantities(int(back))
        one = (
            known.node(before.plan.row[name])
            if name in before.nodes
            else known.points(adjusted=name == "adjusted")
        )
        return self._in_order(one, before)

    def _quantities(self, back: int) -> Quantities:
        """Return the quantities of an earlier period, made once."""
        if back not in self._before:
            self._before[back] = Quantities(self.earlier[back - 1].evaluation)
        return self._before[back]

    def _in_order(self, one: Quantity, before: Evaluation) -> Quantity:
        """Return an earlier period's quantity for this period's units; unknown for those it lacks."""
        at = np.array([before.units.index.get(code, -1) for code in self.plan.units.codes], dtype=np.intp)
        there = at >= 0
        of_box = one.limits
        n_before = before.units.n

        def limits(alpha: Array) -> tuple[Array, Array]:
            asked = np.ones(n_before)
            asked[at[there]] = np.broadcast_to(alpha, at.shape)[there]
            lower, upper = (None, None) if of_box is None else of_box(asked)
            low = np.full(at.shape, -np.inf) if lower is None else np.where(there, lower[at], -np.inf)
            return low, np.full(at.shape, np.inf) if upper is None else np.where(there, upper[at], np.inf)

        def placed(values: Array) -> Array:
            return np.where(there, values[at], np.nan)

        return Quantity(
            value=placed(one.value), kind=np.where(there, one.kind[at], "unknown"), se=placed(one.se),
            df=placed(one.df), n=placed(one.n), low=placed(one.low), high=placed(one.high),
            limits=None if of_box is None else limits, ranks=None, least=placed(one.least),
            most=placed(one.most),
        )  # fmt: skip


def _names_of(scheme: Scheme, name: str) -> tuple[str, ...]:
    """Return the names under which an events table may record what a condition calls by its id."""
    named = [(one.id, one.name) for one in scheme.adjustment_items]
    named += [(one.id, one.name) for one in scheme.vetoes]
    named += [(one.id, one.name) for one in scheme.limiters]
    named += [(one.id, one.name) for one in scheme.leaves()]
    return tuple(said for code, said in named if code == name and said)


_ASKED: Final[dict[str, Callable[..., Array]]] = {
    "n": Answers.count,
    "value": Answers.value,
    "coverage": Answers.coverage,
    "lower": lambda self, name: self.limit(name, 0),
    "upper": lambda self, name: self.limit(name, 1),
    "change": Answers.change,
    "previous": Answers.previous,
    "event": Answers.event,
    "flagged": Answers.flagged,
    "bottom": Answers.bottom,
}
