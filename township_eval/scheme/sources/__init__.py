"""How a leaf of the tree gets its one number per unit, as the scheme states it.

These are the statements only; `township_eval.sources` computes them from the inputs.
"""

from __future__ import annotations

from typing import TypeAlias

from township_eval.scheme.sources.figures import (
    Change,
    Events,
    Growth,
    Items,
    Mark,
    Measured,
    Milestone,
    Ratio,
    ShareOfPersons,
)
from township_eval.scheme.sources.panels import Direction, PanelItem, PanelWeight, Ratings, Reviews
from township_eval.scheme.sources.surveys import Answer, Channel, Design, Gate, Question, Satisfaction
from township_eval.scheme.sources.tasks import Tasks

__all__ = [
    "Answer", "Change", "Channel", "Design", "Direction", "Events", "Gate", "Growth", "Items", "Mark",
    "Measured", "Milestone", "PanelItem", "PanelWeight", "Question", "Ratings", "Ratio", "Reviews",
    "Satisfaction", "ShareOfPersons", "Source", "Tasks",
]  # fmt: skip

Source: TypeAlias = (
    Measured
    | Ratio
    | Growth
    | Items
    | Events
    | ShareOfPersons
    | Change
    | Milestone
    | Satisfaction
    | Ratings
    | Reviews
    | Tasks
)
