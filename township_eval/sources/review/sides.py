"""Who votes and whom on, in the direction that is evaluated here and in the other one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.inputs import Flags
from township_eval.inputs.texts import plain, texts_of
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Direction, Reviews
from township_eval.sources.evidence import Ask
from township_eval.sources.panel.raters import natural
from township_eval.sources.review.ballots import Side

__all__ = ["Poll", "other_poll", "own_poll"]

Positions = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Poll:
    """One direction before its ballots are counted.

    Attributes
    ----------
    source : Reviews
        How it is counted.
    rows : DataFrame
        Its ballots.
    side : Side
    expected : bool array (n_about, n_voters)
        Who should have voted on whom; nobody without a list of raters.
    codes, names : tuple of str
        Of those voted on.
    """

    source: Reviews
    rows: pd.DataFrame
    side: Side
    expected: Flags
    codes: tuple[str, ...]
    names: tuple[str, ...]


def own_poll(ask: Ask, source: Reviews, rows: pd.DataFrame) -> Poll:
    """Return the direction a leaf is scored on, about the wanted units.

    The scheme lists the raters; without a list whoever signs a ballot is one, unless he is evaluated
    himself.
    """
    about = rows["i"].to_numpy()
    mine = (rows["direction"] == source.direction).to_numpy() & (about >= 0)
    rows = rows[mine & ask.wanted[about]]
    units = ask.prepared.units
    i = rows["i"].to_numpy()
    itself: Flags = np.asarray(rows["voter"].to_numpy() == i, dtype=np.bool_)
    if not source.raters:
        voter, voters = _signers(rows)
        side = Side(i, units.n, voter, voters, np.ones(len(voters)), itself)
        nobody = np.zeros((units.n, len(voters)), dtype=np.bool_)
        return Poll(source, rows, side, nobody, units.codes, units.names)
    names = tuple(one.rater for one in source.raters)
    weights: Array = np.array([one.weight for one in source.raters], dtype=np.float64)
    found = [units.find(name) for name in names]
    expected: Flags = ask.wanted[:, None] & (weights > 0)
    for place, at in enumerate(found):
        if at is not None:  # a rater that is a unit itself does not vote on itself
            expected[at, place] = False
    side = Side(i, units.n, _listed(rows, names, found), names, weights, itself)
    return Poll(source, rows, side, expected, units.codes, units.names)


def other_poll(ask: Ask, source: Reviews, rows: pd.DataFrame) -> Poll | None:
    """Return the direction that is not evaluated here, for the tables.

    Every evaluated unit votes with equal weight and nothing is trimmed. None where the direction is
    another leaf's, where another leaf has printed it already, or where nobody handed it in.
    """
    direction = next(one for one in get_args(Direction) if one != source.direction)
    leaves = [leaf for leaf in ask.prepared.scheme.leaves() if isinstance(leaf.source, Reviews)]
    stated = {leaf.source.direction for leaf in leaves if isinstance(leaf.source, Reviews)}
    rows = rows[(rows["direction"] == direction).to_numpy() & (rows["i"].to_numpy() < 0)]
    if rows.empty or direction in stated or (leaves and leaves[0].id != ask.leaf.id):
        return None
    units = ask.prepared.units
    signer, guests = _signers(rows)  # units of the scheme that are not evaluated in this period
    voter = np.where(rows["voter"].to_numpy() >= 0, rows["voter"].to_numpy(), signer + units.n)
    voter = np.where((rows["voter"].to_numpy() < 0) & (signer < 0), -1, voter)
    voters = (*units.names, *guests)
    names = tuple(sorted(set(rows["about"]), key=natural))
    place = {name: at for at, name in enumerate(names)}
    about: Positions = np.array([place[name] for name in rows["about"]], dtype=np.intp)
    plainly = replace(source, direction=direction, raters=(), trim=0, minimum=1, entitled=None)
    side = Side(about, len(names), voter, voters, np.ones(len(voters)), np.zeros(len(rows), dtype=np.bool_))
    expected = np.zeros((len(names), len(voters)), dtype=np.bool_)
    expected[:, : units.n] = True
    return Poll(plainly, rows, side, expected, names, names)


def _signers(rows: pd.DataFrame) -> tuple[Positions, tuple[str, ...]]:
    """Return who signed each row among those who are not evaluated, -1 for others; and their names."""
    by = texts_of(rows["by"])
    outside = (rows["voter"].to_numpy() < 0) & (by != "")
    names = tuple(sorted({str(name) for name in by[outside]}, key=natural))
    place = {name: at for at, name in enumerate(names)}
    found = [place[name] if known else -1 for name, known in zip(by, outside, strict=True)]
    return np.array(found, dtype=np.intp), names


def _listed(rows: pd.DataFrame, names: Sequence[str], found: Sequence[int | None]) -> Positions:
    """Return each row's place among the raters listed, -1 for strangers and secret ballots."""
    by_unit = {at: place for place, at in enumerate(found) if at is not None}
    by_name = {plain(name): place for place, name in enumerate(names)}
    return np.array(
        [
            by_unit.get(int(at), -1) if at >= 0 else by_name.get(plain(str(text)), -1)
            for at, text in zip(rows["voter"], texts_of(rows["by"]), strict=True)
        ],
        dtype=np.intp,
    )
