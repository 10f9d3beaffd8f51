"""What the pages say is true: fragments are read, rules score as promised, lists are complete."""

from __future__ import annotations

import importlib.metadata
import re
from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

import township_eval as te
from township_eval import examples
from township_eval.methods.scoring import RULES
from township_eval.scheme.sources import Source

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "README.zh.md"]
_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROMISE = re.compile(r"^# (.+) -> (.+)$", re.MULTILINE)


def blocks() -> list[Any]:
    """Return every YAML block of the pages, named by page and line."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in _BLOCK.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(pytest.param(match[1], id=f"{page.name}:{line}"))
    return found


def complete(fragment: dict[str, Any]) -> dict[str, Any]:
    """Return a scheme around a fragment: a whole one, an indicator, a rule, or keys of the head."""
    scheme: dict[str, Any] = {"format": 1, "name": "page", "version": "1"}
    if "id" in fragment or "scoring" in fragment:
        leaf = {"id": "leaf", "weight": 100, "basis": "page", **fragment}
        return {**scheme, "index": {"children": [leaf]}}
    leaf = {"id": "leaf", "weight": 100, "basis": "page"}
    return {**scheme, "index": {"children": [leaf]}, **fragment}


@pytest.mark.parametrize("text", blocks())
def test_fragments_are_schemes(text: str) -> None:
    """Every YAML block can be read, and what it says survives the way back."""
    scheme = te.read_scheme(complete(yaml.safe_load(text)))
    assert [warning for warning in scheme.warnings if not _expected(warning)] == []


def _expected(warning: te.Problem) -> bool:
    """Rules that compare units warn on purpose, and so does what works like a veto."""
    return "cohort" in warning.code or warning.code == "veto.like"


def numbers(text: str) -> list[float]:
    return [float(Fraction(part.strip())) for part in text.split(",")]


@pytest.mark.parametrize("text", [block for block in blocks() if _PROMISE.search(block.values[0])])
def test_rules_score_as_the_page_promises(text: str) -> None:
    """Every line `# value -> score` below a rule holds; several values are a cohort."""
    rule = te.read_scheme(complete(yaml.safe_load(text))).leaves()[0].scoring
    for values, scores in _PROMISE.findall(text):
        assert rule(numbers(values)) == pytest.approx(numbers(scores), abs=1e-9)


def test_every_rule_is_on_its_page() -> None:
    """No scoring rule is undocumented, and none is documented that does not exist."""
    headings = re.findall(r"^### (\w+) · ", (DOCS / "rules.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted(RULES)


def test_every_source_is_on_its_page() -> None:
    """No source of values is undocumented, and none is documented that does not exist."""
    headings = re.findall(r"^## (\w+)$", (DOCS / "sources.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted(source.kind for source in Source.__args__)


def test_every_key_of_a_source_is_in_its_section() -> None:
    """What a source may state stands under its heading."""
    page = (DOCS / "sources.md").read_text(encoding="utf-8")
    missing = []
    for source in Source.__args__:
        section = page.partition(f"\n## {source.kind}\n")[2].partition("\n## ")[0]
        missing += [
            f"{source.kind}.{field.name}"
            for field in fields(source)
            if not re.search(rf"(`|\b){field.name}(`|:)", section)
        ]
    assert missing == []


def test_every_table_of_a_result_is_on_its_page() -> None:
    """Tables that the example's result holds, and their columns, are told to those who read them."""
    lingwu = examples.path("lingwu")
    scheme = te.read_scheme(lingwu / "scheme.yaml")
    tables = te.evaluate(scheme, te.read_inputs(lingwu / "2018-H2", scheme)).tables
    page = (DOCS / "results.md").read_text(encoding="utf-8")
    answers = {"满意", "基本满意", "不满意", "不了解"}
    columns = {f"{name}: {column}" for name, table in tables.items() for column in {*table.columns} - answers}
    assert [name for name in tables if f"| `{name}` |" not in page] == []
    assert sorted(name for name in columns if f"`{name.partition(': ')[2]}`" not in page) == []


def test_every_public_name_is_in_the_reference() -> None:
    """The reference of Python names lists each of them."""
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    assert [name for name in te.__all__ if f"township_eval.{name}" not in page] == []


def test_every_command_and_option_is_on_its_page() -> None:
    """No command and no option of the command line is undocumented."""
    from township_eval.cli import _root

    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    missing = [f"## {name}" for name in _root.commands if f"## {name}" not in page]
    for name, command in _root.commands.items():
        section = page.partition(f"## {name}\n")[2].partition("\n## ")[0]
        options = {option for parameter in command.params for option in parameter.opts}
        stated = sorted(option for option in options - {"--help"} if option.startswith("--"))
        missing += [f"{name} {option}" for option in stated if option not in section]
    assert missing == []


def test_every_dependency_has_its_reason() -> None:
    """The page on dependencies lists what the package requires, with the same floors."""
    stated_by_package = importlib.metadata.requires("township-eval") or []
    required = [line for line in stated_by_package if "extra ==" not in line]
    page = (DOCS / "dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(.+?)\]\(.*?\) \| (\S+) \|", page, re.MULTILINE)
    stated = {f"{name}>={floor}".lower() for name, floor in rows}
    assert stated == {line.lower() for line in required}


def test_the_readmes_give_the_same_two_commands() -> None:
    """Both READMEs give the same two commands: the first ends with the demo, the second with the tests."""
    commands = [
        [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("python3 -m venv")]
        for page in (ROOT / "README.md", ROOT / "README.zh.md")
    ]
    assert commands[0] == commands[1]
    ends = [("demo" in command, "pytest" in command) for command in commands[0]]
    assert ends == [(True, False), (False, True)]
