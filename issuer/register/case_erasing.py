"""Forgetting whom offers and applications were for, and what was noted of them, when their term is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, or_, select, update

from issuer.register import acts, tables
from issuer.register.console_tables import notes
from issuer.register.online_model import ApplicationState, OfferState
from issuer.register.online_tables import applications, deliveries, grants, offers

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from counterproof.mdoc.errors import Fact

_AT_ONCE = 500


def due(connection: Connection, doc_type: str, before: datetime) -> int:
    """Return of how many offers, that were over before a time, the person is still known."""
    count = select(func.count()).select_from(offers).where(*_over(doc_type, before))
    return int(connection.execute(count).scalar_one())


def erase(connection: Connection, doc_type: str, before: datetime, *, who: str, at: datetime) -> int:
    """Erase whom some offers were for: applications, notes, kept answers and ways to renew go with them.

    Notes of batches whose person was erased go as well. Returns how many offers, 0 when there are no more.
    """
    acts.lock(connection)
    _erase_loose_notes(connection, doc_type)
    query = select(offers.c.id).where(*_over(doc_type, before)).limit(_AT_ONCE)
    chosen = list(connection.execute(query).scalars())
    if not chosen:
        return 0
    theirs = select(grants.c.id).where(grants.c.offer.in_(chosen))
    nobody = {"subject": "", "sealed": None, "key": None, "asked": None}
    connection.execute(update(offers).where(offers.c.id.in_(chosen)).values(**nobody))
    connection.execute(
        update(applications).where(applications.c.grant_id.in_(theirs)).values(subject="", device_keys=b"")
    )
    ending = and_(grants.c.offer.in_(chosen), grants.c.ended_at.is_(None))
    connection.execute(update(grants).where(ending).values(ended_at=at))
    connection.execute(delete(notes).where(notes.c.case_id.in_(chosen)))
    facts: dict[str, Fact] = {"doc_type": doc_type, "offers": len(chosen)}
    act = acts.Act(at=at, who=who, action="erase", target="offers", why="retention", facts=facts)
    acts.append(connection, act)
    return len(chosen)


def _over(doc_type: str, before: datetime) -> tuple[Any, ...]:
    """Say which offers are over: nothing of them is open, and everything that came of them has ended."""
    theirs = grants.c.offer == offers.c.id
    alive = (
        select(deliveries.c.batch_id)
        .join(grants, grants.c.id == deliveries.c.grant_id)
        .join(tables.batches, tables.batches.c.id == deliveries.c.batch_id)
        .where(theirs, tables.batches.c.valid_until >= before)
    )
    undecided = (
        select(applications.c.id)
        .join(grants, grants.c.id == applications.c.grant_id)
        .where(theirs, applications.c.state == ApplicationState.WAITING.value)
    )
    fresh = select(grants.c.id).where(theirs, grants.c.round_at >= before)
    return (
        offers.c.doc_type == doc_type,
        offers.c.subject != "",
        offers.c.expires_at < before,
        ~alive.exists(),
        ~undecided.exists(),
        or_(offers.c.state != OfferState.REDEEMED.value, ~fresh.exists()),
    )


def _erase_loose_notes(connection: Connection, doc_type: str) -> None:
    """Erase the notes of batches that came of no offer, and whose person is erased."""
    issued = tables.batches
    gone = select(issued.c.id).where(
        issued.c.id == notes.c.case_id, issued.c.doc_type == doc_type, issued.c.subject == ""
    )
    connection.execute(delete(notes).where(gone.exists()))
