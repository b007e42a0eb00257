"""The packed values: reading, writing, inflating, comparing."""

from __future__ import annotations

import tracemalloc
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterproof.mdoc.errors import LimitError, MalformedError, UsageError
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists.status_list import INVALID, SUSPENDED, VALID, StatusList

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTHS = [1, 2, 4, 8]


@st.composite
def valued(draw: st.DrawFn) -> tuple[int, list[int]]:
    bits = draw(st.sampled_from(WIDTHS))
    per_byte = 8 // bits
    length = draw(st.integers(1, 20))
    top = (1 << bits) - 1
    return bits, draw(st.lists(st.integers(0, top), min_size=length * per_byte, max_size=length * per_byte))


def filled(bits: int, values: list[int]) -> StatusList:
    made = StatusList.empty(len(values), bits)
    for index, value in enumerate(values):
        made.set(index, value)
    return made


@given(valued())
def test_what_is_written_is_read_back_and_stands_where_the_draft_says(case: tuple[int, list[int]]) -> None:
    bits, values = case
    made = filled(bits, values)
    assert [made.get(index) for index in range(made.size)] == values
    packed = bytes(made.packed)
    by_the_book = [packed[i * bits // 8] >> (i * bits % 8) & (2**bits - 1) for i in range(len(values))]
    assert by_the_book == values
    received = StatusList.inflate(bits, made.compress())
    assert [received.get(index) for index in range(received.size)] == values


@given(valued(), st.integers(0, 255))
def test_counting_and_finding_agree_with_reading_one_by_one(case: tuple[int, list[int]], wanted: int) -> None:
    bits, values = case
    made = filled(bits, values)
    wanted &= (1 << bits) - 1
    expected = [index for index, value in enumerate(values) if value == wanted]
    assert list(made.indices(wanted)) == expected
    assert made.count(wanted) == len(expected)


@given(valued(), valued())
def test_what_left_agrees_with_comparing_one_by_one(
    old: tuple[int, list[int]], new: tuple[int, list[int]]
) -> None:
    older, newer = filled(*old), filled(*new)
    gone = [i for i, v in enumerate(old[1]) if v == INVALID and (i >= len(new[1]) or new[1][i] != INVALID)]
    assert older.left(INVALID, newer) == (len(gone), gone[0] if gone else -1)


def test_sizes_are_whole_bytes() -> None:
    assert [StatusList.empty(9, bits).size for bits in WIDTHS] == [16, 12, 10, 9]


def test_a_second_write_replaces_the_first() -> None:
    entries = StatusList.empty(8, 2)
    entries.set(5, 3)
    entries.set(5, SUSPENDED)
    assert [entries.get(4), entries.get(5), entries.get(6)] == [VALID, SUSPENDED, VALID]


@pytest.mark.parametrize("index", [-1, 16, 2**40, True, 1.0, "1"])
def test_an_index_outside_or_of_another_kind_is_refused(index: int) -> None:
    entries = StatusList.empty(16)
    with pytest.raises(UsageError) as reading:
        entries.get(index)
    with pytest.raises(UsageError) as writing:
        entries.set(index, 1)
    assert reading.value.code == writing.value.code == "status.index-range"


@pytest.mark.parametrize(("bits", "value"), [(1, 2), (2, 4), (4, 16), (8, 256), (1, -1), (1, True)])
def test_a_value_that_does_not_fit_is_refused(bits: int, value: int) -> None:
    with pytest.raises(UsageError) as caught:
        StatusList.empty(8, bits).set(0, value)
    assert caught.value.code == "status.value-range"


def test_a_received_list_cannot_be_written_to() -> None:
    received = StatusList.inflate(1, zlib.compress(bytes(8)))
    with pytest.raises(UsageError) as caught:
        received.set(0, 1)
    assert caught.value.code == "status.read-only"


@pytest.mark.parametrize("bits", [0, 3, 5, 16, -1])
@pytest.mark.parametrize("make", [lambda bits: StatusList.empty(8, bits), lambda b: StatusList(b, bytes(1))])
def test_other_widths_are_refused(bits: int, make: Callable[[int], StatusList]) -> None:
    with pytest.raises(UsageError) as caught:
        make(bits)
    assert caught.value.code == "status.bits-unusable"


@pytest.mark.parametrize("size", [0, -1, 8 * LIMITS.status_inflated + 1])
def test_sizes_that_no_verifier_would_take_are_refused(size: int) -> None:
    with pytest.raises(UsageError) as caught:
        StatusList.empty(size)
    assert caught.value.code == "status.size-unusable"


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def gzipped(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


GOOD = zlib.compress(bytes(range(256)), 9)


@pytest.mark.parametrize(
    ("compressed", "code"),
    [
        (b"", "status.compression"),
        (b"not zlib", "status.compression"),
        (raw_deflate(bytes(range(256))), "status.compression"),
        (gzipped(bytes(range(256))), "status.compression"),
        (GOOD[:-1], "status.compression"),
        (GOOD[:-4], "status.compression"),
        (GOOD[:20], "status.compression"),
        (GOOD[:-1] + bytes([GOOD[-1] ^ 1]), "status.compression"),
        (GOOD + b"\x00", "status.compression-trailing"),
        (GOOD + GOOD, "status.compression-trailing"),
        (zlib.compress(b""), "status.empty"),
    ],
)
def test_what_is_not_exactly_one_zlib_stream_is_refused(compressed: bytes, code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        StatusList.inflate(1, compressed)
    assert caught.value.code == code


def test_a_bomb_is_stopped_at_the_cap() -> None:
    bomb = zlib.compress(bytes(8 * LIMITS.status_inflated), 9)
    assert len(bomb) < 300_000
    tracemalloc.start()
    try:
        with pytest.raises(LimitError) as caught:
            StatusList.inflate(1, bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.code == "status.inflated-size"
    assert peak < 3 * LIMITS.status_inflated


def test_a_list_of_just_the_largest_size_is_read() -> None:
    assert (
        StatusList.inflate(8, zlib.compress(bytes(LIMITS.status_inflated), 1)).size == LIMITS.status_inflated
    )


@settings(max_examples=300)
@given(st.binary(max_size=200), st.sampled_from(WIDTHS))
def test_any_bytes_are_read_or_refused_with_our_errors(data: bytes, bits: int) -> None:
    try:
        entries = StatusList.inflate(bits, data)
    except MalformedError:
        return
    assert entries.size * bits == 8 * len(zlib.decompress(data))


def test_ten_million_entries_at_one_percent_take_139_kilobytes() -> None:
    entries = StatusList.empty(10_000_000)
    assert isinstance(entries.packed, bytearray)
    step = 0
    for _ in range(100_000):  # a full-period generator: indices in no order, none twice
        step = (step * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        entries.set(step % 10_000_000, INVALID)
    assert 99_000 < entries.count(INVALID) <= 100_000
    assert 135_000 < len(entries.compress()) < 142_000
