"""Rounding equals that of a spreadsheet program, cell by cell."""

import random
import shutil
import subprocess

import numpy as np
import openpyxl
import pytest

from township_eval.methods.ranking import round_half_up

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def awkward_numbers():
    """Return (number, digits) pairs next to ties: decimals ending in 5, sums, quotients, neighbors."""
    chance = random.Random(20261122)  # noqa: S311  test numbers, no secrets
    pairs = [(2.675, 2), (1.005, 2), (0.285, 2), (2.5, 0), (-0.5, 0), (4.35, 1), (1.45, 1), (-1.005, 2)]
    for _ in range(300):
        digits = chance.randint(0, 4)
        whole = chance.randint(-(10**6), 10**6)
        tie = (whole + 0.5) / 10**digits
        pairs += [(tie, digits), (tie * 3 / 3, digits), (tie + 0.1 - 0.1, digits), (whole / 7, digits)]
    return pairs


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_rounding_equals_libreoffice(tmp_path):
    """ROUND() recalculated by LibreOffice gives the same double in every cell."""
    pairs = awkward_numbers()
    book = openpyxl.Workbook()
    for row, (number, digits) in enumerate(pairs, 1):
        book.active.cell(row, 1, number)
        book.active.cell(row, 2, f"=ROUND(A{row},{digits})")
    source = tmp_path / "rounding.xlsx"
    book.save(source)
    profile = tmp_path / "profile"
    out = tmp_path / "out"
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(source)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    sheet = openpyxl.load_workbook(out / "rounding.xlsx", data_only=True).active
    theirs = [sheet.cell(row, 2).value for row in range(1, len(pairs) + 1)]
    wrong = [
        (number, digits, value)
        for (number, digits), value in zip(pairs, theirs, strict=True)
        if round_half_up(number, digits).item() != value
    ]
    assert wrong == []
    # The comparison can fail: NumPy's own rounding, half to even, differs on some of them.
    assert any(
        np.round(number, digits) != value for (number, digits), value in zip(pairs, theirs, strict=True)
    )
