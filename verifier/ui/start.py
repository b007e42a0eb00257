"""Opening the counter's window: what it needs, put together once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.desktop.app import Desktop, Preferences, application, usual_percent
from counterproof.desktop.background import PoolRunner
from counterproof.desktop.picture_worker import PortraitDecoder
from counterproof.words.language import tr
from verifier.flow.desk import Desk
from verifier.flow.place import Place
from verifier.ui.first_start import FirstStart
from verifier.ui.inputs import Inputs
from verifier.ui.unlock import unlock
from verifier.ui.window import CounterWindow

if TYPE_CHECKING:
    from pathlib import Path

    from counterproof.clock import Clock
    from counterproof.desktop.scanner import Camera
    from verifier.home import Home


def open_window(
    home: Home,
    clock: Clock,
    *,
    recording: Camera | None = None,
    full: bool = False,
    handed: Path | None = None,
) -> int:
    """Open the window of the counter in `home` and return when it is closed.

    `recording` stands in for a camera, `handed` is taken as if it had been dropped. Raises as `Place`.
    """
    app = application("verifier", tr("Counter"))
    desktop = Desktop(app, Preferences(home.folder / "window.ini", usual_percent()))
    if not home.exists and not FirstStart(home, desktop).exec():
        return 0
    place = Place(home, clock)
    trouble = unlock(place)
    runner = PoolRunner(threads=1)
    inputs = Inputs(app, place, desktop.preferences, runner, recording=recording)
    desk = Desk(place)
    window = CounterWindow(
        place,
        desk,
        desktop,
        runner=runner,
        trusting=PoolRunner(threads=1),
        inputs=inputs,
        decoder=PortraitDecoder(),
    )
    inputs.window = window
    if trouble is not None:
        desk.trouble(trouble)
        window.refresh()
    window.showFullScreen() if full else window.show()
    if handed is not None:
        inputs.take_files([handed])
    return app.exec()
