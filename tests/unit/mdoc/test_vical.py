"""VICAL: built and read back, lenient to quirks, strict to signers, dates and rollback."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from counterproof.mdoc.cbor import Spliced, decode_exact, encode
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.errors import LimitError, MalformedError, UnsupportedError, UsageError
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists.signed_list import Issue, succession_fault
from counterproof.mdoc.lists.standing import Standing
from counterproof.mdoc.lists.vical import (
    IACA_PROFILE,
    Vical,
    VicalEntry,
    VicalFinding,
    build_vical,
    examine_vical,
)
from tests.kit.certificates import AT, CertificateKit, key_usage, purposes, with_serial
from tests.kit.lists import ABSENT, ISSUED, MDL, WEEK, ListKit

if TYPE_CHECKING:
    from collections.abc import Callable

KIT = ListKit()
IACA = KIT.kit.iaca.certificate
OTHER_IACA = CertificateKit("elsewhere").iaca.certificate
SECOND = timedelta(seconds=1)


def examine(data: bytes, at: datetime = AT, **changes: Any) -> VicalFinding:
    return examine_vical(data, at=at, **{"anchors": [KIT.root], **changes})


def members(data: bytes) -> dict[str, Any]:
    payload: dict[str, Any] = decode_exact(decode_exact(data, bignum=True)[2], bignum=True)
    return payload


def test_a_built_list_is_proven_and_its_authorities_are_anchors() -> None:
    entries = [
        VicalEntry(IACA, (MDL, "org.example.1"), (IACA_PROFILE,), "Utopia", "UT", "UT-1"),
        VicalEntry(OTHER_IACA, ("org.example.1",)),
    ]
    found = examine(KIT.vical(entries, url="https://lists.utopia.example/vical"))
    assert (found.standing, found.code, found.notices) == (Standing.ACCEPTED, "ok", ())
    assert found.verified is not None
    assert found.verified.vical.entries == tuple(entries)
    assert found.verified.vical.head == KIT.head(url="https://lists.utopia.example/vical")
    assert found.verified.anchors_for(MDL) == (IACA,)
    assert found.verified.anchors_for("org.example.1") == (IACA, OTHER_IACA)
    assert found.verified.anchors_for("org.example.2") == ()
    assert found.verified.signer.trust_point == KIT.root


def test_a_built_list_has_the_bytes_of_the_standard() -> None:
    data = KIT.vical()
    protected, unprotected, payload, signature = decode_exact(data, bignum=True)
    assert protected == encode({1: -7})
    assert unprotected == {33: KIT.certificate.der}
    assert len(signature) == 64
    assert payload[0] >> 5 == 5  # the map itself, not tag 24
    entry = members(data)["certificateInfos"][0]
    assert entry["serialNumber"] == IACA.serial
    assert (entry["ski"], entry["issuer"], entry["subject"]) == (IACA.ski, IACA.issuer, IACA.subject)
    serial = IACA.serial.to_bytes((IACA.serial.bit_length() + 7) // 8, "big")
    assert b"serialNumber\xc2" + encode(serial) in data


def test_the_signer_itself_may_be_pinned() -> None:
    found = examine(KIT.vical(), anchors=[KIT.certificate])
    assert found.standing is Standing.ACCEPTED
    assert found.verified is not None
    assert found.verified.signer.trust_point == KIT.certificate


@pytest.mark.parametrize(
    "quirk",
    [
        {"serialNumber": 5},
        {"serialNumber": Spliced(b"\xc2\x41\x05")},
        {"serialNumber": ABSENT},
        {"ski": b"\x04\x14" + bytes(20)},
        {"ski": ABSENT},
        {"issuer": ABSENT, "subject": ABSENT, "notBefore": ABSENT, "notAfter": ABSENT},
        {"Extensions": {}},
        {"extensions": {"org.example": 1}},
    ],
)
def test_quirks_beside_the_certificate_are_borne(quirk: dict[str, Any]) -> None:
    found = examine(KIT.bent({}, entry=quirk))
    assert found.verified is not None
    assert found.verified.anchors_for(MDL) == (IACA,)


def test_the_root_may_stand_in_the_chain() -> None:
    assert examine(KIT.bent({}, chain=[KIT.certificate, KIT.root])).standing is Standing.ACCEPTED


def test_both_spellings_of_the_address_are_read() -> None:
    assert Vical.from_bytes(KIT.bent({"vicalURI": "https://a"})).head.url == "https://a"
    assert (
        Vical.from_bytes(KIT.bent({"vicalURL": "https://b", "vicalURI": "https://a"})).head.url == "https://b"
    )


def test_an_entry_of_another_profile_is_no_issuer() -> None:
    link = VicalEntry(OTHER_IACA, (MDL,), ("urn:oid:1.0.18013.5.1.4",))
    found = examine(KIT.vical([VicalEntry(IACA, (MDL,)), link]))
    assert found.verified is not None
    assert found.verified.anchors_for(MDL) == (IACA,)


def test_a_certificate_that_cannot_be_read_does_not_take_the_others_along() -> None:
    bad = with_serial(OTHER_IACA.der, b"\x00", CertificateKit("elsewhere").key("iaca"))
    info = VicalEntry(IACA, (MDL,)).to_map()
    data = KIT.bent(
        {"certificateInfos": [{"certificate": bad, "docType": [MDL]}, info, {**info, "certificate": b"\x30"}]}
    )
    found = examine(data)
    assert found.notices == ("vical.entry-skipped",)
    assert found.verified is not None
    assert found.verified.anchors_for(MDL) == (IACA,)
    assert [tuple(each) for each in found.verified.vical.skipped] == [
        (0, "certificate.serial-not-positive"),
        (2, "certificate.unreadable"),
    ]


def test_the_entries_of_a_list_that_nobody_signed_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of certificates take seconds to read, and anybody can put them together."""
    read: list[bytes] = []
    entries = [VicalEntry(IACA, (MDL,)).to_map()] * 50
    honest = KIT.bent({"certificateInfos": entries})
    stranger = ListKit("stranger")
    strange = stranger.bent({"certificateInfos": entries})
    monkeypatch.setattr(Certificate, "from_der", _remembering(read))
    found = examine(honest[:-1] + bytes([honest[-1] ^ 1]))
    assert (found.standing, found.code) == (Standing.REFUSED, "vical.signature")
    assert read == [KIT.certificate.der]
    found = examine(strange)
    assert (found.standing, found.code) == (Standing.REFUSED, "vical.signer-untrusted")
    assert read == [KIT.certificate.der, stranger.certificate.der]
    assert examine(honest).standing is Standing.ACCEPTED
    assert read.count(IACA.der) == 50


def _remembering(read: list[bytes]) -> Callable[[bytes], Certificate]:
    honest = Certificate.from_der

    def from_der(der: bytes) -> Certificate:
        read.append(der)
        return honest(der)

    return from_der


def test_a_payload_that_nobody_signed_is_not_read() -> None:
    found = examine(encode([b"\xa1\x01\x26", {}, b"\x80", bytes(64)]))
    assert (found.standing, found.code) == (Standing.REFUSED, "vical.signer-missing")


def test_an_empty_list_trusts_nobody() -> None:
    found = examine(KIT.vical([]))
    assert found.standing is Standing.ACCEPTED
    assert found.verified is not None
    assert found.verified.issuers == ()


BENT: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"version": "2.0"}, {}, "mdoc.version"),
    ({"version": 1}, {}, "mdoc.version-form"),
    ({"vicalProvider": ABSENT}, {}, "mdoc.member"),
    ({"date": ABSENT}, {}, "mdoc.member"),
    ({"date": "2026-06-01T02:00:00Z"}, {}, "mdoc.member"),
    ({"date": Spliced(b"\xc0" + encode("yesterday"))}, {}, "cbor.date"),
    ({"nextUpdate": 5}, {}, "mdoc.member"),
    ({"notAfter": None}, {}, "mdoc.member"),
    ({"vicalIssueID": -1}, {}, "mdoc.member"),
    ({"vicalIssueID": "7"}, {}, "mdoc.member"),
    ({"vicalIssueID": True}, {}, "mdoc.member"),
    ({"vicalIssueID": 2**63}, {}, "mdoc.member"),
    ({"vicalURL": 5}, {}, "mdoc.member"),
    ({"certificateInfos": ABSENT}, {}, "mdoc.member"),
    ({"certificateInfos": {}}, {}, "mdoc.member"),
    ({"certificateInfos": [5]}, {}, "mdoc.form"),
    ({}, {"certificate": ABSENT}, "mdoc.member"),
    ({}, {"certificate": "text"}, "mdoc.member"),
    ({}, {"docType": ABSENT}, "mdoc.form"),
    ({}, {"docType": []}, "mdoc.form"),
    ({}, {"docType": MDL}, "mdoc.form"),
    ({}, {"docType": [5]}, "mdoc.name"),
    ({}, {"docType": ["x" * 129]}, "mdoc.name-length"),
    ({}, {"certificateProfile": []}, "mdoc.form"),
    ({}, {"issuingCountry": 5}, "mdoc.member"),
]


@pytest.mark.parametrize(("head", "entry", "code"), BENT)
def test_a_bent_list_is_unreadable(head: dict[str, Any], entry: dict[str, Any], code: str) -> None:
    data = KIT.bent(head, entry=entry)
    found = examine(data)
    assert (found.standing, found.code, found.verified) == (Standing.UNREADABLE, code, None)
    with pytest.raises(MalformedError) as caught:
        Vical.from_bytes(data)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "cbor.truncated"),
        (b"\x80", "cose.form"),
        (encode([b"\xa1\x01\x26", {}, None, bytes(64)]), "mdoc.form"),
        (b"\xd2" + KIT.vical(), "cbor.tag"),
        (KIT.vical() + b"\x00", "cbor.trailing-bytes"),
    ],
)
def test_what_is_no_list_is_unreadable(data: bytes, code: str) -> None:
    assert (examine(data).standing, examine(data).code) == (Standing.UNREADABLE, code)


def test_too_many_entries_are_refused() -> None:
    with pytest.raises(LimitError) as caught:
        Vical.from_bytes(KIT.bent({"certificateInfos": [0] * (LIMITS.list_entries + 1)}))
    assert caught.value.code == "mdoc.count"


def test_an_unknown_major_version_is_unsupported() -> None:
    with pytest.raises(UnsupportedError):
        Vical.from_bytes(KIT.bent({"version": "2.0"}))


@pytest.mark.parametrize(
    ("usage", "code"),
    [
        (key_usage("content_commitment"), ""),
        (key_usage("digital_signature"), ""),
        (key_usage("key_cert_sign"), "certificate.key-usage"),
        (key_usage("content_commitment", "crl_sign"), "certificate.key-usage"),
    ],
)
def test_key_usage_of_the_signer(usage: Any, code: str) -> None:
    certificate = KIT.kit.plan(KIT.certificate, KIT.kit.vical_ca).extended(usage, critical=True).sign()
    assert examine(KIT.bent({}, chain=[certificate])).detail == code


@pytest.mark.parametrize("purpose", ["1.0.18013.5.1.2", "1.0.18013.5.1.6", "2.5.29.37.0"])
@pytest.mark.parametrize("pinned", [False, True])
def test_a_certificate_for_another_purpose_signs_no_list(purpose: str, pinned: bool) -> None:  # noqa: FBT001
    plan = KIT.kit.plan(KIT.certificate, KIT.kit.vical_ca)
    certificate = plan.extended(purposes(purpose), critical=True).sign()
    found = examine(KIT.bent({}, chain=[certificate]), anchors=[certificate if pinned else KIT.root])
    assert (found.code, found.detail) == ("vical.signer-untrusted", "certificate.eku")


@pytest.mark.parametrize("end", [{"not_after": AT - SECOND}, {"not_before": AT + SECOND}])
@pytest.mark.parametrize("pinned", [False, True])
def test_a_signer_out_of_its_time_signs_no_list(end: dict[str, Any], pinned: bool) -> None:  # noqa: FBT001
    certificate = KIT.kit.plan(KIT.certificate, KIT.kit.vical_ca).but(**end).sign()
    found = examine(KIT.bent({}, chain=[certificate]), anchors=[certificate if pinned else KIT.root])
    assert (found.standing, found.code) == (Standing.REFUSED, "vical.signer-untrusted")
    assert found.detail in ("certificate.expired", "certificate.not-yet-valid")


def test_an_impostor_with_the_same_names_is_refused() -> None:
    impostor = ListKit("impostor")
    assert impostor.root.subject == KIT.root.subject
    found = examine(impostor.vical())
    assert (found.standing, found.code, found.verified) == (Standing.REFUSED, "vical.signer-untrusted", None)


def test_an_issuing_authority_is_no_provider_of_lists() -> None:
    ds_signer = SoftwareSigner(KIT.kit.key("ds"))
    data = KIT.bent({}, chain=[KIT.kit.document_signer()], signer=ds_signer)
    assert examine(data, anchors=[IACA]).code == "vical.signer-untrusted"
    root_signer = SoftwareSigner(KIT.kit.vical_ca.private_key)
    data = KIT.bent({}, chain=[KIT.root], signer=root_signer)
    assert examine(data).code == "vical.signer-untrusted"


def test_a_wrong_signature_and_a_missing_chain_are_refused() -> None:
    stranger = SoftwareSigner(ec.generate_private_key(ec.SECP256R1()))
    assert examine(KIT.bent({}, signer=stranger)).code == "vical.signature"
    assert examine(KIT.bent({}, chain=[])).code == "vical.signer-missing"


def test_no_anchor_proves_nothing() -> None:
    assert examine(KIT.vical(), anchors=[]).code == "vical.signer-untrusted"


def test_dates_settle_how_a_list_stands() -> None:
    data = KIT.vical()
    assert examine(data, ISSUED - timedelta(seconds=60)).code == "ok"
    early = examine(data, ISSUED - timedelta(seconds=61))
    assert (early.standing, early.code) == (Standing.REFUSED, "vical.issued-in-future")
    assert examine(data, ISSUED + WEEK).notices == ()
    due = examine(data, ISSUED + WEEK + SECOND)
    assert (due.standing, due.notices) == (Standing.ACCEPTED, ("vical.update-due",))
    assert due.verified is not None
    assert examine(data, ISSUED + 4 * WEEK).code == "ok"
    lapsed = examine(data, ISSUED + 4 * WEEK + SECOND)
    assert (lapsed.standing, lapsed.code, lapsed.verified) == (Standing.UNDECIDED, "vical.lapsed", None)


@pytest.mark.parametrize(
    ("offered", "code"),
    [
        ({"issue_id": 6}, "vical.older"),
        ({"issue_id": 6, "date": ISSUED + SECOND}, "vical.older"),
        ({"issue_id": 8, "date": ISSUED - SECOND}, "vical.older"),
        ({"date": ISSUED + SECOND}, "vical.same-issue"),
        ({"issue_id": None, "date": ISSUED - SECOND}, "vical.older"),
        ({"issue_id": None}, "vical.same-issue"),
        ({"issue_id": 8, "provider": "Somebody"}, "vical.other-provider"),
        ({}, "ok"),
        ({"issue_id": 8}, "ok"),
        ({"issue_id": 8, "date": ISSUED + SECOND}, "ok"),
        ({"issue_id": None, "date": ISSUED + SECOND}, "ok"),
    ],
)
def test_an_installed_list_gives_way_only_to_a_newer_one(offered: dict[str, Any], code: str) -> None:
    installed = Vical.from_bytes(KIT.vical())
    found = examine(KIT.vical(**offered), installed=installed)
    assert found.code == code
    assert found.standing is (Standing.ACCEPTED if code == "ok" else Standing.REFUSED)


def test_the_same_issue_with_another_authority_is_refused() -> None:
    installed = Vical.from_bytes(KIT.vical())
    found = examine(KIT.vical([VicalEntry(OTHER_IACA, (MDL,))]), installed=installed)
    assert (found.standing, found.code) == (Standing.REFUSED, "vical.same-issue")


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 1)), min_size=2, max_size=6))
def test_no_sequence_of_issues_leads_back(offers: list[tuple[int, int, int]]) -> None:
    held: Issue | None = None
    for number, minutes, content in offers:
        head = KIT.head(issue_id=number, date=ISSUED + timedelta(minutes=minutes))
        new = Issue(head, bytes([number, minutes, content]))
        if held is None or not succession_fault(held, new):
            assert held is None or held == new or held.head.issue_id < number  # type: ignore[operator]  # ints here
            assert held is None or held.head.date <= head.date
            held = new


HONEST = KIT.vical()


@settings(max_examples=200)
@given(st.integers(0, 8 * len(HONEST) - 1))
def test_no_list_with_a_flipped_bit_is_ever_believed(place: int) -> None:
    flipped = bytearray(HONEST)
    flipped[place // 8] ^= 1 << place % 8
    found = examine(bytes(flipped))
    assert found.verified is None
    assert found.standing in (Standing.REFUSED, Standing.UNREADABLE)


@settings(max_examples=150)
@given(st.binary(max_size=150))
def test_no_bytes_at_all_raise(data: bytes) -> None:
    assert examine(data).standing is Standing.UNREADABLE


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"chain": []}, "vical.signer-unusable"),
        ({"chain": [KIT.root]}, "vical.signer-unusable"),
        ({"head": KIT.head(provider="")}, "vical.times-unusable"),
        ({"head": KIT.head(next_update=ISSUED)}, "vical.times-unusable"),
        ({"head": KIT.head(not_after=ISSUED - SECOND)}, "vical.times-unusable"),
        ({"head": KIT.head(next_update=ISSUED + 5 * WEEK)}, "vical.times-unusable"),
        ({"entries": [VicalEntry(IACA, ())]}, "vical.doc-types-unusable"),
        ({"entries": [VicalEntry(IACA, (MDL,)), VicalEntry(IACA, ("x",))]}, "vical.entry-twice"),
        ({"entries": [VicalEntry(replace(IACA, ski=None), (MDL,))]}, "mdoc.no-key-identifier"),
    ],
)
def test_a_list_that_nobody_could_use_is_not_built(change: dict[str, Any], code: str) -> None:
    honest: dict[str, Any] = {
        "chain": [KIT.certificate],
        "head": KIT.head(),
        "entries": [VicalEntry(IACA, (MDL,))],
    }
    parts = {**honest, **change}
    with pytest.raises(UsageError) as caught:
        build_vical(KIT.signer, parts.pop("chain"), **parts)
    assert caught.value.code == code
