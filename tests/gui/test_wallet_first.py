"""Showing without being asked by a code: whom it is for, and what that means, stands where it is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from counterproof.desktop.app import Appearance
from counterproof.desktop.card_face import CardFace
from counterproof.desktop.forms import Notice
from counterproof.desktop.theme import Mode
from counterproof.optics.collect import collect
from counterproof.optics.exchange.slip import QrSlip
from counterproof.optics.kinds import Kind
from counterproof.optics.sources import FileSource
from tests.kit import windows
from tests.kit.wallet_window import POOL, WalletStage, said
from tests.kit.wallets import AGE, LIBRARY, OWN, PURPOSE
from wallet import history
from wallet.records import ShowOutcome
from wallet.ui.first import FirstPage, PickCardPage
from wallet.ui.history import EntryPage, HistoryPage
from wallet.ui.slip import MadeSlipPage, SlipPage

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop
    from wallet.ui.whom import CounterChoice, PurposeChoice

NOBODY = "This is for nobody in particular: nobody has proved to you who reads it."
KEEPS = "Whoever sees or photographs this code can read it and keep what it shows."
WEAKER = "To the counter it proves less than an answer to a code of its own."
BEYOND = "This is more than the counter is registered to ask for."


def first(stage: WalletStage) -> FirstPage:
    """Open the page of the residency card."""
    stage.window.go(lambda window: FirstPage(window, stage.cards()[0].id))
    return stage.now(FirstPage)


def tick(page: FirstPage | SlipPage, name: str) -> None:
    """Tick a field."""
    next(box for ref, box in page.fields.boxes.items() if ref[2] == name).box.click()


def choose(made: CounterChoice | PurposeChoice, words: str) -> None:
    """Choose by the words that stand there, as somebody with a keyboard does."""
    made.choice.setFocus()
    QTest.keyClick(made.choice, Qt.Key.Key_Home)
    for _ in range(made.choice.findText(words)):
        QTest.keyClick(made.choice, Qt.Key.Key_Down)
    assert made.choice.currentText() == words


def type_id(page: FirstPage, name: str) -> None:
    """Name a counter by its id."""
    choose(page._audience, "Another: type its id")
    assert page._audience.typed.isVisible()
    QTest.keyClicks(page._audience.typed.field, name)


def test_for_nobody_in_particular_is_said_where_it_is_chosen(stage: WalletStage) -> None:
    page = first(stage)
    for line in (NOBODY, KEEPS, WEAKER):
        assert line in said(stage.window)
    (notice,) = page.readers.findChildren(Notice)
    assert notice.accessibleName().startswith(NOBODY)
    assert page.readers.y() > page._audience.y()
    assert windows.cut_off(stage.window) == []


@pytest.mark.parametrize("is_typed", [False, True])
def test_a_known_counter_is_named_as_soon_as_it_is_chosen(
    stage: WalletStage, qtbot: QtBot, *, is_typed: bool
) -> None:
    page = first(stage)
    tick(page, "resident_borough")
    if is_typed:
        type_id(page, OWN)
    else:
        choose(page._audience, f"Harbour Library, desk 3 ({OWN})")
    qtbot.waitUntil(lambda: f"For Harbour Library, desk 3 ({OWN})." in said(stage.window), timeout=5_000)
    told = page.readers.told
    assert told is not None
    assert told.calm
    assert (told.beyond, told.why) == ((), KEEPS)
    assert NOBODY not in said(stage.window)


def test_what_a_named_counter_may_not_ask_for_is_named(stage: WalletStage, qtbot: QtBot) -> None:
    page = first(stage)
    type_id(page, OWN)
    tick(page, "family_name")
    qtbot.waitUntil(lambda: BEYOND in said(stage.window), timeout=5_000)
    told = page.readers.told
    assert told is not None
    assert not told.calm
    assert told.beyond == (f"Harbour Library, desk 3 ({OWN}): {BEYOND} (Family name)",)
    tick(page, "family_name")
    qtbot.waitUntil(lambda: BEYOND not in said(stage.window), timeout=5_000)


def test_a_counter_that_no_list_knows_is_said_to_be_unknown(stage: WalletStage, qtbot: QtBot) -> None:
    page = first(stage)
    type_id(page, "HB-NOWHERE")
    qtbot.waitUntil(lambda: "No list that you trust knows HB-NOWHERE." in said(stage.window), timeout=5_000)


def test_nothing_is_looked_up_once_the_page_is_left(stage: WalletStage) -> None:
    page = first(stage)
    tick(page, "family_name")
    page.back()
    stage.window.lock()
    QTest.qWait(500)
    assert not stage.window.is_open


def test_a_slip_says_the_same_of_the_counters_that_it_names(stage: WalletStage, qtbot: QtBot) -> None:
    stage.window.go(lambda window: SlipPage(window, stage.cards()[0].id))
    page = stage.now(SlipPage)
    assert "Every counter that may ask for “Library membership” can take this slip." in said(stage.window)
    assert "Whoever has the paper can read it." in said(stage.window)
    tick(page, "family_name")
    choose(page.readers_for, f"Harbour Library, desk 3 ({OWN})")
    qtbot.waitUntil(lambda: BEYOND in said(stage.window), timeout=5_000)
    choose(page.readers_for, "Another: type its id")
    page.readers_for.typed.field.setText(f"{OWN}, HB-NOWHERE")
    qtbot.waitUntil(lambda: "No list that you trust knows HB-NOWHERE." in said(stage.window), timeout=5_000)


def test_a_slip_for_any_counter_is_held_to_what_is_registered_for_its_purpose(
    stage: WalletStage, qtbot: QtBot
) -> None:
    stage.window.go(lambda window: SlipPage(window, stage.cards()[0].id))
    page = stage.now(SlipPage)
    tick(page, "resident_borough")
    tick(page, "family_name")
    more = "For this, no counter may ask for: Family name"
    qtbot.waitUntil(lambda: more in said(stage.window), timeout=5_000)
    assert said(stage.window).count("more than may be asked for") == 1
    tick(page, "family_name")
    qtbot.waitUntil(lambda: more not in said(stage.window), timeout=5_000)
    assert "more than may be asked for" not in said(stage.window)
    assert page.readers.told is not None
    assert page.readers.told.calm
    choose(page.purpose, "Something else")
    unlisted = "Any counter can take this slip, and no list says what it may ask for."
    qtbot.waitUntil(lambda: unlisted in said(stage.window), timeout=5_000)


@pytest.mark.parametrize("width", [1280, 1024, 900, 1180])
@pytest.mark.parametrize("language", ["en", "et", "hi"])
def test_choices_side_by_side_stand_in_one_line(
    stage: WalletStage, desktop: Desktop, language: str, width: int
) -> None:
    desktop.choose(Appearance(mode=Mode.LIGHT, language=language, sound=False))
    stage.window.go(lambda window: SlipPage(window, stage.cards()[0].id))
    for wide in (1280, width):
        stage.window.resize(wide, 720)
        stage.settle()
        page = stage.now(SlipPage)
        tops = [each.choice.mapTo(page, QPoint(0, 0)).y() for each in (page.purpose, page.readers_for)]
        assert tops[0] == tops[1]
    assert windows.cut_off(stage.window) == []
    stage.window.go(lambda window: FirstPage(window, stage.cards()[1].id))
    stage.settle()
    first = stage.now(FirstPage)
    fields = (first._audience.choice, first._challenge.field)
    tops = [each.mapTo(first, QPoint(0, 0)).y() for each in fields]
    assert tops[0] == tops[1]


def test_what_it_is_for_comes_before_what_to_show(stage: WalletStage) -> None:
    stage.window.go(lambda window: SlipPage(window, stage.cards()[0].id))
    page = stage.now(SlipPage)
    stage.settle()
    boxes = [each.mapTo(page, QPoint(0, 0)).y() for each in page.fields.boxes.values()]
    assert page.purpose.mapTo(page, QPoint(0, 0)).y() < min(boxes)


def test_a_purpose_is_chosen_in_words_and_stays_in_words(stage: WalletStage) -> None:
    stage.window.go(lambda window: SlipPage(window, stage.cards()[0].id))
    page = stage.now(SlipPage)
    assert page.purpose.choice.currentText() == "Library membership"
    assert PURPOSE not in said(stage.window)
    tick(page, "resident_borough")
    page.make()
    assert "for Library membership." in said(stage.window)
    (entry,) = history.entries(stage.window.holder)
    assert (entry.record.purpose, entry.record.purpose_title) == (PURPOSE, "Library membership")
    stage.now(MadeSlipPage)
    stage.window.go(HistoryPage)
    assert "Library membership" in said(stage.window)
    stage.window.go(lambda window: HistoryPage(window, "membership"))
    assert stage.now(HistoryPage).shown == [entry]
    stage.window.go(lambda window: EntryPage(window, entry.id))
    assert f"Library membership ({PURPOSE})" in said(stage.window)


def test_a_card_is_offered_its_own_purposes_alone(stage: WalletStage) -> None:
    age = next(each for each in stage.cards() if each.doc_type == AGE)
    stage.window.go(lambda window: SlipPage(window, age.id))
    page = stage.now(SlipPage)
    offered = [page.purpose.choice.itemText(n) for n in range(page.purpose.choice.count())]
    assert offered == ["Evening swimming for adults", "Something else"]
    assert page.purpose.purpose == POOL


def test_a_purpose_that_no_list_has_is_typed_as_the_office_says_it(stage: WalletStage) -> None:
    stage.window.go(lambda window: SlipPage(window, stage.cards()[0].id))
    page = stage.now(SlipPage)
    assert not page.purpose.typed.isVisible()
    choose(page.purpose, "Something else")
    assert page.purpose.typed.isVisible()
    tick(page, "resident_borough")
    page.make()
    assert "wallet.slip-purpose" in said(stage.window)
    QTest.keyClicks(page.purpose.typed.field, "museum.visit")
    page.make()
    assert history.entries(stage.window.holder)[0].record.purpose == "museum.visit"
    assert "for museum.visit." in said(stage.window)


def test_a_card_without_a_purpose_for_paper_asks_for_the_offices_word(stage: WalletStage) -> None:
    stage.window.go(lambda window: SlipPage(window, stage.cards()[2].id))
    page = stage.now(SlipPage)
    assert page.purpose.typed.isVisible()
    assert not page.purpose.choice.isVisible()
    assert "No office on your list says that it takes paper with this card." in said(stage.window)
    assert windows.cut_off(stage.window) == []


def test_whether_it_fits_is_said_while_fields_are_ticked(stage: WalletStage) -> None:
    stage.window.go(lambda window: SlipPage(window, stage.cards()[0].id))
    page = stage.now(SlipPage)
    assert "Nothing is ticked yet." in said(stage.window)
    tick(page, "resident_borough")
    assert "This fits on paper, as one code." in said(stage.window)
    tick(page, "portrait")
    assert "! This is too much for paper. Take off: Portrait." in said(stage.window)
    assert not page.room.visibleRegion().isEmpty()
    page.make()
    assert "wallet.too-much-for-paper" in said(stage.window)
    assert history.entries(stage.window.holder) == []
    tick(page, "portrait")
    assert "This fits on paper, as one code." in said(stage.window)
    page.make()
    stage.now(MadeSlipPage)


def test_a_card_of_which_nothing_fits_is_named_where_cards_are_chosen(stage: WalletStage) -> None:
    stage.open()
    stage.box.give(stage.window.holder, LIBRARY, decoys=70)
    stage.window.go(lambda window: PickCardPage(window, paper=True))
    assert "Too large for paper: Library card · Harbour Borough." in said(stage.window)
    assert "Show it on a screen: there everything fits." in said(stage.window)
    assert len(stage.window.findChildren(CardFace)) == 4
    stage.window.go(lambda window: PickCardPage(window, paper=False))
    assert "Too large for paper" not in said(stage.window)
    assert len(stage.window.findChildren(CardFace)) == 5


def test_a_slip_is_saved_as_a_file_that_a_counter_reads(stage: WalletStage, tmp_path: Path) -> None:
    stage.window.go(lambda window: SlipPage(window, stage.cards()[0].id))
    page = stage.now(SlipPage)
    for ref, box in page.fields.boxes.items():
        box.box.setChecked(ref[2] != "portrait")
    page.make()
    made = stage.now(MadeSlipPage)
    made.save_as(tmp_path / "slip.pdf")
    assert "The slip is saved." in said(stage.window)
    (entry,) = history.entries(stage.window.holder)
    assert entry.record.outcome is ShowOutcome.SHOWN
    assert history.to_plain(entry)["outcome"] == "printed"
    stage.window.go(HistoryPage)
    assert "On paper: " in said(stage.window)
    stage.window.go(lambda window: EntryPage(window, entry.id))
    assert "printed or saved" in said(stage.window)
    assert "What stands on the paper" in said(stage.window)
    found = collect([FileSource(tmp_path / "slip.pdf")], awaited=frozenset({Kind.SLIP}))
    assert QrSlip.from_message(found.m).session_digest in entry.record.sessions
