"""Every way in gives the same bytes, and what is not awaited is named."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from counterproof.clock import SystemClock
from counterproof.mdoc.errors import UsageError
from counterproof.optics import draw
from counterproof.optics.collect import Collected, Collector, NothingCollectedError, collect
from counterproof.optics.kinds import Kind
from counterproof.optics.read import Found, Sight, Stage
from counterproof.optics.reader import PictureReader
from counterproof.optics.sources import BytesSource, FileSource, FramesSource, TextSource, camera_frames
from counterproof.optics.stream import StreamSender
from counterproof.optics.text import encode_still
from tests.kit import pictures
from tests.kit.scenarios import scenario

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from counterproof.optics.sources import Source

M = random.Random(7).randbytes(900)
LONG = random.Random(8).randbytes(2_000)
TEXT = encode_still(Kind.ANSWER, M)
CODE = draw.picture(TEXT, 4)
STREAM = StreamSender(Kind.ANSWER, LONG)
SHOWN = list(itertools.islice(STREAM, 14))
ANSWER = frozenset({Kind.ANSWER})


@pytest.fixture(scope="module")
def reader() -> Iterator[PictureReader]:
    with PictureReader() as started:
        yield started


def side_by_side(*texts: str) -> bytes:
    codes = [np.pad(draw.picture(text, 3), 12, constant_values=255) for text in texts]
    height = max(code.shape[0] for code in codes)
    grown = [np.pad(c, ((0, height - c.shape[0]), (0, 0)), constant_values=255) for c in codes]
    return pictures.saved(np.hstack(grown), "PNG")


def outcome(*sources: Source, reader: PictureReader, awaited: frozenset[Kind] = ANSWER) -> Collected:
    return collect(sources, awaited=awaited, reader=reader)


def refusal(
    *sources: Source, reader: PictureReader, awaited: frozenset[Kind] = ANSWER
) -> NothingCollectedError:
    with pytest.raises(NothingCollectedError) as refused:
        collect(sources, awaited=awaited, reader=reader)
    return refused.value


STILL = {
    "png": draw.png(TEXT),
    "grey png": pictures.saved(CODE, "PNG"),
    "jpeg": pictures.saved(CODE, "JPEG"),
    "webp": pictures.saved(CODE, "WEBP"),
    "gif": pictures.saved(CODE, "GIF"),
    "pdf": pictures.pdf([CODE]),
    "pdf, second page": pictures.pdf([np.full((50, 50), 255, np.uint8), CODE]),
    "text": TEXT.encode(),
    "text with a mark and line ends": b"\xef\xbb\xbf\r\n" + TEXT.encode() + b"\r\n",
    "light on dark": pictures.saved(255 - CODE, "PNG"),
    "on its side": pictures.saved(np.rot90(CODE).copy(), "PNG"),
}


@pytest.mark.parametrize("name", STILL)
def test_still_codes_from_every_source(reader: PictureReader, name: str) -> None:
    assert outcome(BytesSource(STILL[name]), reader=reader) == Collected(Kind.ANSWER, M)


def test_transparent_and_sixteen_bit_pictures(reader: PictureReader) -> None:
    ink = np.zeros((*CODE.shape, 4), np.uint8)
    ink[..., 3] = 255 - CODE
    _, transparent = cv2.imencode(".png", ink)
    _, deep = cv2.imencode(".png", CODE.astype(np.uint16) * 257)
    for data in (transparent, deep):
        assert outcome(BytesSource(data.tobytes()), reader=reader).m == M


STREAMED = {
    "gif": draw.gif(STREAM, 3),
    "webp": pictures.animated([draw.picture(text, 3) for text in SHOWN[:6]], "WEBP"),
    "pdf": pictures.pdf([draw.picture(text, 3) for text in SHOWN[3:9]]),
    "text": "\n".join(SHOWN[5:11]).encode(),
}


@pytest.mark.parametrize("name", STREAMED)
def test_streams_from_every_source(reader: PictureReader, name: str) -> None:
    assert outcome(BytesSource(STREAMED[name]), reader=reader) == Collected(Kind.ANSWER, LONG)


def test_a_stream_spread_over_files_of_many_kinds(reader: PictureReader, tmp_path: Path) -> None:
    paths = []
    for number, form in enumerate(("PNG", "JPEG", "WEBP", "GIF")):
        paths.append(tmp_path / f"{number}.dat")
        paths[-1].write_bytes(pictures.saved(draw.picture(SHOWN[number], 4), form))
    sources: list[Source] = [FileSource(path) for path in paths]
    sources += [FileSource(tmp_path / "missing"), TextSource(SHOWN[9])]
    collected = outcome(*sources, reader=reader)
    assert collected.m == LONG
    assert [(note.code, note.facts) for note in collected.notes] == [
        ("optics.file-missing", {"name": "missing"})
    ]


def test_one_picture_with_several_frames_of_one_stream(reader: PictureReader) -> None:
    sheets = (BytesSource(side_by_side(*SHOWN[:3])), BytesSource(side_by_side(*SHOWN[3:5])))
    assert outcome(*sheets, reader=reader).m == LONG


@scenario("two-holders")
def test_two_holders_are_asked_to_show_one(reader: PictureReader) -> None:
    """Scenario two-holders."""
    other = encode_still(Kind.ANSWER, M[::-1])
    found = refusal(BytesSource(side_by_side(TEXT, other)), reader=reader)
    assert (found.code, found.facts) == ("optics.two-codes", {"count": 2})


@pytest.mark.parametrize("second", [encode_still(Kind.SHOWN, M), SHOWN[0]])
def test_two_awaited_codes_of_different_kinds_are_read_no_more(reader: PictureReader, second: str) -> None:
    awaited = frozenset({Kind.ANSWER, Kind.SHOWN})
    found = refusal(BytesSource(side_by_side(TEXT, second)), reader=reader, awaited=awaited)
    assert found.code == "optics.two-codes"


def test_the_same_code_twice_is_one(reader: PictureReader) -> None:
    assert outcome(BytesSource(side_by_side(TEXT, TEXT)), reader=reader).m == M


def test_what_else_stood_in_the_picture_is_named(reader: PictureReader) -> None:
    receipt = encode_still(Kind.RECEIPT, M[:50])
    collected = outcome(BytesSource(side_by_side(TEXT, "HTTPS://EXAMPLE.ORG", receipt)), reader=reader)
    assert collected.m == M
    assert {(n.code, n.facts.get("kind")) for n in collected.notes} == {
        ("optics.foreign-web-address", None),
        ("optics.other-kind", "receipt"),
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "optics.no-code"),
        ("hello", "optics.unknown-code"),
        ("mdoc:abc", "optics.foreign-mdoc-engagement"),
        ("CPA2:BB8", "optics.newer-version"),
        (TEXT.lower(), "optics.lower-case"),
        (TEXT[:-3], "optics.garbled"),
        (encode_still(Kind.SLIP, M), "optics.other-kind"),
        (SHOWN[0], "optics.stream-incomplete"),
        (SHOWN[0][:-3], "optics.frame-length"),
        ("hello\n" + TEXT[:-3] + "\nhttps://a", "optics.garbled"),
        ("\n".join("x" * 5_000), "optics.text-lines"),
        ("x" * 70_000, "optics.text-too-long"),
    ],
)
def test_the_most_useful_reason_comes_first(reader: PictureReader, text: str, code: str) -> None:
    assert refusal(TextSource(text), reader=reader).code == code


def test_an_incomplete_stream_says_how_far_it_came(reader: PictureReader) -> None:
    found = refusal(TextSource("\n".join(SHOWN[:3])), reader=reader)
    assert found.facts == {"received": 3, "needed": 5}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x00\x01\x02", "optics.picture-format"),
        (b"\xff\xfe\x00", "optics.picture-format"),
        (b"<?xml version='1.0'?><svg/>", "optics.picture-format"),
        (pictures.png_of(9_000, 9_000), "optics.picture-size"),
        (pictures.png_of(90, 90), "optics.no-code"),
    ],
)
def test_inputs_that_hold_nothing(reader: PictureReader, data: bytes, code: str) -> None:
    assert refusal(BytesSource(data), reader=reader).code == code


def test_a_locked_pdf_is_named(reader: PictureReader) -> None:
    plain = pictures.pdf([CODE])
    locked = plain.replace(
        b"trailer\n<<",
        b"trailer\n<<\n/Encrypt <</Filter/Standard/V 1/R 2/O("
        + b"0" * 32
        + b")/U("
        + b"1" * 32
        + b")/P -1>>/ID[<00><00>]",
    )
    assert locked != plain
    assert refusal(BytesSource(locked), reader=reader).code == "optics.pdf-locked"


def test_poison_between_good_frames_ends_in_advice_and_delay_alone() -> None:
    collector = Collector(ANSWER)
    victim = SHOWN[0]
    for number in range(6):
        forged = StreamSender(Kind.ANSWER, LONG)
        forged._packets = [random.Random(number).randbytes(484)] * 80
        packet = bytearray(forged._packets[0])
        packet[:4] = bytes(4)
        forged._packets[0] = bytes(packet)
        for text in (victim, forged.text(0)):
            assert collector.offer(Sight((Found(text, (), 0.0, Stage.PLAIN),)), 0.1 * number) is None
    assert "optics.one-screen-only" in {note.code for note in collector.notes}


def test_a_recording_is_read_like_a_camera(reader: PictureReader, tmp_path: Path) -> None:
    path = tmp_path / "recording.avi"
    frames = [np.pad(draw.picture(text, 6), 20, constant_values=200) for text in SHOWN[:8]]
    height, width = frames[0].shape
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 12, (width, height))
    for frame in frames:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
    writer.release()
    source = FramesSource(camera_frames(str(path), SystemClock()))
    assert outcome(source, reader=reader) == Collected(Kind.ANSWER, LONG)


def test_no_camera_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        next(camera_frames(str(tmp_path / "none.avi"), SystemClock()))
    assert refused.value.code == "optics.camera-missing"
