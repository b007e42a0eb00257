"""The camera: frames are taken in one thread, read in another, and the window only hears of it.

The newest frame is what counts: one that was not looked at in time is let go, so that neither a slow decoder
nor a slow screen builds up a queue. Decoding itself happens in the process of `PictureReader`.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.optics.aiming import Hint, hint
from counterproof.optics.collect import Collector
from counterproof.optics.limits import LIMITS, OpticsLimits
from counterproof.optics.read import Stage
from counterproof.optics.reader import PictureReader

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from counterproof.clock import Clock
    from counterproof.optics.kinds import Kind
    from counterproof.optics.read import Sight

_DEVICES: Final = Path("/dev")
_ABOUT: Final = Path("/sys/class/video4linux")
_SIZE: Final = (1920, 1080)
_PREVIEW_WIDTH: Final = 640
_LOOK_AGAIN_MS: Final = 1500
_HARDER_AFTER: Final = 6  # frames without a code of ours before more effort goes into one
_WAIT: Final = 0.25
_PATIENCE: Final = 3.0
"""Seconds that a closing window waits for a camera to be let go of."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera of this computer, or a recording of ours that stands in for one."""

    device: int | str
    name: str


def cameras(devices: Path = _DEVICES, about: Path = _ABOUT) -> tuple[Camera, ...]:
    """Return the cameras that are plugged in; of the nodes of one camera the first, which has pictures."""
    found = []
    for path in sorted(devices.glob("video*"), key=lambda each: (len(each.name), each.name)):
        digits = path.name.removeprefix("video")
        first = _read(about / path.name / "index") in ("", "0")
        if digits.isascii() and digits.isdigit() and first:
            found.append(Camera(int(digits), _read(about / path.name / "name") or path.name))
    return tuple(found)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


class CameraWatch(QObject):
    """Notices cameras that are plugged in or pulled out; `changed` carries all that are there."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None, devices: Path = _DEVICES, about: Path = _ABOUT) -> None:
        super().__init__(parent)
        self._places = devices, about
        self.found = cameras(devices, about)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_AGAIN_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Look now."""
        found = cameras(*self._places)
        if found != self.found:
            self.found = found
            self.changed.emit(found)


@dataclass(frozen=True, slots=True)
class Look:
    """What the newest frame said: a hint, how far a stream has come, and codes seen but not used.

    `code` is the error code of what was seen (another system's code, two codes, a newer version), with its
    `facts`; empty where there is nothing to say.
    """

    hint: Hint
    received: int = 0
    needed: int = 0
    code: str = ""
    facts: dict[str, int | str] = field(default_factory=dict)


@dataclass(slots=True)
class _Slot:
    """The newest frame, for whoever comes for it."""

    frame: NDArray[np.uint8] | None = None
    seconds: float = 0.0
    ready: threading.Condition = field(default_factory=threading.Condition)

    def put(self, frame: NDArray[np.uint8], seconds: float) -> None:
        with self.ready:
            self.frame, self.seconds = frame, seconds
            self.ready.notify()

    def take(self) -> tuple[NDArray[np.uint8], float] | None:
        with self.ready:
            if self.frame is None:
                self.ready.wait(_WAIT)
            frame, self.frame = self.frame, None
            return None if frame is None else (frame, self.seconds)

    def wake(self) -> None:
        with self.ready:
            self.ready.notify_all()


class Scanner(QObject):
    """Reads codes from one camera until a message is whole.

    `preview` carries a small picture, `looked` a Look, `collected` the message and when its last frame came
    (monotonic seconds); `trouble` the UsageError with which the camera cannot go on:
    `optics.camera-missing`, `optics.camera-busy`, `optics.camera-lost`.
    """

    preview = Signal(QImage)
    looked = Signal(object)
    collected = Signal(object, float)
    trouble = Signal(object)

    def __init__(
        self,
        awaited: frozenset[Kind],
        clock: Clock,
        reader: PictureReader | None = None,
        parent: QObject | None = None,
        *,
        limits: OpticsLimits = LIMITS,
        resumes: bool = False,
    ) -> None:
        """Look through nothing yet; one that `resumes` goes on with what it read before it was stopped."""
        super().__init__(parent)
        self._awaited, self._limits = awaited, limits
        self._kept = Collector(awaited, limits) if resumes else None
        self._clock = clock
        self._reader = reader or PictureReader()
        self._owns_reader = reader is None
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._ending: list[threading.Thread] = []
        self._seen = threading.Event()
        self._seen.set()
        self._slot = _Slot()

    @property
    def running(self) -> bool:
        """Whether a camera is looked through."""
        return any(each.is_alive() for each in self._threads)

    def start(self, camera: Camera) -> None:
        """Look through a camera; whatever was begun with another one is forgotten."""
        slot, stop = self._anew()
        self._run(lambda: self._film(camera, slot, stop), lambda: self._look(slot, stop))

    def forget(self) -> None:
        """Stop, and begin anew the next time: what was read is dropped."""
        self.stop()
        if self._kept is not None:
            self._kept = Collector(self._awaited, self._limits)

    def start_fed(self) -> None:
        """Read what `feed` brings, in place of a camera; whatever was begun before is forgotten."""
        slot, stop = self._anew()
        self._run(lambda: self._look(slot, stop))

    def _anew(self) -> tuple[_Slot, threading.Event]:
        self.stop()
        self._stop, self._slot = threading.Event(), _Slot()
        return self._slot, self._stop

    def _run(self, *works: Callable[[], None]) -> None:
        """Let each work run in a thread, once those of before have ended: camera and reader serve one."""
        before = tuple(self._ending)

        def follow(work: Callable[[], None]) -> None:
            for each in before:
                each.join()
            self._seen.set()
            work()

        # A camera that hangs in its driver cannot be ended; it must not keep the program from ending.
        self._threads = [
            threading.Thread(target=follow, args=(work,), name="counterproof-camera", daemon=True)
            for work in works
        ]
        for thread in self._threads:
            thread.start()

    def feed(self, image: QImage) -> None:
        """Take the newest picture, in the window's thread; one that is too large is made smaller."""
        import numpy as np  # noqa: PLC0415 - as in `_film`

        most = LIMITS.picture_pixels
        if image.width() * image.height() > most:
            image = image.scaledToWidth(int(image.width() * (most / (image.width() * image.height())) ** 0.5))
        grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
        rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
        self._slot.put(rows[:, : grey.width()].copy(), self._clock.monotonic())
        if self._seen.is_set():
            self._seen.clear()
            self.preview.emit(image.scaledToWidth(_PREVIEW_WIDTH, Qt.TransformationMode.SmoothTransformation))

    def stop(self) -> None:
        """Say that no more is wanted. The camera is let go of as soon as its driver returns; nobody waits."""
        self._stop.set()
        self._seen.set()
        self._slot.wake()
        self._ending = [each for each in (*self._ending, *self._threads) if each.is_alive()]
        self._threads = []

    def close(self) -> None:
        """Stop, wait for the camera for a moment, and end the reader's process if it is ours."""
        self.stop()
        last = threading.Thread(target=self._end, args=(tuple(self._ending),), daemon=True)
        last.start()
        last.join(_PATIENCE)
        self._ending = [last]  # whoever looks again waits for it: the reader must not be closed under them

    def _end(self, threads: tuple[threading.Thread, ...]) -> None:
        # The reader serves one thread at a time, so it is closed when nobody can be reading any more.
        for each in threads:
            each.join()
        if self._owns_reader:
            self._reader.close()

    def shown(self) -> None:
        """Say that the last preview was drawn: only then the next one is sent."""
        self._seen.set()

    def _film(self, camera: Camera, slot: _Slot, stop: threading.Event) -> None:
        os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(LIMITS.picture_pixels))
        import cv2  # noqa: PLC0415 - half a second, and only for whoever uses a camera
        import numpy as np  # noqa: PLC0415

        if stop.is_set():
            return
        source = cv2.VideoCapture(camera.device)
        try:
            if stop.is_set():
                return
            if not source.isOpened():
                there = isinstance(camera.device, str) or (_DEVICES / f"video{camera.device}").exists()
                busy = UsageError("optics.camera-busy", device=camera.name)
                self.trouble.emit(busy if there else UsageError("optics.camera-missing", device=camera.name))
                return
            pace = self._prepare(source, camera)
            while not stop.is_set():
                taken, frame = source.read()
                if not taken:
                    break
                grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
                if stop.is_set():
                    break
                slot.put(grey, self._clock.monotonic())
                self._show(frame)
                if pace:
                    stop.wait(pace)
            if not stop.is_set():
                self.trouble.emit(UsageError("optics.camera-lost", device=camera.name))
        finally:
            source.release()

    def _prepare(self, source: Any, camera: Camera) -> float:
        """Set a camera up; return the seconds to wait between frames, which only a recording needs."""
        import cv2  # noqa: PLC0415

        if isinstance(camera.device, int):
            source.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            source.set(cv2.CAP_PROP_FRAME_WIDTH, _SIZE[0])
            source.set(cv2.CAP_PROP_FRAME_HEIGHT, _SIZE[1])
            source.set(cv2.CAP_PROP_BUFFERSIZE, 1)
            return 0.0
        rate = float(source.get(cv2.CAP_PROP_FPS))
        return 1 / rate if rate > 1 else 0.0

    def _show(self, frame: Any) -> None:
        if not self._seen.is_set():
            return
        import cv2  # noqa: PLC0415

        height, width = frame.shape[:2]
        size = (_PREVIEW_WIDTH, max(1, height * _PREVIEW_WIDTH // width))
        small = cv2.cvtColor(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
        self._seen.clear()
        image = QImage(small.tobytes(), size[0], size[1], 3 * size[0], QImage.Format.Format_RGB888)
        self.preview.emit(image.copy())

    def _look(self, slot: _Slot, stop: threading.Event) -> None:
        collector, fruitless = self._kept or Collector(self._awaited, self._limits), 0
        while not stop.is_set():
            if (taken := slot.take()) is None:
                continue
            frame, seconds = taken
            came = self._clock.monotonic()
            # A hard look costs several frames, so only every other one gets it.
            hard = fruitless >= _HARDER_AFTER and fruitless % 2 == 0
            try:
                sight = self._reader.read_frame(frame, Stage.RESTORED if hard else Stage.PLAIN)
            except CounterproofError as error:
                if stop.is_set():
                    return
                self.looked.emit(Look(Hint.NOTHING, code=error.code, facts=dict(error.facts)))
                continue
            if stop.is_set():
                return
            before = {note.code: note.times for note in collector.notes}
            message = collector.offer(sight, seconds)
            if message is not None:
                self.collected.emit(message, came)
                return
            fruitless = 0 if collector.progress and sight.found else fruitless + 1
            self.looked.emit(_look_of(sight, frame, collector, before))


def _look_of(sight: Sight, frame: NDArray[np.uint8], collector: Collector, before: dict[str, int]) -> Look:
    new = next((note for note in collector.notes if note.times > before.get(note.code, 0)), None)
    progress = collector.progress[0] if collector.progress else None
    return Look(
        hint(sight, (int(frame.shape[0]), int(frame.shape[1])), float(frame[::8, ::8].mean())),
        received=0 if progress is None else progress.received,
        needed=0 if progress is None else progress.needed,
        code="" if new is None else new.code,
        facts={} if new is None else dict(new.facts),
    )
