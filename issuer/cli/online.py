"""`issuer online`: offers for wallets over a network, and what a clerk decides."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.mdoc.errors import UsageError
from counterproof.terminal.commands import Group
from counterproof.words.language import ENGLISH, speaking, tr
from counterproof.words.model import NN_
from issuer.cli.output import (
    check_free,
    counted,
    day,
    from_to,
    hand_out,
    json_option,
    minute,
    print_facts,
    print_json,
    print_table,
    say,
    say_next,
)
from issuer.cli.proposals import say_waiting
from issuer.cli.session import Session, session

if TYPE_CHECKING:
    from issuer.agency.online import MadeOffer

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(cls=Group)
def online() -> None:
    """Offer credentials to wallets over a network, and decide applications; `issuer serve` issues them."""


@online.command()
@session()
@click.option("--type", "doc_type", required=True, help="What to offer: a docType, or its file's name.")
@click.option("--subject", required=True, help="Whom it is for: your own reference of the person.")
@click.option("--copies", type=int, help="How many one-time copies; the type's own number by default.")
@click.option("--minutes", type=int, help="How long the offer stands; a day, or 10 minutes without a code.")
@click.option(
    "--no-code", is_flag=True, help="Whoever sees the link first can take it: for a screen at a desk."
)
@click.option("--decide", is_flag=True, help="A clerk decides before anything is issued.")
@click.option("--qr", type=_FILE, help="Draw the link as a code into this picture (PNG).")
@json_option
def offer(
    session: Session,
    /,
    doc_type: str,
    subject: str,
    *,
    copies: int | None,
    minutes: int | None,
    qr: Path | None,
    no_code: bool,
    decide: bool,
    as_json: bool,
) -> None:
    """Make an offer for one person: a link or a picture, and a code that they get by another way."""
    from issuer.agency import one_by_one  # noqa: PLC0415 - its imports are slow; --help needs none

    if qr is not None:
        check_free(qr)
    with session.open() as agency:
        if (needed := one_by_one.waiting(agency.desk)) is not None:
            say_waiting(session, needed, as_json=as_json)
        made = agency.online.offer(
            doc_type,
            subject,
            copies=copies,
            life=None if minutes is None else timedelta(minutes=minutes),
            tx_code=not no_code,
            needs_decision=decide,
        )
    if qr is not None:
        from counterproof.optics import draw  # noqa: PLC0415 - half a second, when it is used

        hand_out(qr, draw.link_png(made.short_link))
    if as_json:
        print_json(
            {
                "offer": made.offer,
                "link": made.link,
                "short_link": made.short_link,
                "tx_code": made.tx_code,
            }
        )
        return
    _print(session, made, qr)


def _print(session: Session, made: MadeOffer, qr: Path | None) -> None:
    facts = made.offer
    one, many = NN_("Offer {id}: {n} copy, until {time}.", "Offer {id}: {n} copies, until {time}.")
    click.echo(counted(facts.copies, one, many, id=facts.offer_id, time=minute(facts.expires_at)))
    print_facts(
        [
            (tr("Link"), made.short_link),
            *([(tr("Picture of the code"), str(qr))] if qr is not None else []),
            *([(tr("Number"), made.tx_code)] if made.tx_code is not None else []),
        ]
    )
    if made.tx_code is None:
        say(tr("Whoever has the link first can take it. Show it to the person and to nobody else."))
    else:
        say(tr("Give the link and the number by two different ways, such as the screen and a slip."))
    if facts.needs_decision:
        words = tr("The wallet's request waits for a decision:")
        say_next(words, f"issuer online applications {session.folder}")


@online.command()
@session()
@click.option("--type", "doc_type", required=True, help="Which card: a docType, or its file's name.")
@click.option("--subject", required=True, help="Whose: your own reference of the person.")
@click.option(
    "--subject-data", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A CSV or JSON file."
)
@click.option("--from", "source", help="One of `issuer source list`.")
@json_option
def preview(
    session: Session,
    /,
    doc_type: str,
    subject: str,
    subject_data: Path | None,
    source: str | None,
    *,
    as_json: bool,
) -> None:
    """Show what a person's card would say before it is offered. That you looked is written down."""
    from issuer.agency.attributes import PeopleFiles, Registered  # noqa: PLC0415 - its imports are slow
    from issuer.agency.preview import preview as look  # noqa: PLC0415

    if (subject_data is None) == (source is None):
        raise UsageError("source.which")
    with session.open() as agency:
        kind = agency.catalogue().find(doc_type).type.doc_type
        asked = (
            Registered(agency.desk, source or "")
            if subject_data is None
            else PeopleFiles({kind: subject_data})
        )
        with speaking(ENGLISH) if as_json else nullcontext():
            found = look(agency, asked, doc_type, subject)
    if as_json:
        print_json({each.name: each.value for each in found.fields})
        return
    print_facts((each.label, each.value) for each in found.fields)
    one, many = NN_(
        "{n} copy, valid {span}. Nothing was issued.", "{n} copies, valid {span}. Nothing was issued."
    )
    click.echo(counted(found.copies, one, many, span=from_to(found.valid_from, found.valid_until)))


@online.command()
@session()
@click.option("--subject", help="Only this person, by your own reference.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="How many.")
@json_option
def offers(session: Session, /, subject: str | None, limit: int, *, as_json: bool) -> None:
    """List the offers, newest first."""
    from issuer import terms  # noqa: PLC0415 - as above

    with session.open() as agency:
        found = agency.register.online.offers(subject=subject, limit=limit)
    if as_json:
        print_json(found)
        return
    if not found:
        say(tr("Nothing was found."))
        return
    rows = [
        (
            each.offer_id,
            each.doc_type,
            each.subject,
            str(each.copies),
            minute(each.expires_at),
            terms.offer_state(each.state.value),
            each.who,
        )
        for each in found
    ]
    head = (tr("OFFER"), tr("DOCTYPE"), tr("SUBJECT"), tr("COPIES"), tr("UNTIL"), tr("STATE"), tr("BY"))
    print_table(head, rows)


@online.command()
@session()
@click.argument("offer_id", metavar="OFFER")
@click.option("--reason", required=True, help="A code such as sent-to-wrong-person.")
def withdraw(session: Session, /, offer_id: str, reason: str) -> None:
    """Take OFFER back before somebody uses it."""
    with session.open() as agency:
        agency.online.withdraw(offer_id, reason=reason)
    say(tr("The offer is withdrawn. Its link and its number count no more."))


@online.command()
@session()
@click.option("--all", "every", is_flag=True, help="List decided ones as well.")
@click.option("--subject", help="Only this person, by your own reference.")
@json_option
def applications(session: Session, /, subject: str | None, *, every: bool, as_json: bool) -> None:
    """List the applications that wait for a decision, the oldest first."""
    from issuer import terms  # noqa: PLC0415 - as above
    from issuer.register.online_model import ApplicationState  # noqa: PLC0415 - its imports are slow

    with session.open() as agency:
        found = agency.register.online.applications(
            state=None if every else ApplicationState.WAITING, subject=subject
        )
    if as_json:
        hidden = ("request", "device_keys")
        names = [name for name in found[0].__slots__ if name not in hidden] if found else []
        print_json([{name: getattr(each, name) for name in names} for each in found])
        return
    if not found:
        say(tr("No application waits."))
        return
    rows = [
        (
            each.application_id,
            each.doc_type,
            each.subject,
            str(each.copies),
            day(each.created_at),
            terms.said(each.state.value),
            each.decided_by or "",
        )
        for each in found
    ]
    whose = (tr("APPLICATION"), tr("DOCTYPE"), tr("SUBJECT"), tr("COPIES"))
    print_table((*whose, tr("SINCE"), tr("STATE"), tr("BY")), rows)


@online.command()
@session()
@click.argument("application_id", metavar="APPLICATION")
@click.option("--approve/--refuse", required=True, help="What was decided.")
@click.option("--reason", required=True, help="A code such as papers-checked.")
def decide(session: Session, /, application_id: str, reason: str, *, approve: bool) -> None:
    """Approve or refuse APPLICATION. The wallet learns it when it asks again."""
    with session.open() as agency:
        found = agency.online.decide(application_id, approve=approve, reason=reason)
    from issuer import terms  # noqa: PLC0415 - as above

    words = tr("The application is {state}. The wallet learns it when it asks again.")
    say(words, state=terms.said(found.state.value))


COMMANDS = (online,)
