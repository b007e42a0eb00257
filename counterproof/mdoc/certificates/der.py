"""The few received bytes of a certificate that its parsed form does not give back.

`cryptography` parses strictly, but its names are rebuilt when they are written again and its serial number
warns when it is not positive. Byte-equal comparison and the sign of the serial need the bytes as they came.
"""

from __future__ import annotations

from typing import NamedTuple

SEQUENCE = 0x30
INTEGER = 0x02
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


def tbs_parts(der: bytes) -> TbsParts:
    """Cut serial, issuer, subject and SubjectPublicKeyInfo out of a certificate (RFC 5280, 4.1).

    Raises ValueError or IndexError if the bytes do not begin like a certificate.
    """
    tbs, _ = _expect(der, 0, SEQUENCE)
    at, _ = _expect(der, tbs, SEQUENCE)
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
