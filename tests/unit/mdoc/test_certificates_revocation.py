"""Revocation lists: believed only if the CA signed them, and never more than they say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from counterproof.mdoc.certificates.build_crl import Revocation, build_crl
from counterproof.mdoc.certificates.chain import ChainFacts, examine_chain
from counterproof.mdoc.certificates.profile import DOCUMENT_SIGNER
from counterproof.mdoc.certificates.revocation import CertificateList, newest_list
from counterproof.mdoc.errors import LimitError, MalformedError, UnsupportedError, UsageError
from tests.kit.certificates import AT, CertificateKit, retouch

KIT = CertificateKit()
DS = KIT.document_signer()
DAY = timedelta(days=1)
ROOT = KIT.iaca.certificate


def crl(*serials: int, start: int = -10, end: int = 20, number: int = 1) -> CertificateList:
    revocations = [Revocation(s, AT - DAY * 60, x509.ReasonFlags.key_compromise) for s in serials]
    return build_crl(
        KIT.iaca, revocations, number=number, this_update=AT + DAY * start, next_update=AT + DAY * end
    )


def facts(*crls: CertificateList) -> ChainFacts:
    return examine_chain(DS, [], [ROOT], AT, DOCUMENT_SIGNER, crls=crls)


def test_on_no_current_list() -> None:
    found = facts(crl(DS.serial + 1))
    assert found.not_revoked is True
    assert found.problems == ()


def test_revoked() -> None:
    found = facts(crl(DS.serial))
    assert (found.not_revoked, found.detail) == (False, "certificate.revoked")


def test_no_list() -> None:
    found = facts()
    assert (found.not_revoked, found.detail) == (None, "certificate.revocation-unknown")


@pytest.mark.parametrize(("start", "end"), [(-30, -1), (1, 30)])
def test_a_list_that_is_not_current_settles_nothing(start: int, end: int) -> None:
    found = facts(crl(start=start, end=end))
    assert (found.not_revoked, found.detail) == (None, "certificate.revocation-stale")


def test_a_stale_list_still_knows_who_was_revoked() -> None:
    assert facts(crl(DS.serial, start=-30, end=-1)).not_revoked is False


def test_the_newest_list_counts() -> None:
    old, new = crl(start=-20), crl(DS.serial, start=-10, number=2)
    assert facts(new, old).not_revoked is False
    assert facts(old, new).not_revoked is False
    assert newest_list(ROOT, [old, new]) == new
    same_time = crl(start=-10, number=3)
    assert newest_list(ROOT, [new, same_time]) == same_time


def test_a_list_of_another_ca_settles_nothing() -> None:
    foreign = build_crl(KIT.reader_ca, [], number=1, this_update=AT - DAY, next_update=AT + DAY)
    assert facts(foreign).detail == "certificate.revocation-unknown"


def test_a_forged_list_of_the_same_name_is_not_believed() -> None:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ROOT.native.subject)
        .last_update(AT - DAY)
        .next_update(AT + DAY)
    )
    signed = builder.sign(KIT.key("impostor"), SHA256()).public_bytes(Encoding.DER)
    forged = CertificateList.from_der(signed)
    assert not forged.is_signed_by(ROOT)
    assert facts(forged).not_revoked is None


def test_a_ca_without_the_right_signs_no_list() -> None:
    plan = (
        KIT.plan(ROOT)
        .without(x509.KeyUsage)
        .extended(
            x509.KeyUsage(
                digital_signature=False,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=True,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    assert crl().is_signed_by(ROOT)
    assert not crl().is_signed_by(plan.sign())


def test_a_list_without_an_end_is_never_current() -> None:
    endless = retouch(crl().der, lambda parts: [*parts[:4], *parts[5:]], KIT.key("iaca"))
    listed = CertificateList.from_der(endless)
    assert (listed.next_update, listed.is_signed_by(ROOT), listed.is_current(AT)) == (None, True, False)
    assert facts(listed).detail == "certificate.revocation-stale"


def test_ends_of_a_list_are_inside() -> None:
    listed = crl()
    assert listed.is_current(AT)
    assert listed.is_current(listed.this_update - timedelta(seconds=60))  # our clock may be behind
    assert not listed.is_current(listed.this_update - timedelta(seconds=61))
    assert listed.is_current(AT + DAY * 20)
    assert not listed.is_current(AT + DAY * 20 + timedelta(seconds=1))


@pytest.mark.parametrize(
    "extension",
    [
        x509.DeltaCRLIndicator(1),
        x509.IssuingDistributionPoint(None, None, False, True, None, False, False),  # noqa: FBT003
    ],
)
def test_partial_lists_are_refused(extension: x509.ExtensionType) -> None:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ROOT.native.subject)
        .last_update(AT - DAY)
        .next_update(AT + DAY)
        .add_extension(extension, critical=True)
    )
    signed = builder.sign(KIT.key("iaca"), SHA256()).public_bytes(Encoding.DER)
    with pytest.raises(UnsupportedError) as caught:
        CertificateList.from_der(signed)
    assert caught.value.code == "certificate.crl-partial"


def test_no_mutated_list_is_believed() -> None:
    der = crl(DS.serial).der
    readable = 0
    for position in range(len(der)):
        mutated = bytearray(der)
        mutated[position] ^= 0x01
        try:
            listed = CertificateList.from_der(bytes(mutated))
        except MalformedError:
            continue
        readable += 1
        assert not listed.is_signed_by(ROOT) or listed.native.tbs_certlist_bytes in der
        examine_chain(DS, [], [ROOT], AT, DOCUMENT_SIGNER, crls=[listed])
    assert readable > 50


@pytest.mark.parametrize("data", [b"", b"\x30\x00", DS.der, crl().der[:-1], crl().der + b"\x00"])
def test_unreadable(data: bytes) -> None:
    with pytest.raises(MalformedError) as caught:
        CertificateList.from_der(data)
    assert caught.value.code == "certificate.crl-unreadable"


def test_too_large() -> None:
    with pytest.raises(LimitError) as caught:
        CertificateList.from_der(bytes(8_388_609))
    assert caught.value.code == "certificate.crl-too-large"


@pytest.mark.parametrize(("start", "end"), [(0, 91), (0, 0), (1, 0)])
def test_a_list_holds_for_90_days_at_most(start: int, end: int) -> None:
    with pytest.raises(UsageError) as caught:
        crl(start=start, end=end)
    assert caught.value.code == "certificate.crl-life"


@pytest.mark.parametrize("serials", [(5, 5), (ROOT.serial,)])
def test_revocations_that_make_no_sense(serials: tuple[int, ...]) -> None:
    with pytest.raises(UsageError) as caught:
        crl(*serials)
    assert caught.value.code == "certificate.crl-revocation"


def test_a_revocation_in_the_future() -> None:
    with pytest.raises(UsageError) as caught:
        build_crl(KIT.iaca, [Revocation(5, AT)], number=1, this_update=AT - DAY, next_update=AT + DAY)
    assert caught.value.code == "certificate.crl-revocation"


def test_form_of_a_built_list() -> None:
    listed = crl(DS.serial, 99, number=7)
    assert listed.issuer == ROOT.subject
    assert listed.number == 7
    assert listed == CertificateList.from_der(listed.der)
    assert crl(DS.serial, 99, number=7).der == listed.der
    assert listed.lists(99)
    assert not listed.lists(98)
    assert len(listed.der) < 350
