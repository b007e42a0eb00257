"""What is scrolled in the window, and where the keyboard begins on it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QWidget
from shiboken6 import isValid

from counterproof.words.language import tr


class Sheet(QWidget):
    """What is scrolled: as high as its texts are in the width that they have, and no higher."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the least width alone; the height follows from the width."""
        return QSize(super().minimumSizeHint().width(), 0)


def first_stop(page: QWidget) -> QWidget | None:
    """Return the first thing on a page that takes the keyboard."""
    for each in page.findChildren(QWidget):
        if each.isVisibleTo(page) and each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus:
            return each
    return None


class Scroll(QScrollArea):
    """The part of the window that is scrolled."""

    def __init__(self) -> None:
        super().__init__()
        self._begin: QWidget | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)

    def begin_at(self, target: QWidget) -> None:
        """Give the keyboard to the first control of a page, without scrolling past what stands above it.

        A person reads who asks before they find a box to tick. Where the control is out of sight at the top
        of the page, the page itself has the keyboard: arrows scroll it, and Tab goes on to the control.
        """
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._begin = None
        if _in_sight(target, self) or self.verticalScrollBar().value():
            target.setFocus(Qt.FocusReason.TabFocusReason)
            return
        self._begin = target
        self.setAccessibleName(tr("The page: arrows move it, Tab goes to what can be pressed"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: N802, A002, FBT001 - Qt's names
        """Go from the page itself to its first control; from then on the page is no stop of its own."""
        if next and self.hasFocus() and self._begin is not None and isValid(self._begin):
            self._begin.setFocus(Qt.FocusReason.TabFocusReason)
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._begin = None
            return True
        return super().focusNextPrevChild(next)


def _in_sight(target: QWidget, scroll: QScrollArea) -> bool:
    if not scroll.isAncestorOf(target):
        return True
    place = QRect(target.mapTo(scroll, QPoint(0, 0)), target.size())
    return scroll.viewport().rect().contains(place)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and forget it."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
