"""Cases: everything about one matter, gathered from where it lies; only notes are kept for cases alone.

A matter is an offer and what came of it, or a batch that was issued without one. It is found by the name of
the offer, of its application, of a batch or of a copy.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from counterproof.mdoc.errors import UsageError
from issuer.register import acts, batches, case_erasing, online_rows, tables
from issuer.register.console_model import Note, NoteKind
from issuer.register.console_tables import notes
from issuer.register.online_tables import applications, deliveries, grants, offers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from counterproof.mdoc.errors import Fact
    from issuer.register.model import BatchFacts
    from issuer.register.online_model import Application, Offer
    from issuer.register.store import Store

MOST_TEXT = 2000

_ID_BYTES, _SALT = 10, 16
_PAGE, _MAX_PAGE = 500, 1000
_DOMAIN = b"counterproof register note v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A batch that left under an offer; `event` is what the wallet said of it."""

    batch_id: str
    issued_at: datetime
    event: str | None
    event_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the log as it was hashed: `before` is the hash of the entry in front of it."""

    seq: int
    at: datetime
    who: str
    authority: str | None
    action: str
    target: str
    why: str
    details: str
    before: bytes
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A whole case; `subject` is empty once the person was erased."""

    case_id: str
    subject: str
    doc_type: str
    offer: Offer | None
    applications: tuple[Application, ...]
    deliveries: tuple[Delivery, ...]
    batches: tuple[BatchFacts, ...]
    notes: tuple[Note, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """A case in a list; `state` is that of its offer, or `issued` where there was none."""

    case_id: str
    subject: str
    doc_type: str
    begun_at: datetime
    state: str
    who: str


class CaseRegister:
    """The cases of one register."""

    def __init__(self, store: Store, random: Callable[[int], bytes]) -> None:
        self._store = store
        self._random = random

    def find(self, name: str) -> str:
        """Return the case that a name belongs to; raise UsageError `register.no-such-case`."""
        with self._store.read() as connection:
            return _resolve(connection, name)

    def matter(self, name: str) -> Matter:
        """Return a whole case; raise UsageError `register.no-such-case`."""
        with self._store.read() as connection:
            return _matter(connection, _resolve(connection, name))

    def cases(
        self, *, subject: str | None = None, doc_type: str | None = None, limit: int = 50
    ) -> tuple[CaseSummary, ...]:
        """Return cases, the newest first."""
        most = max(1, min(limit, _MAX_PAGE))
        with self._store.read() as connection:
            found = [
                *_offered(connection, subject, doc_type, most),
                *_handed(connection, subject, doc_type, most),
            ]
        return tuple(sorted(found, key=lambda each: each.begun_at, reverse=True)[:most])

    def add_note(self, name: str, kind: NoteKind, text: str, *, who: str, at: datetime) -> Note:
        """Write a note; the log has a salted hash of its text, which says nothing once both are erased.

        Raises UsageError `register.no-such-case`, `register.bad-note`.
        """
        cleaned = text.replace("\r\n", "\n").strip()
        if (
            not 1 <= len(cleaned) <= MOST_TEXT
            or not cleaned.replace("\n", "").replace("\t", "").isprintable()
        ):
            raise UsageError("register.bad-note", most=MOST_TEXT)
        note_id, salt = base64.b32encode(self._random(_ID_BYTES)).decode().lower(), self._random(_SALT)
        with self._store.write() as connection:
            acts.lock(connection)
            case_id = _resolve(connection, name)
            facts: dict[str, Fact] = {"kind": kind.value, "text": _mark(salt, cleaned)}
            act = acts.Act(
                at=at,
                who=who,
                action="note",
                target=case_id,
                why="noted",
                facts=facts,
                about=_about(connection, case_id),
            )
            seq = acts.append(connection, act)
            row = {
                "id": note_id,
                "case_id": case_id,
                "act": seq,
                "kind": kind.value,
                "text": cleaned,
                "salt": salt,
            }
            connection.execute(insert(notes), [row])
        return Note(note_id=note_id, kind=kind, text=cleaned, act=seq, intact=True)

    def log_export(self, name: str, *, who: str, at: datetime) -> int:
        """Write down that a case was taken out of here, signed."""
        with self._store.write() as connection:
            case_id = _resolve(connection, name)
            about = _about(connection, case_id)
            act = acts.Act(
                at=at, who=who, action="export-case", target=case_id, why="exported", facts={}, about=about
            )
            return acts.append(connection, act)

    def ending(self, after: datetime, until: datetime) -> dict[str, int]:
        """Return docType -> how many documents end between two times, whatever their status."""
        issued = tables.batches
        query = (
            select(issued.c.doc_type, func.count())
            .where(issued.c.valid_until > after, issued.c.valid_until <= until)
            .group_by(issued.c.doc_type)
            .order_by(issued.c.doc_type)
        )
        with self._store.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def due(self, doc_type: str, before: datetime) -> int:
        """Return of how many offers, that were over before a time, the person is still known."""
        with self._store.read() as connection:
            return case_erasing.due(connection, doc_type, before)

    def erase(self, doc_type: str, before: datetime, *, who: str, at: datetime) -> int:
        """Erase whom some offers were for, with all that hangs on them; return how many, 0 at the end."""
        with self._store.write() as connection:
            return case_erasing.erase(connection, doc_type, before, who=who, at=at)


def _resolve(connection: Connection, name: str) -> str:
    wanted = name.strip().partition(".")[0]
    if connection.execute(select(offers.c.id).where(offers.c.id == wanted)).first() is not None:
        return wanted
    of_grant = select(grants.c.offer)
    applied = of_grant.join(applications, applications.c.grant_id == grants.c.id)
    delivered = of_grant.join(deliveries, deliveries.c.grant_id == grants.c.id)
    for query in (
        applied.where(applications.c.id == wanted),
        delivered.where(deliveries.c.batch_id == wanted),
        select(tables.batches.c.id).where(tables.batches.c.id == wanted),
    ):
        found = connection.execute(query).scalar()
        if found is not None:
            return str(found)
    raise UsageError("register.no-such-case")


def _matter(connection: Connection, case_id: str) -> Matter:
    offer = connection.execute(select(offers).where(offers.c.id == case_id)).first()
    applied, delivered = _of_offer(connection, case_id)
    ids = [each.batch_id for each in delivered] or ([] if offer is not None else [case_id])
    issued = tuple(batches.facts(connection, each) for each in ids)
    subject = offer.subject if offer is not None else issued[0].summary.subject
    names = {case_id, *ids, *(each.application_id for each in applied)}
    entries = _entries(connection, names, subject, [each.summary.act for each in issued])
    return Matter(
        case_id=case_id,
        subject=subject,
        doc_type=offer.doc_type if offer is not None else issued[0].summary.doc_type,
        offer=None if offer is None else online_rows.to_offer(offer),
        applications=applied,
        deliveries=delivered,
        batches=issued,
        notes=_notes(connection, case_id),
        entries=entries,
    )


def _of_offer(connection: Connection, case_id: str) -> tuple[tuple[Application, ...], tuple[Delivery, ...]]:
    grant = connection.execute(select(grants.c.id).where(grants.c.offer == case_id)).scalar()
    if grant is None:
        return (), ()
    applied = select(applications).where(applications.c.grant_id == grant)
    delivered = select(deliveries).where(deliveries.c.grant_id == grant)
    return (
        tuple(
            online_rows.to_application(row)
            for row in connection.execute(applied.order_by(applications.c.created_at))
        ),
        tuple(
            Delivery(batch_id=row.batch_id, issued_at=row.issued_at, event=row.event, event_at=row.event_at)
            for row in connection.execute(delivered.order_by(deliveries.c.issued_at, deliveries.c.batch_id))
        ),
    )


def _entries(connection: Connection, names: set[str], subject: str, issues: list[int]) -> tuple[Entry, ...]:
    """Return the entries about this person that name this matter; of an erased one, that it was issued."""
    numbers, after = set(issues), 0
    while subject:
        page = acts.about(connection, subject, after, _PAGE)
        numbers |= {each.seq for each in page if each.act.target.partition(".")[0] in names}
        if len(page) < _PAGE:
            break
        after = page[-1].seq
    log, found = tables.log, []
    for seq in sorted(numbers):
        row = connection.execute(select(log).where(log.c.seq == seq)).one()
        before = connection.execute(select(log.c.hash).where(log.c.seq == seq - 1)).scalar()
        found.append(_entry(row, before or b""))
    return tuple(found)


def _entry(row: Row[Any], before: bytes) -> Entry:
    return Entry(
        seq=row.seq,
        at=row.at,
        who=row.actor,
        authority=row.authority,
        action=row.action,
        target=row.target,
        why=row.reason,
        details=row.details,
        before=before,
        digest=row.hash,
    )


def _notes(connection: Connection, case_id: str) -> tuple[Note, ...]:
    query = (
        select(notes, tables.log.c.details)
        .join(tables.log, tables.log.c.seq == notes.c.act)
        .where(notes.c.case_id == case_id)
        .order_by(notes.c.act)
    )
    return tuple(
        Note(
            note_id=row.id,
            kind=NoteKind(row.kind),
            text=row.text,
            act=row.act,
            intact=f'"text":"{_mark(row.salt, row.text)}"' in row.details,
        )
        for row in connection.execute(query)
    )


def _about(connection: Connection, case_id: str) -> acts.About | None:
    offer = connection.execute(select(offers).where(offers.c.id == case_id)).first()
    if offer is not None:
        return acts.About(offer.subject, offer.doc_type) if offer.subject else None
    row = connection.execute(select(tables.batches).where(tables.batches.c.id == case_id)).one()
    return acts.About(row.subject, row.doc_type, case_id) if row.subject else None


def _mark(salt: bytes, text: str) -> str:
    return hmac.new(salt, _DOMAIN + text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


def _offered(
    connection: Connection, subject: str | None, doc_type: str | None, limit: int
) -> list[CaseSummary]:
    query = select(offers).order_by(offers.c.created_at.desc(), offers.c.id)
    if subject is not None:
        query = query.where(offers.c.subject == subject)
    if doc_type is not None:
        query = query.where(offers.c.doc_type == doc_type)
    return [
        CaseSummary(
            case_id=row.id,
            subject=row.subject,
            doc_type=row.doc_type,
            begun_at=row.created_at,
            state=row.state,
            who=row.who,
        )
        for row in connection.execute(query.limit(limit))
    ]


def _handed(
    connection: Connection, subject: str | None, doc_type: str | None, limit: int
) -> list[CaseSummary]:
    """Return batches that came of no offer over a network: by files, or in bulk."""
    issued, log = tables.batches, tables.log
    online = select(deliveries.c.batch_id).where(deliveries.c.batch_id == issued.c.id).exists()
    query = select(issued, log.c.actor).join(log, log.c.seq == issued.c.act).where(~online)
    if subject is not None:
        query = query.where(issued.c.subject == subject)
    if doc_type is not None:
        query = query.where(issued.c.doc_type == doc_type)
    return [
        CaseSummary(
            case_id=row.id,
            subject=row.subject,
            doc_type=row.doc_type,
            begun_at=row.issued_at,
            state="issued",
            who=row.actor,
        )
        for row in connection.execute(query.order_by(issued.c.act.desc()).limit(limit))
    ]
