"""`wallet request`, `receive`, `list`, `show`, `delete`, `undelete`: the cards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterproof.credential_types import shipped
from counterproof.handover.limits import LIMITS
from counterproof.handover.openid4vci.offers import is_link
from counterproof.optics.headers import sniff
from counterproof.sealing import files
from counterproof.terminal.asking import confirm as ask_yes
from counterproof.terminal.commands import Command
from counterproof.words import dates
from counterproof.words.columns import padded, width
from counterproof.words.language import ntr, tr
from counterproof.words.model import N_
from counterproof.words.plain_text import marked
from counterproof.words.wallet import PHRASES
from wallet.cli.app import Session, as_json, emit, with_wallet
from wallet.cli.output import CODES, Target, show_in_terminal
from wallet.consent import describe_field
from wallet.flows.arrivals import link_in
from wallet.receiving import receive_card, request_card
from wallet.records import short_id

if TYPE_CHECKING:
    from datetime import datetime

    from counterproof.trust.kept import Trust
    from wallet.cards import Card
    from wallet.holder import Holder

_FILE = click.Path(path_type=Path)
_NONE = N_("No cards yet. `wallet request OFFER` asks an agency for one.")


@click.command(cls=Command)
@with_wallet
@click.argument("offer", type=_FILE)
@click.option("--copies", type=click.IntRange(1), help="How many one-time copies; by default all offered.")
@click.option(
    "--out",
    type=_FILE,
    help="Write the request here, for the agency; .png, .gif and .txt are a code for its desk to scan. "
    "Without this the code is shown here.",
)
def request(session: Session, offer: Path, copies: int | None, out: Path | None) -> None:
    """Make a request for what an agency's OFFER file offers: a file, or a code that its desk scans."""
    content = files.read_regular(offer, limit=LIMITS.offer)
    place = Target.of(out, (), folders=False, overwrite=False) if out is not None else None
    with session.open() as holder:
        made = request_card(holder, content, copies=copies)
        if place is None:
            show_in_terminal(made.as_code(), session.clock)
        elif place.path.suffix.lower() in CODES:
            place.write_code(made.as_code())
        else:
            place.write(made.request)
    name = shipped()[made.doc_type].name(session.language) if made.doc_type in shipped() else made.doc_type
    count = ntr("{n} copy", "{n} copies", made.copies).format(n=made.copies)
    if out is not None:
        click.echo(tr("The request is in {file}.").format(file=out))
    said = tr("{card}, {copies}, from {agency}.")
    click.echo(said.format(card=marked(name), copies=count, agency=marked(made.agency)))
    if place is None or place.path.suffix.lower() in CODES:
        number = tr("It is number {n}: the desk sees the same number when it has scanned the code.")
        click.echo(number.format(n=made.number))
    click.echo(tr("Take it to the agency. For what the agency gives back: `wallet receive FILE`."))


@click.command(cls=Command)
@with_wallet
@click.argument("source", metavar="FILE|LINK")
@click.option("--code", help="The code that the agency gave you for its offer.")
@click.option(
    "--copies", type=click.IntRange(1), help="How many one-time copies; by default as the type says."
)
@click.option("--host", "hosts", multiple=True, help="Agree to this host beforehand, instead of being asked.")
@click.option("--yes", is_flag=True, help="Accept the offer without being asked.")
@click.option("--renew-by-itself", is_flag=True, help="`wallet fetch` may get new copies without asking.")
@click.option("--development", is_flag=True, help="Allow http to this machine itself, for trying things out.")
@as_json
def receive(session: Session, source: str, *, as_json: bool, renew_by_itself: bool, **options: Any) -> None:
    """Get a card: from the reply FILE of an agency, or over a network from an offer's LINK or its picture.

    Every copy is checked before anything is kept.
    """
    from wallet.cli.online import Wishes, receive_link  # noqa: PLC0415 - it builds on this module

    link = offer_link(source)
    if link is not None:
        receive_link(session, link, Wishes(by_itself=renew_by_itself, as_json=as_json, **options))
        return
    content = files.read_regular(Path(source), limit=LIMITS.reply)
    with session.open() as holder:
        arrived = receive_card(holder, content)
        plain = card_to_plain(holder, arrived.card, session.language)
        older = [short_id(each) for each in arrived.replaces]
        if as_json:
            emit({**plain, "note": arrived.note, "older": older})
            return
        card = arrived.card
        came = tr("A card has arrived: {card}, from {agency}.")
        click.echo(came.format(card=marked(card.name(session.language)), agency=marked(arrived.agency)))
        click.echo(copies_checked(len(card.copies)))
        click.echo(tr("State: {state}").format(state=_state(card, holder.trust, holder.clock.now())))
        if arrived.note:
            click.echo(tr("The agency wrote: “{note}”").format(note=marked(arrived.note)))
        say_older(older)


def offer_link(source: str) -> str | None:
    """Return the link that a person gave, as text or in a picture; None for another file.

    Raises MalformedError `online.no-link-in-picture`.
    """
    if is_link(source):
        return source
    head = files.read_regular(Path(source), limit=LIMITS.reply)
    if sniff(head) is None:
        return None
    return link_in(head)


@click.command("list", cls=Command)
@with_wallet
@click.option("--trash", is_flag=True, help="List deleted cards.")
@as_json
def list_(session: Session, *, trash: bool, as_json: bool) -> None:
    """List the cards: no personal value is printed."""
    with session.open() as holder:
        cards = holder.cards(deleted=trash)
        if as_json:
            emit([card_to_plain(holder, card, session.language) for card in cards])
            return
        if not cards:
            click.echo(tr("The trash is empty.") if trash else tr(_NONE))
        trusted, at = holder.trust, holder.clock.now()
        for number, card in enumerate(cards, start=1):
            click.echo(f"{number:>2}  {marked(card.name(session.language))} · {marked(card.agency)}")
            known_by = tr("id {id}").format(id=short_id(card.id))
            click.echo(f"    {_state(card, trusted, at)} · {copies_left(card)} · {known_by}")


@click.command(cls=Command)
@with_wallet
@click.argument("card")
@as_json
def show(session: Session, card: str, *, as_json: bool) -> None:
    """Show every field of CARD (its number in the list, its id or its name)."""
    with session.open() as holder:
        found = holder.find(card, language=session.language)
        fields = [(ref, *describe_field(found, ref, session.language)) for ref in found.values]
        if as_json:
            plain = card_to_plain(holder, found, session.language)
            shown = [
                {"namespace": ref[0], "element": ref[1], "label": label, "value": value}
                for ref, label, value, _ in fields
            ]
            emit({**plain, "fields": shown})
            return
        click.echo(f"{marked(found.name(session.language))} · {marked(found.agency)}")
        click.echo(f"{_state(found, holder.trust, holder.clock.now())} · {copies_left(found)}")
        validity = found.validity
        signed = tr("Signed {start}, good until {until}.")
        click.echo(signed.format(start=dates.day(validity.signed), until=dates.day(validity.valid_until)))
        click.echo()
        column = max((width(label) for _, label, _, _ in fields), default=0)
        for ref, label, value, _ in fields:
            click.echo(f"  {padded(label, column)}  {value}    ({ref[1]})")


@click.command(cls=Command)
@with_wallet
@click.argument("card")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(session: Session, card: str, *, yes: bool) -> None:
    """Put CARD into the trash. `wallet undelete` brings it back until the trash is emptied."""
    with session.open() as holder:
        found = holder.find(card, language=session.language)
        name = marked(found.name(session.language))
        if not yes:
            question = tr("Delete “{name}” of {agency}?").format(name=name, agency=marked(found.agency))
            ask_yes(question, abort=True, err=True)
        holder.delete(found)
    gone = tr("“{name}” is in the trash. To bring it back: `wallet undelete {id}`")
    click.echo(gone.format(name=name, id=short_id(found.id)))


@click.command(cls=Command)
@with_wallet
@click.argument("card")
def undelete(session: Session, card: str) -> None:
    """Take CARD out of the trash."""
    with session.open() as holder:
        found = holder.find(card, deleted=True, language=session.language)
        holder.undelete(found)
    click.echo(tr("“{name}” is back.").format(name=marked(found.name(session.language))))


@click.command("empty-trash", cls=Command)
@with_wallet
@click.option("--yes", is_flag=True, help="Do not ask.")
def empty_trash(session: Session, *, yes: bool) -> None:
    """Remove the cards in the trash for good, with their keys."""
    with session.open() as holder:
        if not yes:
            question = tr("Remove the deleted cards for good? They cannot be brought back.")
            ask_yes(question, abort=True, err=True)
        count = holder.empty_trash()
    click.echo(tr("Removed: {n}.").format(n=count))


@click.command(cls=Command)
@with_wallet
@click.option("--yes", is_flag=True, help="Do not ask.")
def repair(session: Session, *, yes: bool) -> None:
    """Remove entries that are damaged and cannot be read any more."""
    with session.open() as holder:
        if not holder.damaged:
            click.echo(tr("Every entry can be read. There is nothing to repair."))
            return
        if not yes:
            count = len(holder.damaged)
            question = ntr(
                "Remove {n} damaged entry for good? A backup may have it whole.",
                "Remove {n} damaged entries for good? A backup may have them whole.",
                count,
            )
            ask_yes(question.format(n=count), abort=True, err=True)
        count = holder.remove_damaged()
    click.echo(tr("Removed: {n}.").format(n=count))


def card_to_plain(holder: Holder, card: Card, language: str) -> dict[str, Any]:
    """Return a card for programs, without its values."""
    validity = card.validity
    return {
        "id": short_id(card.id),
        "doc_type": card.doc_type,
        "name": card.name(language),
        "agency": card.agency,
        "state": card.state(holder.trust, holder.clock.now()).value,
        "valid_from": validity.valid_from.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "valid_until": validity.valid_until.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "copies": len(card.copies),
        "fresh": card.fresh,
        "runs_low": card.runs_low,
    }


def copies_left(card: Card) -> str:
    """Say how many fresh copies are left, and when it is time for new ones."""
    if len(card.copies) == 1:
        return tr("one copy, fresh") if card.fresh else tr("its one copy has been shown")
    if card.runs_low:
        left = tr("{fresh} of {all} copies left: ask the agency for new ones")
    else:
        left = tr("{fresh} of {all} copies left")
    return left.format(fresh=card.fresh, all=len(card.copies))


def copies_checked(count: int) -> str:
    """Say that every copy was checked before the card was kept."""
    return ntr("Its one copy was checked.", "All {n} copies were checked.", count).format(n=count)


def say_older(older: list[str]) -> None:
    """Name the older cards of the same kind, by their ids."""
    for each in older:
        words = tr("You have an older card of the same kind: `wallet delete {id}` if you no longer need it.")
        click.echo(words.format(id=each))


def _state(card: Card, trust: Trust, at: datetime) -> str:
    validity = card.validity
    return PHRASES[f"state.{card.state(trust, at).value}"].format(
        start=dates.day(validity.valid_from), until=dates.day(validity.valid_until)
    )
