"""Signed metadata (12.2.3): the agency's status signer vouches for its own service.

A certificate of the web proves a host; this proves that the host speaks for an agency whose root is trusted.
The status signer makes it for the reasons for which it signs the agency's other words about itself.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from counterproof import strict_json
from counterproof.handover.openid4vci.limits import LIMITS, SKEW
from counterproof.handover.openid4vci.metadata import strict_json_lenient
from counterproof.mdoc.certificates import oids
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.profile import STATUS_SIGNER
from counterproof.mdoc.errors import CounterproofError, CryptoError, LimitError, MalformedError
from counterproof.mdoc.lists.signer import prove_chain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from counterproof.mdoc.certificates.revocation import CertificateList
    from counterproof.mdoc.cose import Signer

TYPE = "openidvci-issuer-metadata+jwt"
LIFE = timedelta(days=1)

_SEGMENTS = 3
_HEADER = 65_536
_MOST_CERTIFICATES = 4
_ROOM = "online"

_REGISTRY = jws.JWSRegistry(algorithms=["ES256"])
_REGISTRY.max_header_length = LIMITS.metadata
_REGISTRY.max_payload_length = LIMITS.metadata

# As for agency.json: a document signer's key is no word of the agency about itself.
_SIGNER = replace(
    STATUS_SIGNER,
    name="metadata-signer",
    eku_refused=STATUS_SIGNER.eku_refused | {oids.EKU_DOCUMENT_SIGNER, oids.EKU_DOCUMENT_SIGNER_23220},
)


class _Header(msgspec.Struct, frozen=True, kw_only=True):
    alg: Literal["ES256"]
    typ: Literal["openidvci-issuer-metadata+jwt"]
    x5c: tuple[str, ...]


def sign_metadata(
    metadata: Mapping[str, Any], signer: Signer, chain: Sequence[Certificate], *, at: datetime
) -> str:
    """Sign metadata as a compact JWS; `chain` begins with the status signer and leaves the root out."""
    issued = int(at.timestamp())
    claims = {
        **metadata,
        "iss": metadata["credential_issuer"],
        "sub": metadata["credential_issuer"],
        "iat": issued,
        "exp": issued + int(LIFE.total_seconds()),
    }
    x5c = [base64.b64encode(certificate.der).decode("ascii") for certificate in chain]
    head = _segment({"alg": "ES256", "typ": TYPE, "x5c": x5c})
    signed = f"{head}.{_segment(claims)}"
    return f"{signed}.{strict_json.to_base64url(signer.sign(signed.encode('ascii')))}"


def prove_metadata(
    text: str,
    *,
    issuer: str,
    roots: Sequence[Certificate],
    at: datetime,
    crls: Sequence[CertificateList] = (),
) -> tuple[dict[str, Any], Certificate]:
    """Return metadata whose signature holds, and the root among `roots` that vouches for it.

    Raises MalformedError `online.signed-form`, LimitError, CryptoError `online.signer-missing`,
    `online.signer-untrusted`, `online.signature`, `online.other-issuer`, `online.signed-time`.
    """
    if len(text) > LIMITS.metadata:
        raise LimitError("json.too-large", bytes=len(text), limit=LIMITS.metadata)
    segments = text.split(".")
    if len(segments) != _SEGMENTS:
        raise MalformedError("online.signed-form")
    chain = _chain(segments[0])
    proven = prove_chain(_ROOM, chain, anchors=roots, at=at, profile=_SIGNER, crls=crls)
    key = proven.certificate.public_key
    try:
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise CryptoError("online.signature")
        jws.deserialize_compact(text, ECKey.import_key(key), registry=_REGISTRY)
    except JoseError:
        raise CryptoError("online.signature") from None
    claims = strict_json_lenient(strict_json.from_base64url(segments[1]))
    _check_claims(claims, issuer, at)
    return claims, proven.trust_point


def _chain(segment: str) -> list[Certificate]:
    try:
        members = strict_json.loads(strict_json.from_base64url(segment), limit=_HEADER)
        if {"crit", "b64"} & members.keys():
            raise MalformedError("online.signed-form")
        x5c = strict_json.convert(members, _Header).x5c
        if len(x5c) > _MOST_CERTIFICATES:
            raise MalformedError("online.signed-form")
        return [Certificate.from_der(base64.b64decode(each, validate=True)) for each in x5c]
    except (CounterproofError, binascii.Error, ValueError):
        raise MalformedError("online.signed-form") from None


def _check_claims(claims: Mapping[str, Any], issuer: str, at: datetime) -> None:
    if claims.get("sub") != issuer:
        raise CryptoError("online.other-issuer")
    issued, ends = claims.get("iat"), claims.get("exp")
    now, skew = at.timestamp(), SKEW.total_seconds()
    if not isinstance(issued, int | float) or issued > now + skew:
        raise CryptoError("online.signed-time", at=_day(at))
    if ends is not None and (not isinstance(ends, int | float) or ends <= now - skew):
        raise CryptoError("online.signed-time", at=_day(at))


def _day(at: datetime) -> str:
    return at.astimezone(UTC).date().isoformat()


def _segment(value: Mapping[str, Any]) -> str:
    return strict_json.to_base64url(msgspec.json.encode(value))
