"""The Human Development Index 2021 of 191 countries."""

import subprocess
import sys

import pandas as pd
import pytest

import township_eval as te
from township_eval.examples import path


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return pd.read_csv(path("hdi/published.csv"), index_col="unit", keep_default_na=False)


def test_the_script_finds_no_difference() -> None:
    """``run.py`` reports the official index, ranks and bands reproduced at three decimals."""
    done = subprocess.run(
        [sys.executable, str(path("hdi/run.py"))], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "countries: 191, bands different: 0",
        "largest HDI error at three decimals: 0.000, ranks different: 0",
    ]


def test_the_folder_read_as_files_gives_the_published_index(published: pd.DataFrame) -> None:
    """Read like anybody's folder of CSV files, values, ranks and bands are exactly the published ones."""
    scheme = te.read_scheme(path("hdi/scheme.yaml"))
    results = te.evaluate(scheme, te.read_inputs(path("hdi/2021"), scheme)).results.reindex(published.index)
    assert results["composite"].tolist() == published["hdi"].tolist()
    assert results["rank"].tolist() == published["rank"].tolist()
    assert results["grade"].tolist() == published["band"].tolist()


def test_the_data_carry_their_attribution() -> None:
    """Whoever ships the example ships UNDP's name and the license of its data."""
    text = path("hdi/README.md").read_text(encoding="utf-8")
    assert "United Nations Development Programme" in text
    assert "CC BY 3.0 IGO" in text
