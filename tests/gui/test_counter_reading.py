"""What is read from files is said while it lasts, can be stopped, and never holds the window up."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QObject, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from counterproof.desktop.background import PoolRunner
from counterproof.desktop.picture_worker import PortraitDecoder
from counterproof.mdoc.errors import UsageError
from counterproof.optics.kinds import Kind
from counterproof.optics.reader import PictureReader
from counterproof.optics.sources import TextSource
from tests.kit import windows
from tests.kit.counter_home import text_of
from verifier.flow.reading import StoppableLists, StoppablePictures
from verifier.ui.inputs import Inputs
from verifier.ui.window import CounterWindow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop
    from tests.kit.counter_window import OpenDesk

LONGEST = 0.25
"""Seconds that the window may go without looking at its events, on a machine that does much else."""


class Pulse(QObject):
    """Beats every few milliseconds in the window's thread and keeps the longest time between two beats."""

    def __init__(self) -> None:
        super().__init__()
        self.longest, self._last = 0.0, time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.monotonic()
        self.longest, self._last = max(self.longest, now - self._last), now


@pytest.fixture
def window(desk: OpenDesk, desktop: Desktop, qtbot: QtBot) -> Iterator[CounterWindow]:
    """Give a window whose work runs in threads, as in the application."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    runner = PoolRunner(threads=1)
    made = CounterWindow(
        desk.place,
        desk.desk,
        desktop,
        runner=runner,
        trusting=PoolRunner(threads=1),
        inputs=Inputs(app, desk.place, desktop.preferences, runner),
        decoder=PortraitDecoder(),
    )
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Give a moving picture that takes seconds: forty pictures of noise."""
    dice = np.random.default_rng(226)
    pictures = [Image.fromarray(dice.integers(0, 255, (700, 900), np.uint8)) for _ in range(40)]
    path = tmp_path / "holiday & beach.gif"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=80)
    return path


def test_a_large_file_is_said_counted_and_stopped_by_a_key(
    window: CounterWindow, desk: OpenDesk, album: Path, qtbot: QtBot
) -> None:
    desk.asked()
    window.refresh()
    pulse = Pulse()
    window.inputs.take_files([album])
    qtbot.waitUntil(lambda: "looked at" in window.reading.said, timeout=30_000)
    assert window.reading.said.startswith("Reading holiday & beach.gif …")
    for faults in (windows.unnamed, windows.unreached, windows.cut_off):
        assert faults(window) == []
    windows.press(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
    assert window.reading.said == ""
    assert window.page == "asking"
    # What comes next is read at once, and nothing is heard any more of what was stopped.
    window.inputs.take_text(text_of(Kind.ANSWER, desk.answer().m))
    qtbot.waitUntil(lambda: window.page == "verdict", timeout=30_000)
    assert window.verdict.text("word") == "Accepted"
    assert pulse.longest < LONGEST


def test_a_large_picture_from_the_clipboard_does_not_hold_the_window_up(
    window: CounterWindow, qtbot: QtBot
) -> None:
    dice = np.random.default_rng(227).integers(0, 255, (3000, 3900, 4), np.uint8)
    data = QMimeData()
    data.setImageData(QImage(dice.data, 3900, 3000, QImage.Format.Format_RGB32).copy())
    pulse = Pulse()
    window.inputs.take_mime(data)
    qtbot.waitUntil(lambda: window.reading.said.startswith("Reading picture"), timeout=30_000)
    window.reading.stop_button.click()
    qtbot.wait(300)
    assert pulse.longest < LONGEST
    assert window.idle.notice.code == ""


def test_what_is_read_in_a_moment_is_not_spoken_of(
    window: CounterWindow, desk: OpenDesk, qtbot: QtBot
) -> None:
    desk.asked()
    window.refresh()
    shown: list[str] = []
    window.reading._soon.timeout.connect(lambda: shown.append("shown"))
    window.inputs.take_text(text_of(Kind.ANSWER, desk.answer().m))
    qtbot.waitUntil(lambda: window.page == "verdict", timeout=30_000)
    assert shown == []


def test_another_file_takes_the_place_of_the_one_that_is_read(
    window: CounterWindow, desk: OpenDesk, album: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.asked()
    window.refresh()
    answer = tmp_path / "answer.txt"
    answer.write_text(text_of(Kind.ANSWER, desk.answer().m))
    window.inputs.take_files([album])
    window.inputs.take_files([answer])
    qtbot.waitUntil(lambda: window.page == "verdict", timeout=30_000)
    qtbot.wait(50)
    assert window.reading.said == ""


class Slow:
    """A place that gives one file at a time, when it is let."""

    is_far = False

    def __init__(self) -> None:
        self.let = threading.Event()
        self.asked = 0

    def read(self, _path: str, _limit: int) -> bytes | None:
        self.asked += 1
        self.let.wait(10)
        return None


def test_lists_that_come_slowly_are_read_no_further_once_they_are_stopped(
    window: CounterWindow, qtbot: QtBot
) -> None:
    slow = Slow()
    window.open_page("trust")
    before = window.place.home.trust.read().agencies[0].manifest_bytes
    window.trusting.update(slow)
    page = window.trust
    assert page._done.text() == "Reading the lists from another screen …"
    assert QApplication.focusWidget() is page.stop_button
    for faults in (windows.unnamed, windows.unreached, windows.cut_off):
        assert faults(window) == []
    page.stop_button.click()
    assert page._done.text() == "Stopping …"
    slow.let.set()
    qtbot.waitUntil(lambda: page._notice.code == "verifier.reading-stopped", timeout=10_000)
    assert slow.asked == 1
    assert page.stop_button.isHidden()
    assert QApplication.focusWidget() is page._folder
    assert window.place.home.trust.read().agencies[0].manifest_bytes == before


def test_a_source_that_was_stopped_gives_nothing_more() -> None:
    stop = threading.Event()
    seen: list[int] = []
    source = StoppablePictures(TextSource("a\nb\nc"), stop, seen.append)
    assert source.name == "text"
    sights = source.sights(PictureReader())  # text needs no pictures, so no process is started
    next(sights)
    stop.set()
    with pytest.raises(UsageError, match="reading-stopped"):
        next(sights)
    assert seen == [1]
    with pytest.raises(UsageError, match="reading-stopped"):
        StoppableLists(Slow(), stop).read("a", 1)
