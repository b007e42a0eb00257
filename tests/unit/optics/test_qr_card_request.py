"""A request for a card as a code: the very file comes out, and the number is the same on both sides."""

from __future__ import annotations

import hashlib

import pytest

from counterproof.mdoc.errors import LimitError, MalformedError
from counterproof.optics.encode import encode
from counterproof.optics.exchange import card_request
from counterproof.optics.kinds import Kind
from counterproof.optics.text import refusal
from tests.kit.qr_card_request import asked_card


@pytest.mark.parametrize("copies", [1, 4, 5, 200])
def test_the_very_file_comes_out(copies: int) -> None:
    _, file = asked_card(copies)
    m = card_request.to_message(file)
    assert card_request.from_message(m) == file
    assert encode(Kind.CARD_REQUEST, m, streams_ok=True).moving == (copies > 4)


def test_the_number_follows_from_the_file() -> None:
    _, file = asked_card(1)
    named = hashlib.sha256(b"counterproof.qr.card-request.v1" + hashlib.sha256(file).digest()).digest()
    assert card_request.number(file) == f"{int.from_bytes(named[:4], 'big') % 10_000:04}"
    assert card_request.number(file) != card_request.number(file + b" ")


@pytest.mark.parametrize(
    ("file", "error", "code"),
    [
        (b"", MalformedError, "exchange.card-request-form"),
        (b"\x89PNG", MalformedError, "exchange.card-request-form"),
        (b"{" + bytes(524_288), LimitError, "exchange.card-request-size"),
    ],
)
def test_nothing_else_is_made_a_code(file: bytes, error: type[MalformedError], code: str) -> None:
    with pytest.raises(error) as refused:
        card_request.to_message(file)
    assert refused.value.code == code


def test_what_no_stream_carries_is_said_before_anything_is_shown() -> None:
    noise = b"{" + b"".join(hashlib.sha256(bytes((n & 255, n >> 8))).digest() for n in range(2_200))
    with pytest.raises(LimitError) as refused:
        card_request.to_message(noise)
    assert refused.value.code == "exchange.message-size"


def test_a_newer_version_is_named() -> None:
    assert refusal("CPC2:ABC").code == "optics.newer-version"
    assert refusal("CPCÖ" + "A" * 40).code == "optics.keyboard-layout"
