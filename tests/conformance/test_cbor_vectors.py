"""855 items of RFC 8949 and of the CBOR working group: nothing malformed passes, nothing else is lost."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from counterproof.mdoc.cbor import decode_exact
from counterproof.mdoc.errors import MalformedError
from tests.kit.public_cases import cbor_items

REFUSED_THOUGH_WELL_FORMED = Counter(
    {
        "cbor.indefinite": 11,  # RFC 8949, 3.2: two readers could see two things
        "cbor.tag": 6,  # 1, 2, 3, 23, 32: no structure of ISO/IEC 18013-5 uses them
        "cbor.reserved": 1,  # f818, simple(24) of RFC 7049: not well-formed since RFC 8949, 3.3
    }
)


def code_of(data: bytes) -> str:
    try:
        decode_exact(data)
    except MalformedError as error:
        return error.code
    return "ok"


def test_there_are_855_items() -> None:
    assert Counter(good for _, _, good in cbor_items()) == {True: 82, False: 773}


def test_nothing_malformed_is_accepted() -> None:
    accepted = [name for name, data, good in cbor_items() if not good and code_of(data) == "ok"]
    assert accepted == []


def test_well_formed_items_are_accepted_but_for_what_the_profile_keeps_out() -> None:
    codes = Counter(code_of(data) for _, data, good in cbor_items() if good)
    accepted = codes.pop("ok")
    assert codes == REFUSED_THOUGH_WELL_FORMED
    assert accepted == 82 - REFUSED_THOUGH_WELL_FORMED.total()


def test_every_item_takes_less_than_a_second() -> None:
    for name, data, _ in cbor_items():
        start = time.process_time()
        code_of(data)
        assert time.process_time() - start < 1, name


@pytest.mark.parametrize("end", [b"\x00", b"\xff", b"\xf6"])
def test_no_item_passes_with_another_behind_it(end: bytes) -> None:
    for name, data, good in cbor_items():
        if good and code_of(data) == "ok":
            assert code_of(data + end) == "cbor.trailing-bytes", name


def test_no_item_passes_without_its_last_byte() -> None:
    for name, data, good in cbor_items():
        if good and code_of(data) == "ok":
            assert code_of(data[:-1]) == "cbor.truncated", name
