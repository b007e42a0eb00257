"""Key proofs of type `jwt` (appendix F.1): a device key signs the issuer's name and its nonce.

As in the hand-over by files, the header is read before the signature, so that nothing in it chooses an
algorithm or names another key. Members that the specification leaves free are passed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from counterproof import strict_json
from counterproof.handover.keys import from_jwk, to_jwk
from counterproof.handover.limits import LIMITS as HANDOVER_LIMITS
from counterproof.handover.openid4vci.limits import SKEW
from counterproof.mdoc import typed
from counterproof.mdoc.cose import CoseKey
from counterproof.mdoc.errors import CryptoError, LimitError, MalformedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.hazmat.primitives.asymmetric import ec

TYPE = "openid4vci-proof+jwt"
_ALGORITHMS = ["ES256"]
_REGISTRY = jws.JWSRegistry(algorithms=_ALGORITHMS)
_REGISTRY.max_header_length = HANDOVER_LIMITS.proof  # wallets may say much in a header
_SEGMENTS = 3
_LAST_SECOND = 253_402_300_799
_KEY_MEMBERS = ("kty", "crv", "x", "y")


class _Header(msgspec.Struct, frozen=True, kw_only=True):
    alg: Literal["ES256"]
    typ: Literal["openid4vci-proof+jwt"]
    jwk: dict[str, Any]


class _Claims(msgspec.Struct, frozen=True, kw_only=True):
    aud: str | tuple[str, ...]
    iat: int | float
    nonce: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedProofs:
    """Proofs that all hold: their keys in order, and the one nonce that they signed."""

    device_keys: tuple[ec.EllipticCurvePublicKey, ...]
    nonce: str

    @property
    def cose_keys(self) -> tuple[CoseKey, ...]:
        """The device keys as an MSO holds them."""
        return tuple(CoseKey.from_public_key(key) for key in self.device_keys)


def make_proof(key: ec.EllipticCurvePrivateKey, *, audience: str, nonce: str | None, at: datetime) -> str:
    """Sign a proof with a device key; `iss` is left out, as it must be without a client (F.1)."""
    claims: dict[str, Any] = {"aud": audience, "iat": int(at.timestamp())}
    if nonce is not None:
        claims["nonce"] = nonce
    header = {"alg": "ES256", "typ": TYPE, "jwk": to_jwk(key.public_key())}
    return jws.serialize_compact(header, msgspec.json.encode(claims), ECKey.import_key(key), _ALGORITHMS)


def check_proofs(texts: Sequence[str], *, audience: str, at: datetime, batch_limit: int) -> CheckedProofs:
    """Check every proof: form, signature, audience, time; one nonce for all and a key for each.

    Whether the nonce is fresh is for the caller to say. Raises LimitError `online.batch`,
    `online.proof-length`; MalformedError `online.proof-*`; CryptoError `online.proof-signature`,
    `online.proof-audience`, `online.proof-time`, `online.proof-nonce`, `online.proof-twice`.
    """
    if not 1 <= len(texts) <= batch_limit:
        raise LimitError("online.batch", count=len(texts), limit=batch_limit)
    proofs = [_check(text, position, audience, at) for position, text in enumerate(texts)]
    nonces = {nonce for _, nonce in proofs}
    if len(nonces) != 1:
        raise CryptoError("online.proof-nonce", position=0)
    points = [key.public_numbers() for key, _ in proofs]
    if len({(point.x, point.y) for point in points}) != len(points):
        raise CryptoError("online.proof-twice")
    return CheckedProofs(tuple(key for key, _ in proofs), nonces.pop())


def _check(text: str, position: int, audience: str, at: datetime) -> tuple[ec.EllipticCurvePublicKey, str]:
    if len(text) > HANDOVER_LIMITS.proof:
        raise LimitError("online.proof-length", position=position, limit=HANDOVER_LIMITS.proof)
    segments = text.split(".")
    if len(segments) != _SEGMENTS:
        raise MalformedError("online.proof-form", position=position)
    key = _key(_header(segments[0], position), position)
    claims = _read_claims(segments[1], position)
    try:
        jws.deserialize_compact(text, ECKey.import_key(key), registry=_REGISTRY)
    except JoseError:
        raise CryptoError("online.proof-signature", position=position) from None
    if claims.aud not in (audience, (audience,)):
        raise CryptoError("online.proof-audience", position=position)
    if not 0 <= claims.iat <= _LAST_SECOND:
        raise MalformedError("online.proof-claims", position=position)
    if abs(datetime.fromtimestamp(int(claims.iat), UTC) - at) > SKEW:
        raise CryptoError("online.proof-time", position=position)
    if claims.nonce is None:
        raise MalformedError("online.proof-no-nonce", position=position)
    return key, claims.nonce


def _header(segment: str, position: int) -> _Header:
    try:
        members = strict_json.loads(strict_json.from_base64url(segment), limit=HANDOVER_LIMITS.proof)
        # Another way to name the key beside `jwk` is forbidden by F.1; `crit` names what must be understood.
        forbidden = {"kid", "x5c", "crit", "b64"} & members.keys()
        if not forbidden:
            return strict_json.convert(members, _Header)
    except MalformedError:
        pass
    raise MalformedError("online.proof-header", position=position)


def _read_claims(segment: str, position: int) -> _Claims:
    try:
        # A fraction of a second is allowed by RFC 7519 (NumericDate), so this is not strict_json's reader.
        claims = typed.from_json(strict_json.from_base64url(segment), _Claims)
    except (MalformedError, msgspec.MsgspecError, UnicodeDecodeError):
        raise MalformedError("online.proof-claims", position=position) from None
    return claims


def _key(header: _Header, position: int) -> ec.EllipticCurvePublicKey:
    if "d" in header.jwk:
        raise MalformedError("online.proof-key", position=position)
    try:
        return from_jwk({name: header.jwk[name] for name in _KEY_MEMBERS if name in header.jwk})
    except MalformedError:
        raise MalformedError("online.proof-key", position=position) from None
