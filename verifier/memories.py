"""What the counter remembers so that nothing counts twice, kept in the file of state.

The same promises as `counterproof.optics.exchange.memories`, across commands and restarts of the machine:
codes shown first for 130 s at least, slips until a day after their end, one open challenge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.mdoc.errors import LimitError
from counterproof.optics.exchange.limits import LIMITS, ExchangeLimits
from counterproof.optics.exchange.memories import Challenge, Seen, SeenCodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from verifier.state import Now, State


class KeptCodes(SeenCodes):
    """Codes shown first that were accepted, on the disk.

    Monotonic seconds of an earlier run of the machine mean nothing: such an entry starts its time anew.
    """

    def __init__(self, state: State, boot: str, limits: ExchangeLimits = LIMITS) -> None:
        super().__init__(state.started_unix, limits)
        self._state = state
        self._boot = boot

    def look(self, session_digest: bytes, transaction: str, *, seconds: float, unix: float) -> Seen:
        """Say whether a code was accepted before."""
        self._forget(seconds, unix)
        found = self._state.row("SELECT visit FROM seen WHERE code = ?", session_digest)
        if found is not None:
            return Seen.REPEAT if found[0] == transaction else Seen.REPLAY
        return Seen.FULL if len(self) >= self.limits.seen_codes else Seen.NEW

    def remember(
        self, session_digest: bytes, transaction: str, *, made_unix: int, seconds: float, unix: float
    ) -> None:
        """Remember an accepted code made at `made_unix`; LimitError `exchange.seen-full` without room."""
        if self.look(session_digest, transaction, seconds=seconds, unix=unix) is Seen.FULL:
            raise LimitError("exchange.seen-full", limit=self.limits.seen_codes)
        self._state.execute(
            "INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?, ?)",
            session_digest,
            transaction,
            seconds + self.limits.seen_seconds,
            made_unix + self.limits.shown_life,
            self._boot,
        )

    def _forget(self, seconds: float, unix: float) -> None:
        self._state.execute(
            "UPDATE seen SET boot = ?, until_seconds = ? WHERE boot <> ?",
            self._boot,
            seconds + self.limits.seen_seconds,
            self._boot,
        )
        self._state.execute("DELETE FROM seen WHERE until_seconds <= ? AND until_unix <= ?", seconds, unix)

    def __len__(self) -> int:
        return _count(self._state.row("SELECT count(*) FROM seen"))


class KeptLedger:
    """The ledger of used slips, on the disk before a verdict is shown.

    What is over is dropped only when room is needed: a clock that was far ahead for a day must not make the
    counter forget slips that are good for weeks.
    """

    def __init__(self, state: State, limits: ExchangeLimits = LIMITS) -> None:
        self._state = state
        self._limits = limits

    def transaction_of(self, session_digest: bytes) -> str | None:
        """Return the visit in which this slip was accepted first, None if in none."""
        found = self._state.row("SELECT visit FROM slips WHERE slip = ?", session_digest)
        return None if found is None else str(found[0])

    def has_room(self, now_unix: float) -> bool:
        """Whether one more slip can be written down."""
        if len(self) < self._limits.ledger_entries:
            return True
        self._state.execute("DELETE FROM slips WHERE until_unix <= ?", now_unix)
        return len(self) < self._limits.ledger_entries

    def remember(self, session_digest: bytes, transaction: str, until_unix: int) -> None:
        """Write a slip down until `until_unix`; the first visit stays."""
        self._state.execute(
            "INSERT OR IGNORE INTO slips VALUES (?, ?, ?)", session_digest, transaction, until_unix
        )

    def __len__(self) -> int:
        return _count(self._state.row("SELECT count(*) FROM slips"))


def open_challenge(state: State, random: Callable[[int], bytes], now: Now) -> str:
    """Draw six digits and keep them until they are used, replaced or 120 s old; return them."""
    digits = Challenge().open(random, now.seconds)
    close_challenge(state)
    until = now.seconds + LIMITS.challenge_seconds
    state.execute("INSERT INTO challenge VALUES (?, ?, ?)", digits, until, now.boot)
    return digits


def kept_challenge(state: State, now: Now) -> Challenge:
    """Return the challenge as it stands; one of an earlier run of the machine was given out and is over."""
    found = state.row("SELECT digits, until_seconds, boot FROM challenge")
    if found is None:
        return Challenge()
    digits, until, boot = found
    good = boot == now.boot and isinstance(until, float) and until - now.seconds <= LIMITS.challenge_seconds
    return Challenge(LIMITS, str(digits), until if good and isinstance(until, float) else float("-inf"))


def close_challenge(state: State) -> None:
    """Use the digits up."""
    state.execute("DELETE FROM challenge")


def _count(row: tuple[object, ...] | None) -> int:
    return row[0] if row is not None and isinstance(row[0], int) else 0
