"""The embedded call: plain data in, JSON out, nothing written, safe in threads."""

import importlib.util
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

from township_eval.examples import path


@pytest.fixture(scope="module")
def embed() -> ModuleType:
    spec = importlib.util.spec_from_file_location("embed", path("embed.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_answer_is_plain_json(embed: ModuleType) -> None:
    """Composites by hand: 0.6 x 92 + 0.4 x 87 and 0.6 x 97 + 0.4 x 91, and an explanation for each."""
    answer = json.loads(embed.score(embed.requests()[0]))
    composites = {unit: row["composite"] for unit, row in answer["results"].items()}
    assert composites == {"甲乡": 90.0, "乙镇": 94.6}
    assert set(answer["explanations"]) == {"甲乡", "乙镇"}


def test_a_misspelled_answer_comes_back_as_a_problem(embed: ModuleType) -> None:
    """Bad data is answered with every problem, in both languages, never with a number."""
    answer = json.loads(embed.score(embed.requests()[2]))
    assert set(answer) == {"problems"}
    assert any("基本满意吧" in problem["what"]["zh"] for problem in answer["problems"])
    assert all(problem["what"]["en"] for problem in answer["problems"])


def test_threads_give_what_one_thread_gives(
    embed: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty calls in eight threads answer exactly like calls one after the other, and write no file."""
    monkeypatch.chdir(tmp_path)
    requests = list(embed.requests()) * 14
    with ThreadPoolExecutor(max_workers=8) as pool:
        together = list(pool.map(embed.score, requests))
    assert together == [embed.score(request) for request in requests[:3]] * 14
    assert list(tmp_path.iterdir()) == []
