"""The camera: films through the path that a camera takes."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QImage

from counterproof.clock import FixedClock, SystemClock
from counterproof.desktop.scanner import Camera, CameraWatch, Look, Scanner, cameras
from counterproof.optics.aiming import Hint, hint
from counterproof.optics.draw import modules, picture
from counterproof.optics.encode import StillCode, encode
from counterproof.optics.kinds import Kind
from counterproof.optics.limits import OpticsLimits
from counterproof.optics.read import Sight, Stage, read_codes
from counterproof.optics.reader import PictureReader
from counterproof.optics.stream import StreamSender
from tests.kit.films import film, held_up
from tests.kit.webcam import Webcam, watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from counterproof.mdoc.errors import UsageError

pytestmark = pytest.mark.usefixtures("desktop")

ANSWERS = frozenset({Kind.ANSWER})
M = b"\x00" + bytes(range(250)) * 2


@pytest.fixture(scope="module")
def reader() -> Iterator[PictureReader]:
    with PictureReader() as made:
        yield made


def still(m: bytes = M) -> str:
    showing = encode(Kind.ANSWER, m, streams_ok=False)
    assert isinstance(showing, StillCode)
    return showing.text


def at_the_camera() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "counterproof-camera"]


class Heard:
    """Everything that a scanner said."""

    def __init__(self, scanner: Scanner) -> None:
        self.messages: list[bytes] = []
        self.looks: list[Look] = []
        self.troubles: list[str] = []
        self.previews = 0
        scanner.collected.connect(lambda message, _came: self.messages.append(message.m))
        scanner.looked.connect(self.looks.append)
        scanner.trouble.connect(self._trouble)
        scanner.preview.connect(self._preview)
        self._scanner = scanner

    def _trouble(self, error: UsageError) -> None:
        self.troubles.append(error.code)

    def _preview(self, _image: object) -> None:
        self.previews += 1
        self._scanner.shown()


def test_a_code_held_up_to_the_camera_is_read(tmp_path: Path, qtbot: QtBot, reader: PictureReader) -> None:
    scanner = Scanner(ANSWERS, SystemClock(), reader)
    heard = Heard(scanner)
    scanner.start(film(tmp_path / "film.avi", held_up(still(), 1_000_031, 24)))
    try:
        qtbot.waitUntil(lambda: bool(heard.messages), timeout=20_000)
    finally:
        scanner.close()
    assert heard.messages == [M]
    assert heard.previews > 0
    assert not scanner.running


def test_a_stream_is_read_while_frames_are_lost(tmp_path: Path, qtbot: QtBot, reader: PictureReader) -> None:
    m = bytes(range(256)) * 8
    sender = encode(Kind.ANSWER, m, streams_ok=True)
    assert isinstance(sender, StreamSender)
    codes = [modules(text) for text in islice(sender, 3 * sender.needed)]
    views = watch(Webcam(1_000_037, "mild", 4.5, size=(1280, 720)), codes, seed=5, loss=0.2)
    frames = [view.frame for _, view in islice(views, 60) if view is not None]
    scanner = Scanner(ANSWERS, SystemClock(), reader)
    heard = Heard(scanner)
    scanner.start(film(tmp_path / "film.avi", frames, rate=12.0))
    try:
        qtbot.waitUntil(lambda: bool(heard.messages or heard.troubles), timeout=40_000)
    finally:
        scanner.close()
    assert heard.messages == [m]
    assert max(look.received for look in heard.looks) >= 1
    assert {look.needed for look in heard.looks} - {0} == {sender.needed}


def test_a_film_that_ends_is_a_camera_that_was_pulled_out(
    tmp_path: Path, qtbot: QtBot, reader: PictureReader
) -> None:
    scanner = Scanner(ANSWERS, SystemClock(), reader)
    heard = Heard(scanner)
    scanner.start(film(tmp_path / "film.avi", [np.full((240, 320), 128, np.uint8)] * 3))
    qtbot.waitUntil(lambda: bool(heard.troubles), timeout=10_000)
    scanner.close()
    assert heard.troubles == ["optics.camera-lost"]


def test_a_camera_that_is_not_there_or_not_free_says_so(
    qtbot: QtBot, tmp_path: Path, reader: PictureReader
) -> None:
    scanner = Scanner(ANSWERS, SystemClock(), reader)
    heard = Heard(scanner)
    scanner.start(Camera(97, "No such camera"))
    qtbot.waitUntil(lambda: bool(heard.troubles), timeout=10_000)
    scanner.start(Camera(str(tmp_path / "nothing.avi"), "film"))
    qtbot.waitUntil(lambda: len(heard.troubles) == 2, timeout=10_000)
    scanner.close()
    assert heard.troubles == ["optics.camera-missing", "optics.camera-busy"]


def test_other_codes_are_named_and_two_are_not_chosen_between(
    tmp_path: Path, qtbot: QtBot, reader: PictureReader
) -> None:
    texts = ["HTTPS://EXAMPLE.ORG", still(), still(M[::-1])]
    pictures = [picture(text, 5) for text in texts]
    high = max(each.shape[0] for each in pictures)
    padded = [np.pad(each, ((0, high - each.shape[0]), (0, 8)), constant_values=255) for each in pictures]
    frames = [np.ascontiguousarray(padded[0])] * 4 + [np.hstack(padded[1:])] * 4
    wide = max(each.shape[1] for each in frames)
    same = [np.pad(each, ((0, 0), (0, wide - each.shape[1])), constant_values=255) for each in frames]
    scanner = Scanner(ANSWERS, SystemClock(), reader)
    heard = Heard(scanner)
    scanner.start(film(tmp_path / "film.avi", same, rate=5.0))
    qtbot.waitUntil(lambda: bool(heard.troubles), timeout=20_000)
    scanner.close()
    assert heard.messages == []
    assert {"optics.foreign-web-address", "optics.two-codes"} <= {look.code for look in heard.looks}


def test_the_window_is_never_blocked(tmp_path: Path, qtbot: QtBot, reader: PictureReader) -> None:
    """However slow the reading: a timer of the window's thread keeps its pace."""

    class Slow(PictureReader):
        def read_frame(self, grey: NDArray[np.uint8], effort: Stage = Stage.PLAIN) -> Sight:
            time.sleep(0.3)
            return reader.read_frame(grey, effort)

    from PySide6.QtCore import QTimer  # noqa: PLC0415

    scanner, beats = Scanner(ANSWERS, SystemClock(), Slow()), [time.monotonic()]
    heard, timer = Heard(scanner), QTimer()
    timer.timeout.connect(lambda: beats.append(time.monotonic()))
    timer.start(10)
    scanner.start(film(tmp_path / "film.avi", [np.full((720, 1280), 128, np.uint8)] * 30))
    qtbot.waitUntil(lambda: bool(heard.troubles), timeout=20_000)
    timer.stop()
    scanner.close()
    assert len(heard.looks) < 15, "frames that came meanwhile were let go"
    assert sorted(np.diff(beats))[-3] < 0.25


def test_what_was_read_is_kept_for_a_time_by_the_clock_however_often_one_stops(
    qtbot: QtBot, reader: PictureReader
) -> None:
    sender = StreamSender(Kind.ANSWER, bytes(range(256)) * 8)
    views = [picture(sender.text(each), 6) for each in range(3)]
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    scanner = Scanner(ANSWERS, clock, reader, limits=OpticsLimits(stream_idle_seconds=900.0), resumes=True)
    heard = Heard(scanner)
    for view, pause, kept in zip(views, (0.0, 600.0, 1_000.0), (1, 2, 1), strict=True):
        clock.advance(pause)
        heard.looks.clear()
        scanner.start_fed()
        grey = np.ascontiguousarray(view)
        high, wide = grey.shape
        scanner.feed(QImage(grey.tobytes(), wide, high, wide, QImage.Format.Format_Grayscale8))
        qtbot.waitUntil(lambda: bool(heard.looks), timeout=10_000)
        assert heard.looks[-1].received == kept
        scanner.stop()
    scanner.close()


def test_no_thread_is_left(tmp_path: Path, qtbot: QtBot, reader: PictureReader) -> None:
    scanner = Scanner(ANSWERS, SystemClock(), reader)
    heard = Heard(scanner)
    camera = film(tmp_path / "film.avi", [np.full((240, 320), 128, np.uint8)] * 200)
    for _ in range(3):
        scanner.start(camera)
    qtbot.waitUntil(lambda: heard.previews > 1, timeout=10_000)
    scanner.close()
    assert not at_the_camera()


def test_a_camera_that_hangs_holds_up_neither_the_window_nor_the_next_camera(
    tmp_path: Path, qtbot: QtBot, reader: PictureReader
) -> None:
    good = film(tmp_path / "film.avi", held_up(still(), 41, 6))
    hanging = tmp_path / "hanging.avi"
    os.mkfifo(hanging)  # whoever opens it waits until somebody writes, as in a driver that does not answer
    scanner = Scanner(ANSWERS, SystemClock(), reader)
    heard = Heard(scanner)
    scanner.start(Camera(str(hanging), "hanging"))
    scanner.stop()
    assert not scanner.running
    assert at_the_camera(), "it hangs, and nobody waited for it"
    scanner.start(good)
    qtbot.wait(50)
    assert not heard.messages, "one camera at a time"
    answers = os.open(hanging, os.O_RDWR)
    hanging.unlink()  # for OpenCV tries again in other ways
    os.close(answers)
    qtbot.waitUntil(lambda: heard.messages == [M], timeout=20_000)
    assert not heard.troubles, "what the stopped one met is nobody's matter"
    scanner.close()
    assert not at_the_camera()


def test_cameras_are_found_when_they_are_plugged_in(tmp_path: Path, qtbot: QtBot) -> None:
    devices, about = tmp_path / "dev", tmp_path / "sys"
    devices.mkdir()

    def plug(number: int, name: str, index: str) -> None:
        (devices / f"video{number}").touch()
        (about / f"video{number}").mkdir(parents=True)
        (about / f"video{number}" / "name").write_text(name + "\n")
        (about / f"video{number}" / "index").write_text(index + "\n")

    assert cameras(devices, about) == ()
    noticed = CameraWatch(devices=devices, about=about)
    plug(0, "Integrated Camera", "0")
    plug(1, "Integrated Camera", "1")
    plug(10, "Desk <b>Camera</b>", "0")
    (devices / "video-nonsense").touch()
    with qtbot.waitSignal(noticed.changed, timeout=5_000) as heard:
        pass
    assert heard.args == [(Camera(0, "Integrated Camera"), Camera(10, "Desk <b>Camera</b>"))]


@pytest.mark.parametrize(
    ("side", "place", "wanted"),
    [(100, (200, 150), Hint.CLOSER), (400, (300, 150), Hint.HOLD_STILL), (400, (0, 150), Hint.CUT_OFF)],
)
def test_what_to_do_is_said(side: int, place: tuple[int, int], wanted: Hint) -> None:
    x, y = place
    corners = ((x, y), (x + side, y), (x + side, y + side), (x, y + side))
    sight = Sight((), (tuple((float(a), float(b)) for a, b in corners),))
    assert hint(sight, (720, 1280), 128.0) is wanted


def test_light_is_judged_where_no_code_is_seen() -> None:
    assert hint(Sight(()), (720, 1280), 5.0) is Hint.TOO_DARK
    assert hint(Sight(()), (720, 1280), 250.0) is Hint.TOO_BRIGHT
    assert hint(Sight(()), (720, 1280), 100.0) is Hint.NOTHING
    assert hint(read_codes(picture(still())), (720, 1280), 250.0) is Hint.READ
