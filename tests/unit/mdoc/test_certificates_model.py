"""Reading certificates: whatever the bytes, one kind of error, and nothing mutated is ever trusted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.certificates.chain import examine_chain
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.profile import DOCUMENT_SIGNER
from counterproof.mdoc.errors import LimitError, MalformedError
from tests.kit.certificates import (
    AT,
    DS_LIFE,
    CertificateKit,
    elements,
    key_usage,
    name,
    retouch,
    with_serial,
    wrap,
)

KIT = CertificateKit()
DS = KIT.document_signer()


def code_of(der: bytes) -> str:
    with pytest.raises(MalformedError) as caught:
        Certificate.from_der(der)
    return caught.value.code


def test_a_certificate_is_read_completely() -> None:
    assert (DS.country, DS.state, DS.organization, DS.common_name) == ("UT", None, None, "Utopia DS 1")
    assert DS.subject == DS.native.subject.public_bytes()
    assert DS.issuer == KIT.iaca.certificate.subject
    assert (DS.not_before, DS.not_after) == (DS_LIFE.not_before, DS_LIFE.not_after)
    assert DS.eku == ("1.0.18013.5.1.2",)
    assert DS.key_usage == frozenset({"digitalSignature"})
    assert DS.aki == KIT.iaca.certificate.ski
    assert DS.serial == DS.native.serial_number
    assert DS.public_key == KIT.key("ds").public_key()
    assert (DS.is_ca, KIT.iaca.certificate.is_ca) == (False, True)
    assert DS.critical == {"2.5.29.15", "2.5.29.37"}


def test_equality_is_by_bytes() -> None:
    again = Certificate.from_der(bytes(bytearray(DS.der)))
    assert again == DS
    assert {again: 1}[DS] == 1
    assert KIT.iaca.certificate != DS
    assert DS.der != DS


def test_pem_is_read_back() -> None:
    assert Certificate.from_pem(DS.pem) == DS
    assert Certificate.from_pem(b"issued to you\r\n" + DS.pem.replace(b"\n", b"\r\n")) == DS


def test_the_name_of_a_person_is_not_in_the_repr() -> None:
    assert "Utopia" not in repr(DS)


@pytest.mark.parametrize("pem", [b"", b"x", DS.der, DS.pem[:100], DS.pem.replace(b"M", b"!")])
def test_broken_pem_is_unreadable(pem: bytes) -> None:
    with pytest.raises(MalformedError) as caught:
        Certificate.from_pem(pem)
    assert caught.value.code == "certificate.unreadable"


@pytest.mark.parametrize("cut", range(0, len(DS.der), 7))
def test_truncated_is_unreadable(cut: int) -> None:
    assert code_of(DS.der[:cut]) == "certificate.unreadable"


@pytest.mark.parametrize(
    "der",
    [
        b"\x30\x80" + DS.der[4:],
        b"\x30\x84\x00\x00\x01\xf2" + DS.der[4:],
        b"\x30\x83\x00" + DS.der[2:],
        b"\x31" + DS.der[1:],
        DS.der + b"\x00",
        b"\x30" * 1000,
        b"\xff" * 500,
    ],
    ids=["indefinite", "four-octets", "padded-length", "set", "trailing", "nested", "ff"],
)
def test_what_is_not_der_is_unreadable(der: bytes) -> None:
    assert code_of(der) == "certificate.unreadable"


def test_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(LimitError) as caught:
        Certificate.from_der(bytes(100_000))
    assert caught.value.code == "certificate.too-large"
    assert caught.value.facts == {"size": 100_000, "limit": 16_384}


@pytest.mark.parametrize("serial", [b"\x80" + bytes(8), b"\xff", b"\x00", b"\xfe" * 20])
def test_serial_that_is_not_positive(serial: bytes) -> None:
    assert code_of(with_serial(DS.der, serial, KIT.key("iaca"))) == "certificate.serial-not-positive"


@pytest.mark.parametrize("serial", [b"", b"\x00\x01", b"\x00\x00\x80", b"\xff\x80"])
def test_serial_that_is_no_der_integer(serial: bytes) -> None:
    assert code_of(with_serial(DS.der, serial, KIT.key("iaca"))).startswith("certificate.")


def extensions_replaced(content: bytes) -> bytes:
    return retouch(DS.der, lambda parts: [*parts[:-1], wrap(0xA3, content)], KIT.key("iaca"))


def extension(oid: bytes, value: bytes) -> bytes:
    return wrap(0x30, wrap(0x06, oid) + wrap(0x04, value))


@pytest.mark.parametrize(
    "content",
    [
        wrap(0x30, extension(b"\x55\x1d\x0f", b"\x03\x02\x07\x80") * 2),
        wrap(0x30, extension(b"\x55\x1d\x0f", b"\x00")),
        wrap(0x30, extension(b"\x55\x1d\x25", b"\x30\x03\x06\x01\x80")),
        wrap(0x30, extension(b"\x55\x1d\x11", b"\x30\x04\x82\x02\xc3\x28")),
        wrap(0x30, extension(b"\x55\x1d\x12", b"\x30\x04\xa3\x02\x05\x00")),
        wrap(0x30, extension(b"\x55\x1d\x13", b"\x30\x03\x01\x01\x01")),
        wrap(0x30, extension(b"\x55\x1d\x0e", b"")),
        wrap(0x30, extension(b"\x55\x1d\x1f", b"\x30\x02\x30\x00")) + b"\x00",
        b"",
    ],
    ids=["twice", "ku", "eku-oid", "san-utf8", "ian-x400", "bool", "ski", "trailing", "none"],
)
def test_broken_extensions_are_unreadable(content: bytes) -> None:
    assert code_of(extensions_replaced(content)) == "certificate.unreadable"


def test_version_one_is_unreadable() -> None:
    der = retouch(DS.der, lambda parts: parts[1:-1], KIT.key("iaca"))
    assert code_of(der) == "certificate.unreadable"


def spki_replaced(spki: bytes) -> bytes:
    return retouch(DS.der, lambda parts: [*parts[:6], spki, *parts[7:]], KIT.key("iaca"))


@pytest.mark.parametrize(
    "spki",
    [
        DS.spki[:-1] + bytes([DS.spki[-1] ^ 1]),
        wrap(0x30, wrap(0x30, wrap(0x06, b"\x2a\x03")) + wrap(0x03, b"\x00\x01")),
        DS.spki.replace(bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d030109")),
        wrap(0x30, elements(DS.spki[2:])[0] + wrap(0x03, b"\x00\x00")),
        wrap(0x30, elements(DS.spki[2:])[0] + wrap(0x03, b"")),
    ],
    ids=["off-curve", "unknown-key", "unknown-curve", "infinity", "empty"],
)
def test_broken_keys_are_unreadable(spki: bytes) -> None:
    assert code_of(spki_replaced(spki)) == "certificate.unreadable"


def test_name_that_is_no_utf8_is_unreadable() -> None:
    broken = DS.subject.replace(b"Utopia DS 1", b"Utopia\xff\xfe 1 ")
    der = retouch(DS.der, lambda parts: [*parts[:5], broken, *parts[6:]], KIT.key("iaca"))
    assert code_of(der) == "certificate.unreadable"


def test_attributes_that_occur_twice_are_no_single_value() -> None:
    subject = name(("C", "UT"), ("C", "XK"), ("CN", "one"), ("CN", "two"), ("O", "a"), ("O", "b"))
    leaf = KIT.plan().but(subject=subject).sign()
    assert (leaf.country, leaf.common_name, leaf.organization) == (None, None, None)
    assert leaf.countries == ("UT", "XK")


def test_key_usage_bits_have_their_names() -> None:
    bits = ("digital_signature", "key_agreement", "decipher_only", "key_cert_sign")
    leaf = KIT.plan().extended(key_usage(*bits), critical=True).sign()
    assert leaf.key_usage == frozenset({"digitalSignature", "keyAgreement", "decipherOnly", "keyCertSign"})


def test_a_signature_is_checked_with_the_issuers_key_alone() -> None:
    assert DS.is_signed_by(KIT.iaca.certificate)
    assert not DS.is_signed_by(KIT.reader_ca.certificate)
    assert not DS.is_signed_by(DS)


def test_validity_is_asked_with_an_aware_time() -> None:
    assert DS.covers(AT)
    assert not DS.covers(datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC))


@pytest.mark.parametrize("change", [0x01, 0x80, 0xFF, 0x20])
def test_no_mutated_certificate_is_trusted_and_none_raises_anything_else(change: int) -> None:
    anchors = [KIT.iaca.certificate]
    readable = 0
    for position in range(len(DS.der)):
        mutated = bytearray(DS.der)
        mutated[position] ^= change
        try:
            leaf = Certificate.from_der(bytes(mutated))
        except MalformedError:
            continue
        readable += 1
        facts = examine_chain(leaf, [], anchors, AT, DOCUMENT_SIGNER)
        assert facts.path_ok is not True, position
        assert facts.problems[0].fact == "path_ok"
    assert readable > len(DS.der) // 4


def test_no_mutated_anchor_or_list_of_anchors_raises() -> None:
    root = KIT.iaca.certificate.der
    for position in range(len(root)):
        mutated = bytearray(root)
        mutated[position] ^= 0x01
        try:
            anchor = Certificate.from_der(bytes(mutated))
        except MalformedError:
            continue
        facts = examine_chain(DS, [anchor], [anchor], AT, DOCUMENT_SIGNER)
        if anchor.spki != KIT.iaca.certificate.spki:
            assert facts.path_ok is False


def test_keys_of_other_kinds_are_read_and_left_to_the_facts() -> None:
    leaf = KIT.plan().but(public_key=KIT.key("ds", ec.SECP256K1()).public_key()).sign()
    assert isinstance(leaf.public_key, ec.EllipticCurvePublicKey)
    assert x509.SubjectKeyIdentifier.from_public_key(DS.public_key).digest == DS.ski


def subject_replaced(subject: bytes) -> Certificate:
    der = retouch(DS.der, lambda parts: [*parts[:5], subject, *parts[6:]], KIT.key("iaca"))
    return Certificate.from_der(der)


def attribute(oid: bytes, tag: int, value: bytes) -> bytes:
    return wrap(0x31, wrap(0x30, wrap(0x06, oid) + wrap(tag, value)))


@pytest.mark.parametrize(
    ("tag", "value", "text"),
    [
        (0x0C, "Ü".encode(), "Ü"),
        (0x13, b"U", "U"),
        (0x14, b"\xdc", "Ü"),
        (0x1E, b"\x00\xdc", "Ü"),
        (0x0C, b"x" * 300, "x" * 300),
        (0x0C, b"", ""),
    ],
)
def test_names_of_any_string_type_and_length(tag: int, value: bytes, text: str) -> None:
    assert subject_replaced(wrap(0x30, attribute(b"\x55\x04\x03", tag, value))).common_name == text


def test_two_attributes_in_one_set_are_both_seen() -> None:
    pairs = [wrap(0x30, wrap(0x06, b"\x55\x04\x06") + wrap(0x13, each)) for each in (b"UT", b"XK")]
    assert subject_replaced(wrap(0x30, wrap(0x31, b"".join(pairs)))).countries == ("UT", "XK")


def test_country_of_three_letters_is_read_and_refused_by_the_facts() -> None:
    leaf = subject_replaced(wrap(0x30, attribute(b"\x55\x04\x06", 0x13, b"UTO")))
    facts = examine_chain(leaf, [], [KIT.iaca.certificate], AT, DOCUMENT_SIGNER)
    assert (leaf.country, facts.country_ok) == ("UTO", False)


@pytest.mark.parametrize(
    "subject",
    [
        wrap(0x30, attribute(b"\x55\x04\x03", 0x13, b"\xff")),
        wrap(0x30, attribute(b"\x55\x04\x03", 0x1E, b"\xd8")),
        wrap(0x30, attribute(b"\x55\x04\x03", 0x02, b"\x01")),
        wrap(0x30, wrap(0x31, b"")),
        wrap(0x30, wrap(0x30, b"")),
    ],
    ids=["printable-ff", "half-bmp", "integer", "empty-set", "sequence"],
)
def test_broken_names_are_unreadable(subject: bytes) -> None:
    der = retouch(DS.der, lambda parts: [*parts[:5], subject, *parts[6:]], KIT.key("iaca"))
    assert code_of(der) == "certificate.unreadable"
