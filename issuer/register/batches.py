"""What was issued: recorded together with its act, in one transaction, before anything leaves."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, insert, select

from counterproof.mdoc.errors import Fact, StoreError, UsageError
from issuer.register import acts, nonces, tables
from issuer.register.model import (
    BatchFacts,
    BatchRecord,
    BatchSummary,
    CredentialFacts,
    Recorded,
    Status,
    check_digest,
    check_name,
)
from issuer.register.signing import check_signer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy import Connection, Row, Select

_ID_BYTES = 10
_MAX_COPIES = 200
_MAX_PAGE = 1000
_FETCH = 10_000


def record(
    connection: Connection, batch: BatchRecord, at: datetime, random: Callable[[int], bytes]
) -> Recorded:
    """Write a batch, its copies, its act and its nonce's use; nothing where the request was answered before.

    Raises UsageError for what has the wrong form, StoreError `register.idempotency-mismatch`,
    `register.nonce-*`, `register.no-such-signer`, `register.signer-retired`, `register.signer-withdrawn`,
    `register.outlives-signer`, `register.index-not-allocated`, `register.device-key-used`,
    `register.clock-back`.
    """
    _check_form(batch)
    acts.lock(connection)
    earlier = _answered(connection, batch)
    if earlier is not None:
        return earlier
    if batch.nonce is not None:
        nonces.use(connection, batch.nonce, at)
    check_signer(connection, batch.signer, batch.valid_until, at)
    _check_copies(connection, batch)
    batch_id = base64.b32encode(random(_ID_BYTES)).decode().lower()
    facts: dict[str, Fact] = {
        "doc_type": batch.doc_type,
        "copies": len(batch.credentials),
        "list": batch.list_id,
    }
    about = acts.About(batch.subject, batch.doc_type, batch_id, acts.new_salt())
    act = acts.append(
        connection,
        acts.Act(
            at=at,
            who=batch.who,
            action="issue",
            target=batch_id,
            why=batch.why,
            facts=facts,
            about=about,
        ),
    )
    _insert(connection, batch, act, at, about)
    return Recorded(batch_id=batch_id, new=True, reply=batch.reply)


def find(connection: Connection, key: str, request_digest: bytes) -> Recorded | None:
    """Return what was recorded under an idempotency key, or None.

    Raises StoreError `register.idempotency-mismatch` where the key was used for another request.
    """
    rows = tables.idempotency
    row = connection.execute(select(rows).where(rows.c.key == _key(key))).first()
    if row is None:
        return None
    if row.request != request_digest:
        raise StoreError("register.idempotency-mismatch")
    return Recorded(batch_id=row.batch_id, new=False, reply=row.reply)


def _answered(connection: Connection, batch: BatchRecord) -> Recorded | None:
    if batch.idempotency_key is None or batch.request_digest is None:
        return None
    return find(connection, batch.idempotency_key, batch.request_digest)


def _key(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def _check_form(batch: BatchRecord) -> None:
    check_name("subject", batch.subject)
    check_name("doc_type", batch.doc_type, 128)
    if not 1 <= len(batch.credentials) <= _MAX_COPIES:
        raise UsageError("register.bad-count", most=_MAX_COPIES)
    for credential in batch.credentials:
        check_digest("mso_digest", credential.mso_digest)
        check_digest("device_key", credential.device_key)
    if (batch.idempotency_key is None) != (batch.request_digest is None):
        raise UsageError("register.bad-digest", what="request_digest", length=0)
    if batch.request_digest is not None:
        check_digest("request_digest", batch.request_digest)
    if not batch.valid_from < batch.valid_until:
        raise UsageError("register.bad-validity")


def _check_copies(connection: Connection, batch: BatchRecord) -> None:
    """Every index was allocated and is unused, every device key and MSO is new to this register."""
    entries, credentials = tables.status_entries, tables.credentials
    wanted = {credential.index for credential in batch.credentials}
    allocated = connection.execute(
        select(func.count()).where(entries.c.list_id == batch.list_id, entries.c.idx.in_(wanted))
    ).scalar_one()
    used = connection.execute(
        select(func.count()).where(credentials.c.list_id == batch.list_id, credentials.c.idx.in_(wanted))
    ).scalar_one()
    if len(wanted) != len(batch.credentials) or allocated != len(wanted) or used:
        raise StoreError("register.index-not-allocated")
    _check_new(
        connection,
        credentials.c.device_key,
        [c.device_key for c in batch.credentials],
        "register.device-key-used",
    )
    _check_new(
        connection, credentials.c.mso_digest, [c.mso_digest for c in batch.credentials], "register.mso-used"
    )


def _check_new(connection: Connection, column: Any, values: list[bytes], code: str) -> None:
    seen = connection.execute(select(column).where(column.in_(values)).limit(1)).first()
    if seen is not None or len(set(values)) != len(values):
        raise StoreError(code)


def _insert(connection: Connection, batch: BatchRecord, act: int, at: datetime, about: acts.About) -> None:
    batch_id = about.batch_id
    row = {
        "id": batch_id,
        "act": act,
        "doc_type": batch.doc_type,
        "doc_type_version": batch.doc_type_version,
        "subject": batch.subject,
        "signer": batch.signer,
        "valid_from": batch.valid_from,
        "valid_until": batch.valid_until,
        "issued_at": at,
        "copies": len(batch.credentials),
        "salt": about.salt,
    }
    connection.execute(insert(tables.batches), [row])
    copies = [
        {
            "batch_id": batch_id,
            "number": number,
            "mso_digest": credential.mso_digest,
            "device_key": credential.device_key,
            "list_id": batch.list_id,
            "idx": credential.index,
        }
        for number, credential in enumerate(batch.credentials, 1)
    ]
    connection.execute(insert(tables.credentials), copies)
    if batch.idempotency_key is not None:
        kept = {
            "key": _key(batch.idempotency_key),
            "request": batch.request_digest,
            "batch_id": batch_id,
            "reply": batch.reply,
            "recorded_at": at,
        }
        connection.execute(insert(tables.idempotency), [kept])


def summaries(
    connection: Connection,
    *,
    doc_type: str | None = None,
    subject: str | None = None,
    status: Status | None = None,
    after: int = 0,
    limit: int = 100,
) -> tuple[BatchSummary, ...]:
    """Return batches in the order of issue, from behind act number `after`, at most `limit` (1,000)."""
    batches = tables.batches
    query = _summary_query().where(batches.c.act > after).order_by(batches.c.act)
    if doc_type is not None:
        query = query.where(batches.c.doc_type == doc_type)
    if subject is not None:
        query = query.where(batches.c.subject == subject)
    if status is not None:
        copies, entries = tables.credentials, tables.status_entries
        here = and_(entries.c.list_id == copies.c.list_id, entries.c.idx == copies.c.idx)
        having = select(copies.c.batch_id).join(entries, here).where(entries.c.status == int(status))
        query = query.where(batches.c.id.in_(having))
    rows = connection.execute(query.limit(max(1, min(limit, _MAX_PAGE))))
    return tuple(_summary(row) for row in rows)


def facts(connection: Connection, batch_id: str) -> BatchFacts:
    """Return a batch with its copies; raise UsageError `register.no-such-credential`."""
    row = connection.execute(_summary_query().where(tables.batches.c.id == batch_id)).first()
    if row is None:
        raise UsageError("register.no-such-credential")
    copies, entries = tables.credentials, tables.status_entries
    here = and_(entries.c.list_id == copies.c.list_id, entries.c.idx == copies.c.idx)
    query = (
        select(copies, entries.c.status, entries.c.reason, entries.c.updated_at)
        .join(entries, here)
        .where(copies.c.batch_id == batch_id)
        .order_by(copies.c.number)
    )
    return BatchFacts(
        summary=_summary(row), credentials=tuple(_credential(each) for each in connection.execute(query))
    )


def signed_by(connection: Connection, fingerprint: bytes) -> tuple[int, int]:
    """Return how many batches, and how many credentials in them, a signer signed."""
    batches = tables.batches
    query = select(func.count(), func.coalesce(func.sum(batches.c.copies), 0))
    found = connection.execute(query.where(batches.c.signer == fingerprint)).one()
    return int(found[0]), int(found[1])


def digests_of(connection: Connection, fingerprint: bytes) -> Iterator[bytes]:
    """Yield SHA-256 of the MSO bytes of every document that a signer signed, in no order."""
    copies, batches = tables.credentials, tables.batches
    query = (
        select(copies.c.mso_digest)
        .join(batches, batches.c.id == copies.c.batch_id)
        .where(batches.c.signer == fingerprint)
    )
    for row in connection.execution_options(yield_per=_FETCH).execute(query):
        yield row.mso_digest


def _summary_query() -> Select[Any]:
    batches, copies, entries = tables.batches, tables.credentials, tables.status_entries
    here = and_(entries.c.list_id == copies.c.list_id, entries.c.idx == copies.c.idx)

    def number_of(status: Status) -> Any:
        having = (copies.c.batch_id == batches.c.id, entries.c.status == int(status))
        return select(func.count()).select_from(copies.join(entries, here)).where(*having).scalar_subquery()

    return select(
        batches,
        number_of(Status.REVOKED).label("revoked"),
        number_of(Status.SUSPENDED).label("suspended"),
    )


def _summary(row: Row[Any]) -> BatchSummary:
    return BatchSummary(
        batch_id=row.id,
        act=row.act,
        doc_type=row.doc_type,
        doc_type_version=row.doc_type_version,
        subject=row.subject,
        signer=row.signer,
        issued_at=row.issued_at,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        copies=row.copies,
        revoked=row.revoked,
        suspended=row.suspended,
    )


def _credential(row: Row[Any]) -> CredentialFacts:
    return CredentialFacts(
        credential_id=f"{row.batch_id}.{row.number}",
        mso_digest=row.mso_digest,
        device_key=row.device_key,
        list_id=row.list_id,
        index=row.idx,
        status=Status(row.status),
        reason=row.reason,
        updated_at=row.updated_at,
    )
