"""A portrait made small enough for a code: cut to its shape, scaled, compressed, stripped of all else."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import LimitError, MalformedError
from issuer.picture_header import read_header

if TYPE_CHECKING:
    from PIL.Image import Image

_MAX_FILE = 20_000_000
_MAX_PIXELS = 12_000_000
_MIN_SIDE = 32
_MIN_QUALITY = 25
_MAX_QUALITY = 90
_SHRINK = 0.85
_HEAD_ROOM = 0.4
"""Where a portrait that is too tall is cut: a little more from below than from above."""

_PICTURE_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr"})

# What Pillow's decoders raise on broken pictures; a warning counts where a program makes warnings errors.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    MemoryError,
    struct.error,
    Warning,
)


@dataclass(frozen=True, slots=True)
class PortraitBudget:
    """What a portrait may cost: pixels at most, bytes of JPEG at most, colour or grey."""

    width: int = 96
    height: int = 128
    most_bytes: int = 1536
    grey: bool = False


QR = PortraitBudget()
"""Crosses in a stream of codes within a second: 1.5 kB of colour, SSIM .93."""

LARGE = PortraitBudget(width=240, height=320, most_bytes=8192)
"""For documents that are handed over by file or radio as well."""


def compress(picture: bytes, budget: PortraitBudget = QR) -> bytes:
    """Return a baseline JPEG of a portrait within `budget`, without metadata, turned as EXIF says.

    `picture` is JPEG, PNG or WebP, told by its first bytes, at most 12 megapixels by its header. Nothing is
    scaled up. Raises MalformedError `portrait.not-a-picture` or `portrait.unreadable`, LimitError
    `portrait.too-large`, `portrait.too-small` or `portrait.cannot-fit`.
    """
    image = _shape(_decode(picture), budget)
    while True:
        if min(image.size) < _MIN_SIDE:
            raise LimitError("portrait.cannot-fit", most=budget.most_bytes)
        fitting = _best_quality(image, budget.most_bytes)
        if fitting is not None:
            return fitting
        image = image.resize((int(image.width * _SHRINK), int(image.height * _SHRINK)))


def _decode(picture: bytes) -> Image:
    from PIL import Image, ImageOps  # noqa: PLC0415 - slow to import, and few commands need it

    if len(picture) > _MAX_FILE:
        raise LimitError("portrait.too-large", most=_MAX_PIXELS)
    header = read_header(picture)
    if header is None:
        raise MalformedError("portrait.not-a-picture")
    if header.width * header.height > _MAX_PIXELS:
        raise LimitError("portrait.too-large", most=_MAX_PIXELS)
    if min(header.width, header.height) < _MIN_SIDE:
        raise LimitError("portrait.too-small", least=_MIN_SIDE)
    try:
        with Image.open(BytesIO(picture), formats=[header.kind]) as opened:
            if opened.size != (header.width, header.height) or opened.mode not in _PICTURE_MODES:
                raise MalformedError("portrait.unreadable")
            opened.load()
            turned = ImageOps.exif_transpose(opened)
            return _on_white(turned)
    except _BROKEN:
        raise MalformedError("portrait.unreadable") from None


def _on_white(image: Image) -> Image:
    """Return the pixels alone, on white where they were transparent: whatever rode along is left behind."""
    from PIL import Image as Pillow  # noqa: PLC0415

    plain = Pillow.new("RGB", image.size, "white")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        plain.paste(layer, mask=layer.getchannel("A"))
    else:
        plain.paste(image.convert("RGB"))
    return plain


def _shape(image: Image, budget: PortraitBudget) -> Image:
    from PIL import Image as Pillow  # noqa: PLC0415
    from PIL import ImageOps  # noqa: PLC0415

    scale = min(1.0, image.width / budget.width, image.height / budget.height)
    size = max(1, round(budget.width * scale)), max(1, round(budget.height * scale))
    shaped = ImageOps.fit(image, size, Pillow.Resampling.LANCZOS, centering=(0.5, _HEAD_ROOM))
    return shaped.convert("L") if budget.grey else shaped


def _best_quality(image: Image, most_bytes: int) -> bytes | None:
    """Return the JPEG of the highest quality that fits, or None where the lowest does not."""
    low, high, best = _MIN_QUALITY, _MAX_QUALITY, None
    while low <= high:
        quality = (low + high) // 2
        out = BytesIO()
        image.save(out, format="JPEG", quality=quality, optimize=True)
        if len(out.getvalue()) <= most_bytes:
            best, low = out.getvalue(), quality + 1
        else:
            high = quality - 1
    return best
