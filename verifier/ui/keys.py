"""What each key does on which page of the counter's window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton

from verifier.flow.desk import Asking, Idle, Looking, Told
from verifier.ui.lists_area import PAGES as LISTS_PAGES

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent, QObject

    from verifier.ui.window import CounterWindow

_ENTER: Final = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_ASKING: Final = {
    "d": "digits",
    "p": "paper",
    "o": "open_file",
    "v": "on_screen",
    "e": "by_hand",
    "s": "customer_screen",
}


def is_held(at: QObject, event: QEvent) -> bool:
    """Whether a button gets Enter again because nobody let go of it since the page before.

    Other keys press no button again, and a scanner's double letters look as if they were held down.
    """
    enter = isinstance(event, QKeyEvent) and event.key() in _ENTER and event.isAutoRepeat()
    return enter and isinstance(at, QAbstractButton)


def press(window: CounterWindow, event: QKeyEvent) -> None:
    """Do what a key stands for on the page that is shown; held down it counts once."""
    text = event.text().lower() if window.desktop.appearance.letters else ""
    if event.isAutoRepeat() or _everywhere(window, event) or _in_practice(window, event.key(), text):
        return
    key = event.key()
    state = window.desk.state
    if key == Qt.Key.Key_Escape:
        back = "trust" if window.page in ("confirm", *LISTS_PAGES) else ""
        window.open_page(back) if isinstance(state, Idle) else window.next_person()
    elif isinstance(state, Told):
        _at_verdict(window, key, text)
    elif isinstance(state, Asking):
        if text in _ASKING:
            getattr(window.asking, _ASKING[text]).emit()
    elif isinstance(state, Looking):
        window.hand.choose_key(text)
    elif window.page == "idle" and not window.idle.choose_key(text):
        pages = {"t": "trust", "j": "journal", "g": "settings", "p": "drill"}
        if text in pages:
            window.open_page(pages[text])
        elif text == "e":
            window.do(window.desk.look_by_hand)


def _everywhere(window: CounterWindow, event: QKeyEvent) -> bool:
    if event.key() == Qt.Key.Key_F11:
        window.toggle_full_screen()
    elif event.key() == Qt.Key.Key_Escape and window.reading.said:
        window.inputs.reading.stop()
    elif event.matches(QKeySequence.StandardKey.Paste):
        window.inputs.paste()
    elif event.matches(QKeySequence.StandardKey.Open):
        window.inputs.ask_for_file()
    elif event.matches(QKeySequence.StandardKey.ZoomIn):
        window.desktop.larger()
    elif event.matches(QKeySequence.StandardKey.ZoomOut):
        window.desktop.larger(-25)
    else:
        return False
    return True


def _in_practice(window: CounterWindow, key: int, text: str) -> bool:
    if window.page != "drill":
        return False
    if key == Qt.Key.Key_Escape:
        window.drill.leave.emit()
    else:
        window.drill.press(key, text)
    return True


def _at_verdict(window: CounterWindow, key: int, text: str) -> None:
    if key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
        window.next_person()
    elif text == "a" and window.verdict.again_button.isVisible():
        window.verdict.ask_again.emit()
    elif text == "p" and window.verdict.slip_button.isVisible():
        window.verdict.slip.emit()
    elif text == "f" and window.verdict.save_button.isVisible():
        window.verdict.save_slip.emit()
    elif text == "e" and window.verdict.hand_button.isVisible():
        window.verdict.by_hand.emit()
