"""The examples are found wherever the program is installed."""

import pytest

from township_eval.examples import path


@pytest.mark.parametrize(
    "name",
    [
        "lingwu/scheme.yaml",
        "lingwu/2018-H2",
        "accountability/scheme.yaml",
        "accountability/review/2018-Q4.xlsx",
        "hdi/run.py",
        "villages/2018.xlsx",
        "embed.py",
        "notebook.ipynb",
    ],
)
def test_every_example_is_there(name: str) -> None:
    """What the documentation names exists in the installed package."""
    assert path(name).exists()


def test_an_unknown_example_is_named() -> None:
    """A misspelled name is said, with the folder to look in."""
    with pytest.raises(FileNotFoundError, match="lingwoo"):
        path("lingwoo")
