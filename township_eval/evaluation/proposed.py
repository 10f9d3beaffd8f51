"""What is proposed for a unit, what was set aside, and which vetoes were checked: facts and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from township_eval.language import Text
from township_eval.rules.ledger.words import rule_words
from township_eval.rules.measures import say_measure
from township_eval.rules.words import CERTAINTIES, FLAG_KINDS, FLAG_STATES, say_code

if TYPE_CHECKING:
    from township_eval.evaluation.result import Evaluation

__all__ = ["PROPOSED_HEADS", "flag_facts", "proposed_rows", "said_besides", "veto_facts", "waiver_facts"]

Facts = dict[str, Any]

PROPOSED_HEADS: Final = (
    Text("规则", "rule"),
    Text("建议措施", "measure"),
    Text("确定程度", "certainty"),
    Text("状态", "status"),
    Text("办理时限", "due"),
    Text("责任部门", "responsible"),
    Text("情形", "because"),
)
_OTHERS: Final = Text("其他建议和未提出的情形", "Other proposals, and what was not proposed")
_WAIVED: Final = Text("容错备案", "Waivers")
_VETOES: Final = Text("一票否决核查", "Vetoes checked")
_UNSURE: Final = ("not_distinguishable", "resurvey")


def flag_facts(evaluation: Evaluation, at: int) -> list[Facts]:
    """Return the flags of a unit, with names, codes and evidence in both languages."""
    rules = {rule.id: rule.name or rule.id for rule in evaluation.scheme.flags}
    return [
        {
            **row,
            "name": rules.get(row["rule"], row["rule"]),
            "measure_text": _both(say_measure(row["measure"])),
            "evidence_text": {"zh": row["evidence"], "en": row.get("evidence_en") or row["evidence"]},
            "certainty_text": _both(say_code(CERTAINTIES, row["certainty"])),
            "status_text": _both(say_code(FLAG_STATES, row["status"])),
            "kind_text": _both(say_code(FLAG_KINDS, row.get("kind") or "sanction")),
        }
        for row in _own(evaluation, evaluation.flag_rows, at)
    ]


def waiver_facts(evaluation: Evaluation, at: int) -> list[Facts]:
    """Return the waivers of a unit: by whom, by which document, and what each set aside."""
    rules = {rule.id: rule.name or rule.id for rule in evaluation.scheme.flags}
    return [
        {
            **row,
            "name": _both(Text(rules[row["rule"]], rules[row["rule"]]))
            if row["rule"] in rules
            else _both(rule_words(evaluation.scheme, str(row["rule"]))),
        }
        for row in _own(evaluation, evaluation.table_rows.get("waivers"), at)
    ]


def veto_facts(evaluation: Evaluation, at: int) -> list[Facts]:
    """Return the vetoes that an event of a unit triggered, in effect or not, and why."""
    return _own(evaluation, evaluation.table_rows.get("vetoes"), at)


def proposed_rows(flags: list[Facts], lang: str) -> list[list[str]]:
    """Return the rows of the printed table of measures; evidence comes last, because it is long."""
    return [
        [
            row["name"], row["measure_text"][lang],
            "—" if row["status"] == "cleared" else row["certainty_text"][lang], row["status_text"][lang],
            row["due"] or "—", row["owner"] or "—", row["evidence_text"][lang],
        ]
        for row in flags
        if _is_measure(row)
    ]  # fmt: skip


def said_besides(facts: Facts) -> Iterator[tuple[Text, list[Text]]]:
    """Yield, with their titles, what else is said: other proposals, waivers, vetoes; none is empty."""
    for title, sentences in (
        (_OTHERS, [_other(row) for row in facts["flags"] if not _is_measure(row)]),
        (_WAIVED, [_waiver(row) for row in facts["waivers"]]),
        (_VETOES, [_veto(row) for row in facts["vetoes"]]),
    ):
        if sentences:
            yield title, sentences


def _is_measure(row: Facts) -> bool:
    return (row.get("kind") or "sanction") == "sanction" and row["status"] not in _UNSURE


def _other(row: Facts) -> Text:
    return Text(
        "{name}({measure};{sure};{state}):{why}", "{name} ({measure}; {sure}; {state}): {why}"
    ).format(
        name=row["name"], measure=_text(row["measure_text"]), sure=_text(row["certainty_text"]),
        state=_text(row["status_text"]), why=_text(row["evidence_text"]),
    )  # fmt: skip


def _waiver(row: Facts) -> Text:
    """Say what a waiver set aside, or why it set aside nothing."""
    by = {"authority": row["authority"], "document": row["document"], "reason": row["reason"]}
    to, why = (Text(row.get(name) or "", row.get(f"{name}_en") or "") for name in ("to", "why"))
    if to:
        return Text(
            "{authority}以{document}对“{name}”予以容错,免除:{to}(理由:{reason})",
            "{authority} by {document} waived {name}, setting aside: {to} (reason: {reason})",
        ).format(**by, name=_text(row["name"]), to=to)
    return Text(
        "{authority}{document}对“{name}”的容错未适用:{why}",
        "the waiver of {name} by {authority}, {document}, sets nothing aside: {why}",
    ).format(**by, name=_text(row["name"]), why=why)


def _veto(row: Facts) -> Text:
    event = " ".join(row[name] for name in ("date", "event", "reference") if row[name])
    return Text("{name}({event}):{why}", "{name} ({event}): {why}").format(
        name=row["name"], event=event, why=Text(row["why"], row["why_en"])
    )


def _own(evaluation: Evaluation, frame: pd.DataFrame | None, at: int) -> list[Facts]:
    """Return a unit's rows as plain data; JSON has no NaN, so what is not there is None."""
    if frame is None or frame.empty:
        return []
    own = frame[(frame["unit"] == evaluation.units.codes[at]).to_numpy(dtype=bool)]
    plain = own.astype(object).where(own.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _text(said: dict[str, str]) -> Text:
    return Text(said["zh"], said["en"])
