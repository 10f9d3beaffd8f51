"""What a result depends on, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from township_eval.language import Text, listed

if TYPE_CHECKING:
    from township_eval.analysis.sensitivity.result import Sensitivity

__all__ = ["sentences"]

_MOST: Final = 5  # names or choices told one by one
_FACTORS: Final = {
    "weights": Text("权重", "weights"),
    "aggregation": Text("合成方法", "aggregation"),
    "normalization": Text("标准化方法", "normalization"),
    "not_applicable": Text("不涉及的处理", "what does not apply"),
}


def sentences(found: Sensitivity) -> Iterator[Text]:
    """Yield what was found, most general first."""
    yield _opening(found)
    yield from _range(found)
    yield from _effects(found)
    yield from _reversal(found)
    yield from _variance(found)
    yield from found.notes


def _opening(found: Sensitivity) -> Text:
    evaluation = found.evaluation
    how = (
        Text("在给定的上下限内", "between the bounds given")
        if found.options.bounds
        else Text(
            f"在方案权重周围(集中度{found.options.concentration:.12g})",
            f"around the scheme's (concentration {found.options.concentration:.12g})",
        )
    )
    return Text(
        "{name} {period} 敏感性分析:权重{how}抽取{draws}次(种子{seed}),同级权重合计不变。"
        "“占比”是抽样中的占比,不是概率。",
        "Sensitivity of {name} {period}: weights drawn {draws} times {how} (seed {seed}), "
        "sums of siblings kept. Shares are shares of draws, not probabilities.",
    ).format(
        name=evaluation.scheme.name, period=evaluation.period, how=how,
        draws=found.drawn.draws, seed=found.drawn.seed,
    )  # fmt: skip


def _range(found: Sensitivity) -> Iterator[Text]:
    ranks = found.ranks
    known = ranks[ranks["q05"].notna()]
    if known.empty:
        return
    width = known["q95"] - known["q05"]
    widest = known.iloc[int(width.to_numpy().argmax())]
    steady = known["name"][known["min"] == known["max"]]
    yield Text(
        "名次在九成抽样中的范围:平均跨{mean:.1f}位,最宽的是{who}({low:.0f}至{high:.0f})。",
        "Ranks over 90 percent of the draws span {mean:.1f} places on average, most for {who} "
        "({low:.0f} to {high:.0f}).",
    ).format(
        mean=width.mean(), who=widest["name"], low=widest["q05"], high=widest["q95"],
    )  # fmt: skip
    if len(steady):
        yield Text("名次始终不变:{who}。", "The rank never changes for {who}.").format(
            who=listed(steady, most=_MOST)
        )


def _effects(found: Sensitivity) -> Iterator[Text]:
    effects = found.effects
    moving = effects[effects["moved"] > 0].sort_values(["mean_shift", "choice"], ascending=[False, True])
    if len(effects) and moving.empty:
        yield Text(
            f"另外{len(effects)}种做法都不改变任何名次。",
            f"None of {len(effects)} other choices changes any rank.",
        )
    for _, row in moving.head(_MOST).iterrows():
        who = listed(str(row["who"]).split("、"), most=_MOST)
        yield Text(
            "{what}:{moved}个单位名次变动,平均{mean:.2f}位,最多{largest:.0f}位({who})。",
            "{what}: {moved} units change rank, {mean:.2f} places on average, {largest:.0f} at most ({who}).",
        ).format(
            what=Text(str(row["what"]), str(row["what_en"])), moved=int(row["moved"]),
            mean=float(row["mean_shift"]), largest=float(row["largest"]), who=who,
        )  # fmt: skip
    if len(moving) > _MOST:
        more = len(moving) - _MOST
        yield Text(
            f"其余{more}种有变动的做法见 choices。",
            f"{more} more choices that move somebody are in `choices`.",
        )
    yield from dict.fromkeys(note for choice in found.choice_list for note in choice.notes)


def _reversal(found: Sensitivity) -> Iterator[Text]:
    rows = found.reversal_rows
    if rows.attrs.get("skipped"):
        return
    cases = rows["left_out"].nunique()
    n = found.evaluation.units.n
    if not cases:
        yield Text(
            f"逐个去掉{n}个单位,其余单位的次序都不变。",
            f"Leaving out each of {n} units in turn changes the order of no others.",
        )
    else:
        yield Text(
            "逐个去掉{n}个单位,有{cases}次改变了其余单位的次序(涉及{who})。",
            "Leaving out each of {n} units in turn changes the order of others in {cases} cases ({who}).",
        ).format(n=n, cases=cases, who=listed(dict.fromkeys(rows["name"]), most=_MOST))


def _variance(found: Sensitivity) -> Iterator[Text]:
    for _, row in found.sobol_rows.iterrows():
        yield Text(
            "名次变动的差异中,{factor}单独解释{first:.0%}(90%区间{first_low:.0%}至{first_high:.0%}),"
            "连同交互{total:.0%}({total_low:.0%}至{total_high:.0%})。",
            "Of what varies in the shifts of ranks, {factor} explains {first:.0%} alone (90% interval "
            "{first_low:.0%} to {first_high:.0%}), {total:.0%} with interactions ({total_low:.0%} to "
            "{total_high:.0%}).",
        ).format(
            **{str(key): value for key, value in row.items() if key != "factor"},
            factor=_FACTORS[str(row["factor"])],
        )
