"""Issuing over a network: offers, grants, applications, deliveries, and tokens of the API."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add five tables; nothing that is there changes."""
    _make_offers()
    _make_grants()
    _make_applications()
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("digest", name="uq_api_tokens_digest"),
    )


def _make_offers() -> None:
    op.create_table(
        "online_offers",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("link", sa.LargeBinary(32), nullable=False),
        sa.Column("code", sa.LargeBinary(32), nullable=False),
        sa.Column("tx_code", sa.LargeBinary(32)),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("doc_type", sa.String(128), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("copies", sa.Integer, nullable=False),
        sa.Column("needs_decision", sa.SmallInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("key", sa.LargeBinary(32)),
        sa.Column("asked", sa.LargeBinary(32)),
        sa.Column("sealed", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_online_offers"),
        sa.UniqueConstraint("link", name="uq_online_offers_link"),
        sa.UniqueConstraint("code", name="uq_online_offers_code"),
        sa.UniqueConstraint("key", name="uq_online_offers_key"),
    )
    op.create_index("ix_online_offers_subject", "online_offers", ["subject"])
    op.create_index("ix_online_offers_expires_at", "online_offers", ["expires_at"])


def _make_grants() -> None:
    op.create_table(
        "online_grants",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("offer", sa.String(16), nullable=False),
        sa.Column("access", sa.LargeBinary(32), nullable=False),
        sa.Column("access_until", sa.BigInteger, nullable=False),
        sa.Column("refresh", sa.LargeBinary(32), nullable=False),
        sa.Column("former", sa.LargeBinary(32)),
        sa.Column("refresh_until", sa.BigInteger, nullable=False),
        sa.Column("copies_left", sa.Integer, nullable=False),
        sa.Column("rounds", sa.Integer, nullable=False),
        sa.Column("round_at", sa.BigInteger, nullable=False),
        sa.Column("identified", sa.SmallInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_online_grants"),
        sa.ForeignKeyConstraint(["offer"], ["online_offers.id"], name="fk_online_grants_offer"),
        sa.UniqueConstraint("offer", name="uq_online_grants_offer"),
        sa.UniqueConstraint("access", name="uq_online_grants_access"),
        sa.UniqueConstraint("refresh", name="uq_online_grants_refresh"),
        sa.UniqueConstraint("former", name="uq_online_grants_former"),
    )
    op.create_table(
        "online_deliveries",
        sa.Column("notification", sa.LargeBinary(32), nullable=False),
        sa.Column("grant_id", sa.String(16), nullable=False),
        sa.Column("batch_id", sa.String(16), nullable=False),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("event", sa.String(24)),
        sa.Column("event_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("notification", name="pk_online_deliveries"),
        sa.ForeignKeyConstraint(["grant_id"], ["online_grants.id"], name="fk_online_deliveries_grant_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_online_deliveries_batch_id"),
    )
    op.create_index("ix_online_deliveries_grant_id", "online_deliveries", ["grant_id"])


def _make_applications() -> None:
    op.create_table(
        "online_applications",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("grant_id", sa.String(16), nullable=False),
        sa.Column("transaction", sa.LargeBinary(32), nullable=False),
        sa.Column("request", sa.LargeBinary(32), nullable=False),
        sa.Column("device_keys", sa.LargeBinary, nullable=False),
        sa.Column("copies", sa.Integer, nullable=False),
        sa.Column("doc_type", sa.String(128), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("decided_by", sa.String(100)),
        sa.Column("reason", sa.String(40)),
        sa.Column("batch_id", sa.String(16)),
        sa.Column("issued_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_online_applications"),
        sa.ForeignKeyConstraint(["grant_id"], ["online_grants.id"], name="fk_online_applications_grant_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_online_applications_batch_id"),
        sa.UniqueConstraint("transaction", name="uq_online_applications_transaction"),
        sa.UniqueConstraint("request", name="uq_online_applications_request"),
    )
    op.create_index("ix_online_applications_grant_id", "online_applications", ["grant_id"])
    op.create_index("ix_online_applications_state", "online_applications", ["state", "created_at"])
