"""What follows from a period, in a few lines for a terminal: flags, vetoes, waivers, grades, corrections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from township_eval.cli.corrected import corrected_lines
from township_eval.language import Text, join_texts, listed

if TYPE_CHECKING:
    import pandas as pd

    from township_eval.evaluation import Evaluation

__all__ = ["accountability_document", "accountability_lines", "open_flags"]

_FLAGS: Final = 60  # lines of a screen or two; the workbook has them all
_NAMED: Final = 9
_TITLES: Final = {
    "sanction": Text("处理建议(供研究,不是决定)", "measures proposed (a person decides)"),
    "positive": Text("正向建议(供研究)", "positive proposals (a person decides)"),
    "support": Text("帮扶支持建议(供研究)", "proposed for support (a person decides)"),
}
_FRESH: Final = ("proposed", "waived")
_TOLD: Final = ("proposed", "continued", "waived", "cleared")
#: tables that the machine-readable answer holds beside flags and ledger
_TABLES: Final = (
    "grades",
    "vetoes",
    "veto_like",
    "waivers",
    "rectification",
    "objections",
    "corrections",
    "uses",
)


def accountability_lines(evaluation: Evaluation, lang: str = "zh") -> Iterator[str]:
    """Yield the flags with evidence and certainty, then what vetoes, waivers, events and corrections did.

    Parameters
    ----------
    evaluation : Evaluation
        Any evaluation; one without consequences yields nothing.
    lang : {"zh", "en"}
        Language of the lines.
    """
    for said in (
        *_flags(evaluation),
        *_unsure(evaluation),
        *_vetoes(evaluation),
        *_waivers(evaluation),
        *_effects(evaluation),
        *_grades(evaluation),
        *corrected_lines(evaluation),
    ):
        yield said.say(lang)


def accountability_document(evaluation: Evaluation) -> dict[str, Any]:
    """Return ledger and tables of consequences as records for JSON; tables without rows are left out."""
    tables = {name: evaluation.table_rows.get(name) for name in _TABLES}
    found = {
        name: frame.to_dict("records") for name, frame in tables.items() if frame is not None and len(frame)
    }
    return {"ledger": evaluation.ledger_rows.to_dict("records"), **found}


def open_flags(evaluation: Evaluation) -> int:
    """Return how many measures are proposed or still open; honors and support are none."""
    from township_eval.rules.flags import OPEN

    flags = evaluation.flag_rows
    return int((flags["status"].isin(OPEN) & (flags["kind"] == "sanction")).sum())


def _name(evaluation: Evaluation, code: Any) -> str:
    at = evaluation.units.index.get(str(code))
    return str(code) if at is None else evaluation.units.names[at]


def _said(row: dict[Any, Any], name: str) -> Text:
    """Return a sentence that stands twice, as ``NAME`` and ``NAME_en``."""
    zh, en = row.get(name), row.get(f"{name}_en")
    return Text(zh if isinstance(zh, str) else "", en if isinstance(en, str) and en else str(zh or ""))


def _flags(evaluation: Evaluation) -> Iterator[Text]:
    """Yield a line for every flag that is proposed, goes on, is set aside or cleared."""
    flags = evaluation.flag_rows
    told = flags[flags["status"].isin(_TOLD)].to_dict("records")
    for kind, title in _TITLES.items():
        rows = [row for row in told if (row.get("kind") or "sanction") == kind]
        if rows:
            yield title
        yield from (_flag(evaluation, row) for row in rows[:_FLAGS])
        if len(rows) > _FLAGS:
            more = len(rows) - _FLAGS
            yield Text(f"  ……其余 {more} 条见工作簿", f"  ... {more} more in the workbook")


def _flag(evaluation: Evaluation, row: dict[Any, Any]) -> Text:
    from township_eval.rules.measures import say_measure
    from township_eval.rules.words import CERTAINTIES, FLAG_STATES, say_code

    words = [say_code(FLAG_STATES, row["status"])]
    if row["status"] in _FRESH:  # of what merely goes on, or ends, the state says all
        words.insert(0, say_code(CERTAINTIES, row["certainty"]))
    return Text("  {unit} {measure}[{state}]:{why}", "  {unit}, {measure} [{state}]: {why}").format(
        unit=_name(evaluation, row["unit"]), measure=say_measure(str(row["measure"])),
        state=join_texts(words), why=_said(row, "evidence"),
    )  # fmt: skip


def _unsure(evaluation: Evaluation) -> Iterator[Text]:
    """Yield one line for what the evidence leaves open, and one for samples to be asked again."""
    flags, rule_names = evaluation.flag_rows, {rule.id: rule.name for rule in evaluation.scheme.flags}
    for status, said in (
        ("not_distinguishable", Text("不可区分,不提出建议", "not distinguishable, nothing proposed")),
        ("resurvey", Text("样本不足,补充调查后再判断", "sample too small, to be asked again")),
    ):
        own = flags[flags["status"] == status]
        if len(own):
            names = [
                f"{_name(evaluation, unit)}({rule_names.get(rule) or rule})"
                for unit, rule in zip(own["unit"], own["rule"], strict=True)
            ]
            yield Text("{said}:{names}", "{said}: {names}").format(said=said, names=listed(names, _NAMED))


def _table(evaluation: Evaluation, name: str) -> list[dict[Any, Any]]:
    frame: pd.DataFrame | None = evaluation.table_rows.get(name)
    return [] if frame is None else frame.to_dict("records")


def _vetoes(evaluation: Evaluation) -> Iterator[Text]:
    """Yield the vetoes that were triggered, effective or not."""
    for row in _table(evaluation, "vetoes"):
        if row["unit"]:
            yield Text("一票否决 {name},{unit}:{why}", "veto {name}, {unit}: {why}").format(
                name=row["name"], unit=_name(evaluation, row["unit"]), why=_said(row, "why")
            )


def _waivers(evaluation: Evaluation) -> Iterator[Text]:
    for row in _table(evaluation, "waivers"):
        to = _said(row, "to") or _said(row, "why")
        yield Text("容错备案 {unit}({by} {document}):{to}", "waiver, {unit} ({by}, {document}): {to}").format(
            unit=_name(evaluation, row["unit"]), by=row["authority"], document=row["document"], to=to
        )


def _effects(evaluation: Evaluation) -> Iterator[Text]:
    """Yield the events that took a part of a block's score."""
    ledger = evaluation.ledger_rows
    if "kind" not in ledger:
        return
    for row in ledger[ledger["kind"] == "effect"].to_dict("records"):
        yield Text("{unit}:{why}", "{unit}: {why}").format(
            unit=_name(evaluation, row["unit"]), why=_said(row, "reason")
        )


def _grades(evaluation: Evaluation) -> Iterator[Text]:
    """Yield why grades are not those of the points; places that are taken stand in the workbook."""
    none = Text("不评等次", "not graded")
    rows = [row for row in _table(evaluation, "grades") if row["kind"] != "quota"]
    if rows:
        yield Text("等次与按得分不同的", "grades other than by points")
    for row in rows[:_FLAGS]:
        yield Text("  {unit} {cut}→{grade}:{why}", "  {unit}, {cut} to {grade}: {why}").format(
            unit=_name(evaluation, row["unit"]), cut=row["by_cut"] or none, grade=row["grade"] or none,
            why=_said(row, "reason"),
        )  # fmt: skip
