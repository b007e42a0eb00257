"""The issuer's strict linter: everything that ISO/IEC 18013-5 Annex B asks of a certificate.

Verifiers do not use it: certificates in the field are older or laxer than Annex B, and a verifier that lints
refuses honest people. It stands behind every builder here and at the issuer's import of foreign certificates.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from counterproof.mdoc.certificates import oids
from counterproof.mdoc.certificates.profile import CA_KEY_USAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from counterproof.mdoc.certificates.model import Certificate, Extension
    from counterproof.mdoc.certificates.profile import CertificateProfile

COUNTRY = re.compile("[A-Z]{2}")
"""ISO 3166-1 alpha-2, upper case (B.1.1)."""

MIN_SERIAL_BITS = 48
"""63 random bits fall below this once in 32,768 certificates; a counter always does."""

MAX_SERIAL_BITS = 159
"""Twenty octets with the sign bit clear (RFC 5280, 4.1.2.2)."""


class Finding(NamedTuple):
    """One rule of Annex B that a certificate breaks; `oid` is the extension or attribute, if there is one."""

    code: str
    oid: str = ""


def lint(
    certificate: Certificate, profile: CertificateProfile, issuer: Certificate | None = None
) -> list[Finding]:
    """List every rule of the profile that the certificate breaks; an empty list is a clean certificate.

    `issuer` is the certificate above, or None to leave out what needs it; a root is its own issuer.
    """
    above = certificate if profile.is_ca else issuer
    found: list[Finding] = []
    for rule in _RULES:
        found.extend(rule(certificate, profile, above))
    for oid, extension in certificate.extensions.items():
        validator = _VALIDATORS.get(oid)
        if validator is not None:
            found.extend(validator(extension, certificate, profile, above))
        elif extension.critical:
            found.append(Finding("certificate.unknown-critical", oid))
    return found


def _serial(certificate: Certificate, *_: object) -> Iterator[Finding]:
    bits = certificate.serial.bit_length()
    if bits <= MIN_SERIAL_BITS:
        yield Finding("certificate.serial-short")
    if bits > MAX_SERIAL_BITS:
        yield Finding("certificate.serial-long")


def _life(
    certificate: Certificate, profile: CertificateProfile, issuer: Certificate | None
) -> Iterator[Finding]:
    if certificate.not_after - certificate.not_before > profile.max_life:
        yield Finding("certificate.life-too-long")
    if certificate.not_after <= certificate.not_before:
        yield Finding("certificate.life-inverted")
    if issuer and not issuer.not_before <= certificate.not_before <= issuer.not_after:
        yield Finding("certificate.outside-issuer-life")


def _subject(
    certificate: Certificate, profile: CertificateProfile, _: Certificate | None
) -> Iterator[Finding]:
    present = {
        "C": (oids.COUNTRY_NAME, certificate.countries),
        "CN": (oids.COMMON_NAME, certificate.common_names),
        "O": (oids.ORGANIZATION_NAME, certificate.organizations),
    }
    for short, (oid, values) in present.items():
        if short in profile.subject and not values:
            yield Finding("certificate.subject-incomplete", oid)
        if len(values) > 1 or any(not value.strip() for value in values):
            yield Finding("certificate.subject-odd", oid)
    for country in certificate.countries:
        if not COUNTRY.fullmatch(country):
            yield Finding("certificate.country-form", oids.COUNTRY_NAME)
        elif printable_country(country) not in certificate.subject:
            yield Finding("certificate.country-not-printable", oids.COUNTRY_NAME)


def printable_country(country: str) -> bytes:
    """Encode the C attribute as Annex B wants it: PrintableString, upper case, two letters."""
    return b"\x06\x03\x55\x04\x06\x13\x02" + country.encode("ascii")


def _issuer(
    certificate: Certificate, profile: CertificateProfile, issuer: Certificate | None
) -> Iterator[Finding]:
    if issuer is None:
        return
    if certificate.issuer != issuer.subject:
        yield Finding("certificate.name-differs")
    if not certificate.is_signed_by(issuer):
        yield Finding("certificate.bad-signature")
    if not profile.is_ca and not issuer.is_ca:
        yield Finding("certificate.issuer-not-ca")
    if profile.country_of_issuer and certificate.countries != issuer.countries:
        yield Finding("certificate.country-differs", oids.COUNTRY_NAME)
    if profile.country_of_issuer and issuer.states and certificate.states != issuer.states:
        yield Finding("certificate.state-differs", oids.STATE_NAME)


def _key(certificate: Certificate, *_: object) -> Iterator[Finding]:
    key = certificate.public_key
    if isinstance(key, ec.EllipticCurvePublicKey):
        if not isinstance(key.curve, CURVES):
            yield Finding("certificate.algorithm")
        if key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != certificate.spki:
            yield Finding("certificate.key-compressed")
    elif not isinstance(key, Ed25519PublicKey):
        yield Finding("certificate.algorithm")


CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
"""Curves of certificate keys; the path builder of `cryptography` refuses brainpool in a CA."""


def _presence(
    certificate: Certificate, profile: CertificateProfile, _: Certificate | None
) -> Iterator[Finding]:
    present = certificate.extensions.keys()
    for oid in sorted(profile.required - present):
        yield Finding("certificate.extension-missing", oid)
    for oid in sorted(profile.forbidden & present):
        yield Finding("certificate.extension-forbidden", oid)


def _not_critical(extension: Extension) -> Iterator[Finding]:
    if extension.critical:
        yield Finding("certificate.extension-critical", extension.oid.dotted_string)


def _is_critical(extension: Extension) -> Iterator[Finding]:
    if not extension.critical:
        yield Finding("certificate.extension-not-critical", extension.oid.dotted_string)


def _basic_constraints(
    extension: Extension, _: Certificate, profile: CertificateProfile, __: Certificate | None
) -> Iterator[Finding]:
    yield from _is_critical(extension)
    value = extension.value
    assert isinstance(value, x509.BasicConstraints)
    if value.ca != profile.is_ca:
        yield Finding("certificate.ca-flag", oids.BASIC_CONSTRAINTS)
    if profile.is_ca and value.path_length != 0:
        yield Finding("certificate.path-length", oids.BASIC_CONSTRAINTS)


def _key_usage(
    extension: Extension, certificate: Certificate, profile: CertificateProfile, _: Certificate | None
) -> Iterator[Finding]:
    yield from _is_critical(extension)
    if certificate.key_usage != profile.key_usage:
        yield Finding("certificate.key-usage", oids.KEY_USAGE)


def _extended_key_usage(
    extension: Extension, certificate: Certificate, profile: CertificateProfile, _: Certificate | None
) -> Iterator[Finding]:
    if profile.eku is None:
        yield from _not_critical(extension)
        if profile.eku_refused & set(certificate.eku):
            yield Finding("certificate.eku", oids.EXTENDED_KEY_USAGE)
        return
    yield from _is_critical(extension)
    if not exact_purpose(certificate, profile):
        yield Finding("certificate.eku", oids.EXTENDED_KEY_USAGE)


def exact_purpose(certificate: Certificate, profile: CertificateProfile) -> bool:
    """Tell whether the extended key usage names the profile's purpose and nothing foreign beside it."""
    purposes = set(certificate.eku)
    return profile.eku in purposes and purposes <= {profile.eku} | profile.eku_companions


def _ski(
    extension: Extension, certificate: Certificate, _: CertificateProfile, __: Certificate | None
) -> Iterator[Finding]:
    yield from _not_critical(extension)
    key = certificate.public_key
    if certificate.ski != x509.SubjectKeyIdentifier.from_public_key(key).digest:
        yield Finding("certificate.ski-not-of-key", oids.SUBJECT_KEY_IDENTIFIER)


def _aki(
    extension: Extension, certificate: Certificate, _: CertificateProfile, issuer: Certificate | None
) -> Iterator[Finding]:
    yield from _not_critical(extension)
    if certificate.aki is None or (issuer is not None and certificate.aki != issuer.ski):
        yield Finding("certificate.aki-differs", oids.AUTHORITY_KEY_IDENTIFIER)


def _issuer_alt_name(
    extension: Extension, _: Certificate, __: CertificateProfile, issuer: Certificate | None
) -> Iterator[Finding]:
    yield from _not_critical(extension)
    value = extension.value
    assert isinstance(value, x509.IssuerAlternativeName)
    names = list(value)
    if not names or not all(isinstance(n, x509.RFC822Name | x509.UniformResourceIdentifier) for n in names):
        yield Finding("certificate.issuer-alt-name-form", oids.ISSUER_ALT_NAME)
    above = issuer.extensions.get(oids.ISSUER_ALT_NAME) if issuer else None
    if above is not None and above.value != value:
        yield Finding("certificate.issuer-alt-name-differs", oids.ISSUER_ALT_NAME)


def _crl_points(extension: Extension, *_: object) -> Iterator[Finding]:
    yield from _not_critical(extension)
    value = extension.value
    assert isinstance(value, x509.CRLDistributionPoints)
    for point in value:
        uris = [n for n in point.full_name or () if isinstance(n, x509.UniformResourceIdentifier)]
        if not uris or point.reasons is not None or point.crl_issuer is not None:
            yield Finding("certificate.crl-point-form", oids.CRL_DISTRIBUTION_POINTS)


def _subject_alt_name(extension: Extension, *_: object) -> Iterator[Finding]:
    yield from _not_critical(extension)


def _signature_hash(certificate: Certificate, *_: object) -> Iterator[Finding]:
    algorithm = certificate.hash_algorithm
    if algorithm is not None and algorithm.name not in {"sha256", "sha384", "sha512"}:
        yield Finding("certificate.algorithm")


def _purpose_separation(
    certificate: Certificate, profile: CertificateProfile, _: Certificate | None
) -> Iterator[Finding]:
    """Refuse a leaf that may sign certificates, whatever its basic constraints say."""
    if not profile.is_ca and (certificate.key_usage or frozenset()) & CA_KEY_USAGE:
        yield Finding("certificate.leaf-is-ca", oids.KEY_USAGE)


_RULES = (
    _serial,
    _life,
    _subject,
    _issuer,
    _key,
    _signature_hash,
    _presence,
    _purpose_separation,
)

_VALIDATORS: dict[
    str,
    Callable[[Extension, Certificate, CertificateProfile, Certificate | None], Iterator[Finding]],
] = {
    oids.BASIC_CONSTRAINTS: _basic_constraints,
    oids.KEY_USAGE: _key_usage,
    oids.EXTENDED_KEY_USAGE: _extended_key_usage,
    oids.SUBJECT_KEY_IDENTIFIER: _ski,
    oids.AUTHORITY_KEY_IDENTIFIER: _aki,
    oids.ISSUER_ALT_NAME: _issuer_alt_name,
    oids.CRL_DISTRIBUTION_POINTS: _crl_points,
    oids.SUBJECT_ALT_NAME: _subject_alt_name,
}
