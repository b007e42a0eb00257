"""The SQLite file of a vault: rows of ciphertext, changed in transactions, distrusted when opened.

Rollback journal and `synchronous=EXTRA`: when a save returns, database and folder are on the disk,
and nothing but the vault lies there. The file's header is read before SQLite sees the file, and its
schema must be exactly ours, so that a file from elsewhere brings no triggers, views or other formats.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import LimitError, MalformedError, StoreError, UnsupportedError
from counterproof.sealing import files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from wallet.vault.records import RecordId, SealedRecord

FORMAT = 1
APPLICATION_ID = int.from_bytes(b"CPVT", "big")
PAGE_BYTES = 4096
MAX_VAULT_BYTES = 256 * 1024 * 1024
_SQLITE_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100
_SCHEMA = (
    "CREATE TABLE head (envelope BLOB, manifest BLOB)",
    "CREATE TABLE records (id BLOB PRIMARY KEY, sealed BLOB)",
)
_KEY_INDEX = None  # what SQLite shows as the text of the primary key's index
_NEW_FILE = f"""
PRAGMA page_size = {PAGE_BYTES};
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORMAT};
BEGIN;
{";".join(_SCHEMA)};
"""
_WRITING = "PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; PRAGMA synchronous = EXTRA"
_CODES = {
    sqlite3.SQLITE_FULL: "sealing.disk-full",
    sqlite3.SQLITE_READONLY: "sealing.read-only",
    sqlite3.SQLITE_PERM: "sealing.permission",
    sqlite3.SQLITE_IOERR: "sealing.disk-error",
    sqlite3.SQLITE_CANTOPEN: "sealing.disk-error",
    sqlite3.SQLITE_BUSY: "vault.in-use",
    sqlite3.SQLITE_LOCKED: "vault.in-use",
}


@dataclass(frozen=True, slots=True)
class Content:
    """What one save changes beside the manifest; `envelope=None` leaves the sealed vault key as it is.

    `ids` are those of all records after it.
    """

    ids: Collection[RecordId]
    puts: Sequence[SealedRecord] = ()
    deletes: Sequence[RecordId] = ()
    envelope: bytes | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What opening a vault reads: sealed key, sealed manifest, and how many records there are."""

    envelope: bytes
    manifest: bytes
    rows: int


class VaultStore:
    """An open file of a vault."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._may_write = False

    @classmethod
    def create(cls, path: Path, manifest: bytes, content: Content) -> None:
        """Make a whole new file at `path`, which must be an empty file. Raises StoreError."""
        with _PlainErrors(), contextlib.closing(_connect(path)) as connection:
            connection.executescript(_WRITING)
            connection.executescript(_NEW_FILE)
            connection.execute("INSERT INTO head VALUES (NULL, NULL)")
            _apply(connection, manifest, content)
            connection.execute("COMMIT")

    @classmethod
    def open(cls, path: Path) -> VaultStore:
        """Open a file that looks like a vault of ours.

        Raises MalformedError `vault.empty`, `vault.not-ours`; UnsupportedError `vault.version-newer`;
        LimitError `vault.too-large`; StoreError `vault.damaged` and the codes of `sealing.files`.
        """
        _check_header(path)
        with _PlainErrors():
            return cls(_connect(path), path)

    def read_head(self) -> Head:
        """Return what opening needs, from one state of the file, after judging its form.

        Raises StoreError `vault.damaged` for any table, index, view or trigger but ours, and for bytes
        after the last page.
        """
        with _PlainErrors(), _snapshot(self._connection), files.plain_errors():
            schema = self._connection.execute("SELECT sql FROM sqlite_master").fetchall()
            if schema != [(sql,) for sql in (*_SCHEMA, _KEY_INDEX)]:
                raise StoreError("vault.damaged", part="schema")
            (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
            if self._path.stat().st_size != pages * PAGE_BYTES:
                raise StoreError("vault.damaged", part="length")
            heads = self._connection.execute("SELECT envelope, manifest FROM head LIMIT 2").fetchall()
            (rows,) = self._connection.execute("SELECT count(*) FROM records").fetchone()
        if len(heads) != 1 or not all(type(value) is bytes for value in heads[0]):
            raise StoreError("vault.damaged", part="head")
        envelope, manifest = heads[0]
        return Head(envelope, manifest, rows)

    def read_record(self, record_id: RecordId) -> bytes:
        """Return the sealed bytes of a record. Raises StoreError `vault.record-damaged`."""
        with _PlainErrors():
            rows = self._connection.execute(
                "SELECT sealed FROM records WHERE id = ?", (record_id,)
            ).fetchall()
        if len(rows) != 1 or type(rows[0][0]) is not bytes:
            raise StoreError("vault.record-damaged")
        sealed: bytes = rows[0][0]
        return sealed

    def apply(self, manifest: bytes, content: Content) -> None:
        """Make a change, whole or not at all; when this returns it is on the disk. Raises StoreError."""
        with _PlainErrors():
            try:
                if not self._may_write:
                    self._connection.executescript(_WRITING)
                    self._may_write = True
                self._connection.execute("BEGIN IMMEDIATE")
                _apply(self._connection, manifest, content)
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    with contextlib.suppress(sqlite3.Error):
                        self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()


def _apply(connection: sqlite3.Connection, manifest: bytes, content: Content) -> None:
    deletes = [(record_id,) for record_id in content.deletes]
    puts = [(row.id, row.sealed) for row in content.puts]
    connection.executemany("DELETE FROM records WHERE id = ?", deletes)
    connection.executemany("INSERT OR REPLACE INTO records VALUES (?, ?)", puts)
    (rows,) = connection.execute("SELECT count(*) FROM records").fetchone()
    if rows != len(content.ids):
        _drop_strangers(connection, content.ids)
    if content.envelope is not None:
        connection.execute("UPDATE head SET envelope = ?", (content.envelope,))
    connection.execute("UPDATE head SET manifest = ?", (manifest,))


def _drop_strangers(connection: sqlite3.Connection, ids: Collection[RecordId]) -> None:
    """Delete rows that somebody put in the place of a damaged record, which is now deleted itself."""
    rows = connection.execute("SELECT rowid, CAST(id AS BLOB) FROM records").fetchall()
    strangers = [(number,) for number, record_id in rows if record_id not in ids]
    connection.executemany("DELETE FROM records WHERE rowid = ?", strangers)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path,
        timeout=0,
        isolation_level=None,  # transactions are begun by hand
        check_same_thread=False,  # Vault holds a lock around every use
    )
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def _check_header(path: Path) -> None:
    """Judge a file by its size and the first 100 bytes (SQLite file format, section 1.3)."""
    with files.plain_errors(), files.open_regular(path) as descriptor:
        size = os.fstat(descriptor).st_size
        header = os.read(descriptor, _HEADER_BYTES)
    if not header:
        raise MalformedError("vault.empty")
    if size > MAX_VAULT_BYTES:
        raise LimitError("vault.too-large", bytes=size, limit=MAX_VAULT_BYTES)
    if header[: len(_SQLITE_MAGIC)] != _SQLITE_MAGIC[: len(header)]:
        raise MalformedError("vault.not-ours")
    if len(header) < _HEADER_BYTES:
        raise StoreError("vault.damaged", part="header")
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise MalformedError("vault.not-ours")
    version = int.from_bytes(header[60:64], "big")
    if version > FORMAT:
        raise UnsupportedError("vault.version-newer", version=version, known=FORMAT)
    journalled = header[18:20] == b"\x01\x01"  # 2 would make SQLite look for a write-ahead log
    if version < FORMAT or not journalled or int.from_bytes(header[16:18], "big") != PAGE_BYTES:
        raise StoreError("vault.damaged", part="header")


@contextlib.contextmanager
def _snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Read one state, and look for a journal to be played back only once."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:  # where a disk failed, SQLite has ended it: a COMMIT would hide why
            connection.execute("COMMIT")


class _PlainErrors:
    """Turn what SQLite raises inside into a StoreError with a plain code."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, UnicodeDecodeError):  # a damaged row calls its bytes text
            raise StoreError("vault.damaged", part="text") from None  # the other holds the row's bytes
        if isinstance(error, sqlite3.Error):
            number = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
            raise StoreError(_CODES.get(number & 0xFF, "vault.damaged"), sqlite=number) from error
