"""Getting a card in the window: the request that an agency's desk scans from the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton

from counterproof.desktop.choice import Number
from counterproof.mdoc.errors import UsageError
from counterproof.optics.collect import collect
from counterproof.optics.exchange import card_request
from counterproof.optics.kinds import Kind
from counterproof.optics.sources import BytesSource
from tests.kit import windows
from tests.kit.wallet_window import WalletStage, said
from tests.kit.wallets import LIBRARY, PERSON
from wallet.flows.pending import on_their_way
from wallet.receiving import receive_card, request_card
from wallet.ui import code, get, home

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget


@pytest.fixture
def stage(locked: WalletStage) -> WalletStage:
    return locked


def test_a_request_for_a_card_is_shown_to_the_desk(stage: WalletStage) -> None:
    """By the keyboard alone: what stands on the screen is read as by a desk's camera, and is the request."""
    stage.open()
    stage.window.go(lambda window: get.OfferPage(window, stage.box.offer(LIBRARY, 7).to_bytes()))
    windows.press(stage.first(), Qt.Key.Key_Space, " ")
    asked = stage.now(get.RequestPage).made
    assert asked.number in said(stage.window), "the desk that gets a file sees the number too"
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


def press(stage: WalletStage, words: str) -> None:
    """Press the button that says so."""
    stage.settle()
    named = [each for each in windows.shown(stage.window) if isinstance(each, QPushButton)]
    next(each for each in named if each.text() == words).click()


def seen_on(widget: QWidget) -> bytes:
    """Return what stands on a widget as the file of a picture."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    return bytes(data.data())


def test_a_request_on_its_way_stands_beside_the_cards_until_its_answer_comes(stage: WalletStage) -> None:
    stage.open()
    offer = stage.box.offer(LIBRARY, 4).to_bytes()
    stage.window.go(lambda window: get.OfferPage(window, offer))
    windows.press(stage.first(), Qt.Key.Key_Space, " ")
    asked = stage.now(get.RequestPage).made
    stage.window.go(home.HomePage)
    waits = "Library card, Harbour Borough. The answer is not here yet."
    assert waits in said(stage.window)
    assert windows.cut_off(stage.window) == []
    press(stage, "Show the request again")
    assert stage.now(get.RequestPage).made == asked
    get.receive(stage.now(get.RequestPage), stage.box.reply(asked.request, PERSON[LIBRARY]))
    stage.window.go(home.HomePage)
    assert waits not in said(stage.window)


def test_a_request_that_is_given_up_is_asked_about_first_and_then_gone(stage: WalletStage) -> None:
    stage.open()
    holder = stage.window.holder
    asked = request_card(holder, stage.box.offer(LIBRARY, 2).to_bytes())
    stage.window.go(home.HomePage)
    press(stage, "Give it up")
    page = stage.now(get.GiveUpPage)
    assert stage.first().accessibleName() == "Keep it"
    windows.press(page, Qt.Key.Key_Escape)
    assert len(on_their_way(holder, "en")) == 1
    press(stage, "Give it up")
    press(stage, "Give it up")
    stage.now(home.HomePage)
    assert on_their_way(holder, "en") == []
    with pytest.raises(UsageError) as error:
        receive_card(holder, stage.box.reply(asked.request, PERSON[LIBRARY]))
    assert error.value.code == "wallet.no-such-request"


def test_the_number_of_copies_keeps_away_from_the_edge(stage: WalletStage) -> None:
    stage.open()
    stage.window.go(lambda window: get.OfferPage(window, stage.box.offer(LIBRARY, 4).to_bytes()))
    stage.settle()
    (box,) = stage.window.findChildren(Number)
    picture = box.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    inside = range(4, picture.width() // 2)
    rows = range(6, picture.height() - 6)
    dark = [x for x in inside if any(picture.pixelColor(x, y).lightness() < 96 for y in rows)]
    assert dark
    assert dark[0] >= 9 * picture.devicePixelRatio()


def test_the_answer_is_opened_where_the_request_waits(
    stage: WalletStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.open()
    holder = stage.window.holder
    for each in stage.cards():
        holder.delete(each)
    asked = request_card(holder, stage.box.offer(LIBRARY, 2).to_bytes())
    answer = tmp_path / "answer.cpreply"
    answer.write_bytes(stage.box.reply(asked.request, PERSON[LIBRARY]))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(answer), ""))
    stage.window.go(home.HomePage)
    assert "No cards yet" not in said(stage.window)
    first = stage.first()
    assert isinstance(first, QPushButton)
    assert first.text() == "Open what the office gave me…"
    windows.press(first, Qt.Key.Key_Space, " ")
    assert [card.doc_type for card in holder.cards()] == [LIBRARY]
