"""A slip for somebody who was not accepted: what was said, whose matter it is, what to do; no values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

from counterproof.mdoc.errors import StoreError
from counterproof.sealing import files
from counterproof.words import dates
from counterproof.words.language import tr
from counterproof.words.plain_text import marked

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from PySide6.QtGui import QPagedPaintDevice
    from PySide6.QtWidgets import QWidget

    from verifier.flow.verdict import VerdictView

_SIZES: Final = {"head": 11.0, "word": 20.0, "text": 12.0, "small": 8.5}
_MARGIN: Final = 9.0
_GAP: Final = 0.6  # of a line


def slip_lines(view: VerdictView, office: str, at: datetime) -> list[tuple[str, str]]:
    """Return (kind, text) from the top: head, word, text, small."""
    found = [("head", marked(office, 128)), ("head", dates.moment(at)), ("word", view.word)]
    found += [("text", each) for each in view.why]
    if view.whose is not None:
        found += [("text", view.whose.matter), ("text", view.whose.settles)]
    help_line = tr("Code for whoever helps you: {code}").format(code=view.code)
    kept = tr("This counter kept nothing about you.")
    return [*found, ("small", help_line), ("small", kept)]


def paint_slip(device: QPagedPaintDevice, lines: list[tuple[str, str]]) -> None:
    """Paint the lines onto one page, as plain text; raises StoreError `verifier.print`."""
    painter = QPainter()
    if not painter.begin(device):
        raise StoreError("verifier.print")
    try:
        wide = float(painter.viewport().width())
        top = 0.0
        for kind, text in lines:
            font = QFont(painter.font())
            font.setPointSizeF(_SIZES[kind])
            font.setBold(kind == "word")
            painter.setFont(font)
            flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
            area = painter.boundingRect(QRectF(0, top, wide, 1e6), int(flags), text)
            painter.drawText(area, int(flags), text)
            top = area.bottom() + _GAP * painter.fontMetrics().height()
    finally:
        painter.end()


def has_printer() -> bool:
    """Tell whether this computer knows a printer."""
    return bool(QPrinterInfo.availablePrinterNames())


def ask_printer(parent: QWidget | None) -> QPrinter | None:
    """Let somebody choose a printer; None where they do not want to print."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName("slip")
    printer.setPageMargins(QMarginsF(*[_MARGIN] * 4), QPageLayout.Unit.Millimeter)
    return printer if QPrintDialog(printer, parent).exec() else None


def write_slip(path: Path, lines: list[tuple[str, str]]) -> None:
    """Write the slip as a PDF of A6, whole or not at all; raises StoreError `sealing.*`."""
    from PySide6.QtCore import QBuffer, QIODevice  # noqa: PLC0415 - seldom needed

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QSizeF(105, 148), QPageSize.Unit.Millimeter))
    writer.setPageMargins(QMarginsF(*[_MARGIN] * 4), QPageLayout.Unit.Millimeter)
    paint_slip(writer, lines)
    buffer.close()
    files.write_atomic(path, bytes(buffer.data().data()))
