"""Icons of kinds of cards, drawn with one width of line on a field of 24 by 24."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

if TYPE_CHECKING:
    from collections.abc import Callable

_FIELD: Final = 24.0
_WIDTH: Final = 1.8


def paint_icon(painter: QPainter, name: str, area: QRectF, colour: str) -> None:
    """Draw the icon of this name, or that of any card where none is known."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(area.topLeft())
    painter.scale(area.width() / _FIELD, area.height() / _FIELD)
    pen = QPen(QColor(colour), _WIDTH)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_ICONS.get(name, _card)())
    painter.restore()


def _lines(path: QPainterPath, *points: tuple[float, float]) -> QPainterPath:
    path.moveTo(QPointF(*points[0]))
    for each in points[1:]:
        path.lineTo(QPointF(*each))
    return path


def _house() -> QPainterPath:
    path = _lines(QPainterPath(), (3, 11), (12, 3.5), (21, 11))
    _lines(path, (5.5, 9.5), (5.5, 20), (18.5, 20), (18.5, 9.5))
    return _lines(path, (10, 20), (10, 14), (14, 14), (14, 20))


def _book() -> QPainterPath:
    path = _lines(QPainterPath(), (12, 6), (12, 20))
    path.moveTo(12, 6)
    path.cubicTo(9, 4, 6, 4, 3, 5)
    path.lineTo(3, 19)
    path.cubicTo(6, 18, 9, 18, 12, 20)
    path.moveTo(12, 6)
    path.cubicTo(15, 4, 18, 4, 21, 5)
    path.lineTo(21, 19)
    path.cubicTo(18, 18, 15, 18, 12, 20)
    return path


def _meal() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QRectF(7, 7, 10, 10))
    _lines(path, (3, 4), (3, 9), (4.5, 10.5), (4.5, 20))
    return _lines(path, (20, 20), (20, 4), (18.5, 7), (18.5, 12), (20, 12))


def _car() -> QPainterPath:
    path = _lines(QPainterPath(), (3, 16), (3, 12), (5.5, 11), (7.5, 6.5), (16.5, 6.5), (18.5, 11))
    _lines(path, (18.5, 11), (21, 12), (21, 16), (3, 16))
    path.addEllipse(QRectF(5, 14, 4, 4))
    path.addEllipse(QRectF(15, 14, 4, 4))
    return _lines(path, (6, 11), (18, 11))


def _age() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QRectF(8, 3, 8, 8))
    path.moveTo(4, 21)
    path.cubicTo(4, 15, 8, 13.5, 12, 13.5)
    path.cubicTo(16, 13.5, 20, 15, 20, 21)
    return _lines(path, (9.5, 18.5), (11.5, 20.5), (15, 16.5))


def _card() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(2.5, 5, 19, 14), 2, 2)
    _lines(path, (6, 10), (12, 10))
    return _lines(path, (6, 14), (16, 14))


_ICONS: Final[dict[str, Callable[[], QPainterPath]]] = {
    "house": _house,
    "book": _book,
    "meal": _meal,
    "car": _car,
    "age": _age,
}
