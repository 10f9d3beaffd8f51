"""The commands that the example's index and schemes give: they run as written, and say what is promised."""

import shutil
from pathlib import Path

import pytest

from township_eval.cli import run
from township_eval.examples import path

HERE = path("lingwu")


def commands(file: str) -> list[list[str]]:
    """Return the arguments of each command a file of the example gives."""
    lines = (HERE / file).read_text(encoding="utf-8").splitlines()
    return [line.lstrip("# ").split()[1:] for line in lines if line.lstrip("# ").startswith("township-eval ")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with the example where the commands look for it."""
    shutil.copytree(HERE, tmp_path / "examples" / "lingwu")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_index_gives_commands_that_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Score, explain and the departments' scorecard, in the order of the page."""
    said = []
    for arguments in commands("README.md"):
        assert run(arguments) == 0, arguments
        said.append(capsys.readouterr().out)
    assert [arguments[0] for arguments in commands("README.md")] == ["score", "explain", "score"]
    assert "白土岗乡    二类     92.27" in said[0]
    assert "87.80(95%置信区间84.9—90.7;电话200、两代表一委员30)" in said[1]
    assert "财政局           74.00" in said[2]
    assert sorted(file.name for file in (folder / "departments").iterdir()) == [
        "2018-H1.json", "2018-H1.xlsx", "2018-H2.json", "2018-H2.xlsx", "manifest.json",
    ]  # fmt: skip


def test_the_scorecard_names_the_command_of_the_index() -> None:
    """Whoever opens departments.yaml reads the same command."""
    (arguments,) = commands("departments.yaml")
    assert arguments in commands("README.md")
