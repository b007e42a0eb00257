from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError
from issuer.register import Register, Status, tables
from issuer.register.indices import allocate, below
from tests.kit.register import AT, WHO, a_batch, found

if TYPE_CHECKING:
    from pathlib import Path


def change(register: Register, target: str, status: Status, reason: str = "lost") -> int:
    return register.set_status(target, status, reason=reason, who=WHO, at=AT)


def refused(code: str, register: Register, target: str, status: Status) -> None:
    before = register.log_head(), register.counts()
    with pytest.raises(CounterproofError) as caught:
        change(register, target, status)
    assert caught.value.code == code
    assert (register.log_head(), register.counts()) == before


def entry(packed: bytearray, index: int, bits: int) -> int:
    return (packed[index * bits // 8] >> (index * bits % 8)) & ((1 << bits) - 1)


# --- status


def test_a_batch_is_suspended_reinstated_and_revoked(place: Path | str) -> None:
    register, list_id = found(place)
    batch = register.record_batch(a_batch(register, list_id, 3), at=AT).batch_id
    assert change(register, batch, Status.SUSPENDED) == 3
    refused("register.already-suspended", register, batch, Status.SUSPENDED)
    assert change(register, f"{batch}.2", Status.VALID) == 1
    assert change(register, f"{batch}.3", Status.REVOKED, "stolen") == 1
    assert change(register, batch, Status.VALID) == 1
    copies = register.show(batch).credentials
    assert [c.status for c in copies] == [Status.VALID, Status.VALID, Status.REVOKED]
    assert (copies[2].reason, copies[2].updated_at) == ("stolen", AT)
    assert change(register, batch, Status.REVOKED) == 2
    assert [a.act.action for a in register.acts(after=5)] == [
        "suspend", "reinstate", "revoke", "reinstate", "revoke",
    ]  # fmt: skip


@pytest.mark.parametrize("status", list(Status))
def test_revoked_is_for_ever(place: Path | str, status: Status) -> None:
    register, list_id = found(place)
    batch = register.record_batch(a_batch(register, list_id), at=AT).batch_id
    change(register, batch, Status.REVOKED)
    for target in (batch, f"{batch}.1"):
        refused("register.already-revoked", register, target, status)


def test_what_is_valid_cannot_be_reinstated(place: Path | str) -> None:
    register, list_id = found(place)
    batch = register.record_batch(a_batch(register, list_id), at=AT).batch_id
    refused("register.not-suspended", register, batch, Status.VALID)


def test_one_bit_knows_no_suspension(place: Path | str) -> None:
    register, list_id = found(place, bits=1)
    batch = register.record_batch(a_batch(register, list_id), at=AT).batch_id
    refused("register.no-suspension", register, batch, Status.SUSPENDED)
    assert change(register, batch, Status.REVOKED) == 2


@pytest.mark.parametrize("target", ["", "x", "a" * 16, "a" * 16 + ".1", "a" * 16 + ".1.1", "A" * 16])
def test_what_is_not_there_cannot_be_revoked(place: Path | str, target: str) -> None:
    register, _ = found(place)
    refused("register.no-such-credential", register, target, Status.REVOKED)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_the_list_has_each_status_in_its_place(place: Path | str, bits: int) -> None:
    register, list_id = found(place, bits=bits, size=1024)
    ids = [register.record_batch(a_batch(register, list_id, 20), at=AT).batch_id for _ in range(3)]
    change(register, ids[0], Status.REVOKED)
    if bits > 1:
        change(register, ids[1], Status.SUSPENDED)
    expected = {c.index: int(c.status) for each in ids for c in register.show(each).credentials}
    packed = register.status_bytes(list_id)
    assert len(packed) == 1024 * bits // 8
    assert [entry(packed, i, bits) for i in range(1024)] == [expected.get(i, 0) for i in range(1024)]


def test_lists_are_apart(place: Path | str) -> None:
    register, one = found(place)
    two = register.create_status_list("https://example.org/2", size=1024, bits=1, who=WHO, at=AT)
    change(register, register.record_batch(a_batch(register, one), at=AT).batch_id, Status.REVOKED)
    assert not any(register.status_bytes(two))
    assert any(register.status_bytes(one))
    assert [(facts.size, facts.used) for facts in register.status_lists()] == [(1 << 20, 2), (1024, 0)]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"uri": "https://example.org/1"}, "register.list-exists"),
        ({"uri": ""}, "register.bad-name"),
        ({"size": 1000}, "register.list-size"),
        ({"size": 1025}, "register.list-size"),
        ({"size": 1 << 28}, "register.list-size"),
        ({"bits": 3}, "register.list-bits"),
    ],
)
def test_a_wrong_list_is_not_made(place: Path | str, arguments: dict[str, Any], code: str) -> None:
    register, _ = found(place)
    with pytest.raises(UsageError) as caught:
        register.create_status_list(**{"uri": "https://example.org/2", "who": WHO, "at": AT, **arguments})
    assert caught.value.code == code
    assert len(register.status_lists()) == 1


def test_a_list_that_is_not_there(place: Path | str) -> None:
    register, _ = found(place)
    for act in (register.status_bytes, lambda number: register.allocate_indices(number, 1)):
        with pytest.raises(UsageError, match=r"register\.no-such-list"):
            act(9)


# --- indices


def test_a_list_is_used_up_to_its_last_place_and_no_further(place: Path | str) -> None:
    register, list_id = found(place, size=1024)
    drawn = [i for count in (900, 50, 73) for i in register.allocate_indices(list_id, count)]
    with pytest.raises(StoreError) as caught:
        register.allocate_indices(list_id, 2)
    assert (caught.value.code, caught.value.facts["free"]) == ("register.list-full", 1)
    drawn += register.allocate_indices(list_id, 1)
    assert sorted(drawn) == list(range(1024))


@pytest.mark.parametrize("count", [0, -1, 10_001])
def test_a_wrong_number_of_places(place: Path | str, count: int) -> None:
    register, list_id = found(place)
    with pytest.raises(UsageError, match=r"register\.bad-count"):
        register.allocate_indices(list_id, count)


@given(st.integers(1, 2**40), st.binary(min_size=64, max_size=64))
def test_a_draw_lies_below_its_bound(bound: int, entropy: bytes) -> None:
    source = iter([entropy[:8], entropy[8:16], bytes(8)])
    assert 0 <= below(bound, lambda _: next(source)) < bound


def test_draws_that_would_favour_small_numbers_are_thrown_away() -> None:
    source = iter([b"\xff" * 8, (7).to_bytes(8, "big")])
    assert below(10, lambda _: next(source)) == 7


def test_scenario_issuer_status_index_race(place: Path | str) -> None:
    """100 parallel issues get 100 different indices, in no order beyond chance."""
    register, list_id = found(place)

    def issue(_: int) -> int:
        batch = a_batch(register, list_id, 1)
        register.record_batch(batch, at=AT)
        return batch.credentials[0].index

    with ThreadPoolExecutor(16) as pool:
        indices = list(pool.map(issue, range(100)))
    assert len(set(indices)) == 100
    neighbours = sum(abs(a - b) == 1 for i, a in enumerate(indices) for b in indices[:i])
    assert neighbours <= 2  # expected 0.009; P(more than 2) < 1e-6
    assert register.verify_log().seq == register.counts().acts


@pytest.mark.parametrize("crowded", [False, True], ids=["by-trial", "from-free"])
def test_scenario_issuer_index_random(place: Path | str, crowded: bool) -> None:  # noqa: FBT001
    """10,000 indices are even over the list (chi-square), their rises and falls by chance (runs test)."""
    size, count, bins = 1 << 17, 10_000, 64
    register, list_id = found(place, size=size)
    if crowded:
        with register._store.write() as connection:
            taken = [{"list_id": list_id, "idx": i, "status": 0} for i in range(size) if i % 8]
            connection.execute(insert(tables.status_entries), taken)
            connection.execute(tables.status_lists.update().values(used=len(taken)))
    indices = register.allocate_indices(list_id, count)
    tally = Counter(index * bins // size for index in indices)
    chi_square = sum((tally[each] - count / bins) ** 2 / (count / bins) for each in range(bins))
    # Drawn without putting back, so the spread is smaller by the share that stays free.
    staying = 1 - count / (size // 8 if crowded else size)
    assert 22 < chi_square / staying < 130  # 63 degrees of freedom: outside with a chance below 1e-6
    runs = 1 + sum((b > a) != (c > b) for a, b, c in zip(indices, indices[1:], indices[2:], strict=False))
    mean, deviation = (2 * count - 1) / 3, ((16 * count - 29) / 90) ** 0.5
    assert abs(runs - mean) < 5 * deviation
    assert len(set(indices)) == count


def test_every_place_is_as_likely_as_any_other(place: Path | str) -> None:
    register, list_id = found(place, size=1024)
    register.allocate_indices(list_id, 1000)
    free = sorted(set(range(1024)) - _used(register, list_id))
    tally: Counter[int] = Counter()
    with register._store.engine.connect() as connection:
        for _ in range(40 * len(free)):
            tally.update(allocate(connection, list_id, 1, os.urandom))
            connection.rollback()
    chi_square = sum((tally[each] - 40) ** 2 / 40 for each in free)
    assert set(tally) == set(free)
    assert chi_square < 85  # 23 degrees of freedom: above with a chance below 1e-8


def _used(register: Register, list_id: int) -> set[int]:
    with register._store.read() as connection:
        entries = tables.status_entries
        query = entries.select().where(entries.c.list_id == list_id)
        return {row.idx for row in connection.execute(query)}
