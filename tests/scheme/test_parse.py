"""Parsing: every problem at once, each with its place and a hint; nothing guessed."""

from __future__ import annotations

import json
import pickle
from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from township_eval.errors import SchemeError
from township_eval.methods.aggregation import PowerMean, Weakest
from township_eval.methods.own import Own
from township_eval.methods.scoring import Bands, Identity, Linear, Target
from township_eval.methods.varying import Case, Varying
from township_eval.scheme.model import Dimension, Group, Policy, Site, Token, Unit
from township_eval.scheme.parse import parse_scheme, scheme_schema
from township_eval.scheme.sources import Answer, Channel, Measured, Satisfaction


def scheme_of(*children, **more):
    nodes = [{"id": f"n{at}", "weight": 100, **child} for at, child in enumerate(children)]
    return parse_scheme(
        {"name": "办法", "version": "1", "index": {"children": nodes or [{"id": "a", "weight": 1}]}, **more}
    )


def leaf_of(**more):
    return scheme_of(more).leaves()[0]


def refused(**more):
    with pytest.raises(SchemeError) as caught:
        scheme_of(more)
    (problem,) = caught.value.problems
    return problem


def test_all_problems_come_at_once_each_with_its_path_and_a_hint() -> None:
    """Nobody has to mend one mistake to see the next."""
    bad = {
        "nam": "x",
        "version": None,
        "scale": float("nan"),
        "grades": {"name": "优秀"},
        "index": {
            "children": [
                {"id": "a", "wieght": 1, "scoring": {"method": "linaer", "low": 1}},
                {"id": "b", "weight": "x", "source": {"kind": "ratoi"}},
                {"id": "c", "weight": {"一类": "q"}, "scoring": {"method": "linear", "low": float("inf")}},
            ]
        },
    }
    with pytest.raises(SchemeError) as caught:
        parse_scheme(bad)
    found = {(problem.where, problem.code) for problem in caught.value.problems}
    assert found == {
        ("index.children[0].wieght", "scheme.unknown_key"),
        ("index.children[0].weight", "scheme.missing"),
        ("index.children[0].scoring", "formula.unknown"),
        ("index.children[1].weight", "number.text"),
        ("index.children[1].source", "scheme.choice"),
        ("index.children[2].weight.一类", "number.text"),
        ("index.children[2].scoring.low", "number.finite"),
        ("index.children[2].scoring.high", "scheme.missing"),
        ("grades[0].at_least", "scheme.missing"),
        ("name", "scheme.missing"),
        ("version", "scheme.empty"),
        ("scale", "number.finite"),
        ("nam", "scheme.unknown_key"),
    }
    assert all(problem.hint.zh and problem.hint.en for problem in caught.value.problems)
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


@pytest.mark.parametrize(
    ("more", "meant"),
    [
        ({"wight": 1}, "weight"),
        ({"scoring": {"method": "tagret", "target": 1}}, "target"),
        ({"scoring": {"method": "target", "tagret": 1, "target": 1}}, "target"),
        ({"scoring": {"method": "target", "target": 1, "direction": "highr"}}, "higher"),
        ({"source": {"kind": "growht"}}, "growth"),
        ({"missing": "exlude"}, "exclude"),
        ({"not_applicable": "share"}, "share_out"),
    ],
)
def test_misspelt_words_get_a_suggestion(more, meant) -> None:
    """A key, method, kind or choice that nearly exists is named in the hint."""
    problem = refused(**more)
    assert meant in problem.hint.zh
    assert meant in problem.hint.en


def test_whole_numbers_and_dates_become_text() -> None:
    """Ids, codes and versions are text whatever a file's notation made of them."""
    scheme = parse_scheme(
        {
            "name": "a",
            "version": 2018,
            "units": {640181100: "东塔镇"},
            "holidays": date(2018, 5, 1),
            "index": {"children": [{"id": 7, "weight": 100}]},
        }
    )
    assert (scheme.version, scheme.holidays, scheme.leaves()[0].id) == ("2018", ("2018-05-01",), "7")
    assert scheme.units == (Unit(code="640181100", name="东塔镇"),)


def test_a_version_that_lost_a_digit_is_refused() -> None:
    """1.10 read as a number is 1.1: a fraction is never taken for text."""
    with pytest.raises(SchemeError, match="加上引号"):
        parse_scheme({"name": "a", "version": 1.1, "index": {"children": [{"id": "a", "weight": 1}]}})


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (3, 3.0),
        ("2/3", Fraction(2, 3)),
        ("6/3", 2.0),
        ("98.5", 98.5),
        (Fraction(1, 3), Fraction(1, 3)),
        ("1e-3", 0.001),
    ],
)
def test_numbers_keep_their_exact_value(written, kept) -> None:
    """Fractions stay exact, everything else is a float."""
    weight = leaf_of(weight=written).weight
    assert (weight, type(weight)) == (kept, type(kept))


@pytest.mark.parametrize(
    "bad", ["98%", "约90", True, None, float("nan"), float("inf"), 10**400, "1/0", "九十", [1]]
)
def test_what_is_no_finite_number_is_refused(bad) -> None:
    """A number is never guessed out of a text, a truth value or an infinity."""
    assert refused(weight=bad).code in {"number.text", "number.finite"}


def test_values_may_differ_by_period_then_class() -> None:
    """Mappings become Varying, in the order written, two levels deep at most."""
    target = leaf_of(
        scoring={"method": "target", "target": {2018: 90, "default": {"一类": 98, "default": 95}}}
    ).scoring
    assert target == Target(
        target=Varying((Case("2018", 90.0),), default=Varying((Case("一类", 98.0),), default=95.0))
    )
    assert refused(weight={"2018": {"一类": {"东塔镇": 1}}}).code == "varying.deep"
    assert refused(weight={}).code == "varying.empty"
    assert refused(weight={"default": None}).code == "varying.default"


def test_single_values_stand_for_lists() -> None:
    """`lead: 农牧局` is a list of one."""
    leaf = leaf_of(lead="农牧局", due_in="Q2", aliases=["a", 7])
    assert (leaf.lead, leaf.due_in, leaf.aliases) == (("农牧局",), ("Q2",), ("a", "7"))


def test_mappings_by_id_become_dataclasses() -> None:
    """Groups, units, sites, tokens, scales and channels are written by name."""
    scheme = scheme_of(
        {"source": {"kind": "satisfaction", "scale": {"满意": 100}, "channels": {"电话": 6}}},
        groups={"一类": {"reason": "近郊"}},
        sites={"新华桥": "崇兴镇"},
        tokens={"无": 0, "缺考": "not_reported"},
        previous={"n0": 15},
    )
    assert scheme.groups == (Group(id="一类", name="一类", reason="近郊"),)
    assert scheme.sites == (Site("新华桥", ("崇兴镇",)),)
    assert scheme.tokens == (Token("无", 0.0), Token("缺考", "not_reported"))
    assert scheme.leaves()[0].source == Satisfaction(
        scale=(Answer("满意", 100.0),), channels=(Channel("电话", 6.0),)
    )


def test_policies_may_carry_a_share_and_vary() -> None:
    """`{partial: 0.5}` is one policy, other mappings choose one."""
    assert leaf_of(not_applicable={"partial": 0.5}).not_applicable == Policy("partial", 0.5)
    varies = leaf_of(not_applicable={"一类": "full", "default": {"partial": 0.2}}).not_applicable
    assert varies == Varying((Case("一类", Policy("full")),), Policy("partial", 0.2))
    assert refused(not_applicable="partial").code == "policy.share"
    assert refused(not_applicable={"partial": 2}).code == "policy.share"
    assert refused(missing="mean").code == "scheme.choice"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("arithmetic", PowerMean(1.0)),
        ("geometric", PowerMean(0.0)),
        ("harmonic", PowerMean(-1.0)),
        ({"method": "power", "p": 2}, PowerMean(2.0)),
        ("weakest", Weakest()),
    ],
)
def test_aggregations_by_name(written, kept) -> None:
    """Means go by their names."""
    assert (
        parse_scheme(
            {
                "name": "a",
                "version": "1",
                "index": {"aggregation": written, "children": [{"id": "a", "weight": 1}]},
            }
        ).index.aggregation
        == kept
    )


def test_defaults_a_file_may_leave_out() -> None:
    """Name is the id, scoring identity, source measured, aggregation arithmetic, index is called index."""
    scheme = scheme_of()
    (leaf,) = scheme.leaves()
    assert (leaf.name, leaf.scoring, leaf.source) == ("a", Identity(), Measured())
    assert (scheme.index.id, scheme.index.name, scheme.index.aggregation) == (
        "index",
        "index",
        PowerMean(1.0),
    )


class Steep:
    """An own rule, and (oddly) an own aggregation."""

    compares_units = True

    def __init__(self, k: float = 1.0) -> None:
        self.k = k

    def __call__(self, values):
        """Multiply."""
        return np.asarray(values) * self.k


def test_own_formulas_are_bound_by_name() -> None:
    """`formulas=` gives the class of a method the scheme names, rule or aggregation."""
    mapping = {
        "name": "a",
        "version": "1",
        "index": {
            "aggregation": "steep",
            "children": [{"id": "a", "weight": 1, "scoring": {"method": "steep", "k": "1/2"}}],
        },
    }
    scheme = parse_scheme(mapping, {"steep": Steep})
    rule = scheme.leaves()[0].scoring
    assert rule == Own("steep", (("k", Fraction(1, 2)),))
    assert (rule.cls, rule.compares_units) == (Steep, True)
    assert rule([2.0]).tolist() == [1.0]
    assert scheme.index.aggregation.cls is Steep
    with pytest.raises(SchemeError, match="formulas="):
        parse_scheme(mapping)
    assert parse_scheme(mapping, keep_own=True) == scheme


def test_an_own_formula_never_replaces_a_built_in_one() -> None:
    """A name means one thing."""
    with pytest.raises(SchemeError, match=r"formula\.name"):
        parse_scheme(
            {"name": "a", "version": "1", "index": {"children": [{"id": "a", "weight": 1}]}},
            {"linear": Steep},
        )


def test_tiers_with_a_gap_are_refused() -> None:
    """The 89-90 gap of a real document is caught; half-open tiers pass."""
    gap = [{"from": 90, "to": 100, "score": 100}, {"from": 60, "to": 89, "score": 80}, {"to": 60, "score": 0}]
    problem = refused(scoring={"method": "bands", "tiers": gap})
    assert problem.code == "bands.tiers"
    assert "89" in problem.what.zh
    gap[1]["to"] = 90
    assert leaf_of(scoring={"method": "bands", "tiers": gap}).scoring == Bands(
        (60.0, 90.0), (0.0, 80.0, 100.0)
    )
    assert refused(scoring={"method": "bands", "tiers": gap, "bounds": [1]}).code == "bands.form"


def test_overrides_keep_parsed_values_and_need_a_reason() -> None:
    """What differs for a class is parsed like the node itself."""
    leaf = leaf_of(
        overrides={"二类": {"scoring": {"method": "linear", "low": 0, "high": 9}, "reason": "移民"}}
    )
    (override,) = leaf.overrides
    assert (override.who, override.reason, override.fields) == (
        "二类",
        "移民",
        (("scoring", Linear(low=0.0, high=9.0)),),
    )
    assert refused(overrides={"二类": {"weight": 1}}).where == "index.children[0].overrides.二类.reason"
    assert refused(overrides={"二类": {"id": "x", "reason": "r"}}).code == "scheme.unknown_key"


def test_dimensions_are_told_by_their_children() -> None:
    """Trees are nested and ragged."""
    scheme = scheme_of(
        {
            "children": [
                {"id": "x", "weight": 60},
                {"id": "y", "weight": 40, "children": [{"id": "z", "weight": 40}]},
            ]
        },
        {},
    )
    assert [node.id for node in scheme.nodes()] == ["index", "n0", "x", "y", "z", "n1"]
    assert isinstance(scheme.node("y"), Dimension)


@pytest.mark.parametrize("bad", [None, [], "x", 3])
def test_what_is_no_mapping_is_refused(bad) -> None:
    """An empty file or a list is a problem, not a crash."""
    with pytest.raises(SchemeError):
        parse_scheme(bad)


def test_endless_nesting_is_refused() -> None:
    """A mapping that contains itself is a problem, not a crash."""
    node = {"id": "a", "weight": 1}
    node["children"] = [node]
    with pytest.raises(SchemeError, match=r"scheme\.deep"):
        parse_scheme({"name": "a", "version": "1", "index": {"children": [node]}})


def test_another_format_is_refused() -> None:
    """Files say which format they are in; absent means the first."""
    with pytest.raises(SchemeError, match=r"scheme\.format"):
        scheme_of(format=2)
    assert scheme_of(format=1) == scheme_of()


def test_control_characters_are_refused() -> None:
    """What no spreadsheet can hold never enters a scheme."""
    assert refused(note="a\x07b").code == "scheme.characters"


def test_schemes_are_values() -> None:
    """Equal, hashable, picklable; warnings are no part of it."""
    scheme, again = scheme_of(), scheme_of()
    assert scheme == again
    assert hash(scheme) == hash(again)
    assert pickle.loads(pickle.dumps(scheme)) == scheme
    assert scheme.fingerprint == again.fingerprint
    assert scheme.fingerprint.startswith("sha256:")
    assert scheme_of({"weight": 99}).fingerprint != scheme_of({"weight": 98}).fingerprint


def test_the_schema_describes_what_is_accepted() -> None:
    """An editor that follows the JSON Schema accepts what the program accepts, and flags what it refuses."""
    jsonschema = pytest.importorskip("jsonschema")
    schema = scheme_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    good = {
        "format": 1,
        "name": "a",
        "version": 2018,
        "groups": {"一类": {"reason": "r"}},
        "units": {"1": "东塔镇"},
        "index": {
            "children": [
                {
                    "id": "a",
                    "weight": {"2018-H1": {"一类": 3}, "default": "2/3"},
                    "scoring": {"method": "target", "target": 1, "cap": None},
                    "source": {"kind": "ratio", "numerator": "x", "denominator": "y"},
                    "lead": "农牧局",
                    "not_applicable": {"partial": 0.5},
                },
                {
                    "id": "d",
                    "weight": 1,
                    "aggregation": {"method": "power", "p": 2},
                    "children": [{"id": "e", "weight": 1}],
                },
            ]
        },
    }
    parse_scheme(good)
    assert list(validator.iter_errors(good)) == []
    for change in ({"nam": 1}, {"index": {}}, {"digits": "x"}, {"weights": "point"}):
        assert list(validator.iter_errors({**good, **change}))
    weight = schema["$defs"]["Indicator"]["properties"]["weight"]["description"]
    assert "权重" in weight
    assert "weight among" in weight


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("weight",), "x"),
        (("weight", "2018-H1"), {"一类": "x"}),
        (("scoring", "target"), "x"),
        (("scoring", "target", "一类"), "x"),
        (("source",), {"kind": "ratoi"}),
        (("source", "kind"), "ratoi"),
        (("missing",), "mean"),
        (("not_applicable", "partial"), 3),
        (("not_applicable", "一类"), "ful"),
        (("overrides", "一类", "weight"), "x"),
    ],
)
def test_the_schema_points_at_the_value_that_is_wrong(path, value) -> None:
    """However deep a fault stands, a validator names its place, and not the whole index."""
    jsonschema = pytest.importorskip("jsonschema")
    leaf = {
        "id": "a",
        "weight": {"default": 1},
        "scoring": {"method": "target", "target": {"default": 1}},
        "source": {"kind": "ratio", "numerator": "x", "denominator": "y"},
        "overrides": {"一类": {"reason": "r"}},
    } | ({"not_applicable": {}} if path[0] == "not_applicable" else {})
    holder = leaf
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = value
    document = {
        "name": "a",
        "version": "1",
        "index": {"children": [{"id": "d", "weight": 1, "children": [leaf]}]},
    }
    validator = jsonschema.Draft202012Validator(scheme_schema())
    found = jsonschema.exceptions.best_match(validator.iter_errors(document))
    place = list(found.absolute_path)
    assert place[:5] == ["index", "children", 0, "children", 0]
    assert place[5 : 5 + len(path)] == list(path)


def test_the_schema_says_everything_once() -> None:
    """What many places share is referred to; an editor loads some tens of kilobytes."""
    schema = scheme_schema()
    assert len(json.dumps(schema, ensure_ascii=False)) < 90_000
    assert "$defs" not in json.dumps(schema["$defs"]).replace("#/$defs/", "")
    assert {"Indicator", "Dimension", "rule", "source"} <= set(schema["$defs"])


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("scoring", {"method": "完成律", "target": 1}, "完成率(target)"),
        ("scoring", "tagret", "完成率(target)"),
        ("source", {"kind": "满意渡"}, "满意度(satisfaction)"),
        ("missing", "沿用上季", "沿用上期(previous)"),
        ("not_applicable", "全部分滩", "全部分摊(share_out_all)"),
    ],
)
def test_an_unknown_word_names_the_closest_choice_by_its_label(field, value, said) -> None:
    """An official knows the Chinese name of a rule, not the word of the file."""
    hint = refused(**{field: value}).hint
    assert hint.zh.startswith("是否指:")
    assert said in hint.zh
    assert hint.en.startswith("did you mean ")


def test_a_word_like_none_lists_all_choices() -> None:
    """Who guesses sees what there is."""
    assert "分档(bands)" in refused(scoring="中位数").hint.zh


def test_the_label_of_a_built_in_rule_is_no_name_for_an_own_formula() -> None:
    """A sheet that says 扣分 means one thing."""
    mapping = {"name": "a", "version": "1", "index": {"children": [{"id": "a", "weight": 1}]}}
    with pytest.raises(SchemeError, match=r"formula\.name"):
        parse_scheme(mapping, {"扣分": Steep})
    mapping["index"]["children"][0]["scoring"] = "扣分"
    with pytest.raises(SchemeError, match=r"扣分\(deduction\)"):
        parse_scheme(mapping, keep_own=True)


def test_a_key_glued_to_its_value_is_named() -> None:
    """In YAML `{一类:98}` is a key without a value: that is said, not "None is no number"."""
    problem = refused(weight={"一类:98": None, "default": 100})
    assert problem.code == "varying.glued"
    assert "一类:98" in problem.what.zh
    assert "{一类: 98, default: 100}" in problem.hint.zh
