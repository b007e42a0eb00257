"""What a picture file says of itself, read by us before any decoder sees it.

Only PNG, JPEG, WebP, GIF and PDF are taken, told apart by their first bytes and never by their name. A 48 kB
PNG can ask for 81 megapixels; so the size is read here, from the header, and refused here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import Enum
from typing import Final

from counterproof.mdoc.errors import LimitError, MalformedError
from counterproof.optics.limits import LIMITS, OpticsLimits

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_GIF: Final = (b"GIF87a", b"GIF89a")
_SIZE_MARKERS: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15 of ISO 10918-1
_BARE_MARKERS: Final = frozenset({0x01, *range(0xD0, 0xD9)})  # have no length: TEM, RSTn, SOI
_END_MARKERS: Final = frozenset({0xD9, 0xDA})  # EOI, SOS: no size came before them


class PictureFormat(Enum):
    """The formats taken; the value is Pillow's name, so that Pillow tries no other."""

    PNG = "PNG"
    JPEG = "JPEG"
    WEBP = "WEBP"
    GIF = "GIF"
    PDF = "PDF"


@dataclass(frozen=True, slots=True)
class Header:
    """Format, size in pixels and number of pictures; a PDF has neither size nor number yet (0, 0, 0)."""

    format: PictureFormat
    width: int
    height: int
    frames: int


def sniff(data: bytes) -> PictureFormat | None:
    """Return the format that the first bytes belong to, or None."""
    if data.startswith(_PNG):
        return PictureFormat.PNG
    if data.startswith(b"\xff\xd8\xff"):
        return PictureFormat.JPEG
    if data.startswith(_GIF):
        return PictureFormat.GIF
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return PictureFormat.WEBP
    return PictureFormat.PDF if data.startswith(b"%PDF-") else None


def read_header(data: bytes, limits: OpticsLimits = LIMITS) -> Header:
    """Return what a picture says of itself, within the limits.

    Errors: `optics.picture-format` (none of the five), `optics.picture-header` (ends early or makes no
    sense), `optics.file-size`, `optics.picture-size`, `optics.picture-frames`, `optics.animation-size`.
    """
    if len(data) > limits.file_bytes:
        raise LimitError("optics.file-size", bytes=len(data), limit=limits.file_bytes)
    found = sniff(data)
    if found is None:
        raise MalformedError("optics.picture-format")
    try:
        width, height, frames = _READERS[found](data, limits)
    except (struct.error, IndexError):
        raise MalformedError("optics.picture-header", format=found.value) from None
    if found is not PictureFormat.PDF:
        _check_size(found, width, height, frames, limits)
    return Header(found, width, height, frames)


def _check_size(found: PictureFormat, width: int, height: int, frames: int, limits: OpticsLimits) -> None:
    if width < 1 or height < 1 or frames < 1:
        raise MalformedError("optics.picture-header", format=found.value)
    if width * height > limits.picture_pixels or max(width, height) > limits.picture_side_pixels:
        raise LimitError("optics.picture-size", width=width, height=height, limit=limits.picture_pixels)
    if frames > limits.picture_frames:
        raise LimitError("optics.picture-frames", limit=limits.picture_frames)
    if width * height * frames > limits.animation_pixels:
        raise LimitError("optics.animation-size", frames=frames, limit=limits.animation_pixels)


def _png(data: bytes, _limits: OpticsLimits) -> tuple[int, int, int]:
    length, name, width, height = struct.unpack_from(">I4sII", data, len(_PNG))
    if name != b"IHDR" or length != 13:  # noqa: PLR2004 - W3C PNG section 11.2.1
        raise MalformedError("optics.picture-header", format="PNG")
    return width, height, 1


def _jpeg(data: bytes, _limits: OpticsLimits) -> tuple[int, int, int]:
    at = 2
    while True:
        if data[at] != 0xFF:  # noqa: PLR2004 - ISO/IEC 10918-1 section B.1.1.2
            raise MalformedError("optics.picture-header", format="JPEG")
        marker = data[at + 1]
        if marker == 0xFF or marker in _BARE_MARKERS:  # noqa: PLR2004 - a fill byte
            at += 1 if marker == 0xFF else 2  # noqa: PLR2004 - the same
        elif marker in _SIZE_MARKERS:
            _, _, height, width = struct.unpack_from(">HBHH", data, at + 2)
            return width, height, 1
        elif marker in _END_MARKERS:
            raise MalformedError("optics.picture-header", format="JPEG")
        else:
            at += 2 + max(int(struct.unpack_from(">H", data, at + 2)[0]), 2)


def _gif(data: bytes, limits: OpticsLimits) -> tuple[int, int, int]:
    """Count the images by stepping over their blocks (GIF89a sections 15 to 27); one too many is enough."""
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at, frames = 13 + _table(flags), 0
    while at < len(data) and frames <= limits.picture_frames:
        block = data[at]
        if block == 0x2C:  # noqa: PLR2004 - image descriptor, its table, the LZW code size
            frames += 1
            at = _past_blocks(data, at + 10 + _table(data[at + 9]) + 1)
        elif block == 0x21:  # noqa: PLR2004 - extension and its label
            at = _past_blocks(data, at + 2)
        else:  # the trailer, or what decoders take for one
            break
    return width, height, frames


def _table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _past_blocks(data: bytes, at: int) -> int:
    while size := data[at]:
        at += size + 1
    return at + 1


def _webp(data: bytes, limits: OpticsLimits) -> tuple[int, int, int]:
    """Read the first chunk's size (RFC 9649 section 2); in the extended form count the ANMF chunks."""
    name = data[12:16]
    if name == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF, 1
    if name == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, 1
    if name != b"VP8X":
        raise MalformedError("optics.picture-header", format="WEBP")
    low_width, high_width, low_height, high_height = struct.unpack_from("<HBHB", data, 24)
    at, frames = 12, 0
    while at + 8 <= len(data) and frames <= limits.picture_frames:
        chunk, size = struct.unpack_from("<4sI", data, at)
        frames += chunk == b"ANMF"
        at += 8 + size + (size & 1)
    return (high_width << 16 | low_width) + 1, (high_height << 16 | low_height) + 1, max(frames, 1)


def _pdf(_data: bytes, _limits: OpticsLimits) -> tuple[int, int, int]:
    return 0, 0, 0


_READERS: Final = {
    PictureFormat.PNG: _png,
    PictureFormat.JPEG: _jpeg,
    PictureFormat.GIF: _gif,
    PictureFormat.WEBP: _webp,
    PictureFormat.PDF: _pdf,
}
