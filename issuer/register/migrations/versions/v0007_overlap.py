"""Signers that overlap: when a signer's turn comes, and when the key of the one before is destroyed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add columns; signers that are there began at once, and have no successor yet."""
    op.add_column("signers", sa.Column("sign_from", sa.BigInteger, nullable=True))
    op.add_column("signers", sa.Column("key_until", sa.BigInteger, nullable=True))
    op.add_column("proposals", sa.Column("digest", sa.LargeBinary(32), nullable=True))
