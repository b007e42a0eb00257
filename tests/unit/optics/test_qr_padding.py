"""P: the steps of length that bystanders see instead of the length."""

from __future__ import annotations

import pytest

from counterproof.mdoc.errors import LimitError
from counterproof.optics.exchange import answer
from tests.kit.qr_story import Story


@pytest.mark.parametrize("size", [0, 100, 507, 508, 509, 636, 637, 1124, 1125, 1346, 1347, 5000, 65_000])
def test_padding_takes_the_smallest_step_and_gives_back_the_same(size: int) -> None:
    data = bytes(number * 37 % 251 ^ number >> 3 & 255 for number in range(size))
    p = answer.padded(data)
    assert len(p) in answer.SIZES
    assert answer.unpadded(p) == data
    smaller = [step for step in answer.SIZES if step < len(p)]
    assert not smaller or smaller[-1] < 4 + int.from_bytes(p[1:4], "big")


def test_the_steps_are_those_of_the_specification() -> None:
    assert answer.SIZES[:8] == (512, 640, 768, 896, 1024, 1128, 1350, 1830)
    assert all((size + 90) % 480 == 0 for size in answer.SIZES[6:])
    assert answer.SIZES[-1] + 90 <= 65_535 < answer.SIZES[-1] + 90 + 480


def test_a_response_for_which_no_step_is_large_enough_is_refused() -> None:
    with pytest.raises(LimitError) as caught:
        answer.padded(Story().holder.kit.random(65_400))
    assert caught.value.code == "exchange.answer-too-long"
