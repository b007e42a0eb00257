"""The few received bytes of a certificate that its parsed form does not give back.

`cryptography` parses strictly, but its names are rebuilt when they are written again, and it warns on
standard error of serial numbers that are not positive and of names of unusual length. Byte-equal comparison,
the sign of the serial and hostile names need the bytes as they came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

SEQUENCE = 0x30
INTEGER = 0x02
BIT_STRING = 0x03
OBJECT_IDENTIFIER = 0x06
SET = 0x31
VERSION = 0xA0

LONG_FORM = 0x80
MAX_LENGTH_OCTETS = 3


class TbsParts(NamedTuple):
    """Received bytes out of a TBSCertificate: the serial's content, the others as whole elements."""

    serial: bytes
    issuer: bytes
    subject: bytes
    spki: bytes


def element(der: bytes, at: int) -> tuple[int, int, int]:
    """Read one DER header: tag, where its content starts, where the element ends.

    Raises ValueError or IndexError for what is not DER with a one-byte tag (X.690, 8.1.2 and 10.1).
    """
    length = der[at + 1]
    start = at + 2
    if length >= LONG_FORM:
        size = length - LONG_FORM
        start += size
        length = int.from_bytes(der[at + 2 : start], "big")
        if not 1 <= size <= MAX_LENGTH_OCTETS or length < LONG_FORM:
            raise ValueError
    end = start + length
    if end > len(der):
        raise ValueError
    return der[at], start, end


def _expect(der: bytes, at: int, tag: int) -> tuple[int, int]:
    found, start, end = element(der, at)
    if found != tag:
        raise ValueError
    return start, end


def _require_whole_octets(der: bytes, algorithm: int) -> None:
    _, signature = _expect(der, algorithm, SEQUENCE)
    unused_bits, _ = _expect(der, signature, BIT_STRING)
    if der[unused_bits] != 0:
        raise ValueError


def tbs_parts(der: bytes) -> TbsParts:
    """Cut serial, issuer, subject and SubjectPublicKeyInfo out of a certificate (RFC 5280, 4.1).

    Raises ValueError or IndexError if the bytes are not built like a certificate, or if the signature is not
    a whole number of octets, which would be a second encoding of the same certificate.
    """
    tbs, _ = _expect(der, 0, SEQUENCE)
    at, algorithm = _expect(der, tbs, SEQUENCE)
    _require_whole_octets(der, algorithm)
    if der[at] == VERSION:
        _, at = _expect(der, at, VERSION)
    serial_start, at = _expect(der, at, INTEGER)
    serial = der[serial_start:at]
    _, issuer = _expect(der, at, SEQUENCE)  # past the signature algorithm
    _, validity = _expect(der, issuer, SEQUENCE)
    _, subject = _expect(der, validity, SEQUENCE)
    _, spki = _expect(der, subject, SEQUENCE)
    _, end = _expect(der, spki, SEQUENCE)
    return TbsParts(serial, der[issuer:validity], der[subject:spki], der[spki:end])


_STRINGS = {
    0x0C: "utf-8",  # UTF8String
    0x12: "ascii",  # NumericString
    0x13: "ascii",  # PrintableString
    0x14: "latin-1",  # TeletexString, as everybody reads it
    0x16: "ascii",  # IA5String
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}


def name_attributes(name: bytes, wanted: Mapping[bytes, str]) -> list[tuple[str, str]]:
    """List the wanted attributes of a Name in order (RFC 5280, 4.1.2.4), of any length.

    `wanted` maps the content octets of an OID to the key to return. Raises ValueError or IndexError.
    """
    at, end = _expect(name, 0, SEQUENCE)
    found: list[tuple[str, str]] = []
    while at < end:
        attribute, rdn_end = _expect(name, at, SET)
        if attribute == rdn_end:
            raise ValueError
        while attribute < rdn_end:
            start, attribute = _expect(name, attribute, SEQUENCE)
            oid, oid_end = _expect(name, start, OBJECT_IDENTIFIER)
            key = wanted.get(name[oid:oid_end])
            if key is not None:
                tag, value, value_end = element(name, oid_end)
                found.append((key, name[value:value_end].decode(_STRINGS[tag])))
        at = rdn_end
    return found
