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
    """Places widgets as words in a paragraph, all at their own size; `edge` is left free around them."""

    def __init__(self, space: int, edge: int = 0) -> None:
        super().__init__()
        self._space, self._edge = space, edge
        self._placed: list[QWidget] = []
        self._asked = -1
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

    def event(self, event: QEvent) -> bool:
        """Place everything again where one of them wants another size, as with larger text."""
        if event.type() is QEvent.Type.LayoutRequest:
            before = self._asked
            if self._place(self.width(), move=True) != before:
                self.updateGeometry()
        return super().event(event)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Say that a narrower place makes it higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return how high it is when so wide."""
        self._asked = self._place(width, move=False)
        return self._asked

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of all in one line."""
        shown = [each.sizeHint() for each in self._shown()]
        wide = sum(each.width() for each in shown) + self._space * max(len(shown) - 1, 0)
        high = max((each.height() for each in shown), default=0)
        return QSize(wide + 2 * self._edge, high + 2 * self._edge)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of the largest widget."""
        size = QSize()
        for each in self._shown():
            size = size.expandedTo(each.sizeHint())
        return size + QSize(2 * self._edge, 2 * self._edge)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put everything into its place."""
        super().resizeEvent(event)
        self._place(self.width(), move=True)

    def _shown(self) -> list[QWidget]:
        return [each for each in self._placed if not each.isHidden()]

    def _place(self, width: int, *, move: bool) -> int:
        edge = self._edge
        left, top, height, right = edge, edge, 0, width - edge
        whole = QRect(0, 0, width, max(self.height(), 1))
        for each in self._shown():
            size = each.sizeHint()
            size.setWidth(min(size.width(), max(right - edge, 1)))
            if left > edge and left + size.width() > right:
                left, top, height = edge, top + height + self._space, 0
            if move:
                each.setGeometry(
                    QStyle.visualRect(self.layoutDirection(), whole, QRect(QPoint(left, top), size))
                )
            left += size.width() + self._space
            height = max(height, size.height())
        return top + height + edge
