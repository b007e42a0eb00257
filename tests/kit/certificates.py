"""A small world of authorities, signers and readers whose every byte follows from a seed.

Honest certificates come from the product's own builders. Dishonest ones are made here from a `Plan`, which is
an honest certificate in parts before it is signed; `retouch` edits what the certificate builder would refuse.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from counterproof.mdoc.certificates.build import (
    CertificateIssuer,
    Subject,
    Validity,
    build_document_signer,
    build_iaca,
    build_reader,
    build_reader_ca,
    build_status_signer,
    build_vical_ca,
    build_vical_signer,
)
from counterproof.mdoc.certificates.der import element
from counterproof.mdoc.certificates.model import Certificate

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.types import (
        CertificateIssuerPrivateKeyTypes,
        CertificatePublicKeyTypes,
    )

AT = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)
"""The moment at which the honest world is in order."""

CA_LIFE = Validity(not_before=datetime(2025, 1, 1, tzinfo=UTC), not_after=datetime(2034, 1, 1, tzinfo=UTC))
START = datetime(2026, 1, 1, tzinfo=UTC)
DS_LIFE = Validity(not_before=START, not_after=START + timedelta(days=457))
LONG_LIFE = Validity(not_before=START, not_after=START + timedelta(days=1187))

CRL_URL = "https://utopia.example/crl"
CONTACT = "id@utopia.example"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class Plan:
    """A certificate before it is signed, each part to be changed with `but`."""

    subject: x509.Name
    issuer: x509.Name
    public_key: CertificatePublicKeyTypes
    serial: int
    not_before: datetime
    not_after: datetime
    extensions: tuple[tuple[x509.ExtensionType, bool], ...]
    signing_key: CertificateIssuerPrivateKeyTypes

    def but(self, **changes: object) -> Plan:
        """Change parts by name."""
        return replace(self, **changes)  # type: ignore[arg-type]  # each caller names its own field

    def without(self, *kinds: type[x509.ExtensionType]) -> Plan:
        """Leave out the extensions of these kinds."""
        return replace(self, extensions=tuple(e for e in self.extensions if not isinstance(e[0], kinds)))

    def extended(self, value: x509.ExtensionType, *, critical: bool) -> Plan:
        """Put an extension in, in place of one of its kind."""
        return replace(self, extensions=(*self.without(type(value)).extensions, (value, critical)))

    def sign(self) -> Certificate:
        """Make the certificate; ECDSA signatures follow RFC 6979, so the bytes are reproducible."""
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.subject)
            .issuer_name(self.issuer)
            .public_key(self.public_key)
            .serial_number(self.serial)
            .not_valid_before(self.not_before)
            .not_valid_after(self.not_after)
        )
        for value, critical in self.extensions:
            builder = builder.add_extension(value, critical=critical)
        key = self.signing_key
        by_curve = isinstance(key, ec.EllipticCurvePrivateKey)
        algorithm = None if isinstance(key, Ed25519PrivateKey) else SHA256()
        signed = builder.sign(key, algorithm, ecdsa_deterministic=True if by_curve else None)
        return Certificate.from_der(signed.public_bytes(Encoding.DER))


class CertificateKit:
    """Seeded keys, serial numbers and certificates; two kits with one seed make the same bytes."""

    def __init__(self, seed: str = "utopia", country: str = "UT", state: str | None = None) -> None:
        self.seed = seed
        self._drawn = 0
        self.iaca = build_iaca(
            Subject(common_name="Utopia IACA", country=country, state=state),
            self.key("iaca"),
            CA_LIFE,
            contact=CONTACT,
            crl_url=CRL_URL,
            random=self.random,
            deterministic=True,
        )
        self.reader_ca = build_reader_ca(
            Subject(common_name="Utopia Readers"),
            self.key("reader-ca"),
            CA_LIFE,
            random=self.random,
            deterministic=True,
        )
        self.vical_ca = build_vical_ca(
            Subject(common_name="Utopia Lists", organization="Utopia", country=country),
            self.key("vical-ca"),
            CA_LIFE,
            random=self.random,
            deterministic=True,
        )
        self.country = country
        self.state = state

    def key(self, label: str, curve: ec.EllipticCurve | None = None) -> ec.EllipticCurvePrivateKey:
        """Derive a private key from the seed and a label: published test keys, for tests alone."""
        digest = hashlib.sha512(f"{self.seed}/{label}".encode()).digest()
        number = int.from_bytes(digest, "big") % (P256_ORDER - 1) + 1
        return ec.derive_private_key(number, curve or ec.SECP256R1())

    def random(self, size: int) -> bytes:
        """Draw reproducible bytes, different at each call."""
        self._drawn += 1
        return hashlib.shake_256(f"{self.seed}#{self._drawn}".encode()).digest(size)

    def document_signer(self, label: str = "ds", validity: Validity = DS_LIFE) -> Certificate:
        """Make an honest document signer for `key(label)`."""
        return build_document_signer(
            self.iaca,
            Subject(common_name="Utopia DS 1", country=self.country, state=self.state),
            self.key(label).public_key(),
            validity,
            crl_url=CRL_URL,
            random=self.random,
        )

    def reader(self, label: str = "reader", common_name: str = "Town Hall Desk 3") -> Certificate:
        """Make an honest reader certificate for `key(label)`."""
        return build_reader(
            self.reader_ca,
            Subject(common_name=common_name),
            self.key(label).public_key(),
            LONG_LIFE,
            crl_url=CRL_URL,
            random=self.random,
        )

    def status_signer(self, label: str = "status") -> Certificate:
        """Make an honest status list signer for `key(label)`."""
        return build_status_signer(
            self.iaca,
            Subject(common_name="Utopia Status", country=self.country, state=self.state),
            self.key(label).public_key(),
            LONG_LIFE,
            random=self.random,
        )

    def vical_signer(self, label: str = "vical") -> Certificate:
        """Make an honest VICAL signer for `key(label)`."""
        return build_vical_signer(
            self.vical_ca,
            Subject(common_name="Utopia Lists 1", organization="Utopia", country=self.country),
            self.key(label).public_key(),
            LONG_LIFE,
            crl_url=CRL_URL,
            random=self.random,
        )

    def plan(self, certificate: Certificate | None = None, issuer: CertificateIssuer | None = None) -> Plan:
        """Take a certificate apart, an honest document signer for `key("ds")` unless told otherwise."""
        native = (certificate or self.document_signer()).native
        return Plan(
            subject=native.subject,
            issuer=native.issuer,
            public_key=native.public_key(),
            serial=native.serial_number,
            not_before=native.not_valid_before_utc,
            not_after=native.not_valid_after_utc,
            extensions=tuple((each.value, each.critical) for each in native.extensions),
            signing_key=(issuer or self.iaca).private_key,
        )


def key_usage(*bits: str) -> x509.KeyUsage:
    """Build a key usage from the attribute names of `x509.KeyUsage`."""
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in bits for name in names})


def purposes(*dotted: str) -> x509.ExtendedKeyUsage:
    """Build an extended key usage from dotted OIDs."""
    return x509.ExtendedKeyUsage([x509.ObjectIdentifier(each) for each in dotted])


def name(*parts: tuple[str, str], printable: bool = False) -> x509.Name:
    """Build a name from pairs such as ("C", "UT"), in order, CN as UTF8String or PrintableString."""
    oids = {
        "C": NameOID.COUNTRY_NAME,
        "ST": NameOID.STATE_OR_PROVINCE_NAME,
        "O": NameOID.ORGANIZATION_NAME,
        "CN": NameOID.COMMON_NAME,
        "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
    }
    kind = x509.name._ASN1Type.PrintableString if printable else None
    return x509.Name([x509.NameAttribute(oids[short], value, kind) for short, value in parts])


def wrap(tag: int, content: bytes) -> bytes:
    """Encode one DER element."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def elements(content: bytes) -> list[bytes]:
    """Split DER content into its elements."""
    found, at = [], 0
    while at < len(content):
        _, _, end = element(content, at)
        found.append(content[at:end])
        at = end
    return found


def retouch(der: bytes, edit: Callable[[list[bytes]], list[bytes]], key: ec.EllipticCurvePrivateKey) -> bytes:
    """Edit the elements of the TBSCertificate (version, serial, algorithm, issuer, ...) and sign anew."""
    _, start, end = element(der, 0)
    tbs, algorithm, _ = elements(der[start:end])
    _, start, end = element(tbs, 0)
    tbs = wrap(0x30, b"".join(edit(elements(tbs[start:end]))))
    signature = key.sign(tbs, ec.ECDSA(SHA256(), deterministic_signing=True))
    return wrap(0x30, tbs + algorithm + wrap(0x03, b"\x00" + signature))


def with_serial(der: bytes, content: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """Put any serial number in, negative or endless, and sign anew."""
    return retouch(der, lambda parts: [parts[0], wrap(0x02, content), *parts[2:]], key)
