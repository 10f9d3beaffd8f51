"""The evaluation that the reference package made too, and small ones to be worked by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import township_eval as te

REFERENCE = Path(__file__).parents[1] / "data" / "methods" / "coinr"


def reference(name: str, **more: object) -> pd.DataFrame:
    """Read one file of the reference."""
    return pd.read_csv(REFERENCE / f"{name}.csv", **more)


@pytest.fixture(scope="session")
def coinr() -> te.Evaluation:
    """Return the reference's evaluation: gaps filled by means, 1-100 min-max, arithmetic, raw ranks."""
    meta = reference("input_iMeta").dropna(subset=["Weight"]).set_index("iCode")

    def node(name: str) -> dict[str, object]:
        below = list(meta.index[meta["Parent"] == name])
        if below:
            return {"id": name, "weight": meta.loc[name, "Weight"], "children": [node(one) for one in below]}
        way = "higher" if meta.loc[name, "Direction"] > 0 else "lower"
        rule = {"method": "min_max", "low": 1, "high": 100, "direction": way}
        return {"id": name, "weight": meta.loc[name, "Weight"], "scoring": rule}

    tree = {"id": "IDX", "children": [node("SA"), node("SB")]}
    scheme = te.read_scheme(
        {"name": "ref", "version": "1", "weights": "relative", "rank_on": "raw", "index": tree}
    )
    values = reference("impute_i_mean", index_col="uCode")
    return te.evaluate(scheme, te.Inputs(period="2018", values=values))
