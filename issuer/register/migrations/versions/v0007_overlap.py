"""Signers that overlap: a signer's turn, and the end of a key; a second person for runs and withdrawals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add columns; signers that are there began at once, and what was changed were statuses."""
    op.add_column("signers", sa.Column("sign_from", sa.BigInteger, nullable=True))
    op.add_column("signers", sa.Column("key_until", sa.BigInteger, nullable=True))
    op.add_column("status_changes", sa.Column("kind", sa.String(16), nullable=True))
    op.add_column("proposals", sa.Column("digest", sa.LargeBinary(32), nullable=True))
