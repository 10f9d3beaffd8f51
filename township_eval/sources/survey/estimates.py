"""`te.survey_estimates`: a survey's answers as means, totals or shares of townships, with their errors."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import DataError, Problem
from township_eval.language import Text
from township_eval.methods.estimation.calibrated import estimate_calibrated
from township_eval.methods.estimation.calibration import Calibration, cell_weights
from township_eval.methods.estimation.calibration import calibrate as calibrated
from township_eval.methods.estimation.design import Design
from township_eval.methods.estimation.linearized import Estimates, estimate
from township_eval.methods.estimation.sums import Sums, tabulate
from township_eval.methods.estimation.trimming import Trimming, trim_weights
from township_eval.methods.varying import Array
from township_eval.sources.survey.microdata.coding import Coded, faults
from township_eval.sources.survey.microdata.known_totals import KnownTotals, margin_columns, margins_of
from township_eval.sources.survey.microdata.limits import limits
from township_eval.sources.survey.microdata.options import Options
from township_eval.sources.survey.microdata.reading import Columns, Survey, column_problems, read_survey
from township_eval.sources.survey.microdata.sampled import sample_problems

__all__ = ["survey_estimates"]

_ALL: Final = "all"


def survey_estimates(  # noqa: PLR0913  the contract names them
    frame: pd.DataFrame,
    value: Hashable,
    *,
    by: Hashable | None = None,
    kind: Literal["mean", "total", "share"] = "mean",
    at_least: float | None = None,
    weights: Hashable | None = None,
    strata: Hashable | None = None,
    cluster: Hashable | Sequence[Hashable] | None = None,
    population: Hashable | Sequence[Hashable] | None = None,
    level: float = 0.95,
    interval: Literal["t", "logit", "korn_graubard", "wilson"] | None = None,
    lonely: Literal["raise", "adjust", "average", "certainty", "remove"] = "raise",
    deff: Literal["wor", "wr"] = "wor",
    calibrate: KnownTotals | None = None,
    residuals: Literal["weighted", "plain"] = "weighted",
    trim: float | None = None,
    scale: tuple[float, float] | None = None,
) -> pd.DataFrame:
    """Return the mean, total or share of every township with its sampling error.

    Parameters
    ----------
    frame : DataFrame
        One row a respondent, those without an answer included: their cluster was drawn.
    value : str
        Column of the answers as numbers; blank is missing.
    by : str, optional
        Column of the townships (domains); one row ``"all"`` without. They need not be strata.
    kind : {"mean", "total", "share"}
        ``share`` is that of answers of `at_least`, between 0 and 1; of ones, where answers are 0 and 1.
    at_least : float, optional
        The lowest answer that counts in a share, itself included.
    weights : str, optional
        Column of the design weights, 1 without.
    strata, cluster : str, optional
        Columns of strata and of the clusters drawn in them (villages); one cluster name in two strata is
        two clusters. Two columns ``[village, person]`` say that persons were drawn in a second stage.
        Without clusters persons are the sampling units.
    population : str or list of str, optional
        Column with the number of the stage's sampling units in the stratum: clusters (persons, without
        clusters); as a list followed by the persons in the cluster. Without it, or where a stage has
        none, units count as drawn with replacement, which is cautious.
    level : float
        Of the confidence intervals.
    interval : {"t", "logit", "korn_graubard", "wilson"}, optional
        ``t`` for means and totals, ``logit`` for shares without it; a share of 0 or 1 always has
        Korn and Graubard's.
    lonely : {"raise", "adjust", "average", "certainty", "remove"}
        What becomes of a stratum with one cluster in the sample and more in the population; see
        `township_eval.methods.estimation.design.Design`.
    deff : {"wor", "wr"}
        Which design effect is ``deff`` and divides ``n_eff``: against a simple random sample without or
        with replacement.
    calibrate : mapping, optional
        Known totals, ``{"age": {"18-34": 19734, ...}, ...}``: post-stratification by one column or, with a
        tuple of columns as key and tuples as categories, by their cross; raking with several keys.
    residuals : {"weighted", "plain"}
        How the known totals are taken out of the error of raking: by a regression with the calibrated
        weights, or without weights, which is what R's ``rake`` does; see
        `township_eval.methods.estimation.calibrated.spread_residuals`.
    trim : float, optional
        Weights above this many medians are cut before anything else, the cut shared among the others.
    scale : (float, float), optional
        Lowest and highest possible answer. An answer outside is refused, and a mean of equal answers gets
        limits by the number of clusters (persons, without) that gave it, see below.

    Returns
    -------
    DataFrame
        Indexed by `by`, sorted (categories in their order): ``estimate se lower upper df n n_eff deff``, then
        ``deff_wr n_eff_kish missing lonely interval``. ``df`` are clusters less strata among the
        township's own valid answers, ``n`` and ``missing`` valid and missing answers. ``lonely`` is
        the option where it was needed, else empty. ``interval`` names how the limits were found: ``exact``
        where everybody was asked; ``bound`` where all answers are equal and `scale` is given (two
        one-sided limits); empty where there are none. A township without a valid answer (or a
        category without rows) keeps its row: estimate NaN, ``n`` 0.

        ``attrs`` hold ``kind``, ``level``; after trimming ``trim`` (limit, weights cut, their sum), after
        calibration ``weight_ratio``, the largest factor of a weight over the smallest.

    Raises
    ------
    DataError
        All problems at once: unknown columns and options; entries that are no numbers; missing, negative
        or zero-sum weights; blank townships, strata or clusters; a population that differs within a
        stratum or is smaller than the sample; one cluster in a stratum; answers outside the scale;
        totals that cannot be met.

    Notes
    -----
    Linearized variance over all clusters of the sample, those without members of a township as zeros:
    `township_eval.methods.estimation.shocks.spread`. The same as ``svyby`` and ``svyciprop`` of R's package
    *survey* with ``df`` of each township.

    Examples
    --------
    >>> answers = pd.DataFrame({
    ...     "township": ["甲镇"] * 4 + ["乙镇"] * 4, "village": list("aabbccdd"),
    ...     "q1": [100, 80, 80, 30, 100, 100, 80, None], "w": [5.0] * 8, "villages": [10] * 8})
    >>> found = survey_estimates(answers, value="q1", by="township", weights="w", strata="township",
    ...                          cluster="village", population="villages")
    >>> found[["estimate", "se"]].round(2).loc["甲镇"].tolist(), found["df"].tolist()
    ([72.5, 15.65], [1, 1])
    """
    options = Options(kind, at_least, level, interval, lonely, deff, scale, residuals)
    columns = Columns(
        value, by, weights, strata, _listed(cluster), _listed(population), margin_columns(calibrate)
    )
    problems = [*options.problems(), *_untrimmable(trim, weights), *column_problems(frame, columns)]
    if problems:
        raise DataError(problems)
    survey = read_survey(frame, columns)
    y = _answers(frame, columns, survey, options)
    cell, margins = margins_of(frame, calibrate, survey.problems) if calibrate else (None, [])
    _raise(survey.problems)
    trimming = None if trim is None or survey.weights is None else trim_weights(survey.weights, trim)
    sums = _tabulated(y, survey, survey.weights if trimming is None else trimming.weights, cell)
    _raise(sample_problems(sums, survey, columns, lonely))
    known = calibrated(cell_weights(sums, len(margins[0].category)), margins) if margins else None
    unweighted = known is not None and known.method == "raking" and residuals == "plain"
    alike = _tabulated(y, survey, None, cell) if unweighted else None
    out = _table(_estimated(sums, survey, options, known, alike), survey.domain, options)
    out.index.name = by
    out.attrs.update(_attributes(options, trimming, known))
    return out


def _untrimmable(trim: float | None, weights: Hashable | None) -> Iterator[Problem]:
    """Yield that nothing can be trimmed: no silence about an option that does nothing."""
    if trim is not None and not trim > 0:
        what = Text(f"trim 应大于 0,写的是 {trim}", f"trim is a positive number of medians, not {trim}")
        yield Problem("error", "survey.trim", "trim", what, Text("常用 3 至 5", "3 to 5 is usual"))
    if trim is not None and weights is None:
        what = Text("写了 trim,却没有权数", "trim is given, and no weights")
        hint = Text("用 weights 指明权数列,或去掉 trim", "name the weights, or leave trim out")
        yield Problem("error", "survey.trim", "trim", what, hint)


def _listed(names: Any) -> tuple[Hashable, ...]:
    """Return the columns of the stages; one may be written without a list."""
    if names is None:
        return ()
    return tuple(names) if isinstance(names, list | tuple) else (names,)


def _raise(problems: Sequence[Problem]) -> None:
    if problems:
        raise DataError(problems)


def _answers(frame: pd.DataFrame, columns: Columns, survey: Survey, options: Options) -> Array:
    """Return the answers as they are estimated: ones and zeros in a share."""
    y = survey.y
    survey.problems.extend(_unscaled(frame, columns.value, y, options.scale))
    if options.kind != "share":
        return y
    if options.at_least is not None:
        return np.where(np.isnan(y), np.nan, y >= options.at_least)
    wrong = ~(np.isnan(y) | (y == 0) | (y == 1))
    if wrong.any():
        say = (
            Text("求比例的答案应为 0 或 1,写的是{entry}", "answers of a share are 0 or 1, not {entry}"),
            Text("写明 at_least,从多少分起算", "say from which answer on it counts: at_least"),
        )
        survey.problems.extend(faults(frame, columns.value, wrong, "survey.no_share", lambda _: say))
    return y


def _unscaled(
    frame: pd.DataFrame, name: Hashable, y: Array, scale: tuple[float, float] | None
) -> Iterator[Problem]:
    """Yield the answers outside the scale."""
    if scale is None:
        return
    low, high = scale
    wrong = (y < low) | (y > high)
    if wrong.any():
        what = Text(
            f"“{{name}}”应在 {low:g} 与 {high:g} 之间,写的是{{entry}}",
            f"{{name}} lies between {low:g} and {high:g}, not at {{entry}}",
        )
        hint = Text("核对录入;缺失代码(如 9)改为空", "check the entry; make codes of missing (say 9) blank")
        yield from faults(frame, name, wrong, "survey.outside_scale", lambda _: (what, hint))


def _tabulated(y: Array, survey: Survey, weights: Array | None, cell: NDArray[Any] | None) -> Sums:
    codes = (None if key is None else key.codes for key in (survey.domain, survey.stratum, survey.cluster))
    domain, stratum, cluster = codes
    return tabulate(y, weights=weights, domain=domain, stratum=stratum, cluster=cluster, cell=cell)


def _estimated(
    sums: Sums, survey: Survey, options: Options, known: Calibration | None, alike: Sums | None
) -> Estimates:
    """Return the estimates; *alike* is the table in which everybody weighs the same."""
    population, persons = (*survey.population, None, None)[:2]
    design = Design(population, persons, options.lonely)
    size = 1 if survey.domain is None else len(survey.domain.labels)
    if known is None:
        return estimate(sums, options.kind, design=design, n_domains=size)
    return estimate_calibrated(sums, known, options.kind, design=design, n_domains=size, plain=alike)


def _table(found: Estimates, domain: Coded | None, options: Options) -> pd.DataFrame:
    lower, upper, method = limits(found, options)
    with_replacement = options.deff == "wr"
    columns: dict[str, Any] = {
        "estimate": found.estimate,
        "se": found.se,
        "lower": lower,
        "upper": upper,
        "df": found.df,
        "n": found.n,
        "n_eff": found.n_eff_wr if with_replacement else found.n_eff,
        "deff": found.deff_wr if with_replacement else found.deff,
        "deff_wr": found.deff_wr,
        "n_eff_kish": found.n_eff_kish,
        "missing": found.n_missing,
        "lonely": found.lonely or "",
        "interval": method,
    }
    labels = pd.Index([_ALL]) if domain is None else domain.labels
    out = pd.DataFrame(columns, index=labels)
    if domain is None or domain.listed:
        return out
    return out[found.n + found.n_missing > 0]  # labels between the smallest and largest whole number


def _attributes(options: Options, trimming: Trimming | None, known: Calibration | None) -> dict[str, Any]:
    out: dict[str, Any] = {"kind": options.kind, "level": options.level}
    if trimming is not None:
        out["trim"] = {"limit": trimming.limit, "n_cut": trimming.n_cut, "cut": trimming.cut}
    if known is not None:
        out["weight_ratio"] = known.ratio
    return out
