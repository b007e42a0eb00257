"""A page that is built anew, larger or in other colours, loses nothing that was typed, said or kept open."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit

from counterproof.desktop.background import ImmediateRunner, PoolRunner
from counterproof.desktop.theme import Feel, Mode
from counterproof.mdoc.errors import UsageError
from counterproof.words import language
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE
from tests.kit.wallet_window import WalletStage, said
from tests.kit.wallets import OWN
from wallet.flows import opening
from wallet.flows.opening import World
from wallet.flows.people import People
from wallet.ui.card import CardPage
from wallet.ui.carry import Kept
from wallet.ui.first import FirstPage
from wallet.ui.home import HomePage
from wallet.ui.naming import NamePage
from wallet.ui.safe import BackupPage
from wallet.ui.settings import SettingsPage
from wallet.ui.start import (
    BackupPlacePage,
    PassphrasePage,
    PeoplePage,
    UnlockPage,
    WelcomePage,
    first_page,
)
from wallet.ui.window import WalletWindow

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop
    from wallet.ui.passphrase import NewPassphrase


@pytest.fixture
def fresh(tmp_path: Path, desktop: Desktop, qtbot: QtBot) -> WalletWindow:
    """Give a window where there is no wallet yet."""
    people = People.of({"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")})
    window = WalletWindow(desktop, World(os.urandom, CHEAP_KDF), people, ImmediateRunner())
    qtbot.addWidget(window)
    window.show()
    window.go(first_page(window))
    return window


def type_twice(page: PassphrasePage) -> None:
    for field in page.findChildren(QLineEdit)[-2:]:
        QTest.keyClicks(field, PASSPHRASE)


def named(window: WalletWindow, words: str) -> QAbstractButton:
    """Return the button in sight with these words."""
    found = [each for each in window.findChildren(QAbstractButton) if each.isVisible()]
    return next(each for each in found if each.text().strip("\u2039 ") == words)


def make_one(window: WalletWindow) -> BackupPlacePage:
    """Go on to the last page of a first start."""
    window.go(PassphrasePage)
    page = window.page
    assert isinstance(page, PassphrasePage)
    type_twice(page)
    page._make()
    made = window.page
    assert isinstance(made, BackupPlacePage)
    return made


def test_what_is_ticked_chosen_and_typed_stays(stage: WalletStage, desktop: Desktop) -> None:
    stage.window.go(lambda window: FirstPage(window, stage.cards()[0].id))
    page = stage.now(FirstPage)
    next(box for ref, box in page.fields.boxes.items() if ref[2] == "age_over_18").box.click()
    counters = page.findChildren(QComboBox)[0]
    counters.setCurrentIndex(next(n for n in range(counters.count()) if OWN in counters.itemText(n)))
    QTest.keyClicks(page._challenge.field, "123456")
    desktop.larger(25)
    again = stage.now(FirstPage)
    assert again is not page
    assert [ref[2] for ref in again.fields.chosen] == ["age_over_18"]
    assert (again._audience.readers, again._challenge.text) == ((OWN,), "123456")


def test_a_passphrase_that_is_half_typed_stays(fresh: WalletWindow, desktop: Desktop) -> None:
    fresh.go(PassphrasePage)
    page = fresh.page
    assert isinstance(page, PassphrasePage)
    type_twice(page)
    desktop.choose(replace(desktop.appearance, mode=Mode.DARK))
    assert fresh.page is not page
    assert isinstance(fresh.page, PassphrasePage)
    assert fresh.page._new.taken() == PASSPHRASE


def test_the_last_page_of_the_first_start_leaves_the_wallet_open(
    fresh: WalletWindow, desktop: Desktop
) -> None:
    make_one(fresh)
    desktop.larger(25)
    page = fresh.page
    assert isinstance(page, BackupPlacePage)
    page._open()
    assert fresh.is_open
    with fresh.holder.vault.write() as tx:
        tx.add("note", b"it can be written to")


def test_the_last_page_of_the_first_start_closes_the_wallet_when_it_is_left(fresh: WalletWindow) -> None:
    vault = make_one(fresh)._fresh.vault
    fresh.close()
    with pytest.raises(UsageError) as caught, vault.write():
        pass
    assert caught.value.code == "vault.closed"


def test_a_notice_and_the_way_to_take_something_back_stay(stage: WalletStage, desktop: Desktop) -> None:
    stage.window.go(BackupPage)
    page = stage.now(BackupPage)
    page.findChildren(QLineEdit)[0].setText(PASSPHRASE)
    page._save()
    assert "not the same" in said(stage.window)
    desktop.larger(25)
    assert "not the same" in said(stage.window)
    card = stage.cards()[0]
    stage.window.go(lambda window: CardPage(window, card.id))
    stage.now(CardPage).delete()
    desktop.larger(-25)
    assert "was deleted" in said(stage.window)
    stage.window._bar._undo.click()
    assert card.id in [each.id for each in stage.cards()]


def test_what_is_at_work_is_waited_for(stage: WalletStage, desktop: Desktop, qtbot: QtBot) -> None:
    stage.window.runner = PoolRunner()
    stage.window.go(HomePage)
    page, ready = stage.now(HomePage), threading.Event()
    got: list[bool] = []
    page.work(lambda: ready.wait(20), got.append)
    desktop.larger(25)
    assert stage.window.page is page
    ready.set()
    qtbot.waitUntil(lambda: stage.window.page is not page, timeout=10_000)
    assert got == [True]


def test_settings_say_what_is_chosen_and_keep_the_focus(stage: WalletStage, desktop: Desktop) -> None:
    stage.window.go(SettingsPage)
    stage.settle()
    sizes = stage.now(SettingsPage).findChildren(QComboBox)[1]
    sizes.setFocus()
    desktop.larger(25)
    stage.settle()
    again = stage.now(SettingsPage).findChildren(QComboBox)[1]
    assert again is not sizes
    assert again.currentText() == "125 %"
    assert stage.window.focusWidget() is again


def test_a_language_can_be_chosen_before_there_is_a_wallet(fresh: WalletWindow) -> None:
    named(fresh, "Eesti").click()
    assert isinstance(fresh.page, WelcomePage)
    assert language.current() == "et"
    assert fresh.desktop.preferences.appearance().language == "et"


def test_an_empty_wallet_begins_with_an_agency(fresh: WalletWindow) -> None:
    make_one(fresh)._open()
    assert "1. Add the agency that you trust" in said(fresh)
    assert fresh.page is not None
    assert fresh.page.first is named(fresh, "Add an agency")


def test_whoever_begins_a_wallet_by_mistake_gets_back(fresh: WalletWindow) -> None:
    make_one(fresh)._open()
    fresh.lock()
    fresh.go(PeoplePage)
    fresh.go(WelcomePage)
    named(fresh, "Back").click()
    assert isinstance(fresh.page, UnlockPage)


def test_a_wallet_that_has_no_name_gets_one_once_there_are_two(fresh: WalletWindow) -> None:
    make_one(fresh)._open()
    fresh.go(SettingsPage)
    assert "Name of this wallet" not in [each.text() for each in fresh.findChildren(QAbstractButton)]
    first = fresh.person
    assert first is not None
    fresh.lock()
    fresh.go(PassphrasePage)
    page = fresh.page
    assert isinstance(page, PassphrasePage)
    page.findChildren(QLineEdit)[0].setText("Grandmother")
    type_twice(page)
    page._make()
    fresh.lock()
    fresh.opened(first, opening.unlock(fresh.world, first.places, PASSPHRASE))
    fresh.go(SettingsPage)
    named(fresh, "Name of this wallet").click()
    assert isinstance(fresh.page, NamePage)
    fresh.page.findChildren(QLineEdit)[0].setText("  Maia \n Liis ")
    named(fresh, "Keep this name").click()
    assert "The wallet is called “Maia Liis” on the first page." in said(fresh)
    assert sorted(each.name for each in fresh.people.all()) == ["Grandmother", "Maia Liis"]
    fresh.lock()
    assert "Maia Liis" in said(fresh)


def test_tab_leads_from_one_passphrase_to_the_other(fresh: WalletWindow) -> None:
    fresh.go(PassphrasePage)
    page = fresh.page
    assert isinstance(page, PassphrasePage)
    new: NewPassphrase = page._new
    new.field.field.setFocus()
    QTest.keyClick(new.field.field, Qt.Key.Key_Tab)
    assert fresh.focusWidget() is new.again.field
    type_twice(page)
    assert PASSPHRASE not in said(fresh)
    named(fresh, "Show what I type").click()
    assert said(fresh).count(PASSPHRASE) == 2


def test_what_a_page_held_is_in_no_repr(stage: WalletStage) -> None:
    """A log line or a traceback's locals show nothing of what was typed, a passphrase among it."""
    stage.window.lock()
    page = stage.now(UnlockPage)
    page.findChildren(QLineEdit)[0].setText(PASSPHRASE)
    page.say(Feel.PLAIN, "Quillfeather")
    kept = Kept.of(page)
    assert PASSPHRASE in kept.values
    assert PASSPHRASE not in repr(kept)
    assert "Quillfeather" not in repr(kept)
