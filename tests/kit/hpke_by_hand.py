"""HPKE with an ephemeral key of one's choice, so that published vectors can be made again byte for byte.

The product seals with `cryptography`, which draws the ephemeral key and shows it to nobody. This is the
same construction written out from RFC 9180, sections 4, 5 and 6: base mode, DHKEM(P-256, HKDF-SHA256),
HKDF-SHA256, AES-128-GCM, single shot. It is for vectors and tests alone.
"""

from __future__ import annotations

import hmac

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_KEM = b"KEM" + (0x0010).to_bytes(2, "big")
_SUITE = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (0x0010, 0x0001, 0x0001))
_MODE_BASE = b"\x00"


def _extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def _expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(SHA256(), length, labelled).derive(key)


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return the 65 bytes of an uncompressed point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def seal_with(
    ephemeral: ec.EllipticCurvePrivateKey,
    recipient: ec.EllipticCurvePublicKey,
    info: bytes,
    plaintext: bytes,
    aad: bytes = b"",
) -> tuple[bytes, bytes]:
    """Return `enc` and the ciphertext of the first message under this ephemeral key."""
    enc = point(ephemeral.public_key())
    agreed = _extract(_KEM, b"", b"eae_prk", ephemeral.exchange(ec.ECDH(), recipient))
    shared = _expand(_KEM, agreed, b"shared_secret", enc + point(recipient), 32)
    context = _MODE_BASE + _extract(_SUITE, b"", b"psk_id_hash", b"")
    context += _extract(_SUITE, b"", b"info_hash", info)
    secret = _extract(_SUITE, shared, b"secret", b"")
    key = _expand(_SUITE, secret, b"key", context, 16)
    nonce = _expand(_SUITE, secret, b"base_nonce", context, 12)
    return enc, AESGCM(key).encrypt(nonce, plaintext, aad or None)
