"""DeviceSigned and DeviceAuthentication: the holder's half (ISO/IEC 18013-5, 9.1.3)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from counterproof.mdoc import fields as f
from counterproof.mdoc.cbor import EncodedCbor, decode_exact, encode
from counterproof.mdoc.cbor_scan import head
from counterproof.mdoc.cose import CoseMac0, CoseSign1
from counterproof.mdoc.errors import MalformedError
from counterproof.mdoc.limits import LIMITS

if TYPE_CHECKING:
    from counterproof.mdoc.cose import Signer

NO_DEVICE_NAMESPACES = EncodedCbor(b"\xa0")
"""`d8 18 41 a0`: the device adds no elements of its own."""


def device_authentication(transcript: bytes, doc_type: str, namespaces: EncodedCbor) -> bytes:
    """Return the detached payload of device authentication: tag 24 around DeviceAuthentication.

    `transcript` is the encoded SessionTranscript array itself, not its tag-24 form; `namespaces` is
    spliced as received. Source: ISO/IEC 18013-5, 9.1.3.4.
    """
    content = b"".join((b"\x84\x74DeviceAuthentication", transcript, _text(doc_type), namespaces.raw))
    return b"\xd8\x18" + head(2, len(content)) + content


@lru_cache(maxsize=64)
def _text(value: str) -> bytes:
    """Encode a docType: a counter sees few of them."""
    return encode(value)


class DeviceSigned(msgspec.Struct, eq=False, gc=False):
    """Elements signed by the device key, and exactly one of a signature and a MAC over the session."""

    encoded_namespaces: EncodedCbor
    namespaces: dict[str, dict[str, Any]]
    signature: CoseSign1 | None
    mac: CoseMac0 | None

    def __repr__(self) -> str:
        return f"DeviceSigned({sum(map(len, self.namespaces.values()))} elements)"

    @classmethod
    def sign(cls, signer: Signer, transcript: bytes, doc_type: str) -> DeviceSigned:
        """Sign the session for `doc_type`, with no elements of the device's own."""
        payload = device_authentication(transcript, doc_type, NO_DEVICE_NAMESPACES)
        return cls(NO_DEVICE_NAMESPACES, {}, CoseSign1.sign(signer, payload, detached=True), None)

    @classmethod
    def from_map(cls, value: Any) -> DeviceSigned:
        """Read a decoded map strictly; raise MalformedError `mdoc.*` or `device.*`."""
        members = f.text_map(value, "deviceSigned")
        encoded = f.encoded(members.get("nameSpaces"), "deviceSigned.nameSpaces")
        auth = f.text_map(members.get("deviceAuth"), "deviceSigned.deviceAuth")
        if ("deviceSignature" in auth) == ("deviceMac" in auth):
            raise MalformedError("device.one-auth", path="deviceSigned.deviceAuth")
        signature = CoseSign1.from_item(auth["deviceSignature"]) if "deviceSignature" in auth else None
        mac = CoseMac0.from_item(auth["deviceMac"]) if "deviceMac" in auth else None
        return cls(encoded, _namespaces(encoded), signature, mac)

    def to_map(self) -> dict[str, Any]:
        """Return the map to be encoded."""
        auth: dict[str, Any] = {}
        if self.signature is not None:
            auth["deviceSignature"] = self.signature.to_list()
        if self.mac is not None:
            auth["deviceMac"] = self.mac.to_list()
        return {"nameSpaces": self.encoded_namespaces, "deviceAuth": auth}


def _namespaces(encoded: EncodedCbor) -> dict[str, dict[str, Any]]:
    if encoded.content == b"\xa0":
        return {}
    spaces = f.text_map(decode_exact(encoded.content, LIMITS.item), "deviceSigned.nameSpaces")
    for space, items in spaces.items():
        f.check_name(space, "deviceSigned.nameSpaces")
        if not f.text_map(items, "deviceSigned.nameSpaces"):
            raise MalformedError("mdoc.form", path="deviceSigned.nameSpaces")
        for identifier in items:
            f.check_name(identifier, "deviceSigned.nameSpaces")
    return spaces
