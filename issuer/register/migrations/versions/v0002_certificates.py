"""The certificates that the agency's roots vouch for: counters, what was withdrawn, and revocation lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add three tables; nothing that is there changes."""
    op.create_table(
        "readers",
        sa.Column("fingerprint", sa.LargeBinary(32), nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("office", sa.String(20), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("certificate", sa.LargeBinary, nullable=False),
        sa.Column("request", sa.LargeBinary(32), nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_readers"),
        sa.UniqueConstraint("request", name="uq_readers_request"),
    )
    op.create_index("ix_readers_id", "readers", ["id"])
    op.create_table(
        "withdrawals",
        sa.Column("fingerprint", sa.LargeBinary(32), nullable=False),
        sa.Column("issuer", sa.LargeBinary(32), nullable=False),
        sa.Column("serial", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_withdrawals"),
        sa.ForeignKeyConstraint(["issuer"], ["signers.fingerprint"], name="fk_withdrawals_issuer"),
    )
    op.create_table(
        "crls",
        sa.Column("issuer", sa.LargeBinary(32), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("crl", sa.LargeBinary, nullable=False),
        sa.Column("next_update", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "number", name="pk_crls"),
        sa.ForeignKeyConstraint(["issuer"], ["signers.fingerprint"], name="fk_crls_issuer"),
    )
