"""A reader of pictures whose process is started before there is a picture: that takes a second or more."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import CounterproofError
from counterproof.optics.reader import PictureReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class ReaderAhead:
    """One reader for one page, for one thread at a time; nobody who calls from the window's thread waits."""

    def __init__(self, make: Callable[[], PictureReader] = PictureReader) -> None:
        self._guard = threading.Lock()
        self._reader = make()
        self._over = False

    def begin(self) -> None:
        """Start the process, in a thread; whoever reads meanwhile waits for it."""
        self._aside(self._start)

    @contextlib.contextmanager
    def reading(self) -> Iterator[PictureReader]:
        """Give the reader; not to be called from the window's thread."""
        with self._guard:
            try:
                yield self._reader
            finally:
                if self._over:  # what was handed over before the end may begin after it
                    self._reader.close()

    def close(self) -> None:
        """End the process once nobody reads, in a thread."""
        self._over = True
        self._aside(self._end)

    def _start(self) -> None:
        # What keeps it from starting is said when there is a picture, which starts it again.
        with self._guard, contextlib.suppress(CounterproofError):
            if not self._over:
                self._reader.start()

    def _end(self) -> None:
        with self._guard:
            self._reader.close()

    def _aside(self, work: Callable[[], None]) -> None:
        threading.Thread(target=work, name="counterproof-reader", daemon=True).start()
