"""DeviceRequest: what a reader asks for, and its signature (ISO/IEC 18013-5, 8.3.2.1.2.1 and 9.1.1.4).

Members marked (2E) stand in the second edition alone; they are read and kept whatever the version says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counterproof.mdoc import fields as f
from counterproof.mdoc.cbor import EncodedCbor, decode_exact, encode
from counterproof.mdoc.cbor_scan import head
from counterproof.mdoc.cose import CoseSign1
from counterproof.mdoc.errors import LimitError, MalformedError
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.request_info import DeviceRequestInfo, DocRequestInfo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from counterproof.mdoc.cose import PublicKey, Signer
    from counterproof.mdoc.limits import CborLimits

_BYTES, _ARRAY = 2, 4


def reader_authentication(transcript: bytes, items: EncodedCbor) -> bytes:
    """Return the detached payload of readerAuth: tag 24 around ReaderAuthentication.

    `transcript` is the encoded SessionTranscript array itself, not its tag-24 form; `items` is spliced as
    received. Source: ISO/IEC 18013-5, 9.1.1.4.
    """
    return _tag_24(b"".join((b"\x83\x74ReaderAuthentication", transcript, items.raw)))


def reader_authentication_all(
    transcript: bytes, items: Sequence[EncodedCbor], info: EncodedCbor | None
) -> bytes:
    """Return the detached payload of readerAuthAll: each ItemsRequestBytes, then DeviceRequestInfoBytes (2E).

    `transcript` as in `reader_authentication`.
    """
    content = (
        b"\x84\x77ReaderAuthenticationAll",
        transcript,
        head(_ARRAY, len(items)),
        *(item.raw for item in items),
        encode(info),
    )
    return _tag_24(b"".join(content))


def _tag_24(content: bytes) -> bytes:
    return b"\xd8\x18" + head(_BYTES, len(content)) + content


class ItemsRequest:
    """The elements wanted of one docType; `namespaces` is namespace -> identifier -> intentToRetain.

    `encoded` holds the bytes that the reader signs.
    """

    __slots__ = ("doc_type", "encoded", "info", "namespaces")

    def __init__(
        self,
        encoded: EncodedCbor,
        doc_type: str,
        namespaces: dict[str, dict[str, bool]],
        info: DocRequestInfo | None,
    ) -> None:
        self.encoded = encoded
        self.doc_type = doc_type
        self.namespaces = namespaces
        self.info = info

    @classmethod
    def make(
        cls,
        doc_type: str,
        namespaces: Mapping[str, Mapping[str, bool]],
        info: DocRequestInfo | None = None,
    ) -> ItemsRequest:
        """Build and encode a request, with the same bounds as one that is read."""
        wanted = {space: dict(elements) for space, elements in namespaces.items()}
        members: dict[str, Any] = {"docType": doc_type, "nameSpaces": wanted}
        if info is not None:
            members["requestInfo"] = info.to_map()
        return cls.from_encoded(EncodedCbor.of(members))

    @classmethod
    def from_encoded(cls, value: Any) -> ItemsRequest:
        """Read a decoded tag-24 item strictly; raise MalformedError or LimitError `mdoc.*` or `request.*`."""
        path = "itemsRequest"
        encoded = f.encoded(value, path)
        members = f.text_map(decode_exact(encoded.content), path)
        info = DocRequestInfo.from_map(members["requestInfo"]) if "requestInfo" in members else None
        return cls(encoded, f.name(members, "docType", path), _wanted(members.get("nameSpaces")), info)

    def elements(self) -> Iterator[tuple[str, str, bool]]:
        """Yield namespace, identifier and intentToRetain of each element, in the reader's order."""
        for space, elements in self.namespaces.items():
            for identifier, retain in elements.items():
                yield space, identifier, retain

    def __repr__(self) -> str:
        return f"ItemsRequest({self.doc_type}, {sum(map(len, self.namespaces.values()))} elements)"


class DocRequest:
    """One ItemsRequest and the reader's signature over it, if there is one."""

    __slots__ = ("items", "reader_auth")

    def __init__(self, items: ItemsRequest, reader_auth: CoseSign1 | None = None) -> None:
        self.items = items
        self.reader_auth = reader_auth

    @classmethod
    def sign(
        cls, items: ItemsRequest, signer: Signer, x5chain: Sequence[bytes], transcript: bytes
    ) -> DocRequest:
        """Sign `items` over the session; `x5chain` is DER, leaf first, without the trust anchor."""
        payload = reader_authentication(transcript, items.encoded)
        return cls(
            items,
            CoseSign1.sign(signer, payload, detached=True, unprotected=x5chain_header(x5chain)),
        )

    @classmethod
    def from_map(cls, value: Any) -> DocRequest:
        """Read a decoded map strictly."""
        members = f.text_map(value, "docRequest")
        auth = CoseSign1.from_item(members["readerAuth"]) if "readerAuth" in members else None
        return cls(ItemsRequest.from_encoded(members.get("itemsRequest")), auth)

    def reader_signature_holds(self, key: PublicKey, transcript: bytes) -> bool:
        """Whether readerAuth is there and right, by `key`, over this session; it says nothing about `key`."""
        payload = reader_authentication(transcript, self.items.encoded)
        return self.reader_auth is not None and self.reader_auth.verify(key, payload)

    def to_map(self) -> dict[str, Any]:
        """Return the map to be encoded; the ItemsRequest is spliced as received."""
        members: dict[str, Any] = {"itemsRequest": self.items.encoded}
        if self.reader_auth is not None:
            members["readerAuth"] = self.reader_auth.to_list()
        return members


class DeviceRequest:
    """Everything that a reader asks for at once.

    `encoded_info` holds DeviceRequestInfoBytes as received, `info` what is in them; `reader_auth_all` are
    signatures over the whole request (2E).
    """

    __slots__ = ("doc_requests", "encoded_info", "info", "reader_auth_all", "version")

    def __init__(
        self,
        doc_requests: Sequence[DocRequest],
        encoded_info: EncodedCbor | None = None,
        reader_auth_all: Sequence[CoseSign1] = (),
        version: str | None = None,
    ) -> None:
        self.doc_requests = tuple(doc_requests)
        self.encoded_info = encoded_info
        self.info = None if encoded_info is None else DeviceRequestInfo.from_encoded(encoded_info)
        self.reader_auth_all = tuple(reader_auth_all)
        self.version = version or ("1.1" if encoded_info is not None or reader_auth_all else "1.0")

    @classmethod
    def from_bytes(cls, data: bytes, limits: CborLimits = LIMITS.message) -> DeviceRequest:
        """Read one request strictly; raise MalformedError, LimitError or UnsupportedError.

        Bounds: `LIMITS.documents` docRequests and `LIMITS.requested_elements` elements in all of them.
        """
        members = f.text_map(decode_exact(data, limits), "request")
        version = f.text(members, "version", "request")
        f.check_version(version, "deviceRequest.version")
        items = f.array(members.get("docRequests"), "docRequests", LIMITS.documents)
        requests = [DocRequest.from_map(item) for item in items]
        asked = sum(len(list(request.items.elements())) for request in requests)
        if asked > LIMITS.requested_elements:
            raise LimitError("request.elements", found=asked, limit=LIMITS.requested_elements)
        info = f.encoded(members[name], name) if (name := "deviceRequestInfo") in members else None
        signatures = (
            f.array(members["readerAuthAll"], "readerAuthAll", LIMITS.documents)
            if "readerAuthAll" in members
            else []
        )
        return cls(requests, info, [CoseSign1.from_item(item) for item in signatures], version)

    def all_signature_holds(self, signature: CoseSign1, key: PublicKey, transcript: bytes) -> bool:
        """Whether one of `reader_auth_all` is right, by `key`, over session and whole request (2E)."""
        items = [request.items.encoded for request in self.doc_requests]
        return signature.verify(key, reader_authentication_all(transcript, items, self.encoded_info))

    def to_bytes(self) -> bytes:
        """Return the encoding."""
        members: dict[str, Any] = {
            "version": self.version,
            "docRequests": [request.to_map() for request in self.doc_requests],
        }
        if self.encoded_info is not None:
            members["deviceRequestInfo"] = self.encoded_info
        if self.reader_auth_all:
            members["readerAuthAll"] = [signature.to_list() for signature in self.reader_auth_all]
        return encode(members)


def x5chain_header(x5chain: Sequence[bytes]) -> dict[int, Any]:
    """Return the unprotected header with a chain: one certificate bare, more as an array (RFC 9360, 2)."""
    return {33: x5chain[0] if len(x5chain) == 1 else list(x5chain)}


def _wanted(value: Any) -> dict[str, dict[str, bool]]:
    path = "itemsRequest.nameSpaces"
    spaces = f.text_map(value, path)
    if not spaces:
        raise MalformedError("mdoc.form", path=path)
    for space, elements in spaces.items():
        f.check_name(space, path)
        if not f.text_map(elements, path):
            raise MalformedError("mdoc.form", path=path)
        for identifier, retain in elements.items():
            f.check_name(identifier, path)
            if type(retain) is not bool:
                raise MalformedError("request.intent-to-retain", path=path)
    return spaces
