"""On whose authority, about whom, lists that were closed; and the log append-only on PostgreSQL too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what may be empty; the persons of earlier changes of status are filled in from their batches."""
    op.add_column("log", sa.Column("authority", sa.String(100)))
    op.add_column("batches", sa.Column("salt", sa.LargeBinary(16)))
    op.add_column("status_lists", sa.Column("closed_at", sa.BigInteger))
    op.create_table(
        "log_subjects",
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("salt", sa.LargeBinary(16)),
        sa.Column("doc_type", sa.String(128)),
        sa.Column("batch_id", sa.String(16)),
        sa.PrimaryKeyConstraint("seq", name="pk_log_subjects"),
        sa.ForeignKeyConstraint(["seq"], ["log.seq"], name="fk_log_subjects_seq"),
    )
    op.create_index("ix_log_subjects_subject", "log_subjects", ["subject"])
    op.create_index("ix_log_subjects_batch_id", "log_subjects", ["batch_id"])
    op.execute(
        "INSERT INTO log_subjects (seq, subject, doc_type, batch_id) "
        "SELECT log.seq, batches.subject, batches.doc_type, batches.id "
        "FROM log JOIN batches ON batches.id = substr(log.target, 1, 16) "
        "WHERE log.action IN ('revoke', 'suspend', 'reinstate')"
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_the_log()


def _guard_the_log() -> None:
    op.execute(
        "CREATE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER log_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON log "
        "FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only()"
    )
