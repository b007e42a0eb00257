"""`wallet trust`: whose cards and whose counters this wallet believes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.credential_types import shipped
from counterproof.trust import updating
from counterproof.trust.confirming import expecting
from counterproof.trust.imports import read_certificate, read_list
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from counterproof.words.trust_text import change_lines, description_lines, waiting_lines
from wallet.cli.app import Commands, Session, as_json, emit, with_wallet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterproof.trust.confirming import Claims, Introduction
    from counterproof.trust.succession import ChangeSummary


_FILE = click.Path(path_type=Path)


@click.group(cls=Commands)
def trust() -> None:
    """Say which agencies this wallet trusts."""


@trust.command()
@with_wallet
@click.argument("source", metavar="FROM")
@click.option("--fingerprint", multiple=True, help="The fingerprint, in place of being asked.")
@as_json
def add(session: Session, source: str, fingerprint: tuple[str, ...], *, as_json: bool) -> None:
    """Trust whoever published FROM, or take their newer lists.

    FROM is an agency's folder or an authority's trust pack: a folder, a zip file or an https address.
    """
    confirm = expecting(*fingerprint) if fingerprint else _ask
    at = session.clock.now()
    _say(updating.add(session.trust(), source, at, clock=session.clock, confirm=confirm), as_json=as_json)


@trust.command()
@with_wallet
@click.argument("source", metavar="FROM")
@as_json
def update(session: Session, source: str, *, as_json: bool) -> None:
    """Take the newer lists of who is trusted already, from a folder, a zip file or an https address.

    All of it is taken, or nothing. What waits for you is refused: use `wallet trust add` for that.
    """
    at = session.clock.now()
    _say(updating.update(session.trust(), source, at, clock=session.clock), as_json=as_json)


@trust.command(name="import-vical")
@with_wallet
@click.argument("file", type=_FILE)
@click.option(
    "--pin",
    "pin_file",
    required=True,
    type=_FILE,
    help="The certificate of the list's provider (its root, or the signer's own), PEM or DER.",
)
@click.option("--fingerprint", multiple=True, help="Its fingerprint, in place of being asked.")
@as_json
def import_vical(
    session: Session, file: Path, pin_file: Path, fingerprint: tuple[str, ...], *, as_json: bool
) -> None:
    """Believe the issuers on a VICAL of another provider, such as the AAMVA's, or take its newer issue."""
    confirm = expecting(*fingerprint) if fingerprint else _ask
    pin, at = read_certificate(pin_file), session.clock.now()
    change = session.trust().import_vical(read_list(file), pin, at=at, confirm=confirm)
    _say(change, as_json=as_json)


def _say(change: ChangeSummary, *, as_json: bool) -> None:
    if as_json:
        emit(change.to_json())
        return
    for line in change_lines(change.to_json()):
        click.echo(line)


@trust.command()
@with_wallet
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def confirm(session: Session, *, yes: bool, as_json: bool) -> None:
    """Let purposes count that let counters do more than before, once you have read them.

    Until then what counted before does. Lists and revocations never wait.
    """
    trust = session.trust().read()
    described = trust.describe(session.clock.now()).to_json()["waiting"]
    if not trust.waiting:
        click.echo(tr("Nothing waits."), err=as_json)
    for waiting in trust.waiting:
        for line in waiting_lines(each for each in described if each["key"] == waiting.publisher):
            click.echo(line, err=as_json)
        question = tr("May counters do this from now on?")
        if yes or click.confirm(question, default=False, err=as_json):
            _say(session.trust().confirm_purposes(waiting), as_json=as_json)


@trust.command()
@with_wallet
@as_json
def show(session: Session, *, as_json: bool) -> None:
    """Show which agencies are trusted, and how old their lists are."""
    described = session.trust().read().describe(session.clock.now())
    if as_json:
        emit(described.to_json())
        return
    for line in description_lines(described.to_json()):
        click.echo(line)


@trust.command()
@with_wallet
@click.argument("fingerprint")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(session: Session, fingerprint: str, *, yes: bool) -> None:
    """Stop trusting the agency with this FINGERPRINT."""
    if not yes:
        question = tr("Cards of this agency stay; its new cards and its counters are refused. Go on?")
        click.confirm(question, abort=True)
    change = session.trust().remove(fingerprint)
    click.echo(f"{marked(change.agency) or 'The agency'}: {change.action.value}.")


def _ask(introduction: Introduction) -> bool:
    claims = introduction.claims
    if introduction.role == "claims" and introduction.before is not None:
        return _ask_again(claims, introduction.before, introduction.shown)
    who = {"authority": "authority", "issuer-list": "list provider"}.get(introduction.role, "agency")
    what = "new root for the counters of the agency" if introduction.role == "reader-root" else who
    article = "a" if what[0] in "ln" else "an"
    said = f"{marked(claims.name)} ({claims.country or '?'})"
    click.echo(f"This is of {article} {what} that calls itself: {said}")
    if who != "agency":
        click.echo(f"Everybody on its list will be believed, for: {_named(claims.doc_types)}")
    else:
        click.echo(f"It issues: {_named(claims.doc_types)}")
    click.echo(f"Its fingerprint:\n  {introduction.shown}")
    click.echo(f"Compare it with the one that the {who} gave you by another way: a letter, a poster, a call.")
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
