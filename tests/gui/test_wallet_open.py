"""What the desktop hands over (a double click, a link), drops, and a question that nobody answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QProgressBar

from counterproof.desktop.theme import Mode, current
from tests.kit.scenarios import scenario
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE
from tests.kit.wallet_window import WalletStage, said
from tests.kit.wallets import AGE, WalletBox
from wallet.cli import main
from wallet.cli.app import App
from wallet.ui import app as window_start
from wallet.ui.get import OfferPage
from wallet.ui.passphrase import Meter
from wallet.ui.restore import RestorePage
from wallet.ui.safe import BackupPage
from wallet.ui.start import PassphrasePage, UnlockPage, WelcomePage, first_page
from wallet.ui.window import WalletWindow

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop


@pytest.fixture
def stage(locked: WalletStage) -> WalletStage:
    return locked


def unlock(stage: WalletStage) -> None:
    """Type the passphrase, as the person would."""
    if stage.held is not None:
        stage.held.close()
        stage.held = None
    page = stage.window.page
    assert isinstance(page, UnlockPage)
    page.findChildren(QLineEdit)[0].setText(PASSPHRASE)
    page._open()


def offer(stage: WalletStage) -> Path:
    path = stage.box.folder / "an offer"
    path.write_bytes(stage.box.offer(AGE).to_bytes())
    return path


@pytest.mark.parametrize("as_address", [False, True])
def test_a_file_waits_for_the_passphrase_and_is_then_looked_at(
    stage: WalletStage, *, as_address: bool
) -> None:
    path = offer(stage)
    stage.window.go(first_page(stage.window))
    stage.window.arrived([path.as_uri() if as_address else str(path)])
    assert "Open your wallet first." in said(stage.window)
    unlock(stage)
    assert isinstance(stage.window.page, OfferPage)
    assert stage.window.waiting == []


def test_several_files_are_opened_one_at_a_time(stage: WalletStage) -> None:
    path = str(offer(stage))
    stage.open()
    stage.window.arrived([path, path])
    assert isinstance(stage.window.page, OfferPage)
    assert "One thing at a time" in said(stage.window)


def test_a_backup_leads_to_restoring_and_a_wallet_to_its_passphrase(
    stage: WalletStage, tmp_path: Path
) -> None:
    backup = tmp_path / "b.cpbackup"
    stage.open()
    stage.window.holder.vault.export(backup, PASSPHRASE)
    stage.window.arrived([str(backup)])
    assert "Lock this wallet first" in said(stage.window)
    stage.window.lock()
    stage.window.arrived([str(backup)])
    assert isinstance(stage.window.page, RestorePage)
    assert backup.name in said(stage.window)
    stage.window.arrived([str(stage.box.path)])
    unlock(stage)
    assert len(stage.cards()) == 4


def test_a_drop_on_a_locked_window_waits_as_well(stage: WalletStage) -> None:
    stage.window.go(first_page(stage.window))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(offer(stage)))])
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    stage.window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none))
    assert "Open your wallet first." in said(stage.window)
    unlock(stage)
    assert isinstance(stage.window.page, OfferPage)


def test_what_is_not_there_is_said_and_nothing_waits(stage: WalletStage, tmp_path: Path) -> None:
    stage.window.go(first_page(stage.window))
    stage.window.arrived([str(tmp_path / "gone")])
    assert "The file is not there." in said(stage.window)
    assert stage.window.waiting == []


def test_the_command_hands_its_arguments_to_the_window(
    tmp_path: Path, desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole start but Qt's loop, which would wait for a person."""
    box, seen = WalletBox(tmp_path), list[str]()

    class Loop:
        """The application of the test, which does not wait."""

        def exec(self) -> int:
            tops = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
            (window,) = [each for each in tops if isinstance(each, WalletWindow)]
            assert isinstance(window.page, WelcomePage)
            qtbot.waitUntil(lambda: "Make your wallet first." in said(window), timeout=5_000)
            seen.extend(window.waiting)
            window.close()
            window.deleteLater()
            return 7

    monkeypatch.setattr(window_start, "application", lambda *_: Loop())
    monkeypatch.setattr(window_start, "Desktop", lambda *_: desktop)
    link = "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fagency.example%2Fo%2F1"
    environment = {"HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    app = App(environment=environment, policy=CHEAP_KDF, clock=box.clock)
    ran = CliRunner().invoke(main, ["open", link], obj=app, catch_exceptions=False)
    assert (ran.exit_code, seen) == (7, [link]), ran.output


@scenario("shoulder")
def test_a_question_locks_the_wallet_after_two_minutes(stage: WalletStage) -> None:
    stage.ask()
    stage.box.clock.advance(95)
    stage.window.tick()
    assert stage.window.is_open
    assert "locks itself" in said(stage.window)
    stage.box.clock.advance(30)
    stage.window.tick()
    assert not stage.window.is_open


def test_enter_goes_through_a_new_passphrase_as_it_does_at_the_first_start(
    stage: WalletStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, words = tmp_path / "b.cpbackup", "tern lantern cove spire 44"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(backup), ""))
    stage.open()
    stage.window.go(BackupPage)
    for _ in range(2):
        stage.settle()
        here = stage.window.focusWidget()
        assert isinstance(here, QLineEdit)
        QTest.keyClicks(here, words)
        QTest.keyClick(here, Qt.Key.Key_Return)
    assert backup.exists()
    assert "The backup holds 4 cards and the history." in said(stage.window)


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK, Mode.CONTRAST])
def test_an_empty_meter_is_not_taken_for_a_full_one(stage: WalletStage, desktop: Desktop, mode: Mode) -> None:
    desktop.choose(replace(desktop.appearance, mode=mode))
    stage.window.go(PassphrasePage)
    (meter,) = stage.window.findChildren(Meter)
    stage.settle()
    (bar,) = meter.findChildren(QProgressBar)
    picture = bar.grab().toImage()
    inside = picture.pixelColor(picture.width() // 2, picture.height() // 2)
    assert inside == QColor(current().palette.surface)
