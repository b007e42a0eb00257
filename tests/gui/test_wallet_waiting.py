"""The wallet's page of agencies: purposes that wait for the person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from counterproof.trust.purposes import PurposeReaders
from tests.kit import windows
from tests.kit.certificates import AT
from tests.kit.clerk import OWN
from tests.kit.purposes import purpose
from tests.kit.wallet_window import WalletStage, said
from wallet.ui import agencies


@pytest.fixture
def stage(locked: WalletStage) -> WalletStage:
    return locked


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
