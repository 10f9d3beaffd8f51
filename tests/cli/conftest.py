"""A small scheme, workbooks as an office would make them, and the command line to try on them."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from township_eval.cli import run

SCHEME = """\
format: 1
name: 测试考核方案
version: "1"
notice: 测试数据
groups:
  一类: {name: 近郊, reason: 靠近城区}
  二类: {name: 农业, reason: 以农业为主}
units:
  "640181100": {name: 东塔镇, group: 一类}
  "640181101": {name: 郝家桥镇, group: 二类}
  "640181201": {name: 白土岗乡, group: 二类}
index:
  children:
    - id: water
      name: 自来水普及率
      weight: 60
      lead: [水务局]
      basis: 一(一)
      scoring: {method: linear, low: 0, high: 100}
    - {id: roads, name: 道路完好分, weight: 40, lead: [交通局], basis: 一(二), scoring: {method: identity}}
grades:
  - {name: 优秀, at_least: 90}
  - {name: 合格, at_least: 60}
  - {name: 较差, at_least: 0}
flags:
  - {id: low_water, measure: 责令整改, when: water < 60, basis: 二(一), owner: [督查室]}
"""

GOOD = {"东塔镇": (100, 90), "郝家桥镇": (80, 85), "白土岗乡": (70, 95)}


@dataclass(frozen=True)
class Said:
    """What one run of the program printed, and its exit code."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Office:
    """A folder with a scheme, to put workbooks into."""

    folder: Path

    @property
    def scheme(self) -> Path:
        """Return the path of the scheme."""
        return self.folder / "方案.yaml"

    @property
    def out(self) -> Path:
        """Return the folder results go to."""
        return self.folder / "结果"

    def workbook(self, period: str, rows: dict[str, tuple[object, object]] = GOOD) -> Path:
        """Write one period's workbook and return its path."""
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(["单位", "自来水普及率", "道路完好分"])
        for name, values in rows.items():
            sheet.append([name, *values])
        path = self.folder / f"{period}.xlsx"
        book.save(path)
        return path

    def written(self) -> list[str]:
        """Return the names of the result files, but for the manifest beside them."""
        names = [path.name for path in self.out.iterdir()] if self.out.exists() else []
        return sorted(name for name in names if name != "manifest.json")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Make an office in a folder as offices have them, with a Chinese name and a blank."""
    folder = tmp_path / "考核 数据"
    folder.mkdir()
    (folder / "方案.yaml").write_text(SCHEME, encoding="utf-8")
    return Office(folder)


Cli = Callable[..., Said]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run the program inside this process, on a terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("TOWNSHIP_EVAL_LANG", raising=False)

    def call(*arguments: object) -> Said:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


def process(
    arguments: Sequence[object], encoding: str = "utf-8", cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the program as its own process, with output in the encoding of some terminal."""
    environment = os.environ | {"PYTHONIOENCODING": encoding, "COLUMNS": "80"}
    environment.pop("TOWNSHIP_EVAL_LANG", None)
    return subprocess.run(
        [sys.executable, "-m", "township_eval", *map(str, arguments)],
        capture_output=True,
        check=False,
        env=environment,
        cwd=cwd,
    )


@pytest.fixture(name="process")
def _process() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run the program as its own process."""
    return process


def width(line: str) -> int:
    """Return how many columns of a terminal a line takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


@pytest.fixture
def widest() -> Callable[[str], int]:
    """Return the width of the widest line of a text."""
    return lambda text: max(width(line) for line in text.splitlines())
