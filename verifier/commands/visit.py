"""`verifier challenge`, `next`, `journal`: what a clerk does between two people."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.terminal.commands import Command
from counterproof.words.columns import padded, width
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from verifier.commands.session import Session, json_option, session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verifier.journal import Tally


@click.command(cls=Command)
@session
def challenge(called: Session) -> None:
    """Give six digits, for a wallet without a camera to show a code that carries them."""
    from counterproof.optics.exchange.limits import LIMITS  # noqa: PLC0415 - slow to load; --help needs none

    with called.counter() as counter:
        digits = counter.challenge()
    click.echo(f"{digits[:3]} {digits[3:]}")
    say = tr("Say or show these digits. They are good once, for {n} seconds. Then: `verifier check PICTURE`")
    click.echo(say.format(n=int(LIMITS.challenge_seconds)))


@click.command("next", cls=Command)
@session
def next_person(called: Session) -> None:
    """Go on to the next person: the open request, its key and the digits are erased."""
    with called.counter() as counter:
        counter.next()
    click.echo(tr("Ready for the next person."))


@click.command(cls=Command)
@click.option("--erase", is_flag=True, help="Forget all counts; the seals of days that are over stay.")
@click.option(
    "--export", type=click.Path(dir_okay=False, path_type=Path), help="Write all of it, JSON lines."
)
@json_option
@session
def journal(called: Session, *, erase: bool, export: Path | None, as_json: bool) -> None:
    """Say how often what was decided, by day and reason. It holds nothing about any person.

    Days that are over are sealed, each with the seal of the day before; --export writes counts and seals.
    """
    from counterproof.sealing import files  # noqa: PLC0415 - its imports are slow; --help needs none

    with called.counter() as counter:
        if erase:
            counter.journal.erase()
        tallies = counter.journal.tallies()
        days = list(counter.journal.export())
    if export is not None:
        files.write_atomic(export, "".join(f"{json.dumps(day)}\n" for day in days).encode("ascii"))
        click.echo(tr("Journal: {file}").format(file=export), err=True)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in tallies], ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(_counted(tallies) if tallies else [tr("Nothing was counted yet.")]))
    for day in days:
        if day["good"] is False:
            changed = tr("Counts of {day} are not those that were sealed.").format(day=day["day"])
            click.echo(f"! {changed}")


def _counted(tallies: list[Tally]) -> Iterator[str]:
    """Yield a table: columns stand under one another in every script."""
    from counterproof.words.journal import MODES, OUTCOMES  # noqa: PLC0415

    rows = [(tr("Day"), tr("How often"), tr("What"), tr("How it came"), tr("Purpose"), tr("Reason"))]
    rows += [
        (
            each.day,
            str(each.count),
            OUTCOMES.get(each.outcome, each.outcome),
            MODES.get(each.mode, each.mode or "-"),
            each.purpose or "-",
            marked(each.code),
        )
        for each in tallies
    ]
    widths = [max(width(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        cells = (padded(cell, wide) for cell, wide in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


COMMANDS = (challenge, next_person, journal)
