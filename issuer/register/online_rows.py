"""The steps inside the transactions of `issuer.register.online`, and rows turned into what it returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, select, update

from counterproof.mdoc.errors import Fact, StoreError, UsageError
from issuer.register import acts, tables
from issuer.register.online_model import Application, ApplicationState, Grant, NewOffer, Offer, OfferState
from issuer.register.online_tables import applications, deliveries, grants, offers

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row


def offer_by_key(connection: Connection, offer: NewOffer) -> Row[Any] | None:
    """Return the offer under the same idempotency key, or None; refuse another question under it."""
    if offer.key is None:
        return None
    row = connection.execute(select(offers).where(offers.c.key == offer.key)).first()
    if row is not None and row.asked != offer.asked:
        raise StoreError("register.idempotency-mismatch")
    return row


def one_offer(connection: Connection, offer_id: str) -> Row[Any]:
    """Return an offer's row; raise UsageError `register.no-such-offer`."""
    row = connection.execute(select(offers).where(offers.c.id == offer_id)).first()
    if row is None:
        raise UsageError("register.no-such-offer")
    return row


def set_offer(connection: Connection, offer_id: str, **values: Any) -> None:
    """Change members of an offer."""
    connection.execute(update(offers).where(offers.c.id == offer_id).values(**values))


def refusal(
    row: Row[Any] | None, tx_code: bytes | None, wanted: frozenset[str] | None, at: datetime
) -> str | None:
    """Return why a code is not exchanged, or None; digests are compared by the database and here by bytes."""
    if row is None or row.state != OfferState.OPEN or row.expires_at <= at:
        return "register.code-refused"
    if (row.tx_code is None) != (tx_code is None):
        return "register.tx-code-missing" if tx_code is None else "register.tx-code-unexpected"
    if row.tx_code is not None and tx_code != row.tx_code:
        return "register.tx-code-wrong"
    return None if wanted is None or row.doc_type in wanted else "register.type-not-offered"


def count_try(connection: Connection, row: Row[Any], *, most_tries: int, who: str, at: datetime) -> None:
    """Count a wrong transaction code, and lock the offer at the last one."""
    values: dict[str, Any] = {"tries": row.tries + 1}
    if row.tries + 1 >= most_tries:
        values["state"] = OfferState.LOCKED.value
        facts: dict[str, Fact] = {"tries": row.tries + 1}
        act = acts.Act(
            at=at,
            who=who,
            action="lock-offer",
            target=row.id,
            why="wrong-codes",
            facts=facts,
            about=acts.About(row.subject, row.doc_type),
        )
        acts.append(connection, act)
    set_offer(connection, row.id, **values)


def all_withdrawn(connection: Connection, grant_id: str) -> bool:
    """Tell whether something was issued under a grant and no copy of it is valid any more."""
    copies, entries = tables.credentials, tables.status_entries
    here = and_(entries.c.list_id == copies.c.list_id, entries.c.idx == copies.c.idx)
    issued = (
        select(entries.c.status)
        .select_from(copies.join(entries, here).join(deliveries, deliveries.c.batch_id == copies.c.batch_id))
        .where(deliveries.c.grant_id == grant_id)
    )
    found = set(connection.execute(issued.distinct()).scalars())
    return bool(found) and 0 not in found


def spend(connection: Connection, digest: bytes, expires_at: datetime, at: datetime) -> None:
    """Use up a nonce that is proven by itself: its digest is written down the first time that it comes."""
    nonces = tables.nonces
    if connection.execute(select(nonces.c.digest).where(nonces.c.digest == digest)).first() is not None:
        raise StoreError("register.nonce-used")
    row = {"digest": digest, "expires_at": expires_at, "used_at": at}
    connection.execute(insert(nonces), [row])


def take_copies(connection: Connection, grant_id: str, count: int) -> None:
    """Take copies from what a grant has left; raise StoreError `register.grant-used`."""
    enough = and_(grants.c.id == grant_id, grants.c.copies_left >= count, grants.c.ended_at.is_(None))
    taken = update(grants).where(enough).values(copies_left=grants.c.copies_left - count)
    if not connection.execute(taken).rowcount:
        raise StoreError("register.grant-used")


def issued(connection: Connection, application_id: str, batch_id: str, at: datetime) -> None:
    """Write down that an approved application was issued; raise StoreError `register.grant-used`."""
    state = and_(applications.c.id == application_id, applications.c.state == ApplicationState.APPROVED.value)
    values = {"state": ApplicationState.ISSUED.value, "batch_id": batch_id, "issued_at": at}
    if not connection.execute(update(applications).where(state).values(**values)).rowcount:
        raise StoreError("register.grant-used")


def to_offer(row: Row[Any]) -> Offer:
    """Return a row as an offer."""
    return Offer(
        offer_id=row.id,
        doc_type=row.doc_type,
        subject=row.subject,
        copies=row.copies,
        needs_code=row.tx_code is not None,
        needs_decision=bool(row.needs_decision),
        tries=row.tries,
        state=OfferState(row.state),
        who=row.who,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def to_grant(row: Row[Any], offer: Row[Any]) -> Grant:
    """Return a row and its offer as a grant."""
    return Grant(
        grant_id=row.id,
        offer_id=offer.id,
        doc_type=offer.doc_type,
        subject=offer.subject,
        copies=offer.copies,
        copies_left=row.copies_left,
        needs_decision=bool(offer.needs_decision),
        rounds=row.rounds,
        round_at=row.round_at,
        access_until=row.access_until,
        identified=bool(row.identified),
    )


def to_application(row: Row[Any]) -> Application:
    """Return a row as an application."""
    return Application(
        application_id=row.id,
        grant_id=row.grant_id,
        doc_type=row.doc_type,
        subject=row.subject,
        copies=row.copies,
        state=ApplicationState(row.state),
        created_at=row.created_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        reason=row.reason,
        batch_id=row.batch_id,
        issued_at=row.issued_at,
        request=row.request,
        device_keys=row.device_keys,
    )
