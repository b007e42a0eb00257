"""Codes shown first, slips and receipts: what a counter remembers, and what a wallet believes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.errors import CounterproofError, CryptoError, LimitError, UsageError
from counterproof.mdoc.verification.checks import CheckId, Outcome
from counterproof.mdoc.verification.policy import EXCHANGE_CHECKS, Mode
from counterproof.optics.exchange import coding
from counterproof.optics.exchange.examine import Moment, examine_shown, examine_slip, ledger_until
from counterproof.optics.exchange.limits import ExchangeLimits
from counterproof.optics.exchange.memories import Challenge, MemoryLedger, Seen, SeenCodes
from counterproof.optics.exchange.reader_identity import ReaderRefusedError, ReaderTrust
from counterproof.optics.exchange.receipt import QrReceipt, ReceiptContents, ReceiptOutcome
from counterproof.optics.exchange.shown import QrShown, ShownTerms
from counterproof.optics.exchange.slip import QrSlip
from tests.kit.certificates import AT
from tests.kit.qr_story import AGE, DAY, NOW, Story
from tests.simulators.counter import DESK, PURPOSE, Counter

if TYPE_CHECKING:
    from counterproof.optics.exchange.facts import ExchangeFacts

WANTED = {(AGE, "age_over_18")}
DIGEST = bytes(range(32))


@pytest.fixture
def story() -> Story:
    return Story()


def show(story: Story, audience: str | None = None, challenge: str | None = None) -> QrShown:
    at = int(story.counter.unix)
    terms = ShownTerms.make(at=at, random=story.holder.kit.random(16), audience=audience, challenge=challenge)
    return story.holder.show(AGE, WANTED, terms)


def examine(counter: Counter, shown: QrShown, transaction: str = "t1") -> ExchangeFacts:
    return examine_shown(shown, counter.moment(transaction), counter.seen, counter.challenge)


def accept(counter: Counter, shown: QrShown, transaction: str = "t1") -> None:
    counter.seen.remember(
        shown.session_digest,
        transaction,
        made_unix=shown.terms.time,
        seconds=counter.seconds,
        unix=counter.unix,
    )
    counter.challenge.close()


def slip_facts(
    story: Story, slip: QrSlip, moment: Moment, *, repeats: bool = False, purpose: str = PURPOSE
) -> ExchangeFacts:
    return examine_slip(
        slip,
        moment,
        story.counter.ledger,
        purpose=purpose,
        repeats_allowed=repeats,
        validities=[story.issued(AGE).mso.validity],
    )


def test_the_facts_are_the_checks_of_the_mode(story: Story) -> None:
    shown = examine(story.counter, show(story))
    assert set(shown.facts) == EXCHANGE_CHECKS[Mode.SHOWN_FIRST]
    slip = story.holder.slip(AGE, WANTED, story.slip_terms())
    facts = slip_facts(story, slip, story.counter.moment())
    assert set(facts.facts) == EXCHANGE_CHECKS[Mode.SLIP]
    for found in (shown, facts):
        assert all(check.outcome is Outcome.PASSED for check in found.checks())


def test_the_time_of_a_code_is_rounded_down_and_hides_the_seconds() -> None:
    times = {ShownTerms.make(at=NOW + second, random=bytes(16)).time for second in range(10)}
    assert times == {NOW}


def test_a_code_accepted_once_is_a_repeat_in_its_transaction_and_a_replay_in_the_next(story: Story) -> None:
    shown = show(story)
    accept(story.counter, shown)
    again = examine(story.counter, shown)
    assert again.repeat
    assert again[CheckId.EXCHANGE_REPLAY].holds
    replayed = examine(story.counter, shown, "t2")
    assert not replayed.repeat
    assert replayed[CheckId.EXCHANGE_REPLAY].code == "exchange.code-seen"


def test_a_code_is_remembered_as_long_as_it_could_be_taken(story: Story) -> None:
    counter, shown = story.counter, show(story)
    counter.wait(-30)
    accept(counter, shown)
    for _ in range(13):
        counter.wait(9.99)
        facts = examine(counter, shown, "t2")
        assert facts[CheckId.EXCHANGE_FRESH].holds is False or facts[CheckId.EXCHANGE_REPLAY].holds is False
    counter.wait(1)
    assert examine(counter, shown, "t2")[CheckId.EXCHANGE_FRESH].code == "exchange.code-old"
    assert len(counter.seen) == 0


def test_a_clock_that_is_set_back_does_not_let_a_code_in_twice(story: Story) -> None:
    counter, shown = story.counter, show(story)
    accept(counter, shown)
    counter.seconds += 131
    counter.unix -= 20
    facts = examine(counter, shown, "t2")
    assert facts[CheckId.EXCHANGE_FRESH].holds
    assert facts[CheckId.EXCHANGE_REPLAY].holds is False


def test_a_code_that_a_counter_could_have_taken_before_it_was_started_again_is_not_taken(
    story: Story,
) -> None:
    counter, shown = story.counter, show(story)
    counter.wait(-25)
    accept(counter, shown)
    counter.wait(10)
    counter.seen = SeenCodes(started_unix=counter.unix)
    facts = examine(counter, shown, "t2")
    assert facts[CheckId.EXCHANGE_REPLAY].holds, "the memory is gone"
    assert facts[CheckId.EXCHANGE_FRESH].code == "exchange.code-before-start"


def test_a_full_memory_takes_no_new_code_and_forgets_none_early() -> None:
    seen = SeenCodes(started_unix=0.0, limits=replace(ExchangeLimits(), seen_codes=3))
    for number in range(3):
        seen.remember(bytes((number,)), "t", made_unix=1000, seconds=0.0, unix=1000.0)
    assert seen.look(b"new", "t", seconds=1.0, unix=1001.0) is Seen.FULL
    assert seen.look(b"\x00", "t", seconds=1.0, unix=1001.0) is Seen.REPEAT
    with pytest.raises(LimitError) as caught:
        seen.remember(b"new", "t", made_unix=1000, seconds=1.0, unix=1001.0)
    assert caught.value.code == "exchange.seen-full"
    assert seen.look(b"new", "t", seconds=130.0, unix=1130.0) is Seen.NEW
    assert ExchangeLimits().seen_codes == 4096


def test_a_full_memory_leaves_the_fact_open(story: Story) -> None:
    counter = story.counter
    counter.seen = SeenCodes(counter.unix - 3600, limits=replace(ExchangeLimits(), seen_codes=0))
    facts = examine(counter, show(story))
    assert facts[CheckId.EXCHANGE_REPLAY].holds is None
    assert [check.code for check in facts.checks() if check.outcome is Outcome.INDETERMINATE] == [
        "exchange.seen-full"
    ]


def test_a_challenge_is_six_digits_single_use_and_good_for_two_minutes(story: Story) -> None:
    counter = story.counter
    digits = counter.challenge.open(story.counter.kit.random, counter.seconds)
    assert len(digits) == 6
    assert digits.isdecimal()
    shown = show(story, challenge=digits)
    facts = examine(counter, shown)
    assert facts.challenge_met
    assert not facts.audience_named
    accept(counter, shown)
    assert examine(counter, shown)[CheckId.EXCHANGE_CHALLENGE].holds, "a repeat is not asked again"
    second = show(story, challenge=digits)
    assert examine(counter, second)[CheckId.EXCHANGE_CHALLENGE].code == "exchange.challenge-not-open"
    digits = counter.challenge.open(story.counter.kit.random, counter.seconds)
    counter.wait(120)
    late = examine(counter, show(story, challenge=digits))
    assert late[CheckId.EXCHANGE_CHALLENGE].code == "exchange.challenge-over"
    assert examine(counter, show(story))[CheckId.EXCHANGE_CHALLENGE].holds


def test_new_digits_replace_the_old() -> None:
    challenge = Challenge()
    first = challenge.open(lambda size: (1).to_bytes(size, "big"), 0.0)
    second = challenge.open(lambda size: (2).to_bytes(size, "big"), 1.0)
    assert (first, second) == ("000001", "000002")
    assert not challenge.matches(first, 1.0)
    assert challenge.matches(second, 1.0)


def test_two_codes_of_one_card_share_no_session(story: Story) -> None:
    first, second = show(story), show(story)
    assert first.session_digest != second.session_digest
    assert first.terms.time == second.terms.time


def test_a_slip_is_used_once_unless_its_purpose_allows_more(story: Story) -> None:
    counter = story.counter
    slip = story.holder.slip(AGE, WANTED, story.slip_terms())
    counter.ledger.remember(slip.session_digest, "t1", ledger_until(slip))
    assert slip_facts(story, slip, counter.moment("t1")).repeat
    used = slip_facts(story, slip, counter.moment("t2"))
    assert used[CheckId.EXCHANGE_REPLAY].code == "exchange.slip-seen"
    assert used[CheckId.EXCHANGE_REPLAY].holds is False
    allowed = slip_facts(story, slip, counter.moment("t2"), repeats=True)
    assert allowed[CheckId.EXCHANGE_REPLAY].holds
    assert allowed.notices == ("exchange.slip-repeated",)
    assert {check.code for check in allowed.checks()} == {"ok"}


def test_a_slip_stays_in_the_ledger_for_a_day_after_its_end(story: Story) -> None:
    slip = story.holder.slip(AGE, WANTED, story.slip_terms(not_after=NOW + DAY))
    assert ledger_until(slip) == NOW + 2 * DAY
    ledger = MemoryLedger(limits=replace(ExchangeLimits(), ledger_entries=1))
    ledger.remember(slip.session_digest, "t1", ledger_until(slip))
    assert not ledger.has_room(NOW + 2 * DAY - 1)
    assert ledger.transaction_of(slip.session_digest) == "t1"
    assert ledger.has_room(NOW + 2 * DAY)
    assert ledger.transaction_of(slip.session_digest) is None
    assert ExchangeLimits().ledger_entries == 100_000


def test_the_first_transaction_of_a_slip_stays() -> None:
    ledger = MemoryLedger()
    ledger.remember(b"s", "first", 10)
    ledger.remember(b"s", "second", 20)
    assert ledger.transaction_of(b"s") == "first"


def test_a_full_ledger_leaves_the_fact_open(story: Story) -> None:
    story.counter.ledger = MemoryLedger(limits=replace(ExchangeLimits(), ledger_entries=0))
    slip = story.holder.slip(AGE, WANTED, story.slip_terms())
    fact = slip_facts(story, slip, story.counter.moment())[CheckId.EXCHANGE_REPLAY]
    assert (fact.holds, fact.code) == (None, "exchange.ledger-full")


def test_modes_have_transcripts_of_their_own_over_the_same_terms(story: Story) -> None:
    terms = story.shown_terms()
    shown = QrShown(terms, b"")
    slip_terms = replace(story.slip_terms(), encoded=terms.encoded)
    assert shown.transcript != QrSlip(slip_terms, b"").transcript


def receipt(story: Story, **changes: object) -> QrReceipt:
    contents = ReceiptContents(DIGEST, ReceiptOutcome.REFUSED, NOW, ((AGE, AGE, "age_over_18"),))
    identity = story.counter.identity
    return QrReceipt.make(replace(contents, **changes), identity.signer, identity.chain)  # type: ignore[arg-type]  # named by each caller


def test_a_receipt_goes_through_its_message(story: Story) -> None:
    read = QrReceipt.from_message(receipt(story).to_message())
    contents = read.check_answered(DIGEST, story.counter.certificate.der)
    assert contents.outcome is ReceiptOutcome.REFUSED
    assert contents.kept == ((AGE, AGE, "age_over_18"),)
    shown, reader = read.check_shown(DIGEST, story.counter.trust, AT)
    assert shown == contents
    assert reader.known


def test_a_receipt_of_nobody_on_the_list_is_not_believed(story: Story) -> None:
    with pytest.raises(CryptoError) as caught:
        receipt(story).check_shown(DIGEST, ReaderTrust([]), AT)
    assert caught.value.code == "exchange.receipt-reader"


def test_a_receipt_signed_with_an_agencys_key_is_not_believed(story: Story) -> None:
    agency = story.agency
    contents = ReceiptContents(DIGEST, ReceiptOutcome.ACCEPTED, NOW)
    made = QrReceipt.make(contents, agency.signer, [agency.signer_certificate.der])
    with pytest.raises(ReaderRefusedError):
        made.check_shown(DIGEST, ReaderTrust([agency.anchor]), AT)


def test_a_receipt_is_made_with_p256_and_within_bounds(story: Story) -> None:

    other = SoftwareSigner(ec.derive_private_key(5, ec.SECP384R1()))
    with pytest.raises(UsageError) as caught:
        QrReceipt.make(ReceiptContents(DIGEST, ReceiptOutcome.ACCEPTED, NOW), other, [b"c"])
    assert caught.value.code == "exchange.signing-algorithm"
    with pytest.raises(LimitError):
        receipt(story, kept=((AGE, AGE, "x"),) * 65)


@settings(max_examples=100)
@given(st.binary(max_size=200), st.sampled_from([b"", b"\x00", b"\x01"]))
def test_no_bytes_do_anything_to_a_counter_but_be_refused(data: bytes, first: bytes) -> None:
    for read in (QrShown.from_message, QrSlip.from_message, QrReceipt.from_message):
        with suppress(CounterproofError):
            read(first + data)


@settings(max_examples=60)
@given(st.binary(max_size=2000))
def test_every_body_comes_back_from_its_message(data: bytes) -> None:
    m = coding.to_message(data)
    assert coding.from_message(m, 2000) == data
    assert len(m) <= len(data) + 1


def test_a_message_longer_than_a_stream_carries_is_refused(story: Story) -> None:
    with pytest.raises(LimitError) as caught:
        coding.to_message(story.holder.kit.random(65_536))
    assert caught.value.code == "exchange.message-size"
    with pytest.raises(LimitError) as caught:
        coding.from_message(bytes(65_536), 65_536)
    assert caught.value.code == "exchange.message-size"


def test_a_named_counter_is_named(story: Story) -> None:
    assert examine(story.counter, show(story, audience=DESK)).audience_named
