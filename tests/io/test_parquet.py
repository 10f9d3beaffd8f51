"""Parquet files, alone and in a folder with other formats; needs the extra `parquet`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from township_eval.errors import DataError
from township_eval.io.workbook import read_inputs
from township_eval.scheme.model import Scheme

# a mark, not a skipped module: a run of other tests is not said to skip this file
pytestmark = pytest.mark.skipif(find_spec("pyarrow") is None, reason="needs the extra parquet (pyarrow)")

UNITS = ["东塔镇", "崇兴镇", "白土岗乡"]


def written(path: Path, columns: dict[str, list[Any]]) -> Path:
    pd.DataFrame(columns).to_parquet(path, engine="pyarrow", index=False)
    return path


def values_of(inputs: Any) -> dict[tuple[str, str], float]:
    frame = inputs.values
    keys = zip(frame["unit"], frame["indicator"], strict=True)
    return dict(zip(keys, frame["value"].astype(float), strict=True))


def test_a_parquet_file_is_a_table(scheme: Scheme, tmp_path: Path) -> None:
    """Names and numbers are read as from a sheet; a blank is not reported."""
    file = written(
        tmp_path / "2018-H2.parquet",
        {"单位": UNITS, "自来水普及率": [95.0, None, 90.0], "断头路条数": [0, 1, 2]},
    )
    inputs = read_inputs(file, scheme)
    assert [problem for problem in inputs.problems if problem.severity == "error"] == []
    found = values_of(inputs)
    assert found["640181100", "tap_water"] == 95
    assert found["640181201", "roads"] == 2
    assert pd.isna(found.get(("640181102", "tap_water")))


def test_a_folder_mixes_formats(scheme: Scheme, tmp_path: Path) -> None:
    """Parquet and CSV of one folder are merged into one period."""
    folder = tmp_path / "2018-H2"
    folder.mkdir()
    written(folder / "农牧局.parquet", {"单位": UNITS, "自来水普及率": [95.0, 96.0, 97.0]})
    (folder / "编办.csv").write_text("单位,断头路条数\n东塔镇,0\n崇兴镇,1\n白土岗乡,2\n", encoding="utf-8")
    found = values_of(read_inputs(folder, scheme))
    assert [found[code, "tap_water"] for code in ("640181100", "640181102", "640181201")] == [95, 96, 97]
    assert [found[code, "roads"] for code in ("640181100", "640181102", "640181201")] == [0, 1, 2]


def test_a_damaged_file_is_a_problem(scheme: Scheme, tmp_path: Path) -> None:
    """Bytes that are no Parquet file are reported with the file's name."""
    file = tmp_path / "2018-H2.parquet"
    file.write_bytes(b"PAR1 and nothing more")
    with pytest.raises(DataError) as caught:
        read_inputs(file, scheme)
    assert [(problem.code, problem.where) for problem in caught.value.problems] == [
        ("file.damaged", file.name)
    ]
