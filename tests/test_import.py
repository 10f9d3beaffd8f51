"""Importing the package is cheap, and its public names are there."""

import subprocess
import sys

import pytest

import township_eval

HEAVY = ["pandas", "scipy.stats", "openpyxl", "pydantic", "matplotlib", "yaml", "click", "rich"]


def loaded_after(statement: str) -> set[str]:
    """Return which heavy modules a fresh interpreter has loaded after *statement*."""
    report = f"import sys\n{statement}\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_import_loads_nothing_heavy() -> None:
    """`import township_eval` loads none of the heavy libraries."""
    assert loaded_after("import township_eval") == set()


def test_the_guard_sees_a_heavy_module() -> None:
    """The test above would notice: a statement that loads pandas is reported."""
    assert "pandas" in loaded_after("import township_eval, pandas")


def test_errors_and_texts_load_nothing_heavy() -> None:
    """Catching the errors or making a text costs nothing either."""
    assert loaded_after("from township_eval import DataError, Problem, Text") == set()


def test_methods_need_neither_pandas_nor_files() -> None:
    """The mathematics runs on NumPy arrays alone."""
    statement = "import township_eval as te\nte.methods.scoring.Linear(low=40, high=0)([20.0])"
    assert loaded_after(statement) == set()


@pytest.mark.parametrize("name", township_eval.__all__)
def test_every_public_name_exists(name: str) -> None:
    """Every name of `__all__` can be had and is listed by `dir`."""
    assert getattr(township_eval, name) is not None
    assert name in dir(township_eval)


def test_star_import_gives_the_public_names() -> None:
    """`from township_eval import *` gives exactly what `__all__` lists."""
    namespace: dict[str, object] = {}
    exec("from township_eval import *", namespace)  # noqa: S102  a star import is legal in exec only
    assert set(township_eval.__all__) == set(namespace) - {"__builtins__"}


def test_unknown_name_is_an_attribute_error() -> None:
    """A name whose time has not come is absent, as in any module."""
    with pytest.raises(AttributeError, match="no attribute 'write_page'"):
        _ = township_eval.write_page
