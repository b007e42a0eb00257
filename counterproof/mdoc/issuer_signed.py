"""IssuerSigned: the elements and the issuer's signature over their digests (ISO/IEC 18013-5, 9.1.2)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

from counterproof.mdoc import fields as f
from counterproof.mdoc.cbor import (
    EncodedCbor,
    content_of,
    decode_each,
    decode_exact,
    decode_outer,
    decode_plain,
    encode,
)
from counterproof.mdoc.cbor_scan import has_odd_key
from counterproof.mdoc.cose import CoseSign1
from counterproof.mdoc.errors import LimitError, MalformedError
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.mso import MobileSecurityObject

if TYPE_CHECKING:
    from collections.abc import Container

    from counterproof.mdoc.limits import CborLimits

HASHES = {"SHA-256": hashlib.sha256, "SHA-384": hashlib.sha384, "SHA-512": hashlib.sha512}
"""The digest algorithms let in (ISO/IEC 18013-5, 9.1.2.5)."""

_MIN_RANDOM = 16
_MAX_DIGEST_ID = LIMITS.digest_id
_SHORT_NAME = LIMITS.name // 4
_CONTAINERS = frozenset({dict, list})
_LIST, _ENCODED = frozenset({list}), frozenset({EncodedCbor})


class IssuerSignedItem(msgspec.Struct, frozen=True, gc=False):
    """One element as the issuer salted it; `encoded` holds the bytes that were digested.

    A parsed item proves nothing: its value is for the verifier's eyes until digests and signature hold.
    """

    encoded: EncodedCbor
    digest_id: int
    random: bytes
    identifier: str
    value: Any

    @classmethod
    def make(cls, digest_id: int, random: bytes, identifier: str, value: Any) -> IssuerSignedItem:
        """Build and encode an item; `random` takes at least 16 bytes, 32 are customary."""
        encoded = EncodedCbor.of(
            {"digestID": digest_id, "random": random, "elementIdentifier": identifier, "elementValue": value}
        )
        return cls(encoded, digest_id, random, identifier, value)

    @classmethod
    def from_decoded(cls, encoded: EncodedCbor, item: Any) -> IssuerSignedItem:
        """Read the decoded content of a tag-24 item strictly; raise MalformedError `mdoc.*` or `item.*`."""
        if type(item) is not dict:
            raise MalformedError("mdoc.form", path="issuerSigned.item")
        digest_id, random = item.get("digestID"), item.get("random")
        identifier = item.get("elementIdentifier")
        if type(digest_id) is not int or not 0 <= digest_id <= _MAX_DIGEST_ID:
            raise MalformedError("item.digest-id")
        if type(random) is not bytes or len(random) < _MIN_RANDOM:
            raise MalformedError("item.random")
        if type(identifier) is not str:
            raise MalformedError("mdoc.name", path="issuerSigned.item")
        if not 0 < len(identifier) <= _SHORT_NAME:
            f.check_name(identifier, "issuerSigned.item")
        if "elementValue" not in item:
            raise MalformedError("item.value")
        value = item["elementValue"]
        if type(value) in _CONTAINERS and has_odd_key(value):
            decode_exact(encoded.content, LIMITS.item)
        return cls(encoded, digest_id, random, identifier, value)

    def digest(self, algorithm: str) -> bytes:
        """Return the digest of the item's bytes as received, tag and head included."""
        return HASHES[algorithm](self.encoded.raw).digest()

    def __repr__(self) -> str:
        return f"IssuerSignedItem({self.identifier})"


class IssuerSigned(msgspec.Struct, eq=False, gc=False):
    """A document's issuer-signed half; `namespaces` may be empty when nothing is disclosed."""

    namespaces: dict[str, list[IssuerSignedItem]]
    issuer_auth: CoseSign1
    mso: MobileSecurityObject

    def __repr__(self) -> str:
        return f"IssuerSigned({sum(map(len, self.namespaces.values()))} items)"

    @classmethod
    def from_bytes(cls, data: bytes, limits: CborLimits = LIMITS.imported) -> IssuerSigned:
        """Read what an issuer hands over (OpenID4VCI `mso_mdoc`, before base64url)."""
        value, plain = decode_outer(data, limits)
        return cls.from_map(value, from_plain=plain)

    @classmethod
    def from_map(cls, value: Any, *, from_plain: bool = False) -> IssuerSigned:
        """Read a decoded map strictly, the MSO included; `from_plain` is what `decode_outer` said."""
        members = f.text_map(value, "issuerSigned")
        auth = CoseSign1.from_item(members.get("issuerAuth"))
        if auth.payload is None:
            raise MalformedError("mdoc.member", path="issuerAuth", member="payload")
        ahead = _decode_ahead(members.get("nameSpaces", {}), auth.payload, from_plain=from_plain)
        namespaces = _namespaces(members["nameSpaces"], ahead) if "nameSpaces" in members else {}
        if ahead is None:
            return cls(namespaces, auth, MobileSecurityObject.from_payload(auth.payload))
        return cls(namespaces, auth, MobileSecurityObject.from_map(ahead[-1]))

    def disclose(self, wanted: Container[tuple[str, str]]) -> IssuerSigned:
        """Return a copy that holds only the items whose (namespace, identifier) is in `wanted`."""
        chosen = {
            space: kept
            for space, items in self.namespaces.items()
            if (kept := [item for item in items if (space, item.identifier) in wanted])
        }
        return IssuerSigned(chosen, self.issuer_auth, self.mso)

    def to_map(self) -> dict[str, Any]:
        """Return the map to be encoded; items are spliced as received."""
        members: dict[str, Any] = {"issuerAuth": self.issuer_auth.to_list()}
        if self.namespaces:
            members["nameSpaces"] = {
                space: [item.encoded for item in items] for space, items in self.namespaces.items()
            }
        return members

    def to_bytes(self) -> bytes:
        """Return the encoding."""
        return encode(self.to_map())


def _decode_ahead(spaces: Any, payload: bytes, *, from_plain: bool) -> list[Any] | None:
    """Decode the items and behind them the MSO in one call, which takes half the time of as many calls.

    None where anything about them is unusual: then they are decoded where they are read, to the same values
    or to the error that comes first.
    """
    mso = content_of(payload)
    if mso is None or type(spaces) is not dict or not _LIST.issuperset(map(type, spaces.values())):
        return None
    items = [item for items in spaces.values() for item in items]
    if not _ENCODED.issuperset(map(type, items)):
        return None
    parts = [item.content for item in items]
    parts.append(mso)
    return decode_plain(parts, LIMITS.mso, inside_plain=from_plain)


def _namespaces(value: Any, ahead: list[Any] | None) -> dict[str, list[IssuerSignedItem]]:
    spaces = f.text_map(value, "issuerSigned.nameSpaces")
    if not spaces:
        raise MalformedError("mdoc.form", path="issuerSigned.nameSpaces")
    read = {}
    count = 0
    for space, items in spaces.items():
        f.check_name(space, "issuerSigned.nameSpaces")
        count += len(f.array(items, "issuerSigned.nameSpaces", LIMITS.elements))
        if count > LIMITS.elements:
            raise LimitError("mdoc.count", path="issuerSigned.nameSpaces", limit=LIMITS.elements)
        if ahead is None:
            for item in items:
                if type(item) is not EncodedCbor:
                    raise MalformedError("mdoc.tag-24", path="issuerSigned.nameSpaces")
            contents = decode_each([item.content for item in items], LIMITS.item)
        else:
            contents = ahead[count - len(items) : count]
        read[space] = [IssuerSignedItem.from_decoded(*pair) for pair in zip(items, contents, strict=True)]
    return read
