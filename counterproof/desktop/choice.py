"""A choice of one of several that looks like one: with a mark at its end that says that it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QComboBox

from counterproof.desktop.theme import Space, current

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_HALF = 5.0


class Choice(QComboBox):
    """A combo box of the style sheet, which has no arrow of its own."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the box, then the mark."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(current().palette.ink), 2))
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        across = Space.NORMAL + _HALF if rtl else self.width() - Space.NORMAL - _HALF
        down = self.height() / 2
        points = [
            QPointF(across - _HALF, down - _HALF / 2),
            QPointF(across, down + _HALF / 2),
            QPointF(across + _HALF, down - _HALF / 2),
        ]
        painter.drawPolyline(points)
