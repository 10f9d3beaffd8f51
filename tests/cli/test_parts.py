"""The smaller parts: the table, the voice, progress, history, names of files."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import township_eval as te
from township_eval.cli.past import earlier_than
from township_eval.cli.progress import watched
from township_eval.cli.ranking import ranking_table
from township_eval.cli.voice import Voice, count_of, plain
from township_eval.cli.writing import file_stem
from township_eval.errors import Problem
from township_eval.language import Text


def evaluation(values: pd.Series[float]) -> te.Evaluation:
    """Evaluate one indicator for some units."""
    scheme = te.read_scheme(
        {"name": "x", "version": "1", "index": {"children": [{"id": "water", "weight": 100}]}}
    )
    return te.evaluate(scheme, te.Inputs(period="2018", values=values.rename("water").to_frame()))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_long_names_wrap(widest: Callable[[str], int], lang: str) -> None:
    """A name longer than the line wraps inside its column; no character and no number is lost."""
    name = "西部某某自治区某某高新技术产业开发区" * 4
    table = ranking_table(evaluation(pd.Series({name: 12.5, "[b]乙[/b]": 7.25})), lang)
    assert widest(table) <= 80
    assert "12.50" in table
    assert "[b]乙[/b]" in table
    squeezed = "".join(ch for line in table.splitlines() for ch in line if ch > "⺀")
    assert name in squeezed


def test_the_table_has_the_headers_of_the_workbook() -> None:
    """The column of units is called what the result sheets call it."""
    lines = ranking_table(evaluation(pd.Series({"甲镇": 12.5}))).splitlines()
    assert lines[0].split() == ["名次", "乡镇(街道)", "综合得分"]


def test_many_units_are_cut_and_counted() -> None:
    """Of a hundred units the best sixty are shown, and how many are not."""
    table = ranking_table(evaluation(pd.Series({f"u{k:03}": float(k) for k in range(100)})), "en")
    lines = table.splitlines()
    assert lines[1].split() == ["1", "u099", "99.00"]
    assert lines[-1] == "... 40 more in the workbook"
    assert len(lines) == 62


def test_a_problem_is_one_line() -> None:
    """A problem quoting a cell with line breaks still takes one line."""
    problem = Problem("error", "cell.text", "a!B2", Text("却是“一\n\n二”", "is 'one\n\ntwo'"))
    assert Voice().line(problem) == "错误 [cell.text] a!B2:却是“一 二”"


def test_json_has_no_missing_numbers() -> None:
    """Whatever pandas and NumPy use for missing becomes null, and their numbers become numbers."""
    given = {
        "a": np.float64("nan"),
        "b": pd.NA,
        "c": pd.NaT,
        "d": np.int64(3),
        "e": (np.bool_(True), float("inf")),
    }
    assert plain(given) == {"a": None, "b": None, "c": None, "d": 3, "e": [True, None]}


@pytest.mark.parametrize(
    ("arguments", "environment", "lang"),
    [
        ([], "", "zh"),
        ([], "en_US.UTF-8", "en"),
        (["--lang", "zh"], "en", "zh"),
        (["--lang=en"], "", "en"),
        (["--lang"], "", "zh"),
    ],
)
def test_language_before_parsing(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], environment: str, lang: str
) -> None:
    """The language of a complaint about the command line: the option, else the environment, else Chinese."""
    monkeypatch.setenv("TOWNSHIP_EVAL_LANG", environment)
    assert Voice.before(["score", *arguments]).lang == lang


class Terminal(io.StringIO):
    """A terminal that remembers what it was shown."""

    def isatty(self) -> bool:
        """Say that somebody is watching."""
        return True


def test_progress_of_quick_work_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work of less than a second shows nothing, even at a terminal."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with watched(2) as step:
        step("one")
    assert terminal.getvalue() == ""


def test_progress_of_slow_work_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work of more than a second shows what it is at, brackets and all."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr("township_eval.cli.progress._PATIENCE", 0.01)
    monkeypatch.setenv("TERM", "xterm")
    with watched(2) as step:
        step("[2018-H1]")
        time.sleep(0.3)
    assert "[2018-H1]" in terminal.getvalue()


def test_progress_without_a_terminal_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a pipe nothing is shown, however long it takes."""
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    monkeypatch.setattr("township_eval.cli.progress._PATIENCE", 0.0)
    with watched(1) as step:
        step("one")
        time.sleep(0.05)
    assert pipe.getvalue() == ""


def test_history_is_settled_results_of_the_same_length() -> None:
    """Later, provisional, and differently long periods and the period itself are no history."""
    made = [
        SimpleNamespace(period=period, provisional=provisional)
        for period, provisional in (
            ("2018-H2", False), ("2017-H2", False), ("2018-H1", False), ("2017", False), ("2017-H1", True),
            ("2018-Q2", False), ("2019-H1", False), ("试点", False),
        )
    ]  # fmt: skip
    assert [one.period for one in earlier_than("2018-H2", made)] == ["2017-H2", "2018-H1"]  # type: ignore[arg-type]


@pytest.mark.parametrize("period", ["../../etc", "a/b", "c:\\d", "con?*", ".", ""])
def test_a_period_never_leaves_its_folder(period: str) -> None:
    """Whatever a cover sheet says, the result is a plain file name."""
    stem = file_stem(period)
    assert stem
    assert not set(stem) & set('<>:"/\\|?*')
    assert not stem.startswith(".")


def typed(value: Any) -> str:
    """Return the name of a value's type."""
    return type(value).__name__


def test_json_types_are_plain() -> None:
    """NumPy scalars do not survive into the document."""
    assert [typed(value) for value in plain([np.float64(1.5), np.int64(2), np.bool_(False)])] == [
        "float",
        "int",
        "bool",
    ]


@pytest.mark.parametrize(
    ("errors", "warnings", "said"),
    [(1, 1, "total: 1 error, 1 warning"), (0, 2, "total: 0 errors, 2 warnings")],
)
def test_one_is_not_several(errors: int, warnings: int, said: str) -> None:
    """English counts a single problem in the singular."""
    what = Text("错", "wrong")
    found = [Problem("error", "a.b", "", what, what)] * errors
    assert count_of([*found, *[Problem("warning", "a.b", "", what, what)] * warnings]).en == said
