"""Choosing a period, a class, a unit: once, before the arithmetic."""

from __future__ import annotations

import pickle

import pytest

from township_eval.methods.scoring import Identity, Linear, Target
from township_eval.methods.varying import Case, Varying
from township_eval.scheme.differentiate import for_unit, unit_code, unit_codes
from township_eval.scheme.model import Policy
from township_eval.scheme.parse import parse_scheme

UNITS = {
    "640181100": {"name": "东塔镇", "group": "一类", "aliases": ["东塔"]},
    "640181102": {"name": "崇兴镇", "group": "一类"},
    "640181201": {"name": "白土岗乡", "group": "二类"},
}
GROUPS = {"一类": {"reason": "近郊"}, "二类": {"reason": "移民"}}


def scheme_of(*children, units=UNITS, groups=GROUPS, **more):
    nodes = [{"id": f"n{at}", "weight": 100, **child} for at, child in enumerate(children)]
    return parse_scheme(
        {
            "name": "办法",
            "version": "1",
            "units": units,
            "groups": groups,
            "index": {"children": nodes},
            **more,
        }
    )


def target_of(value, **more):
    return scheme_of({"scoring": {"method": "target", "target": value}}, **more)


def test_period_comes_first_then_class_then_default() -> None:
    """The keys of each level choose in their order."""
    scheme = target_of({"2018-H1": {"一类": 90, "default": 80}, "default": 100})
    first, second = scheme.for_period("2018-H1"), scheme.for_period("2018-H2")
    assert first.for_group("一类").leaves()[0].scoring.target == 90.0
    assert first.for_group("二类").leaves()[0].scoring.target == 80.0
    assert second.for_group("一类").leaves()[0].scoring.target == 100.0
    assert (first.period, first.for_group("一类").group) == ("2018-H1", "一类")


def test_periods_of_any_text_are_told_from_units() -> None:
    """Where the scheme lists its units, keys that are none of them are periods."""
    scheme = target_of({"第一期": 90, "default": 100})
    assert scheme.for_period("第一期").leaves()[0].scoring.target == 90.0
    assert scheme.for_period("第二期").leaves()[0].scoring.target == 100.0


def test_unit_beats_class_beats_default() -> None:
    """Values of the class's own units stay, by code; those of other classes are dropped."""
    scheme = target_of({"东塔": 99, "一类": 98, "白土岗乡": 50, "default": 97})
    kept = scheme.for_group("一类").leaves()[0].scoring.target
    assert kept == Varying((Case("640181100", 99.0),), default=98.0)
    assert scheme.for_group("二类").leaves()[0].scoring.target == Varying(
        (Case("640181201", 50.0),), default=97.0
    )


def test_units_the_scheme_does_not_list_keep_their_names() -> None:
    """The inputs may list the units; nothing is dropped before they are known."""
    scheme = target_of({"东塔镇": 99, "一类": 98}, units={}, groups=GROUPS)
    assert scheme.for_group("一类").leaves()[0].scoring.target == Varying(
        (Case("东塔镇", 99.0),), default=98.0
    )


def test_nothing_varies_by_period_or_class_afterwards() -> None:
    """Weights, policies and numbers inside lists are chosen too."""
    scheme = scheme_of(
        {
            "weight": {"一类": 3, "default": 4},
            "missing": {"二类": "zero", "default": "exclude"},
            "not_applicable": {"2018-H1": "full"},
            "scoring": {
                "method": "bands",
                "bounds": [{"一类": 60, "default": 70}],
                "scores": [0, {"2018-H1": 90, "default": 100}],
            },
        }
    )
    leaf = scheme.for_period("2018-H1").for_group("一类").leaves()[0]
    assert (leaf.weight, leaf.missing, leaf.not_applicable) == (3.0, Policy("exclude"), Policy("full"))
    assert (leaf.scoring.bounds, leaf.scoring.scores) == ((60.0,), (0.0, 90.0))


def test_class_first_or_period_first_is_the_same() -> None:
    """The two choices commute."""
    scheme = target_of(
        {"2018-H1": {"一类": 90, "东塔镇": 91, "default": 80}, "default": {"二类": 7, "default": 9}}
    )
    for group in ("一类", "二类"):
        plain = scheme.for_period("2018-H1").for_group(group)
        assert scheme.for_group(group).for_period("2018-H1") == plain


def test_overrides_of_the_class_are_applied_and_those_of_its_units_stay() -> None:
    """A class's override is gone into the node; a unit's waits for the unit."""
    scheme = scheme_of(
        {
            "scoring": {"method": "target", "target": 100},
            "overrides": {
                "一类": {"scoring": {"method": "linear", "low": 0, "high": 9}, "reason": "近郊"},
                "东塔": {"weight": 7, "reason": "试点"},
                "白土岗乡": {"weight": 1, "reason": "移民"},
            },
        }
    )
    leaf = scheme.for_group("一类").leaves()[0]
    assert leaf.scoring == Linear(low=0.0, high=9.0)
    assert [override.who for override in leaf.overrides] == ["640181100"]
    assert scheme.for_group("二类").leaves()[0].scoring == Target(target=100.0)
    unit = for_unit(scheme.for_group("一类"), "东塔镇").leaves()[0]
    assert (unit.weight, unit.scoring, unit.overrides) == (7.0, Linear(low=0.0, high=9.0), ())
    assert for_unit(scheme.for_group("一类"), "640181102").leaves()[0].weight == 100.0


def test_for_unit_chooses_what_varies_by_unit() -> None:
    """Whatever name the unit is called by."""
    plain = target_of({"东塔": 99, "default": 97}).for_group("一类")
    for names in (("640181100",), ("东塔镇",), ("x", "东塔")):
        assert for_unit(plain, *names).leaves()[0].scoring.target == 99.0
    assert for_unit(plain, "崇兴镇").leaves()[0].scoring.target == 97.0


def test_due_in_stays_only_where_it_is_not_due() -> None:
    """What still states due_in is not due; whatever stands below is not due either."""
    scheme = scheme_of(
        {"due_in": ["Q2", "Q4"]},
        {
            "due_in": ["Q4"],
            "children": [{"id": "below", "weight": 100}, {"id": "early", "weight": 0, "due_in": "Q2"}],
        },
    )
    now = scheme.for_period("2018-Q2")
    assert {node.id: node.due_in for node in now.nodes() if node.due_in} == {
        "n1": ("Q4",),
        "below": ("Q4",),
        "early": ("Q4",),
    }
    later = scheme.for_period("2018-H2")
    assert [node.id for node in later.nodes() if node.due_in] == ["early"]


def test_sites_and_names_become_codes_and_narrow_downwards() -> None:
    """A node applies only where everything above it does."""
    scheme = scheme_of(
        {
            "applies_to": ["新华桥", "东塔"],
            "applies_when": "a > 1",
            "children": [
                {"id": "x", "weight": 50},
                {"id": "y", "weight": 50, "applies_to": ["崇兴镇", "白土岗乡"], "applies_when": "b > 1"},
            ],
        },
        sites={"新华桥": ["崇兴镇"]},
    )
    plain = scheme.for_group("一类")
    assert plain.node("n0").applies_to == ("640181102", "640181100")
    assert (plain.node("x").applies_to, plain.node("x").applies_when) == (("640181102", "640181100"), "a > 1")
    assert plain.node("y").applies_to == ("640181102",)
    assert plain.node("y").applies_when == "(a > 1) and (b > 1)"


def test_names_are_looked_up_by_code_name_alias_and_site() -> None:
    """What nobody knows is kept as written."""
    scheme = scheme_of({}, sites={"新华桥": ["崇兴镇", "东塔"]})
    assert unit_code(scheme, "东塔") == "640181100"
    assert unit_code(scheme, "西塔") is None
    assert unit_codes(scheme, "640181201") == ("640181201",)
    assert unit_codes(scheme, "新华桥") == ("640181102", "640181100")
    assert unit_codes(scheme, "西塔") == ("西塔",)


def test_plain_schemes_are_values_too() -> None:
    """Equal, hashable, picklable; asking again gives the same, asking for another one is an error."""
    scheme = target_of({"2018-H1": 90, "default": 100})
    plain = scheme.for_period("2018-H1").for_group("一类")
    assert pickle.loads(pickle.dumps(plain)) == plain
    assert hash(plain) == hash(scheme.for_period("2018-H1").for_group("一类"))
    assert plain.for_period("2018-H1").for_group("一类") == plain
    assert plain.leaves()[0].scoring != Identity()
    with pytest.raises(ValueError, match="2018-H1"):
        plain.for_period("2018-H2")
    with pytest.raises(ValueError, match="一类"):
        plain.for_group("二类")


def test_own_classes_survive_choosing() -> None:
    """Two equal schemes with different classes behind a name keep their own."""

    class One: ...

    class Two: ...

    mapping = {
        "name": "a",
        "version": "1",
        "index": {
            "children": [
                {"id": "x", "weight": 1, "scoring": {"method": "ours", "k": {"一类": 1, "default": 2}}}
            ]
        },
    }
    for cls in (One, Two):
        rule = parse_scheme(mapping, {"ours": cls}).for_period("p").for_group("一类").leaves()[0].scoring
        assert rule.cls is cls
        assert rule.parameters == (("k", 1.0),)
