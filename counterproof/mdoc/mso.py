"""MobileSecurityObject: what the issuer signs (ISO/IEC 18013-5, 9.1.2.4)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from counterproof.mdoc import fields as f
from counterproof.mdoc.cbor import EncodedCbor, TDate, decode_exact, unwrap
from counterproof.mdoc.cose import CoseKey
from counterproof.mdoc.errors import MalformedError, UnsupportedError
from counterproof.mdoc.limits import LIMITS

if TYPE_CHECKING:
    from datetime import datetime

DIGEST_SIZES = {"SHA-256": 32, "SHA-384": 48, "SHA-512": 64}
"""The digest algorithms let in and the length of their digests, bytes."""

STATUS_INDEX_LIMIT = 2**31 - 1

_INT, _BYTES, _TDATES = {int}, {bytes}, {TDate}


class ValidityInfo(msgspec.Struct, frozen=True, gc=False):
    """When the MSO was signed and between which times it holds, UTC."""

    signed: datetime
    valid_from: datetime
    valid_until: datetime
    expected_update: datetime | None = None

    @classmethod
    def from_map(cls, value: Any) -> ValidityInfo:
        """Read a decoded `validityInfo`."""
        path = "mso.validityInfo"
        members = f.text_map(value, path)
        if "expectedUpdate" not in members:
            dates = members.get("signed"), members.get("validFrom"), members.get("validUntil")
            if _TDATES.issuperset(map(type, dates)):
                return _validity(dates)
        update = f.tdate(members, "expectedUpdate", path) if "expectedUpdate" in members else None
        return cls(
            f.tdate(members, "signed", path),
            f.tdate(members, "validFrom", path),
            f.tdate(members, "validUntil", path),
            update,
        )

    def to_map(self) -> dict[str, Any]:
        """Return the map to be encoded."""
        members = {
            "signed": TDate.of(self.signed),
            "validFrom": TDate.of(self.valid_from),
            "validUntil": TDate.of(self.valid_until),
        }
        return members | ({"expectedUpdate": TDate.of(self.expected_update)} if self.expected_update else {})


@lru_cache(maxsize=1024)
def _validity(dates: tuple[TDate, TDate, TDate]) -> ValidityInfo:
    """Read what a whole batch has in common; dates that are none raise each time."""
    return ValidityInfo(*(each.to_datetime() for each in dates))


class StatusListReference(msgspec.Struct, frozen=True, gc=False):
    """Where the credential's status stands: entry `index` of the list at `uri` (Token Status List, 6.3)."""

    index: int
    uri: str
    certificate: bytes | None = None

    @classmethod
    def from_map(cls, value: Any) -> StatusListReference:
        """Read a decoded `status_list`; a negative or huge index is malformed."""
        path = "mso.status.status_list"
        members = f.text_map(value, path)
        certificate = members.get("certificate")
        if certificate is not None and type(certificate) is not bytes:
            raise MalformedError("mdoc.member", path=path, member="certificate")
        return cls(
            f.uint(members, "idx", path, STATUS_INDEX_LIMIT), f.text(members, "uri", path), certificate
        )

    def to_map(self) -> dict[str, Any]:
        """Return the map to be encoded."""
        members: dict[str, Any] = {"idx": self.index, "uri": self.uri}
        return members if self.certificate is None else {**members, "certificate": self.certificate}


class KeyAuthorizations(msgspec.Struct, frozen=True, gc=False):
    """Which elements the device key may sign itself: whole namespaces, or single elements."""

    namespaces: frozenset[str] = frozenset()
    elements: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def from_map(cls, value: Any) -> KeyAuthorizations:
        """Read a decoded `keyAuthorizations`."""
        path = "mso.deviceKeyInfo.keyAuthorizations"
        members = f.text_map(value, path)
        spaces = f.array(members["nameSpaces"], path, LIMITS.elements) if "nameSpaces" in members else []
        for space in spaces:
            f.check_name(space, path)
        pairs: set[tuple[str, str]] = set()
        for space, identifiers in f.text_map(members.get("dataElements", {}), path).items():
            f.check_name(space, path)
            for identifier in f.array(identifiers, path, LIMITS.elements):
                f.check_name(identifier, path)
                pairs.add((space, identifier))
        if any(space in spaces for space, _ in pairs):
            raise MalformedError("mso.authorized-twice", path=path)
        return cls(frozenset(spaces), frozenset(pairs))

    def allow(self, namespace: str, identifier: str) -> bool:
        """Whether the device key may sign this element."""
        return namespace in self.namespaces or (namespace, identifier) in self.elements

    def to_map(self) -> dict[str, Any]:
        """Return the map to be encoded."""
        members: dict[str, Any] = {}
        if self.namespaces:
            members["nameSpaces"] = sorted(self.namespaces)
        if self.elements:
            spaces: dict[str, list[str]] = {}
            for space, identifier in sorted(self.elements):
                spaces.setdefault(space, []).append(identifier)
            members["dataElements"] = spaces
        return members


NOTHING_AUTHORIZED = KeyAuthorizations()


class MobileSecurityObject(msgspec.Struct, frozen=True, gc=False):
    """The signed part of a document; `value_digests` is namespace -> digestID -> digest."""

    digest_algorithm: str
    value_digests: dict[str, dict[int, bytes]]
    device_key: CoseKey
    doc_type: str
    validity: ValidityInfo
    key_authorizations: KeyAuthorizations = NOTHING_AUTHORIZED
    status: StatusListReference | None = None
    other_status: bool = False
    version: str = "1.0"

    @classmethod
    def from_payload(cls, payload: bytes) -> MobileSecurityObject:
        """Read the payload of issuerAuth: tag 24 around the MSO; raise MalformedError `mso.*` or `mdoc.*`."""
        return cls.from_map(decode_exact(unwrap(payload, LIMITS.mso).content, LIMITS.mso))

    @classmethod
    def from_map(cls, value: Any) -> MobileSecurityObject:
        """Read a decoded MSO."""
        members = f.text_map(value, "mso")
        version = f.text(members, "version", "mso")
        f.check_version(version, "mobileSecurityObject")
        algorithm = f.text(members, "digestAlgorithm", "mso")
        if algorithm not in DIGEST_SIZES:
            raise UnsupportedError("mso.digest-algorithm")
        key_info = f.text_map(members.get("deviceKeyInfo"), "mso.deviceKeyInfo")
        authorizations = (
            KeyAuthorizations.from_map(key_info["keyAuthorizations"])
            if "keyAuthorizations" in key_info
            else NOTHING_AUTHORIZED
        )
        status = f.text_map(members.get("status", {}), "mobileSecurityObject.status")
        return cls(
            algorithm,
            _digests(members.get("valueDigests"), DIGEST_SIZES[algorithm]),
            CoseKey.from_map(key_info.get("deviceKey")),
            f.name(members, "docType", "mso"),
            ValidityInfo.from_map(members.get("validityInfo")),
            authorizations,
            StatusListReference.from_map(status["status_list"]) if "status_list" in status else None,
            len(status) > ("status_list" in status),
            version,
        )

    def to_map(self) -> dict[str, Any]:
        """Return the map to be encoded."""
        key_info: dict[str, Any] = {"deviceKey": self.device_key.to_map()}
        if self.key_authorizations != NOTHING_AUTHORIZED:
            key_info["keyAuthorizations"] = self.key_authorizations.to_map()
        members: dict[str, Any] = {
            "version": self.version,
            "digestAlgorithm": self.digest_algorithm,
            "valueDigests": self.value_digests,
            "deviceKeyInfo": key_info,
            "docType": self.doc_type,
            "validityInfo": self.validity.to_map(),
        }
        return members | ({"status": {"status_list": self.status.to_map()}} if self.status else {})

    def to_payload(self) -> bytes:
        """Return the payload of issuerAuth."""
        return EncodedCbor.of(self.to_map()).raw


def _digests(value: Any, size: int) -> dict[str, dict[int, bytes]]:
    """Check `valueDigests`: ids are whole numbers in range, digests have the algorithm's length."""
    spaces = f.text_map(value, "mso.valueDigests")
    if not spaces:
        raise MalformedError("mdoc.form", path="mso.valueDigests")
    for space, digests in spaces.items():
        f.check_name(space, "mso.valueDigests")
        if type(digests) is not dict or not digests:
            raise MalformedError("mdoc.form", path="mso.valueDigests")
        if not _INT.issuperset(map(type, digests)) or min(digests) < 0 or max(digests) > LIMITS.digest_id:
            raise MalformedError("mso.digest-id")
        values = digests.values()
        if not _BYTES.issuperset(map(type, values)) or set(map(len, values)) != {size}:
            raise MalformedError("mso.digest-length", size=size)
    return spaces
