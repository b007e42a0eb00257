"""The band over everything that is practice: stripes, and the word SPECIMEN again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from counterproof.desktop.theme import Feel, Text, current
from counterproof.words.language import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_EDGE: Final = 8
_STEP: Final = 22


class Stripes(QWidget):
    """Striped over its whole width; hidden until it is wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("SPECIMEN: practice, nothing here is real"))
        self.hide()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a band as high as its word needs."""
        return QSize(200, round(1.4 * current().size(Text.LARGE)) + 2 * _EDGE)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw stripes, and the word on a clear ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = current().palette
        tone = palette.tones[Feel.UNDECIDED]
        painter.fillRect(self.rect(), QColor(tone.ground))
        painter.setPen(QPen(QColor(tone.ink), _STEP / 2))
        for x in range(-self.height(), self.width() + self.height(), _STEP):
            painter.drawLine(QPointF(x, self.height()), QPointF(x + self.height(), 0))
        font = painter.font()
        font.setPixelSize(current().size(Text.LARGE))
        font.setBold(True)
        painter.setFont(font)
        word = tr("SPECIMEN")
        wide = painter.fontMetrics().horizontalAdvance(word) + 48
        spots = max(1, self.width() // (2 * wide))
        for place in range(spots):
            centre = self.width() * (2 * place + 1) / (2 * spots)
            area = QRectF(centre - wide / 2, _EDGE / 2, wide, self.height() - _EDGE)
            painter.fillRect(area, QColor(tone.ground))
            painter.setPen(QColor(tone.ink))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, word)
