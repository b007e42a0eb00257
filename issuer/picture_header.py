"""Kind and size of a picture from its first bytes, before any decoder sees it."""

from __future__ import annotations

from dataclasses import dataclass

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers SOF0 to SOF15, which carry the size (ITU-T T.81, B.2.2)."""

_MARKER = 0xFF
_LONE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})
_MAX_SEGMENTS = 1000


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """What a picture says it is: Pillow's name of the format, width and height in pixels."""

    kind: str
    width: int
    height: int


def read_header(data: bytes) -> PictureHeader | None:
    """Return kind and size of a JPEG, PNG or WebP picture, or None where it is none of these."""
    if data.startswith(_PNG):
        return _png(data)
    if data.startswith(_JPEG):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return None


def _png(data: bytes) -> PictureHeader | None:
    if data[12:16] != b"IHDR" or len(data) < 24:  # noqa: PLR2004 - signature, chunk head, two sizes
        return None
    return PictureHeader("PNG", int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))


def _jpeg(data: bytes) -> PictureHeader | None:
    position = 2
    for _ in range(_MAX_SEGMENTS):
        head = data[position : position + 9]
        if len(head) < 2 or head[0] != _MARKER:  # noqa: PLR2004 - a marker and its kind
            return None
        if head[1] == _MARKER or head[1] in _LONE_MARKERS:
            position += 1 if head[1] == _MARKER else 2  # a fill byte, or a marker without a body
        elif head[1] in _JPEG_FRAMES and len(head) == 9:  # noqa: PLR2004 - marker, length, depth, sizes
            return PictureHeader("JPEG", int.from_bytes(head[7:9], "big"), int.from_bytes(head[5:7], "big"))
        else:
            position += 2 + max(2, int.from_bytes(head[2:4], "big"))
    return None


def _webp(data: bytes) -> PictureHeader | None:
    """RFC 9649: an extended, a lossless or a lossy picture; each keeps its size elsewhere."""
    chunk, body = data[12:16], data[20:30]
    if len(body) < 10:  # noqa: PLR2004 - the longest of the three heads
        return None
    if chunk == b"VP8X":
        width, height = (1 + int.from_bytes(body[at : at + 3], "little") for at in (4, 7))
    elif chunk == b"VP8L":
        packed = int.from_bytes(body[1:5], "little")
        width, height = 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    elif chunk == b"VP8 ":
        width, height = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    else:
        return None
    return PictureHeader("WEBP", width, height)
