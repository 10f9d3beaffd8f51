"""What is still provisional: no letters are written of it, and an archive of it says so."""

from __future__ import annotations

import json
from typing import Any

import pytest


@pytest.fixture
def unsettled(office: Any, cli: Any) -> Any:
    """Score a half-year for good, and another one from what is there so far."""
    cli("score", office.scheme, office.workbook("2018-H1"), "-o", office.out)
    assert (
        cli("score", office.scheme, office.workbook("2018-H2"), "-o", office.out, "--provisional").code == 0
    )
    return office


def test_no_letters_of_a_provisional_result(unsettled: Any, cli: Any) -> None:
    """One clear problem, code 1, and no file."""
    letters = unsettled.folder / "告知书"
    said = cli("notice", unsettled.out / "2018-H2.json", "-o", letters)
    assert (said.code, "notice.provisional" in said.err, letters.exists()) == (1, True, False)
    assert cli("notice", unsettled.out / "2018-H1.json", "-o", letters).code == 0


def test_an_archive_warns_of_provisional_results(unsettled: Any, cli: Any) -> None:
    """The archive is written, with a warning naming the period that is not final; no other is named."""
    said = cli("archive", unsettled.out, "-o", unsettled.folder / "2018.zip")
    assert said.code == 0
    assert "archive.provisional" in said.err
    assert "2018-H2 是预评" in said.err
    assert "2018-H1" not in said.err
    answer = json.loads(cli("archive", unsettled.out, "-o", unsettled.folder / "2018.zip", "--json").out)
    assert [note["code"] for note in answer["notes"]] == ["archive.provisional"]
