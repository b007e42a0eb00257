"""Our own vectors, a part of a class at a time: each ends as stated, and what is refused names no element."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit.door import ask_line, said_of
from tests.kit.own_vectors import OWN, own_case

if TYPE_CHECKING:
    from pathlib import Path

CLASSES = sorted({path.name.partition("_")[0] for path in OWN})
PARTS = 4


def part_of(name: str, number: int) -> list[Path]:
    """Return every fourth vector of a class."""
    return [path for path in OWN if path.name.startswith(f"{name}_")][number::PARTS]


def test_no_vector_is_left_out() -> None:
    parts = [path for name in CLASSES for number in range(PARTS) for path in part_of(name, number)]
    assert sorted(parts) == OWN


@pytest.mark.parametrize("number", range(PARTS))
@pytest.mark.parametrize("name", CLASSES)
def test_each_ends_as_stated(name: str, number: int) -> None:
    for path in part_of(name, number):
        line, expect = own_case(path)
        said = ask_line(line)
        assert said_of(said) == (expect["verdict"], expect["code"], expect["failed"]), path.name
        if expect["verdict"] != "accepted":
            assert (said["documents"], said["status"]) == ([], None), path.name
