"""The tables of the register; `migrations` makes them, a test holds the two together.

Nothing here holds an attribute value: people are referenced by the agency's own identifier, documents by
digests. Times are whole seconds since 1970, UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator


class UtcSeconds(TypeDecorator[datetime]):
    """An aware time, kept as whole seconds since 1970 so that every database orders it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Cut an aware time to whole seconds."""
        return None if value is None else int(value.timestamp())

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return an aware time in UTC."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

register = Table(
    "register",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("register_id", String(32), nullable=False),
    Column("created_at", UtcSeconds, nullable=False),
    Column("log_seq", BigInteger, nullable=False),
    Column("log_hash", LargeBinary(32), nullable=False),
    Column("last_at", UtcSeconds, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

settings = Table(
    "settings",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

signers = Table(
    "signers",
    metadata,
    Column("fingerprint", LargeBinary(32), primary_key=True),
    Column("role", String(32), nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    Column("not_before", UtcSeconds, nullable=False),
    Column("not_after", UtcSeconds, nullable=False),
    Column("sign_until", UtcSeconds, nullable=False),
    Column("added_at", UtcSeconds, nullable=False),
    Column("sign_from", UtcSeconds),
    Column("key_until", UtcSeconds),
)

status_lists = Table(
    "status_lists",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uri", String(512), nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("bits", SmallInteger, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("used", BigInteger, nullable=False),
    Column("created_at", UtcSeconds, nullable=False),
    Column("closed_at", UtcSeconds),
    CheckConstraint("bits IN (1, 2, 4, 8)", name="bits"),
    CheckConstraint("used BETWEEN 0 AND size", name="used"),
)

status_entries = Table(
    "status_entries",
    metadata,
    Column("list_id", Integer, ForeignKey("status_lists.id"), primary_key=True),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("status", SmallInteger, nullable=False),
    Column("reason", String(40)),
    Column("updated_at", UtcSeconds),
    sqlite_with_rowid=False,
)
Index(
    "ix_status_entries_not_valid",
    status_entries.c.list_id,
    status_entries.c.idx,
    status_entries.c.status,
    sqlite_where=status_entries.c.status != 0,
    postgresql_where=status_entries.c.status != 0,
)

log = Table(
    "log",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcSeconds, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("action", String(40), nullable=False),
    Column("target", String(200), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("details", Text, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("authority", String(100)),
)

log_subjects = Table(
    "log_subjects",
    metadata,
    Column("seq", BigInteger, ForeignKey("log.seq"), primary_key=True, autoincrement=False),
    Column("subject", String(100), nullable=False, index=True),
    Column("salt", LargeBinary(16)),
    Column("doc_type", String(128)),
    Column("batch_id", String(16), index=True),
)

batches = Table(
    "batches",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("act", BigInteger, ForeignKey("log.seq"), nullable=False, unique=True),
    Column("doc_type", String(128), nullable=False),
    Column("doc_type_version", Integer, nullable=False),
    Column("subject", String(100), nullable=False, index=True),
    Column("signer", LargeBinary(32), ForeignKey("signers.fingerprint"), nullable=False),
    Column("valid_from", UtcSeconds, nullable=False),
    Column("valid_until", UtcSeconds, nullable=False),
    Column("issued_at", UtcSeconds, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("salt", LargeBinary(16)),
    Index("ix_batches_doc_type", "doc_type", "valid_until"),
)

credentials = Table(
    "credentials",
    metadata,
    Column("batch_id", String(16), ForeignKey("batches.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("mso_digest", LargeBinary(32), nullable=False, unique=True),
    Column("device_key", LargeBinary(32), nullable=False, unique=True),
    Column("list_id", Integer, nullable=False),
    Column("idx", BigInteger, nullable=False),
    ForeignKeyConstraint(["list_id", "idx"], ["status_entries.list_id", "status_entries.idx"]),
    UniqueConstraint("list_id", "idx"),
    sqlite_with_rowid=False,
)

nonces = Table(
    "nonces",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("expires_at", UtcSeconds, nullable=False, index=True),
    Column("used_at", UtcSeconds),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("key", LargeBinary(32), primary_key=True),
    Column("request", LargeBinary(32), nullable=False),
    Column("batch_id", String(16), ForeignKey("batches.id"), nullable=False),
    Column("reply", LargeBinary),
    Column("recorded_at", UtcSeconds, nullable=False, index=True),
)

readers = Table(
    "readers",
    metadata,
    Column("fingerprint", LargeBinary(32), primary_key=True),
    Column("id", String(20), nullable=False, index=True),
    Column("office", String(20), nullable=False),
    Column("name", String(120), nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    Column("request", LargeBinary(32), nullable=False, unique=True),
    Column("added_at", UtcSeconds, nullable=False),
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("fingerprint", LargeBinary(32), primary_key=True),
    Column("issuer", LargeBinary(32), ForeignKey("signers.fingerprint"), nullable=False),
    Column("serial", String(40), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("withdrawn_at", UtcSeconds, nullable=False),
)

crls = Table(
    "crls",
    metadata,
    Column("issuer", LargeBinary(32), ForeignKey("signers.fingerprint"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("crl", LargeBinary, nullable=False),
    Column("next_update", UtcSeconds, nullable=False),
)

bulk_parts = Table(
    "bulk_parts",
    metadata,
    Column("run", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("act", BigInteger, ForeignKey("log.seq"), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("credentials", Integer, nullable=False),
)
