"""The notebook runs from top to bottom and shows what it says."""

import asyncio
import sys
from pathlib import Path

import pytest

from township_eval.examples import path


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the kernel's own libraries warn about each other
def test_the_notebook_runs_and_raises_no_flag(tmp_path: Path) -> None:
    """Every cell runs in a fresh kernel, with what is installed; the last one counts no flags."""
    import nbformat
    from nbclient import NotebookClient

    if sys.platform == "win32":
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    notebook = nbformat.read(path("notebook.ipynb"), as_version=4)
    # a kernel looks in its own folder first: in a clone it would find a package without its examples
    elsewhere = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=elsewhere).execute()
    shown = [
        "".join(str(output.get("data", {}).get("text/plain", "")) for output in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    assert shown[-1] == "0"
    assert any("92.27" in text for text in shown)


def test_the_notebook_is_committed_without_output() -> None:
    """Results are made, not stored: they cannot go stale."""
    import nbformat

    notebook = nbformat.read(path("notebook.ipynb"), as_version=4)
    assert all(not cell.outputs for cell in notebook.cells if cell.cell_type == "code")
