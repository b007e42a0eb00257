"""The linter: one certificate for each rule of Annex B that it knows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from counterproof.mdoc.certificates import oids
from counterproof.mdoc.certificates.lint import Finding, lint
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.profile import DOCUMENT_SIGNER, IACA, STATUS_SIGNER
from tests.kit.certificates import (
    CA_LIFE,
    DS_LIFE,
    CertificateKit,
    key_usage,
    name,
    purposes,
    retouch,
    with_serial,
    wrap,
)
from tests.kit.hostile_certificates import hostile_chains

if TYPE_CHECKING:
    from tests.kit.certificates import Plan

KIT = CertificateKit()
ROOT = KIT.iaca.certificate
PLAN = KIT.plan()
ROOT_PLAN = KIT.plan(ROOT)
OTHER = KIT.key("other").public_key()


def point(*names: x509.GeneralName, reasons: frozenset[x509.ReasonFlags] | None = None) -> Plan:
    places = x509.CRLDistributionPoints([x509.DistributionPoint(list(names), None, reasons, None)])
    return PLAN.extended(places, critical=False)


URL = x509.UniformResourceIdentifier("https://utopia.example/crl")
DAY = timedelta(days=1)
CONSTRAINTS = x509.NameConstraints([x509.DNSName("a.example")], None)
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
IAN_DNS = x509.IssuerAlternativeName([x509.DNSName("utopia.example")])
IAN_OTHER = x509.IssuerAlternativeName([x509.RFC822Name("other@utopia.example")])

SIGNERS: list[tuple[Plan, str, str]] = [
    (PLAN.but(serial=7), "serial-short", ""),
    (PLAN.but(not_after=DS_LIFE.not_after + DAY), "life-too-long", ""),
    (PLAN.but(not_before=CA_LIFE.not_before - DAY, not_after=CA_LIFE.not_before), "outside-issuer-life", ""),
    (PLAN.but(subject=name(("C", "UT"))), "subject-incomplete", oids.COMMON_NAME),
    (PLAN.but(subject=name(("C", "UT"), ("CN", "a"), ("CN", "b"))), "subject-odd", oids.COMMON_NAME),
    (PLAN.but(issuer=name(("CN", "Utopia IACA"))), "name-differs", ""),
    (PLAN.but(signing_key=KIT.key("other")), "bad-signature", ""),
    (PLAN.but(subject=name(("C", "XK"), ("CN", "a"))), "country-differs", oids.COUNTRY_NAME),
    (PLAN.without(x509.ExtendedKeyUsage), "extension-missing", oids.EXTENDED_KEY_USAGE),
    (PLAN.without(x509.KeyUsage), "extension-missing", oids.KEY_USAGE),
    (PLAN.without(x509.SubjectKeyIdentifier), "extension-missing", oids.SUBJECT_KEY_IDENTIFIER),
    (PLAN.without(x509.AuthorityKeyIdentifier), "extension-missing", oids.AUTHORITY_KEY_IDENTIFIER),
    (PLAN.without(x509.IssuerAlternativeName), "extension-missing", oids.ISSUER_ALT_NAME),
    (PLAN.without(x509.CRLDistributionPoints), "extension-missing", oids.CRL_DISTRIBUTION_POINTS),
    (
        PLAN.extended(x509.BasicConstraints(ca=False, path_length=None), critical=True),
        "extension-forbidden",
        oids.BASIC_CONSTRAINTS,
    ),
    (PLAN.extended(x509.InhibitAnyPolicy(0), critical=True), "extension-forbidden", "2.5.29.54"),
    (PLAN.extended(x509.PolicyConstraints(0, 0), critical=True), "extension-forbidden", "2.5.29.36"),
    (PLAN.extended(UNKNOWN, critical=True), "unknown-critical", "1.2.3.4"),
    (
        PLAN.extended(key_usage("digital_signature"), critical=False),
        "extension-not-critical",
        oids.KEY_USAGE,
    ),
    (PLAN.extended(key_usage("content_commitment"), critical=True), "key-usage", oids.KEY_USAGE),
    (
        PLAN.extended(purposes(oids.EKU_DOCUMENT_SIGNER), critical=False),
        "extension-not-critical",
        oids.EXTENDED_KEY_USAGE,
    ),
    (PLAN.extended(purposes(oids.EKU_READER), critical=True), "eku", oids.EXTENDED_KEY_USAGE),
    (
        PLAN.extended(x509.SubjectKeyIdentifier.from_public_key(OTHER), critical=False),
        "ski-not-of-key",
        oids.SUBJECT_KEY_IDENTIFIER,
    ),
    (
        PLAN.extended(x509.AuthorityKeyIdentifier.from_issuer_public_key(OTHER), critical=False),
        "aki-differs",
        oids.AUTHORITY_KEY_IDENTIFIER,
    ),
    (PLAN.extended(IAN_OTHER, critical=False), "issuer-alt-name-differs", oids.ISSUER_ALT_NAME),
    (
        PLAN.extended(x509.SubjectAlternativeName([URL]), critical=True),
        "extension-critical",
        oids.SUBJECT_ALT_NAME,
    ),
    (point(x509.DNSName("utopia.example")), "crl-point-form", oids.CRL_DISTRIBUTION_POINTS),
    (
        point(URL, reasons=frozenset({x509.ReasonFlags.key_compromise})),
        "crl-point-form",
        oids.CRL_DISTRIBUTION_POINTS,
    ),
]

ROOTS: list[tuple[Plan, str, str]] = [
    (ROOT_PLAN.but(not_after=CA_LIFE.not_before + DAY * 7400), "life-too-long", ""),
    (ROOT_PLAN.but(issuer=name(("C", "UT"), ("CN", "Other"))), "name-differs", ""),
    (ROOT_PLAN.but(signing_key=KIT.key("other")), "bad-signature", ""),
    (
        ROOT_PLAN.extended(purposes(oids.EKU_DOCUMENT_SIGNER), critical=True),
        "extension-forbidden",
        oids.EXTENDED_KEY_USAGE,
    ),
    (ROOT_PLAN.extended(CONSTRAINTS, critical=True), "extension-forbidden", oids.NAME_CONSTRAINTS),
    (
        ROOT_PLAN.extended(x509.BasicConstraints(ca=True, path_length=None), critical=True),
        "path-length",
        oids.BASIC_CONSTRAINTS,
    ),
    (
        ROOT_PLAN.extended(x509.BasicConstraints(ca=True, path_length=1), critical=True),
        "path-length",
        oids.BASIC_CONSTRAINTS,
    ),
    (
        ROOT_PLAN.extended(x509.BasicConstraints(ca=True, path_length=0), critical=False),
        "extension-not-critical",
        oids.BASIC_CONSTRAINTS,
    ),
    (
        ROOT_PLAN.extended(x509.BasicConstraints(ca=False, path_length=None), critical=True),
        "ca-flag",
        oids.BASIC_CONSTRAINTS,
    ),
    (ROOT_PLAN.extended(key_usage("key_cert_sign"), critical=True), "key-usage", oids.KEY_USAGE),
    (ROOT_PLAN.extended(IAN_DNS, critical=False), "issuer-alt-name-form", oids.ISSUER_ALT_NAME),
]


@pytest.mark.parametrize(
    ("plan", "code", "oid"), SIGNERS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_signer_rules(plan: Plan, code: str, oid: str) -> None:
    assert Finding(f"certificate.{code}", oid) in lint(plan.sign(), DOCUMENT_SIGNER, ROOT)


@pytest.mark.parametrize(
    ("plan", "code", "oid"), ROOTS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_root_rules(plan: Plan, code: str, oid: str) -> None:
    assert Finding(f"certificate.{code}", oid) in lint(plan.sign(), IACA)


def test_an_honest_certificate_has_no_findings() -> None:
    assert lint(PLAN.sign(), DOCUMENT_SIGNER, ROOT) == []
    assert lint(ROOT_PLAN.sign(), IACA) == []


def test_without_the_issuer_its_rules_are_left_out() -> None:
    leaf = PLAN.but(signing_key=KIT.key("other"), issuer=name(("CN", "x"))).sign()
    assert lint(leaf, DOCUMENT_SIGNER) == []


def test_a_signer_under_a_leaf() -> None:
    above = KIT.document_signer("above")
    leaf = PLAN.but(issuer=above.native.subject, signing_key=KIT.key("above")).sign()
    assert Finding("certificate.issuer-not-ca") in lint(leaf, DOCUMENT_SIGNER, above)


def test_a_leaf_that_may_sign_certificates() -> None:
    leaf = PLAN.extended(key_usage("digital_signature", "crl_sign"), critical=True).sign()
    assert Finding("certificate.leaf-is-ca", oids.KEY_USAGE) in lint(leaf, DOCUMENT_SIGNER, ROOT)


def test_the_state_of_the_issuer_is_kept() -> None:
    kit = CertificateKit("state", state="Lower Utopia")
    leaf = kit.plan().but(subject=name(("C", "UT"), ("CN", "DS"))).sign()
    assert lint(leaf, DOCUMENT_SIGNER, kit.iaca.certificate) == [
        Finding("certificate.state-differs", oids.STATE_NAME)
    ]


def test_a_huge_serial() -> None:
    leaf = Certificate.from_der(with_serial(PLAN.sign().der, b"\x01" * 21, KIT.key("iaca")))
    assert lint(leaf, DOCUMENT_SIGNER, ROOT) == [Finding("certificate.serial-long")]


@pytest.mark.parametrize(
    ("tag", "value", "code"),
    [
        (0x0C, b"UT", "certificate.country-not-printable"),
        (0x13, b"ut", "certificate.country-form"),
        (0x13, b"UTO", "certificate.country-form"),
    ],
)
def test_country_is_two_printable_capitals(tag: int, value: bytes, code: str) -> None:
    country = wrap(0x31, wrap(0x30, wrap(0x06, b"\x55\x04\x06") + wrap(tag, value)))
    cn = wrap(0x31, wrap(0x30, wrap(0x06, b"\x55\x04\x03") + wrap(0x0C, b"DS")))
    subject = wrap(0x30, country + cn)
    der = retouch(PLAN.sign().der, lambda parts: [*parts[:5], subject, *parts[6:]], KIT.key("iaca"))
    found = lint(Certificate.from_der(der), DOCUMENT_SIGNER, ROOT)
    assert Finding(code, oids.COUNTRY_NAME) in found


def test_a_compressed_point() -> None:
    key = KIT.key("ds").public_key()
    short = key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    algorithm = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)[2:23]
    spki = wrap(0x30, algorithm + wrap(0x03, b"\x00" + short))
    der = retouch(PLAN.sign().der, lambda parts: [*parts[:6], spki, *parts[7:]], KIT.key("iaca"))
    found = lint(Certificate.from_der(der), DOCUMENT_SIGNER, ROOT)
    assert Finding("certificate.key-compressed") in found


def test_keys_and_signatures_of_other_kinds() -> None:
    key = rsa.generate_private_key(65537, 2048)
    for public in (key.public_key(), KIT.key("ds", ec.BrainpoolP256R1()).public_key()):
        found = lint(PLAN.but(public_key=public).sign(), DOCUMENT_SIGNER, ROOT)
        assert Finding("certificate.algorithm") in found


def test_a_status_signer_claims_no_other_purpose() -> None:
    leaf = KIT.plan(KIT.status_signer()).extended(purposes(oids.EKU_READER), critical=True).sign()
    assert lint(leaf, STATUS_SIGNER, ROOT) == [
        Finding("certificate.extension-critical", oids.EXTENDED_KEY_USAGE),
        Finding("certificate.eku", oids.EXTENDED_KEY_USAGE),
    ]


def test_the_linter_never_raises_and_finds_every_hostile_leaf_but_those_wronged_by_others() -> None:
    """Time, a bad anchor, or certificates sent along are no fault of the leaf's form."""
    blameless = {"chain-too-long", "no-anchors", "anchor-of-readers", "not-yet-valid", "expired"}
    blameless |= {"issuer-expired", "issuer-not-yet-valid", "issuer-on-ed25519", "state-case"}
    for chain in hostile_chains(KIT):
        anchor = chain.anchors[0] if chain.anchors else ROOT
        found = lint(chain.leaf, DOCUMENT_SIGNER, anchor)
        assert found or chain.id in blameless, chain.id
