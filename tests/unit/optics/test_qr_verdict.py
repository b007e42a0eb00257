"""The exchange and the decision together: what a counter says of honest and of bent presentations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.cbor import EncodedCbor
from counterproof.mdoc.cose import CoseMac0, CoseSign1, SoftwareSigner
from counterproof.mdoc.device_response import DeviceResponse, Document
from counterproof.mdoc.device_signed import NO_DEVICE_NAMESPACES, DeviceSigned, device_authentication
from counterproof.mdoc.errors import MalformedError
from counterproof.mdoc.verification.checks import CheckId
from counterproof.mdoc.verification.policy import COUNTER, COUNTER_PAPER, COUNTER_SHOWN, Mode
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.requested import requested_by
from counterproof.mdoc.verification.trust import TrustedIssuers
from counterproof.mdoc.verification.verifier import Presentation, verify_device_response
from counterproof.optics.exchange import answer
from counterproof.optics.exchange.examine import examine_shown, examine_slip, examine_two_way
from counterproof.optics.exchange.wallet_side import read_request
from tests.kit.certificates import AT
from tests.kit.qr_story import ADULT, AGE, FOUR, LIBRARY, MDL, MDL_SPACE, Story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterproof.mdoc.verification.policy import VerificationPolicy
    from counterproof.mdoc.verification.report import VerificationReport
    from counterproof.optics.exchange.facts import ExchangeFacts
    from counterproof.optics.exchange.reader_side import CounterTransaction
    from counterproof.optics.exchange.wallet_side import AuthenticatedRequest

WANTED = {(AGE, "age_over_18")}


@pytest.fixture
def story() -> Story:
    return Story()


def verdict(
    story: Story,
    response: bytes,
    facts: ExchangeFacts,
    transcript: bytes,
    policy: VerificationPolicy,
    *,
    transaction: CounterTransaction | None = None,
) -> VerificationReport:
    requested = requested_by(transaction.request.device_request) if transaction else None
    return verify_device_response(
        response,
        Presentation(facts.mode, transcript, facts.checks(), requested),
        trust=TrustedIssuers.of([story.agency.anchor]),
        policy=policy,
        at=AT,
    )


def two_way(story: Story, transaction: CounterTransaction, m: bytes) -> VerificationReport:
    facts, received = examine_two_way(transaction, m, story.counter.moment(transaction.name))
    assert received is not None
    assert received.response is not None
    return verdict(story, received.response, facts, transaction.transcript, COUNTER, transaction=transaction)


def bent(story: Story, request: AuthenticatedRequest, documents: Sequence[Document]) -> bytes:
    """Seal what no honest wallet would build."""
    return story.sealed(request, answer.padded(DeviceResponse(list(documents)).to_bytes()))


def age_document(story: Story, device_signed: DeviceSigned) -> Document:
    return Document(AGE, story.issued(AGE), device_signed)


def signed(
    story: Story, transcript: bytes, doc_type: str = AGE, signer: SoftwareSigner | None = None
) -> DeviceSigned:
    return DeviceSigned.sign(signer or story.holder.documents[AGE][1], transcript, doc_type)


def test_asked_and_answered_is_accepted_with_the_one_element(story: Story) -> None:
    transaction, request = story.ask()
    report = two_way(story, transaction, story.holder.answer(request))
    assert (report.verdict, report.code) == (Verdict.ACCEPTED, "ok")
    assert report.qualifier == "asked-and-answered"
    assert [document.elements for document in report.verified] == [{AGE: {"age_over_18": True}}]


def test_four_documents_are_accepted_each_for_itself(story: Story) -> None:
    transaction, request = story.ask(FOUR)
    report = two_way(story, transaction, story.holder.answer(request))
    assert report.verdict is Verdict.ACCEPTED
    assert [document.doc_type for document in report.verified] == list(FOUR)
    assert "several-documents" in report.notices


def test_a_response_of_an_earlier_session_resealed_for_this_one_is_refused(story: Story) -> None:
    _, first = story.ask()
    old = story.response(first)
    transaction, request = story.ask()
    report = two_way(story, transaction, story.sealed(request, answer.padded(old)))
    assert report.verdict is Verdict.REFUSED
    assert report.code == "device.auth"
    assert not report.verified


@pytest.mark.parametrize("what", ["other key", "other transcript", "tag-24 transcript", "other docType"])
def test_a_device_signature_over_anything_else_is_refused(story: Story, what: str) -> None:
    transaction, request = story.ask()
    s = request.transcript
    made = {
        "other key": lambda: signed(story, s, signer=SoftwareSigner(story.holder.kit.key("thief"))),
        "other transcript": lambda: signed(story, story.ask()[1].transcript),
        "tag-24 transcript": lambda: signed(story, EncodedCbor(s).raw),
        "other docType": lambda: signed(story, s, LIBRARY),
    }[what]()
    report = two_way(story, transaction, bent(story, request, [age_document(story, made)]))
    assert (report.verdict, report.code) == (Verdict.REFUSED, "device.auth")
    assert report.failed == (CheckId.DEVICE_AUTH,)


def test_a_mac_where_a_signature_is_demanded_is_refused(story: Story) -> None:
    transaction, request = story.ask()
    payload = device_authentication(request.transcript, AGE, NO_DEVICE_NAMESPACES)
    made = DeviceSigned(NO_DEVICE_NAMESPACES, {}, None, CoseMac0.make(bytes(32), payload))
    report = two_way(story, transaction, bent(story, request, [age_document(story, made)]))
    assert (report.verdict, report.code) == (Verdict.REFUSED, "device.method")


def test_elements_that_the_device_adds_are_refused(story: Story) -> None:
    transaction, request = story.ask()
    spaces = EncodedCbor.of({AGE: {"age_over_21": True}})
    payload = device_authentication(request.transcript, AGE, spaces)
    auth = CoseSign1.sign(story.holder.documents[AGE][1], payload, detached=True)
    made = DeviceSigned(spaces, {AGE: {"age_over_21": True}}, auth, None)
    report = two_way(story, transaction, bent(story, request, [age_document(story, made)]))
    assert (report.verdict, report.code) == (Verdict.REFUSED, "device.authorized")


def test_a_response_without_device_signature_cannot_be_read(story: Story) -> None:
    transaction, request = story.ask()
    made = DeviceSigned(NO_DEVICE_NAMESPACES, {}, None, None)
    m = bent(story, request, [age_document(story, made)])
    with pytest.raises(MalformedError) as caught:
        transaction.receive(m, 1.0)
    assert caught.value.code == "device.one-auth"


def test_a_document_nobody_asked_for_is_left_out(story: Story) -> None:
    transaction, request = story.ask()
    other = story.holder.copies([LIBRARY], {(LIBRARY, "card_number")})[0]
    extra = Document(
        LIBRARY, other.issuer_signed, DeviceSigned.sign(other.signer, request.transcript, LIBRARY)
    )
    honest = age_document(story, signed(story, request.transcript))
    report = two_way(story, transaction, bent(story, request, [honest, extra]))
    assert report.verdict is Verdict.ACCEPTED
    assert report.left_out == (LIBRARY,)
    assert [document.doc_type for document in report.verified] == [AGE]


def test_an_element_nobody_asked_for_is_left_out(story: Story) -> None:
    transaction, request = story.ask({MDL: {MDL_SPACE: ["family_name"]}})
    more = story.holder.response(
        request.transcript, [MDL], {(MDL_SPACE, "family_name"), (MDL_SPACE, "birth_date")}
    )
    report = two_way(story, transaction, story.sealed(request, answer.padded(more)))
    assert report.documents[0].unasked == ((MDL_SPACE, "birth_date"),)
    assert [document.elements for document in report.verified] == [{MDL_SPACE: {"family_name": "Sample"}}]


def test_what_is_missing_is_named_and_not_accepted(story: Story) -> None:
    transaction, request = story.ask({MDL: {MDL_SPACE: ["family_name", "given_name"]}})
    report = two_way(story, transaction, story.holder.answer(request, {(MDL_SPACE, "family_name")}))
    assert report.verdict is Verdict.UNDECIDED
    assert report.missing == ((MDL, MDL_SPACE, "given_name"),)


def test_shown_first_is_accepted_by_a_policy_that_names_it_and_says_so(story: Story) -> None:
    shown = story.holder.show(AGE, WANTED, story.shown_terms())
    facts = examine_shown(shown, story.counter.moment(), story.counter.seen, story.counter.challenge)
    report = verdict(story, shown.response, facts, shown.transcript, COUNTER_SHOWN)
    assert (report.verdict, report.qualifier) == (Verdict.ACCEPTED, "shown-first")
    refused = verdict(story, shown.response, facts, shown.transcript, COUNTER)
    assert (refused.verdict, refused.code) == (Verdict.REFUSED, "exchange.mode")


def test_a_code_shown_first_is_no_answer_and_an_answer_no_code_shown_first(story: Story) -> None:
    transaction, request = story.ask()
    shown = story.holder.show(AGE, WANTED, story.shown_terms())
    report = two_way(story, transaction, story.sealed(request, answer.padded(shown.response)))
    assert report.code == "device.auth"
    facts = examine_shown(shown, story.counter.moment(), story.counter.seen, story.counter.challenge)
    turned = verdict(story, story.response(request), facts, shown.transcript, COUNTER_SHOWN)
    assert turned.code == "device.auth"


def test_an_old_picture_of_a_code_is_refused_and_a_full_memory_decides_nothing(story: Story) -> None:
    shown = story.holder.show(AGE, WANTED, story.shown_terms())
    story.counter.wait(600)
    facts = examine_shown(shown, story.counter.moment(), story.counter.seen, story.counter.challenge)
    report = verdict(story, shown.response, facts, shown.transcript, COUNTER_SHOWN)
    assert (report.verdict, report.code) == (Verdict.REFUSED, "exchange.code-old")


def test_a_slip_is_accepted_by_a_policy_that_names_it_and_says_so(story: Story) -> None:
    slip = story.holder.slip(AGE, WANTED, story.slip_terms())
    facts = examine_slip(
        slip,
        story.counter.moment(),
        story.counter.ledger,
        purpose=slip.terms.purpose,
        repeats_allowed=False,
        validities=[story.issued(AGE).mso.validity],
    )
    report = verdict(story, slip.response, facts, slip.transcript, COUNTER_PAPER)
    assert (report.verdict, report.qualifier) == (Verdict.ACCEPTED, "paper")
    for policy in (COUNTER, COUNTER_SHOWN):
        assert verdict(story, slip.response, facts, slip.transcript, policy).code == "exchange.mode"


def test_a_clock_below_the_floor_decides_nothing(story: Story) -> None:
    transaction, request = story.ask()
    moment = story.counter.moment(transaction.name, floor_unix=story.counter.unix + 1)
    facts, received = examine_two_way(transaction, story.holder.answer(request), moment)
    assert received is not None
    assert received.response is not None
    report = verdict(
        story, received.response, facts, transaction.transcript, COUNTER, transaction=transaction
    )
    assert (report.verdict, report.code) == (Verdict.UNDECIDED, "exchange.clock-below-floor")


def test_a_relayed_request_is_answered_with_the_askers_name_in_view(story: Story) -> None:
    """Nothing on the wire stops relay; the wallet can name who asks and for what, and no other gains."""
    transaction = story.counter.request(ADULT)
    request = read_request(transaction.request.to_message(), at=AT, trust=story.counter.trust)
    assert request.reader.certificate == story.counter.certificate
    assert request.terms.purpose == "library.age-check"
    other, _ = story.ask()
    facts, received = examine_two_way(other, story.holder.answer(request), story.counter.moment())
    assert received is None
    assert facts.mode is Mode.TWO_WAY
