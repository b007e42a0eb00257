"""The proofs of one document at their edges: moments, lists that run out or grow old, keys, MACs, status."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.cbor import EncodedCbor, FullDate, TDate, encode
from counterproof.mdoc.cose import ES384, CoseKey, CoseMac0
from counterproof.mdoc.device_signed import device_authentication
from counterproof.mdoc.errors import MalformedError
from counterproof.mdoc.session_keys import mac_key
from counterproof.mdoc.verification.checks import (
    CHAIN_CHECKS,
    NOT_RUN,
    PASSED,
    Check,
    CheckGroup,
    CheckId,
    Outcome,
    failed,
    settle,
    unsettled,
)
from counterproof.mdoc.verification.policy import CHAIN_INDEPENDENT, SESSION, Mode
from counterproof.mdoc.verification.report import Contents, Verdict, VerificationReport, decide
from counterproof.mdoc.verification.requested import RequestedDocument
from counterproof.mdoc.verification.status import StatusOpinion
from counterproof.mdoc.verification.trust import TrustAnchor, TrustedIssuers, TrustedKey
from counterproof.mdoc.verification.verifier import Presentation, verify_device_response
from tests.kit.certificates import AT
from tests.kit.factory.forge import DOC_TYPE, OTHER_SPACE, SPACE, Auth, EdSigner, Forge, wrapped

if TYPE_CHECKING:
    from counterproof.mdoc.verification.policy import VerificationPolicy

FORGE = Forge()
ANCHOR, LEAF = FORGE.agency.anchor, FORGE.agency.signer_certificate
RESPONSE = FORGE.response()
SECOND, TICK, DAY = timedelta(seconds=1), timedelta(microseconds=1), timedelta(days=1)
LISTED = {"status_list": {"idx": 5, "uri": "https://lists.example/1"}}
DAILY = replace(SESSION, max_evidence_age=DAY)
ACCEPTED = (Verdict.ACCEPTED, "ok", ())


class Opinion:
    """Lists that say one thing, and note for whom they were asked."""

    def __init__(self, good: bool | None = True, code: str = "ok", issued_at: datetime | None = None) -> None:  # noqa: FBT001, FBT002 - one of three answers
        self.said = StatusOpinion(good, code, issued_at)
        self.anchors: list[Any] = []

    def judge(self, reference: Any, anchor: Any, at: datetime, max_age: timedelta | None) -> StatusOpinion:
        """Say it."""
        del reference, at, max_age
        self.anchors.append(anchor)
        return self.said


def present(
    data: bytes = RESPONSE,
    anchor: TrustAnchor | None = None,
    policy: VerificationPolicy = SESSION,
    mode: Mode = Mode.SESSION,
    at: datetime = AT,
    **more: Any,
) -> VerificationReport:
    trust = more.pop("trust", None) or TrustedIssuers((anchor or TrustAnchor(ANCHOR),))
    shown = Presentation(mode, FORGE.transcript)
    return verify_device_response(data, shown, trust=trust, policy=policy, at=at, **more)


def said(report: VerificationReport) -> tuple[Any, ...]:
    return report.verdict, report.code, report.failed


def open_(check: CheckId, code: str) -> tuple[Any, ...]:
    return Verdict.UNDECIDED, code, (check,)


def dated(signed: datetime, valid_from: datetime, valid_until: datetime) -> bytes:
    return FORGE.shown(mso=FORGE.mso(validityInfo=FORGE.validity(signed, valid_from, valid_until)))


START, END = LEAF.not_before, LEAF.not_after


@pytest.mark.parametrize(
    ("times", "at", "failed_"),
    [
        ((AT, AT, AT + SECOND), AT, None),
        ((AT, AT, AT), AT, CheckId.VALIDITY_ORDER),
        ((AT, AT - SECOND, AT), AT, CheckId.VALIDITY_ORDER),
        ((START, START, AT), AT, None),
        ((START - SECOND, AT, AT + DAY), AT, CheckId.VALIDITY_SIGNER),
        ((END, END, END + DAY), END, None),
        ((AT, AT, AT + DAY), AT - TICK, CheckId.VALIDITY_FROM),
        ((AT - DAY, AT - DAY, AT), AT, None),
        ((AT - DAY, AT - DAY, AT), AT + TICK, CheckId.VALIDITY_UNTIL),
    ],
)
def test_a_validity_holds_at_both_its_ends_and_no_further(
    times: tuple[datetime, datetime, datetime], at: datetime, failed_: CheckId | None
) -> None:
    expected = ACCEPTED if failed_ is None else (Verdict.REFUSED, failed_.value, (failed_,))
    assert said(present(dated(*times), at=at)) == expected


def test_a_document_signed_behind_its_signers_end_is_refused_for_that() -> None:
    report = present(dated(END + SECOND, END + SECOND, END + DAY), at=END + SECOND)
    assert set(report.failed) == {CheckId.CHAIN_VALIDITY, CheckId.VALIDITY_SIGNER}


def test_of_a_bare_key_nothing_of_its_chain_is_known_and_all_else_is() -> None:
    trust = TrustedKey(FORGE.agency.signer.public_key)
    report = present(trust=trust)
    assert (report.verdict, report.code, report.failed) == (Verdict.REFUSED, "verification.not-run", ())
    assert set(report.not_run) == CHAIN_INDEPENDENT
    (document,) = report.documents
    chain = [check for check in document.checks if check.id in CHAIN_CHECKS]
    assert chain == [NOT_RUN[check] for check in sorted(CHAIN_CHECKS, key=list(CheckId).index)]
    bare = SESSION.unsafe_without(*CHAIN_INDEPENDENT)
    report = present(policy=bare, trust=trust)
    assert said(report) == ACCEPTED
    assert (report.verified[0].issuer, report.verified[0].anchor) == (None, None)
    other = TrustedKey(FORGE.device_key.public_key())
    assert said(present(policy=bare, trust=other))[1] == "issuer.signature"
    lists = Opinion()
    assert said(present(FORGE.shown(mso=FORGE.mso(status=LISTED)), policy=bare, trust=trust, statuses=lists))
    assert lists.anchors == [None]


LAPSED = open_(CheckId.TRUST_DOC_TYPE, "trust.list-out-of-date")
STALE = open_(CheckId.TRUST_DOC_TYPE, "trust.list-stale")
OLD = open_(CheckId.CHAIN_REVOCATION, "certificate.revocation-old")
FOREIGN = Verdict.REFUSED, "trust.doc-type", (CheckId.TRUST_DOC_TYPE,)


@pytest.mark.parametrize(
    ("ends", "doc_types", "expected"),
    [
        (((DOC_TYPE, AT),), None, LAPSED),
        (((DOC_TYPE, AT + TICK),), None, ACCEPTED),
        ((("other", AT - DAY),), None, ACCEPTED),
        ((("other", AT + DAY), (DOC_TYPE, AT)), frozenset({DOC_TYPE}), LAPSED),
        (((DOC_TYPE, AT),), frozenset({"other"}), FOREIGN),
        ((), frozenset({"other"}), FOREIGN),
        ((), frozenset({DOC_TYPE}), ACCEPTED),
    ],
)
def test_a_list_that_ran_out_leaves_open_what_it_alone_allows(
    ends: Any, doc_types: Any, expected: tuple[Any, ...]
) -> None:
    report = present(anchor=TrustAnchor(ANCHOR, doc_types, ends=ends))
    assert said(report) == expected
    assert {check.id for check in report.documents[0].checks if check.outcome is not Outcome.PASSED} == set(
        expected[2]
    )


YESTERDAY = AT - DAY


@pytest.mark.parametrize(
    ("dates", "heard", "expected"),
    [
        ((), None, ACCEPTED),
        (((DOC_TYPE, YESTERDAY),), YESTERDAY, ACCEPTED),
        (((DOC_TYPE, YESTERDAY - TICK),), None, STALE),
        ((("other", YESTERDAY - TICK),), None, ACCEPTED),
        ((), YESTERDAY - TICK, OLD),
        (
            ((DOC_TYPE, YESTERDAY - TICK),),
            YESTERDAY - TICK,
            (Verdict.UNDECIDED, OLD[1], (CheckId.CHAIN_REVOCATION, CheckId.TRUST_DOC_TYPE)),
        ),
    ],
)
def test_evidence_older_than_the_policy_bears_leaves_open_what_rests_on_it(
    dates: Any, heard: datetime | None, expected: tuple[Any, ...]
) -> None:
    anchor = TrustAnchor(ANCHOR, dates=dates, heard=heard)
    report = present(anchor=anchor, policy=DAILY)
    assert said(report) == expected
    every = [check.id for check in present().documents[0].checks]
    assert [check.id for check in report.documents[0].checks] == every
    assert said(present(anchor=anchor)) == ACCEPTED
    end = ((DOC_TYPE, AT),)
    both = present(anchor=replace(anchor, ends=end, doc_types=frozenset({"other"})), policy=DAILY)
    assert CheckId.TRUST_DOC_TYPE in both.failed
    assert both.verdict is Verdict.REFUSED


def test_a_document_with_a_status_shows_by_its_list_how_old_revocations_are() -> None:
    anchor = TrustAnchor(ANCHOR, heard=YESTERDAY - TICK)
    data = FORGE.shown(mso=FORGE.mso(status=LISTED))
    assert said(present(data, anchor, DAILY, statuses=Opinion())) == ACCEPTED
    report = present(anchor=TrustAnchor(Forge(12).agency.anchor), policy=DAILY)
    assert report.code == "certificate.untrusted"


def test_an_issuer_signs_with_what_the_policy_lets_in() -> None:
    other = replace(SESSION, algorithms=frozenset({ES384}))
    expected = Verdict.REFUSED, "issuer.algorithm", (CheckId.ISSUER_ALGORITHM,)
    assert said(present(policy=other)) == expected
    other = replace(SESSION, device_algorithms=frozenset({ES384}))
    assert said(present(policy=other)) == (Verdict.REFUSED, "device.method", (CheckId.DEVICE_METHOD,))


# Beside a session nothing is borne that only sessions have.

ONCE = SESSION.taking(Mode.TWO_WAY).unsafe_without(
    CheckId.EXCHANGE_CLOCK, CheckId.EXCHANGE_FRESH, CheckId.EXCHANGE_REPLAY
)
OWN = wrapped(encode({SPACE: {"phone": 1}}))
KEY = CoseKey.from_public_key(FORGE.device_key.public_key()).to_map()
MAY_SIGN = FORGE.issuer_signed(
    mso=FORGE.mso(deviceKeyInfo={"deviceKey": KEY, "keyAuthorizations": {"nameSpaces": [SPACE]}})
)
PAYLOAD = device_authentication(FORGE.transcript, DOC_TYPE, wrapped(b"\xa0"))


@pytest.mark.parametrize(
    ("parts", "check"),
    [
        ({}, None),
        (
            {"issuerSigned": MAY_SIGN, "deviceSigned": FORGE.device_signed(namespaces=OWN)},
            CheckId.DEVICE_AUTHORIZED,
        ),
        (
            {"deviceSigned": FORGE.device_signed(namespaces=EncodedCbor(b"\xa0", b"\xd8\x18\x58\x01\xa0"))},
            CheckId.DEVICE_AUTHORIZED,
        ),
        ({"deviceSigned": FORGE.device_signed(auth=Auth(payload=PAYLOAD))}, CheckId.DEVICE_AUTH),
    ],
)
def test_what_is_borne_in_a_session_is_borne_nowhere_else(parts: dict[str, Any], check: Any) -> None:
    data = FORGE.response(FORGE.document(**parts))
    assert said(present(data, policy=ONCE)) == ACCEPTED
    expected = ACCEPTED if check is None else (Verdict.REFUSED, check.value, (check,))
    assert said(present(data, policy=ONCE, mode=Mode.TWO_WAY)) == expected


READER = FORGE.kit.key("reader-ephemeral")


def maced(forge: Forge = FORGE, **parts: Any) -> bytes:
    """Return a response whose device answers by MAC, keyed for the reader."""
    key = mac_key(READER, FORGE.device_key.public_key(), FORGE.transcript)
    auth = {"deviceMac": CoseMac0.make(key, PAYLOAD).to_list()}
    return forge.response(
        forge.document(deviceSigned={"nameSpaces": wrapped(b"\xa0"), "deviceAuth": auth}, **parts)
    )


def test_a_mac_needs_the_readers_key_and_a_session() -> None:
    assert said(present(maced(), policy=ONCE, reader_key=READER)) == ACCEPTED
    method = Verdict.REFUSED, "device.method", (CheckId.DEVICE_METHOD,)
    report = present(maced(), policy=ONCE)
    assert said(report) == method
    assert CheckId.DEVICE_AUTH in report.not_run
    assert said(present(maced(), policy=ONCE, mode=Mode.TWO_WAY, reader_key=READER)) == method


def test_a_mac_is_between_keys_of_one_curve() -> None:
    proof = Verdict.REFUSED, "device.auth", (CheckId.DEVICE_AUTH,)
    other = ec.derive_private_key(7, ec.SECP384R1())
    assert said(present(maced(), reader_key=other)) == proof
    holder = Forge()
    holder.device_signer = EdSigner(bytes(range(32)))
    assert said(present(maced(holder), reader_key=READER)) == proof


@pytest.mark.parametrize(
    ("opinion", "expected"),
    [
        (Opinion(), ACCEPTED),
        (Opinion(None, "status.expired"), open_(CheckId.STATUS, "status.expired")),
        (Opinion(good=False, code="status.revoked"), (Verdict.REFUSED, "status.revoked", (CheckId.STATUS,))),
    ],
)
def test_what_a_list_says_is_the_check_with_its_code(opinion: Opinion, expected: tuple[Any, ...]) -> None:
    report = present(FORGE.shown(mso=FORGE.mso(status=LISTED)), statuses=opinion)
    assert said(report) == expected
    assert report.documents[0].evidence == ()
    assert opinion.anchors == [ANCHOR]


def test_a_document_without_a_status_says_that_it_has_none() -> None:
    assert Check(CheckId.STATUS, Outcome.PASSED, "status.not-used") in present().documents[0].checks
    other = present(FORGE.shown(mso=FORGE.mso(status={"identifier_list": {}}))).documents[0].checks
    assert Check(CheckId.STATUS, Outcome.INDETERMINATE, "status.unsupported") in other


@pytest.mark.parametrize("dates", [(None, "2020-01-01"), ("2030-01-01", "2020-01-01"), ("2020-01-01", None)])
def test_an_expiry_date_counts_in_every_namespace(dates: tuple[str | None, str | None]) -> None:
    items = {
        space: [FORGE.item("other" if date is None else "expiry_date", FullDate(date or "2020-01-01"), 0)]
        for space, date in zip((SPACE, OTHER_SPACE), dates, strict=True)
    }
    expected = Verdict.REFUSED, "document.expiry", (CheckId.DOCUMENT_EXPIRY,)
    assert said(present(FORGE.shown(signed=items))) == expected


@pytest.mark.parametrize(("late", "expected"), [(0, ACCEPTED), (1, None)])
def test_an_expiry_with_a_time_holds_at_that_second(late: int, expected: Any) -> None:
    data = FORGE.shown(signed=FORGE.items({"expiry_date": TDate.of(AT)}))
    refused = Verdict.REFUSED, "document.expiry", (CheckId.DOCUMENT_EXPIRY,)
    assert said(present(data, at=AT + late * SECOND)) == (expected or refused)


def test_checks_are_made_by_the_fact_with_the_code_that_is_given() -> None:
    check = CheckId.STATUS
    assert failed(check) == Check(check, Outcome.FAILED, "status")
    assert failed(check, "x") == Check(check, Outcome.FAILED, "x")
    assert unsettled(check, "x") == Check(check, Outcome.INDETERMINATE, "x")
    assert settle(check, True, "x") is PASSED[check]  # noqa: FBT003 - a fact
    assert settle(check, False) == failed(check)  # noqa: FBT003 - a fact
    assert settle(check, False, "x") == failed(check, "x")  # noqa: FBT003 - a fact
    assert settle(check, None) == unsettled(check, "status.unknown")
    assert settle(check, None, "x") == unsettled(check, "x")


def test_checks_made_together_need_a_fact_each() -> None:
    one, two = CheckId.DIGEST_KNOWN, CheckId.DIGEST_MATCH
    group = CheckGroup(one, two)
    assert group.record(True, True) == (PASSED[one], PASSED[two])  # noqa: FBT003 - facts
    assert group.record(True, True) is group.record(True, True)  # noqa: FBT003 - facts
    assert group.record(None, False) == (NOT_RUN[one], failed(two))  # noqa: FBT003 - facts
    for facts in ((True,), (True, None, True)):
        with pytest.raises(ValueError, match="zip"):
            group.record(*facts)


def test_what_failed_is_told_in_the_order_of_the_standard() -> None:
    late = FORGE.document(
        issuerSigned=FORGE.issuer_signed(mso=FORGE.mso(validityInfo=FORGE.validity(valid_until=AT - SECOND))),
        deviceSigned=FORGE.device_signed(transcript=encode([None, None, None])),
    )
    report = present(FORGE.response(late))
    assert report.failed == (CheckId.VALIDITY_UNTIL, CheckId.DEVICE_AUTH)


@pytest.mark.parametrize("make", [failed, NOT_RUN.__getitem__])
def test_where_nothing_passed_nothing_is_accepted(make: Any) -> None:
    plan = SESSION.plans[Mode.SESSION]
    message, document = ([make(check) for check in group] for group in (plan.message, plan.document))
    assert decide(SESSION, Mode.SESSION, message, [document])[0] is Verdict.REFUSED


def test_a_response_of_a_signer_without_a_chain_is_not_read() -> None:
    data = FORGE.shown(auth=Auth(unprotected={33: b""}))
    with pytest.raises(MalformedError):
        present(data)


def test_what_is_shown_of_a_report_counts_and_names_no_value() -> None:
    (document,) = present().verified
    assert repr(document) == f"VerifiedDocument({DOC_TYPE}, 1 elements)"
    contents = Contents(
        DOC_TYPE, {SPACE: {"a": 1, "b": 2}, OTHER_SPACE: {"a": 3}}, {}, document.validity, None, None
    )
    assert repr(contents) == f"Contents({DOC_TYPE}, 3 elements)"
    asked = RequestedDocument(DOC_TYPE, ((SPACE, "a"), (SPACE, "c")))
    assert repr(asked.match({SPACE: {"a": 1}})) == "Match(1 kept, 1 missing)"
