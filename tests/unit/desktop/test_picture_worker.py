"""Portraits: by magic, size from the header, decoded elsewhere, with a limit to everything."""

from __future__ import annotations

import io
import struct
import time
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from counterproof.desktop import picture_worker
from counterproof.desktop.picture_worker import DRAWN_SIDE, MOST_BYTES, PortraitDecoder, size_of
from counterproof.mdoc.errors import CounterproofError

if TYPE_CHECKING:
    from collections.abc import Iterator


def picture(kind: str, width: int = 300, height: int = 400) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 40, 30)).save(out, kind)
    return out.getvalue()


@pytest.fixture(scope="module")
def decoder() -> Iterator[PortraitDecoder]:
    made = PortraitDecoder()
    yield made
    made.close()


@pytest.mark.parametrize("kind", ["JPEG", "JPEG2000"])
def test_a_portrait_comes_back_as_pixels(decoder: PortraitDecoder, kind: str) -> None:
    pixels = decoder.decode(picture(kind))
    assert (pixels.width, pixels.height) == (300, 400)
    assert len(pixels.rgb) == 300 * 400 * 3
    red, green, blue = pixels.rgb[:3]
    assert red > 180
    assert max(green, blue) < 60


def test_a_large_one_is_made_smaller(decoder: PortraitDecoder) -> None:
    pixels = decoder.decode(picture("JPEG", 1200, 1600))
    assert max(pixels.width, pixels.height) <= DRAWN_SIDE


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "BMP"])
def test_other_formats_are_refused_by_their_first_bytes(decoder: PortraitDecoder, kind: str) -> None:
    with pytest.raises(CounterproofError) as caught:
        decoder.decode(picture(kind))
    assert caught.value.code == "picture.format"


NO_PICTURES = [
    b"",
    b"\xff\xd8\xff",
    b"<svg/>",
    b"\x00\x00\x00\x0cjP  \r\n\x87\n",
    b"\xff\x4f\xff\x51\x00",
]


@pytest.mark.parametrize("data", NO_PICTURES)
def test_nothing_that_is_no_picture_reaches_a_decoder(data: bytes) -> None:
    with pytest.raises(CounterproofError) as caught:
        size_of(data)
    assert caught.value.code in {"picture.format", "picture.header"}


def test_a_bomb_is_refused_by_its_header() -> None:
    data = bytearray(picture("JPEG"))
    place = data.index(b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", 60_000, 60_000)
    with pytest.raises(CounterproofError) as caught:
        size_of(bytes(data))
    assert caught.value.code in {"picture.size", "picture.header"}
    with pytest.raises(CounterproofError):
        size_of(b"\xff\xd8\xff" + bytes(MOST_BYTES))


def test_a_torn_picture_breaks_nothing(decoder: PortraitDecoder) -> None:
    whole = picture("JPEG2000")
    with pytest.raises(CounterproofError) as caught:
        decoder.decode(whole[: len(whole) // 3])
    assert caught.value.code in {"picture.broken", "picture.header"}
    assert decoder.decode(picture("JPEG")).width == 300


def test_a_picture_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_worker, "_SECONDS", 0.0)
    decoder = PortraitDecoder()
    began = time.monotonic()
    with pytest.raises(CounterproofError) as caught:
        decoder.decode(picture("JPEG2000", 1200, 1600))
    assert caught.value.code == "picture.time"
    assert time.monotonic() - began < 15
    monkeypatch.setattr(picture_worker, "_SECONDS", 8.0)
    assert decoder.decode(picture("JPEG")).width == 300
    decoder.close()
