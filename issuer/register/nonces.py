"""Nonces that the agency gave: each good once, and not for long. Only their digests are kept."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from counterproof.mdoc.errors import StoreError
from issuer.register import tables

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

_KEPT = timedelta(days=1)
"""How long an expired nonce is still told apart from one that never was."""


def add(connection: Connection, nonce: bytes, expires_at: datetime) -> None:
    """Remember a nonce that goes out."""
    connection.execute(insert(tables.nonces).values(digest=_digest(nonce), expires_at=expires_at))


def check(connection: Connection, nonce: bytes, at: datetime, *, lock: bool = False) -> None:
    """Check that `use` would take a nonce now; raises as it does."""
    nonces = tables.nonces
    query = select(nonces).where(nonces.c.digest == _digest(nonce))
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise StoreError("register.nonce-unknown")
    if row.used_at is not None:
        raise StoreError("register.nonce-used")
    if row.expires_at <= at:
        raise StoreError("register.nonce-expired", expired=row.expires_at.isoformat())


def use(connection: Connection, nonce: bytes, at: datetime) -> None:
    """Use a nonce up, in the caller's transaction.

    Raises StoreError `register.nonce-unknown`, `register.nonce-used` or `register.nonce-expired`.
    """
    check(connection, nonce, at, lock=True)
    nonces = tables.nonces
    connection.execute(update(nonces).where(nonces.c.digest == _digest(nonce)).values(used_at=at))


def forget_expired(connection: Connection, at: datetime) -> int:
    """Delete nonces that expired more than a day ago and return how many."""
    return connection.execute(delete(tables.nonces).where(tables.nonces.c.expires_at < at - _KEPT)).rowcount


def _digest(nonce: bytes) -> bytes:
    return hashlib.sha256(nonce).digest()
