"""What every window must be: named for a screen reader, without a trap for the keyboard, in plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QButtonGroup,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTextEdit,
    QWidget,
)

from counterproof.desktop.focus import FocusRing

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONTROLS: Final = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)
_MOST_STOPS: Final = 300
_PATIENCE: Final = 40
_LEADING: Final = 2
"""So much of a label, above and beneath, is never ink."""


class Flashes(QObject):
    """An event filter for the application: notes every widget that is shown as a window of its own."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window, self.found = window, list[str]()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Note a window that is not the one."""
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.found += [type(watched).__name__] if watched is not self._window else []
        return False


def shown(window: QWidget) -> Iterator[QWidget]:
    """Yield the window and every widget in it that is visible."""
    yield window
    yield from (each for each in window.findChildren(QWidget) if each.isVisibleTo(window))


def unnamed(window: QWidget) -> list[str]:
    """Return the controls that a screen reader could not name."""
    return [
        f"{type(each).__name__} {each.objectName()}"
        for each in shown(window)
        if isinstance(each, _CONTROLS)
        and not _is_inner(each)
        and not (each.accessibleName() or (isinstance(each, QAbstractButton) and each.text()))
    ]


def _is_inner(widget: QWidget) -> bool:
    """Tell whether Qt made this inside another control, which speaks for it."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QComboBox | QAbstractSpinBox | QAbstractItemView | QLineEdit):
            return True
        parent = parent.parentWidget()
    return False


def guessing(window: QWidget) -> list[str]:
    """Return the labels that would take text for markup."""
    found = []
    for each in window.findChildren(QWidget):
        if isinstance(each, QLabel) and each.textFormat() is not Qt.TextFormat.PlainText and each.text():
            found.append(f"QLabel: {each.text()[:40]}")
        if isinstance(each, QTextEdit):
            found.append("QTextEdit takes markup; use QPlainTextEdit")
        if each.toolTip():
            found.append(f"tooltip, which guesses a format: {each.toolTip()[:40]}")
    return found


def stops(window: QWidget) -> list[QWidget]:
    """Return what Tab visits in turn, from where the focus is until it comes round or stands still."""
    visited: list[QWidget] = []
    for _ in range(_MOST_STOPS):
        now: QWidget | None = window.focusWidget()
        if now is None or now in visited:
            break
        visited.append(now)
        press(now, Qt.Key.Key_Tab)
    return visited


def unreached(window: QWidget) -> list[str]:
    """Return the visible controls that Tab does not come to: a trap, or out of reach."""
    visited = set(stops(window))
    return [
        f"{type(each).__name__} {each.accessibleName() or each.objectName()}"
        for each in shown(window)
        if isinstance(each, _CONTROLS)
        and not _is_inner(each)
        and each.isEnabled()
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and each not in visited
        and not _in_group(each, visited)
    ]


def _in_group(widget: QWidget, visited: set[QWidget]) -> bool:
    """Tell whether arrows lead here from a visited button of the same group, as Qt has it for choices."""
    if not isinstance(widget, QAbstractButton):
        return False
    if (group := _group_of(widget)) is not None:
        return group.exclusive() and any(each in visited for each in group.buttons())
    siblings = (each for each in visited if isinstance(each, QAbstractButton))
    return widget.autoExclusive() and any(each.parentWidget() is widget.parentWidget() for each in siblings)


def _group_of(widget: QAbstractButton) -> QButtonGroup | None:
    return widget.group()


def scrolling(window: QWidget) -> list[str]:
    """Return the areas of a page that need a scroll bar now; lists and texts may scroll on their own."""
    return [
        each.objectName() or type(each).__name__
        for each in shown(window)
        if isinstance(each, QScrollArea)
        and (each.verticalScrollBar().maximum() or each.horizontalScrollBar().maximum())
    ]


def cut_off(window: QWidget) -> list[str]:
    """Return the labels and buttons that have less room than their text needs, or stick out of the window."""
    found = []
    for each in shown(window):
        if not isinstance(each, QLabel | QAbstractButton) or not getattr(each, "text", str)():
            continue
        need = each.heightForWidth(each.width()) if each.hasHeightForWidth() else each.sizeHint().height()
        narrow = isinstance(each, QAbstractButton) and each.width() < each.minimumSizeHint().width()
        if each.height() < need or narrow:
            found.append(f"{type(each).__name__} {each.text()[:50]!r}: {each.height()} of {need}")
        elif not _scrolls(each) and not window.rect().contains(_place(each, window)):
            found.append(f"{type(each).__name__} {each.text()[:50]!r} sticks out")
    return found


def covered(window: QWidget) -> list[str]:
    """Return the labels that the focus ring runs over, where they are not part of what has the focus."""
    rings = [each for each in window.findChildren(FocusRing) if each.isVisible()]
    target: QWidget | None = window.focusWidget()
    if not rings or target is None:
        return []
    return [
        f"the ring of {target.accessibleName()[:40]!r} covers {each.text()[:40]!r}"
        for each in shown(window)
        if isinstance(each, QLabel)
        and each.text()
        and not target.isAncestorOf(each)
        and _place(each, window).adjusted(0, _LEADING, 0, -_LEADING).intersects(rings[0].geometry())
        and not _place(target, window).contains(_place(each, window))
    ]


def settle(window: QWidget) -> None:
    """Wait until every layout has found its place and stays there, which takes a busy machine longer."""
    before: list[QRect] = []
    for _ in range(_PATIENCE):
        QTest.qWait(25)
        now = [each.geometry() for each in shown(window)]
        if now == before and not cut_off(window):
            return
        before = now


def _place(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def _scrolls(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def press(target: QObject, key: Qt.Key, text: str = "") -> None:
    """Press and release a key, as the window system hands it to the application."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))
