"""One small office, and the program run on it from its command line: what a user meets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import openpyxl
import pytest

from township_eval.cli import run

Rows: TypeAlias = Sequence[Sequence[Any]]

SCHEME = """\
format: 1
name: 测试考核方案
version: "1"
groups:
  一类: {name: 近郊, reason: 靠近城区}
  二类: {name: 农业, reason: 以农业为主}
units:
  "640181100": {name: 东塔镇, group: 一类}
  "640181102": {name: 崇兴镇, group: 一类}
  "640181201": {name: 白土岗乡, group: 二类, aliases: [白土岗]}
index:
  children:
    - id: tap_water
      name: 自来水普及率
      unit: "%"
      weight: {一类: 60, 二类: 50}
      basis: 二(六)3
      scoring: {method: target, target: 100, floor: 80}
    - id: roads
      name: 断头路条数
      unit: 条
      weight: {一类: 20, 二类: 30}
      basis: 二(六)3
      may_not_apply: true
      scoring: {method: target, target: 0, direction: lower, per_unit: 25}
    - id: online
      name: 网办率
      unit: "%"
      weight: 20
      basis: 二(十)
      scoring: {method: min_max, cohort: all}
"""

# Row 1 is the header; the unit of row r is in A, its values in B to D.
SHEET: Rows = (
    ("单位", "自来水普及率(%)", "断头路条数(条)", "网办率(%)"),
    ("东塔镇", 100, 0, 60),
    ("崇兴镇", 98.5, 1, 75),
    ("白土岗乡", 90, "/", 50),
)


@dataclass(frozen=True)
class Listed:
    """A problem as the program lists it for other programs."""

    severity: str
    code: str
    where: str
    what: Mapping[str, str]
    hint: Mapping[str, str]


@dataclass(frozen=True)
class Office:
    """A folder with a scheme and workbooks, and the program to run on them."""

    folder: Path
    call: Callable[..., tuple[int, str, str]]

    @property
    def out(self) -> Path:
        """Return the folder results go to."""
        return self.folder / "结果"

    def scheme(self, old: str = "", new: str = "") -> Path:
        """Write the scheme, with one text in it replaced, and return its path."""
        assert old in SCHEME
        path = self.folder / "方案.yaml"
        path.write_text(SCHEME.replace(old, new) if old else SCHEME, encoding="utf-8")
        return path

    def workbook(self, name: str = "2018-H2.xlsx", title: str = "数据", **cells: Any) -> Path:
        """Write the good workbook with some cells changed (``B3=0.95``) and return its path."""
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.title = title
        for row in SHEET:
            sheet.append(row)
        for address, value in cells.items():
            sheet[address] = value
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        book.save(path)
        return path

    def errors(self, scheme: Path, inputs: Path) -> list[Listed]:
        """Return the errors that `check` and `score` both end in, after seeing that nothing was written."""
        before = self._files()
        code, out, _ = self.call("check", scheme, inputs, "--json")
        assert code == 1
        checked = [problem for part in json.loads(out)["checked"] for problem in part["problems"]]
        code, out, _ = self.call("score", scheme, inputs, "-o", self.out, "--json")
        assert code == 1
        document = json.loads(out)
        scored = document.get("problems") or document["failed"][0]["problems"]
        assert self._files() == before
        errors, again = (_errors(problems) for problems in (checked, scored))
        assert {(one.code, one.where) for one in errors} == {(one.code, one.where) for one in again}
        return errors

    def _files(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}


def _errors(problems: Sequence[dict[str, Any]]) -> list[Listed]:
    listed = [Listed(**problem) for problem in problems]
    for problem in listed:
        assert problem.what["zh"], problem
        assert problem.what["en"], problem
        assert problem.hint["zh"], problem
        assert problem.hint["en"], problem
    return [problem for problem in listed if problem.severity == "error"]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the program inside this process; return exit code, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("TOWNSHIP_EVAL_LANG", raising=False)

    def run_it(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run_it


@pytest.fixture
def office(tmp_path: Path, call: Any) -> Office:
    """Make an office in a folder as offices have them, with a Chinese name and a blank."""
    folder = tmp_path / "考核 数据"
    folder.mkdir()
    return Office(folder, call)
