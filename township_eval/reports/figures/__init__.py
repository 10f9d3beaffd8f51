"""Figures of an evaluation, drawn with matplotlib (the extra ``plot``) and without its global state."""
