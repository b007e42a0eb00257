"""docResponseEncryption: documents of a response sealed for one recipient (ISO/IEC 18013-5, 2E).

No public vector exists for it. The QR exchange uses EncryptionParameters and HPKE too, but not this: see
docs/qr-exchange.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc import fields as f
from counterproof.mdoc import hpke
from counterproof.mdoc.cbor import EncodedCbor, decode_exact, encode
from counterproof.mdoc.cose import CoseKey
from counterproof.mdoc.device_response import Document
from counterproof.mdoc.errors import MalformedError
from counterproof.mdoc.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterproof.mdoc.session import SessionTranscript


@dataclass(frozen=True, slots=True, eq=False)
class EncryptionParameters:
    """To whom to encrypt; `encoded` is EncryptionParametersBytes as received."""

    encoded: EncodedCbor
    recipient_key: ec.EllipticCurvePublicKey
    nonce: bytes | None = None
    recipient_certificates: tuple[bytes, ...] = ()

    @classmethod
    def make(
        cls, recipient_key: ec.EllipticCurvePublicKey, nonce: bytes | None = None
    ) -> EncryptionParameters:
        """Build and encode parameters."""
        members: dict[str, Any] = {"recipientPublicKey": CoseKey.from_public_key(recipient_key).to_map()}
        if nonce is not None:
            members["nonce"] = nonce
        return cls.from_encoded(EncodedCbor.of(members))

    @classmethod
    def from_encoded(cls, value: Any) -> EncryptionParameters:
        """Read a decoded tag-24 item strictly; the key must lie on P-256."""
        path = "encryptionParameters"
        encoded = f.encoded(value, path)
        members = f.text_map(decode_exact(encoded.content), path)
        nonce, chain = members.get("nonce"), members.get("recipientCertificate", [])
        if nonce is not None and type(nonce) is not bytes:
            raise MalformedError("mdoc.member", path=path, member="nonce")
        certificates = f.array(chain, path, LIMITS.chain_certificates) if chain != [] else []
        if any(type(der) is not bytes for der in certificates):
            raise MalformedError("mdoc.member", path=path, member="recipientCertificate")
        return cls(encoded, p256_key(members.get("recipientPublicKey"), path), nonce, tuple(certificates))


def p256_key(value: Any, path: str) -> ec.EllipticCurvePublicKey:
    """Load a decoded COSE_Key that must be on P-256; raise MalformedError `cose.*` or `mdoc.member`."""
    key = CoseKey.from_map(value).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise MalformedError("mdoc.member", path=path, member="recipientPublicKey")
    return key


@dataclass(frozen=True, slots=True)
class EncryptedDocuments:
    """One entry of `encryptedDocuments`: the answer to docRequest number `doc_request_id`."""

    enc: bytes
    cipher_text: bytes
    doc_request_id: int

    @classmethod
    def seal(
        cls,
        documents: Sequence[Document],
        parameters: EncryptionParameters,
        transcript: SessionTranscript,
        doc_request_id: int,
    ) -> EncryptedDocuments:
        """Encrypt documents for the recipient, bound to the session."""
        plaintext = encode({"documents": [document.to_map() for document in documents]} if documents else {})
        info = transcript.with_encryption_parameters(parameters.encoded).raw
        return cls(*hpke.seal(parameters.recipient_key, info, plaintext), doc_request_id)

    @classmethod
    def from_map(cls, value: Any) -> EncryptedDocuments:
        """Read a decoded map strictly."""
        path = "encryptedDocuments"
        members = f.text_map(value, path)
        for name in ("enc", "cipherText"):
            if type(members.get(name)) is not bytes:
                raise MalformedError("mdoc.member", path=path, member=name)
        number = f.uint(members, "docRequestID", path, LIMITS.documents - 1)
        return cls(members["enc"], members["cipherText"], number)

    def open(
        self,
        private_key: ec.EllipticCurvePrivateKey,
        parameters: EncryptionParameters,
        transcript: SessionTranscript,
    ) -> list[Document]:
        """Decrypt and read the documents; raise CryptoError `hpke.open` or MalformedError."""
        info = transcript.with_encryption_parameters(parameters.encoded).raw
        plaintext = hpke.unseal(private_key, info, self.enc, self.cipher_text)
        members = f.text_map(decode_exact(plaintext), "encryptedDocuments")
        if "documents" not in members:
            return []
        items = f.array(members["documents"], "encryptedDocuments.documents", LIMITS.documents)
        return [Document.from_map(item) for item in items]

    def to_map(self) -> dict[str, Any]:
        """Return the map to be encoded."""
        return {"enc": self.enc, "cipherText": self.cipher_text, "docRequestID": self.doc_request_id}
