"""Days that are over are sealed: what is changed afterwards is seen, what is erased leaves its mark."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import StoreError
from verifier.journal import Journal
from verifier.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(tmp_path / "state.sqlite3", now_unix=0.0, random=bytes) as made:
        yield made


def counted(state: State, days: int, each: int = 3) -> Journal:
    journal = Journal(state)
    for day in range(days):
        for _ in range(each):
            journal.count(
                DAY + timedelta(days=day), outcome="accepted", code="ok", mode="two-way", purpose="a.b"
            )
    return journal


def test_a_day_is_closed_when_the_next_one_begins(state: State) -> None:
    journal = counted(state, 3)
    assert [(each.day, each.good) for each in journal.closed()] == [
        ("2026-06-01", True),
        ("2026-06-02", True),
    ]
    assert journal.closed()[0].said.replace(" ", "") == journal.closed()[0].seal.hex()[:8]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tallies SET count = 1 WHERE day = '2026-06-01'",
        "UPDATE tallies SET code = 'status.revoked' WHERE day = '2026-06-01'",
        "INSERT INTO tallies VALUES ('2026-06-01', 'a.b', 'two-way', 'refused', 'x', 1)",
        "UPDATE days SET digest = zeroblob(32) WHERE day = '2026-06-01'",
    ],
)
def test_a_change_to_a_closed_day_is_seen(state: State, change: str) -> None:
    journal = counted(state, 4)
    state.execute(change)
    assert [each.good for each in journal.closed()][:1] == [False]


def test_days_cannot_be_taken_out_of_the_chain(state: State) -> None:
    journal = counted(state, 4)
    state.execute("DELETE FROM days WHERE day = '2026-06-01'")
    assert [each.good for each in journal.closed()] == [False, True]


def test_erasing_leaves_seals_and_counting_goes_on(state: State) -> None:
    journal = counted(state, 3)
    journal.erase()
    assert journal.tallies() == []
    assert [each.good for each in journal.closed()] == [None, None, None]
    journal.count(DAY + timedelta(days=2), outcome="accepted", code="ok")
    journal.count(DAY + timedelta(days=3), outcome="accepted", code="ok")
    assert [each.day for each in journal.closed()][-2:] == ["2026-06-03 erased 1", "2026-06-03"]
    assert journal.closed()[-1].good is True


def test_a_clock_that_goes_back_counts_into_the_first_open_day(state: State) -> None:
    journal = counted(state, 3)
    journal.count(DAY - timedelta(days=30), outcome="refused", code="x")
    assert {each.day for each in journal.tallies() if each.outcome == "refused"} == {"2026-06-03"}
    assert all(each.good for each in journal.closed())


def test_the_export_holds_counts_and_seals(state: State) -> None:
    journal = counted(state, 2)
    first, second = list(journal.export())
    assert first["counts"] == [["a.b", "two-way", "accepted", "ok", 3]]
    assert first["good"] is True
    assert len(first["seal"]) == 64
    assert second["seal"] is None
    assert json.loads(json.dumps([first, second]))


def test_a_file_of_the_first_version_is_taken_on(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    with State.open(path, now_unix=0.0, random=bytes) as made:
        Journal(made).count(DAY, outcome="accepted", code="ok")
    with sqlite3.connect(path) as old:
        old.executescript("DROP TABLE days; PRAGMA user_version = 1;")
    old.close()
    with State.open(path, now_unix=0.0, random=bytes) as made:
        Journal(made).count(DAY + timedelta(days=1), outcome="accepted", code="ok")
        assert [each.day for each in Journal(made).closed()] == ["2026-06-01"]


@pytest.mark.parametrize("day", ["9999-12-31", "2026-13-45"])
def test_a_day_that_cannot_be_is_damage_and_no_mistake_of_the_program(state: State, day: str) -> None:
    journal = counted(state, 2)
    state.execute("UPDATE days SET day = ?", day)
    with pytest.raises(StoreError, match=r"verifier\.state-damaged"):
        journal.count(DAY, outcome="accepted", code="ok")


@pytest.mark.parametrize("column", ["digest", "seal"])
def test_a_seal_that_is_none_is_damage_and_no_mistake_of_the_program(state: State, column: str) -> None:
    journal = counted(state, 2)
    state.execute(f"UPDATE days SET {column} = 'x'")  # noqa: S608 - a name of ours
    with pytest.raises(StoreError, match=r"verifier\.state-damaged"):
        journal.closed()
