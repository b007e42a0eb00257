"""SessionTranscript: what ties signatures and keys to one exchange (ISO/IEC 18013-5, 9.1.5.1).

`raw` is the encoded array, first byte 83; `encoded_item` is SessionTranscriptBytes, the same under tag 24.
ReaderAuthentication and DeviceAuthentication splice the array; key derivation hashes the tag-24 form. Mixing
the two up is the most common fault of all, so each is reachable by its own name alone.
"""

from __future__ import annotations

import hashlib
from typing import Any

from counterproof.mdoc.cbor import EncodedCbor, decode_exact, encode
from counterproof.mdoc.errors import MalformedError
from counterproof.mdoc.limits import LIMITS

_LENGTH = 3


def _hash(value: Any) -> bytes:
    return hashlib.sha256(encode(value)).digest()


class SessionTranscript:
    """A session transcript as bytes; one builder for each profile, named after it."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @classmethod
    def from_bytes(cls, raw: bytes) -> SessionTranscript:
        """Take an encoded array as it is; raise MalformedError `session.transcript-form` if it is none."""
        value = decode_exact(raw, LIMITS.message)
        if type(value) is not list or len(value) != _LENGTH:
            raise MalformedError("session.transcript-form")
        if any(not (part is None or type(part) is EncodedCbor) for part in value[:2]):
            raise MalformedError("session.transcript-form")
        return cls(raw)

    @property
    def encoded_item(self) -> EncodedCbor:
        """SessionTranscriptBytes."""
        return EncodedCbor(self.raw)

    @property
    def salt(self) -> bytes:
        """SHA-256 of SessionTranscriptBytes: the salt of key derivation (9.1.1.5, 9.1.3.5)."""
        return hashlib.sha256(self.encoded_item.raw).digest()

    @classmethod
    def qr_engagement(cls, engagement: EncodedCbor, reader_key: EncodedCbor) -> SessionTranscript:
        """ISO/IEC 18013-5 with engagement by QR code and data over BLE, NFC or Wi-Fi: handover nil."""
        return cls(encode([engagement, reader_key, None]))

    @classmethod
    def nfc(
        cls,
        engagement: EncodedCbor,
        reader_key: EncodedCbor,
        handover_select: bytes,
        handover_request: bytes | None = None,
    ) -> SessionTranscript:
        """ISO/IEC 18013-5 with engagement by NFC; static handover has no request message."""
        return cls(encode([engagement, reader_key, [handover_select, handover_request]]))

    @classmethod
    def openid4vp(
        cls, client_id: str, nonce: str, jwk_thumbprint: bytes | None, response_uri: str
    ) -> SessionTranscript:
        """OpenID4VP 1.0, B.2.6.1: response mode direct_post or direct_post.jwt, by redirects.

        `jwk_thumbprint` is the SHA-256 thumbprint (RFC 7638) of the key that the response is encrypted to.
        """
        info = [client_id, nonce, jwk_thumbprint, response_uri]
        return cls(encode([None, None, ["OpenID4VPHandover", _hash(info)]]))

    @classmethod
    def openid4vp_dc_api(cls, origin: str, nonce: str, jwk_thumbprint: bytes | None) -> SessionTranscript:
        """OpenID4VP 1.0, B.2.6.2: over the Digital Credentials API."""
        return cls(encode([None, None, ["OpenID4VPDCAPIHandover", _hash([origin, nonce, jwk_thumbprint])]]))

    @classmethod
    def website(
        cls, engagement: EncodedCbor, reader_key: EncodedCbor, reader_engagement: EncodedCbor
    ) -> SessionTranscript:
        """ISO/IEC TS 18013-7, Annex A: the handover is the SHA-256 of ReaderEngagementBytes."""
        return cls(encode([engagement, reader_key, hashlib.sha256(reader_engagement.raw).digest()]))

    @classmethod
    def ts_18013_7_openid4vp(
        cls, client_id: str, response_uri: str, nonce: str, mdoc_nonce: str
    ) -> SessionTranscript:
        """ISO/IEC TS 18013-7, Annex B: OpenID4VP before 1.0, with a nonce of the mdoc's own."""
        handover = [_hash([client_id, mdoc_nonce]), _hash([response_uri, mdoc_nonce]), nonce]
        return cls(encode([None, None, handover]))

    @classmethod
    def ts_18013_7_dc_api(cls, base64_encryption_info: str, origin: str) -> SessionTranscript:
        """ISO/IEC TS 18013-7, Annex C: over the Digital Credentials API."""
        return cls(encode([None, None, ["dcapi", _hash([base64_encryption_info, origin])]]))

    def with_encryption_parameters(self, parameters: EncodedCbor) -> SessionTranscript:
        """Return this transcript with EncryptionParametersBytes second: docResponseEncryption (2E)."""
        first, _, handover = decode_exact(self.raw, LIMITS.message)
        return SessionTranscript(encode([first, parameters, handover]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SessionTranscript) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"SessionTranscript({len(self.raw)} bytes)"
