"""A counter's window on an open desk, with everything done at once and without a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from counterproof.desktop.background import ImmediateRunner
from counterproof.desktop.picture_worker import PortraitDecoder
from verifier.ui.inputs import Inputs
from verifier.ui.window import CounterWindow

if TYPE_CHECKING:
    from counterproof.desktop.app import Desktop
    from counterproof.desktop.scanner import Camera
    from tests.kit.counter_window import OpenDesk


def window_of(desk: OpenDesk, desktop: Desktop, *, recording: Camera | None = None) -> CounterWindow:
    """Return a window on a desk; `recording` stands in for a camera. Close it."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    runner = ImmediateRunner()
    inputs = Inputs(app, desk.place, desktop.preferences, runner, recording=recording)
    return CounterWindow(
        desk.place,
        desk.desk,
        desktop,
        runner=runner,
        trusting=runner,
        inputs=inputs,
        decoder=PortraitDecoder(),
    )
