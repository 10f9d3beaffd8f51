"""Statements about panels and ballots that nobody could score by are refused."""

import pytest

from township_eval.scheme.check import check_scheme
from township_eval.scheme.parse import parse_scheme
from township_eval.scheme.sources import PanelItem, Ratings


def problems(**source):
    """Return (code, where) of the errors of a scheme with one such leaf."""
    leaf = {"id": "x", "weight": 100, "basis": "三(四)", "source": source}
    scheme = parse_scheme({"name": "试", "version": 1, "index": {"children": [leaf]}})
    found = [one for one in check_scheme(scheme) if one.severity == "error"]
    assert all(problem.hint for problem in found)
    return [(problem.code, problem.where.rpartition(".")[2]) for problem in found]


def ratings(**fields):
    return problems(kind="ratings", **fields)


def reviews(**fields):
    return problems(kind="reviews", direction="departments_rate_townships", **fields)


@pytest.mark.parametrize("of", [ratings, reviews])
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"low": 100, "high": 100}, ("scale", "low")),
        ({"trim": -1}, ("trim", "trim")),
        ({"minimum": 0}, ("minimum", "minimum")),
    ],
)
def test_marks_between_nothing_and_fewer_than_none_are_refused(of, fields, code):
    """Both kinds share the scale of marks, trimming and the least number."""
    assert of(**fields) == [(f"{of.__name__}.{code[0]}", code[1])]


@pytest.mark.parametrize("method", ["median", "severity"])
def test_only_a_mean_drops_scores(method):
    """A median with trim says two things at once."""
    assert ratings(method=method, trim=1) == [("ratings.trim", "trim")]
    assert ratings(method=method) == ratings(method="mean", trim=1) == []


@pytest.mark.parametrize(("of", "field"), [(ratings, "groups"), (reviews, "raters")])
def test_weights_are_not_negative_nor_all_zero(of, field):
    """Weight zero for one is fine: it is shown and does not count."""
    assert of(**{field: {"甲": -1, "乙": 2}}) == [(f"{of.__name__}.weight", field)]
    assert of(**{field: {"甲": 0, "乙": 0}}) == [(f"{of.__name__}.weight", field)]
    assert of(**{field: {"甲": 0, "乙": 1}}) == []


def test_full_marks_are_positive_and_said_in_words():
    """An item nobody can have a point in is no item."""
    assert ratings(items={"现场": 0, "档案": 12}) == [("ratings.items", "items")]
    assert ratings(items={"现场": 8, "档案": 12}) == []
    said = Ratings(items=(PanelItem("现场", 8.0), PanelItem("档案", 12.0))).words()
    assert "各项满分:现场 8、档案 12,按得分占满分的比例折算" in said.zh
    assert "full marks: 现场 8, 档案 12" in said.en


def test_answers_have_one_meaning_within_the_scale():
    """An answer is worth points or it is no vote; points lie between low and high."""
    assert reviews(scale={"优秀": 100, "合格": 60}, dont_know=["合格"]) == [("reviews.answer_twice", "scale")]
    assert reviews(scale={"优秀": 120, "合格": 60}) == [("reviews.points", "scale")]
    assert reviews(scale={"优秀": 120, "合格": 60}, high=120, dont_know=["弃权"]) == []


@pytest.mark.parametrize(
    ("fields", "fine"),
    [({"minimum": 6}, False), ({"trim": 3}, False), ({"raters": dict.fromkeys("甲乙丙丁戊己", 1)}, False),
     ({"minimum": 5, "trim": 2}, True)],
)  # fmt: skip
def test_those_entitled_are_at_least_those_needed(fields, fine):
    """Five may vote: no six raters, nor a minimum of six, nor three dropped at each end."""
    assert (reviews(entitled=5, **fields) == []) is fine
