"""A unit's ledger as facts of its explanation, and as the table that is printed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from township_eval.language import Text, join_texts, listed
from township_eval.methods.ranking import round_half_up
from township_eval.rules.ledger.words import KIND_WORDS, rule_words

if TYPE_CHECKING:
    from township_eval.evaluation.result import Evaluation

__all__ = ["LEDGER_HEADS", "LEDGER_TITLE", "ledger_facts", "ledger_rows", "taken_words"]

LEDGER_TITLE: Final = Text("加减分(与综合得分分列)", "Adjustments (apart from the composite)")
LEDGER_HEADS: Final = (
    Text("事项", "item"),
    Text("性质", "kind"),
    Text("分值", "points"),
    Text("依据", "reference"),
    Text("理由", "reason"),
)
_ZERO: Final = Text("{of}因事项得分按0计({references})", "{of}set to zero by an event ({references})")
_CUT: Final = Text(
    "{of}因事项得分乘以{factor:g}({references})", "{of}multiplied by {factor:g} by an event ({references})"
)
_OF: Final = Text("所属“{name}”", "its block {name}: ")


def taken_words(evaluation: Evaluation) -> dict[tuple[int, int], Text]:
    """Return what events took of scores, by row of the node and position of the unit.

    A node that an event acts on says so, and all that lie below it, with the event's reference; what a
    waiver set aside took nothing.

    Parameters
    ----------
    evaluation : Evaluation
    """
    plan, found = evaluation.plan, dict[tuple[int, int], list[Text]]()
    items = {item.id: item for item in plan.scheme.adjustment_items}
    for (unit, rule), references in _acting(evaluation).items():
        item, at = items.get(rule), evaluation.units.find(unit)
        top = None if item is None else plan.row.get(item.block)
        if item is None or top is None or at is None:
            continue
        factor = 0.0 if item.factor is None else item.factor
        pattern, documents = _CUT if factor else _ZERO, listed(references)
        for row in _with_below(plan.children, top):
            of = Text("", "") if row == top else _OF.format(name=plan.nodes[top].name)
            said = pattern.format(of=of, factor=factor, references=documents)
            found.setdefault((row, at), []).append(said)
    return {key: join_texts(some, ";", "; ") for key, some in found.items()}


def _acting(evaluation: Evaluation) -> dict[tuple[str, str], list[str]]:
    """Return the references of events that act on a block, by unit and item."""
    ledger = evaluation.ledger_rows
    if "kind" not in ledger.columns:
        return {}
    rows = ledger.astype(object).where(ledger.notna(), "").to_dict("records")
    waived = {_event(row) for row in rows if row["kind"] == "waived"}
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row["kind"] == "effect" and _event(row) not in waived:
            found.setdefault((str(row["unit"]), str(row["rule"])), []).append(str(row["reference"]))
    return {key: list(dict.fromkeys(some)) for key, some in found.items()}


def _event(row: dict[Any, Any]) -> tuple[str, ...]:
    return tuple(str(row.get(name, "")) for name in ("unit", "rule", "reference", "date", "content"))


def _with_below(children: tuple[tuple[int, ...], ...], row: int) -> Iterator[int]:
    yield row
    for child in children[row]:
        yield from _with_below(children, child)


def ledger_facts(evaluation: Evaluation, at: int) -> list[dict[str, Any]]:
    """Return the rows of a unit's ledger as plain data, with names and reasons in both languages."""
    ledger = evaluation.ledger_rows
    own = ledger[(ledger["unit"] == evaluation.units.codes[at]).to_numpy(dtype=bool)]
    plain = own.astype(object).where(own.notna(), None)
    return [
        {
            **{str(name): value for name, value in row.items()},
            "name": _both(rule_words(evaluation.scheme, str(row["rule"]))),
            "kind_text": _both(KIND_WORDS.get(str(row.get("kind")), Text("", ""))),
            "reason_text": {"zh": row["reason"], "en": row.get("reason_en") or row["reason"]},
        }
        for row in plain.to_dict("records")
    ]


def ledger_rows(facts: list[dict[str, Any]], digits: int, lang: str) -> list[list[str]]:
    """Return the rows of the printed table."""
    return [
        [row["name"][lang], row["kind_text"][lang] or "—", _signed(row["amount"], digits),
         row["reference"] or "—", row["reason_text"][lang]]
        for row in facts
    ]  # fmt: skip


def _signed(amount: float, digits: int) -> str:
    return "0" if amount == 0 else f"{round_half_up(amount, digits).item():+.{max(digits, 0)}f}"


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
