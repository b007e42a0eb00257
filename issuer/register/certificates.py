"""What the agency's roots vouch for: the certificates of counters, withdrawals, and revocation lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from counterproof.mdoc.errors import Fact, StoreError, UsageError
from issuer.register import acts, allowance, tables
from issuer.register.model import CrlRecord, ReaderRecord, Withdrawal, check_name

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from issuer.register.allowance import Rule


def add_reader(connection: Connection, reader: ReaderRecord, who: str, at: datetime) -> ReaderRecord:
    """Record a counter's certificate and its act; return the one that its key was given before, if any.

    Raises UsageError `register.reader-differs` where that key has a certificate under another id or name.
    """
    check_name("id", reader.reader_id, 20)
    check_name("office", reader.office, 20)
    check_name("name", reader.name, 120)
    acts.lock(connection)
    known = connection.execute(
        select(tables.readers).where(tables.readers.c.request == reader.request)
    ).first()
    if known is not None:
        if (known.id, known.office, known.name) != (reader.reader_id, reader.office, reader.name):
            raise UsageError("register.reader-differs", id=known.id)
        return _reader(known)
    row = {
        "fingerprint": reader.fingerprint,
        "id": reader.reader_id,
        "office": reader.office,
        "name": reader.name,
        "certificate": reader.certificate,
        "request": reader.request,
        "added_at": at,
    }
    connection.execute(insert(tables.readers), [row])
    facts: dict[str, Fact] = {"certificate": reader.fingerprint.hex()}
    act = acts.Act(at=at, who=who, action="add-reader", target=reader.reader_id, why="added", facts=facts)
    acts.append(connection, act)
    return reader


def readers(connection: Connection) -> tuple[ReaderRecord, ...]:
    """Return the certificates of counters, oldest first, withdrawn ones too."""
    rows = connection.execute(select(tables.readers).order_by(tables.readers.c.added_at, tables.readers.c.id))
    return tuple(_reader(row) for row in rows)


WITHDRAW = "withdraw-signer"
_NAME = 16
STOLEN = "mark-stolen"
"""The act that says that a signer's key was stolen: the log is never edited, so the mark cannot go."""


def record_crl(
    connection: Connection,
    crl: CrlRecord,
    withdrawn: tuple[Withdrawal, ...],
    who: str,
    at: datetime,
    *,
    rule: Rule | None = None,
    stolen: Withdrawal | None = None,
) -> None:
    """Record a revocation list together with the withdrawals that are new in it, each with its act.

    `stolen` is a withdrawal, new or earlier, of a signer whose key was stolen: its documents stay good. Any
    other withdrawal of a signer makes its documents count no more, and `rule` says of how many one person
    may do that alone. Raises StoreError `register.already-withdrawn`, `register.conflict` where a list of
    this number is there, UsageError `agency.two-persons`.
    """
    acts.lock(connection)
    for each in withdrawn:
        chosen = tables.withdrawals.c.fingerprint == each.fingerprint
        if connection.execute(select(tables.withdrawals).where(chosen)).first() is not None:
            raise StoreError("register.already-withdrawn")
        row = {
            "fingerprint": each.fingerprint,
            "issuer": each.issuer,
            "serial": f"{each.serial:x}",
            "reason": each.reason,
            "withdrawn_at": each.at,
        }
        connection.execute(insert(tables.withdrawals), [row])
        target = each.fingerprint.hex()
        act = acts.Act(at=at, who=who, action="withdraw", target=target, why=each.reason, facts={})
        acts.append(connection, act)
        wanted = withdrawing(
            each.fingerprint, 0 if stolen is not None else touched(connection, each.fingerprint, at)
        )
        if wanted.documents:
            allowance.allow(connection, wanted, rule=rule or allowance.Rule(most=0, since=at), who=who, at=at)
    if stolen is not None:
        target = stolen.fingerprint.hex()
        act = acts.Act(at=at, who=who, action=STOLEN, target=target, why=stolen.reason, facts={})
        acts.append(connection, act)
    row = {"issuer": crl.issuer, "number": crl.number, "crl": crl.crl, "next_update": crl.next_update}
    connection.execute(insert(tables.crls), [row])
    listed: dict[str, Fact] = {"number": crl.number}
    target = crl.issuer.hex()
    act = acts.Act(at=at, who=who, action="sign-crl", target=target, why="renewed", facts=listed)
    acts.append(connection, act)


def touched(connection: Connection, of: bytes, at: datetime) -> int:
    """Return how many documents in force a signer signed: all of them count no more without it."""
    batches = tables.batches
    query = select(func.count()).where(batches.c.signer == of, batches.c.valid_until >= at)
    return int(connection.execute(query).scalar_one())


def withdrawing(of: bytes, documents: int) -> allowance.Wanted:
    """Return what a second person agrees to: this signer, and whatever it has signed by then."""
    name = of.hex()[:_NAME]
    return allowance.Wanted(kind=WITHDRAW, name=name, digest=of, documents=documents, total=0)


def withdrawals(connection: Connection) -> tuple[Withdrawal, ...]:
    """Return every withdrawal, oldest first."""
    rows = connection.execute(select(tables.withdrawals).order_by(tables.withdrawals.c.withdrawn_at))
    return tuple(
        Withdrawal(
            fingerprint=row.fingerprint,
            issuer=row.issuer,
            serial=int(row.serial, 16),
            reason=row.reason,
            at=row.withdrawn_at,
        )
        for row in rows
    )


def stolen_signers(connection: Connection) -> frozenset[bytes]:
    """Return the fingerprints of signers whose keys were marked as stolen."""
    rows = connection.execute(select(tables.log.c.target).where(tables.log.c.action == STOLEN))
    return frozenset(bytes.fromhex(row.target) for row in rows)


def newest_crls(connection: Connection) -> tuple[CrlRecord, ...]:
    """Return the newest revocation list of each root."""
    rows = connection.execute(select(tables.crls).order_by(tables.crls.c.number))
    newest = {
        row.issuer: CrlRecord(issuer=row.issuer, number=row.number, crl=row.crl, next_update=row.next_update)
        for row in rows
    }
    return tuple(newest.values())


def _reader(row: Row[tuple[object, ...]]) -> ReaderRecord:
    return ReaderRecord(
        reader_id=row.id, office=row.office, name=row.name, certificate=row.certificate, request=row.request
    )
