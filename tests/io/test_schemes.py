"""Reading and writing scheme files: forms, limits, places, nothing half written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from township_eval.errors import SchemeError, TownshipEvalError
from township_eval.io.schemes import Limits, read_scheme, write_scheme
from township_eval.io.schemes.notation import dump_yaml, load_json, load_yaml

MAPPING = {
    "format": 1,
    "name": "考核办法",
    "version": "2018",
    "index": {
        "children": [
            {"id": "自来水", "weight": 60, "basis": "二(六)3"},
            {"id": "b", "weight": 40, "basis": "x"},
        ]
    },
}


def problems_of(path, **more):
    with pytest.raises(SchemeError) as caught:
        read_scheme(path, **more)
    return caught.value.problems


@pytest.mark.parametrize("name", ["方案.yaml", "a.yml", "a.json", "a.xlsx", "A.XLSX"])
def test_every_form_gives_back_an_equal_scheme(tmp_path: Path, name: str) -> None:
    """The ending decides the form; content, fingerprint and warnings stay."""
    scheme = read_scheme(MAPPING)
    path = write_scheme(scheme, tmp_path / name)
    again = read_scheme(path)
    assert again == scheme
    assert again.fingerprint == scheme.fingerprint
    assert [one.code for one in again.warnings] == [one.code for one in scheme.warnings]
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["a.yaml", "a.json", "a.xlsx"])
def test_the_same_scheme_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    """No clock and no chance in a file."""
    scheme = read_scheme(MAPPING)
    first = write_scheme(scheme, tmp_path / name).read_bytes()
    assert write_scheme(scheme, tmp_path / name).read_bytes() == first


def test_problems_name_file_line_and_path(tmp_path: Path) -> None:
    """In YAML the line helps to find the place."""
    path = tmp_path / "方案.yaml"
    path.write_text(
        "name: 办法\nversion: 007\nbasis: 二(六)\nindex:\n  basis: 二(六)\n  children:\n    - id: a\n"
        "      wieght: 2\n",
        encoding="utf-8",
    )
    assert [problem.where for problem in problems_of(path)] == [
        "方案.yaml:7 index.children[0].weight",
        "方案.yaml:8 index.children[0].wieght",
    ]


def test_a_yaml_with_faults_of_every_kind_lists_them_in_one_go(tmp_path: Path) -> None:
    """An unknown key, weights of 59, a broken condition, an 89-90 gap: each with its line."""
    path = tmp_path / "方案.yaml"
    path.write_text(
        """name: 办法
version: 2018
basis: 二(六)
remarks: 草案
index:
  basis: 二(六)
  children:
    - id: 工作
      weight: 60
      children:
        - {id: a, weight: 40}
        - {id: b, weight: 19}
    - id: 满意度
      weight: 40
      scoring:
        method: bands
        tiers: [{from: 90, to: 100, score: 100}, {from: 60, to: 89, score: 80}, {to: 60, score: 0}]
flags:
  - id: 预警
    measure: interview
    when: 满意度 < 70 adn 工作 < 60
""",
        encoding="utf-8",
    )
    assert [(problem.code, problem.where) for problem in problems_of(path)] == [
        ("bands.tiers", "方案.yaml:16 index.children[1].scoring"),
        ("scheme.unknown_key", "方案.yaml:4 remarks"),
        ("condition.order", "方案.yaml:21 flags[0].when"),
        ("weights.sum", "方案.yaml:11 index.children[0].children"),
    ]


def test_warnings_stay_with_the_scheme_and_errors_raise() -> None:
    """Errors come first, with the warnings behind them."""
    scheme = read_scheme({**MAPPING, "grades": [{"name": "优秀", "at_least": 90}]})
    assert [problem.code for problem in scheme.warnings] == ["grades.gap"]
    broken = {**MAPPING, "grades": [{"name": "优秀", "at_least": 90}], "digits": 99}
    assert [problem.code for problem in problems_of(broken)] == ["scheme.digits", "grades.gap"]


def test_yaml_scalars_mean_what_they_look_like() -> None:
    """Leading zeros, yes and no, dates and times stay text; numbers are numbers."""
    text = "a: 007\nb: yes\nc: 2018-05-01\nd: 12:30\ne: 0x10\nf: 1_000\n"
    text += "g: 1e3\nh: -2.5\ni: true\nj: ~\nk: .5\nl: +3\n"
    assert load_yaml(text).data == {
        "a": "007", "b": "yes", "c": "2018-05-01", "d": "12:30", "e": "0x10", "f": "1_000",
        "g": 1000.0, "h": -2.5, "i": True, "j": None, "k": 0.5, "l": 3,
    }  # fmt: skip
    assert load_yaml(dump_yaml(load_yaml(text).data)).data == load_yaml(text).data


BOMB = "a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BOMB, "file.limits"),
        ("a: &a [*a]\n", "file.limits"),
        ("[" * 5000, "file.limits"),
        ("a:\n" + "".join(" " * n + "- \n" for n in range(1, 80)), "file.limits"),
        (" ".join(["a: &x 1\nb: ["] + ["*x,"] * 2000) + "]", "file.limits"),
        ("a: !!python/object/apply:os.system [echo]\n", "file.tag"),
        ("a: !!python/name:os.system x\n", "file.tag"),
        ("a: 1\na: 2\n", "file.key"),
        ("x: &x {a: 1}\ny:\n  <<: *x\n", "file.key"),
        ("? [a]\n: 1\n", "file.key"),
        ("a: [\n", "file.syntax"),
        ("a: b: c\n", "file.syntax"),
        ("\ta: 1\n", "file.syntax"),
        ("a: 1\n---\nb: 2\n", "file.syntax"),
    ],
    ids=lambda value: value if value.startswith("file") else "yaml",
)
def test_hostile_or_broken_yaml_is_a_problem_at_once(tmp_path: Path, text: str, code: str) -> None:
    """Aliases that multiply, endless nesting, tags and doubled keys are refused before they cost anything."""
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    found = problems_of(path)
    assert {problem.code for problem in found} == {code}
    assert all(problem.where.startswith("a.yaml") and problem.hint for problem in found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "file.syntax"),
        ("[" * 100_000, "file.limits"),
        ('{"a": 1, "a": 2}', "file.key"),
        ("", "file.syntax"),
    ],
)
def test_hostile_or_broken_json_is_a_problem(text: str, code: str) -> None:
    """The same for JSON."""
    with pytest.raises(SchemeError) as caught:
        load_json(text, "a.json")
    assert [problem.code for problem in caught.value.problems] == [code]


def test_infinite_numbers_in_a_file_are_refused(tmp_path: Path) -> None:
    """NaN and Infinity, which JSON readers take, are no weights."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps({**MAPPING, "scale": float("inf"), "digits": float("nan")}), encoding="utf-8")
    assert {problem.code for problem in problems_of(path)} == {"number.finite"}


def test_oversized_files_are_not_read(tmp_path: Path) -> None:
    """The limit is a setting."""
    path = write_scheme(read_scheme(MAPPING), tmp_path / "a.yaml")
    assert [problem.code for problem in problems_of(path, limits=Limits(bytes=100))] == ["file.size"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.yaml", "名称: 办法".encode("gb18030"), "file.encoding"),
        ("a.json", b"\xff\xfe\x00", "file.encoding"),
        ("a.txt", b"x", "file.kind"),
        ("a.yaml", b"", "scheme.type"),
        ("a.xlsx", b"", "file.empty"),
        ("a.xlsx", b"not a workbook", "file.not_a_workbook"),
    ],
)
def test_files_that_are_no_scheme_are_problems(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    """Wrong encoding, wrong kind, empty, no workbook."""
    path = tmp_path / name
    path.write_bytes(content)
    (problem,) = problems_of(path)
    assert problem.code == code or name.endswith("xlsx")
    assert problem.where.startswith(name)


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """Not a traceback."""
    assert [problem.code for problem in problems_of(tmp_path / "no.yaml")] == ["file.unreadable"]


def test_an_unknown_ending_cannot_be_written(tmp_path: Path) -> None:
    """The known endings are named."""
    with pytest.raises(SchemeError, match=r"\.yaml"):
        write_scheme(read_scheme(MAPPING), tmp_path / "a.yalm")


def test_a_target_open_elsewhere_is_a_clear_error(tmp_path: Path) -> None:
    """The old file stays as it was."""
    path = write_scheme(read_scheme(MAPPING), tmp_path / "a.xlsx")
    before = path.read_bytes()
    (tmp_path / "~$a.xlsx").touch()
    with pytest.raises(TownshipEvalError, match=r"file\.open"):
        write_scheme(read_scheme(MAPPING), path)
    assert path.read_bytes() == before
