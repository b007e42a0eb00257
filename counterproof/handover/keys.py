"""P-256 public keys as JSON Web Keys (RFC 7518, 6.2), in one form alone: four members, full length."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from counterproof.mdoc.errors import MalformedError, UsageError
from counterproof.strict_json import convert, from_base64url, to_base64url

if TYPE_CHECKING:
    from collections.abc import Mapping

_COORDINATE = 32
_UNCOMPRESSED = b"\x04"


class _Jwk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str


def to_jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """Return the key as a JWK; raise UsageError `handover.curve` for another curve than P-256."""
    if not isinstance(key.curve, ec.SECP256R1):
        raise UsageError("handover.curve")
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": to_base64url(point[1 : 1 + _COORDINATE]),
        "y": to_base64url(point[1 + _COORDINATE :]),
    }


def from_jwk(value: Any) -> ec.EllipticCurvePublicKey:
    """Load a key from a decoded JWK.

    Raises MalformedError `handover.key` for other members than kty, crv, x and y (a private `d` above all),
    another curve, a coordinate of other than 32 bytes, and a point off the curve.
    """
    try:
        jwk = convert(value, _Jwk)
        x, y = from_base64url(jwk.x), from_base64url(jwk.y)
    except MalformedError:
        raise MalformedError("handover.key") from None
    if len(x) != _COORDINATE or len(y) != _COORDINATE:
        raise MalformedError("handover.key")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _UNCOMPRESSED + x + y)
    except ValueError:
        raise MalformedError("handover.key") from None


def thumbprint(jwk: Mapping[str, str]) -> str:
    """Return the SHA-256 thumbprint of a P-256 key, base64url (RFC 7638)."""
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    return to_base64url(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode("ascii")).digest())
