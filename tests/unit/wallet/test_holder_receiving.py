"""A reply is verified and kept whole, or not at all: who may issue, to which keys, and copies alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.clock import FixedClock
from counterproof.handover.reply import open_reply
from counterproof.handover.request import request_hash
from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.issuer_signed import IssuerSigned
from tests.kit.certificates import AT, CertificateKit
from tests.kit.wallets import AGE, LIBRARY, PERSON, RESIDENCY, WalletBox, publisher_named
from tests.simulators.agency import Agency
from wallet.cards import private_key
from wallet.receiving import MOST_PENDING, receive_card, request_card
from wallet.records import PendingRecord, read

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.holder import Holder


def refused(holder: Holder, reply: bytes) -> str:
    """Return the code with which a reply is refused, and see that nothing of it was kept."""
    before = len(holder.vault)
    with pytest.raises(CounterproofError) as error:
        receive_card(holder, reply)
    assert len(holder.vault) == before
    assert holder.cards() == []
    return error.value.code


def test_a_card_arrives_with_all_its_copies(box: WalletBox, holder: Holder) -> None:
    asked = request_card(holder, box.offer(RESIDENCY, 5).to_bytes())
    assert (asked.agency, asked.copies) == ("Harbour Borough", 5)
    arrived = receive_card(holder, box.reply(asked.request, PERSON[RESIDENCY]))
    assert (arrived.agency, arrived.note, arrived.replaces) == ("Harbour Borough", "Welcome", ())
    assert arrived.card.fresh == 5
    assert arrived.card.name("et") == "Elaniku kaart"
    points = {
        private_key(copy.record.device_key).public_key().public_numbers().x for copy in arrived.card.copies
    }
    assert len(points) == 5


def test_the_keys_are_kept_before_the_request_exists(box: WalletBox, holder: Holder) -> None:
    asked = request_card(holder, box.offer(AGE, 2).to_bytes())
    (record,) = holder.vault.records(PendingRecord.kind)
    pending = read(record, PendingRecord)
    assert pending.request_hash == request_hash(asked.request)
    assert len(pending.device_keys) == 2


def test_a_reply_is_received_once(box: WalletBox, holder: Holder) -> None:
    asked = request_card(holder, box.offer(AGE).to_bytes())
    reply = box.reply(asked.request, PERSON[AGE])
    receive_card(holder, reply)
    with pytest.raises(CounterproofError) as error:
        receive_card(holder, reply)
    assert error.value.code == "wallet.no-such-request"
    assert len(holder.cards()) == 1


def test_an_older_card_of_the_kind_is_named(box: WalletBox, holder: Holder) -> None:
    first = box.give(holder, AGE)
    asked = request_card(holder, box.offer(AGE).to_bytes())
    assert receive_card(holder, box.reply(asked.request, PERSON[AGE])).replaces == (first.id,)


def test_a_reply_to_another_wallet(box: WalletBox, holder: Holder, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with WalletBox(tmp_path / "other").holder() as other:
        asked = request_card(other, box.offer(AGE).to_bytes())
    assert refused(holder, box.reply(asked.request, PERSON[AGE])) == "wallet.no-such-request"


def ask(box: WalletBox, holder: Holder, doc_type: str = AGE, copies: int = 2) -> bytes:
    return request_card(holder, box.offer(doc_type, copies).to_bytes()).request


def test_another_persons_keys(box: WalletBox, holder: Holder) -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()).public_key() for _ in range(2)]
    assert refused(holder, box.reply(ask(box, holder), PERSON[AGE], keys=keys)) == "wallet.reply-other-key"


def test_one_key_in_two_copies(box: WalletBox, holder: Holder) -> None:
    request = ask(box, holder)
    (record,) = holder.vault.records(PendingRecord.kind)
    key = private_key(read(record, PendingRecord).device_keys[0]).public_key()
    assert refused(holder, box.reply(request, PERSON[AGE], keys=[key, key])) == "wallet.reply-other-key"


@pytest.mark.parametrize("count", [1, 3])
def test_another_number_of_copies(box: WalletBox, holder: Holder, count: int) -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()).public_key() for _ in range(count)]
    assert refused(holder, box.reply(ask(box, holder), PERSON[AGE], keys=keys)) == "wallet.reply-count"


def reopened(box: WalletBox, holder: Holder, request: bytes) -> list[bytes]:
    """Return the credentials of an honest reply."""
    (record,) = holder.vault.records(PendingRecord.kind)
    pending = read(record, PendingRecord)
    reply = open_reply(
        box.reply(request, PERSON[AGE]),
        recipient_key=private_key(pending.recipient_key),
        request_hash=pending.request_hash,
    )
    return list(reply.credentials)


def test_copies_that_say_different_things(box: WalletBox, holder: Holder) -> None:
    request = ask(box, holder)
    (record,) = holder.vault.records(PendingRecord.kind)
    keys = [private_key(each).public_key() for each in read(record, PendingRecord).device_keys]
    one = box.agency.issue(AGE, {AGE: {"age_over_18": True}}, keys[0])
    other = box.agency.issue(AGE, {AGE: {"age_over_18": False}}, keys[1])
    reply = box.reply(request, PERSON[AGE], credentials=(one, other))
    assert refused(holder, reply) == "wallet.reply-copies-differ"


def test_copies_with_one_salt_between_them(box: WalletBox, holder: Holder) -> None:
    request = ask(box, holder)
    first, second = (IssuerSigned.from_bytes(each) for each in reopened(box, holder, request))
    mso = second.mso
    shared = {AGE: {**mso.value_digests[AGE], **first.mso.value_digests[AGE]}}
    items = dict(first.namespaces)
    bent = box.agency.sign(msgspec.structs.replace(mso, value_digests=shared), items)
    reply = box.reply(request, PERSON[AGE], credentials=(first.to_bytes(), bent.to_bytes()))
    assert refused(holder, reply) == "wallet.reply-linkable"


@pytest.mark.parametrize("place", range(0, 2000, 311))
def test_a_flipped_bit_in_a_copy(box: WalletBox, holder: Holder, place: int) -> None:
    request = ask(box, holder)
    good, other = reopened(box, holder, request)
    place %= len(other)
    bad = other[:place] + bytes([other[place] ^ 1]) + other[place + 1 :]
    reply = box.reply(request, PERSON[AGE], credentials=(good, bad))
    assert refused(holder, reply)


def test_a_card_of_an_agency_that_only_looks_the_same(box: WalletBox, holder: Holder) -> None:
    impostor = Agency(2)
    request = ask(box, holder)
    (record,) = holder.vault.records(PendingRecord.kind)
    keys = [private_key(each).public_key() for each in read(record, PendingRecord).device_keys]
    forged = tuple(impostor.issue(AGE, {AGE: PERSON[AGE]}, key) for key in keys)
    assert refused(holder, box.reply(request, PERSON[AGE], credentials=forged)) == "wallet.copy-refused"


def test_a_card_of_another_kind(box: WalletBox, holder: Holder) -> None:
    request = ask(box, holder)
    (record,) = holder.vault.records(PendingRecord.kind)
    keys = [private_key(each).public_key() for each in read(record, PendingRecord).device_keys]
    others = tuple(box.agency.issue(LIBRARY, {LIBRARY: PERSON[LIBRARY]}, key) for key in keys)
    assert refused(holder, box.reply(request, PERSON[AGE], credentials=others)) == "wallet.copy-refused"


def test_a_reply_that_names_another_root(box: WalletBox, holder: Holder) -> None:
    other = CertificateKit("somewhere else").iaca.certificate
    reply = box.reply(ask(box, holder), PERSON[AGE], issuer_root=other)
    assert refused(holder, reply) == "wallet.reply-other-agency"


def test_a_card_that_has_run_out(box: WalletBox, holder: Holder) -> None:
    request = ask(box, holder)
    box.clock.advance(91 * 86_400)
    old = reopened_at_issue(box, holder, request)
    assert old == "wallet.copy-refused"


def reopened_at_issue(box: WalletBox, holder: Holder, request: bytes) -> str:
    late, box.clock = box.clock, FixedClock(AT)
    reply = box.reply(request, PERSON[AGE])
    box.clock = late
    return refused(holder, reply)


def offers() -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        "unknown agency": ("wallet.agency-unknown", {"issuer_root": "5a" * 32}),
        "a type it does not issue": ("wallet.agency-may-not", {"doc_type": "org.example.passport.1"}),
        "over": ("handover.offer-expired", {"expires_at": AT - timedelta(days=1)}),
        "far ahead": ("handover.offer-end", {"expires_at": AT + timedelta(days=60)}),
    }


@pytest.mark.parametrize("name", offers())
def test_an_offer_that_is_not_asked_for(box: WalletBox, holder: Holder, name: str) -> None:
    code, changes = offers()[name]
    with pytest.raises(CounterproofError) as error:
        request_card(holder, replace(box.offer(AGE), **changes).to_bytes())
    assert error.value.code == code
    assert holder.vault.ids(PendingRecord.kind) == []


@pytest.mark.parametrize("copies", [0, -1, 4])
def test_a_number_of_copies_that_is_not_offered(box: WalletBox, holder: Holder, copies: int) -> None:
    with pytest.raises(CounterproofError) as error:
        request_card(holder, box.offer(AGE, 3).to_bytes(), copies=copies)
    assert error.value.code == "wallet.copies-offered"


def test_old_requests_are_forgotten(box: WalletBox, holder: Holder) -> None:
    asked = [request_card(holder, box.offer(AGE, 1).to_bytes()).request for _ in range(MOST_PENDING + 2)]
    kept = [read(each, PendingRecord).request_hash for each in holder.vault.records(PendingRecord.kind)]
    assert kept == [request_hash(each) for each in asked[2:]]


def test_the_agency_is_called_as_the_trust_list_calls_it(tmp_path: Path) -> None:
    box = WalletBox(tmp_path, publisher=publisher_named("Old Harbour"))
    with box.holder() as holder:
        asked = request_card(holder, box.offer(AGE, agency="Royal Palace").to_bytes())
        assert asked.agency == "Old Harbour"
        arrived = receive_card(holder, box.reply(asked.request, PERSON[AGE], agency="Royal Palace"))
        assert arrived.card.agency == "Old Harbour"
