"""``--renamed`` of the command line: pairs, shares and tables of units that changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from township_eval.errors import DataError, Problem
from township_eval.language import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["renamed_option", "renamed_units"]

_Command = TypeVar("_Command", bound=Callable[..., Any])

_SHARED: Final = re.compile(r"(?P<name>.*?)[::]\s*(?P<share>[\d.]+[%%]?)")
_NO_PAIR: Final = Text(
    "应写成 旧名=新名、旧名=新名:份额,或表格文件(.csv、.xlsx),写的是 {text}",
    "write OLD=NEW, OLD=NEW:SHARE or a table (.csv, .xlsx), not {text}",
)


def renamed_option(command: _Command) -> _Command:
    """Give a command ``--renamed``: units that were renamed, merged or split."""
    return click.option(
        "--renamed",
        multiple=True,
        metavar="OLD=NEW|FILE",
        help="改名、合并、拆分的单位 / changed units",
    )(command)


def renamed_units(given: Sequence[str]) -> pd.DataFrame | None:
    """Return what ``--renamed`` says as a table for `compare`, None without any.

    Parameters
    ----------
    given : sequence of str
        ``OLD=NEW``; ``OLD=NEW:SHARE`` where several became one; ``OLD=`` for a unit that is gone and
        ``=NEW`` for one that was founded; or the path of a table.

    Raises
    ------
    click.BadParameter
        A text is none of these.
    DataError
        A table cannot be read; of several all problems at once.
    """
    import pandas as pd

    from township_eval.io.grids.opening import FORMATS
    from township_eval.io.renamed import COLUMNS, read_renamed

    frames, problems = [], list[Problem]()
    for text in given:
        path = Path(text)
        if path.suffix.lower() not in FORMATS:
            frames.append(pd.DataFrame([_pair(text)], columns=list(COLUMNS), dtype=object))
            continue
        try:
            frames.append(read_renamed(path))
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return pd.concat(frames, ignore_index=True) if frames else None


def _pair(text: str) -> tuple[str, str, Any, str]:
    from township_eval.io.renamed import share_in

    old, equals, new = (part.strip() for part in text.replace("=", "=").partition("="))
    if not equals or not (old or new):
        lang = click.get_current_context().obj.lang
        raise click.BadParameter(_NO_PAIR.format(text=text).say(lang), param_hint="--renamed")
    shared = _SHARED.fullmatch(new)
    name, share = (new, None) if shared is None else (shared["name"].strip(), share_in(shared["share"]))
    return old, name, share, f"--renamed {text}"
