"""Exit codes of the command line; scripts rely on them."""

from __future__ import annotations

from typing import Final

__all__ = ["BROKEN_PIPE", "DONE", "INTERRUPTED", "PROBLEMS", "REACHED", "UNEXPECTED", "USAGE"]

DONE: Final = 0
#: Problems in scheme or data, all of them listed.
PROBLEMS: Final = 1
#: The command line itself is wrong.
USAGE: Final = 2
#: A fault of the program, to be reported.
UNEXPECTED: Final = 3
#: A measure of ``--fail-on`` was proposed.
REACHED: Final = 4
#: Stopped by the user (128 + SIGINT).
INTERRUPTED: Final = 130
#: The reader of our output went away (128 + SIGPIPE), as in ``... | head``.
BROKEN_PIPE: Final = 141
