"""The version, below everything that prints it: results say which program made them."""

__all__ = ["__version__"]

__version__ = "0.1.0"
