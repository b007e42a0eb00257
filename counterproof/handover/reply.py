"""The reply: credentials sealed to the wallet that asked, so that no card lies readable on a stick.

HPKE (RFC 9180) base mode to the key of the request; `info` holds the hash of that very request, so a reply
opens for this request or not at all. It proves no sender: the credentials in it are signed, and the wallet
verifies each before it keeps it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from counterproof import strict_json
from counterproof.credential_types import from_toml
from counterproof.handover.files import read_form
from counterproof.handover.limits import LIMITS, VERSION, check_doc_type, check_sha256, check_shown
from counterproof.mdoc import hpke
from counterproof.mdoc.cbor import TDate, decode_exact, encode
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import CryptoError, LimitError, MalformedError, UsageError
from counterproof.mdoc.limits import LIMITS as MDOC_LIMITS
from counterproof.mdoc.limits import CborLimits

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric import ec

    from counterproof.mdoc.catalogue import CredentialType

SUFFIX = ".cpreply"

_INFO = "counterproof.credential-reply.v1"
_CBOR = CborLimits(size=LIMITS.plaintext, depth=4, items=1024)
_HASH_BYTES = 32


class _Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    type: Literal["counterproof.credential-reply"]
    version: Literal[1]
    request_sha256: str
    enc: str
    ciphertext: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialReply:
    """What an agency hands over, not verified yet.

    `credentials` are encoded IssuerSigned, one for each device key and in that order; `type_toml` the file of
    the credential type, for labels and looks; `note` is a word of the agency to the holder, empty if none.
    `issuer_root` is to be compared with the root of the offer or of the trust store: it proves nothing here.
    """

    doc_type: str
    credentials: tuple[bytes, ...] = field(repr=False)
    type_toml: bytes
    issuer_root: Certificate
    agency: str
    issued_at: datetime
    note: str = field(default="", repr=False)

    @property
    def credential_type(self) -> CredentialType:
        """The credential type of `type_toml`."""
        return from_toml("credential-type.toml", self.type_toml)

    @property
    def root_fingerprint(self) -> str:
        """SHA-256 of the issuer root, hexadecimal, as in an offer."""
        return hashlib.sha256(self.issuer_root.der).hexdigest()


def seal_reply(
    reply: CredentialReply, *, recipient_key: ec.EllipticCurvePublicKey, request_hash: bytes
) -> bytes:
    """Seal a reply to the request with this hash, as a file.

    Raises MalformedError `handover.form`, `catalogue.*`, LimitError `handover.reply-size`, UsageError
    `hpke.curve`.
    """
    _check(reply)
    plaintext = encode(
        {
            "docType": reply.doc_type,
            "credentials": list(reply.credentials),
            "credentialType": reply.type_toml,
            "issuerRoot": reply.issuer_root.der,
            "agency": reply.agency,
            "issuedAt": TDate.of(reply.issued_at),
            "note": reply.note,
        }
    )
    if len(plaintext) > LIMITS.plaintext:
        raise LimitError("handover.reply-size", limit=LIMITS.plaintext)
    enc, ciphertext = hpke.seal(recipient_key, _info(request_hash), plaintext)
    return strict_json.dumps(
        _Form(
            type="counterproof.credential-reply",
            version=VERSION,
            request_sha256=request_hash.hex(),
            enc=strict_json.to_base64url(enc),
            ciphertext=strict_json.to_base64url(ciphertext),
        )
    )


def replies_to(data: bytes) -> bytes:
    """Return the hash of the request that a reply says it answers, to find the pending request by it.

    Raises as `open_reply` for what is no reply.
    """
    form = read_form(data, _Form, "reply", limit=LIMITS.reply)
    check_sha256(form.request_sha256, field="request_sha256")
    return bytes.fromhex(form.request_sha256)


def open_reply(
    data: bytes, *, recipient_key: ec.EllipticCurvePrivateKey, request_hash: bytes
) -> CredentialReply:
    """Open a reply with the private key that was made for the request with this hash.

    Raises CryptoError `handover.other-request`, or `handover.reply-sealed` for a reply to another key or one
    that was changed; MalformedError `handover.form`, `handover.other-file`, `json.*`, `cbor.*`,
    `catalogue.*`, `certificate.*`; LimitError; UnsupportedError `handover.version`.
    """
    form = read_form(data, _Form, "reply", limit=LIMITS.reply)
    check_sha256(form.request_sha256, field="request_sha256")
    if form.request_sha256 != request_hash.hex():
        raise CryptoError("handover.other-request")
    enc, ciphertext = strict_json.from_base64url(form.enc), strict_json.from_base64url(form.ciphertext)
    try:
        plaintext = hpke.unseal(recipient_key, _info(request_hash), enc, ciphertext)
    except CryptoError:
        raise CryptoError("handover.reply-sealed") from None
    reply = _reply(decode_exact(plaintext, _CBOR))
    _check(reply)
    return reply


def _info(request_hash: bytes) -> bytes:
    if len(request_hash) != _HASH_BYTES:
        raise UsageError("handover.hash-length")
    return encode([_INFO, request_hash])


_MEMBERS: dict[str, type] = {
    "docType": str,
    "credentials": list,
    "credentialType": bytes,
    "issuerRoot": bytes,
    "agency": str,
    "issuedAt": TDate,
    "note": str,
}


def _reply(value: Any) -> CredentialReply:
    """Read the opened map strictly: these members, these types, no others."""
    if type(value) is not dict or value.keys() != _MEMBERS.keys():
        raise MalformedError("handover.form", field="reply")
    for name, kind in _MEMBERS.items():
        if type(value[name]) is not kind:
            raise MalformedError("handover.form", field=name)
    if any(type(each) is not bytes for each in value["credentials"]):
        raise MalformedError("handover.form", field="credentials")
    return CredentialReply(
        doc_type=value["docType"],
        credentials=tuple(value["credentials"]),
        type_toml=value["credentialType"],
        issuer_root=Certificate.from_der(value["issuerRoot"]),
        agency=value["agency"],
        issued_at=value["issuedAt"].to_datetime(),
        note=value["note"],
    )


def _check(reply: CredentialReply) -> None:
    """Check what both ends hold to."""
    check_doc_type(reply.doc_type)
    check_shown(reply.agency, field="agency", limit=LIMITS.name)
    if reply.note:
        check_shown(reply.note, field="note", limit=LIMITS.note)
    if not 1 <= len(reply.credentials) <= LIMITS.batch:
        raise LimitError("handover.batch", count=len(reply.credentials), limit=LIMITS.batch)
    if any(not 0 < len(each) <= MDOC_LIMITS.imported.size for each in reply.credentials):
        raise MalformedError("handover.form", field="credentials")
    if reply.credential_type.doc_type != reply.doc_type:
        raise MalformedError("handover.form", field="credentialType")
