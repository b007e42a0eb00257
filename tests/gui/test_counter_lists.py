"""Lists from one counter's screen to the next: shown, read through real pixels, stopped, gone on with."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from counterproof.desktop.screen_look import ScreenArea
from counterproof.mdoc.errors import LimitError
from counterproof.optics import draw
from counterproof.optics.encode import encode
from counterproof.optics.exchange import lists
from counterproof.optics.kinds import Kind
from counterproof.optics.stream import StreamSender
from tests.kit import windows
from tests.kit.counter_gui import window_of
from tests.kit.counter_home import LATER
from tests.kit.counter_window import OpenDesk
from tests.kit.films import film
from tests.kit.webcam import Webcam
from verifier.lists import code_of
from verifier.ui import lists_area

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from PySide6.QtGui import QScreen
    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop
    from counterproof.desktop.scanner import Camera
    from tests.kit.counter_home import CounterHome
    from verifier.ui.window import CounterWindow

NEWER = LATER - timedelta(seconds=30)
WIDE, HIGH = 1280, 720


@pytest.fixture(scope="module")
def newer(home: CounterHome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give what the agency published since the counters' last update."""
    town = home.town
    there, town.folder = town.folder, tmp_path_factory.mktemp("newer") / "published"
    town.publish(NEWER)
    made, town.folder = town.folder, there
    return made


@pytest.fixture
def ahead(home: CounterHome, newer: Path, tmp_path: Path) -> OpenDesk:
    """Give a counter that has the newer lists."""
    desk = OpenDesk(home, tmp_path / "ahead")
    desk.place.home.trust.update(newer, at=desk.clock.now())
    desk.place.believe(desk.place.home.trust.read())
    return desk


@pytest.fixture
def opened(
    home: CounterHome, desktop: Desktop, tmp_path: Path, qtbot: QtBot
) -> Iterator[Callable[..., CounterWindow]]:
    """Give a function that opens a counter's window, on a desk of its own or on one that is given."""
    made: list[CounterWindow] = []

    def window(desk: OpenDesk | None = None, recording: Camera | None = None) -> CounterWindow:
        one = window_of(desk or OpenDesk(home, tmp_path / f"desk-{len(made)}"), desktop, recording=recording)
        made.append(one)
        one.show()
        qtbot.waitExposed(one)
        return one

    yield window
    for each in made:
        each.close()
        each.deleteLater()


def signed(window: CounterWindow) -> object:
    """Return when the lists were signed that lie on this counter's disk."""
    return window.place.home.trust.read().agencies[0].issued_at


def button(window: CounterWindow, said: str) -> QPushButton:
    QApplication.processEvents()
    found = [each for each in windows.shown(window) if isinstance(each, QPushButton) and each.text() == said]
    assert len(found) == 1, said
    return found[0]


def shown(window: CounterWindow) -> None:
    """Show one's lists to another counter, by the button on the page of trust."""
    window.open_page("trust")
    button(window, "Show to another counter…").click()
    assert window.page == "show-lists"


def photographed(window: CounterWindow, count: int) -> Iterator[NDArray[np.uint8]]:
    """Yield what stands before that window's code: its own pixels in a frame of a camera."""
    for _ in range(count):
        window.show_lists.code._next()
        image = window.show_lists.code.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        frame = np.full((HIGH, WIDE), 190, np.uint8)
        code = rows[:HIGH, : min(image.width(), WIDE)]
        top, left = (HIGH - code.shape[0]) // 2, (WIDE - code.shape[1]) // 2
        frame[top : top + code.shape[0], left : left + code.shape[1]] = code
        yield frame


def held_up(texts: Iterable[str], times: int) -> Iterator[NDArray[np.uint8]]:
    """Yield what a webcam sees of a moving code: blurred, turned, in noise; each picture so many times."""
    webcam = Webcam(1_000_226, "mild", 5.0, size=(WIDE, HIGH))
    for text in texts:
        frame = webcam.see(draw.modules(text)).frame
        for _ in range(times):
            yield frame


def texts(desk: OpenDesk, first: int, count: int) -> list[str]:
    """Return the frames of the code of a counter's lists."""
    whose = desk.place.home.trust.read().agencies[0].fingerprint
    frames = StreamSender(Kind.LISTS, code_of(desk.place.home.trust, whose).m).starting_at(first)
    return [next(frames) for _ in range(count)]


def read(window: CounterWindow) -> None:
    """Begin to read another screen, by the button on the page of trust."""
    window.open_page("trust")
    window.trust.screen_button.click()
    assert window.page == "read-lists"


def test_lists_go_from_window_to_window(
    opened: Callable[..., CounterWindow], ahead: OpenDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    shower = opened(ahead)
    shown(shower)
    assert "Harbour" in shower.show_lists.said
    assert "A steady camera needs about" in shower.show_lists.said
    camera = film(tmp_path / "film.avi", photographed(shower, 60), rate=12.0)
    shower.show_lists.back.emit()
    assert shower.page == "trust"
    assert not shower.show_lists.code.moving
    reader = opened(recording=camera)
    before = signed(reader)
    read(reader)
    qtbot.waitUntil(lambda: reader.page == "trust", timeout=60_000)
    assert reader.trust._notice.code == ""
    assert "Harbour" in reader.trust._done.text()
    assert signed(reader) == NEWER != before
    # What came by a code is nothing that one updates from again; the place of before is offered.
    assert reader.trust.source.text() == ""


def test_reading_is_stopped_and_goes_on_where_it_was(
    opened: Callable[..., CounterWindow], ahead: OpenDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    few = texts(ahead, 0, 2)
    window = opened(recording=film(tmp_path / "first.avi", held_up(few, 90), rate=12.0))
    page = window.read_lists
    read(window)
    qtbot.waitUntil(lambda: page._read[0] == 2, timeout=60_000)
    assert page.hint.startswith("Reading: 2 of ")
    assert "more second" in page.hint
    page.toggle.click()
    assert page.hint.startswith("Stopped at 2 of ")
    assert page.toggle.text() == "Go on"
    assert not window.lists_area._reading().running
    rest = texts(ahead, 4, page._read[1] - 2)
    window.inputs._recording = film(tmp_path / "second.avi", held_up(rest, 8), rate=12.0)
    page.toggle.click()
    qtbot.waitUntil(lambda: window.page == "trust", timeout=60_000)
    assert signed(window) == NEWER


def test_leaving_forgets_what_was_read(
    opened: Callable[..., CounterWindow], ahead: OpenDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened(recording=film(tmp_path / "film.avi", held_up(texts(ahead, 0, 1), 120), rate=12.0))
    read(window)
    qtbot.waitUntil(lambda: window.read_lists._read[0] >= 1, timeout=60_000)
    windows.press(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
    assert window.page == "trust"
    assert not window.lists_area._reading().running
    kept = window.lists_area._reading()._kept
    assert kept is not None
    assert kept.progress == ()


def test_a_part_of_the_screen_is_read(
    opened: Callable[..., CounterWindow],
    ahead: OpenDesk,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shower, reader = opened(ahead), opened()
    shown(shower)

    def look(_screen: QScreen, _rect: QRect | None) -> QImage:
        return shower.show_lists.code.grab().toImage()

    read(reader)
    assert "No camera is plugged in." in reader.read_lists.camera.accessibleDescription()
    assert reader.read_lists.toggle.isHidden()  # there is nothing to go on with
    assert QApplication.focusWidget() is reader.read_lists._elsewhere
    reader.lists_area._reading()
    monkeypatch.setattr(reader.lists_area._look, "_look", look)
    name = QGuiApplication.primaryScreen().name()
    reader.lists_area.choice.chosen.emit(ScreenArea(name, QRect(0, 0, 400, 400)))
    assert reader.read_lists.toggle.isVisible()
    assert reader.read_lists.camera.accessibleDescription() == ""
    qtbot.waitUntil(lambda: reader.page == "trust", timeout=60_000)
    assert signed(reader) == NEWER


def test_a_camera_that_is_plugged_in_is_looked_through(
    opened: Callable[..., CounterWindow], ahead: OpenDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened()
    read(window)
    window.inputs._recording = film(tmp_path / "film.avi", held_up(texts(ahead, 0, 24), 6), rate=12.0)
    window.inputs.cameras_changed.emit()
    assert window.read_lists.toggle.text() == "Stop"
    qtbot.waitUntil(lambda: window.page == "trust", timeout=60_000)
    assert signed(window) == NEWER


def test_a_moving_picture_is_read_from_a_file_and_saved_as_one(
    opened: Callable[..., CounterWindow],
    ahead: OpenDesk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "lists"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(out), ""))
    shower = opened(ahead)
    shown(shower)
    shower.show_lists.save_button.click()
    assert (tmp_path / "lists.gif").read_bytes().startswith(b"GIF89a")
    assert "lists.gif" in shower.show_lists.notice.accessibleName()
    reader = opened()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(tmp_path / "lists.gif"), ""))
    read(reader)
    button(reader, "Open a picture…").click()
    assert reader.page == "trust"
    assert reader.trust.source.text() == str(tmp_path / "lists.gif")
    assert signed(reader) == NEWER
    reader.trust.update_button.click()
    assert "Unchanged" in reader.trust._done.text()


def test_lists_that_are_dropped_go_to_the_page_of_trust(
    opened: Callable[..., CounterWindow], ahead: OpenDesk, tmp_path: Path
) -> None:
    whose = ahead.place.home.trust.read().agencies[0].fingerprint
    m = code_of(ahead.place.home.trust, whose).m
    dropped = tmp_path / "lists.gif"
    dropped.write_bytes(draw.gif(StreamSender(Kind.LISTS, m)))
    window = opened()
    window.inputs.take_files([dropped])
    assert window.page == "trust"
    assert signed(window) == NEWER


def test_older_lists_change_nothing_and_nobody_new_is_believed(
    opened: Callable[..., CounterWindow], ahead: OpenDesk, desk: OpenDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    old = tmp_path / "old.txt"
    old.write_text("\n".join(texts(desk, 0, 40)))
    window = opened(ahead)
    window.open_page("trust")
    window.trust.source.setText(str(old))
    window.trust.update_button.click()
    assert window.trust._notice.code == "trust.older"
    assert signed(window) == NEWER
    # Somebody who believes nobody yet is asked to compare, with the lists that the code brought.
    stranger = opened()
    root = stranger.place.home.trust.read().agencies[0].fingerprint
    stranger.place.home.trust.remove(root)
    stranger.place.believe(stranger.place.home.trust.read())
    camera = film(tmp_path / "film.avi", held_up(texts(ahead, 0, 24), 6), rate=12.0)
    stranger.inputs._recording = camera
    read(stranger)
    qtbot.waitUntil(lambda: stranger.page == "trust", timeout=60_000)
    assert stranger.trust._notice.code == "trust.root-unknown"
    assert QApplication.focusWidget() is stranger.trust.add_button
    stranger.trust.add_button.click()
    assert stranger.page == "confirm"
    assert stranger.confirm.fingerprint.text().replace(" ", "").lower() == root
    stranger.confirm.yes.click()
    assert signed(stranger) == NEWER


def test_a_code_of_lists_is_no_answer_and_an_answer_no_lists(
    opened: Callable[..., CounterWindow], ahead: OpenDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened(recording=film(tmp_path / "film.avi", held_up(texts(ahead, 0, 1), 90), rate=12.0))
    window.do(lambda: window.desk.choose(window.desk.tiles().tiles[0]))
    qtbot.waitUntil(lambda: window.asking.notice.code == "optics.other-kind", timeout=60_000)
    assert window.page == "asking"
    window.next_person()
    answer = encode(Kind.RECEIPT, b"\x00" * 500, streams_ok=True)
    window.inputs._recording = film(tmp_path / "other.avi", held_up(answer, 90), rate=12.0)
    read(window)
    qtbot.waitUntil(lambda: window.read_lists.notice.code == "optics.other-kind", timeout=60_000)
    assert window.page == "read-lists"


def test_lists_that_are_too_much_for_a_code_are_said_so_with_another_way(
    opened: Callable[..., CounterWindow], ahead: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(*_given: object) -> None:
        raise LimitError("exchange.lists-size", size=140_000, limit=65_535)

    monkeypatch.setattr(lists_area, "code_of", too_much)
    window = opened(ahead)
    shown(window)
    assert window.show_lists.notice.code == "exchange.lists-size"
    assert "stick" in window.show_lists.notice.accessibleName()
    assert window.show_lists.said == ""
    assert not window.show_lists.save_button.isEnabled()


def test_the_pages_are_heard_reached_and_whole_in_twice_the_size(
    opened: Callable[..., CounterWindow], ahead: OpenDesk, desktop: Desktop
) -> None:
    window = opened(ahead)
    for _ in range(2):
        for enter in (shown, read):
            enter(window)
            for faults in (windows.unnamed, windows.unreached, windows.guessing, windows.cut_off):
                assert faults(window) == [], window.page
        shown(window)
        code = window.show_lists.code
        assert code.visibleRegion().boundingRect() == code.rect()  # without scrolling: a camera waits for it
        desktop.larger(100)
        window.resize(1024, 640)


def test_from_one_page_of_lists_to_the_other(
    opened: Callable[..., CounterWindow], ahead: OpenDesk, tmp_path: Path
) -> None:
    window = opened(ahead, film(tmp_path / "film.avi", held_up(texts(ahead, 0, 1), 30), rate=12.0))
    read(window)
    window.lists_area.hand_on(ahead.place.home.trust.read().agencies[0].fingerprint)
    assert window.page == "show-lists"
    assert window.show_lists.code.moving  # leaving the page before wiped it once it was there
    assert window.show_lists.code.accessibleName()
    window.open_page("read-lists")
    scanner = window.lists_area._scanner
    assert scanner is not None
    assert scanner.running
    assert not window.show_lists.code.moving


def test_another_language_keeps_the_code(
    opened: Callable[..., CounterWindow], ahead: OpenDesk, desktop: Desktop
) -> None:
    window = opened(ahead)
    shown(window)
    desktop.larger(50)
    assert window.page == "show-lists"
    assert window.show_lists.code.moving
    assert lists.pictures(code_of(ahead.place.home.trust, window.lists_area._whose).m) > 1
