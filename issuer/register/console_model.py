"""What the register holds of the console, as it comes out of it."""

from __future__ import annotations

import enum
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from issuer.register.online_model import Role


class SessionKind(enum.StrEnum):
    """What a session is good for: everything that the role may, or nothing but to add a passkey."""

    FULL = "full"
    RECOVERY = "recovery"


class ProposalState(enum.StrEnum):
    """What became of a proposal; `approved` is one whose changes are under way, or were broken off."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DONE = "done"


class NoteKind(enum.StrEnum):
    """Whether a note is for the office alone, or what went to a person or came from one."""

    NOTE = "note"
    TO_PERSON = "to-person"
    FROM_PERSON = "from-person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """Somebody who works at the console; `enrolled_by` made the last way in for them.

    `passkeys` and `codes` count those that still let them in; `handle` is what passkeys know them by.
    """

    clerk_id: str
    name: str
    role: Role
    enrolled_by: str
    created_at: datetime
    ended_at: datetime | None
    passkeys: int
    codes: int
    handle: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A passkey: its public part as WebAuthn has it, and how often it signed."""

    digest: bytes
    clerk_id: str
    data: bytes
    sign_count: int
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who is signed in."""

    clerk: Clerk
    kind: SessionKind
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note of a case; `intact` is false where the text is not the one that the log is about."""

    note_id: str
    kind: NoteKind
    text: str = field(repr=False)
    act: int
    intact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Something that waits for a second person; `changed` counts copies, once it is done.

    A change of statuses is carried out when it is agreed to. A run or a withdrawal is let go on then: its
    one target names it, and `digest` is SHA-256 of what exactly may be done.
    """

    proposal_id: str
    action: str
    reason: str
    documents: int
    who: str
    created_at: datetime
    expires_at: datetime
    state: ProposalState
    decided_by: str | None
    decided_at: datetime | None
    changed: int
    digest: bytes | None = None

    @property
    def is_leave(self) -> bool:
        """Whether agreeing only lets a command go on, which does it then."""
        return self.digest is not None


def folded(name: str) -> str:
    """Return a name as two that a person would take for the same have it."""
    return " ".join(unicodedata.normalize("NFKC", str(name)).casefold().split())
