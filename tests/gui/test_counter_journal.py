"""What is marked and counted: by eye only with a wish to, under every name, and exported in sight."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from counterproof.words.refusals import whose
from tests.kit import windows
from verifier.flow.desk import ByHand, Idle
from verifier.flow.tiles import purpose_titles

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.kit.counter_window import OpenDesk
    from verifier.ui.window import CounterWindow


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_key_pressed_out_of_habit_marks_nothing(
    window: CounterWindow, desk: OpenDesk, qtbot: QtBot, key: Qt.Key
) -> None:
    window.do(lambda: desk.desk.choose(desk.desk.tiles().tiles[0]))
    window.do(desk.desk.look_by_hand)
    windows.settle(window)
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)
    qtbot.waitUntil(lambda: isinstance(desk.desk.state, Idle))  # a scanner's filter holds keys for a moment
    assert desk.place.counter.journal.tallies() == []


def test_the_export_is_said_and_is_what_was_counted(
    window: CounterWindow, desk: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.do(desk.desk.look_by_hand)
    window.hand.found.emit(ByHand.TURNED_AWAY)
    window.open_page("journal")
    assert window.journal.saved == ""
    out = tmp_path / "journal.jsonl"
    for chosen, said in ((str(out), str(out)), ("", "")):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given, chosen=chosen: (chosen, ""))
        window.journal.export.emit()
        assert said in window.journal.saved
        assert bool(window.journal.saved) == bool(said)
        windows.settle(window)
        assert windows.scrolling(window) == windows.cut_off(window) == []
    days = [json.loads(line) for line in out.read_text("ascii").splitlines()]
    assert days[0]["counts"] == [["", "eye", "by-hand", "by-hand.turned-away", 1]]
    window.open_page("")
    window.open_page("journal")
    assert window.journal.saved == ""


def test_two_questions_for_one_purpose_are_both_named(desk: OpenDesk) -> None:
    named = desk.place.settings.requests["age"]
    desk.place.settings.requests["bar-door"] = named
    assert purpose_titles(desk.place)[named.purpose] in ("Age / Bar door", "Bar door / Age")


def test_a_document_that_rests_needs_no_new_one() -> None:
    assert whose("status.suspended").settles.endswith("can let it count again.")
    assert whose("status.revoked").settles.endswith("give out a new one.")
