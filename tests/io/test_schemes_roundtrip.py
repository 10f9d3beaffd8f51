"""Whatever a scheme states, every form of its file keeps it."""

from __future__ import annotations

import json
import tempfile
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from township_eval.io.schemes import words_ignored
from township_eval.io.schemes.book_reader import load_workbook_scheme
from township_eval.io.schemes.book_writer import write_workbook_scheme
from township_eval.io.schemes.notation import dump_json, dump_yaml, flow_text, load_flow, load_json, load_yaml
from township_eval.methods.scoring import RULES
from township_eval.scheme.model import Scheme
from township_eval.scheme.parse import parse_scheme
from township_eval.scheme.write import to_mapping

# What has bitten readers of spreadsheets and of YAML: formulas, nulls, numbers, quotes, separators.
AWKWARD = (
    "=1+1", "null", "不限", "{a", "[b", "2/3", "007", "1e5", "yes", "是", "a: b", "#x", "注:一", "- a", "、",
    "a、b", "a,b", "'", '"', "'a'", "@x", "+1", "-1", "~", "<<", "a\nb", "100%", "2018-05-01", "True", ".5",
    "*a", "&a", "!a", "%a", "|", ">", "?", "农牧局(扶贫办)", "_x0041_", "index", "default ", "0x10", "1_000",
)  # fmt: skip
WORDS = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp")), min_size=1, max_size=8),
)
TEXT = WORDS.map(str.strip).filter(lambda text: text not in {"", "default"} and "`" not in text)
NUMBER = st.one_of(
    st.integers(-1000, 1000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["2/3", "-1/3", 0.1 + 0.2, 1e-20, 98.5]),
)
VARYING = st.one_of(
    NUMBER,
    st.dictionaries(TEXT | st.just("default"), NUMBER, min_size=1, max_size=3),
    st.dictionaries(
        st.sampled_from(["2018-H1", "2018-Q2", "default"]),
        NUMBER | st.dictionaries(TEXT, NUMBER, min_size=1, max_size=2),
        min_size=1,
        max_size=2,
    ),
)
TEXTS = st.lists(TEXT, max_size=3)
POLICY = st.sampled_from(["share_out", "share_out_all", "full", "zero", {"partial": 0.25}])


def rules() -> st.SearchStrategy[object]:
    """Return rules of every built-in kind with their numeric parameters, and own ones."""
    fixed = st.sampled_from(
        [
            {"method": "threshold", "at_least": "2/3", "otherwise": "proportional"},
            {"method": "range", "low": 3, "high": 5, "below": "proportional", "above": "full"},
            {"method": "bands", "bounds": [60, 80], "scores": [0, 80, "200/3"]},
            {"method": "bands", "tiers": [{"to": 60, "score": 0}, {"from": 60, "score": 100}]},
            {"method": "interpolate", "points": [[0, 0], [1, 100]]},
            {"method": "min_max", "cohort": "group", "direction": "lower", "constant": 50},
            {"method": "rank_step", "step": 10},
            {"method": "z_score", "ddof": 0},
            {"method": "deduction", "full": 2, "per_unit": 0.5},
            {"method": "late", "per_day": 1},
            "identity",
        ]
    )
    target = st.fixed_dictionaries(
        {"method": st.just("target"), "target": VARYING},
        optional={"floor": VARYING, "cap": st.none() | NUMBER, "direction": st.just("lower")},
    )
    linear = st.fixed_dictionaries({"method": st.just("linear"), "low": VARYING, "high": VARYING})
    own = st.fixed_dictionaries(
        {"method": st.just("ours")}, optional={"k": VARYING, "text": TEXT, "many": TEXTS}
    )
    return fixed | target | linear | own


SOURCES = st.sampled_from(
    [
        {"kind": "measured", "column": "x"},
        {"kind": "ratio", "numerator": "a", "denominator": "b", "where": "人口 >= 1500 and 需求 == '是'"},
        {"kind": "growth", "start": "a", "end": "b", "years": "1/2"},
        {"kind": "items", "columns": ["a", "b、c"], "weights": [1, 2]},
        {"kind": "events", "marks": {"重大": 5, "一般": 0.5}},
        {"kind": "share_of_persons", "column": "天数", "at_least": 12},
        {"kind": "change", "relative": True},
        {"kind": "milestone", "due": "2018-05-10", "done": "报备日期"},
        {
            "kind": "satisfaction",
            "scale": {"满意": 100, "不满意": 30},
            "dont_know": "不了解",
            "channels": {"电话": 6},
        },
        {
            "kind": "survey",
            "scale": {"likert": 5},
            "dont_know": ["9"],
            "refused": ["拒答"],
            "denominator": "with_dont_know",
            "channels": {"电话": {"weight": 6, "deff": 1.5}, "代表": {"weight": 4, "design": "list census"}},
            "questions": {"q1": 2, "q2": 1},
            "minimum_items": 2,
            "minimum": {"n_eff": 30, "df": 8},
            "calibrate": ["age"],
            "trim_weights": 3,
            "lonely": "adjust",
            "small_area": ["人均收入"],
        },
        {"kind": "ratings", "trim": 1, "groups": {"甲所": 6, "乙所": 4}, "items": {"现场": 8, "档案": 12}},
        {
            "kind": "reviews",
            "direction": "departments_rate_townships",
            "raters": {"民政局": 2, "财政局": 1},
            "scale": {"好": 100, "差": 40},
            "dont_know": ["弃权"],
            "design": "sample",
            "entitled": 12,
        },
        {"kind": "tasks", "measure": "done", "only": ["T01"], "counted": "period"},
    ]
)
SHARED = {
    "not_applicable": POLICY | st.dictionaries(TEXT, POLICY, min_size=1, max_size=2),
    "missing": st.sampled_from(["refuse", "zero", "exclude", "previous"]),
    "cohort": st.sampled_from(["all", "group"]),
    "applies_to": TEXTS,
    "applies_when": TEXT,
    "due_in": TEXTS,
    "basis": TEXT,
    "lead": TEXTS,
    "note": TEXT,
    "name": TEXT,
}
LEAF = st.fixed_dictionaries(
    {"weight": VARYING},
    optional={
        **SHARED,
        "scoring": rules(),
        "source": SOURCES,
        "unit": TEXT,
        "aliases": TEXTS,
        "may_not_apply": st.booleans(),
        "total": NUMBER,
        "deadline": TEXT,
        "overrides": st.dictionaries(
            TEXT,
            st.fixed_dictionaries(
                {"reason": TEXT}, optional={"scoring": rules(), "weight": NUMBER, "cohort": st.none()}
            ),
            min_size=1,
            max_size=2,
        ),
    },
)
AGGREGATION = st.sampled_from(
    [
        "arithmetic",
        "geometric",
        "harmonic",
        "weakest",
        "ours",
        {"method": "power", "p": 2},
        {"method": "ours", "k": [1, "a"]},
    ]
)
DIMENSION = st.fixed_dictionaries(
    {"weight": VARYING},
    optional={
        **SHARED,
        "aggregation": AGGREGATION,
        "scoring": rules(),
        "minimum_children": st.integers(0, 2),
    },
)


@st.composite
def trees(draw: st.DrawFn) -> list[dict[str, object]]:
    """Draw the children of an index, up to three levels; ids are unique, as every scheme's are."""
    count = iter(range(1000))

    def named(node: dict[str, object]) -> dict[str, object]:
        return {"id": f"{draw(WORDS).strip()}_{next(count)}", **node}

    def level(depth: int) -> list[dict[str, object]]:
        nodes = []
        for _ in range(draw(st.integers(1, 2))):
            if depth and draw(st.booleans()):
                nodes.append({**named(draw(DIMENSION)), "children": level(depth - 1)})
            else:
                nodes.append(named(draw(LEAF)))
        return nodes

    return level(2)


def lists(required: dict[str, object], **optional: object) -> st.SearchStrategy[object]:
    """Return lists of up to two records of a section."""
    return st.lists(st.fixed_dictionaries(required, optional=optional), max_size=2)  # type: ignore[arg-type]


DAYS = st.integers(0, 30)
POOL = st.fixed_dictionaries(
    {}, optional={"cap": NUMBER, "item_cap": NUMBER, "source_cap": NUMBER, "approved_honours": TEXTS}
).filter(bool)
# What a scheme says of consequences, as it is parsed: whether it makes sense is not asked here.
CONSEQUENCES = {
    "adjustments": st.fixed_dictionaries({}, optional={"bonus": POOL, "deduction": POOL}).filter(bool),
    "adjustment_items": lists(
        {"id": TEXT, "pool": st.sampled_from(["bonus", "deduction"])},
        name=TEXT,
        amount=NUMBER,
        marks=st.dictionaries(TEXT, NUMBER, min_size=1, max_size=2),
        cap=NUMBER,
        source=TEXT,
        honour=st.booleans(),
        block=TEXT,
        factor=NUMBER,
        basis=TEXT,
    ),
    "context": st.fixed_dictionaries({"amount": VARYING, "bound": NUMBER, "reason": TEXT}),
    "points_floor": NUMBER,
    "points_ceiling": NUMBER,
    "most_vetoes": DAYS,
    "vetoes": lists(
        {"id": TEXT},
        name=TEXT,
        basis=TEXT,
        effect=st.just({"grade": "较差"}),
        approval=st.fixed_dictionaries(
            {"reference": TEXT}, optional=dict.fromkeys(("authority", "level", "date", "until"), TEXT)
        ),
    ),
    "minimum_coverage": NUMBER,
    "grades": lists(
        {"name": TEXT, "at_least": NUMBER},
        quota=st.sampled_from([{"count": 1, "per": "group"}, {"share": 0.3, "ties": "all"}]),
        unless=TEXT,
        requires=TEXTS,
    ),
    "limiters": lists(
        {"id": TEXT, "at_most": TEXT}, name=TEXT, when=TEXT, event=st.booleans(), days=DAYS, basis=TEXT
    ),
    "flags": lists(
        {"id": TEXT, "measure": TEXT},
        when=TEXT,
        conditions=TEXTS,
        reading=st.sampled_from(["and", "or"]),
        name=TEXT,
        kind=st.sampled_from(["sanction", "positive", "support"]),
        certainty=st.sampled_from(["probable", "confirmed"]),
        subject=TEXT,
        posts=st.dictionaries(TEXT, TEXT, min_size=1, max_size=2),
        matter=TEXT,
        scope=TEXT,
        steps=TEXTS,
        owner=TEXTS,
        basis=TEXT,
        due_days=DAYS,
        due_in=st.sampled_from(["calendar", "working"]),
        clear_when=TEXT,
        escalates=st.just({"to": "x", "after": 2}),
    ),
    "uses": lists({"id": TEXT, "when": TEXT}, name=TEXT, note=TEXT),
    "disclosure": st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("notice_days", "objection_days", "answer_days", "minimum_n"), DAYS),
            "days": st.just("calendar"),
            "channel": TEXT,
            "ranks": st.booleans(),
            "starts": st.just({"2018-H2": "2019-01-02"}),
        },
    ),
}


def test_every_field_of_a_consequence_is_drawn() -> None:
    """A field added to a scheme is one the forms of its file are tried with."""
    others = {
        "name", "version", "index", "basis", "notice", "scale", "digits", "weights", "rounding", "rank_on",
        "previous", "groups", "units", "sites", "tokens", "layouts", "holidays", "workdays", "period",
        "group", "warnings",
    }  # fmt: skip
    assert {one.name for one in fields(Scheme)} == {*others, *CONSEQUENCES}


@st.composite
def schemes(draw: st.DrawFn) -> dict[str, object]:
    """Draw the mapping of a scheme."""
    head = {"name": TEXT, "version": TEXT}
    more = {
        "basis": TEXT,
        "notice": TEXT,
        "scale": NUMBER,
        "digits": st.integers(0, 4),
        "weights": st.sampled_from(["percent", "relative"]),
        "rounding": st.just({"stage": "block", "digits": 1}),
        "rank_on": st.just("raw"),
        "previous": st.dictionaries(TEXT, NUMBER, max_size=2),
        "groups": st.dictionaries(
            TEXT, st.fixed_dictionaries({"reason": TEXT}, optional={"name": TEXT}), max_size=3
        ),
        "units": st.dictionaries(
            TEXT,
            st.fixed_dictionaries({}, optional={"name": TEXT, "group": TEXT, "aliases": TEXTS, "kind": TEXT}),
            max_size=3,
        ),
        "sites": st.dictionaries(TEXT, TEXTS, max_size=2),
        "tokens": st.dictionaries(TEXT, NUMBER | st.just("not_reported"), max_size=2),
        "layouts": st.lists(
            st.fixed_dictionaries(
                {"file": TEXT},
                optional={
                    "columns": st.dictionaries(TEXT, TEXT, max_size=2),
                    "header_rows": st.just([2, 3]),
                    "ignore": st.just(True),
                },
            ),
            max_size=2,
        ),
        **CONSEQUENCES,
        "holidays": st.just(["2018-05-01"]),
    }
    mapping = draw(st.fixed_dictionaries(head, optional=more))  # type: ignore[arg-type]
    index = draw(
        st.fixed_dictionaries({}, optional={"id": st.just("综合"), "name": TEXT, "aggregation": AGGREGATION})
    )
    return {**mapping, "index": {**index, "children": draw(trees())}}


class Ours:
    """An own formula."""


FORMULAS = {"ours": Ours}
SLOW = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@SLOW
@given(schemes())
def test_a_scheme_survives_every_form_of_its_file(mapping: dict[str, object]) -> None:
    """Mapping, YAML, JSON and workbook give back an equal scheme with the same fingerprint."""
    scheme = parse_scheme(mapping, FORMULAS)
    plain = to_mapping(scheme)
    written = [
        plain,
        json.loads(json.dumps(plain)),
        load_yaml(dump_yaml(plain)).data,
        load_json(dump_json(plain)).data,
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "方案.xlsx"
        for lang in ("zh", "en"):
            write_workbook_scheme(scheme, path, lang)
            book = load_workbook_scheme(path)
            assert book.problems == ()
            assert words_ignored(book, scheme) == ()
            written.append(book.data)
    for data in written:
        again = parse_scheme(data, FORMULAS)
        assert again == scheme
        assert again.fingerprint == scheme.fingerprint


@settings(deadline=None)
@given(
    st.recursive(
        TEXT | NUMBER | st.none() | st.booleans(), lambda more: st.lists(more) | st.dictionaries(TEXT, more)
    )
)
def test_flow_notation_gives_back_what_a_cell_states(data: object) -> None:
    """A cell holds any plain data unchanged."""
    assert load_flow(flow_text(data)) == data


@pytest.mark.parametrize("method", sorted(RULES))
def test_every_rule_has_a_file_form(method: str) -> None:
    """Each built-in rule can be written with its smallest statement and read back."""
    least = {
        "linear": {"low": 0, "high": 1},
        "target": {"target": 1},
        "step": {"target": 1},
        "range": {"low": 1, "high": 2},
        "bands": {"bounds": [1], "scores": [0, 1]},
        "interpolate": {"points": [[0, 0], [1, 1]]},
        "efficacy": {"bad": 0, "good": 1},
        "late": {"per_day": 1},
        "rank_step": {"step": 10},
    }
    rule = {"method": method, **least.get(method, {})}
    scheme = parse_scheme(
        {"name": "a", "version": "1", "index": {"children": [{"id": "x", "weight": 100, "scoring": rule}]}}
    )
    assert isinstance(scheme.leaves()[0].scoring, RULES[method])
    assert parse_scheme(to_mapping(scheme)) == scheme
