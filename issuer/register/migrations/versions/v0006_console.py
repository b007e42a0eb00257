"""The console: clerks with their passkeys and sessions, notes of cases, what waits for a second person."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add tables, and an index that finds what ends soon; nothing that is there changes."""
    _clerks()
    _signing_in()
    _cases()
    _proposals()
    op.create_index("ix_batches_doc_type", "batches", ["doc_type", "valid_until"])


def _clerks() -> None:
    op.create_table(
        "clerks",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("folded", sa.String(200), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("handle", sa.LargeBinary(32), nullable=False),
        sa.Column("enrolled_by", sa.String(100), nullable=False),
        _time("created_at"),
        _time("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_clerks"),
        sa.UniqueConstraint("folded", name="uq_clerks_folded"),
        sa.UniqueConstraint("handle", name="uq_clerks_handle"),
    )


def _signing_in() -> None:
    _of_a_clerk("clerk_invitations", _time("expires_at"), _time("used_at", nullable=True))
    _of_a_clerk(
        "clerk_passkeys",
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        _time("created_at"),
        _time("used_at", nullable=True),
        _time("ended_at", nullable=True),
    )
    _of_a_clerk("clerk_recovery_codes", _time("used_at", nullable=True))
    _of_a_clerk(
        "clerk_sessions",
        sa.Column("kind", sa.String(16), nullable=False),
        _time("created_at"),
        _time("seen_at"),
        _time("ended_at", nullable=True),
    )
    op.create_table(
        "clerk_challenges",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("challenge", sa.LargeBinary(32), nullable=False),
        _time("expires_at"),
        sa.PrimaryKeyConstraint("digest", name="pk_clerk_challenges"),
    )
    op.create_index("ix_clerk_challenges_expires_at", "clerk_challenges", ["expires_at"])


def _of_a_clerk(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("clerk", sa.String(16), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("digest", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["clerk"], ["clerks.id"], name=f"fk_{name}_clerk"),
    )
    op.create_index(f"ix_{name}_clerk", name, ["clerk"])


def _cases() -> None:
    op.create_table(
        "case_notes",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("case_id", sa.String(16), nullable=False),
        sa.Column("act", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("salt", sa.LargeBinary(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_notes"),
        sa.ForeignKeyConstraint(["act"], ["log.seq"], name="fk_case_notes_act"),
        sa.UniqueConstraint("act", name="uq_case_notes_act"),
    )
    op.create_index("ix_case_notes_case_id", "case_notes", ["case_id"])


def _proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("documents", sa.Integer, nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        _time("created_at"),
        _time("expires_at"),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("decided_by", sa.String(100)),
        _time("decided_at", nullable=True),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
    )
    op.create_index("ix_proposals_state", "proposals", ["state"])
    op.create_table(
        "proposal_targets",
        sa.Column("proposal", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("target", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("proposal", "number", name="pk_proposal_targets"),
        sa.ForeignKeyConstraint(["proposal"], ["proposals.id"], name="fk_proposal_targets_proposal"),
    )
    op.create_table(
        "status_changes",
        sa.Column("act", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        _time("at"),
        sa.Column("documents", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("act", name="pk_status_changes"),
        sa.ForeignKeyConstraint(["act"], ["log.seq"], name="fk_status_changes_act"),
    )
    op.create_index("ix_status_changes_who", "status_changes", ["who", "at"])


def _time(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)
