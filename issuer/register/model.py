"""What goes into the register and what comes out of it; no attribute value has a place here."""

from __future__ import annotations

import enum
import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from counterproof.mdoc.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

DIGEST = 32
"""Bytes of every digest, fingerprint and thumbprint (SHA-256)."""

_REASON = re.compile(r"[a-z][a-z0-9-]{0,39}")
_MAX_NAME = 100


class Actor(str):
    """Who acts, and on whose authority: an officer, a decision or a case that the act goes back to.

    It is the name, as text, so that whatever takes a name takes both. Nobody's name stands alone in the log:
    who gives no authority acts on their own.
    """

    __slots__ = ("authority",)
    authority: str

    def __new__(cls, name: str, authority: str) -> Self:
        """Make the name, with an authority to it."""
        made = super().__new__(cls, name)
        made.authority = authority
        return made


def authority_of(who: str) -> str:
    """Return on whose authority somebody acts: their own where nothing else is said."""
    return who.authority if isinstance(who, Actor) else str(who)


class Status(enum.IntEnum):
    """A status as the Token Status List counts it (draft-ietf-oauth-status-list, 7.1)."""

    VALID = 0
    REVOKED = 1
    SUSPENDED = 2


class SignerRole(enum.StrEnum):
    """What a certificate of the agency signs."""

    IACA = "iaca"
    DOCUMENT = "document"
    STATUS = "status"
    READER_CA = "reader-ca"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """The public facts of a signing key; `sign_until` is when it must sign no more documents.

    `sign_from` is when its turn comes, None for at once. `key_until` is when its key is to be destroyed,
    known once a next one was made; until then it finishes what had begun with it.
    """

    role: SignerRole
    certificate: bytes
    not_before: datetime
    not_after: datetime
    sign_until: datetime
    sign_from: datetime | None = None
    key_until: datetime | None = None

    @property
    def begins(self) -> datetime:
        """When its turn comes."""
        return self.not_before if self.sign_from is None else self.sign_from

    @property
    def last(self) -> datetime:
        """When it can sign for the last time: its own end, or the end of its key."""
        return self.sign_until if self.key_until is None else min(self.sign_until, self.key_until)

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 of the DER certificate."""
        return hashlib.sha256(self.certificate).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusListFacts:
    """A status list; `size` and `used` count entries, `bits` is the width of one.

    A closed one is published on, but gives out no more places.
    """

    list_id: int
    uri: str
    size: int
    bits: int
    epoch: int
    used: int
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRecord:
    """One signed document: SHA-256 of its MSO bytes, its device key's thumbprint, its status index."""

    mso_digest: bytes
    device_key: bytes
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRecord:
    """A batch about to leave: the same document for one subject in several copies.

    `subject` is the agency's own identifier of the person, never a name. `signer` is the fingerprint of the
    document signer's certificate. `nonce` is used up by recording. `reply` is what goes back to the
    wallet, sealed to it, kept so that the same request gets the same answer.
    """

    doc_type: str
    doc_type_version: int
    subject: str
    signer: bytes
    list_id: int
    credentials: tuple[CredentialRecord, ...]
    valid_from: datetime
    valid_until: datetime
    who: str
    why: str = "issued"
    nonce: bytes | None = None
    idempotency_key: str | None = None
    request_digest: bytes | None = None
    reply: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A batch that the register holds; `new` is false where the same request had been answered before."""

    batch_id: str
    new: bool
    reply: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialFacts:
    """One copy; its id is that of the batch, a dot and its number."""

    credential_id: str
    mso_digest: bytes
    device_key: bytes
    list_id: int
    index: int
    status: Status
    reason: str | None
    updated_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSummary:
    """A batch in a list; `act` is its place in the log, and what to pass as `after` for the next page."""

    batch_id: str
    act: int
    doc_type: str
    doc_type_version: int
    subject: str
    signer: bytes
    issued_at: datetime
    valid_from: datetime
    valid_until: datetime
    copies: int
    revoked: int
    suspended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFacts:
    """A batch with every copy in it."""

    summary: BatchSummary
    credentials: tuple[CredentialFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderRecord:
    """A counter's certificate; `request` is the SHA-256 of its key, so that asking twice gives it once."""

    reader_id: str
    office: str
    name: str
    certificate: bytes
    request: bytes

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 of the DER certificate."""
        return hashlib.sha256(self.certificate).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A certificate that is on a revocation list: `issuer` is the fingerprint of the root that lists it."""

    fingerprint: bytes
    issuer: bytes
    serial: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CrlRecord:
    """A root's revocation list, DER; `number` grows by one with each."""

    issuer: bytes
    number: int
    crl: bytes
    next_update: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much the register holds."""

    batches: int
    credentials: int
    revoked: int
    suspended: int
    acts: int


def check_reason(reason: str) -> None:
    """Raise UsageError `register.bad-reason` unless a reason is a code such as `lost` or `moved-away`.

    A sentence would invite names and illnesses into a log that is kept for ever.
    """
    if not _REASON.fullmatch(reason):
        raise UsageError("register.bad-reason")


def check_name(what: str, name: str, most: int = _MAX_NAME) -> None:
    """Raise UsageError `register.bad-name` unless a name is 1 to `most` printable characters."""
    if not (1 <= len(name) <= most and name.isprintable()):
        raise UsageError("register.bad-name", what=what, most=most)


def check_digest(what: str, digest: bytes) -> None:
    """Raise UsageError `register.bad-digest` unless this is a SHA-256."""
    if len(digest) != DIGEST:
        raise UsageError("register.bad-digest", what=what, length=len(digest))
