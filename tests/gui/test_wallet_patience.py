"""Work that takes longer says so, and stops saying so."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest

from counterproof.desktop.background import PoolRunner
from tests.kit import windows
from tests.kit.wallet_window import WalletStage, said
from wallet.ui.capture import ShowPage
from wallet.ui.home import HomePage

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


WORDS = "One moment…"


@pytest.fixture
def stage(stage: WalletStage) -> WalletStage:
    stage.window.runner = PoolRunner()
    return stage


def test_what_takes_longer_asks_for_patience_until_it_is_done(stage: WalletStage, qtbot: QtBot) -> None:
    stage.window.go(ShowPage)
    page, ready = stage.now(ShowPage), threading.Event()
    got: list[bool] = []
    page.work(lambda: ready.wait(20), got.append)
    assert WORDS not in said(stage.window)
    qtbot.waitUntil(lambda: WORDS in said(stage.window), timeout=10_000)
    assert windows.cut_off(stage.window) == []
    ready.set()
    qtbot.waitUntil(lambda: got == [True], timeout=10_000)
    assert WORDS not in said(stage.window)


def test_quick_work_says_nothing(stage: WalletStage, qtbot: QtBot) -> None:
    stage.window.go(ShowPage)
    page = stage.now(ShowPage)
    got: list[int] = []
    page.work(lambda: 1, got.append)
    qtbot.waitUntil(lambda: got == [1], timeout=10_000)
    QTest.qWait(900)
    assert WORDS not in said(stage.window)


def test_patience_for_a_page_that_was_left_is_asked_no_more(stage: WalletStage, qtbot: QtBot) -> None:
    stage.window.go(ShowPage)
    ready = threading.Event()
    stage.now(ShowPage).work(lambda: ready.wait(20), lambda _: None)
    qtbot.waitUntil(lambda: WORDS in said(stage.window), timeout=10_000)
    stage.window.go(HomePage)
    assert WORDS not in said(stage.window)
    ready.set()
