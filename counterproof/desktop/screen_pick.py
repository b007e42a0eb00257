"""Choosing a part of the screen: a picture of it, darkened, on which a frame is drawn by mouse or by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPen
from PySide6.QtWidgets import QWidget

from counterproof.desktop.screen_look import ScreenArea, grab, is_blank
from counterproof.desktop.theme import Space, Text, current
from counterproof.mdoc.errors import UsageError
from counterproof.words.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPaintEvent, QScreen

_LEAST: Final = 80
"""A smaller frame than this, in pixels, was a slip of the hand."""
_STEP: Final = 40
_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class ScreenPick(QWidget):
    """One screen to choose from: `chosen` carries a ScreenArea, `left` is sent where the person goes back."""

    chosen = Signal(object)
    left = Signal()

    def __init__(self, screen: QScreen, picture: QImage) -> None:
        super().__init__(None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self._screen, self._picture = screen, picture
        self._from: QPoint | None = None
        self._drawn = False
        self.setWindowTitle(tr("Which part of the screen?"))
        self._help = tr(
            "Draw a frame around the code with the mouse. A click moves the frame there, a double click "
            "takes it. Arrow keys move it too, with Shift its size. Enter: look there. A: the whole screen. "
            "Escape: not now."
        )
        self.setAccessibleName(self.windowTitle())
        self.setAccessibleDescription(self._help)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setGeometry(screen.geometry())
        size = screen.geometry().size()
        self.frame = QRect(size.width() // 4, size.height() // 4, size.width() // 2, size.height() // 2)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the screen darkened, the frame bright, and what to do."""
        painter = QPainter(self)
        painter.drawImage(self.rect(), self._picture)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 150))
        scale = self._picture.width() / max(self.width(), 1)
        seen = QRect(self.frame.topLeft() * scale, self.frame.size() * scale)
        painter.drawImage(self.frame, self._picture, seen)
        for colour, width in (("#000000", 5), ("#FFFFFF", 2)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawRect(self.frame)
        font = painter.font()
        font.setPixelSize(current().size(Text.LARGE))
        painter.setFont(font)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        room = self.rect().adjusted(Space.BROAD, Space.WIDE, -Space.BROAD, 0)
        needed = painter.boundingRect(room, int(flags), self._help)
        painter.fillRect(
            needed.adjusted(-Space.NORMAL, -Space.TIGHT, Space.NORMAL, Space.TIGHT), QColor("#000000")
        )
        painter.setPen(QColor("#FFFFFF"))
        painter.drawText(room, int(flags), self._help)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin a frame."""
        self._from, self._drawn = event.position().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it."""
        if self._from is None:
            return
        frame = QRect(self._from, event.position().toPoint()).normalized().intersected(self.rect())
        if min(frame.width(), frame.height()) >= _LEAST:
            self.frame, self._drawn = frame, True
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take what was drawn; a click alone moves the frame there, for whoever cannot draw."""
        begun, self._from = self._from, None
        if self._drawn:
            self._take(self.frame)
        elif begun is not None:
            self.frame.moveCenter(event.position().toPoint())
            inside = self.rect()
            self.frame.moveLeft(min(max(self.frame.left(), 0), inside.width() - self.frame.width()))
            self.frame.moveTop(min(max(self.frame.top(), 0), inside.height() - self.frame.height()))
            self.update()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take the frame that the first click moved."""
        self._take(self.frame)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move the frame, take it, take everything, or go back."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self._move(*_ARROWS[key], size=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._take(self.frame)
        elif event.text().lower() == "a":
            self._take(self.rect())
        elif key == Qt.Key.Key_Escape:
            self.left.emit()

    def _move(self, across: int, down: int, *, size: bool) -> None:
        step = QPoint(across, down) * _STEP
        frame = QRect(self.frame)
        if size:
            frame.setBottomRight(frame.bottomRight() + step)
        else:
            frame.translate(step)
        if min(frame.width(), frame.height()) >= _LEAST and self.rect().contains(frame):
            self.frame = frame
            self.update()

    def _take(self, frame: QRect) -> None:
        self.chosen.emit(ScreenArea(self._screen.name(), QRect(frame)))


class ScreenChoice(QObject):
    """Asks on every screen at once which part is meant: `chosen` carries a ScreenArea, `left` says none."""

    chosen = Signal(object)
    left = Signal()

    def __init__(self, parent: QObject | None = None, look: Callable[[QScreen], QImage] = grab) -> None:
        super().__init__(parent)
        self._look = look
        self.picks: list[ScreenPick] = []

    def begin(self) -> None:
        """Ask; raises UsageError `desktop.screen-hidden` where the desktop does not let us look."""
        self.end()
        pictures = [(screen, self._look(screen)) for screen in QGuiApplication.screens()]
        for screen, picture in pictures:
            if not is_blank(picture):
                pick = ScreenPick(screen, picture)
                pick.chosen.connect(self._chosen)
                pick.left.connect(self._left)
                self.picks.append(pick)
        if not self.picks:
            raise UsageError("desktop.screen-hidden")
        for pick in self.picks:
            pick.showFullScreen()
        self.picks[0].activateWindow()

    def end(self) -> None:
        """Ask no more."""
        picks, self.picks = self.picks, []
        for each in picks:
            each.close()
            each.deleteLater()

    def _left(self) -> None:
        self.end()
        self.left.emit()

    def _chosen(self, area: ScreenArea) -> None:
        self.end()
        self.chosen.emit(area)
