from __future__ import annotations

import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterproof.mdoc.errors import LimitError, MalformedError, UnsupportedError
from counterproof.optics import base45
from counterproof.optics.encode import StillCode, encode
from counterproof.optics.kinds import FOREIGN_CODES, Form, Kind, recognise
from counterproof.optics.stream import StreamSender
from counterproof.optics.text import decode_still, encode_still

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@given(st.binary(max_size=600))
def test_base45_round_trip(data: bytes) -> None:
    encoded = base45.encode(data)
    assert base45.decode(encoded) == data
    assert not encoded.endswith(" ")


@given(st.text(alphabet=ALPHABET, max_size=40))
def test_base45_has_one_text_for_each_value(text: str) -> None:
    try:
        data = base45.decode(text)
    except MalformedError:
        return
    assert base45.encode(data) == text


@pytest.mark.parametrize(
    ("text", "code", "facts"),
    [
        ("bb8", "optics.base45-character", {"at": 0}),
        ("BB8Ö", "optics.base45-character", {"at": 3}),
        ("BB,", "optics.base45-character", {"at": 2}),
        ("BB\n", "optics.base45-character", {"at": 2}),
        ("A", "optics.base45-length", {"length": 1}),
        ("BB8A", "optics.base45-length", {"length": 4}),
        ("BB8GGW", "optics.base45-value", {"at": 3}),
        (":::", "optics.base45-value", {"at": 0}),
        ("BB8U5", None, {}),
        ("BB8V5", "optics.base45-value", {"at": 3}),
    ],
)
def test_base45_refusals(text: str, code: str | None, facts: dict[str, int]) -> None:
    if code is None:
        assert base45.decode(text)[-1] == 0xFF
        return
    with pytest.raises(MalformedError) as refused:
        base45.decode(text)
    assert refused.value.code == code
    assert refused.value.facts == facts


@pytest.mark.parametrize("kind", list(Kind))
def test_still_round_trip_and_layout(kind: Kind) -> None:
    m = bytes(range(100))
    text = encode_still(kind, m)
    prefix, _, encoded = text.partition(":")
    assert base45.decode(encoded) == m + zlib.crc32(prefix.encode() + m).to_bytes(4, "big")
    assert decode_still(text) == (kind, m)


@pytest.mark.parametrize("around", ["{}\r\n", "\t {} \n", "\n\n{}"])
def test_white_space_at_the_ends_is_ignored(around: str) -> None:
    text = encode_still(Kind.SLIP, b"\0slip")
    assert decode_still(around.format(text)) == (Kind.SLIP, b"\0slip")


def test_white_space_inside_counts() -> None:
    m = (36 + 36 * 45 + 10 * 2025).to_bytes(2, "big")
    text = encode_still(Kind.ANSWER, m)
    assert text.startswith("CPA1:  A")
    assert decode_still(text) == (Kind.ANSWER, m)
    with pytest.raises(MalformedError) as refused:
        decode_still(text.replace("  ", " ", 1))
    assert refused.value.code == "optics.garbled"


def good() -> str:
    return encode_still(Kind.ANSWER, b"\0answer, long enough to be one of ours")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "optics.nothing-there"),
        (" \r\n\t", "optics.nothing-there"),
        ("A" * 70_000, "optics.text-too-long"),
        ("CPA1:" + "A" * 2_515, "optics.text-too-long"),
        ("hello", "optics.unknown-code"),
        ("CPX1:BB8", "optics.unknown-code"),
        ("CPA:BB8", "optics.unknown-code"),
        ("CPF1:" + "0" * 750, "optics.frame-alone"),
        ("CPA2:BB8", "optics.newer-version"),
        ("CPF9:BB8", "optics.newer-version"),
        ("CPR0:BB8", "optics.newer-version"),
        ("CPA1:", "optics.garbled"),
        ("CPA1:BB8", "optics.garbled"),
        (encode_still(Kind.ANSWER, b"x")[:-1], "optics.garbled"),
        (good().replace("CPA1", "CPO1"), "optics.garbled"),
        (good().lower(), "optics.lower-case"),
        (good().replace(":", "Ö"), "optics.keyboard-layout"),
        (good().replace("CPA1:", "CPQ&M"), "optics.keyboard-layout"),
        ("https://example.org/a", "optics.foreign-web-address"),
        ("HTTPS://EXAMPLE.ORG", "optics.foreign-web-address"),
        ("mdoc:owBjMS4w", "optics.foreign-mdoc-engagement"),
        ("openid-credential-offer://?credential_offer=1", "optics.foreign-credential-offer"),
        ("openid4vp://?client_id=1", "optics.foreign-openid-presentation"),
        ("otpauth://totp/x?secret=A", "optics.foreign-one-time-password"),
        ("BEGIN:VCARD\nFN:A\nEND:VCARD", "optics.foreign-contact"),
        ("WIFI:T:WPA;S:a;P:b;;", "optics.foreign-wifi"),
        ("HC1:NCFOXN", "optics.foreign-health-certificate"),
        ("shc:/5676", "optics.foreign-health-certificate"),
        ("BCD\n002\n1\nSCT", "optics.foreign-payment"),
        ("tel:+123", "optics.foreign-message"),
        ("geo:1,2", "optics.foreign-place"),
        ("BEGIN:VEVENT", "optics.foreign-calendar"),
        ("ur:bytes/1-2/abc", "optics.foreign-multipart"),
    ],
)
def test_decode_still_refusals(text: str, code: str) -> None:
    with pytest.raises(MalformedError) as refused:
        decode_still(text)
    assert refused.value.code == code


def test_every_single_wrong_character_is_seen() -> None:
    text = good()
    for at in range(5, len(text)):
        for other in "0A:":
            if text[at] == other:
                continue
            with pytest.raises(MalformedError) as refused:
                decode_still(text[:at] + other + text[at + 1 :])
            assert refused.value.code == "optics.garbled"


def test_a_newer_version_is_unsupported_and_says_which() -> None:
    with pytest.raises(UnsupportedError) as refused:
        decode_still("CPA2:BB8")
    assert refused.value.facts == {"found": "CPA2", "known": "1"}


def test_every_foreign_code_can_be_reached() -> None:
    reached = {recognise(text).code for text in ("x", *FOREIGN_STARTS)}
    assert reached >= FOREIGN_CODES


FOREIGN_STARTS = (
    "http://a", "MDOC:a", "haip://a", "haip-vci://a", "otpauth-migration://a", "MECARD:N:a",
    "begin:vcalendar", "wifi:a", "hc1:a", "bitcoin:a", "mailto:a", "geo:a", "UR:a",
)  # fmt: skip


@given(st.one_of(st.text(max_size=80), st.text(alphabet=ALPHABET, max_size=80).map("CPA1:".__add__)))
def test_no_text_raises_anything_but_our_errors(text: str) -> None:
    with suppress(MalformedError):
        kind, m = decode_still(text)
        assert decode_still(encode_still(kind, m)) == (kind, m)


def test_still_limits() -> None:
    assert decode_still(encode_still(Kind.ANSWER, bytes(1_672)))[1] == bytes(1_672)
    with pytest.raises(LimitError) as refused:
        encode_still(Kind.ANSWER, bytes(1_673))
    assert (refused.value.code, refused.value.facts) == (
        "optics.still-too-long",
        {"length": 1673, "limit": 1672},
    )
    with pytest.raises(LimitError) as refused:
        encode_still(Kind.ANSWER, b"")
    assert refused.value.code == "optics.message-empty"


@pytest.mark.parametrize(
    ("length", "streams_ok", "expected"),
    [
        (1, True, StillCode),
        (1_226, True, StillCode),
        (1_227, True, StreamSender),
        (1_227, False, StillCode),
        (1_672, False, StillCode),
        (65_535, True, StreamSender),
    ],
)
def test_still_or_stream(length: int, streams_ok: bool, expected: type) -> None:  # noqa: FBT001 - a parameter
    showing = encode(Kind.ANSWER, bytes(length), streams_ok=streams_ok)
    assert isinstance(showing, expected)
    assert showing.moving is (expected is StreamSender)


@pytest.mark.parametrize(
    ("length", "streams_ok", "code"),
    [
        (0, True, "optics.message-empty"),
        (1_673, False, "optics.too-long-for-still"),
        (65_536, True, "optics.message-too-long"),
    ],
)
def test_what_cannot_be_shown(length: int, streams_ok: bool, code: str) -> None:  # noqa: FBT001 - a parameter
    with pytest.raises(LimitError) as refused:
        encode(Kind.ANSWER, bytes(length), streams_ok=streams_ok)
    assert refused.value.code == code


def test_iterating_a_still_code_gives_its_one_text() -> None:
    showing = encode(Kind.REQUEST, b"\0r", streams_ok=False)
    assert [recognise(text).form for text in showing] == [Form.STILL]
