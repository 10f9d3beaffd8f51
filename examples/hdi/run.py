"""Compute the Human Development Index 2021 of 191 countries and compare it with the published one.

Run ``python examples/hdi/run.py``.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import township_eval as te

HERE = Path(__file__).parent


def main() -> None:
    """Print how far the computed index is from the published one."""
    # "NA" is no missing value here: it is text wherever it may occur, and the figures are complete.
    tables = {
        name: pd.read_csv(HERE / "2021" / f"{name}.csv", keep_default_na=False)
        for name in ("units", "values")
    }
    published = pd.read_csv(HERE / "published.csv", index_col="unit", keep_default_na=False)
    evaluation = te.evaluate(
        te.read_scheme(HERE / "scheme.yaml"),
        te.Inputs(period="2021", units=tables["units"], values=tables["values"].set_index("unit")),
    )
    results = evaluation.results.reindex(published.index)
    error = (results["composite"] - published["hdi"]).abs().max()
    ranks = int((results["rank"] != published["rank"]).sum())
    bands = int((results["grade"] != published["band"]).sum())
    print(f"countries: {len(results)}, bands different: {bands}")
    print(f"largest HDI error at three decimals: {error:.3f}, ranks different: {ranks}")


if __name__ == "__main__":
    main()
