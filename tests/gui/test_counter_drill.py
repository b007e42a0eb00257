"""Practice in the counter's window: striped whatever it shows, by keys alone, and apart from what is real."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from counterproof.desktop.app import Appearance, Desktop
from counterproof.desktop.focus import FocusRing
from counterproof.desktop.theme import Mode
from counterproof.desktop.wedge import FASTEST_FINGER_MS
from counterproof.mdoc.errors import UsageError
from counterproof.optics.collect import Collected
from counterproof.optics.kinds import Kind
from tests.kit import windows
from verifier.drill.faces import Face, Hair, picture
from verifier.flow.desk import Idle
from verifier.flow.drill import LEAST, Learned, Looked, Meeting, Scored
from verifier.ui.stripes import Stripes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication, QWidget

    from tests.kit.counter_window import OpenDesk
    from verifier.flow.drill import Drill
    from verifier.ui.window import CounterWindow

SPACE = (Qt.Key.Key_Space, " ")


def key(window: CounterWindow, code: Qt.Key, text: str) -> None:
    focus: QWidget | None = window.focusWidget()
    windows.press(window if focus is None else focus, code, text)
    QTest.qWait(FASTEST_FINGER_MS)
    while window.inputs._wedge._held:
        QTest.qWait(5)


def drill_of(window: CounterWindow) -> Drill:
    drill = window.drill_area.drill
    assert drill is not None
    return drill


def at_once(window: CounterWindow, code: Qt.Key, text: str) -> None:
    """Do what a key does, without the time that a finger takes."""
    window.drill.press(code, text)


def stages(
    window: CounterWindow, act: str = "2", press: Callable[[CounterWindow, Qt.Key, str], None] = at_once
) -> Iterator[str]:
    """Go through a whole drill, and stop at the first of each kind of page."""
    window.drill_area.people = LEAST
    key(window, Qt.Key.Key_P, "p")
    yield "beginning"
    seen: set[str] = set()
    while not isinstance(drill_of(window).state, Scored):
        state = drill_of(window).state
        press(window, *((Qt.Key(0), act) if isinstance(state, Looked) else SPACE))
        state = drill_of(window).state
        name = type(state).__name__
        if isinstance(state, Looked):
            name = "verdict" if state.view is not None else "no verdict"
        elif isinstance(state, Meeting):
            name = "code" if state.person.code is not None else "thing"
        if name not in seen:
            seen.add(name)
            yield name
    assert {"code", "thing", "verdict", "no verdict", "Learned", "Scored"} <= seen


def striped(window: CounterWindow) -> bool:
    """Tell whether a band of stripes is seen at the top of the window and over its whole width."""
    bands = [each for each in window.findChildren(Stripes) if each.isVisible()]
    places = [each.mapTo(window, each.rect().topLeft()) for each in bands]
    whole = all(each.width() == window.width() for each in bands)
    return whole and any(place.y() == 0 for place in places)


def test_a_whole_drill_by_keys_alone_is_striped_at_every_moment(window: CounterWindow) -> None:
    for stage in stages(window, press=key):
        assert window.page == "drill", stage
        assert striped(window), stage
        assert "SPECIMEN" in window.windowTitle(), stage
        assert "SPECIMEN" in window.drill.accessibleName(), stage
    assert "served rightly" in window.drill._lead.text()
    key(window, Qt.Key.Key_Escape, "")
    assert window.page == "idle"
    assert not striped(window)
    assert "SPECIMEN" not in window.windowTitle()


def test_nothing_of_it_flashes_up_as_a_window_of_its_own(window: CounterWindow, qapp: QApplication) -> None:
    flashes = windows.Flashes(window)
    qapp.installEventFilter(flashes)
    for stage in stages(window):
        assert flashes.found == [], stage
    qapp.removeEventFilter(flashes)


def test_no_ring_runs_around_a_whole_page(window: CounterWindow) -> None:
    """Where the page itself has the keyboard, so that no second Space goes ahead, nothing on it is meant."""
    rung = 0
    for stage in stages(window):
        QTest.qWait(20)
        rings = [each for each in window.findChildren(FocusRing) if each.isVisible()]
        if stage in {"verdict", "no verdict"}:
            assert window.drill.hasFocus(), stage
            assert rings == [], stage
            windows.press(window.drill, Qt.Key.Key_Tab)  # and from there Tab comes to what can be done
            assert window.focusWidget() in window.drill.buttons.values(), stage
        else:
            assert [each.height() < window.height() // 4 for each in rings] == [True], stage
            rung += 1
    assert rung > 3


def test_faces_of_many_drills_are_not_all_remembered() -> None:
    colours = ("black", "brown", "red", "grey")
    for hair, colour, skin, glasses in product(Hair, colours, range(3), (False, True)):
        picture(Face(hair, colour, skin, glasses, beard=False), specimen=False)
    assert picture.cache_info().currsize <= 32


def test_a_real_verdict_has_no_stripes(window: CounterWindow, desk: OpenDesk) -> None:
    desk.asked()
    window.refresh()
    window.inputs.collected.emit(desk.answer())
    assert window.page == "verdict"
    assert not [each for each in window.findChildren(Stripes) if each.isVisible()]


@pytest.mark.parametrize(("percent", "language"), [(100, "en"), (200, "ar-XB")])
def test_every_page_can_be_heard_and_reached_and_nothing_is_cut_off(
    window: CounterWindow, desktop: Desktop, percent: int, language: str
) -> None:
    desktop.choose(Appearance(Mode.LIGHT, percent, language=language, sound=False))
    if percent > 100:
        window.resize(1024, 640)
    for stage in stages(window):
        windows.settle(window)
        assert windows.unnamed(window) == [], stage
        assert windows.guessing(window) == [], stage
        assert windows.cut_off(window) == [], stage
        if stage != "verdict":  # there the focus is on the page, and the keys are the way
            assert windows.unreached(window) == [], stage
        if percent == 100 and stage != "Scored":
            assert windows.scrolling(window) == [], stage


def test_nobody_goes_ahead_by_pressing_space_twice(window: CounterWindow) -> None:
    for stage in stages(window):
        if stage in {"verdict", "no verdict"}:
            key(window, *SPACE)
            assert isinstance(drill_of(window).state, Looked)


def test_a_real_code_is_not_decided_while_somebody_practises(window: CounterWindow, desk: OpenDesk) -> None:
    real = desk.asked()
    answer = desk.answer()
    desk.desk.next()
    assert real.number
    window.refresh()
    key(window, Qt.Key.Key_P, "p")
    for message in (answer, Collected(Kind.SLIP, b"\x00")):
        window.inputs.collected.emit(message)
        assert window.page == "drill"
        assert isinstance(desk.desk.state, Idle)
        assert not desk.desk.state.waiting
        assert "not looked at" in window.drill.notice.accessibleName()
    window.inputs.failed.emit(UsageError("optics.no-code"))
    assert window.page == "drill"
    window.inputs.published.emit("/nowhere")
    assert window.page == "drill"
    assert window.place.counter.journal.tallies() == []


def test_larger_letters_in_the_middle_of_a_drill_lose_nothing(
    window: CounterWindow, desktop: Desktop
) -> None:
    key(window, Qt.Key.Key_P, "p")
    key(window, *SPACE)
    before = drill_of(window).state
    desktop.choose(Appearance(Mode.DARK, 200, language="et", sound=False))
    QTest.qWait(30)
    assert window.page == "drill"
    assert drill_of(window).state is before
    assert striped(window)


def test_the_journal_counts_that_it_was_held_once(window: CounterWindow) -> None:
    for _ in stages(window, "1"):
        pass
    counted = window.place.counter.journal.tallies()
    assert [(each.outcome, each.code, each.count) for each in counted] == [("drill", "drill.held", 1)]
    key(window, Qt.Key.Key_A, "a")
    assert not isinstance(drill_of(window).state, Learned | Scored)
    assert window.place.counter.journal.tallies() == counted
    key(window, Qt.Key.Key_Escape, "")
    assert window.drill_area.drill is None
