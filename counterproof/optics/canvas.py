"""Two sheets to draw on in millimetres: pixels for PNG, vectors for PDF."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final, Protocol

from counterproof.mdoc.errors import UsageError
from counterproof.optics.fonts import needs_shaping

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from PIL import Image, ImageFont

    from counterproof.optics.fonts import Face, Fonts

MM: Final = 25.4
POINT: Final = MM / 72
DOTS: Final = 300
"""Dots an inch, of PNG and of text that is drawn as a picture in a PDF."""


class Canvas(Protocol):
    """A sheet; sizes and places in millimetres from its upper left corner, type in points."""

    def width_of(self, text: str, points: float) -> float:
        """Return how wide a text will be."""

    def text(self, x: float, y: float, text: str, points: float) -> None:
        """Write a text, its upper edge at `y`."""

    def line(self, x: float, y: float, width: float) -> None:
        """Draw a thin line."""

    def squares(self, x: float, y: float, side: float, dark: Sequence[Sequence[bool]]) -> None:
        """Draw the modules of a code, `side` wide with its quiet zone."""

    def finish(self) -> bytes:
        """Return the file."""


class PngCanvas:
    """A sheet of grey pixels at 300 dots an inch."""

    def __init__(self, width: float, height: float, fonts: Fonts) -> None:
        from PIL import Image, ImageDraw

        self._image = Image.new("L", (_pixels(width), _pixels(height)), 255)
        self._draw = ImageDraw.Draw(self._image)
        self._fonts = fonts

    def width_of(self, text: str, points: float) -> float:
        """Return how wide a text will be."""
        pieces = self._fonts.runs(text)
        return sum(_font(face, points).getlength(piece) for face, piece in pieces) * MM / DOTS

    def text(self, x: float, y: float, text: str, points: float) -> None:
        """Write a text, shaped as its script asks."""
        left = float(_pixels(x))
        for face, piece in self._fonts.runs(text):
            font = _font(face, points)
            base = _pixels(y + points * POINT)
            self._draw.text((left, base), piece, fill=0, font=font, anchor="ls")
            left += font.getlength(piece)

    def line(self, x: float, y: float, width: float) -> None:
        """Draw a thin line."""
        self._draw.line([(_pixels(x), _pixels(y)), (_pixels(x + width), _pixels(y))], fill=0, width=2)

    def squares(self, x: float, y: float, side: float, dark: Sequence[Sequence[bool]]) -> None:
        """Draw the modules on whole pixels, so that all are of one size."""
        module = max(1, _pixels(side) // len(dark))
        left, top = _pixels(x), _pixels(y)
        for row, line in enumerate(dark):
            for column, is_dark in enumerate(line):
                if is_dark:
                    corner = (left + column * module, top + row * module)
                    self._draw.rectangle([corner, (corner[0] + module - 1, corner[1] + module - 1)], fill=0)

    def finish(self) -> bytes:
        """Return the PNG."""
        out = io.BytesIO()
        self._image.save(out, format="PNG", dpi=(DOTS, DOTS), optimize=True)
        return out.getvalue()


class PdfCanvas:
    """An A4 page; text that needs shaping is drawn as a picture, all other text stays text."""

    def __init__(self, fonts: Fonts, title: str, at: datetime | None = None) -> None:
        from fpdf import FPDF

        self._pdf = FPDF(unit="mm", format="A4")
        if at is not None:
            self._pdf.set_creation_date(at)
        self._pdf.set_title(title)
        self._pdf.set_creator("Counterproof")
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.add_page()
        self._fonts = fonts
        self._families: dict[Face, str] = {}

    def width_of(self, text: str, points: float) -> float:
        """Return how wide a text will be."""
        return sum(_font(face, points).getlength(piece) * MM / DOTS for face, piece in self._fonts.runs(text))

    def text(self, x: float, y: float, text: str, points: float) -> None:
        """Write a text."""
        for face, piece in self._fonts.runs(text):
            width = _font(face, points).getlength(piece) * MM / DOTS
            if needs_shaping(piece) or face.path.suffix.lower() != ".ttf":
                picture, above = _picture(face, piece, points)
                height = picture.height * MM / DOTS
                self._pdf.image(picture, x=x, y=y + points * POINT - above, h=height, alt_text=piece)
            else:
                self._pdf.set_font(self._family(face), size=points)
                self._pdf.text(x, y + points * POINT, piece)
            x += width

    def centred(self, y: float, text: str, points: float) -> None:
        """Write a line in the middle of the page; one of Latin-1 needs no font of the computer."""
        page = self._pdf.w
        if _is_latin(text):
            self._pdf.set_font("helvetica", size=points)
            self._pdf.text((page - self._pdf.get_string_width(text)) / 2, y + points * POINT, text)
        else:
            self.text((page - self.width_of(text, points)) / 2, y, text, points)

    def can_write(self, text: str) -> bool:
        """Tell whether a line can be written in the middle of the page, with each of its letters."""
        if _is_latin(text):
            return True
        try:
            self._fonts.runs(text)
        except UsageError:
            return False
        return True

    def line(self, x: float, y: float, width: float) -> None:
        """Draw a thin line."""
        self._pdf.set_line_width(0.2)
        self._pdf.line(x, y, x + width, y)

    def squares(self, x: float, y: float, side: float, dark: Sequence[Sequence[bool]]) -> None:
        """Draw one rectangle for each run of dark modules."""
        module = side / len(dark)
        self._pdf.set_fill_color(0)
        for row, line in enumerate(dark):
            start: int | None = None
            for column, is_dark in enumerate([*line, False]):
                if is_dark and start is None:
                    start = column
                elif not is_dark and start is not None:
                    left, width = x + start * module, (column - start) * module
                    self._pdf.rect(left, y + row * module, width, module, style="F")
                    start = None

    def finish(self) -> bytes:
        """Return the PDF."""
        return bytes(self._pdf.output())

    def _family(self, face: Face) -> str:
        if face not in self._families:
            self._families[face] = f"face{len(self._families)}"
            self._pdf.add_font(self._families[face], fname=face.path)
        return self._families[face]


def _is_latin(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _picture(face: Face, text: str, points: float) -> tuple[Image.Image, float]:
    """Return a text as grey pixels, and how far its base line is below their upper edge, in millimetres."""
    from PIL import Image, ImageDraw

    font = _font(face, points)
    ascent, descent = font.getmetrics()
    picture = Image.new("L", (max(1, int(font.getlength(text)) + 4), ascent + descent), 255)
    ImageDraw.Draw(picture).text((0, ascent), text, fill=0, font=font, anchor="ls")
    return picture, ascent * MM / DOTS


def _font(face: Face, points: float) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(face.path), size=round(points * DOTS / 72))


def _pixels(millimetres: float) -> int:
    return round(millimetres * DOTS / MM)
