"""Getting a card in the window: the request that an agency's desk scans from the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtTest import QTest

from counterproof.optics.collect import collect
from counterproof.optics.exchange import card_request
from counterproof.optics.kinds import Kind
from counterproof.optics.sources import BytesSource
from tests.kit import windows
from tests.kit.wallet_window import WalletStage, said
from tests.kit.wallets import LIBRARY, WalletBox
from wallet.ui import code, get

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop


@pytest.fixture
def stage(tmp_path: Path, desktop: Desktop, qtbot: QtBot) -> Iterator[WalletStage]:
    del qtbot
    made = WalletStage.set_up(WalletBox(tmp_path), desktop)
    yield made
    made.close()


def test_a_request_for_a_card_is_shown_to_the_desk(stage: WalletStage) -> None:
    """By the keyboard alone: what stands on the screen is read as by a desk's camera, and is the request."""
    stage.open()
    stage.window.go(lambda window: get.OfferPage(window, stage.box.offer(LIBRARY, 7).to_bytes()))
    windows.press(stage.first(), Qt.Key.Key_Space, " ")
    asked = stage.now(get.RequestPage).made
    windows.press(stage.first(), Qt.Key.Key_Space, " ")
    page = stage.now(code.RequestCodePage)
    stage.settle()
    assert asked.number in said(stage.window)
    seen: list[bytes] = []
    page.view.frame_shown.connect(lambda _: seen.append(seen_on(page.view)))
    for _ in range(300):
        if len(seen) >= 2 * asked.as_code().frames_needed:
            break
        QTest.qWait(100)
    found = collect([BytesSource(each) for each in seen], awaited=frozenset({Kind.CARD_REQUEST}))
    assert card_request.from_message(found.m) == asked.request
    windows.press(page, Qt.Key.Key_Escape)
    assert stage.now(get.RequestPage).made is asked, "the same request, to be saved or shown again"


def seen_on(widget: QWidget) -> bytes:
    """Return what stands on a widget as the file of a picture."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    return bytes(data.data())
