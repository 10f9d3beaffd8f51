"""What was objected to and what was corrected, in a few lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from township_eval.language import Text

if TYPE_CHECKING:
    from township_eval.evaluation import Evaluation

__all__ = ["corrected_lines"]

_KINDS: Final = {"objection": Text("异议", "objection"), "comment": Text("意见", "comment")}
_LINES: Final = 60  # of each; the workbook has them all


def corrected_lines(evaluation: Evaluation) -> Iterator[Text]:
    """Yield a line for every correction, then one for every objection or comment and its end.

    Parameters
    ----------
    evaluation : Evaluation
        Any evaluation; one without either yields nothing.
    """
    for name, said in (("corrections", _correction), ("objections", _objection)):
        frame = evaluation.table_rows.get(name)
        rows = [] if frame is None else frame.to_dict("records")
        yield from (said(evaluation, row) for row in rows[:_LINES])
        if (more := len(rows) - _LINES) > 0:
            yield Text(f"……其余 {more} 条见工作簿", f"... {more} more in the workbook")


def _correction(evaluation: Evaluation, row: dict[Any, Any]) -> Text:
    names = {node.id: node.name for node in evaluation.scheme.nodes()}
    return Text(
        "更正单 {number} {unit} {what}:{old}→{new}({by}批准,{document})",
        "correction {number}, {unit}: {what} {old} to {new} (approved by {by}, {document})",
    ).format(
        number=row["number"], unit=_name(evaluation, row["unit"]), old=_value(row["old"]),
        what=names.get(row["indicator"]) or row["indicator"] or row["column"], new=_value(row["new"]),
        by=row["approver"], document=row["document"],
    )  # fmt: skip


def _objection(evaluation: Evaluation, row: dict[Any, Any]) -> Text:
    who = _name(evaluation, row["unit"]) if row["unit"] else row["by"]
    return Text("{kind} {number} {who}:{matter};{end}", "{kind} {number}, {who}: {matter}; {end}").format(
        kind=_KINDS.get(row["kind"], Text(row["kind"], row["kind"])), number=row["number"],
        who=who or Text("未署名", "not signed"), matter=row["matter"], end=_end(evaluation, row),
    )  # fmt: skip


def _end(evaluation: Evaluation, row: dict[Any, Any]) -> Text:
    """Say what was found, and what the correction that followed did to score and rank."""
    if not row["conclusion"]:
        return Text("尚未答复", "not answered yet")
    if not row["correction"] or pd.isna(row["composite_after"]) or pd.isna(row["composite_before"]):
        return Text("{found}", "{found}").format(found=row["conclusion"])
    digits = evaluation.scheme.digits
    scores = [f"{row[name]:.{digits}f}" for name in ("composite_before", "composite_after")]
    ranks = ["-" if pd.isna(row[name]) else f"{row[name]:g}" for name in ("rank_before", "rank_after")]
    return Text(
        "{found},综合得分 {before}→{after},名次 {from_}→{to}",
        "{found}; composite {before} to {after}, rank {from_} to {to}",
    ).format(found=row["conclusion"], before=scores[0], after=scores[1], from_=ranks[0], to=ranks[1])


def _name(evaluation: Evaluation, code: Any) -> str:
    at = evaluation.units.index.get(str(code))
    return str(code) if at is None else evaluation.units.names[at]


def _value(value: Any) -> str:
    if isinstance(value, float):
        return "-" if pd.isna(value) else f"{value:g}"
    return str(value)
