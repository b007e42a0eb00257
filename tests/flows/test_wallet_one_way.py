"""Codes shown first, slips and receipts: terms, limits, the history, and what a counter finds of them."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.verification.policy import COUNTER_PAPER, Mode
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.verifier import Presentation, verify_device_response
from counterproof.optics.exchange.examine import examine_shown, examine_slip
from counterproof.optics.exchange.memories import Challenge, MemoryLedger
from counterproof.optics.exchange.receipt import QrReceipt, ReceiptContents, ReceiptOutcome
from counterproof.optics.exchange.shown import QrShown
from counterproof.optics.exchange.slip import QrSlip
from tests.kit.certificates import AT
from tests.kit.wallets import LIBRARY, OFFICE, OWN, PURPOSE, RESIDENCY, WalletBox, refs
from tests.simulators.counter import Counter
from wallet import history
from wallet.receipts import file_receipt, kept_unsaid
from wallet.records import ShowMode, ShowOutcome
from wallet.shown import ShowFirst
from wallet.slips import SlipPlan, make_slip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from counterproof.optics.exchange.facts import ExchangeFacts
    from wallet.cards import Card
    from wallet.holder import Holder


@pytest.fixture
def holder(box: WalletBox) -> Iterator[Holder]:
    with box.holder() as opened:
        box.give(opened, LIBRARY, copies=6)
        yield opened


def accepted(holder: Holder, mode: Mode, transcript: bytes, response: bytes, exchange: ExchangeFacts) -> bool:
    """Return whether a counter that takes paper accepts a response with these facts."""
    trust = holder.trust
    report = verify_device_response(
        response,
        Presentation(mode, transcript, exchange.checks()),
        trust=trust.issuers(),
        policy=COUNTER_PAPER,
        at=holder.clock.now(),
        statuses=trust.statuses(),
    )
    return report.verdict is Verdict.ACCEPTED


def moment(counter: Counter) -> Any:
    return counter.moment(ids=frozenset({OWN, OFFICE}))


def plan(card: Card, **changes: Any) -> SlipPlan:
    honest = SlipPlan(
        card=card,
        agreed=tuple(refs(card, "card_number")),
        purpose=PURPOSE,
        not_before=AT,
        not_after=AT + timedelta(days=7),
        readers=(OWN,),
    )
    return replace(honest, **changes)


# Shown first


@pytest.mark.parametrize(("audience", "challenge"), [(None, None), (OWN, None), (OFFICE, "042042")])
def test_a_counter_accepts_what_is_shown_first(
    holder: Holder, audience: str | None, challenge: str | None
) -> None:
    (card,) = holder.cards()
    first = ShowFirst(holder, card, refs(card, "card_number"), audience=audience, challenge=challenge)
    showing = first.code()
    first.shown()
    counter, open_challenge = Counter(), Challenge()
    if challenge:
        open_challenge._digits, open_challenge._until = challenge, 60.0
    shown = QrShown.from_message(showing.message)
    facts = examine_shown(shown, moment(counter), counter.seen, open_challenge)
    assert accepted(holder, Mode.SHOWN_FIRST, shown.transcript, shown.response, facts)
    (entry,) = history.entries(holder)
    assert (entry.record.mode, entry.record.outcome) == (ShowMode.SHOWN_FIRST, ShowOutcome.SHOWN)
    assert entry.record.sessions == (shown.session_digest,)


def test_every_renewed_code_is_in_the_history(box: WalletBox, holder: Holder) -> None:
    (card,) = holder.cards()
    first = ShowFirst(holder, card, refs(card, "card_number"))
    digests = []
    for _ in range(3):
        digests.append(QrShown.from_message(first.code().message).session_digest)
        box.clock.advance(30)
    (entry,) = history.entries(holder)
    assert entry.record.sessions == tuple(digests)


@pytest.mark.parametrize("audience", ["", "HB", "hb-desk-3", "HB DESK", "X" * 21, "HB-DESK-3\n"])
def test_an_audience_that_is_no_id(holder: Holder, audience: str) -> None:
    (card,) = holder.cards()
    with pytest.raises(CounterproofError) as error:
        ShowFirst(holder, card, refs(card, "card_number"), audience=audience)
    assert error.value.code == "wallet.audience"
    assert holder.cards()[0].fresh == 6


@pytest.mark.parametrize(
    "challenge", ["", "12345", "1234567", "12345x", "123 456", "\uff11\uff12\uff13\uff14\uff15\uff16"]
)
def test_a_challenge_that_is_not_six_digits(holder: Holder, challenge: str) -> None:
    (card,) = holder.cards()
    with pytest.raises(CounterproofError) as error:
        ShowFirst(holder, card, refs(card, "card_number"), challenge=challenge)
    assert error.value.code == "wallet.challenge"


def test_too_much_for_one_code_uses_nothing_up(box: WalletBox, holder: Holder) -> None:
    card = box.give(
        holder, RESIDENCY, {"family_name": "Long", "portrait": b"\xff\xd8\xff" + os.urandom(1500)}
    )
    everything = [(RESIDENCY, *ref) for ref in card.values]
    with pytest.raises(CounterproofError) as error:
        ShowFirst(holder, card, everything).code()
    assert error.value.code == "optics.too-long-for-still"
    assert holder.cards()[1].fresh == 3
    assert history.entries(holder)[0].record.outcome is ShowOutcome.NOT_BUILT
    assert ShowFirst(holder, card, everything, streams_ok=True).code().frames_needed > 1


def test_nothing_is_shown_before_there_is_a_code(holder: Holder) -> None:
    (card,) = holder.cards()
    with pytest.raises(CounterproofError) as error:
        ShowFirst(holder, card, refs(card, "card_number")).shown()
    assert error.value.code == "wallet.stage"


@pytest.mark.parametrize("way", ["shown", "slip"])
def test_without_fresh_copies_one_way_codes_need_a_word_too(box: WalletBox, holder: Holder, way: str) -> None:
    card = box.give(holder, RESIDENCY, copies=1)
    make_slip(holder, plan(card, agreed=tuple(refs(card, "family_name"))))
    used = holder.cards()[1]
    agreed = refs(used, "family_name")
    show: dict[str, Callable[[], object]] = {
        "slip": lambda: make_slip(holder, plan(used, agreed=tuple(agreed))),
        "shown": lambda: ShowFirst(holder, used, agreed),
    }
    with pytest.raises(CounterproofError) as error:
        show[way]()
    assert error.value.code == "wallet.copies-used"


# Slips


def test_a_counter_accepts_a_slip(box: WalletBox, holder: Holder) -> None:
    (card,) = holder.cards()
    made = make_slip(holder, plan(card))
    assert made.reader_names == (f"Harbour Library, desk 3 ({OWN})",)
    assert made.lines == (("Card number", "LB-5550-1234"),)
    box.clock.advance(3 * 86_400)
    counter = Counter(at=box.clock.now())
    slip = QrSlip.from_message(made.showing.message)
    facts = examine_slip(
        slip,
        moment(counter),
        MemoryLedger(),
        purpose=PURPOSE,
        repeats_allowed=False,
        validities=[card.validity],
    )
    assert accepted(holder, Mode.SLIP, slip.transcript, slip.response, facts)
    (entry,) = history.entries(holder)
    assert (entry.record.mode, entry.record.purpose, entry.record.until) == (
        ShowMode.SLIP,
        PURPOSE,
        slip.terms.not_after,
    )


def bad_plans() -> dict[str, tuple[str, dict[str, Any]]]:
    day = timedelta(days=1)
    return {
        "no field": ("wallet.nothing-agreed", {"agreed": ()}),
        "capital letters": ("wallet.slip-purpose", {"purpose": "Library"}),
        "no purpose": ("wallet.slip-purpose", {"purpose": ""}),
        "a long purpose": ("wallet.slip-purpose", {"purpose": "x" * 65}),
        "no id": ("wallet.audience", {"readers": ("desk 3",)}),
        "many readers": ("wallet.slip-readers", {"readers": tuple(f"HB-{n}" for n in range(10, 19))}),
        "in the past": ("wallet.slip-over", {"not_before": AT - 2 * day, "not_after": AT - day}),
        "backwards": ("wallet.slip-span", {"not_before": AT + 8 * day}),
        "32 days": ("wallet.slip-span", {"not_after": AT + 32 * day}),
        "beyond the card": (
            "wallet.slip-outlives-card",
            {"not_before": AT + 80 * day, "not_after": AT + 91 * day},
        ),
        "before the card": (
            "wallet.slip-outlives-card",
            {"not_before": AT - day, "not_after": AT + day},
        ),
    }


@pytest.mark.parametrize("name", bad_plans())
def test_a_slip_that_cannot_be(holder: Holder, name: str) -> None:
    code, changes = bad_plans()[name]
    (card,) = holder.cards()
    with pytest.raises(CounterproofError) as error:
        make_slip(holder, plan(card, **changes))
    assert error.value.code == code
    assert (holder.cards()[0].fresh, history.entries(holder)) == (6, [])


def test_a_portrait_does_not_fit_on_paper(box: WalletBox, holder: Holder) -> None:
    card = box.give(holder, RESIDENCY, {"portrait": b"\xff\xd8\xff" + Random(1).randbytes(3_000)})
    with pytest.raises(CounterproofError) as error:
        make_slip(holder, plan(card, agreed=tuple(refs(card, "portrait"))))
    assert error.value.code == "wallet.too-much-for-paper"
    assert holder.cards()[1].fresh == 3


# Receipts


def receipt(box: WalletBox, session: bytes, *kept: tuple[str, str, str], **changes: Any) -> bytes:
    identity = changes.get("identity") or box.identity()
    contents = ReceiptContents(session, ReceiptOutcome.ACCEPTED, int(AT.timestamp()), kept)
    return QrReceipt.make(contents, identity.signer, identity.chain).to_message()


def presented(box: WalletBox, holder: Holder, **asked: Any) -> bytes:
    """Answer a request and return h(S)."""
    presentment = box.read(holder, box.ask({LIBRARY: ["card_number", "member_since"]}, **asked))
    presentment.agree(refs(holder.cards()[0], "card_number"), insists_on_unknown=True)
    return presentment.request.session_digest


def test_a_receipt_is_filed_under_its_presentation(box: WalletBox, holder: Holder) -> None:
    session = presented(box, holder)
    entry = file_receipt(holder, receipt(box, session))
    assert entry.record.receipt is not None
    assert entry.record.receipt.outcome == "accepted"
    assert history.entries(holder)[0].record.receipt == entry.record.receipt
    assert kept_unsaid(entry.record) == ()


def test_a_counter_that_keeps_more_than_it_said_is_found_out(box: WalletBox, holder: Holder) -> None:
    session = presented(box, holder, keep=["member_since"])
    number = (LIBRARY, LIBRARY, "card_number")
    entry = file_receipt(holder, receipt(box, session, number))
    assert kept_unsaid(entry.record) == (number,)


@pytest.mark.parametrize("way", ["shown", "slip"])
def test_a_receipt_for_a_code_without_a_request(box: WalletBox, holder: Holder, way: str) -> None:
    (card,) = holder.cards()
    if way == "slip":
        session = QrSlip.from_message(make_slip(holder, plan(card)).showing.message).session_digest
    else:
        code = ShowFirst(holder, card, refs(card, "card_number")).code()
        session = QrShown.from_message(code.message).session_digest
    assert file_receipt(holder, receipt(box, session)).record.receipt is not None


def test_a_receipt_of_somebody_elses(box: WalletBox, holder: Holder) -> None:
    with pytest.raises(CounterproofError) as error:
        file_receipt(holder, receipt(box, b"\x00" * 32))
    assert error.value.code == "wallet.receipt-unknown"


def test_a_receipt_by_another_reader(box: WalletBox, holder: Holder) -> None:
    session = presented(box, holder)
    other = box.stranger(kit=box.publisher.kit)
    with pytest.raises(CounterproofError) as error:
        file_receipt(holder, receipt(box, session, identity=other))
    assert error.value.code == "exchange.receipt-reader"
    assert history.entries(holder)[0].record.receipt is None


def test_a_receipt_for_a_slip_by_an_unknown_reader(box: WalletBox, holder: Holder) -> None:
    (card,) = holder.cards()
    session = QrSlip.from_message(make_slip(holder, plan(card)).showing.message).session_digest
    with pytest.raises(CounterproofError) as error:
        file_receipt(holder, receipt(box, session, identity=box.stranger()))
    assert error.value.code == "exchange.receipt-reader"
