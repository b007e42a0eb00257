from __future__ import annotations

import hashlib

import pytest

from counterproof.mdoc.cbor import EncodedCbor, decode_exact, encode
from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.session import SessionTranscript

ENGAGEMENT, READER_KEY = EncodedCbor.of({0: "1.0"}), EncodedCbor.of({1: 2})


def test_the_array_and_its_tag_24_form_are_two_things() -> None:
    made = SessionTranscript.qr_engagement(ENGAGEMENT, READER_KEY)
    assert made.raw[0] == 0x83
    assert made.raw == b"\x83" + ENGAGEMENT.raw + READER_KEY.raw + b"\xf6"
    assert made.encoded_item.raw == b"\xd8\x18" + encode(made.raw)
    assert made.salt == hashlib.sha256(made.encoded_item.raw).digest()


def test_nfc_without_a_request_has_null_there() -> None:
    made = SessionTranscript.nfc(ENGAGEMENT, READER_KEY, b"select")
    assert decode_exact(made.raw)[2] == [b"select", None]


def test_a_website_hashes_the_reader_engagement_as_received() -> None:
    odd = EncodedCbor(b"\xa0", b"\xd8\x18\x58\x01\xa0")
    made = SessionTranscript.website(ENGAGEMENT, READER_KEY, odd)
    assert decode_exact(made.raw)[2] == hashlib.sha256(odd.raw).digest()


def test_encryption_parameters_take_the_second_place() -> None:
    parameters = EncodedCbor.of({"nonce": b"1"})
    made = SessionTranscript.openid4vp("c", "n", None, "r")
    assert decode_exact(made.with_encryption_parameters(parameters).raw)[1] == parameters
    assert made.with_encryption_parameters(parameters) != made


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("80", "session.transcript-form"),
        ("82f6f6", "session.transcript-form"),
        ("84f6f6f6f6", "session.transcript-form"),
        ("83f600f6", "session.transcript-form"),
        ("8340f6f6", "session.transcript-form"),
        ("a0", "session.transcript-form"),
        ("d8184483f6f6f6", "session.transcript-form"),
        ("83f6f6f600", "cbor.trailing-bytes"),
        ("", "cbor.truncated"),
    ],
)
def test_what_is_no_transcript_is_refused(raw: str, code: str) -> None:
    with pytest.raises(CounterproofError) as caught:
        SessionTranscript.from_bytes(bytes.fromhex(raw))
    assert caught.value.code == code
