"""The condition language: what it means, what it refuses, and where."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.errors import SchemeError
from township_eval.language import Text
from township_eval.scheme.conditions import Call, Condition, parse_condition, say_rule
from township_eval.scheme.judging import FlagRule

NAN = np.nan


def evaluate(text, **columns):
    values = {key: np.asarray(value) for key, value in columns.items()}

    def lookup(term):
        return values[term.function if isinstance(term, Call) else term]

    return parse_condition(text).evaluate(lookup)


def problem_of(text, known=None):
    with pytest.raises(SchemeError) as caught:
        parse_condition(text, known, where="flags[0].when")
    (problem,) = caught.value.problems
    assert problem.where == "flags[0].when"
    assert problem.what.zh != problem.what.en
    return problem


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("a < 70", [1, 0, 0, NAN]),
        ("a <= 70", [1, 1, 0, NAN]),
        ("a > 70", [0, 0, 1, NAN]),
        ("a >= 70", [0, 1, 1, NAN]),
        ("a ≥ 70", [0, 1, 1, NAN]),
        ("a == 70", [0, 1, 0, NAN]),
        ("a = 70", [0, 1, 0, NAN]),
        ("a != 70", [1, 0, 1, NAN]),
        ("70 > a", [1, 0, 0, NAN]),
        ("60 <= a < 71", [1, 1, 0, NAN]),
        ("not a < 70", [0, 1, 1, NAN]),
        ("a > -5", [1, 1, 1, NAN]),
        ("((a < 70))", [1, 0, 0, NAN]),
    ],
)
def test_comparisons_hold_as_written_and_missing_is_unknown(text, holds) -> None:
    """Each comparison on 69, 70, 71 and a missing value."""
    np.testing.assert_array_equal(evaluate(text, a=[69.0, 70.0, 71.0, NAN]), holds)


@pytest.mark.parametrize("left", [1.0, 0.0, NAN])
@pytest.mark.parametrize("right", [1.0, 0.0, NAN])
def test_and_or_not_follow_kleene(left, right) -> None:
    """Unknown stays unknown unless the other side decides."""
    a, b = [left], [right]
    both = 0.0 if 0.0 in (left, right) else NAN if np.isnan(left + right) else 1.0
    either = 1.0 if 1.0 in (left, right) else NAN if np.isnan(left + right) else 0.0
    np.testing.assert_array_equal(evaluate("a > 0.5 and b > 0.5", a=a, b=b), [both])
    np.testing.assert_array_equal(evaluate("a > 0.5 or b > 0.5", a=a, b=b), [either])
    np.testing.assert_array_equal(evaluate("not a > 0.5", a=a), [1.0 - left])


def test_bounds_are_included_up_to_float_noise() -> None:
    """0.1 + 0.2 reaches 0.3, is not below it and not above it."""
    noisy = [0.1 + 0.2]
    assert evaluate("a >= 0.3", a=noisy).item() == 1.0
    assert evaluate("a > 0.3", a=noisy).item() == 0.0
    assert evaluate("a == 0.3", a=noisy).item() == 1.0


@given(st.lists(st.sampled_from([0.0, 50.0, 100.0, NAN]), min_size=3, max_size=3))
def test_not_binds_tighter_than_and_than_or(values) -> None:
    """Precedence is as in mathematics: brackets change nothing where they say the same."""
    a, b, c = ([value] for value in values)
    short = evaluate("not a < 60 and b < 60 or c < 60", a=a, b=b, c=c)
    long = evaluate("((not (a < 60)) and (b < 60)) or (c < 60)", a=a, b=b, c=c)
    np.testing.assert_array_equal(short, long)


def test_texts_are_equal_or_not_and_blank_is_unknown() -> None:
    """Texts compare as texts; what is no text is unknown."""
    grades = np.array(["较差", "优秀", "", None, NAN], dtype=object)
    np.testing.assert_array_equal(evaluate('grade == "较差"', grade=grades), [1, 0, NAN, NAN, NAN])
    np.testing.assert_array_equal(evaluate("grade != '较差'", grade=grades), [0, 1, NAN, NAN, NAN])


def test_columns_may_hold_texts_where_numbers_are_compared() -> None:
    """A text in a column of numbers is unknown, never an error in the middle of a run."""
    mixed = np.array([1600, "不详", None], dtype=object)
    np.testing.assert_array_equal(evaluate("人口 >= 1500", 人口=mixed), [1, NAN, NAN])


def test_calls_reach_the_lookup_with_their_arguments() -> None:
    """Numbers, names and texts are handed on; true-or-false calls stand alone."""
    asked = []

    def lookup(term):
        asked.append(term)
        return np.array([1.0, 0.0])

    condition = parse_condition("previous(s, 2) >= 1 and event('群体 事件') and bottom(3) or flagged(F1, 1)")
    np.testing.assert_array_equal(condition.evaluate(lookup), [1.0, 0.0])
    assert asked == [
        Call("previous", ("s", 2.0)),
        Call("event", ("群体 事件",)),
        Call("bottom", (3.0,)),
        Call("flagged", ("F1", 1.0)),
    ]
    assert condition.names == ("s",)
    assert condition.calls == tuple(asked)


@pytest.mark.parametrize("name", ["满意度", "1号指标", "GDP-增速", "a.b", "_x", "2018年"])
def test_ids_of_all_kinds_are_names(name) -> None:
    """Chinese ids, ids that start with a digit, ids with hyphens."""
    assert parse_condition(f"{name} < 5", [name]).names == (name,)


def test_ids_that_look_like_numbers_stand_in_backticks() -> None:
    """`101` is the node, 101 the number."""
    assert parse_condition("`101` < 5 and `有 空格` > 1", ["101", "有 空格"]).names == ("101", "有 空格")


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "empty", 0),
        ("   ", "empty", 0),
        ("a + b > 1", "sign", 3),
        ("a -5 > 1", "order", 3),
        ("x < 70%", "sign", 7),
        ("a < 1 && b < 2", "sign", 7),
        ("a < 1 b", "order", 7),
        ("a <", "order", 4),
        ("(a < 1", "sign", 7),
        ("a < 1)", "order", 6),
        ("a", "comparison", 2),
        ("1 < 2", "constant", 3),
        ("a < 1 且 b < 2", "order", 7),
        ("f(a) > 1", "function", 1),
        ("__import__('os')", "function", 1),
        ("previous(a) > 1", "sign", 11),
        ("previous(a, 0) > 1", "argument", 13),
        ("previous(a, 1.5) > 1", "argument", 13),
        ("n(n(a)) > 1", "sign", 4),
        ("bottom(a)", "argument", 8),
        ("composite > 'x'", "kind", 11),
        ("a < 'x", "sign", 5),
        ("a[0] < 1", "sign", 2),
        ("a.b() < 1", "function", 1),
        ("lambda: 1", "sign", 7),
        ("previous < 5", "call", 1),
    ],
)
def test_what_is_wrong_is_refused_at_its_place(text, code, at) -> None:
    """The position counts characters from 1; nothing in a condition is ever run."""
    problem = problem_of(text)
    assert problem.code == f"condition.{code}"
    assert (f"第 {at} 个字符" in problem.what.zh) == bool(at)


def test_known_names_are_checked_with_a_suggestion() -> None:
    """A misspelt id is named with what was probably meant."""
    problem = problem_of("满意 < 70", ["满意度", "目标任务"])
    assert problem.code == "condition.name"
    assert "满意度" in problem.hint.zh
    assert parse_condition("composite < 70 and rank_in_group == last", ["a"]).names == (
        "composite",
        "rank_in_group",
        "last",
    )


def test_grades_are_texts_and_scores_are_numbers() -> None:
    """With known ids the two cannot be mixed up."""
    assert problem_of("grade > '良好'", ["a"]).code == "condition.kind"
    assert problem_of("grade == 3", ["a"]).code == "condition.kind"
    assert problem_of("a == '良好'", ["a"]).code == "condition.kind"


@pytest.mark.parametrize("word", ["且", "并且", "或", "非"])
def test_chinese_words_for_and_or_not_get_the_right_hint(word) -> None:
    """The language writes and, or, not."""
    problem = problem_of(f"a < 1 {word} b < 2")
    assert problem.hint.en.split()[-1] in {"and", "or", "not"}


def test_limits_hold() -> None:
    """At most 2,000 characters and 20 levels; long flat conditions are fine."""
    flat = " and ".join(["a < 1"] * 200)
    assert len(flat) < 2000
    assert len(parse_condition(flat).comparisons) == 200
    assert problem_of("a < 1" + " " * 2000).code == "condition.long"
    assert problem_of("(" * 20 + "a < 1" + ")" * 20).code == "condition.deep"
    assert problem_of("not " * 20 + "a < 1").code == "condition.deep"
    parse_condition("(" * 19 + "a < 1" + ")" * 19)


def test_equal_meaning_is_equal() -> None:
    """Blanks and full-width signs do not make another condition."""
    assert parse_condition("a\uff1c70 and （b ≥ 2）") == parse_condition("a<70 and(b >= 2)")
    assert hash(parse_condition("a < 1")) == hash(parse_condition("a<1"))


def test_words_in_both_languages() -> None:
    """A condition reads as a sentence an official can check."""
    labels = {"s": Text("群众满意度", "satisfaction"), "p": Text("目标任务", "performance")}
    said = parse_condition("(p < 70 or s <= 60) and not n(s) < 30 and bottom(2) and rank >= 5").words(labels)
    assert said.zh.split(" 且 ") == [
        "(目标任务低于70 或 群众满意度不高于60)",
        "并非(群众满意度的有效样本数小于30)",
        "列同类后 2 名",
        "总名次不小于5",
    ]
    assert said.en == (
        "(performance is below 70 or satisfaction is at most 60) and not (the number of valid answers of "
        "satisfaction is less than 30) and it is among the last 2 of its class and the rank is at least 5"
    )


LABELS = {
    "F1": Text("群众满意度低", "low satisfaction"),
    "fire": Text("较大火灾", "a major fire"),
    "s": Text("满意度", "satisfaction"),
}


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (
            "lower(s) < 75",
            "满意度的置信区间下限低于75",
            "the lower confidence limit of satisfaction is below 75",
        ),
        (
            "upper(s) < 75",
            "满意度的置信区间上限低于75",
            "the upper confidence limit of satisfaction is below 75",
        ),
        ("event(fire)", "发生“较大火灾”", "an event “a major fire” is recorded"),
        ("not event(fire)", "未发生“较大火灾”", "no event “a major fire” is recorded"),
        (
            "flagged(F1, 1)",
            "上一期已触发“群众满意度低”",
            "“low satisfaction” was raised in the period before",
        ),
        (
            "flagged(F1, 2)",
            "此前连续 2 期触发“群众满意度低”",
            "“low satisfaction” was raised in each of the 2 periods before",
        ),
        (
            "not flagged(F1, 1)",
            "上一期未触发“群众满意度低”",
            "“low satisfaction” was not raised in the period before",
        ),
        ("bottom(1)", "列同类末位", "it is the last of its class"),
        ("not bottom(2)", "不在同类后 2 名", "it is not among the last 2 of its class"),
        ("previous(s, 1) < 70", "满意度上一期的值低于70", "satisfaction in the period before is below 70"),
        ("previous(s, 2) < 70", "满意度在前第 2 期的值低于70", "satisfaction 2 periods before is below 70"),
    ],
)
def test_questions_are_said_as_people_say_them(text, zh, en) -> None:
    """Events, earlier flags, last places and limits read well in both languages, also denied."""
    assert parse_condition(text).words(LABELS) == Text(zh, en)


def rule(**fields) -> FlagRule:
    return FlagRule(id="F", measure="约谈", **fields)


def test_the_reading_of_a_list_is_printed() -> None:
    """Whoever reads a flag sees whether all or one of the conditions had to hold."""
    both = say_rule(rule(conditions=("s < 70", "rank > 3 or s < 50"), reading="and"), LABELS)
    assert both.zh == "满意度低于70 且 (总名次大于3 或 满意度低于50)(本方案读作“且”)"
    either = say_rule(rule(conditions=("s < 70", "rank > 3"), reading="or"), LABELS)
    assert (
        either.en
        == "satisfaction is below 70 or the rank is greater than 3 (this scheme reads the list as “or”)"
    )
    assert say_rule(rule(conditions=("s < 70",)), LABELS).zh == "满意度低于70"
    assert say_rule(rule(when="s < 70"), LABELS).en == "satisfaction is below 70"
    assert say_rule(rule(), LABELS).zh == "由其他预警升级而来"


@given(st.text(alphabet="ab<>=()!&|'\"`,.-+ 0159且and或notor", max_size=40))
def test_any_text_is_a_condition_or_a_problem(text) -> None:
    """Nothing else ever comes out of the parser."""
    found: object
    try:
        found = parse_condition(text)
    except SchemeError as error:
        found = error.problems
    assert isinstance(found, Condition) or [problem.severity for problem in found] == ["error"]
