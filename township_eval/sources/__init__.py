"""How a leaf gets its value: one function for each kind of source, and `collect`, which asks them all."""

from township_eval.sources.collect import SOURCES, collect
from township_eval.sources.evidence import Ask, Evidence, Found
from township_eval.sources.measured import yearly_growth
from township_eval.sources.survey.averages import mean_points, mixed

__all__ = ["SOURCES", "Ask", "Evidence", "Found", "collect", "mean_points", "mixed", "yearly_growth"]
