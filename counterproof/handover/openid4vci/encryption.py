"""Requests and responses sealed above TLS (section 10): compact JWE, ECDH-ES on P-256, AES-GCM.

No other algorithm is offered or taken, and nothing is compressed: what was compressed with a secret beside
it tells its length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from counterproof import strict_json
from counterproof.handover.keys import from_jwk, thumbprint, to_jwk
from counterproof.mdoc.errors import CryptoError, LimitError, MalformedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric import ec

ALG: Final = "ECDH-ES"
ENC: Final = ("A256GCM", "A128GCM")
MEDIA_TYPE: Final = "application/jwt"

_KEY_MEMBERS = ("kty", "crv", "x", "y")
_HEADER = 4_096
_SEGMENTS = 5


class ResponseEncryption(msgspec.Struct, frozen=True, kw_only=True):
    """To whom a response is to be sealed, and how (8.2)."""

    jwk: dict[str, Any]
    enc: str
    zip: str | None = None


def public_jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """Return a key as metadata and requests name it: for encryption, with its algorithm and a name."""
    jwk = to_jwk(key)
    return {**jwk, "use": "enc", "alg": ALG, "kid": thumbprint(jwk)}


def check_encryption(wanted: ResponseEncryption) -> None:
    """Check that a response can be sealed as it is asked; raise MalformedError `online.encryption`."""
    jwk = wanted.jwk
    if wanted.enc not in ENC or wanted.zip is not None or jwk.get("alg") != ALG or "d" in jwk:
        raise MalformedError("online.encryption")
    if jwk.get("use", "enc") != "enc" or not isinstance(jwk.get("kid", ""), str):
        raise MalformedError("online.encryption")
    try:
        _public(jwk)
    except MalformedError:
        raise MalformedError("online.encryption") from None


def seal(plain: bytes, jwk: Mapping[str, Any], enc: str) -> str:
    """Seal a message to a key that was checked."""
    header = {"alg": ALG, "enc": enc, "typ": "JWT"}
    if jwk.get("kid"):
        header["kid"] = jwk["kid"]
    return jwe.encrypt_compact(header, plain, ECKey.import_key(_public(jwk)), algorithms=[ALG, enc])


def unseal(text: str, key: ec.EllipticCurvePrivateKey, *, limit: int) -> bytes:
    """Open a message to our key; the header is read first, so that it chooses nothing.

    Raises LimitError `online.sealed-size`, MalformedError `online.sealed-form`, CryptoError `online.sealed`.
    """
    if len(text) > limit:
        raise LimitError("online.sealed-size", limit=limit)
    segments = text.split(".")
    if len(segments) != _SEGMENTS or not text.isascii():
        raise MalformedError("online.sealed-form")
    try:
        header = strict_json.loads(strict_json.from_base64url(segments[0]), limit=_HEADER)
    except MalformedError:
        raise MalformedError("online.sealed-form") from None
    enc, mine = header.get("enc"), public_jwk(key.public_key())["kid"]
    if header.get("alg") != ALG or enc not in ENC or header.get("kid", mine) != mine:
        raise MalformedError("online.sealed-form")
    if {"zip", "crit", "jku", "x5u"} & header.keys() or segments[1]:
        raise MalformedError("online.sealed-form")
    try:
        opened = jwe.decrypt_compact(text, ECKey.import_key(key), registry=_registry(str(enc), limit))
    except (JoseError, ValueError, TypeError, KeyError):
        raise CryptoError("online.sealed") from None
    assert opened.plaintext is not None  # decrypt_compact returned
    return opened.plaintext


def _registry(enc: str, limit: int) -> jwe.JWERegistry:
    """Allow one way to seal, and as many bytes as the caller takes: 30 cards are many."""
    registry = jwe.JWERegistry(algorithms=[ALG, enc])
    registry.max_ciphertext_length = limit
    registry.max_protected_header_length = _HEADER
    return registry


def _public(jwk: Mapping[str, Any]) -> ec.EllipticCurvePublicKey:
    return from_jwk({name: jwk[name] for name in _KEY_MEMBERS if name in jwk})
