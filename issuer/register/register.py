"""The register: what an agency keeps of what it issued. Every change is one transaction and one act.

A method that returns has its change on the disk. No attribute value is ever stored.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from sqlalchemy import insert, select

from counterproof.mdoc.errors import Fact, UsageError
from issuer.register import (
    acts,
    allowance,
    batches,
    bulk,
    certificates,
    indices,
    nonces,
    schema,
    statuses,
    tables,
)
from issuer.register.access import AccessRegister
from issuer.register.cases import CaseRegister
from issuer.register.changes import ChangeRegister
from issuer.register.clerks import ClerkRegister
from issuer.register.online import OnlineRegister
from issuer.register.settings import put_settings
from issuer.register.signing import Signing
from issuer.register.store import Store
from issuer.register.upkeep import Upkeep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from issuer.register.allowance import Rule
    from issuer.register.bulk import PartRecord, RecordedPart
    from issuer.register.model import (
        BatchFacts,
        BatchRecord,
        BatchSummary,
        Counts,
        CredentialFacts,
        CrlRecord,
        ReaderRecord,
        Recorded,
        Status,
        StatusListFacts,
        Withdrawal,
    )

_ID_BYTES = 16


class Register(Upkeep, Signing):
    """One agency's register; safe to share between threads and processes."""

    def __init__(self, store: Store, random: Callable[[int], bytes]) -> None:
        self._store = store
        self._random = random
        self.online = OnlineRegister(store, random)
        """Offers, grants and applications of issuing over a network."""
        self.access = AccessRegister(store, random)
        """Who may use the HTTP interface."""
        self.clerks = ClerkRegister(store, random)
        """Who works at the console."""
        self.cases = CaseRegister(store, random)
        """Everything about one matter, gathered."""
        self.changes = ChangeRegister(store, random)
        """Changes of statuses by people, and those that wait for a second one."""

    @classmethod
    def create(
        cls,
        path_or_url: Path | str,
        *,
        settings: Mapping[str, str],
        who: str,
        at: datetime,
        random: Callable[[int], bytes] = os.urandom,
    ) -> Self:
        """Found a register with an agency's settings.

        Raises UsageError `register.exists`, StoreError for what the disk says.
        """
        with cls.founding(path_or_url, settings=settings, who=who, at=at, random=random):
            pass
        return cls(Store(path_or_url), random)

    @classmethod
    @contextmanager
    def founding(
        cls,
        path_or_url: Path | str,
        *,
        settings: Mapping[str, str],
        who: str,
        at: datetime,
        random: Callable[[int], bytes] = os.urandom,
    ) -> Iterator[Self]:
        """Found a register, and give it to be filled: it is there, with all of that, when the block ends.

        A block that raises leaves nothing. Raises as `create`.
        """
        place = Store(path_or_url)
        try:
            with place.founding() as store:
                _found(store, settings, who, at, random(_ID_BYTES).hex())
                yield cls(store, random)
        finally:
            place.close()

    @classmethod
    def open(cls, path_or_url: Path | str, *, random: Callable[[int], bytes] = os.urandom) -> Self:
        """Open a register and bring an older one up to date; a newer one is left as it is.

        Raises UsageError `register.missing`, StoreError `register.not-a-register` or `register.newer`.
        """
        store = Store(path_or_url)
        if store.path is not None and not store.path.is_file():
            raise UsageError("register.missing")
        schema.bring_up_to_date(store)
        store.use_wal()
        return cls(store, random)

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    def settings(self) -> dict[str, str]:
        """Return the agency's settings."""
        with self._store.read() as connection:
            rows = connection.execute(select(tables.settings.c.key, tables.settings.c.value)).all()
        return {row.key: row.value for row in rows}

    def set_settings(self, settings: Mapping[str, str], *, who: str, at: datetime) -> None:
        """Add or replace settings; the log names the keys alone."""
        with self._store.write() as connection:
            put_settings(connection, settings, who, at)

    def create_status_list(
        self, uri: str, *, who: str, at: datetime, size: int = indices.DEFAULT_SIZE, bits: int = 1
    ) -> int:
        """Add a status list of `size` entries, `bits` wide, and return its number."""
        with self._store.write() as connection:
            list_id = indices.create_list(connection, uri, size, bits, at)
            facts: dict[str, Fact] = {"size": size, "bits": bits}
            target = f"list-{list_id}"
            act = acts.Act(at=at, who=who, action="add-status-list", target=target, why="added", facts=facts)
            acts.append(connection, act)
            return list_id

    def status_lists(self) -> tuple[StatusListFacts, ...]:
        """Return every status list, oldest first."""
        with self._store.read() as connection:
            return indices.facts(connection)

    def allocate_indices(self, list_id: int, count: int) -> tuple[int, ...]:
        """Take `count` places of a list for good, at random and evenly over the free ones.

        They are on the disk when a batch that uses them is; until then a power cut may set them free.
        """
        with self._store.write(synced=False) as connection:
            return tuple(indices.allocate(connection, list_id, count, self._random))

    def record_batch(self, batch: BatchRecord, *, at: datetime, alone: Rule | None = None) -> Recorded:
        """Record a batch before it leaves: copies, act, nonce and idempotency key in one transaction.

        `alone` counts it as given by one person alone, and raises UsageError `agency.one-by-one` by it.

        `Recorded.new` false means that the same request was answered before: give that reply, not this one.
        Errors as in `issuer.register.batches.record`.
        """
        with self._store.write() as connection:
            done = batches.record(connection, batch, at, self._random)
            if alone is not None and done.new:
                allowance.count_one(connection, rule=alone, who=batch.who, at=at)
            return done

    def record_part(self, part: PartRecord, *, rule: Rule, at: datetime) -> Mapping[int, str]:
        """Record a part of a bulk run whole, or return the lines in its way; see `bulk.record`."""
        with self._store.write() as connection:
            return bulk.record(connection, part, rule, at)

    def bulk_parts(self, run: str) -> tuple[RecordedPart, ...]:
        """Return the parts of a bulk run that count, in order."""
        with self._store.read() as connection:
            return bulk.recorded(connection, run)

    def judge_rows(
        self, keys: Iterable[tuple[int, bytes]], nonces: Iterable[tuple[int, bytes]], *, at: datetime
    ) -> dict[int, str]:
        """Return the lines whose device key is used, or whose nonce is not good, each with a code."""
        with self._store.read() as connection:
            return bulk.judge(connection, keys, nonces, at)

    def find_recorded(self, idempotency_key: str, request_digest: bytes) -> Recorded | None:
        """Return what an idempotency key has been answered with, or None."""
        with self._store.read() as connection:
            return batches.find(connection, idempotency_key, request_digest)

    def set_status(self, target: str, status: Status, *, reason: str, who: str, at: datetime) -> int:
        """Set the status of a copy or a batch; errors as in `issuer.register.statuses.set_status`."""
        with self._store.write() as connection:
            return statuses.set_status(connection, target, status, reason=reason, who=who, at=at)

    def signed_by(self, fingerprint: bytes) -> tuple[int, int]:
        """Return how many batches, and how many credentials in them, a signer signed."""
        with self._store.read() as connection:
            return batches.signed_by(connection, fingerprint)

    @contextmanager
    def digests_of(self, fingerprint: bytes) -> Iterator[Iterator[bytes]]:
        """Give SHA-256 of the MSO bytes of every document that a signer signed, while the context is open."""
        with self._store.read() as connection:
            yield batches.digests_of(connection, fingerprint)

    def status_bytes(self, list_id: int) -> bytearray:
        """Return a whole status list, packed least significant bit first, not compressed."""
        with self._store.read() as connection:
            return statuses.status_bytes(connection, list_id)

    def list(
        self,
        *,
        doc_type: str | None = None,
        subject: str | None = None,
        status: Status | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> tuple[BatchSummary, ...]:
        """Return batches in the order of issue; pass the last one's `act` as `after` for the next page."""
        with self._store.read() as connection:
            return batches.summaries(
                connection, doc_type=doc_type, subject=subject, status=status, after=after, limit=limit
            )

    def show(self, batch_id: str) -> BatchFacts:
        """Return a batch with its copies; raise UsageError `register.no-such-credential`."""
        with self._store.read() as connection:
            return batches.facts(connection, batch_id)

    def show_credential(self, credential_id: str) -> CredentialFacts:
        """Return one copy; raise UsageError `register.no-such-credential`."""
        batch_id, _ = statuses.parse_target(credential_id)
        for credential in self.show(batch_id).credentials:
            if credential.credential_id == credential_id:
                return credential
        raise UsageError("register.no-such-credential")

    def add_nonce(self, nonce: bytes, *, expires_at: datetime) -> None:
        """Remember a nonce that goes out to a wallet."""
        with self._store.write() as connection:
            nonces.add(connection, nonce, expires_at)

    def check_nonce(self, nonce: bytes, *, at: datetime) -> None:
        """Check that a nonce can be used up now; raise StoreError `register.nonce-*`."""
        with self._store.read() as connection:
            nonces.check(connection, nonce, at)

    def use_nonce(self, nonce: bytes, *, at: datetime) -> None:
        """Use a nonce up outside of `record_batch`; raise StoreError `register.nonce-*`."""
        with self._store.write() as connection:
            nonces.use(connection, nonce, at)

    def forget_expired(self, *, at: datetime) -> int:
        """Delete nonces that expired more than a day ago; return how many."""
        with self._store.write() as connection:
            return nonces.forget_expired(connection, at)

    def add_reader(self, reader: ReaderRecord, *, who: str, at: datetime) -> ReaderRecord:
        """Record a counter's certificate; errors as in `issuer.register.certificates.add_reader`."""
        with self._store.write() as connection:
            return certificates.add_reader(connection, reader, who, at)

    def readers(self) -> tuple[ReaderRecord, ...]:
        """Return the certificates of counters, oldest first, withdrawn ones too."""
        with self._store.read() as connection:
            return certificates.readers(connection)

    def record_crl(
        self,
        crl: CrlRecord,
        *,
        withdrawn: tuple[Withdrawal, ...] = (),
        stolen: Withdrawal | None = None,
        rule: Rule | None = None,
        who: str,
        at: datetime,
    ) -> None:
        """Record a revocation list; errors as in `issuer.register.certificates.record_crl`."""
        with self._store.write() as connection:
            certificates.record_crl(connection, crl, withdrawn, who, at, rule=rule, stolen=stolen)

    def touched_by(self, signer: bytes, *, at: datetime) -> int:
        """Return how many documents in force a signer signed."""
        with self._store.read() as connection:
            return certificates.touched(connection, signer, at)

    def withdrawals(self) -> tuple[Withdrawal, ...]:
        """Return every certificate that was withdrawn, oldest first."""
        with self._store.read() as connection:
            return certificates.withdrawals(connection)

    def stolen_signers(self) -> frozenset[bytes]:
        """Return the fingerprints of signers whose keys were marked as stolen."""
        with self._store.read() as connection:
            return certificates.stolen_signers(connection)

    def crls(self) -> tuple[CrlRecord, ...]:
        """Return the newest revocation list of each root."""
        with self._store.read() as connection:
            return certificates.newest_crls(connection)

    def counts(self) -> Counts:
        """Return how much the register holds."""
        with self._store.read() as connection:
            return statuses.counts(connection)


def _found(store: Store, settings: Mapping[str, str], who: str, at: datetime, register_id: str) -> None:
    with store.write() as connection:
        if schema.is_there(connection):
            raise UsageError("register.exists")
        schema.migrate(connection)
        first = {
            "id": 1,
            "register_id": register_id,
            "created_at": at,
            "log_seq": 0,
            "log_hash": acts.genesis(register_id),
            "last_at": at,
        }
        connection.execute(insert(tables.register), [first])
        found = acts.Act(at=at, who=who, action="found", target="register", why="founded", facts={})
        acts.append(connection, found)
        put_settings(connection, settings, who, at)
