"""Every bound of the format in one place, with its unit.

Sources: ISO/IEC 18013-5 where it names one; otherwise chosen so that the largest honest document of any
maker fits several times over and the worst hostile one costs milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CborLimits:
    """Bounds for one CBOR input: bytes, nesting levels, data items."""

    size: int
    depth: int = 16
    items: int = 4096


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of documents, certificates and lists."""

    message: CborLimits = CborLimits(size=65_536)
    """A DeviceResponse, DeviceRequest or QR message, bytes."""

    imported: CborLimits = CborLimits(size=1_048_576)
    """An IssuerSigned handed to a wallet, or one line's document at the conformance door, bytes."""

    item: CborLimits = CborLimits(size=524_288)
    """One IssuerSignedItem; a portrait may make it large, bytes."""

    mso: CborLimits = CborLimits(size=262_144)
    """One MobileSecurityObject, bytes."""

    header: CborLimits = CborLimits(size=16_384, depth=4, items=64)
    """A COSE protected header, bytes."""

    status_token: CborLimits = CborLimits(size=33_554_432)
    """A status list token: a list of 10^8 entries at 5 % is 4.5 MB, bytes."""

    status_delta: CborLimits = CborLimits(size=524_288, depth=4, items=32)
    """What turns one status list into the next, bytes; a larger one is no better than the list."""

    status_inflated: int = 33_554_432
    """An inflated status list, bytes: 2.7 * 10^8 one-bit entries."""

    vical: CborLimits = CborLimits(size=8_388_608, items=131_072)
    """A VICAL or reader list with its certificates, bytes."""

    signed_set: CborLimits = CborLimits(size=100_663_296)
    """The set of what a stolen signer signed: ten million documents are 85 MB, bytes."""

    signed_set_entries: int = 12_000_000
    """Documents in such a set."""

    list_entries: int = 16_384
    """Certificates in a VICAL or reader list."""

    status_uri: int = 2_048
    """The name of a status list, characters."""

    documents: int = 4
    """Documents in one response and docRequests in one request."""

    requested_elements: int = 64
    """Elements asked for in one request."""

    elements: int = 512
    """Elements disclosed in one document."""

    chain_certificates: int = 3
    """Certificates in an x5chain."""

    chain_bytes: int = 4096 * 4
    """All certificates of an x5chain together, bytes; the QR exchange asks for less."""

    name: int = 128
    """A docType, namespace or element identifier, UTF-8 bytes."""

    digest_id: int = 2**32 - 1
    """The largest digestID that is read; what we build stays below 2^31 (ISO/IEC 18013-5, 9.1.2.5)."""


LIMITS = Limits()
