"""Who may do what: the one table, asked by the console and by the HTTP interface alike."""

from __future__ import annotations

import enum
from typing import Final

from counterproof.mdoc.errors import UsageError
from issuer.register.online_model import Role


class Right(enum.StrEnum):
    """Something that a role may do."""

    LOOK = "look"
    """Read what the register holds, verify it, take a signed copy of a case."""

    WORK = "work"
    """Offer, decide, write notes, change statuses, propose; see a person's data while issuing."""

    AGREE = "agree"
    """Be the second person."""

    STAFF = "staff"
    """Enrol clerks and auditors, and end their ways in."""


_ALLOWED: Final = {
    Role.AUDITOR: frozenset({Right.LOOK}),
    Role.CLERK: frozenset({Right.LOOK, Right.WORK}),
    Role.SUPERVISOR: frozenset(Right),
}


def may(role: Role, right: Right) -> bool:
    """Tell whether a role may do something."""
    return right in _ALLOWED[role]


def check(role: Role, right: Right) -> None:
    """Raise UsageError `service.role` unless a role may do something."""
    if not may(role, right):
        raise UsageError("service.role", role=role.value)
