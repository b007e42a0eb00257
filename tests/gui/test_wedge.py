"""The handheld scanner, by real key events: a burst reaches no field, a person types as ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit

from counterproof.desktop.wedge import FASTEST_FINGER_MS, ScannerWedge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.usefixtures("desktop")

TEXT = "CPA1:" + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:" * 8
"""As a code is: what an alphanumeric QR code holds."""


class Field(QLineEdit):
    """A field that counts what shortcuts would have seen."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        self.keys.append(event.text())
        super().keyPressEvent(event)


@pytest.fixture
def field(qapp: QApplication, qtbot: QtBot) -> Iterator[tuple[Field, list[str]]]:
    made = Field()
    scanned: list[str] = []
    qtbot.addWidget(made)
    wedge = ScannerWedge(qapp)
    wedge.scanned.connect(scanned.append)
    with qtbot.waitActive(made):
        made.show()
    made.setFocus()
    yield made, scanned
    wedge.close()


def type_key(
    widget: QLineEdit,
    text: str,
    key: int = 0,
    modifiers: Any = Qt.KeyboardModifier.NoModifier,
    *,
    repeats: bool = False,
) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, key or ord(text.upper()), modifiers, text, repeats)
    QApplication.sendEvent(widget, event)


def test_a_burst_goes_to_the_scanner_and_nowhere_else(field: tuple[Field, list[str]], qtbot: QtBot) -> None:
    widget, scanned = field
    text = TEXT
    for letter in text:
        type_key(widget, letter)
    type_key(widget, "\r", Qt.Key.Key_Return)
    qtbot.wait(FASTEST_FINGER_MS)
    assert scanned == [text]
    assert widget.keys == []


def test_a_burst_without_an_enter_ends_by_itself(field: tuple[Field, list[str]], qtbot: QtBot) -> None:
    widget, scanned = field
    for letter in "CPA1:0123456789":
        type_key(widget, letter)
    qtbot.waitUntil(lambda: bool(scanned))
    assert scanned == ["CPA1:0123456789"]
    assert widget.text() == ""


def test_a_person_types_as_ever(field: tuple[Field, list[str]], qtbot: QtBot) -> None:
    widget, scanned = field
    for letter in "age1":
        type_key(widget, letter)
        qtbot.wait(FASTEST_FINGER_MS + 25)
    type_key(widget, "\r", Qt.Key.Key_Return)
    assert widget.text() == "age1"
    assert widget.keys == ["a", "g", "e", "1", "\r"]
    assert scanned == []


def test_a_key_that_is_let_go_at_once_still_presses(qapp: QApplication, qtbot: QtBot) -> None:
    """A keyboard on the screen, and a switch, let a key go in the moment in which they press it."""
    box = QCheckBox("Sounds")
    qtbot.addWidget(box)
    wedge = ScannerWedge(qapp)
    with qtbot.waitActive(box):
        box.show()
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ")
        QApplication.sendEvent(box, event)
    qtbot.waitUntil(lambda: not wedge._held)
    assert box.isChecked()
    assert not box.isDown()
    wedge.close()


def test_a_burst_with_its_keys_let_go_is_one_text(field: tuple[Field, list[str]], qtbot: QtBot) -> None:
    widget, scanned = field
    for letter in "CPA1:0123456789":
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, ord(letter), Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(widget, event)
    qtbot.waitUntil(lambda: bool(scanned))
    assert scanned == ["CPA1:0123456789"]
    assert (widget.text(), widget.keys) == ("", [])


def test_a_fast_scanner_keeps_its_double_letters(field: tuple[Field, list[str]], qtbot: QtBot) -> None:
    """To X11 a key that comes again in the millisecond in which it was let go repeats itself."""
    widget, scanned = field
    text = "CPA1:00112233::AAA"
    for before, letter in zip(f" {text}", text, strict=False):
        type_key(widget, letter, repeats=letter == before)
    qtbot.waitUntil(lambda: bool(scanned))
    assert scanned == [text]
    assert widget.keys == []


def test_a_letter_that_is_held_down_repeats_where_it_is_typed(
    field: tuple[Field, list[str]], qtbot: QtBot
) -> None:
    widget, scanned = field
    type_key(widget, "a")
    qtbot.wait(FASTEST_FINGER_MS + 25)
    for _ in range(8):
        type_key(widget, "a", repeats=True)
    assert widget.text() == "a" * 9
    assert scanned == []


def test_a_quick_hand_keeps_its_enter_in_order(field: tuple[Field, list[str]]) -> None:
    widget, scanned = field
    for letter in "12":
        type_key(widget, letter)
    type_key(widget, "\r", Qt.Key.Key_Return)
    assert widget.keys == ["1", "2", "\r"]
    assert scanned == []


def test_keys_that_are_held_with_others_are_let_through(field: tuple[Field, list[str]]) -> None:
    widget, _scanned = field
    type_key(widget, "v", modifiers=Qt.KeyboardModifier.ControlModifier)
    assert widget.keys == ["v"]
