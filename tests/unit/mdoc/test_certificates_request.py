"""Requests of readers: only a P-256 key whose holder signed, with a name that can be shown."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from counterproof.mdoc.certificates.build import Subject, build_reader
from counterproof.mdoc.certificates.request import make_request, name_is_sane, read_request
from counterproof.mdoc.errors import (
    CounterproofError,
    CryptoError,
    LimitError,
    MalformedError,
    UnsupportedError,
    UsageError,
)
from tests.kit.certificates import CRL_URL, LONG_LIFE, CertificateKit, name

KIT = CertificateKit()
DESK = Subject(common_name="Town Hall Desk 3", organization="Utopia Town", state="Lower Utopia", country="UT")
REQUEST = make_request(DESK, KIT.key("desk"), deterministic=True)


def requested(subject: x509.Name, key: ec.EllipticCurvePrivateKey | None = None) -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return builder.sign(key or KIT.key("desk"), hashes.SHA256()).public_bytes(Encoding.DER)


def code_of(data: bytes, kind: type[CounterproofError]) -> str:
    with pytest.raises(kind) as caught:
        read_request(data)
    return caught.value.code


def test_round_trip() -> None:
    read = read_request(REQUEST)
    assert read.subject == DESK
    assert read.public_key == KIT.key("desk").public_key()
    assert make_request(DESK, KIT.key("desk"), deterministic=True) == REQUEST


def test_pem_is_read_too() -> None:
    pem = x509.load_der_x509_csr(REQUEST).public_bytes(Encoding.PEM)
    assert read_request(b"\n" + pem).subject == DESK


def test_a_certificate_can_be_made_of_it() -> None:
    read = read_request(REQUEST)
    made = build_reader(
        KIT.reader_ca, read.subject, read.public_key, LONG_LIFE, crl_url=CRL_URL, random=KIT.random
    )
    assert made.common_name == "Town Hall Desk 3"
    assert made.public_key == KIT.key("desk").public_key()


def test_extensions_that_are_asked_for_do_not_reach_the_certificate() -> None:
    builder = x509.CertificateSigningRequestBuilder().subject_name(name(("CN", "Desk")))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=9), critical=True)
    read = read_request(builder.sign(KIT.key("desk"), hashes.SHA256()).public_bytes(Encoding.DER))
    made = build_reader(
        KIT.reader_ca, read.subject, read.public_key, LONG_LIFE, crl_url=CRL_URL, random=KIT.random
    )
    assert not made.is_ca


@pytest.mark.parametrize("position", range(0, len(REQUEST), 3))
def test_no_mutated_request_is_taken(position: int) -> None:
    mutated = bytearray(REQUEST)
    mutated[position] ^= 0x01
    with pytest.raises((MalformedError, CryptoError)) as caught:
        read_request(bytes(mutated))
    assert caught.value.code.startswith("certificate.request-")


@pytest.mark.parametrize(
    "data", [b"", b"-", b"-----BEGIN CERTIFICATE REQUEST-----", REQUEST[:-1], b"\x30" * 99]
)
def test_unreadable(data: bytes) -> None:
    assert code_of(data, MalformedError) == "certificate.request-unreadable"


def test_too_large() -> None:
    assert code_of(bytes(4097), LimitError) == "certificate.request-too-large"


def test_signed_by_another_key() -> None:
    other = requested(name(("CN", "Desk")), KIT.key("other"))
    mine = requested(name(("CN", "Desk")))
    start = mine.index(b"\x03\x42\x00\x04")
    stolen = other.replace(other[other.index(b"\x03\x42\x00\x04") :][:68], mine[start : start + 68])
    assert code_of(stolen, CryptoError) == "certificate.request-signature"


def test_other_curves_and_keys() -> None:
    p384 = requested(name(("CN", "Desk")), KIT.key("desk", ec.SECP384R1()))
    assert code_of(p384, UnsupportedError) == "certificate.request-curve"
    builder = x509.CertificateSigningRequestBuilder().subject_name(name(("CN", "Desk")))
    signed = builder.sign(rsa.generate_private_key(65537, 2048), hashes.SHA256())
    assert code_of(signed.public_bytes(Encoding.DER), UnsupportedError) == "certificate.request-curve"


@pytest.mark.parametrize(
    "subject",
    [
        name(("C", "UT")),
        name(("CN", "one"), ("CN", "two")),
        name(("CN", "Desk"), ("OU", "Unit")),
        name(("CN", "Desk"), ("C", "ut")),
        name(("CN", "Desk\u202e3")),
        name(("CN", "Desk\u200b3")),
        name(("CN", "Desk\n3")),
        name(("CN", "Desk\x00")),
        name(("CN", " Desk")),
        name(("CN", "Desk  3")),
        name(("CN", "Desk\u00a03")),
        name(("CN", "Bu\u0308ro")),
        name(("CN", "Desk"), ("O", "\u2066x")),
    ],
)
def test_names_that_mislead(subject: x509.Name) -> None:
    assert code_of(requested(subject), MalformedError) == "certificate.request-name"


@pytest.mark.parametrize("value", ["Bürgeramt Mitte 4", "窓口3", "O'Neill & Co.", "x" * 64])
def test_names_of_the_world_are_sane(value: str) -> None:
    assert name_is_sane(value)


@pytest.mark.parametrize("value", ["", "x" * 65, "\ud800", "a\tb"])
def test_names_that_are_not(value: str) -> None:
    assert not name_is_sane(value)


def test_a_subject_that_cannot_be_encoded() -> None:
    with pytest.raises(UsageError) as caught:
        make_request(Subject(common_name="x" * 65), KIT.key("desk"))
    assert caught.value.code == "certificate.subject-unusable"
