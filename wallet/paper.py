"""A slip on paper: marked as paper, its purpose, dates and readers in words, every field, and the code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.catalogue import Element, describe
from counterproof.mdoc.catalogue import Kind as ElementKind
from counterproof.mdoc.catalogue.model import FALLBACK_LANGUAGE
from counterproof.mdoc.cbor import FullDate
from counterproof.mdoc.errors import LimitError, UsageError
from counterproof.optics.canvas import DOTS, MM, POINT, Canvas, PdfCanvas, PngCanvas
from counterproof.optics.draw import side_of, version_for
from counterproof.optics.fonts import Fonts
from counterproof.optics.kinds import Kind
from counterproof.optics.limits import LIMITS
from counterproof.optics.paper import rows
from counterproof.optics.text import encode_still
from counterproof.words.plain_text import marked
from counterproof.words.wallet import PHRASES
from wallet.consent import describe_field
from wallet.fitting import slip_size
from wallet.purposes import title_of, with_id
from wallet.showing import codes_on_paper
from wallet.slips import reader_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from wallet.holder import Holder
    from wallet.slips import Slip, SlipPlan

_MARGIN: Final = 12.0
_QUIET: Final = 4
"""Modules of light around a code; codes that stand side by side share them."""

_FINEST: Final = 6
_USUAL: Final = 7
_COARSEST: Final = 10
"""The side of one module in whole dots, so that all are of one size: 0.5, 0.6 and 0.85 mm."""

_AROUND: Final = 3.0
"""Millimetres between the words and the codes, above and below together."""

_LEADING: Final = 1.4
_SMALL: Final = 9
_MANY_FIELDS: Final = 8

_DAY: Final = Element(identifier="day", kind=ElementKind.FULL_DATE, labels={"en": "day"})


@dataclass(frozen=True, slots=True)
class Page:
    """A size of paper, millimetres; A5 stands in the upper left corner of the A4 page of a PDF."""

    name: str
    width: float
    height: float


A5: Final = Page("A5", 148.0, 210.0)
A4: Final = Page("A4", 210.0, 297.0)


@dataclass(frozen=True, slots=True)
class Block:
    """Codes side by side: how many, and the modules along one side of each, without quiet zones."""

    codes: int
    side: int

    @classmethod
    def of(cls, size: int) -> Block:
        """Return the block for M of `size` bytes; raise LimitError `wallet.too-much-for-paper`."""
        codes = codes_on_paper(size)
        text = encode_still(Kind.SLIP, bytes(size)) if codes == 1 else "0" * LIMITS.frame_characters
        return cls(codes, side_of(version_for(text)))

    @property
    def columns(self) -> int:
        """How many stand in a line."""
        return next(each for each in (1, 2, 3) if each**2 >= self.codes)

    @property
    def across(self) -> int:
        """Modules from left to right, with quiet zones."""
        return self.columns * (self.side + _QUIET) + _QUIET

    @property
    def down(self) -> int:
        """Modules from top to bottom, with quiet zones."""
        return -(-self.codes // self.columns) * (self.side + _QUIET) + _QUIET


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
    together: Line
    below: tuple[Line, ...]
    fonts: Fonts
    page: Page = A5

    @classmethod
    def of(cls, holder: Holder, plan: SlipPlan, fonts: Fonts | None = None) -> Sheet:
        """Lay out a slip: our own words in English where no font has those of the person's language.

        Raises UsageError `optics.font` where no font has the letters of a name or a value, `optics.shaping`;
        LimitError `wallet.too-much-for-paper` where its codes or its words take more room than a sheet has.
        """
        chosen, block = fonts or Fonts.of_system(), Block.of(slip_size(plan))
        try:
            sheet = cls._in_words(holder, plan, PHRASES, chosen)
        except UsageError:
            title = title_of(holder.trust, plan.purpose, plan.readers, FALLBACK_LANGUAGE)
            english = replace(plan, language=FALLBACK_LANGUAGE, title=title)
            sheet = cls._in_words(holder, english, PHRASES.english, chosen)
        return sheet.on_paper(block)

    @classmethod
    def _in_words(cls, holder: Holder, plan: SlipPlan, words: Mapping[str, str], fonts: Fonts) -> Sheet:
        together = Line(words["paper.together"], _SMALL)
        above, below = tuple(_above(holder, plan, words)), tuple(_below(words))
        sheet = cls(words["paper.title"], above, together, below, fonts)
        for line in (*sheet.above, together, *sheet.below):
            fonts.runs(line.text)
        return sheet

    def on_paper(self, block: Block) -> Sheet:
        """Return the sheet on the smaller page, or on the larger one where the codes would be too fine."""
        for page, finest in ((A5, _USUAL), (A4, _FINEST)):
            sheet = replace(self, page=page)
            if sheet.dots(block) >= finest:
                return sheet
        raise LimitError("wallet.too-long-for-paper")

    def png(self, slip: Slip) -> bytes:
        """Return the slip as a PNG of its page at 300 dots an inch."""
        return self._drawn(PngCanvas(self.page.width, self.page.height, self.fonts), slip)

    def pdf(self, slip: Slip) -> bytes:
        """Return the slip as a PDF of one A4 page."""
        return self._drawn(PdfCanvas(self.fonts, self.title), slip)

    def dots(self, block: Block) -> int:
        """Return the side of a module in whole dots with which the codes fill what the words leave free."""
        canvas = PngCanvas(1, 1, self.fonts)
        lines = (*self.above, *self._beneath(block.codes))
        words = sum(_height(canvas, line, self._width) for line in lines)
        free = self.page.height - 2 * _MARGIN - words - _AROUND
        finest = min(self._width / block.across, free / block.down) * DOTS / MM
        return min(_COARSEST, int(finest))

    def _beneath(self, codes: int) -> tuple[Line, ...]:
        return (self.together, *self.below) if codes > 1 else self.below

    @property
    def _width(self) -> float:
        return self.page.width - 2 * _MARGIN

    def _drawn(self, canvas: Canvas, slip: Slip) -> bytes:
        y = _MARGIN
        for line in self.above:
            y = _written(canvas, y, line, self._width)
        canvas.line(_MARGIN, y + 1, self._width)
        codes = [rows(text) for text in slip.texts]
        block = Block(len(codes), len(codes[0]) - 2 * _QUIET)
        module = self.dots(block) * MM / DOTS
        left = (self.page.width - block.across * module) / 2
        for number, dark in enumerate(codes):
            down, along = divmod(number, block.columns)
            step = (block.side + _QUIET) * module
            canvas.squares(left + along * step, y + 2 + down * step, len(dark) * module, dark)
        y += block.down * module + _AROUND
        for line in self._beneath(block.codes):
            y = _written(canvas, y, line, self._width)
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
    points = 12 if len(plan.agreed) <= _MANY_FIELDS else 10
    for ref in plan.agreed:
        label, value, picture = describe_field(plan.card, ref[1:], language)
        yield Line(f"{label}: {value if picture is None else words['paper.picture']}", points)


def _below(words: Mapping[str, str]) -> Iterator[Line]:
    for name in ("paper.reads", "paper.once", "paper.compare"):
        yield Line(words[name], _SMALL)


def _day(at: datetime, language: str) -> str:
    return describe(_DAY, FullDate.of(at.date()), language)


def _height(canvas: Canvas, line: Line, width: float) -> float:
    parts = sum(1 for _ in _broken(canvas, line, width)) if line.text else 1
    return parts * line.points * POINT * _LEADING


def _written(canvas: Canvas, y: float, line: Line, width: float) -> float:
    """Write a line, broken where it is too long, and return where the next one begins."""
    step = line.points * POINT * _LEADING
    if not line.text:
        return y + step
    for part in _broken(canvas, line, width):
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
