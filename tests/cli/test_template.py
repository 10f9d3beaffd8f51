"""`township-eval template`: a workbook to fill in, never over one that is filled in."""

from __future__ import annotations

from typing import Any

import openpyxl


def fill(path: Any) -> None:
    """Write into a template as an office would."""
    book = openpyxl.load_workbook(path)
    book.worksheets[-1]["Z99"] = "已填"
    book.save(path)


def test_one_workbook(cli: Any, office: Any) -> None:
    """The workbook is written and named, with the units and the indicators in it."""
    target = office.folder / "填报" / "模板.xlsx"
    said = cli("template", office.scheme, "-o", target)
    assert (said.code, said.out) == (0, f"已写出 {target}\n")
    book = openpyxl.load_workbook(target)
    words = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value}
    assert {"东塔镇", "郝家桥镇", "白土岗乡"} <= words
    assert any("自来水普及率" in word for word in words)


def test_one_for_each_department(cli: Any, office: Any) -> None:
    """`--by lead` writes a folder with a workbook per lead department."""
    target = office.folder / "部门"
    said = cli("template", office.scheme, "-o", target, "--by", "lead")
    assert said.code == 0
    assert {path.stem for path in target.iterdir()} == {"水务局", "交通局"}
    assert len(said.out.splitlines()) == 2


def test_again_is_harmless(cli: Any, office: Any) -> None:
    """Writing the same template again changes nothing and is no error."""
    target = office.folder / "模板.xlsx"
    cli("template", office.scheme, "-o", target)
    once = target.read_bytes()
    assert cli("template", office.scheme, "-o", target).code == 0
    assert target.read_bytes() == once


def test_a_filled_in_workbook_is_kept(cli: Any, office: Any) -> None:
    """What somebody has filled in is not overwritten unless asked for."""
    target = office.folder / "模板.xlsx"
    cli("template", office.scheme, "-o", target)
    fill(target)
    filled = target.read_bytes()
    said = cli("template", office.scheme, "-o", target)
    assert said.code == 1
    assert "file.exists" in said.err
    assert "--force" in said.err
    assert target.read_bytes() == filled
    assert cli("template", office.scheme, "-o", target, "--force").code == 0
    assert target.read_bytes() != filled


def test_one_filled_in_workbook_keeps_the_others(cli: Any, office: Any) -> None:
    """Of a folder either all workbooks are written or none."""
    target = office.folder / "部门"
    cli("template", office.scheme, "-o", target, "--by", "lead")
    fill(target / "水务局.xlsx")
    (target / "交通局.xlsx").unlink()
    assert cli("template", office.scheme, "-o", target, "--by", "lead").code == 1
    assert [path.name for path in target.iterdir()] == ["水务局.xlsx"]


def test_a_target_open_elsewhere(cli: Any, office: Any) -> None:
    """A template somebody has open is a clear problem."""
    target = office.folder / "模板.xlsx"
    (office.folder / "~$模板.xlsx").write_bytes(b"")
    said = cli("template", office.scheme, "-o", target)
    assert (said.code, target.exists()) == (1, False)
    assert "file.open" in said.err
