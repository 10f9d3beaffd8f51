"""What is wrong with a command line, said in the reader's language."""

from __future__ import annotations

import click

from township_eval.language import Text

__all__ = ["usage_problem"]


def usage_problem(error: click.UsageError, lang: str) -> tuple[str, str]:
    """Return what is wrong and where to read how it is done.

    Parameters
    ----------
    error : click.UsageError
        What parsing the command line raised.
    lang : {"zh", "en"}
        Language of the text.

    Examples
    --------
    >>> usage_problem(click.NoSuchOption("--out", possibilities=["--output"]), "zh")
    ('没有这个选项:--out(是否指:--output?)', '用法:township-eval --help')
    """
    path = error.ctx.command_path if error.ctx else "township-eval"
    where = Text(f"用法:{path} --help", f"usage: {path} --help")
    return _what(error).say(lang), where.say(lang)


def _what(error: click.UsageError) -> Text:
    said = error.format_message()
    if isinstance(error, click.NoSuchOption):
        close = "、".join(error.possibilities or ())
        return Text(f"没有这个选项:{error.option_name}" + (f"(是否指:{close}?)" if close else ""), said)
    if isinstance(error, click.MissingParameter):
        return Text(f"缺少参数:{_named(error)}", said)
    if isinstance(error, click.BadParameter):
        return Text(f"参数不对:{_named(error)}{_allowed(error)}", said)
    if isinstance(error, click.BadOptionUsage):
        return Text(f"选项用法不对:{said}", said)
    return Text(said, said)


def _allowed(error: click.BadParameter) -> str:
    """Return what the parameter takes, in Chinese."""
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return f"(可用:{'、'.join(str(choice) for choice in kind.choices)})"
    if isinstance(kind, click.DateTime):
        return "(写法:2018-12-31)"
    return f"({error.message})"


def _named(error: click.BadParameter) -> str:
    if error.param is not None:
        hint = error.param.get_error_hint(error.ctx or click.Context(click.Command("township-eval")))
        return str(hint).replace("'", "")
    hints = error.param_hint or ""
    return hints if isinstance(hints, str) else "、".join(hints)
