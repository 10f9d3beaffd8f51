"""Options that several commands share, so that they read and mean the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from township_eval.cli.voice import Voice
from township_eval.language import LANGUAGES

__all__ = [
    "PATH", "as_of_option", "help_option", "history_option", "json_option", "lang_option",
    "provisional_option",
]  # fmt: skip

_Command = TypeVar("_Command", bound=Callable[..., Any])

#: Whether a path exists is for the readers to say: then it is one problem among the others.
PATH: Final = click.Path(path_type=Path)


def help_option(command: _Command) -> _Command:
    """Give a command ``--help`` in both languages."""
    return click.help_option("-h", "--help", help="帮助 / help")(command)


def lang_option(command: _Command) -> _Command:
    """Give a command ``--help`` and ``--lang``; read first, so that complaints are in that language, too."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        is_eager=True,
        expose_value=False,
        callback=_set_lang,
        help="语言 / language [TOWNSHIP_EVAL_LANG; zh]",
    )(help_option(command))


def json_option(command: _Command) -> _Command:
    """Give a command ``--json``: one JSON document on stdout, problems included."""
    return click.option(
        "--json",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_set_json,
        help="供程序读取 / machine-readable",
    )(command)


def as_of_option(command: _Command) -> _Command:
    """Give a command ``--as-of``, a day as ISO text."""
    return click.option(
        "--as-of",
        type=click.DateTime(["%Y-%m-%d"]),
        callback=_as_day,
        metavar="YYYY-MM-DD",
        help="数据截止日 / day the data stand at",
    )(command)


def history_option(command: _Command) -> _Command:
    """Give a command ``--history``: the folder of earlier results."""
    return click.option(
        "--history", type=PATH, metavar="DIR", help="往期结果文件夹 / earlier results (*.json)"
    )(command)


def provisional_option(command: _Command) -> _Command:
    """Give a command ``--provisional``."""
    return click.option("--provisional", is_flag=True, help="预评(数据未到齐) / partial data")(command)


def _set_lang(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value:
        context.ensure_object(Voice).lang = value


def _set_json(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001  click's signature
    if value:
        context.ensure_object(Voice).as_json = True


def _as_day(_: click.Context, __: click.Parameter, value: datetime | None) -> str | None:
    return None if value is None else value.date().isoformat()
