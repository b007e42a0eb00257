"""What is scrolled in the window, and where the keyboard begins on it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLayout, QWidget


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


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and forget it."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
