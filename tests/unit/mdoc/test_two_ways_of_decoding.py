"""The quick way of decoding and the careful one: the same values, the same errors, whatever comes in."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple

from counterproof.mdoc import cbor, issuer_signed
from counterproof.mdoc.cbor import (
    EncodedCbor,
    FullDate,
    TDate,
    decode_carefully,
    decode_each,
    decode_exact,
    decode_plain,
    encode,
)
from counterproof.mdoc.errors import MalformedError
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.mdoc.limits import LIMITS, CborLimits
from counterproof.mdoc.verification.trust import TrustedIssuers
from counterproof.mdoc.verification.verifier import verify_issuer_signed
from tests.kit.certificates import AT
from tests.kit.factory.forge import SPACE, Auth, Forge
from tests.kit.flips import one_bit_each, values_of

if TYPE_CHECKING:
    from collections.abc import Callable

FORGE = Forge()
ROOT_SENT = Auth(unprotected={33: [FORGE.agency.signer_certificate.der, FORGE.agency.anchor.der]})
RECEIVED = encode(FORGE.issuer_signed(signed={SPACE: FORGE.items()[SPACE]}, auth=ROOT_SENT))
SMALL = CborLimits(size=60, depth=3, items=40)
MARK = b"Here ends one of the inputs; whatever comes behind is the next. "
BORDER = b"\x58\x40" + MARK


def shape(value: Any) -> Any:
    """Return what can be compared without 1, 1.0 and True being one: types, order, bytes as received."""
    if isinstance(value, EncodedCbor):
        return ("24", value.content, value.raw)
    if isinstance(value, TDate | FullDate):
        return (type(value).__name__, value.text)
    if isinstance(value, dict):
        return ("map", [(shape(key), shape(item)) for key, item in value.items()])
    if isinstance(value, list | tuple):
        return (type(value).__name__, [shape(item) for item in value])
    return (type(value).__name__, repr(value))


def told(call: Callable[[], Any]) -> Any:
    """Return the value's shape, or the error with all that it says."""
    try:
        return shape(call())
    except MalformedError as error:
        return type(error), error.code, error.facts


def carefully(data: bytes, limits: CborLimits) -> Any:
    if len(data) > limits.size:
        return decode_exact(data, limits)
    return decode_carefully(data, limits, shortest=False, bignum=False)


class Maker:
    """Makes inputs out of one seed: well formed ones with heads longer than need be, and damaged ones."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def head(self, major: int, argument: int) -> bytes:
        sizes = [size for size in (1, 2, 4, 8) if argument < 1 << (8 * size)]
        if argument < 24 and self.random.random() < 0.8:
            return bytes((major << 5 | argument,))
        size = sizes[0] if self.random.random() < 0.8 else self.random.choice(sizes)
        return bytes((major << 5 | 23 + size.bit_length(),)) + argument.to_bytes(size, "big")

    def string(self, major: int) -> bytes:
        chosen = [b"", b"a", b"2026-06-01T12:00:00Z", MARK, BORDER, b"\xd8\x18", b"\x00\x18", b"x" * 24]
        content = self.random.choice([self.random.randbytes(self.random.randrange(30)), *chosen])
        if major == 3:
            content = content.decode("latin-1").encode()
        return self.head(major, len(content)) + content

    def tag(self, depth: int) -> bytes:
        number = self.random.choice([0, 24, 24, 24, 24, 1004, 1, 2, 28, 29, 256, 258, 55799, 999])
        usual = self.random.random() < 0.8
        return self.head(6, number) + (
            self.string(3 if number in (0, 1004) else 2) if usual else self.item(depth + 1)
        )

    def item(self, depth: int = 0) -> bytes:
        kinds = [0, 0, 1, 2, 3, 7] if depth > 3 else [0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 7]
        kind = self.random.choice(kinds)
        if kind in (0, 1):
            return self.head(kind, self.random.choice([0, 1, 23, 24, 255, 256, 70_000, 2**40]))
        if kind in (2, 3):
            return self.string(kind)
        count = self.random.randrange(4)
        if kind == 4:
            return self.head(4, count) + b"".join(self.item(depth + 1) for _ in range(count))
        if kind == 5:
            pairs = [self.string(3) + self.item(depth + 1) for _ in range(count - 1)]
            return self.head(5, len(pairs) + 1) + b"".join([*pairs, self.item(4) + self.item(depth + 1)])
        if kind == 6:
            return self.tag(depth)
        return self.random.choice(
            [b"\xf4", b"\xf6", b"\xf7", b"\xf9\x3c\x00", b"\xf8\x20", b"\x5f\xff", b"\x1c"]
        )

    def input(self) -> bytes:
        data = self.item()
        at = self.random.randrange(len(data))
        return self.random.choice(
            [
                data,
                data,
                data,
                data[:at],
                data + self.random.choice([MARK, BORDER, b"\x00", b"\x58", self.item()]),
                data[:at] + self.random.randbytes(1) + data[at + 1 :],
            ]
        )

    def cut(self, data: bytes) -> list[bytes]:
        """Cut anywhere into two to four."""
        cuts = sorted(self.random.randrange(len(data) + 1) for _ in range(self.random.randrange(1, 4)))
        return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]


def assert_same(parts: list[bytes], limits: CborLimits) -> bool:
    """Compare both ways; return whether the quick one took it."""
    for part in parts:
        assert told(partial(decode_exact, part, limits)) == told(partial(carefully, part, limits))
    assert told(lambda: decode_each(parts, limits)) == told(lambda: [carefully(p, limits) for p in parts])
    return decode_plain(parts, limits) is not None


@settings(max_examples=150)
@given(st.integers(0, 2**64), st.sampled_from([LIMITS.message, SMALL]))
def test_made_and_damaged_inputs_are_the_same_both_ways(seed: int, limits: CborLimits) -> None:
    maker = Maker(seed)
    for count in (1, 1, 1, 1, 2, 3):
        assert_same([maker.input() for _ in range(count)], limits)


@settings(max_examples=150)
@given(st.integers(0, 2**64))
def test_what_is_nested_in_a_plain_input_needs_no_search_of_its_own(seed: int) -> None:
    """Byte strings of a plain input, whole and cut anywhere, are taken or not taken just as by themselves."""
    maker = Maker(seed)
    for parts in (
        [maker.input() for _ in range(3)],
        maker.cut(b"".join(maker.item() for _ in range(3))),
        maker.cut(maker.item() + BORDER),
    ):
        if decode_plain([encode(parts)], LIMITS.item) is not None:
            quick = decode_plain(parts, LIMITS.item, inside_plain=True)
            assert shape(quick) == shape(decode_plain(parts, LIMITS.item))


@pytest.mark.parametrize(
    "end", [b"", b"\x18", b"\xd8", b"\xd8\x18", b"\xd8\x18\x58", b"\xd8\x18\x59", b"\xd8\x18\x5a"]
)
@pytest.mark.parametrize("cut", range(0, len(BORDER), 7))
def test_no_border_makes_a_mark_or_an_odd_tag(end: bytes, cut: int) -> None:
    """What a plain input may hold at its end, or of a mark, is no more with what is put behind it."""
    for part in (
        encode(7) + end,
        encode(7) + end + BORDER[:cut],
        BORDER[cut + 1 :] + encode(7),
        MARK[1:] + end,
    ):
        parts = [part, encode(8), part]
        if decode_plain([encode(parts)], LIMITS.item) is not None:
            assert decode_plain(parts, LIMITS.item, inside_plain=True) == decode_plain(parts, LIMITS.item)


@settings(max_examples=150)
@given(st.integers(0, 2**64))
def test_inputs_cut_at_other_borders_are_the_same_both_ways(seed: int) -> None:
    """Nothing may run over from one input into the next, though all of them together are well formed."""
    maker = Maker(seed)
    for _ in range(4):
        assert_same(maker.cut(b"".join(maker.item() for _ in range(3))), LIMITS.item)


def test_both_ways_are_met_often() -> None:
    """The two tests above compare something: of their inputs many are taken the quick way, and many not."""
    quick = [assert_same([Maker(seed).input()], LIMITS.message) for seed in range(400)]
    assert 100 < sum(quick) < 300


@pytest.mark.parametrize(
    "parts",
    [
        [MARK],
        [BORDER],
        [encode(1) + BORDER],
        [encode(1) + BORDER + encode(2)],
        [b"\x58"],  # would take the head of the mark for its length
        [b"\x59\x00"],
        [b"\x78"],
        [b"\x58\x82" + MARK],
        [b"\x59\x00\x40"],
        [b""],
        [b"", b"\x82\x01\x02"],
        [b"\x82\x01", b"\x02"],
        [b"\x83\x01", b""],
        [b"\xd8\x18"],  # would take the mark for the content of the tag
        [b"\xd8", b"\x18\x41\xa0"],
        [b"\xc0", b"\x61a"],
        [encode(MARK), encode(1)],
        [encode({MARK: 1})],
        [encode(MARK.decode())],
    ],
)
def test_marks_that_came_with_the_input_and_items_without_an_end(parts: list[bytes]) -> None:
    expected = told(lambda: [carefully(part, LIMITS.item) for part in parts])
    assert told(lambda: decode_each(parts, LIMITS.item)) == expected
    assert decode_plain(parts, LIMITS.item) is None


@pytest.mark.parametrize(
    "data",
    [
        b"\xd9\x00\x18\x41\xa0",
        b"\xda\x00\x00\x00\x18\x41\xa0",
        b"\xdb\x00\x00\x00\x00\x00\x00\x00\x18\x41\xa0",
        b"\xd9\x00\x18\x01",
        b"\xd8\x18\x58\x01\xa0",
        b"\xd8\x18\x59\x00\x01\xa0",
        b"\xd8\x18\x5a\x00\x00\x00\x01\xa0",
        b"\xd8\x18\x5b\x00\x00\x00\x00\x00\x00\x00\x01\xa0",
        b"\xd8\x18\x01",
        b"\xd8\x18\x61a",
        b"\xd8\x18\x80",
        b"\xd8\x18\xa0",
        b"\xd8\x18\xd8\x18\x41\xa0",
        b"\xd8\x18\x5f\xff",
        b"\xd8\x18\xf6",
    ],
)
def test_tag_24_with_other_heads_or_other_content_is_never_plain(data: bytes) -> None:
    for whole in (data, b"\x81" + data, b"\xa1\x61a" + data):
        assert decode_plain([whole], LIMITS.item) is None
        assert told(partial(decode_exact, whole, LIMITS.item)) == told(partial(carefully, whole, LIMITS.item))


@pytest.mark.parametrize("size", [0, 1, 23, 24, 255, 256, 4000])
def test_what_we_write_ourselves_is_plain(size: int) -> None:
    value = {"a": EncodedCbor(b"x" * size), "b": [TDate("2026-06-01T12:00:00Z"), FullDate("2026-06-01")]}
    data = encode(value)
    assert decode_plain([data, b"\x00", data], LIMITS.message) == [value, 0, value]


def test_the_mark_cannot_overlap_itself() -> None:
    """Otherwise two of them could be counted as one."""
    assert not any(MARK.startswith(MARK[at:]) for at in range(1, len(MARK)))


def test_limits_are_those_of_each_input() -> None:
    full = CborLimits(size=100, depth=3, items=6)
    assert decode_each([b"\x81\x81\x81\x01", b"\x85\x01\x01\x01\x01\x01"], full) == [[[[1]]], [1] * 5]
    for data, code in ((b"\x81\x81\x81\x81\x01", "cbor.depth"), (b"\x86" + b"\x01" * 6, "cbor.items")):
        with pytest.raises(MalformedError) as caught:
            decode_each([b"\x01", data], full)
        assert caught.value.code == code


@pytest.fixture
def only_carefully(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Turn the quick way off."""

    def off() -> None:
        monkeypatch.setattr(cbor, "decode_plain", lambda *_parts, **_plain: None)
        monkeypatch.setattr(issuer_signed, "decode_plain", lambda *_parts, **_plain: None)

    return off


def judged(data: bytes) -> Any:
    try:
        report = verify_issuer_signed(data, trust=TrustedIssuers.of([FORGE.agency.anchor]), at=AT)
    except MalformedError as error:
        return error.code, error.facts
    return report.verdict, report.code, [astuple(each) for each in report.all_checks()], values_of(report)


def test_every_flipped_document_gets_the_same_verdict_both_ways(only_carefully: Callable[[], None]) -> None:
    flipped = [flip.data for flip in one_bit_each(RECEIVED)][::3]
    documents = [RECEIVED, *flipped]
    quick = [judged(data) for data in documents]
    only_carefully()
    assert quick == [judged(data) for data in documents]
    assert len({repr(each) for each in quick}) > 20


def test_an_honest_document_is_read_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("read carefully")

    monkeypatch.setattr(cbor, "decode_carefully", never)
    assert IssuerSigned.from_bytes(RECEIVED).namespaces
