"""Third-party ratings: every rater's mean over the items brought to one number per township."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs import Flags
from township_eval.inputs.texts import plain, texts_of
from township_eval.language import Text, join_texts, listed
from township_eval.methods.loadings import Loadings
from township_eval.methods.ratings import connected
from township_eval.scheme.sources import Ratings
from township_eval.sources.evidence import Ask, Found, evidence_rows, row_cells, row_place
from township_eval.sources.panel.agreement import agreement
from township_eval.sources.panel.lasting import severities_of
from township_eval.sources.panel.scores import COMMON, Panel, Scored, score_panels
from township_eval.sources.panel.sheets import TABLE, Sheets, read_sheets
from township_eval.sources.panel.tables import panel_table, ratings_table

__all__ = ["ratings"]

_LINKED = 2  # units a rater must have marked to compare them
_FEW = 8  # names in a message


def ratings(ask: Ask, source: Ratings) -> Found:
    """Return the number a panel gives every unit, and its error; ``n`` is how many scores count.

    A rater's score is the mean over the items. A unit that fewer have rated than the scheme needs is
    an error; one that nobody has rated is not reported. Raters are numbered in all results, not named:
    in the tables, the details, and where a place in a file would name them.

    Tables
    ------
    ratings
        One row per unit and rater: rater, score, dropped; and of the unit: mean, spread (sd of its
        scores), se, df, n, adjusted (mean corrected for severity, for information).
    panel
        One row per rater: organization, units rated, units missing, items, mean, severity with its error.
    agreement
        Six intraclass correlations, Krippendorff's alpha, Kendall's W and Fleiss' kappa.
    """
    sheets = read_sheets(ask, source)
    if sheets is None:
        return Found(np.full(ask.n_units, np.nan), method="ratings")
    of = _organizations(sheets, source)
    panels, problems = _panels(sheets, source, of)
    few, too_few = _too_few(ask, sheets, source, panels)
    broken = tuple(_broken(ask, sheets, source, panels))
    whole = sheets.matrix.copy()
    whole[few] = np.nan  # refused: nothing is made of it, here or in the tables
    counted = tuple(Panel(one.name, one.weight, np.where(few[:, None], np.nan, one.matrix)) for one in panels)
    scored = score_panels(counted, source, _own(ask)) if counted else _nothing(ask)
    shown = sheets.raters.masked(sheets.rows, sheets.rows["who"].to_numpy())
    return Found(
        scored.value,
        method="ratings",
        se=scored.se,
        n=scored.n,
        df=scored.df,
        unknown=scored.unknown,
        loadings=tuple(_named(one, sheets) for one in scored.loadings),
        assumption=scored.assumption,
        cells=row_cells(shown, ask.n_units),
        details=evidence_rows(ask, shown.assign(_column=_labels(sheets)), "_column", "score"),
        tables=(
            (TABLE, ratings_table(ask, sheets, source, counted, scored)),
            ("panel", panel_table(ask, sheets, counted)),
            ("agreement", agreement(ask, whole)),
        ),
        problems=(*sheets.problems, *problems, *too_few, *broken),
        severities=severities_of(ask.leaf.id, counted, sheets.raters.keys),
    )


def _own(ask: Ask) -> str:
    """Return the name of what this leaf's scores share with no other's: leaf, and whom it was asked about."""
    first = ask.prepared.units.codes[int(np.argmax(ask.wanted))]
    return f"ratings {ask.leaf.id} {first}"


def _named(loaded: Loadings, sheets: Sheets) -> Loadings:
    """Return severities under the raters' names, so that another period knows who marked again."""
    return replace(loaded, names=sheets.raters.keys) if loaded.sample == COMMON else loaded


def _nothing(ask: Ask) -> Scored:
    blank = np.full(ask.n_units, np.nan)
    none = np.zeros(ask.n_units)
    return Scored(blank, blank, blank, none, none > 0, (), (Text("", ""),) * ask.n_units)


def _organizations(sheets: Sheets, source: Ratings) -> NDArray[np.intp]:
    """Return the group of every rater, -1 for those of none the scheme weighs."""
    place = {plain(one.rater): at for at, one in enumerate(source.groups)}
    return np.array([place.get(plain(name), -1) for name in sheets.raters.organizations], dtype=np.intp)


def _panels(
    sheets: Sheets, source: Ratings, of: NDArray[np.intp]
) -> tuple[tuple[Panel, ...], tuple[Problem, ...]]:
    """Return the panels that have a weight; raters of no group and groups without raters are reported."""
    if not source.groups:
        return (Panel("", 1.0, sheets.matrix),), ()
    present = set(of[sheets.rows["who"].to_numpy()])
    problems = [*_strangers(sheets, source, of)]
    panels = []
    for at, group in enumerate(source.groups):
        if group.weight > 0:
            columns = np.where(of == at, sheets.matrix, np.nan)
            panels.append(Panel(group.rater, group.weight, columns))
        if group.weight > 0 and at not in present:
            problems.append(_absent(group.rater))
    return tuple(panels), tuple(problems)


def _strangers(sheets: Sheets, source: Ratings, of: NDArray[np.intp]) -> Iterator[Problem]:
    rows = sheets.rows
    where = (
        texts_of(rows["organization"]) if "organization" in rows.columns else np.full(len(rows), "", object)
    )
    outside = of[rows["who"].to_numpy()] < 0
    for text in sorted({str(name) for name in where[outside]}):
        position = int(np.flatnonzero(outside & (where == text))[0])
        yield Problem(
            "error",
            "ratings.organization",
            row_place(TABLE, rows, position),
            Text(
                f"方案的评估组中没有这个机构:{text or '(空)'}",
                f"the scheme weighs no such organization: {text or '(blank)'}",
            ),
            did_you_mean(text, [one.rater for one in source.groups]),
        )


def _absent(name: str) -> Problem:
    return Problem(
        "error",
        "ratings.group",
        TABLE,
        Text(f"机构“{name}”有权重,但没有评估员", f"the organization {name!r} has a weight and no rater"),
        Text("补交该机构的评分表,或在方案中改 groups", "get its sheets, or change groups in the scheme"),
    )


def _too_few(
    ask: Ask, sheets: Sheets, source: Ratings, panels: tuple[Panel, ...]
) -> tuple[Flags, tuple[Problem, ...]]:
    """Return the units with too few scores, in all or of one organization, and their problems."""
    given = np.asarray((~np.isnan(sheets.matrix)).sum(axis=1))
    needed = max(source.minimum, 2 * source.trim + 1)
    few: Flags = (given > 0) & (given < needed)
    problems = [_few(ask, int(i), int(given[i]), needed, "") for i in np.flatnonzero(few)]
    least = 2 * source.trim + 1
    for panel in panels if source.groups else ():
        short: Flags = (given > 0) & ~few & (panel.given < least)
        if not panel.given.any():
            continue  # the whole organization is missing: said once
        problems += [_few(ask, int(i), int(panel.given[i]), least, panel.name) for i in np.flatnonzero(short)]
    return few, tuple(problems)


def _few(ask: Ask, i: int, given: int, needed: int, organization: str) -> Problem:
    said = Text(f"“{organization}”", f" of {organization!r}") if organization else Text("", "")
    return Problem(
        "error",
        "ratings.few",
        ask.where(i),
        Text(
            "{unit} 只有{of} {given} 人评分,至少应有 {needed} 人",
            "{unit} has {given} raters{of}, at least {needed} are needed",
        ).format(unit=ask.name(i), of=said, given=given, needed=needed),
        Text("补评,或在方案中改 trim、minimum", "get more ratings, or change trim or minimum in the scheme"),
    )


def _broken(ask: Ask, sheets: Sheets, source: Ratings, panels: tuple[Panel, ...]) -> Iterator[Problem]:
    """Yield panels that do not link all units, and raters who compare none.

    Severity cannot be taken out of such scores: an error where the scheme wants that, else a warning,
    for strict and mild raters then do not cancel.
    """
    for panel in panels:
        units = np.flatnonzero(panel.given)
        if len(units) < _LINKED:
            yield from _alone(ask, source, panel)
            continue
        groups = connected(panel.matrix)
        if len(groups) > 1:
            yield _disconnected(ask, source, [[ask.name(i) for i in group.units] for group in groups])
        marked = np.asarray((~np.isnan(panel.matrix)).sum(axis=0))
        once = [sheets.raters.labels[at] for at in np.flatnonzero(marked == 1)]
        if once:
            yield _single(ask, source, once)


def _alone(ask: Ask, source: Ratings, panel: Panel) -> Iterator[Problem]:
    if source.method == "severity" and panel.given.any():
        yield Problem(
            "error",
            "ratings.severity",
            ask.leaf.id,
            Text("只有一个单位有评分,无法校正宽严", "one unit alone has ratings: severity cannot be told"),
            Text("在方案中用 method: mean", "write method: mean in the scheme"),
        )


def _disconnected(ask: Ask, source: Ratings, groups: list[list[str]]) -> Problem:
    named = join_texts([listed(group, _FEW) for group in groups], zh=" | ", en=" | ")
    return Problem(
        "error" if source.method == "severity" else "warning",
        "ratings.disconnected",
        ask.leaf.id,
        Text(
            "没有评估员同时评过这几组单位,组间不可比:{groups}",
            "no rater links these groups of units, so they cannot be compared: {groups}",
        ).format(groups=named),
        Text("请一名评估员补评另一组的单位", "have a rater of one group rate units of another as well"),
    )


def _single(ask: Ask, source: Ratings, raters: list[str]) -> Problem:
    return Problem(
        "error" if source.method == "severity" else "warning",
        "ratings.single",
        ask.leaf.id,
        Text(
            "{names} 只评了一个单位,看不出宽严", "{names} rated one unit only: severity cannot be told"
        ).format(names=listed(raters, _FEW)),
        Text("补评其他单位,或删去这些评分", "have them rate other units as well, or drop these ratings"),
    )


def _labels(sheets: Sheets) -> list[str]:
    labels = sheets.raters.labels
    return [
        f"{labels[who]}/{what}" if what else labels[who]
        for who, what in zip(sheets.rows["who"], sheets.rows["what"], strict=True)
    ]
