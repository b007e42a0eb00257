"""The status of what was issued: revoked is for ever, suspended can be taken back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import func, select, tuple_, update

from counterproof.mdoc.errors import StoreError, UsageError
from issuer.register import acts, indices, tables
from issuer.register.model import Counts, Status, check_reason

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

TARGET = re.compile(r"([a-z2-7]{16})(?:\.([1-9][0-9]{0,2}))?")
ACTIONS = {Status.VALID: "reinstate", Status.REVOKED: "revoke", Status.SUSPENDED: "suspend"}
_FETCH = 10_000


def parse_target(target: str) -> tuple[str, int | None]:
    """Return batch id and number (None: all copies); raise UsageError `register.no-such-credential`."""
    match = TARGET.fullmatch(target)
    if match is None:
        raise UsageError("register.no-such-credential")
    return match[1], int(match[2]) if match[2] else None


def set_status(
    connection: Connection, target: str, status: Status, *, reason: str, who: str, at: datetime
) -> int:
    """Set the status of a copy, or of every copy of a batch; return how many changed.

    In a batch, copies that are revoked already stay so and are passed over. Raises UsageError
    `register.no-such-credential` or `register.bad-reason`, StoreError `register.already-revoked`,
    `register.already-suspended`, `register.not-suspended`, `register.no-suspension` (a one-bit list has only
    valid and invalid), `register.clock-back`.
    """
    check_reason(reason)
    batch_id, number = parse_target(target)
    acts.lock(connection)
    found = _statuses(connection, batch_id, number)
    if status is Status.SUSPENDED:
        _check_suspension(connection, {list_id for list_id, _, _ in found})
    changing = [(list_id, index) for list_id, index, now in found if _may_change(Status(now), status)]
    if not changing:
        raise StoreError(_refusal({Status(now) for _, _, now in found}, status))
    facts = {"copies": len(changing), "status": int(status)}
    acts.append(
        connection,
        acts.Act(
            at=at,
            who=who,
            action=ACTIONS[status],
            target=target,
            why=reason,
            facts=facts,
            about=_about(connection, batch_id),
        ),
    )
    entries = tables.status_entries
    connection.execute(
        update(entries)
        .where(tuple_(entries.c.list_id, entries.c.idx).in_(changing))
        .values(status=int(status), reason=reason, updated_at=at)
    )
    return len(changing)


def _about(connection: Connection, batch_id: str) -> acts.About | None:
    """Return whose batch this is, or None where that was erased."""
    batches = tables.batches
    query = select(batches.c.subject, batches.c.doc_type).where(batches.c.id == batch_id)
    row = connection.execute(query).one()
    return acts.About(row.subject, row.doc_type, batch_id) if row.subject else None


def _statuses(connection: Connection, batch_id: str, number: int | None) -> list[tuple[int, int, int]]:
    copies, entries = tables.credentials, tables.status_entries
    query = (
        select(entries.c.list_id, entries.c.idx, entries.c.status)
        .join(copies, (entries.c.list_id == copies.c.list_id) & (entries.c.idx == copies.c.idx))
        .where(copies.c.batch_id == batch_id)
        .order_by(copies.c.number)
        .with_for_update()
    )
    if number is not None:
        query = query.where(copies.c.number == number)
    rows = [(row.list_id, row.idx, row.status) for row in connection.execute(query)]
    if not rows:
        raise UsageError("register.no-such-credential")
    return rows


def _may_change(now: Status, wanted: Status) -> bool:
    if wanted is Status.VALID:
        return now is Status.SUSPENDED
    return now is not Status.REVOKED and now is not wanted


def _refusal(now: set[Status], wanted: Status) -> str:
    if now == {Status.REVOKED}:
        return "register.already-revoked"
    return "register.not-suspended" if wanted is Status.VALID else "register.already-suspended"


def _check_suspension(connection: Connection, lists: set[int]) -> None:
    if any(indices.locked(connection, list_id).bits == 1 for list_id in sorted(lists)):
        raise StoreError("register.no-suspension")


def status_bytes(connection: Connection, list_id: int) -> bytearray:
    """Return a whole list packed: entry i of width b in bits i*b..i*b+b-1, least significant bit first.

    Source: draft-ietf-oauth-status-list, 4.1. Only entries that are not valid are read, by an index
    of their own: the cost is that of the revocations and not of the list.
    """
    lists, entries = tables.status_lists, tables.status_entries
    row = connection.execute(select(lists.c.size, lists.c.bits).where(lists.c.id == list_id)).first()
    if row is None:
        raise UsageError("register.no-such-list", list=list_id)
    size, bits = row
    packed = bytearray(size * bits // 8)
    query = select(entries.c.idx, entries.c.status).where(entries.c.list_id == list_id, entries.c.status != 0)
    result = connection.execution_options(yield_per=_FETCH).execute(query)
    for partition in result.partitions():
        for index, status in partition:
            position = index * bits
            packed[position >> 3] |= status << (position & 7)
    return packed


def counts(connection: Connection) -> Counts:
    """Return how much the register holds."""
    entries = tables.status_entries

    def with_status(status: Status) -> int:
        query = select(func.count()).where(entries.c.status == int(status), entries.c.status != 0)
        return connection.execute(query).scalar_one()

    return Counts(
        batches=connection.execute(select(func.count()).select_from(tables.batches)).scalar_one(),
        credentials=connection.execute(
            select(func.coalesce(func.sum(tables.batches.c.copies), 0))
        ).scalar_one(),
        revoked=with_status(Status.REVOKED),
        suspended=with_status(Status.SUSPENDED),
        acts=acts.head(connection).seq,
    )
