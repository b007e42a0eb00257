"""The process that decodes portraits: no Qt, little memory, killed when it takes too long.

JPEG and JPEG 2000 are taken, by their first bytes; the size is read here from the header before any decoder
runs. What comes back are pixels and their size, never an object.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import struct
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import CounterproofError, LimitError, MalformedError
from counterproof.optics.headers import read_header

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

MOST_BYTES: Final = 1_048_576
MOST_PIXELS: Final = 2_000_000
DRAWN_SIDE: Final = 640
"""Pixels of the longer side of what comes back."""

_SECONDS: Final = 4.0
_START_SECONDS: Final = 30.0
_MEMORY: Final = 256 * 1024 * 1024
_JPEG: Final = b"\xff\xd8\xff"
_JP2_BOX: Final = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_JP2_STREAM: Final = b"\xff\x4f\xff\x51"
_READY: Final = b"ready"
_HEAD: Final = struct.Struct(">BII")
_BROKEN: Final = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error)


@dataclass(frozen=True, slots=True)
class Pixels:
    """A decoded picture: 3 bytes a pixel, red first, rows without padding."""

    width: int
    height: int
    rgb: bytes


def size_of(data: bytes) -> tuple[str, int, int]:
    """Return format, width and height by the first bytes and the header.

    Raises MalformedError `picture.format`, `picture.header`; LimitError `picture.size`.
    """
    if len(data) > MOST_BYTES:
        raise LimitError("picture.size", width=0, height=0)
    try:
        kind, width, height = _by_magic(data)
    except (CounterproofError, struct.error, IndexError, ValueError):
        raise MalformedError("picture.header") from None
    if kind == "":
        raise MalformedError("picture.format")
    if width < 1 or height < 1 or width * height > MOST_PIXELS:
        raise LimitError("picture.size", width=width, height=height)
    return kind, width, height


def _by_magic(data: bytes) -> tuple[str, int, int]:
    if data.startswith(_JPEG):
        header = read_header(data)
        return "JPEG", header.width, header.height
    if data.startswith(_JP2_BOX):
        place = data.index(b"ihdr", 0, 128)
        height, width = struct.unpack_from(">II", data, place + 4)
        return "JPEG2000", width, height
    if data.startswith(_JP2_STREAM):
        right, bottom, left, top = struct.unpack_from(">IIII", data, 8)
        return "JPEG2000", right - left, bottom - top
    return "", 0, 0


class PortraitDecoder:
    """Decodes portraits one after the other; started with the first, and again after one that broke it."""

    def __init__(self) -> None:
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._guard = threading.Lock()

    def decode(self, data: bytes) -> Pixels:
        """Return the picture, made smaller if need be.

        Raises as `size_of`; MalformedError `picture.broken`; LimitError `picture.time`.
        """
        kind, _, _ = size_of(data)
        with self._guard:
            try:
                return self._ask(kind, data)
            except (EOFError, OSError):
                self._stop()
                raise MalformedError("picture.broken") from None
            except LimitError:
                self._stop()
                raise

    def close(self) -> None:
        """End the process."""
        with self._guard:
            self._stop()

    def _ask(self, kind: str, data: bytes) -> Pixels:
        pipe = self._pipe or self._start()
        pipe.send_bytes(kind.encode("ascii"))
        pipe.send_bytes(data)
        if not pipe.poll(_SECONDS):
            raise LimitError("picture.time")
        answer = pipe.recv_bytes(_HEAD.size + 3 * DRAWN_SIDE * DRAWN_SIDE)
        good, width, height = _HEAD.unpack_from(answer)
        if not good or len(answer) != _HEAD.size + 3 * width * height:
            raise MalformedError("picture.broken")
        return Pixels(width, height, answer[_HEAD.size :])

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours
        if not ours.poll(_START_SECONDS) or ours.recv_bytes(len(_READY)) != _READY:
            raise LimitError("picture.time")
        return ours

    def _stop(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.join(1.0)
        self._pipe = self._process = None


def serve(connection: Connection) -> None:
    """Answer until the other side closes the pipe; the entry point of the process."""
    _prepare()
    connection.send_bytes(_READY)
    while True:
        try:
            kind = connection.recv_bytes(16).decode("ascii")
            data = connection.recv_bytes(MOST_BYTES)
        except (EOFError, OSError):
            return
        try:
            connection.send_bytes(_decoded(kind, data))
        except (*_BROKEN, MemoryError):
            connection.send_bytes(_HEAD.pack(0, 0, 0))


def _decoded(kind: str, data: bytes) -> bytes:
    from PIL import Image  # noqa: PLC0415 - in the worker alone

    with Image.open(io.BytesIO(data), formats=(kind,)) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise ValueError
        opened.draft("RGB", (DRAWN_SIDE, DRAWN_SIDE))
        picture = opened.convert("RGB")
    picture.thumbnail((DRAWN_SIDE, DRAWN_SIDE))
    return _HEAD.pack(1, picture.width, picture.height) + picture.tobytes()


def _prepare() -> None:
    """Load the decoder, then forbid what it must not have: more memory, core files, a voice."""
    from PIL import Image, Jpeg2KImagePlugin, JpegImagePlugin  # noqa: PLC0415 - in the worker alone

    assert Jpeg2KImagePlugin.__name__
    assert JpegImagePlugin.__name__
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 2)
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    statm = Path("/proc/self/statm")
    if statm.exists():
        used = int(statm.read_text("ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY, used + _MEMORY))
