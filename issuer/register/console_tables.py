"""The tables of the console: clerks and how they sign in, notes of cases, what waits for a second person.

No code, link or session is stored, only the digest of each. A passkey's public part is all there is of it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from issuer.register.tables import UtcSeconds, metadata

clerks = Table(
    "clerks",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("folded", String(200), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("handle", LargeBinary(32), nullable=False, unique=True),
    Column("enrolled_by", String(100), nullable=False),
    Column("created_at", UtcSeconds, nullable=False),
    Column("ended_at", UtcSeconds),
)

invitations = Table(
    "clerk_invitations",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("clerk", String(16), ForeignKey("clerks.id"), nullable=False, index=True),
    Column("expires_at", UtcSeconds, nullable=False),
    Column("used_at", UtcSeconds),
)

passkeys = Table(
    "clerk_passkeys",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("clerk", String(16), ForeignKey("clerks.id"), nullable=False, index=True),
    Column("data", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("created_at", UtcSeconds, nullable=False),
    Column("used_at", UtcSeconds),
    Column("ended_at", UtcSeconds),
)

recovery_codes = Table(
    "clerk_recovery_codes",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("clerk", String(16), ForeignKey("clerks.id"), nullable=False, index=True),
    Column("used_at", UtcSeconds),
)

sessions = Table(
    "clerk_sessions",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("clerk", String(16), ForeignKey("clerks.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("created_at", UtcSeconds, nullable=False),
    Column("seen_at", UtcSeconds, nullable=False),
    Column("ended_at", UtcSeconds),
)

challenges = Table(
    "clerk_challenges",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("challenge", LargeBinary(32), nullable=False),
    Column("expires_at", UtcSeconds, nullable=False, index=True),
)

notes = Table(
    "case_notes",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("case_id", String(16), nullable=False, index=True),
    Column("act", BigInteger, ForeignKey("log.seq"), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("salt", LargeBinary(16), nullable=False),
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("action", String(16), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("documents", Integer, nullable=False),
    Column("who", String(100), nullable=False),
    Column("created_at", UtcSeconds, nullable=False),
    Column("expires_at", UtcSeconds, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("decided_by", String(100)),
    Column("decided_at", UtcSeconds),
    Column("changed", Integer, nullable=False),
    Column("digest", LargeBinary(32)),
)

proposal_targets = Table(
    "proposal_targets",
    metadata,
    Column("proposal", String(16), ForeignKey("proposals.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("target", String(24), nullable=False),
)

status_changes = Table(
    "status_changes",
    metadata,
    Column("act", BigInteger, ForeignKey("log.seq"), primary_key=True, autoincrement=False),
    Column("who", String(200), nullable=False),
    Column("at", UtcSeconds, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("kind", String(16)),
)
Index("ix_status_changes_who", status_changes.c.who, status_changes.c.at)

__all__ = [
    "challenges",
    "clerks",
    "invitations",
    "notes",
    "passkeys",
    "proposal_targets",
    "proposals",
    "recovery_codes",
    "sessions",
    "status_changes",
]
