"""`township-eval explain` and `township-eval schema`."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import yaml


@pytest.fixture
def archive(cli: Any, office: Any) -> Any:
    """Score one period and return its archive."""
    cli("score", office.scheme, office.workbook("2018-H1"), "-o", office.out)
    return office.out / "2018-H1.json"


@pytest.mark.parametrize("name", ["郝家桥镇", "640181101"])
def test_text(cli: Any, archive: Any, name: str) -> None:
    """A unit is found by name or code; the text traces its points to cells."""
    said = cli("explain", archive, name)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("郝家桥镇(640181101) 2018-H1")
    assert "82.00" in said.out
    assert "2018-H1.xlsx!Sheet!B3" in said.out


def test_english(cli: Any, archive: Any) -> None:
    """`--lang en` explains in English."""
    assert "composite 82.00 of 100" in cli("explain", archive, "郝家桥镇", "--lang", "en").out


def test_json(cli: Any, archive: Any) -> None:
    """`--json` gives the facts as data."""
    facts = json.loads(cli("explain", archive, "郝家桥镇", "--json").out)
    assert (facts["unit"], facts["composite"], facts["rank"]) == ("640181101", 82.0, 2)


def test_unknown_unit(cli: Any, archive: Any) -> None:
    """An unknown unit is a problem with suggestions."""
    said = cli("explain", archive, "郝家桥")
    assert (said.code, said.out) == (1, "")
    assert "unit.unknown" in said.err
    assert "郝家桥镇" in said.err


def test_not_an_archive(cli: Any, office: Any) -> None:
    """A file that is no result is a problem with its path."""
    said = cli("explain", office.scheme, "郝家桥镇")
    assert said.code == 1
    assert str(office.scheme) in said.err


def test_schema_of_schemes(cli: Any, office: Any) -> None:
    """The schema that is printed accepts the scheme file and refuses one with a slip."""
    schema = json.loads(cli("schema").out)
    scheme = yaml.safe_load(office.scheme.read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    assert list(validator.iter_errors(scheme)) == []
    assert list(validator.iter_errors(scheme | {"digitz": 2})) != []


def test_schema_of_results(cli: Any, archive: Any) -> None:
    """`--evaluation` prints the schema of the archives that `score` writes."""
    schema = json.loads(cli("schema", "--evaluation").out)
    jsonschema.Draft202012Validator(schema).validate(json.loads(archive.read_text(encoding="utf-8")))
