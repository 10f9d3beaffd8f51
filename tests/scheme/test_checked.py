"""Reading and checking in one list: what is refused hides nothing, and draws nothing after it."""

from __future__ import annotations

from copy import deepcopy

import pytest

from township_eval.errors import SchemeError
from township_eval.scheme.checked import checked_scheme
from township_eval.scheme.parse import path_text

TIERS = [{"from": 90, "to": 100, "score": 100}, {"from": 60, "to": 90, "score": 80}, {"to": 60, "score": 0}]
GOOD = {
    "name": "考核办法",
    "version": "2018",
    "groups": {"一类": {"reason": "近郊"}, "二类": {"reason": "移民"}},
    "units": {
        "640181100": {"name": "东塔镇", "group": "一类"},
        "640181201": {"name": "白土岗乡", "group": "二类"},
    },
    "index": {
        "basis": "三(四)",
        "children": [
            {
                "id": "work",
                "weight": 60,
                "children": [
                    {"id": "a", "weight": 40, "scoring": {"method": "linear", "low": 0, "high": 9}},
                    {"id": "b", "weight": {"一类": 20, "二类": 20}},
                ],
            },
            {"id": "satisfaction", "weight": 30, "scoring": {"method": "bands", "tiers": TIERS}},
            {
                "id": "c",
                "weight": 10,
                "total": 8,
                "scoring": {"method": "target", "target": {"东塔镇": 3, "default": 5}},
            },
        ],
    },
    "grades": [{"name": "优秀", "at_least": 90}, {"name": "较差", "at_least": 0}],
    "flags": [
        {"id": "low", "measure": "interview", "when": "satisfaction < 70"},
        {"id": "again", "measure": "circular", "when": "flagged(low, 2)"},
    ],
    "previous": {"satisfaction": 15},
}


def changed(*changes):
    """Return the good scheme with values set at paths; `...` removes the key."""
    data = deepcopy(GOOD)
    for path, value in changes:
        holder = data
        for part in path[:-1]:
            holder = holder[part]
        if value is ...:
            del holder[path[-1]]
        else:
            holder[path[-1]] = value
    return data


def found(*changes):
    with pytest.raises(SchemeError) as caught:
        checked_scheme(changed(*changes), None, path_text)
    return [(problem.code, problem.where) for problem in caught.value.problems]


NODES = ("index", "children")


def test_a_good_scheme_passes_with_its_warnings() -> None:
    """Nothing is taken out of what is right."""
    assert checked_scheme(GOOD, None, path_text).warnings == ()


def test_refusals_hide_no_findings() -> None:
    """An unknown key, weights of 59, a broken condition, a gap between tiers: four lines in one go."""
    gap = [*TIERS[:1], {"from": 60, "to": 89, "score": 80}, *TIERS[2:]]
    assert found(
        (("nam",), "x"),
        ((*NODES, 0, "children", 0, "weight"), 39),
        (("flags", 0, "when"), "satisfaction << 70"),
        ((*NODES, 1, "scoring", "tiers"), gap),
    ) == [
        ("bands.tiers", "index.children[1].scoring"),
        ("scheme.unknown_key", "nam"),
        ("condition.order", "flags[0].when"),
        ("weights.sum", "index.children[0].children"),
    ]


def test_what_a_refusal_hid_in_its_own_record_is_listed() -> None:
    """Tiers with a gap are found beside an unknown key of the same rule."""
    rule = {"method": "bands", "tiers": [*TIERS[:1], {"from": 60, "to": 89, "score": 80}], "steps": 2}
    assert found(((*NODES, 1, "scoring"), rule)) == [
        ("scheme.unknown_key", "index.children[1].scoring.steps"),
        ("bands.tiers", "index.children[1].scoring"),
    ]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("name",), None, "scheme.empty"),
        (("scale",), "满分", "number.text"),
        (("weights",), "point", "scheme.choice"),
        (("grades", 1, "at_least"), "零", "number.text"),
        (("grades", 1), "较差", "scheme.type"),
        (("grades",), 5, "scheme.type"),
        (("flags", 0, "id"), None, "scheme.empty"),
        (("flags", 0, "when"), ["x"], "scheme.text"),
        (("flags", 0), "low", "scheme.type"),
        (("groups", "二类"), "移民", "scheme.missing"),
        (("groups", "二类"), ["移民"], "scheme.type"),
        (("groups", "二类", "reason"), ..., "scheme.missing"),
        (("groups",), "一类", "scheme.type"),
        (("units", "640181201"), ["白土岗乡"], "scheme.type"),
        (("units", "640181201", "group"), ["二类"], "scheme.text"),
        (("units",), "白土岗乡", "scheme.type"),
        (("previous", "satisfaction"), "十五", "number.text"),
        ((*NODES, 0, "weight"), "六十", "number.text"),
        ((*NODES, 0, "children", 1, "weight", "二类"), "二十", "number.text"),
        ((*NODES, 0, "children", 1, "weight"), {}, "varying.empty"),
        ((*NODES, 0, "children", 1), "b", "scheme.type"),
        ((*NODES, 0, "children"), "a", "scheme.type"),
        ((*NODES, 1, "id"), None, "scheme.empty"),
        ((*NODES, 1, "id"), ..., "scheme.missing"),
        ((*NODES, 1, "scoring"), "tiers", "formula.unknown"),
        ((*NODES, 1, "scoring", "tiers", 1, "score"), "八十", "number.text"),
        ((*NODES, 2, "scoring", "target", "东塔镇"), "三", "number.text"),
        ((*NODES, 2, "scoring", "target"), ..., "scheme.missing"),
        ((*NODES, 2, "source"), {"kind": "ratio", "numerator": "x"}, "scheme.missing"),
        ((*NODES, 2, "total"), "八", "number.text"),
        ((*NODES, 2, "overrides"), {"二类": {"note": "移民"}}, "scheme.missing"),
    ],
)
def test_one_fault_is_one_problem(path, value, code) -> None:
    """What only follows from a refused value - sums, references, absent parameters - is left unsaid."""
    assert [code for code, _ in found((path, value))] == [code]


def test_periods_inside_units_are_a_problem_of_a_target_with_a_total() -> None:
    """A nested choice in the wrong order is listed; it is no crash where targets are added up."""
    codes = [
        code for code, _ in found(((*NODES, 2, "scoring", "target", "东塔镇"), {"2018-H1": 3, "default": 2}))
    ]
    assert "varying.order" in codes


def test_a_misspelled_key_is_one_problem() -> None:
    """The key it may mean is not missed as well, unless it is required."""
    rule = GOOD["index"]["children"][2]["scoring"]
    assert found(((*NODES, 2, "scoring"), ...), ((*NODES, 2, "scorring"), rule)) == [
        ("scheme.unknown_key", "index.children[2].scorring")
    ]
    assert found((("index", "basis"), ...), (("index", "bassis"), "三(四)")) == [
        ("scheme.unknown_key", "index.bassis"),
        *[
            ("basis.missing", f"index.children[{at}].basis")
            for at in ("0].children[0", "0].children[1", 1, 2)
        ],
    ]


def test_places_stay_those_of_the_file() -> None:
    """A grade that is taken out does not move the next one up."""
    quota = {"count": -1}
    assert found((("flags", 0), "low"), (("flags", 1, "due_days"), -1), (("grades", 0, "quota"), quota)) == [
        ("scheme.type", "flags[0]"),
        ("quota.count", "grades[0].quota"),
    ]
    assert ("tree.empty", "index.children[3].children") in found(
        ((*NODES, 1), "satisfaction"),
        ((*NODES,), [*GOOD["index"]["children"], {"id": "d", "weight": 0, "children": []}]),
    )


def test_without_an_index_the_refusals_stand_alone() -> None:
    """Where nothing harmless can stand, nothing more is said."""
    assert found((("index",), ...), (("digits",), 99)) == [("scheme.missing", "index")]
    assert found((("index",), "x"), (("digits",), 99)) == [("scheme.type", "index")]


def test_data_that_is_given_stays_as_it_is() -> None:
    """Taking out works on a copy."""
    data = changed((("nam",), "x"), (("grades", 1), 5))
    before = deepcopy(data)
    with pytest.raises(SchemeError):
        checked_scheme(data, None, path_text)
    assert data == before


def test_a_class_called_default_is_one_problem() -> None:
    """The word names everybody else: sums and totals of such a class are not looked for."""
    assert found(
        (("groups", "default"), {"reason": "其余"}),
        (("units", "640181201", "group"), "default"),
        (("groups", "二类"), ...),
        ((*NODES, 0, "children", 1, "weight"), {"一类": 20}),
    ) == [("group.default", "groups.default")]
