"""Forms of what people say one by one: single answers, the population they stand for, ballots."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from township_eval.io.template.form import Field, Form
from township_eval.language import Text
from township_eval.scheme.sources import Reviews, Satisfaction

__all__ = ["answers_form", "ballot_forms", "margins_form", "needs_answers", "other_direction"]

Say: TypeAlias = Callable[[Text], str]
Rows: TypeAlias = tuple[tuple[str, ...], ...]

_BLANK_ROWS: Final = 20
_CATEGORIES: Final = 6  # rows a variable of the population gets
_TITLES: Final = {
    "departments_rate_townships": Text("部门评乡镇", "departments rate townships"),
    "townships_rate_departments": Text("乡镇评部门", "townships rate departments"),
}
_RATED: Final = Text("被评议单位", "ratee")
_DESIGN: Final = (
    Text("层", "stratum"),
    Text("村(社区)", "cluster"),
    Text("层内总群数", "clusters"),
    Text("群内总人数", "members"),
    Text("权重", "weight"),
)


def needs_answers(source: Satisfaction) -> bool:
    """Return whether counts per answer cannot say what the scheme asks of single answers."""
    return bool(source.calibrate) or source.minimum_items > 1 or source.trim_weights is not None


def answers_form(source: Satisfaction, title: str, labels: tuple[str, ...], note: str, say: Say) -> Form:
    """Return the form of single answers: a row a person, a column a question.

    Parameters
    ----------
    source : Satisfaction
        Its questions, answers, channels and calibration variables are asked for.
    title : str
        Name of the sheet.
    labels : tuple of str
        Headers of the columns that name the unit.
    note : str
        Shown on the headers of the questions.
    say : callable
        Gives a text in the language of the form.
    """
    answers = (*(one.answer for one in source.scale), *source.dont_know, *source.refused)
    asked = tuple(one.question for one in source.questions) or (say(Text("答案", "answer")),)
    channels = tuple(one.channel for one in source.channels)
    fields = [Field((say(Text("受访者编号", "respondent")),))]
    if channels:
        fields.append(Field((say(Text("渠道", "channel")),), choices=channels))
    fields += [Field((say(text),)) for text in _DESIGN]
    fields += [Field((name,)) for name in source.calibrate]
    fields += [Field((name,), note, answers) for name in asked]
    return Form(title, labels, (("",) * len(labels),) * _BLANK_ROWS, tuple(fields))


def margins_form(source: Satisfaction, say: Say) -> Form:
    """Return the form of the population: how many are in each category of what answers are calibrated by."""
    rows = tuple((name,) for name in source.calibrate for _ in range(_CATEGORIES))
    fields = tuple(Field((say(text),)) for text in (Text("类别", "category"), Text("人数", "population")))
    return Form(say(Text("人口结构", "margins")), (say(Text("变量", "margin")),), rows, fields)


def other_direction(source: Reviews) -> str:
    """Return the way of a mutual review that this source does not look at."""
    return next(name for name in _TITLES if name != source.direction)


def ballot_forms(
    source: Reviews, units: tuple[tuple[str, ...], Rows], note: str, say: Say, *, both: bool
) -> Iterator[Form]:
    """Yield the forms of a review's ballots.

    Signed ballots are a matrix, secret ones counts per answer; without a list of raters a row is a
    ballot.

    Parameters
    ----------
    source : Reviews
        Its raters, and the answers of a secret ballot.
    units : tuple of (labels, rows)
        Headers and texts of the columns that name the evaluated units.
    note : str
        Shown on the headers.
    say : callable
        Gives a text in the language of the form.
    both : bool
        Whether to ask for the other direction too, which no indicator is scored by.
    """
    labels, rows = units
    title, other = say(_TITLES[source.direction]), say(_TITLES[other_direction(source)])
    raters = tuple(one.rater for one in source.raters)
    answers = (*(one.answer for one in source.scale), *source.dont_know)
    if source.scale:
        fields = tuple(Field((answer,), note) for answer in answers)
        yield Form(title, labels, rows, fields)
        if both and raters:
            yield Form(other, (say(_RATED),), tuple((rater,) for rater in raters), fields)
    elif raters:
        yield Form(title, labels, rows, tuple(Field((rater,), note) for rater in raters))
        if both:
            yield Form(other, labels, rows, tuple(Field((rater,)) for rater in raters))
    else:
        for name in (title, other)[: 1 + both]:
            yield _one_by_one(name, note, say)


def _one_by_one(title: str, note: str, say: Say) -> Form:
    fields = (Field((say(_RATED),)), Field((say(Text("得分", "score")),), note))
    return Form(title, (say(Text("评议单位", "rater")),), (("",),) * _BLANK_ROWS, fields)
