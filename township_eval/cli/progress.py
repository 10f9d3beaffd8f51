"""Progress on stderr, for work longer than a second at a terminal, and otherwise nothing."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

__all__ = ["Step", "watched"]

#: Says what comes next; each call is one step of the total.
Step: TypeAlias = Callable[[str], None]

_PATIENCE: Final = 1.0  # seconds


@contextmanager
def watched(total: int) -> Iterator[Step]:
    """Give a function to call before each step; shows a bar only if somebody waits and watches.

    Parameters
    ----------
    total : int
        Number of steps.

    Yields
    ------
    callable
        Takes the label of the step that begins.

    Examples
    --------
    >>> with watched(2) as step:
    ...     step("reading")
    ...     step("scoring")
    """
    if not sys.stderr.isatty():
        yield lambda _label: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task("", total=total, completed=-1)
    later = threading.Timer(_PATIENCE, bar.start)
    later.daemon = True
    later.start()
    try:
        yield lambda label: bar.update(task, advance=1, description=escape(label))
    finally:
        later.cancel()
        later.join()  # it may be starting the bar right now
        bar.stop()
