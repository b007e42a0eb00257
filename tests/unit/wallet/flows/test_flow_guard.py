"""When an open wallet locks itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from counterproof.clock import FixedClock
from wallet.flows.guard import CONSENT_SECONDS, Guard, Reason

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


class SleepingClock(FixedClock):
    """A computer whose monotonic clock stands still while it sleeps."""

    def sleep(self, seconds: float) -> None:
        before = self._seconds
        self.advance(seconds)
        self._seconds = before

    def set_back(self, seconds: float) -> None:
        self._at -= timedelta(seconds=seconds)


@pytest.fixture
def clock() -> SleepingClock:
    return SleepingClock(AT)


def test_nothing_happens_while_somebody_is_there(clock: SleepingClock) -> None:
    guard = Guard(clock, 300)
    for _ in range(20):
        clock.advance(299)
        assert guard.look() is None
        guard.touched()


def test_idle_locks(clock: SleepingClock) -> None:
    guard = Guard(clock, 300)
    clock.advance(299)
    assert guard.look() is None
    assert guard.warns
    clock.advance(1)
    assert guard.look() is Reason.IDLE


def test_a_question_locks_after_two_minutes(clock: SleepingClock) -> None:
    guard = Guard(clock, 600)
    guard.question(stands=True)
    clock.advance(CONSENT_SECONDS - 1)
    assert guard.look() is None
    assert guard.seconds_left == 1
    clock.advance(1)
    assert guard.look() is Reason.QUESTION


def test_any_key_keeps_a_question_open(clock: SleepingClock) -> None:
    guard = Guard(clock, 600)
    guard.question(stands=True)
    for _ in range(10):
        clock.advance(100)
        guard.touched()
        assert guard.look() is None


def test_a_question_that_is_answered_no_longer_counts(clock: SleepingClock) -> None:
    guard = Guard(clock, 600)
    guard.question(stands=True)
    guard.question(stands=False)
    clock.advance(CONSENT_SECONDS + 1)
    assert guard.look() is None


def test_sleep_is_seen_by_the_clocks(clock: SleepingClock) -> None:
    guard = Guard(clock, 600)
    clock.sleep(20)
    assert guard.look() is None
    clock.sleep(40)
    assert guard.look() is Reason.SLEPT


def test_a_clock_set_back_is_no_sleep(clock: SleepingClock) -> None:
    guard = Guard(clock, 600)
    clock.set_back(3600)
    assert guard.look() is None
