"""Texts to pixels: quick codes for screens and streams, PNG and animated GIF.

zxing-cpp draws (600 bytes in 1.6 ms, where `qrcode` takes 77) at level L. The version is given, not left to
the library: it packs runs of digits as numbers, so that the last frame of a stream, padded with zeros, would
come out smaller than the others. Readers give the same text either way.
"""

from __future__ import annotations

import io
import itertools
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import LimitError
from counterproof.optics.limits import LIMITS, OpticsLimits
from counterproof.optics.stream import StreamSender

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from counterproof.optics.encode import StillCode

    Modules = NDArray[np.bool_]
    Grey = NDArray[np.uint8]

QUIET_MODULES: Final = 4  # ISO/IEC 18004 section 9.1
_LARGEST_VERSION: Final = 30
_LONGEST_LINK: Final = 1000

# Alphanumeric characters at level L by version, 1 to 30 (ISO/IEC 18004 table 7).
_CAPACITY: Final = (
    25, 47, 77, 114, 154, 195, 224, 279, 335, 395, 468, 535, 619, 667, 758,
    854, 938, 1046, 1153, 1249, 1352, 1460, 1588, 1704, 1853, 1990, 2132, 2223, 2369, 2520,
)  # fmt: skip


def version_for(text: str) -> int:
    """Return the smallest QR version (1 to 30) that holds a text of the Base45 alphabet at level L.

    Error: `optics.text-too-long`.
    """
    for version, capacity in enumerate(_CAPACITY, start=1):
        if len(text) <= capacity:
            return version
    raise LimitError("optics.text-too-long", length=len(text), limit=_CAPACITY[_LARGEST_VERSION - 1])


def side_of(version: int) -> int:
    """Return the modules along one side of a QR code, without the quiet zone."""
    return 4 * version + 17


def modules(text: str) -> Modules:
    """Return the dark modules of the code, a square array without quiet zone.

    Error: `optics.text-too-long`.
    """
    import numpy as np
    import zxingcpp

    version = version_for(text)
    side = side_of(version)
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCodeModel2, ec_level="L", version=version)
    pixels = np.asarray(code.to_image(scale=1, add_hrt=False, add_quiet_zones=False), dtype=np.uint8)
    if pixels.shape != (side, side):
        raise LimitError("optics.code-size", found=int(pixels.shape[0]), needed=side)
    return np.equal(pixels, 0)


def picture(text: str, pixels_per_module: int = 6) -> Grey:
    """Return the code as grey pixels, 0 dark and 255 light, with the quiet zone of four modules."""
    import numpy as np

    framed = np.pad(modules(text), QUIET_MODULES, constant_values=False)
    light = np.where(framed, np.uint8(0), np.uint8(255))
    return light.repeat(pixels_per_module, axis=0).repeat(pixels_per_module, axis=1)


def png(text: str, pixels_per_module: int = 6) -> bytes:
    """Return the code as a PNG of one bit a pixel; the same text gives the same bytes."""
    out = io.BytesIO()
    _image(text, pixels_per_module).save(out, format="PNG", optimize=True)
    return out.getvalue()


def link_png(link: str, pixels_per_module: int = 8) -> bytes:
    """Return a link, in letters of any kind, as the PNG of a QR code of level M, for any camera to follow.

    Error: `optics.text-too-long`.
    """
    import numpy as np
    import zxingcpp
    from PIL import Image

    if len(link) > _LONGEST_LINK:
        raise LimitError("optics.text-too-long", length=len(link), limit=_LONGEST_LINK)
    code = zxingcpp.create_barcode(link, zxingcpp.BarcodeFormat.QRCodeModel2, ec_level="M")
    pixels = np.asarray(code.to_image(scale=1, add_hrt=False, add_quiet_zones=False), dtype=np.uint8)
    framed = np.pad(pixels, QUIET_MODULES, constant_values=255)
    large = framed.repeat(pixels_per_module, axis=0).repeat(pixels_per_module, axis=1)
    out = io.BytesIO()
    Image.fromarray(large).convert("1", dither=Image.Dither.NONE).save(out, format="PNG", optimize=True)
    return out.getvalue()


def gif(
    sender: StreamSender,
    pixels_per_module: int = 6,
    frames: int | None = None,
    limits: OpticsLimits = LIMITS,
) -> bytes:
    """Return an endless animated GIF of a stream's first frames at 12 frames a second.

    Without a number it holds twice as many frames as are needed and four more, so that a camera that loses
    some of them does not have to wait for the second round.
    """
    count = 2 * sender.needed + 4 if frames is None else frames
    images = [_image(text, pixels_per_module) for text in itertools.islice(sender, count)]
    out = io.BytesIO()
    images[0].save(
        out,
        format="GIF",
        save_all=True,
        append_images=images[1:],
        duration=_durations(count, limits.stream_frames_per_second),
        loop=0,
        disposal=1,
    )
    return out.getvalue()


def drawing(showing: StillCode | StreamSender, pixels_per_module: int = 6) -> tuple[str, bytes]:
    """Return the file suffix and the bytes of a picture of either: PNG for a still code, GIF for a stream."""
    if isinstance(showing, StreamSender):
        return ".gif", gif(showing, pixels_per_module)
    return ".png", png(showing.text, pixels_per_module)


def frame_pictures(texts: Iterable[str], pixels_per_module: int = 6) -> Iterable[Grey]:
    """Yield the picture of each text, for a screen that shows a stream."""
    return (picture(text, pixels_per_module) for text in texts)


def _image(text: str, pixels_per_module: int) -> Image.Image:
    from PIL import Image

    return Image.fromarray(picture(text, pixels_per_module)).convert("1", dither=Image.Dither.NONE)


def _durations(count: int, frames_per_second: int) -> list[int]:
    """Milliseconds of each frame; GIF counts in hundredths, so 12 a second come as 80, 80 and 90."""
    ends = [round(100 * index / frames_per_second) for index in range(count + 1)]
    return [10 * (end - start) for start, end in itertools.pairwise(ends)]
