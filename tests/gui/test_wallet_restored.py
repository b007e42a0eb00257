"""A backup on another computer: what is typed wrong, what was chosen, and what comes next."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit

from counterproof.clock import FixedClock
from counterproof.desktop.background import ImmediateRunner
from tests.kit import windows
from tests.kit.certificates import AT
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE
from tests.kit.wallet_window import WalletStage, said
from tests.kit.wallets import WalletBox
from wallet.flows.opening import World
from wallet.flows.people import People
from wallet.ui.card import CardPage
from wallet.ui.home import HomePage
from wallet.ui.restore import RestorePage
from wallet.ui.safe import BackupPage, ChangePage
from wallet.ui.window import WalletWindow

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop

FOR_THE_BACKUP = "five lamps under seven boats"


@pytest.fixture
def backup(tmp_path: Path, desktop: Desktop, qtbot: QtBot) -> Path:
    """Give a backup of four cards."""
    del qtbot
    stage = WalletStage.set_up(WalletBox(tmp_path / "old"), desktop)
    stage.open()
    path = tmp_path / "cards.cpbackup"
    stage.window.holder.vault.export(path, FOR_THE_BACKUP)
    stage.close()
    return path


@pytest.fixture
def elsewhere(tmp_path: Path, backup: Path, desktop: Desktop, qtbot: QtBot) -> WalletWindow:
    """Give the window of another computer, at the page that restores, with the file chosen."""
    people = People.of({"HOME": str(tmp_path / "new"), "XDG_DATA_HOME": str(tmp_path / "new")})
    world = World(os.urandom, CHEAP_KDF, FixedClock(AT))
    window = WalletWindow(desktop, world, people, ImmediateRunner())
    qtbot.addWidget(window)
    window.show()
    window.go(RestorePage)
    at_restoring(window).take(backup)
    return window


def at_restoring(window: WalletWindow) -> RestorePage:
    page = window.page
    assert isinstance(page, RestorePage)
    return page


def restore(window: WalletWindow, old: str) -> None:
    """Type the passphrase of the backup and a new one, and restore."""
    page = at_restoring(window)
    for field, words in zip(page.findChildren(QLineEdit), (old, PASSPHRASE, PASSPHRASE), strict=True):
        field.setText(words)
    page._restore()


def test_a_wrong_passphrase_says_which_one_is_meant(elsewhere: WalletWindow) -> None:
    restore(elsewhere, "not at all the words of it")
    assert "The backup did not open." in said(elsewhere)
    assert "Check the passphrase of the backup." in said(elsewhere)
    restore(elsewhere, FOR_THE_BACKUP)
    assert elsewhere.is_open


def test_the_file_that_was_chosen_stays_when_text_becomes_larger(
    elsewhere: WalletWindow, desktop: Desktop, backup: Path
) -> None:
    desktop.larger(25)
    assert at_restoring(elsewhere).path == backup
    assert backup.name in said(elsewhere)


def test_a_restored_wallet_has_a_backup_and_lacks_agencies(elsewhere: WalletWindow) -> None:
    restore(elsewhere, FOR_THE_BACKUP)
    assert isinstance(elsewhere.page, HomePage)
    words = said(elsewhere)
    assert "There is no backup of these cards yet." not in words
    assert "This wallet trusts no agency now." in words
    assert "No current list" in {each.face.state.strip("! ") for each in elsewhere.page.faces}


def test_what_is_said_of_a_cards_state_takes_no_room_from_the_card(elsewhere: WalletWindow) -> None:
    restore(elsewhere, FOR_THE_BACKUP)
    elsewhere.resize(1024, 700)
    card = elsewhere.holder.cards()[0]
    elsewhere.go(lambda window: CardPage(window, card.id, 1))
    windows.settle(elsewhere)
    labels = [each for each in windows.shown(elsewhere) if isinstance(each, QLabel)]
    agency = next(each for each in labels if each.accessibleName() == f"Signed by: {card.agency}")
    assert agency.width() > agency.fontMetrics().horizontalAdvance(card.agency)
    assert windows.cut_off(elsewhere) == []


@pytest.mark.parametrize("page", [BackupPage, ChangePage])
def test_a_weak_passphrase_is_said_before_anything_is_chosen(
    page: type[BackupPage | ChangePage],
    tmp_path: Path,
    desktop: Desktop,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del qtbot
    asked: list[object] = []

    def ask(*given: object) -> tuple[str, str]:
        asked.append(given)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    stage = WalletStage.set_up(WalletBox(tmp_path / "weak"), desktop)
    stage.open()
    stage.window.go(page)
    now = stage.now(page)
    for field in now.findChildren(QLineEdit):
        field.setText("short")
    now._save() if isinstance(now, BackupPage) else now._change()
    assert asked == []
    assert "sealing.passphrase-" in said(stage.window)
    stage.close()
