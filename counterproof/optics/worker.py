"""The process that decodes pictures: started fresh, short of memory, killed when it takes too long.

Requests and replies are JSON, never pickles: a decoder that was taken over must not be able to hand objects
to the program that trusts it. One request is answered by one reply, in order; see `_answer`.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from counterproof.mdoc.errors import MalformedError
from counterproof.optics.pictures import grey_pictures
from counterproof.optics.read import Sight, Stage, has_ours, read_codes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    import numpy as np
    from numpy.typing import NDArray

    from counterproof.optics.limits import OpticsLimits

    Grey = NDArray[np.uint8]

READY: Final = b"ready"


def serve(connection: Connection, limits: OpticsLimits) -> None:
    """Answer requests until the other side closes the pipe; the entry point of the process."""
    _prepare(limits)
    connection.send_bytes(READY)
    opened = _Opened(iter(()), limits)
    while True:
        try:
            request = json.loads(connection.recv_bytes())
            payload = connection.recv_bytes() if request["payload"] else b""
        except (EOFError, OSError):
            return
        try:
            if request["do"] == "open":
                opened = _Opened(grey_pictures(payload, limits), limits)
            reply = _answer(request, payload, opened, limits)
        except MalformedError as error:
            reply = {"error": error.code, "facts": error.facts}
        except MemoryError:
            reply = {"error": "optics.picture-memory", "facts": {"limit": limits.worker_spare_bytes}}
        connection.send_bytes(json.dumps(reply).encode("utf-8", "backslashreplace"))


class _Opened:
    """The pictures of one file, read one at a time.

    A picture equal to the one before is not read again, and after many without a code of ours the rest gets
    a quick look only: an animation of noise must not cost half a minute.
    """

    def __init__(self, pictures: Iterator[Grey], limits: OpticsLimits) -> None:
        self._pictures = pictures
        self._limits = limits
        self._fruitless = 0
        self._last: tuple[bytes, Sight] | None = None

    def read_next(self, effort: Stage) -> Sight | None:
        """Return what the next picture held, or None after the last."""
        picture = next(self._pictures, None)
        if picture is None:
            return None
        digest = hashlib.sha256(picture.tobytes()).digest()
        if self._last is not None and self._last[0] == digest:
            return self._last[1]
        tired = self._fruitless >= self._limits.fruitless_pictures
        sight = read_codes(picture, Stage.PLAIN if tired else effort, self._limits)
        self._fruitless += not has_ours(sight)
        self._last = digest, sight
        return sight


def _answer(request: dict[str, Any], payload: bytes, opened: _Opened, limits: OpticsLimits) -> dict[str, Any]:
    """Answer `open` and `next` with the next picture's codes, `frame` with those of the pixels sent along."""
    effort = Stage(request["effort"])
    if request["do"] == "frame":
        import numpy as np

        grey = np.frombuffer(payload, np.uint8).reshape(request["shape"])
        return _as_json(read_codes(grey, effort, limits))
    sight = opened.read_next(effort)
    return {"end": True} if sight is None else _as_json(sight)


def _as_json(sight: Sight) -> dict[str, Any]:
    found = [[f.text, f.corners, f.pixels_per_module, f.stage] for f in sight.found]
    return {"found": found, "unread": sight.unread}


def _prepare(limits: OpticsLimits) -> None:
    """Load the decoders, then forbid what they must not have: more memory, core files, a voice."""
    os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = str(limits.picture_pixels)
    import cv2
    import pypdfium2
    import zxingcpp
    from PIL import Image

    Image.init()
    cv2.setNumThreads(1)
    for module in (pypdfium2, zxingcpp):
        assert module.__name__ in sys.modules
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business; the pipe ends then
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 2)  # libpng and libjpeg write warnings about what they were given
    _cap_memory(limits)


def _cap_memory(limits: OpticsLimits) -> None:
    """Allow as much address space as the libraries take now and `worker_spare_bytes` more, where possible."""
    try:
        import resource
    except ImportError:  # Windows has no resource limits: time-out and pixel cap remain
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    statm = Path("/proc/self/statm")
    if statm.exists():
        used = int(statm.read_text("ascii").split()[0]) * resource.getpagesize()
        most = used + limits.worker_spare_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
