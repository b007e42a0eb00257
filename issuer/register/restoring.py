"""What the register does after an old copy of it was put back, and how it forgets people in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, insert, select, update

from issuer.register import acts, indices, tables
from issuer.register.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from counterproof.mdoc.errors import Fact

_CHUNK = 500


def close_lists(
    connection: Connection,
    uris: Sequence[tuple[str, int]],
    *,
    size: int,
    lost: int,
    who: str,
    at: datetime,
) -> None:
    """Close every list for new places and begin others: `uris` are their names and widths."""
    lists = tables.status_lists
    acts.lock(connection)
    closed = connection.execute(
        update(lists).where(lists.c.closed_at.is_(None)).values(closed_at=at)
    ).rowcount
    for uri, bits in uris:
        indices.create_list(connection, uri, size, bits, at)
    facts: dict[str, Fact] = {"closed": closed, "begun": len(uris), "lost": lost}
    act = acts.Act(at=at, who=who, action="restore", target="register", why="restored", facts=facts)
    acts.append(connection, act)


def take_back(
    connection: Connection, list_id: int, wanted: Mapping[int, Status], *, who: str, at: datetime
) -> int:
    """Set what a published list said where the register does not; return how many places changed.

    A place that this copy knows a credential of gets an act of its own; one that it knows nothing of is
    marked all the same, so that the list goes on saying so.
    """
    changed = 0
    ordered = sorted(wanted)
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        changed += _take_back_some(connection, list_id, {each: wanted[each] for each in chunk}, who, at)
    return changed


def _take_back_some(
    connection: Connection, list_id: int, wanted: Mapping[int, Status], who: str, at: datetime
) -> int:
    entries, copies, batches = tables.status_entries, tables.credentials, tables.batches
    here = and_(copies.c.list_id == entries.c.list_id, copies.c.idx == entries.c.idx)
    query = (
        select(
            entries.c.idx,
            entries.c.status,
            copies.c.batch_id,
            copies.c.number,
            batches.c.subject,
            batches.c.doc_type,
        )
        .select_from(entries.outerjoin(copies, here).outerjoin(batches, batches.c.id == copies.c.batch_id))
        .where(entries.c.list_id == list_id, entries.c.idx.in_(list(wanted)))
    )
    rows = {row.idx: row for row in connection.execute(query)}
    unknown = [index for index in wanted if index not in rows]
    if unknown:
        made = [
            {"list_id": list_id, "idx": i, "status": int(wanted[i]), "reason": "restored", "updated_at": at}
            for i in unknown
        ]
        connection.execute(insert(entries), made)
    differing = [row for row in rows.values() if Status(row.status) < wanted[row.idx] or row.status == 0]
    every = [_act(row, wanted[row.idx], who, at) for row in differing if row.batch_id is not None]
    if every:
        acts.append_all(connection, every)
    for row in differing:
        connection.execute(
            update(entries)
            .where(entries.c.list_id == list_id, entries.c.idx == row.idx)
            .values(status=int(wanted[row.idx]), reason="restored", updated_at=at)
        )
    return len(unknown) + len(differing)


def _act(row: Any, status: Status, who: str, at: datetime) -> acts.Act:
    return acts.Act(
        at=at,
        who=who,
        action="revoke" if status is Status.REVOKED else "suspend",
        target=f"{row.batch_id}.{row.number}",
        why="restored",
        facts={"copies": 1, "status": int(status)},
        about=acts.About(row.subject, row.doc_type, row.batch_id) if row.subject else None,
    )


def due(connection: Connection, doc_type: str, before: datetime) -> int:
    """Return of how many batches of a type, that ended before a time, the person is still known."""
    return int(connection.execute(select(func.count()).where(*_ended(doc_type, before))).scalar_one())


def erase(
    connection: Connection, doc_type: str, before: datetime, *, who: str, at: datetime, limit: int
) -> int:
    """Erase who up to `limit` batches of a type were for, and their sealed replies; return how many.

    Entries of the log about these people lose their link as well; the log itself stays as it is. Acts about
    somebody to whom nothing was issued are forgotten when they are as old.
    """
    batches, links = tables.batches, tables.log_subjects
    acts.lock(connection)
    query = select(batches.c.id).where(*_ended(doc_type, before)).order_by(batches.c.act).limit(limit)
    chosen = list(connection.execute(query).scalars())
    for start in range(0, len(chosen), _CHUNK):
        some = chosen[start : start + _CHUNK]
        connection.execute(update(batches).where(batches.c.id.in_(some)).values(subject="", salt=None))
        connection.execute(delete(links).where(links.c.batch_id.in_(some)))
        connection.execute(delete(tables.idempotency).where(tables.idempotency.c.batch_id.in_(some)))
    old = select(tables.log.c.seq).where(tables.log.c.at < before)
    loose = delete(links).where(
        links.c.batch_id.is_(None), links.c.doc_type == doc_type, links.c.seq.in_(old)
    )
    forgotten = connection.execute(loose).rowcount
    if chosen or forgotten:
        facts: dict[str, Fact] = {"doc_type": doc_type, "batches": len(chosen), "others": forgotten}
        act = acts.Act(at=at, who=who, action="erase", target="persons", why="retention", facts=facts)
        acts.append(connection, act)
    return len(chosen)


def _ended(doc_type: str, before: datetime) -> tuple[Any, ...]:
    batches = tables.batches
    return batches.c.doc_type == doc_type, batches.c.valid_until < before, batches.c.subject != ""
