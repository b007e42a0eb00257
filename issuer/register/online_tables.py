"""The tables of issuing over a network: offers, grants, applications, deliveries, and who may use the API.

No code, token, link or nonce is stored, only the digest of each; no attribute value either.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
)

from issuer.register.tables import UtcSeconds, metadata

offers = Table(
    "online_offers",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("link", LargeBinary(32), nullable=False, unique=True),
    Column("code", LargeBinary(32), nullable=False, unique=True),
    Column("tx_code", LargeBinary(32)),
    Column("tries", Integer, nullable=False),
    Column("doc_type", String(128), nullable=False),
    Column("subject", String(100), nullable=False, index=True),
    Column("copies", Integer, nullable=False),
    Column("needs_decision", SmallInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("who", String(100), nullable=False),
    Column("created_at", UtcSeconds, nullable=False),
    Column("expires_at", UtcSeconds, nullable=False, index=True),
    Column("key", LargeBinary(32), unique=True),
    Column("asked", LargeBinary(32)),
    Column("sealed", LargeBinary),
)

grants = Table(
    "online_grants",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("offer", String(16), ForeignKey("online_offers.id"), nullable=False, unique=True),
    Column("access", LargeBinary(32), nullable=False, unique=True),
    Column("access_until", UtcSeconds, nullable=False),
    Column("refresh", LargeBinary(32), nullable=False, unique=True),
    Column("former", LargeBinary(32), unique=True),
    Column("refresh_until", UtcSeconds, nullable=False),
    Column("copies_left", Integer, nullable=False),
    Column("rounds", Integer, nullable=False),
    Column("round_at", UtcSeconds, nullable=False),
    Column("identified", SmallInteger, nullable=False),
    Column("ended_at", UtcSeconds),
)

deliveries = Table(
    "online_deliveries",
    metadata,
    Column("notification", LargeBinary(32), primary_key=True),
    Column("grant_id", String(16), ForeignKey("online_grants.id"), nullable=False, index=True),
    Column("batch_id", String(16), ForeignKey("batches.id"), nullable=False),
    Column("issued_at", UtcSeconds, nullable=False),
    Column("event", String(24)),
    Column("event_at", UtcSeconds),
)

applications = Table(
    "online_applications",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("grant_id", String(16), ForeignKey("online_grants.id"), nullable=False, index=True),
    Column("transaction", LargeBinary(32), nullable=False, unique=True),
    Column("request", LargeBinary(32), nullable=False, unique=True),
    Column("device_keys", LargeBinary, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("doc_type", String(128), nullable=False),
    Column("subject", String(100), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcSeconds, nullable=False),
    Column("decided_at", UtcSeconds),
    Column("decided_by", String(100)),
    Column("reason", String(40)),
    Column("batch_id", String(16), ForeignKey("batches.id")),
    Column("issued_at", UtcSeconds),
)
Index("ix_online_applications_state", applications.c.state, applications.c.created_at)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("role", String(16), nullable=False),
    Column("created_at", UtcSeconds, nullable=False),
    Column("expires_at", UtcSeconds, nullable=False),
    Column("ended_at", UtcSeconds),
)

__all__ = ["api_tokens", "applications", "deliveries", "grants", "offers"]
