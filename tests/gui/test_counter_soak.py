"""A counter that is open all day: memory stays flat, nothing piles up, and the last verdict is as the first.

The short ones run with every test; those of their full size with `make soak`: 10,000 checks, and an hour (or
as many seconds as COUNTERPROOF_SOAK_SECONDS says) of a clerk's day with a film in place of a camera.
"""

from __future__ import annotations

import os
import sys
from itertools import count
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from counterproof.clock import SystemClock
from counterproof.desktop.app import Appearance
from counterproof.desktop.scanner import Camera
from counterproof.desktop.theme import Mode
from counterproof.mdoc.errors import UsageError
from counterproof.optics.kinds import Kind
from tests.kit.counter_gui import window_of
from tests.kit.counter_home import text_of
from tests.kit.films import film, held_up
from tests.kit.usage import Usage
from verifier.flow.drill import Scored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop
    from counterproof.optics.collect import Collected
    from tests.kit.counter_window import OpenDesk
    from verifier.ui.window import CounterWindow

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts by /proc")

SHORT, LONG = 60, int(os.environ.get("COUNTERPROOF_SOAK_CHECKS", "10000"))
WARM = 20
"""Checks until everything that is loaded once is there."""
MOST_MB = 16.0
"""More would show: a single verdict that is kept has a portrait and a page of widgets."""
MOST_OBJECTS = 2_000


@pytest.fixture
def window(desk: OpenDesk, desktop: Desktop, tmp_path: Path, qtbot: QtBot) -> Iterator[CounterWindow]:
    made = window_of(desk, desktop, recording=Camera(str(tmp_path / "film.avi"), "film"))
    with qtbot.waitActive(made):
        made.show()
    yield made
    made.close()
    made.deleteLater()


def check(window: CounterWindow, desk: OpenDesk, old: Collected | None) -> None:
    """Check one person's answer, or an old one that must be refused; painted, then wiped."""
    window.inputs.end()
    window.do(lambda: desk.desk.choose(desk.desk.tiles().tiles[0]))
    window.inputs.collected.emit(old or desk.answer())
    assert window.verdict.text("word") == ("Not accepted" if old else "Accepted")
    window.repaint()
    window.next_person()
    QTest.qWait(1)  # which lets go of widgets too, as the window's own loop does between two people
    desk.clock.advance(7)


@pytest.mark.parametrize(
    "checks", [SHORT, pytest.param(LONG, marks=[pytest.mark.slow, pytest.mark.timeout(7200)])]
)
def test_memory_is_flat(window: CounterWindow, desk: OpenDesk, checks: int) -> None:
    desk.asked()
    old = desk.answer()
    desk.desk.next()
    window.inputs.choose(Camera("/nowhere", "none"))
    for number in range(WARM):
        check(window, desk, old if number % 5 == 4 else None)
    before = Usage.now()
    for number in range(checks):
        check(window, desk, old if number % 5 == 4 else None)
        if number % 1000 == 999:
            sys.stdout.write(f"\n{number + 1} checks: {Usage.now()}\n")
            sys.stdout.flush()
    after = Usage.now()
    sys.stdout.write(f"\n{checks} checks: {before} -> {after}\n")
    assert after.megabytes - before.megabytes < MOST_MB
    assert after.objects - before.objects < MOST_OBJECTS
    assert after.files <= before.files
    assert after.threads <= before.threads


def a_clerks_day(
    window: CounterWindow, desk: OpenDesk, desktop: Desktop, path: Path, qtbot: QtBot
) -> Iterator[str]:
    """Go round what a clerk does: people at the camera, old codes, other pages, practice, other looks."""
    languages = ("en", "et", "hi", "zh-Hant")
    for turn in count():
        window.next_person()
        state = desk.asked()
        answer = desk.answer()
        desk.desk.next()
        assert state.number
        window.do(lambda: desk.desk.choose(desk.desk.tiles().tiles[0]))
        window.inputs.end()
        answer = desk.answer()
        film(path, held_up(text_of(Kind.ANSWER, answer.m), 1_000_100 + turn % 40, 9), rate=15.0)
        window.inputs.begin()
        try:
            qtbot.waitUntil(lambda: window.page == "verdict", timeout=15_000)
        except AssertionError:
            window.inputs.take_text(text_of(Kind.ANSWER, answer.m))  # as a clerk would take the scanner
            yield "missed"
        assert window.verdict.text("small").startswith("ok")
        window.do(desk.desk.ask_again)
        window.inputs.collected.emit(answer)
        assert window.verdict.text("small").startswith("exchange.other-request")
        window.next_person()
        window.inputs.failed.emit(UsageError("optics.no-code"))
        for page in ("journal", "trust", "settings", "desk"):
            window.open_page(page)
            QTest.qWait(20)
            window.open_page("")
        practise(window)
        look = (Mode.LIGHT, Mode.DARK, Mode.CONTRAST)[turn % 3]
        desktop.choose(Appearance(look, 100 + 100 * (turn % 2), language=languages[turn % 4], sound=False))
        desktop.choose(Appearance(Mode.LIGHT, 100, language="en", sound=False))
        desk.clock.advance(61)
        yield "read"


def practise(window: CounterWindow) -> None:
    """Hold a drill to its end."""
    window.drill_area.people = 8
    window.open_page("drill")
    drill = window.drill_area.drill
    assert drill is not None
    while not isinstance(drill.state, Scored):
        window.drill.press(Qt.Key.Key_Space, " ")
        window.drill.press(Qt.Key.Key_2, "2")
    window.drill.leave.emit()


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_an_hour_at_the_window(
    window: CounterWindow, desk: OpenDesk, desktop: Desktop, tmp_path: Path, qtbot: QtBot
) -> None:
    clock, lasts = SystemClock(), float(os.environ.get("COUNTERPROOF_SOAK_SECONDS", "3600"))
    day = a_clerks_day(window, desk, desktop, tmp_path / "film.avi", qtbot)
    done = [next(day) for _ in range(4)]
    before, began = Usage.now(), clock.monotonic()
    while clock.monotonic() - began < lasts:
        done.append(next(day))
        if len(done) % 24 == 0:  # twelve rounds see each language in each look once
            sys.stdout.write(f"\n{len(done)} rounds: {Usage.now()}\n")
            sys.stdout.flush()
    after = Usage.now()
    missed = done.count("missed")
    sys.stdout.write(f"\n{len(done)} rounds, {missed} films missed: {before} -> {after}\n")
    assert after.megabytes - before.megabytes < 2 * MOST_MB
    assert after.objects - before.objects < 5 * MOST_OBJECTS
    assert after.files <= before.files + 2
    assert after.threads <= before.threads
    assert missed <= len(done) // 10 + 1


def test_a_clerks_day_goes_round_once(
    window: CounterWindow, desk: OpenDesk, desktop: Desktop, tmp_path: Path, qtbot: QtBot
) -> None:
    assert next(a_clerks_day(window, desk, desktop, tmp_path / "film.avi", qtbot)) == "read"
