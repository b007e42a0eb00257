"""Which version a database has, and bringing an older one up to date.

A database of a newer program is left exactly as it is. Alembic is loaded only where there is work for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from counterproof.mdoc.errors import StoreError
from issuer.register import tables

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from issuer.register.store import Store

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
"""Every revision in `migrations/versions`, oldest first."""

MIGRATIONS = Path(__file__).parent / "migrations"


def revision(connection: Connection) -> str:
    """Return the revision of a database.

    Raises StoreError `register.not-a-register`, or `register.newer` for a revision unknown to this program.
    """
    if not inspect(connection).has_table("alembic_version"):
        raise StoreError("register.not-a-register")
    rows = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    if len(rows) != 1 or not inspect(connection).has_table(tables.register.name):
        raise StoreError("register.not-a-register")
    if rows[0] not in REVISIONS:
        raise StoreError("register.newer", revision=str(rows[0])[:32], known=REVISIONS[-1])
    return str(rows[0])


def is_there(connection: Connection) -> bool:
    """Tell whether a register, or a database with tables of somebody else, is here already."""
    return bool(inspect(connection).get_table_names())


def bring_up_to_date(store: Store) -> None:
    """Check the version of an existing database and run the migrations that it lacks, all or none."""
    with store.read() as connection:
        if revision(connection) == REVISIONS[-1]:
            return
    with store.write() as connection:
        migrate(connection)


def migrate(connection: Connection) -> None:
    """Run every migration that a database lacks, in the connection's transaction."""
    from alembic import command  # noqa: PLC0415 - 0.2 s that an up-to-date register need not wait
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
