"""Parts of a bulk run: hundreds of batches, each with its act, in one transaction, before the part counts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from counterproof.mdoc.errors import Fact, StoreError
from issuer.register import acts, allowance, tables
from issuer.register.model import check_name
from issuer.register.signing import check_signer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from issuer.register.allowance import Rule

ISSUE = "issue"
_ASKED = 900
"""Values in one question: SQLite takes 32,766, and plans fewer faster."""


@dataclass(frozen=True, slots=True)
class PartRow:
    """One row that was signed; `copies` are digest of the MSO, thumbprint of the device key, index."""

    line: int
    subject: str
    batch_id: str
    nonce: bytes | None
    copies: tuple[tuple[bytes, bytes, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRecord:
    """A part about to count; `digest` is the SHA-256 of its file, `agreed` that of what was to be issued."""

    run: str
    number: int
    digest: bytes
    doc_type: str
    doc_type_version: int
    signer: bytes
    list_id: int
    valid_from: datetime
    valid_until: datetime
    who: str
    agreed: bytes
    rows: Sequence[PartRow] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecordedPart:
    """A part that counts."""

    number: int
    digest: bytes
    rows: int
    credentials: int


def recorded(connection: Connection, run: str) -> tuple[RecordedPart, ...]:
    """Return the parts of a run that count, in order."""
    parts = tables.bulk_parts
    rows = connection.execute(select(parts).where(parts.c.run == run).order_by(parts.c.number))
    return tuple(RecordedPart(row.number, row.digest, row.rows, row.credentials) for row in rows)


def lines_of(connection: Connection, run: str) -> int:
    """Return how many rows of a run count."""
    parts = tables.bulk_parts
    query = select(func.coalesce(func.sum(parts.c.rows), 0)).where(parts.c.run == run)
    return int(connection.execute(query).scalar_one())


def record(connection: Connection, part: PartRecord, rule: Rule, at: datetime) -> Mapping[int, str]:
    """Record a part whole, or nothing: then return the lines that stand in its way, each with a code.

    Such a line has a nonce that is not good any more, or a device key that has a credential by now. Raises
    StoreError `register.part-recorded`, `register.no-such-signer`, `register.signer-*`,
    `register.outlives-signer`, `register.index-not-allocated`, `register.clock-back`, UsageError
    `agency.two-persons` where `rule` lets nobody alone issue to so many, and nobody else agreed to this run.
    """
    acts.lock(connection)
    _check_part(connection, part, at)
    refused = judge(
        connection,
        [(row.line, copy[1]) for row in part.rows for copy in row.copies],
        [(row.line, row.nonce) for row in part.rows if row.nonce is not None],
        at,
    )
    if refused:
        return refused
    _check_places(connection, part)
    numbers = _log(connection, part, at)
    here = len(part.rows)
    wanted = issuing(part.run, part.agreed, here, lines_of(connection, part.run) + here)
    allowance.allow(connection, wanted, rule=rule, who=part.who, at=at)
    _insert(connection, part, numbers, at)
    return {}


def issuing(run: str, agreed: bytes, people: int, total: int) -> allowance.Wanted:
    """Return what a second person agrees to: this run of this table, to so many people in all."""
    return allowance.Wanted(kind=ISSUE, name=run, digest=agreed, documents=people, total=total)


def judge(
    connection: Connection,
    keys: Iterable[tuple[int, bytes]],
    nonces: Iterable[tuple[int, bytes]],
    at: datetime,
) -> dict[int, str]:
    """Return the lines whose device key is used or whose nonce is not good, each with a code."""
    refused: dict[int, str] = {}
    column = tables.credentials.c.device_key
    owners = {key: line for line, key in keys}
    for some in _chunks(list(owners)):
        for key in connection.execute(select(column).where(column.in_(some))).scalars():
            refused[owners[key]] = "register.device-key-used"
    wanted = {hashlib.sha256(nonce).digest(): line for line, nonce in nonces}
    good = _good_nonces(connection, list(wanted), at)
    for digest, line in wanted.items():
        if (code := good.get(digest, "register.nonce-unknown")) is not None:
            refused[line] = code
    return refused


def _good_nonces(connection: Connection, digests: Sequence[bytes], at: datetime) -> dict[bytes, str | None]:
    table, found = tables.nonces, {}
    for some in _chunks(digests):
        for row in connection.execute(select(table).where(table.c.digest.in_(some))):
            used = "register.nonce-used" if row.used_at is not None else None
            found[row.digest] = used or ("register.nonce-expired" if row.expires_at <= at else None)
    return found


def _check_part(connection: Connection, part: PartRecord, at: datetime) -> None:
    parts = tables.bulk_parts
    here = select(parts).where(parts.c.run == part.run, parts.c.number == part.number)
    if connection.execute(here).first() is not None:
        raise StoreError("register.part-recorded")
    check_signer(connection, part.signer, part.valid_until, at)
    for row in part.rows:
        check_name("subject", row.subject)


def _check_places(connection: Connection, part: PartRecord) -> None:
    """Every place was taken for this; that none is used twice, the table's own constraint says."""
    wanted = [copy[2] for row in part.rows for copy in row.copies]
    entries, found = tables.status_entries, 0
    for some in _chunks(wanted):
        here = select(func.count()).where(entries.c.list_id == part.list_id, entries.c.idx.in_(some))
        found += connection.execute(here).scalar_one()
    if found != len(wanted) or len(set(wanted)) != len(wanted):
        raise StoreError("register.index-not-allocated")


def _log(connection: Connection, part: PartRecord, at: datetime) -> list[tuple[int, bytes]]:
    """Write an act for each batch and one for the part; return number and salt of each, the part's last."""
    salts = [acts.new_salt() for _ in part.rows]
    every = [
        acts.Act(
            at=at,
            who=part.who,
            action="issue",
            target=row.batch_id,
            why="bulk",
            facts={"doc_type": part.doc_type, "copies": len(row.copies), "list": part.list_id},
            about=acts.About(row.subject, part.doc_type, row.batch_id, salt),
        )
        for row, salt in zip(part.rows, salts, strict=True)
    ]
    facts: dict[str, Fact] = {"rows": len(part.rows), "sha256": part.digest.hex()}
    target = f"{part.run}.{part.number}"
    every.append(acts.Act(at=at, who=part.who, action="bulk-part", target=target, why="bulk", facts=facts))
    return list(zip(acts.append_all(connection, every), [*salts, b""], strict=True))


def _insert(
    connection: Connection, part: PartRecord, numbers: Sequence[tuple[int, bytes]], at: datetime
) -> None:
    common = {
        "doc_type": part.doc_type,
        "doc_type_version": part.doc_type_version,
        "signer": part.signer,
        "valid_from": part.valid_from,
        "valid_until": part.valid_until,
        "issued_at": at,
    }
    batches: list[dict[str, Any]] = []
    copies: list[dict[str, Any]] = []
    for row, (act, salt) in zip(part.rows, numbers, strict=False):
        one = {
            "id": row.batch_id,
            "act": act,
            "subject": row.subject,
            "copies": len(row.copies),
            "salt": salt,
        }
        batches.append({**common, **one})
        copies += [
            {
                "batch_id": row.batch_id,
                "number": number,
                "mso_digest": digest,
                "device_key": key,
                "list_id": part.list_id,
                "idx": index,
            }
            for number, (digest, key, index) in enumerate(row.copies, 1)
        ]
    if batches:
        connection.execute(insert(tables.batches), batches)
        connection.execute(insert(tables.credentials), copies)
    _use_nonces(connection, [row.nonce for row in part.rows if row.nonce is not None], at)
    counted = {
        "run": part.run,
        "number": part.number,
        "act": numbers[-1][0],
        "digest": part.digest,
        "rows": len(part.rows),
        "credentials": len(copies),
    }
    connection.execute(insert(tables.bulk_parts), [counted])


def _use_nonces(connection: Connection, nonces: Collection[bytes], at: datetime) -> None:
    table = tables.nonces
    for some in _chunks([hashlib.sha256(nonce).digest() for nonce in nonces]):
        connection.execute(update(table).where(table.c.digest.in_(some)).values(used_at=at))


def _chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + _ASKED] for start in range(0, len(values), _ASKED))
