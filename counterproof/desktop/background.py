"""Work off the window's thread: a pool in the application, at once in tests; nothing outlives its window.

What comes back is delivered in the thread that made the runner, so that pages touch widgets there alone.
"""

from __future__ import annotations

import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from counterproof.mdoc.errors import CounterproofError
from counterproof.sealing import files

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Task(Protocol):
    """A piece of work that was handed over."""

    def cancel(self) -> None:
        """Deliver nothing of it any more; what runs already is left to end."""


class Runner(Protocol):
    """Runs work and delivers what comes of it."""

    def run(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[CounterproofError], None]
    ) -> Task:
        """Run `work`, then call `done` with its result or `failed` with its error."""

    def close(self) -> None:
        """Deliver nothing any more, and wait for what runs."""


def fault(error: Exception) -> CounterproofError:
    """Return any error as one that can be said: kind and place, never its text, which may quote a value."""
    known = error if isinstance(error, CounterproofError) else files.disk_error(error)
    if known is not None:
        return known
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return CounterproofError("desktop.unexpected", kind=type(error).__name__, place=place)


class _Handed:
    """A task and who waits for it."""

    def __init__(self, done: Callable[[Any], None], failed: Callable[[CounterproofError], None]) -> None:
        self.wanted = True
        self.done = done
        self.failed = failed

    def cancel(self) -> None:
        """Deliver nothing of it any more."""
        self.wanted = False

    def deliver(self, future: Future[Any]) -> None:
        """Call who waits."""
        if not self.wanted or future.cancelled():
            return
        self.wanted = False
        error = future.exception()
        if error is None:
            self.done(future.result())
        elif isinstance(error, Exception):
            self.failed(fault(error))
        else:
            raise error


class PoolRunner(QObject):
    """Two threads for the work of one window; `close` it with the window."""

    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, "counterproof-work")
        self._open = True
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[CounterproofError], None]
    ) -> Task:
        """Run `work` in a thread; `done` or `failed` is called in this object's own thread."""
        handed = _Handed(done, failed)
        if self._open:
            future = self._pool.submit(work)
            future.add_done_callback(lambda ended: self._tell(handed, ended))
        return handed

    def close(self) -> None:
        """Forget what waits, deliver nothing any more, and wait for what runs."""
        self._open = False
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _tell(self, handed: _Handed, ended: Future[Any]) -> None:
        if self._open:
            self._ended.emit(handed, ended)

    @Slot(object, object)
    def _deliver(self, handed: _Handed, ended: Future[Any]) -> None:
        if self._open:
            handed.deliver(ended)


class ImmediateRunner:
    """Runs work at once and in place, for tests and for pictures of the pages."""

    def run(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[CounterproofError], None]
    ) -> Task:
        """Run `work` and call `done` or `failed` before returning."""
        handed: _Handed = _Handed(done, failed)
        future: Future[T] = Future()
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001 - a thread pool would have caught it as well
            future.set_exception(error)
        handed.deliver(future)
        return handed

    def close(self) -> None:
        """Nothing runs."""
