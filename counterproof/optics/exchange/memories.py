"""What both sides remember so that nothing counts twice: codes seen, slips used, challenges, answers given.

Seconds are monotonic unless a name says otherwise; the caller passes them in.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from counterproof.mdoc.errors import LimitError
from counterproof.optics.exchange.limits import LIMITS, ExchangeLimits

if TYPE_CHECKING:
    from collections.abc import Callable


class Seen(Enum):
    """What a memory says of a code."""

    NEW = "new"
    REPEAT = "repeat"
    """Accepted in this very transaction: the same code held up again."""
    REPLAY = "replay"
    """Accepted in an earlier transaction."""
    FULL = "full"
    """New perhaps, but there is no room to remember it, so it must not be accepted."""


@dataclass(frozen=True, slots=True)
class _SeenCode:
    transaction: str
    until_seconds: float
    until_unix: int


@dataclass(slots=True)
class SeenCodes:
    """Codes shown first that this counter accepted: h(S) for 130 s at least, never put out early.

    An entry goes only when its monotonic time is over and its window has passed by the wall clock as well, so
    that a clock that is set back does not open a door. `started_unix` is the wall-clock time, in seconds,
    at which this memory began.
    """

    started_unix: float
    limits: ExchangeLimits = LIMITS
    _codes: dict[bytes, _SeenCode] = field(default_factory=dict)

    def look(self, session_digest: bytes, transaction: str, *, seconds: float, unix: float) -> Seen:
        """Say whether a code was accepted before."""
        self._forget(seconds, unix)
        code = self._codes.get(session_digest)
        if code is not None:
            return Seen.REPEAT if code.transaction == transaction else Seen.REPLAY
        return Seen.FULL if len(self._codes) >= self.limits.seen_codes else Seen.NEW

    def remember(
        self, session_digest: bytes, transaction: str, *, made_unix: int, seconds: float, unix: float
    ) -> None:
        """Remember an accepted code made at `made_unix`; LimitError `exchange.seen-full` without room."""
        if self.look(session_digest, transaction, seconds=seconds, unix=unix) is Seen.FULL:
            raise LimitError("exchange.seen-full", limit=self.limits.seen_codes)
        self._codes.setdefault(
            session_digest,
            _SeenCode(transaction, seconds + self.limits.seen_seconds, made_unix + self.limits.shown_life),
        )

    def _forget(self, seconds: float, unix: float) -> None:
        over = [
            name
            for name, code in self._codes.items()
            if seconds >= code.until_seconds and unix >= code.until_unix
        ]
        for name in over:
            del self._codes[name]

    def __len__(self) -> int:
        return len(self._codes)


class SlipLedger(Protocol):
    """Where used slips are written down; on disk before the verdict is shown."""

    def transaction_of(self, session_digest: bytes) -> str | None:
        """Return the transaction in which this slip was accepted first, None if in none."""

    def has_room(self, now_unix: float) -> bool:
        """Whether one more slip can be written down, after those that are over at `now_unix` are dropped."""

    def remember(self, session_digest: bytes, transaction: str, until_unix: int) -> None:
        """Write a slip down for good until `until_unix`, before returning."""


@dataclass(slots=True)
class MemoryLedger:
    """A SlipLedger without a disk, for tests and for counters that keep no file."""

    limits: ExchangeLimits = LIMITS
    _slips: dict[bytes, tuple[str, int]] = field(default_factory=dict)

    def transaction_of(self, session_digest: bytes) -> str | None:
        """Return the transaction in which this slip was accepted first, None if in none."""
        found = self._slips.get(session_digest)
        return None if found is None else found[0]

    def has_room(self, now_unix: float) -> bool:
        """Whether one more slip can be written down, after those that are over at `now_unix` are dropped."""
        self._slips = {name: slip for name, slip in self._slips.items() if slip[1] > now_unix}
        return len(self._slips) < self.limits.ledger_entries

    def remember(self, session_digest: bytes, transaction: str, until_unix: int) -> None:
        """Write a slip down for good until `until_unix`; the first transaction stays."""
        self._slips.setdefault(session_digest, (transaction, until_unix))


@dataclass(slots=True)
class Challenge:
    """The six digits that a counter shows or a clerk says: one open at a time, single use, 120 s."""

    limits: ExchangeLimits = LIMITS
    _digits: str | None = None
    _until: float = 0.0

    def open(self, random: Callable[[int], bytes], seconds: float) -> str:
        """Draw new digits, which replace any that were open."""
        wide = int.from_bytes(random(16), "big")
        self._digits = f"{wide % 10**self.limits.challenge_digits:0{self.limits.challenge_digits}}"
        self._until = seconds + self.limits.challenge_seconds
        return self._digits

    def is_open(self, seconds: float) -> bool:
        """Whether digits are open now."""
        return self._digits is not None and seconds < self._until

    def was_opened(self) -> bool:
        """Whether digits were given out and not used, in time or not."""
        return self._digits is not None

    def matches(self, digits: str, seconds: float) -> bool:
        """Whether `digits` are the open ones."""
        return (
            self._digits is not None and self.is_open(seconds) and hmac.compare_digest(digits, self._digits)
        )

    def close(self) -> None:
        """Use the digits up: an accepted code carried them, or the clerk went on."""
        self._digits = None


@dataclass(frozen=True, slots=True)
class _Answered:
    message: bytes
    until_unix: int


@dataclass(slots=True)
class AnsweredRequests:
    """Requests that this wallet answered: the same one again gets the same answer, not a second copy.

    At most 256, each until its request is over; where there are more, those that end first are dropped.
    """

    limits: ExchangeLimits = LIMITS
    _answers: dict[bytes, _Answered] = field(default_factory=dict)

    def find(self, session_digest: bytes, now_unix: float) -> bytes | None:
        """Return M of the answer that was given to this request, None if there is none."""
        answered = self._answers.get(session_digest)
        return answered.message if answered is not None and now_unix <= answered.until_unix else None

    def remember(self, session_digest: bytes, m: bytes, *, until_unix: int, now_unix: float) -> None:
        """Remember an answer until its request is over."""
        kept = {name: one for name, one in self._answers.items() if one.until_unix >= now_unix}
        kept[session_digest] = _Answered(m, until_unix)
        newest = sorted(kept.items(), key=lambda pair: pair[1].until_unix)[-self.limits.answered_requests :]
        self._answers = dict(newest)

    def __len__(self) -> int:
        return len(self._answers)
