"""A choice of one of several, and a number, that look like it: with marks that the style sheet has not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QComboBox, QSpinBox, QStyle, QWidget

from counterproof.desktop.theme import Space, current

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QStyleOptionComboBox

_HALF = 5.0
_INSET = 9


class Choice(QComboBox):
    """A combo box of the style sheet, which has no arrow of its own; what does not fit ends in dots."""

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:  # noqa: N802 - Qt's name
        """Shorten the words of the box, which Qt would cut within a letter; the list has them whole."""
        super().initStyleOption(option)
        kind, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(kind, option, field, self).width()
        words = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        option.currentText = words

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the box, then the mark."""
        super().paintEvent(event)
        _mark(self, self.height() / 2)


class Number(QSpinBox):
    """A number with its two marks, up and down; as far from its edge as what is typed elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        # The style sheet's padding is for the box alone: Qt puts the line inside at its very edge.
        self.lineEdit().setTextMargins(_INSET, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the box, then the marks."""
        super().paintEvent(event)
        _mark(self, self.height() * 0.3, up=True)
        _mark(self, self.height() * 0.7)


def _mark(box: QWidget, down: float, *, up: bool = False) -> None:
    """Draw a mark at the end of a box, its middle `down` pixels from the top."""
    painter = QPainter(box)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(current().palette.ink), 2))
    rtl = box.layoutDirection() is Qt.LayoutDirection.RightToLeft
    across = Space.NORMAL + _HALF if rtl else box.width() - Space.NORMAL - _HALF
    half = -_HALF / 2 if up else _HALF / 2
    points = [
        QPointF(across - _HALF, down - half),
        QPointF(across, down + half),
        QPointF(across + _HALF, down - half),
    ]
    painter.drawPolyline(points)
