"""Sheets of consequences: adjustments, vetoes, grades, proposed measures, openness and use of results."""
