"""One X.509 certificate, read once and completely, with the bytes that came.

Everything that `cryptography` parses lazily is asked for here, so that a certificate which cannot be read is
found in one place, as one error, and nothing behind it can raise.
"""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from counterproof.mdoc.certificates import oids
from counterproof.mdoc.certificates.der import name_attributes, tbs_parts
from counterproof.mdoc.errors import LimitError, MalformedError
from counterproof.mdoc.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

READ_ERRORS = (
    ValueError,  # UnicodeError among them
    TypeError,
    LookupError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
    UserWarning,  # odd names inside extensions, where warnings are errors
)
"""What `cryptography` was seen to raise, or documents to raise, while it reads certificates and CRLs."""

PEM = re.compile(b"-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----")

KEY_USAGE_BITS = {
    "digital_signature": "digitalSignature",
    "content_commitment": "nonRepudiation",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
}
"""Attribute of `x509.KeyUsage` to the bit's name in RFC 5280, 4.2.1.3."""

NAME_ATTRIBUTES = {b"\x55\x04\x03": "CN", b"\x55\x04\x06": "C", b"\x55\x04\x08": "ST", b"\x55\x04\x0a": "O"}
"""Content octets of the attributes that Annex B speaks of, to their short names."""

Extension = x509.Extension[x509.ExtensionType]
Extensions = dict[str, Extension]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Certificate:
    """An X.509 v3 certificate (RFC 5280); equal to another if the received bytes are equal.

    `der` is as received. `issuer`, `subject` and `spki` are the received DER of these parts; `countries`,
    `states`, `organizations` and `common_names` are the subject's attributes in order. `extensions` maps
    dotted OIDs to parsed extensions. `hash_algorithm` is that of the signature. Times are aware, UTC.
    `native` is for `cryptography`'s own functions.
    """

    der: bytes
    native: x509.Certificate
    serial: int
    issuer: bytes
    subject: bytes
    spki: bytes
    public_key: CertificatePublicKeyTypes
    hash_algorithm: HashAlgorithm | None
    not_before: datetime
    not_after: datetime
    extensions: Mapping[str, Extension]
    countries: tuple[str, ...]
    states: tuple[str, ...]
    organizations: tuple[str, ...]
    common_names: tuple[str, ...]
    eku: tuple[str, ...] = field(default=())
    key_usage: frozenset[str] | None = None
    ski: bytes | None = None
    aki: bytes | None = None
    is_ca: bool = False

    @classmethod
    def from_der(cls, der: bytes) -> Certificate:
        """Read one certificate, DER, nothing after it.

        Raises MalformedError `certificate.unreadable`, `certificate.serial-not-positive` (RFC 5280, 4.1.2.2;
        the path builder would refuse it anyway) and LimitError `certificate.too-large`.
        """
        if len(der) > LIMITS.chain_bytes:
            raise LimitError("certificate.too-large", size=len(der), limit=LIMITS.chain_bytes)
        try:
            return cls._read(bytes(der))
        except READ_ERRORS as error:
            raise MalformedError("certificate.unreadable", reason=type(error).__name__) from error

    @classmethod
    def from_pem(cls, pem: bytes) -> Certificate:
        """Read the first certificate of a PEM text (RFC 7468); raises as `from_der`."""
        found = PEM.search(pem)
        if found is None:
            raise MalformedError("certificate.unreadable", reason="PEM")
        try:
            der = b64decode(b"".join(found[1].split()), validate=True)
        except ValueError as error:
            raise MalformedError("certificate.unreadable", reason="Base64") from error
        return cls.from_der(der)

    @classmethod
    def _read(cls, der: bytes) -> Certificate:
        parts = tbs_parts(der)
        if parts.serial[0] & 0x80 or not any(parts.serial):
            raise MalformedError("certificate.serial-not-positive")
        native = x509.load_der_x509_certificate(der)
        if native.version is not x509.Version.v3:
            raise MalformedError("certificate.unreadable", reason="version")
        extensions: Extensions = {each.oid.dotted_string: each for each in native.extensions}
        names = name_attributes(parts.subject, NAME_ATTRIBUTES)
        return cls(
            der=der,
            native=native,
            serial=int.from_bytes(parts.serial, "big"),
            issuer=parts.issuer,
            subject=parts.subject,
            spki=parts.spki,
            public_key=native.public_key(),
            hash_algorithm=native.signature_hash_algorithm,
            not_before=native.not_valid_before_utc,
            not_after=native.not_valid_after_utc,
            extensions=extensions,
            countries=tuple(value for key, value in names if key == "C"),
            states=tuple(value for key, value in names if key == "ST"),
            organizations=tuple(value for key, value in names if key == "O"),
            common_names=tuple(value for key, value in names if key == "CN"),
            eku=_eku(extensions),
            key_usage=_key_usage(extensions),
            ski=_ski(extensions),
            aki=_aki(extensions),
            is_ca=_is_ca(extensions),
        )

    @property
    def country(self) -> str | None:
        """The subject's C, if it has exactly one."""
        return self.countries[0] if len(self.countries) == 1 else None

    @property
    def state(self) -> str | None:
        """The subject's ST, if it has exactly one."""
        return self.states[0] if len(self.states) == 1 else None

    @property
    def common_name(self) -> str | None:
        """The subject's CN, if it has exactly one: text from outside, to be shown as plain text."""
        return self.common_names[0] if len(self.common_names) == 1 else None

    @property
    def organization(self) -> str | None:
        """The subject's O, if it has exactly one: text from outside, to be shown as plain text."""
        return self.organizations[0] if len(self.organizations) == 1 else None

    @property
    def critical(self) -> frozenset[str]:
        """Dotted OIDs of the critical extensions."""
        return frozenset(oid for oid, extension in self.extensions.items() if extension.critical)

    @property
    def pem(self) -> bytes:
        """The certificate as PEM text (RFC 7468)."""
        return self.native.public_bytes(Encoding.PEM)

    def covers(self, at: datetime) -> bool:
        """Tell whether `at` lies in the validity period, both ends included (RFC 5280, 4.1.2.5)."""
        return self.not_before <= at.replace(microsecond=0) <= self.not_after

    def is_signed_by(self, issuer: Certificate) -> bool:
        """Tell whether the issuer's key made this signature: ECDSA or Ed25519, anything else is False.

        This compares no names and builds no path; trust is `examine_chain`'s business.
        """
        native = self.native
        return signature_holds(issuer, native.signature, native.tbs_certificate_bytes, self.hash_algorithm)

    def __eq__(self, other: object) -> bool:
        return self.der == other.der if isinstance(other, Certificate) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.der)

    def __repr__(self) -> str:
        return f"Certificate({len(self.der)} bytes, serial {self.serial:x})"


def signature_holds(
    issuer: Certificate, signature: bytes, signed: bytes, hash_algorithm: HashAlgorithm | None
) -> bool:
    """Tell whether `signature` over `signed` is by the issuer's ECDSA or Ed25519 key."""
    key = issuer.public_key
    try:
        if isinstance(key, EllipticCurvePublicKey) and hash_algorithm is not None:
            key.verify(signature, signed, ECDSA(hash_algorithm))
        elif isinstance(key, Ed25519PublicKey) and hash_algorithm is None:
            key.verify(signature, signed)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def _eku(extensions: Extensions) -> tuple[str, ...]:
    extension = extensions.get(oids.EXTENDED_KEY_USAGE)
    if extension is None or not isinstance(extension.value, x509.ExtendedKeyUsage):
        return ()
    return tuple(oid.dotted_string for oid in extension.value)


def _key_usage(extensions: Extensions) -> frozenset[str] | None:
    extension = extensions.get(oids.KEY_USAGE)
    if extension is None or not isinstance(extension.value, x509.KeyUsage):
        return None
    value = extension.value
    bits = {name for attribute, name in KEY_USAGE_BITS.items() if getattr(value, attribute)}
    if value.key_agreement:
        bits |= {"encipherOnly"} if value.encipher_only else set()
        bits |= {"decipherOnly"} if value.decipher_only else set()
    return frozenset(bits)


def _ski(extensions: Extensions) -> bytes | None:
    extension = extensions.get(oids.SUBJECT_KEY_IDENTIFIER)
    if extension is None or not isinstance(extension.value, x509.SubjectKeyIdentifier):
        return None
    return extension.value.digest


def _aki(extensions: Extensions) -> bytes | None:
    extension = extensions.get(oids.AUTHORITY_KEY_IDENTIFIER)
    if extension is None or not isinstance(extension.value, x509.AuthorityKeyIdentifier):
        return None
    return extension.value.key_identifier


def _is_ca(extensions: Extensions) -> bool:
    extension = extensions.get(oids.BASIC_CONSTRAINTS)
    if extension is None or not isinstance(extension.value, x509.BasicConstraints):
        return False
    return extension.value.ca
