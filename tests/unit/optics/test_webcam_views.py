"""Rendered webcam frames, small enough for every run; `bench/optics.py` takes the full measure."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from counterproof.optics import draw
from counterproof.optics.collect import Collector
from counterproof.optics.kinds import Kind
from counterproof.optics.read import Stage, busiest_region, read_codes
from counterproof.optics.stream import StreamSender
from counterproof.optics.text import encode_still
from tests.kit.webcam import ALL_FAULTS, HELD_OUT, Webcam, watch

SMALL = (960, 720)
TEXT = encode_still(Kind.ANSWER, random.Random(1).randbytes(700))
MODULES = draw.modules(TEXT)


def test_the_same_seed_gives_the_same_frame() -> None:
    first, again, other = (Webcam(seed, "medium", 4, size=SMALL).see(MODULES) for seed in (5, 5, 6))
    assert (first.frame == again.frame).all()
    assert (first.frame != other.frame).any()


@pytest.mark.parametrize("level", ["mild", "medium", "hard"])
def test_stated_corners_and_module_size_are_those_of_the_code(level: str) -> None:
    view = Webcam(3, level, 6, size=SMALL).see(MODULES)
    found = read_codes(view.frame).found[0]
    assert found.text == TEXT
    assert np.abs(np.array(found.corners) - view.corners).max() < 6
    assert found.pixels_per_module == pytest.approx(view.pixels_per_module, rel=0.05)


def test_medium_views_at_three_and_a_half_pixels_are_read() -> None:
    views = [Webcam(HELD_OUT + seed, "medium", 3.5, size=SMALL).see(MODULES) for seed in range(12)]
    read = [found.text for view in views for found in read_codes(view.frame).found]
    assert set(read) == {TEXT}
    assert len(read) >= 11


def test_later_stages_read_what_the_first_cannot() -> None:
    views = [Webcam(seed, "medium", 3, size=SMALL).see(MODULES).frame for seed in range(10)]
    by_effort = [sum(bool(read_codes(view, effort).found) for view in views) for effort in Stage]
    assert by_effort == sorted(by_effort)
    assert by_effort[0] < by_effort[-1]


def test_the_busiest_region_is_the_code() -> None:
    view = Webcam(8, "medium", 3.5, size=SMALL).see(MODULES)
    left, top, right, bottom = busiest_region(view.frame)
    assert (view.corners >= (left, top)).all()
    assert (view.corners <= (right, bottom)).all()
    assert (right - left) * (bottom - top) < 0.75 * view.frame.size


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (7, 7), (300, 300)])
def test_empty_and_tiny_pictures_hold_nothing(shape: tuple[int, int]) -> None:
    assert read_codes(np.full(shape, 128, np.uint8)).found == ()


def test_a_code_that_was_seen_and_not_read_is_marked() -> None:
    ruined = draw.picture(TEXT, 6)
    middle = ruined.shape[0] // 2
    ruined[middle - 60 : middle + 60, 60:-60] = 255
    sight = read_codes(ruined)
    assert sight.found == ()
    assert sight.unread


def test_a_torn_frame_gives_no_wrong_text() -> None:
    texts = list(itertools.islice(StreamSender(Kind.ANSWER, random.Random(2).randbytes(2_000)), 2))
    first, second = (draw.modules(text) for text in texts)
    for seed in range(8):
        view = Webcam(seed, "mild", 4, size=SMALL).see(first, torn_with=second)
        assert {found.text for found in read_codes(view.frame).found} <= set(texts)


@pytest.mark.parametrize("seed", [HELD_OUT + 1, HELD_OUT + 2])
def test_two_kilobytes_cross_at_thirty_per_cent_loss(seed: int) -> None:
    m = random.Random(seed).randbytes(2_000)
    codes = [draw.modules(text) for text in itertools.islice(StreamSender(Kind.ANSWER, m), 60)]
    webcam = Webcam(seed, "medium", 4, faults=ALL_FAULTS, size=SMALL)
    collector = Collector(frozenset({Kind.ANSWER}))
    for seconds, view in itertools.islice(watch(webcam, codes, seed=seed, loss=0.3), 90):
        if view is None:
            continue
        if (collected := collector.offer(read_codes(view.frame, Stage.SHARPENED), seconds)) is not None:
            break
    assert collected is not None
    assert (collected.kind, collected.m) == (Kind.ANSWER, m)
    assert seconds < 3
