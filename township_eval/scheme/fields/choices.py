"""The words that name a rule, a source, an aggregation or a policy, and what a Chinese sheet calls them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from township_eval.errors import suggest
from township_eval.language import Text, listed

__all__ = ["CHOICES", "Choice", "choice_of", "choice_words", "nearest_choice"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the words a key may hold: its Chinese label, further names it goes by, and its meaning."""

    label: str
    meaning: Text
    others: tuple[str, ...] = ()


def _choice(labels: str, zh: str, en: str) -> Choice:
    label, *others = labels.split()
    return Choice(label, Text(zh, en), tuple(others))


_DAYS: Final = {
    "calendar": _choice("自然日 日历日", "含周末和节假日", "weekends and holidays count"),
    "working": _choice("工作日", "不含周末和节假日", "weekends and holidays do not count"),
}
_POOLS: Final = {
    "bonus": _choice("加分", "在综合得分上加", "added to the composite"),
    "deduction": _choice("扣分 减分", "从综合得分中扣", "taken from the composite"),
}

#: key -> word of the file -> what a Chinese sheet calls it; outside the tree the key names its table too
CHOICES: Final[dict[str, dict[str, Choice]]] = {
    "method": {
        "linear": _choice(
            "上下限 线性 阈值法 线性(阈值法)",
            "下限得零分、上限得满分,中间按比例",
            "the lower end scores 0, the upper end 100, in proportion between",
        ),
        "target": _choice("完成率 目标值", "数值÷目标值", "value / target"),
        "step": _choice(
            "基础分加减",
            "达到目标得基础分,每超一步加分、每差一步扣分",
            "base at the target, plus or minus steps",
        ),
        "threshold": _choice("达标", "达到得满分,否则得零分或按比例", "full marks if reached"),
        "range": _choice("区间", "在区间内得满分", "full marks within the range"),
        "bands": _choice("分档", "落在哪一档得哪一档的分", "the score of the tier the value is in"),
        "interpolate": _choice("折线", "折点之间按比例", "straight lines through corner points"),
        "efficacy": _choice(
            "功效系数 功效系数法",
            "基础分+区间分×(数值-不允许值)÷(满意值-不允许值)",
            "base + span x (value - bad) / (good - bad)",
        ),
        "deduction": _choice("扣分", "每多一个单位扣多少分,扣完为止", "marks off per unit"),
        "mark": _choice("评分 打分", "数值就是本项得到的分值", "the value is the points earned"),
        "late": _choice("逾期", "每迟一天扣多少分", "marks off per day late"),
        "identity": _choice("直接计分", "数值就是得分", "the value already is the score"),
        "min_max": _choice(
            "极差法 极差", "各单位中最好的得满分、最差的得零分", "best of the units 100, worst 0"
        ),
        "z_score": _choice("标准化 标准分", "按与平均水平的差距", "by the distance from the mean"),
        "ratio_to_best": _choice("与最优之比", "数值÷各单位中的最优值", "value / best value of the units"),
        "rank_step": _choice(
            "排名赋分 按名次赋分 名次赋分", "每低一名少多少分", "so many points less per rank"
        ),
        "percentile": _choice("百分位", "按在各单位中的百分位", "percentile among the units"),
        "rank_sum_ratio": _choice("秩和比 秩和比法", "按名次折算的秩和比", "ratio of the rank to the number"),
    },
    "kind": {
        "measured": _choice("直接填报 直接报送", "按报送的数", "the number as it is reported"),
        "ratio": _choice("比率 占比", "分子÷分母", "numerator / denominator"),
        "growth": _choice("年均增长率 增长率", "期初到期末的年均增长率", "average yearly growth"),
        "items": _choice("清单 项目清单", "清单中达到的项数占比", "share of a checklist that is met"),
        "events": _choice("事项计分 事项", "各事项分值之和", "sum of the events' marks"),
        "share_of_persons": _choice("人员占比", "达到要求的人数占比", "share of persons who reach a number"),
        "change": _choice(
            "较上期变化 比上期", "与本单位上期相比的变化", "change on the unit's previous period"
        ),
        "milestone": _choice("逾期天数", "实际完成比应完成晚几天", "days late"),
        "satisfaction": _choice("满意度 满意度调查", "调查答案按分值折算", "mean points of survey answers"),
        "ratings": _choice("第三方评分 评估员打分", "各评估员打分的平均", "mean of the raters' scores"),
        "reviews": _choice("双向评议 评议", "评议各票的平均", "mean of the ballots of a mutual review"),
        "tasks": _choice("任务完成 任务", "任务按期完成的比例", "share of tasks done on time"),
    },
    "aggregation": {
        "arithmetic": _choice("算术平均 算术 加权平均 加权求和", "按权重相加", "weighted sum"),
        "geometric": _choice("几何平均 几何", "按权重连乘,短板拉低更多", "weighted product"),
        "harmonic": _choice("调和平均 调和", "按权重调和,短板拉低最多", "weighted harmonic mean"),
        "power": _choice("幂平均", "写 {method: 幂平均, p: 2}", "written {method: power, p: 2}"),
        "weakest": _choice("取最低 最低 短板", "以最低的下级得分为准", "the lowest of the scores below"),
    },
    "not_applicable": {
        "share_out": _choice("分摊 分摊给同级", "权重分给同级其他项目", "weight shared among its siblings"),
        "share_out_all": _choice(
            "全部分摊 分摊给全部", "权重分给全部项目", "weight shared over the whole index"
        ),
        "full": _choice("满分 按满分计 给满分", "按满分计", "counted as full marks"),
        "partial": _choice(
            "按比例50% 按比例", "按满分的一部分计,写明百分之几", "part of full marks: {partial: 0.5}"
        ),
        "zero": _choice("零分 按零分计 给零分", "按零分计", "counted as zero"),
    },
    "missing": {
        "refuse": _choice("不允许缺报 不予计算", "缺报即报错,不计算", "an error: nothing is computed"),
        "zero": _choice("按零分计 零分", "按零分计", "counted as zero"),
        "exclude": _choice("不计入 剔除", "不计入,权重分给同级其他项目", "left out, weight shared"),
        "previous": _choice("沿用上期 用上期", "沿用上期数,结果中注明", "last period's value"),
    },
    "flags.reading": {
        "and": _choice("且 全部 并且 同时满足", "各项情形全部满足才触发", "all conditions must hold"),
        "or": _choice("或 任一 或者 满足一项", "满足一项即触发", "one condition is enough"),
    },
    "flags.kind": {
        "sanction": _choice("惩戒 处理", "约谈等处理建议", "a measure such as an interview"),
        "positive": _choice("表扬 正向", "评优评先、示范创建等", "honors and the like"),
        "support": _choice("扶持 帮扶", "对薄弱的帮扶支持", "support for the weak"),
    },
    "flags.certainty": {
        "probable": _choice("较有把握", "按全部比较控制在5%以内", "at most 5 % over all comparisons"),
        "confirmed": _choice("确认", "按全部比较控制在1%以内", "at most 1 % over all comparisons"),
    },
    "flags.due_in": _DAYS,
    "disclosure.days": _DAYS,
    "adjustments.pool": _POOLS,
    "adjustment_items.pool": _POOLS,
}


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().casefold()


def choice_words(key: str) -> dict[str, str]:
    """Return every name that the choices of a key go by, with the word of the file it stands for.

    Examples
    --------
    >>> choice_words("missing")["沿用上期"]
    'previous'
    """
    found: dict[str, str] = {}
    for word, choice in CHOICES[key].items():
        for name in (word, choice.label, *choice.others):
            found[_plain(name)] = word
    return found


def choice_of(key: str, word: str) -> str:
    """Return the word of the file for a name a sheet uses; any other word as it stands.

    Examples
    --------
    >>> choice_of("method", "完成率"), choice_of("method", "ours")
    ('target', 'ours')
    """
    return choice_words(key).get(_plain(word), word)


def nearest_choice(key: str, word: str, more: Iterable[str] = ()) -> Text:
    """Return a hint that names the closest choices by label and word, or all of them.

    Parameters
    ----------
    key : str
        Key of `CHOICES`.
    word : str
        What was written.
    more : iterable of str
        Further words that may stand there, such as own formulas.

    Examples
    --------
    >>> nearest_choice("method", "完成律").zh, nearest_choice("method", "tagret").en
    ('是否指:完成率(target)?', 'did you mean target?')
    """
    words = {**{one: one for one in more}, **choice_words(key)}
    close = tuple(dict.fromkeys(words[name] for name in suggest(_plain(word), words)))
    meant = close or tuple(CHOICES[key])
    labels = [f"{CHOICES[key][one].label}({one})" if one in CHOICES[key] else one for one in meant]
    if close:
        return Text(f"是否指:{'、'.join(labels)}?", f"did you mean {' or '.join(meant)}?")
    return Text("可以写:{labels}", "use one of {words}").format(labels=listed(labels), words=listed(meant))
