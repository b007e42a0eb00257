"""Reports whole: every field of what is said of a receipt, of a presentation, and of what was asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from counterproof.mdoc.cbor import EncodedCbor, FullDate, encode
from counterproof.mdoc.cose import CoseKey
from counterproof.mdoc.device_response import DeviceResponse
from counterproof.mdoc.errors import MalformedError, UsageError
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.mdoc.verification.checks import CheckId, Outcome
from counterproof.mdoc.verification.policy import (
    CHAIN_INDEPENDENT,
    SESSION,
    WALLET_IMPORT,
    Mode,
    VerificationPolicy,
)
from counterproof.mdoc.verification.report import Evidence, Verdict, VerificationReport, VerifiedDocument
from counterproof.mdoc.verification.requested import RequestedDocument, age_asked, nearest_age, requested_by
from counterproof.mdoc.verification.status import StatusOpinion
from counterproof.mdoc.verification.trust import TrustAnchor, TrustedIssuers, TrustedKey
from counterproof.mdoc.verification.verifier import (
    Presentation,
    verify_device_response,
    verify_issuer_signed,
)
from tests.kit.certificates import AT
from tests.kit.factory.forge import DOC_TYPE, ELEMENTS, OTHER_SPACE, SPACE, Forge, wrapped

if TYPE_CHECKING:
    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.mso import StatusListReference

FORGE = Forge()
NAME = "Harbour Borough"
TRUST = TrustedIssuers((TrustAnchor(FORGE.agency.anchor, name=NAME),))
KEY = {"deviceKey": CoseKey.from_public_key(FORGE.device_key.public_key()).to_map()}
LISTED = {"status_list": {"idx": 5, "uri": "https://lists.example/1"}}
ISSUED = AT - timedelta(hours=6)
FIELDS = ("verdict", "code", "policy", "mode", "at", "required", "missing_documents", "left_out", "notices")
EVERY = tuple((SPACE, name) for name in ELEMENTS)


class Lists:
    """Lists that find every entry good, and note what they were asked."""

    def __init__(self, issued_at: datetime | None = ISSUED) -> None:
        self.issued_at = issued_at
        self.asked: list[tuple[Any, ...]] = []

    def judge(
        self,
        reference: StatusListReference,
        anchor: Certificate | None,
        at: datetime,
        max_age: timedelta | None,
    ) -> StatusOpinion:
        """Say that the entry is good."""
        self.asked.append((reference.index, anchor, at, max_age))
        return StatusOpinion(True, "ok", self.issued_at)  # noqa: FBT003 - one of three answers


def receive(data: bytes | IssuerSigned, **more: Any) -> VerificationReport:
    return verify_issuer_signed(data, **{"trust": TRUST, "at": AT, **more})


def present(data: bytes | DeviceResponse, asked: Any = None, **more: Any) -> VerificationReport:
    shown = Presentation(Mode.SESSION, FORGE.transcript, requested=asked)
    return verify_device_response(data, shown, **{"trust": TRUST, "at": AT, "policy": SESSION, **more})


def whole(report: VerificationReport) -> dict[str, Any]:
    return {name: getattr(report, name) for name in FIELDS}


def outcomes(report: VerificationReport) -> list[dict[CheckId, Outcome]]:
    rows = report.checks, *(document.checks for document in report.documents)
    return [{check.id: check.outcome for check in row} for row in rows]


def passed(ids: set[CheckId] | frozenset[CheckId]) -> dict[CheckId, Outcome]:
    return dict.fromkeys(ids, Outcome.PASSED)


def issued(**parts: Any) -> bytes:
    return encode(FORGE.issuer_signed(**parts))


def said_of(document: VerifiedDocument) -> tuple[Any, ...]:
    return document.doc_type, document.elements, document.device_elements, document.issuer, document.anchor


@pytest.mark.parametrize("read", [False, True], ids=["bytes", "read before"])
def test_a_receipt_is_reported_whole(*, read: bool) -> None:
    data = issued(signed=FORGE.items())
    report = receive(IssuerSigned.from_bytes(data) if read else data, doc_type=DOC_TYPE)
    assert whole(report) == {
        "verdict": Verdict.ACCEPTED,
        "code": "ok",
        "policy": "wallet-import",
        "mode": Mode.RECEIPT,
        "at": AT,
        "required": WALLET_IMPORT.required,
        "missing_documents": (),
        "left_out": (),
        "notices": (),
    }
    message = {CheckId.EXCHANGE_MODE}
    assert outcomes(report) == [passed(message), passed(WALLET_IMPORT.required - message)]
    (document,) = report.documents
    assert (document.doc_type, document.missing, document.unasked) == (DOC_TYPE, (), ())
    assert (document.notices, document.evidence) == ((), ())
    (verified,) = report.verified
    assert said_of(verified) == (DOC_TYPE, {SPACE: ELEMENTS}, {}, NAME, FORGE.agency.anchor)
    assert verified.validity == IssuerSigned.from_bytes(data).mso.validity


def test_a_receipt_asks_lists_where_there_are_some_or_the_policy_wants_them() -> None:
    data, lists = issued(mso=FORGE.mso(status=LISTED)), Lists()
    report = receive(data, statuses=lists)
    assert lists.asked == [(5, FORGE.agency.anchor, AT, None)]
    assert outcomes(report)[1][CheckId.STATUS] is Outcome.PASSED
    assert report.documents[0].evidence == (Evidence("status-list", ISSUED, 6 * 3600.0),)
    asking = VerificationPolicy("x", WALLET_IMPORT.required | {CheckId.STATUS}, WALLET_IMPORT.modes)
    report = receive(data, policy=asking)
    assert (report.verdict, report.code, report.policy) == (Verdict.UNDECIDED, "status.missing", "x")
    assert receive(data, policy=asking, statuses=lists).verdict is Verdict.ACCEPTED
    assert receive(data).verdict is Verdict.ACCEPTED


def test_a_receipt_hands_out_what_passed_the_checks_that_its_policy_asks_for() -> None:
    bare = WALLET_IMPORT.unsafe_without(*CHAIN_INDEPENDENT)
    report = receive(issued(), policy=bare, trust=TrustedKey(FORGE.agency.signer.public_key))
    assert (report.verdict, [each.doc_type for each in report.verified]) == (Verdict.ACCEPTED, [DOC_TYPE])


def test_lists_are_told_how_old_they_may_be() -> None:
    lists, daily = Lists(), replace(SESSION, max_evidence_age=timedelta(days=1))
    present(FORGE.shown(mso=FORGE.mso(status=LISTED)), policy=daily, statuses=lists)
    assert lists.asked == [(5, FORGE.agency.anchor, AT, timedelta(days=1))]


def test_a_receipt_is_refused_by_a_policy_for_presentations() -> None:
    report = receive(issued(), policy=SESSION, statuses=Lists())
    assert (report.verdict, report.code) == (Verdict.REFUSED, "exchange.mode")


@pytest.mark.parametrize("decide", [receive, present])
def test_a_time_without_its_zone_is_no_time(decide: Any) -> None:
    data = issued() if decide is receive else FORGE.response()
    with pytest.raises(UsageError, match=r"^verification\.naive-time$"):
        decide(data, at=AT.replace(tzinfo=None))


def test_a_receipt_for_a_key_that_is_none_is_not_read() -> None:
    off = {**KEY["deviceKey"], -3: bytes(32)}
    data = issued(mso=FORGE.mso(deviceKeyInfo={"deviceKey": off}))
    with pytest.raises(MalformedError, match=r"^cose\.key-off-curve$"):
        receive(data)


@pytest.mark.parametrize(("beyond", "notices"), [(0, ()), (1, ("validity.outlives-signer",))])
@pytest.mark.parametrize("decide", [receive, present])
def test_a_document_that_outlives_its_signer_by_a_second_is_noticed(
    decide: Any, beyond: int, notices: tuple[str, ...]
) -> None:
    end = FORGE.agency.signer_certificate.not_after + timedelta(seconds=beyond)
    parts = {"mso": FORGE.mso(validityInfo=FORGE.validity(valid_until=end))}
    report = decide(issued(**parts) if decide is receive else FORGE.shown(**parts))
    assert report.verdict is Verdict.ACCEPTED
    assert report.documents[0].notices == notices


def both_hands(**parts: Any) -> bytes:
    """Return a response with everything that the issuer signed, and a word of the device's own."""
    info = {**KEY, "keyAuthorizations": {"nameSpaces": [OTHER_SPACE]}}
    issuer = FORGE.issuer_signed(signed=FORGE.items(), mso=FORGE.mso(deviceKeyInfo=info, **parts))
    own = FORGE.device_signed(namespaces=wrapped(encode({OTHER_SPACE: {"phone": 1}})))
    return FORGE.response(FORGE.document(issuerSigned=issuer, deviceSigned=own))


@pytest.mark.parametrize("read", [False, True], ids=["bytes", "read before"])
def test_a_presentation_is_reported_whole(*, read: bool) -> None:
    data, lists = both_hands(status=LISTED), Lists()
    report = present(DeviceResponse.from_bytes(data) if read else data, statuses=lists)
    assert whole(report) == {
        "verdict": Verdict.ACCEPTED,
        "code": "ok",
        "policy": "session",
        "mode": Mode.SESSION,
        "at": AT,
        "required": SESSION.required_in(Mode.SESSION),
        "missing_documents": (),
        "left_out": (),
        "notices": (),
    }
    plan = SESSION.plans[Mode.SESSION]
    assert outcomes(report) == [passed(plan.message), passed(plan.document)]
    (document,) = report.documents
    assert (document.doc_type, document.missing, document.unasked) == (DOC_TYPE, (), ())
    assert (document.notices, document.evidence) == ((), (Evidence("status-list", ISSUED, 6 * 3600.0),))
    (verified,) = report.verified
    device = {OTHER_SPACE: {"phone": 1}}
    assert said_of(verified) == (DOC_TYPE, {SPACE: ELEMENTS}, device, NAME, FORGE.agency.anchor)
    assert verified.validity.valid_until == AT + timedelta(days=89)
    assert lists.asked == [(5, FORGE.agency.anchor, AT, None)]


def test_an_answer_is_cut_down_to_what_was_asked() -> None:
    asked = RequestedDocument(DOC_TYPE, ((SPACE, "family_name"), (SPACE, "sex")))
    report = present(both_hands(), (asked,))
    assert (report.verdict, report.code) == (Verdict.UNDECIDED, "request.incomplete")
    assert report.failed == (CheckId.REQUEST_COMPLETE,)
    (document,) = report.documents
    assert document.missing == ((SPACE, "sex"),)
    assert document.unasked == ((SPACE, "birth_date"), (SPACE, "age_over_18"))
    assert report.missing == ((DOC_TYPE, SPACE, "sex"),)
    (verified,) = report.verified
    kept = {SPACE: {"family_name": "Musterfrau"}}
    assert said_of(verified) == (DOC_TYPE, kept, {}, NAME, FORGE.agency.anchor)
    assert verified.validity.valid_until == AT + timedelta(days=89)


def test_documents_are_set_beside_those_asked_for() -> None:
    other = RequestedDocument("org.example.other", EVERY)
    mine = RequestedDocument(DOC_TYPE, ((SPACE, "age_over_18"),))
    report = present(FORGE.response(), (mine, other))
    assert (report.verdict, report.code) == (Verdict.UNDECIDED, "request.incomplete")
    assert (report.missing_documents, report.left_out) == (("org.example.other",), ())
    assert report.failed == (CheckId.REQUEST_DOCUMENTS,)
    twice = FORGE.response(FORGE.document(), FORGE.document())
    report = present(twice, (mine,))
    assert (report.verdict, report.left_out, report.notices) == (Verdict.ACCEPTED, (DOC_TYPE,), ())
    report = present(twice)
    assert (report.verdict, report.left_out) == (Verdict.ACCEPTED, ())
    assert report.notices == ("several-documents",)
    report = present(FORGE.response(), (other,))
    assert (report.verdict, report.documents) == (Verdict.REFUSED, ())
    assert report.left_out == (DOC_TYPE,)
    assert CheckId.REQUEST_DOCUMENTS in report.failed
    assert report.checks[-2].code == "request.documents"


def test_a_response_with_an_error_and_without_documents_is_refused() -> None:
    report = present(encode({"version": "1.0", "status": 10}))
    assert (report.verdict, report.code) == (Verdict.REFUSED, "response.status")
    report = present(encode({"version": "1.0", "status": 0}))
    assert (report.verdict, report.code) == (Verdict.REFUSED, "response.status")


@pytest.mark.parametrize(
    ("identifier", "age"),
    [
        ("age_over_18", 18),
        ("age_over_00", 0),
        ("age_over_8", None),
        ("age_over_018", None),
        ("age_over_18x", None),
        ("xage_over_18", None),
        ("age_over_\u0661\u0668", None),
        ("age_in_years", None),
    ],
)
def test_a_question_about_an_age_has_two_digits(identifier: str, age: int | None) -> None:
    assert age_asked(identifier) == age


@pytest.mark.parametrize(
    ("statements", "answer"),
    [
        ({18: True}, 18),
        ({18: False, 21: True}, 18),
        ({25: True, 21: True, 16: False}, 21),
        ({21: False, 16: False, 15: False}, 16),
        ({21: False}, None),
        ({16: True}, None),
        ({}, None),
    ],
)
def test_an_age_is_answered_by_the_nearest_that_says_anything(
    statements: dict[int, bool], answer: int | None
) -> None:
    assert nearest_age(18, statements) == answer


def match(asked: RequestedDocument, **shown: Any) -> tuple[Any, ...]:
    found = asked.match({SPACE: shown})
    return found.kept, found.missing, found.unasked


def test_an_age_asked_for_is_answered_by_another_and_by_no_other_kind_of_value() -> None:
    asked = RequestedDocument(DOC_TYPE, ((SPACE, "age_over_18"),))
    over = {"age_over_21": True}
    assert match(asked, **over) == ({SPACE: over}, (), ())
    under = {"age_over_05": False}
    assert match(asked, **under) == ({SPACE: under}, (), ())
    missing, unasked = ((SPACE, "age_over_18"),), ((SPACE, "age_over_21"),)
    assert match(asked, age_over_21=1) == ({}, missing, unasked)
    assert match(asked, age_over_21=False) == ({}, missing, unasked)
    assert match(RequestedDocument(DOC_TYPE, EVERY[:1]), **over) == ({}, EVERY[:1], unasked)
    found = asked.match({OTHER_SPACE: over})
    assert (found.kept, found.missing) == ({}, missing)


def test_sets_of_others_stand_in_for_an_element_the_first_that_is_whole() -> None:
    wanted = (SPACE, "full_name")
    given, family, nick = ((SPACE, name) for name in ("given_name", "family_name", "nick_name"))
    asked = RequestedDocument(DOC_TYPE, (wanted,), {wanted: ((given, family), (nick,))})
    assert match(asked, given_name="a", family_name="b") == (
        {SPACE: {"given_name": "a", "family_name": "b"}},
        (),
        (),
    )
    assert match(asked, given_name="a", nick_name="c") == ({SPACE: {"nick_name": "c"}}, (), (given,))
    assert match(asked, given_name="a") == ({}, (wanted,), (given,))
    assert match(asked, full_name="d", nick_name="c") == ({SPACE: {"full_name": "d"}}, (), (nick,))
    found = asked.match({OTHER_SPACE: {"nick_name": "c"}})
    assert (found.kept, found.missing) == ({}, (wanted,))


def test_a_request_asks_for_its_elements_with_the_alternatives_that_it_allows() -> None:
    wanted, other = (SPACE, "full_name"), (SPACE, "sex")
    sets = {wanted: (((SPACE, "family_name"),),), other: ()}
    rows = [(*wanted, True), (*other, False)]
    info = SimpleNamespace(alternatives_to=sets.__getitem__)
    items = [
        SimpleNamespace(doc_type=name, elements=lambda: rows, info=each)
        for name, each in (("a", None), ("b", info))
    ]
    request: Any = SimpleNamespace(doc_requests=[SimpleNamespace(items=each) for each in items])
    plain, rich = requested_by(request)
    assert plain == RequestedDocument("a", (wanted, other))
    assert rich == RequestedDocument("b", (wanted, other), {wanted: sets[wanted]})


def test_just_what_was_asked_for_in_two_namespaces_is_handed_on_as_it_is() -> None:
    asked = RequestedDocument(DOC_TYPE, ((SPACE, "a"), (SPACE, "b"), (OTHER_SPACE, "a")))
    shown = {SPACE: {"a": 1, "b": 2}, OTHER_SPACE: {"a": 3}}
    found = asked.match(shown)
    assert found.kept is shown
    assert (found.missing, found.unasked) == ((), ())
    found = asked.match({SPACE: {"a": 1}, OTHER_SPACE: {"a": 3, "b": 4}})
    assert (found.missing, found.unasked) == (((SPACE, "b"),), ((OTHER_SPACE, "b"),))
    assert found.kept == {SPACE: {"a": 1}, OTHER_SPACE: {"a": 3}}


def test_nobody_makes_a_verified_document_but_the_verdict() -> None:
    with pytest.raises(UsageError, match=r"^verification\.private$"):
        VerifiedDocument(object(), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (FullDate("2026-06-01"), "ok"),
        (FullDate("2026-05-31"), "document.expiry"),
        ("2026-06-01", "ok"),
        ("2026-05-31", "document.expiry"),
        ("2026-06-01T12:00:00Z", "ok"),
        ("2026-06-01T11:59:59Z", "document.expiry"),
        ("2026-06-01t11:59:59z", "document.expiry"),
        (7, "document.expiry-unreadable"),
        ("soon", "document.expiry-unreadable"),
        (EncodedCbor.of(1), "document.expiry-unreadable"),
    ],
)
def test_an_expiry_date_holds_to_the_end_of_its_day(value: Any, code: str) -> None:
    report = present(FORGE.shown(signed=FORGE.items({"expiry_date": value})))
    assert report.code == code
