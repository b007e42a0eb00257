"""uvicorn's HTTP/1.1 with a clock on the request's head: a sender of a byte a second is hung up on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio


class GuardedProtocol(H11Protocol):
    """A connection that ends where a request's head takes longer than `head_seconds`."""

    head_seconds = 10.0
    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Wait for the next head as long as one is under way, and no longer."""
        if self._head is None and not self._at_work():
            self._wait_for_head()
        super().data_received(data)
        if self._at_work():
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Leave an idle connection to the time that it may be kept alive."""
        self._stop_waiting()
        super().on_response_complete()

    def _at_work(self) -> bool:
        cycle: Any = self.cycle  # None before the first request
        return cycle is not None and not cycle.response_complete

    def _wait_for_head(self) -> None:
        self._head = self.loop.call_later(self.head_seconds, self._too_late)

    def _stop_waiting(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _too_late(self) -> None:
        self._head = None
        if not self.transport.is_closing():
            self.transport.abort()


def guarded(head_seconds: float) -> type[GuardedProtocol]:
    """Return the protocol with this time for a head."""
    return type("GuardedProtocol", (GuardedProtocol,), {"head_seconds": head_seconds})
