"""`coherence`: do the indicators of a result say one thing, and do the weights do what they promise."""

from __future__ import annotations

from typing import Final

import numpy as np

from township_eval.analysis.arguments import EVALUATION, expect
from township_eval.analysis.coherence.findings import findings_of
from township_eval.analysis.coherence.measures import (
    alpha_rows,
    component_rows,
    correlation_rows,
    importance_rows,
)
from township_eval.analysis.coherence.result import Coherence
from township_eval.analysis.coherence.suggested import suggested_rows
from township_eval.analysis.sensitivity.options import require_final
from township_eval.evaluation import Evaluation
from township_eval.language import Text

__all__ = ["Coherence", "coherence"]

_FEW: Final = 30  # below, a correlation of 0.36 is no more than chance gives one time in twenty
_MANY: Final = 500  # leave-one-out of more units shows nothing that these do not


def coherence(evaluation: Evaluation) -> Coherence:
    """Ask whether indicators hang together, and whether weights do what they promise.

    Scores are used, not values: all point one way. A unit counts where the node counts for it and has
    a score; correlations are pairwise, alpha, components and weights from data rest on the units that
    have every score.

    Parameters
    ----------
    evaluation : Evaluation
        A finished one.

    Returns
    -------
    Coherence
        Frames ``correlations``, ``importance``, ``alpha``, ``components``, ``loadings``, ``weights`` and
        ``findings``; prints what deserves a look.

    Raises
    ------
    DataError
        The evaluation is provisional, or fewer than two units have a score.
    TypeError
        It is no evaluation.

    Notes
    -----
    Diagnostics, not verdicts: indicators that measure different duties need not correlate. Sources:
    OECD/JRC Handbook on Constructing Composite Indicators (2008), steps 4 and 6; Paruolo, Saisana and
    Saltelli, Journal of the Royal Statistical Society A 176 (2013), for importance.

    Examples
    --------
    >>> import pandas as pd
    >>> import township_eval as te
    >>> scheme = te.read_scheme({"name": "Services", "version": "1", "index": {"children": [
    ...     {"id": "water", "weight": 60}, {"id": "roads", "weight": 40}]}})
    >>> values = pd.DataFrame({"water": [90.0, 80.0, 60.0, 50.0], "roads": [10.0, 20.0, 40.0, 50.0]})
    >>> values.index = list("abcd")
    >>> found = te.coherence(te.evaluate(scheme, te.Inputs(period="2018", values=values)))
    >>> found.findings["kind"].tolist()
    ['redundant', 'counteracting']
    """
    expect(evaluation=(evaluation, EVALUATION))
    require_final(evaluation, "coherence")
    counted = np.where(evaluation.plan.counted, evaluation.score, np.nan)
    counted[0] = evaluation.score[0]
    scores = counted.T
    related = correlation_rows(evaluation, scores)
    importance = importance_rows(evaluation, related)
    components, loadings = component_rows(evaluation, scores)
    weights, of_weights = suggested_rows(evaluation, scores, most=_MANY)
    return Coherence(
        evaluation,
        related,
        importance,
        alpha_rows(evaluation, scores),
        components,
        loadings,
        weights,
        findings_of(evaluation, related, importance),
        (*_notes(evaluation), *of_weights),
    )


def _notes(evaluation: Evaluation) -> tuple[Text, ...]:
    n = int((~np.isnan(evaluation.score[0])).sum())
    if n >= _FEW:
        return ()
    chance = 2.0 / np.sqrt(n)
    return (
        Text(
            f"只有{n}个单位:相关系数在±{min(chance, 1.0):.2f}以内的可能只是偶然,以下仅供参考",
            f"only {n} units: correlations within ±{min(chance, 1.0):.2f} may be chance; only a question",
        ),
    )
