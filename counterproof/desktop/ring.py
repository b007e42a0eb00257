"""A ring that fills or runs down, with words in it: progress of a stream, seconds of a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from counterproof.desktop.theme import Text, current

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_SIDE: Final = 72
_TURN: Final = 360 * 16
_TOP: Final = 90 * 16


class Ring(QWidget):
    """Shows a part of a whole; the words beside it say the same, so nothing hangs on seeing it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part, self._inside, self._name = 0.0, "", name
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    @property
    def part(self) -> float:
        """How much of the ring is drawn, 0 to 1."""
        return self._part

    def set(self, part: float, inside: str = "") -> None:
        """Draw so much of the ring, with a short word or number in it."""
        self._part, self._inside = min(max(part, 0.0), 1.0), inside
        self.setAccessibleDescription(inside)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size for the size of the text."""
        side = current().scaled(_SIDE)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, width = current(), current().scaled(7)
        area = QRectF(self.rect()).adjusted(width, width, -width, -width)
        painter.setPen(QPen(QColor(theme.palette.line), width))
        painter.drawEllipse(area)
        pen = QPen(QColor(theme.palette.action), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(area, _TOP, -round(_TURN * self._part))
        font = painter.font()
        font.setPixelSize(theme.size(Text.BODY))
        painter.setFont(font)
        painter.setPen(QColor(theme.palette.ink))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self._inside)
