"""The only module that reads the system's clock; everything else is told the time."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the wall-clock time, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that never go backwards, from an arbitrary start."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the wall-clock time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go backwards, from an arbitrary start."""
        return time.monotonic()


class FixedClock:
    """A clock that a test or a `--at` option sets; it moves only when told to."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)
        self._seconds = 0.0

    def now(self) -> datetime:
        """Return the time that was set."""
        return self._at

    def monotonic(self) -> float:
        """Return the seconds by which this clock was moved."""
        return self._seconds

    def advance(self, seconds: float) -> None:
        """Move both clocks on by `seconds`."""
        self._at = datetime.fromtimestamp(self._at.timestamp() + seconds, UTC)
        self._seconds += seconds
