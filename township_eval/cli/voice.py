"""How the program speaks: one language, text or JSON, results to stdout and trouble to stderr."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from township_eval.errors import Problem
from township_eval.language import Text

__all__ = ["Voice", "count_of", "plain", "speak_safely"]

_ENVIRONMENT = "TOWNSHIP_EVAL_LANG"


@dataclass
class Voice:
    """Language and form of everything one command prints.

    Parameters
    ----------
    lang : {"zh", "en"}
        Language of the messages.
    as_json : bool
        Whether the only thing on stdout is one JSON document.
    """

    lang: str = "zh"
    as_json: bool = False

    @classmethod
    def before(cls, arguments: Sequence[str]) -> Voice:
        """Return the voice to complain in while the command line itself is not understood yet.

        Parameters
        ----------
        arguments : sequence of str
            The command line; where it names no language, ``TOWNSHIP_EVAL_LANG`` does.

        Examples
        --------
        >>> Voice.before(["score", "--lang", "en", "--no-such-option"]).lang
        'en'
        """
        asked = os.environ.get(_ENVIRONMENT, "")
        for option, following in zip(arguments, [*arguments[1:], ""], strict=False):
            if option == "--lang" or option.startswith("--lang="):
                asked = option.removeprefix("--lang").removeprefix("=") or following
        return cls("en" if asked.strip().lower().startswith("en") else "zh")

    def say(self, *parts: Text | str) -> None:
        """Print lines for a person to stdout; nothing when the answer is JSON."""
        if not self.as_json:
            for part in parts:
                click.echo(self._text(part))

    def complain(self, *parts: Text | str) -> None:
        """Print lines to stderr, after everything said so far."""
        sys.stdout.flush()
        for part in parts:
            click.echo(self._text(part), err=True)

    def line(self, problem: Problem) -> str:
        """Return a problem on one line, whatever the cell it quotes holds."""
        return " ".join(problem.say(self.lang).split())

    def answer(self, document: Mapping[str, Any]) -> None:
        """Print the one JSON document of ``--json``; ASCII only where the terminal is not Unicode."""
        unicode_safe = (getattr(sys.stdout, "encoding", "") or "").lower().startswith("utf")
        click.echo(json.dumps(plain(document), ensure_ascii=not unicode_safe, allow_nan=False, indent=2))

    def _text(self, part: Text | str) -> str:
        return part.say(self.lang) if isinstance(part, Text) else part


def speak_safely() -> None:
    """Let a terminal that cannot show a character print ``?`` instead of stopping the program."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")


def count_of(problems: Iterable[Problem]) -> Text:
    """Return how many errors and warnings there are.

    Examples
    --------
    >>> print(count_of([]))
    合计:错误 0 处,提醒 0 处
    """
    severities = [problem.severity for problem in problems]
    errors, warnings = severities.count("error"), severities.count("warning")
    return Text(
        f"合计:错误 {errors} 处,提醒 {warnings} 处",
        f"total: {errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}",
    )


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it: missing and infinite numbers as null.

    Examples
    --------
    >>> plain({"score": float("nan"), "cells": ("a!B2",)})
    {'score': None, 'cells': ['a!B2']}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if hasattr(value, "item"):  # a NumPy scalar
        return plain(value.item())
    # pandas' own missing value says nothing of itself but its text
    return None if str(value) in {"<NA>", "NaT"} else str(value)
