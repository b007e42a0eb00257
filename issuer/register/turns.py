"""Whose turn it is to write: the threads of a process one after another, in the order in which they came.

SQLite has one writer at a time. Whoever finds it busy sleeps and tries again, for a tenth of a second in the
end, and meanwhile later ones slip in: some wait for seconds where each waits for milliseconds in a queue.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Turns:
    """A queue of writers: first come, first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    @property
    def waiting(self) -> int:
        """How many threads wait."""
        return len(self._waiting)

    @contextmanager
    def one(self, seconds: float) -> Iterator[None]:
        """Wait for a turn, at most so many seconds, and hold it; raise StoreError `register.busy`."""
        self._take(seconds)
        try:
            yield
        finally:
            self._pass_on()

    def _take(self, seconds: float) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(seconds):
            return
        with self._lock:
            if not mine.is_set():
                self._waiting.remove(mine)
                raise StoreError("register.busy")
        # It came in the very last moment.

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
