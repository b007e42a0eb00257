"""A place that fills lines from the beginning and breaks them, right to left where the language is.

A widget and no layout: a layout written in Python hands Qt a None at the end of its items, and PySide 6.12
loses a reference to None each time, until Python 3.11 falls over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class FlowArea(QWidget):
    """Places widgets as words in a paragraph, all at their own size."""

    def __init__(self, space: int) -> None:
        super().__init__()
        self._space = space
        self._placed: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        """Take another widget."""
        widget.setParent(self)
        widget.installEventFilter(self)
        widget.show()
        self._placed.append(widget)
        self.updateGeometry()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Close the gap that a hidden widget leaves."""
        if event.type() in (QEvent.Type.HideToParent, QEvent.Type.ShowToParent):
            self._place(self.width(), move=True)
            self.updateGeometry()
        return False

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Say that a narrower place makes it higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return how high it is when so wide."""
        return self._place(width, move=False)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of all in the width of now."""
        widest = max((each.sizeHint().width() for each in self._placed), default=0)
        return QSize(widest, self._place(max(self.width(), widest), move=False))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of the largest widget."""
        size = QSize()
        for each in self._placed:
            size = size.expandedTo(each.sizeHint())
        return size

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put everything into its place."""
        super().resizeEvent(event)
        self._place(self.width(), move=True)

    def _place(self, width: int, *, move: bool) -> int:
        left, top, height = 0, 0, 0
        whole = QRect(0, 0, width, max(self.height(), 1))
        for each in self._placed:
            if each.isHidden():
                continue
            size = each.sizeHint()
            if left > 0 and left + size.width() > width:
                left, top, height = 0, top + height + self._space, 0
            if move:
                each.setGeometry(
                    QStyle.visualRect(self.layoutDirection(), whole, QRect(QPoint(left, top), size))
                )
            left += size.width() + self._space
            height = max(height, size.height())
        return top + height
