"""Pictures in, codes out, with the decoders at arm's length in a process of their own."""

from __future__ import annotations

import contextlib
import json
import math
import multiprocessing
from typing import TYPE_CHECKING, Any, Final, Self

from counterproof.clock import Clock, SystemClock
from counterproof.mdoc.errors import LimitError, MalformedError
from counterproof.optics.headers import read_header
from counterproof.optics.limits import LIMITS, OpticsLimits
from counterproof.optics.read import Found, Sight, Stage
from counterproof.optics.worker import READY, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

_REPLY_BYTES: Final = 1_000_000
_GOODBYE_SECONDS: Final = 1.0


class PictureReader:
    """Reads codes from picture files and camera frames in a worker process.

    The process starts with the first picture, serves all that follow, and is killed and started again when
    a picture takes longer than `picture_seconds`, a file takes longer than `file_seconds`, or either breaks
    it. Use it as a context manager or call `close`.
    """

    def __init__(self, limits: OpticsLimits = LIMITS, *, clock: Clock | None = None) -> None:
        self._limits = limits
        self._clock = clock or SystemClock()
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the process now; errors: `optics.picture-time`, `optics.picture-crash`."""
        with self._crashes():
            self._pipe = self._pipe or self._start()

    def read_file(self, data: bytes, effort: Stage = Stage.RESTORED) -> Iterator[Sight]:
        """Yield what each picture of a file held: one for a still, more for an animation or a PDF.

        Lazy, so that an animation is decoded no further than it is asked for. Errors: those of
        `read_header` and `grey_pictures`; `optics.picture-time`, `optics.file-time` (only the
        worker's time counts), `optics.picture-memory`, `optics.picture-crash` (the decoder fell over and was
        replaced).
        """
        read_header(data, self._limits)
        left = self._limits.file_seconds
        reply, spent = self._ask({"do": "open", "effort": int(effort)}, data, left)
        while "end" not in reply:
            yield _sight(reply)
            left -= spent
            reply, spent = self._ask({"do": "next", "effort": int(effort)}, b"", left)

    def read_frame(self, grey: NDArray[np.uint8], effort: Stage = Stage.PLAIN) -> Sight:
        """Return what one frame of a camera held; 8-bit grey pixels, shape (height, width).

        Errors: `optics.picture-size`, `optics.picture-time`, `optics.picture-memory`, `optics.picture-crash`.
        """
        height, width = grey.shape
        if height * width > self._limits.picture_pixels:
            raise LimitError(
                "optics.picture-size", width=width, height=height, limit=self._limits.picture_pixels
            )
        request = {"do": "frame", "effort": int(effort), "shape": [height, width]}
        return _sight(self._ask(request, grey.tobytes())[0])

    def close(self) -> None:
        """End the process."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None:
            self._process.join(_GOODBYE_SECONDS)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
            self._process.close()
            self._process = None

    def _ask(
        self, request: dict[str, Any], payload: bytes, left: float = math.inf
    ) -> tuple[dict[str, Any], float]:
        """Return the reply and the seconds that it took; `left` are those that its file may still take."""
        with self._crashes():
            pipe = self._pipe or self._start()
            began = self._clock.monotonic()
            pipe.send_bytes(json.dumps(request | {"payload": bool(payload)}).encode("ascii"))
            if payload:
                pipe.send_bytes(payload)
            reply = json.loads(self._receive(pipe, self._limits.picture_seconds, left))
            spent = self._clock.monotonic() - began
        if not isinstance(reply, dict):
            raise MalformedError("optics.picture-crash")
        if "error" in reply:
            raise _refusal(reply)
        return reply, spent

    @contextlib.contextmanager
    def _crashes(self) -> Iterator[None]:
        """Kill a process that fell over or says what is no reply, and say so."""
        try:
            yield
        except (OSError, EOFError, ValueError, RecursionError):
            self._kill()
            raise MalformedError("optics.picture-crash") from None

    def _start(self) -> Connection:
        # Spawn on every system: a fork would inherit the wallet's open vault, and threads that hold locks.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, self._limits), daemon=True)
        self._process.start()
        theirs.close()
        if self._receive(self._pipe, self._limits.start_seconds) != READY:
            raise EOFError
        return self._pipe

    def _receive(self, pipe: Connection, seconds: float, left: float = math.inf) -> bytes:
        if not pipe.poll(max(min(seconds, left), 0)):
            self._kill()
            if left < seconds:
                raise LimitError("optics.file-time", seconds=int(self._limits.file_seconds))
            raise LimitError("optics.picture-time", seconds=int(seconds))
        return pipe.recv_bytes(_REPLY_BYTES)

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
        self.close()


def _refusal(reply: dict[str, Any]) -> MalformedError:
    """Return what the process refused with; a picture may have taken it over, so its words are checked."""
    code, facts = reply["error"], reply.get("facts")
    if not isinstance(code, str) or not code.startswith("optics.") or not isinstance(facts, dict):
        return MalformedError("optics.picture-crash")
    error = MalformedError(code)
    error.facts.update({name: value for name, value in facts.items() if isinstance(value, int | str)})
    return error


def _sight(reply: dict[str, Any]) -> Sight:
    try:
        found = tuple(
            Found(str(text), _corners(corners), float(size), Stage(stage))
            for text, corners, size, stage in reply["found"]
        )
        return Sight(found, tuple(_corners(corners) for corners in reply["unread"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        raise MalformedError("optics.picture-crash") from None


def _corners(points: list[list[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in points)
