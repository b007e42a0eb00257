"""Keys that both sides of an ISO/IEC 18013-5 session derive from their ephemeral keys (9.1.1.5, 9.1.3.5)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from counterproof.mdoc.cbor import EncodedCbor

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

_KEY_SIZE = 32


def session_key(
    private: EllipticCurvePrivateKey, public: EllipticCurvePublicKey, transcript: bytes, info: bytes
) -> bytes:
    """Return 32 bytes of HKDF-SHA256 over the ECDH secret, salted with SHA-256(SessionTranscriptBytes).

    `transcript` is the encoded SessionTranscript array. Both keys must be on one curve.
    """
    salt = hashlib.sha256(EncodedCbor(transcript).raw).digest()
    secret = private.exchange(ec.ECDH(), public)
    return HKDF(hashes.SHA256(), _KEY_SIZE, salt, info).derive(secret)


def mac_key(private: EllipticCurvePrivateKey, public: EllipticCurvePublicKey, transcript: bytes) -> bytes:
    """Return EMacKey (ISO/IEC 18013-5, 9.1.3.5)."""
    return session_key(private, public, transcript, b"EMacKey")
