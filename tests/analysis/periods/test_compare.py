"""What changed between two periods, because of what, and how surely."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import township_eval as te

VALUES = st.lists(st.floats(0, 100), min_size=4, max_size=4)
STILL = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
GEOMETRIC = {"aggregation": "geometric"}


def sums(change: te.Change) -> pd.DataFrame:
    """Return the parts' sums beside the published change."""
    total = change.parts.groupby("unit")[["points", "printed"]].sum().reindex(change.units["unit"])
    return total.assign(change=change.units["change"].to_numpy())


def part(change: te.Change, unit: str, name: str) -> float:
    """Return one part of one unit, unrounded."""
    parts = change.parts
    return float(parts.loc[(parts["unit"] == unit) & (parts["part"] == name), "points"].iloc[0])


@STILL
@given(
    VALUES,
    VALUES,
    VALUES,
    VALUES,
    st.integers(1, 9),
    st.integers(1, 9),
    st.sampled_from(["arithmetic", "geometric"]),
)
def test_the_parts_add_up_exactly(make, a, b, c, d, one, two, aggregation) -> None:
    """Values, weights and rules all change: the parts are the change, printed to the last digit."""
    rule = {"method": "target", "target": 80}
    old = make.scheme(make.leaf("a", one), make.leaf("b", two), index={"aggregation": aggregation})
    new = make.scheme(
        make.leaf("a", two, scoring=rule), make.leaf("b", one), index={"aggregation": aggregation}
    )
    before = make.evaluated(old, "2018-H1", {"a": a, "b": b})
    after = make.evaluated(new, "2018-H2", {"a": c, "b": d})
    change = te.compare(before, after)
    total = sums(change)
    np.testing.assert_allclose(total["points"], after.score[0] - before.score[0], atol=1e-9)
    np.testing.assert_allclose(total["printed"], total["change"], atol=1e-9)


def test_the_four_parts_of_a_worked_change(make) -> None:
    """Weights from 60:40 to 50:50 and a value from 80 to 90: worked by hand over the orders."""
    old, new = (make.scheme(make.leaf("a", w), make.leaf("b", 100 - w)) for w in (60, 50))
    change = te.compare(
        make.evaluated(old, "2018-H1", {"a": [80.0], "b": [50.0]}),
        make.evaluated(new, "2018-H2", {"a": [90.0], "b": [50.0]}),
    )
    # a alone: 10 x 0.6 first, 10 x 0.5 last; weights: 30 x -0.1 first, 40 x -0.1 last
    assert part(change, "甲", "a") == pytest.approx(5.5)
    assert part(change, "甲", "weights") == pytest.approx(-3.5)
    assert (part(change, "甲", "b"), part(change, "甲", "rules"), part(change, "甲", "adjustments")) == (
        0,
        0,
        0,
    )


def test_a_rule_alone_is_the_rules_part(make) -> None:
    """Where nothing but a target was raised, no indicator and no weight takes part in the loss."""
    old, new = (make.scheme(make.leaf("a", scoring={"method": "target", "target": t})) for t in (80, 100))
    values = {"a": [80.0, 40.0]}
    change = te.compare(make.evaluated(old, "2018-H1", values), make.evaluated(new, "2018-H2", values))
    assert part(change, "甲", "rules") == pytest.approx(-20.0)
    assert part(change, "乙", "rules") == pytest.approx(-10.0)
    assert part(change, "甲", "a") == 0.0
    assert change.comparable.level == "scheme"
    assert "目标值:80" in change.comparable.frame["zh"].iloc[-1]


@STILL
@given(VALUES, VALUES)
def test_no_change_has_no_parts(make, a, b) -> None:
    """The same values under the same scheme: nothing changed, and nothing did it."""
    of = make.scheme(make.leaf("a"), make.leaf("b"), index=GEOMETRIC)
    change = te.compare(*(make.evaluated(of, period, {"a": a, "b": b}) for period in ("2018-H1", "2018-H2")))
    assert (change.parts["points"] == 0).all()
    assert (change.units["change"] == 0).all()
    assert (change.comparable.level, len(change.comparable.differences)) == ("same", 0)


def test_the_order_of_units_is_of_no_account(make) -> None:
    """Rows in another order give every unit the same change and parts, to the bit."""
    of = make.scheme(make.leaf("a"), make.leaf("b", scoring={"method": "min_max"}))
    columns = {"a": [10.0, 60.0, 35.0, 80.0], "b": [4.0, 1.0, 2.0, 9.0]}
    later = {"a": [20.0, 50.0, 35.0, 90.0], "b": [5.0, 1.0, 3.0, 8.0]}
    turned = {name: column[::-1] for name, column in columns.items()}
    after = make.evaluated(of, "2019", later)
    one = te.compare(make.evaluated(of, "2018", columns), after)
    two = te.compare(make.evaluated(of, "2018", turned, units="丁丙乙甲"), after)
    pd.testing.assert_frame_equal(one.parts, two.parts)
    pd.testing.assert_frame_equal(one.units, two.units)


def test_an_added_and_a_dropped_indicator_are_parts_of_their_own(make) -> None:
    """What a new indicator does stands under its name, and not in the weights."""
    old = make.scheme(make.leaf("a", 50), make.leaf("gone", 50))
    new = make.scheme(make.leaf("a", 50), make.leaf("new", 50))
    change = te.compare(
        make.evaluated(old, "2018", {"a": [80.0, 80.0], "gone": [80.0, 60.0]}),
        make.evaluated(new, "2019", {"a": [80.0, 80.0], "new": [80.0, 90.0]}),
    )
    kinds = change.parts.set_index("part")["kind"].to_dict()
    assert (kinds["new"], kinds["gone"], kinds["a"]) == ("added", "removed", "indicator")
    assert part(change, "甲", "new") == part(change, "甲", "gone") == part(change, "甲", "weights") == 0.0
    assert part(change, "乙", "new") > 0
    assert part(change, "乙", "gone") > 0
    np.testing.assert_allclose(sums(change)["points"], [0.0, 15.0], atol=1e-12)


def test_where_scores_do_not_add_up_it_is_said(make) -> None:
    """Parts under a geometric mean are averages over two orders; a reader is told so."""
    of = make.scheme(make.leaf("a"), make.leaf("b"), index=GEOMETRIC)
    change = te.compare(
        make.evaluated(of, "2018", {"a": [25.0], "b": [100.0]}),
        make.evaluated(of, "2019", {"a": [100.0], "b": [25.0]}),
    )
    assert not change.additive
    assert "change.not_additive" in set(change.notes["code"])
    assert part(change, "甲", "a") == pytest.approx(-part(change, "甲", "b"))
    # a first: from 50 to 100; a last: from 25 to 50
    assert part(change, "甲", "a") == pytest.approx((50 + 25) / 2)


def test_values_carried_forward_and_gaps_are_recomputed(make) -> None:
    """A period with values of the one before can be compared: its scores are those it had."""
    of = make.scheme(make.leaf("a", missing="previous"), make.leaf("b", missing="exclude"))
    first = make.evaluated(of, "2018", {"a": [80.0, 70.0], "b": [60.0, 50.0]})
    second = make.evaluated(of, "2019", {"a": [None, 90.0], "b": [60.0, None]}, history=[first])
    change = te.compare(first, second)
    np.testing.assert_allclose(sums(change)["points"], second.score[0] - first.score[0], atol=1e-12)
    assert part(change, "甲", "a") == 0.0


def test_classes_and_values_by_unit_follow_the_unit(make) -> None:
    """A township that moved to another class is scored by that class's weights, its own target kept."""
    weight = [{"一类": 80, "二类": 20}, {"一类": 20, "二类": 80}]
    target = {"method": "target", "target": {"甲": 50, "default": 100}}
    groups = {name: {"name": name, "reason": "test"} for name in ("一类", "二类")}

    def of(group):
        units = {code: {"group": group if code == "甲" else "二类"} for code in "甲乙"}
        return make.scheme(
            make.leaf("a", weight[0], scoring=target), make.leaf("b", weight[1]), groups=groups, units=units
        )

    values = {"a": [50.0, 50.0], "b": [60.0, 60.0]}
    change = te.compare(
        make.evaluated(of("一类"), "2018", values), make.evaluated(of("二类"), "2019", values)
    )
    assert part(change, "甲", "weights") == pytest.approx(0.2 * 100 + 0.8 * 60 - (0.8 * 100 + 0.2 * 60))
    assert part(change, "乙", "weights") == 0.0
    assert "classes" in set(change.comparable.frame["aspect"])


def test_another_way_of_measuring_is_not_taken_for_work(make) -> None:
    """A unit of measure or a source that changed is said, and its rule goes with its values."""
    old = make.scheme(make.leaf("a", unit="%", scoring={"method": "target", "target": 90}))
    new = make.scheme(make.leaf("a", unit="户", scoring={"method": "target", "target": 900}))
    change = te.compare(
        make.evaluated(old, "2018", {"a": [45.0]}), make.evaluated(new, "2019", {"a": [450.0]})
    )
    assert change.comparable.level == "measurement"
    assert str(change.comparable).startswith("两期测量口径不同")
    assert part(change, "甲", "rules") == 0.0


def test_other_digits_and_scales_leave_a_rounding_part(make) -> None:
    """Published with two decimals and then with none: the parts still add up to the change."""
    old, new = (make.scheme(make.leaf("a"), digits=digits) for digits in (2, 0))
    change = te.compare(
        make.evaluated(old, "2018", {"a": [92.27]}), make.evaluated(new, "2019", {"a": [93.4]})
    )
    assert change.units["change"].tolist() == [0.73]
    assert change.parts.set_index("part")["printed"].to_dict() == pytest.approx(
        {"a": 1.13, "weights": 0, "rules": 0, "adjustments": 0, "rounding": -0.4}
    )


def test_renamed_merged_and_split_units(make) -> None:
    """A table says who became whom; a merged unit was the mean of its parts by their shares."""
    of = make.scheme(make.leaf("a"), make.leaf("b"))
    before = make.evaluated(of, "2018", {"a": [80.0, 40.0, 60.0], "b": [60.0, 60.0, 60.0]}, units="甲乙丙")
    after = make.evaluated(of, "2019", {"a": [70.0, 66.0, 54.0], "b": [60.0, 60.0, 60.0]}, units="新东西")
    table = pd.DataFrame(
        {
            "unit": ["甲", "乙", "丙", "丙"],
            "into": ["新", "新", "东", "西"],
            "share": [0.75, 0.25, None, None],
        }
    )
    change = te.compare(before, after, renamed=table)
    assert change.units["before"].tolist() == [65.0, 60.0, 60.0]
    assert change.units["change"].tolist() == [0.0, 3.0, -3.0]
    assert change.units["rank_before"].isna().tolist() == [True, False, False]
    np.testing.assert_allclose(sums(change)["points"], sums(change)["change"], atol=1e-9)
    assert part(change, "新", "a") == pytest.approx(0.0)
    renamed = te.compare(
        before,
        make.evaluated(of, "2019", {"a": [1.0] * 3, "b": [1.0] * 3}, units="甲乙丁"),
        renamed={"丙": "丁"},
    )
    assert renamed.units["before"].tolist() == [70.0, 50.0, 60.0]


def test_units_that_nobody_explains_are_refused(make) -> None:
    """Nothing is matched by guessing: all faults of the table are told at once, with hints."""
    of = make.scheme(make.leaf("a"))
    before, after = (
        make.evaluated(of, p, {"a": [1.0, 2.0]}, units=u) for p, u in (("2018", "甲乙"), ("2019", "甲丙"))
    )
    with pytest.raises(te.DataError) as refused:
        te.compare(before, after)
    assert [p.code for p in refused.value.problems] == ["units.differ", "units.differ"]
    table = pd.DataFrame({"unit": ["乙", "丁", "甲"], "into": ["丙", "甲", "戊"], "share": [0.5, 1.0, 7.0]})
    with pytest.raises(te.DataError) as refused:
        te.compare(before, after, renamed=table)
    codes = [p.code for p in refused.value.problems]
    assert sorted(set(codes)) == ["renamed.share", "renamed.unknown"]
    assert all(p.hint.zh and p.hint.en for p in refused.value.problems)
    gone = pd.DataFrame({"unit": ["乙", ""], "into": ["", "丙"]})
    change = te.compare(before, after, renamed=gone)
    assert change.units.set_index("unit")["change"].isna().to_dict() == {"甲": False, "丙": True}
    pairs = te.compare(before, after, renamed={"乙": None, "": "丙"})  # type: ignore[dict-item]
    pd.testing.assert_frame_equal(pairs.units, change.units)
    assert "change.not_compared" in set(change.notes["code"])


def test_what_cannot_be_compared_is_refused(make) -> None:
    """Provisional results, the wrong order, one result twice, and schemes that share nothing."""
    of = make.scheme(make.leaf("a"), make.leaf("b"))
    full = make.evaluated(of, "2019", {"a": [1.0], "b": [2.0]})
    part_only = make.evaluated(of, "2018", {"a": [1.0], "b": [None]}, provisional=True)
    other = make.evaluated(make.scheme(make.leaf("c")), "2020", {"c": [1.0]})
    for pair, code in (
        ((part_only, full), "evaluation.provisional"),
        ((other, full), "period.order"),
        ((full, full), "period.twice"),
        ((full, other), "change.no_overlap"),
    ):
        with pytest.raises(te.DataError) as refused:
            te.compare(*pair)
        assert code in {problem.code for problem in refused.value.problems}
    with pytest.raises(ValueError, match="level"):
        te.compare(full, full, level=1.0)
    with pytest.raises(ValueError, match="correlation"):
        te.compare(full, full, correlation=2.0)


def test_one_period_under_two_schemes_shows_what_the_scheme_does(make) -> None:
    """The values are the same, so that all of the change is weights."""
    old, new = (make.scheme(make.leaf("a", w), make.leaf("b", 10)) for w in (10, 30))
    values = {"a": [80.0, 20.0], "b": [50.0, 50.0]}
    change = te.compare(*(make.evaluated(of, "2018", values) for of in (old, new)))
    np.testing.assert_allclose(sums(change)["points"], [7.5, -7.5])
    assert part(change, "甲", "weights") == pytest.approx(7.5)


def test_it_is_plain_data_for_programs(make) -> None:
    """Everything can be written as JSON, and frames are copies."""
    of = make.scheme(make.leaf("a"), notice="示例<数据>")
    change = te.compare(*(make.evaluated(of, p, {"a": [1.0, 2.0]}) for p in ("2018", "2019")))
    told = json.loads(json.dumps(change.to_dict(), allow_nan=False))
    assert told["units"][0]["unit"] == "甲"
    frame = change.units
    frame["change"] = 99.0
    assert change.units["change"].tolist() == [0.0, 0.0]
    page = change._repr_html_()
    assert page.startswith("<p>示例&lt;数据&gt;</p>")
    assert "甲" in page


def test_a_change_that_cannot_be_taken_apart_is_said_whole(make) -> None:
    """Values that were all alike have no score under a rule that compares: one part holds the change."""
    old = make.scheme(make.leaf("a"))
    new = make.scheme(make.leaf("a", scoring={"method": "min_max"}))
    change = te.compare(
        make.evaluated(old, "2018", {"a": [50.0, 50.0]}), make.evaluated(new, "2019", {"a": [30.0, 70.0]})
    )
    parts = change.parts.set_index(["unit", "part"])["printed"]
    assert (parts["甲", "inseparable"], parts["乙", "inseparable"]) == (-50.0, 50.0)
    assert "change.inseparable" in set(change.notes["code"])
    np.testing.assert_allclose(sums(change)["printed"], sums(change)["change"])


def test_own_formulas_must_be_given_to_score_anew(make, tmp_path) -> None:
    """An archive does not hold the class behind an own formula: it is asked for, not passed over."""

    class Half:
        def __call__(self, values):
            return np.asarray(values) / 2

    of = te.read_scheme(
        {
            "name": "办法",
            "version": "1",
            "index": {"children": [{"id": "a", "weight": 100, "scoring": "half"}]},
        },
        formulas={"half": Half},
    )
    pair = [make.evaluated(of, period, {"a": [10.0, 30.0]}) for period in ("2018", "2019")]
    assert te.compare(*pair).units["change"].tolist() == [0.0, 0.0]
    te.write_evaluation(pair[0], tmp_path / "2018.json")
    with pytest.raises(te.DataError, match=r"change\.formula"):
        te.compare(te.read_evaluation(tmp_path / "2018.json"), pair[1])
    read = te.read_evaluation(tmp_path / "2018.json", formulas={"half": Half})
    assert te.compare(read, pair[1]).units["change"].tolist() == [0.0, 0.0]


def test_a_multiplied_total_is_taken_apart_too(make) -> None:
    """Satisfaction as the coefficient of the total: its part and the others' add up to the change."""
    index = {"multiplier": {"by": "s", "low": 0.5, "high": 1.0}}
    of = make.scheme(make.leaf("a", 100), make.leaf("s", 0), index=index)
    change = te.compare(
        make.evaluated(of, "2018", {"a": [80.0], "s": [50.0]}),
        make.evaluated(of, "2019", {"a": [60.0], "s": [100.0]}),
    )
    np.testing.assert_allclose(sums(change)["points"], [0.0], atol=1e-12)
    assert part(change, "甲", "s") == pytest.approx(70 * 0.25)
    assert part(change, "甲", "a") == pytest.approx(-20 * 0.875)
