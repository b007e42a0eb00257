"""Exactly what was agreed leaves: no byte of a withheld value or salt is in an answer."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterproof.mdoc.device_response import DeviceResponse
from counterproof.optics.exchange import answer
from tests.kit.qr_story import MDL, MDL_SPACE, Story

NAMES = [f"element_{number:02}" for number in range(24)]


class Disclosure:
    """One document of 24 elements with values that occur nowhere else, and one request for all of them."""

    def __init__(self) -> None:
        self.story = Story()
        values = {name: self.story.holder.kit.random(12) for name in NAMES}
        self.issued = self.story.holder.receive(self.story.agency, MDL, {MDL_SPACE: values}, decoys=4)
        _, self.request = self.story.ask({MDL: {MDL_SPACE: NAMES}})
        self.key = self.story.counter.kit.key("one-time 1")

    def check(self, agreed: set[str]) -> None:
        """Answer with the agreed elements and look for all others in everything that left."""
        m = self.story.holder.answer(self.request, {(MDL_SPACE, name) for name in agreed})
        response = answer.opened(self.request.transcript, self.key, m)
        for item in self.issued.namespaces[MDL_SPACE]:
            told = item.identifier in agreed
            assert (item.random in response) == told
            assert (item.value in response) == told
            assert (item.identifier.encode() in response) == told
        (document,) = DeviceResponse.from_bytes(response).documents
        shown = document.issuer_signed.namespaces.get(MDL_SPACE, [])
        assert {item.identifier for item in shown} == agreed


DISCLOSURE = Disclosure()


@settings(max_examples=60, deadline=None)
@given(st.sets(st.sampled_from(NAMES)))
def test_no_withheld_value_salt_or_name_is_in_what_left(agreed: set[str]) -> None:
    DISCLOSURE.check(agreed)


@pytest.mark.slow
def test_ten_thousand_random_presentations_withhold_what_was_not_agreed() -> None:
    chance = random.Random(20260601)
    for _ in range(10_000):
        DISCLOSURE.check({name for name in NAMES if chance.random() < 0.5})
