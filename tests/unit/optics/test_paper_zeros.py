"""Codes with whole blocks of zeros, as the last frame of a stream may have: `qrcode` alone fails on them."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp

from counterproof.optics import paper
from counterproof.optics.encode import encode
from counterproof.optics.kinds import Kind
from counterproof.optics.stream import StreamSender

MESSAGES = [b"\x00" * 400, bytes(range(256)) * 8, b"\x01" + b"\x00" * 1200, b"\x00" * 5000]


@pytest.mark.parametrize("m", MESSAGES, ids=[f"{len(m)} bytes" for m in MESSAGES])
def test_every_frame_can_be_drawn_and_read(m: bytes) -> None:
    code = encode(Kind.SHOWN, m, streams_ok=True)
    count = code.needed + 2 if isinstance(code, StreamSender) else 1
    for text, _ in zip(code, range(count), strict=False):
        dark = np.array(paper.rows(text))
        pixels = np.where(dark, np.uint8(0), np.uint8(255)).repeat(4, axis=0).repeat(4, axis=1)
        (found,) = zxingcpp.read_barcodes(pixels)
        assert found.text == text
