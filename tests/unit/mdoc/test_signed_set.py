"""The set of what a stolen signer signed: members in, everything else out, and its size."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.lists.signed_set import BLOCK, SignedSet, build_signed_set, hash_bits
from tests.kit.certificates import AT
from tests.kit.factory.signed_sets import StolenSigner
from tests.kit.lists import StatusKit

STOLEN = StolenSigner()


def digests(count: int, label: str = "member") -> list[bytes]:
    return [hashlib.sha256(f"{label} {number}".encode()).digest() for number in range(count)]


def built(members: list[bytes], bits: int | None = None) -> SignedSet:
    kit = STOLEN.status
    data = build_signed_set(
        kit.signer, [kit.certificate], of=STOLEN.leaf, digests=members, date=AT, bits=bits
    )
    return SignedSet.from_bytes(data)


@pytest.mark.parametrize("count", [0, 1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 1000])
def test_every_member_is_in_and_nothing_else(count: int) -> None:
    members = digests(count)
    signed = built(members)
    assert signed.count == count
    assert all(signed.holds(each) for each in members)
    assert not any(signed.holds(each) for each in digests(500, "stranger"))
    assert list(signed.hashes()) == sorted(int.from_bytes(each[:10], "big") for each in members)


def test_the_edges_of_the_range_are_hashes_too() -> None:
    members = [bytes(32), b"\xff" * 32, bytes(9) + b"\x01" + bytes(22)]
    signed = built(members)
    assert all(signed.holds(each) for each in members)
    assert not signed.holds(bytes(9) + b"\x02" + bytes(22))
    assert not signed.holds(b"\xff" * 9 + b"\xfe" + b"\xff" * 22)


def test_a_document_recorded_twice_is_one_member() -> None:
    assert built(digests(3) * 2).count == 3


def test_eighty_bits_serve_a_million_and_more_documents_get_longer_hashes() -> None:
    assert [hash_bits(count) for count in (0, 1, 2**20, 2**20 + 1, 2**28, 2**28 + 1)] == [
        80,
        80,
        80,
        88,
        88,
        96,
    ]


def test_a_hash_costs_eighty_bits_less_the_logarithm_of_their_number_and_a_little() -> None:
    """63.6 bits each at a thousand thousand (`bench/lists.py`); here at a size that takes no time."""
    count = 20_000
    data = len(built(digests(count)).content) - len(built([]).content)
    assert data * 8 / count < 80 - 14.29 + 1.6 + 0.8 + 0.2


def test_a_damaged_block_holds_nothing_and_the_others_are_as_they_were() -> None:
    members = digests(3 * BLOCK)
    honest = built(members)
    ordered = sorted(members)
    flooded = SignedSet.from_bytes(STOLEN.bent(_members(honest, gaps=_flooded(honest))))
    assert not any(flooded.holds(each) for each in ordered[1:BLOCK])
    assert all(flooded.holds(each) for each in ordered[BLOCK:])
    with pytest.raises(CounterproofError) as refused:
        list(flooded.hashes())
    assert refused.value.code == "rice.end"


def _members(signed: SignedSet, **changes: object) -> dict[str, object]:
    parts = {"count": signed.count, "rice": signed._k, "index": signed._index, "gaps": signed._gaps}
    return {**parts, **changes}


def _flooded(signed: SignedSet) -> bytes:
    end = signed._head(0)[1]
    return b"\xff" * end + signed._gaps[end:]


def test_hashes_that_run_into_the_next_block_are_out_of_order() -> None:
    signed = built(digests(2 * BLOCK))
    record = len(signed._index) // 2
    low = (int.from_bytes(signed._head(0)[0], "big") + 1).to_bytes(10, "big")
    index = signed._index[:record] + low + signed._index[record + 10 :]
    bent = SignedSet.from_bytes(STOLEN.bent(_members(signed, index=index)))
    with pytest.raises(CounterproofError) as refused:
        list(bent.hashes())
    assert refused.value.code == "signed-set.order"


def test_a_set_may_shrink_and_not_grow() -> None:
    some, more, same = built(digests(50)), built(digests(51)), built(digests(50))
    assert more.grew_from(some)
    assert not some.grew_from(more)
    assert not same.grew_from(some)
    assert built(digests(50), bits=88).grew_from(some)
    assert built(digests(50, "other")).grew_from(some)
    assert not built([]).grew_from(some)


def test_key_and_certificate_must_belong_together() -> None:
    stranger = StatusKit("elsewhere")
    with pytest.raises(CounterproofError) as refused:
        build_signed_set(STOLEN.status.signer, [stranger.certificate], of=STOLEN.leaf, digests=[], date=AT)
    assert refused.value.code == "signed-set.signer-unusable"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 3500), st.integers(0, 7))
def test_no_flipped_bit_makes_a_stranger_a_member(place: int, bit: int) -> None:
    """Flip a bit anywhere: it is not read at all, or strangers stay strangers."""
    data = bytearray(STOLEN.signed_set())
    data[place % len(data)] ^= 1 << bit
    try:
        signed = SignedSet.from_bytes(bytes(data))
    except CounterproofError:
        return
    assert not any(signed.holds(each) for each in digests(5, "stranger"))
