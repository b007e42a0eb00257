"""Device engagement and session messages of Bluetooth, NFC and Wi-Fi (ISO/IEC 18013-5, 8.2.1 and 9.1.1.4).

The QR exchange has no use for them; they are read so that an `mdoc:` code can be named for what it is, and
so that transcripts and keys of other makers' sessions can be checked.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Any

from counterproof.mdoc import fields as f
from counterproof.mdoc.cbor import EncodedCbor, decode_exact, encode
from counterproof.mdoc.cose import CoseKey
from counterproof.mdoc.errors import MalformedError, UnsupportedError
from counterproof.mdoc.limits import LIMITS

URI_SCHEME = "mdoc:"
CIPHER_SUITE = 1
NFC, BLE, WIFI_AWARE = 1, 2, 3

STATUS_ENCRYPTION_ERROR, STATUS_CBOR_ERROR, STATUS_TERMINATION = 10, 11, 20
_STATUSES = frozenset({STATUS_ENCRYPTION_ERROR, STATUS_CBOR_ERROR, STATUS_TERMINATION})

_VERSION, _SECURITY, _METHODS = 0, 1, 2
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_MOST_METHODS = 16


@dataclass(frozen=True, slots=True)
class RetrievalMethod:
    """One way of getting at the data: NFC 1, BLE 2, Wi-Fi Aware 3; `options` as decoded."""

    type: int
    version: int
    options: Any


@dataclass(frozen=True, slots=True, eq=False)
class DeviceEngagement:
    """What a device shows to be spoken to; `encoded` is DeviceEngagementBytes as received.

    `others` keeps origin information, capabilities and members that this edition does not name.
    """

    encoded: EncodedCbor
    version: str
    device_key: EncodedCbor
    methods: tuple[RetrievalMethod, ...] = ()
    others: dict[Any, Any] = field(default_factory=dict)

    @classmethod
    def make(cls, device_key: CoseKey, methods: tuple[RetrievalMethod, ...] = ()) -> DeviceEngagement:
        """Build and encode an engagement for an ephemeral key."""
        members: dict[int, Any] = {
            _VERSION: "1.0",
            _SECURITY: [CIPHER_SUITE, EncodedCbor.of(device_key.to_map())],
        }
        if methods:
            members[_METHODS] = [[each.type, each.version, each.options] for each in methods]
        return cls.from_bytes(encode(members))

    @classmethod
    def from_bytes(cls, data: bytes) -> DeviceEngagement:
        """Read one strictly; raise MalformedError `engagement.*` or UnsupportedError."""
        members: dict[Any, Any] = f.text_map(decode_exact(data, LIMITS.message), "deviceEngagement")
        if any(type(key) is not int for key in members):
            raise MalformedError("mdoc.form", path="deviceEngagement")
        version = members.get(_VERSION)
        if type(version) is not str:
            raise MalformedError("mdoc.version-form", path="deviceEngagement.version")
        f.check_version(version, "deviceEngagement.version")
        security = members.get(_SECURITY)
        if type(security) is not list or len(security) < 2:  # noqa: PLR2004 - suite and key
            raise MalformedError("engagement.security")
        if security[0] != CIPHER_SUITE or type(security[0]) is not int:
            raise UnsupportedError("engagement.cipher-suite")
        device_key = f.encoded(security[1], "deviceEngagement.security")
        CoseKey.from_map(decode_exact(device_key.content), compressed=True).public_key()
        methods = (
            f.array(members[_METHODS], "deviceEngagement.methods", _MOST_METHODS)
            if _METHODS in members
            else []
        )
        others = {key: value for key, value in members.items() if key not in (_VERSION, _SECURITY, _METHODS)}
        return cls(EncodedCbor(data), version, device_key, tuple(map(_method, methods)), others)

    @classmethod
    def from_uri(cls, uri: str) -> DeviceEngagement:
        """Read the text of an engagement code, `mdoc:` and base64url without padding (8.2.2.3)."""
        scheme, encoded = uri[: len(URI_SCHEME)], uri[len(URI_SCHEME) :]
        if scheme.lower() != URI_SCHEME or _BASE64URL.fullmatch(encoded) is None:
            raise MalformedError("engagement.uri")
        try:
            data = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        except (binascii.Error, ValueError):
            raise MalformedError("engagement.uri") from None
        return cls.from_bytes(data)

    def to_uri(self) -> str:
        """Return the text of an engagement code."""
        return URI_SCHEME + base64.urlsafe_b64encode(self.encoded.content).rstrip(b"=").decode()

    def public_key(self) -> CoseKey:
        """Return EDeviceKey."""
        return CoseKey.from_map(decode_exact(self.device_key.content), compressed=True)

    def to_bytes(self) -> bytes:
        """Return the encoding as it was received or made."""
        return self.encoded.content


def _method(value: Any) -> RetrievalMethod:
    if type(value) is not list or len(value) != 3:  # noqa: PLR2004 - type, version, options
        raise MalformedError("engagement.method")
    kind, version, options = value
    if type(kind) is not int or type(version) is not int or kind < 0 or version < 0:
        raise MalformedError("engagement.method")
    return RetrievalMethod(kind, version, options)


@dataclass(frozen=True, slots=True)
class SessionEstablishment:
    """A reader's first message: EReaderKeyBytes as received, and the encrypted request."""

    reader_key: EncodedCbor
    data: bytes

    @classmethod
    def from_bytes(cls, data: bytes) -> SessionEstablishment:
        """Read one strictly; raise MalformedError."""
        members = f.text_map(decode_exact(data, LIMITS.imported), "sessionEstablishment")
        key = f.encoded(members.get("eReaderKey"), "sessionEstablishment.eReaderKey")
        CoseKey.from_map(decode_exact(key.content)).public_key()
        return cls(key, _bytes(members.get("data"), "sessionEstablishment"))

    def public_key(self) -> CoseKey:
        """Return EReaderKey."""
        return CoseKey.from_map(decode_exact(self.reader_key.content))

    def to_bytes(self) -> bytes:
        """Return the encoding, members in the standard's order."""
        return b"".join(
            (b"\xa2\x6aeReaderKey", self.reader_key.raw, b"\x64data", encode(self.data)),
        )


@dataclass(frozen=True, slots=True)
class SessionData:
    """Any later message: encrypted data, a status (10, 11, 20), or both."""

    data: bytes | None = None
    status: int | None = None

    @classmethod
    def from_bytes(cls, data: bytes) -> SessionData:
        """Read one strictly; raise MalformedError."""
        members = f.text_map(decode_exact(data, LIMITS.imported), "sessionData")
        content = _bytes(members["data"], "sessionData") if "data" in members else None
        status = members.get("status")
        if status is not None and (type(status) is not int or status not in _STATUSES):
            raise MalformedError("engagement.session-status")
        if content is None and status is None:
            raise MalformedError("mdoc.form", path="sessionData")
        return cls(content, status)

    def to_bytes(self) -> bytes:
        """Return the encoding."""
        members = {"data": self.data, "status": self.status}
        return encode({name: value for name, value in members.items() if value is not None})


def _bytes(value: Any, path: str) -> bytes:
    if type(value) is not bytes:
        raise MalformedError("mdoc.member", path=path, member="data")
    return value
