"""Satisfaction surveys: single answers, counts or means brought to one number with its error."""
