"""``compare --renamed``: pairs, shares and tables say which units became which; ``-o`` writes workbooks."""

from __future__ import annotations

import json

import pytest

from township_eval.cli.renaming import renamed_units


@pytest.fixture
def pair(office, cli):
    """Score two half-years."""
    first = office.workbook("2018-H1")
    assert cli("score", office.scheme, first, "-o", office.out).code in {0, 4}
    second = office.workbook("2018-H2", {"东塔镇": (95, 92), "白土岗乡": (70, 95), "郝家桥镇": (88, 80)})
    assert cli("score", office.scheme, second, "-o", office.out).code in {0, 4}
    return office.out / "2018-H1.json", office.out / "2018-H2.json"


def before(said) -> dict[str, float]:
    """Return what every later unit is compared with."""
    return {row["name"]: row["before"] for row in json.loads(said.out)["units"]}


def test_pairs_shares_and_tables_say_the_same(pair, cli, office) -> None:
    """Two units make up one: the same figures from three spellings, 40 % and 0.4 alike."""
    table = office.folder / "变更.csv"
    table.write_text(
        "原单位,现单位,份额\n东塔镇,东塔镇,0.6\n郝家桥镇,东塔镇,40%\n,郝家桥镇,\n", encoding="utf-8"
    )
    pairs = ["东塔镇=东塔镇:0.6", "郝家桥镇=东塔镇:40%", "=郝家桥镇"]
    by_pairs = cli("compare", *pair, "--json", *(part for one in pairs for part in ("--renamed", one)))
    by_table = cli("compare", *pair, "--json", "--renamed", table)
    assert (by_pairs.code, by_table.code) == (0, 0)
    alone = before(cli("compare", *pair, "--json"))
    found = before(by_table)
    assert found == before(by_pairs)
    assert found["东塔镇"] == pytest.approx(0.6 * alone["东塔镇"] + 0.4 * alone["郝家桥镇"], abs=0.006)
    assert found["郝家桥镇"] is None


def test_what_is_wrong_with_a_table_is_told_with_its_cell(pair, cli, office) -> None:
    """An unknown unit and a share above 1 stand in the table: there they are shown."""
    table = office.folder / "变更.csv"
    table.write_text("unit,into,share\n东塔镇,东搭镇,\n郝家桥镇,郝家桥镇,1.4\n", encoding="utf-8")
    said = cli("compare", *pair, "--renamed", table)
    assert said.code == 1
    assert "变更.csv!A2" in said.err
    assert "变更.csv!A3" in said.err
    assert "renamed.share" in said.err
    several = cli("compare", *pair, "--renamed", office.folder / "a.csv", "--renamed", "b.xlsx")
    assert several.err.count("file.missing") == 2


@pytest.mark.parametrize("text", ["东塔镇", "=", "东塔镇:0.4"])
def test_what_is_neither_pair_nor_table_is_a_usage_error(pair, cli, text) -> None:
    """Exit code 2, and all three spellings are shown."""
    said = cli("compare", *pair, "--renamed", text, "--lang", "en")
    assert said.code == 2
    assert "OLD=NEW:SHARE" in said.err


def test_nothing_stated_is_no_table() -> None:
    """Units are then matched by code."""
    assert renamed_units(()) is None


@pytest.mark.parametrize(
    ("name", "lang", "said"),
    [("change.csv", "zh", "change.xlsx"), ("change", "en", "only .xlsx"), ("change.pdf", "zh", ".pdf")],
)
def test_another_ending_than_xlsx_is_a_usage_error(pair, cli, office, name, lang, said) -> None:
    """A workbook is never written under the name of another format."""
    path = office.folder / name
    answer = cli("compare", *pair, "-o", path, "--lang", lang)
    assert answer.code == 2
    assert said in answer.err
    assert not path.exists()
