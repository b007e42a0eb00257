"""Texts that stand side by side above something each, and keep it in one line however they break."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

if TYPE_CHECKING:
    from counterproof.desktop.plain_text import PlainLabel


class Level(QObject):
    """Gives labels the height of the highest, again whenever they become wider or narrower."""

    def __init__(self, *labels: PlainLabel) -> None:
        super().__init__(labels[0])  # it goes with what it levels
        self._labels = labels
        for each in labels:
            each.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Level them."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            highest = max(each.heightForWidth(each.width()) for each in self._labels)
            for each in self._labels:
                if each.minimumHeight() != highest:
                    each.setMinimumHeight(highest)
        return False
