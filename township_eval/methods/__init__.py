"""Mathematics on arrays, knowing nothing of schemes, tables or files.

The last axis of every array is the units; NaN stays NaN. Everything here may be called on its own:
`scoring`, `aggregation`, `ranking`, `weighting`, `ratings`.
"""
