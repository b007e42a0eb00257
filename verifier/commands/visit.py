"""`verifier challenge`, `next`, `journal`: what a clerk does between two people."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from counterproof.words.plain_text import marked
from verifier.commands.session import Session, json_option, session


@click.command()
@session
def challenge(called: Session) -> None:
    """Give six digits, for a wallet without a camera to show a code that carries them."""
    with called.counter() as counter:
        digits = counter.challenge()
    click.echo(f"{digits[:3]} {digits[3:]}")
    click.echo("Say or show these digits. They are good once, for 120 seconds. Then: verifier check PICTURE")


@click.command("next")
@session
def next_person(called: Session) -> None:
    """Go on to the next person: the open request, its key and the digits are erased."""
    with called.counter() as counter:
        counter.next()
    click.echo("Ready for the next person.")


@click.command()
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
        click.echo(f"Journal: {export}", err=True)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in tallies], ensure_ascii=False, indent=2))
        return
    if not tallies:
        click.echo("Nothing was counted yet.")
    for each in tallies:
        head = (
            f"{each.day}  {each.count:>5}  {each.outcome:<10}  {each.mode or '-':<11}  {each.purpose or '-'}"
        )
        click.echo(f"{head}  {marked(each.code)}")
    for day in days:
        if day["good"] is False:
            click.echo(f"! The counts of {day['day']} are not those that were sealed.")


COMMANDS = (challenge, next_person, journal)
