"""A handheld scanner types what it reads: its bursts are caught before any shortcut or field sees them.

Every letter is held back for a moment. If the next one comes faster than people type, all of it is a burst
and goes to `scanned`; if not, the letters are handed on as they came, a twentieth of a second late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

FASTEST_FINGER_MS: Final = 45
_PAUSE_MS: Final = 140  # within a burst: scanners on slow links stutter
_LEAST: Final = 6  # letters that make a burst; a person's hand slapped on the keys gives fewer
_ENDS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_HELD: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class ScannerWedge(QObject):
    """Filters the keys of the whole application; `scanned` carries the text of a burst without its Enter."""

    scanned = Signal(str)

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._held: list[tuple[QObject, QKeyEvent]] = []
        self._replaying = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._end)
        app.installEventFilter(self)

    def close(self) -> None:
        """Let all keys through again."""
        self._app.removeEventFilter(self)
        self._timer.stop()
        self._held = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Hold letters back; say that a letter is wanted before it can be taken for a shortcut."""
        # Each event comes to the native window first, then to the widget: only the second is looked at.
        if self._replaying or not isinstance(event, QKeyEvent) or watched.isWindowType():
            return False
        if event.type() is QEvent.Type.ShortcutOverride and self._is_letter(event):
            event.accept()
            return True
        if event.type() is QEvent.Type.KeyRelease and self._held:
            # Held back as well: let go before it is pressed, a button would stay pressed and do nothing.
            self._held.append((watched, QKeyEvent(event)))
            return True
        return event.type() is QEvent.Type.KeyPress and self._pressed(watched, event)

    def _pressed(self, watched: QObject, event: QKeyEvent) -> bool:
        if self._held and event.key() in _ENDS:
            return self._finish(watched, event)
        if not self._is_letter(event):
            return False
        self._held.append((watched, QKeyEvent(event)))
        self._timer.start(_PAUSE_MS if self._is_burst() else FASTEST_FINGER_MS)
        return True

    def _is_letter(self, event: QKeyEvent) -> bool:
        text = event.text()
        printable = len(text) == 1 and text.isprintable()
        # To X11 a fast scanner's 77 is a 7 that nobody lets go of; a real one repeats long after the first.
        repeated = event.isAutoRepeat() and not self._held
        return printable and not repeated and not event.modifiers() & _HELD

    def _is_burst(self) -> bool:
        return sum(_is_press(event) for _, event in self._held) >= _LEAST

    def _finish(self, watched: QObject, event: QKeyEvent) -> bool:
        """End at Enter: a burst takes it along, a person's own Enter follows their letters."""
        self._timer.stop()
        if self._is_burst():
            self._end()
            return True
        self._held.append((watched, QKeyEvent(event)))
        self._end()
        return True

    def _end(self) -> None:
        burst, held, self._held = self._is_burst(), self._held, []
        if burst:
            self.scanned.emit("".join(event.text() for _, event in held if _is_press(event)))
            return
        self._replaying = True
        try:
            for watched, event in held:
                event.ignore()
                self._app.sendEvent(watched, event)
        finally:
            self._replaying = False


def _is_press(event: QKeyEvent) -> bool:
    return event.type() is QEvent.Type.KeyPress
