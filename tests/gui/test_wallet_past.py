"""The history in use: a filter that stays, buttons that say what they are about, a letter half written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit

from tests.kit.wallet_window import WalletStage, said
from tests.kit.wallets import OWN
from wallet import history
from wallet.flows.guard import Reason
from wallet.shown import ShowFirst
from wallet.ui.card import CardPage
from wallet.ui.history import DeletePage, EntryPage, HistoryPage
from wallet.ui.report import ReportPage
from wallet.ui.start import UnlockPage

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.history import Entry


def two(stage: WalletStage) -> tuple[Entry, Entry]:
    """Leave one request unanswered, then show something without a request; return both entries."""
    stage.ask().back()
    card = stage.cards()[0]
    ref = (card.doc_type, card.doc_type, "age_over_18")
    first = ShowFirst(
        stage.window.holder,
        card,
        [ref],
        audience=OWN,
        challenge=None,
        language="en",
        reuse=False,
        streams_ok=True,
    )
    first.code()
    first.shown()
    one, other = history.entries(stage.window.holder)
    return one, other


def report(stage: WalletStage, entry: Entry) -> QPlainTextEdit:
    stage.window.go(lambda window: ReportPage(window, entry))
    return stage.now(ReportPage).findChildren(QPlainTextEdit)[0]


def test_fields_and_purpose_are_told_apart(stage: WalletStage) -> None:
    two(stage)
    stage.window.go(HistoryPage)
    words = said(stage.window)
    assert "nothing shown · For: Library membership · not answered" in words
    assert "Meant for Harbour Library, desk 3" in words
    assert "Shown: Over 18" in words
    stage.window.go(lambda window: CardPage(window, stage.cards()[0].id, 2))
    assert "Shown: Over 18" in said(stage.window)


def test_the_way_back_leads_to_the_list_as_it_was_sifted(stage: WalletStage) -> None:
    refused, _ = two(stage)
    stage.window.go(lambda window: HistoryPage(window, "library", 2))
    page = stage.now(HistoryPage)
    assert page.shown == [refused]
    page._open(refused)
    stage.now(EntryPage)._report()
    stage.now(ReportPage).back()
    stage.now(EntryPage).back()
    assert stage.now(HistoryPage).shown == [refused]
    assert stage.now(HistoryPage)._sifted == ("library", 2)


def test_what_is_listed_is_deleted_and_no_more(stage: WalletStage) -> None:
    refused, shown = two(stage)
    stage.window.go(HistoryPage)
    page = stage.now(HistoryPage)
    assert page._delete_button.text() == "Delete all of it…"
    assert page._export_button.text() == "Export…"
    page._restrict(2)
    assert page._delete_button.text() == "Delete what is listed…"
    assert page._export_button.text() == "Export what is listed…"
    page._delete()
    assert "1 entry will be gone for good." in said(stage.window)
    stage.now(DeletePage)._delete()
    assert [each.id for each in history.entries(stage.window.holder)] == [shown.id]
    assert refused.id != shown.id


def test_nothing_is_exported_or_deleted_where_no_entry_fits(stage: WalletStage) -> None:
    two(stage)
    stage.window.go(lambda window: HistoryPage(window, "nowhere"))
    page = stage.now(HistoryPage)
    assert not page._delete_button.isEnabled()
    assert not page._export_button.isEnabled()


def test_a_letter_half_written_is_there_again(stage: WalletStage, tmp_path: Path) -> None:
    entry, _ = two(stage)
    report(stage, entry).appendPlainText("They asked for too much.")
    stage.now(ReportPage).back()
    letter = report(stage, entry)
    assert "They asked for too much." in letter.toPlainText()
    stage.now(ReportPage).save_letter(tmp_path / "letter.txt")
    assert "They asked for too much." in (tmp_path / "letter.txt").read_text()
    stage.window.lock(Reason.IDLE)
    stage.now(UnlockPage)
    assert "Nothing was lost." in said(stage.window)
