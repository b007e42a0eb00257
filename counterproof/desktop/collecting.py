"""Python's garbage collector, held to the window's own thread.

A collection runs in whichever thread happens to allocate. One that runs in the thread of a camera or of a
download, and finds a closed window among its garbage, destroys widgets outside Qt's thread, and the program
falls over at its next event. So nothing is collected by itself while there is a window: a timer does it, in
the thread that made it.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

__all__ = ["Collector"]

_EVERY: Final = 1000  # milliseconds: what threads leave in a second is small beside a picture of the camera
_OLDEST_FIRST: Final = (2, 1, 0)


class Collector(QObject):
    """Collects garbage in the thread that makes it, and nowhere else, until it is destroyed."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        if gc.isenabled():
            gc.disable()
            self.destroyed.connect(gc.enable)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation whose time has come by Python's own thresholds."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in _OLDEST_FIRST:
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return
