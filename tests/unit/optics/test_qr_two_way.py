"""Asking and answering: what a wallet answers, to whom, and what a counter opens."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from counterproof.mdoc.certificates.build_crl import Revocation, build_crl
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.device_request import ItemsRequest
from counterproof.mdoc.device_response import DeviceResponse
from counterproof.mdoc.device_signed import device_authentication
from counterproof.mdoc.errors import CounterproofError, CryptoError, LimitError, UsageError
from counterproof.mdoc.request_info import AlternativeDataElements, DocRequestInfo
from counterproof.mdoc.verification.checks import CheckId, Outcome
from counterproof.mdoc.verification.policy import Mode
from counterproof.optics.exchange import answer
from counterproof.optics.exchange.examine import examine_two_way
from counterproof.optics.exchange.memories import AnsweredRequests
from counterproof.optics.exchange.reader_identity import ReaderRefusedError, ReaderTrust
from counterproof.optics.exchange.reader_side import CounterTransaction, build_request
from counterproof.optics.exchange.request import READS_STREAMS
from counterproof.optics.exchange.wallet_side import (
    AuthenticatedRequest,
    Copy,
    build_answer,
    build_decline,
    compose_response,
    read_request,
)
from tests.kit.certificates import AT
from tests.kit.qr_story import ADULT, AGE, FOUR, LIBRARY, MDL, MDL_SPACE, RESIDENCY, Story

if TYPE_CHECKING:
    from tests.simulators.counter import Wanted

NO_STREAMS = 0


@pytest.fixture
def story() -> Story:
    return Story()


def test_an_answer_comes_through_and_is_signed_over_the_counters_own_transcript(story: Story) -> None:
    transaction, request = story.ask()
    received = transaction.receive(story.holder.answer(request), 1.0)
    assert received.response is not None
    assert not received.declined
    (document,) = DeviceResponse.from_bytes(received.response).documents
    signature = document.device_signed.signature
    assert signature is not None
    key = document.issuer_signed.mso.device_key.public_key()
    payload = device_authentication(transaction.transcript, AGE, document.device_signed.encoded_namespaces)
    assert signature.verify(key, payload)


def test_four_documents_come_in_the_order_asked(story: Story) -> None:
    transaction, request = story.ask(FOUR)
    received = transaction.receive(story.holder.answer(request), 1.0)
    assert received.response is not None
    documents = DeviceResponse.from_bytes(received.response).documents
    assert [document.doc_type for document in documents] == list(FOUR)


def test_an_answer_to_one_request_does_not_open_in_another(story: Story) -> None:
    _, first = story.ask()
    second, _ = story.ask()
    with pytest.raises(CryptoError) as caught:
        second.receive(story.holder.answer(first), 1.0)
    assert caught.value.code == "exchange.other-request"


def test_every_request_has_its_own_key_nonce_and_transcript(story: Story) -> None:
    made = [story.ask()[0].request for _ in range(3)]
    assert len({one.parameters.nonce for one in made}) == 3
    assert len({one.parameters.encoded.raw for one in made}) == 3
    assert len({one.session_digest for one in made}) == 3


def test_without_a_key_given_every_transaction_makes_a_fresh_one(story: Story) -> None:
    items = [ItemsRequest.make(AGE, {AGE: {"age_over_18": False}})]
    counter = story.counter
    keys = {
        CounterTransaction.begin(
            counter.identity, items, counter.terms(), seconds=0.0, random=bytes
        ).request.parameters.encoded.raw
        for _ in range(3)
    }
    assert len(keys) == 3


def test_a_declined_request_stays_open_for_the_real_answer(story: Story) -> None:
    transaction, request = story.ask()
    m = build_decline(request)
    assert len(m) == 1218
    assert transaction.receive(m, 1.0).declined
    assert transaction.is_open(2.0)
    assert not transaction.receive(story.holder.answer(request), 3.0).declined


def test_an_accepted_answer_closes_and_is_a_repeat_when_held_up_again(story: Story) -> None:
    transaction, request = story.ask()
    m = story.holder.answer(request)
    transaction.receive(m, 1.0)
    transaction.accept(m)
    assert not transaction.is_open(1.0)
    assert transaction.receive(m, 2.0).repeat
    assert transaction.receive(m, 2.0).response is None
    with pytest.raises(UsageError) as caught:
        transaction.receive(build_decline(request), 3.0)
    assert caught.value.code == "exchange.transaction-over"


def test_the_key_is_gone_when_the_time_is_over(story: Story) -> None:
    transaction, request = story.ask(good_for=30)
    m = story.holder.answer(request)
    assert transaction.receive(m, 89.9).response is not None
    with pytest.raises(UsageError) as caught:
        transaction.receive(m, 90.0)
    assert caught.value.code == "exchange.transaction-over"
    assert not transaction.is_open(0.0), "a clock that is set back does not bring the key back"


def test_twenty_different_messages_are_opened_and_the_same_one_counts_once(story: Story) -> None:
    transaction, request = story.ask()
    good = story.holder.answer(request)
    for number in range(19):
        bad = bytearray(good)
        bad[-1 - number] ^= 1
        for _ in range(3):
            with pytest.raises(CryptoError):
                transaction.receive(bytes(bad), 1.0)
    assert transaction.receive(good, 1.0).response is not None
    with pytest.raises(LimitError) as caught:
        transaction.receive(build_decline(request), 1.0)
    assert caught.value.code == "exchange.answers"


def test_nobody_makes_an_authenticated_request_but_the_check(story: Story) -> None:
    _, request = story.ask()
    with pytest.raises(UsageError) as caught:
        AuthenticatedRequest(object(), request.request, request.reader)
    assert caught.value.code == "exchange.private"


@pytest.mark.parametrize("what", ["the parsed request", "a look-alike"])
def test_nothing_else_is_answered(story: Story, what: str) -> None:
    transaction, request = story.ask()

    class LookAlike(AuthenticatedRequest):
        def __init__(self) -> None:
            self._request, self._reader = request.request, request.reader

    other: Any = transaction.request if what == "the parsed request" else LookAlike()
    for build in (partial(build_decline, other), partial(build_answer, other, story.response(request))):
        with pytest.raises(UsageError) as caught:
            build()
        assert caught.value.code == "exchange.private"


def test_an_unknown_reader_is_answered_only_when_the_holder_insists(story: Story) -> None:
    transaction = story.counter.request(ADULT)
    request = read_request(transaction.request.to_message(), at=AT, trust=ReaderTrust([]))
    assert not request.reader_known
    assert request.reader.anchor is None
    response = story.response(request)
    for build in (partial(build_decline, request), partial(build_answer, request, response)):
        with pytest.raises(ReaderRefusedError) as caught:
            build()
        assert caught.value.code == "exchange.reader-unknown"
    assert transaction.receive(build_decline(request, insists_on_unknown=True), 1.0).declined


def test_a_listed_reader_is_known_by_its_root(story: Story) -> None:
    _, request = story.ask()
    assert request.reader_known
    assert request.reader.anchor == story.counter.anchor
    assert not request.reader.revocation_known


def test_a_revoked_reader_is_refused_even_if_the_holder_would_insist(story: Story) -> None:
    kit = story.counter.kit
    crl = build_crl(
        kit.reader_ca,
        [Revocation(story.counter.certificate.serial, AT - timedelta(days=1))],
        number=1,
        this_update=AT - timedelta(hours=1),
        next_update=AT + timedelta(days=30),
    )
    trust = ReaderTrust([story.counter.anchor], [crl])
    with pytest.raises(ReaderRefusedError) as caught:
        read_request(story.counter.request(ADULT).request.to_message(), at=AT, trust=trust)
    assert caught.value.code == "exchange.reader-refused"
    assert str(caught.value.facts["reason"]).startswith("certificate.revoked")


@pytest.mark.parametrize(("seconds", "fine"), [(-60, True), (-61, False), (180, True), (181, False)])
def test_the_wallets_clock_may_be_a_minute_off_on_either_side(
    story: Story, seconds: int, *, fine: bool
) -> None:
    m = story.counter.request(ADULT, story.counter.terms(good_for=120)).request.to_message()
    at = AT + timedelta(seconds=seconds)
    if fine:
        assert read_request(m, at=at, trust=story.counter.trust).reader_known
        return
    with pytest.raises(CounterproofError) as caught:
        read_request(m, at=at, trust=story.counter.trust)
    assert caught.value.code in {"exchange.request-early", "exchange.request-late"}
    assert caught.value.facts["made"] == "2026-06-01 12:00:00 UTC"
    assert caught.value.facts["now"] == at.strftime("%Y-%m-%d %H:%M:%S UTC")


def test_an_answer_that_holds_more_than_was_asked_for_does_not_leave(story: Story) -> None:
    _, request = story.ask({MDL: {MDL_SPACE: ["family_name"]}})
    more = story.holder.response(
        request.transcript, [MDL], {(MDL_SPACE, "family_name"), (MDL_SPACE, "birth_date")}
    )
    other = story.holder.response(request.transcript, [LIBRARY], {(LIBRARY, "card_number")})
    for response in (more, other):
        with pytest.raises(UsageError) as caught:
            build_answer(request, response)
        assert caught.value.code == "exchange.answer-unasked"


def test_documents_leave_in_the_order_asked_and_each_once(story: Story) -> None:
    _, request = story.ask(FOUR)
    agreed = {(RESIDENCY, "resident_borough"), (AGE, "age_over_18")}
    for order in ([AGE, RESIDENCY], [AGE, AGE]):
        with pytest.raises(UsageError) as caught:
            build_answer(request, story.holder.response(request.transcript, order, agreed))
        assert caught.value.code == "exchange.answer-order"
    assert build_answer(request, story.holder.response(request.transcript, [RESIDENCY, AGE], agreed))


def test_an_answer_without_documents_is_not_an_answer(story: Story) -> None:
    _, request = story.ask()
    for response in (answer.DECLINED, DeviceResponse([], status=10).to_bytes()):
        with pytest.raises(UsageError) as caught:
            build_answer(request, response)
        assert caught.value.code == "exchange.answer-form"


def test_the_device_adds_nothing_and_reports_no_errors(story: Story) -> None:
    _, request = story.ask()
    read = DeviceResponse.from_bytes(story.response(request))
    read.documents[0].errors = {AGE: {"age_over_21": 10}}
    with pytest.raises(UsageError) as caught:
        build_answer(request, read.to_bytes())
    assert caught.value.code == "exchange.answer-form"


def test_alternatives_and_the_nearest_age_count_as_asked_for(story: Story) -> None:
    info = DocRequestInfo(
        (AlternativeDataElements((MDL_SPACE, "portrait"), (((MDL_SPACE, "birth_date"),),)),)
    )
    items = [ItemsRequest.make(MDL, {MDL_SPACE: {"portrait": False, "age_over_21": True}}, info)]
    counter = story.counter
    parameters = story.ask()[0].request.parameters
    made = build_request(counter.identity, items, counter.terms(), parameters)
    request = read_request(made.to_message(), at=AT, trust=counter.trust)
    assert request.asks_for(MDL, MDL_SPACE, "portrait")
    assert request.asks_for(MDL, MDL_SPACE, "birth_date")
    assert request.asks_for(MDL, MDL_SPACE, "age_over_25")
    assert not request.asks_for(MDL, MDL_SPACE, "age_over_255")
    assert not request.asks_for(MDL, MDL_SPACE, "given_name")
    assert not request.asks_for(MDL, "other", "age_over_25")
    assert not request.asks_for(AGE, MDL_SPACE, "portrait")


def test_an_answer_too_long_for_the_counter_says_how_long(story: Story) -> None:
    wanted: Wanted = {MDL: {MDL_SPACE: ["portrait"]}}
    for terms in ({"longest_answer": 1218, "features": READS_STREAMS}, {"features": NO_STREAMS}):
        _, request = story.ask(wanted, **terms)
        with pytest.raises(LimitError) as caught:
            story.holder.answer(request)
        assert caught.value.code == "exchange.answer-too-long"
        assert int(caught.value.facts["size"]) > int(caught.value.facts["limit"])
    assert caught.value.facts["limit"] == 1672
    _, request = story.ask(wanted)
    assert len(story.holder.answer(request)) % 480 == 0


def test_a_key_of_another_kind_signs_nothing(story: Story) -> None:
    other = SoftwareSigner(ec.derive_private_key(5, ec.SECP384R1()))
    issued, _ = story.holder.documents[AGE]
    with pytest.raises(UsageError) as caught:
        compose_response(b"", [Copy(issued, other)])
    assert caught.value.code == "exchange.signing-algorithm"


def test_the_same_request_gets_the_same_answer_while_it_is_good(story: Story) -> None:
    memory = AnsweredRequests()
    _, request = story.ask()
    m = story.holder.answer(request)
    now = AT.timestamp()
    memory.remember(request.session_digest, m, until_unix=request.ends_at + 60, now_unix=now)
    assert memory.find(request.session_digest, now + 180) == m
    assert memory.find(request.session_digest, now + 181) is None
    assert memory.find(bytes(32), now) is None


def test_a_wallet_remembers_256_answers_and_drops_those_that_end_first() -> None:
    memory = AnsweredRequests()
    for number in range(300):
        memory.remember(number.to_bytes(2, "big"), b"m", until_unix=1000 + number, now_unix=0)
    assert len(memory) == 256
    assert memory.find((43).to_bytes(2, "big"), 0) is None
    assert memory.find((44).to_bytes(2, "big"), 0) == b"m"


def test_the_facts_of_two_way(story: Story) -> None:
    transaction, request = story.ask()
    moment = story.counter.moment(transaction.name)
    m = story.holder.answer(request)
    facts, received = examine_two_way(transaction, m, moment)
    assert received is not None
    assert all(check.outcome is Outcome.PASSED for check in facts.checks())
    assert {check.id for check in facts.checks()} == {
        CheckId.EXCHANGE_CLOCK,
        CheckId.EXCHANGE_FRESH,
        CheckId.EXCHANGE_REPLAY,
    }
    transaction.accept(m)
    assert examine_two_way(transaction, m, moment)[0].repeat


def test_the_facts_of_an_answer_to_another_request(story: Story) -> None:
    first, second = story.ask()[1], story.ask()[0]
    facts, received = examine_two_way(second, story.holder.answer(first), story.counter.moment())
    assert received is None
    assert facts[CheckId.EXCHANGE_FRESH].holds is False
    assert facts[CheckId.EXCHANGE_FRESH].code == "exchange.other-request"
    assert facts[CheckId.EXCHANGE_REPLAY].holds is None


def test_a_mode_that_is_not_taken_and_a_clock_below_its_floor_are_facts(story: Story) -> None:
    transaction, request = story.ask()
    moment = story.counter.moment(
        allowed=frozenset({Mode.SLIP}), floor_unix=story.counter.unix + 1, transaction="t"
    )
    facts, _ = examine_two_way(transaction, story.holder.answer(request), moment)
    assert facts[CheckId.EXCHANGE_MODE].holds is False
    assert facts[CheckId.EXCHANGE_CLOCK].holds is None
    assert facts.checks()[0].outcome is Outcome.INDETERMINATE


def test_a_malformed_answer_is_no_fact_but_an_error(story: Story) -> None:
    transaction, request = story.ask()
    m = story.sealed(request, bytes((2,)) + bytes(511))
    with pytest.raises(CounterproofError) as caught:
        examine_two_way(transaction, m, story.counter.moment())
    assert caught.value.code == "exchange.coding"


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_no_bytes_do_anything_to_a_wallet_but_be_refused(data: bytes) -> None:
    for coding in (b"", b"\x00", b"\x01"):
        with pytest.raises(CounterproofError):
            read_request(coding + data, at=AT, trust=ReaderTrust([]))


FLIPS = Story()
FLIPPED_REQUEST = FLIPS.counter.request(ADULT).request.to_body()


@settings(max_examples=150)
@given(st.integers(0, len(FLIPPED_REQUEST) - 1), st.integers(1, 255))
def test_no_changed_byte_of_a_request_leaves_it_authentic_and_different(at: int, change: int) -> None:
    changed = bytearray(FLIPPED_REQUEST)
    changed[at] ^= change
    try:
        request = read_request(b"\x00" + bytes(changed), at=AT, trust=FLIPS.counter.trust)
    except CounterproofError:
        return
    honest = read_request(b"\x00" + FLIPPED_REQUEST, at=AT, trust=FLIPS.counter.trust)
    assert request.transcript == honest.transcript
