"""The time floor: what authorities signed moves it, clocks never do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.verification.checks import CheckId, Outcome
from counterproof.trust.confirming import expecting
from counterproof.trust.floor import BUILT_AT, FAR_AHEAD, TimeFloor, check_clock, clock_check
from counterproof.trust.store import TrustStore
from tests.kit.certificates import AT
from tests.kit.published import Publisher

if TYPE_CHECKING:
    from pathlib import Path

SECOND, DAY, YEAR = timedelta(seconds=1), timedelta(days=1), timedelta(days=365)


def code(store: TrustStore, at: datetime) -> str:
    return store.read().check_clock(at).code


def test_scenario_clock_back_year(store: TrustStore) -> None:
    finding = store.read().check_clock(AT - YEAR)
    assert (finding.ok, finding.code, finding.floor) == (None, "clock.before-floor", AT)
    check = clock_check(finding)
    assert (check.id, check.outcome) == (CheckId.EXCHANGE_CLOCK, Outcome.INDETERMINATE)
    assert check.code == "clock.before-floor"


def test_scenario_clock_back_minute(store: TrustStore) -> None:
    assert code(store, AT - 60 * SECOND) == "ok"
    assert code(store, AT - 61 * SECOND) == "clock.before-floor"
    assert store.read().earliest == AT - 60 * SECOND


def test_scenario_clock_rtc_dead(store: TrustStore, tmp_path: Path) -> None:
    assert code(store, datetime(1970, 1, 1, tzinfo=UTC)) == "clock.before-floor"
    assert code(TrustStore(tmp_path / "empty"), datetime(1970, 1, 1, tzinfo=UTC)) == "clock.before-floor"


def test_scenario_clock_forward_30y_and_back(publisher: Publisher, folder: Path, store: TrustStore) -> None:
    """Everything that a program does with a clock set forward leaves the floor where it was."""
    far = AT + 30 * YEAR
    assert code(store, far) == "clock.far-ahead"
    store.read().describe(far)
    with pytest.raises(Exception, match=r"trust\.root-validity"):
        store.update(folder, at=far)
    soon = AT + 5 * YEAR
    publisher.publish(folder, AT + DAY)
    store.update(folder, at=soon)
    again = TrustStore(store._folder)
    assert again.read().floor == AT + DAY
    assert code(again, AT + DAY) == "ok"
    assert clock_check(again.read().check_clock(AT + DAY)).outcome is Outcome.PASSED


def test_far_ahead_is_counted_from_the_newest_signature(store: TrustStore) -> None:
    assert code(store, AT + FAR_AHEAD) == "ok"
    assert code(store, AT + FAR_AHEAD + SECOND) == "clock.far-ahead"


@pytest.mark.parametrize("hours", [-12, -1, 1, 2, 14])
def test_scenario_clock_dst(store: TrustStore, hours: int) -> None:
    there = timezone(timedelta(hours=hours))
    assert code(store, (AT - 61 * SECOND).astimezone(there)) == "clock.before-floor"
    assert code(store, AT.astimezone(there)) == "ok"


def test_scenario_wiped_state(publisher: Publisher, folder: Path, tmp_path: Path) -> None:
    """First-run rules: the root is confirmed anew, and no clock is right that lies before the program."""
    built = AT + 5 * DAY
    store = TrustStore(tmp_path / "store", built_at=built)
    assert code(store, AT) == "clock.before-floor"
    store.add(folder, confirm=expecting(publisher.fingerprint), at=AT)
    assert store.read().floor == built


def test_scenario_backup_restore(publisher: Publisher, folder: Path, store: TrustStore) -> None:
    """An index from a backup is older than the floor beside it; the floor does not go back with it."""
    backup = (store._folder / "current.json").read_bytes()
    publisher.publish(folder, AT + DAY)
    store.update(folder, at=AT + DAY)
    (store._folder / "current.json").write_bytes(backup)
    again = TrustStore(store._folder)
    assert again.read().agencies[0].issued_at == AT
    assert code(again, AT) == "clock.before-floor"


def test_a_lost_floor_is_known_from_the_lists(store: TrustStore) -> None:
    (store._folder / "floor.json").unlink()
    assert TrustStore(store._folder).read().floor == AT


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b'{"type": "counterproof.time-floor", "version": 1, "floor": "soon"}']
)
def test_a_damaged_floor_leaves_the_day_of_the_program(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "floor.json").write_bytes(content)
    floor = TimeFloor(tmp_path)
    assert floor.value() == BUILT_AT
    floor.raise_to(AT)
    assert TimeFloor(tmp_path).value() == AT


def test_the_floor_never_sinks(tmp_path: Path) -> None:
    floor = TimeFloor(tmp_path)
    floor.raise_to(AT)
    floor.raise_to(AT - DAY)
    assert floor.value() == AT


def test_the_newest_of_all_agencies_counts(publisher: Publisher, store: TrustStore, tmp_path: Path) -> None:
    other = Publisher("other")
    store.add(other.publish(tmp_path / "b", AT + DAY), confirm=expecting(other.fingerprint), at=AT + DAY)
    assert store.read().floor == AT + DAY
    store.remove(other.fingerprint)
    assert TrustStore(store._folder).read().floor == AT + DAY
    assert publisher.fingerprint == store.read().agencies[0].fingerprint


def test_an_exact_floor() -> None:
    assert check_clock(AT, AT).ok is True
