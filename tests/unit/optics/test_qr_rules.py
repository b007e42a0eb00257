"""What receivers must bear: key orders, unknown terms, longer heads inside documents, roots sent along."""

from __future__ import annotations

import pytest

from counterproof.mdoc.cbor import EncodedCbor, decode_exact, encode
from counterproof.mdoc.errors import CounterproofError
from counterproof.optics.exchange import answer
from counterproof.optics.exchange.reader_identity import ReaderRefusedError, ReaderTrust, examine_reader
from counterproof.optics.exchange.request import GIVES_RECEIPTS, QrRequest, RequestTerms
from counterproof.optics.exchange.shown import QrShown, ShownTerms
from counterproof.optics.exchange.slip import SlipTerms
from counterproof.optics.exchange.wallet_side import read_request
from tests.kit.certificates import AT
from tests.kit.qr_story import ADULT, AGE, NOW, Story, recoded

WANTED = {(AGE, "age_over_18")}


@pytest.fixture
def story() -> Story:
    return Story()


def with_unknown(terms: EncodedCbor) -> EncodedCbor:
    return EncodedCbor.of(decode_exact(terms.content) | {99: [1], "later": b"x"})


def test_unknown_terms_of_a_request_are_ignored_and_covered(story: Story) -> None:
    honest = story.counter.terms()
    terms = RequestTerms.from_encoded(with_unknown(honest.encoded))
    assert (terms.purpose, terms.label) == (honest.purpose, honest.label)
    transaction = story.counter.request(ADULT, terms)
    request = read_request(transaction.request.to_message(), at=AT, trust=story.counter.trust)
    assert with_unknown(honest.encoded).raw in request.request.to_body()
    assert transaction.receive(story.holder.answer(request), 1.0).response is not None
    stripped = encode(
        {
            1: request.request.parameters.encoded,
            2: honest.encoded,
            3: request.request.device_request_bytes,
        }
    )
    with pytest.raises(ReaderRefusedError) as caught:
        read_request(recoded(stripped), at=AT, trust=story.counter.trust)
    assert caught.value.code == "exchange.reader-signature"


def test_unknown_terms_of_one_way_are_ignored_and_covered(story: Story) -> None:
    terms = story.shown_terms()
    changed = ShownTerms.from_encoded(with_unknown(terms.encoded))
    assert (changed.time, changed.random) == (terms.time, terms.random)
    assert QrShown(changed, b"").transcript != QrShown(terms, b"").transcript
    slip = story.slip_terms()
    assert SlipTerms.from_encoded(with_unknown(slip.encoded)).readers == slip.readers


def test_a_key_that_only_equals_a_number_is_an_unknown_term() -> None:
    # f5 is true, which Python takes for 1: here it stands where the time should.
    data = b"\xa3\x00\x01\xf5\x1a" + NOW.to_bytes(4, "big") + b"\x02\x50" + bytes(16)
    with pytest.raises(CounterproofError) as caught:
        ShownTerms.from_encoded(EncodedCbor(data))
    assert caught.value.code == "exchange.member"


def test_keys_may_come_in_any_order(story: Story) -> None:
    request = story.counter.request(ADULT).request
    first, second = b"\x01" + request.parameters.encoded.raw, b"\x02" + request.terms.encoded.raw
    third = b"\x03" + encode(request.device_request_bytes)
    turned = QrRequest.from_body(b"\xa3" + third + second + first)
    assert turned.transcript == request.transcript
    _, asked = story.ask()
    p = answer.padded(story.response(asked))
    enc, sealed = answer.from_message(story.sealed(asked, p))
    assert answer.from_message(b"\x00\xa2\x02" + encode(sealed) + b"\x01" + encode(enc)) == (enc, sealed)


def test_inside_the_device_request_longer_heads_are_borne(story: Story) -> None:
    transaction = story.counter.request(ADULT)
    request = transaction.request
    longer = b"\xb8\x02" + request.device_request_bytes[1:]
    assert request.device_request_bytes[0] == 0xA2
    body = encode({1: request.parameters.encoded, 2: request.terms.encoded, 3: longer})
    read = read_request(recoded(body), at=AT, trust=story.counter.trust)
    assert read.transcript == request.transcript


def test_inside_a_response_longer_heads_are_borne(story: Story) -> None:
    shown = story.holder.show(AGE, WANTED, story.shown_terms())
    longer = QrShown(shown.terms, b"\xb9\x00\x03" + shown.response[1:])
    assert QrShown.from_message(longer.to_message()).response == longer.response


def test_a_root_that_is_sent_along_is_no_proof_of_itself(story: Story) -> None:
    chain = [story.counter.certificate.der, story.counter.anchor.der]
    assert not examine_reader(chain, ReaderTrust([]), AT).known
    assert examine_reader(chain, story.counter.trust, AT).known


def test_a_chain_that_does_not_hang_together_is_refused_and_not_unknown(story: Story) -> None:
    stranger = Story().agency
    for above in (stranger.anchor.der, stranger.signer_certificate.der):
        with pytest.raises(ReaderRefusedError) as caught:
            examine_reader([story.counter.certificate.der, above], ReaderTrust([]), AT)
        assert caught.value.facts["reason"] == "certificate.path"


def test_a_root_of_agencies_makes_no_reader(story: Story) -> None:
    with pytest.raises(ReaderRefusedError):
        examine_reader([story.agency.signer_certificate.der], ReaderTrust([story.agency.anchor]), AT)


def test_features_that_nobody_knows_are_ignored(story: Story) -> None:
    terms = story.counter.terms(features=0b11111100 | GIVES_RECEIPTS)
    assert terms.gives_receipts
    assert not terms.reads_streams
    assert terms.answer_limit == 1672


def test_nothing_personal_and_no_key_shows_in_what_is_printed(story: Story) -> None:
    transaction, request = story.ask()
    scalar = story.counter.kit.key("one-time 1").private_numbers().private_value
    for text in (repr(transaction), repr(request), repr(transaction.request)):
        assert str(scalar) not in text
        assert "private" not in text.lower()
