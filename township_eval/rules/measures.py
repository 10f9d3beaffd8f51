"""The four measures as flags propose them; a scheme already knows them by name (`scheme.measures`)."""

from __future__ import annotations

from township_eval.scheme.measures import MEASURES, Measure, level_of, rung_of, say_measure

__all__ = ["MEASURES", "Measure", "level_of", "rung_of", "say_measure"]
