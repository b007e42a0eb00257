"""A verdict about several documents: the picture of each stands with its own fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel

from counterproof.desktop.app import Appearance, Desktop
from counterproof.desktop.theme import Mode
from issuer.portrait import compress
from tests.kit import windows
from tests.kit.counter_gui import window_of
from tests.kit.counter_window import OpenDesk
from tests.kit.portraits import face, saved
from verifier.flow.desk import Told
from verifier.flow.verdict import Looks, ShownDocument, VerdictView

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.kit.counter_home import CounterHome


@pytest.mark.parametrize("percent", [100, 200])
def test_each_portrait_stands_with_its_own_document(
    home: CounterHome, desktop: Desktop, tmp_path: Path, qtbot: QtBot, percent: int
) -> None:
    desktop.choose(Appearance(Mode.LIGHT, percent, sound=False))
    desk = OpenDesk(home, tmp_path / "folder")
    window = window_of(desk, desktop)
    with qtbot.waitActive(window):
        window.show()
    window.resize(1024, 700)
    first, second = (compress(saved(face(), kind)) for kind in ("JPEG", "PNG"))
    documents = (
        ShownDocument("Residency card", (("Family name", "Tamm"), ("Borough", "Quay")), first),
        ShownDocument("Driving licence", (("Family name", "Tamm"),), second),
    )
    view = VerdictView(
        looks=Looks.ACCEPTED,
        word="Accepted",
        qualifier="Asked and answered: made for this counter, just now.",
        why=(),
        documents=documents,
        beside=(),
        evidence="",
        next="Compare the person with the picture.",
        code="ok",
        small="ok",
        whose=None,
        portrait=first,
    )
    desk.desk.state = Told(view, None, desk.clock.monotonic() + 60)
    window.refresh()
    verdict = window.verdict
    qtbot.waitUntil(lambda: [each.words for each in verdict.portraits] == ["", ""])
    windows.settle(window)
    assert not verdict.portrait.isVisible()
    labels = {each.text(): each for each in verdict.findChildren(QLabel)}
    titles = [labels[each.title] for each in documents]
    tops = [each.mapTo(verdict, QPoint()).y() for each in (*titles, *verdict.portraits)]
    assert tops[0] <= tops[2] < tops[1] <= tops[3]
    assert verdict.portraits[0].mapTo(verdict, QPoint()).y() + verdict.portraits[0].height() <= tops[1]
    for each in verdict.portraits:
        assert each.mapTo(verdict, QPoint()).x() + each.width() <= verdict.width()
    assert windows.cut_off(window) == []
    verdict.wipe()
    assert verdict.portraits == []
    window.close()
    window.deleteLater()
