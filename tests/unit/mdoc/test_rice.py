"""Rice codes: what goes in comes out, in one way only, and nothing else is read."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.lists import rice


def code_of(data: bytes, count: int, k: int) -> str:
    with pytest.raises(CounterproofError) as refused:
        rice.unpack(data, count, k)
    return refused.value.code


@given(st.lists(st.integers(0, 5000)), st.integers(0, 20))
def test_what_goes_in_comes_out(values: list[int], k: int) -> None:
    packed = rice.pack(values, k)
    assert rice.unpack(packed, len(values), k) == values
    assert list(rice.reading(packed, len(values), k)) == values


@pytest.mark.parametrize(
    ("values", "k", "packed"),
    [([], 3, ""), ([0], 0, "00"), ([3], 0, "e0"), ([5], 2, "90"), ([0, 1, 9], 1, "1f40")],
)
def test_the_bits_are_these(values: list[int], k: int, packed: str) -> None:
    """5 with k = 2: quotient 1 is "10", remainder 1 is "01"; then zeros fill the byte."""
    assert rice.pack(values, k).hex() == packed


def test_what_is_too_short_too_long_or_not_filled_with_zeros_is_refused() -> None:
    packed = rice.pack([5, 6, 7], 2)
    assert code_of(packed[:-1], 3, 2) == "rice.end"
    assert code_of(packed + b"\x00", 3, 2) == "rice.trailing"
    assert code_of(packed, 2, 2) == "rice.trailing"
    assert code_of(bytes([packed[0], packed[1] | 1]), 3, 2) == "rice.trailing"
    assert code_of(b"\xff" * 9, 1, 2) == "rice.end"
    assert code_of(b"", 1, 0) == "rice.end"
    assert code_of(b"\x00", 0, 0) == "rice.trailing"


def test_the_best_parameter_is_near_entropy() -> None:
    seeded = random.Random(3)
    chosen = sorted(seeded.sample(range(10_000_000), 1000))
    gaps = [after - before - 1 for before, after in zip([-1, *chosen], chosen, strict=False)]
    best = rice.best_parameter(gaps)
    sizes = {k: len(rice.pack(gaps, k)) for k in range(8, 18)}
    assert sizes[best] == min(sizes.values())
    assert sizes[best] * 8 / 1000 < 15.2  # the entropy of a geometric gap of 10,000 is 14.7 bits
    assert rice.best_parameter([]) == rice.best_parameter([0, 0]) == 0
