"""What a scheme asks of its departments: the forms of its values and of every kind of evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from township_eval.inputs import columns_read
from township_eval.io.sheets.cells import folded, is_unit
from township_eval.io.sheets.headers import NAME
from township_eval.io.sheets.vocabulary import Target, Vocabulary
from township_eval.io.template.filed import event_fields, filed_forms
from township_eval.io.template.form import Field, Form
from township_eval.io.template.people import (
    answers_form,
    ballot_forms,
    margins_form,
    needs_answers,
    other_direction,
)
from township_eval.language import Text, join_texts
from township_eval.methods.varying import Varying
from township_eval.scheme.differentiate import unit_codes
from township_eval.scheme.model import Dimension, Indicator, Node, Scheme, Unit
from township_eval.scheme.naming import unit_head
from township_eval.scheme.sources import Events, Ratings, Ratio, Reviews, Satisfaction, ShareOfPersons

__all__ = ["forms_of"]

_BLANK_ROWS: Final = 20  # to fill in where the scheme lists no units, persons or events
_MORE_RATERS: Final = 3  # beyond those that are dropped
_CHOICES: Final = ("是", "否", "/")
_INDICATOR: Final = Text("指标", "indicator")
_SATISFACTION, _RATINGS = Text("满意度", "satisfaction"), Text("第三方评估", "ratings")


def forms_of(
    scheme: Scheme, leaves: Iterable[Indicator], lang: str, *, whole: bool = False
) -> Iterator[Form]:
    """Yield the forms to fill in for some leaves of a scheme.

    Parameters
    ----------
    scheme : Scheme
        Units, classes and what the columns are called.
    leaves : iterable of Indicator
        The leaves to ask for.
    lang : {"zh", "en"}
        Language of the labels.
    whole : bool
        Whether the forms of what is filed about results belong to it: no department has those.
    """
    leaves = tuple(leaves)
    asking = _Asking(scheme, lang)
    if fields := tuple(asking.fields(leaves)):
        yield Form(asking.say(Text("指标数据", "values")), asking.labels(), asking.units(), fields)
    yield from asking.each(leaves, _SATISFACTION, Satisfaction, asking.satisfaction)
    yield from asking.answers(leaves)
    yield from asking.each(leaves, _RATINGS, Ratings, asking.ratings)
    yield from asking.reviews(leaves)
    yield from asking.roster(leaves)
    yield from asking.events(leaves)
    if whole:
        yield from asking.filed()


@dataclass(frozen=True, slots=True)
class _Asking:
    """Makes the forms of one scheme in one language."""

    scheme: Scheme
    lang: str

    def say(self, text: Text) -> str:
        """Return a text in the language of the form."""
        return text.say(self.lang)

    def labels(self, *more: Text) -> tuple[str, ...]:
        """Return the headers of code, name and what else stands there already."""
        return tuple(self.say(text) for text in (Text("代码", "code"), self.unit_head(), *more))

    def unit_head(self) -> Text:
        """Return what the units are called, in a word that is known again when the form comes back."""
        head = unit_head(unit.kind for unit in self.scheme.units)
        heads = (head, Text(f"{head.zh}名", "Unit"))  # 村 alone is also a unit of measure
        words = [(folded(self.say(one)), one) for one in heads]
        clear = (one for word, one in words if word in NAME and not is_unit(word))
        return next(clear, Text("单位", "Unit"))

    def units(self) -> tuple[tuple[str, ...], ...]:
        """Return a row for each unit, blank ones where the scheme lists none."""
        return tuple((unit.code, unit.name) for unit in self.scheme.units) or (("", ""),) * _BLANK_ROWS

    # -- values -----------------------------------------------------------------------------

    def fields(self, leaves: Iterable[Indicator]) -> Iterator[Field]:
        """Yield the columns of ``values`` the leaves read; one that several leaves read comes once."""
        known = Vocabulary.of(self.scheme)
        seen: set[Target] = set()
        for leaf in leaves:
            measured = leaf.source.kind in {"measured", "change"}
            for name, kind in columns_read(leaf, leaf.source):
                path = _header(known, leaf, name) if measured else (leaf.name, name)
                target = known.match(path).target
                if target is None or target in seen:
                    continue
                seen.add(target)
                unit = f"({leaf.unit})" if measured and leaf.unit else ""
                met = kind == "yes_no" or (target.kind == "yes_no" and folded(leaf.unit) in {"", "是/否"})
                path = (*path[:-1], f"{path[-1]}{unit}")
                yield Field(path, self._note(leaf), _CHOICES if met else (), self._exempt(leaf))

    def _exempt(self, leaf: Indicator) -> frozenset[str]:
        return frozenset(unit.code for unit in self.scheme.units if not _concerns(self.scheme, leaf, unit))

    def _note(self, leaf: Indicator) -> str:
        """Return the rule in words, its basis, and who is responsible."""
        words = getattr(leaf.scoring, "words", None)
        rule = words() if callable(words) else Text("", "")
        parts = [
            (Text("计分", "scoring"), rule),
            (Text("依据", "basis"), Text(leaf.basis, leaf.basis)),
            (Text("牵头", "lead"), Text("、".join(leaf.lead), ", ".join(leaf.lead))),
            (Text("时限", "deadline"), Text(leaf.deadline, leaf.deadline)),
            (Text("说明", "note"), Text(leaf.note, leaf.note)),
        ]
        lines = [Text(f"{label.zh}:{text.zh}", f"{label.en}: {text.en}") for label, text in parts if text]
        return self.say(join_texts(lines, "\n", "\n"))

    # -- evidence ---------------------------------------------------------------------------

    def each(
        self,
        leaves: Iterable[Indicator],
        title: Text,
        kind: type,
        make: Callable[[Indicator, str, tuple[Text, ...], tuple[tuple[str, ...], ...]], Form],
    ) -> Iterator[Form]:
        """Yield a form for each leaf with a source of this kind; several say which leaf they are about."""
        several = sum(isinstance(leaf.source, kind) for leaf in self.scheme.leaves()) > 1
        for number, leaf in enumerate((leaf for leaf in leaves if isinstance(leaf.source, kind)), start=1):
            rows = tuple((*row, leaf.id) for row in self.units()) if several else self.units()
            labels = (_INDICATOR,) if several else ()
            yield make(leaf, self.say(title) + (str(number) if several else ""), labels, rows)

    def satisfaction(
        self, leaf: Indicator, title: str, labels: tuple[Text, ...], rows: tuple[tuple[str, ...], ...]
    ) -> Form:
        """Return the form of a survey: a row a unit, channel and question, a column an answer."""
        source = leaf.source
        if not isinstance(source, Satisfaction):
            raise TypeError(leaf.id)
        options = [
            (Text("渠道", "channel"), [item.channel for item in source.channels]),
            (Text("题目", "question"), [item.question for item in source.questions]),
        ]
        named = [(label, texts) for label, texts in options if texts]
        filled = tuple((*row, *said) for row in rows for said in product(*(texts for _, texts in named)))
        answers = (*(answer.answer for answer in source.scale), *source.dont_know, *source.refused)
        note, exempt = self._note(leaf), self._exempt(leaf)
        fields = tuple(Field((answer,), note, (), exempt) for answer in answers)
        return Form(title, self.labels(*labels, *(label for label, _ in named)), filled, fields)

    def answers(self, leaves: Iterable[Indicator]) -> Iterator[Form]:
        """Yield the forms of single answers and of the population, where counts would not do."""
        asked = [
            leaf for leaf in leaves if isinstance(leaf.source, Satisfaction) and needs_answers(leaf.source)
        ]
        several = sum(isinstance(leaf.source, Satisfaction) for leaf in self.scheme.leaves()) > 1
        calibrated: dict[tuple[str, ...], Satisfaction] = {}
        for number, leaf in enumerate(asked, start=1):
            if isinstance(leaf.source, Satisfaction):
                title = self.say(Text("调查明细", "responses")) + (str(number) if len(asked) > 1 else "")
                labels = self.labels(_INDICATOR) if several else self.labels()
                form = answers_form(leaf.source, title, labels, self._note(leaf), self.say)
                yield replace(form, rows=tuple((*row[:2], leaf.id) for row in form.rows)) if several else form
                calibrated.setdefault(leaf.source.calibrate, leaf.source)
        yield from (margins_form(source, self.say) for names, source in calibrated.items() if names)

    def reviews(self, leaves: Iterable[Indicator]) -> Iterator[Form]:
        """Yield the forms of mutual reviews; the direction no indicator is scored by is asked for once."""
        every = [leaf.source for leaf in self.scheme.leaves() if isinstance(leaf.source, Reviews)]
        scored: set[str] = {source.direction for source in every}
        seen: list[str] = []
        for leaf in leaves:
            if isinstance(leaf.source, Reviews):
                both = other_direction(leaf.source) not in scored
                scored.add(other_direction(leaf.source) if both else leaf.source.direction)
                several = sum(source.direction == leaf.source.direction for source in every) > 1
                rows = tuple((*row, leaf.id) for row in self.units()) if several else self.units()
                units = self.labels(_INDICATOR) if several else self.labels(), rows
                for form in ballot_forms(leaf.source, units, self._note(leaf), self.say, both=both):
                    seen.append(form.title)
                    times = seen.count(form.title)
                    yield replace(form, title=f"{form.title}{times}") if times > 1 else form

    def ratings(
        self, leaf: Indicator, title: str, labels: tuple[Text, ...], rows: tuple[tuple[str, ...], ...]
    ) -> Form:
        """Return the form of a panel: a row a unit, a column an assessor."""
        source = leaf.source
        if not isinstance(source, Ratings):
            raise TypeError(leaf.id)
        raters = max(source.minimum, 2 * source.trim + _MORE_RATERS)
        name, note, exempt = self.say(Text("评估员", "assessor")), self._note(leaf), self._exempt(leaf)
        fields = tuple(Field((f"{name}{rater}",), note, (), exempt) for rater in range(1, raters + 1))
        return Form(title, self.labels(*labels), rows, fields)

    def roster(self, leaves: Iterable[Indicator]) -> Iterator[Form]:
        """Yield the one form of persons or villages, if a leaf counts any."""
        names: dict[str, str] = {}
        for leaf in leaves:
            match leaf.source:
                case ShareOfPersons(column=column):
                    names.setdefault(column, self._note(leaf))
                case Ratio(numerator=numerator, denominator=denominator, where=where) if where:
                    names.setdefault(numerator, self._note(leaf))
                    names.setdefault(denominator, self._note(leaf))
        if names:
            fields = (
                Field((self.say(Text("姓名", "person")),)),
                *(Field((name,), note) for name, note in names.items()),
            )
            yield Form(self.say(Text("花名册", "roster")), self.labels(), (("", ""),) * _BLANK_ROWS, fields)

    def events(self, leaves: Iterable[Indicator]) -> Iterator[Form]:
        """Yield the one form of events, if a leaf counts any."""
        names = tuple(leaf.name for leaf in leaves if isinstance(leaf.source, Events))
        if names:
            fields = (
                Field((self.say(Text("事项", "rule")),), choices=names),
                *(Field((self.say(label),)) for label in event_fields(self.scheme)),
            )
            yield Form(self.say(Text("事项", "events")), self.labels(), (("", ""),) * _BLANK_ROWS, fields)

    def filed(self) -> Iterator[Form]:
        """Yield the forms of what is filed about results."""
        code, name = self.labels()
        yield from filed_forms(self.scheme, (code, name), self.say)


def _header(known: Vocabulary, leaf: Indicator, column: str) -> tuple[str, ...]:
    """Return the clearest header that means this column and nothing else."""
    wanted = known.match([column]).target
    return next(((name,) for name in (leaf.name, leaf.id) if known.match([name]).target == wanted), (column,))


def _concerns(scheme: Scheme, leaf: Indicator, unit: Unit) -> bool:
    """Whether a leaf may have a value for a unit, as far as the scheme alone says."""
    parents = scheme.parents()
    multiplied = [node for node in scheme.nodes() if _multiplies(leaf, node)]
    return _is_for(scheme, leaf, unit) and any(
        _reached(scheme, parents, node, unit) for node in (leaf, *multiplied)
    )


def _is_for(scheme: Scheme, node: Node, unit: Unit) -> bool:
    """Whether a node names a unit, or nobody in particular."""
    named = {code for name in node.applies_to for code in unit_codes(scheme, name)}
    return not node.applies_to or unit.code in named


def _multiplies(leaf: Indicator, node: Node) -> bool:
    """Whether a leaf multiplies a dimension, for anybody."""
    stated = [getattr(node, "multiplier", None)]
    stated += [
        value for override in node.overrides for name, value in override.fields if name == "multiplier"
    ]
    return any(factor is not None and factor.by == leaf.id for factor in stated)


def _reached(scheme: Scheme, parents: Mapping[str, Dimension], start: Node, unit: Unit) -> bool:
    """Whether a node and all above it are for a unit and weigh something."""
    node: Node | None = start
    while node is not None:
        if not _is_for(scheme, node, unit) or _weight(node.weight, unit) == 0:
            return False
        node = parents.get(node.id)
    return True


def _weight(weight: object, unit: Unit) -> object:
    if not isinstance(weight, Varying):
        return weight
    cases = {case.key: case.value for case in weight.cases}
    keys = (unit.code, unit.name, *unit.aliases, unit.group)
    return next((cases[key] for key in keys if key in cases), weight.default)
