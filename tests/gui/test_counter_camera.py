"""What is in the way of a camera is said in the window: films through the path that every camera takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from counterproof.desktop import scanner
from counterproof.desktop.scanner import Camera
from counterproof.optics.draw import picture
from counterproof.optics.kinds import Kind
from tests.kit.counter_gui import window_of
from tests.kit.counter_home import text_of
from tests.kit.counter_window import OpenDesk
from tests.kit.films import film, held_up
from verifier.flow.desk import Asking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop
    from tests.kit.counter_home import CounterHome
    from verifier.ui.window import CounterWindow

FOREIGN = "HTTPS://TICKETS.EXAMPLE/A"
HIGH, WIDE = 720, 1280


@pytest.fixture
def asking(
    home: CounterHome, desktop: Desktop, tmp_path: Path, qtbot: QtBot
) -> Iterator[Callable[[Callable[[str], Camera]], CounterWindow]]:
    """Give a function that opens the window, asks, and looks at what a film of the answer's text shows."""
    desk = OpenDesk(home, tmp_path / "folder")
    windows: list[CounterWindow] = []

    def look(made: Callable[[str], Camera]) -> CounterWindow:
        desk.asked()
        camera = made(text_of(Kind.ANSWER, desk.answer().m))
        window = window_of(desk, desktop, recording=camera)
        windows.append(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield look
    for each in windows:
        each.close()
        each.deleteLater()


def on_grey(*codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a frame with these pictures beside each other in its middle."""
    frame = np.full((HIGH, WIDE), 200, np.uint8)
    left = (WIDE - sum(each.shape[1] + 40 for each in codes)) // 2
    for each in codes:
        top = (HIGH - each.shape[0]) // 2
        frame[top : top + each.shape[0], left : left + each.shape[1]] = each
        left += each.shape[1] + 40
    return frame


def test_a_code_held_up_ends_in_a_verdict(
    asking: Callable[[Callable[[str], Camera]], CounterWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    window = asking(lambda text: film(tmp_path / "film.avi", held_up(text, 1_000_031, 24)))
    qtbot.waitUntil(lambda: window.page == "verdict", timeout=40_000)
    assert window.verdict.text("word") == "Accepted"


def test_a_foreign_code_says_whose_it_is(
    asking: Callable[[Callable[[str], Camera]], CounterWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    window = asking(lambda _: film(tmp_path / "film.avi", [on_grey(picture(FOREIGN, 6))] * 60))
    qtbot.waitUntil(lambda: window.asking.notice.code == "optics.foreign-web-address", timeout=40_000)
    assert isinstance(window.desk.state, Asking)


def test_two_codes_are_not_chosen_between(
    asking: Callable[[Callable[[str], Camera]], CounterWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    def both(text: str) -> Camera:
        other = text[:-3] + ("000" if text[-3:] != "000" else "111")
        return film(tmp_path / "film.avi", [on_grey(picture(text, 5), picture(other, 5))] * 60)

    window = asking(both)
    qtbot.waitUntil(lambda: window.asking.notice.code == "optics.two-codes", timeout=40_000)
    assert window.page == "asking"


def test_a_code_that_is_too_small_is_asked_nearer(
    asking: Callable[[Callable[[str], Camera]], CounterWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    def far_away(text: str) -> Camera:
        blurred = np.asarray(cv2.GaussianBlur(on_grey(picture(text, 2)), (0, 0), 0.82), np.uint8)
        return film(tmp_path / "film.avi", [blurred] * 60, rate=5.0)

    window = asking(far_away)
    said: list[str] = []
    window.inputs.looked.connect(lambda _look: said.append(window.asking.hint))
    qtbot.waitUntil(lambda: any(each.startswith("Closer") for each in said), timeout=40_000)


def test_a_camera_that_is_pulled_out_says_so_and_every_other_way_stays(
    asking: Callable[[Callable[[str], Camera]], CounterWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    window = asking(lambda _: film(tmp_path / "film.avi", [on_grey()] * 4))
    camera = window.asking.camera
    qtbot.waitUntil(lambda: "film" in camera.accessibleDescription(), timeout=40_000)
    assert "stopped" in camera.accessibleDescription()
    assert "handheld scanner works now" in camera.accessibleDescription()
    assert isinstance(window.desk.state, Asking)


@pytest.mark.parametrize(("plugged", "said"), [(True, "is there, but another"), (False, "was not found")])
def test_a_camera_that_is_busy_or_gone_is_told_apart(
    asking: Callable[[Callable[[str], Camera]], CounterWindow],
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    *,
    plugged: bool,
    said: str,
) -> None:
    monkeypatch.setattr(scanner, "_DEVICES", tmp_path)
    if plugged:
        (tmp_path / "video97").touch()
    window = asking(lambda _: Camera(97, "Desk camera"))
    camera = window.asking.camera
    qtbot.waitUntil(lambda: "Desk camera" in camera.accessibleDescription(), timeout=40_000)
    assert said in camera.accessibleDescription()
