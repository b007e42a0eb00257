"""The request: a wallet proves its device keys over the agency's nonce and says whom to seal the reply to.

After the credential request of OpenID4VCI 1.0, 8.2: `proofs.jwt` has one proof a copy, all over one nonce.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from counterproof import strict_json
from counterproof.handover.files import read_form
from counterproof.handover.keys import from_jwk, thumbprint, to_jwk
from counterproof.handover.limits import (
    LIMITS,
    OFFER_LIFE,
    SKEW,
    VERSION,
    check_doc_type,
    check_issuer,
    check_nonce,
)
from counterproof.handover.proofs import Proof, check_proof, make_proof
from counterproof.mdoc.cose import CoseKey
from counterproof.mdoc.errors import CryptoError, LimitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric import ec

    from counterproof.handover.offer import CredentialOffer

SUFFIX = ".cprequest"


class _Proofs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    jwt: tuple[str, ...]


class _Encryption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    jwk: dict[str, Any]


class _Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    type: Literal["counterproof.credential-request"]
    version: Literal[1]
    credential_issuer: str
    credential_configuration_id: str
    proofs: _Proofs
    credential_response_encryption: _Encryption


@dataclass(frozen=True, slots=True)
class CheckedRequest:
    """A request in which everything holds: only `check_request` makes one.

    `device_keys` are in the order of the proofs; `nonce` is the one that all of them signed, still to be
    used up; `request_hash` is the SHA-256 of the file, to which the reply is bound.
    """

    credential_issuer: str
    doc_type: str
    device_keys: tuple[ec.EllipticCurvePublicKey, ...]
    recipient_key: ec.EllipticCurvePublicKey
    nonce: bytes
    issued_at: datetime
    request_hash: bytes

    @property
    def cose_keys(self) -> tuple[CoseKey, ...]:
        """The device keys as an MSO holds them."""
        return tuple(CoseKey.from_public_key(key) for key in self.device_keys)


def request_hash(data: bytes) -> bytes:
    """Return the SHA-256 of a request file: what wallet and agency bind the reply to."""
    return hashlib.sha256(data).digest()


def make_request(
    offer: CredentialOffer,
    *,
    device_keys: Sequence[ec.EllipticCurvePrivateKey],
    recipient_key: ec.EllipticCurvePublicKey,
    at: datetime,
) -> bytes:
    """Answer an offer with one proof for each fresh device key.

    The wallet keeps the private half of `recipient_key`, made for this request alone, and the file's hash.
    Raises UsageError `handover.offer-expired`, `handover.offer-end`, `handover.curve`, `handover.batch` for
    no key or more than the offer has copies.
    """
    offer.check_open(at)
    if not 1 <= len(device_keys) <= offer.batch_size:
        raise UsageError("handover.batch", count=len(device_keys), limit=offer.batch_size)
    recipient = to_jwk(recipient_key)
    nonce, jkt = strict_json.to_base64url(offer.c_nonce), thumbprint(recipient)
    proofs = [
        make_proof(key, audience=offer.credential_issuer, nonce=nonce, at=at, reply_jkt=jkt)
        for key in device_keys
    ]
    return strict_json.dumps(
        _Form(
            type="counterproof.credential-request",
            version=VERSION,
            credential_issuer=offer.credential_issuer,
            credential_configuration_id=offer.doc_type,
            proofs=_Proofs(tuple(proofs)),
            credential_response_encryption=_Encryption(recipient),
        )
    )


def check_request(
    data: bytes,
    *,
    issuer: str,
    nonce_ok: Callable[[bytes], bool],
    at: datetime,
    batch_limit: int = LIMITS.batch,
) -> CheckedRequest:
    """Check a request as the agency whose credential issuer identifier is `issuer`, at `at` (aware).

    `nonce_ok` says whether the agency gave this nonce and takes it still; it is asked last, and using the
    nonce up belongs into the transaction that issues. Raises MalformedError and LimitError `json.*`,
    `handover.*`; CryptoError `handover.proof-*`, `handover.nonce-refused`.
    """
    form = read_form(data, _Form, "request", limit=LIMITS.request)
    check_doc_type(form.credential_configuration_id)
    check_issuer(form.credential_issuer)
    if form.credential_issuer != issuer:
        raise CryptoError("handover.other-agency")
    texts = form.proofs.jwt
    if not 1 <= len(texts) <= batch_limit:
        raise LimitError("handover.batch", count=len(texts), limit=batch_limit)
    recipient = from_jwk(form.credential_response_encryption.jwk)
    proofs = [check_proof(text, position) for position, text in enumerate(texts)]
    nonce = _agreed(proofs, issuer, thumbprint(to_jwk(recipient)), at)
    if not nonce_ok(nonce):
        raise CryptoError("handover.nonce-refused")
    return CheckedRequest(
        issuer,
        form.credential_configuration_id,
        tuple(proof.key for proof in proofs),
        recipient,
        nonce,
        proofs[0].issued_at,
        request_hash(data),
    )


def _agreed(proofs: Sequence[Proof], issuer: str, reply_jkt: str, at: datetime) -> bytes:
    """Check that all proofs say the same, about this agency and this reply, a key each; give the nonce."""
    for position, proof in enumerate(proofs):
        if proof.audience != issuer:
            raise CryptoError("handover.proof-audience", position=position)
        if proof.nonce != proofs[0].nonce:
            raise CryptoError("handover.proof-nonce", position=position)
        if proof.reply_jkt != reply_jkt:
            raise CryptoError("handover.proof-recipient", position=position)
        if not at - OFFER_LIFE - SKEW <= proof.issued_at <= at + SKEW:
            raise CryptoError("handover.proof-time", position=position)
    points = [proof.key.public_numbers() for proof in proofs]
    if len({(point.x, point.y) for point in points}) != len(points):
        raise CryptoError("handover.proof-twice")
    if reply_jkt in {thumbprint(to_jwk(proof.key)) for proof in proofs}:
        raise CryptoError("handover.proof-recipient", position=0)
    nonce = strict_json.from_base64url(proofs[0].nonce)
    check_nonce(nonce)
    return nonce
