"""The ring around whatever has the keyboard: 3 pixels in the action colour, with a gap of 2.

One overlay for each window draws it, so that nothing that takes focus can be without, whatever its style.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from shiboken6 import isValid

from counterproof.desktop.theme import RADIUS_FIELD, RING, RING_GAP, current
from counterproof.desktop.tick_box import TickBox

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_MOVES = {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.LayoutRequest}


class FocusRing(QWidget):
    """Follows the focus within one window; takes no clicks and no focus itself."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        for each in self._watched:
            if isValid(each):
                each.removeEventFilter(self)
        self._watched = []
        window = self.window()
        # What Tab passes by, such as a whole page, holds the keyboard only while nothing on it is meant.
        self._target = None
        if now is not None and now is not window and now.focusPolicy() & Qt.FocusPolicy.TabFocus:
            self._target = now if window.isAncestorOf(now) else None
        if self._target is not None:
            self._watch(self._target, window)
        self._place()

    def _watch(self, target: QWidget, window: QWidget) -> None:
        """Look at everything whose moving moves the target, and bring the target into sight."""
        each: QWidget | None = target
        while each is not None and each is not window:
            each.installEventFilter(self)
            self._watched.append(each)
            if isinstance(each, QScrollArea) and each is not target:
                each.ensureWidgetVisible(target)
            each = each.parentWidget()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Move along with what has the focus."""
        if event.type() in _MOVES:
            self._place()
        return False

    def _place(self) -> None:
        target = self._target
        if target is None or not isValid(target) or not target.isVisible():
            self.hide()
            return
        reach, window = RING + RING_GAP, self.window()
        area = target.focus_area() if isinstance(target, TickBox) else target.rect()
        corner = target.mapTo(window, area.topLeft())
        around = QRect(corner, area.size()).adjusted(-reach, -reach, reach, reach)
        self.setGeometry(around.intersected(window.rect()))
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(current().palette.action), RING))
        inset = RING / 2
        edge = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(edge, RADIUS_FIELD + RING_GAP, RADIUS_FIELD + RING_GAP)
