"""The parts of bulk runs that count: what the register holds, and the file that it belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add one table; nothing that is there changes."""
    op.create_table(
        "bulk_parts",
        sa.Column("run", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("act", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("credentials", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("run", "number", name="pk_bulk_parts"),
        sa.ForeignKeyConstraint(["act"], ["log.seq"], name="fk_bulk_parts_act"),
    )
