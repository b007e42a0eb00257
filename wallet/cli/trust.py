"""`wallet trust`: whose cards and whose counters this wallet believes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from counterproof.credential_types import shipped
from counterproof.terminal.asking import confirm as ask_yes
from counterproof.trust import updating
from counterproof.trust.confirming import expecting
from counterproof.trust.imports import read_certificate, read_list
from counterproof.words.language import current, tr
from counterproof.words.model import N_
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
        if yes or ask_yes(question, err=as_json):
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
        ask_yes(question, abort=True)
    change = session.trust().remove(fingerprint)
    click.echo(tr("{agency}: removed.").format(agency=marked(change.agency) or tr("The agency")))


_COMPARE: Final = {
    "agency": N_(
        "Compare it with the one that the agency gave you by another way: a letter, a poster, a call."
    ),
    "authority": N_(
        "Compare it with the one that the authority gave you by another way: a letter, a poster, a call."
    ),
    "issuer-list": N_(
        "Compare it with the one that the list provider gave you by another way: a letter, a poster, a call."
    ),
}
_OF: Final = {
    "authority": N_("This is of an authority that calls itself: {name} ({country})"),
    "issuer-list": N_("This is of a list provider that calls itself: {name} ({country})"),
    "reader-root": N_(
        "This is of a new root for the counters of the agency that calls itself: {name} ({country})"
    ),
    "agency": N_("This is of an agency that calls itself: {name} ({country})"),
}


def _ask(introduction: Introduction) -> bool:
    claims, role = introduction.claims, introduction.role
    if role == "claims" and introduction.before is not None:
        return _ask_again(claims, introduction.before, introduction.shown)
    who = role if role in ("authority", "issuer-list") else "agency"
    said = tr(_OF[role if role in _OF else "agency"])
    click.echo(said.format(name=marked(claims.name), country=claims.country or "?"))
    if who != "agency":
        click.echo(
            tr("Everybody on its list will be believed, for: {cards}").format(cards=_named(claims.doc_types))
        )
    else:
        click.echo(tr("It issues: {cards}").format(cards=_named(claims.doc_types)))
    click.echo(f"{tr('Its fingerprint:')}\n  {introduction.shown}")
    click.echo(tr(_COMPARE[who]))
    return ask_yes(tr("Are they the same?"))


def _ask_again(now: Claims, before: Claims, fingerprint: str) -> bool:
    """Show what an agency that is trusted says anew of itself, and ask."""
    known = tr("You trust this agency as: {name} ({country})")
    click.echo(known.format(name=marked(before.name), country=before.country))
    if (now.name, now.country) != (before.name, before.country):
        called = tr("Now it calls itself: {name} ({country})")
        click.echo(called.format(name=marked(now.name), country=now.country))
    if added := now.added_to(before):
        click.echo(tr("Now it also issues: {cards}").format(cards=_named(added)))
    click.echo(f"{tr('Its fingerprint is the one that you know:')}\n  {fingerprint}")
    click.echo(tr("Ask the agency by another way whether this is so: a letter, a poster, a call."))
    return ask_yes(tr("Does the agency say the same there?"))


def _named(doc_types: Iterable[str]) -> str:
    """Return the names of kinds of cards, in the words that ship with this program where it knows them."""
    known, tag = shipped(), current()
    return tr(", ").join(known[each].name(tag) if each in known else marked(each) for each in doc_types)
