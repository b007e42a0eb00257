"""The register of who signs: each signer's turn, the end of its key, and whether it may sign now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from counterproof.mdoc.errors import Fact, StoreError, UsageError
from issuer.register import acts, tables
from issuer.register.model import Signer, SignerRole

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from issuer.register.store import Store


class Signing:
    """What `Register` can do with signers."""

    _store: Store

    def add_signer(
        self,
        signer: Signer,
        *,
        before: Collection[bytes] = (),
        key_until: datetime | None = None,
        who: str,
        at: datetime,
    ) -> None:
        """Record the public facts of a signing key; raise UsageError `register.signer-exists`.

        `before` are the fingerprints of those that it takes over from: their keys last until `key_until`.
        """
        with self._store.write() as connection:
            known = tables.signers.c.fingerprint == signer.fingerprint
            if connection.execute(select(tables.signers).where(known)).first() is not None:
                raise UsageError("register.signer-exists")
            row = {
                "fingerprint": signer.fingerprint,
                "role": signer.role.value,
                "certificate": signer.certificate,
                "not_before": signer.not_before,
                "not_after": signer.not_after,
                "sign_until": signer.sign_until,
                "added_at": at,
                "sign_from": signer.sign_from,
            }
            connection.execute(insert(tables.signers), [row])
            _limit(connection, before, key_until)
            facts: dict[str, Fact] = {"role": signer.role.value, "from": signer.begins.isoformat()}
            target = signer.fingerprint.hex()
            act = acts.Act(at=at, who=who, action="add-signer", target=target, why="added", facts=facts)
            acts.append(connection, act)

    def begin_signer(
        self,
        fingerprint: bytes,
        begins: datetime,
        *,
        before: Collection[bytes],
        key_until: datetime | None,
        who: str,
        at: datetime,
    ) -> None:
        """Bring a signer's turn forward; `before` and `key_until` as in `add_signer`."""
        with self._store.write() as connection:
            here = tables.signers.c.fingerprint == fingerprint
            connection.execute(update(tables.signers).where(here).values(sign_from=begins))
            _limit(connection, before, key_until)
            facts: dict[str, Fact] = {"from": begins.isoformat()}
            target = fingerprint.hex()
            act = acts.Act(at=at, who=who, action="begin-signer", target=target, why="begun", facts=facts)
            acts.append(connection, act)

    def limit_keys(self, fingerprints: Collection[bytes], key_until: datetime | None) -> None:
        """Set until when keys last; None where nobody takes over from them after all."""
        with self._store.write() as connection:
            _limit(connection, fingerprints, key_until)

    def signers(self, role: SignerRole | None = None) -> tuple[Signer, ...]:
        """Return the signers, oldest first."""
        query = select(tables.signers).order_by(tables.signers.c.added_at, tables.signers.c.not_before)
        if role is not None:
            query = query.where(tables.signers.c.role == role.value)
        with self._store.read() as connection:
            rows = connection.execute(query).all()
        return tuple(_signer(row) for row in rows)


def check_signer(connection: Connection, fingerprint: bytes, valid_until: datetime, at: datetime) -> None:
    """Check that a signer may sign at `at` what lasts until `valid_until`.

    Raises StoreError `register.no-such-signer`, `register.signer-retired`, `register.signer-withdrawn`,
    `register.outlives-signer`.
    """
    table = tables.signers
    row = connection.execute(select(table).where(table.c.fingerprint == fingerprint)).first()
    if row is None:
        raise StoreError("register.no-such-signer")
    signer = _signer(row)
    if not signer.begins <= at <= signer.last:
        raise StoreError("register.signer-retired", sign_until=signer.last.isoformat())
    withdrawn = select(tables.withdrawals).where(tables.withdrawals.c.fingerprint == fingerprint)
    if connection.execute(withdrawn).first() is not None:
        raise StoreError("register.signer-withdrawn")
    if valid_until > signer.not_after:
        raise StoreError("register.outlives-signer", not_after=signer.not_after.isoformat())


def _limit(connection: Connection, fingerprints: Collection[bytes], key_until: datetime | None) -> None:
    if fingerprints:
        here = tables.signers.c.fingerprint.in_(list(fingerprints))
        connection.execute(update(tables.signers).where(here).values(key_until=key_until))


def _signer(row: Row[Any]) -> Signer:
    return Signer(
        role=SignerRole(row.role),
        certificate=row.certificate,
        not_before=row.not_before,
        not_after=row.not_after,
        sign_until=row.sign_until,
        sign_from=row.sign_from,
        key_until=row.key_until,
    )
