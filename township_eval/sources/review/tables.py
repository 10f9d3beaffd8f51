"""What a report prints of a mutual review: who gave whom what, and what it came to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from township_eval.methods.estimation.intervals import student
from township_eval.methods.ranking import rank, round_half_up
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Reviews
from township_eval.sources.review.ballots import Ballots
from township_eval.sources.review.outcome import Outcome

__all__ = ["MATRIX", "TOTAL", "matrix_table", "total_table"]

MATRIX: Final = (
    "direction", "unit", "name", "indicator", "rater", "score", "ballots", "item", "answer", "count",
)  # fmt: skip
TOTAL: Final = (
    "direction", "unit", "name", "indicator", "raters", "ballots", "valid", "score", "rank",
    "se", "df", "lower", "upper", "unknown", "absent",
)  # fmt: skip


def matrix_table(
    ballots: Ballots, source: Reviews, codes: Sequence[str], names: Sequence[str], leaf: str
) -> pd.DataFrame:
    """Return rater x ratee as tidy rows: a signed rater's mean and ballots, or counts of secret answers.

    Parameters
    ----------
    ballots : Ballots
    source : Reviews
    codes, names : sequence of str
        Of those voted on.
    leaf : str
        Id of the indicator.

    Returns
    -------
    DataFrame
        direction, unit, name, indicator, rater, score, ballots (signed); item, answer, count (secret;
        the rater is blank).
    """
    about, voter = np.nonzero(ballots.cast)
    of, item, answer = np.nonzero(_answers_shown(ballots))
    blank = np.full(len(about), "", dtype=object)
    signed = pd.DataFrame(
        {
            **_who(about, codes, names, source, leaf),
            "rater": np.array(ballots.side.voters, dtype=object)[voter],
            "score": ballots.score[about, voter],
            "ballots": ballots.cast[about, voter],
            "item": blank,
            "answer": blank,
            "count": np.full(len(about), np.nan),
        }
    )
    nothing = np.full(len(of), np.nan)
    secret = pd.DataFrame(
        {
            **_who(of, codes, names, source, leaf),
            "rater": np.full(len(of), "", dtype=object),
            "score": nothing,
            "ballots": nothing,
            "item": np.array(ballots.items, dtype=object)[item],
            "answer": np.array(ballots.answers, dtype=object)[answer],
            "count": ballots.secret[of, item, answer],
        }
    )
    return secret if len(secret) else signed  # one direction has one kind of ballots


def total_table(
    outcome: Outcome, source: Reviews, codes: Sequence[str], names: Sequence[str], leaf: str, digits: int
) -> pd.DataFrame:
    """Return one row per unit voted on: ballots, valid ones, score, rank, error and interval.

    Parameters
    ----------
    outcome : Outcome
    source, codes, names, leaf
        As for `matrix_table`.
    digits : int
        Decimals of published scores, on which ranks are formed.

    Returns
    -------
    DataFrame
        raters (that make the mean, or secret ballots that do), ballots, valid, score, rank, se, df,
        lower and upper (95 %, within the scale), unknown (there is an error nobody knows), absent
        (listed raters without a ballot).
    """
    about = np.flatnonzero(
        (outcome.cast > 0) | np.array([bool(who) for who in outcome.absent], dtype=np.bool_)
    )
    low, high = (np.clip(limit, source.low, source.high) for limit in _limits(outcome))
    return pd.DataFrame(
        {
            **_who(about, codes, names, source, leaf),
            "raters": outcome.n[about],
            "ballots": outcome.cast[about],
            "valid": outcome.valid[about],
            "score": outcome.value[about],
            "rank": rank(round_half_up(outcome.value, digits))[about],
            "se": outcome.se[about],
            "df": outcome.df[about],
            "lower": low[about],
            "upper": high[about],
            "unknown": outcome.unknown[about],
            "absent": np.array(["、".join(outcome.absent[at]) for at in about], dtype=object),
        }
    )


def _limits(outcome: Outcome) -> tuple[Array, Array]:
    return student(outcome.value, outcome.se, outcome.df)


def _answers_shown(ballots: Ballots) -> Array:
    """Return where an answer is shown: all answers of an item somebody voted on, zeros included."""
    asked = ballots.secret.any(axis=2, keepdims=True)
    return np.broadcast_to(asked, ballots.secret.shape).astype(np.float64)


def _who(
    about: np.ndarray, codes: Sequence[str], names: Sequence[str], source: Reviews, leaf: str
) -> dict[str, object]:
    return {
        "direction": np.full(len(about), source.direction, dtype=object),
        "unit": np.array(codes, dtype=object)[about],
        "name": np.array(names, dtype=object)[about],
        "indicator": np.full(len(about), leaf, dtype=object),
    }
