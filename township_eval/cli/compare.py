"""``township-eval compare``: what changed between two results, and because of what."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from township_eval.cli.exits import DONE
from township_eval.cli.options import PATH, json_option, lang_option
from township_eval.cli.renaming import renamed_option, renamed_units
from township_eval.cli.voice import Voice
from township_eval.cli.writing import workbook_option
from township_eval.errors import DataError, Problem, TownshipEvalError, did_you_mean
from township_eval.io.places import shown
from township_eval.language import Text

if TYPE_CHECKING:
    from township_eval.analysis.periods.compare import Change
    from township_eval.analysis.periods.raters import RatersCount
    from township_eval.evaluation import Evaluation

__all__ = ["compare"]

_WIDTH: Final = 80
_ROWS: Final = 60  # a screen or two; the workbook has them all
_LARGEST: Final = 4  # parts a line names before it adds the others up
_NONE: Final = "-"
_VALUES: Final = ("indicator", "added", "removed", "others", "inseparable")
_COLUMNS: Final = {
    "name": Text("单位", "unit"),
    "before": Text("上期", "before"),
    "after": Text("本期", "after"),
    "change": Text("增减", "change"),
    "values": Text("数值", "values"),
    "weights": Text("权重", "weights"),
    "rules": Text("规则", "rules"),
    "adjustments": Text("加减分", "bonus"),
    "rounding": Text("取整", "rounding"),
    "mover": Text("判断", "finding"),
}
_MOVERS: Final = {"up": Text("显著升", "up"), "down": Text("显著降", "down")}


@click.command(
    short_help="两期比较 / compare two results",
    help="比较两期结果:得分变化及其构成。\n\nCompare two results: changes and what they are made of.",
)
@click.argument("before", type=PATH)
@click.argument("after", type=PATH)
@workbook_option
@click.option("--unit", metavar="NAME", help="列出一个单位的全部构成 / all parts of one unit")
@renamed_option
@click.option(
    "--raters",
    type=click.Choice(("estimated", "anew", "same")),
    default="estimated",
    help="评估员宽严是否不变 / severity of raters",
)
@json_option
@lang_option
@click.pass_obj
def compare(
    voice: Voice,
    *,
    before: Path,
    after: Path,
    output: Path | None,
    unit: str | None,
    renamed: tuple[str, ...],
    raters: RatersCount,
) -> int:
    """Compare two results, print the parts of every change, and write the workbook."""
    from township_eval.analysis.periods.compare import compare as compared

    change = compared(*_read(before, after), renamed=renamed_units(renamed), raters=raters)
    rows = _rows(change) if unit is None else [_find(change, unit)]
    if output is not None:
        from township_eval.reports.change import write_change

        write_change(change, output, lang=voice.lang)
    if voice.as_json:
        voice.answer(change.to_dict())
        return DONE
    for line in (*_opening(change), "", _table(change, rows, voice.lang), ""):
        voice.say(line)
    for row in rows[:_ROWS]:
        voice.say(*_made_of(change, row, voice.lang, most=_LARGEST if unit is None else None))
    if unit is not None:
        voice.say("", *_nodes_of(change, rows[0], voice.lang))
    voice.complain(*(voice.line(problem) for problem in change.problems))
    if output is not None:
        voice.say(Text(f"已写出 {shown(output)}", f"written: {shown(output)}"))
    return DONE


def _opening(change: Change) -> Iterator[Text | str]:
    """Yield the marks of both results, their periods, and whether these can be compared."""
    yield from dict.fromkeys(one.scheme.notice for one in (change.before, change.after) if one.scheme.notice)
    periods = (change.before.period, change.after.period)
    yield Text("{} 至 {} 得分变化".format(*periods), "Change of scores from {} to {}".format(*periods))
    yield change.comparable.text


def _read(*paths: Path) -> list[Evaluation]:
    """Read both results; what is wrong with either is told at once."""
    from township_eval.io.archive import read_evaluation

    found: list[Evaluation] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found.append(read_evaluation(path))
        except TownshipEvalError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return found


def _find(change: Change, unit: str) -> dict[str, Any]:
    """Return the row of one unit; a problem that suggests names where there is none."""
    units = change.after.units
    at = units.find(unit)
    if at is None:
        what = Text(f"没有这个单位:{unit}", f"no such unit: {unit}")
        hint = did_you_mean(unit, [*units.names, *units.codes])
        raise DataError([Problem("error", "unit.unknown", unit, what, hint)])
    return _rows(change)[at]


def _rows(change: Change) -> list[dict[str, Any]]:
    """Return a record for every unit, the parts of its change added up by kind."""
    import pandas as pd

    parts = change.part_rows
    parts = parts.assign(kind=parts["kind"].where(~parts["kind"].isin(_VALUES), "values"))
    sums = parts.pivot_table(index="unit", columns="kind", values="printed", aggfunc="sum", fill_value=0)
    table = change.unit_rows.merge(
        sums.round(change.digits) + 0.0, left_on="unit", right_index=True, how="left"
    )
    return [{str(k): (None if pd.isna(v) else v) for k, v in row.items()} for row in table.to_dict("records")]


def _table(change: Change, rows: list[dict[str, Any]], lang: str) -> str:
    """Return the changes as text, their parts by kind beside them, aligned by display width."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Cell

    from township_eval.scheme.naming import unit_head

    optional = {"adjustments", "rounding", "weights"}
    columns = [one for one in _COLUMNS if one not in optional or any(row.get(one) for row in rows)]
    heads = _COLUMNS | {"name": unit_head(change.after.units.kinds)}
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for one in columns:
        word = one in {"name", "mover"}
        table.add_column(
            Cell(heads[one].say(lang)), justify="left" if word else "right", no_wrap=not word, overflow="fold"
        )
    for row in rows[:_ROWS]:
        table.add_row(*(Cell(_cell(one, row.get(one), change.digits, lang)) for one in columns))
    paper = io.StringIO()
    width = min(_WIDTH, shutil.get_terminal_size((_WIDTH, 24)).columns)
    Console(file=paper, width=width, color_system=None, legacy_windows=False).print(table)
    lines = [line.rstrip() for line in paper.getvalue().splitlines()]
    if (hidden := len(rows) - _ROWS) > 0:
        lines.append(Text(f"……其余 {hidden} 个单位见工作簿", f"... {hidden} more in the workbook").say(lang))
    return "\n".join(lines)


def _cell(column: str, value: Any, digits: int, lang: str) -> str:
    if column == "name":
        return str(value)
    if column == "mover":
        return _MOVERS[value].say(lang) if value in _MOVERS else ""
    if value is None:
        return _NONE
    return f"{value:.{digits}f}" if column in {"before", "after"} else _signed(value, digits)


def _signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}" if value else f"{0:.{digits}f}"


def _nodes_of(change: Change, row: dict[str, Any], lang: str) -> Iterator[str]:
    """Yield how sure the change of one unit is, and the changes of its nodes' scores."""
    digits, nodes = change.digits, change.node_rows
    if row["se"] is not None:
        low, high = (_signed(row[end], digits) for end in ("lower", "upper"))
        level = f"{100 * change.level:g}"
        yield Text(
            f"标准误 {row['se']:.{digits}f},{level}%区间 {low} 至 {high}",
            f"standard error {row['se']:.{digits}f}, {level} % limits {low} to {high}",
        ).say(lang)
    yield Text(
        "各指标和分类得分变化(百分制,括号内为标准误)",
        "changes of scores (0 to 100; standard errors in brackets)",
    ).say(lang)
    mine = (nodes["unit"] == row["unit"]) & (nodes["node"] != change.after.nodes[0])
    for one in nodes[mine].to_dict("records"):
        moved = _NONE if one["change"] != one["change"] else _signed(one["change"], digits)
        error = "" if one["se"] != one["se"] else f"({one['se']:.{digits}f})"
        yield f"  {moved:>8}  {error:>7}  {one['name']}"


def _made_of(change: Change, row: dict[str, Any], lang: str, most: int | None) -> Iterator[str]:
    """Yield what one unit's change is made of, largest parts first.

    With *most* on one line, which adds the other parts up; without it a line for every part.
    """
    from township_eval.reports.change import part_name

    digits, parts = change.digits, change.part_rows
    if row["change"] is None:
        yield Text(f"{row['name']}:没有前后两期得分", f"{row['name']}: no scores in both periods").say(lang)
        return
    own = parts[(parts["unit"] == row["unit"]) & (parts["printed"] != 0)].to_dict("records")
    own.sort(key=lambda one: -abs(one["printed"]))
    said = [
        (part_name(str(one["kind"]), str(one["name"]), lang), float(one["printed"]))
        for one in own[: len(own) if most is None else most]
    ]
    if others := own[len(said) :]:
        rest = round(sum(one["printed"] for one in others), digits)
        said.append((Text("其余", "others").say(lang), rest))
    total = f"{row['name']}{':' if lang == 'zh' else ': '}{_signed(row['change'], digits)}"
    if most is None:
        yield f"{total} ="
        yield from (f"  {_signed(points, digits):>8}  {name}" for name, points in said)
        return
    comma = "、" if lang == "zh" else ", "
    made = comma.join(f"{name} {_signed(points, digits)}" for name, points in said)
    yield f"{total} = {made}" if made else total
