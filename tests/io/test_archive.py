"""An evaluation goes to JSON and back to the last bit."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import township_eval as te
from township_eval.io import archive

SCHEME = {
    "name": "归档",
    "version": "1",
    "weights": "relative",
    "index": {
        "missing": "exclude",
        "children": [
            {"id": "a", "weight": 1, "basis": "test",
             "scoring": {"method": "linear", "low": 0, "high": 3, "cap": False}},
            {"id": "b", "weight": 2, "basis": "test"},
        ],
    },
    "grades": [{"name": "优秀", "at_least": 50}, {"name": "一般", "at_least": 0}],
    "flags": [
        {"id": "f", "measure": "约谈", "when": "a < 50", "owner": ["督查室"]},
        {"id": "g", "measure": "通报批评", "when": "a < 40", "owner": ["督查室"]},
    ],
}  # fmt: skip


def evaluation(a, b=None, order=None, history=()):
    """Evaluate units u0, u1 ... with these values."""
    frame = pd.DataFrame({"a": a, "b": b if b is not None else [np.nan] * len(a)}, dtype=float)
    frame.index = pd.Index([f"0{k}" for k in range(len(a))])
    if order is not None:
        frame = frame.iloc[order]
    period = f"2018-Q{len(history) + 1}"
    return te.evaluate(te.read_scheme(SCHEME), te.Inputs(period=period, values=frame), history=list(history))


@given(st.lists(st.floats(0, 3, allow_subnormal=True), min_size=1, max_size=5))
@settings(max_examples=40)
def test_reading_back_gives_the_same_bits(tmp_path_factory, a):
    """Every array and every frame is equal, floats to the last bit."""
    path = tmp_path_factory.mktemp("archive") / "2018.json"
    found = evaluation(a, order=range(len(a))[::-1])
    te.write_evaluation(found, path)
    back = te.read_evaluation(path)
    assert back.scheme == found.scheme
    np.testing.assert_array_equal(back.score, found.score)
    np.testing.assert_array_equal(back.leaves.value, found.leaves.value)
    for name in ("results", "scores", "values", "flags", "ledger", "notes"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(found, name), check_dtype=False)
    assert str(back.explain("00")) == str(found.explain("00"))


def test_the_order_of_rows_does_not_change_the_bytes(tmp_path):
    """Rows are ordered by unit id; only the stored order of results differs."""
    te.write_evaluation(evaluation([1, 2, 3]), tmp_path / "one.json")
    te.write_evaluation(evaluation([1, 2, 3], order=[2, 0, 1]), tmp_path / "two.json")
    one, two = (json.loads((tmp_path / name).read_text("utf-8")) for name in ("one.json", "two.json"))
    assert one["units"].pop("order") == ["00", "01", "02"]
    assert two["units"].pop("order") == ["02", "00", "01"]
    assert one.pop("digest") != two.pop("digest")
    assert one == two


def test_the_same_evaluation_gives_the_same_bytes(tmp_path):
    """No clock, no machine, no order of dictionaries."""
    for name in ("one.json", "two.json"):
        te.write_evaluation(evaluation([1, 2], [50, 60]), tmp_path / name)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_numbers_that_are_not_finite_are_null(tmp_path):
    """The file is JSON for every reader, not only for Python."""
    te.write_evaluation(evaluation([1, 2]), tmp_path / "e.json")
    text = (tmp_path / "e.json").read_text("utf-8")
    assert "NaN" not in text
    assert json.loads(text)["score"][2] == [None, None]


def test_the_previous_period_is_kept(tmp_path):
    """What the report prints as 上期 is in the archive."""
    first = evaluation([1, 2])
    te.write_evaluation(evaluation([2, 1], history=[first]), tmp_path / "e.json")
    previous = te.read_evaluation(tmp_path / "e.json").tables["previous"]
    assert previous["composite"].tolist() == first.results["composite"].tolist()


def test_the_file_satisfies_its_schema(tmp_path):
    """`evaluation_schema` describes what `write_evaluation` writes."""
    jsonschema = pytest.importorskip("jsonschema")
    te.write_evaluation(evaluation([1, 2], [3, 4]), tmp_path / "e.json")
    jsonschema.validate(json.loads((tmp_path / "e.json").read_text("utf-8")), te.evaluation_schema())


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1}', "not json", "PK\x03\x04"])
def test_what_is_no_archive_is_a_problem(tmp_path, content):
    """With the file as its place."""
    path = tmp_path / "e.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(te.DataError) as caught:
        te.read_evaluation(path)
    assert caught.value.problems[0].code == "archive.unreadable"
    assert str(path) in caught.value.problems[0].where


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("units", {}),
        ("units", []),
        ("score", [[1.0]]),
        ("score", "x"),
        ("weight", None),
        ("leaves", {}),
        ("standing", {}),
        ("problems", [{}]),
        ("details", {"columns": ["unit"], "types": ["date"], "rows": [[]]}),
        ("tables", {"quality": {}}),
    ],
)
def test_a_part_that_does_not_fit_is_a_problem(tmp_path, part, content):
    """A file somebody has edited ends in a listed problem, never in a fault of the program."""
    path = tmp_path / "e.json"
    te.write_evaluation(evaluation([1, 2]), path)
    plain = json.loads(path.read_text("utf-8")) | {part: content}
    path.write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(te.DataError) as caught:
        te.read_evaluation(path)
    assert [(p.code, p.where) for p in caught.value.problems] == [("archive.altered", str(path))]


@pytest.mark.parametrize("gone", [["precision"], ["part", "df", "leaves", "recurring"], ["recurring"]])
def test_an_earlier_version_is_told_with_what_it_lacks(tmp_path, gone):
    """An untouched archive without errors that are needed now says so, and what to do; it is not guessed."""
    path = tmp_path / "2018-H1.json"
    te.write_evaluation(evaluation([1, 2]), path)
    plain = json.loads(path.read_text("utf-8"))
    for key in gone:
        del (plain if key in plain else plain["precision"])[key]
    plain["digest"] = archive._digest(plain)
    path.write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(te.DataError) as caught:
        te.read_evaluation(path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.where) == ("archive.unreadable", str(path))
    assert f"written by an earlier version ({te.__version__})" in problem.what.en
    assert all(key in problem.what.zh for key in gone)
    assert "score" in problem.hint.zh


def test_what_was_reported_comes_back_as_what_it_was(tmp_path):
    """Numbers stay numbers beside words, so that an explanation does not change in the archive."""
    scheme = te.read_scheme(SCHEME)
    rows = [
        ("甲", "a", 1.0, "自查"),
        ("甲", "b", 50.0, None),
        ("乙", "a", 2.0, "抽查"),
        ("乙", "b", 60.0, None),
    ]
    values = pd.DataFrame(rows, columns=["unit", "indicator", "value", "reason"])
    quality = pd.DataFrame({"file": ["a.xlsx"] * 3, "parsed": [85.0, "是", None]}, dtype=object)
    found = te.evaluate(scheme, te.Inputs(period="2018-Q1", values=values, reading=quality))
    te.write_evaluation(found, tmp_path / "e.json")
    back = te.read_evaluation(tmp_path / "e.json")
    assert back.tables["quality"]["parsed"].tolist() == [85.0, "是", None]
    assert back.explain("甲").to_dict() == found.explain("甲").to_dict()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("precision", "raters"), {}), (("precision", "raters", "part"), None),
        (("precision", "raters", "names"), 7), (("precision", "untold"), "x"),
        (("precision", "untold"), None),
        (("precision", "composite"), []), (("precision", "part"), -7), (("precision", "se"), []),
        (("score", 0), []), (("leaves", "cell"), []), (("standing", "rank"), None),
        (("units", "names", 0), 3), (("flags", "columns", 0), "x"), (("tables",), 5), (("period",), 2018),
    ],
)  # fmt: skip
def test_an_archive_edited_by_hand_is_refused_with_its_digest_made_anew(tmp_path, path, value):
    """Whoever computes the digest again gets a message that names the file, never a traceback."""
    file = tmp_path / "2018-Q1.json"
    te.write_evaluation(evaluation([1, 2]), file)
    plain = json.loads(file.read_text("utf-8"))
    part = plain
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    plain["digest"] = archive._digest(plain)
    file.write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(te.DataError) as caught:
        te.read_evaluation(file)
    (problem,) = caught.value.problems
    assert (problem.code, problem.where) == ("archive.unreadable", str(file))
    assert problem.hint


def test_a_number_that_is_none_in_json_is_refused(tmp_path):
    """NaN is no JSON: no digest can be made of it."""
    file = tmp_path / "2018-Q1.json"
    te.write_evaluation(evaluation([1, 2]), file)
    file.write_text(file.read_text("utf-8").replace('"as_of": ""', '"as_of": NaN'), encoding="utf-8")
    with pytest.raises(te.DataError, match=r"archive\.unreadable"):
        te.read_evaluation(file)


def test_a_digit_changed_in_the_file_is_noticed(tmp_path):
    """A better score, a lower weight: the digest no longer fits."""
    te.write_evaluation(evaluation([1, 2]), tmp_path / "e.json")
    text = (tmp_path / "e.json").read_text("utf-8")
    assert '"composite": [33.33,' in text
    (tmp_path / "e.json").write_text(
        text.replace('"composite": [33.33,', '"composite": [93.33,'), encoding="utf-8"
    )
    with pytest.raises(te.DataError, match=r"archive\.altered"):
        te.read_evaluation(tmp_path / "e.json")


def test_texts_in_two_languages_stay_so(tmp_path):
    """What reading the files noted can be reported in English from the archive too."""
    found = evaluation([1, 2])
    note = te.Text("已排除", "left out")
    table = pd.DataFrame({"cell": ["a.xlsx!表!B3", ""], "treatment": [note, None]})
    te.write_evaluation(dataclasses.replace(found, table_rows={"quality": table}), tmp_path / "e.json")
    assert te.read_evaluation(tmp_path / "e.json").tables["quality"]["treatment"].tolist() == [note, None]


def test_a_scheme_changed_in_the_file_is_noticed(tmp_path):
    """The digest no longer fits."""
    te.write_evaluation(evaluation([1, 2]), tmp_path / "e.json")
    plain = json.loads((tmp_path / "e.json").read_text("utf-8"))
    plain["scheme"]["index"]["children"][0]["weight"] = 9
    (tmp_path / "e.json").write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(te.DataError, match=r"archive\.altered"):
        te.read_evaluation(tmp_path / "e.json")


def test_an_own_rule_is_needed_only_to_compute(tmp_path):
    """A result can be read and reported without the user's class."""

    class Half:
        def __call__(self, values):
            return np.asarray(values) / 2

    mapping = {
        "name": "own", "version": "1",
        "index": {"children": [{"id": "a", "weight": 100, "basis": "t", "scoring": {"method": "half"}}]},
    }  # fmt: skip
    scheme = te.read_scheme(mapping, formulas={"half": Half})
    values = pd.DataFrame({"a": [80.0]}, index=["甲"])
    te.write_evaluation(te.evaluate(scheme, te.Inputs(period="2018", values=values)), tmp_path / "e.json")
    back = te.read_evaluation(tmp_path / "e.json")
    assert back.results["composite"].tolist() == [40.0]
    assert "half" in str(back.explain("甲").to_dict()["leaves"][0]["rule"])
    again = te.read_evaluation(tmp_path / "e.json", formulas={"half": Half})
    assert again.scheme.leaves()[0].scoring([10.0]).tolist() == [5.0]
