"""Writers of one process take turns in the order in which they came."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import StoreError
from issuer.register.store import Store
from issuer.register.turns import Turns

if TYPE_CHECKING:
    from pathlib import Path

WAITERS = 6


def until(turns: Turns, waiting: int) -> None:
    """Wait until so many threads wait."""
    deadline = time.monotonic() + 20
    while turns.waiting != waiting:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_who_came_first_is_served_first() -> None:
    turns, order = Turns(), list[int]()

    def write(number: int) -> None:
        with turns.one(20):
            order.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WAITERS)]
    with turns.one(20):
        for number, thread in enumerate(threads):
            thread.start()
            until(turns, number + 1)
        assert not order
    for thread in threads:
        thread.join(20)
    assert order == list(range(WAITERS))


def test_who_waits_too_long_is_told_and_holds_up_nobody() -> None:
    turns = Turns()
    with turns.one(20):
        with pytest.raises(StoreError) as refused, turns.one(0.01):
            pytest.fail("two writers at once")
        assert refused.value.code == "register.busy"
        assert turns.waiting == 0
    with turns.one(0):
        pass


def test_a_write_that_fails_gives_its_turn_back() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.one(1):
        raise ZeroDivisionError
    with turns.one(0):
        pass


def test_a_register_lets_one_writer_in_at_a_time_and_loses_none(tmp_path: Path) -> None:
    store = Store(tmp_path / "register.sqlite")
    store.make_file()
    with store.write() as connection:
        connection.exec_driver_sql("CREATE TABLE seen (number INTEGER)")

    def write() -> None:
        for _ in range(20):
            with store.write() as connection:
                last = connection.exec_driver_sql("SELECT count(*) FROM seen").scalar_one()
                connection.exec_driver_sql("INSERT INTO seen VALUES (?)", (last,))

    threads = [threading.Thread(target=write) for _ in range(WAITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with store.read() as connection:
        found = [row[0] for row in connection.exec_driver_sql("SELECT number FROM seen ORDER BY rowid")]
    store.close()
    assert found == list(range(20 * WAITERS))
