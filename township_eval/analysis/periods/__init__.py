"""Periods: what changed between two of them, and several put together into one."""
