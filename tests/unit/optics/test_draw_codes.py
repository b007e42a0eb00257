from __future__ import annotations

import io
import itertools
import random
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from qrcode.constants import ERROR_CORRECT_L
from qrcode.util import BIT_LIMIT_TABLE

from counterproof.mdoc.errors import LimitError
from counterproof.optics import draw, paper
from counterproof.optics.encode import encode
from counterproof.optics.kinds import Kind
from counterproof.optics.read import Sight, read_codes
from counterproof.optics.stream import StreamSender
from counterproof.optics.text import encode_still

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

M = random.Random(3).randbytes(1_672)


def texts(sight: Sight) -> list[str]:
    return [found.text for found in sight.found]


def as_pixels(rows: Sequence[Sequence[bool]]) -> NDArray[np.uint8]:
    dark = np.array(rows, np.bool_)
    return np.where(dark, np.uint8(0), np.uint8(255)).repeat(4, axis=0).repeat(4, axis=1)


def test_capacities_are_those_of_the_standard() -> None:
    for version in range(1, 31):
        bits = BIT_LIMIT_TABLE[ERROR_CORRECT_L][version]
        room = bits - 4 - (9 if version < 10 else 11 if version < 27 else 13)
        assert draw.version_for("A" * (room // 11 * 2 + (room % 11 >= 6))) == version
        if version < 30:
            assert draw.version_for("A" * (room // 11 * 2 + (room % 11 >= 6) + 1)) == version + 1


@pytest.mark.parametrize(("length", "version"), [(296, 11), (596, 17), (1_226, 25), (1_672, 30), (1, 1)])
def test_codes_are_as_small_as_the_profile_says_and_read_back(length: int, version: int) -> None:
    text = encode_still(Kind.ANSWER, M[:length])
    side = 4 * version + 17
    assert draw.modules(text).shape == (side, side)
    picture = draw.picture(text, 3)
    assert picture.shape == (3 * (side + 8), 3 * (side + 8))
    assert (picture[:12] == 255).all()
    sight = read_codes(picture)
    assert texts(sight) == [text]
    assert sight.found[0].pixels_per_module == pytest.approx(3, abs=0.05)
    assert sight.found[0].corners[0] == pytest.approx((12, 12), abs=2)


def test_a_text_that_no_code_holds() -> None:
    for drawing in (draw.modules, draw.png, paper.rows, paper.terminal):
        with pytest.raises(LimitError) as refused:
            drawing("A" * 2_521)
        assert refused.value.code == "optics.text-too-long"


def test_all_frames_of_a_stream_have_one_size() -> None:
    for m in (bytes(2_000), M, b"\0" * 479 + b"\1"):
        sizes = {draw.modules(text).shape for text in itertools.islice(StreamSender(Kind.ANSWER, m), 12)}
        assert sizes == {(77, 77)}


def test_png_is_the_same_every_time_and_one_bit_deep() -> None:
    text = encode_still(Kind.SLIP, M[:600])
    assert draw.png(text) == draw.png(text)
    with Image.open(io.BytesIO(draw.png(text))) as image:
        assert image.mode == "1"
        assert texts(read_codes(np.asarray(image.convert("L")))) == [text]


def test_gif_shows_twelve_frames_a_second_in_order() -> None:
    sender = StreamSender(Kind.ANSWER, M)
    shown, total = [], 0
    with Image.open(io.BytesIO(draw.gif(sender, 3))) as image:
        for number in range(2 * sender.needed + 4):
            image.seek(number)
            total += image.info["duration"]
            shown += texts(read_codes(np.asarray(image.convert("L"))))
        assert image.info["loop"] == 0
        with pytest.raises(EOFError):
            image.seek(2 * sender.needed + 4)
    assert shown == list(itertools.islice(sender, 2 * sender.needed + 4))
    assert total / len(shown) == pytest.approx(1000 / 12, abs=1)


def test_drawing_chooses_the_form_of_the_file() -> None:
    suffix, data = draw.drawing(encode(Kind.ANSWER, M[:100], streams_ok=True))
    assert (suffix, data[:4]) == (".png", b"\x89PNG")
    suffix, data = draw.drawing(encode(Kind.ANSWER, M, streams_ok=True))
    assert (suffix, data[:4]) == (".gif", b"GIF8")


def test_paper_rows_read_back() -> None:
    text = encode_still(Kind.SLIP, M[:640])
    assert texts(read_codes(as_pixels(paper.rows(text)))) == [text]


def test_svg_paints_the_same_modules() -> None:
    text = encode_still(Kind.SLIP, M[:200])
    rows = np.array(paper.rows(text), np.bool_)
    drawn = np.zeros_like(rows)
    svg = paper.svg(text, module_mm=0.5).decode("ascii")
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1H", svg):
        drawn[int(y), int(x) : int(x) + int(width)] = True
    assert (drawn == rows).all()
    assert f'width="{len(rows) * 0.5:g}mm"' in svg


def test_svg_refuses_what_is_too_fine_for_paper() -> None:
    paper.svg(encode_still(Kind.SLIP, M[:1_226]))
    with pytest.raises(LimitError) as refused:
        paper.svg(encode_still(Kind.SLIP, M[:1_230]))
    assert refused.value.code == "optics.print-too-long"


@pytest.mark.parametrize("colour", [True, False])
def test_terminal_shows_the_code(colour: bool) -> None:  # noqa: FBT001 - a parameter
    text = encode_still(Kind.REQUEST, M[:80])
    lines = paper.terminal(text, colour=colour).splitlines()
    if colour:
        assert all(line.startswith("\x1b[38;5;16;48;5;231m") and line.endswith("\x1b[0m") for line in lines)
        lines = [line[len("\x1b[38;5;16;48;5;231m") : -len("\x1b[0m")] for line in lines]
    ink = {"█": (True, True), "▀": (True, False), "▄": (False, True), " ": (False, False)}
    dark = [[ink[block][half] == colour for block in line] for line in lines for half in (0, 1)]
    assert texts(read_codes(as_pixels(dark))) == [text]
