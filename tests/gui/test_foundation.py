"""The shared pieces: appearance, focus, labels, work in the background, codes on the screen."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, QSize, Qt
from PySide6.QtGui import QImage, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from counterproof.desktop import theme
from counterproof.desktop.app import Appearance, Preferences, has_screen
from counterproof.desktop.background import ImmediateRunner, PoolRunner
from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.focus import FocusRing
from counterproof.desktop.plain_text import PlainLabel, button, isolated, on_button
from counterproof.desktop.qr_view import QrView
from counterproof.desktop.shapes import VerdictShape
from counterproof.desktop.tick_box import TickBox
from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.optics.encode import StillCode, encode
from counterproof.optics.kinds import Kind
from counterproof.optics.read import Stage, read_codes
from counterproof.words.plain_text import marked
from tests.kit import windows

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop

pytestmark = pytest.mark.usefixtures("desktop")

HOSTILE = [
    '<span style="color:green;font-size:40px">ACCEPTED</span>',
    "<img src=x width=2000 height=2000>",
    "<table width=100000><tr><td>x</table>",
    "<a href='file:///etc/passwd'>press</a>",
    "safe\u202egnp.exe",
    "\u2066left\u2069 \u200bzero\u200b width",
    "line one\nACCEPTED\r\n\u2028line three",
    "\u0000\u0007bell",
    "Harbour \u0405choo\u04cf",
    "a" * 400,
    "&File &Edit",
    "Z" + "\u0300" * 40,
    "\U0001f469\u200d\U0001f469\u200d\U0001f467",
    "x" * 10_000,
]


def never(result: object) -> None:
    pytest.fail(f"not expected: {result!r}")


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)


def pixels(widget: QWidget) -> NDArray[np.uint8]:
    image = picture(widget)
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return raw[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def test_a_screen_is_needed_and_looked_for() -> None:
    assert has_screen({"DISPLAY": ":0"})
    assert has_screen({"WAYLAND_DISPLAY": "wayland-0"})
    assert has_screen({"QT_QPA_PLATFORM": "offscreen"})
    assert not has_screen({})


def test_what_was_chosen_is_kept(tmp_path: Path) -> None:
    chosen = Appearance(theme.Mode.DARK, 150, still=True, language="et", sound=False)
    Preferences(tmp_path / "window.ini").keep(chosen)
    assert Preferences(tmp_path / "window.ini").appearance() == chosen


@pytest.mark.parametrize("content", ["", "[appearance]\nmode=pink\npercent=9999\n", "\0\0nonsense", "[a"])
def test_settings_that_make_no_sense_are_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "window.ini").write_text(content)
    found = Preferences(tmp_path / "window.ini").appearance()
    assert found.mode is theme.Mode.SYSTEM
    assert theme.SMALLEST_PERCENT <= found.percent <= theme.LARGEST_PERCENT


def test_text_becomes_larger_at_once_and_not_beyond_the_limit(desktop: Desktop, qtbot: QtBot) -> None:
    label = PlainLabel("Show these two things")
    qtbot.addWidget(label)
    label.show()
    before = label.font().pixelSize()
    for _ in range(9):
        desktop.larger()
    assert (before, label.font().pixelSize()) == (15, 30)
    assert desktop.preferences.appearance().percent == 200


def test_settings_that_are_changed_again_and_again_leave_nothing_behind(
    desktop: Desktop, qtbot: QtBot
) -> None:
    del qtbot
    before = len(desktop.findChildren(QObject))
    for number in range(30):
        language = ("et", "hi", "")[number % 3]
        desktop.choose(replace(desktop.appearance, language=language, percent=100 + 25 * (number % 3)))
        QTest.qWait(1)
    assert len(desktop.findChildren(QObject)) <= before


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_words_stand_beside_their_box_in_both_directions(
    desktop: Desktop, qtbot: QtBot, direction: Qt.LayoutDirection
) -> None:
    del desktop
    box = TickBox("Sound")
    qtbot.addWidget(box)
    box.setLayoutDirection(direction)
    box.resize(600, 44)
    picture = QImage(box.size(), QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    box.render(picture, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    middle, down = picture.width() // 2, range(picture.height())
    dark = [x for x in range(picture.width()) if any(picture.pixelColor(x, y).lightness() < 96 for y in down)]
    rtl = direction is Qt.LayoutDirection.RightToLeft
    assert dark
    assert min(dark) > middle if rtl else max(dark) < middle


def test_right_to_left_follows_the_language(desktop: Desktop, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    desktop.choose(Appearance(theme.Mode.LIGHT, language="ar-XB"))
    assert window.layoutDirection() is Qt.LayoutDirection.RightToLeft
    desktop.choose(Appearance(theme.Mode.LIGHT, language="en"))
    assert window.layoutDirection() is Qt.LayoutDirection.LeftToRight


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_from_outside_is_shown_as_it_is_and_moves_nothing(
    desktop: Desktop, qtbot: QtBot, text: str
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    box, label = QVBoxLayout(window), PlainLabel("A name")
    box.addWidget(label)
    window.resize(420, 800)
    desktop.dress(window)
    window.show()
    label.set_outside(text)
    box.activate()
    assert label.text() == marked(text)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert window.size() == QSize(420, 800)
    assert window.minimumSizeHint().width() < 420
    assert windows.guessing(window) == []
    assert windows.cut_off(window) == []


def test_markup_brings_no_colour(qtbot: QtBot) -> None:
    label = PlainLabel()
    qtbot.addWidget(label)
    label.set_outside('<b style="background:#00ff00;color:#00ff00">ACCEPTED</b>')
    label.resize(400, 120)
    seen = pixels(label).astype(int)
    assert not ((seen[..., 1] - seen[..., 0]) > 60).any()


def test_a_word_without_an_end_is_broken(qtbot: QtBot) -> None:
    label = PlainLabel("x" * 300)
    qtbot.addWidget(label)
    label.resize(200, 10)
    assert label.heightForWidth(200) >= 10 * label.heightForWidth(20_000)
    assert label.minimumSizeHint().width() <= 60


def test_an_ampersand_from_outside_is_no_shortcut(qtbot: QtBot) -> None:
    made = button(on_button("Fish & Chips"))
    qtbot.addWidget(made)
    assert made.text() == "Fish && Chips"
    assert made.accessibleName() == "Fish & Chips"
    assert made.shortcut().isEmpty()


def test_a_fence_holds_what_turns_round() -> None:
    assert isolated("\u05d0\u05d1") == "\u2068\u05d0\u05d1\u2069"
    assert "\u202e" not in isolated("a\u202eb")


def test_the_ring_follows_the_focus(desktop: Desktop, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    box = QVBoxLayout(window)
    first, second = button("Ask"), QLineEdit()
    second.setAccessibleName("Name")
    box.addWidget(first)
    box.addWidget(second)
    desktop.dress(window)
    with qtbot.waitActive(window):
        window.show()
    ring = window.findChild(FocusRing)
    assert ring is not None
    for each in (first, second):
        each.setFocus()
        assert ring.isVisible()
        assert ring.geometry().contains(each.geometry())
    action = tuple(int(theme.current().palette.action[place : place + 2], 16) for place in (1, 3, 5))
    edge = pixels(window)[second.geometry().center().y(), ring.geometry().left() + 1]
    assert tuple(edge) == action
    assert windows.unnamed(window) == windows.unreached(window) == []


def test_work_comes_back_in_the_window_s_thread(qtbot: QtBot) -> None:
    runner = PoolRunner()
    seen: list[tuple[int, int]] = []
    try:
        runner.run(threading.get_ident, lambda worker: seen.append((worker, threading.get_ident())), never)
        qtbot.waitUntil(lambda: bool(seen))
    finally:
        runner.close()
    worker, told = seen[0]
    assert worker != told == threading.get_ident()


@pytest.mark.parametrize("runner_of", [PoolRunner, ImmediateRunner])
def test_errors_come_back_as_codes_without_values(
    qtbot: QtBot, runner_of: type[PoolRunner | ImmediateRunner]
) -> None:
    def fails() -> object:
        raise ValueError("Mari Maasikas")

    def refuses() -> object:
        raise UsageError("verifier.no-counter")

    runner = runner_of()
    seen: list[CounterproofError] = []
    try:
        for work in (fails, refuses):
            runner.run(work, never, seen.append)
            qtbot.waitUntil(lambda: bool(seen))
            error = seen.pop()
            assert error.code == ("desktop.unexpected" if work is fails else "verifier.no-counter")
            assert "Mari" not in str(error)
    finally:
        runner.close()


def test_nothing_outlives_the_window(qtbot: QtBot) -> None:
    runner, gate = PoolRunner(), threading.Event()
    told: list[object] = []
    running = runner.run(gate.wait, told.append, never)
    waiting = [runner.run(lambda: 1, told.append, never) for _ in range(5)]
    assert running is not waiting[0]
    threading.Timer(0.05, gate.set).start()
    runner.close()
    qtbot.wait(50)
    assert told == []
    assert not [each for each in threading.enumerate() if each.name.startswith("counterproof-work")]
    runner.run(lambda: 1, told.append, never)
    qtbot.wait(20)
    assert told == []


def test_a_cancelled_task_delivers_nothing(qtbot: QtBot) -> None:
    runner = PoolRunner()
    told: list[object] = []
    try:
        task = runner.run(lambda: 1, told.append, never)
        task.cancel()
        qtbot.wait(50)
    finally:
        runner.close()
    assert told == []


@pytest.mark.parametrize("mode", [theme.Mode.LIGHT, theme.Mode.DARK, theme.Mode.CONTRAST])
@pytest.mark.parametrize("ratio", ["tight", "roomy"])
def test_a_code_on_the_screen_can_be_read_in_every_theme(
    desktop: Desktop, qtbot: QtBot, mode: theme.Mode, ratio: str
) -> None:
    desktop.choose(Appearance(mode, language="en"))
    view = QrView()
    qtbot.addWidget(view)
    showing = encode(Kind.REQUEST, b"\x00" + bytes(range(200)) * 3, streams_ok=False)
    view.show_code(showing, "Request")
    view.resize(*((260, 300) if ratio == "tight" else (900, 700)))
    grey = pixels(view).mean(axis=2).astype(np.uint8)
    found = read_codes(grey, Stage.PLAIN).found
    assert isinstance(showing, StillCode)
    assert [each.text for each in found] == [showing.text]
    assert view.accessibleName() == "Request"
    values, counts = np.unique(grey[grey.shape[0] // 2], return_counts=True)
    assert counts[(values > 60) & (values < 200)].sum() == 0, "modules are whole pixels"


def test_a_stream_moves_while_it_is_seen_and_ends_clean(qtbot: QtBot) -> None:
    view = QrView()
    shown: list[int] = []
    qtbot.addWidget(view)
    view.frame_shown.connect(shown.append)
    view.show_code(encode(Kind.ANSWER, bytes(3000), streams_ok=True), "Answer")
    view.resize(500, 500)
    view.show()
    qtbot.waitUntil(lambda: len(shown) >= 4)
    view.hide()
    at = len(shown)
    qtbot.wait(250)
    assert len(shown) == at
    view.clear()
    assert not view.moving
    assert view.accessibleName() == ""


def test_the_shapes_differ_without_colour(qtbot: QtBot) -> None:
    drawn = []
    for feel in theme.Feel:
        shape = VerdictShape(feel)
        qtbot.addWidget(shape)
        shape.resize(160, 160)
        grey = pixels(shape).astype(int).sum(axis=2)
        drawn.append(grey < grey.max() - 60)
    for place, one in enumerate(drawn):
        for other in drawn[place + 1 :]:
            assert (one ^ other).mean() > 0.05


@pytest.mark.usefixtures("desktop")
def test_a_title_is_larger_than_the_text_beneath_it(qtbot: QtBot) -> None:
    """The style sheet must not ask for a property that Qt has already: `text` is what a label says."""
    sizes = []
    for size in theme.Text:
        label = PlainLabel("Ä", size)
        qtbot.addWidget(label)
        label.ensurePolished()
        assert label.text() == "Ä"
        sizes.append(label.font().pixelSize())
    assert sizes == [theme.current().size(each) for each in theme.Text]


@pytest.mark.usefixtures("desktop")
def test_no_call_loses_a_reference_to_none() -> None:
    """PySide6 6.12.0 on Python 3.11 does, with each call that returns nothing, and soon falls over."""
    label = PlainLabel()
    before = sys.getrefcount(None)
    for _ in range(300):
        label.setText("x")
        label.parentWidget()
    assert abs(sys.getrefcount(None) - before) < 100


class Sized(QWidget):
    """Something that asks for 100 by 40."""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask."""
        return QSize(100, 40)


@pytest.mark.usefixtures("desktop")
def test_a_place_that_flows_breaks_lines_closes_gaps_and_keeps_its_edge(qtbot: QtBot) -> None:
    area = FlowArea(8, 24)
    qtbot.addWidget(area)
    parts = [Sized() for _ in range(4)]
    for each in parts:
        area.add(each)
    area.resize(24 + 100 + 8 + 100 + 24, 300)
    area.show()
    assert [(each.x(), each.y()) for each in parts] == [(24, 24), (132, 24), (24, 72), (132, 72)]
    assert area.heightForWidth(256) == 24 + 40 + 8 + 40 + 24
    assert area.sizeHint().width() == 24 + 4 * 100 + 3 * 8 + 24, "in one line, it asks for no more"
    parts[0].hide()
    assert [(each.x(), each.y()) for each in parts[1:]] == [(24, 24), (132, 24), (24, 72)]
    area.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    area.resize(257, 300)
    assert parts[1].x() > parts[2].x()


@pytest.mark.usefixtures("desktop")
def test_what_is_wider_than_the_place_is_held_within_it(qtbot: QtBot) -> None:
    area = FlowArea(8, 24)
    qtbot.addWidget(area)
    wide = QPushButton("x" * 400)
    area.add(wide)
    area.resize(200, 200)
    area.show()
    assert wide.geometry().left() == 24
    assert wide.geometry().right() < 200 - 24
