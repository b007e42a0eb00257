"""Cards and history by the keyboard alone: what faces say, searching, and deleting entries."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from tests.kit import windows
from tests.kit.certificates import AT
from tests.kit.wallet_window import WalletStage, said
from tests.kit.wallets import AGE, LIBRARY
from wallet import history
from wallet.ui import card, home
from wallet.ui.history import DeletePage, HistoryPage

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from counterproof.desktop.app import Desktop


@pytest.fixture
def stage(stage: WalletStage) -> WalletStage:
    stage.settle()
    return stage


def faces(stage: WalletStage) -> list[str]:
    stage.window.go(home.HomePage)
    return [each.face.state for each in stage.now(home.HomePage).faces]


def test_faces_say_the_state_in_words(stage: WalletStage) -> None:
    assert faces(stage)[0] == "✓ Valid · 6 copies left"
    stage.box.clock.advance(3600)
    stage.box.publish(AT + timedelta(hours=1), values=dict.fromkeys(range(1, 7), 1) | {7: 2, 8: 2})
    stage.window.holder.trust_store.update(stage.box.published, at=AT + timedelta(hours=1))
    assert "✕ Withdrawn" in faces(stage)
    stage.box.clock.advance(80 * 86_400)
    assert all(each.startswith(("!", "✕")) for each in faces(stage))
    stage.box.clock.advance(20 * 86_400)
    assert "✕ Expired" in faces(stage)


def test_who_is_asked_for_a_card_that_was_withdrawn_is_told_what_comes_of_it(stage: WalletStage) -> None:
    refusing = "The counter will probably not accept this card."
    stage.ask()
    assert refusing not in said(stage.window)
    stage.box.clock.advance(60)
    stage.box.publish(AT + timedelta(minutes=1), values=dict.fromkeys(range(1, 7), 1))
    stage.window.holder.trust_store.update(stage.box.published, at=AT + timedelta(minutes=1))
    stage.ask()
    assert "Withdrawn by the agency" in said(stage.window)
    assert refusing in said(stage.window)


def test_cards_are_searched_from_the_fifth_on(stage: WalletStage) -> None:
    page = stage.now(home.HomePage)
    assert not page._search.isVisible()
    stage.box.give(stage.window.holder, AGE, copies=1)
    stage.window.go(home.HomePage)
    page = stage.now(home.HomePage)
    page._search.setFocus()
    QTest.keyClicks(page._search, "library")
    assert [each.face.name for each in page.faces if each.isVisible()] == ["Library card"]
    QTest.keyClicks(page._search, " nowhere")
    assert "No card is called so." in said(stage.window)
    page._search.clear()
    windows.press(page.faces[0], Qt.Key.Key_Space, " ")
    assert stage.now(card.CardPage).title == page.faces[0].face.name


def test_the_history_is_searched_and_emptied(stage: WalletStage) -> None:
    stage.ask().agree()
    stage.ask("age_over_18").back()
    stage.window.go(HistoryPage)
    page = stage.now(HistoryPage)
    assert len(page.shown) == 2
    QTest.keyClicks(stage.first(), "borough")
    assert len(page.shown) == 2
    QTest.keyClicks(stage.first(), " swimming")
    assert page.shown == []
    stage.window.go(lambda window: DeletePage(window, history.entries(window.holder)))
    asking = stage.now(DeletePage)
    windows.press(stage.first(), Qt.Key.Key_Space, " ")
    assert len(history.entries(stage.window.holder)) == 2, "the first button keeps"
    stage.window.go(lambda window: DeletePage(window, history.entries(window.holder)))
    asking = stage.now(DeletePage)
    stage.settle()
    delete = next(each for each in windows.stops(stage.window) if getattr(each, "text", str)() == "Delete")
    windows.press(delete, Qt.Key.Key_Space, " ")
    assert history.entries(stage.window.holder) == []
    assert asking is not stage.window.page
    assert stage.window.holder.find(LIBRARY).fresh == 3


def test_large_text_begins_at_who_asks(stage: WalletStage, desktop: Desktop) -> None:
    """At 200 % the first box is below what can be seen: the page is not scrolled past the reader's name."""
    from counterproof.desktop.app import Appearance  # noqa: PLC0415 - one use
    from counterproof.desktop.theme import Mode  # noqa: PLC0415 - one use

    desktop.choose(Appearance(Mode.LIGHT, 200, language="en", sound=False))
    stage.window.resize(1024, 640)
    page = stage.ask()
    stage.settle()
    assert stage.window.scrolled() == 0
    number = next(each for each in page.findChildren(QLabel) if each.text().isdigit())
    name = next(each for each in page.findChildren(QLabel) if each.text() == page.answering.view.asker.name)
    assert number.y() > name.y()
    assert name.width() > 400
    focus = stage.window.focusWidget()
    assert focus is not None
    windows.press(focus, Qt.Key.Key_Tab)
    now = stage.window.focusWidget()
    assert now is not None
    assert page.isAncestorOf(now), (focus, now)
    assert stage.window.scrolled() > 0, (now, now.y())


def test_nothing_flashes_up_as_a_window_of_its_own(locked: WalletStage, qapp: QApplication) -> None:
    flashes = windows.Flashes(locked.window)
    qapp.installEventFilter(flashes)
    for name in locked.pages():
        assert flashes.found == [], name
    qapp.removeEventFilter(flashes)
