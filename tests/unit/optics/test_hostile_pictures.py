"""Pictures that want more than they should have: each ends in a code, quickly and within its memory."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError, LimitError, MalformedError, UsageError
from counterproof.optics import draw
from counterproof.optics.files import read_pipe, read_regular
from counterproof.optics.headers import read_header
from counterproof.optics.kinds import Kind
from counterproof.optics.limits import OpticsLimits
from counterproof.optics.pictures import grey_pictures
from counterproof.optics.reader import PictureReader
from counterproof.optics.text import encode_still
from tests.kit import pictures
from tests.kit.certificates import AT

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 1.0
KIBIBYTES = 300_000
TEXT = encode_still(Kind.ANSWER, b"\0a message")
CODE = draw.picture(TEXT)


@pytest.fixture(scope="module")
def reader() -> Iterator[PictureReader]:
    with PictureReader() as started:
        list(started.read_file(draw.png(TEXT)))
        yield started


def peak_kibibytes(reader: PictureReader) -> int:
    assert reader._process is not None
    status = Path(f"/proc/{reader._process.pid}/status").read_text("ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


SIZE, HEADER, BROKEN = "optics.picture-size", "optics.picture-header", "optics.picture-broken"
FORMAT = "optics.picture-format"
HUGE_WEBP = b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0" + bytes(4) + b"\xff" * 6
HUGE_JPEG = b"\xff\xd8\xff\xe0\0\x10" + bytes(14) + b"\xff\xc0\0\x11\x08" + b"\xff" * 4 + bytes(20)
HOSTILE = {
    "png of 81 megapixels in 10 kB": (pictures.png_of(9_000, 9_000), SIZE),
    "png of 4 gigapixels": (pictures.png_of(65_000, 65_000, rows=10), SIZE),
    "png of one endless line": (pictures.png_of(30_000, 2), SIZE),
    "png of nothing": (pictures.png_of(0, 0), HEADER),
    "png cut short": (pictures.png_of(3_000, 3_000)[:300], BROKEN),
    "png cut in its header": (pictures.png_of(3_000, 3_000)[:20], HEADER),
    "png with another first chunk": (pictures.png_of(9, 9).replace(b"IHDR", b"IHDX"), HEADER),
    "gif of 10,000 pictures": (pictures.gif_of(10, 10, 10_000), "optics.picture-frames"),
    "gif of 600 large pictures": (pictures.gif_of(3_000, 3_000, 600), "optics.animation-size"),
    "gif of 4 gigapixels": (pictures.gif_of(65_535, 65_535, 1), SIZE),
    "gif without an end": (pictures.gif_of(10, 10, 1)[:30], HEADER),
    "gif without a picture": (pictures.gif_of(10, 10, 0), HEADER),
    "webp of 281 terapixels": (HUGE_WEBP, SIZE),
    "webp of another kind": (b"RIFF\x20\0\0\0WEBPALPH" + bytes(20), HEADER),
    "jpeg of 4 gigapixels": (HUGE_JPEG, SIZE),
    "jpeg without a size": (b"\xff\xd8\xff\xda\0\2" + bytes(20), HEADER),
    "jpeg that ends in a marker": (b"\xff\xd8\xff", HEADER),
    "jpeg that loses its way": (b"\xff\xd8\xff\xe0\0\x03\0\0\0", HEADER),
    "pdf with no more than a beginning": (b"%PDF-1.7\n", BROKEN),
    "pdf of 5,000 pages": (pictures.pdf_of(b"", pages=5_000), "optics.pdf-pages"),
    "an empty file": (b"", FORMAT),
    "svg that was renamed": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', FORMAT),
    "bmp": (b"BM" + bytes(100), FORMAT),
    "tiff": (b"II*\0" + bytes(50), FORMAT),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pictures_end_in_a_code(reader: PictureReader, name: str) -> None:
    data, code = HOSTILE[name]
    began = time.perf_counter()
    with pytest.raises(MalformedError) as refused:
        list(reader.read_file(data))
    assert refused.value.code == code
    assert time.perf_counter() - began < SECONDS
    assert peak_kibibytes(reader) < KIBIBYTES


HARMLESS = {
    "png of 12 megapixels": pictures.png_of(4_000, 3_000),
    "gif of 600 equal pictures": pictures.gif_of(300, 300, 600),
    "pdf of a square kilometre": pictures.pdf_of(b"0 0 9 9 re f", box="0 0 2834645 2834645"),
    "pdf of no size": pictures.pdf_of(b"0 0 9 9 re f", box="0 0 0 0"),
    "pdf that draws itself": pictures.pdf_of(b"/F0 Do", [b"/F0 Do"]),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_large_but_bounded_pictures_are_read_and_hold_no_code(reader: PictureReader, name: str) -> None:
    began = time.perf_counter()
    assert not any(sight.found for sight in reader.read_file(HARMLESS[name]))
    assert time.perf_counter() - began < 2 * SECONDS
    assert peak_kibibytes(reader) < KIBIBYTES


def test_a_pdf_that_never_ends_is_stopped_and_the_next_picture_read() -> None:
    fan = b" ".join(b"/F%d Do" % 0 for _ in range(9))
    forms = [b" ".join([b"/F%d Do" % (level + 1)] * 9) for level in range(7)] + [b"0 0 m 600 800 l S"]
    with PictureReader(OpticsLimits(picture_seconds=0.5)) as reader:
        with pytest.raises(MalformedError) as refused:
            list(reader.read_file(pictures.pdf_of(fan, forms)))
        assert refused.value.code in {"optics.picture-time", "optics.picture-crash", "optics.picture-memory"}
        assert next(reader.read_file(draw.png(TEXT))).found[0].text == TEXT


SLOW_PAGE = b"0 0 m " + b"600 800 l 0 1 l " * 4_000 + b"S"


def test_many_pages_none_of_which_takes_long_are_stopped_together() -> None:
    data = pictures.pdf_of(SLOW_PAGE, pages=20)
    with PictureReader(OpticsLimits(file_seconds=1.0)) as reader:
        list(reader.read_file(draw.png(TEXT)))
        began = time.perf_counter()
        with pytest.raises(LimitError) as refused:
            list(reader.read_file(data))
        assert (refused.value.code, refused.value.facts) == ("optics.file-time", {"seconds": 1})
        assert time.perf_counter() - began < 2 * SECONDS
        assert next(reader.read_file(draw.png(TEXT))).found[0].text == TEXT


def test_whoever_takes_his_time_between_pictures_is_not_stopped() -> None:
    with PictureReader(OpticsLimits(file_seconds=5.0), clock=(clock := FixedClock(AT))) as reader:
        pages = 0
        for _ in reader.read_file(pictures.pdf_of(b"0 0 9 9 re f", pages=3)):
            clock.advance(60)
            pages += 1
    assert pages == 3


def test_too_little_memory_is_said_and_survived() -> None:
    with PictureReader(OpticsLimits(worker_spare_bytes=30_000_000)) as reader:
        with pytest.raises(MalformedError) as refused:
            list(reader.read_file(pictures.png_of(4_000, 3_000)))
        assert refused.value.code in {"optics.picture-memory", "optics.picture-broken"}
        assert next(reader.read_file(draw.png(TEXT))).found[0].text == TEXT


def test_a_killed_worker_is_replaced(reader: PictureReader) -> None:
    assert reader._process is not None
    reader._process.kill()
    with pytest.raises(MalformedError) as refused:
        list(reader.read_file(draw.png(TEXT)))
    assert refused.value.code == "optics.picture-crash"
    assert next(reader.read_file(draw.png(TEXT))).found[0].text == TEXT


def test_frames_of_a_camera_have_the_same_cap(reader: PictureReader) -> None:
    assert reader.read_frame(CODE).found[0].text == TEXT
    with pytest.raises(LimitError) as refused:
        reader.read_frame(np.zeros((4_000, 4_000), np.uint8))
    assert refused.value.code == SIZE


def test_a_file_over_the_cap_is_not_looked_at() -> None:
    with pytest.raises(LimitError) as refused:
        read_header(bytes(101), OpticsLimits(file_bytes=100))
    assert refused.value.code == "optics.file-size"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_cut_and_many_flips_raise_our_errors_alone(form: str) -> None:
    data = pictures.saved(CODE[::4, ::4], form)
    for end in range(0, len(data), 7):
        _decode(data[:end])
    for at in range(0, len(data), 11):
        _decode(data[:at] + bytes((data[at] ^ 0x55,)) + data[at + 1 :])


def _decode(data: bytes) -> None:
    try:
        for grey in grey_pictures(data):
            assert grey.dtype == np.uint8
            assert grey.ndim == 2
    except CounterproofError as error:
        assert error.code.startswith("optics.")  # noqa: PT017 - either may happen


def test_files_that_are_none(tmp_path: Path) -> None:
    fifo, folder, pipe_link = tmp_path / "fifo", tmp_path / "folder", tmp_path / "link"
    os.mkfifo(fifo)
    folder.mkdir()
    pipe_link.symlink_to("/dev/zero")
    for path in (fifo, folder, pipe_link, Path("/dev/zero")):
        with pytest.raises(UsageError) as refused:
            read_regular(path)
        assert refused.value.code == "optics.file-kind", path


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for name, code in (
            ("missing", "optics.file-missing"),
            ("loop", "optics.file-unreadable"),
            ("socket", "optics.file-unreadable"),
            ("a\0b", "optics.file-unreadable"),
            ("loop/x", "optics.file-unreadable"),
        ):
            with pytest.raises(UsageError) as refused:
                read_regular(tmp_path / name)
            assert refused.value.code == code


def test_a_sparse_file_of_a_terabyte_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    path.touch()
    os.truncate(path, 1 << 40)
    with pytest.raises(LimitError) as refused:
        read_regular(path)
    assert refused.value.code == "optics.file-size"


def test_an_endless_pipe_is_cut_off() -> None:
    with Path("/dev/zero").open("rb") as endless, pytest.raises(LimitError) as refused:
        read_pipe(endless, OpticsLimits(file_bytes=3_000_000))
    assert refused.value.code == "optics.file-size"


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "code.png").write_bytes(b"content")
    (tmp_path / "link").symlink_to("code.png")
    assert read_regular(tmp_path / "link") == b"content"
