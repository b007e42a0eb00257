"""The counter by keys and by ear: single letters that can be turned off, verdicts that are announced."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from counterproof.desktop.app import Preferences
from counterproof.desktop.wedge import FASTEST_FINGER_MS
from tests.kit import windows
from verifier.flow.desk import Asking

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from PySide6.QtGui import QAccessibleAnnouncementEvent

    from counterproof.desktop.app import Desktop
    from tests.kit.counter_window import OpenDesk
    from verifier.ui.window import CounterWindow


def press(window: CounterWindow, key: Qt.Key, text: str = "") -> None:
    """Press a key as a person does: slower than a scanner types."""
    windows.press(QApplication.focusWidget() or window, key, text)
    QTest.qWait(FASTEST_FINGER_MS)
    while window.inputs._wedge._held:
        QTest.qWait(5)


def hold(window: CounterWindow, key: Qt.Key, text: str) -> None:
    """Let a key come again, as it does where nobody lets go of it."""
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text, autorep=True)
    QApplication.sendEvent(QApplication.focusWidget() or window, event)


def test_a_key_that_is_held_down_asks_nobody_anything(window: CounterWindow, desk: OpenDesk) -> None:
    window.idle.chosen.emit(window.idle.tiles[0])
    window.inputs.collected.emit(desk.answer())
    press(window, Qt.Key.Key_Return)
    assert window.page == "idle"
    for key, text in ((Qt.Key.Key_Return, "\r"), (Qt.Key.Key_Space, " "), (Qt.Key.Key_1, "1")):
        hold(window, key, text)
        QTest.qWait(FASTEST_FINGER_MS)
        assert window.page == "idle"


def test_double_letters_of_a_scanner_reach_no_button_and_are_not_lost(window: CounterWindow) -> None:
    taken: list[str] = []
    window.inputs._wedge.scanned.connect(taken.append)
    text = "CPA1:1177  TTJJ::"
    for before, letter in zip(f"~{text}", text, strict=False):
        event = QKeyEvent(
            QEvent.Type.KeyPress,
            ord(letter),
            Qt.KeyboardModifier.NoModifier,
            letter,
            autorep=letter == before,
        )
        QApplication.sendEvent(QApplication.focusWidget() or window, event)
    press(window, Qt.Key.Key_Return, "\r")
    assert taken == [text]
    assert window.page == "idle"


def test_the_next_person_is_mostly_asked_the_same(window: CounterWindow, desk: OpenDesk) -> None:
    """Space twice, or a moment after a verdict was wiped by itself, is not another question."""
    assert QApplication.focusWidget() is window.idle._buttons[0]
    press(window, Qt.Key.Key_2, "2")
    window.inputs.collected.emit(desk.answer())
    press(window, Qt.Key.Key_Space, " ")
    assert QApplication.focusWidget() is window.idle._buttons[1]
    press(window, Qt.Key.Key_Space, " ")
    state = desk.desk.state
    assert isinstance(state, Asking)
    assert state.tile == window.idle.tiles[1]


def test_tab_stops_nowhere_without_a_ring(window: CounterWindow) -> None:
    for page in ("idle", "journal", "settings", "trust"):
        window.open_page("" if page == "idle" else page)
        seen = set()
        for _ in range(60):
            QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
            now = QApplication.focusWidget()
            assert now is not None
            assert now is not window, page
            seen.add(now)
        assert len(seen) > 1


def test_letters_and_numbers_do_nothing_where_they_are_turned_off(
    window: CounterWindow, desk: OpenDesk, desktop: Desktop
) -> None:
    window.open_page("settings")
    window.settings._letters.setChecked(False)
    QTest.qWait(20)
    window.open_page("")
    for letter in "1etjgp":
        press(window, Qt.Key(ord(letter.upper())), letter)
        assert window.page == "idle"
    window.idle.chosen.emit(window.idle.tiles[0])
    for letter in "dpoves":
        press(window, Qt.Key(ord(letter.upper())), letter)
        assert window.page == "asking"
        assert window.customer is None
    old = desk.answer()
    desk.desk.ask_again()
    window.refresh()
    window.inputs.collected.emit(old)
    for letter in "ape":
        press(window, Qt.Key(ord(letter.upper())), letter)
        assert window.page == "verdict"
    press(window, Qt.Key.Key_Space, " ")
    assert window.page == "idle", "Space is no letter: the one button that has the focus"
    window.open_page("drill")
    press(window, Qt.Key.Key_Escape)
    assert window.page == "idle"
    desktop.choose(replace(desktop.appearance, letters=True))
    press(window, Qt.Key.Key_J, "j")
    assert window.page == "journal"


def test_whether_letters_count_is_kept(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path / "window.ini")
    assert preferences.appearance().letters
    preferences.keep(replace(preferences.appearance(), letters=False))
    assert not Preferences(tmp_path / "window.ini").appearance().letters


def test_a_verdict_is_announced_once_with_what_to_do(
    window: CounterWindow, desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []

    def hear(event: QAccessibleAnnouncementEvent) -> None:
        heard.append(event.message())

    monkeypatch.setattr(QAccessible, "isActive", staticmethod(lambda: True))
    monkeypatch.setattr(QAccessible, "updateAccessibility", staticmethod(hear))
    desk.asked()
    old = desk.answer()
    desk.desk.ask_again()
    window.refresh()
    window.inputs.collected.emit(old)
    assert len(heard) == 1
    assert heard[0].startswith("Not accepted. This answer was made for another request")
    assert heard[0].endswith(window.verdict.text("next"))
    window.refresh()
    assert len(heard) == 1
