"""A unit's ledger as facts of its explanation, and as the table that is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from township_eval.language import Text
from township_eval.methods.ranking import round_half_up
from township_eval.rules.ledger.words import KIND_WORDS, rule_words

if TYPE_CHECKING:
    from township_eval.evaluation.result import Evaluation

__all__ = ["LEDGER_HEADS", "LEDGER_TITLE", "ledger_facts", "ledger_rows"]

LEDGER_TITLE: Final = Text("加减分(与综合得分分列)", "Adjustments (apart from the composite)")
LEDGER_HEADS: Final = (
    Text("事项", "item"),
    Text("性质", "kind"),
    Text("分值", "points"),
    Text("依据", "reference"),
    Text("理由", "reason"),
)


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
