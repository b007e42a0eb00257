"""Key proofs of type `jwt` (OpenID4VCI 1.0, Appendix F.1): a device key signs the agency's nonce.

The library checks the signature; the header is read before it, member by member, so that nothing in it can
choose an algorithm, name another key or send anybody to an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from counterproof import strict_json
from counterproof.handover.keys import from_jwk, to_jwk
from counterproof.handover.limits import LIMITS
from counterproof.mdoc.errors import CryptoError, LimitError, MalformedError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

_ALGORITHMS = ["ES256"]
_TYPE = "openid4vci-proof+jwt"
_SEGMENTS = 3
_LAST_SECOND = 253_402_300_799

_Form = TypeVar("_Form", bound=msgspec.Struct)


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    alg: Literal["ES256"]
    typ: Literal["openid4vci-proof+jwt"]
    jwk: dict[str, str]


class _Claims(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    aud: str
    nonce: str
    iat: int
    reply_jkt: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof whose signature holds: its key, and what was signed by it.

    `reply_jkt` is the thumbprint of the key to which the reply is to be sealed: our own claim, without which
    whoever carries the request could put a key of theirs in.
    """

    key: ec.EllipticCurvePublicKey
    audience: str
    nonce: str
    issued_at: datetime
    reply_jkt: str


def make_proof(
    key: ec.EllipticCurvePrivateKey, *, audience: str, nonce: str, at: datetime, reply_jkt: str
) -> str:
    """Sign a proof with a device key; raises UsageError `handover.curve` for another curve than P-256."""
    jwk = to_jwk(key.public_key())
    claims = _Claims(aud=audience, nonce=nonce, iat=int(at.timestamp()), reply_jkt=reply_jkt)
    header = {"alg": "ES256", "typ": _TYPE, "jwk": jwk}
    return jws.serialize_compact(header, msgspec.json.encode(claims), ECKey.import_key(key), _ALGORITHMS)


def check_proof(text: str, position: int) -> Proof:
    """Check the form and the signature of proof number `position` (from 0).

    Raises LimitError `handover.proof-length`, MalformedError `handover.proof-form`, `handover.proof-header`
    (another algorithm or type, jku, x5u, x5c, kid, crit, or anything else beside alg, typ and jwk),
    `handover.proof-claims`, `handover.key`; CryptoError `handover.proof-signature`. Each with the position.
    """
    if len(text) > LIMITS.proof:
        raise LimitError("handover.proof-length", position=position, limit=LIMITS.proof)
    segments = text.split(".")
    if len(segments) != _SEGMENTS:
        raise MalformedError("handover.proof-form", position=position)
    header = _read(segments[0], _Header, "header", position)
    claims = _read(segments[1], _Claims, "claims", position)
    try:
        key = from_jwk(header.jwk)
    except MalformedError:
        raise MalformedError("handover.proof-key", position=position) from None
    try:
        jws.deserialize_compact(text, ECKey.import_key(key), _ALGORITHMS)
    except JoseError:
        raise CryptoError("handover.proof-signature", position=position) from None
    if not 0 <= claims.iat <= _LAST_SECOND:
        raise MalformedError("handover.proof-claims", position=position)
    return Proof(key, claims.aud, claims.nonce, datetime.fromtimestamp(claims.iat, UTC), claims.reply_jkt)


def _read(segment: str, kind: type[_Form], part: Literal["header", "claims"], position: int) -> _Form:
    try:
        members = strict_json.loads(strict_json.from_base64url(segment), limit=LIMITS.proof)
        return strict_json.convert(members, kind)
    except MalformedError:
        raise MalformedError(f"handover.proof-{part}", position=position) from None
