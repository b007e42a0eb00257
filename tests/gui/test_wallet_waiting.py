"""The wallet's page of agencies: purposes that wait for the person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from counterproof.trust.purposes import PurposeReaders
from tests.kit import windows
from tests.kit.certificates import AT
from tests.kit.clerk import OWN
from tests.kit.purposes import purpose
from tests.kit.wallet_window import WalletStage, said
from tests.kit.wallets import WalletBox
from wallet.ui import agencies

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop


@pytest.fixture
def stage(tmp_path: Path, desktop: Desktop, qtbot: QtBot) -> Iterator[WalletStage]:
    del qtbot
    made = WalletStage.set_up(WalletBox(tmp_path), desktop)
    yield made
    made.close()


def buttons(stage: WalletStage) -> list[QPushButton]:
    QApplication.processEvents()
    found = (each for each in windows.shown(stage.window) if isinstance(each, QPushButton))
    return [each for each in found if each.text() == "Let it count"]


def test_wider_purposes_wait_until_the_person_lets_them_count(stage: WalletStage) -> None:
    stage.open()
    box, before = stage.box, stage.box.trust().read().purposes
    box.publish(AT + timedelta(days=1), purposes=(purpose(readers=(PurposeReaders(ids=(OWN,)),)),))
    box.trust().update(box.published, at=AT + timedelta(days=1))
    stage.window.go(agencies.AgenciesPage)
    assert "lets counters ask for more" in said(stage.window)
    assert "They may keep: Family name" in said(stage.window)
    (let,) = buttons(stage)
    let.click()
    assert "Counters may ask for this from now on." in said(stage.window)
    assert buttons(stage) == []
    assert box.trust().read().waiting == ()
    assert box.trust().read().purposes != before
