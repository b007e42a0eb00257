"""Taking a code in goes on when the page is built anew, and a pasted picture is answered at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from counterproof.desktop import aim_view
from counterproof.desktop.background import PoolRunner
from counterproof.desktop.reader_ahead import ReaderAhead
from counterproof.desktop.screen_look import as_png
from counterproof.desktop.screen_panel import ScreenPanel
from counterproof.optics.draw import png
from counterproof.optics.encode import StillCode, encode
from counterproof.optics.kinds import Kind
from counterproof.optics.reader import PictureReader
from tests.kit.films import film, held_up
from tests.kit.wallet_window import WalletStage, said
from tests.kit.wallets import RESIDENCY
from wallet.ui import capture
from wallet.ui.capture import ShowPage
from wallet.ui.consent import ConsentPage
from wallet.ui.home import HomePage
from wallet.ui.rehearse import TryPage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QRect
    from PySide6.QtGui import QScreen
    from pytestqt.qtbot import QtBot

    from counterproof.clock import Clock
    from counterproof.desktop.app import Desktop

WORDS = "One moment…"


@pytest.fixture
def stage(stage: WalletStage) -> WalletStage:
    """Give an open wallet on the page of showing."""
    stage.window.go(ShowPage)
    return stage


def request_text(stage: WalletStage) -> str:
    """Return what a counter's still code says."""
    asked = stage.box.ask({RESIDENCY: ["resident_borough"]}).request.to_message()
    code = encode(Kind.REQUEST, asked, streams_ok=False)
    assert isinstance(code, StillCode)
    return code.text


@pytest.mark.parametrize("kind", [ShowPage, TryPage])
def test_the_camera_goes_on_when_text_becomes_larger(
    stage: WalletStage,
    desktop: Desktop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[ShowPage],
) -> None:
    nothing = film(tmp_path / "nothing.avi", held_up("HELLO", 1_000_003, 200))
    monkeypatch.setattr(aim_view, "cameras", lambda: (nothing,))
    stage.window.go(kind)
    before = stage.now(ShowPage)
    before._camera()
    desktop.larger(25)
    after = stage.now(kind)
    assert after is not before
    assert after._aim.running
    assert after._aim.isVisible()
    assert not before._aim.running
    stage.window.go(ShowPage)
    assert not stage.now(ShowPage)._aim.running, "on another page it is over"


def test_what_the_camera_sees_after_that_is_read(
    stage: WalletStage, desktop: Desktop, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = film(tmp_path / "code.avi", held_up(request_text(stage), 1_000_003, 90))
    monkeypatch.setattr(aim_view, "cameras", lambda: (code,))
    stage.now(ShowPage)._camera()
    desktop.larger(25)
    qtbot.waitUntil(lambda: isinstance(stage.window.page, ConsentPage), timeout=30_000)


def blank(_screen: QScreen, _rect: QRect | None) -> QImage:
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    image.setPixel(5, 5, 0)
    return image


def panel_of(looks: Callable[[QScreen, QRect | None], QImage]) -> Callable[..., ScreenPanel]:
    def make(awaited: frozenset[Kind], clock: Clock) -> ScreenPanel:
        return ScreenPanel(awaited, clock, looks)

    return make


def test_looking_at_the_screen_goes_on_when_colours_change(stage: WalletStage, desktop: Desktop) -> None:
    page = stage.now(ShowPage)
    page._screen()
    page.look_at_screen(panel_of(blank))
    panel = page._panel
    assert panel is not None
    desktop.larger(25)
    after = stage.now(ShowPage)
    assert after is not page
    assert after._panel is panel
    assert panel.running
    states = [stage.window.windowState()]
    panel._enough()
    states.append(stage.window.windowState())
    assert page._panel is None
    assert after._panel is not panel
    assert [bool(each & Qt.WindowState.WindowMinimized) for each in states] == [True, False]


def test_looking_that_was_about_to_begin_begins(
    stage: WalletStage, desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[ShowPage] = []

    def begin(page: ShowPage) -> None:
        begun.append(page)

    monkeypatch.setattr(ShowPage, "look_at_screen", begin)
    stage.now(ShowPage)._screen()
    desktop.larger(25)
    qtbot.waitUntil(lambda: begun == [stage.window.page], timeout=5_000)


class Noted(PictureReader):
    """A reader that notes when its process is started and ended."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def start(self) -> None:
        self.done.append("start")

    def close(self) -> None:
        self.done.append("close")


def test_the_reader_is_started_for_whoever_stays_and_ended_behind_them(
    stage: WalletStage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Noted] = []

    def make() -> ReaderAhead:
        made.append(Noted())
        return ReaderAhead(lambda: made[-1])

    monkeypatch.setattr(capture, "ReaderAhead", make)
    stage.window.go(ShowPage)
    stage.window.go(ShowPage)
    qtbot.waitUntil(lambda: made[1].done == ["start"], timeout=5_000)
    assert made[0].done == ["close"], "whoever passed through started nothing"
    stage.window.go(HomePage)
    qtbot.waitUntil(lambda: made[1].done == ["start", "close"], timeout=5_000)


def test_a_reading_that_begins_after_the_end_leaves_no_process() -> None:
    made = Noted()
    ahead = ReaderAhead(lambda: made)
    ahead.close()
    with ahead.reading() as reader:
        assert reader is made
    assert made.done[-1] == "close"


def test_a_pasted_picture_is_answered_at_once_and_made_ready_elsewhere(
    stage: WalletStage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    where: list[threading.Thread] = []
    may = threading.Event()

    def slowly(image: QImage) -> bytes:
        where.append(threading.current_thread())
        assert may.wait(20)
        return as_png(image)

    monkeypatch.setattr(capture, "as_png", slowly)
    stage.window.runner = PoolRunner()
    QGuiApplication.clipboard().setImage(QImage.fromData(png(request_text(stage)), "PNG"))  # type: ignore[arg-type]
    stage.now(ShowPage).paste()
    assert WORDS in said(stage.window)
    may.set()
    qtbot.waitUntil(lambda: isinstance(stage.window.page, ConsentPage), timeout=30_000)
    assert where != [threading.main_thread()]
    QTest.qWait(50)
    assert WORDS not in said(stage.window)
