"""HPKE, base mode, single shot: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, aad empty (RFC 9180)."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.errors import CryptoError, UsageError

ENC_SIZE = 65
"""The encapsulated key: an uncompressed point, bytes."""

TAG_SIZE = 16

_SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_128_GCM)


def seal(public_key: ec.EllipticCurvePublicKey, info: bytes, plaintext: bytes) -> tuple[bytes, bytes]:
    """Return `enc` and the ciphertext with its tag, which is 16 bytes longer than `plaintext`."""
    if not isinstance(public_key.curve, ec.SECP256R1):
        raise UsageError("hpke.curve")
    sealed = _SUITE.encrypt(plaintext, public_key, info)
    return sealed[:ENC_SIZE], sealed[ENC_SIZE:]


def unseal(private_key: ec.EllipticCurvePrivateKey, info: bytes, enc: bytes, ciphertext: bytes) -> bytes:
    """Return the plaintext; raise CryptoError `hpke.open` for whatever is wrong, without saying what."""
    if len(enc) != ENC_SIZE or len(ciphertext) < TAG_SIZE:
        raise CryptoError("hpke.open")
    try:
        return _SUITE.decrypt(enc + ciphertext, private_key, info)
    except (InvalidTag, ValueError):
        raise CryptoError("hpke.open") from None
