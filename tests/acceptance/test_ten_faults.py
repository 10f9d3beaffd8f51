"""Ten planted faults in the Lingwu workbooks: `check` lists exactly those ten, each with its cell."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest

import township_eval as te
from township_eval.examples import path


def _script() -> ModuleType:
    """Load the script that a person runs by hand."""
    spec = importlib.util.spec_from_file_location("ten_faults", Path(__file__).with_name("ten_faults.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # a dataclass looks its own module up
    spec.loader.exec_module(module)
    return module


TEN = _script()


def test_the_ten_are_of_different_kinds_and_places() -> None:
    """Ten cells in ten files, of nine kinds and more."""
    assert len(TEN.FAULTS) == 10
    assert len({fault.place for fault in TEN.FAULTS}) == 10
    assert len({fault.code for fault in TEN.FAULTS}) >= 9


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_exactly_the_ten_are_listed(tmp_path: Path, call: Any, lang: str) -> None:
    """Ten lines of errors, each with code and cell of one planted fault, exit code 1, nothing written."""
    folder = TEN.plant(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    code, out, err = call("check", tmp_path / "scheme.yaml", folder, "--lang", lang)
    lines = [line for line in out.splitlines() if line.startswith(("错误 [", "error ["))]
    assert (code, err) == (1, "")
    assert sorted(_opening(line) for line in lines) == sorted(
        (fault.code, fault.place) for fault in TEN.FAULTS
    )
    assert sorted(tmp_path.rglob("*")) == before


def test_one_workbook_with_all_sheets_lists_the_same_ten(tmp_path: Path, call: Any) -> None:
    """Whether departments send a workbook each, or somebody has bound them into one."""
    book = TEN.bind(TEN.plant(tmp_path), tmp_path / "bound" / f"{TEN.PERIOD}.xlsx")
    code, out, _ = call("check", tmp_path / "scheme.yaml", book)
    lines = [line for line in out.splitlines() if line.startswith("错误 [")]
    assert code == 1
    assert sorted(_opening(line) for line in lines) == sorted(
        (fault.code, fault.place_in(book.name)) for fault in TEN.FAULTS
    )


def _opening(line: str) -> tuple[str, str]:
    """Return code and cell of a problem as it is printed."""
    code, rest = line.split("[", 1)[1].split("] ", 1)
    return code, rest.split(":")[0].split(" ")[0]


def test_each_is_one_problem_alone(tmp_path: Path) -> None:
    """Each of the ten, planted alone, is exactly one error: no fault draws others after it."""
    scheme = te.read_scheme(path("lingwu") / "scheme.yaml")
    for fault in TEN.FAULTS:
        folder = TEN.plant(tmp_path, [fault])
        errors = [p for p in _check(scheme, folder) if p.severity == "error"]
        assert [(p.code, p.where.split()[0]) for p in errors] == [(fault.code, fault.place)]


def _check(scheme: te.Scheme, inputs: Path | Sequence[Path]) -> tuple[te.Problem, ...]:
    return te.check(scheme, te.read_inputs(inputs, scheme))


# Faults that take more than one value with them: a row, a column or a file that cannot be read.
WIDE = {
    "a name nobody bears, in a row": ("财政局.xlsx", "乡镇财政", "B10", "宁冬镇", "unit.unknown"),
    "a name nobody bears, in a column": ("文广局.xlsx", "文化体育", "D4", "东搭镇", "unit.unknown"),
    "a name nobody bears, in an assessor's form": (
        "第三方评估-评估员1.xlsx", "第三方评估", "A6", "东搭镇", "unit.unknown",
    ),
    "a name nobody bears, among one of two channels": (
        "统计局.xlsx", "两代表一委员满意度", "A7", "东搭镇", "unit.unknown",
    ),
    "a name nobody bears, over ballots": ("社区建设办.xlsx", "部门评乡镇", "B4", "东搭镇", "unit.unknown"),
    "a header misspelled": ("农牧局.xlsx", "扶贫公共服务", "C5", "自来水普级率(%)", "column.unknown"),
    "a header of one part of a ratio": ("卫计局.xlsx", "基本医疗", "E4", "村庄总个数", "column.unknown"),
    "a header of one item of a list": ("政法委.xlsx", "综治维稳", "E5", "工作例会制", "column.unknown"),
    "a header of a roster": ("组织部.xlsx", "花名册", "C4", "学习天数(天)", "roster.column_missing"),
    "a person without a number": ("组织部.xlsx", "花名册", "C7", "很多", "cell.text"),
    "a denominator of zero": ("卫计局.xlsx", "基本医疗", "E6", 0, "ratio.denominator"),
    "an answer outside the scale": (
        "统计局.xlsx", "电话调查明细", "H10", "非常满意", "responses.answer",
    ),
    "a weight below zero": ("统计局.xlsx", "电话调查明细", "G10", -3, "responses.weight"),
    "a channel the scheme does not know": (
        "统计局.xlsx", "电话调查明细", "C10", "网络", "responses.channel",
    ),
    "single answers without a header": (
        "统计局.xlsx", "电话调查明细", "H4", "看法", "table.no_header",
    ),
    "an item misspelled in one assessor's form": (
        "第三方评估-评估员1.xlsx", "第三方评估", "B4", "服务质星", "ratings.item",
    ),
    "a department nobody knows": (
        "社区建设办.xlsx", "部门评乡镇", "A7", "文化局", "reviews.rater_unknown",
    ),
    "a department nobody knows, voted on": (
        "社区建设办.xlsx", "乡镇评部门", "C4", "农业局", "reviews.unit_unknown",
    ),
    "a deadline that is no date": ("社区建设办.xlsx", "任务", "G5", "年底", "tasks.deadline"),
    "a share of nobody": ("社区建设办.xlsx", "指标分解", "B5", "东搭镇", "targets.unit"),
    "shares that do not add up": ("社区建设办.xlsx", "指标", "D3", 1800, "targets.sum"),
    "a return on a task that is not there": (
        "社区建设办.xlsx", "任务进展报送", "A5", "T99", "returns.task",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("file", "sheet", "cell", "written", "code"), WIDE.values(), ids=WIDE)
def test_one_fault_one_problem(
    tmp_path: Path, file: str, sheet: str, cell: str, written: Any, code: str
) -> None:
    """What is lost together with a refused name, header or cell is not listed once more as not reported."""
    scheme = te.read_scheme(path("lingwu") / "scheme.yaml")
    folder = TEN.plant(tmp_path, [TEN.Fault(file, sheet, cell, written, code)])
    (error,) = [problem for problem in _check(scheme, folder) if problem.severity == "error"]
    assert error.code == code
    assert error.where.startswith(f"{file}!{sheet}")


def test_an_unreadable_file_is_one_problem(tmp_path: Path) -> None:
    """A department's file that cannot be opened is one error, and the department is said to be missing."""
    scheme = te.read_scheme(path("lingwu") / "scheme.yaml")
    folder = TEN.plant(tmp_path, [])
    (folder / "财政局.xlsx").write_bytes(b"")
    problems = _check(scheme, folder)
    assert [(p.code, p.where) for p in problems if p.severity == "error"] == [("file.empty", "财政局.xlsx")]
    assert any(p.code == "department.missing" and "财政局" in p.what.zh for p in problems)


def test_a_missing_file_is_asked_for(tmp_path: Path) -> None:
    """Without the file nothing else explains the gap: every value is asked for, and the department named."""
    scheme = te.read_scheme(path("lingwu") / "scheme.yaml")
    folder = TEN.plant(tmp_path, [])
    (folder / "财政局.xlsx").unlink()
    problems = _check(scheme, folder)
    errors = [problem for problem in problems if problem.severity == "error"]
    assert {problem.code for problem in errors} == {"value.missing"}
    assert len(errors) == 2 * 9
    assert any(p.code == "department.missing" and "财政局" in p.what.zh for p in problems)


def test_a_blank_beside_a_fault_is_still_asked_for(tmp_path: Path) -> None:
    """A fault explains no more gaps than it can have caused: two townships left out, one name refused."""
    scheme = te.read_scheme(path("lingwu") / "scheme.yaml")
    folder = TEN.plant(tmp_path, [TEN.Fault("财政局.xlsx", "乡镇财政", "B8", "郝桥", "unit.unknown")])
    book = openpyxl.load_workbook(folder / "财政局.xlsx")
    book["乡镇财政"]["B9"] = "小计"
    book.save(folder / "财政局.xlsx")
    codes = sorted(problem.code for problem in _check(scheme, folder) if problem.severity == "error")
    assert codes == ["unit.unknown", *["value.missing"] * 4]


def test_the_script_by_hand(tmp_path: Path) -> None:
    """`python tests/acceptance/ten_faults.py OUT` plants them and prints the command that finds them."""
    script = Path(TEN.__file__)
    done = subprocess.run(
        [sys.executable, script, tmp_path / "out"], capture_output=True, check=True, encoding="utf-8"
    )
    lines = done.stdout.splitlines()
    assert lines[:-2] == [f"{fault.code} {fault.place}" for fault in TEN.FAULTS]
    out = tmp_path / "out"
    places = (out / "2018-H2", out / "bound" / "2018-H2.xlsx")
    assert lines[-2:] == [f"township-eval check {out / 'scheme.yaml'} {place}" for place in places]
