"""What the counter's pages have in common: the way back at one place, keys that do what is said, focus."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget

from counterproof.desktop.focus import FocusRing
from tests.kit import windows
from verifier.flow.desk import ByHand
from verifier.ui.page_head import PageHead
from verifier.ui.parts import Scrolled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterproof.desktop.app import Desktop
    from tests.kit.counter_window import OpenDesk
    from verifier.ui.window import CounterWindow

_BESIDE: Final = ("trust", "journal", "settings", "desk")
_SINGLE: Final = re.compile(r"\(\w\)")


def text_of(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""


def pages(window: CounterWindow, desk: OpenDesk) -> Iterator[str]:
    """Bring up every page in turn, without a key."""
    yield "idle"
    for name in (*_BESIDE, "drill"):
        window.open_page(name)
        yield name
        window.drill.leave.emit() if name == "drill" else window.open_page("")
    window.idle.chosen.emit(window.idle.tiles[0])
    yield "asking"
    old = desk.answer()
    desk.desk.ask_again()
    window.refresh()
    window.inputs.collected.emit(old)
    yield "verdict"
    window.do(desk.desk.look_by_hand)
    yield "by-hand"


def test_no_page_promises_a_key_that_does_nothing(
    window: CounterWindow, desk: OpenDesk, desktop: Desktop
) -> None:
    desktop.choose(replace(desktop.appearance, letters=False))
    for page in pages(window, desk):
        for each in windows.shown(window):
            for said in (text_of(each), each.accessibleName(), each.accessibleDescription()):
                assert not _SINGLE.search(said), f"{page}: {said}"
                assert "number, or click" not in said
        numbers = [each for each in windows.shown(window) if text_of(each) in tuple("123456789")]
        assert numbers == [], page


def test_every_key_that_is_said_is_said_again_once_they_count(
    window: CounterWindow, desktop: Desktop
) -> None:
    desktop.choose(replace(desktop.appearance, letters=False))
    desktop.choose(replace(desktop.appearance, letters=True))
    said = [each.text() for each in windows.shown(window) if isinstance(each, QPushButton)]
    assert "Trust (T)" in said
    assert window.idle._buttons[0].accessibleName().startswith("1 ")


@pytest.mark.parametrize("language", ["en", "ar-XB"])
def test_the_way_back_is_at_the_same_place_on_every_page(
    window: CounterWindow, desk: OpenDesk, desktop: Desktop, language: str
) -> None:
    desktop.choose(replace(desktop.appearance, language=language))
    places = set()
    for page in pages(window, desk):
        QTest.qWait(20)
        heads = [each for each in window.findChildren(PageHead) if each.isVisible()]
        assert len(heads) == (page in (*_BESIDE, "by-hand")), page
        for head in heads:
            edge = head.leave.rect().topRight() if language == "ar-XB" else QPoint(0, 0)
            places.add(head.leave.mapTo(window, edge).toTuple())
    assert len(places) == 1


def test_the_ring_around_the_way_back_touches_no_letter(window: CounterWindow, desk: OpenDesk) -> None:
    seen = 0
    for page in pages(window, desk):
        for head in (each for each in window.findChildren(PageHead) if each.isVisible()):
            head.leave.setFocus()
            QTest.qWait(20)
            ring = next(each for each in window.findChildren(FocusRing) if each.isVisible())
            title = head.title.mapTo(window, QPoint(0, 0)).y()
            assert ring.geometry().bottom() < title, page
            seen += 1
    assert seen == len(_BESIDE) + 1


def test_the_way_back_leads_back(window: CounterWindow, desk: OpenDesk) -> None:
    for page in pages(window, desk):
        for head in window.findChildren(PageHead):
            if head.isVisible():
                head.leave.click()
                assert window.page == "idle", page


def test_what_was_chosen_in_settings_keeps_the_focus(window: CounterWindow, desktop: Desktop) -> None:
    """Another language makes the page anew; whoever uses keys goes on where they were."""
    window.open_page("settings")
    for language in ("et", "hi"):
        window.settings._languages.setFocus()
        desktop.choose(replace(desktop.appearance, language=language))
        assert window.focusWidget() is window.settings._languages
    window.settings._letters.setFocus()
    window.settings._letters.click()
    assert window.focusWidget() is window.settings._letters
    QTest.qWait(20)
    assert window.focusWidget() is window.settings._letters
    window.settings._sizes.buttons()[0].setFocus()
    for percent in (125, 150, 175, 200):  # from 150 on the page is another
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Right)
        QTest.qWait(50)
        assert desktop.appearance.percent == percent
        chosen = window.settings._sizes.checkedButton()
        assert chosen is not None
        assert chosen.text() == f"{percent} %"
        assert window.focusWidget() is chosen
        QTest.qWait(50)
        boxes = [*window.settings._sizes.buttons(), *window.settings._modes.buttons()]
        assert all(each.width() >= each.sizeHint().width() for each in boxes), percent


def test_tiles_are_in_the_same_columns_before_and_after_the_first_person(
    window: CounterWindow, desk: OpenDesk
) -> None:
    window.resize(1280, 720)
    QTest.qWait(30)

    def columns() -> list[int]:
        return [each.x() for each in window.idle._buttons]

    before = columns()
    assert len(set(before)) == min(3, len(before))
    window.idle.chosen.emit(window.idle.tiles[0])
    window.inputs.collected.emit(desk.answer())
    window.next_person()
    QTest.qWait(30)
    assert columns() == before
    window.idle._buttons[1].setFocus()
    window.resize(800, 560)
    QTest.qWait(30)
    assert len(set(columns())) == 2
    assert window.focusWidget() is window.idle._buttons[1]


def test_the_journal_says_purposes_in_words_and_exports_ids(window: CounterWindow, desk: OpenDesk) -> None:
    for place in (0, 1):
        window.idle.chosen.emit(window.idle.tiles[place])
        window.inputs.collected.emit(desk.answer())
        window.next_person()
    window.place.counter.journal.count(
        desk.clock.now(),
        outcome="refused",
        code="exchange.other-request",
        mode="two-way",
        purpose="gone.away",
    )
    window.open_page("journal")
    table = window.journal._table
    cells = [table.item(line, 4) for line in range(table.rowCount())]
    said = {cell.text() for cell in cells if cell is not None}
    assert "gone.away" in said
    titled = {each for each in said if "\n" in each}
    assert {each.split("\n")[1] for each in titled} == {"library.age-check", "library.membership"}
    assert all(each.split("\n")[0] and "." not in each.split("\n")[0] for each in titled)
    exported = {each.purpose for each in window.place.counter.journal.tallies()}
    assert exported == {"gone.away", "library.age-check", "library.membership"}


def test_what_was_found_by_eye_is_in_the_journal_in_the_words_of_its_button(
    window: CounterWindow, desk: OpenDesk
) -> None:
    for found in ByHand:
        window.do(desk.desk.look_by_hand)
        window.hand.found.emit(found)
    window.open_page("journal")
    table = window.journal._table
    cells = [[table.item(line, place) for place in (2, 3, 5)] for line in range(table.rowCount())]
    said = {tuple(cell.text() for cell in line if cell is not None) for line in cells}
    reasons = ("Good enough", "Not good enough", "Sent to somebody else")
    assert said == {("By eye", "Looked at by eye", each) for each in reasons}
    buttons = {text_of(each) for each in window.hand.findChildren(QPushButton)}
    assert {f"{each} ({n})" for n, each in enumerate(reasons, 1)} < buttons


def test_trust_is_said_once_on_its_own_page(window: CounterWindow) -> None:
    assert "today " in window.trust_said
    window.open_page("trust")
    lines = [
        each for each in windows.shown(window) if text_of(each) == window.trust_said and each.isVisible()
    ]
    assert len(lines) == 1


def test_what_will_be_kept_is_said_once_more_with_a_yes(window: CounterWindow, desk: OpenDesk) -> None:
    kept = next(
        place for place, tile in enumerate(window.idle.tiles) if any(each.kept for each in tile.asked)
    )
    window.idle.chosen.emit(window.idle.tiles[kept])
    window.inputs.collected.emit(desk.answer())
    assert window.verdict.text("word") == "Accepted"
    assert window.verdict.text("kept") == "Will be kept: Family name"
    window.next_person()
    window.idle.chosen.emit(window.idle.tiles[kept])
    old = desk.answer()
    desk.desk.ask_again()
    window.refresh()
    window.inputs.collected.emit(old)
    assert window.verdict.text("word") == "Not accepted"
    assert window.verdict.text("kept") == ""


def test_escape_leads_back_from_every_page(window: CounterWindow, desk: OpenDesk) -> None:
    for page in pages(window, desk):
        if page in (*_BESIDE, "drill"):
            windows.press(window, Qt.Key.Key_Escape)
            assert window.page == "idle", page


def test_nothing_flashes_up_as_a_window_of_its_own(
    window: CounterWindow, desk: OpenDesk, desktop: Desktop, qapp: QApplication
) -> None:
    """A part that is shown before it has its place is a window for a moment, and takes the keyboard away."""
    flashes = windows.Flashes(window)
    qapp.installEventFilter(flashes)
    for page in pages(window, desk):
        assert flashes.found == [], page
    window.next_person()
    desktop.choose(replace(desktop.appearance, language="et"))
    qapp.removeEventFilter(flashes)
    assert flashes.found == []


def test_a_page_that_nobody_touches_rests(window: CounterWindow, desk: OpenDesk) -> None:
    """A layout that asks for itself again took a sixth of a processor for as long as the window was open."""
    areas = window.findChildren(Scrolled)
    again: Counter[int] = Counter()
    for place, area in enumerate(areas):
        area._later.timeout.connect(lambda place=place: again.update([place]))

    def rests() -> bool:
        again.clear()
        QTest.qWait(200)
        return max(again.values(), default=0) <= 1

    for page in pages(window, desk):
        # A busy machine needs a while to lay a page out; a layout that never ends leaves it no rest at all.
        assert any(rests() for _ in range(20)), page
