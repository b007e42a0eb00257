"""Answering, scenario by scenario, without a screen.

`shoulder` (a consent page left open) is a matter of windows and stands with their tests: a command has no
page that stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CounterproofError
from counterproof.optics.exchange.answer import DECLINED
from counterproof.words.explain import explain_error
from tests.kit.answers import outcomes, refusal, uses
from tests.kit.certificates import AT
from tests.kit.scenarios import scenario
from tests.kit.wallets import AGE, LIBRARY, PURPOSE, RESIDENCY, WalletBox, opened, refs, shown_by
from wallet import history
from wallet.presentment import Stage
from wallet.records import ShowOutcome

if TYPE_CHECKING:
    from wallet.holder import Holder


# What is shown is what was agreed to


@scenario("response-extra")
def test_response_extra(box: WalletBox, holder: Holder) -> None:
    transaction = box.ask({RESIDENCY: ["family_name", "given_name", "birth_date"]})
    presentment = box.read(holder, transaction)
    showing = presentment.agree(refs(holder.cards()[0], "family_name", "given_name"))
    found = shown_by(opened(transaction, showing.message))
    assert found == {
        RESIDENCY: {RESIDENCY: {"family_name": "Quillfeather-Mägi", "given_name": "Ottoline Zenobia"}}
    }


def test_what_was_not_asked_for_cannot_be_agreed_to(box: WalletBox, holder: Holder) -> None:
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}))
    with pytest.raises(CounterproofError) as error:
        presentment.agree(refs(holder.cards()[0], "family_name", "card_number"))
    assert error.value.code == "wallet.not-offered"
    assert uses(holder) == 0


def test_nothing_is_no_agreement(box: WalletBox, holder: Holder) -> None:
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}))
    with pytest.raises(CounterproofError) as error:
        presentment.agree([])
    assert error.value.code == "wallet.nothing-agreed"
    assert (uses(holder), presentment.stage) == (0, Stage.ASKED)


def test_several_documents_go_in_the_order_asked(box: WalletBox, holder: Holder) -> None:
    box.give(holder, AGE)
    transaction = box.ask({AGE: ["age_over_18"], LIBRARY: ["card_number"], RESIDENCY: ["family_name"]})
    presentment = box.read(holder, transaction)
    assert [each.card is None for each in presentment.view.documents] == [False, True, False]
    showing = presentment.agree([each.ref for each in presentment.view.fields])
    assert list(shown_by(opened(transaction, showing.message))) == [AGE, RESIDENCY]


def test_the_log_is_there_before_anything_is_built(
    box: WalletBox, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def look(transcript: bytes, copies: object) -> bytes:
        del transcript, copies
        seen.append((outcomes(holder), uses(holder)))
        raise RuntimeError

    monkeypatch.setattr("wallet.presentment.compose_response", look)
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}))
    with pytest.raises(RuntimeError):
        presentment.agree(refs(holder.cards()[0], "family_name"))
    assert seen == [([ShowOutcome.AGREED], 1)]


def test_an_answer_that_cannot_be_built_uses_nothing_up(box: WalletBox, holder: Holder) -> None:
    transaction = box.ask({RESIDENCY: ["family_name", "portrait"]}, longest_answer=1218, features=0)
    presentment = box.read(holder, transaction)
    with pytest.raises(CounterproofError) as error:
        presentment.agree(refs(holder.cards()[0], "family_name", "portrait"))
    assert error.value.code == "exchange.answer-too-long"
    assert (outcomes(holder), uses(holder)) == ([ShowOutcome.NOT_BUILT], 0)
    again = box.read(holder, transaction)
    assert again.agree(refs(holder.cards()[0], "family_name")).frames_needed == 1


def test_the_history_tells_how_it_went(box: WalletBox, holder: Holder) -> None:
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name", "card_number"]}))
    presentment.agree(refs(holder.cards()[0], "family_name"))
    stages = [presentment.stage]
    presentment.shown()
    stages.append(presentment.stage)
    presentment.done()
    assert [*stages, presentment.stage] == [Stage.BUILT, Stage.SHOWN, Stage.DONE]
    (entry,) = history.entries(holder)
    record = entry.record
    assert (record.reader, record.agency) == ("Harbour Library, desk 3", "Harbour Borough")
    assert (record.purpose, record.outcome, record.verified) == (PURPOSE, ShowOutcome.DONE, True)
    assert [each.ref for each in record.elements] == refs(holder.cards()[0], "family_name")
    assert sorted(record.asked) == sorted(refs(holder.cards()[0], "card_number", "family_name"))
    assert record.sessions == (presentment.request.session_digest,)
    assert b"Quillfeather" not in record.to_bytes()


# Saying no


@scenario("cancel")
def test_cancel(box: WalletBox, holder: Holder) -> None:
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}))
    presentment.refuse()
    assert presentment.showing is None
    assert (outcomes(holder), uses(holder)) == ([ShowOutcome.REFUSED], 0)
    with pytest.raises(CounterproofError) as error:
        presentment.agree(refs(holder.cards()[0], "family_name"))
    assert error.value.code == "wallet.stage"


def test_after_a_no_the_same_request_can_still_be_answered(box: WalletBox, holder: Holder) -> None:
    transaction = box.ask({RESIDENCY: ["family_name"]})
    box.read(holder, transaction).refuse()
    assert box.read(holder, transaction).agree(refs(holder.cards()[0], "family_name")).message
    assert sorted(outcomes(holder)) == [ShowOutcome.AGREED, ShowOutcome.REFUSED]


def test_declining_has_one_form_and_uses_no_copy(box: WalletBox, holder: Holder) -> None:
    transaction = box.ask({RESIDENCY: ["family_name"]})
    presentment = box.read(holder, transaction)
    showing = presentment.decline()
    received = transaction.receive(showing.message, 1.0)
    assert (received.response, received.declined) == (DECLINED, True)
    assert (outcomes(holder), uses(holder)) == ([ShowOutcome.DECLINED], 0)
    presentment.shown()
    assert outcomes(holder) == [ShowOutcome.DECLINED]


def test_after_declining_the_holder_may_think_better_of_it(box: WalletBox, holder: Holder) -> None:
    transaction = box.ask({RESIDENCY: ["family_name"]})
    box.read(holder, transaction).decline()
    again = box.read(holder, transaction)
    assert not again.repeated
    showing = again.agree(refs(holder.cards()[0], "family_name"))
    assert list(shown_by(opened(transaction, showing.message))) == [RESIDENCY]


@pytest.mark.parametrize("step", ["shown", "done"])
def test_nothing_is_shown_before_it_is_built(box: WalletBox, holder: Holder, step: str) -> None:
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}))
    with pytest.raises(CounterproofError) as error:
        getattr(presentment, step)()
    assert error.value.code == "wallet.stage"


# Time


@scenario("request-expired")
def test_request_expired(box: WalletBox, holder: Holder) -> None:
    transaction = box.ask({RESIDENCY: ["family_name"]})
    box.clock.advance(181)
    error = refusal(box, holder, transaction)
    assert error.code == "exchange.request-late"
    said = explain_error(error).what
    assert "2026-06-01 12:00:00 UTC" in said
    assert "2026-06-01 12:03:01 UTC" in said


@scenario("request-future")
def test_request_future(box: WalletBox, holder: Holder) -> None:
    transaction = box.ask({RESIDENCY: ["family_name"]}, made_at=int(AT.timestamp()) + 3600)
    error = refusal(box, holder, transaction)
    assert error.code == "exchange.request-early"
    said = explain_error(error).what
    assert "13:00:00 UTC" in said
    assert "12:00:00 UTC" in said


@pytest.mark.parametrize("seconds", [0, 179, 180])
def test_a_minute_more_is_borne(box: WalletBox, holder: Holder, seconds: int) -> None:
    transaction = box.ask({RESIDENCY: ["family_name"]})
    box.clock.advance(seconds)
    assert box.read(holder, transaction).view.can_answer


def test_a_request_that_ends_while_the_holder_thinks(box: WalletBox, holder: Holder) -> None:
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}))
    box.clock.advance(181)
    with pytest.raises(CounterproofError) as error:
        presentment.agree(refs(holder.cards()[0], "family_name"))
    assert error.value.code == "wallet.request-over"
    assert uses(holder) == 0


@scenario("request-replay")
def test_request_replay(box: WalletBox, holder: Holder) -> None:
    """The same request again gets the same answer and uses no second copy; when it is over, nothing."""
    transaction = box.ask({RESIDENCY: ["family_name", "card_number"]})
    first = box.read(holder, transaction).agree(refs(holder.cards()[0], "family_name"))
    again = box.read(holder, transaction)
    assert again.repeated
    assert again.showing is not None
    assert again.showing.message == first.message
    with pytest.raises(CounterproofError) as error:
        again.agree(refs(holder.cards()[0], "card_number"))
    assert error.value.code == "wallet.stage"
    assert (uses(holder), len(history.entries(holder))) == (1, 1)
    box.clock.advance(181)
    with pytest.raises(CounterproofError) as error:
        box.read(holder, transaction)
    assert error.value.code == "exchange.request-late"


def test_the_same_answer_comes_from_a_wallet_that_was_closed(box: WalletBox) -> None:
    with box.holder() as holder:
        box.give(holder, RESIDENCY)
        transaction = box.ask({RESIDENCY: ["family_name"]})
        first = box.read(holder, transaction).agree(refs(holder.cards()[0], "family_name"))
    with box.holder() as holder:
        again = box.read(holder, transaction)
        assert again.showing is not None
        assert again.showing.message == first.message
        assert uses(holder) == 1
