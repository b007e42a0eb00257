"""A person on a video call: a part of the screen in place of a camera; and a slip on a printer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from counterproof.desktop.hints import ON_SCREEN
from counterproof.desktop.qr_view import QrView
from counterproof.desktop.screen_look import ScreenArea, ScreenLook, as_png, is_blank
from counterproof.desktop.screen_pick import ScreenChoice, ScreenPick
from counterproof.desktop.wedge import FASTEST_FINGER_MS
from counterproof.mdoc.errors import StoreError, UsageError
from counterproof.optics.aiming import Hint
from counterproof.optics.encode import encode
from counterproof.optics.kinds import Kind
from tests.kit import windows
from verifier.ui import slip as slips

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QScreen
    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop
    from tests.kit.counter_window import OpenDesk
    from verifier.ui.window import CounterWindow


@pytest.fixture
def call(qtbot: QtBot) -> QrView:
    """Give another program's window, in which somebody holds a code up: moving, as wallets show long ones."""
    view = QrView(smallest=360)
    view.resize(520, 520)
    qtbot.addWidget(view)
    view.show()
    return view


def press(window: CounterWindow, letter: str) -> None:
    """Press a key as a person does: slower than a scanner types."""
    windows.press(QApplication.focusWidget() or window, Qt.Key(ord(letter.upper())), letter)
    QTest.qWait(FASTEST_FINGER_MS)
    while window.inputs._wedge._held:
        QTest.qWait(5)


def looking_at(view: QrView) -> ScreenLook:
    """Return how this screen is taken where there is none: the pixels of the one window on it."""

    def look(_screen: QScreen, rect: QRect) -> QImage:
        return view.grab(rect).toImage()

    return look  # type: ignore[return-value]


def this_screen(rect: QRect) -> ScreenArea:
    return ScreenArea(QGuiApplication.primaryScreen().name(), rect)


def test_a_moving_code_on_a_video_call_is_read(
    window: CounterWindow, desk: OpenDesk, call: QrView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.asked()
    window.refresh()
    assert window.page == "asking"
    call.show_code(encode(Kind.ANSWER, desk.answer().m, streams_ok=True), "code")
    monkeypatch.setattr(window.inputs.screen_look, "_look", looking_at(call))
    window.inputs.screen_choice.chosen.emit(this_screen(QRect(0, 0, 520, 520)))
    assert window.asking._cameras.currentText() == "A part of the screen"
    assert not window.asking.camera.mirrored
    qtbot.waitUntil(lambda: window.page == "verdict", timeout=60_000)
    assert window.verdict.text("word") == "Accepted"
    assert not window.inputs.screen_look.running


def test_our_own_request_on_the_screen_is_nothing_to_complain_of(
    window: CounterWindow, desk: OpenDesk, call: QrView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = desk.asked()
    window.refresh()
    call.show_code(state.showing, "the counter's own request")
    monkeypatch.setattr(window.inputs.screen_look, "_look", looking_at(call))
    looks: list[str] = []
    window.inputs.looked.connect(lambda look: looks.append(look.code))
    window.inputs.screen_choice.chosen.emit(this_screen(QRect(0, 0, 520, 520)))
    qtbot.waitUntil(lambda: "optics.other-kind" in looks, timeout=60_000)
    assert window.asking.notice.code == ""
    assert window.page == "asking"


def test_a_white_page_on_the_screen_is_no_lamp(
    window: CounterWindow, desk: OpenDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    white = QImage(400, 300, QImage.Format.Format_RGB32)
    white.fill(0xFEFEFE)
    desk.asked()
    window.refresh()
    monkeypatch.setattr(window.inputs.screen_look, "_look", lambda _screen, _rect: white)
    hints: list[Hint] = []
    window.inputs.looked.connect(lambda look: hints.append(look.hint))
    window.inputs.screen_choice.chosen.emit(this_screen(QRect(0, 0, 400, 300)))
    qtbot.waitUntil(lambda: Hint.TOO_BRIGHT in hints, timeout=60_000)
    assert window.asking.hint == ON_SCREEN[Hint.NOTHING]
    assert "lamp" not in window.asking.hint


def test_a_desktop_that_hides_the_screen_is_said_so_with_another_way(
    window: CounterWindow, desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wayland gives nothing, or black."""
    black = QImage(400, 300, QImage.Format.Format_RGB32)
    black.fill(0)
    assert is_blank(black)
    assert is_blank(QImage())
    assert as_png(QImage()) == b""
    monkeypatch.setattr(window.inputs.screen_choice, "_look", lambda _screen: black)
    monkeypatch.setattr(window.inputs.screen_look, "_look", lambda _screen, _rect: QImage())
    desk.asked()
    window.refresh()
    press(window, "v")
    assert window.asking.notice.code == "desktop.screen-hidden"
    troubles: list[str] = []
    window.inputs.no_camera.connect(lambda error: troubles.append(error.code))
    window.inputs.screen_choice.chosen.emit(this_screen(QRect(0, 0, 100, 100)))
    QTest.qWait(400)
    assert troubles == ["desktop.screen-hidden"]
    assert not window.inputs.on_screen
    window.inputs.screen_choice.chosen.emit(ScreenArea("gone", QRect(0, 0, 100, 100)))
    QTest.qWait(400)
    assert troubles == ["desktop.screen-hidden", "desktop.screen-gone"]


def test_a_part_is_chosen_by_mouse_and_by_keys(desktop: Desktop, qtbot: QtBot) -> None:
    del desktop
    picture = QImage(800, 800, QImage.Format.Format_RGB32)
    picture.fill(0xFFFFFF)
    pick = ScreenPick(QGuiApplication.primaryScreen(), picture)
    qtbot.addWidget(pick)
    pick.resize(800, 800)
    pick.show()
    assert pick.accessibleName()
    assert "Escape" in pick.accessibleDescription()
    taken: list[QRect] = []
    pick.chosen.connect(lambda area: taken.append(area.rect))
    QTest.mousePress(pick, Qt.MouseButton.LeftButton, pos=QPoint(100, 120))
    QTest.mouseMove(pick, QPoint(400, 420))
    QTest.mouseRelease(pick, Qt.MouseButton.LeftButton, pos=QPoint(400, 420))
    assert taken[-1] == QRect(QPoint(100, 120), QPoint(400, 420))
    QTest.mouseClick(pick, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    windows.press(pick, Qt.Key.Key_Right)
    windows.press(pick, Qt.Key.Key_Return)
    assert taken[-1] == QRect(40, 0, 301, 301), "the click moved it into the corner, the key along"
    windows.press(pick, Qt.Key.Key_A, "a")
    assert taken[-1] == pick.rect()
    assert len(taken) == 3
    with qtbot.waitSignal(pick.left):
        windows.press(pick, Qt.Key.Key_Escape)


def test_every_screen_asks_at_once_and_none_is_left_behind(desktop: Desktop, qtbot: QtBot) -> None:
    del desktop
    picture = QImage(400, 300, QImage.Format.Format_RGB32)
    picture.fill(0xFFFFFF)
    for place in range(300):
        picture.setPixel(place, place, 0)
    choice = ScreenChoice(look=lambda _screen: picture)
    choice.begin()
    assert len(choice.picks) == len(QGuiApplication.screens())
    with qtbot.waitSignal(choice.chosen):
        windows.press(choice.picks[0], Qt.Key.Key_Return)
    assert choice.picks == []
    with pytest.raises(UsageError) as caught:
        ScreenChoice(look=lambda _screen: QImage()).begin()
    assert caught.value.code == "desktop.screen-hidden"


def refused(window: CounterWindow, desk: OpenDesk) -> None:
    """Bring up a refusal."""
    desk.asked()
    old = desk.answer()
    desk.desk.ask_again()
    window.refresh()
    window.inputs.collected.emit(old)
    assert window.verdict.text("word") == "Not accepted"


def test_a_refusal_is_printed_on_a_printer(
    window: CounterWindow, desk: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the path of every printer; this one prints into a file."""
    refused(window, desk)
    paper = tmp_path / "paper.pdf"
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(paper))
    monkeypatch.setattr(window.inputs, "has_printer", lambda: True)
    monkeypatch.setattr(window.inputs, "ask_printer", lambda _parent: printer)
    press(window, "p")
    assert paper.read_bytes().startswith(b"%PDF")
    assert window.verdict.text("slip") == "✓ The slip is made."


def test_a_printer_that_fails_is_said_so_and_nothing_else_is_lost(
    window: CounterWindow, desk: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(window, desk)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "nowhere" / "paper.pdf"))
    with pytest.raises(StoreError) as caught:
        slips.paint_slip(printer, [("text", "anything")])
    assert caught.value.code == "verifier.print"
    monkeypatch.setattr(window.inputs, "has_printer", lambda: True)
    monkeypatch.setattr(window.inputs, "ask_printer", lambda _parent: printer)
    press(window, "p")
    assert "✕ The printer did not take the slip." in window.verdict.text("slip")
    assert window.page == "verdict"
    monkeypatch.setattr(window.inputs, "ask_printer", lambda _parent: None)
    press(window, "p")
    assert window.verdict.text("slip") == ""


def test_where_there_is_no_printer_the_slip_is_a_file(
    window: CounterWindow, desk: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(window, desk)
    monkeypatch.setattr(window.inputs, "_out", lambda name: tmp_path / name)
    monkeypatch.setattr(window.inputs, "has_printer", lambda: False)
    press(window, "p")
    assert (tmp_path / "slip.pdf").read_bytes().startswith(b"%PDF")
    assert window.verdict.text("slip") == "✓ The slip is made."
    monkeypatch.setattr(window.inputs, "_out", lambda name: tmp_path / "nowhere" / name)
    press(window, "f")
    assert window.verdict.text("slip").startswith("✕")
    monkeypatch.setattr(window.inputs, "_out", lambda _name: None)
    press(window, "f")
    assert window.verdict.text("slip") == ""
