"""How sure the change of every node is: villages and people asked again, archives, units put together."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import township_eval as te
from township_eval.methods.estimation.intervals import student
from township_eval.sources.survey.forms import sample
from township_eval.tree.propagation import METHODS

ASKED = {"kind": "satisfaction", "scale": {"满意": 100, "一般": 60, "不满意": 0}}
BANDS = {"method": "bands", "bounds": [60, 75], "scores": [40, 80, 100]}
FEW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def leaf(node_id: str, weight: float = 1, **more):
    return {"id": node_id, "name": node_id, "weight": weight, "basis": "test", "source": ASKED, **more}


def scheme(*children, version="1"):
    index = {"children": list(children)}
    return te.read_scheme({"name": "办法", "version": version, "weights": "relative", "index": index})


TREE = (
    {"id": "service", "name": "service", "weight": 2, "children": [leaf("roads", 2), leaf("water")]},
    leaf("safety"),
)


def answers(rng, chance, leaves=("roads", "water", "safety"), persons=8, **columns):
    """Draw answers of *persons* in every village of *chance*, (n_units, n_villages), to every leaf."""
    n_units, n_villages = chance.shape
    unit, village, person = (a.ravel() for a in np.indices((n_units, n_villages, persons)))
    parts = []
    for name in leaves:
        yes = rng.random(len(unit)) < chance[unit, village]
        told = np.where(yes, "满意", np.where(rng.random(len(unit)) < 0.3, "一般", "不满意"))
        parts.append(pd.DataFrame({"i": unit, "v": village, "p": person, "answer": told, "indicator": name}))
    frame = pd.concat(parts, ignore_index=True)
    frame["unit"] = [f"u{i:03d}" for i in frame["i"]]
    frame["respondent"] = [f"{v}-{p}" for v, p in zip(frame["v"], frame["p"], strict=True)]
    frame["cluster"] = [f"{v}村" for v in frame["v"]]
    return frame[["unit", "respondent", "cluster", "answer", "indicator"]].assign(**columns)


def evaluated(period, responses, of=None):
    units = pd.DataFrame({"unit": sorted(set(responses["unit"]))})
    units["name"] = units["unit"]
    inputs = te.Inputs(period=period, responses=responses, units=units)
    return te.evaluate(of or scheme(*TREE), inputs)


def pair(seed=1, n_units=4, n_villages=5, of=None, drop=()):
    """Evaluate two periods in which the same villages were asked."""
    rng = np.random.default_rng(seed)
    chance = rng.uniform(0.15, 0.85, (n_units, n_villages))
    of = of or scheme(*TREE)
    leaves = [node.id for node in of.nodes() if not getattr(node, "children", ())]
    frames = [answers(rng, chance, leaves).drop(columns=list(drop)) for _ in range(2)]
    return [evaluated(period, frame, of) for period, frame in zip(("2018", "2019"), frames, strict=True)]


def node_se(change, node):
    nodes = change.nodes
    return nodes.loc[nodes["node"] == node, "se"].to_numpy()


def hypot(pair, node):
    row = pair[0].plan.row[node]
    return np.hypot(*(one.precision.se[row] for one in pair))


@pytest.mark.parametrize("drop", [(), ("cluster",)], ids=["villages", "respondents"])
def test_standard_errors_of_nodes_are_those_of_repeated_sampling(drop) -> None:
    """Nothing changed but answers drawn anew, in 400 townships: squares of changes are as large as said.

    Villages differ much and are the same in both periods: taken as independent the error of a change
    would be far too large, and so would that of persons who keep their opinion.
    """
    rng = np.random.default_rng(11)
    chance = rng.choice([0.1, 0.5, 0.9], (400, 6))
    frames = [answers(rng, chance, ("roads", "water"), persons=3) for _ in range(2)]
    if drop:  # each person keeps to the chance of the village, which nobody knows
        frames = [frame.drop(columns=list(drop)) for frame in frames]
    of = scheme(
        {"id": "service", "name": "service", "weight": 1, "children": [leaf("roads", 2), leaf("water")]}
    )
    periods = [evaluated(period, frame, of) for period, frame in zip(("2018", "2019"), frames, strict=True)]
    change = te.compare(*periods)
    for node in ("roads", "service", "index"):
        rows = change.nodes[change.nodes["node"] == node]
        square, said = rows["change"].to_numpy() ** 2, rows["se"].to_numpy() ** 2
        apart = square - said
        assert abs(apart.mean()) < 3 * apart.std() / np.sqrt(len(apart))
        free = hypot(periods, node) ** 2 - square
        assert free.mean() > 5 * free.std() / np.sqrt(len(free))
    units = change.units
    outside = float((units["lower"] * units["upper"] > 0).mean())
    assert outside < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


def test_pairs_have_the_degrees_of_freedom_of_one_period() -> None:
    """Five villages asked twice are four degrees of freedom, not eight."""
    before, after = pair()
    units = te.compare(before, after).units
    lower, upper = student(units["change"].to_numpy(), units["se"].to_numpy(), np.full(4, 4.0), 0.95)
    np.testing.assert_allclose(units[["lower", "upper"]].to_numpy(), np.stack([lower, upper]).T)


def test_the_change_of_a_leaf_is_that_of_paired_villages() -> None:
    """Without weights a leaf's standard error is that of the differences of the villages' means."""
    rng = np.random.default_rng(5)
    frames = [answers(rng, rng.uniform(0.2, 0.9, (3, 6))) for _ in range(2)]
    change = te.compare(*(evaluated(p, f) for p, f in zip(("2018", "2019"), frames, strict=True)))
    points = [frame.assign(y=frame["answer"].map(ASKED["scale"]).astype(float)) for frame in frames]
    water = [frame[frame["indicator"] == "water"] for frame in points]
    means = [frame.pivot_table(index="unit", columns="cluster", values="y") for frame in water]
    apart = (means[1] - means[0]).to_numpy()
    np.testing.assert_allclose(node_se(change, "water"), apart.std(axis=1, ddof=1) / np.sqrt(6))


@FEW
@given(st.integers(0, 10_000), st.integers(1, 9), st.sampled_from([(), ("cluster",)]))
def test_a_dimension_varies_as_its_leaves_do_together(seed, weight, drop) -> None:
    """One dimension over everything has the index's error; the same leaves alone have the leaf's."""
    tree = {"id": "d", "name": "d", "weight": 1, "children": [leaf("roads", weight), leaf("water", 5)]}
    before, after = pair(seed, of=scheme(tree), drop=drop)
    change = te.compare(before, after)
    np.testing.assert_allclose(node_se(change, "d"), node_se(change, "index"))
    np.testing.assert_allclose(node_se(change, "index"), change.units["se"])
    assert (node_se(change, "d") <= node_se(change, "roads") + node_se(change, "water") + 1e-9).all()


@FEW
@given(st.integers(0, 10_000))
def test_the_order_of_rows_and_units_is_of_no_account(seed) -> None:
    """Answers and townships listed otherwise give the same errors."""
    rng = np.random.default_rng(seed)
    frames = [answers(rng, rng.uniform(0.2, 0.9, (3, 4))) for _ in range(2)]
    turned = [frame.sample(frac=1.0, random_state=seed % 1000) for frame in frames]
    one, two = (
        te.compare(*(evaluated(p, f) for p, f in zip(("2018", "2019"), some, strict=True)))
        for some in (frames, turned)
    )
    np.testing.assert_allclose(one.nodes["se"], two.nodes["se"], rtol=1e-9)


def test_a_stated_correlation_holds_for_nodes() -> None:
    """It counts instead of what is told by name, for every node alike."""
    before, after = pair()
    change = te.compare(before, after, correlation=0.5)
    for node in ("roads", "service", "safety"):
        row = before.plan.row[node]
        one, two = before.precision.se[row], after.precision.se[row]
        np.testing.assert_allclose(node_se(change, node), np.sqrt(one**2 + two**2 - one * two))
    assert "change.nodes" not in set(change.notes["code"])


def test_a_rule_that_bends_keeps_the_linear_part() -> None:
    """Pushed through bands a leaf covaries by its best line; what was simulated counts as independent."""
    of = scheme(leaf("roads", scoring=BANDS), leaf("water"), {**leaf("safety"), "scoring": "min_max"})
    before, after = pair(3, of=of)
    change = te.compare(before, after)
    row = before.plan.row["roads"]
    pushed = [one.precision.method[row] == METHODS.index("push-forward") for one in (before, after)]
    assert (pushed[0] & pushed[1]).any()
    shared = node_se(change, "roads") != hypot((before, after), "roads")
    assert shared[pushed[0] & pushed[1]].all()
    np.testing.assert_allclose(node_se(change, "safety"), hypot((before, after), "safety"))
    notes = change.notes.set_index("code")
    assert notes.loc["change.nodes", "en"].endswith(": safety")
    assert notes.loc["change.nodes", "zh"].endswith(":safety")


def test_an_archive_knows_villages_at_every_node(tmp_path) -> None:
    """Two archives give the nodes' errors that two evaluations give, whatever the order of units."""
    live = pair()
    for one in live:
        te.write_evaluation(one, tmp_path / f"{one.period}.json")
    read = [te.read_evaluation(tmp_path / f"{period}.json") for period in ("2018", "2019")]
    pd.testing.assert_frame_equal(te.compare(*read).nodes, te.compare(*live).nodes, rtol=1e-9)
    assert "村" not in (tmp_path / "2018.json").read_text(encoding="utf-8")


def test_an_archive_without_errors_by_indicator_is_read_and_said(tmp_path) -> None:
    """Made before they were kept: the composite's covariance holds, nodes count as independent."""
    from township_eval.io.archive import _digest

    live = pair()
    te.write_evaluation(live[0], tmp_path / "2018.json")
    plain = json.loads((tmp_path / "2018.json").read_text(encoding="utf-8"))
    del plain["precision"]["recurring_leaves"], plain["precision"]["untold"]
    plain["digest"] = _digest(plain)
    (tmp_path / "2018.json").write_text(json.dumps(plain), encoding="utf-8")
    change = te.compare(te.read_evaluation(tmp_path / "2018.json"), live[1])
    np.testing.assert_allclose(change.units["se"], te.compare(*live).units["se"])
    np.testing.assert_allclose(node_se(change, "roads"), hypot(live, "roads"))
    assert "change.nodes" in set(change.notes["code"])


def test_respondents_are_told_again_in_memory_alone(tmp_path) -> None:
    """A panel of persons covaries; a file holds no digest of anybody, and the note says what is lost."""
    live = pair(drop=("cluster",))
    change = te.compare(*live)
    assert (
        "asked in both periods, which counts: 160 respondents"
        in change.notes.set_index("code").loc["change.repeated", "en"]
    )
    assert (node_se(change, "roads") != hypot(live, "roads")).all()
    te.write_evaluation(live[0], tmp_path / "2018.json")
    text = (tmp_path / "2018.json").read_text(encoding="utf-8")
    digests = [name.partition(":")[2] for name in live[0].precision.recurring_leaves.names]
    assert len(digests) == 4 * 5 * 8
    assert "respondents:" not in text
    assert not any(digest in text for digest in digests)
    assert not any(digest.encode() in pickle.dumps(live[0]) for digest in digests)
    for kept in (te.read_evaluation(tmp_path / "2018.json"), pickle.loads(pickle.dumps(live[0]))):
        assert kept.precision.untold == len(digests)
        after = te.compare(kept, live[1])
        np.testing.assert_allclose(after.units["se"], hypot(live, "index"))
        assert {"change.independent", "change.respondents"} <= set(after.notes["code"])
    year = te.combine([te.read_evaluation(tmp_path / "2018.json"), live[1]])
    assert "combine.respondents" in set(year.notes["code"])


def test_beyond_a_number_of_respondents_nobody_is_named(monkeypatch) -> None:
    """Too many to keep: none of them is told again, and it is said."""
    monkeypatch.setattr(sample, "MOST_RESPONDENTS", 159)
    live = pair(drop=("cluster",))
    assert live[0].precision.untold == 160
    assert live[0].precision.recurring_leaves.names == ()
    assert {"change.independent", "change.respondents"} <= set(te.compare(*live).notes["code"])


def test_respondents_of_villages_are_in_the_villages() -> None:
    """Where villages were drawn their totals hold the persons: numbers of these change nothing."""
    named, nameless = pair(), pair(drop=("respondent",))
    assert all(name.startswith("responses:") for name in named[0].precision.recurring_leaves.names)
    assert named[0].precision.untold == 0
    pd.testing.assert_frame_equal(te.compare(*named).nodes, te.compare(*nameless).nodes)


def test_people_who_were_asked_for_the_first_time_share_nothing() -> None:
    """Other numbers, other persons: variances add up, and nobody is said to come again."""
    rng = np.random.default_rng(2)
    frames = [answers(rng, rng.uniform(0.2, 0.8, (3, 4))).drop(columns="cluster") for _ in range(2)]
    frames[1]["respondent"] = "neu-" + frames[1]["respondent"]
    periods = [evaluated(p, f) for p, f in zip(("2018", "2019"), frames, strict=True)]
    change = te.compare(*periods)
    np.testing.assert_allclose(node_se(change, "service"), hypot(periods, "service"))
    assert "change.independent" in set(change.notes["code"])
    assert "change.respondents" not in set(change.notes["code"])


def test_units_put_together_add_their_errors_as_they_covary() -> None:
    """Two townships with villages of their own: variances by squared shares, at every node."""
    before, after = pair(n_units=3)
    new = answers(np.random.default_rng(9), np.full((2, 5), 0.5))
    new["unit"] = new["unit"].map({"u000": "u000", "u001": "u002"})
    after = evaluated("2019", new)
    table = pd.DataFrame({"unit": ["u000", "u001"], "into": ["u000", "u000"], "share": [0.75, 0.25]})
    change = te.compare(before, after, renamed=table, correlation=0.0)
    for node in ("roads", "service", "index"):
        row = before.plan.row[node]
        old, later = before.precision.se[row], after.precision.se[row]
        joined = (0.75 * old[0]) ** 2 + (0.25 * old[1]) ** 2
        expected = np.sqrt(np.array([joined, old[2] ** 2]) + later**2)
        np.testing.assert_allclose(node_se(change, node), expected)
    known = te.compare(before, after, renamed=table)
    assert (node_se(known, "roads") != node_se(change, "roads")).all()  # villages of u000 and u002 came again


def test_differences_that_are_all_alike_are_not_free_of_error() -> None:
    """Everybody moved by as much: no variance of the differences, so the periods count as independent."""
    rng = np.random.default_rng(4)
    first = answers(rng, rng.uniform(0.3, 0.7, (2, 5)))
    second = first.assign(answer=first["answer"])
    periods = [evaluated(p, f) for p, f in zip(("2018", "2019"), (first, second), strict=True)]
    np.testing.assert_allclose(node_se(te.compare(*periods), "roads"), hypot(periods, "roads"))


@pytest.mark.parametrize("kept", [5, 2])
def test_a_part_of_few_villages_asked_again_makes_no_change_look_surer(kept) -> None:
    """Five of ten villages twice, the same or some of them: squares of changes are as large as said.

    With fixed villages drawn without replacement two samples share members by chance. Had their
    covariance been taken for that of a panel, errors of changes would be far too small.
    """
    rng = np.random.default_rng(21)
    n_units = 300
    chance = rng.choice([0.05, 0.95], (n_units, 10))
    order = rng.permuted(np.tile(np.arange(10), (n_units, 1)), axis=1)
    drawn = [order[:, :5], order[:, 5 - kept : 10 - kept]]  # of the five first `kept` again
    periods = []
    for period, villages in zip(("2018", "2019"), drawn, strict=True):
        frame = answers(rng, np.take_along_axis(chance, villages, 1), ("roads",), persons=4)
        place = frame["cluster"].str[:-1].astype(int).to_numpy()
        unit = frame["unit"].str[1:].astype(int).to_numpy()
        frame["cluster"] = villages[unit, place].astype(str)
        frame["clusters"] = 10
        periods.append(evaluated(period, frame, scheme(leaf("roads"))))
    rows = te.compare(*periods).nodes.query("node == 'roads'")
    square, said = rows["change"].to_numpy() ** 2, rows["se"].to_numpy() ** 2
    apart = square - said
    assert apart.mean() < 3 * apart.std() / np.sqrt(n_units)
    if kept == 5:
        assert said.mean() < 0.5 * (hypot(periods, "roads") ** 2).mean()
