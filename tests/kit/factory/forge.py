"""One honest document whose every part can be bent before it is signed, or after."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterproof.mdoc.cbor import EncodedCbor, FullDate, Spliced, TDate, encode
from counterproof.mdoc.cose import EDDSA, CoseKey, SoftwareSigner
from counterproof.mdoc.device_signed import device_authentication
from tests.kit.certificates import AT
from tests.simulators.agency import Agency

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from counterproof.mdoc.cose import PublicKey, Signer

DOC_TYPE = "org.iso.18013.5.1.mDL"
SPACE = "org.iso.18013.5.1"
OTHER_SPACE = "org.iso.18013.5.1.UT"

ABSENT: Any = object()
"""In place of a member: leave it out."""

ELEMENTS: dict[str, Any] = {
    "family_name": "Musterfrau",
    "birth_date": FullDate("1990-04-01"),
    "age_over_18": True,
}

HASHES = {"SHA-256": hashlib.sha256, "SHA-384": hashlib.sha384, "SHA-512": hashlib.sha512}


class Made(NamedTuple):
    """An item as made: the id under which its digest is signed, and the tag-24 item."""

    digest_id: Any
    encoded: EncodedCbor


class EdSigner:
    """An Ed25519 Signer over a published test key."""

    algorithm = EDDSA

    def __init__(self, seed: bytes) -> None:
        self.private_key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key: PublicKey = self.private_key.public_key()

    def sign(self, data: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        return self.private_key.sign(data)


@dataclass(frozen=True)
class Auth:
    """How a COSE_Sign1 differs from the honest one; each part is used as it is.

    `payload` is what stands in the message, `to_sign` what was signed (the payload unless given),
    `protected` replaces the encoded header, `signature` and `array` change what came out.
    """

    headers: Mapping[Any, Any] | None = None
    protected: Any = None
    unprotected: Any = None
    payload: Any = None
    to_sign: bytes | None = None
    signer: Signer | None = None
    context: str = "Signature1"
    external_aad: bytes = b""
    signature: Callable[[bytes], Any] | None = None
    array: Callable[[list[Any]], Any] | None = None


HONEST_AUTH = Auth()


def merged(honest: Mapping[Any, Any], changes: Mapping[Any, Any] | None) -> dict[Any, Any]:
    """Return `honest` with `changes` laid over it; ABSENT leaves a member out."""
    both = {**honest, **(changes or {})}
    return {key: value for key, value in both.items() if value is not ABSENT}


def wrapped(raw: bytes) -> EncodedCbor:
    """Return a tag-24 item around bytes of any kind."""
    return EncodedCbor(raw)


def flipped(data: bytes, at: int = 0, mask: int = 1) -> bytes:
    """Return `data` with bits of the byte at `at` turned over."""
    position = at % len(data)
    return data[:position] + bytes([data[position] ^ mask]) + data[position + 1 :]


class Forge:
    """An agency and a holder that tell the truth unless told otherwise; nothing in it is random."""

    def __init__(self, seed: int = 11) -> None:
        self.agency = Agency(seed)
        self.kit = self.agency.kit
        self.anchor = self.agency.anchor.der.hex()
        self.device_key = self.kit.key("device")
        self.device_signer: Signer = SoftwareSigner(self.device_key, deterministic=True)
        session = hashlib.sha256(b"a session of the test vectors").digest()
        self.transcript = encode([None, None, ["TestHandover", session]])

    def salt(self, label: str, size: int = 32) -> bytes:
        """Return the salt that belongs to a label."""
        return hashlib.shake_256(f"salt of {label}".encode()).digest(size)

    def content(self, identifier: Any, value: Any, digest_id: Any, **changes: Any) -> dict[str, Any]:
        """Return the members of one item; the item itself may have others."""
        honest = {
            "digestID": digest_id,
            "random": self.salt(str(identifier)),
            "elementIdentifier": identifier,
            "elementValue": value,
        }
        return merged(honest, changes)

    def item(self, identifier: Any, value: Any, digest_id: Any, **changes: Any) -> Made:
        """Make one item."""
        return Made(digest_id, EncodedCbor.of(self.content(identifier, value, digest_id, **changes)))

    def items(self, elements: Mapping[str, Any] | None = None) -> dict[str, list[Made]]:
        """Make the items of the honest document, ids in order."""
        chosen = ELEMENTS if elements is None else elements
        return {SPACE: [self.item(name, value, n) for n, (name, value) in enumerate(chosen.items())]}

    def digests(self, items: Mapping[Any, Sequence[Made]], algorithm: str = "SHA-256") -> dict[Any, Any]:
        """Return valueDigests of these items."""
        digest = HASHES[algorithm]
        return {
            space: {made.digest_id: digest(made.encoded.raw).digest() for made in row}
            for space, row in items.items()
        }

    def validity(
        self,
        signed: datetime | None = None,
        valid_from: datetime | None = None,
        valid_until: datetime | None = None,
    ) -> dict[str, Any]:
        """Return a validityInfo: signed a day ago, good for 90 days, unless told otherwise."""
        start = AT - timedelta(days=1)
        return {
            "signed": TDate.of(signed or start),
            "validFrom": TDate.of(valid_from or start),
            "validUntil": TDate.of(valid_until or start + timedelta(days=90)),
        }

    def mso(
        self, items: Mapping[Any, Sequence[Made]] | None = None, algorithm: str = "SHA-256", **changes: Any
    ) -> dict[Any, Any]:
        """Return the members of the MSO over these items."""
        honest = {
            "version": "1.0",
            "digestAlgorithm": algorithm,
            "valueDigests": self.digests(items or self.items(), algorithm),
            "deviceKeyInfo": {"deviceKey": CoseKey.from_public_key(self.device_signer.public_key).to_map()},
            "docType": DOC_TYPE,
            "validityInfo": self.validity(),
        }
        return merged(honest, changes)

    def sign(self, payload: bytes, auth: Auth = HONEST_AUTH, default: Signer | None = None) -> Any:
        """Sign a payload; what `auth` changes is changed."""
        signer = auth.signer or default or self.agency.signer
        protected = auth.protected
        if protected is None:
            protected = encode(merged({1: signer.algorithm}, auth.headers))
        signed = payload if auth.to_sign is None else auth.to_sign
        covered = protected if type(protected) is bytes else encode(protected)
        proof: Any = signer.sign(encode([auth.context, covered, auth.external_aad, signed]))
        if auth.signature is not None:
            proof = auth.signature(proof)
        unprotected = auth.unprotected
        if default is None:
            chain = {33: self.agency.signer_certificate.der}
            unprotected = (
                merged(chain, unprotected)
                if unprotected is None or type(unprotected) is dict
                else unprotected
            )
        shown = payload if auth.payload is None else auth.payload
        message = [
            protected,
            {} if unprotected is None else unprotected,
            None if shown is ABSENT else shown,
            proof,
        ]
        return message if auth.array is None else auth.array(message)

    def issuer_signed(
        self,
        *,
        signed: Mapping[Any, Sequence[Made]] | None = None,
        shown: Any = None,
        mso: Mapping[Any, Any] | bytes | None = None,
        auth: Auth = HONEST_AUTH,
        **changes: Any,
    ) -> dict[Any, Any]:
        """Return IssuerSigned: `signed` items are digested, `shown` ones stand in it.

        Where nothing is said of either, one of the three honest items is shown, to keep the vectors small.
        `mso` replaces the MSO's members, or the payload as bytes.
        """
        honest = self.items() if signed is None else signed
        present = shown
        if shown is None:
            present = honest if signed is not None else {SPACE: honest[SPACE][2:]}
        members = self.mso(honest) if mso is None else mso
        payload = members if isinstance(members, bytes) else EncodedCbor.of(dict(members)).raw
        spaces = present
        if isinstance(present, dict):
            spaces = {space: _plain(row) for space, row in present.items()}
        return merged({"nameSpaces": spaces, "issuerAuth": self.sign(payload, auth)}, changes)

    def device_signed(
        self,
        *,
        doc_type: str = DOC_TYPE,
        transcript: bytes | None = None,
        namespaces: EncodedCbor | None = None,
        auth: Auth = HONEST_AUTH,
        signer: Signer | None = None,
        **changes: Any,
    ) -> dict[Any, Any]:
        """Return DeviceSigned with a deviceSignature over the session."""
        spaces = namespaces or wrapped(b"\xa0")
        payload = device_authentication(transcript or self.transcript, doc_type, spaces)
        shown = ABSENT if auth.payload is None else auth.payload
        own = Auth(**{**auth.__dict__, "payload": shown})
        message = self.sign(payload, own, signer or self.device_signer)
        return merged({"nameSpaces": spaces, "deviceAuth": {"deviceSignature": message}}, changes)

    def document(self, **parts: Any) -> dict[Any, Any]:
        """Return a Document; `parts` replace docType, issuerSigned, deviceSigned or add members."""
        doc_type = parts.get("docType", DOC_TYPE)
        spoken = doc_type if isinstance(doc_type, str) else DOC_TYPE
        honest = {"docType": doc_type}
        honest["issuerSigned"] = parts.get("issuerSigned") or self.issuer_signed()
        honest["deviceSigned"] = parts.get("deviceSigned") or self.device_signed(doc_type=spoken)
        return merged(honest, parts)

    def response(self, *documents: Any, **changes: Any) -> bytes:
        """Return a DeviceResponse; honest unless told otherwise."""
        honest = {"version": "1.0", "documents": list(documents) or [self.document()], "status": 0}
        return encode(merged(honest, changes))

    def shown(self, **parts: Any) -> bytes:
        """Return a response with one document whose IssuerSigned is made of `parts`."""
        return self.response(self.document(issuerSigned=self.issuer_signed(**parts)))

    def session_fields(self, **more: Any) -> dict[str, Any]:
        """Return the fields of a device-response line."""
        return {"anchors": [self.anchor], "transcript": self.transcript.hex(), **more}


def _plain(row: Any) -> Any:
    """Return the tag-24 items of a row of made ones; leave anything else as it is."""
    if not isinstance(row, list):
        return row
    return [each.encoded if isinstance(each, Made) else each for each in row]


def raw(data: bytes) -> Spliced:
    """Return bytes that stand in a structure as they are, as a key or a value."""
    return Spliced(data)
