"""The answers: VALID only if everything is proven and fresh, and each way to fail has its code."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from counterproof.mdoc.certificates.revocation import CertificateList
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.errors import CryptoError, MalformedError
from counterproof.mdoc.lists.standing import Standing
from counterproof.mdoc.lists.status_check import (
    VerifiedStatusList,
    examine_status_token,
    judge_status,
    verify_status_token,
)
from counterproof.mdoc.lists.status_finding import StatusAnswer, StatusFinding
from counterproof.mdoc.lists.status_token import StatusListToken
from tests.kit.certificates import AT, CertificateKit, key_usage, purposes
from tests.kit.lists import ABSENT, DAY, ISSUED, URI, WEEK, StatusKit

if TYPE_CHECKING:
    from counterproof.mdoc.certificates.model import Certificate

KIT = StatusKit()
SECOND = timedelta(seconds=1)


def examine(data: bytes, index: int = 412, at: datetime = AT, **changes: Any) -> StatusFinding:
    honest: dict[str, Any] = {"uri": URI, "anchors": [KIT.anchor]}
    return examine_status_token(data, index=index, at=at, **{**honest, **changes})


def proven(data: bytes | None = None, at: datetime = AT) -> VerifiedStatusList:
    token = StatusListToken.from_bytes(KIT.token({412: 1}) if data is None else data)
    return verify_status_token(token, anchors=[KIT.anchor], at=at)


def judge(
    verified: VerifiedStatusList | None, index: int = 411, at: datetime = AT, **changes: Any
) -> StatusFinding:
    honest: dict[str, Any] = {"uri": URI, "trust_point": KIT.anchor}
    return judge_status(verified, index=index, at=at, **{**honest, **changes})


def test_a_fresh_proven_zero_is_valid() -> None:
    found = examine(KIT.token({412: 1}), index=411)
    expected = StatusFinding(StatusAnswer.VALID, "ok", Standing.ACCEPTED, 0, ISSUED, 36_000)
    assert found == expected
    assert not found.refuses
    assert not found.is_aged


@pytest.mark.parametrize(
    ("bits", "value", "answer", "code"),
    [
        (1, 1, StatusAnswer.INVALID, "status.revoked"),
        (2, 1, StatusAnswer.INVALID, "status.revoked"),
        (2, 2, StatusAnswer.SUSPENDED, "status.suspended"),
        (2, 3, StatusAnswer.OTHER, "status.application-specific"),
        (4, 4, StatusAnswer.OTHER, "status.reserved"),
        (4, 11, StatusAnswer.OTHER, "status.reserved"),
        (4, 12, StatusAnswer.OTHER, "status.application-specific"),
        (8, 15, StatusAnswer.OTHER, "status.application-specific"),
        (8, 16, StatusAnswer.OTHER, "status.reserved"),
        (8, 255, StatusAnswer.OTHER, "status.reserved"),
    ],
)
def test_every_other_value_is_not_valid(bits: int, value: int, answer: StatusAnswer, code: str) -> None:
    found = examine(KIT.token({412: value}, bits=bits))
    assert (found.answer, found.code, found.value) == (answer, code, value)
    assert found.standing is Standing.ACCEPTED
    assert found.refuses


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_no_value_but_zero_is_ever_valid(bits: int) -> None:
    verified = proven(KIT.token({index: index for index in range(2**bits)}, bits=bits))
    answers = [judge(verified, index).answer for index in range(2**bits)]
    assert [index for index, answer in enumerate(answers) if answer is StatusAnswer.VALID] == [0]


def test_no_list_is_missing_and_undecided() -> None:
    found = judge(None)
    assert (found.answer, found.code, found.standing) == (
        StatusAnswer.UNKNOWN,
        "status.missing",
        Standing.UNDECIDED,
    )
    assert not found.refuses


@pytest.mark.parametrize("index", [411, 412])
@pytest.mark.parametrize("late", [timedelta(), SECOND, timedelta(days=90)])
def test_an_expired_list_says_nothing_not_even_revoked(index: int, late: timedelta) -> None:
    found = judge(proven(), index, ISSUED + WEEK + late)
    assert (found.answer, found.code, found.value) == (StatusAnswer.UNKNOWN, "status.expired", None)
    assert found.standing is Standing.UNDECIDED
    assert found.age == (WEEK + late).total_seconds()
    assert found.issued_at == ISSUED


def test_the_last_second_before_the_end_still_counts() -> None:
    assert judge(proven(), at=ISSUED + WEEK - SECOND).answer is StatusAnswer.VALID


def test_an_old_list_is_stale_where_the_policy_says_how_old() -> None:
    assert judge(proven(), at=ISSUED + 2 * DAY, max_age=2 * DAY).answer is StatusAnswer.VALID
    found = judge(proven(), at=ISSUED + 2 * DAY + SECOND, max_age=2 * DAY)
    assert (found.answer, found.code, found.standing) == (
        StatusAnswer.UNKNOWN,
        "status.stale",
        Standing.UNDECIDED,
    )


def test_a_passed_ttl_is_a_notice_with_the_age() -> None:
    assert judge(proven(), at=ISSUED + DAY).notices == ()
    found = judge(proven(), at=ISSUED + DAY + SECOND)
    assert (found.answer, found.notices, found.age) == (StatusAnswer.VALID, ("status.ttl-passed",), 86_401)
    assert found.is_aged
    assert not judge(proven(KIT.token(ttl=None)), at=ISSUED + 3 * DAY).is_aged


def test_a_list_from_the_future_is_refused_beyond_the_skew() -> None:
    verified = proven(KIT.token(issued_at=AT + timedelta(seconds=60)))
    ok = judge(verified)
    assert (ok.answer, ok.age) == (StatusAnswer.VALID, 0)
    found = judge(verified, skew=timedelta(seconds=59))
    assert (found.answer, found.code, found.standing) == (
        StatusAnswer.UNKNOWN,
        "status.issued-in-future",
        Standing.REFUSED,
    )


def test_a_list_without_an_end_is_refused() -> None:
    found = examine(KIT.bent(claims={4: ABSENT}), index=411)
    assert (found.answer, found.code, found.standing) == (
        StatusAnswer.UNKNOWN,
        "status.no-expiry",
        Standing.REFUSED,
    )


@pytest.mark.parametrize("index", [-1, 1024, 2**31 - 1, True])
def test_an_index_outside_refuses_the_credential(index: int) -> None:
    found = judge(proven(), index)
    assert (found.answer, found.code, found.value) == (StatusAnswer.UNKNOWN, "status.index-range", None)
    assert found.standing is Standing.REFUSED
    assert found.refuses


@pytest.mark.parametrize("uri", ["", URI + "/", URI.upper(), "https://status.utopia.example/2"])
def test_another_list_proves_nothing(uri: str) -> None:
    found = judge(proven(), uri=uri)
    assert (found.answer, found.code, found.standing) == (
        StatusAnswer.UNKNOWN,
        "status.wrong-list",
        Standing.REFUSED,
    )


def test_the_list_of_another_trusted_authority_proves_nothing() -> None:
    other = StatusKit("elsewhere")
    verified = verify_status_token(
        StatusListToken.from_bytes(other.token()), anchors=[KIT.anchor, other.anchor], at=AT
    )
    found = judge(verified)
    assert (found.answer, found.code, found.standing) == (
        StatusAnswer.UNKNOWN,
        "status.other-issuer",
        Standing.REFUSED,
    )
    assert judge(verified, trust_point=other.anchor).answer is StatusAnswer.VALID


def test_an_impostor_with_the_same_names_is_not_trusted() -> None:
    impostor = StatusKit("impostor")
    assert impostor.anchor.subject == KIT.anchor.subject
    found = examine(impostor.token(), index=411)
    assert (found.code, found.standing) == ("status.signer-untrusted", Standing.REFUSED)
    assert found.detail.startswith("certificate.")


def test_a_signature_of_another_key_under_the_right_certificate_is_refused() -> None:
    stranger = SoftwareSigner(ec.generate_private_key(ec.SECP256R1()))
    found = examine(KIT.bent(signer=stranger), index=411)
    assert (found.code, found.standing) == ("status.signature", Standing.REFUSED)


def test_an_algorithm_that_does_not_fit_the_key_is_refused() -> None:
    signer = SoftwareSigner(ec.generate_private_key(ec.SECP384R1()))
    assert examine(KIT.bent(signer=signer), index=411).code == "status.signature"


@pytest.mark.parametrize(
    ("headers", "code", "standing"),
    [
        ({33: ABSENT}, "status.signer-missing", Standing.REFUSED),
        ({33: b"\x30\x03\x02\x01\x01"}, "certificate.unreadable", Standing.UNREADABLE),
        ({33: []}, "cose.x5chain-form", Standing.UNREADABLE),
        ({33: 5}, "cose.x5chain-form", Standing.UNREADABLE),
        ({33: [KIT.certificate.der] * 4}, "cose.x5chain-size", Standing.UNREADABLE),
        ({33: KIT.anchor.der}, "status.signer-untrusted", Standing.REFUSED),
    ],
)
def test_a_chain_that_leads_nowhere_is_refused(
    headers: dict[int, Any], code: str, standing: Standing
) -> None:
    found = examine(KIT.bent(headers=headers), index=411)
    assert (found.answer, found.code, found.standing) == (StatusAnswer.UNKNOWN, code, standing)


def bent_certificate(**change: Any) -> Certificate:
    plan = KIT.kit.plan(KIT.certificate)
    if "extension" in change:
        plan = plan.extended(change.pop("extension"), critical=True)
    return plan.but(**change).sign()


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"extension": key_usage("content_commitment")}, "certificate.key-usage"),
        ({"extension": key_usage("key_cert_sign")}, "certificate.key-usage"),
        ({"extension": purposes("1.0.18013.5.1.6")}, "certificate.eku"),
        ({"extension": purposes("1.0.18013.5.1.8")}, "certificate.eku"),
        ({"extension": x509.BasicConstraints(ca=True, path_length=0)}, "certificate.leaf-is-ca"),
        ({"not_after": AT - SECOND}, "certificate.expired"),
        ({"not_before": AT + SECOND}, "certificate.not-yet-valid"),
        ({"not_after": AT + timedelta(days=1300)}, "certificate.life-too-long"),
    ],
)
def test_a_certificate_of_the_wrong_kind_is_not_trusted(change: dict[str, Any], detail: str) -> None:
    data = KIT.bent(headers={33: bent_certificate(**change).der})
    found = examine(data, index=411)
    assert (found.code, found.detail) == ("status.signer-untrusted", detail)


def test_a_revoked_signer_is_not_trusted_and_an_unknown_revocation_is_borne() -> None:
    crl = revocation_of(KIT.kit, KIT.certificate)
    found = examine(KIT.token(), index=411, crls=[crl])
    assert (found.code, found.detail) == ("status.signer-untrusted", "certificate.revoked")
    assert examine(KIT.token(), index=411, crls=[]).answer is StatusAnswer.VALID


def revocation_of(kit: CertificateKit, revoked: Certificate) -> CertificateList:
    entry = x509.RevokedCertificateBuilder().serial_number(revoked.serial).revocation_date(AT - DAY).build()
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(kit.iaca.certificate.native.subject)
        .last_update(AT - DAY)
        .next_update(AT + DAY)
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_revoked_certificate(entry)
    )
    signed = builder.sign(kit.iaca.private_key, SHA256())
    return CertificateList.from_der(signed.public_bytes(Encoding.DER))


def test_the_proof_is_looked_at_again_when_the_certificate_has_run_out() -> None:
    short = bent_certificate(not_after=AT + DAY)
    verified = proven(KIT.bent(headers={33: short.der}))
    assert judge(verified, at=AT + DAY).answer is StatusAnswer.VALID
    found = judge(verified, at=AT + DAY + SECOND)
    assert (found.code, found.detail) == ("status.signer-untrusted", "certificate.expired")


def test_a_named_certificate_may_be_the_signer_itself() -> None:
    found = examine(KIT.token({412: 1}), anchors=[KIT.certificate])
    assert found.answer is StatusAnswer.INVALID
    reader = KIT.kit.reader("status")
    data = KIT.bent(headers={33: reader.der})
    assert examine(data, anchors=[reader]).detail == "certificate.eku"


def test_a_pinned_root_does_not_sign_lists_itself() -> None:
    root_signer = SoftwareSigner(KIT.kit.iaca.private_key)
    data = KIT.bent(headers={33: KIT.anchor.der}, signer=root_signer)
    assert examine(data, index=411).code == "status.signer-untrusted"


def test_a_pinned_certificate_of_a_ca_is_not_trusted_as_signer() -> None:
    authority = bent_certificate(extension=x509.BasicConstraints(ca=True, path_length=0))
    data = KIT.bent(headers={33: authority.der})
    assert examine(data, index=411, anchors=[authority]).code == "status.signer-untrusted"


def test_nothing_is_inflated_before_the_signature_holds() -> None:
    bomb = zlib.compress(bytes(2**26), 9)
    stranger = SoftwareSigner(ec.generate_private_key(ec.SECP256R1()))
    data = KIT.bent(values={"lst": bomb}, signer=stranger)
    assert examine(data).code == "status.signature"
    assert examine(KIT.bent(values={"lst": bomb})).code == "status.inflated-size"
    with pytest.raises(CryptoError):
        verify_status_token(StatusListToken.from_bytes(data), anchors=[KIT.anchor], at=AT)
    with pytest.raises(MalformedError):
        verify_status_token(
            StatusListToken.from_bytes(KIT.bent(values={"lst": b"x"})), anchors=[KIT.anchor], at=AT
        )


def test_borne_deviations_are_told_with_the_answer() -> None:
    data = KIT.bent(headers={16: "statuslist+cwt", 33: ABSENT}, unprotected={33: KIT.certificate.der})
    found = examine(data, at=ISSUED + 2 * DAY)
    assert found.answer is StatusAnswer.INVALID
    assert found.notices == ("status.ttl-passed", "status.short-type", "status.chain-unprotected")


HONEST = KIT.token()


@settings(max_examples=250)
@given(st.integers(0, 8 * len(HONEST) - 1))
def test_no_token_with_a_flipped_bit_is_ever_believed(place: int) -> None:
    flipped = bytearray(HONEST)
    flipped[place // 8] ^= 1 << place % 8
    found = examine(bytes(flipped), index=411)
    assert found.answer is StatusAnswer.UNKNOWN
    assert found.standing in (Standing.REFUSED, Standing.UNREADABLE)


@settings(max_examples=150)
@given(st.binary(max_size=120), st.integers(-5, 5))
def test_no_bytes_at_all_raise(data: bytes, index: int) -> None:
    assert examine(b"\xd2" + data, index=index).standing is Standing.UNREADABLE


@given(st.integers(-(10**7), 10**7), st.integers(-3, 1030))
def test_valid_is_said_only_inside_the_life_of_the_list(seconds: int, index: int) -> None:
    at = ISSUED + timedelta(seconds=seconds)
    found = judge(LISTED, index, at)
    inside = -60 <= seconds < WEEK.total_seconds()
    assert (found.answer is StatusAnswer.VALID) == (inside and 0 <= index < 1024 and index != 412)
    assert (found.answer is StatusAnswer.INVALID) == (inside and index == 412)


LISTED = proven()


def test_a_finding_cannot_be_changed() -> None:
    found = judge(LISTED, 412)
    with pytest.raises(AttributeError):
        found.answer = StatusAnswer.VALID  # type: ignore[misc]  # that it is refused is the point
