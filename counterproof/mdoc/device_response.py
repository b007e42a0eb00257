"""Document and DeviceResponse: what a holder's device answers (ISO/IEC 18013-5, 8.3.2.1.2.2).

Parsed is not verified: what screens and exports may use is a VerifiedDocument.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from counterproof.mdoc import fields as f
from counterproof.mdoc.cbor import decode_outer, encode
from counterproof.mdoc.device_signed import DeviceSigned
from counterproof.mdoc.errors import MalformedError
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.mdoc.limits import LIMITS

if TYPE_CHECKING:
    from counterproof.mdoc.limits import CborLimits

STATUS_OK = 0


class Document(msgspec.Struct, eq=False, gc=False):
    """One document of a response, both halves; `errors` is namespace -> identifier -> code."""

    doc_type: str
    issuer_signed: IssuerSigned
    device_signed: DeviceSigned
    errors: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Document({self.doc_type})"

    @classmethod
    def from_map(cls, value: Any, *, from_plain: bool = False) -> Document:
        """Read a decoded map strictly; `from_plain` is what `decode_outer` said."""
        members = f.text_map(value, "document")
        return cls(
            f.name(members, "docType", "document"),
            IssuerSigned.from_map(members.get("issuerSigned"), from_plain=from_plain),
            DeviceSigned.from_map(members.get("deviceSigned")),
            _errors(members["errors"]) if "errors" in members else {},
        )

    def to_map(self) -> dict[str, Any]:
        """Return the map to be encoded."""
        members = {
            "docType": self.doc_type,
            "issuerSigned": self.issuer_signed.to_map(),
            "deviceSigned": self.device_signed.to_map(),
        }
        return members | ({"errors": self.errors} if self.errors else {})


class DeviceResponse(msgspec.Struct, eq=False, gc=False):
    """A response: status 0 with documents, or another status and none."""

    documents: list[Document]
    status: int = STATUS_OK
    document_errors: dict[str, int] = msgspec.field(default_factory=dict)
    version: str = "1.0"

    def __repr__(self) -> str:
        return f"DeviceResponse({len(self.documents)} documents)"

    @classmethod
    def from_bytes(cls, data: bytes, limits: CborLimits = LIMITS.message) -> DeviceResponse:
        """Read one response strictly; raise MalformedError, LimitError or UnsupportedError."""
        value, plain = decode_outer(data, limits)
        members = f.text_map(value, "response")
        version = f.text(members, "version", "response")
        f.check_version(version, "deviceResponse.version")
        status = f.uint(members, "status", "response")
        documents: list[Document] = []
        if "documents" in members:
            items = f.array(members["documents"], "documents", LIMITS.documents)
            if status != STATUS_OK:
                raise MalformedError("response.documents-with-status", status=status)
            documents = [Document.from_map(item, from_plain=plain) for item in items]
        errors: dict[str, int] = {}
        if "documentErrors" in members:
            for entry in f.array(members["documentErrors"], "documentErrors", LIMITS.elements):
                errors.update(_codes(entry, "documentErrors"))
        return cls(documents, status, errors, version)

    def to_bytes(self) -> bytes:
        """Return the encoding; an empty list of documents is left out."""
        members: dict[str, Any] = {"version": self.version, "status": self.status}
        if self.documents:
            members["documents"] = [document.to_map() for document in self.documents]
        if self.document_errors:
            members["documentErrors"] = [{name: code} for name, code in self.document_errors.items()]
        return encode(members)


def _codes(value: Any, path: str) -> dict[str, int]:
    entries = f.text_map(value, path)
    for identifier, code in entries.items():
        f.check_name(identifier, path)
        if type(code) is not int:
            raise MalformedError("mdoc.form", path=path)
    return entries


def _errors(value: Any) -> dict[str, dict[str, int]]:
    spaces = f.text_map(value, "document.errors")
    for space, entries in spaces.items():
        f.check_name(space, "document.errors")
        _codes(entries, "document.errors")
    return spaces
