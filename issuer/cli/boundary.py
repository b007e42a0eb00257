"""Where errors end: one line for a person, an exit code for a program, never a traceback.

This is the one place of the application that catches everything. Exit codes: 0 done, 1 refused, 2 the command
was used wrongly (said by click).
"""

from __future__ import annotations

import errno
import traceback
from pathlib import Path
from typing import Any

import click

from counterproof.mdoc.errors import CounterproofError
from counterproof.sealing import files
from counterproof.terminal.commands import Group
from counterproof.words.language import tr

REFUSED = 1
_MOST_PROBLEMS = 50


class Boundary(Group):
    """A group of commands whose errors are said in plain words."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """List the commands in the order of the work."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; whatever it raises is said and becomes the exit code."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:  # one line, because a traceback may quote a value
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise
            _say(said(error))
        return ctx.exit(REFUSED)


def _say(error: CounterproofError) -> None:
    from counterproof.words.explain import one_line  # noqa: PLC0415 - no words without an error

    line, file = one_line(error), str(error.facts.get("file", ""))
    click.echo(line if file in line else f"{file}: {line}", err=True)
    problems = list(_problems(error))
    for line in problems[:_MOST_PROBLEMS]:
        click.echo(f"  {line}", err=True)
    if len(problems) > _MOST_PROBLEMS:
        more = tr("and {n} more").format(n=len(problems) - _MOST_PROBLEMS)
        click.echo(f"  {more}", err=True)


def _problems(error: CounterproofError) -> list[str]:
    """Return a line for each thing that is wrong, where an error has several."""
    from counterproof.words.explain import explain, one_line  # noqa: PLC0415
    from issuer.agency.many import RequestsError  # noqa: PLC0415
    from issuer.subjects import SubjectsError  # noqa: PLC0415

    if isinstance(error, RequestsError):
        return [f"{name}: {one_line(each)}" for name, each in error.problems]
    found = getattr(error, "problems", ()) if error.code == "bulk.refused" else ()
    if not isinstance(error, SubjectsError) and not found:
        return []
    lines = []
    for problem in found or getattr(error, "problems", ()):
        sentence = explain(problem.code, {"element": problem.column, **problem.facts})
        where = tr("line {n}").format(n=problem.line) + (f", {problem.column}" if problem.column else "")
        lines.append(f"{where}: {sentence.what} {sentence.do} [{problem.code}]")
    return lines


def said(error: Exception) -> CounterproofError:
    """Return any error as one that can be said: of a fault of ours kind and place, never its text."""
    known = error if isinstance(error, CounterproofError) else files.disk_error(error)
    if known is not None:
        return known
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return CounterproofError("agency.unexpected", kind=type(error).__name__, place=place)
