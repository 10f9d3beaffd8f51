"""Exit codes, languages and streams of the whole program."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import township_eval
from township_eval.cli import main, run

COMMANDS = [
    "demo", "template", "check", "score", "explain", "compare", "notice", "verify", "archive", "schema",
]  # fmt: skip


@pytest.mark.parametrize("arguments", [[], *([command] for command in COMMANDS)])
def test_help_fits_a_terminal_and_is_bilingual(
    cli: Any, widest: Callable[[str], int], arguments: list[str]
) -> None:
    """Every help page exits with 0, fits 80 columns, and says what the command is for in both languages."""
    said = cli(*arguments, "--help")
    assert said.code == 0
    assert widest(said.out) <= 80
    assert any(ch > "一" for ch in said.out)
    assert "帮助 / help" in said.out


def test_commands_are_listed_in_the_order_of_use(cli: Any) -> None:
    """The first page lists the commands, the demonstration first."""
    listed = [
        line.split()[0] for line in cli("--help").out.split("Commands:")[1].splitlines() if line.strip()
    ]
    assert listed[: len(COMMANDS)] == COMMANDS


def test_version(cli: Any) -> None:
    """`--version` prints the version of the package."""
    assert cli("--version").out.split() == ["township-eval", township_eval.__version__]


def test_no_command_is_a_usage_error_with_help(cli: Any) -> None:
    """Without a command the help page is shown, and a script notices."""
    said = cli()
    assert (said.code, "demo" in said.out) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["scor"], "是否指:score、"),
        (["score", "a.yaml"], "缺少参数:INPUTS..."),
        (["score", "a.yaml", "b.xlsx"], "缺少参数:-o / --output"),
        (["score", "--outptu", "x"], "没有这个选项:--outptu"),
        (["check", "a.yaml", "--as-of", "昨天"], "参数不对:--as-of(写法:2018-12-31)"),
        (["check", "a.yaml", "--lang", "fr"], "参数不对:--lang(可用:zh、en)"),
    ],
)
def test_usage_errors(cli: Any, arguments: list[str], expected: str) -> None:
    """A wrong command line exits with 2 and says what is wrong, and where to read how it is done."""
    said = cli(*arguments)
    assert (said.code, said.out) == (2, "")
    assert expected in said.err
    assert "--help" in said.err


def test_language_of_an_option_or_the_environment(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages are Chinese unless `--lang` or TOWNSHIP_EVAL_LANG asks for English."""
    assert "没有这个选项" in cli("schema", "--nothing").err
    assert "o such option" in cli("schema", "--lang", "en", "--nothing").err
    monkeypatch.setenv("TOWNSHIP_EVAL_LANG", "en")
    assert "o such option" in cli("schema", "--nothing").err
    assert "没有这个选项" in cli("schema", "--lang", "zh", "--nothing").err


def test_missing_scheme_is_a_listed_problem(cli: Any, tmp_path: Any) -> None:
    """A scheme that is not there is a problem with its path, not a traceback."""
    said = cli("score", tmp_path / "没有.yaml", tmp_path / "2018.xlsx", "-o", tmp_path / "out")
    assert said.code == 1
    assert "没有.yaml" in said.err
    assert "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == []


def test_problems_as_json(cli: Any, tmp_path: Any) -> None:
    """With `--json` even problems are one JSON document on stdout."""
    said = cli("explain", tmp_path / "none.json", "东塔镇", "--json")
    document = json.loads(said.out)
    assert (said.code, document["exit_code"]) == (1, 1)
    assert document["problems"][0]["severity"] == "error"


def test_a_fault_of_the_program_asks_for_a_report(
    cli: Any, office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug exits with 3, asks for a report and shows where it happened."""

    def broken(*_: object, **__: object) -> None:
        msg = "a bug"
        raise RuntimeError(msg)

    monkeypatch.setattr("township_eval.io.schemes.read_scheme", broken)
    said = cli("check", office.scheme)
    assert said.code == 3
    assert "请把以下内容" in said.err
    assert "RuntimeError: a bug" in said.err


def test_interrupted(cli: Any, office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C exits with 130 and without a traceback."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("township_eval.io.schemes.read_scheme", interrupt)
    said = cli("check", office.scheme)
    assert said.code == 130
    assert "已中断" in said.err
    assert "Traceback" not in said.err


def test_a_reader_that_goes_away() -> None:
    """`township-eval schema | head -1` ends quietly."""
    command = [sys.executable, "-m", "township_eval", "schema"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        writer.stdout.close()
        complaint = writer.stderr.read()
    assert (writer.returncode, complaint) == (141, b"")


def test_help_loads_nothing_heavy() -> None:
    """`--help` answers at once: nothing that reads, computes or draws is imported for it."""
    heavy = ["numpy", "pandas", "openpyxl", "pydantic", "yaml", "rich.console", "scipy"]
    report = (
        f"import sys\nfrom township_eval.cli import run\nrun(['score', '--help'])\n"
        f"print('LOADED', *[name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, check=True)
    assert done.stdout.decode("utf-8").splitlines()[-1] == "LOADED"


def test_main_leaves_with_the_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The installed command leaves with the exit code of `run`."""
    monkeypatch.setattr(sys, "argv", ["township-eval", "nothing"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == run(["nothing"]) == 2
    assert capsys.readouterr().out == ""
