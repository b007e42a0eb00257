"""Every page of the wallet: named, reachable by keyboard, uncut; and nothing leaves without a clear yes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPushButton, QScrollArea, QWidget

from counterproof.desktop.app import Appearance
from counterproof.desktop.background import ImmediateRunner
from counterproof.desktop.forms import SecretField
from counterproof.desktop.theme import DECISION, Mode
from counterproof.handover.report import MisuseReport
from counterproof.optics import draw
from counterproof.optics.kinds import Kind
from counterproof.optics.text import encode_still
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from tests.kit import spoken, windows
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE
from tests.kit.wallet_window import LONG, PLACES, SPOOFS, STORY, WalletStage
from tests.kit.wallets import AGE, PERSON, RESIDENCY, WalletBox
from wallet import history
from wallet.flows.guard import Reason
from wallet.flows.opening import World
from wallet.flows.people import People
from wallet.records import ShowOutcome
from wallet.ui import capture, code, get, home, safe, start
from wallet.ui.consent import ConsentPage
from wallet.ui.history import HistoryPage
from wallet.ui.report import ReportPage
from wallet.ui.settings import SettingsPage
from wallet.ui.window import WalletWindow

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop
    from wallet.ui.base import Page

P = TypeVar("P", bound="Page")


@pytest.fixture
def stage(locked: WalletStage) -> WalletStage:
    return locked


def texts(window: WalletWindow) -> list[str]:
    """Return everything that can be read in the window now."""
    QApplication.processEvents()
    kinds = QLabel | QPushButton | QCheckBox | QLineEdit
    return [each.text() for each in windows.shown(window) if isinstance(each, kinds)]


def first_of(window: WalletWindow) -> QWidget:
    """Return what has the keyboard when a page comes."""
    page = window.page
    assert page is not None
    assert page.first is not None
    return page.first


def now(window: WalletWindow, kind: type[P]) -> P:
    """Return the page of the moment, which must be of this kind."""
    page = window.page
    assert isinstance(page, kind)
    return page


SETTINGS = {
    "english": Appearance(Mode.LIGHT, 100, language="en", sound=False),
    "large": Appearance(Mode.DARK, 200, language="en", sound=False),
    "long words": Appearance(Mode.LIGHT, 100, language="en-XA", sound=False),
    "right to left": Appearance(Mode.CONTRAST, 100, language="ar-XB", sound=False),
}
STRANGE = {"long words", "right to left"}
QUICK = {"large", "right to left"}
"""What `make test` takes: the first with the most to cut, the second with the longest words, mirrored."""


@pytest.mark.parametrize(
    "setting",
    [each if each in QUICK else pytest.param(each, marks=pytest.mark.slow) for each in SETTINGS],
)
def test_every_page(
    tmp_path: Path, desktop: Desktop, qtbot: QtBot, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del qtbot
    desktop.choose(SETTINGS[setting])
    monkeypatch.setenv("QT_ACCESSIBILITY", "1")
    stage = WalletStage.set_up(WalletBox(tmp_path), desktop, LONG)
    if setting == "large":
        stage.window.resize(1024, 640)
    problems: list[str] = []
    seen = 0
    for name in stage.pages():
        seen += 1
        window = stage.window
        found = [*windows.unnamed(window), *windows.guessing(window), *windows.cut_off(window)]
        found += windows.covered(window)
        if name not in {"22-code", "27-code-first"}:
            found += windows.unreached(window)
        found += [
            f"wider than the window by {over}"
            for each in window.findChildren(QScrollArea)
            if (over := each.horizontalScrollBar().maximum())
        ]
        if setting in STRANGE:
            found += spoken.english(window, STORY)
        problems += [f"{name}: {each}" for each in found]
        assert window.windowTitle() == tr("Wallet")
    stage.close()
    assert seen > 30
    assert "\n".join(problems) == ""


def test_no_page_needs_a_scroll_bar(stage: WalletStage) -> None:
    """At 1280 by 720 and 100 %; a request that asks too much may be longer."""
    longer = {"23-over-asking", "24-unknown-reader"}
    found = [name for name in stage.pages() if windows.scrolling(stage.window) and name not in longer]
    assert found == []


def test_right_to_left_mirrors_the_window(stage: WalletStage) -> None:
    stage.open()
    stage.settle()
    window = stage.window
    rail = window.rail
    assert rail.x() == 0
    window.desktop.choose(SETTINGS["right to left"])
    stage.settle()
    assert window.rail.x() + window.rail.width() == window.width()


def test_enter_does_not_consent(stage: WalletStage) -> None:
    page = stage.ask()
    stage.settle()
    for each in windows.stops(stage.window):
        windows.press(each, Qt.Key.Key_Return)
        windows.press(each, Qt.Key.Key_Enter)
        if stage.window.page is not page:
            break
    assert not isinstance(stage.window.page, code.CodePage)
    outcomes = {entry.record.outcome for entry in history.entries(stage.window.holder)}
    assert outcomes <= {ShowOutcome.REFUSED}


def test_space_on_the_button_consents_and_both_buttons_are_of_one_size(stage: WalletStage) -> None:
    page = stage.ask()
    stage.settle()
    assert page.footer is not None
    refuse, agree = page.footer.findChildren(QPushButton)
    assert refuse.size() == agree.size()
    assert agree.height() >= DECISION
    assert agree.text() == "Show these 2 things"
    agree.setFocus()
    windows.press(agree, Qt.Key.Key_Space, " ")
    shown = now(stage.window, code.CodePage)
    (entry,) = history.entries(stage.window.holder)
    assert entry.record.outcome is ShowOutcome.SHOWN
    shown.finish()
    (entry,) = history.entries(stage.window.holder)
    assert entry.record.outcome is ShowOutcome.DONE


def test_escape_shows_nothing(stage: WalletStage) -> None:
    stage.ask().back()
    now(stage.window, capture.ShowPage)
    (entry,) = history.entries(stage.window.holder)
    assert entry.record.outcome is ShowOutcome.REFUSED


def test_an_unknown_reader_cannot_be_answered_by_the_button_alone(stage: WalletStage) -> None:
    page = stage.ask("age_over_18", stranger=True)
    assert page.footer is not None
    _, agree = page.footer.findChildren(QPushButton)
    assert not agree.isEnabled()
    boxes = page.findChildren(QCheckBox)
    boxes[1].click()
    assert not agree.isEnabled()
    boxes[0].click()
    assert agree.isEnabled()


def test_no_value_of_the_person_before_a_card_is_opened(stage: WalletStage) -> None:
    stage.open()
    stage.settle()
    said = " ".join([*texts(stage.window), stage.window.windowTitle()])
    said += " ".join(each.accessibleName() for each in windows.shown(stage.window))
    values = [value for values in PERSON.values() for value in values.values() if isinstance(value, str)]
    assert [value for value in values if value in said] == []


def test_locking_forgets_everything(stage: WalletStage) -> None:
    stage.ask()
    stage.window.lock(Reason.QUESTION)
    stage.settle()
    assert not stage.window.is_open
    now(stage.window, start.UnlockPage)
    said = " ".join(texts(stage.window))
    assert "Nothing was shown" in said
    assert "Saltmarsh" not in said
    stage.box.holder().close()  # the file is free again


def test_delete_and_undo(stage: WalletStage) -> None:
    stage.open()
    before = [each.id for each in stage.cards()]
    stage.delete()
    assert [each.id for each in stage.cards()] == before[:-1]
    assert any("gone for good on" in each for each in texts(stage.window))
    undo = next(each for each in stage.window.findChildren(QPushButton) if each.text() == "Undo")
    undo.click()
    assert [each.id for each in stage.cards()] == before


def test_search_and_the_empty_state(stage: WalletStage) -> None:
    stage.open()
    for card in stage.cards():
        stage.window.holder.delete(card)
    stage.window.go(home.HomePage)
    assert any("✓ 1. You trust Harbour Borough" in each for each in texts(stage.window))
    assert not any("Add an agency" in each for each in texts(stage.window))
    assert any("No cards yet" in each for each in texts(stage.window))


def test_hostile_text_is_shown_as_it_is_and_moves_nothing(
    tmp_path: Path, desktop: Desktop, qtbot: QtBot
) -> None:
    del qtbot
    stage = WalletStage.set_up(WalletBox(tmp_path), desktop, dict(zip(PLACES, SPOOFS, strict=True)))
    size = stage.window.size()
    for name in stage.pages():
        if name == "11-card":
            assert {marked(each) for each in SPOOFS} <= set(texts(stage.window))
        if name == "21-consent":
            break
    stage.ask(*PLACES[:6])
    said = " ".join(texts(stage.window))
    assert [each for each in SPOOFS[:6] if marked(each) not in said] == []
    assert stage.window.size() == size
    assert windows.guessing(stage.window) == []
    stage.close()


def test_the_answer_holds_what_was_agreed_and_nothing_else(stage: WalletStage) -> None:
    page = stage.ask()
    page.agree()
    showing = page.answering.presentment.showing
    assert showing is not None
    record = history.entries(stage.window.holder)[-1].record
    assert {each.identifier for each in record.elements} == {"resident_borough", "age_over_18"}


def test_the_first_start_in_three_pages(tmp_path: Path, desktop: Desktop, qtbot: QtBot) -> None:
    """From nothing to an open wallet, with the keys of a keyboard alone."""
    people = People.of(
        {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    )
    window = WalletWindow(desktop, World(os.urandom, CHEAP_KDF), people, ImmediateRunner())
    qtbot.addWidget(window)
    window.show()
    window.go(start.first_page(window))
    now(window, start.WelcomePage)
    qtbot.wait(10)
    windows.press(first_of(window), Qt.Key.Key_Return)
    fields = now(window, start.PassphrasePage).findChildren(QLineEdit)
    for field in fields:
        QTest.keyClicks(field, "1234")
    windows.press(fields[-1], Qt.Key.Key_Return)
    now(window, start.PassphrasePage)
    for field in fields:
        field.clear()
        QTest.keyClicks(field, PASSPHRASE)
    windows.press(fields[-1], Qt.Key.Key_Return)
    now(window, start.BackupPlacePage)
    windows.press(first_of(window), Qt.Key.Key_Return)
    now(window, home.HomePage)
    window.lock()
    field = now(window, start.UnlockPage).findChildren(QLineEdit)[0]
    QTest.keyClicks(field, "wrong wrong wrong wrong")
    windows.press(field, Qt.Key.Key_Return)
    assert not window.is_open
    assert any("did not open" in each for each in texts(window))
    QTest.keyClicks(field, PASSPHRASE)
    windows.press(field, Qt.Key.Key_Return)
    assert window.is_open


def test_a_secret_never_comes_to_the_clipboard(stage: WalletStage) -> None:

    QGuiApplication.clipboard().setText("before")
    stage.window.go(start.PassphrasePage)
    field = now(stage.window, start.PassphrasePage).findChildren(SecretField)[0]
    QTest.keyClicks(field, PASSPHRASE)
    field.selectAll()
    for key in (Qt.Key.Key_C, Qt.Key.Key_X):
        QTest.keyClick(field, key, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "before"
    assert field.text() == PASSPHRASE


def test_what_an_agency_gave_is_kept_by_its_content(stage: WalletStage) -> None:
    stage.open()
    window, folder = stage.window, stage.box.folder
    offer = folder / "given"
    offer.write_bytes(stage.box.offer(AGE).to_bytes())
    window.arrived([str(offer)])
    assert any("offers you a card" in each for each in texts(window))
    now(window, get.OfferPage).make_request()
    request = now(window, get.RequestPage).made.request
    reply = folder / "back.bin"
    reply.write_bytes(stage.box.reply(request, PERSON[AGE]))
    window.arrived([str(reply)])
    assert any("checked before anything was kept" in each for each in texts(window))
    window.arrived([str(reply)])
    assert any("no open request" in each for each in texts(window))
    junk = folder / "junk"
    junk.write_bytes(b"nothing")
    window.arrived([str(junk)])
    assert any("nothing that a wallet can use" in each for each in texts(window))
    assert len(stage.cards()) == 5


def test_a_request_by_picture_and_by_text(stage: WalletStage) -> None:

    stage.open()
    m = stage.box.ask({RESIDENCY: ["resident_borough"]}).request.to_message()
    text = encode_still(Kind.REQUEST, m)
    stage.window.go(capture.ShowPage)
    now(stage.window, capture.ShowPage).take(text.encode())
    assert any("Harbour Library" in each for each in texts(stage.window))
    now(stage.window, ConsentPage).back()
    now(stage.window, capture.ShowPage).take(draw.png(text))
    assert any("Harbour Library" in each for each in texts(stage.window))


def test_a_backup_and_a_card_for_the_day_of_loss(stage: WalletStage, tmp_path: Path) -> None:

    stage.open()
    assert any("no backup of these cards" in each for each in texts(stage.window))
    stage.window.go(safe.BackupPage)
    now(stage.window, safe.BackupPage).save_to(tmp_path / "b.cpbackup", PASSPHRASE)
    assert (tmp_path / "b.cpbackup").stat().st_size > 1_000
    stage.window.go(home.HomePage)
    assert not any("no backup of these cards" in each for each in texts(stage.window))
    stage.window.go(safe.LossPage)
    now(stage.window, safe.LossPage).save_pdf(str(tmp_path / "loss.pdf"))
    assert (tmp_path / "loss.pdf").read_bytes().startswith(b"%PDF")
    lines = " ".join(line for line, _ in now(stage.window, safe.LossPage).lines())
    assert "Harbour Borough" in lines
    assert "Quillfeather" not in lines


def test_keys_go_to_the_parts_and_lock(stage: WalletStage, qtbot: QtBot) -> None:
    stage.open()
    window = stage.window
    with qtbot.waitActive(window):
        window.activateWindow()
    control = Qt.KeyboardModifier.ControlModifier
    for key, kind in (
        (Qt.Key.Key_2, capture.ShowPage),
        (Qt.Key.Key_3, HistoryPage),
        (Qt.Key.Key_4, SettingsPage),
        (Qt.Key.Key_1, home.HomePage),
    ):
        QTest.keyClick(window, key, control)
        stage.settle()
        now(window, kind)
    QTest.keyClick(window, Qt.Key.Key_L, control)
    assert not window.is_open


def test_a_report_is_a_letter_and_evidence_without_a_value(stage: WalletStage, tmp_path: Path) -> None:
    stage.ask("resident_borough", "family_name").agree()
    (entry,) = history.entries(stage.window.holder)
    stage.window.go(lambda window: ReportPage(window, entry))
    page = now(stage.window, ReportPage)
    page.save_evidence(tmp_path / "report.cpreport")
    report = MisuseReport.from_bytes((tmp_path / "report.cpreport").read_bytes())
    assert report.outcome == "shown"
    content = (tmp_path / "report.cpreport").read_text() + " ".join(texts(stage.window))
    assert "Saltmarsh" not in content
    assert "Quillfeather" not in content
