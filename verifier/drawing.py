"""A request or a receipt as somebody can hold it up: picture, print, text, or the terminal itself."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import UsageError
from counterproof.optics import draw, paper
from counterproof.optics.canvas import PdfCanvas
from counterproof.optics.encode import StillCode, encode
from counterproof.optics.fonts import Fonts
from counterproof.sealing import files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from counterproof.optics.kinds import Kind
    from counterproof.optics.stream import StreamSender

KINDS: Final = (".png", ".gif", ".svg", ".pdf", ".txt")
_PIXELS: Final = 8
_PAGE_MM: Final = 210.0
_MARGIN_MM: Final = 12.0
_LINE_MM: Final = 10.0
_POINTS: Final = 18.0
_CODE_MM: Final = 150.0
_TOP_MM: Final = 60.0


@dataclass(frozen=True, slots=True)
class Heading:
    """A line above the code of a PDF, and the same in English for a computer that has no font for it."""

    said: str
    english: str = ""


def check_out(out: Path) -> None:
    """Refuse a file name that no code can be written as, before anything is made for it."""
    if out.suffix.lower() not in KINDS:
        raise UsageError("verifier.out-kind", suffix=out.suffix or out.name, known=", ".join(KINDS))


def write_code(out: Path, kind: Kind, m: bytes, *, head: Sequence[Heading], at: datetime) -> None:
    """Write a message as the code that `out` ends in; `head` are lines above the code of a PDF.

    Raises UsageError `verifier.out-kind`, `verifier.out-moves`; StoreError `sealing.*`.
    """
    check_out(out)
    showing = encode(kind, m, streams_ok=True)
    files.write_atomic(out, _content(out.suffix.lower(), showing, head, at))


def _content(suffix: str, showing: StillCode | StreamSender, head: Sequence[Heading], at: datetime) -> bytes:
    if suffix == ".txt":
        count = 1 if isinstance(showing, StillCode) else 2 * showing.needed + 4
        return "".join(f"{text}\n" for text, _ in zip(showing, range(count), strict=False)).encode()
    if not isinstance(showing, StillCode):
        if suffix != ".gif":
            raise UsageError("verifier.out-moves")
        return draw.gif(showing, _PIXELS)
    if suffix == ".svg":
        return paper.svg(showing.text)
    if suffix == ".pdf":
        return _pdf(showing.text, head, at)
    return draw.png(showing.text, _PIXELS) if suffix == ".png" else _still_gif(showing.text)


def in_terminal(kind: Kind, m: bytes, *, colour: bool) -> str | None:
    """Return the code as lines for a terminal; None where it would have to move."""
    showing = encode(kind, m, streams_ok=True)
    return paper.terminal(showing.text, colour=colour) if isinstance(showing, StillCode) else None


def _still_gif(text: str) -> bytes:
    from PIL import Image  # noqa: PLC0415 - slow to load, and seldom needed

    out = io.BytesIO()
    Image.fromarray(draw.picture(text, _PIXELS)).save(out, format="GIF")
    return out.getvalue()


def _pdf(text: str, head: Sequence[Heading], at: datetime) -> bytes:
    """Draw one page; a heading for which this computer has no font is said in English."""
    canvas = PdfCanvas(Fonts.of_system(), "", at)
    y = _MARGIN_MM
    for line in (each for each in head if each.said):
        said = next((each for each in (line.said, line.english) if each and canvas.can_write(each)), None)
        canvas.centred(y, said or line.said.encode("latin-1", "replace").decode("latin-1"), _POINTS)
        y += _LINE_MM
    canvas.squares((_PAGE_MM - _CODE_MM) / 2, _TOP_MM, _CODE_MM, paper.rows(text))
    return canvas.finish()
