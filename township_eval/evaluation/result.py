"""`Evaluation`: what came out, frozen, with everything needed to trace and to explain it."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem
from township_eval.evaluation import frames
from township_eval.evaluation.figures import MOST_UNITS, rank_figures
from township_eval.inputs import Units
from township_eval.language import Text
from township_eval.methods.freedom import satterthwaite
from township_eval.methods.loadings import NOTHING, RESPONDENTS, Loadings, without_kind
from township_eval.methods.ratings.persistence import NO_SEVERITIES, Severities
from township_eval.methods.varying import Array
from township_eval.rules.rank_sets import RankSets, rank_sets
from township_eval.scheme.model import Scheme
from township_eval.tree import Plan, child_counts, contributions, coverage, effective_weights, plan_tree
from township_eval.tree.propagation import METHODS

if TYPE_CHECKING:
    from township_eval.evaluation.explain import Explanation

__all__ = ["Evaluation", "Leaves", "Precision", "Standing"]

_SHOWN = 60  # units a notebook lists; `results` has them all
# Since pandas 3 a shallow copy is written to on its own; before, it shares its columns with the original.
_SHARES: Final = int(pd.__version__.split(".", 1)[0]) < 3  # noqa: PLR2004


@dataclass(frozen=True, eq=False)
class Leaves:
    """What the sources gave for every leaf, ``(n_leaves, n_units)`` each, leaves in tree order.

    Attributes
    ----------
    value, se, n, df : array
        Value, standard error, number of answers, degrees of freedom; NaN where unknown.
    status : array of int8
        0 reported, 1 not reported, 2 not applicable, 3 not due.
    unknown : array of bool
        The value has an error that nobody knows: it counts, but gives no certainty.
    method : tuple of str
        Per leaf, how the value was obtained.
    assumption : tuple
        Per leaf what its standard error takes for granted (one Text per unit), or None.
    cell : tuple
        Per leaf the cells of its values (one text per unit), or None when they came from frames.
    """

    value: Array
    status: NDArray[np.int8]
    se: Array
    n: Array
    df: Array
    unknown: NDArray[np.bool_]
    method: tuple[str, ...]
    assumption: tuple[tuple[Text, ...] | None, ...]
    cell: tuple[tuple[str, ...] | None, ...]


@dataclass(frozen=True, eq=False)
class Standing:
    """Composite points, ranks and grades, one entry per unit.

    Ranks are floats with NaN for units that are not ranked; ``lower`` and ``upper`` bound the
    composite of partial data and are None otherwise. ``best`` is the best place among the grades that
    limits, vetoes and requirements leave to each unit, 0 where they leave all.
    """

    composite: Array
    adjusted: Array
    rank: Array
    rank_in_group: Array
    grade: tuple[str, ...]
    grade_reason: tuple[str, ...]
    lower: Array | None = None
    upper: Array | None = None
    best: NDArray[np.intp] | None = None


@dataclass(frozen=True, eq=False)
class Precision:
    """How sure the scores are, as far as the values' errors are known.

    Attributes
    ----------
    se : array, (n_nodes, n_units)
        Standard errors in score points (0-100); NaN where nothing below has an error model, or where
        an error below is one that nobody knows; 0 where all are declared to be none.
    method : array of int8, (n_nodes, n_units)
        Position in `METHODS`.
    unknown : array of bool, (n_nodes, n_units)
        An error below is one that nobody knows.
    composite : Loadings
        The errors of the index score by what causes them, in score points.
    part : array of int, (n_shocks,)
        Which part of the variance each of those causes belongs to: leaves without a common sample are
        parts of their own.
    df : array, (n_parts, n_units)
        Degrees of freedom of every part; infinite where its errors count as known.
    leaves : Loadings
        The errors of the values by what causes them, in value units: unit ``u`` of leaf number ``k``
        stands at ``k * n_units + u``.
    recurring : Loadings
        What villages, raters and respondents that can be told again, by the digests of their names, do
        to the index score: the part of ``composite`` that another period may share.
    recurring_leaves : Loadings
        The same of the values: the part of ``leaves`` that another period may share.
    raters : Severities
        How severe those raters were, panel by panel, by the same digests.
    of_raters : int
        The part of the variance that their severities belong to; -1 where they move no index score.
    untold : int
        Respondents that the responses name and this result does not: it was read from a file, or there
        are too many of them in a channel.
    """

    METHODS: ClassVar[tuple[str, ...]] = METHODS

    se: Array
    method: NDArray[np.int8]
    unknown: NDArray[np.bool_]
    composite: Loadings
    part: NDArray[np.intp]
    df: Array
    leaves: Loadings
    recurring: Loadings = NOTHING
    recurring_leaves: Loadings = NOTHING
    raters: Severities = NO_SEVERITIES
    of_raters: int = -1
    untold: int = 0

    @cached_property
    def freedom(self) -> Array:
        """Degrees of freedom of the index's standard error by Satterthwaite, ``(n_units,)``."""
        n = self.df.shape[1]
        mine = [self.part[self.composite.shock] == number for number in range(len(self.df))]
        variance = [np.bincount(self.composite.unit[one], self.composite.amount[one] ** 2, n) for one in mine]
        return _fixed(satterthwaite(np.array(variance, dtype=np.float64).reshape(self.df.shape), self.df))

    def without_respondents(self) -> Precision:
        """Return the same without the digests of respondents, which no file may hold."""
        people = {name for name in self.recurring_leaves.names if name.startswith(f"{RESPONDENTS}:")}
        return replace(
            self,
            recurring=without_kind(self.recurring, RESPONDENTS),
            recurring_leaves=without_kind(self.recurring_leaves, RESPONDENTS),
            untold=self.untold + len(people),
        )


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation:
    """The evaluation of one period; obtain one with `township_eval.evaluate`.

    It is frozen, picklable and thread-safe. Arrays have one row per node (the index first, parents
    before children) and one column per unit; the frames are made from them when asked for.

    Attributes
    ----------
    scheme : Scheme
        The scheme it was made with, as signed.
    period : str
        The period evaluated.
    score, weight : array, (n_nodes, n_units)
        Node scores on 0-100 (NaN: none) and weights among siblings.
    provisional : bool
        True for partial data (预评): composites have bounds and there are no flags.
    event_factors : mapping of str to array (n_units,)
        By node id what events multiply its score by; empty without such events.
    """

    scheme: Scheme
    period: str
    units: Units
    score: Array
    weight: Array
    leaves: Leaves
    precision: Precision
    standing: Standing
    flag_rows: pd.DataFrame
    ledger_rows: pd.DataFrame
    details: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    table_rows: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    as_of: str = ""
    provisional: bool = False
    version: str = ""
    event_factors: Mapping[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._freeze()

    # --- the tree and what follows from it ------------------------------------------------------

    @cached_property
    def plan(self) -> Plan:
        """The tree laid out for the units of this period."""
        return plan_tree(self.scheme.for_period(self.period), self.units, factors=self.event_factors)

    @property
    def nodes(self) -> tuple[str, ...]:
        """Node ids in tree order; the rows of the arrays."""
        return self.plan.ids

    @cached_property
    def effective_weight(self) -> Array:
        """Share of the index each node carries, ``(n_nodes, n_units)``."""
        return _fixed(effective_weights(self.plan, self.score, self.weight))

    @cached_property
    def contribution(self) -> Array:
        """Composite points of each node, ``(n_nodes, n_units)``; NaN where points do not add up."""
        return _fixed(contributions(self.plan, self.score, self.effective_weight))

    @cached_property
    def coverage(self) -> Array:
        """Share of each node's points that rests on reported values, ``(n_nodes, n_units)``."""
        return _fixed(coverage(self.plan, dict(zip(self.plan.leaves, self.leaves.status, strict=True))))

    @cached_property
    def children(self) -> Array:
        """Number of children with a score, ``(n_nodes, n_units)``; NaN for leaves."""
        return _fixed(child_counts(self.plan, self.score, self.weight))

    @cached_property
    def rank_sets(self) -> tuple[RankSets, RankSets] | None:
        """Marginal 95 % sets of ranks among all and inside the class; None above 1,000 units.

        None for partial data too, where what is missing is no sampling error. Other sets and their
        notes: `township_eval.rank_sets`.
        """
        if self.provisional or self.units.n > MOST_UNITS:
            return None
        figures = rank_figures(self)
        return rank_sets(figures), rank_sets(figures, self.units.groups)

    # --- frames ---------------------------------------------------------------------------------

    @property
    def results(self) -> pd.DataFrame:
        """One row per unit: name, group, composite, adjusted, rank, rank_in_group, grade, ...

        ``se`` is the composite's standard error, in its points, as far as the values' errors are known;
        ``rank_lower`` to ``rank_upper`` is the marginal 95 % set of the rank, ``rank_lower_in_group`` to
        ``rank_upper_in_group`` that inside the class. Where nothing has an error model, ranks compare
        as exact. Blank above 1,000 units (`township_eval.rank_sets` with a cohort) and for partial data.
        """
        return frames.results(self)

    @property
    def scores(self) -> pd.DataFrame:
        """One row per unit and node: score, se, weight, effective_weight, contribution, coverage, ...

        ``se`` is in score points, 0-100; ``se_method`` says how it follows from the values' errors:
        the delta rule, the exact push-forward of a rule, or simulation (plug-in).
        """
        return self._scores.copy(deep=_SHARES)

    @property
    def values(self) -> pd.DataFrame:
        """One row per unit and indicator: value, se, n, df, status, method, assumption, cell."""
        return self._values.copy(deep=_SHARES)

    @property
    def ledger(self) -> pd.DataFrame:
        """Adjustments: unit, rule, amount, reason, reference."""
        return self.ledger_rows.copy()

    @property
    def flags(self) -> pd.DataFrame:
        """Proposed measures with their evidence; proposals, never decisions."""
        return self.flag_rows.copy()

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tidy frames the sources left: ``satisfaction``, ``ratings``, ``quality``, ..."""
        return {name: frames.table(frame) for name, frame in self.table_rows.items()}

    @property
    def notes(self) -> pd.DataFrame:
        """What a reader of the result must know: warnings, policies used, what was not applied."""
        return frames.notes(self)

    @cached_property
    def _scores(self) -> pd.DataFrame:
        return frames.scores(self)

    @cached_property
    def _values(self) -> pd.DataFrame:
        return frames.values(self)

    def matrix(self) -> pd.DataFrame:
        """Return units x nodes, node ids in tree order, unrounded scores 0-100."""
        codes = pd.Index(list(self.units.codes), name="unit")
        return pd.DataFrame(self.score.T, index=codes, columns=list(self.nodes), copy=True)

    def covariance(self) -> pd.DataFrame:
        """Return the covariance of the composites, units x units, in composite points.

        It holds what sampling and raters leave open: townships asked in one village, marked by one
        rater or weighted to one population vary together. Zero rows are units whose values have no
        error model; NaN are those with an error that nobody knows.
        """
        codes = pd.Index(list(self.units.codes), name="unit")
        matrix = self.precision.composite.covariance(self.units.n) * (self.scheme.scale / 100.0) ** 2
        lost = self.precision.unknown[0]
        matrix[lost, :] = matrix[:, lost] = np.nan
        return pd.DataFrame(matrix, index=codes, columns=codes)

    def explain(self, unit: str, lang: str = "zh") -> Explanation:
        """Explain one unit's result: what cost most, what would gain most, what did not apply.

        Parameters
        ----------
        unit : str
            Code, name or alias.
        lang : {"zh", "en"}
            Language of the text.

        Returns
        -------
        Explanation
            Prints as text, shows as HTML in a notebook, ``.to_dict()`` for programs.

        Raises
        ------
        DataError
            There is no such unit; the problem suggests the closest names.
        """
        from township_eval.evaluation.explain import explain

        return explain(self, unit, lang)

    # --- behaviour as a value -------------------------------------------------------------------

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the fields only, without digests of respondents; what is derived is made again."""
        fields = {name: self.__dict__[name] for name in self.__dataclass_fields__}
        return fields | {"precision": self.precision.without_respondents()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore the fields; arrays come out of a pickle writable."""
        vars(self).update(state)
        self._freeze()

    def _freeze(self) -> None:
        """Make the arrays read-only: a result that was signed does not change under its reader."""
        for part in (self, self.leaves, self.precision, self.standing):
            for array in vars(part).values():
                if isinstance(array, np.ndarray):
                    _fixed(array)

    def __repr__(self) -> str:
        state = " 预评(未定稿)" if self.provisional else ""
        return (
            f"<Evaluation {self.scheme.name} {self.scheme.version} {self.period}{state}: "
            f"{self.units.n} units, {len(self.flag_rows)} flags, scheme {self.scheme.fingerprint[:19]}>"
        )

    def _repr_html_(self) -> str:
        """Show the ranking in a notebook, under everything a printed sheet would carry."""
        marks = [self.scheme.notice, "预评(未定稿) PROVISIONAL" if self.provisional else ""]
        said = "".join(f"<p>{html.escape(mark)}</p>" for mark in marks if mark)
        return said + str(self.results.to_html(max_rows=_SHOWN))


def _fixed(array: Array) -> Array:
    """Return the array, from now on read-only."""
    array.setflags(write=False)
    return array
