"""Cards over a network: `wallet receive LINK`, `wallet fetch` and `wallet renew`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.terminal.asking import confirm as ask_yes
from counterproof.terminal.commands import Command
from counterproof.words import dates
from counterproof.words.explain import one_line
from counterproof.words.language import ntr, tr
from counterproof.words.model import N_, Phrases
from counterproof.words.plain_text import marked
from wallet.cli.app import REFUSED, Session, as_json, emit, with_wallet
from wallet.cli.cards import card_to_plain, copies_checked, say_older
from wallet.records import short_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterproof.handover.openid4vci.offers import TxCode
    from wallet.cards import Card
    from wallet.holder import Holder
    from wallet.online.keeping import Kept
    from wallet.online.receiving import Offered, OnlineReceiving, Opening, Waiting

_STEPS = Phrases(
    {
        "looking": N_("Looking at the offer …"),
        "exchanging": N_("Showing the code …"),
        "fetching": N_("Fetching the copies …"),
        "checking": N_("Checking every copy …"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What was said on the command line, instead of in answer to a question."""

    hosts: tuple[str, ...] = ()
    yes: bool = False
    code: str | None = None
    copies: int | None = None
    by_itself: bool = False
    development: bool = False
    as_json: bool = False


def receive_link(session: Session, link: str, wishes: Wishes) -> None:
    """Get what a link offers: say who and what, ask, fetch, check, keep."""
    from wallet.online.receiving import OnlineReceiving  # noqa: PLC0415 - a network's imports are slow

    opening = OnlineReceiving.read(link)
    if opening.host not in wishes.hosts:
        question = tr("This offer lies at {host}. Connect to it?").format(host=opening.host)
        _ask(question, "online.host-not-agreed", opening.host)
    with session.open() as holder, _network(session, wishes) as network:
        flow = OnlineReceiving(holder, network, progress=_progress)
        offered = _look(flow, opening, session, wishes)
        _show(offered)
        if not wishes.yes:
            question = tr("Get this card from {host}?").format(host=offered.host)
            _ask(question, "online.not-accepted", offered.host)
        code = wishes.code or _code(offered.code)
        _say(
            holder,
            session,
            flow.begin(offered, code=code, copies=wishes.copies, by_itself=wishes.by_itself),
            wishes.as_json,
        )


@click.command(cls=Command)
@with_wallet
@click.option("--development", is_flag=True, help="Allow http to this machine itself, for trying things out.")
@click.option("--yes", is_flag=True, help="Ask nothing; fetch new copies of every card that runs low.")
@as_json
def fetch(session: Session, *, development: bool, yes: bool, as_json: bool) -> None:
    """Go on with what is under way, and fetch new copies of cards that run low or end soon."""
    wishes = Wishes(development=development, yes=yes, as_json=as_json)
    failed = False
    with session.open() as holder, _network(session, wishes) as network:
        flow = _flow(holder, network)
        work: list[tuple[str, Callable[[], Kept | Waiting]]] = [
            (record.host, _going_on(flow, key)) for key, record in flow.open_ones()
        ]
        work += [(host, _renewing(flow, card)) for card, host in _due(flow, holder, session, yes=yes)]
        if not work:
            click.echo(tr("Nothing is under way, and no card runs low."))
        for host, act in work:
            flow.agree_to_private(host.partition(":")[0])
            try:
                _say(holder, session, act(), as_json)
            except CounterproofError as error:
                failed = True
                click.echo(f"{host}: {one_line(error)}", err=True)
    if failed:
        raise click.exceptions.Exit(REFUSED)


@click.command(cls=Command)
@with_wallet
@click.argument("card")
@click.option("--development", is_flag=True, help="Allow http to this machine itself, for trying things out.")
@click.option(
    "--by-itself/--ask-first",
    default=None,
    help="Say once whether `wallet fetch` may do this without asking; nothing is fetched now.",
)
@as_json
def renew(session: Session, card: str, *, development: bool, by_itself: bool | None, as_json: bool) -> None:
    """Fetch new copies of CARD, which replaces it. It must have come over a network."""
    wishes = Wishes(development=development, as_json=as_json)
    with session.open() as holder, _network(session, wishes) as network:
        flow = _flow(holder, network)
        found = holder.find(card, language=session.language)
        known = flow.renewal_of(found)
        if known is None:
            raise UsageError("online.no-renewal")
        if by_itself is not None:
            flow.allow_by_itself(found, allowed=by_itself)
            asked = tr("You will be asked first.")
            click.echo(tr("New copies will be fetched without asking.") if by_itself else asked)
            return
        flow.agree_to_private(known[1].host.partition(":")[0])
        _say(holder, session, flow.renew(found), as_json)


def _flow(holder: Holder, network: Any) -> OnlineReceiving:
    from wallet.online.receiving import OnlineReceiving  # noqa: PLC0415

    return OnlineReceiving(holder, network, progress=_progress)


def _network(session: Session, wishes: Wishes) -> Any:
    from wallet.online.addresses import Guide  # noqa: PLC0415
    from wallet.online.network import Network  # noqa: PLC0415

    return Network(Guide(development=wishes.development), language=session.language)


def _going_on(flow: OnlineReceiving, key: bytes) -> Callable[[], Kept | Waiting]:
    return lambda: flow.go_on(key)


def _renewing(flow: OnlineReceiving, card: Card) -> Callable[[], Kept | Waiting]:
    return lambda: flow.renew(card)


def _due(flow: OnlineReceiving, holder: Holder, session: Session, *, yes: bool) -> list[tuple[Card, str]]:
    """Return the cards to renew: those that run low, where the holder says so or has said so."""
    due = []
    for card in holder.cards():
        known = flow.renewal_of(card)
        if known is None or not flow.is_due(card):
            continue
        name, host = marked(card.name(session.language)), known[1].host
        question = tr("“{name}” runs low. Fetch new copies from {host}?").format(name=name, host=host)
        if yes or known[1].by_itself or ask_yes(question, err=True):
            due.append((card, host))
    return due


def _look(flow: OnlineReceiving, opening: Opening, session: Session, wishes: Wishes) -> Offered:
    """Look at an offer; a host in a private network is asked about by itself."""
    try:
        return flow.look(opening, language=session.language)
    except UsageError as error:
        if error.code != "online.private-address":
            raise
        host = str(error.facts["host"])
        if opening.host not in wishes.hosts:
            question = tr("{host} is in a private network. Is that where you expect the agency to be?")
            _ask(question.format(host=host), "online.private-address", host)
        flow.agree_to_private(host)
        return flow.look(opening, language=session.language)


def _show(offered: Offered) -> None:
    """Say who offers what, before anything of the holder leaves."""
    if offered.agency:
        click.echo(tr("{agency} offers you:").format(agency=marked(offered.agency)), err=True)
    elif offered.claimed:
        who = tr("Somebody who calls themselves “{name}” offers you:").format(name=marked(offered.claimed))
        click.echo(who, err=True)
        nobody = tr("Nobody vouches for that name. What arrives is checked before it is kept.")
        click.echo(f"  {nobody}", err=True)
    else:
        click.echo(tr("Somebody who gives no name offers you:"), err=True)
    copies = ntr("up to {n} copy", "up to {n} copies", offered.copies).format(n=offered.copies)
    what = tr("{card}, {copies}, from {agency}.")
    said = what.format(card=marked(offered.name), copies=copies, agency=offered.host)
    click.echo(f"  {said}", err=True)


def _code(asked: TxCode | None) -> str | None:
    if asked is None:
        return None
    if not sys.stdin.isatty() and sys.stdin.closed:
        raise UsageError("online.code-missing")
    if asked.description:
        said = tr("The office says of the code: “{words}”").format(words=marked(asked.description))
        click.echo(said, err=True)
    question = tr("The code that the agency gave you")
    if asked.length and asked.input_mode == "numeric":
        length = ntr("{n} digit", "{n} digits", asked.length)
    else:
        length = ntr("{n} character", "{n} characters", asked.length or 0)
    length = f" ({length.format(n=asked.length)})" if asked.length else ""
    answer: str = click.prompt(f"{question}{length}", err=True)
    return answer.strip().replace(" ", "")


def _ask(question: str, code: str, host: str) -> None:
    try:
        agreed = ask_yes(question, err=True)
    except click.Abort:
        agreed = False
    if not agreed:
        raise UsageError(code, host=host)


def _progress(step: str) -> None:
    if sys.stderr.isatty():
        click.echo(_STEPS[step], err=True)


def _say(holder: Holder, session: Session, done: Kept | Waiting, as_json: bool) -> None:  # noqa: FBT001
    from wallet.online.keeping import Kept  # noqa: PLC0415

    if not isinstance(done, Kept):
        when = datetime.fromtimestamp(done.next_at, UTC)
        if as_json:
            emit({"waiting": done.doc_type, "host": done.host, "next_at": done.next_at})
            return
        first = tr("The agency takes a decision first. Ask again after {time}: `wallet fetch`")
        click.echo(first.format(time=dates.moment(when)))
        return
    card = done.card
    older = [short_id(each) for each in done.older]
    if as_json:
        plain = card_to_plain(holder, card, session.language)
        emit({**plain, "older": older, "renewable": done.renewable})
        return
    came = tr("A card has arrived: {card}, from {agency}.")
    came = tr("New copies have arrived: {card}, from {agency}.") if done.replaced else came
    click.echo(came.format(card=marked(card.name(session.language)), agency=marked(done.agency)))
    click.echo(copies_checked(len(card.copies)))
    if done.replaced:
        click.echo(tr("They replace the old card, which is in the trash."))
    say_older(older)
    if done.renewable and not done.replaced:
        click.echo(tr("When its copies run low: `wallet fetch` asks you."))
        by_itself = tr("To let it fetch without asking: `wallet renew {id} --by-itself`")
        click.echo(by_itself.format(id=short_id(card.id)))
