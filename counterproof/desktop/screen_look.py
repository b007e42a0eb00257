"""What is on the screen, in place of a camera: a person on a video call holds a code up, or a page shows one.

Pixels are taken in the window's thread, as the window system wants it, and read where frames of a camera are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QIODevice, QObject, QRect, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage

from counterproof.mdoc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QScreen

    from counterproof.desktop.scanner import Scanner

_COARSE: Final = 64
_QUICK: Final = 80
"""What Qt calls the quality of a PNG: so high, it is the least compression, a third of the time."""
_EVERY_MS: Final = 110
"""Nine pictures a second: a stream of twelve codes a second is not met in step."""


@dataclass(frozen=True, slots=True)
class ScreenArea:
    """A part of a screen, in the screen's own coordinates; `screen` is its name."""

    screen: str
    rect: QRect


def grab(screen: QScreen, rect: QRect | None = None) -> QImage:
    """Return what a screen shows, or a part of it; a null picture where the desktop does not let us look."""
    whole = QRect(0, 0, -1, -1) if rect is None else rect
    return screen.grabWindow(0, whole.x(), whole.y(), whole.width(), whole.height()).toImage()


def is_blank(image: QImage) -> bool:
    """Tell whether a picture of a whole screen shows nothing: null, or all of one colour."""
    if image.isNull():
        return True
    small = image.scaled(_COARSE, _COARSE).convertToFormat(QImage.Format.Format_RGB32)
    return len({small.pixel(x, y) for x in range(_COARSE) for y in range(_COARSE)}) == 1


def as_png(image: QImage) -> bytes:
    """Return a picture as PNG, so that it takes the same way as any file; empty where there is none."""
    if image.isNull():
        return b""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", _QUICK)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


class ScreenLook(QObject):
    """Hands a scanner one picture of the screen after the other, until it is stopped.

    Several parts are taken in turn. `trouble` carries UsageError `desktop.screen-hidden` where there is
    nothing to see, or `desktop.screen-gone`, once; then nothing more comes.
    """

    trouble = Signal(object)

    def __init__(
        self,
        scanner: Scanner,
        parent: QObject | None = None,
        look: Callable[[QScreen, QRect | None], QImage] = grab,
    ) -> None:
        super().__init__(parent)
        self._scanner, self._look = scanner, look
        self._areas: tuple[ScreenArea, ...] = ()
        self._turn = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def running(self) -> bool:
        """Whether a part of the screen is looked at."""
        return self._timer.isActive()

    def start(self, *areas: ScreenArea) -> None:
        """Look at these parts of screens; whatever was begun elsewhere is forgotten."""
        self._areas, self._turn = areas, 0
        self._scanner.start_fed()
        self._timer.start()

    def stop(self) -> None:
        """Look no more; the scanner is its owner's to stop."""
        self._timer.stop()

    def _tick(self) -> None:
        area = self._areas[self._turn % len(self._areas)]
        self._turn += 1
        screen = next((each for each in QGuiApplication.screens() if each.name() == area.screen), None)
        if screen is None:
            self._end("desktop.screen-gone")
            return
        image = self._look(screen, area.rect)
        if image.isNull():
            self._end("desktop.screen-hidden")
            return
        self._scanner.feed(image)

    def _end(self, code: str) -> None:
        self.stop()
        self.trouble.emit(UsageError(code))
