"""Ways in for everybody: messages that are heard, presses to think better of, and what the system wishes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QFont, QGuiApplication, QImage
from PySide6.QtTest import QTest

from counterproof.desktop.app import Appearance, Preferences, usual_percent
from counterproof.desktop.forms import WrappedCheck
from counterproof.desktop.screen_pick import ScreenPick
from counterproof.desktop.theme import Mode, current
from counterproof.mdoc.errors import CryptoError, UsageError
from verifier.ui import unlock as unlocking

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QAccessibleAnnouncementEvent
    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop
    from tests.kit.counter_window import OpenDesk
    from verifier.ui.window import CounterWindow


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give what a screen reader is told."""
    said: list[str] = []

    def hear(event: QAccessibleAnnouncementEvent) -> None:
        said.append(event.message())

    monkeypatch.setattr(QAccessible, "isActive", staticmethod(lambda: True))
    monkeypatch.setattr(QAccessible, "updateAccessibility", staticmethod(hear))
    return said


def test_what_is_in_the_way_is_heard_once_however_often_it_is_said(
    window: CounterWindow, heard: list[str]
) -> None:
    window.idle.chosen.emit(window.idle.tiles[0])
    error = UsageError("optics.unknown-code")
    for _ in range(3):
        window.inputs.failed.emit(error)
    assert heard == ["This is not one of our codes. Show the code from the wallet or from the counter."]
    window.asking.notice.tell(None)
    window.asking.notice.tell(error)
    assert len(heard) == 2, "it went, and came again"


def test_what_an_update_did_is_heard_in_the_language_of_the_window(
    window: CounterWindow, desk: OpenDesk, desktop: Desktop, heard: list[str]
) -> None:
    desktop.choose(Appearance(Mode.LIGHT, language="ar-XB", sound=False))
    window.open_page("trust")
    window.trust.update_from.emit(str(desk.home.base / "published"))
    QTest.qWait(50)
    assert heard
    assert all(line.startswith("[") for line in heard[-1].split("\n")), heard[-1]


def test_words_beside_a_box_count_when_the_press_ends_on_them(qtbot: QtBot, desktop: Desktop) -> None:
    del desktop
    made = WrappedCheck("Show the portrait")
    qtbot.addWidget(made)
    made.resize(300, 60)
    made.show()
    on, away = QPoint(200, 20), QPoint(200, 400)
    QTest.mousePress(made, Qt.MouseButton.LeftButton, pos=on)
    assert not made.box.isChecked(), "nothing happens on the press itself"
    QTest.mouseRelease(made, Qt.MouseButton.LeftButton, pos=away)
    assert not made.box.isChecked(), "whoever moves away thought better of it"
    QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=on)
    assert made.box.isChecked()


def test_a_part_of_the_screen_is_chosen_without_drawing(qtbot: QtBot, desktop: Desktop) -> None:
    del desktop
    picture = QImage(800, 800, QImage.Format.Format_RGB32)
    picture.fill(0xFFFFFF)
    pick = ScreenPick(QGuiApplication.primaryScreen(), picture)
    qtbot.addWidget(pick)
    pick.resize(800, 800)
    pick.show()
    pick.frame = QRect(0, 0, 200, 200)
    taken: list[QRect] = []
    pick.chosen.connect(lambda area: taken.append(area.rect))
    QTest.mouseClick(pick, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    assert (pick.frame, taken) == (QRect(301, 201, 200, 200), [])
    QTest.mouseClick(pick, Qt.MouseButton.LeftButton, pos=QPoint(790, 795))
    assert pick.rect().contains(pick.frame), "the frame stays on the screen"
    QTest.mouseDClick(pick, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    assert taken[-1] == pick.frame
    assert len(taken) == 1


def test_a_system_set_to_high_contrast_has_it_until_somebody_chooses(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = SimpleNamespace(contrastPreference=lambda: Qt.ContrastPreference.HighContrast)
    monkeypatch.setattr(desktop, "_hints", SimpleNamespace(accessibility=lambda: wish))
    desktop.choose(Appearance(Mode.SYSTEM, language="en", sound=False))
    assert current().mode is Mode.CONTRAST
    desktop.choose(Appearance(Mode.DARK, language="en", sound=False))
    assert current().mode is Mode.DARK


@pytest.mark.parametrize(
    ("pixels", "percent"), [(9, 100), (15, 100), (20, 125), (22, 150), (30, 200), (60, 200)]
)
def test_text_begins_as_large_as_the_system_has_it(
    desktop: Desktop, tmp_path: Path, pixels: int, percent: int
) -> None:
    del desktop
    font = QFont()
    font.setPixelSize(pixels)
    assert usual_percent(font) == percent
    preferences = Preferences(tmp_path / "of-its-own.ini", usual_percent(font))
    assert preferences.appearance().percent == percent
    preferences.keep(Appearance(percent=175))
    assert Preferences(tmp_path / "of-its-own.ini", 100).appearance().percent == 175


class _Sealed:
    """A counter whose key opens with the third passphrase that is tried."""

    key_is_sealed = True
    right = "four plain words here"

    def __init__(self) -> None:
        self.tried: list[str] = []

    def unlock(self, passphrase: str) -> None:
        self.tried.append(passphrase)
        if passphrase != self.right:
            raise CryptoError("sealing.cannot-open")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give what a person types into one question after the other; what they were told is put behind it."""
    lines: list[str] = []

    def answer(_place: object, wrong: str = "") -> str:
        lines.append(wrong)
        return lines.pop(0)

    monkeypatch.delenv("COUNTERPROOF_PASSPHRASE", raising=False)
    monkeypatch.setattr(unlocking, "ask_passphrase", answer)
    return lines


def test_a_mistyped_passphrase_is_asked_for_again(typed: list[str]) -> None:
    place: Any = _Sealed()
    typed += ["for plain words", "four plane words", _Sealed.right]
    assert unlocking.unlock(place) is None
    assert place.tried == ["for plain words", "four plane words", _Sealed.right]
    assert typed[0] == ""
    assert typed[1].startswith("The passphrase does not fit")


def test_whoever_leaves_the_question_has_a_window_that_says_so(typed: list[str]) -> None:
    place: Any = _Sealed()
    typed += ["for plain words", ""]
    left = unlocking.unlock(place)
    assert left is not None
    assert left.code == "sealing.cannot-open"
