"""How results are printed: for people in their language, for programs as JSON; and how files are handed out.

What is printed for people is looked up in the catalogues where it is said: `say(tr("…"), place=value)`.
Commands to be copied stand behind two spaces, the same in every language.
"""

from __future__ import annotations

import dataclasses
import enum
import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError
from counterproof.sealing import files
from counterproof.terminal.asking import confirm as ask_yes
from counterproof.words.columns import padded, width
from counterproof.words.language import ENGLISH, current, ntr, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

RUNS_OUT = 3
"""The exit code of a timer's command that did its work and has something to say."""

_GROUPED = 1000
_DO_NOT_ASK = "Do not ask before it begins."
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")


def print_json(value: Any) -> None:
    """Print a value; times as RFC 3339, bytes in hexadecimal, data classes as objects."""
    click.echo(json.dumps(_plain(value), ensure_ascii=False, indent=2))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return _plain_one(value)


def _plain_one(value: Any) -> Any:
    if isinstance(value, enum.StrEnum):
        return value.value
    if isinstance(value, enum.Enum):
        return value.name.lower()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, Path) else value


def say(message: str, /, *, err: bool = False, **facts: object) -> None:
    """Print a message that was looked up, with its places filled in."""
    click.echo(message.format_map(facts), err=err)


def say_next(words: str, command: str) -> None:
    """Print words, and the command that they speak of behind them."""
    click.echo(f"{words}  {command}")


def say_wider() -> None:
    """Say that what lets counters do more is not in force before a person at each has agreed."""
    say_next(
        tr("What lets counters do more counts once a person there has let it:"), "verifier trust confirm"
    )


def print_block(head: str, *lines: str) -> None:
    """Print a head behind an empty line, and what stands under it a little inside."""
    click.echo(f"\n{head}")
    for line in lines:
        click.echo(f"  {line}")


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns as wide as they need to be, whatever letters are in them."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(width(line[at]) for line in lines) for at in range(len(head))]
    for line in lines:
        cells = (padded(cell, wide) for cell, wide in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def print_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Print names and values in two columns, a little inside."""
    pairs = list(facts)
    first = max(width(name) for name, _ in pairs)
    for name, value in pairs:
        click.echo(f"  {padded(name, first)}  {value}")


def shout(findings: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """For timers: say what runs out, on standard error and with exit code 3; nothing while all is well."""
    from counterproof.words.explain import explain  # noqa: PLC0415 - no words while all is well

    lines = []
    for code, facts in findings:
        sentence = explain(code, facts)
        lines.append(" ".join(part for part in (sentence.what, sentence.do, f"[{code}]") if part))
    for line in lines:
        click.echo(line, err=True)
    if lines:
        raise click.exceptions.Exit(RUNS_OUT)


def day(at: datetime) -> str:
    """Return the day of a time, UTC."""
    return at.date().isoformat()


def from_to(first: datetime, last: datetime) -> str:
    """Return how long something counts, in days, UTC."""
    return tr("{first} to {last}").format(first=day(first), last=day(last))


def minute(at: datetime) -> str:
    """Return a time to the minute, UTC."""
    return at.strftime("%Y-%m-%d %H:%M UTC")


def counted(count: int, one: str, many: str, **facts: object) -> str:
    """Return a message about so many things, `{n}` and its other places filled in.

    The tools that gather messages look for this name.
    """
    return ntr(one, many, count).format(n=figure(count), **facts)


def figure(number: int) -> str:
    """Return a whole number as the language spoken now groups its digits."""
    if number < _GROUPED or current() == ENGLISH:
        return f"{number:,}"
    from counterproof.words.dates import grouped  # noqa: PLC0415 - 30 ms, when it is used

    return grouped(number)


def listed(names: Iterable[str]) -> str:
    """Return names one after the other, as the language spoken now parts them."""
    return tr(", ").join(names)


def confirmed(question: str) -> Callable[[Any], Any]:
    """Give a command the option --yes; without it the question, a message that is marked, is asked first."""

    def ask(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's
        if not value and not ctx.resilient_parsing:
            ask_yes(tr(question), abort=True)

    return click.option("--yes", is_flag=True, expose_value=False, callback=ask, help=_DO_NOT_ASK)


def hand_out(path: Path, content: bytes) -> None:
    """Write a result for its owner alone, whole or not at all; the same content again is no fault.

    Raises UsageError `agency.out-exists` rather than write over something else, StoreError `sealing.*`.
    """
    try:
        files.write_atomic(path, content, replace=False)
    except UsageError as error:
        if error.code != "sealing.exists":
            raise
        if not _holds(path, content):
            raise UsageError("agency.out-exists") from None


def check_free(path: Path) -> None:
    """Refuse before the work what `hand_out` would refuse behind it.

    Raises UsageError `agency.out-exists`, StoreError `agency.no-out-folder`.
    """
    if os.path.lexists(path):
        raise UsageError("agency.out-exists")
    if not path.absolute().parent.is_dir():
        raise StoreError("agency.no-out-folder")


def _holds(path: Path, content: bytes) -> bool:
    try:
        return files.read_regular(path, limit=len(content)) == content
    except CounterproofError:
        return False
