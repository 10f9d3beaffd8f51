"""What every key of a scheme file is called in a Chinese sheet, and what it means in both languages.

One catalogue serves the JSON Schema (an editor shows it beside the key) and the scheme's workbook
(headers and notes). ``Class.key`` stands before ``key`` where one word has two meanings.
"""

from __future__ import annotations

from typing import Final

from township_eval.scheme.fields.field import Field
from township_eval.scheme.fields.field import field as _field
from township_eval.scheme.fields.sources import SOURCES

__all__ = ["FIELDS", "field_of"]

_SCHEME: Final = {
    "format": _field("文件格式", "本文件格式的版本,写 1", "version of this file format: 1"),
    "Scheme.name": _field("方案名称", "考核方案的名称", "name of the scheme"),
    "version": _field("版本", "方案版本(文本)", "version of the scheme (text)"),
    "index": _field("综合指数", "指标树的根,下设各板块", "root of the tree; its children are the blocks"),
    "basis": _field(
        "依据", "文件名称、日期、索引号和条款", "document with date and index number, and the clause"
    ),
    "notice": _field(
        "声明", "每张表、每页都印的话,如“示例数据,非官方结果”", "statement printed on every sheet and page"
    ),
    "Scheme.scale": _field("满分", "综合得分的满分,如 100、1000", "full marks of the composite"),
    "Scheme.digits": _field("小数位数", "公布得分保留的小数位数", "decimals of published scores"),
    "Scheme.weights": _field(
        "权重写法",
        "points:分值逐级合计;percent:同级合计 100;relative:同级按比例折算",
        "points: add up level by level; percent: siblings add up to 100; relative: rescaled among siblings",
    ),
    "rounding": _field("取整环节", "在哪一级取整", "where printed points are rounded"),
    "stage": _field(
        "环节", "indicator 指标、block 板块、composite 综合得分", "indicator, block or composite"
    ),
    "digits": _field("小数位数", "保留的小数位数", "decimals kept"),
    "rank_on": _field(
        "排名依据",
        "rounded 按公布得分排名;raw 按未取整得分排名",
        "rank on the rounded or on the raw score",
    ),
    "previous": _field(
        "上期权重",
        "上一版方案中的权重,满意度须高于它",
        "weights in the scheme before; satisfaction must exceed",
    ),
    "groups": _field("分类", "考核类别及划分理由", "classes of units, each with its reason"),
    "units": _field("单位", "被考核单位:代码、名称、类别、别名", "evaluated units by division code"),
    "sites": _field(
        "地点", "依据中出现的地名对应哪些单位(假定,须公布)", "places the basis names, and the units meant"
    ),
    "tokens": _field(
        "单元格用语",
        "单元格中的词表示什么:not_reported 未报、not_applicable 不涉及或一个数",
        "what a word in a cell means: not_reported, not_applicable or a number",
    ),
    "layouts": _field(
        "读表设置", "按部门固定表头、行列和单位写法", "pins for reading one department's sheet"
    ),
    "adjustments": _field("加减分", "加分池和扣分池", "bonus and deduction points"),
    "adjustment_items": _field(
        "加减分项目", "每项加减分值多少、封顶多少", "what earns or loses points, and how many"
    ),
    "context": _field(
        "环境调整",
        "按类别或单位的加减,须有界限和理由",
        "additive allowance for circumstances, bounded, with its reason",
    ),
    "points_floor": _field("得分下限", "加减分后得分不低于它", "lowest adjusted score"),
    "points_ceiling": _field("得分上限", "加减分后得分不高于它", "highest adjusted score"),
    "vetoes": _field("一票否决", "未经自治区批准的不生效", "single-item vetoes, inert without approval"),
    "most_vetoes": _field("否决事项上限", "超过即提示", "more vetoes than this are pointed out"),
    "grades": _field("等次", "从高到低排列", "grades, best first"),
    "limiters": _field("等次限制", "不得评为某等次以上的情形", "what limits the grade, never the score"),
    "minimum_coverage": _field(
        "最低数据覆盖率", "低于它不评等次,如 0.8", "below this coverage there is no grade, such as 0.8"
    ),
    "flags": _field("预警", "约谈、整改、通报、问责建议的情形", "when which measure is proposed"),
    "uses": _field(
        "结果运用", "供评优、任用、培训等参考的名单", "lists for honors, appointments, training: a reference"
    ),
    "disclosure": _field(
        "公开公示", "公示、异议和答复的天数及渠道", "days of notice, objection and answer, and the channel"
    ),
    "holidays": _field("放假日", "工作日以外的日期", "dates that are no working days"),
    "workdays": _field("调休上班日", "周末上班的日期", "weekend dates that are worked"),
    "period": _field("考核期", "只用于某一期的简化方案", "only in the plain scheme of one period"),
    "Scheme.group": _field("类别", "只用于某一类的简化方案", "only in the plain scheme of one class"),
}

_NODE: Final = {
    "id": _field("编号", "唯一的编号,可用中文", "unique id; Chinese is fine"),
    "name": _field("名称", "名称,不写时同编号", "name; the id if absent"),
    "weight": _field(
        "权重",
        "在同级中的权重,可按期别、类别、单位不同",
        "weight among its siblings; may differ by period, class or unit",
    ),
    "parent": _field("上级", "上级的编号;空白为最上一级", "id of the node above; blank at the top"),
    "children": _field("下级", "下级板块或指标", "dimensions or indicators below"),
    "aggregation": _field("合成方式", "下级得分怎样合成", "how the children's scores are combined"),
    "multiplier": _field(
        "系数",
        "再乘以某指标得分折成的系数,如 {by: 满意度, low: 0.9, high: 1.1}",
        "a factor by an indicator's score, e.g. {by: satisfaction, low: 0.9, high: 1.1}",
    ),
    "by": _field(
        "系数指标", "作系数的指标编号,权重可为 0", "id of the indicator that multiplies; may weigh 0"
    ),
    "Multiplier.low": _field("最低系数", "该指标得 0 分时的系数", "factor where that indicator scores 0"),
    "Multiplier.high": _field("最高系数", "该指标得满分时的系数", "factor at its full marks"),
    "minimum_children": _field("最少下级数", "至少要有几个下级有得分", "how many children must have a score"),
    "scoring": _field("评分规则", "数值怎样变成得分", "how the value becomes a score"),
    "source": _field("数值来源", "每个单位的数值从哪里来", "where each unit's value comes from"),
    "unit": _field("计量单位", "如 %、个、元", "unit of measure"),
    "aliases": _field("别名", "表中可能出现的其他写法", "other names found in sheets"),
    "not_applicable": _field(
        "不涉及时",
        "share_out 分摊给同级、share_out_all 分摊给全部、full 给满分、{partial: 0.5} 给部分分、zero 零分",
        "share_out, share_out_all, full, {partial: 0.5} or zero",
    ),
    "missing": _field(
        "未报时",
        "refuse 不允许缺报、zero 零分、exclude 不计入、previous 沿用上期",
        "refuse, zero, exclude or previous",
    ),
    "cohort": _field("比较范围", "all 与全体比、group 与同类比", "compare with all units or with the class"),
    "may_not_apply": _field("可不涉及", "允许填“/”“不涉及”", "whether a cell may say that it does not apply"),
    "applies_to": _field("适用单位", "只考核这些单位", "only these units are evaluated on it"),
    "applies_when": _field(
        "适用条件", "其他数值满足条件时才考核", "only where other values meet a condition"
    ),
    "due_in": _field("考核时点", "只在这些期别考核,如 Q2、2018-Q4", "only due in these periods"),
    "total": _field("全市总量", "各单位目标之和须等于它", "what the units' targets must add up to"),
    "lead": _field("牵头单位", "牵头部门", "lead departments"),
    "cooperating": _field("配合单位", "配合部门", "cooperating departments"),
    "deadline": _field("完成时限", "日期或“长期”", "date or long-term"),
    "note": _field("备注", "说明", "remark"),
    "overrides": _field(
        "差别规定", "某类或某单位不同的内容及理由", "what differs for a class or unit, and why"
    ),
    "reason": _field("理由", "必须写明并公布", "required, and printed"),
}

_RULES: Final = {
    "method": _field("评分方法", "规则的名称", "name of the rule"),
    "low": _field("下限", "得零分的值或区间下限", "value that scores 0, or lower end"),
    "high": _field("上限", "得满分的值或区间上限", "value that scores 100, or upper end"),
    "scale": _field("刻度", "linear 线性、log 对数", "linear or log"),
    "cap": _field("封顶", "得分上限,null 为不封顶", "highest score; null is none"),
    "target": _field("目标值", "目标值", "target"),
    "floor": _field("底线", "低于它得零分,或得分的下限", "below it zero, or the lowest score"),
    "direction": _field("方向", "higher 越高越好、lower 越低越好", "higher or lower is better"),
    "per_unit": _field("每单位扣分", "每多一个单位扣多少", "marks off per unit"),
    "base": _field("基础分", "达到目标的得分", "score at the target"),
    "up": _field("超额加分", "每超一个步长加多少", "added per step above"),
    "up_cap": _field("加分封顶", "超额加分的上限", "most that is added"),
    "down": _field("欠额扣分", "每差一个步长扣多少", "taken per step below"),
    "every": _field("步长", "一个步长是多少", "size of a step"),
    "whole_steps": _field("按整步", "只计完整的步长", "count whole steps only"),
    "at_least": _field("不低于", "达到(含)即算", "reached at this value, bound included"),
    "at_most": _field("不高于", "不超过(含)即算", "met up to this value, bound included"),
    "otherwise": _field("否则", "未达到时的得分,或 proportional", "score if not met, or proportional"),
    "below": _field("低于区间", "低于区间的得分", "score below the range"),
    "above": _field("高于区间", "高于区间的得分", "score above the range"),
    "bounds": _field("分档界限", "各档的下界(含)", "lower bounds of the tiers, included"),
    "scores": _field("各档得分", "各档的得分", "scores of the tiers"),
    "Interpolate.points": _field("折点", "(值, 得分) 的折点", "corner points (value, score)"),
    "points": _field("分值", "分值", "points"),
    "tiers": _field("分档", "每档的 from(含)、to(不含)、score", "tiers: from (included), to, score"),
    "from": _field("起点", "本档下界(含)", "lower end of the tier, included"),
    "Tier.to": _field("止点", "本档上界(不含)", "upper end of the tier, not included"),
    "score": _field("得分", "本档得分", "score of the tier"),
    "bad": _field("不允许值", "功效系数的不允许值", "value that earns the base only"),
    "good": _field("满意值", "功效系数的满意值", "value that earns base and span"),
    "span": _field("区间分", "从不允许值到满意值的分", "points between bad and good"),
    "full": _field("满分值", "该指标的满分", "the indicator's full points"),
    "marks": _field("计分表", "各等级的分值", "marks by grade"),
    "free": _field("宽限", "不扣分的数量", "what costs nothing"),
    "per_day": _field("每日扣分", "每迟一天扣多少", "marks off per day late"),
    "mean": _field("均值得分", "平均水平的得分", "score of the mean"),
    "sd": _field("标准差分", "一个标准差的分", "points of one standard deviation"),
    "ddof": _field("自由度", "1 为样本标准差", "1 is the sample standard deviation"),
    "constant": _field("全同得分", "各单位数值相同时的得分", "score when all values are equal"),
    "first": _field("第一名得分", "第一名的得分", "score of the first"),
    "step": _field("名次差", "每低一名少多少", "points per rank"),
    "p": _field("幂次", "幂平均的幂次", "exponent of the power mean"),
}

_JUDGING: Final = {
    "group": _field("类别", "所属类别的编号", "id of the class"),
    "Grade.at_least": _field("起点分", "达到(含)即可评定", "cut point, included"),
    "quota": _field("名额", "数量或比例", "places: a count or a share"),
    "count": _field("名额", "名额数", "number of places"),
    "share": _field("比例", "占参评单位的比例", "share of the ranked units"),
    "per": _field("名额范围", "group 每类、all 全体", "per class or over all"),
    "ties": _field("并列", "all 为并列者全部入选", "all admits every tied unit"),
    "unless": _field("限制条件", "满足时不得评为该等次", "bars a unit from the grade"),
    "requires": _field("必备条件", "须全部满足才可评为该等次", "conditions that must all hold for the grade"),
    "Limiter.at_most": _field("最高等次", "不得评为它以上的等次", "best grade that remains possible"),
    "event": _field("按事件", "true 为发生同编号事件时限制", "limits where an event of this id happened"),
    "days": _field("限制天数", "从事件之日起多少天", "for how many days from the event"),
    "measure": _field("措施", "约谈、责令整改、通报批评、问责建议", "the measure proposed"),
    "when": _field("情形", "触发条件", "condition that raises it"),
    "conditions": _field("各项情形", "几项情形,按读法连接", "several conditions, joined by the reading"),
    "reading": _field("读法", "and 为且、or 为或,并印出", "and or or; it is printed"),
    "FlagRule.kind": _field(
        "类型", "sanction 惩戒、positive 表扬、support 扶持", "sanction, positive or support"
    ),
    "posts": _field("岗位", "单位性质对应的岗位,如 镇: 镇党委书记、镇长", "post by kind of unit"),
    "scope": _field("范围", "问责范围", "the scope of the matter"),
    "FlagRule.due_in": _field("天数按", "calendar 自然日、working 工作日", "calendar or working days"),
    "certainty": _field("把握程度", "probable 或 confirmed", "probable or confirmed"),
    "subject": _field("对象", "乡镇、领导班子或岗位", "township, team or post"),
    "matter": _field("事项", "问责事项", "the matter"),
    "steps": _field("程序", "办理步骤", "steps of the procedure"),
    "owner": _field("办理部门", "由谁办理", "who acts"),
    "due_days": _field(
        "办理天数", "从数据截止之日起多少天内办理", "days to act, from the day the data stand at"
    ),
    "clear_when": _field("解除条件", "满足时解除", "condition that clears it"),
    "escalates": _field("升级", "连续几期后转为哪条", "which rule it becomes after how many periods"),
    "to": _field("升级为", "升级后的预警编号", "id of the rule it becomes"),
    "after": _field("连续期数", "连续几期", "after how many periods"),
    "pool": _field("类型", "加分(bonus)或扣分(deduction)", "bonus or deduction"),
    "bonus": _field("加分", "加分池", "bonus points"),
    "deduction": _field("扣分", "扣分池", "deduction points"),
    "Pool.cap": _field("封顶", "合计上限", "most in total"),
    "item_cap": _field("单项封顶", "每项合计上限", "most per item"),
    "source_cap": _field("单来源封顶", "每个来源部门合计上限", "most per source"),
    "AdjustmentItem.pool": _field("类型", "加分(bonus)或扣分(deduction)", "bonus or deduction"),
    "AdjustmentItem.amount": _field("分值", "每件的分值,正数", "points per event, positive"),
    "AdjustmentItem.cap": _field("封顶", "本项合计上限", "most for this item"),
    "AdjustmentItem.source": _field("来源部门", "由谁加减分", "who adds or takes the points"),
    "honour": _field("须为认可荣誉", "true 为只计认可荣誉", "whether only approved honors count"),
    "block": _field("板块", "事件所影响的板块", "the block that the event affects"),
    "factor": _field(
        "倍数", "该板块得分乘以它,0 为计零分", "the block's score is multiplied by it; 0 is zero marks"
    ),
    "Context.amount": _field("调整分", "按类别或单位的加减分", "points by class or unit"),
    "bound": _field("界限", "调整分绝对值的上限", "most in either direction"),
    "notice_days": _field("公示天数", "公示多少天", "days of public notice"),
    "objection_days": _field("异议天数", "多少天内可提出异议", "days to object"),
    "answer_days": _field("答复天数", "多少天内答复", "days to answer"),
    "Disclosure.days": _field("天数按", "calendar 自然日、working 工作日", "calendar or working days"),
    "Disclosure.channel": _field("异议渠道", "电话、地址、邮箱", "where to object: phone, address, mail"),
    "minimum_n": _field(
        "公布样本下限", "有效样本少于它的满意度不公布", "satisfaction of fewer answers is suppressed"
    ),
    "starts": _field("公示起始日", "各期公示从哪天起,如 2018-H2: 2019-01-03", "day of posting by period"),
    "ranks": _field("公布名次", "公示稿是否列总名次", "whether the notice lists ranks"),
    "approved_honours": _field("认可荣誉", "可以加分的荣誉", "honours that may count"),
    "effect": _field("后果", "批准后的后果", "what it does once approved"),
    "approval": _field("批准", "批准文件", "the document that approves it"),
    "reference": _field("批准文号", "批准文件的文号", "number of the document"),
    "authority": _field("批准机关", "批准机关", "who approved it"),
    "level": _field("机关层级", "如 自治区", "level of the authority"),
    "date": _field("批准日期", "批准日期", "date of approval"),
    "until": _field("有效期至", "有效期", "valid until"),
}

_LAYOUT: Final = {
    "file": _field("文件", "文件名样式,如 农牧局*.xlsx", "pattern of the file name"),
    "sheet": _field("工作表", "工作表名样式", "pattern of the sheet name"),
    "table": _field("数据表", "读入哪张表,默认 values", "table it is read into"),
    "header_rows": _field("表头行", "表头所在行号", "rows of the header, from 1"),
    "key": _field("单位列", "单位名称所在列", "column with the units"),
    "orientation": _field("方向", "rows 单位在行、columns 单位在列", "units in rows or in columns"),
    "percent": _field(
        "百分数写法", "points 写 95、fraction 写 0.95", "plain numbers in % columns: 95 or 0.95"
    ),
    "ignore": _field("不读", "true 为跳过", "skip it"),
    "Layout.columns": _field("列对应", "表头或列号: 指标", "header or column letter: indicator"),
    "department": _field("填报部门", "填报部门", "reporting department"),
    "document": _field("来源文件", "来源文件", "source document"),
    "place": _field("地点", "依据中的地名", "place named in the basis"),
    "code": _field("代码", "九位区划代码", "nine-digit division code"),
    "text": _field("用语", "单元格中的词", "word in a cell"),
    "means": _field(
        "含义", "not_reported、not_applicable 或一个数", "not_reported, not_applicable or a number"
    ),
}

FIELDS: Final[dict[str, Field]] = {**_SCHEME, **_NODE, **_RULES, **SOURCES, **_JUDGING, **_LAYOUT}


def field_of(name: str, owner: str = "") -> Field | None:
    """Return what a key is called and means, in its record if the record has its own meaning.

    Examples
    --------
    >>> field_of("scale", "Scheme").label, field_of("scale").label
    ('满分', '刻度')
    """
    return FIELDS.get(f"{owner}.{name}", FIELDS.get(name))
