"""A computer without letters for a script: said in words, never boxes alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from counterproof.desktop.app import Appearance
from counterproof.desktop.letters import advice, boxes
from counterproof.desktop.theme import Mode
from tests.kit.wallet_window import WalletStage, said
from tests.kit.wallets import RESIDENCY, WalletBox
from wallet.ui.card import CardPage
from wallet.ui.home import HomePage

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop

NOWHERE = "\ue123"
"""A letter of nobody's alphabet, which no font has."""
NOTE = "A box stands for a letter that this computer does not have."


def font() -> QFont:
    """Return the font of the application."""
    return QApplication.font()


@pytest.mark.usefixtures("desktop")
def test_a_letter_that_no_font_has_is_noticed() -> None:
    assert boxes(["plain", f"name {NOWHERE}"], font())
    assert not boxes(["plain", "Mägi", ""], font())


@pytest.mark.usefixtures("desktop")
def test_what_is_missing_is_named_with_the_packages_that_bring_it() -> None:
    every = QFontDatabase.WritingSystem
    assert advice(font(), lambda _: ["Some font"]) == ("", "")
    lacking, mended = advice(font(), lambda writing: [] if writing is every.TraditionalChinese else ["Font"])
    assert "Chinese" in lacking
    assert "Hindi" not in lacking
    assert "sudo apt install fonts-noto-cjk`" in mended
    lacking, mended = advice(font(), lambda _: [])
    assert "Hindi (Devanagari), Arabic, Chinese" in lacking
    assert "sudo apt install fonts-noto-core fonts-noto-cjk`" in mended


def test_advice_is_legible_where_its_own_language_is_not(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop.choose(Appearance(Mode.LIGHT, language="hi", sound=False))
    assert "sudo apt" in advice(font(), lambda _: [])[1]
    assert not advice(font(), lambda _: [])[0].startswith("This computer")
    monkeypatch.setattr("counterproof.desktop.letters._has_box", lambda text, _font: not text.isascii())
    assert advice(font(), lambda _: [])[0].startswith("This computer has no letters for: Hindi")


def test_a_page_of_the_wallet_says_that_a_box_is_a_letter(
    tmp_path: Path, desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a computer whose fonts have no Chinese; which this one's may have."""
    del qtbot
    monkeypatch.setattr("counterproof.desktop.letters._has_box", lambda text, _font: "王" in text)
    stage = WalletStage.set_up(WalletBox(tmp_path), desktop, {"family_name": "王小明"})
    stage.open()
    stage.window.go(HomePage)
    assert NOTE not in said(stage.window)
    card = next(each for each in stage.cards() if each.doc_type == RESIDENCY)
    stage.window.go(lambda window: CardPage(window, card.id, 0))
    assert NOTE in said(stage.window)
    stage.close()
