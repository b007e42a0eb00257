"""`wallet trust add`, `show` and `remove`: whose cards and whose counters this wallet believes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.credential_types import shipped
from counterproof.trust.confirming import expecting
from counterproof.trust.names import grouped
from counterproof.words.plain_text import marked
from wallet.cli.app import Commands, Session, as_json, emit, note, with_wallet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterproof.trust.confirming import Claims, Introduction
    from counterproof.trust.describe import AgencyDescription


@click.group(cls=Commands)
def trust() -> None:
    """Say which agencies this wallet trusts."""


@trust.command()
@with_wallet
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--fingerprint", multiple=True, help="The agency's fingerprint, in place of being asked.")
def add(session: Session, folder: Path, fingerprint: tuple[str, ...]) -> None:
    """Trust the agency that published FOLDER, or take its newer lists."""
    confirm = expecting(*fingerprint) if fingerprint else _ask
    change = session.trust().add(folder, confirm=confirm, at=session.clock.now())
    click.echo(f"{marked(change.agency)}: {change.action.value}.")


@trust.command()
@with_wallet
@as_json
def show(session: Session, *, as_json: bool) -> None:
    """Show which agencies are trusted, and how old their lists are."""
    described = session.trust().read().describe(session.clock.now())
    if as_json:
        emit(described.to_json())
        return
    for agency in described.agencies:
        _show(agency)
    for code in described.notices:
        note(code)


@trust.command()
@with_wallet
@click.argument("fingerprint")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(session: Session, fingerprint: str, *, yes: bool) -> None:
    """Stop trusting the agency with this FINGERPRINT."""
    if not yes:
        click.confirm(
            "Cards of this agency stay; its new cards and its counters are refused. Go on?", abort=True
        )
    change = session.trust().remove(fingerprint)
    click.echo(f"{marked(change.agency) or 'The agency'}: {change.action.value}.")


def _ask(introduction: Introduction) -> bool:
    claims = introduction.claims
    if introduction.role == "claims" and introduction.before is not None:
        return _ask_again(claims, introduction.before, introduction.shown)
    what = "new root for the counters of the agency" if introduction.role == "reader-root" else "agency"
    click.echo(f"This folder is of an {what} that calls itself: {marked(claims.name)} ({claims.country})")
    click.echo(f"It issues: {_named(claims.doc_types)}")
    click.echo(f"Its fingerprint:\n  {introduction.shown}")
    click.echo("Compare it with the one that the agency gave you by another way: a letter, a poster, a call.")
    return click.confirm("Are they the same?", default=False)


def _ask_again(now: Claims, before: Claims, fingerprint: str) -> bool:
    """Show what an agency that is trusted says anew of itself, and ask."""
    click.echo(f"You trust this agency as: {marked(before.name)} ({before.country})")
    if (now.name, now.country) != (before.name, before.country):
        click.echo(f"Now it calls itself: {marked(now.name)} ({now.country})")
    if added := now.added_to(before):
        click.echo(f"Now it also issues: {_named(added)}")
    click.echo(f"Its fingerprint is the one that you know:\n  {fingerprint}")
    click.echo("Ask the agency by another way whether this is so: a letter, a poster, a call.")
    return click.confirm("Does the agency say the same there?", default=False)


def _named(doc_types: Iterable[str]) -> str:
    """Return the names of kinds of cards, in the words that ship with this program where it knows them."""
    known = shipped()
    return ", ".join(known[each].name("en") if each in known else marked(each) for each in doc_types)


def _show(agency: AgencyDescription) -> None:
    click.echo(f"{marked(agency.name)} ({agency.country})")
    click.echo(f"  fingerprint   {grouped(agency.fingerprint)}")
    click.echo(
        f"  signed        {agency.issued_at:%Y-%m-%d %H:%M} UTC; enough until {agency.enough_until:%Y-%m-%d}"
    )
    click.echo(f"  issues        {_named(agency.doc_types)}")
    click.echo(f"  counters      {agency.readers}")
    for code in agency.notices:
        note(code)
