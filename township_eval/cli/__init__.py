"""The command line ``township-eval``: arguments, messages and exit codes; one file per command.

Everything heavy is imported inside the commands, so that ``--help`` answers at once.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from township_eval.cli.archive import archive
from township_eval.cli.check import check
from township_eval.cli.compare import compare
from township_eval.cli.demo import demo
from township_eval.cli.exits import BROKEN_PIPE, DONE, INTERRUPTED, PROBLEMS, UNEXPECTED, USAGE
from township_eval.cli.explain import explain
from township_eval.cli.notice import notice
from township_eval.cli.options import help_option
from township_eval.cli.schema import schema
from township_eval.cli.score import score
from township_eval.cli.template import template
from township_eval.cli.usage import usage_problem
from township_eval.cli.verify import verify
from township_eval.cli.voice import Voice, count_of, speak_safely
from township_eval.errors import TownshipEvalError, did_you_mean
from township_eval.language import Text
from township_eval.version import __version__

__all__ = ["main", "run"]

_PROGRAM = "township-eval"
_REPORT = Text(
    "程序出现意外错误,这不是您的数据的问题。请把以下内容连同所用命令一并反馈给维护人员。",
    "Unexpected error: this is a fault of the program. Please report the text below and the command you ran.",
)


class _Commands(click.Group):
    """The commands in the order they are used; an unknown one is answered with the closest names."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            lang = ctx.ensure_object(Voice).lang
            hint = did_you_mean(args[0], list(self.commands)).say(lang)
            said = Text(f"没有这个命令:{args[0]}", f"no such command: {args[0]}").say(lang)
            raise click.UsageError(f"{said}\n{hint}".strip(), ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    commands=[demo, template, check, score, explain, compare, notice, verify, archive, schema],
    context_settings={"max_content_width": 80},
    help="乡镇绩效差别化考核 / differentiated evaluation of townships",
    epilog="先运行 / start with: township-eval demo",
)
@click.version_option(__version__, prog_name=_PROGRAM, message="%(prog)s %(version)s", help="版本 / version")
@help_option
@click.pass_context
def _root(context: click.Context) -> None:
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        context.exit(USAGE)


def main() -> NoReturn:
    """Run the command line of this process and leave with its exit code."""
    speak_safely()
    sys.exit(run())


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        As after the program's name; those of this process when left out.

    Returns
    -------
    int
        0 done; 1 problems in scheme or data; 2 usage; 3 unexpected; 4 ``--fail-on`` reached.

    Examples
    --------
    >>> run(["--version"])  # doctest: +ELLIPSIS
    township-eval ...
    0
    """
    voice = Voice.before(sys.argv[1:] if arguments is None else arguments)
    try:
        code: Any = _root.main(
            args=None if arguments is None else list(arguments),
            prog_name=_PROGRAM,
            standalone_mode=False,
            obj=voice,
        )
        sys.stdout.flush()
    except (click.Abort, KeyboardInterrupt):
        return _interrupted(voice)
    except click.UsageError as error:
        voice.complain(*usage_problem(error, voice.lang))
        return USAGE
    except (BrokenPipeError, SystemExit):  # click leaves this way when writing to a closed pipe
        return _reader_gone()
    except TownshipEvalError as error:
        return _problems(voice, error)
    except Exception:  # noqa: BLE001  the last resort: a text and a code instead of a bare traceback
        voice.complain(_REPORT, traceback.format_exc().rstrip())
        return UNEXPECTED
    return DONE if code is None else int(code)


def _problems(voice: Voice, error: TownshipEvalError) -> int:
    if voice.as_json:
        listed = [problem.to_dict() for problem in error.problems]
        voice.answer({"exit_code": PROBLEMS, "problems": listed})
    else:
        voice.complain(*(voice.line(problem) for problem in error.problems), count_of(error.problems))
    return PROBLEMS


def _interrupted(voice: Voice) -> int:
    voice.complain(Text("已中断;已写出的文件是完整的", "interrupted; files already written are complete"))
    return INTERRUPTED


def _reader_gone() -> int:
    # the interpreter flushes stdout once more when it ends, and would complain
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE
