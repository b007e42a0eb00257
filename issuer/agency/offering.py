"""Offers: a nonce for one batch of one type, good once and not for long.

What was offered stands inside the nonce: how many copies, and of which type. The register knows the hash of
the whole nonce and no other, so neither can be changed by who brings it back.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from counterproof.handover.limits import LIMITS, OFFER_LIFE
from counterproof.handover.offer import CredentialOffer
from counterproof.mdoc.errors import UsageError
from counterproof.trust.names import fingerprint
from issuer.agency.desk import days
from issuer.register import SignerRole

if TYPE_CHECKING:
    from issuer.agency.desk import Desk

OFFER_DAYS = 14
"""How long an offer stands open unless somebody says otherwise."""

_TYPE_BYTES = 7
_CHANCE_BYTES = 24


def offer(
    desk: Desk, doc_type: str, *, copies: int | None = None, life_days: int = OFFER_DAYS
) -> CredentialOffer:
    """Return an offer of a credential type, in as many one-time copies as its file says or `copies`.

    Raises UsageError `agency.no-such-type`, `agency.copies`, `agency.days`.
    """
    at = desk.now()
    entry = desk.catalogue().find(doc_type)
    count = entry.type.batch_size if copies is None else copies
    if not 1 <= count <= LIMITS.batch:
        raise UsageError("agency.copies", most=LIMITS.batch)
    nonce = bytes([count]) + _mark(entry.type.doc_type) + desk.random(_CHANCE_BYTES)
    made = CredentialOffer(
        credential_issuer=desk.facts.url,
        agency=desk.facts.name,
        doc_type=entry.type.doc_type,
        issuer_root=fingerprint(desk.root(SignerRole.IACA)),
        c_nonce=nonce,
        expires_at=(at + days(1, life_days, OFFER_LIFE.days)).replace(microsecond=0),
        batch_size=count,
    )
    made.to_bytes()  # what cannot be written down is not remembered either
    desk.register.forget_expired(at=at)
    desk.register.add_nonce(nonce, expires_at=made.expires_at)
    return made


def check_granted(nonce: bytes, doc_type: str, copies: int) -> None:
    """Check that a nonce of ours was given for this type and as many copies.

    Raises UsageError `agency.not-offered`.
    """
    granted = len(nonce) == 1 + _TYPE_BYTES + _CHANCE_BYTES and nonce[1 : 1 + _TYPE_BYTES] == _mark(doc_type)
    if not granted or copies > nonce[0]:
        raise UsageError("agency.not-offered")


def _mark(doc_type: str) -> bytes:
    return hashlib.sha256(doc_type.encode()).digest()[:_TYPE_BYTES]
