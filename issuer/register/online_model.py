"""What the register holds of issuing over a network, as it comes out of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from issuer.register.model import BatchRecord


class OfferState(enum.StrEnum):
    """What became of an offer."""

    OPEN = "open"
    REDEEMED = "redeemed"
    WITHDRAWN = "withdrawn"
    LOCKED = "locked"
    """Too many wrong transaction codes."""


class ApplicationState(enum.StrEnum):
    """What became of an application."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    ISSUED = "issued"


class Role(enum.StrEnum):
    """What somebody may do: look, or work, or decide as well who works here."""

    AUDITOR = "auditor"
    CLERK = "clerk"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOffer:
    """An offer to be recorded, by the digests of its secrets.

    `key` and `asked` are an idempotency key's digest and that of what was asked under it; `sealed` the answer
    that is given again, which only who has the key can open.
    """

    link: bytes
    code: bytes
    tx_code: bytes | None
    doc_type: str
    subject: str
    copies: int
    needs_decision: bool
    expires_at: datetime
    key: bytes | None = None
    asked: bytes | None = None
    sealed: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An offer as clerks see it."""

    offer_id: str
    doc_type: str
    subject: str
    copies: int
    needs_code: bool
    needs_decision: bool
    tries: int
    state: OfferState
    who: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTokens:
    """Digests of an access token and a refresh token, and when they end."""

    access: bytes
    access_until: datetime
    refresh: bytes
    refresh_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What the holder of an access token may have; `rounds` counts renewals, the first issue is 0.

    `identified` says that the wallet asked with authorization details, so it names a credential identifier.
    """

    grant_id: str
    offer_id: str
    doc_type: str
    subject: str
    copies: int
    copies_left: int
    needs_decision: bool
    rounds: int
    round_at: datetime
    access_until: datetime
    identified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApplication:
    """A credential request that a clerk must decide: the wallet's keys, and digests of the rest."""

    transaction: bytes
    request: bytes
    device_keys: bytes
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application as clerks and the service see it."""

    application_id: str
    grant_id: str
    doc_type: str
    subject: str
    copies: int
    state: ApplicationState
    created_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    batch_id: str | None
    issued_at: datetime | None
    request: bytes
    device_keys: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineIssue:
    """A batch to be recorded for a grant; `nonce` is (SHA-256, end) of the one that its proofs signed.

    `notification` is the digest of the identifier by which the wallet says what became of it.
    """

    batch: BatchRecord
    grant_id: str
    notification: bytes
    nonce: tuple[bytes, datetime] | None = None
    application_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A token of the HTTP interface, without its secret."""

    token_id: str
    name: str
    role: Role
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None
