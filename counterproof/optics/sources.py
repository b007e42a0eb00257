"""Where codes come from: files, pasted or scanned text, cameras. The same bytes, whatever the source."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from counterproof.mdoc.errors import LimitError, MalformedError, UsageError
from counterproof.optics.files import read_regular
from counterproof.optics.headers import sniff
from counterproof.optics.limits import LIMITS, OpticsLimits
from counterproof.optics.read import Found, Sight, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from counterproof.clock import Clock
    from counterproof.optics.reader import PictureReader

    Grey = NDArray[np.uint8]

_CAMERA_SIZE: Final = (1920, 1080)
_MARKUP: Final = ("<svg", "<?xml", "<!doctype", "<html")


class Source(Protocol):
    """Something that shows codes, one sight after the other."""

    @property
    def name(self) -> str:
        """What the person calls this input."""

    def sights(self, reader: PictureReader) -> Iterator[tuple[float, Sight]]:
        """Yield seconds since this source began, never falling, and what was seen then.

        Errors: those of the reader and of `read_regular`.
        """


@dataclass(frozen=True, slots=True)
class BytesSource:
    """The content of a file: a picture, an animation, a PDF, or text with one code a line."""

    data: bytes = field(repr=False)
    name: str = "input"
    limits: OpticsLimits = LIMITS

    def sights(self, reader: PictureReader) -> Iterator[tuple[float, Sight]]:
        """Yield every picture, or every line. Error besides: `optics.picture-format`, neither of both."""
        if sniff(self.data) is not None:
            seen: Iterator[Sight] = reader.read_file(self.data)
        else:
            seen = _lines(_as_text(self.data), self.limits)
        return _paced(seen, self.limits)


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file that somebody named."""

    path: Path
    limits: OpticsLimits = LIMITS

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.name

    def sights(self, reader: PictureReader) -> Iterator[tuple[float, Sight]]:
        """Read the file, then yield as `BytesSource` does."""
        return BytesSource(read_regular(self.path, self.limits), self.name, self.limits).sights(reader)


@dataclass(frozen=True, slots=True)
class TextSource:
    """What a handheld scanner typed or somebody pasted, one code a line."""

    text: str = field(repr=False)
    name: str = "text"
    limits: OpticsLimits = LIMITS

    def sights(self, reader: PictureReader) -> Iterator[tuple[float, Sight]]:  # noqa: ARG002 - no pictures
        """Yield every line that is not empty. Errors: `optics.text-lines`, `optics.text-too-long`."""
        return _paced(_lines(self.text, self.limits), self.limits)


@dataclass(frozen=True, slots=True)
class FramesSource:
    """Frames that somebody else takes: (seconds, 8-bit grey pixels of shape (height, width))."""

    frames: Iterable[tuple[float, Grey]]
    name: str = "camera"
    effort: Stage = Stage.RESTORED

    def sights(self, reader: PictureReader) -> Iterator[tuple[float, Sight]]:
        """Yield what each frame held."""
        return ((seconds, reader.read_frame(grey, self.effort)) for seconds, grey in self.frames)


def camera_frames(
    device: int | str, clock: Clock, limits: OpticsLimits = LIMITS
) -> Iterator[tuple[float, Grey]]:
    """Yield (seconds, grey pixels) from a camera by number, or from a video file of one's own, until it ends.

    Read in this process, so a path must be a recording of ours, never a file from outside. Tested with
    recordings alone: no camera was at hand, so what a driver does on its own is not covered. Errors:
    `optics.camera-missing`, `optics.camera-lost` (a camera gave no frame; a file just ends).
    """
    os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(limits.picture_pixels))
    import cv2
    import numpy as np

    camera = cv2.VideoCapture(device)
    try:
        if not camera.isOpened():
            raise UsageError("optics.camera-missing", device=str(device))
        if isinstance(device, int):
            camera.set(cv2.CAP_PROP_FRAME_WIDTH, _CAMERA_SIZE[0])
            camera.set(cv2.CAP_PROP_FRAME_HEIGHT, _CAMERA_SIZE[1])
        started = clock.monotonic()
        while True:
            taken, frame = camera.read()
            if not taken:
                break
            yield clock.monotonic() - started, np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
        if isinstance(device, int):
            raise UsageError("optics.camera-lost", device=str(device))
    finally:
        camera.release()


def _paced(sights: Iterable[Sight], limits: OpticsLimits) -> Iterator[tuple[float, Sight]]:
    """Give what is not live the pace of a stream, so that nothing goes idle between two files."""
    for number, sight in enumerate(sights):
        yield number / limits.stream_frames_per_second, sight


def _lines(text: str, limits: OpticsLimits) -> Iterator[Sight]:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > limits.text_lines:
        raise LimitError("optics.text-lines", lines=len(lines), limit=limits.text_lines)
    for line in lines:
        if len(line) > limits.pasted_characters:
            raise LimitError("optics.text-too-long", length=len(line), limit=limits.pasted_characters)
        yield Sight((Found(line, (), 0.0, Stage.PLAIN),))


def _as_text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MalformedError("optics.picture-format") from None
    if "\0" in text or text.lstrip()[:9].lower().startswith(_MARKUP):
        raise MalformedError("optics.picture-format")
    return text
