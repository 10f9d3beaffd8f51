"""A rule or an aggregation of the user's own, named in a scheme and given through ``formulas=``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from township_eval.language import Text
from township_eval.methods.varying import Array

__all__ = ["Own"]


@dataclass(frozen=True)
class Own:
    """An own class as the scheme names it: ``method``, its ``parameters``, and the class itself.

    The class needs only ``__call__``; `words` and `full_value` are used when it has them. Two
    schemes are equal when names and parameters are, whichever class stands behind the name.

    Examples
    --------
    >>> class Double:
    ...     def __call__(self, values):
    ...         return 2 * np.asarray(values)
    >>> Own("double", (), Double)([1.0, 2.0]).tolist()
    [2.0, 4.0]
    """

    method: str
    parameters: tuple[tuple[str, Any], ...] = ()
    cls: Any = field(default=None, compare=False, repr=False)
    compares_units: bool = field(default=False, compare=False, repr=False)

    def instance(self) -> Any:
        """Return the user's object; ``LookupError`` when the class was not given."""
        if self.cls is None:
            msg = f"give formulas={{{self.method!r}: YourClass}} to use this scheme's own {self.method!r}"
            raise LookupError(msg)
        return self.cls(**dict(self.parameters))

    def __call__(self, *arrays: Any) -> Array:
        """Call the user's object: ``(values)`` for a rule, ``(scores, weights)`` for an aggregation."""
        return np.asarray(self.instance()(*arrays), dtype=np.float64)

    def words(self) -> Text:
        """Return the user's words, or the name and parameters."""
        said = getattr(self.cls, "words", None)
        if said is not None:
            text = self.instance().words()
            return text if isinstance(text, Text) else Text(str(text), str(text))
        given = ", ".join(f"{name}={value}" for name, value in self.parameters)
        return Text(f"自定义公式 {self.method}({given})", f"own formula {self.method}({given})")

    def full_value(self) -> Array | None:
        """Return the value that gives full marks, when the user's class knows it."""
        known = getattr(self.cls, "full_value", None)
        return None if known is None else self.instance().full_value()

    def corners(self) -> Array | None:
        """Return where the user's rule jumps or bends, when the class tells; None: not told."""
        told = getattr(self.cls, "corners", None)
        return (
            None if told is None else np.asarray(self.instance().corners(), dtype=np.float64).reshape(-1, 1)
        )
