"""PKCS#10 requests of readers: the only way for a counter's key to get a certificate without leaving it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from counterproof.mdoc.certificates import oids
from counterproof.mdoc.certificates.build import Subject, ca_hash
from counterproof.mdoc.certificates.lint import COUNTRY
from counterproof.mdoc.certificates.model import READ_ERRORS
from counterproof.mdoc.errors import CryptoError, LimitError, MalformedError, UnsupportedError

MAX_REQUEST = 4096
"""Bytes of a request; an honest one has some 250."""

MAX_NAME = 64
"""Characters of one attribute: the upper bounds of RFC 5280, Appendix A.1."""

_FIELDS = {
    oids.COUNTRY_NAME: "country",
    oids.STATE_NAME: "state",
    oids.ORGANIZATION_NAME: "organization",
    oids.COMMON_NAME: "common_name",
}

_ODD_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (bidirectional overrides, zero width) and unassigned characters: no name needs them."""


@dataclass(frozen=True, slots=True)
class ReaderRequest:
    """What a reader asks for: a name, still to be checked by a person, and a key whose holder signed."""

    subject: Subject
    public_key: ec.EllipticCurvePublicKey


def make_request(
    subject: Subject, private_key: ec.EllipticCurvePrivateKey, *, deterministic: bool = False
) -> bytes:
    """Make a PKCS#10 request, DER (RFC 2986); raises UsageError for names that X.509 cannot hold."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject.to_name())
    signed = builder.sign(private_key, ca_hash(private_key), ecdsa_deterministic=deterministic or None)
    return signed.public_bytes(Encoding.DER)


def read_request(data: bytes) -> ReaderRequest:
    """Read and check a request, DER or PEM: its own signature, P-256, a name that can be shown.

    Extensions that it asks for are ignored: the profile alone says what a reader certificate holds.
    Raises LimitError `certificate.request-too-large`, MalformedError `certificate.request-unreadable`,
    UnsupportedError `certificate.request-curve`, CryptoError `certificate.request-signature`, MalformedError
    `certificate.request-name`.
    """
    if len(data) > MAX_REQUEST:
        raise LimitError("certificate.request-too-large", size=len(data), limit=MAX_REQUEST)
    try:
        load = x509.load_pem_x509_csr if data.lstrip()[:1] == b"-" else x509.load_der_x509_csr
        request = load(data)
        key = request.public_key()
        holds = request.is_signature_valid
        attributes = [(each.oid.dotted_string, each.value) for each in request.subject]
    except READ_ERRORS as error:
        raise MalformedError("certificate.request-unreadable", reason=type(error).__name__) from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise UnsupportedError("certificate.request-curve")
    if not holds:
        raise CryptoError("certificate.request-signature")
    return ReaderRequest(_subject(attributes), key)


def _subject(attributes: list[tuple[str, str | bytes]]) -> Subject:
    """Take C, ST, O and CN, each at most once; refuse any other attribute and names that mislead."""
    values: dict[str, str] = {}
    for oid, value in attributes:
        field = _FIELDS.get(oid)
        if field is None or field in values or not isinstance(value, str) or not name_is_sane(value):
            raise MalformedError("certificate.request-name", oid=oid)
        values[field] = value
    if "common_name" not in values or not COUNTRY.fullmatch(values.get("country", "XX")):
        raise MalformedError("certificate.request-name", oid=oids.COMMON_NAME)
    return Subject(
        common_name=values["common_name"],
        country=values.get("country"),
        state=values.get("state"),
        organization=values.get("organization"),
    )


def name_is_sane(value: str) -> bool:
    """Tell whether a name is 1 to 64 visible characters without odd spaces, NFC, nothing that hides."""
    odd = any(unicodedata.category(character) in _ODD_CATEGORIES for character in value)
    odd = odd or any(character.isspace() and character != " " for character in value)
    tidy = value == value.strip() and "  " not in value
    return 0 < len(value) <= MAX_NAME and tidy and not odd and unicodedata.is_normalized("NFC", value)
