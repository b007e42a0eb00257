"""Small pictures beside the words of a button, drawn with one width of line on a field of 24 by 24.

They say nothing that the words do not say; whoever does not see them misses nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

if TYPE_CHECKING:
    from collections.abc import Callable

_FIELD: Final = 24.0
_WIDTH: Final = 1.8
_GAP: Final = 0.2
_KEPT: Final = 128
_SCALES: Final = (1, 2, 3)
"""Device pixels to a logical one: each is drawn, so that none is blurred."""

_Points = tuple[tuple[float, float], ...]


@lru_cache(maxsize=_KEPT)
def icon(name: str, side: int, colour: str, faint: str, *, mirrored: bool = False) -> QIcon:
    """Return an icon in two inks, usable and not usable now: `side` logical pixels high, `wide(side)` wide.

    Where writing runs from right to left, `mirrored` turns round those that point along it. The same one is
    the same picture: Qt keeps what it drew of each for a while, and pages are made anew with each language.
    """
    made = QIcon()
    turned, start = mirrored and name in _POINTING, wide(side) - side if mirrored else 0
    for mode, ink in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, faint)):
        for scale in _SCALES:
            picture = QPixmap(wide(side) * scale, side * scale)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.translate(start * scale, 0)
            _draw(painter, _ICONS[name](), side * scale, ink, turned=turned)
            painter.end()
            picture.setDevicePixelRatio(scale)
            made.addPixmap(picture, mode)
    return made


def wide(side: int) -> int:
    """Return the width of an icon with the gap before the words: Qt's own is too narrow."""
    return side + round(side * _GAP)


def _draw(painter: QPainter, path: QPainterPath, side: int, ink: str, *, turned: bool) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if turned:
        painter.translate(side, 0)
    painter.scale((-side if turned else side) / _FIELD, side / _FIELD)
    pen = QPen(QColor(ink), _WIDTH)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPath(path)


def _path(*lines: _Points) -> QPainterPath:
    """Return a path of lines, each through its points."""
    path = QPainterPath()
    for first, *others in lines:
        path.moveTo(QPointF(*first))
        for each in others:
            path.lineTo(QPointF(*each))
    return path


def _eye() -> QPainterPath:
    path = QPainterPath(QPointF(2.5, 12))
    path.cubicTo(6.5, 5, 17.5, 5, 21.5, 12)
    path.cubicTo(17.5, 19, 6.5, 19, 2.5, 12)
    path.addEllipse(QRectF(9, 9, 6, 6))
    return path


def _shield() -> QPainterPath:
    path = QPainterPath(QPointF(12, 2.8))
    path.cubicTo(9.5, 4.6, 6.8, 5.6, 4, 5.8)
    path.cubicTo(4, 13, 6.5, 18.5, 12, 21.4)
    path.cubicTo(17.5, 18.5, 20, 13, 20, 5.8)
    path.cubicTo(17.2, 5.6, 14.5, 4.6, 12, 2.8)
    return path


def _journal() -> QPainterPath:
    path = _path(((8, 3), (8, 21)), ((11.5, 8), (16, 8)), ((11.5, 12), (16, 12)))
    path.addRoundedRect(QRectF(4.5, 3, 15, 18), 2, 2)
    return path


def _practice() -> QPainterPath:
    # A target: something to aim at.
    path = QPainterPath()
    for radius in (9.2, 5.6, 1.6):
        path.addEllipse(QPointF(12, 12), radius, radius)
    return path


def _settings() -> QPainterPath:
    # Three sliders.
    path = QPainterPath()
    for high, knob in ((6, 15.5), (12, 8.5), (18, 13.5)):
        path.addPath(_path(((3, high), (knob - 2.2, high)), ((knob + 2.2, high), (21, high))))
        path.addEllipse(QPointF(knob, high), 2.2, 2.2)
    return path


def _full_screen() -> QPainterPath:
    return _path(
        ((3.5, 9), (3.5, 3.5), (9, 3.5)),
        ((15, 3.5), (20.5, 3.5), (20.5, 9)),
        ((20.5, 15), (20.5, 20.5), (15, 20.5)),
        ((9, 20.5), (3.5, 20.5), (3.5, 15)),
    )


def _back() -> QPainterPath:
    return _path(((20, 12), (4, 12)), ((10.5, 5.5), (4, 12), (10.5, 18.5)))


def _forward() -> QPainterPath:
    return _path(((4, 12), (20, 12)), ((13.5, 5.5), (20, 12), (13.5, 18.5)))


def _again() -> QPainterPath:
    path = QPainterPath()
    path.arcMoveTo(QRectF(4, 4, 16, 16), 40)
    path.arcTo(QRectF(4, 4, 16, 16), 40, 290)
    path.addPath(_path(((19.2, 2.6), (18.6, 7.2), (14, 6.6))))
    return path


def _print() -> QPainterPath:
    path = _path(((7, 8.5), (7, 3), (17, 3), (17, 8.5)), ((7, 16.5), (4.5, 16.5)), ((17, 16.5), (19.5, 16.5)))
    path.addPath(_path(((4.5, 16.5), (3, 15), (3, 8.5), (21, 8.5), (21, 15), (19.5, 16.5))))
    path.addRect(QRectF(7, 13.5, 10, 7.5))
    return path


def _save() -> QPainterPath:
    return _path(
        ((12, 3), (12, 14.5)),
        ((7, 10), (12, 14.5), (17, 10)),
        ((3.5, 15.5), (3.5, 20.5), (20.5, 20.5), (20.5, 15.5)),
    )


def _folder() -> QPainterPath:
    return _path(((2.5, 19.5), (2.5, 5), (9, 5), (11.5, 8), (21.5, 8), (21.5, 19.5), (2.5, 19.5)))


def _desk() -> QPainterPath:
    # A counter with somebody behind it.
    path = _path(((2.5, 14.5), (21.5, 14.5)), ((4.5, 14.5), (4.5, 20.5)), ((19.5, 14.5), (19.5, 20.5)))
    path.addEllipse(QPointF(12, 5.8), 2.8, 2.8)
    path.moveTo(7, 14.5)
    path.cubicTo(7.4, 9.6, 16.6, 9.6, 17, 14.5)
    return path


_ICONS: Final[dict[str, Callable[[], QPainterPath]]] = {
    "eye": _eye,
    "shield": _shield,
    "journal": _journal,
    "practice": _practice,
    "settings": _settings,
    "full-screen": _full_screen,
    "back": _back,
    "forward": _forward,
    "again": _again,
    "print": _print,
    "save": _save,
    "folder": _folder,
    "desk": _desk,
}
NAMES: Final = tuple(_ICONS)
_POINTING: Final = frozenset({"back", "forward", "again", "journal"})
