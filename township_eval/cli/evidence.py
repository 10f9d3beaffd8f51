"""What a period's surveys, panels, reviews and tasks say, in a few lines for a terminal."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from township_eval.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from township_eval.evaluation import Evaluation

__all__ = ["evidence_lines"]

_UNITS: Final = 20  # units said one by one; of more, only the range and those in doubt
_AGREEMENT: Final = ("ICC2k", "ICC3k", "alpha_interval", "W")
_DIRECTIONS: Final = {
    "departments_rate_townships": Text("部门评乡镇", "departments rate townships"),
    "townships_rate_departments": Text("乡镇评部门", "townships rate departments"),
}


def evidence_lines(evaluation: Evaluation, lang: str = "zh") -> Iterator[str]:
    """Yield satisfaction with its intervals, the panel's agreement, both review directions, the tasks.

    Parameters
    ----------
    evaluation : Evaluation
        Any evaluation; one without such evidence yields nothing.
    lang : {"zh", "en"}
        Language of the lines.
    """
    for said in (
        *_surveys(evaluation),
        *_agreement(evaluation),
        *_reviews(evaluation),
        *_tasks(evaluation),
    ):
        yield said.say(lang)


def _names(evaluation: Evaluation) -> dict[str, str]:
    return {node.id: node.name for node in evaluation.plan.nodes}


def _surveys(evaluation: Evaluation) -> Iterator[Text]:
    frame = evaluation.table_rows.get("satisfaction_total")
    if frame is None or frame.empty:
        return
    named = dict(zip(evaluation.units.codes, evaluation.units.names, strict=True))
    for indicator, own in frame.groupby("indicator", sort=False):
        name = _names(evaluation)[str(indicator)]
        yield Text(f"{name}(95%置信区间,有效样本)", f"{name} (95% confidence interval, valid answers)")
        rows = own.sort_values("value", ascending=False, kind="stable").to_dict("records")
        if len(rows) > _UNITS:
            low, high = own["value"].min(), own["value"].max()
            yield Text(
                f"  {len(rows)}个单位,{low:.2f}—{high:.2f},见满意度测评表",
                f"  {len(rows)} units, {low:.2f} to {high:.2f}; see the sheet Satisfaction",
            )
            rows = [row for row in rows if row["sample_ok"] is False]
        yield from (_survey(named[row["unit"]], row) for row in rows[:_UNITS])


def _survey(name: str, row: Mapping[Hashable, Any]) -> Text:
    n = "?" if math.isnan(row["n"]) else f"{row['n']:.0f}"
    if math.isnan(row["se"]):
        limits = Text("误差未知", "error not known")
    elif row["se"] == 0:
        limits = Text("普查", "census")
    else:
        low, high = f"{row['lower']:.1f}", f"{row['upper']:.1f}"
        limits = Text(f"{low}—{high}", f"{low} to {high}")
    short = row["sample_ok"] is False
    gate = Text(";样本不足,需补充调查", "; sample too small, survey again") if short else Text("", "")
    return Text(
        "  {name} {value}({limits};{n}份{gate})", "  {name} {value} ({limits}; n = {n}{gate})"
    ).format(name=name, value=f"{row['value']:.2f}", limits=limits, n=n, gate=gate)


def _agreement(evaluation: Evaluation) -> Iterator[Text]:
    frame = evaluation.table_rows.get("agreement")
    if frame is None or frame.empty:
        return
    for indicator, own in frame.groupby("indicator", sort=False):
        rows = {row["statistic"]: row for row in own.to_dict("records")}
        shown = [_statistic(rows[key]) for key in _AGREEMENT if key in rows]
        if shown:
            name = _names(evaluation).get(str(indicator), str(indicator))
            raters = f"{next(iter(rows.values()))['n_raters']:.0f}"
            yield Text(f"{name}:评估员{raters}人,一致性", f"{name}: {raters} raters, agreement")
            yield from (Text(f"  {one}", f"  {one}") for one in shown)


def _statistic(row: Mapping[Hashable, Any]) -> str:
    low, high = row["lower"], row["upper"]
    limits = "" if math.isnan(low) else f" [{low:.2f}, {high:.2f}]"
    return f"{row['name']} {row['value']:.2f}{limits}"


def _reviews(evaluation: Evaluation) -> Iterator[Text]:
    frame = evaluation.table_rows.get("reviews_total")
    if frame is None or frame.empty:
        return
    for direction, said in _DIRECTIONS.items():
        own = frame[frame["direction"] == direction]
        if own.empty:
            continue
        best = own.sort_values("score", ascending=False, kind="stable")
        first, last = best.iloc[0], best.iloc[-1]
        ballots, count = f"{own['valid'].sum():.0f}", len(own)
        ends = [f"{row['name']} {row['score']:.2f}" for row in (first, last)]
        yield Text(
            f"{said.zh}:被评{count}个,有效票{ballots}张,最高 {ends[0]},最低 {ends[1]}",
            f"{said.en}: {count} rated, {ballots} valid ballots, best {ends[0]}, lowest {ends[1]}",
        )


def _tasks(evaluation: Evaluation) -> Iterator[Text]:
    frame = evaluation.table_rows.get("tasks")
    if frame is None or frame.empty:
        return
    states, filing = frame["status"].value_counts(), frame["filing"].value_counts()
    number, rows = frame["task"].nunique(), len(frame)
    counts = {name: int(states.get(name, 0)) for name in ("on_time", "late", "in_progress", "missing")}
    late, absent = int(filing.get("late", 0)), int(filing.get("missing", 0))
    yield Text(
        f"任务推进半年汇总:{number}项任务,{rows}项次;按期完成{counts['on_time']},逾期{counts['late']},"
        f"推进中{counts['in_progress']}",
        f"half-year task summary: {number} tasks, {rows} entries; done on time {counts['on_time']}, "
        f"late {counts['late']}, under way {counts['in_progress']}",
    )
    yield Text(f"任务推进报送:迟报{late},未报{absent}", f"returns on tasks: late {late}, missing {absent}")
    yield from _targets(evaluation.table_rows.get("city_targets"))


def _targets(frame: pd.DataFrame | None) -> Iterator[Text]:
    if frame is None or frame.empty:
        return
    met, unmet = (int((frame["status"] == state).sum()) for state in ("met", "unmet"))
    yield Text(
        f"全市目标{len(frame)}项:已达到{met},到期未达到{unmet},其余未到期或未报",
        f"city-level targets: {len(frame)}; met {met}, unmet {unmet}, the rest not due or not reported",
    )
