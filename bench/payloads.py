"""Whether a code is ever read as something that it does not say: many rendered views, torn ones among them.

`python -m bench.payloads [--frames N] [--resume FILE]`. The goal of the optics is 0 wrong payloads in 100,000
frames, which takes about an hour of one core; the default is a sample. Each view has its own seed, which
also draws its code (still or of a stream), how bad the view is, its pixels for each module and whether the
screen changed while it was taken. What was read is compared with what was shown, byte for byte: a torn view
may show either of two. With `--resume` each thousand is written down and not taken again.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click
import cv2

from counterproof.optics import draw
from counterproof.optics.kinds import Kind
from counterproof.optics.read import Stage, read_codes
from counterproof.optics.stream import StreamSender
from counterproof.optics.text import encode_still
from tests.kit.webcam import HELD_OUT, LEVELS, Webcam

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GOAL_FRAMES = 100_000
CHUNK = 1_000
FIRST_SEED = 10 * HELD_OUT  # of no other measurement
STILL_BYTES = (300, 650, 750, 1_226)
STREAM_BYTES = 6_000
PIXELS = (2.5, 3.0, 3.5, 4.5)
FRAME = (960, 720)


@dataclass(frozen=True)
class Counted:
    """What a range of seeds gave."""

    first: int
    views: int
    read: int
    torn: int
    wrong: int


@cache
def _codes() -> tuple[tuple[str, NDArray[np.bool_]], ...]:
    """Return every text that is shown, and its modules."""
    bits = random.Random(3)
    texts = [encode_still(Kind.ANSWER, bits.randbytes(size)) for size in STILL_BYTES for _ in range(4)]
    sender = StreamSender(Kind.ANSWER, bits.randbytes(STREAM_BYTES))
    texts += itertools.islice(sender, 16)
    return tuple((text, draw.modules(text)) for text in texts)


def count(first: int, views: int = CHUNK) -> Counted:
    """Render and read the views of some seeds."""
    cv2.setNumThreads(1)
    codes = _codes()
    read = torn = wrong = 0
    for seed in range(first, first + views):
        chance = random.Random(seed)
        text, modules = chance.choice(codes)
        others = [each for each in codes if each[1].shape == modules.shape and each[0] != text]
        other, torn_with = chance.choice(others) if others and chance.random() < 0.3 else (text, None)
        webcam = Webcam(seed, chance.choice(tuple(LEVELS)), chance.choice(PIXELS), size=FRAME)
        view = webcam.see(modules, torn_with=torn_with)
        stage = Stage.RESTORED if chance.random() < 0.25 else Stage.PLAIN
        found = [each.text for each in read_codes(view.frame, stage).found]
        read += len(found)
        torn += view.torn
        wrong += sum(each not in {text, other} for each in found)
    return Counted(first, views, read, torn, wrong)


def kept(resume: Path | None) -> list[Counted]:
    """Return what an earlier run wrote down."""
    if resume is None or not resume.exists():
        return []
    return [Counted(**json.loads(line)) for line in resume.read_text("utf-8").splitlines()]


@click.command()
@click.option(
    "--frames", default=2_000, show_default=True, help="How many views; the goal speaks of 100,000."
)
@click.option(
    "--resume", type=click.Path(path_type=Path), help="Keep what was counted here, and go on from it."
)
@click.option("--workers", default=1, show_default=True, help="Processes.")
def main(frames: int, resume: Path | None, workers: int) -> None:
    """Print how many payloads were read wrongly; the exit code is 1 if any was."""
    done = kept(resume)
    firsts = {FIRST_SEED + at for at in range(0, frames, CHUNK)} - {each.first for each in done}
    began = time.monotonic()
    with ProcessPoolExecutor(workers) as pool:
        for ended in as_completed([pool.submit(count, first) for first in sorted(firsts)]):
            done.append(ended.result())
            if resume is not None:
                with resume.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(done[-1])) + "\n")
            if sys.stderr.isatty():
                print(f"\r{sum(each.views for each in done):,} of {frames:,}", end="", file=sys.stderr)
    views, read, torn, wrong = (
        sum(getattr(each, name) for each in done) for name in ("views", "read", "torn", "wrong")
    )
    print(f"wrong payloads        {wrong} (goal 0 in {GOAL_FRAMES:,} frames)")
    print(f"views {views:,}, of them torn {torn:,}; read {read:,}; {time.monotonic() - began:,.0f} s")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
