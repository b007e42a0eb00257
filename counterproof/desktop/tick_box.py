"""A check box with a tick that everybody knows; a style sheet can only thicken its border."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox

from counterproof.desktop.theme import RING, RING_GAP, TARGET, Space, current

_SIDE = 24


class TickBox(QCheckBox):
    """A box at the beginning of the line, and its words."""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of the box and its words."""
        side, metrics = current().scaled(_SIDE), QFontMetrics(self.font())
        words = metrics.horizontalAdvance(self.text()) + Space.SNUG if self.text() else 0
        return QSize(side + 2 + words, max(TARGET, side + 2 * (RING + RING_GAP), metrics.height()))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the same: the words are short, or stand elsewhere."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:  # noqa: N802 - Qt's name
        """Count a press anywhere."""
        return self.rect().contains(pos)

    def focus_area(self) -> QRect:
        """Return what the focus ring goes around: no higher than the box, so that it covers no line above."""
        side = current().scaled(_SIDE)
        return QRect(0, (self.height() - side) // 2, self.width(), side)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the box, the tick and the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = current()
        palette, side = theme.palette, theme.scaled(_SIDE)
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        top = (self.height() - side) / 2
        box = QRectF(self.width() - side - 1 if rtl else 1, top, side, side)
        on, usable = self.isChecked(), self.isEnabled()
        edge = palette.action if on else palette.edge
        painter.setPen(QPen(QColor(edge if usable else palette.line), 2))
        painter.setBrush(QColor(palette.action if on and usable else palette.surface))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)
        if on:
            _tick(painter, box, palette.on_action if usable else palette.quiet)
        if self.text():
            painter.setPen(QColor(palette.ink if usable else palette.quiet))
            gap = side + Space.SNUG
            area = QRectF(self.rect()).adjusted(0 if rtl else gap, 0, -gap if rtl else 0, 0)
            # Left is where the line begins: a painter turns it round where writing goes from right to left.
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())


def _tick(painter: QPainter, box: QRectF, colour: str) -> None:
    path = QPainterPath(QPointF(box.left() + 0.24 * box.width(), box.top() + 0.52 * box.height()))
    path.lineTo(box.left() + 0.43 * box.width(), box.top() + 0.71 * box.height())
    path.lineTo(box.left() + 0.77 * box.width(), box.top() + 0.31 * box.height())
    pen = QPen(QColor(colour), max(2.5, box.width() / 9))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
