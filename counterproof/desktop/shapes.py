"""The shapes of the verdicts and the icons: lines of one width, told apart without any colour.

Accepted is a tick in a circle, refused a cross in an octagon, cannot-tell a question mark in a triangle, and
what is neither (declined, seen before, says no) a bar in a square.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from counterproof.desktop.theme import Feel, current

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent

VERDICT_SIDE: Final = 160
_GRID: Final = 100.0
_STROKE: Final = 7.0


def _regular(corners: int, radius: float, turned: float = 0.0, centre: float = 50.0) -> QPainterPath:
    path = QPainterPath()
    points = [
        QPointF(
            50 + radius * math.cos(math.tau * (each + turned) / corners),
            centre + radius * math.sin(math.tau * (each + turned) / corners),
        )
        for each in range(corners)
    ]
    path.addPolygon(QPolygonF(points))
    path.closeSubpath()
    return path


def _lines(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath(QPointF(*points[0]))
    for each in points[1:]:
        path.lineTo(*each)
    return path


def _accepted() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QRectF(6, 6, 88, 88))
    path.addPath(_lines((29, 52), (44, 67), (72, 36)))
    return path


def _refused() -> QPainterPath:
    path = _regular(8, 47, 0.5)
    path.addPath(_lines((34, 34), (66, 66)))
    path.addPath(_lines((66, 34), (34, 66)))
    return path


def _undecided() -> QPainterPath:
    path = _regular(3, 54, -0.25 * 3, 62)
    mark = QPainterPath(QPointF(40, 47))
    mark.cubicTo(40, 32, 61, 33, 60, 47)
    mark.cubicTo(59, 55, 50, 55, 50, 65)
    path.addPath(mark)
    path.addEllipse(QRectF(48.5, 74.5, 3, 3))
    return path


def _plain() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(8, 8, 84, 84), 10, 10)
    path.addPath(_lines((32, 50), (68, 50)))
    return path


_SHAPES: Final[dict[Feel, Callable[[], QPainterPath]]] = {
    Feel.ACCEPTED: _accepted,
    Feel.REFUSED: _refused,
    Feel.UNDECIDED: _undecided,
    Feel.PLAIN: _plain,
}


def paint_shape(painter: QPainter, feel: Feel, area: QRectF) -> None:
    """Draw a verdict's shape in its ink into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(area.topLeft())
    painter.scale(area.width() / _GRID, area.height() / _GRID)
    pen = QPen(QColor(current().palette.tones[feel].ink), _STROKE)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_SHAPES[feel]())
    painter.restore()


class VerdictShape(QWidget):
    """A verdict's shape, `side` logical pixels high; the word beside it says the same to a screen reader."""

    def __init__(
        self, feel: Feel = Feel.PLAIN, side: int = VERDICT_SIDE, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._feel = feel
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def feel(self) -> Feel:
        """What the shape says."""
        return self._feel

    def set_feel(self, feel: Feel) -> None:
        """Show another shape."""
        self._feel = feel
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size that it was made with."""
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the shape."""
        painter = QPainter(self)
        side = min(self.width(), self.height())
        left, top = (self.width() - side) / 2, (self.height() - side) / 2
        paint_shape(painter, self._feel, QRectF(left, top, side, side))
