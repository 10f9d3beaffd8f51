"""`te.severity`: townships as if every rater had marked all of them, and how mild each rater is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.errors import DataError, Problem, did_you_mean
from township_eval.language import Text, join_texts, listed
from township_eval.methods.estimation.intervals import student
from township_eval.methods.ratings import Additive, additive, connected
from township_eval.methods.ratings.panel_errors import adjusted_errors
from township_eval.sources.panel.marks import TABLE, Marks

__all__ = ["severity"]

_NAMED: Final = 6  # names of a group before it is only counted


def severity(
    frame: pd.DataFrame,
    unit: str = "unit",
    *,
    rater: str = "rater",
    score: str = "score",
    item: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return every township's mean adjusted for the severity of the raters who marked it.

    Parameters
    ----------
    frame : DataFrame
        One row per score.
    unit, rater, score : str
        Columns: who is marked, by whom, and the points. A blank score is no score.
    item : str, optional
        Column of the items a rater marks; a rater's score is the mean over them.
    level : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    DataFrame
        Indexed by unit, sorted. All but counts in points:

        * ``estimate``: adjusted mean; ``raw``: plain mean; ``shift``: what the adjustment changes;
        * ``se lower upper df``: for comparing townships, the panel taken as it is (t interval);
        * ``se_absolute lower_absolute upper_absolute df_absolute``: for holding a township against a
          threshold, the raters taken as drawn from many; a part of this error is common to all townships;
        * ``n``: raters who marked the unit.

        ``attrs`` (plain values): ``severity`` and ``severity_se`` by rater, above zero is mild; ``sigma``,
        ``df``, ``rater_variance``, ``n_raters``; ``covariance`` of the estimates by unit, panel as it is (add
        ``rater_variance / n_raters`` to every cell for thresholds); ``level``; ``warnings``. Without residual
        degrees of freedom errors are NaN.

    Raises
    ------
    DataError
        Every problem at once: a column that is missing, blank names, scores that are no numbers, a score
        given twice, items left out, fewer than two units or raters, a level outside 0 to 1, and groups of
        townships no rater links: those cannot be compared by any method.

    Notes
    -----
    See `township_eval.methods.ratings.additive` for the model and its source; ``df_absolute`` is
    Satterthwaite's for the residual and the raters together.

    Examples
    --------
    >>> sheet = pd.DataFrame({"unit": ["甲镇", "甲镇", "乙镇", "乙镇", "丙镇", "丙镇"],
    ...                       "rater": ["A", "B", "A", "C", "B", "C"], "score": [80, 84, 70, 71, 92, 90]})
    >>> found = severity(sheet)
    >>> found["estimate"].round(2).to_dict()
    {'丙镇': 90.17, '乙镇': 71.5, '甲镇': 81.83}
    >>> found.attrs["severity"]["B"]
    2.0
    """
    problems = [*_wrong_call(frame, [unit, rater, score, *([item] if item else [])], level)]
    if problems:
        raise DataError(problems)
    marks = Marks(frame, unit, rater, score, item)
    problems = [*marks.problems(), *_too_few(marks), *_unlinked(marks)]
    if problems:
        raise DataError(problems)
    fit = additive(marks.matrix())
    out = _table(fit, level)
    out.index = pd.Index(marks.units, name=unit)
    out.attrs = _attributes(fit, marks, level)
    return out


def _wrong_call(frame: pd.DataFrame, columns: list[str], level: float) -> Iterator[Problem]:
    known = [str(column) for column in frame.columns]
    for column in columns:
        if column not in known:
            yield Problem(
                "error",
                "severity.column",
                TABLE,
                Text(f"没有“{column}”列", f"there is no column {column!r}"),
                did_you_mean(column, known),
            )
    if not 0 < level < 1:
        yield Problem(
            "error",
            "severity.level",
            "level",
            Text(f"置信水平应在 0 与 1 之间,给的是 {level}", f"the level lies between 0 and 1, not {level}"),
            Text("例如 0.95", "for example 0.95"),
        )


def _too_few(marks: Marks) -> Iterator[Problem]:
    for names, what in (
        (marks.units, Text("被评单位", "units")),
        (marks.raters, Text("评估员", "raters")),
    ):
        if len(names) < 2:  # noqa: PLR2004  one alone cannot be compared
            yield Problem(
                "error",
                "severity.few",
                TABLE,
                Text(
                    "有评分的{what}只有 {n} 个,至少要 2 个",
                    "{what} with scores: {n}, at least 2 are needed",
                ).format(what=what, n=len(names)),
                Text("补充评分表,或核对列名", "add sheets, or check which columns are named"),
            )


def _unlinked(marks: Marks) -> Iterator[Problem]:
    groups = connected(marks.matrix())
    if len(groups) > 1:
        told = join_texts(
            Text("第{n}组:{units}(评估员 {raters})", "group {n}: {units} (raters {raters})").format(
                n=number,
                units=_some([marks.units[i] for i in group.units]),
                raters=_some([marks.raters[i] for i in group.raters]),
            )
            for number, group in enumerate(groups, start=1)
        )
        yield Problem(
            "error",
            "severity.disconnected",
            TABLE,
            Text(
                "有 {n} 组单位之间没有共同的评估员相连,评估员宽严与单位优劣无法区分,不能相互比较",
                "no rater links {n} groups of units: a milder rater cannot be told from a better unit, "
                "so they cannot be compared",
            ).format(n=len(groups)),
            Text(
                "请一名评估员跨组补评,或按组分别计算。{groups}",
                "have a rater of one group mark units of another, or evaluate each group by itself. {groups}",
            ).format(groups=told),
        )


def _some(names: list[str]) -> Text:
    if len(names) <= _NAMED:
        return listed(names)
    first = listed(names[:_NAMED])
    return Text("{first}等 {n} 个", "{first} and {more} more").format(
        first=first, n=len(names), more=len(names) - _NAMED
    )


def _table(fit: Additive, level: float) -> pd.DataFrame:
    absolute = adjusted_errors(fit, ("raters", "rest"), "random")
    se, se_absolute = np.sqrt(fit.variance()), np.sqrt(absolute.variance)
    lower, upper = student(fit.adjusted, se, fit.df, level)
    lower_absolute, upper_absolute = student(fit.adjusted, se_absolute, absolute.df, level)
    return pd.DataFrame(
        {
            "estimate": fit.adjusted,
            "se": se,
            "se_absolute": se_absolute,
            "lower": lower,
            "upper": upper,
            "df": float(fit.df),
            "n": fit.n,
            "raw": fit.raw,
            "shift": fit.adjusted - fit.raw,
            "lower_absolute": lower_absolute,
            "upper_absolute": upper_absolute,
            "df_absolute": absolute.df,
        }
    )


def _attributes(fit: Additive, marks: Marks, level: float) -> dict[Any, Any]:
    covariance = fit.covariance().tolist()
    return {
        "severity": dict(zip(marks.raters, fit.severity.tolist(), strict=True)),
        "severity_se": dict(zip(marks.raters, fit.severity_se.tolist(), strict=True)),
        "sigma": fit.sigma,
        "df": fit.df,
        "rater_variance": fit.rater_variance,
        "n_raters": fit.n_raters,
        "covariance": {
            name: dict(zip(marks.units, row, strict=True))
            for name, row in zip(marks.units, covariance, strict=True)
        },
        "level": level,
        "warnings": [problem.to_dict() for problem in _warnings(fit, marks)],
    }


def _warnings(fit: Additive, marks: Marks) -> Iterator[Problem]:
    for place in fit.single:
        who = marks.raters[place]
        yield Problem(
            "warning",
            "severity.single",
            f"{TABLE} {who}",
            Text(
                f"评估员 {who} 只评了一个单位,无法区分其宽严与该单位优劣,对各单位的比较不起作用",
                f"rater {who} has marked one unit only: severity and the unit's level cannot be told apart, "
                "so the score says nothing on how units compare",
            ),
            Text("请其再评几个单位,或删去该评分", "have the rater mark more units, or remove the score"),
        )
    if fit.sigma == 0:
        yield Problem(
            "warning",
            "severity.no_rest",
            TABLE,
            Text(
                "扣除宽严后各评估员的评分完全一致,误差算得为 0,只说明这些评分,不等于没有误差",
                "after severity the raters agree to the last point: the error of 0 describes these scores, "
                "it does not mean that there is none",
            ),
            Text("核对评分是否各自独立作出", "check that the raters marked independently of each other"),
        )
    if fit.df == 0:
        yield Problem(
            "warning",
            "severity.exact",
            TABLE,
            Text(
                "评分太少,单位与评估员已解释全部差异,无法估计误差",
                "units and raters explain every score: too few are left to estimate an error from",
            ),
            Text(
                "每个单位至少由两名评估员评分,并多一些重叠",
                "have at least two raters mark each unit, with more overlap",
            ),
        )
