"""敏感性说明: what ranks would be under other weights, other decisions, and without one of the units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from township_eval.analysis.sensitivity import Choice, Sensitivity, sensitivity
from township_eval.analysis.sensitivity.rescoring import compares
from township_eval.language import Text, listed
from township_eval.methods.own import Own
from township_eval.reports.sheet import Band, Cell, Column, Row, Sheet, Table, Value
from township_eval.reports.view import View
from township_eval.tree.plan import Plan

__all__ = ["MOST_UNITS", "sensitivity_notes", "sensitivity_sheet"]

#: More units than that, or more scores of indicators, are asked about by `sensitivity`: a report stays quick.
MOST_UNITS: Final = 200
_MOST_SCORES: Final = 20_000
_MOST_COMPARED: Final = 50  # units left out in turn where everybody has to be scored again
_DRAWS: Final = 1000
_FEWEST: Final = 2  # units that can be ranked at all
_MOST_NAMES: Final = 5
_STATED: Final = frozenset({"not_applicable", "aggregation"})  # decisions that the scheme may state itself

_AGGREGATIONS: Final = {
    "geometric": Text("改用几何平均时名次", "Rank by geometric means"),
    "harmonic": Text("改用调和平均时名次", "Rank by harmonic means"),
}
_POLICIES: Final = {
    "share_out": Text("不涉及项分摊时名次", "Rank, n/a shared out"),
    "full": Text("不涉及项按满分时名次", "Rank, n/a in full"),
    "zero": Text("不涉及项按零分时名次", "Rank, n/a as zero"),
}


def sensitivity_sheet(view: View) -> Sheet | None:
    """Return 敏感性说明; None for partial data, a single unit, or more than can be asked quickly."""
    evaluation = view.evaluation
    scored = int((~np.isnan(evaluation.score[0])).sum())
    if evaluation.provisional or scored < _FEWEST or _why_not(view) is not None:
        return None
    quick = evaluation.units.n <= _MOST_COMPARED or not compares(evaluation.plan)
    found = sensitivity(
        evaluation,
        draws=_DRAWS,
        aggregations=tuple(_AGGREGATIONS),
        normalizations=("min_max",),
        not_applicable=tuple(_POLICIES),
        within="group" if view.group_ids else "all",
        reversal=None if quick else False,
    )
    turned = _turned(view, found)
    return Sheet(
        name=view.both("敏感性说明", "Sensitivity"),
        title=view.both(f"{evaluation.period} 敏感性说明", f"Sensitivity of ranks {evaluation.period}"),
        about=view.about,
        tables=(_ranks(view, found), _effects(view, found), *turned),
        notes=tuple(_notes(view, found)),
    )


def sensitivity_notes(view: View) -> Iterator[str]:
    """Yield why there is no such sheet, where it could be expected."""
    reason = _why_not(view)
    if reason is not None and not view.evaluation.provisional:
        yield view.say(reason)


def _why_not(view: View) -> Text | None:
    evaluation = view.evaluation
    plan, n = evaluation.plan, evaluation.units.n
    if n > MOST_UNITS or n * len(plan.leaves) > _MOST_SCORES:
        return Text(
            f"单位超过 {MOST_UNITS} 个或指标过多,不附敏感性说明;可用 te.sensitivity 计算。",
            f"No sheet on sensitivity above {MOST_UNITS} units or with so many indicators; te.sensitivity"
            " answers for them.",
        )
    if _formulas_missing(plan):
        return Text(
            "读取存档时未给出方案的自定义公式,不能另行试算,不附敏感性说明。",
            "The archive was read without the scheme's own formulas: nothing can be tried otherwise, so there"
            " is no sheet on sensitivity.",
        )
    return None


def _formulas_missing(plan: Plan) -> bool:
    """Return whether an own rule or aggregation is known by name only."""
    rules = (
        getattr(node, name, None)
        for variant in plan.variants
        for node in variant.nodes
        for name in ("scoring", "aggregation")
    )
    return any(isinstance(rule, Own) and rule.cls is None for rule in rules)


# ---- one line per unit ----------------------------------------------------------------------------
def _ranks(view: View, found: Sensitivity) -> Table:
    columns, values = zip(*_columns(view, found), strict=True)
    rows = tuple(tuple(one[at] for one in values) for at in view.order.tolist())
    return Table(columns, rows, pinned=1)


def _columns(view: View, found: Sensitivity) -> Iterator[tuple[Column, Sequence[Value | Cell]]]:
    units, ranks = view.evaluation.units, found.ranks
    same = {choice.id for choice in _as_stated(view, found)}
    base = ranks["rank"].to_numpy()
    yield Column(view.unit_head, "text", 14), units.names
    if view.group_ids:
        yield Column(view.head("group"), "word", 8), units.groups
    yield Column(view.head("rank_in_group" if view.group_ids else "rank"), "whole", 8), _plain(base)
    spans = [_span(low, high) for low, high in zip(ranks["q05"], ranks["q95"], strict=True)]
    yield Column(view.both("权重扰动下名次(5%—95%)", "Other weights: rank (5-95 %)"), "word", 12), spans
    share = (found.draw_ranks == found.base).mean(axis=0)
    kept = [None if np.isnan(rank) else float(one) for one, rank in zip(share, base, strict=True)]
    yield Column(view.both("名次不变占比(份额)", "Draws with this rank"), "percent", 11), kept
    yield from _unclassed(view, found)
    for kind, heads in (("not_applicable", _POLICIES), ("aggregation", _AGGREGATIONS)):
        for name, head in heads.items():
            rows = found.choices[found.choices["choice"] == f"{kind}:{name}"]
            if len(rows) and f"{kind}:{name}" not in same:
                yield Column(view.say(head), "whole", 11), _beside(rows["after"].to_numpy(), base)


def _unclassed(view: View, found: Sensitivity) -> Iterator[tuple[Column, Sequence[Value | Cell]]]:
    """Yield what becomes of the ranks when there are no classes: weights as they are, and one set for all."""
    merged = found.choices[found.choices["kind"] == "merge"]
    if merged.empty:
        return
    overall = found.family.together().ranks_of(view.evaluation.score[0]).astype(np.float64)
    overall[overall == 0] = np.nan
    yield Column(view.both("不分类时名次(总名次)", "Rank without classes"), "whole", 10), _plain(overall)
    after = merged["after"].to_numpy().reshape(-1, view.evaluation.units.n)
    said: list[Value | Cell] = []
    for low, high, rank in zip(after.min(axis=0), after.max(axis=0), overall, strict=True):
        span = _span(low, high)
        said.append(Cell(span) if low == high == rank else span)
    yield Column(view.both("不分类、统一权重时名次", "Without classes, one set of weights"), "word", 12), said


def _as_stated(view: View, found: Sensitivity) -> Iterator[Choice]:
    """Yield policies and aggregations that are what the scheme says anyway: they have no column."""
    own, every = found.family.published(view.evaluation.score[0]), found.choices
    for choice in found.choice_list:
        points = every["points"][every["choice"] == choice.id].to_numpy()
        if choice.kind in _STATED and np.array_equal(own, points, equal_nan=True):
            yield choice


def _plain(ranks: Any) -> list[Value | Cell]:
    return [None if np.isnan(rank) else int(rank) for rank in ranks]


def _beside(ranks: Any, base: Any) -> list[Value | Cell]:
    """Return ranks, faint where they are the same as in the result."""
    said = _plain(ranks)
    return [Cell(rank) if rank == own else rank for rank, own in zip(said, _plain(base), strict=True)]  # type: ignore[arg-type]


def _span(low: float, high: float) -> str | None:
    if np.isnan(low) or np.isnan(high):
        return None
    return f"{low:.0f}" if low == high else f"{low:.0f}—{high:.0f}"


# ---- which decision moves whom --------------------------------------------------------------------
def _effects(view: View, found: Sensitivity) -> Table:
    columns = (
        Column(view.both("另一种做法", "What is done otherwise"), "text", 42),
        Column(view.both("名次变动单位数", "Units that move"), "whole", 9),
        Column(view.both("平均变动(位)", "Places on average"), "score", 9),
        Column(view.both("最多变动(位)", "Places at most"), "whole", 9),
        Column(view.both("变动最多的单位(原名次→名次)", "Who moves most (rank → rank)"), "text", 40),
    )
    title = view.both("哪种做法使谁的名次变动最大", "Which decision moves whom most")
    return Table(columns, tuple(_effect_rows(view, found)), title=title, spread=True)


def _effect_rows(view: View, found: Sensitivity) -> Iterator[Row]:
    same = [choice.id for choice in _as_stated(view, found)]
    effects = found.effects[~found.effects["choice"].isin(same)]
    effects = effects.sort_values(["mean_shift", "choice"], ascending=[False, True])
    moving = effects[effects["moved"] > 0]
    what = "what" if view.lang == "zh" else "what_en"
    for record in moving.to_dict("records"):
        yield (
            str(record[what]), int(record["moved"]), float(record["mean_shift"]), int(record["largest"]),
            _who(view, found, str(record["choice"])),
        )  # fmt: skip
    rest = len(effects) - len(moving)
    if rest and len(moving):
        yield Band(view.both(f"其余 {rest} 种做法不改变任何名次", f"{rest} other decisions change no rank"))
    elif rest:
        yield Band(view.both(f"{rest} 种做法都不改变任何名次", f"None of {rest} decisions changes any rank"))


def _who(view: View, found: Sensitivity, choice: str) -> str:
    rows = found.choices[found.choices["choice"] == choice]
    size = rows["shift"].abs()
    most = rows[size == size.max()]
    return view.say(
        listed(
            (
                f"{row['name']}({row['before']:.0f}→{row['after']:.0f})"
                if view.lang == "zh"
                else f"{row['name']} ({row['before']:.0f}→{row['after']:.0f})"
                for row in most.to_dict("records")
            ),
            most=_MOST_NAMES,
        )
    )


# ---- without one of the units ---------------------------------------------------------------------
def _turned(view: View, found: Sensitivity) -> tuple[Table, ...]:
    """Return the table of reversals; none where units were not left out."""
    rows = found.reversal_rows
    if rows.attrs.get("skipped"):
        return ()
    columns = (
        Column(view.both("去掉的单位", "Left out"), "text", 24),
        Column(view.both("名次变动的单位", "Whose rank changes"), "text", 24),
        Column(view.both("其余单位中原名次", "Rank among the others"), "whole", 12),
        Column(view.both("重算后名次", "Rank when scored anew"), "whole", 12),
    )
    lines: tuple[Row, ...] = tuple(
        (row["left_out_name"], row["name"], int(row["before"]), int(row["after"]))
        for row in rows.to_dict("records")
    )
    title = view.both("去掉任一单位后其余名次是否变动", "Do ranks depend on who else is there")
    if lines:
        return (Table(columns, lines, title=title, spread=True),)
    n = view.evaluation.units.n
    nobody = view.both(
        f"逐个去掉 {n} 个单位,其余单位的次序都不变",
        f"Leaving out each of {n} units in turn changes the order of no others",
    )
    return (Table((Column(title, "text", 60),), ((nobody,),), spread=True),)


# ---- notes ----------------------------------------------------------------------------------------
def _notes(view: View, found: Sensitivity) -> Iterator[str]:
    yield view.both(
        "本表说明名次在多大程度上取决于方案的做法,不改变考核结果;数据本身的误差另见名次区间。",
        "This sheet tells how far ranks depend on decisions of the scheme and changes no result; errors of"
        " the data are another matter (rank sets).",
    )
    yield view.both(
        f"权重扰动:在方案权重周围随机抽取 {found.drawn.draws} 次(狄利克雷分布,集中度 "
        f"{found.options.concentration:g},种子 {found.drawn.seed}),同级权重合计不变;权重为 60% 的一项一般变动"
        " ±5 个百分点。“名次不变占比”是抽样次数中的份额,不是概率。",
        f"Other weights: {found.drawn.draws} draws around the scheme's (Dirichlet, concentration "
        f"{found.options.concentration:g}, seed {found.drawn.seed}), sums of siblings kept; a weight of 60 %"
        " typically varies by ±5 percentage points. Shares are shares of draws, not probabilities.",
    )
    yield view.both(
        "另一种做法下的名次与本结果相同的,以浅色印出。", "Ranks that stay the same are printed faintly."
    )
    if (found.choices["kind"] == "merge").any():
        yield view.both(
            "“不分类、统一权重”:依次对全部单位采用每一类的权重,列出总名次的最好与最差;"
            "下表中“不分类”各行比较的也是总名次。",
            "Without classes, one set of weights: those of each class in turn hold for everybody; best and"
            " worst rank over all units. Rows “no classes” below compare ranks over all units, too.",
        )
    for choice in _as_stated(view, found):
        what = view.say(choice.what)
        yield view.both(
            f"“{what}”与本结果相同,不另列。", f"“{what}” gives the same points and is not listed."
        )
    end = view.both("。", ".")
    for choice in found.choice_list:
        for note in choice.notes:
            yield f"{view.say(choice.what)}{view.both(':', ': ')}{view.say(note)}{end}"
    yield from (view.say(note) + end for note in found.notes)
