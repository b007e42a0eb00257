"""Picture files to grey pixels; runs in the worker process alone (`counterproof.optics.worker`).

Whatever the decoders raise on a broken file ends as `optics.picture-broken`; what they do not raise, the
worker's time-out and memory cap end.
"""

from __future__ import annotations

import io
import math
import struct
import zlib
from typing import TYPE_CHECKING, Any, Final

from counterproof.mdoc.errors import LimitError, MalformedError
from counterproof.optics.headers import Header, PictureFormat, read_header
from counterproof.optics.limits import LIMITS, OpticsLimits

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    Grey = NDArray[np.uint8]

_PDF_SCALE: Final = 200 / 72  # dots per inch over points per inch
_SIXTEEN_BITS: Final = 256
# What Pillow's and pypdfium2's readers raise on files that are broken in one way or another.
_BROKEN: Final = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, AttributeError)


def grey_pictures(data: bytes, limits: OpticsLimits = LIMITS) -> Iterator[Grey]:
    """Yield the picture, every picture of an animation, or every page of a PDF, as 8-bit grey pixels.

    Errors: those of `read_header`; `optics.picture-broken`, `optics.pdf-pages`, `optics.pdf-locked`.
    """
    header = read_header(data, limits)
    pictures = _pdf_pages(data, limits) if header.format is PictureFormat.PDF else _frames(data, header)
    try:
        yield from pictures
    except (*_BROKEN, struct.error, zlib.error, OverflowError):
        raise MalformedError("optics.picture-broken", format=header.format.value) from None


def _frames(data: bytes, header: Header) -> Iterator[Grey]:
    from PIL import Image

    # The size was checked in the header; Pillow's own limit is a warning at 89 megapixels.
    Image.MAX_IMAGE_PIXELS = None
    if header.frames == 1:
        yield _only(data, header)  # decoder and colours are gone before the reader starts
        return
    with Image.open(io.BytesIO(data), formats=(header.format.value,)) as image:
        _check_same_size(image, header)
        for number in range(header.frames):
            if number and not _seek(image, number):
                return
            yield _grey(image)


def _only(data: bytes, header: Header) -> Grey:
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=(header.format.value,)) as image:
        _check_same_size(image, header)
        return _grey(image)


def _check_same_size(image: Image.Image, header: Header) -> None:
    if image.size != (header.width, header.height):
        raise MalformedError("optics.picture-header", format=header.format.value)


def _seek(image: Image.Image, number: int) -> bool:
    try:
        image.seek(number)
    except EOFError:
        return False
    return True


def _grey(image: Image.Image) -> Grey:
    """Return 8-bit grey pixels; what is transparent is laid on white, as a viewer would show it."""
    import numpy as np
    from PIL import Image as Pictures

    if image.mode.startswith("I"):
        return np.asarray(np.clip(np.asarray(image) // _SIXTEEN_BITS, 0, 255), np.uint8)
    if image.has_transparency_data:
        coloured = image.convert("RGBA")
        ground = Pictures.new("L", image.size, 255)
        ground.paste(coloured.convert("L"), mask=coloured.getchannel("A"))
        return np.asarray(ground, np.uint8)
    return np.asarray(image.convert("L"), np.uint8)


def _pdf_pages(data: bytes, limits: OpticsLimits) -> Iterator[Grey]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = "optics.pdf-locked" if "password" in str(error).lower() else "optics.picture-broken"
        raise MalformedError(code, format="PDF") from None
    try:
        if len(document) > limits.pdf_pages:
            raise LimitError("optics.pdf-pages", pages=len(document), limit=limits.pdf_pages)
        for number in range(len(document)):
            yield _page(document, number, limits)
    except pypdfium2.PdfiumError:
        raise MalformedError("optics.picture-broken", format="PDF") from None
    finally:
        document.close()


def _page(document: Any, number: int, limits: OpticsLimits) -> Grey:
    """Render one page at 200 dots an inch, or as finely as the cap on pixels allows."""
    import numpy as np

    page = document[number]
    try:
        width, height = (max(float(side), 1.0) for side in page.get_size())
        finest = math.sqrt(limits.picture_pixels / (width * height))
        widest = limits.picture_side_pixels / max(width, height)
        scale = min(_PDF_SCALE, finest * 0.999, widest * 0.999)
        bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
        pixels = np.asarray(bitmap.to_numpy(), np.uint8)
        return np.ascontiguousarray(pixels.reshape(pixels.shape[0], pixels.shape[1]))
    finally:
        page.close()
