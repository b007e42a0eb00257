"""A code or a stream of codes, as large as its place allows.

Modules are whole pixels of the screen, so that no edge is grey; the ground is white with the quiet zone of
four modules in every theme, because readers look for dark on light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from counterproof.optics import draw
from counterproof.optics.encode import StillCode
from counterproof.optics.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QHideEvent, QPaintEvent, QShowEvent

    from counterproof.optics.stream import StreamSender


def code_image(text: str) -> QImage:
    """Return the code with its quiet zone, one pixel a module."""
    import numpy as np  # noqa: PLC0415 - loaded with the first code, not with the window

    dark = np.pad(draw.modules(text), draw.QUIET_MODULES, constant_values=False)
    grey = np.where(dark, np.uint8(0), np.uint8(255))
    side = int(grey.shape[0])
    return QImage(grey.tobytes(), side, side, side, QImage.Format.Format_Grayscale8).copy()


class QrView(QWidget):
    """Shows one code or a stream. `frame_shown` tells how many codes of a stream were shown."""

    frame_shown = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, smallest: int = 200) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._frames: Iterator[str] | None = None
        self._count = 0
        self._smallest = smallest
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(1000 / LIMITS.stream_frames_per_second))
        self._timer.timeout.connect(self._next)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(smallest, smallest)

    @property
    def moving(self) -> bool:
        """Whether a stream is shown."""
        return self._frames is not None

    def show_code(self, showing: StillCode | StreamSender, name: str) -> None:
        """Show a still code or a stream; `name` is what a screen reader says that it is."""
        self.clear()
        self.setAccessibleName(name)
        if isinstance(showing, StillCode):
            self._image = code_image(showing.text)
        else:
            self._frames = iter(showing)
            self._next()
            self._start()
        self.update()

    def clear(self) -> None:
        """Show nothing and keep nothing."""
        self._timer.stop()
        self._image, self._frames, self._count = None, None, 0
        self.setAccessibleName("")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the least size: the view takes whatever room there is beyond it."""
        return QSize(self._smallest, self._smallest)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Go on with the stream."""
        super().showEvent(event)
        self._start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Rest while nobody sees it."""
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the code in the middle, each module as many whole pixels of the screen as fit."""
        if self._image is None:
            return
        painter = QPainter(self)
        side, ratio = self._image.width(), self.devicePixelRatioF()
        room = min(self.width(), self.height())
        # Where not even one pixel a module fits, a smaller picture is still better than a part of one.
        drawn = max(int(room * ratio / side), 1) * side / ratio
        drawn = min(drawn, room)
        left, top = (self.width() - drawn) / 2, (self.height() - drawn) / 2
        area = QRect(round(left), round(top), round(drawn), round(drawn))
        painter.fillRect(area, QColor("#FFFFFF"))
        painter.drawImage(area, self._image)

    def _start(self) -> None:
        if self._frames is not None and self.isVisible():
            self._timer.start()

    def _next(self) -> None:
        if self._frames is None:
            return
        self._image = code_image(next(self._frames))
        self._count += 1
        self.update()
        self.frame_shown.emit(self._count)
