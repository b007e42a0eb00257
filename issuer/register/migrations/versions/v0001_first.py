"""The register as it first was: agency, signers, status lists, batches and the chained log of acts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table; times are whole seconds since 1970, UTC."""
    _make_agency()
    _make_status()
    _make_log()
    _make_batches()
    _make_requests()


def _make_agency() -> None:
    op.create_table(
        "register",
        sa.Column("id", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("register_id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("log_seq", sa.BigInteger, nullable=False),
        sa.Column("log_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register"),
        sa.CheckConstraint("id = 1", name="ck_register_one_row"),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_settings"),
    )
    op.create_table(
        "signers",
        sa.Column("fingerprint", sa.LargeBinary(32), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("certificate", sa.LargeBinary, nullable=False),
        sa.Column("not_before", sa.BigInteger, nullable=False),
        sa.Column("not_after", sa.BigInteger, nullable=False),
        sa.Column("sign_until", sa.BigInteger, nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_signers"),
    )


def _make_status() -> None:
    op.create_table(
        "status_lists",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("uri", sa.String(512), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("bits", sa.SmallInteger, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_status_lists"),
        sa.UniqueConstraint("uri", name="uq_status_lists_uri"),
        sa.CheckConstraint("bits IN (1, 2, 4, 8)", name="ck_status_lists_bits"),
        sa.CheckConstraint("used BETWEEN 0 AND size", name="ck_status_lists_used"),
    )
    op.create_table(
        "status_entries",
        sa.Column("list_id", sa.Integer, nullable=False),
        sa.Column("idx", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("updated_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("list_id", "idx", name="pk_status_entries"),
        sa.ForeignKeyConstraint(["list_id"], ["status_lists.id"], name="fk_status_entries_list_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_status_entries_not_valid",
        "status_entries",
        ["list_id", "idx", "status"],
        sqlite_where=sa.text("status != 0"),
        postgresql_where=sa.text("status != 0"),
    )


def _make_log() -> None:
    op.create_table(
        "log",
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_log"),
    )
    if op.get_bind().dialect.name == "sqlite":
        # Against slips, not against attackers: those meet the chain.
        op.execute(
            "CREATE TRIGGER log_no_update BEFORE UPDATE ON log "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        )
        op.execute(
            "CREATE TRIGGER log_no_delete BEFORE DELETE ON log "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        )


def _make_batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("act", sa.BigInteger, nullable=False),
        sa.Column("doc_type", sa.String(128), nullable=False),
        sa.Column("doc_type_version", sa.Integer, nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("signer", sa.LargeBinary(32), nullable=False),
        sa.Column("valid_from", sa.BigInteger, nullable=False),
        sa.Column("valid_until", sa.BigInteger, nullable=False),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("copies", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sa.UniqueConstraint("act", name="uq_batches_act"),
        sa.ForeignKeyConstraint(["act"], ["log.seq"], name="fk_batches_act"),
        sa.ForeignKeyConstraint(["signer"], ["signers.fingerprint"], name="fk_batches_signer"),
    )
    op.create_index("ix_batches_subject", "batches", ["subject"])
    op.create_table(
        "credentials",
        sa.Column("batch_id", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("mso_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("device_key", sa.LargeBinary(32), nullable=False),
        sa.Column("list_id", sa.Integer, nullable=False),
        sa.Column("idx", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "number", name="pk_credentials"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_credentials_batch_id"),
        sa.ForeignKeyConstraint(
            ["list_id", "idx"],
            ["status_entries.list_id", "status_entries.idx"],
            name="fk_credentials_list_id",
        ),
        sa.UniqueConstraint("list_id", "idx", name="uq_credentials_list_id"),
        sa.UniqueConstraint("mso_digest", name="uq_credentials_mso_digest"),
        sa.UniqueConstraint("device_key", name="uq_credentials_device_key"),
        sqlite_with_rowid=False,
    )


def _make_requests() -> None:
    op.create_table(
        "nonces",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("digest", name="pk_nonces"),
    )
    op.create_index("ix_nonces_expires_at", "nonces", ["expires_at"])
    op.create_table(
        "idempotency",
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("request", sa.LargeBinary(32), nullable=False),
        sa.Column("batch_id", sa.String(16), nullable=False),
        sa.Column("reply", sa.LargeBinary),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_idempotency"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_idempotency_batch_id"),
    )
    op.create_index("ix_idempotency_recorded_at", "idempotency", ["recorded_at"])
