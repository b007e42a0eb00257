"""Pictures of every format, honest and hostile, made from a few bytes."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

from fpdf import FPDF
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]


def saved(grey: Grey, form: str) -> bytes:
    """Return the pixels as a file of Pillow's format `form`."""
    out = io.BytesIO()
    Image.fromarray(grey).save(out, format=form)
    return out.getvalue()


def animated(greys: Sequence[Grey], form: str = "GIF") -> bytes:
    """Return the pixels as an animation."""
    first, *others = (Image.fromarray(grey) for grey in greys)
    out = io.BytesIO()
    first.save(out, format=form, save_all=True, append_images=others, duration=80, loop=0)
    return out.getvalue()


def pdf(greys: Sequence[Grey], side_mm: float = 80) -> bytes:
    """Return a PDF of A4 pages with one picture each."""
    document = FPDF()
    for grey in greys:
        document.add_page()
        document.image(Image.fromarray(grey), x=60, y=60, w=side_mm)
    return bytes(document.output())


def png_of(width: int, height: int, rows: int | None = None) -> bytes:
    """Return a PNG of one grey bit a pixel that says it has this size; all zeros pack a thousandfold."""
    row = bytes(1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(height if rows is None else rows)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def gif_of(width: int, height: int, frames: int) -> bytes:
    """Return a GIF whose every image is one black pixel on a canvas of this size."""
    image = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(3) + b"\xff\xff\xff"
    return head + image * frames + b"\x3b"


def pdf_of(content: bytes, forms: Sequence[bytes] = (), box: str = "0 0 595 842", pages: int = 1) -> bytes:
    """Return a PDF with this page content and form objects `/F0`, `/F1`, ... that may draw one another."""
    names = b" ".join(b"/F%d %d 0 R" % (number, 10 + number) for number in range(len(forms)))
    resources = b"<</XObject<<" + names + b">>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources %s>>" % (box.encode(), resources)
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, b" ".join([b"3 0 R"] * pages)),
        3: page,
        4: b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    }
    for number, form in enumerate(forms):
        head = b"<</Type/XObject/Subtype/Form/BBox[0 0 999 999]/Resources %s/Length %d>>" % (
            resources,
            len(form),
        )
        objects[10 + number] = head + b"stream\n" + form + b"\nendstream"
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (10 + len(forms), start)
    return bytes(out)
