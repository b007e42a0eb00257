"""The counter's one file of state: what must survive from one command to the next, and nothing personal.

SQLite with rollback journal and `synchronous=FULL`: what a function of this room returned from is on the
disk. `secure_delete` overwrites what is deleted, the one-time key of a request above all; old blocks of a
file system or a flash disk may keep it all the same, which is why a window keeps that key in memory alone.
"""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from counterproof.mdoc.errors import StoreError, UnsupportedError
from counterproof.sealing import files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType

    from counterproof.clock import Clock

VERDICT_STANDS: Final = 60.0
"""Seconds for which the same code is the same person still standing there."""

_FORMAT: Final = 2
_APPLICATION_ID: Final = int.from_bytes(b"CPCS", "big")
_NAME_SIZE: Final = 8
_WAIT: Final = 10.0  # seconds for another command of this counter to finish
_SETTINGS: Final = """
PRAGMA temp_store = MEMORY;
PRAGMA secure_delete = ON;
PRAGMA journal_mode = DELETE;
PRAGMA synchronous = FULL;
"""
_CLOSED_DAYS: Final = "CREATE TABLE days (day TEXT PRIMARY KEY, digest BLOB NOT NULL, seal BLOB NOT NULL);"
_SCHEMA: Final = f"""
BEGIN IMMEDIATE;
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {_FORMAT};
CREATE TABLE memory (started_unix REAL NOT NULL);
CREATE TABLE visit (
    name TEXT NOT NULL, boot TEXT NOT NULL, seconds REAL, unix REAL, accepted BLOB, counted BLOB
);
CREATE TABLE open_request (
    body BLOB NOT NULL, key BLOB NOT NULL, begun REAL NOT NULL, deadline REAL NOT NULL, boot TEXT NOT NULL
);
CREATE TABLE tried (message BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE seen (
    code BLOB PRIMARY KEY, visit TEXT NOT NULL, until_seconds REAL NOT NULL, until_unix INTEGER NOT NULL,
    boot TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE slips (
    slip BLOB PRIMARY KEY, visit TEXT NOT NULL, until_unix INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE challenge (digits TEXT NOT NULL, until_seconds REAL NOT NULL, boot TEXT NOT NULL);
CREATE TABLE tallies (
    day TEXT, purpose TEXT, mode TEXT, outcome TEXT, code TEXT, count INTEGER NOT NULL,
    PRIMARY KEY (day, purpose, mode, outcome, code)
) WITHOUT ROWID;
{_CLOSED_DAYS}
"""
_SCHEMA_2: Final = f"""
BEGIN IMMEDIATE;
PRAGMA user_version = {_FORMAT};
{_CLOSED_DAYS}
COMMIT;
"""
_CODES: Final = {
    sqlite3.SQLITE_FULL: "sealing.disk-full",
    sqlite3.SQLITE_READONLY: "sealing.read-only",
    sqlite3.SQLITE_PERM: "sealing.permission",
    sqlite3.SQLITE_IOERR: "sealing.disk-error",
    sqlite3.SQLITE_CANTOPEN: "sealing.disk-error",
    sqlite3.SQLITE_BUSY: "verifier.state-in-use",
    sqlite3.SQLITE_LOCKED: "verifier.state-in-use",
}


@dataclass(frozen=True, slots=True)
class Now:
    """One moment: Unix seconds, monotonic seconds, and the run of the machine that these count in."""

    unix: float
    seconds: float
    boot: str

    @classmethod
    def of(cls, clock: Clock, boot: str) -> Now:
        """Read both clocks."""
        return cls(clock.now().timestamp(), clock.monotonic(), boot)


@dataclass(frozen=True, slots=True)
class Visit:
    """One person at the counter, by a random name that serves once.

    `accepted` is h(M) of the answer whose verdict stands, `counted` names what the journal counted last.
    """

    name: str
    accepted: bytes | None = None
    counted: bytes | None = None


class State:
    """An open file of state; several commands and a window of one counter may use it at once."""

    def __init__(self, connection: sqlite3.Connection, random: Callable[[int], bytes]) -> None:
        self._connection = connection
        self._random = random

    @classmethod
    def open(cls, path: Path, *, now_unix: float, random: Callable[[int], bytes]) -> State:
        """Open the file at `path`, made for the owner alone if there is none; memory begins `now_unix`.

        Raises StoreError `verifier.state-damaged`, `verifier.state-in-use` and `sealing.*`, UnsupportedError
        `verifier.state-newer`.
        """
        files.private_dir(path.parent)
        with files.plain_errors():
            path.touch(mode=0o600)
        with plain_errors():
            # One thread at a time, as the counter promises; a window's workers take turns.
            connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
            state = cls(connection, random)
            connection.executescript(_SETTINGS)
            state._prepare(now_unix)
            return state

    @classmethod
    def in_memory(cls, *, now_unix: float, random: Callable[[int], bytes]) -> Self:
        """Open one that is on no disk and ends with its closing; memory begins `now_unix`."""
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        state = cls(connection, random)
        connection.executescript(_SETTINGS)
        state._prepare(now_unix)
        return state

    def _prepare(self, now_unix: float) -> None:
        (found,) = self._connection.execute("PRAGMA user_version").fetchone()
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        if found > _FORMAT and application == _APPLICATION_ID:
            raise UnsupportedError("verifier.state-newer", version=found, known=_FORMAT)
        if (found, application) == (_FORMAT, _APPLICATION_ID):
            return
        if (found, application) == (1, _APPLICATION_ID):
            self._script(_SCHEMA_2)
            return
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if found or application or tables:
            raise StoreError("verifier.state-damaged")
        if self._script(_SCHEMA):
            self.execute("INSERT INTO memory VALUES (?)", now_unix)
            self._connection.execute("COMMIT")

    def _script(self, script: str) -> bool:
        """Make tables; tell whether it was this program that made them."""
        try:
            self._connection.executescript(script)
        except sqlite3.OperationalError as error:
            self._rollback()
            # Another command may have been first; then its file is as good as ours.
            if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
                return False
            raise
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Let nobody else decide meanwhile; what was written is on the disk when this ends.

        An error inside undoes everything. Raises StoreError.
        """
        with plain_errors():
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._rollback()
            raise
        with plain_errors():
            self._connection.execute("COMMIT")

    def _rollback(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("ROLLBACK")

    def execute(self, statement: str, *values: object) -> None:
        """Run a statement with bound values."""
        with plain_errors():
            self._connection.execute(statement, values)

    def row(self, query: str, *values: object) -> tuple[object, ...] | None:
        """Return the first row of a query, None if there is none."""
        with plain_errors():
            found: tuple[object, ...] | None = self._connection.execute(query, values).fetchone()
            return found

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Return all rows of a query."""
        with plain_errors():
            return self._connection.execute(query, values).fetchall()

    @property
    def started_unix(self) -> float:
        """When this memory began, Unix seconds."""
        found = self.row("SELECT started_unix FROM memory")
        if found is None or not isinstance(found[0], float):
            raise StoreError("verifier.state-damaged")
        return found[0]

    def visit(self, now: Now) -> Visit:
        """Return the visit that goes on; a new one where the last verdict does not stand any more."""
        found = self.row("SELECT name, accepted, counted, boot, seconds, unix FROM visit")
        if found is None:
            return self.new_visit(now)
        name, accepted, counted, boot, seconds, unix = found
        if isinstance(seconds, float) and isinstance(unix, float):
            passed = now.seconds - seconds
            stands = boot == now.boot and 0 <= passed < VERDICT_STANDS
            if not stands or now.unix - unix >= VERDICT_STANDS:
                return self.new_visit(now)
        return Visit(
            str(name),
            accepted if isinstance(accepted, bytes) else None,
            counted if isinstance(counted, bytes) else None,
        )

    def new_visit(self, now: Now) -> Visit:
        """Begin with the next person; nothing of the last one's codes counts as a repeat any more."""
        name = self._random(_NAME_SIZE).hex()
        self.execute("DELETE FROM visit")
        self.execute("INSERT INTO visit VALUES (?, ?, NULL, NULL, NULL, NULL)", name, now.boot)
        return Visit(name)

    def verdict_given(self, now: Now, accepted: bytes | None) -> None:
        """Note when the visit's verdict was given, once, and h(M) of the answer that it accepted."""
        self.execute(
            "UPDATE visit SET boot = ?, seconds = ?, unix = ?, accepted = ? WHERE seconds IS NULL",
            now.boot,
            now.seconds,
            now.unix,
            accepted,
        )

    def counted(self, name: bytes) -> None:
        """Note what the journal counted last in this visit."""
        self.execute("UPDATE visit SET counted = ?", name)


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what SQLite raises into a StoreError with a plain code."""
    try:
        yield
    except sqlite3.Error as error:
        number = getattr(error, "sqlite_errorcode", 0) or 0
        raise StoreError(_CODES.get(number & 0xFF, "verifier.state-damaged")) from error
