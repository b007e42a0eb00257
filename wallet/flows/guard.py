"""When an open wallet locks itself: nobody touches it, a question stands too long, the computer slept."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from counterproof.clock import Clock

CONSENT_SECONDS: Final = 120
WARNING_SECONDS: Final = 30
IDLE_CHOICES: Final = (60, 120, 300, 600, 1800)
IDLE_SECONDS: Final = 300
_JUMP: Final = 30.0
"""By so many seconds the wall clock may outrun the other before the computer has slept, or its clock was set."""


class Reason(StrEnum):
    """Why the wallet was locked."""

    ASKED = "asked"
    IDLE = "idle"
    QUESTION = "question"
    SLEPT = "slept"
    SCREEN = "screen"


class Guard:
    """Looks at the clock; `look` is to be called every second or so.

    The monotonic clock stands still while a Linux computer sleeps and the wall clock does not, so that a
    difference between both tells of sleep where no message of the system does.
    """

    def __init__(self, clock: Clock, idle_seconds: int = IDLE_SECONDS) -> None:
        self._clock = clock
        self.idle_seconds = idle_seconds
        self._question_since: float | None = None
        self._touched = clock.monotonic()
        self._offset = self._wall() - self._touched

    def touched(self) -> None:
        """Say that the person did something."""
        self._touched = self._clock.monotonic()
        if self._question_since is not None:
            self._question_since = self._touched

    def question(self, *, stands: bool) -> None:
        """Say that a question about showing something stands on the screen, or no longer."""
        self._question_since = self._clock.monotonic() if stands else None

    def look(self) -> Reason | None:
        """Return why the wallet is to be locked now, or None."""
        now = self._clock.monotonic()
        offset = self._wall() - now
        jumped, self._offset = offset - self._offset > _JUMP, offset
        if jumped:
            return Reason.SLEPT
        if self._question_since is not None and now - self._question_since >= CONSENT_SECONDS:
            return Reason.QUESTION
        return Reason.IDLE if now - self._touched >= self.idle_seconds else None

    @property
    def seconds_left(self) -> int:
        """How long until the wallet is locked if nothing happens."""
        now = self._clock.monotonic()
        ends = [self._touched + self.idle_seconds]
        if self._question_since is not None:
            ends.append(self._question_since + CONSENT_SECONDS)
        return max(0, int(min(ends) - now))

    @property
    def warns(self) -> bool:
        """Whether it is time to say so: any key or movement keeps the wallet open."""
        return self.seconds_left <= WARNING_SECONDS

    def _wall(self) -> float:
        return self._clock.now().timestamp()
