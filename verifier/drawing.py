"""A request or a receipt as somebody can hold it up: picture, print, text, or the terminal itself."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import UsageError
from counterproof.optics import draw, paper
from counterproof.optics.encode import StillCode, encode
from counterproof.sealing import files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from counterproof.optics.kinds import Kind
    from counterproof.optics.stream import StreamSender

KINDS: Final = (".png", ".gif", ".svg", ".pdf", ".txt")
_PIXELS: Final = 8
_PAGE_MM: Final = (210.0, 297.0)
_CODE_MM: Final = 150.0
_TOP_MM: Final = 60.0


def check_out(out: Path) -> None:
    """Refuse a file name that no code can be written as, before anything is made for it."""
    if out.suffix.lower() not in KINDS:
        raise UsageError("verifier.out-kind", suffix=out.suffix or out.name, known=", ".join(KINDS))


def write_code(out: Path, kind: Kind, m: bytes, *, head: Sequence[str], at: datetime) -> None:
    """Write a message as the code that `out` ends in; `head` are lines above the code of a PDF.

    Raises UsageError `verifier.out-kind`, `verifier.out-moves`; StoreError `sealing.*`.
    """
    check_out(out)
    showing = encode(kind, m, streams_ok=True)
    files.write_atomic(out, _content(out.suffix.lower(), showing, head, at))


def _content(suffix: str, showing: StillCode | StreamSender, head: Sequence[str], at: datetime) -> bytes:
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


def _pdf(text: str, head: Sequence[str], at: datetime) -> bytes:
    """Draw one page; letters outside Latin-1, which the built-in font lacks, are left to the screen."""
    from fpdf import FPDF  # noqa: PLC0415 - slow to load, and seldom needed

    page = FPDF(format="A4")
    page.set_creation_date(at)
    page.add_page()
    page.set_font("helvetica", size=18)
    for line in head:
        page.cell(w=0, h=10, text=line.encode("latin-1", "replace").decode("latin-1"), align="C")
        page.ln()
    dark = paper.rows(text)
    module = _CODE_MM / len(dark)
    left = (_PAGE_MM[0] - _CODE_MM) / 2
    page.set_fill_color(0)
    for y, row in enumerate(dark):
        for start, end in _runs(row):
            page.rect(left + start * module, _TOP_MM + y * module, (end - start) * module, module, style="F")
    return bytes(page.output())


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Return where each run of dark modules begins and ends."""
    edges = [place for place in range(len(row) + 1) if _at(row, place) != _at(row, place - 1)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _at(row: list[bool], place: int) -> bool:
    return 0 <= place < len(row) and row[place]
