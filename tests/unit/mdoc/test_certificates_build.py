"""What is built is what Annex B asks for, small, and the same from the same seed."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.certificates import oids
from counterproof.mdoc.certificates.build import (
    CertificateIssuer,
    Subject,
    Validity,
    build_document_signer,
    build_iaca,
    build_reader,
    build_status_signer,
    build_vical_signer,
    new_serial,
)
from counterproof.mdoc.certificates.lint import lint
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
from tests.kit.certificates import CA_LIFE, CONTACT, CRL_URL, DS_LIFE, CertificateKit

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterproof.mdoc.certificates.model import Certificate

KIT = CertificateKit()
IACA_CERTIFICATE = KIT.iaca.certificate
BUILT: dict[CertificateProfile, tuple[Certificate, Certificate | None]] = {
    IACA: (IACA_CERTIFICATE, None),
    READER_CA: (KIT.reader_ca.certificate, None),
    VICAL_CA: (KIT.vical_ca.certificate, None),
    DOCUMENT_SIGNER: (KIT.document_signer(), IACA_CERTIFICATE),
    READER: (KIT.reader(), KIT.reader_ca.certificate),
    STATUS_SIGNER: (KIT.status_signer(), IACA_CERTIFICATE),
    VICAL_SIGNER: (KIT.vical_signer(), KIT.vical_ca.certificate),
}


def refusal(build: Callable[[], object]) -> UsageError:
    with pytest.raises(UsageError) as caught:
        build()
    return caught.value


@pytest.mark.parametrize("profile", BUILT, ids=lambda profile: profile.name)
def test_built_certificates_are_clean(profile: CertificateProfile) -> None:
    certificate, issuer = BUILT[profile]
    assert lint(certificate, profile, issuer) == []


@pytest.mark.parametrize(
    ("profile", "limit"), [(DOCUMENT_SIGNER, 520), (READER, 500), (STATUS_SIGNER, 420), (IACA, 480)]
)
def test_what_rides_in_codes_is_small(profile: CertificateProfile, limit: int) -> None:
    assert len(BUILT[profile][0].der) <= limit


def test_one_seed_makes_the_same_bytes() -> None:
    again, other = CertificateKit(), CertificateKit("elsewhere")
    assert again.iaca.certificate == IACA_CERTIFICATE
    assert again.document_signer().der == CertificateKit().document_signer().der
    assert other.iaca.certificate != IACA_CERTIFICATE


def test_root_is_an_annex_b_iaca() -> None:
    root = IACA_CERTIFICATE
    assert root.issuer == root.subject
    constraints = root.extensions[oids.BASIC_CONSTRAINTS]
    assert constraints.critical
    assert constraints.value == x509.BasicConstraints(ca=True, path_length=0)
    assert root.key_usage == frozenset({"keyCertSign", "cRLSign"})
    assert b"\x06\x03\x55\x04\x06\x13\x02UT" in root.subject
    assert root.extensions[oids.ISSUER_ALT_NAME].value == x509.IssuerAlternativeName(
        [x509.RFC822Name(CONTACT)]
    )
    assert root.extensions.keys() == IACA.required


def test_document_signer_has_what_annex_b_asks_and_no_more() -> None:
    signer, root = BUILT[DOCUMENT_SIGNER]
    assert root is not None
    assert signer.extensions.keys() == DOCUMENT_SIGNER.required
    assert signer.critical == {oids.KEY_USAGE, oids.EXTENDED_KEY_USAGE}
    assert signer.eku == ("1.0.18013.5.1.2",)
    assert signer.issuer == root.subject
    assert signer.aki == root.ski
    assert signer.extensions[oids.ISSUER_ALT_NAME].value == root.extensions[oids.ISSUER_ALT_NAME].value
    points = signer.extensions[oids.CRL_DISTRIBUTION_POINTS].value
    assert isinstance(points, x509.CRLDistributionPoints)
    assert points[0].full_name == [x509.UniformResourceIdentifier(CRL_URL)]
    assert signer.is_signed_by(root)


def test_a_contact_may_be_a_uri() -> None:
    root = build_iaca(
        Subject(common_name="A", country="UT"),
        KIT.key("a"),
        CA_LIFE,
        contact="https://utopia.example",
        crl_url=CRL_URL,
        random=KIT.random,
    )
    value = root.certificate.extensions[oids.ISSUER_ALT_NAME].value
    assert value == x509.IssuerAlternativeName([x509.UniformResourceIdentifier("https://utopia.example")])


@pytest.mark.parametrize("curve", [ec.SECP384R1(), ec.SECP521R1()])
def test_larger_curves(curve: ec.EllipticCurve) -> None:
    subject = Subject(common_name="A", country="UT")
    key = KIT.key("large", curve)
    root = build_iaca(subject, key, CA_LIFE, contact=CONTACT, crl_url=CRL_URL, random=KIT.random)
    assert root.certificate.native.signature_hash_algorithm is not None
    assert root.certificate.native.signature_hash_algorithm.digest_size * 8 in {384, 512}
    assert lint(root.certificate, IACA) == []


def test_serials_are_random_of_constant_length() -> None:
    serials = {new_serial(KIT.random) for _ in range(2000)}
    assert len(serials) == 2000
    assert {serial.bit_length() for serial in serials} == {71}


def test_serial_of_all_ones_and_zeros_is_positive_and_short() -> None:
    assert new_serial(bytes) == 1 << 70
    assert new_serial(lambda size: b"\xff" * size) == (1 << 71) - 1


class TokenKey(ec.EllipticCurvePrivateKey):
    """A key that stays elsewhere, as in a PKCS#11 token: it signs and tells its public half, no more."""

    def __init__(self, inner: ec.EllipticCurvePrivateKey) -> None:
        self._inner = inner
        self.signed = 0

    def sign(
        self, data: bytes | bytearray | memoryview, signature_algorithm: ec.EllipticCurveSignatureAlgorithm
    ) -> bytes:
        self.signed += 1
        return self._inner.sign(data, signature_algorithm)

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._inner.public_key()

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._inner.curve

    @property
    def key_size(self) -> int:
        return self._inner.key_size

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> bytes:
        raise NotImplementedError

    def private_numbers(self) -> ec.EllipticCurvePrivateNumbers:
        raise NotImplementedError

    def private_bytes(self, *_: object) -> bytes:
        raise NotImplementedError

    def __copy__(self) -> TokenKey:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> TokenKey:
        return copy.copy(self)


def test_a_key_in_a_token_can_sign() -> None:
    token = TokenKey(KIT.key("iaca"))
    issuer = CertificateIssuer(IACA_CERTIFICATE, token, IACA)
    subject = Subject(common_name="Utopia DS 2", country="UT")
    signer = build_document_signer(
        issuer, subject, KIT.key("ds").public_key(), DS_LIFE, crl_url=CRL_URL, random=KIT.random
    )
    assert token.signed == 1
    assert lint(signer, DOCUMENT_SIGNER, IACA_CERTIFICATE) == []


def test_the_iaca_makes_no_readers_and_the_others_no_signers() -> None:
    key = KIT.key("x").public_key()
    subject = Subject(common_name="X", country="UT", organization="Y")
    for build, wrong in (
        (build_reader, KIT.iaca),
        (build_reader, KIT.vical_ca),
        (build_document_signer, KIT.reader_ca),
        (build_vical_signer, KIT.iaca),
    ):
        error = refusal(
            lambda build=build, wrong=wrong: build(  # type: ignore[misc]  # mypy cannot infer a lambda's default
                wrong, subject, key, DS_LIFE, crl_url=CRL_URL, random=KIT.random
            )
        )
        assert error.code == "certificate.issuer-wrong-kind"
    error = refusal(lambda: build_status_signer(KIT.reader_ca, subject, key, DS_LIFE, random=KIT.random))
    assert error.code == "certificate.issuer-wrong-kind"


def sign_ds(subject: Subject, validity: Validity = DS_LIFE, curve: ec.EllipticCurve | None = None) -> object:
    key = KIT.key("x", curve).public_key()
    return build_document_signer(KIT.iaca, subject, key, validity, crl_url=CRL_URL, random=KIT.random)


@pytest.mark.parametrize(
    ("validity", "finding"),
    [
        (Validity(not_before=DS_LIFE.not_before, not_after=DS_LIFE.not_before), "certificate.life-inverted"),
        (
            Validity(not_before=DS_LIFE.not_before, not_after=DS_LIFE.not_after + timedelta(seconds=1)),
            "certificate.life-too-long",
        ),
        (
            Validity(
                not_before=CA_LIFE.not_before - timedelta(days=2),
                not_after=CA_LIFE.not_before + timedelta(days=2),
            ),
            "certificate.outside-issuer-life",
        ),
    ],
)
def test_unlawful_lives_are_not_signed(validity: Validity, finding: str) -> None:
    error = refusal(lambda: sign_ds(Subject(common_name="X", country="UT"), validity))
    assert (error.code, error.facts) == ("certificate.build-refused", {"finding": finding})


@pytest.mark.parametrize(
    ("subject", "finding"),
    [
        (Subject(common_name="X"), "certificate.subject-incomplete"),
        (Subject(common_name="X", country="XK"), "certificate.country-differs"),
        (Subject(common_name=" ", country="UT"), "certificate.subject-odd"),
    ],
)
def test_unlawful_subjects_are_not_signed(subject: Subject, finding: str) -> None:
    error = refusal(lambda: sign_ds(subject))
    assert (error.code, error.facts) == ("certificate.build-refused", {"finding": finding})


@pytest.mark.parametrize("country", ["ut", "UTO", "U", "", "U1", "ÜT"])
def test_a_country_is_two_capitals(country: str) -> None:
    error = refusal(lambda: sign_ds(Subject(common_name="X", country=country)))
    assert (error.code, error.facts) == ("certificate.subject-unusable", {"attribute": "C"})


@pytest.mark.parametrize("common_name", ["", "x" * 65])
def test_a_common_name_has_1_to_64_characters(common_name: str) -> None:
    error = refusal(lambda: sign_ds(Subject(common_name=common_name, country="UT")))
    assert error.code == "certificate.subject-unusable"


def test_a_key_on_another_curve_gets_no_certificate() -> None:
    error = refusal(lambda: sign_ds(Subject(common_name="X", country="UT"), curve=ec.SECP256K1()))
    assert (error.code, error.facts) == ("certificate.key-curve", {"curve": "secp256k1"})


@pytest.mark.parametrize(
    ("contact", "url", "code"),
    [
        ("büro@utopia.example", CRL_URL, "certificate.contact-unusable"),
        (CONTACT, "https://ütopia.example/crl", "certificate.crl-url-unusable"),
    ],
)
def test_unusable_addresses(contact: str, url: str, code: str) -> None:
    subject = Subject(common_name="A", country="UT")
    error = refusal(
        lambda: build_iaca(subject, KIT.key("a"), CA_LIFE, contact=contact, crl_url=url, random=KIT.random)
    )
    assert error.code == code


def test_an_issuer_needs_its_own_key_and_must_be_a_ca() -> None:
    error = refusal(lambda: CertificateIssuer(IACA_CERTIFICATE, KIT.key("other"), IACA))
    assert error.code == "certificate.key-mismatch"
    leaf = KIT.document_signer()
    error = refusal(lambda: CertificateIssuer(leaf, KIT.key("ds"), IACA))
    assert error.code == "certificate.issuer-wrong-kind"
    error = refusal(lambda: CertificateIssuer(IACA_CERTIFICATE, KIT.key("iaca"), READER))
    assert error.code == "certificate.issuer-wrong-kind"
