"""Where errors end: one line for a person, an exit code for a program, never a traceback.

This is the one place of the application that catches everything. Exit codes: 0 accepted or done, 1 refused,
2 used wrongly, 3 undecided, 4 could not be read or processed.
"""

from __future__ import annotations

import errno
import traceback
from pathlib import Path
from typing import Any, Final

import click

from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.sealing import files
from counterproof.terminal.commands import Group

ACCEPTED, REFUSED, USAGE, UNDECIDED, UNREADABLE = range(5)
EXIT_CODES: Final = {"accepted": ACCEPTED, "refused": REFUSED, "undecided": UNDECIDED}


class Boundary(Group):
    """A group of commands whose errors are said in plain words."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; whatever it raises is said and becomes the exit code."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:  # the boundary: a fault of ours is no reason for a traceback
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise
            problem = _said(error)
        say(problem)
        raise click.exceptions.Exit(USAGE if isinstance(problem, UsageError) else UNREADABLE)


def say(error: CounterproofError) -> None:
    """Say an error in one line on standard error."""
    from counterproof.words.explain import one_line  # noqa: PLC0415 - no words without an error
    from counterproof.words.plain_text import marked  # noqa: PLC0415

    click.echo(marked(one_line(error), 2000), err=True)


def _said(error: Exception) -> CounterproofError:
    """Return any error as one that can be said: of a fault of ours kind and place, never its text."""
    known = error if isinstance(error, CounterproofError) else files.disk_error(error)
    if known is not None:
        return known
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return CounterproofError("verifier.unexpected", kind=type(error).__name__, place=place)
