"""What is half done when the window is closed or another page wanted: kept, finished, or asked about."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton

from counterproof.desktop.app import Appearance
from counterproof.desktop.background import PoolRunner
from counterproof.desktop.theme import Mode
from counterproof.mdoc.errors import StoreError
from tests.kit import windows
from tests.kit.wallet_window import WalletStage, said
from wallet import history
from wallet.flows import drafts
from wallet.flows.guard import Reason
from wallet.records import DraftRecord
from wallet.ui.history import EntryPage, HistoryPage
from wallet.ui.home import HomePage
from wallet.ui.report import ReportPage
from wallet.ui.safe import BackupPage, SafePage
from wallet.ui.slip import MadeSlipPage, SlipPage
from wallet.ui.start import UnlockPage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop

CONCERN = "They asked for too much."
NO_SLIP = "The slip was neither printed nor saved."


def entry(stage: WalletStage) -> history.Entry:
    """Leave a request unanswered, and return its entry."""
    stage.ask().back()
    return history.entries(stage.window.holder)[-1]


def letter(stage: WalletStage, about: history.Entry) -> QPlainTextEdit:
    """Open the letter about an entry."""
    stage.window.go(lambda window: ReportPage(window, about))
    return stage.now(ReportPage).findChildren(QPlainTextEdit)[0]


def pressed(page: QWidget, words: str) -> None:
    """Press the one button in sight that says so."""
    QApplication.processEvents()
    (found,) = [each for each in page.findChildren(QPushButton) if each.text() == words and each.isVisible()]
    found.click()


def made_slip(stage: WalletStage) -> MadeSlipPage:
    """Make a slip, and return the page from which it is printed or saved."""
    stage.window.go(lambda window: SlipPage(window, stage.cards()[1].id))
    page = stage.now(SlipPage)
    next(iter(page.fields.boxes.values())).box.setChecked(True)
    page.make()
    stage.settle()
    return stage.now(MadeSlipPage)


def fails(*_: object) -> None:
    raise StoreError("sealing.disk-full")


def away_by_close(stage: WalletStage) -> None:
    assert stage.window.close()
    holder = stage.box.holder()
    stage.held = holder


def away_by_lock(stage: WalletStage) -> None:
    stage.window.lock(Reason.IDLE)
    stage.now(UnlockPage)
    assert "Nothing was lost." in said(stage.window)
    stage.held = stage.box.holder()


@pytest.mark.parametrize("away", [away_by_close, away_by_lock])
def test_a_letter_that_was_begun_is_there_again(
    stage: WalletStage, away: Callable[[WalletStage], None]
) -> None:
    about = entry(stage)
    letter(stage, about).appendPlainText(CONCERN)
    away(stage)
    assert stage.held is not None
    kept = drafts.begun(stage.held, about.id)
    assert kept is not None
    assert CONCERN in kept


def test_the_entry_says_that_a_letter_was_begun(stage: WalletStage) -> None:
    about = entry(stage)
    stage.window.go(lambda window: EntryPage(window, about.id))
    assert "Go on with the letter…" not in [each.text() for each in stage.window.findChildren(QPushButton)]
    letter(stage, about).appendPlainText(CONCERN)
    stage.now(ReportPage).back()
    pressed(stage.now(EntryPage), "Go on with the letter…")
    assert CONCERN in stage.now(ReportPage).findChildren(QPlainTextEdit)[0].toPlainText()


def test_what_is_typed_is_kept_in_a_pause(stage: WalletStage, qtbot: QtBot) -> None:
    about = entry(stage)
    letter(stage, about).appendPlainText(CONCERN)
    qtbot.waitUntil(lambda: drafts.begun(stage.window.holder, about.id) is not None, timeout=10_000)
    letter(stage, about).appendPlainText("Twice.")
    stage.window.go(HomePage)
    assert (drafts.begun(stage.window.holder, about.id) or "").endswith("Twice.")
    assert len(stage.window.holder.vault.ids(DraftRecord.kind)) == 1


def test_a_letter_nobody_wrote_on_is_not_kept_and_is_in_the_language_of_now(
    stage: WalletStage, desktop: Desktop
) -> None:
    about = entry(stage)
    before = letter(stage, about).toPlainText()
    desktop.choose(Appearance(mode=Mode.LIGHT, language="et", sound=False))
    now = stage.now(ReportPage).findChildren(QPlainTextEdit)[0].toPlainText()
    assert now != before
    stage.window.go(HomePage)
    assert drafts.begun(stage.window.holder, about.id) is None


def test_some_lines_of_the_letter_are_in_sight_in_large_letters(stage: WalletStage, desktop: Desktop) -> None:
    desktop.choose(Appearance(mode=Mode.LIGHT, percent=200, language="en", sound=False))
    stage.window.resize(1024, 700)
    field = letter(stage, entry(stage))
    stage.settle()
    assert field.height() >= 8 * field.fontMetrics().lineSpacing()
    stage.window.resize(1024, 1600)
    stage.settle()
    assert field.height() >= 12 * field.fontMetrics().lineSpacing()


def test_a_letter_goes_with_its_file_and_with_its_entry(stage: WalletStage, tmp_path: Path) -> None:
    about = entry(stage)
    letter(stage, about).appendPlainText(CONCERN)
    stage.now(ReportPage).keep()
    stage.now(ReportPage).save_letter(tmp_path / "letter.txt")
    assert CONCERN in (tmp_path / "letter.txt").read_text()
    assert drafts.begun(stage.window.holder, about.id) is None
    stage.window.go(HomePage)
    assert drafts.begun(stage.window.holder, about.id) is None
    letter(stage, about).appendPlainText(CONCERN)
    stage.window.go(HomePage)
    history.delete(stage.window.holder, [about])
    assert stage.window.holder.vault.ids(DraftRecord.kind) == []


def test_a_letter_that_cannot_be_kept_is_asked_about(
    stage: WalletStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter(stage, entry(stage)).appendPlainText(CONCERN)
    monkeypatch.setattr(drafts, "keep", fails)
    assert not stage.window.close()
    assert "The letter could not be kept in the wallet." in said(stage.window)
    assert stage.window.is_open
    assert windows.cut_off(stage.window) == []
    assert windows.unreached(stage.window) == []
    stage.window.lock(Reason.IDLE)
    assert "A letter that you had begun and not saved is gone with it." in said(stage.window)
    assert "Nothing was lost." not in said(stage.window)


def test_a_slip_that_was_not_printed_is_asked_about_before_the_window_closes(stage: WalletStage) -> None:
    page = made_slip(stage)
    assert not stage.window.close()
    assert stage.window.isVisible()
    assert NO_SLIP in said(stage.window)
    assert windows.cut_off(stage.window) == []
    assert windows.unreached(stage.window) == []
    stay = stage.window.focusWidget()
    assert isinstance(stay, QPushButton)
    assert stay.text() == "Stay here"
    stay.click()
    assert NO_SLIP not in said(stage.window)
    assert stage.window.focusWidget() is page.first
    assert not stage.window.close()
    pressed(page, "Close all the same")
    assert not stage.window.isVisible()
    assert not stage.window.is_open


@pytest.mark.parametrize("how", ["done", "rail", "dropped"])
def test_a_slip_that_was_not_printed_is_asked_about_before_another_page(
    stage: WalletStage, tmp_path: Path, how: str
) -> None:
    page = made_slip(stage)
    given = tmp_path / "note.txt"
    given.write_text("nothing of ours")
    if how == "done":
        page.back()
    elif how == "rail":
        stage.window.rail.press("history")
    else:
        stage.window.arrived([str(given)])
    assert stage.window.page is page
    assert NO_SLIP in said(stage.window)
    marked = [each.text() for each in stage.window.rail.findChildren(QPushButton) if each.isChecked()]
    assert marked == ["Show"]
    pressed(page, "Go on without it")
    if how == "dropped":
        assert NO_SLIP not in said(stage.window)
    else:
        assert stage.window.page is not page


def test_a_slip_that_was_saved_is_no_question(stage: WalletStage, desktop: Desktop, tmp_path: Path) -> None:
    made_slip(stage).save_as(tmp_path / "slip.pdf")
    desktop.larger(25)
    stage.now(MadeSlipPage)
    stage.window.rail.press("history")
    stage.now(HistoryPage)


def test_a_lock_says_that_a_slip_is_gone(stage: WalletStage) -> None:
    made_slip(stage)
    stage.window.lock(Reason.IDLE)
    assert "A slip that was neither printed nor saved is gone with it." in said(stage.window)
    assert "Nothing was lost." not in said(stage.window)


class Slow:
    """Stands in for the writing of a backup, and waits in it until it may go on."""

    def __init__(self, *, well: bool = True) -> None:
        self.may, self.well, self.ended = threading.Event(), well, False

    def __call__(self, *_: object) -> None:
        assert self.may.wait(20)
        self.ended = True
        if not self.well:
            raise StoreError("sealing.disk-full")


@pytest.mark.parametrize("slow", [Slow(), Slow(well=False)], ids=["well", "badly"])
def test_a_backup_is_finished_before_the_window_closes(
    stage: WalletStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, slow: Slow
) -> None:
    stage.window.runner = PoolRunner()
    monkeypatch.setattr(stage.window.holder.vault, "export", slow)
    stage.window.go(BackupPage)
    page = stage.now(BackupPage)
    page.save_to(tmp_path / "a.cpbackup", "x")
    assert not stage.window.close()
    assert stage.window.isVisible()
    assert "One moment…" in said(stage.window)
    slow.may.set()
    if slow.well:
        qtbot.waitUntil(lambda: not stage.window.isVisible(), timeout=10_000)
        assert slow.ended
        return
    qtbot.waitUntil(lambda: "disk" in said(stage.window), timeout=10_000)
    assert stage.window.isVisible(), "what went wrong is read first"
    assert stage.now(BackupPage) is page
    assert stage.window.close()


def test_a_backup_is_finished_before_another_page_comes(
    stage: WalletStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    slow = Slow()
    stage.window.runner = PoolRunner()
    monkeypatch.setattr(stage.window.holder.vault, "export", slow)
    stage.window.go(BackupPage)
    stage.now(BackupPage).save_to(tmp_path / "a.cpbackup", "x")
    stage.window.rail.press("cards")
    stage.now(BackupPage)
    slow.may.set()
    qtbot.waitUntil(lambda: isinstance(stage.window.page, HomePage), timeout=10_000)
    assert "There is no backup of these cards yet." not in said(stage.window)
    stage.window.go(SafePage)
