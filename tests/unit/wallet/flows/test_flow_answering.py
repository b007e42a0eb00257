"""What is ticked, what stands in the way, and that a rehearsal leads nowhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import pytest

from counterproof.handover.offer import CredentialOffer
from counterproof.mdoc.errors import CounterproofError
from tests.kit.wallets import AGE, LIBRARY, PERSON, RESIDENCY, opened, shown_by
from wallet import history
from wallet.consent import Setting
from wallet.flows import past
from wallet.flows.answering import Answering
from wallet.flows.arrivals import What, look, what
from wallet.flows.letter import letter
from wallet.flows.rehearsal import rehearse
from wallet.receiving import request_card
from wallet.records import CopyRecord

if TYPE_CHECKING:
    from pathlib import Path

    from counterproof.optics.exchange.reader_side import CounterTransaction
    from tests.kit.wallets import WalletBox
    from wallet.holder import Holder


def asked(holder: Holder, transaction: CounterTransaction) -> Answering:
    return Answering(holder, transaction.request.to_message(), Setting())


def test_what_is_registered_is_ticked_and_shown(box: WalletBox, holder: Holder) -> None:
    box.give(holder, RESIDENCY)
    box.register("resident_borough")
    transaction = box.ask({RESIDENCY: ["resident_borough"]})
    answering = asked(holder, transaction)
    assert answering.agree_words == "Show this 1 thing"
    assert answering.obstacle == ""
    showing = answering.agree()
    shown = shown_by(opened(transaction, showing.message))
    assert shown == {RESIDENCY: {RESIDENCY: {"resident_borough": PERSON[RESIDENCY]["resident_borough"]}}}


def test_what_goes_beyond_is_off_until_that_very_field_is_ticked(box: WalletBox, holder: Holder) -> None:
    box.give(holder, RESIDENCY)
    box.register("resident_borough")
    transaction = box.ask({RESIDENCY: ["resident_borough", "family_name"]})
    answering = asked(holder, transaction)
    (beyond,) = answering.beyond
    assert beyond.ref not in answering.ticked
    assert [each.ref[2] for each in answering.within] == ["resident_borough"]
    answering.tick(beyond.ref, on=True)
    assert answering.agree_words == "Show these 2 things"
    shown = shown_by(opened(transaction, answering.agree().message))
    assert set(shown[RESIDENCY][RESIDENCY]) == {"resident_borough", "family_name"}


def test_nothing_ticked_shows_nothing(box: WalletBox, holder: Holder) -> None:
    box.give(holder, RESIDENCY)
    answering = asked(holder, box.ask({RESIDENCY: ["resident_borough"]}))
    assert answering.ticked == set()
    assert answering.obstacle


def test_an_unknown_reader_needs_a_word_of_its_own(box: WalletBox, holder: Holder) -> None:
    box.give(holder, AGE)
    transaction = box.ask({AGE: ["age_over_18"]}, identity=box.stranger())
    answering = asked(holder, transaction)
    for each in answering.view.fields:
        answering.tick(each.ref, on=True)
    assert answering.needs_insisting
    assert answering.obstacle
    with pytest.raises(CounterproofError, match="unknown"):
        answering.agree()
    answering.insists = True
    assert answering.obstacle == ""
    assert shown_by(opened(transaction, answering.agree().message))


def test_a_used_copy_needs_a_word_of_its_own(box: WalletBox, holder: Holder) -> None:
    box.give(holder, AGE, copies=1)
    box.register("age_over_18", doc_type=AGE)
    asked(holder, box.ask({AGE: ["age_over_18"]})).agree()
    answering = asked(holder, box.ask({AGE: ["age_over_18"]}, identity=box.identity()))
    if answering.needs_reuse:
        assert answering.obstacle
        answering.reuse = True
    assert answering.obstacle == ""


def test_a_rehearsal_writes_nothing_and_uses_nothing_up(box: WalletBox, holder: Holder) -> None:
    box.give(holder, RESIDENCY)
    box.register("resident_borough")
    m = box.ask(
        {RESIDENCY: ["resident_borough", "resident_city"], LIBRARY: ["card_number"]}
    ).request.to_message()
    before = holder.vault.counter
    box.clock.advance(30 * 86_400)
    found = rehearse(holder, m, Setting())
    assert holder.vault.counter == before
    assert history.entries(holder) == []
    assert all(CopyRecord.kind and copy.fresh for card in holder.cards() for copy in card.copies)
    assert [each.ref[2] for each in found.view.fields] == ["resident_borough"]
    assert len(found.missing) == 2
    assert not hasattr(found, "agree")


def test_a_letter_holds_no_value(box: WalletBox, holder: Holder) -> None:
    box.give(holder, RESIDENCY)
    box.register("resident_borough")
    asked(holder, box.ask({RESIDENCY: ["resident_borough", "family_name"]})).agree()
    (entry,) = history.entries(holder)
    text = letter(entry)
    assert "Harbour Library" in text
    assert "resident_borough" in text
    in_words = letter(entry, past.asked(holder, entry, "en"))
    assert "Asked for: Family name, Borough\n" in in_words
    assert "resident_borough" not in in_words
    assert not any(str(value) in text for value in PERSON[RESIDENCY].values() if isinstance(value, str))


def test_a_reason_is_said_only_as_it_was_registered_when_the_counter_asked(
    box: WalletBox, holder: Holder
) -> None:
    box.give(holder, RESIDENCY)
    box.register("resident_borough")
    asked(holder, box.ask({RESIDENCY: ["resident_borough"]})).agree()
    (entry,) = history.entries(holder)
    assert past.what_for(holder, entry, "en") == "Residents join free of charge."
    newer = replace(entry, record=msgspec.structs.replace(entry.record, purpose_version=2))
    assert past.what_for(holder, newer, "en") == ""
    unsigned = replace(entry, record=msgspec.structs.replace(entry.record, leaf=None))
    assert past.what_for(holder, unsigned, "en") == ""


def test_files_are_told_by_their_content(box: WalletBox, holder: Holder, tmp_path: Path) -> None:
    offer = box.offer(AGE)
    request = request_card(holder, offer.to_bytes()).request
    reply = box.reply(request, PERSON[AGE])
    assert what(offer.to_bytes()) is What.OFFER
    assert what(request) is What.OWN_REQUEST
    assert what(reply) is What.REPLY
    assert what(b"\x89PNG\r\n\x1a\n....") is What.PICTURE
    assert what(b"%PDF-1.7 ...") is What.PICTURE
    assert what(b"CPR1:ABC") is What.CODE_TEXT
    assert what(b"{}") is What.UNKNOWN
    assert what(b"{" * 400) is What.UNKNOWN
    assert what(b"") is What.UNKNOWN
    assert look(box.published)[0] is What.TRUST
    named = tmp_path / "holiday.jpg"
    named.write_bytes(offer.to_bytes())
    assert look(named)[0] is What.OFFER
    assert CredentialOffer.from_bytes(look(named)[1]).doc_type == AGE
