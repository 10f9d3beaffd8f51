"""`township-eval demo`: from nothing to results, without touching anybody's files."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from township_eval import read_evaluation


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the demonstration once, for the tests that only look at it."""
    from township_eval.cli import run

    folder = tmp_path_factory.mktemp("演示 文件夹") / "demo"
    assert run(["demo", "-o", str(folder)]) == 0
    return folder


def test_results(example: Path) -> None:
    """The nine townships are scored for two half-years, with workbook, archive and explanation."""
    names = sorted(path.name for path in (example / "results").iterdir())
    assert names == [
        "2018-H1.json", "2018-H1.xlsx", "2018-H2 白土岗乡.txt", "2018-H2.json", "2018-H2.xlsx",
        "manifest.json",
    ]  # fmt: skip
    results = read_evaluation(example / "results" / "2018-H2.json").results.set_index("name")
    assert results.loc["白土岗乡", "composite"] == 92.27
    assert results.loc["梧桐树乡", "composite"] == 92.04
    assert len(results) == 9


def test_inputs(example: Path) -> None:
    """The copied inputs are those a user works with, not those that built the example."""
    names = {path.name for path in (example / "inputs").iterdir()}
    assert {"scheme.yaml", "2018-H1", "2018-H2"} <= names
    assert not names & {"build.py", "returns.yaml", "figures.csv", "__pycache__"}


def test_explanation_opens_anywhere(example: Path) -> None:
    """The explanation is text that an editor on an office computer recognizes as UTF-8."""
    content = (example / "results" / "2018-H2 白土岗乡.txt").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert "92.27" in content.decode("utf-8-sig")


def test_again(cli: Any, example: Path, widest: Callable[[str], int]) -> None:
    """Run again it reuses its own files, writes the same bytes, and ends with what to open and to run."""
    before = {path: path.read_bytes() for path in example.rglob("*") if path.is_file()}
    said = cli("demo", "-o", example)
    assert (said.code, said.err) == (0, "")
    assert {path: path.read_bytes() for path in example.rglob("*") if path.is_file()} == before
    assert widest(said.out[: said.out.index("说明与提醒")]) <= 80
    opening, running = said.out.split("可以打开:")[1].split("接着可以运行:")
    for path in ("results/2018-H2.xlsx", "inputs/scheme.yaml", "inputs/2018-H2"):
        assert str(example / path) in opening
    commands = [shlex.split(line)[1:] for line in running.strip().splitlines()]
    assert [command[0] for command in commands] == ["explain", "check", "template"]


def test_the_commands_it_proposes_work(cli: Any, example: Path) -> None:
    """What the demonstration tells to run next runs."""
    running = cli("demo", "-o", example).out.split("接着可以运行:")[1]
    for line in running.strip().splitlines():
        arguments = shlex.split(line)[1:]
        assert cli(*arguments).code == 0, line
    (example / "template.xlsx").unlink()


def test_changed_inputs_are_kept(cli: Any, tmp_path: Path) -> None:
    """A file of another content is not overwritten, and nothing else is written."""
    scheme = tmp_path / "demo" / "inputs" / "scheme.yaml"
    scheme.parent.mkdir(parents=True)
    scheme.write_text("mine", encoding="utf-8")
    said = cli("demo", "-o", tmp_path / "demo")
    assert said.code == 1
    assert str(scheme) in said.err
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [scheme]
    assert scheme.read_text(encoding="utf-8") == "mine"


def test_results_of_somebody_else_are_kept(cli: Any, tmp_path: Path) -> None:
    """A results folder that the demonstration did not make is not written to."""
    other = tmp_path / "results" / "2018-H2.xlsx"
    other.parent.mkdir()
    other.write_bytes(b"mine")
    said = cli("demo", "-o", tmp_path)
    assert said.code == 1
    assert str(other) in said.err
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [other]


def test_english(cli: Any, tmp_path: Path) -> None:
    """`--lang en` speaks English."""
    said = cli("demo", "-o", tmp_path / "demo", "--lang", "en")
    assert said.code == 0
    assert "Open next:" in said.out
