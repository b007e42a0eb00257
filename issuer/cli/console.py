"""`issuer console`: who may sign in to the console, and what needs a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from counterproof.terminal.commands import Group
from counterproof.words.language import tr
from counterproof.words.model import NN_
from issuer.cli.output import counted, day, json_option, print_json, print_table, say, say_next
from issuer.cli.session import Session, session

if TYPE_CHECKING:
    from issuer.agency import Agency
    from issuer.register.console_model import Clerk

_ROLES = ("auditor", "clerk", "supervisor")


@click.group(cls=Group)
def console() -> None:
    """Say who may sign in to the console, which `issuer serve` shows once there is somebody."""


@console.command("enrol")
@session()
@click.argument("name", metavar="NAME")
@click.option(
    "--role", type=click.Choice(_ROLES), default="clerk", show_default=True, help="What they may do."
)
@click.option("--days", type=int, default=1, show_default=True, help="How long the link works.")
def enrol(session: Session, /, name: str, role: str, days: int) -> None:
    """Make a link with which NAME makes a passkey, once. The same NAME again lets them back in."""
    from issuer import terms  # noqa: PLC0415 - its imports are slow; --help needs none
    from issuer.register.online_model import Role  # noqa: PLC0415 - as above

    with session.open() as agency:
        made = agency.clerks.enrol(name, Role(role), life_days=days)
        click.echo(f"{_address(agency)}/enrol?code={made.code}")
    words = tr(
        "With this link {name} ({role}) makes a passkey, once, in the place of those that they have. Give it"
        " to them in person."
    )
    say(words, name=made.clerk.name, role=terms.said(role), err=True)


def _address(agency: Agency) -> str:
    from issuer.service.settings import ServiceSettings  # noqa: PLC0415

    settings = ServiceSettings(url=agency.facts.url)
    return f"{settings.origin}{settings.path}/console"


@console.command("list")
@session()
@json_option
def list_(session: Session, /, *, as_json: bool) -> None:
    """List who works at the console."""
    from issuer import terms  # noqa: PLC0415 - as above

    with session.open() as agency:
        found = agency.clerks.every()
    if as_json:
        print_json([_facts(each) for each in found])
        return
    if not found:
        say_next(tr("Nobody, so there is no console yet:"), f"issuer console enrol {session.folder} NAME")
        return
    rows = [
        (
            each.clerk_id,
            each.name,
            terms.said(each.role.value),
            str(each.passkeys),
            day(each.created_at),
            each.enrolled_by,
            _state(each),
        )
        for each in found
    ]
    head = (tr("CLERK"), tr("NAME"), tr("ROLE"), tr("PASSKEYS"), tr("SINCE"), tr("ENROLLED BY"), tr("STATE"))
    print_table(head, rows)


def _state(clerk: Clerk) -> str:
    if clerk.ended_at is not None:
        return tr("left {day}").format(day=day(clerk.ended_at))
    return tr("in use") if clerk.passkeys else tr("link not used")


def _facts(clerk: Clerk) -> dict[str, object]:
    names = [name for name in type(clerk).__slots__ if name != "handle"]
    return {name: getattr(clerk, name) for name in names}


@console.command("end")
@session()
@click.argument("name", metavar="NAME")
def end(session: Session, /, name: str) -> None:
    """Let NAME in no more: passkeys, recovery codes and sessions end at once."""
    with session.open() as agency:
        gone = agency.clerks.end(name)
    say(tr("{name} is let in no more."), name=gone.name)


@console.command("limit")
@session()
@click.option("--documents", type=int, help="How many documents one person may change alone within a day.")
@click.option("--cards", type=int, help="How many cards one person may give one by one within a day.")
def limit(session: Session, /, documents: int | None, cards: int | None) -> None:
    """Show or set what one person may do alone within a day: documents to change, cards to give.

    Documents are those that somebody revokes, suspends or reinstates, and people of a bulk run; cards are
    given one by one, by offers and single requests.
    """
    from issuer.agency import changing, one_by_one  # noqa: PLC0415

    with session.open() as agency:
        if documents is not None:
            changing.set_limit(agency.desk, documents)
        if cards is not None:
            one_by_one.set_limit(agency.desk, cards)
        most, given = changing.limit(agency.desk), one_by_one.limit(agency.desk)
    one, many = NN_(
        "One person alone changes at most {n} document within a day.",
        "One person alone changes at most {n} documents within a day.",
    )
    click.echo(counted(most, one, many))
    one, many = NN_(
        "One person alone gives at most {n} card one by one within a day.",
        "One person alone gives at most {n} cards one by one within a day.",
    )
    click.echo(counted(given, one, many))
    say_next(tr("For more a second one must agree:"), f"issuer proposal list {session.folder}")


COMMANDS = (console,)
