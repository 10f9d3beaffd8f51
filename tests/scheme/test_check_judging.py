"""Checking consequences: what a scheme says of them is possible, and means one thing."""

from __future__ import annotations

from copy import deepcopy

import pytest

from township_eval.scheme.check import check_scheme
from township_eval.scheme.parse import parse_scheme

APPROVED = {"reference": "宁党办1号", "authority": "自治区党委", "level": "自治区", "date": "2018-01-01"}
SOUND = {
    "name": "办法",
    "version": "1",
    "groups": {"一类": {"reason": "近郊"}, "二类": {"reason": "移民"}},
    "units": {
        "1": {"name": "甲镇", "group": "一类", "kind": "镇"},
        "2": {"name": "乙乡", "group": "一类", "kind": "乡"},
        "3": {"name": "丙镇", "group": "二类", "kind": "镇"},
    },
    "index": {
        "children": [
            {"id": "performance", "weight": 80, "basis": "三(四)"},
            {
                "id": "satisfaction",
                "weight": 20,
                "basis": "三(四)",
                "source": {"kind": "survey", "scale": {"满意": 100, "不满意": 30}},
            },
        ]
    },
    "adjustments": {"bonus": {"cap": 5, "approved_honours": ["文明乡镇"]}, "deduction": {"cap": 10}},
    "adjustment_items": [
        {"id": "praise", "pool": "bonus", "amount": 1, "honour": True},
        {"id": "accident", "pool": "deduction", "marks": {"重大": 5, "一般": 1}, "cap": 6},
        {"id": "halved", "pool": "deduction", "block": "performance", "factor": 0.5},
    ],
    "context": {"amount": {"一类": 0, "二类": 2}, "bound": 2, "reason": "移民安置任务集中"},
    "points_floor": 0,
    "points_ceiling": 110,
    "most_vetoes": 1,
    "vetoes": [{"id": "mass", "name": "群体性事件", "approval": APPROVED, "effect": {"grade": "较差"}}],
    "minimum_coverage": 0.8,
    "grades": [
        {"name": "优秀", "at_least": 90, "quota": {"count": 1, "per": "group"}, "unless": "flagged"},
        {"name": "良好", "at_least": 80},
        {"name": "较差", "at_least": 0},
    ],
    "flags": [
        {
            "id": "F1",
            "measure": "约谈",
            "when": "satisfaction < 70 and n(satisfaction) >= 100",
            "certainty": "probable",
            "posts": {"镇": "镇长", "乡": "乡长"},
            "clear_when": "satisfaction >= 75",
            "escalates": {"to": "F2", "after": 2},
        },
        {"id": "F2", "measure": "责令整改"},
        {
            "id": "F3",
            "measure": "通报批评",
            "conditions": [
                "performance < 70 or rank_in_group == last",
                "satisfaction < 70",
                "not event(疫情)",
            ],
            "reading": "and",
            "escalates": {"to": "refer", "after": 2},
        },
        {"id": "P1", "measure": "示范乡镇", "kind": "positive", "when": "satisfaction >= 90"},
    ],
    "uses": [{"id": "honours", "when": "grade == '优秀'"}],
    "disclosure": {"notice_days": 5},
}
#: Allowed alone, and longer than a condition may be when three are joined.
LONG = " or ".join(["performance < 1"] * 60)
LIMITER = {"id": "L", "at_most": "良好", "when": "performance < 60"}
REMOVED = object()


def faults(*changes):
    """Check the sound scheme with values at paths replaced, added, or removed."""
    mapping = deepcopy(SOUND)
    for path, value in changes:
        place = mapping
        for part in path[:-1]:
            place = place[part]
        if value is REMOVED:
            del place[path[-1]]
        elif isinstance(place, list) and path[-1] == len(place):
            place.append(value)
        else:
            place[path[-1]] = value
    return check_scheme(parse_scheme(mapping))


def codes(*changes):
    """Return code and place of what is found."""
    return {(found.code, found.where) for found in faults(*changes)}


def flag(at=4, **fields):
    """Return a further flag rule as a change."""
    return (("flags", at), {"id": f"G{at}", "measure": "约谈", **fields})


def item(**fields):
    """Return a further adjustment item as a change."""
    return (("adjustment_items", 3), {"id": "I", "pool": "deduction", **fields})


def test_a_sound_scheme_has_no_fault() -> None:
    """Every kind of consequence can be stated without a word against it."""
    assert faults() == ()


ERRORS = [
    # flags: what raises them
    (flag(), "flag.no_condition", "flags[4].when"),
    (flag(when="performance < 1", conditions=["index < 2"]), "flag.two_conditions", "flags[4].conditions"),
    (flag(conditions=["performance < 1", "satisfaction < 1"]), "flag.reading", "flags[4].reading"),
    (flag(conditions=["performance < 1", ""], reading="or"), "condition.empty", "flags[4].conditions[1]"),
    (flag(conditions=["performance < 1) or (performance < 2"]), "condition.order", "flags[4].conditions[0]"),
    (flag(conditions=["performanc < 1"]), "condition.name", "flags[4].conditions[0]"),
    (flag(conditions=[LONG] * 3, reading="or"), "condition.long", "flags[4].conditions"),
    (flag(when="flagged(F7, 1)"), "condition.flag", "flags[4].when"),
    (flag(when="performance < 1", due_days=-1), "flag.due_days", "flags[4].due_days"),
    # measures
    (flag(when="index < 1", measure="通报", certainty="probable"), "flag.certainty", "flags[4].certainty"),
    (flag(when="performance < 1", measure="约谈并责令整改", certainty="probable"), "flag.certainty",
     "flags[4].certainty"),
    (flag(when="performance < 1", kind="positive"), "flag.kind", "flags[4].kind"),
    # escalation
    ((("flags", 2, "escalates", "to"), "F7"), "flag.escalates", "flags[2].escalates.to"),
    ((("flags", 2, "escalates", "to"), "F3"), "flag.escalates", "flags[2].escalates.to"),
    ((("flags", 0, "escalates", "after"), 0), "flag.after", "flags[0].escalates.after"),
    ((("flags", 1, "escalates"), {"to": "F1", "after": 2}), "flag.circular", "flags[0].escalates.to"),
    # certainty
    (flag(when="satisfaction == 70"), "condition.uncertain_equality", "flags[4].when"),
    (flag(when="not 70 != index"), "condition.uncertain_equality", "flags[4].when"),
    (flag(when="value(satisfaction) != 70"), "condition.uncertain_equality", "flags[4].when"),
    (flag(conditions=["rank == 3"]), "condition.uncertain_equality", "flags[4].conditions[0]"),
    (flag(when="adjusted == 3"), "condition.uncertain_equality", "flags[4].when"),
    # grades
    ((("minimum_coverage",), 80), "grades.coverage", "minimum_coverage"),
    ((("grades", 1, "requires"), ["performanc >= 60"]), "condition.name", "grades[1].requires[0]"),
    ((("grades", 1, "requires"), ["grade == '良好'"]), "grades.circular", "grades[1].requires[0]"),
    ((("grades", 1, "unless"), "not grade == '良好'"), "grades.circular", "grades[1].unless"),
    (flag(when="grade == '较差'"), "grades.circular", "grades[0].unless"),
    ((("flags", 0, "clear_when"), "grade == '优秀'"), "grades.circular", "grades[0].unless"),
    # limiters
    ((("limiters",), [{**LIMITER, "at_most": "一般"}]), "limiter.grade", "limiters[0].at_most"),
    ((("limiters",), [{**LIMITER, "when": ""}]), "limiter.cause", "limiters[0].when"),
    ((("limiters",), [{**LIMITER, "event": True}]), "limiter.cause", "limiters[0].event"),
    ((("limiters",), [{**LIMITER, "days": 30}]), "limiter.days", "limiters[0].days"),
    ((("limiters",), [{**LIMITER, "when": "", "event": True, "days": -1}]), "limiter.days",
     "limiters[0].days"),
    ((("limiters",), [{**LIMITER, "when": "grade == '优秀'"}]), "grades.circular", "limiters[0].when"),
    ((("limiters",), [{**LIMITER, "when": "performanc < 1"}]), "condition.name", "limiters[0].when"),
    ((("limiters",), [LIMITER, LIMITER]), "limiters.twice", "limiters[1].id"),
    # items
    (item(amount=-1), "item.amount", "adjustment_items[3].amount"),
    (item(marks={"重大": -5}), "item.amount", "adjustment_items[3].marks.重大"),
    (item(amount=1, cap=-1), "item.cap", "adjustment_items[3].cap"),
    (item(amount=1, marks={"重大": 5}), "item.worth", "adjustment_items[3].marks"),
    (item(block="performanc", factor=0.5), "item.block", "adjustment_items[3].block"),
    (item(block="performance"), "item.factor", "adjustment_items[3].factor"),
    (item(factor=0.5), "item.factor", "adjustment_items[3].block"),
    (item(block="performance", factor=-0.5), "item.factor", "adjustment_items[3].factor"),
    (item(block="performance", factor=0.5, amount=2), "item.worth", "adjustment_items[3].block"),
    (item(honour=True), "item.honour", "adjustment_items[3].honour"),
    ((("adjustments", "bonus", "cap"), -1), "adjustments.cap", "adjustments.bonus.cap"),
    ((("adjustments", "bonus", "source_cap"), -1), "adjustments.cap", "adjustments.bonus.source_cap"),
    ((("points_floor",), 110), "adjustments.ends", "points_floor"),
    # names in tables of data
    (item(id="mass"), "rule.twice", "vetoes[0].id"),
    (item(id="performance"), "rule.twice", "adjustment_items[3].id"),
    (flag(id="praise", when="performance < 1"), "rule.twice", "flags[4].id"),
    (item(id="加分"), "rule.reserved", "adjustment_items[3].id"),
    (item(id="praise"), "adjustment_items.twice", "adjustment_items[3].id"),
    # context
    ((("context", "amount"), {"一类": 0, "二类": -3}), "context.amount", "context.amount.二类"),
    ((("context", "amount"), {"甲镇": 1, "乙乡": 1}), "context.missing", "context.amount"),
    ((("context", "amount"), {"一类": 1}), "context.missing", "context.amount"),
    ((("context", "amount"), {"一类": 1, "三类": 1, "default": 0}), "varying.unknown", "context.amount.三类"),
    ((("context", "bound"), -1), "context.bound", "context.bound"),
    # vetoes
    ((("most_vetoes",), -1), "veto.most", "most_vetoes"),
    ((("vetoes", 0, "effect"), {"grade": "很差"}), "veto.grade", "vetoes[0].effect.grade"),
    ((("vetoes", 0, "effect"), {"grades": "较差"}), "veto.effect", "vetoes[0].effect.grades"),
    ((("vetoes", 0, "approval", "until"), "2017-12-31"), "veto.until", "vetoes[0].approval.until"),
    ((("vetoes", 0, "approval", "date"), "2018年1月"), "scheme.date", "vetoes[0].approval.date"),
    # use and openness
    ((("uses", 0, "when"), "grad == '优秀'"), "condition.name", "uses[0].when"),
    ((("uses", 1), {"id": "honours", "when": "performance > 1"}), "uses.twice", "uses[1].id"),
    ((("disclosure", "notice_days"), -5), "disclosure.days", "disclosure.notice_days"),
    ((("disclosure", "minimum_n"), -5), "disclosure.minimum_n", "disclosure.minimum_n"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code", "where"), ERRORS, ids=[f"{case[1]}-{case[2]}" for case in ERRORS])
def test_each_fault_is_found_at_its_place(change, code, where) -> None:
    """One fault is one error, at its place, in both languages, with what to do."""
    (found,) = [problem for problem in faults(change) if problem.severity == "error"]
    assert (found.code, found.where) == (code, where)
    assert found.hint.zh
    assert found.what.zh != found.what.en


WARNINGS = [
    (flag(when="performance < 1", reading="or"), "flag.reading_idle", "flags[4].reading"),
    (flag(when="performance < 1", measure="降级"), "flag.kind_unstated", "flags[4].kind"),
    (flag(when="performance < 1", posts={"街道": "主任"}), "flag.post_kind", "flags[4].posts"),
    ((("flags", 2, "escalates", "to"), "F1"), "flag.lighter", "flags[2].escalates.to"),
    ((("flags", 2, "escalates", "to"), "P1"), "flag.lighter", "flags[2].escalates.to"),
    ((("flags", 2, "escalates", "to"), "约谈"), "flag.lighter", "flags[2].escalates.to"),
    ((("grades", 1, "quota"), {"count": 4}), "quota.units", "grades[1].quota"),
    ((("grades", 0, "quota"), {"count": 2, "per": "group"}), "quota.units", "grades[0].quota"),
    ((("grades", 1, "requires"), ["performance >= 60"]), "veto.like", "grades[1].requires"),
    ((("grades", 1, "unless"), "satisfaction < 60"), "veto.like", "grades[1].unless"),
    ((("limiters",), [LIMITER]), "veto.like", "limiters[0]"),
    (item(block="performance", factor=0), "veto.like", "adjustment_items[3].factor"),
    (item(name="群体性事件"), "rule.same_name", "vetoes[0].name"),
    ((("most_vetoes",), 0), "veto.many", "vetoes"),
    ((("vetoes", 0, "effect"), {}), "veto.no_effect", "vetoes[0].effect"),
    *(((("vetoes", 0, "approval", key), ""), "veto.not_approved", "vetoes[0].approval") for key in APPROVED),
    ((("vetoes", 0, "approval", "level"), "市(报自治区备案)"), "veto.not_approved", "vetoes[0].approval"),
    ((("vetoes", 0, "approval", "date"), REMOVED), "veto.not_approved", "vetoes[0].approval"),
    ((("vetoes", 0, "approval"), REMOVED), "veto.not_approved", "vetoes[0].approval"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code", "where"), WARNINGS, ids=[f"{at}-{case[1]}" for at, case in enumerate(WARNINGS)]
)
def test_each_doubt_is_a_warning(change, code, where) -> None:
    """What may be meant is pointed out and does not stop anybody."""
    (found,) = faults(change)
    assert (found.severity, found.code, found.where) == ("warning", code, where)
    assert found.hint.zh


def test_a_limit_at_the_best_grade_limits_nobody() -> None:
    """Such a limiter is pointed out, beside working like a veto."""
    codes = [problem.code for problem in faults((("limiters",), [{**LIMITER, "at_most": "优秀"}]))]
    assert codes == ["limiter.idle", "veto.like"]


def test_the_reading_of_r11_is_asked_for_by_name() -> None:
    """工作实绩差、群众满意度低 needs a reading, and the problem says which words are meant."""
    (found,) = faults(flag(conditions=["performance < 70", "satisfaction < 70"]))
    assert "R11" in found.what.zh
    assert "工作实绩差、群众满意度低" in found.what.zh
    assert "reading: and" in found.hint.en


def test_a_circle_is_told_whole_and_once() -> None:
    """Every rule on the way is named, wherever one enters it."""
    rules = [flag(at, when="performance < 1", escalates={"to": to, "after": 1}) for at, to in
             ((4, "G5"), (5, "G6"), (6, "G7"), (7, "G5"))]  # fmt: skip
    (found,) = [problem for problem in faults(*rules) if problem.severity == "error"]
    assert found.code == "flag.circular"
    assert "G5 → G6 → G7 → G5" in found.what.zh


RISING = [
    "performance > 70", "70 <= performance", "performance == 70", "composite >= 3", "rank < 3",
    "performance < satisfaction", "rank_in_group != last", "change(performance) > 0", "not bottom(2)",
    "lower(satisfaction) > 60", "not performance < 70", "event(e) or 60 <= performance",
    "value(satisfaction) > 1",
]  # fmt: skip
FALLING = [
    "performance < 70", "70 > performance", "rank >= 3", "rank_in_group == last", "bottom(2)",
    "change(performance) < 0", "upper(satisfaction) < 75", "n(performance) >= 3", "not event(e)",
    "coverage(performance) > 0.5", "previous(performance, 1) > 3", "flagged(F1, 1)", "not flagged(F1, 1)",
    "not (performance >= 70 or event(e))",
]  # fmt: skip


@pytest.mark.parametrize("text", RISING)
def test_a_sanction_for_doing_better_is_pointed_out(text) -> None:
    """Raising its own value could add the sanction, keep it, bar from a grade, or limit it."""
    assert ("flag.not_monotone", "flags[4].when") in codes(flag(when=text))
    assert ("grade.not_monotone", "grades[1].unless") in codes((("grades", 1, "unless"), text))
    limited = codes((("limiters",), [{**LIMITER, "when": text}]))
    assert ("grade.not_monotone", "limiters[0].when") in limited
    required = codes((("grades", 1, "requires"), [f"not ({text})"]))
    assert ("grade.not_monotone", "grades[1].requires[0]") in required
    cleared = codes(flag(when="performance < 1", clear_when=f"not ({text})"))
    assert ("flag.not_monotone", "flags[4].clear_when") in cleared


@pytest.mark.parametrize("text", FALLING)
def test_a_sanction_that_doing_better_can_only_end_is_not(text) -> None:
    """Neither is one that rests on what the period's own value does not move."""
    assert faults(flag(when=text)) == ()
    assert [found.code for found in faults((("grades", 1, "unless"), text))] == ["veto.like"]


def test_grades_in_a_sanction_may_only_be_the_worst() -> None:
    """Rising from the worst grade to the next must not bring a sanction; by grade, no error counts."""
    free = ((("grades", 0, "unless"), REMOVED),)
    for text, expected in (
        ("grade == '较差'", ["flag.grade_uncertain"]),
        ("grade != '优秀'", ["flag.grade_uncertain"]),
        ("grade == '良好'", ["flag.grade_uncertain", "flag.not_monotone"]),
        ("previous(grade, 1) == '较差'", []),
    ):
        assert [found.code for found in faults(*free, flag(when=text))] == expected


def test_values_move_as_their_rule_says() -> None:
    """Where fewer is better, a sanction asks for more; a rule without a direction is not judged."""
    lower = {"method": "target", "target": 10, "direction": "lower"}
    path = ("index", "children", 0, "scoring")
    assert faults((path, lower), flag(when="value(performance) > 20")) == ()
    assert [one.code for one in faults((path, lower), flag(when="value(performance) < 20"))] == [
        "flag.not_monotone"
    ]
    zones = {"method": "range", "low": 3, "high": 5}
    assert faults((path, zones), flag(when="value(performance) > 20")) == ()


def test_positive_rules_may_ask_for_equality_and_for_better() -> None:
    """What is no sanction is neither refused nor doubted."""
    assert faults(flag(measure="示范乡镇", kind="positive", when="satisfaction == 100")) == ()
    assert faults(flag(measure="送教下乡", kind="support", when="rank == 3 and performance > 1")) == ()


def test_a_factor_by_an_uncertain_value_makes_uncertain() -> None:
    """A block that satisfaction multiplies equals nothing for sure either."""
    change = (("index", "children", 0), {
        "id": "performance", "weight": 80, "multiplier": {"by": "satisfaction", "low": 0.9, "high": 1.1},
        "children": [{"id": "water", "weight": 80, "basis": "三(四)"}],
    })  # fmt: skip
    assert "condition.uncertain_equality" in {
        one.code for one in faults(change, flag(when="performance == 3"))
    }
    assert "condition.uncertain_equality" not in {one.code for one in faults(change, flag(when="water == 3"))}


def test_context_is_chosen_by_period_and_class() -> None:
    """The adjustment for circumstances may differ as weights do, and plain schemes hold one number."""
    mapping = deepcopy(SOUND)
    mapping["context"]["amount"] = {
        "2018-H1": {"一类": 1, "default": 0},
        "default": {"乙乡": 2, "default": 0.5},
    }
    scheme = parse_scheme(mapping)
    assert check_scheme(scheme) == ()
    assert scheme.for_period("2018-H1").for_group("一类").context.amount == 1
    assert scheme.for_period("2018-H2").for_group("二类").context.amount == 0.5
    assert scheme.for_period("2018-H2").for_group("一类").context.amount.get("2") == 2


def test_a_grade_that_does_not_exist_is_refused() -> None:
    """A condition on it could never hold; an earlier year may have had other grades."""
    free = (("grades", 0, "unless"), REMOVED)
    found = [one for one in faults(free, flag(when="grade == '较好'")) if one.code == "condition.grade"]
    assert [(one.severity, one.where) for one in found] == [("error", "flags[4].when")]
    assert found[0].hint
    assert not [one for one in faults(flag(when="previous(grade, 1) == '较好'")) if one.severity == "error"]


def test_a_term_of_more_than_ten_years_is_refused() -> None:
    """No calendar reaches the day it would end on."""
    assert [one.code for one in faults(flag(when="performance < 60", due_days=10**9))] == ["flag.due_days"]
