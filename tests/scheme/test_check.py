"""Checking a scheme: a sound one passes, and each fault is found with its place and a hint."""

from __future__ import annotations

from copy import deepcopy

import pytest

from township_eval.scheme.check import check_scheme
from township_eval.scheme.parse import parse_scheme


class Own:
    """An own rule with one parameter."""

    def __init__(self, k: float) -> None:
        self.k = k

    def __call__(self, values):
        """Return nothing new."""
        return values


SOUND = {
    "format": 1,
    "name": "办法",
    "version": "2018",
    "basis": "灵武市委办公室 2018-04-28 实施方案(索引号 640181-001/2018-88641)",
    "previous": {"satisfaction": 15},
    "groups": {"一类": {"reason": "近郊"}, "二类": {"reason": "移民"}},
    "units": {
        "640181100": {"name": "东塔镇", "group": "一类", "aliases": ["东塔"]},
        "640181102": {"name": "崇兴镇", "group": "一类"},
        "640181201": {"name": "白土岗乡", "group": "二类"},
    },
    "sites": {"新华桥": ["崇兴镇"]},
    "index": {
        "children": [
            {
                "id": "performance",
                "weight": 80,
                "children": [
                    {
                        "id": "tap_water",
                        "name": "自来水普及率",
                        "weight": {"一类": 50, "二类": 40},
                        "scoring": {"method": "target", "target": {"2018-H1": 98, "default": 100}},
                        "basis": "二(六)3",
                        "deadline": "2020",
                    },
                    {
                        "id": "poverty",
                        "weight": {"一类": 30, "二类": 40},
                        "total": 100,
                        "scoring": {
                            "method": "target",
                            "target": {"东塔": 20, "白土岗乡": 70, "default": 10},
                        },
                        "basis": "二(六)3",
                    },
                ],
            },
            {
                "id": "satisfaction",
                "weight": 20,
                "basis": "三(四)",
                "source": {"kind": "satisfaction", "scale": {"满意": 100, "不满意": 30}},
            },
        ]
    },
    "grades": [
        {"name": "优秀", "at_least": 90, "quota": {"count": 1, "per": "group"}, "unless": "flagged"},
        {"name": "较差", "at_least": 0},
    ],
    "flags": [
        {
            "id": "F1",
            "measure": "约谈",
            "when": "satisfaction < 70",
            "basis": "三(四)",
            "escalates": {"to": "F2", "after": 2},
        },
        {
            "id": "F2",
            "measure": "通报批评",
            "when": "performance < 70 and flagged(F1, 1)",
            "basis": "三(四)",
        },
    ],
    "vetoes": [
        {
            "id": "v",
            "approval": {
                "reference": "宁党办1号",
                "authority": "自治区党委",
                "level": "自治区",
                "date": "2018-01-01",
            },
            "effect": {"grade": "较差"},
        }
    ],
    "adjustments": {"bonus": {"cap": 5}, "deduction": {"cap": 10}},
}
WATER = ("index", "children", 0, "children", 0)
POVERTY = ("index", "children", 0, "children", 1)
REMOVED = object()


def faults(*changes, **more):
    """Check the sound scheme with values at paths replaced (`REMOVED` deletes)."""
    mapping = deepcopy(SOUND)
    for path, value in changes:
        place = mapping
        for part in path[:-1]:
            place = place[part]
        if value is REMOVED:
            del place[path[-1]]
        else:
            place[path[-1]] = value
    return check_scheme(parse_scheme(mapping, {"own": Own}, **more))


def test_a_sound_scheme_has_no_fault() -> None:
    """Nothing is found where nothing is wrong."""
    assert faults() == ()


ERRORS = [
    (((*WATER, "id"), "poverty"), "id.twice", "index.children[0].children[1].id"),
    (((*WATER, "id"), "rank"), "id.reserved", "index.children[0].children[0].id"),
    (((*WATER, "id"), "a`b"), "id.characters", "index.children[0].children[0].id"),
    ((("flags", 1, "id"), "bottom"), "id.reserved", "flags[1].id"),
    ((("groups", "default"), {"reason": "r"}), "group.default", "groups.default"),
    ((("units", "640181102", "name"), "东塔"), "unit.name_twice", "units.640181100"),
    ((("units", "640181102", "aliases"), ["二类"]), "unit.name_group", "units.640181102"),
    ((("units", "640181102", "group"), "三类"), "unit.group", "units.640181102.group"),
    ((("units", "640181102", "group"), REMOVED), "unit.group", "units.640181102.group"),
    ((("groups",), {}), "unit.group", "units.640181100.group"),
    ((("groups", "三类"), {"reason": "r"}), "weights.missing", "index.children[0].children[0].weight"),
    ((("sites", "新华桥"), ["崇明镇"]), "unit.unknown", "sites.新华桥[0]"),
    ((("sites", "东塔镇"), ["崇兴镇"]), "site.unit", "sites.东塔镇"),
    (((*WATER, "applies_to"), ["西塔镇"]), "unit.unknown", "index.children[0].children[0].applies_to[0]"),
    (
        ((*WATER, "overrides"), {"三类": {"weight": 1, "reason": "r"}}),
        "override.unknown",
        "index.children[0].children[0].overrides.三类",
    ),
    ((("index", "children", 0, "children"), []), "tree.empty", "index.children[0].children"),
    ((("index", "children", 0, "minimum_children"), 3), "tree.minimum", "index.children[0].minimum_children"),
    (((*WATER, "weight"), {"一类": 49, "二类": 40}), "weights.sum", "index.children[0].children"),
    (((*WATER, "weight"), {"一类": 50, "东塔": 51, "二类": 40}), "weights.sum", "index.children[0].children"),
    (
        ((*WATER, "weight"), {"2018-H1": 50, "default": {"一类": 50, "二类": 40}}),
        "weights.sum",
        "index.children[0].children",
    ),
    ((("index", "children", 1, "weight"), 19), "weights.sum", "index.children"),
    ((("weights",), "percent"), "weights.sum", "index.children[0].children"),
    (((*WATER, "weight"), -50), "weights.negative", "index.children[0].children[0].weight"),
    (((*WATER, "weight"), {"一类": 50}), "weights.missing", "index.children[0].children[0].weight"),
    (
        ((*WATER, "weight"), {"一类": 50, "三类": 1, "default": 40}),
        "varying.unknown",
        "index.children[0].children[0].weight.三类",
    ),
    (
        ((*WATER, "weight"), {"2018-H1": 50, "二类": 40}),
        "varying.mixed",
        "index.children[0].children[0].weight.二类",
    ),
    (
        ((*WATER, "weight"), {"一类": {"2018-H1": 50, "default": 50}, "二类": 40}),
        "varying.order",
        "index.children[0].children[0].weight.一类",
    ),
    (
        ((*WATER, "scoring"), {"method": "linear", "low": 5, "high": 5}),
        "scoring.parameters",
        "index.children[0].children[0].scoring",
    ),
    (
        ((*WATER, "scoring"), {"method": "bands", "bounds": [90, 60], "scores": [0, 60, 100]}),
        "scoring.parameters",
        "index.children[0].children[0].scoring",
    ),
    (
        ((*WATER, "scoring"), {"method": "target", "target": {"二类": 0, "default": 9}}),
        "scoring.parameters",
        "index.children[0].children[0].scoring",
    ),
    (
        ((*WATER, "scoring"), {"method": "target", "target": {"一类": 98}}),
        "scoring.missing_value",
        "index.children[0].children[0].scoring.target",
    ),
    (
        ((*WATER, "scoring"), {"method": "target", "target": {"东塔": 98, "二类": 9}}),
        "scoring.missing_value",
        "index.children[0].children[0].scoring.target",
    ),
    (
        ((*WATER, "scoring"), {"method": "own", "j": 1}),
        "formula.parameters",
        "index.children[0].children[0].scoring",
    ),
    (((*POVERTY, "total"), 101), "total.sum", "index.children[0].children[1].total"),
    (((*POVERTY, "scoring"), "identity"), "total.target", "index.children[0].children[1].total"),
    ((("previous", "satisfaction"), 21), "previous.lower", "previous.satisfaction"),
    ((("previous",), {"satisfction": 15}), "previous.unknown", "previous.satisfction"),
    ((("grades", 0, "at_least"), -1), "grades.order", "grades[1].at_least"),
    ((("grades", 1, "name"), "优秀"), "grades.twice", "grades[1].name"),
    (
        (("grades",), [{"name": "a", "at_least": 0}, {"name": "b", "at_least": 0}]),
        "grades.unreachable",
        "grades[1].at_least",
    ),
    ((("grades", 0, "quota"), {"count": 1, "share": 0.3}), "quota.kind", "grades[0].quota"),
    ((("grades", 0, "quota"), {"share": 30}), "quota.share", "grades[0].quota"),
    ((("grades", 0, "quota"), {"count": -1}), "quota.count", "grades[0].quota"),
    ((("grades", 0, "unless"), "flaged"), "condition.name", "grades[0].unless"),
    ((("flags", 0, "when"), "satisfacton < 70"), "condition.name", "flags[0].when"),
    ((("flags", 0, "when"), "satisfaction < "), "condition.order", "flags[0].when"),
    ((("flags", 0, "clear_when"), "flagged(F9, 1)"), "condition.flag", "flags[0].clear_when"),
    (((*WATER, "applies_when"), "人口 >"), "condition.order", "index.children[0].children[0].applies_when"),
    (
        ((*WATER, "source"), {"kind": "ratio", "numerator": "a", "denominator": "b", "where": "人口"}),
        "condition.comparison",
        "index.children[0].children[0].source.where",
    ),
    ((("flags", 0, "escalates", "to"), "F3"), "flag.escalates", "flags[0].escalates.to"),
    ((("flags", 0, "escalates", "to"), "F1"), "flag.escalates", "flags[0].escalates.to"),
    ((("flags", 0, "escalates", "after"), 0), "flag.after", "flags[0].escalates.after"),
    ((("flags", 1, "id"), "F1"), "flags.twice", "flags[1].id"),
    ((("flags", 1, "due_days"), -1), "flag.due_days", "flags[1].due_days"),
    ((("vetoes", 0, "approval", "date"), "昨天"), "scheme.date", "vetoes[0].approval.date"),
    ((("adjustments", "deduction", "cap"), -10), "adjustments.cap", "adjustments.deduction.cap"),
    ((("scale",), 0), "scheme.scale", "scale"),
    ((("digits",), 20), "scheme.digits", "digits"),
    ((("holidays",), ["五一"]), "scheme.date", "holidays"),
]


@pytest.mark.parametrize(
    ("change", "code", "where"), ERRORS, ids=[f"{code}-{at}" for at, (_, code, _) in enumerate(ERRORS)]
)
def test_each_error_is_found_with_its_place(change, code, where) -> None:
    """One fault, and its problem names place, value and what to do."""
    found = [problem for problem in faults(change) if problem.code == code]
    assert found, [problem.code for problem in faults(change)]
    assert where in {problem.where for problem in found}
    assert {problem.severity for problem in found} == {"error"}
    assert all(
        problem.what.zh and problem.what.en and problem.what.zh != problem.what.en for problem in found
    )
    assert all(problem.hint.zh and problem.hint.en for problem in found)


WARNINGS = [
    (((*WATER, "basis"), REMOVED), "basis.missing", "index.children[0].children[0].basis"),
    (((*WATER, "basis"), "二(七)5"), "basis.no_duty", "index.children[0].children[0].basis"),
    (((*WATER, "basis"), "二（八）2"), "basis.no_duty", "index.children[0].children[0].basis"),
    (((*WATER, "basis"), "T15"), "basis.no_duty", "index.children[0].children[0].basis"),
    (((*WATER, "scoring"), {"method": "min_max"}), "scoring.cohort", "index.children[0].children[0].scoring"),
    (
        ((*WATER, "scoring"), {"method": "target", "target": 100}),
        "target.stage",
        "index.children[0].children[0].scoring",
    ),
    (
        ((*POVERTY, "source"), {"kind": "measured", "column": "tap_water"}),
        "source.shared",
        "index.children[0].children[1].source",
    ),
    ((("previous", "satisfaction"), 20), "previous.equal", "previous.satisfaction"),
    ((("vetoes", 0, "approval", "level"), "地级市"), "veto.not_approved", "vetoes[0].approval"),
    ((("vetoes", 0, "approval"), REMOVED), "veto.not_approved", "vetoes[0].approval"),
    ((("grades", 1, "at_least"), 60), "grades.gap", "grades[1].at_least"),
    ((("grades", 0, "at_least"), 101), "grades.unreachable", "grades[0].at_least"),
    ((("grades", 1, "quota"), {"count": 1}), "quota.last", "grades[1].quota"),
    (((*POVERTY, "name"), "自来水普及率"), "id.name_twice", "index.children[0].children[1].name"),
    (((*WATER, "due_in"), ["年中"]), "due_in.period", "index.children[0].children[0].due_in[0]"),
]


@pytest.mark.parametrize(
    ("change", "code", "where"), WARNINGS, ids=[f"{code}-{at}" for at, (_, code, _) in enumerate(WARNINGS)]
)
def test_each_warning_is_found_with_its_place_and_a_hint(change, code, where) -> None:
    """What deserves a look does not stop anybody."""
    found = faults(change)
    assert [(problem.severity, problem.code, problem.where) for problem in found if problem.code == code] == [
        ("warning", code, where)
    ] or (code in {problem.code for problem in found} and where in {problem.where for problem in found})
    assert {problem.severity for problem in found} == {"warning"}
    assert all(problem.hint for problem in found)


def test_a_sum_says_how_much_and_for_whom() -> None:
    """Weights adding up to 79 in one class: the class, the sum, the sum declared, the difference."""
    (problem,) = faults(((*WATER, "weight"), {"一类": 49, "二类": 40}))
    assert "79" in problem.what.zh
    assert "80" in problem.what.zh
    assert "一类" in problem.what.zh
    assert "二类" not in problem.what.zh
    assert "1" in problem.hint.en


def test_weights_add_up_to_a_billionth() -> None:
    """A tenth ten times is one; a millionth off is off."""
    tenths = [{"id": f"n{at}", "weight": 0.1, "basis": "x"} for at in range(10)]
    mapping = {"name": "a", "version": "1", "scale": 1, "index": {"children": tenths}}
    assert check_scheme(parse_scheme(mapping)) == ()
    tenths[0]["weight"] = 0.1 + 1e-6
    assert [problem.code for problem in check_scheme(parse_scheme(mapping))] == ["weights.sum"]


def test_a_class_without_indicators_is_an_error() -> None:
    """Somebody would be ranked on nothing."""
    mapping = {
        "name": "a",
        "version": "1",
        "weights": "relative",
        "groups": {"一类": {"reason": "r"}, "二类": {"reason": "r"}},
        "index": {"children": [{"id": "a", "basis": "x", "weight": {"一类": 1, "二类": 0}}]},
    }
    found = {problem.code: problem.where for problem in check_scheme(parse_scheme(mapping))}
    assert found == {"group.no_indicators": "groups.二类"}


def test_indicators_for_other_classes_units_do_not_count() -> None:
    """An indicator that applies to nobody of a class is none."""
    found = faults(
        (("index", "children", 0, "applies_to"), ["东塔镇"]),
        (("index", "children", 1, "applies_to"), ["东塔镇"]),
        ((*POVERTY, "total"), REMOVED),
    )
    assert [(problem.code, problem.where) for problem in found] == [("group.no_indicators", "groups.二类")]


def test_rounding_below_the_composite_needs_sums() -> None:
    """Only a weighted sum can be rounded so that a sheet adds up."""
    geometric = (("index", "children", 0, "aggregation"), "geometric")
    stage = (("rounding",), {"stage": "indicator", "digits": 2})
    assert faults(stage) == ()
    assert [problem.code for problem in faults(stage, geometric)] == ["rounding.aggregation"]
    assert faults((("rounding",), {"stage": "composite", "digits": 2}), geometric) == ()


def test_only_the_period_asked_for_is_looked_at() -> None:
    """What is missing in another period does not stop this one."""
    mapping = deepcopy(SOUND)
    mapping["index"]["children"][0]["children"][0]["scoring"]["target"] = {
        "2018-H1": 98,
        "2018-H2": {"一类": 99},
    }
    scheme = parse_scheme(mapping)
    assert check_scheme(scheme, period="2018-H1") == ()
    (problem,) = check_scheme(scheme, period="2018-H2")
    assert (problem.code, "二类" in problem.what.zh) == ("scoring.missing_value", True)
    assert [one.code for one in check_scheme(scheme, period="2019-H1")] == ["scoring.missing_value"]


def test_stage_targets_satisfy_a_later_deadline() -> None:
    """The year comes from the period, else from what the scheme itself names."""
    mapping = deepcopy(SOUND)
    mapping["index"]["children"][0]["children"][0]["scoring"]["target"] = 100
    scheme = parse_scheme(mapping)
    assert [problem.code for problem in check_scheme(scheme, period="2018-Q4")] == ["target.stage"]
    assert check_scheme(scheme, period="2020") == ()
    mapping["version"] = "试行"
    assert check_scheme(parse_scheme(mapping)) == ()


def test_clauses_of_other_documents_are_not_judged() -> None:
    """The list of clauses without a township duty belongs to one document."""
    other = (("basis",), "某县 2024 年考核办法")
    assert faults(other, ((*WATER, "basis"), "二(七)5")) == ()


def test_a_key_that_is_nearly_a_class_is_an_error() -> None:
    """A slip would silently give everybody the default."""
    found = faults(((*WATER, "scoring", "target"), {"一累": 98, "default": 100}))
    assert "varying.unknown" in [problem.code for problem in found if problem.severity == "error"]
    assert "一类" in next(problem.hint.zh for problem in found if problem.code == "varying.unknown")


def test_a_key_unlike_any_class_is_taken_for_a_period() -> None:
    """Periods may be any text; that it is read as one is said."""
    found = faults(((*WATER, "scoring", "target"), {"春季学期": 98, "default": 100}))
    assert [problem.code for problem in found][:1] == ["varying.period"]


def test_a_common_denominator_is_no_double_counting() -> None:
    """Two rates per head of the same population are two indicators."""
    ratio = {"kind": "ratio", "numerator": "a", "denominator": "人口"}
    other = {**ratio, "numerator": "b"}
    assert faults(((*WATER, "source"), ratio), ((*POVERTY, "source"), other)) == ()


def test_places_are_translated_by_the_reader_of_the_file() -> None:
    """A workbook's reader says cells instead of paths."""
    mapping = deepcopy(SOUND)
    mapping["scale"] = 0
    found = check_scheme(parse_scheme(mapping), lambda path: "a.xlsx!方案!B8" if path == ("scale",) else "?")
    assert "a.xlsx!方案!B8" in {problem.where for problem in found}


@pytest.mark.parametrize(
    ("change", "warned"),
    [
        ({}, True), ({"unit": "%"}, False), ({"scoring": {"method": "target", "target": 1}}, False),
        ({"source": {"kind": "share_of_persons", "column": "age", "at_least": 40}}, True),
        ({"source": {"kind": "measured"}}, False),
    ],
)  # fmt: skip
def test_a_share_that_counts_as_a_score_is_pointed_out(change, warned) -> None:
    """A checklist that is met in full would be 1 of 100 points without the unit %."""
    leaf = {"id": "a", "weight": 100, "basis": "test", "source": {"kind": "items", "columns": ["x", "y"]}}
    scheme = parse_scheme({"name": "N", "version": "1", "index": {"children": [{**leaf, **change}]}})
    found = [problem for problem in check_scheme(scheme) if problem.code == "scoring.share"]
    assert [problem.where for problem in found] == (["index.children[0].scoring"] if warned else [])
    assert all(problem.severity == "warning" and problem.hint for problem in found)
