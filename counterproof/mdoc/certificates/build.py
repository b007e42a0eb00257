"""Certificates as ISO/IEC 18013-5 Annex B asks for them, and as small as it allows.

Document signer and reader certificates ride in every QR code, so nothing is in them that Annex B does not
demand: one short URL, the contact of the authority, no policies, no second purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from counterproof.mdoc.certificates import oids
from counterproof.mdoc.certificates.lint import COUNTRY, CURVES, lint
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.profile import (
    DOCUMENT_SIGNER,
    IACA,
    READER,
    READER_CA,
    STATUS_SIGNER,
    VICAL_CA,
    VICAL_SIGNER,
    CertificateProfile,
)
from counterproof.mdoc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric import ec

SERIAL_BYTES = 9
"""71 bits of which 70 are random: Annex B wants 63 or more, and a constant length keeps sizes constant."""

_HASHES: dict[str, type[SHA256 | SHA384 | SHA512]] = {
    "secp256r1": SHA256,
    "secp384r1": SHA384,
    "secp521r1": SHA512,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A subject's name: C as two upper-case letters, CN, and ST and O where they are wanted."""

    common_name: str
    country: str | None = None
    state: str | None = None
    organization: str | None = None

    def to_name(self) -> x509.Name:
        """Encode as C, ST, O, CN; C as PrintableString, the others as UTF8String.

        Raises UsageError `certificate.subject-unusable` for a country or a length that X.509 cannot hold.
        """
        if self.country is not None and not COUNTRY.fullmatch(self.country):
            raise UsageError("certificate.subject-unusable", attribute="C")
        parts = (
            (NameOID.COUNTRY_NAME, self.country),
            (NameOID.STATE_OR_PROVINCE_NAME, self.state),
            (NameOID.ORGANIZATION_NAME, self.organization),
            (NameOID.COMMON_NAME, self.common_name),
        )
        try:
            return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value is not None])
        except ValueError as error:
            raise UsageError("certificate.subject-unusable", attribute="length") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """notBefore and notAfter, aware, whole seconds, both included."""

    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True, repr=False)
class CertificateIssuer:
    """A CA certificate, its profile and its private key: the one door to every signature of a CA.

    The key may be any object of the class `EllipticCurvePrivateKey`; the builders call nothing but `sign`
    and `public_key`, so a subclass that signs inside a PKCS#11 token stands in for the key itself.
    `deterministic` asks for RFC 6979 signatures, for reproducible vectors; a token ignores it.
    """

    certificate: Certificate
    private_key: ec.EllipticCurvePrivateKey
    profile: CertificateProfile
    deterministic: bool = False

    def __post_init__(self) -> None:
        """Refuse a key that is not the certificate's, and a certificate that is no CA."""
        if not self.profile.is_ca or not self.certificate.is_ca:
            raise UsageError("certificate.issuer-wrong-kind", profile=self.profile.name)
        if self.private_key.public_key() != self.certificate.public_key:
            raise UsageError("certificate.key-mismatch")


def build_iaca(
    subject: Subject,
    private_key: ec.EllipticCurvePrivateKey,
    validity: Validity,
    *,
    contact: str,
    crl_url: str,
    random: Callable[[int], bytes],
    deterministic: bool = False,
) -> CertificateIssuer:
    """Make an issuing authority CA root (B.1.2); `contact` is an e-mail address or a URI.

    Raises UsageError `certificate.build-refused` if the result would not pass `lint`.
    """
    extensions = [_issuer_alt_name(contact), *_crl_points(crl_url)]
    return _root(IACA, subject, private_key, validity, extensions, random=random, deterministic=deterministic)


def build_reader_ca(
    subject: Subject,
    private_key: ec.EllipticCurvePrivateKey,
    validity: Validity,
    *,
    random: Callable[[int], bytes],
    deterministic: bool = False,
) -> CertificateIssuer:
    """Make a root for reader certificates, which is never the IACA; raises as `build_iaca`."""
    return _root(READER_CA, subject, private_key, validity, [], random=random, deterministic=deterministic)


def build_vical_ca(
    subject: Subject,
    private_key: ec.EllipticCurvePrivateKey,
    validity: Validity,
    *,
    random: Callable[[int], bytes],
    deterministic: bool = False,
) -> CertificateIssuer:
    """Make a root for VICAL signers, to be pinned at install time; raises as `build_iaca`."""
    return _root(VICAL_CA, subject, private_key, validity, [], random=random, deterministic=deterministic)


def build_document_signer(
    issuer: CertificateIssuer,
    subject: Subject,
    public_key: ec.EllipticCurvePublicKey,
    validity: Validity,
    *,
    crl_url: str,
    random: Callable[[int], bytes],
) -> Certificate:
    """Make a document signer certificate under an IACA (B.1.4).

    Raises UsageError `certificate.issuer-wrong-kind` under another CA, `certificate.build-refused` as above.
    """
    _require(issuer, IACA)
    alt_name = issuer.certificate.extensions[oids.ISSUER_ALT_NAME].value
    extensions = [*_crl_points(crl_url), alt_name]
    return _leaf(DOCUMENT_SIGNER, issuer, subject, public_key, validity, extensions=extensions, random=random)


def build_reader(
    issuer: CertificateIssuer,
    subject: Subject,
    public_key: ec.EllipticCurvePublicKey,
    validity: Validity,
    *,
    crl_url: str,
    random: Callable[[int], bytes],
) -> Certificate:
    """Make a reader certificate under a reader CA, never under an IACA (B.1.7); raises as the others."""
    _require(issuer, READER_CA)
    return _leaf(
        READER, issuer, subject, public_key, validity, extensions=_crl_points(crl_url), random=random
    )


def build_status_signer(
    issuer: CertificateIssuer,
    subject: Subject,
    public_key: ec.EllipticCurvePublicKey,
    validity: Validity,
    *,
    random: Callable[[int], bytes],
    crl_url: str | None = None,
) -> Certificate:
    """Make a status list signer under an IACA, without a purpose, which has no number yet."""
    _require(issuer, IACA)
    extensions = _crl_points(crl_url) if crl_url else []
    return _leaf(STATUS_SIGNER, issuer, subject, public_key, validity, extensions=extensions, random=random)


def build_vical_signer(
    issuer: CertificateIssuer,
    subject: Subject,
    public_key: ec.EllipticCurvePublicKey,
    validity: Validity,
    *,
    crl_url: str,
    random: Callable[[int], bytes],
) -> Certificate:
    """Make a VICAL signer under a VICAL provider's root (C.1.7); raises as the others."""
    _require(issuer, VICAL_CA)
    return _leaf(
        VICAL_SIGNER, issuer, subject, public_key, validity, extensions=_crl_points(crl_url), random=random
    )


def ca_hash(key: ec.EllipticCurvePrivateKey) -> SHA256 | SHA384 | SHA512:
    """Choose the hash that goes with the curve; raises UsageError `certificate.key-curve` for others."""
    try:
        return _HASHES[key.curve.name]()
    except KeyError as error:
        raise UsageError("certificate.key-curve", curve=key.curve.name) from error


def _require(issuer: CertificateIssuer, profile: CertificateProfile) -> None:
    if issuer.profile is not profile:
        raise UsageError("certificate.issuer-wrong-kind", profile=issuer.profile.name)


def _root(
    profile: CertificateProfile,
    subject: Subject,
    private_key: ec.EllipticCurvePrivateKey,
    validity: Validity,
    extensions: list[x509.ExtensionType],
    *,
    random: Callable[[int], bytes],
    deterministic: bool,
) -> CertificateIssuer:
    name = subject.to_name()
    builder = _start(profile, name, name, private_key.public_key(), validity, random=random)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    certificate = _sign(builder, private_key, deterministic=deterministic)
    _refuse_findings(certificate, profile, None)
    return CertificateIssuer(certificate, private_key, profile, deterministic)


def _leaf(
    profile: CertificateProfile,
    issuer: CertificateIssuer,
    subject: Subject,
    public_key: ec.EllipticCurvePublicKey,
    validity: Validity,
    *,
    extensions: list[x509.ExtensionType],
    random: Callable[[int], bytes],
) -> Certificate:
    above = issuer.certificate
    name = subject.to_name()
    builder = _start(profile, name, above.native.subject, public_key, validity, random=random)
    assert above.ski is not None  # every CA profile requires it
    identifier = x509.AuthorityKeyIdentifier(above.ski, None, None)
    builder = builder.add_extension(identifier, critical=False)
    if profile.eku is not None:
        purpose = x509.ExtendedKeyUsage([x509.ObjectIdentifier(profile.eku)])
        builder = builder.add_extension(purpose, critical=True)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    certificate = _sign(builder, issuer.private_key, deterministic=issuer.deterministic)
    _refuse_findings(certificate, profile, above)
    return certificate


def _start(
    profile: CertificateProfile,
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    validity: Validity,
    *,
    random: Callable[[int], bytes],
) -> x509.CertificateBuilder:
    """Fill in what every certificate has; raises UsageError for a curve or a validity that cannot be."""
    if not isinstance(public_key.curve, CURVES):
        raise UsageError("certificate.key-curve", curve=public_key.curve.name)
    if validity.not_after <= validity.not_before:
        raise UsageError("certificate.build-refused", finding="certificate.life-inverted")
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(new_serial(random))
        .not_valid_before(validity.not_before)
        .not_valid_after(validity.not_after)
        .add_extension(_key_usage(profile), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def new_serial(random: Callable[[int], bytes]) -> int:
    """Draw a positive serial number of constant length with 70 random bits."""
    drawn = int.from_bytes(random(SERIAL_BYTES), "big")
    top = 8 * SERIAL_BYTES - 2
    return drawn & ((1 << top) - 1) | 1 << top


def _sign(
    builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey, *, deterministic: bool
) -> Certificate:
    signed = builder.sign(key, ca_hash(key), ecdsa_deterministic=deterministic or None)
    return Certificate.from_der(signed.public_bytes(Encoding.DER))


def _refuse_findings(
    certificate: Certificate, profile: CertificateProfile, issuer: Certificate | None
) -> None:
    """Let no certificate out that our own linter would complain of."""
    findings = lint(certificate, profile, issuer)
    if findings:
        raise UsageError("certificate.build-refused", finding=findings[0].code)


def _key_usage(profile: CertificateProfile) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature="digitalSignature" in profile.key_usage,
        content_commitment="nonRepudiation" in profile.key_usage,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign="keyCertSign" in profile.key_usage,
        crl_sign="cRLSign" in profile.key_usage,
        encipher_only=False,
        decipher_only=False,
    )


def _issuer_alt_name(contact: str) -> x509.IssuerAlternativeName:
    """Encode the authority's contact as an e-mail address or, with a colon in it, as a URI."""
    try:
        name = x509.UniformResourceIdentifier(contact) if ":" in contact else x509.RFC822Name(contact)
    except ValueError as error:
        raise UsageError("certificate.contact-unusable") from error
    return x509.IssuerAlternativeName([name])


def _crl_points(url: str) -> list[x509.ExtensionType]:
    try:
        name = x509.UniformResourceIdentifier(url)
    except ValueError as error:
        raise UsageError("certificate.crl-url-unusable") from error
    return [x509.CRLDistributionPoints([x509.DistributionPoint([name], None, None, None)])]
