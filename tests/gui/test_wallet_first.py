"""Showing without being asked by a code: whom it is for, and what that means, stands where it is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest

from counterproof.desktop.forms import Notice
from tests.kit import windows
from tests.kit.wallet_window import WalletStage, said
from tests.kit.wallets import OWN, PURPOSE, WalletBox
from wallet.ui.first import FirstPage
from wallet.ui.slip import SlipPage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop

NOBODY = "This is for nobody in particular: nobody has proved to you who reads it."
KEEPS = "Whoever sees or photographs this code can read it and keep what it shows."
WEAKER = "To the counter it proves less than an answer to a code of its own."
BEYOND = "This is more than the counter is registered to ask for."


@pytest.fixture
def stage(tmp_path: Path, desktop: Desktop, qtbot: QtBot) -> Iterator[WalletStage]:
    del qtbot
    made = WalletStage.set_up(WalletBox(tmp_path), desktop)
    made.open()
    yield made
    made.close()


def first(stage: WalletStage) -> FirstPage:
    """Open the page of the residency card."""
    stage.window.go(lambda window: FirstPage(window, stage.cards()[0].id))
    return stage.now(FirstPage)


def tick(page: FirstPage | SlipPage, name: str) -> None:
    """Tick a field."""
    next(box for ref, box in page.fields.boxes.items() if ref[2] == name).box.click()


def test_for_nobody_in_particular_is_said_where_it_is_chosen(stage: WalletStage) -> None:
    page = first(stage)
    for line in (NOBODY, KEEPS, WEAKER):
        assert line in said(stage.window)
    (notice,) = page.readers.findChildren(Notice)
    assert notice.accessibleName().startswith(NOBODY)
    assert page.readers.y() > page._audience.y()
    assert windows.cut_off(stage.window) == []


def test_a_known_counter_is_named_as_soon_as_its_id_is_typed(stage: WalletStage, qtbot: QtBot) -> None:
    page = first(stage)
    tick(page, "resident_borough")
    QTest.keyClicks(page._audience.field, OWN)
    qtbot.waitUntil(lambda: f"For Harbour Library, desk 3 ({OWN})." in said(stage.window), timeout=5_000)
    told = page.readers.told
    assert told is not None
    assert told.calm
    assert (told.beyond, told.why) == ((), KEEPS)
    assert NOBODY not in said(stage.window)


def test_what_a_named_counter_may_not_ask_for_is_named(stage: WalletStage, qtbot: QtBot) -> None:
    page = first(stage)
    QTest.keyClicks(page._audience.field, OWN)
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
    QTest.keyClicks(page._audience.field, "HB-NOWHERE")
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
    assert "No counter is named, so nobody can say what it may ask for." in said(stage.window)
    assert "Whoever has the paper can read it." in said(stage.window)
    tick(page, "family_name")
    page.purpose.field.setText(PURPOSE)
    page._readers.field.setText(OWN)
    qtbot.waitUntil(lambda: BEYOND in said(stage.window), timeout=5_000)
    page._readers.field.setText(f"{OWN}, HB-NOWHERE")
    qtbot.waitUntil(lambda: "No list that you trust knows HB-NOWHERE." in said(stage.window), timeout=5_000)
