"""Session encryption (ISO/IEC 18013-5, 9.1.1.5): AES-256-GCM with a key and a counter for each direction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from counterproof.mdoc.errors import CryptoError, LimitError, MalformedError
from counterproof.mdoc.session_keys import session_key

if TYPE_CHECKING:
    from counterproof.mdoc.cose import CoseKey
    from counterproof.mdoc.session import SessionTranscript

_IDENTIFIER_READER = bytes(8)
_IDENTIFIER_DEVICE = bytes(7) + b"\x01"
_MOST_MESSAGES = 2**32 - 1


@dataclass(frozen=True, slots=True)
class SessionKeys:
    """The keys of the two directions, 32 bytes each."""

    reader: bytes = field(repr=False)
    device: bytes = field(repr=False)

    @classmethod
    def derive(
        cls, private_key: ec.EllipticCurvePrivateKey, peer: CoseKey, transcript: SessionTranscript
    ) -> SessionKeys:
        """Derive SKReader and SKDevice from one's own ephemeral key and the other side's (9.1.1.5).

        Raises MalformedError `session.key-agreement` where the curves differ.
        """
        public_key = _same_curve(private_key, peer)
        return cls(
            session_key(private_key, public_key, transcript.raw, b"SKReader"),
            session_key(private_key, public_key, transcript.raw, b"SKDevice"),
        )


def _same_curve(private_key: ec.EllipticCurvePrivateKey, peer: CoseKey) -> ec.EllipticCurvePublicKey:
    key = peer.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != private_key.curve.name:
        raise MalformedError("session.key-agreement")
    return key


class MessageCipher:
    """One direction of a session: a key, an identifier, and a counter that starts at 1.

    One object encrypts or decrypts, never both: the counter is of one direction.
    """

    __slots__ = ("_aead", "_count", "_identifier")

    def __init__(self, key: bytes, identifier: bytes) -> None:
        self._aead = AESGCM(key)
        self._identifier = identifier
        self._count = 0

    @classmethod
    def of_reader(cls, keys: SessionKeys) -> MessageCipher:
        """Messages from reader to device."""
        return cls(keys.reader, _IDENTIFIER_READER)

    @classmethod
    def of_device(cls, keys: SessionKeys) -> MessageCipher:
        """Messages from device to reader."""
        return cls(keys.device, _IDENTIFIER_DEVICE)

    def encrypt(self, plaintext: bytes) -> bytes:
        """Return ciphertext and tag of the next message; LimitError `session.messages` after 2^32 - 1."""
        nonce = self._nonce()
        self._count += 1
        return self._aead.encrypt(nonce, plaintext, None)

    def decrypt(self, data: bytes) -> bytes:
        """Return the plaintext of the next message; CryptoError `session.decrypt` leaves the counter."""
        try:
            plaintext = self._aead.decrypt(self._nonce(), data, None)
        except InvalidTag:
            raise CryptoError("session.decrypt") from None
        self._count += 1
        return plaintext

    def _nonce(self) -> bytes:
        if self._count >= _MOST_MESSAGES:
            raise LimitError("session.messages", limit=_MOST_MESSAGES)
        return self._identifier + (self._count + 1).to_bytes(4, "big")
