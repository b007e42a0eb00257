"""Lists as a code: the very zip file comes out, the first that fits goes in, the rest is refused."""

from __future__ import annotations

import hashlib

import pytest

from counterproof.mdoc.errors import CounterproofError, LimitError
from counterproof.optics.exchange import coding, lists
from counterproof.optics.exchange.limits import LIMITS
from counterproof.optics.kinds import Kind
from counterproof.optics.stream import StreamAssembler, StreamSender

HEAD = b"PK\x03\x04"
NOISE = HEAD + b"".join(hashlib.sha256(bytes((n & 255, n >> 8))).digest() for n in range(2_200))
SMALL = HEAD + b"lists" * 900


def test_the_very_file_comes_out_of_the_pictures() -> None:
    sender, assembler = StreamSender(Kind.LISTS, lists.to_message(NOISE[:20_000])), StreamAssembler()
    fed = (assembler.feed(text, number / 12) for number, text in enumerate(sender))
    found = next(each for each in fed if each is not None)
    assert found[0] is Kind.LISTS
    assert lists.from_message(found[1]) == NOISE[:20_000]


def test_the_first_that_fits_is_taken() -> None:
    assert lists.fitting([SMALL, NOISE]) == (0, lists.to_message(SMALL))
    assert lists.fitting([NOISE, SMALL]) == (1, lists.to_message(SMALL))


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"", "exchange.lists-form"),
        (b"{}", "exchange.lists-form"),
        (NOISE, "exchange.lists-size"),
        (HEAD + bytes(LIMITS.lists), "exchange.lists-size"),
    ],
)
def test_what_no_code_carries_is_said_before_anything_is_shown(file: bytes, code: str) -> None:
    with pytest.raises(CounterproofError) as refused:
        lists.to_message(file)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("m", "code"),
    [
        (coding.to_message(b"{}"), "exchange.lists-form"),
        (coding.to_message(b"PK\x05\x06"), "exchange.lists-form"),
        (coding.to_message(HEAD + bytes(LIMITS.lists)), "exchange.body-size"),
        (b"", "exchange.empty"),
        (b"\x07" + HEAD, "exchange.coding"),
    ],
)
def test_what_is_no_zip_file_or_too_large_is_refused(m: bytes, code: str) -> None:
    with pytest.raises(CounterproofError) as refused:
        lists.from_message(m)
    assert refused.value.code == code


def test_the_size_that_is_too_much_is_the_smallest_that_there_was() -> None:
    with pytest.raises(LimitError) as refused:
        lists.fitting([NOISE + NOISE, NOISE])
    assert refused.value.facts == {"size": len(coding.coded(NOISE)[1]) + 1, "limit": LIMITS.message}


def test_a_steady_camera_needs_a_little_longer_than_the_pictures_take() -> None:
    m = lists.to_message(NOISE[:48_000])
    assert lists.pictures(m) == -(-len(m) // 480)
    assert lists.pictures(m) / 12 < lists.seconds(m) < lists.pictures(m) / 12 * 1.5
