"""A counter on a video call: the wallet looks at the screen until it has the whole request, or is stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from counterproof.desktop.app import Appearance
from counterproof.desktop.qr_view import QrView
from counterproof.desktop.scanner import Look as Seen
from counterproof.desktop.screen_look import ScreenArea
from counterproof.desktop.screen_panel import ScreenPanel
from counterproof.desktop.theme import Mode
from counterproof.mdoc.errors import UsageError
from counterproof.optics.aiming import Hint
from counterproof.optics.encode import encode
from counterproof.optics.kinds import Kind
from counterproof.optics.stream import StreamSender
from tests.kit import windows
from tests.kit.wallet_window import PLACES, WalletStage, said
from tests.kit.wallets import RESIDENCY
from wallet.ui.capture import ShowPage
from wallet.ui.consent import ConsentPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QScreen
    from pytestqt.qtbot import QtBot

    from counterproof.clock import Clock

    Look = Callable[[QScreen, QRect | None], QImage]


@pytest.fixture
def stage(stage: WalletStage) -> WalletStage:
    """Give an open wallet on the page of showing."""
    stage.window.go(ShowPage)
    return stage


@pytest.fixture
def call(qtbot: QtBot) -> QrView:
    """Give the window of a video call, in which a counter holds its request up."""
    view = QrView(smallest=360)
    view.resize(640, 560)
    qtbot.addWidget(view)
    view.show()
    return view


def whole(view: QrView) -> Look:
    """Return how the screen is taken where there is none: the one window that is on it."""

    def look(_screen: QScreen, rect: QRect | None) -> QImage:
        return (view.grab() if rect is None else view.grab(rect)).toImage()

    return look


def nothing(_screen: QScreen, _rect: QRect | None) -> QImage:
    """Return what Wayland lets programs see."""
    return QImage()


def panel_on(look: Look) -> Callable[..., ScreenPanel]:
    """Return how a panel is made that looks so."""

    def make(awaited: frozenset[Kind], clock: Clock) -> ScreenPanel:
        return ScreenPanel(awaited, clock, look)

    return make


def looking(stage: WalletStage, look: Look) -> ScreenPanel:
    """Let the page of showing look at the screen, and return the panel that says so."""
    page = stage.now(ShowPage)
    page.look_at_screen(panel_on(look))
    assert page._panel is not None
    return page._panel


def moving(stage: WalletStage) -> StreamSender:
    """Return a request as a moving code, as counters show long ones."""
    asked = stage.box.ask({RESIDENCY: PLACES})
    return StreamSender(Kind.REQUEST, asked.request.to_message())


def test_a_moving_request_on_a_call_is_read_to_its_end(
    stage: WalletStage, call: QrView, qtbot: QtBot
) -> None:
    call.show_code(moving(stage), "the counter's request")
    page = stage.now(ShowPage)
    panel = looking(stage, whole(call))
    words: set[str] = set()
    panel._scanner.looked.connect(lambda _look: words.add(panel.said))
    qtbot.waitUntil(lambda: isinstance(stage.window.page, ConsentPage), timeout=60_000)
    assert any(each.startswith("Reading: ") for each in words), "it says how far it is"
    assert page._panel is None


def test_one_code_that_comes_later_is_waited_for(stage: WalletStage, call: QrView, qtbot: QtBot) -> None:
    call.grab()
    call.show_code(encode(Kind.ANSWER, b"another program's", streams_ok=False), "an answer")
    panel = looking(stage, whole(call))
    qtbot.waitUntil(lambda: not panel.said.startswith("Looking"), timeout=30_000)
    assert panel.running
    asked = stage.box.ask({RESIDENCY: ["resident_borough"]})
    call.show_code(encode(Kind.REQUEST, asked.request.to_message(), streams_ok=False), "a request")
    qtbot.waitUntil(lambda: isinstance(stage.window.page, ConsentPage), timeout=30_000)


@pytest.mark.parametrize("how", ["button", "escape", "closed", "locked"])
def test_it_stops_at_once_and_the_window_is_as_it_was(stage: WalletStage, call: QrView, how: str) -> None:
    call.show_code(moving(stage), "the counter's request")
    page = stage.now(ShowPage)
    stage.window.showMaximized()
    page._screen()
    assert stage.window.isMinimized()
    page.look_at_screen(panel_on(whole(call)))
    panel = page._panel
    assert panel is not None
    assert panel.isVisible()
    assert panel.windowTitle() == "Looking at the screen"
    if how == "button":
        panel._stop.click()
    elif how == "escape":
        panel.activateWindow()
        QTest.qWait(50)
        windows.press(panel._stop, Qt.Key.Key_Escape)
    elif how == "closed":
        panel.close()
    else:
        stage.window.lock()
    assert not panel.running
    assert not stage.window.isMinimized()
    assert stage.window.isMaximized()
    assert (stage.window.page is page) == (how != "locked")


def test_a_desktop_that_hides_the_screen_is_said_so_in_the_window(stage: WalletStage) -> None:
    page = stage.now(ShowPage)
    page._screen()
    page.look_at_screen(panel_on(nothing))
    assert not stage.window.isMinimized()
    assert "does not let the program look" in said(stage.window)
    assert "drop it here" in said(stage.window)


def test_a_part_may_be_chosen_and_is_then_looked_at(stage: WalletStage, call: QrView, qtbot: QtBot) -> None:
    call.show_code(moving(stage), "the counter's request")
    rects: list[QRect | None] = []

    def look(screen: QScreen, rect: QRect | None) -> QImage:
        rects.append(rect)
        return whole(call)(screen, rect)

    panel = looking(stage, look)
    panel._part.click()
    assert panel.isHidden(), "it does not cover what is to be chosen"
    windows.press(panel._choice.picks[0], Qt.Key.Key_Escape)
    assert panel.isVisible()
    panel._part.click()
    part = QRect(0, 0, 640, 560)
    panel._choice.chosen.emit(ScreenArea(QGuiApplication.primaryScreen().name(), part))
    assert panel.isVisible()
    rects.clear()
    qtbot.waitUntil(lambda: isinstance(stage.window.page, ConsentPage), timeout=60_000)
    assert set(map(str, rects)) == {str(part)}


def test_a_screen_that_is_unplugged_ends_it_with_words(
    stage: WalletStage, call: QrView, qtbot: QtBot
) -> None:
    call.show_code(moving(stage), "the counter's request")
    panel = looking(stage, whole(call))
    with qtbot.waitSignal(panel.trouble) as caught:
        panel._look.start(ScreenArea("gone", QRect(0, 0, 10, 10)))
    assert isinstance(caught.args[0], UsageError)
    assert "is there no more" in said(stage.window)


@pytest.mark.parametrize("percent", [100, 200])
def test_every_line_of_what_it_says_has_room_on_the_screen(
    stage: WalletStage, call: QrView, *, percent: int
) -> None:
    stage.window.desktop.choose(Appearance(Mode.LIGHT, percent, language="en", sound=False))
    call.show_code(moving(stage), "the counter's request")
    panel = looking(stage, whole(call))
    panel._look.stop()
    room = panel.screen().availableGeometry()
    for look in (Seen(Hint.NOTHING), Seen(Hint.CLOSER), Seen(Hint.READ, received=3, needed=12)):
        panel._looked(look)
        QGuiApplication.processEvents()
        assert windows.cut_off(panel) == []
        assert room.contains(panel.frameGeometry())


def test_an_empty_desktop_is_looked_at_until_the_panel_is_not_seen_on_it(
    stage: WalletStage, call: QrView, qtbot: QtBot
) -> None:
    picture = QImage(64, 64, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.black)
    panel = looking(stage, lambda _screen, _rect: picture)
    assert panel.running, "an empty desktop is of one colour as well"
    with qtbot.waitSignal(panel.trouble, timeout=10_000) as caught:
        pass
    assert isinstance(caught.args[0], UsageError)
    assert caught.args[0].code == "desktop.screen-hidden"
    call.show_code(moving(stage), "the counter's request")
    again = looking(stage, whole(call))
    qtbot.wait(1_800)
    assert isinstance(stage.window.page, ConsentPage) or again.running
