"""Differentiated evaluation of township governments: schemes and spreadsheets in, traceable scores out."""

__version__ = "0.1.0"
