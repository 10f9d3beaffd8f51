"""What the built wheel holds and says about itself.

With TOWNSHIP_EVAL_WHEEL the given wheel is looked at; without it one is built from a copy of this
checkout, so that the test leaves nothing behind.
"""

import email
import os
import shutil
import subprocess
import sys
import zipfile
from email.message import Message
from pathlib import Path, PurePosixPath

import pytest

import township_eval

CHECKOUT = Path(__file__).parents[1]
LEFT_OUT = shutil.ignore_patterns(
    ".*", "build", "dist", "docs", "tests", "benchmarks", "*.egg-info", "__pycache__"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel to look at."""
    given = os.environ.get("TOWNSHIP_EVAL_WHEEL")
    if given:
        return Path(given)
    source = tmp_path_factory.mktemp("source") / "checkout"
    shutil.copytree(CHECKOUT, source, ignore=LEFT_OUT)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(source.parent), str(source)], check=True)
    return next(source.parent.glob("*.whl"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    """Return the paths of all files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def read(wheel: Path, ending: str) -> str:
    """Return the text of the one file of the wheel whose path ends so."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(ending)]
        return archive.read(name).decode("utf-8")


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    """Return the wheel's core metadata; unknown keys in setup.cfg would silently be missing here."""
    return email.message_from_string(read(wheel, ".dist-info/METADATA"))


def test_metadata_is_what_setup_cfg_means(metadata: Message) -> None:
    """Name, version, license, Python and description arrive in the built metadata."""
    assert metadata["Name"] == "township-eval"
    assert metadata["Version"] == township_eval.__version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata["License-File"] == "LICENSE"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert "township-eval demo" in metadata.get_payload()


def test_requirements_have_floors_and_no_ceilings(metadata: Message) -> None:
    """Every hard dependency states the oldest version that is tested and none forbids a newer one."""
    required = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    names = {line.split(">=")[0] for line in required}
    assert names == {
        "numpy", "scipy", "pandas", "openpyxl", "defusedxml", "PyYAML", "pydantic", "click", "rich",
    }  # fmt: skip
    assert [line for line in required if "<" in line or "==" in line or "~=" in line] == []


def test_extras_exist_only_for_code_that_exists(metadata: Message) -> None:
    """Optional are the library that reads Parquet files and the one that draws figures."""
    assert metadata.get_all("Provides-Extra") == ["parquet", "plot"]


def test_the_command_is_installed(wheel: Path) -> None:
    """The wheel installs the command `township-eval`."""
    assert "township-eval = township_eval.cli:main" in read(wheel, ".dist-info/entry_points.txt")


def test_the_wheel_is_typed_and_licensed(names: list[str]) -> None:
    """Type checkers find `py.typed`; the license travels with the wheel."""
    assert "township_eval/py.typed" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_every_package_folder_is_listed(names: list[str]) -> None:
    """No folder with code is forgotten in setup.cfg: the installed tree is the tree of the source."""
    here = Path(township_eval.__file__).parent
    source = CHECKOUT / "township_eval"
    folder = source if source.is_dir() else here
    expected = {
        f"township_eval/{path.relative_to(folder).as_posix()}"
        for path in folder.rglob("*.py")
        if path.relative_to(folder).parts[0] != "examples"
    }
    code = {name for name in names if name.endswith(".py") and not name.startswith("township_eval/examples/")}
    assert code == expected


@pytest.mark.parametrize(
    "path",
    [
        "__init__.py",
        "lingwu/scheme.yaml",
        "hdi/run.py",
        "hdi/scheme.yaml",
        "villages/scheme.yaml",
        "embed.py",
        "notebook.ipynb",
    ],
)
def test_examples_are_inside(names: list[str], path: str) -> None:
    """The examples ship as the package `township_eval.examples`."""
    assert f"township_eval/examples/{path}" in names


def test_example_workbooks_are_inside(names: list[str]) -> None:
    """The demo finds its workbooks after installation."""
    books = [
        name for name in names if name.startswith("township_eval/examples/lingwu/") and name.endswith(".xlsx")
    ]
    assert len(books) >= 4


def test_nothing_else_is_inside(names: list[str]) -> None:
    """Tests, documentation and leftovers of builds and editors stay at home."""
    tops = {PurePosixPath(name).parts[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"township_eval"}
    unwanted = ("__pycache__", ".pyc", ".ipynb_checkpoints", "~$", "/out/", "/tests/")
    assert [name for name in names if any(part in name for part in unwanted)] == []
