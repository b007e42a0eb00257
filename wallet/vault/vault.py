"""The vault: created, opened, read, written, exported, restored.

The passphrase opens an envelope that holds a random vault key; everything else hangs on that key, so
changing the passphrase re-seals 32 bytes. Every save replaces the sealed manifest in the same SQLite
transaction as the records, and is on the disk when `write` returns.
"""

from __future__ import annotations

import contextlib
import os
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from counterproof.mdoc.errors import StoreError, UsageError
from counterproof.sealing import files, kdf
from counterproof.sealing.envelope import MAX_ENVELOPE_BYTES, TAG_BYTES, Purpose, Random, open_sealed, seal
from wallet.vault.backup import decode_backup, encode_backup
from wallet.vault.keys import VaultKeys
from wallet.vault.lock import VaultLock
from wallet.vault.making import Surroundings, build
from wallet.vault.manifest import Manifest, digest, open_manifest, seal_manifest
from wallet.vault.marks import Mark, MarkFile
from wallet.vault.records import Record, RecordId, SealedRecord, open_record, seal_record
from wallet.vault.store import Content, Head, VaultStore
from wallet.vault.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from counterproof.clock import Clock


@dataclass(frozen=True, slots=True)
class Rollback:
    """An older state of the vault was put back: when it was saved, and the latest save once seen.

    `latest_seen_at` is None when an earlier run found the rollback and nothing settled it yet.
    """

    saved_at: datetime
    latest_seen_at: datetime | None


class Vault:
    """An open vault; close it, or use it in a `with` block. Threads may share it."""

    def __init__(
        self, lock: VaultLock, store: VaultStore, head: Head, keys: VaultKeys, surroundings: Surroundings
    ) -> None:
        """Take over an open file; use `create`, `open` or `restore` instead."""
        self._lock = lock
        self._store: VaultStore | None = store
        self._keys: VaultKeys | None = keys
        self._around = surroundings
        self._marks = MarkFile(surroundings.state_dir, keys)
        self._guard = threading.RLock()
        self._writing = False
        self._manifest, self._tag = _judge(head, keys)
        self._rolled_back = self._compare_with_mark()

    @classmethod
    def create(
        cls,
        path: Path,
        passphrase: str,
        *,
        random: Random,
        clock: Clock,
        state_dir: Path | None = None,
        policy: kdf.KdfPolicy = kdf.STANDARD,
    ) -> Self:
        """Make an empty vault at `path` and open it.

        The file appears whole or not at all, readable by its owner alone; missing folders are made
        for the owner alone. `state_dir` is where the mark against rollback is kept.
        Raises UsageError `sealing.passphrase-*`, `vault.exists`; StoreError `vault.in-use`, `sealing.*`.
        """
        return cls._make(path, passphrase, (), Surroundings(random, clock, state_dir, policy))

    @classmethod
    def open(
        cls,
        path: Path,
        passphrase: str,
        *,
        random: Random,
        clock: Clock,
        state_dir: Path | None = None,
        policy: kdf.KdfPolicy = kdf.STANDARD,
    ) -> Self:
        """Open the vault at `path`, after checking that it holds as many rows as its last save.

        Each record is held against the manifest when it is read; `damaged` reads them all.
        Raises CryptoError `sealing.cannot-open` (wrong passphrase or damage alike); StoreError
        `vault.damaged`, `vault.in-use`, `sealing.missing`, `sealing.not-a-file` and the like;
        MalformedError `vault.empty`, `vault.not-ours`; UnsupportedError `vault.version-newer`;
        LimitError `vault.too-large`, `sealing.kdf-out-of-range`.
        """
        with files.plain_errors():
            path.lstat()  # before a lock file would be made beside nothing
        with contextlib.ExitStack() as undo:
            lock = VaultLock.acquire(path)
            undo.callback(lock.release)
            store = VaultStore.open(path)
            undo.callback(store.close)
            head = store.read_head()
            vault_key = open_sealed(head.envelope, passphrase, purpose=Purpose.VAULT_KEY, policy=policy)
            around = Surroundings(random, clock, state_dir, policy)
            vault = cls(lock, store, head, VaultKeys(vault_key), around)
            undo.pop_all()
        return vault

    @classmethod
    def restore(
        cls,
        backup: Path,
        backup_passphrase: str,
        path: Path,
        passphrase: str,
        *,
        transform: Callable[[Record], bytes | None],
        random: Random,
        clock: Clock,
        state_dir: Path | None = None,
        policy: kdf.KdfPolicy = kdf.STANDARD,
    ) -> Self:
        """Make a new vault at `path` from a backup, under a fresh vault key, and open it.

        `transform` gets each record and returns the bytes to keep, or None to leave it out: a wallet
        must mark every copy as used there, since the vault that was saved may have used them. Ids are
        kept. Raises as `open` and `create` do, and StoreError `vault.backup-damaged`.
        """
        sealed = files.read_regular(backup, limit=MAX_ENVELOPE_BYTES)
        content = open_sealed(sealed, backup_passphrase, purpose=Purpose.VAULT_BACKUP, policy=policy)
        kept = ((record, transform(record)) for record in decode_backup(content))
        records = [Record(record.id, record.kind, data) for record, data in kept if data is not None]
        return cls._make(path, passphrase, records, Surroundings(random, clock, state_dir, policy))

    @property
    def last_saved(self) -> datetime:
        """When this state was saved, UTC, by the clock of that moment."""
        return _time(self._manifest.saved_at)

    @property
    def counter(self) -> int:
        """The number of this save; it only grows."""
        return self._manifest.counter

    @property
    def rolled_back(self) -> Rollback | None:
        """Whether an older state was put back and no transaction has settled that yet.

        Copies that the newer state had shown look unused here: treat every copy as used, check the
        status of every card again, and call `Transaction.settle_rollback` in the same transaction.
        """
        return self._rolled_back

    def __len__(self) -> int:
        return len(self._manifest.rows)

    def __contains__(self, record_id: RecordId) -> bool:
        return record_id in self._manifest.rows

    def version(self, record_id: RecordId) -> int | None:
        """Return which save wrote a record as it is now, or None when there is no such record."""
        entry = self._manifest.entry(record_id)
        return None if entry is None else entry.version

    def ids(self, kind: str) -> list[RecordId]:
        """Return the ids of the records of a kind, in the order in which they were added."""
        return self._manifest.ids(kind)

    def get(self, record_id: RecordId) -> Record:
        """Return one record.

        Raises UsageError `vault.no-such-record`, `vault.closed`; StoreError `vault.record-damaged`.
        """
        with self._guard:
            store, keys = self._opened()
            entry = self._manifest.entry(record_id)
            if entry is None:
                raise UsageError("vault.no-such-record")
            sealed = SealedRecord(record_id, store.read_record(record_id))
            if sealed.seal != entry.seal:
                raise StoreError("vault.record-damaged")
            return open_record(sealed, entry.kind, entry.version, keys)

    def records(self, kind: str) -> Iterator[Record]:
        """Give the records of a kind as they are now, in the order in which they were added.

        Raises as `get`; a record deleted meanwhile is passed over.
        """
        for record_id in self.ids(kind):
            if record_id in self:
                yield self.get(record_id)

    def damaged(self) -> list[RecordId]:
        """Read every record and return the ids of those that cannot be opened any more."""
        bad = []
        for record_id in list(self._manifest.rows):
            try:
                self.get(record_id)
            except StoreError:
                bad.append(record_id)
        return bad

    @contextlib.contextmanager
    def write(self) -> Iterator[Transaction]:
        """Give a transaction; leaving the block saves all of it, an exception saves nothing.

        When the block has been left without an exception, the change is on the disk. Raises UsageError
        `vault.nested-write`, `vault.closed`; StoreError `sealing.disk-full` and the like.
        """
        with self._guard:
            self._opened()
            if self._writing:
                raise UsageError("vault.nested-write")
            transaction = Transaction(self.get, self._around.random)
            self._writing = True
            try:
                yield transaction
            finally:
                self._writing = False
            self._save(transaction)

    def change_passphrase(self, old: str, new: str) -> None:
        """Seal the vault key for a new passphrase; the records stay as they are.

        An older copy of the file still opens with the old passphrase. To shut that out as well,
        export and restore: a restored vault has a key of its own.
        Raises CryptoError `sealing.cannot-open`, UsageError `sealing.passphrase-*`, StoreError.
        """
        with self._guard:
            store, _ = self._opened()
            envelope = store.read_head().envelope
            policy = self._around.policy
            vault_key = open_sealed(envelope, old, purpose=Purpose.VAULT_KEY, policy=policy)
            fresh = seal(vault_key, new, purpose=Purpose.VAULT_KEY, random=self._around.random, policy=policy)
            self._commit(
                replace(self._next(), envelope_digest=digest(fresh)),
                Content(self._manifest.rows.keys(), envelope=fresh),
            )

    def export(self, path: Path, passphrase: str) -> None:
        """Write all records into one sealed file at `path`, where no file may be yet.

        Raises UsageError `sealing.exists`, `sealing.passphrase-*`; StoreError; LimitError.
        """
        with self._guard:
            self._opened()
            records = [self.get(record_id) for record_id in self._manifest.rows]
        sealed = seal(
            encode_backup(records, self._around.now()),
            passphrase,
            purpose=Purpose.VAULT_BACKUP,
            random=self._around.random,
            policy=self._around.policy,
        )
        files.write_atomic(path, sealed, replace=False)

    def close(self) -> None:
        """Close the file, give back the lock and drop the keys; a second call does nothing."""
        with self._guard:
            if self._store is not None:
                self._store.close()
            self._store = self._keys = None
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @classmethod
    def _make(cls, path: Path, passphrase: str, records: Iterable[Record], around: Surroundings) -> Self:
        """Build the whole file under a temporary name, then give it its own."""
        files.private_dir(path.parent)
        with contextlib.ExitStack() as undo:
            lock = VaultLock.acquire(path)
            undo.callback(lock.release)
            files.sweep_temporaries(path)
            if os.path.lexists(path):
                raise UsageError("vault.exists")
            keys = build(path, passphrase, records, around)
            store = VaultStore.open(path)
            undo.callback(store.close)
            vault = cls(lock, store, store.read_head(), keys, around)
            undo.pop_all()
        return vault

    def _compare_with_mark(self) -> Rollback | None:
        mark, here = self._marks.read(), self._mark()
        if mark is not None and mark.is_ahead_of(here):
            latest = _time(mark.saved_at)
            # From the next save on the file itself says so, and no save can be mistaken for a newer one.
            self._manifest = replace(self._manifest, counter=max(mark.counter, here.counter), unsettled=True)
            return Rollback(_time(here.saved_at), latest)
        if mark != here:
            self._marks.write(here)
        return Rollback(_time(here.saved_at), None) if self._manifest.unsettled else None

    def _save(self, transaction: Transaction) -> None:
        _, keys = self._opened()
        following = self._next()
        deletes = [record_id for record_id, record in transaction.staged.items() if record is None]
        records = [record for record in transaction.staged.values() if record is not None]
        puts = [seal_record(record, following.counter, keys, self._around.random) for record in records]
        described = [(record.kind, row.seal) for record, row in zip(records, puts, strict=True)]
        unsettled = following.unsettled and not transaction.settles_rollback
        manifest = replace(following.changed(described, deletes), unsettled=unsettled)
        self._commit(manifest, Content(manifest.rows.keys(), puts, deletes))
        if not unsettled:
            self._rolled_back = None

    def _commit(self, manifest: Manifest, content: Content) -> None:
        """Put a change on the disk together with its manifest, then remember that it is there."""
        store, keys = self._opened()
        sealed = seal_manifest(manifest, keys, self._around.random)
        on_disk = False
        try:
            store.apply(sealed, content)
            on_disk = True
        finally:
            if not on_disk:
                self._find_out(store, keys)
        self._manifest, self._tag = manifest, sealed[-TAG_BYTES:]
        self._marks.write(self._mark())

    def _find_out(self, store: VaultStore, keys: VaultKeys) -> None:
        """After a failed save, read what the disk holds: old or new; close when it cannot be read."""
        try:
            self._manifest, self._tag = _judge(store.read_head(), keys)
        except StoreError:
            self.close()

    def _next(self) -> Manifest:
        return replace(self._manifest, counter=self._manifest.counter + 1, saved_at=self._around.now())

    def _mark(self) -> Mark:
        return Mark(self._manifest.counter, self._manifest.saved_at, self._tag)

    def _opened(self) -> tuple[VaultStore, VaultKeys]:
        if self._store is None or self._keys is None:
            raise UsageError("vault.closed")
        return self._store, self._keys


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _judge(head: Head, keys: VaultKeys) -> tuple[Manifest, bytes]:
    """Return the manifest of a file and its tag, if the file has as many rows."""
    manifest = open_manifest(head.manifest, keys)
    if manifest.envelope_digest != digest(head.envelope):
        raise StoreError("vault.damaged", part="envelope")
    if len(manifest.rows) != head.rows:
        raise StoreError("vault.damaged", part="records")
    return manifest, head.manifest[-TAG_BYTES:]
