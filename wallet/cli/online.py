"""Cards over a network: `wallet receive LINK`, `wallet fetch` and `wallet renew`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.words.explain import one_line
from counterproof.words.plain_text import marked
from wallet.cli.app import REFUSED, Session, as_json, emit, with_wallet
from wallet.cli.cards import card_to_plain
from wallet.records import short_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterproof.handover.openid4vci.offers import TxCode
    from wallet.cards import Card
    from wallet.holder import Holder
    from wallet.online.keeping import Kept
    from wallet.online.receiving import Offered, OnlineReceiving, Opening, Waiting

_STEPS = {
    "looking": "Looking at the offer …",
    "exchanging": "Showing the code …",
    "fetching": "Fetching the copies …",
    "checking": "Checking every copy …",
}


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
        _ask(f"This offer lies at {opening.host}. Connect to it?", "online.host-not-agreed", opening.host)
    with session.open() as holder, _network(session, wishes) as network:
        flow = OnlineReceiving(holder, network, progress=_progress)
        offered = _look(flow, opening, session, wishes)
        _show(offered)
        if not wishes.yes:
            _ask(f"Get this card from {offered.host}?", "online.not-accepted", offered.host)
        code = wishes.code or _code(offered.code)
        _say(
            holder,
            session,
            flow.begin(offered, code=code, copies=wishes.copies, by_itself=wishes.by_itself),
            wishes.as_json,
        )


@click.command()
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
            click.echo("Nothing is under way, and no card runs low.")
        for host, act in work:
            flow.agree_to_private(host.partition(":")[0])
            try:
                _say(holder, session, act(), as_json)
            except CounterproofError as error:
                failed = True
                click.echo(f"{host}: {one_line(error)}", err=True)
    if failed:
        raise click.exceptions.Exit(REFUSED)


@click.command()
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
            click.echo(
                "New copies will be fetched without asking." if by_itself else "You will be asked first."
            )
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
        question = f"“{name}” runs low. Fetch new copies from {host}?"
        if yes or known[1].by_itself or click.confirm(question, err=True):
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
            question = f"{host} is in a private network. Is that where you expect the agency to be?"
            _ask(question, "online.private-address", host)
        flow.agree_to_private(host)
        return flow.look(opening, language=session.language)


def _show(offered: Offered) -> None:
    """Say who offers what, before anything of the holder leaves."""
    if offered.agency:
        click.echo(f"{marked(offered.agency)} offers you:", err=True)
    elif offered.claimed:
        click.echo(f"Somebody who calls themselves “{marked(offered.claimed)}” offers you:", err=True)
        click.echo("  Nobody vouches for that name. What arrives is checked before it is kept.", err=True)
    else:
        click.echo("Somebody who gives no name offers you:", err=True)
    click.echo(f"  {marked(offered.name)}, up to {offered.copies} copies, from {offered.host}", err=True)


def _code(asked: TxCode | None) -> str | None:
    if asked is None:
        return None
    if not sys.stdin.isatty() and sys.stdin.closed:
        raise UsageError("online.code-missing")
    if asked.description:
        click.echo(f"They say of the code: “{marked(asked.description)}”", err=True)
    length = f" ({asked.length} {'digits' if asked.input_mode == 'numeric' else 'characters'})"
    question = f"The code that the agency gave you{length if asked.length else ''}"
    answer: str = click.prompt(question, err=True)
    return answer.strip().replace(" ", "")


def _ask(question: str, code: str, host: str) -> None:
    try:
        agreed = click.confirm(question, err=True)
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
        click.echo(f"The agency takes a decision first. Ask again after {when:%Y-%m-%d %H:%M} UTC:")
        click.echo("  wallet fetch")
        return
    card = done.card
    older = [short_id(each) for each in done.older]
    if as_json:
        plain = card_to_plain(holder, card, session.language)
        emit({**plain, "older": older, "renewable": done.renewable})
        return
    word = "New copies have arrived" if done.replaced else "A card has arrived"
    click.echo(f"{word}: {marked(card.name(session.language))}, from {marked(done.agency)}.")
    count = len(card.copies)
    click.echo("Its one copy was checked." if count == 1 else f"All {count} copies were checked.")
    if done.replaced:
        click.echo("They replace the old card, which is in the trash.")
    for each in older:
        click.echo(
            f"You have an older card of the same kind: `wallet delete {each}` if you no longer need it."
        )
    if done.renewable and not done.replaced:
        click.echo(
            f"When its copies run low: `wallet fetch` asks you."
            f" To let it fetch without asking: wallet renew {short_id(card.id)} --by-itself"
        )
