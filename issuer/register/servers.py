"""PostgreSQL as the register's database: its settings, and what its errors mean.

Whatever a SQLite file promises is asked of the server in each session: a commit that waits for the disk, one
consistent view for a reader, a writer that gives up after half a minute. A password never stands in the
address; libpq reads it from PGPASSWORD, a password file, or needs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from counterproof.mdoc.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL
    from sqlalchemy.engine.interfaces import DBAPIConnection

READING: Final[dict[str, Any]] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""How a reader sees one state of everything, as it does in a SQLite file."""

UNSYNCED: Final = "SET LOCAL synchronous_commit = off"
"""For a transaction that means nothing until a later one refers to it, and that is on the disk before it."""

_CONNECT_SECONDS = 10
_SETTINGS = (
    "SET synchronous_commit = on",
    "SET lock_timeout = '30s'",
    "SET idle_in_transaction_session_timeout = '10min'",
    "SET timezone = 'UTC'",
)
_CODES = {
    "08": "register.unreachable",
    "25006": "register.read-only",
    "28": "register.not-let-in",
    "3D000": "register.no-database",
    "40": "register.busy",
    "42501": "register.not-let-in",
    "53100": "register.disk-full",
    "53300": "register.busy",
    "55P03": "register.busy",
    "57014": "register.busy",
    "57P": "register.unreachable",
    "58": "register.disk-error",
    "XX001": "register.damaged",
    "XX002": "register.damaged",
}
"""Codes by the beginning of the SQLSTATE (PostgreSQL 15, appendix A)."""


def checked(url: URL) -> URL:
    """Return the address with its driver; raise UsageError `register.password-in-url`."""
    if url.password is not None or "password" in url.query:
        raise UsageError("register.password-in-url")
    return url.set(drivername="postgresql+psycopg") if url.drivername in {"postgresql", "postgres"} else url


def arguments(url: URL) -> dict[str, Any]:
    """Return what the driver is to be told beside the address."""
    return {"connect_timeout": _CONNECT_SECONDS} if url.get_backend_name() == "postgresql" else {}


def prepare(connection: DBAPIConnection, _record: object) -> None:
    """Ask the server, for this session, for what a SQLite file promises."""
    before = connection.autocommit
    connection.autocommit = True
    cursor = connection.cursor()
    for setting in _SETTINGS:
        cursor.execute(setting)
    cursor.close()
    connection.autocommit = before


def state(error: BaseException | None) -> str:
    """Return the SQLSTATE of an error, or its kind where it has none."""
    found = getattr(error, "sqlstate", None)
    return found if isinstance(found, str) else type(error).__name__


def code(error: BaseException | None) -> str | None:
    """Return our code for an error of the server, or None; one without a state lost the connection."""
    found = getattr(error, "sqlstate", None)
    if found is None:
        return "register.unreachable" if type(error).__name__ == "OperationalError" else None
    return next((ours for beginning, ours in _CODES.items() if str(found).startswith(beginning)), None)
