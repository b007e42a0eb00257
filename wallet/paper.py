"""A slip on paper: marked as paper, its purpose, dates and readers in words, every field, and the code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.catalogue import Element, Kind, describe
from counterproof.mdoc.catalogue.model import FALLBACK_LANGUAGE
from counterproof.mdoc.cbor import FullDate
from counterproof.mdoc.errors import UsageError
from counterproof.optics.canvas import DOTS, MM, POINT, Canvas, PdfCanvas, PngCanvas
from counterproof.optics.fonts import Fonts
from counterproof.optics.paper import rows
from counterproof.words.plain_text import marked
from counterproof.words.wallet import PHRASES
from wallet.consent import describe_field
from wallet.purposes import title_of, with_id
from wallet.slips import reader_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from wallet.holder import Holder
    from wallet.slips import Slip, SlipPlan

_WIDTH: Final = 148.0
_HEIGHT: Final = 210.0
"""A5, millimetres; on an A4 page it stands in the upper left corner."""

_MARGIN: Final = 12.0
_MODULE: Final = 7 * MM / DOTS
"""The side of one module, 0.6 mm: seven whole dots, so that all modules are of one size."""

_DAY: Final = Element(identifier="day", kind=Kind.FULL_DATE, labels={"en": "day"})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and its size in points; an empty text is a gap."""

    text: str
    points: float = 10.5


@dataclass(frozen=True)
class Sheet:
    """What will stand on the paper, for which fonts were found; made before a copy is used up."""

    title: str
    above: tuple[Line, ...]
    below: tuple[Line, ...]
    fonts: Fonts

    @classmethod
    def of(cls, holder: Holder, plan: SlipPlan, fonts: Fonts | None = None) -> Sheet:
        """Lay out a slip: our own words in English where no font has those of the person's language.

        Raises UsageError `optics.font` where no font has the letters of a name or a value, `optics.shaping`.
        """
        chosen = fonts or Fonts.of_system()
        try:
            return cls._in_words(holder, plan, PHRASES, chosen)
        except UsageError:
            title = title_of(holder.trust, plan.purpose, plan.readers, FALLBACK_LANGUAGE)
            english = replace(plan, language=FALLBACK_LANGUAGE, title=title)
            return cls._in_words(holder, english, PHRASES.english, chosen)

    @classmethod
    def _in_words(cls, holder: Holder, plan: SlipPlan, words: Mapping[str, str], fonts: Fonts) -> Sheet:
        sheet = cls(words["paper.title"], tuple(_above(holder, plan, words)), tuple(_below(words)), fonts)
        for line in (*sheet.above, *sheet.below):
            fonts.runs(line.text)
        return sheet

    def png(self, slip: Slip) -> bytes:
        """Return the slip as a PNG of A5 at 300 dots an inch."""
        return self._drawn(PngCanvas(_WIDTH, _HEIGHT, self.fonts), slip)

    def pdf(self, slip: Slip) -> bytes:
        """Return the slip as a PDF of one A4 page."""
        return self._drawn(PdfCanvas(self.fonts, self.title), slip)

    def _drawn(self, canvas: Canvas, slip: Slip) -> bytes:
        y = _MARGIN
        for line in self.above:
            y = _written(canvas, y, line)
        (text,) = slip.showing.code
        dark = rows(text)
        side = len(dark) * _MODULE
        canvas.line(_MARGIN, y + 1, _WIDTH - 2 * _MARGIN)
        canvas.squares((_WIDTH - side) / 2, y + 2, side, dark)
        y += side + 3
        for line in self.below:
            y = _written(canvas, y, line)
        return canvas.finish()


def _above(holder: Holder, plan: SlipPlan, words: Mapping[str, str]) -> Iterator[Line]:
    language = plan.language
    yield Line(words["paper.title"], 18)
    yield Line(f"{marked(plan.card.name(language))} · {marked(plan.card.agency)}", 12)
    yield Line("", 4)
    span = words["paper.span"].format(
        start=_day(plan.not_before, language), end=_day(plan.not_after, language)
    )
    yield Line(span)
    yield Line(words["paper.purpose"].format(purpose=with_id(plan.title, plan.purpose)))
    names = ", ".join(reader_name(holder, each) for each in plan.readers)
    yield Line(words["paper.readers"].format(readers=names) if names else words["paper.any-reader"])
    yield Line("", 4)
    for ref in plan.agreed:
        label, value, _ = describe_field(plan.card, ref[1:], language)
        yield Line(f"{label}: {value}", 12)


def _below(words: Mapping[str, str]) -> Iterator[Line]:
    for name in ("paper.reads", "paper.once", "paper.compare"):
        yield Line(words[name], 9)


def _day(at: datetime, language: str) -> str:
    return describe(_DAY, FullDate.of(at.date()), language)


def _written(canvas: Canvas, y: float, line: Line) -> float:
    """Write a line, broken where it is too long, and return where the next one begins."""
    step = line.points * POINT * 1.4
    if not line.text:
        return y + step
    for part in _broken(canvas, line, _WIDTH - 2 * _MARGIN):
        canvas.text(_MARGIN, y, part, line.points)
        y += step
    return y


def _broken(canvas: Canvas, line: Line, width: float) -> Iterator[str]:
    """Break at spaces, and inside a word that is wider than the sheet."""
    part = ""
    for word in line.text.split(" "):
        longer = f"{part} {word}" if part else word
        if part and canvas.width_of(longer, line.points) > width:
            yield part
            longer = word
        while canvas.width_of(longer, line.points) > width:
            cut = next(
                n for n in range(len(longer) - 1, 0, -1) if canvas.width_of(longer[:n], line.points) <= width
            )
            yield longer[:cut]
            longer = longer[cut:]
        part = longer
    yield part
