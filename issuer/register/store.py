"""The database under the register: how it is opened, what a transaction promises, what its errors mean.

SQLite is run with a write-ahead log and `synchronous=FULL`: when `write()` has ended, what was written
survives kill -9 and power loss, but for what is written with `synced=False`: it counts for nothing until
something synced refers to it. Any other database comes by URL, and must promise the same by itself.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from counterproof.mdoc.errors import StoreError, UsageError
from issuer.register import servers
from issuer.register.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUSY_SECONDS = 30.0
_OWNER_ONLY = 0o600
_WRITE = "register_write"
_UNSYNCED = "register_unsynced"

_CODES = {
    sqlite3.SQLITE_BUSY: "register.busy",
    sqlite3.SQLITE_LOCKED: "register.busy",
    sqlite3.SQLITE_FULL: "register.disk-full",
    sqlite3.SQLITE_IOERR: "register.disk-error",
    sqlite3.SQLITE_CORRUPT: "register.damaged",
    sqlite3.SQLITE_NOTADB: "register.not-a-register",
    sqlite3.SQLITE_READONLY: "register.read-only",
    sqlite3.SQLITE_PERM: "register.read-only",
    sqlite3.SQLITE_CANTOPEN: "register.cannot-open",
}


class Store:
    """Connections to one database; safe to share between threads."""

    def __init__(self, path_or_url: Path | str) -> None:
        self.url = _url(path_or_url)
        self.engine = _engine(self.url)
        self._joined = threading.local()
        self._turns = Turns() if self.is_sqlite else None

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database, or None for a server."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection with one consistent view; nothing is written."""
        joined = self._joined_connection()
        if joined is not None:
            yield joined
            return
        with _translated(), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(**servers.READING)
            with connection.begin():
                yield connection

    @contextmanager
    def write(self, *, synced: bool = True) -> Iterator[Connection]:
        """Give a connection in a transaction that is on the disk when the block ends, or left no trace.

        With `synced` false a power cut may undo it, though never without everything that was written after:
        for what means nothing until something written later refers to it.
        """
        joined = self._joined_connection()
        if joined is not None:
            yield joined
            return
        turn = nullcontext() if self._turns is None else self._turns.one(_BUSY_SECONDS)
        with turn, _translated(), self.engine.connect() as connection:
            connection.execution_options(**{_WRITE: True, _UNSYNCED: not synced})
            with connection.begin():
                if not (synced or self.is_sqlite):
                    connection.exec_driver_sql(servers.UNSYNCED)
                yield connection

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Let everything that this thread reads and writes within the block be one transaction."""
        with self.write() as connection:
            self._joined.connection = connection
            try:
                yield
            finally:
                del self._joined.connection

    def _joined_connection(self) -> Connection | None:
        found: Connection | None = getattr(self._joined, "connection", None)
        return found

    @contextmanager
    def founding(self) -> Iterator[Store]:
        """Give a store that is empty, and whose content is there, whole, when the block ends.

        A new file is made beside its place and linked there last: a break leaves nothing that could be
        taken for a register. On a server it is one transaction. Raises UsageError `register.exists`.
        """
        if self.path is None:
            with self.joined():
                yield self
            return
        if self.path.exists():
            raise UsageError("register.exists")
        staged = Store(self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}.new"))
        try:
            staged.make_file()
            with staged.joined():
                yield staged
            staged.settle()
            self._take(staged)
        finally:
            staged.remove()

    def make_file(self) -> None:
        """Make the file of a new SQLite database, for its owner alone, with the write-ahead log on."""
        assert self.path is not None
        try:
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_WRONLY, _OWNER_ONLY))
        except OSError as error:
            raise StoreError("register.cannot-open", errno=error.errno or 0) from None
        self.use_wal()

    def settle(self) -> None:
        """Bring everything from the write-ahead log into the file itself, and close it.

        Closing alone would pass over a disk that fails meanwhile. Raises StoreError `register.*`.
        """
        with _translated():
            raw = self.engine.raw_connection()
            try:
                busy, *_ = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                raw.close()
        self.close()
        if busy:
            raise StoreError("register.busy")

    def remove(self) -> None:
        """Delete the file of a database that came to nothing, or that has another name by now."""
        self.close()
        assert self.path is not None
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def _take(self, staged: Store) -> None:
        assert self.path is not None
        assert staged.path is not None
        try:
            os.link(staged.path, self.path)
        except FileExistsError:
            raise UsageError("register.exists") from None
        except OSError as error:
            raise StoreError("register.cannot-open", errno=error.errno or 0) from None
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def use_wal(self) -> None:
        """Switch a SQLite file to the write-ahead log, where it is not so already."""
        if self.path is None:
            return
        with _translated():
            raw = self.engine.raw_connection()
            try:
                mode = raw.cursor().execute("PRAGMA journal_mode=WAL").fetchone()
            finally:
                raw.close()
        if mode is None or mode[0] != "wal":
            raise StoreError("register.no-wal")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _url(path_or_url: Path | str) -> URL:
    if isinstance(path_or_url, str) and "://" in path_or_url:
        try:
            return servers.checked(make_url(path_or_url))
        except (ArgumentError, ValueError):
            raise UsageError("register.bad-url") from None
    return URL.create("sqlite", database=os.fspath(path_or_url))


def _engine(url: URL) -> Engine:
    sqlite = url.get_backend_name() == "sqlite"
    arguments: dict[str, Any] = {"timeout": _BUSY_SECONDS} if sqlite else servers.arguments(url)
    try:
        # Parameters are hidden because a message of the database must never show what was stored.
        engine = create_engine(url, hide_parameters=True, connect_args=arguments, pool_pre_ping=not sqlite)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise UsageError("register.no-driver", database=url.get_backend_name()) from None
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", servers.prepare)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # With the driver's own transactions off, `_begin_sqlite` decides when one starts and of what kind.
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA secure_delete=ON")  # who was erased is not left in a freed page


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: a transaction that reads first could never be sure of it later.
    options = connection.get_execution_options()
    if not options.get(_WRITE, False):
        connection.exec_driver_sql("BEGIN")
        return
    # In the write-ahead log what comes later is never on the disk without what came before it.
    unsynced = options.get(_UNSYNCED, False)
    connection.exec_driver_sql("PRAGMA synchronous=NORMAL" if unsynced else "PRAGMA synchronous=FULL")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the database's errors into ours, without its words: they may quote what was stored."""
    try:
        yield
    except IntegrityError:
        raise StoreError("register.conflict") from None
    except PoolTimeoutError:
        raise StoreError("register.busy") from None
    except DBAPIError as error:
        raise _store_error(error.orig) from None
    except sqlite3.Error as error:
        raise _store_error(error) from None


def _store_error(error: BaseException | None) -> StoreError:
    number = getattr(error, "sqlite_errorcode", None)
    if not isinstance(number, int):
        code = servers.code(error)
        return StoreError(code) if code else StoreError("register.failed", error=servers.state(error))
    code = _CODES.get(number & 0xFF)
    return StoreError(code) if code else StoreError("register.failed", error=number)
