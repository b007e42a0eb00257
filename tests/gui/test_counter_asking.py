"""The page with the camera and the code: what is said beside the code moves nothing that a wallet scans."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest

from counterproof.desktop.app import Appearance
from counterproof.desktop.scanner import Look
from counterproof.desktop.theme import Mode
from counterproof.mdoc.errors import UsageError
from counterproof.optics.aiming import Hint
from tests.kit import windows

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop
    from tests.kit.counter_window import OpenDesk
    from verifier.ui.window import CounterWindow


@pytest.mark.parametrize("language", ["en", "et", "zh-Hant"])
@pytest.mark.parametrize("look", [(100, 1280, 720), (100, 1024, 700), (200, 1024, 700)])
def test_a_code_that_somebody_scans_stays_where_it_is(
    window: CounterWindow,
    desk: OpenDesk,
    desktop: Desktop,
    look: tuple[int, int, int],
    language: str,
) -> None:
    percent, *size = look
    desktop.choose(Appearance(Mode.LIGHT, percent, language=language, sound=False))
    window.resize(*size)
    window.do(lambda: desk.desk.choose(desk.desk.tiles().tiles[0]))
    windows.settle(window)
    page = window.asking

    def now() -> tuple[int, ...]:
        windows.settle(window)
        corner = page.code.mapTo(window, page.code.rect().topLeft())
        return corner.x(), corner.y(), page.code.width(), page.code.height()

    before = now()
    window.reading._began("a picture with quite a long name that somebody took at the counter.png")
    window.reading._show()
    assert window.reading.isVisibleTo(window)
    assert now() == before, "reading"
    page.looked(Look(Hint.CUT_OFF))
    assert now() == before, "a hint"
    desk.desk.could_not_read(UsageError("optics.no-code"))
    window.refresh()
    assert page.notice.code == "optics.no-code"
    assert now() == before, "a notice"
    for intent in (page.digits, page.paper):
        intent.emit()
        assert now() == before, "digits or a slip"
    page.count_down(0)
    assert now() == before, "it has run out"
    window.reading._ended()
    page.notice.tell(None)
    assert now() == before, "nothing any more"


def test_what_is_no_verdict_is_said_beside_the_one_from_before(window: CounterWindow, desk: OpenDesk) -> None:
    window.do(lambda: desk.desk.choose(desk.desk.tiles().tiles[0]))
    window.inputs.collected.emit(desk.answer())
    assert window.page == "verdict"
    assert window.verdict.notice.isHidden()
    window.inputs.failed.emit(UsageError("optics.no-code"))
    assert window.verdict.text("word") == "Accepted"
    assert window.verdict.notice.code == "optics.no-code"
    assert window.verdict.notice.accessibleName().startswith("This verdict is still the one from before.")
    windows.settle(window)
    assert windows.scrolling(window) == windows.cut_off(window) == []
    window.next_person()
    assert window.verdict.notice.isHidden()
    assert window.idle.notice.isHidden()


@pytest.mark.parametrize("works", [True, False])
def test_where_there_is_no_sound_the_settings_say_so(
    window: CounterWindow, desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, *, works: bool
) -> None:
    import miniaudio  # noqa: PLC0415

    class Device:
        def __init__(self, *_given: object, **_named: object) -> None:
            if not works:
                raise miniaudio.MiniaudioError("no device")

        def close(self) -> None: ...

    monkeypatch.setattr(miniaudio, "PlaybackDevice", Device)
    window.open_page("settings")
    page = window.settings
    QTest.qWait(600)
    assert page.said_of_sound == ""  # none is wanted
    desktop.choose(replace(desktop.appearance, sound=True))
    window.open_page("")
    window.open_page("settings")
    QTest.qWait(600)
    if works:
        assert page.said_of_sound == ""
        return
    qtbot.waitUntil(lambda: page.said_of_sound != "")
    assert windows.cut_off(window) == []
    assert windows.scrolling(window) == []


def test_reading_is_said_on_every_page_in_its_place(window: CounterWindow, desk: OpenDesk) -> None:
    window.reading._began("slip.png")
    window.reading._show()
    assert window.reading.isVisibleTo(window)
    window.do(lambda: desk.desk.choose(desk.desk.tiles().tiles[0]))
    windows.settle(window)
    assert window.reading.isVisibleTo(window)
    assert window.asking.isAncestorOf(window.reading)
    window.next_person()
    windows.settle(window)
    assert window.reading.isVisibleTo(window)
    assert not window.asking.isAncestorOf(window.reading)
